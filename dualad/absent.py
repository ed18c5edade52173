"""What arrays and numbers have and a Dual has not, and the methods by which NumPy's object loops call us.

Attributes of the class, and no ``__getattr__``: for each Dual in a list NumPy asks for protocols that are not ours, and
a class without that method answers in no time.
"""

import numpy as np

NOT_AVAILABLE = {
    "ctypes": "Use dualad.stop_derivative(x).ctypes.",
    "data": "Use dualad.stop_derivative(x).data.",
    "base": "Use np.shares_memory(x, y) to ask whether x is a view of y, or dualad.stop_derivative(x).base.",
}


class Absent:
    """An attribute that is refused with the way to write it instead."""

    def __init__(self, name, remedy):
        self.name, self.remedy = name, remedy

    def __get__(self, instance, owner=None):
        raise AttributeError(f"'Dual' object has no attribute {self.name!r}. {self.remedy}")


class ObjectLoop:
    """``x.sin`` of an element of an object array, which is what ``np.sin`` of the array calls."""

    def __init__(self, ufunc):
        self.ufunc = ufunc

    def __get__(self, instance, owner=None):
        if instance is None:
            raise AttributeError(self.ufunc.__name__)
        return lambda: self.ufunc(instance)


def attach(cls):
    """Give the class both kinds of attribute, wherever it has none of its own."""
    for name, ufunc in vars(np).items():
        if isinstance(ufunc, np.ufunc) and ufunc.nin == 1 and not hasattr(cls, name):
            setattr(cls, name, ObjectLoop(ufunc))
    for name in {*dir(np.ndarray), *dir(float)}:
        if not name.startswith("_") and name not in cls.__dict__ and not hasattr(cls, name):
            value = f"It would show the value without its derivative. Write dualad.stop_derivative(x).{name} "
            remedy = NOT_AVAILABLE.get(name, value + "if x is meant as a constant.")
            setattr(cls, name, Absent(name, remedy))
    return cls
