"""The array that NumPy calls: the coefficients of a power series, number k being the k-th derivative over k!."""

import numbers
import operator

import numpy as np

from dualad.errors import LostDerivativeError, NoRuleError
from dualad.interface import ArrayInterface
from dualad.levels import Expanded


class Series(ArrayInterface, Expanded):
    """``x(t) = c[0] + c[1] t + c[2] t**2 + …`` up to a fixed order.

    Outside of a rule all coefficients are known. Inside of one (see `recurrence`) a series is lazy: it computes a
    coefficient when it is asked for, and ``memo`` finds the series that were built before.
    """

    __slots__ = ("known", "make", "memo")

    def __init__(self, known, make=None, memo=None):
        self.known, self.make, self.memo = known, make, memo

    def at(self, k):
        """Coefficient number k."""
        while len(self.known) <= k:
            self.known.append(self.full(self.make(len(self.known))))
        return self.known[k]

    def full(self, coefficient):
        """A coefficient in the shape of the value."""
        shape = np.shape(self.known[0])
        return coefficient if np.shape(coefficient) == shape else np.broadcast_to(coefficient, shape).copy()

    @property
    def primal(self):
        """The value, which is coefficient number 0."""
        return self.known[0]

    @property
    def order(self):
        """The number of the last coefficient."""
        return len(self.known) - 1

    def each(self, function):
        """A series of ``function`` of each coefficient."""
        return Series([function(c) for c in self.known], lambda k: function(self.at(k)), self.memo)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        from dualad.series import recurrence

        return recurrence.call_ufunc(ufunc, method, inputs, kwargs)

    @staticmethod
    def _operate(ufunc, compute, *inputs):
        from dualad.series import recurrence

        return recurrence.call_ufunc(ufunc, "__call__", inputs, {}, compute)

    def _change(self, ufunc, compute, other):
        """``x op= other``: an array is changed in place, a number is rebound."""
        result = self._operate(ufunc, compute, self, other)
        if not isinstance(self.primal, np.ndarray):
            return result
        self[...] = result
        return self

    def __array_function__(self, function, types, args, kwargs):
        from dualad.series import functions

        return functions.call(function, args, kwargs, self)

    def __array__(self, dtype=None, copy=None):
        raise LostDerivativeError(
            "the coefficients of a series do not fit into an array of numbers. Join elements with np.stack([…]), "
            "create arrays with np.zeros(n, like=x), and leave np.asarray away; or nest "
            "dualad.derivative, which takes both."
        )

    def __getitem__(self, index):
        return self.each(lambda c: c[index])

    def __setitem__(self, index, value):
        for k, c in enumerate(self.known):
            c[index] = value.known[k] if isinstance(value, Series) else value if k == 0 else 0.0

    def __len__(self):
        return len(self.primal)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        return bool(self.primal)

    def __float__(self):
        raise LostDerivativeError(
            "float(x) and the functions of math would lose the series. Write np.sin(x), or x itself."
        )

    __hash__ = None


def _operators():
    """The Python operators: the value is computed by the operator itself, which may differ from the ufunc in a bit."""
    binary = {
        "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.divide, "pow": np.power,
        "mod": np.remainder, "floordiv": np.floor_divide, "matmul": np.matmul,
    }  # fmt: skip
    for name, ufunc in binary.items():
        compute = getattr(operator, name)
        setattr(Series, f"__{name}__", lambda self, other, u=ufunc, c=compute: self._operate(u, c, self, other))
        setattr(Series, f"__r{name}__", lambda self, other, u=ufunc, c=compute: self._operate(u, c, other, self))
        setattr(Series, f"__i{name}__", lambda self, other, u=ufunc, c=compute: self._change(u, c, other))
    compared = {
        "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal,
        "ne": np.not_equal,
    }  # fmt: skip
    for name, ufunc in compared.items():
        setattr(Series, f"__{name}__", lambda self, other, u=ufunc: self._operate(u, u, self, other))
    for name, ufunc in {"neg": np.negative, "pos": np.positive, "abs": np.absolute}.items():
        compute = getattr(operator, name)
        setattr(Series, f"__{name}__", lambda self, u=ufunc, c=compute: self._operate(u, c, self))


_operators()
numbers.Number.register(Series)


def value_of(x):
    """x with every series replaced by its value, in nested lists too."""
    if isinstance(x, Series):
        return x.primal
    if isinstance(x, (list, tuple)) and not hasattr(x, "_fields"):
        return type(x)(value_of(element) for element in x)
    return x


def has_series(x):
    """Whether there is a series in x or in nested lists of it."""
    return isinstance(x, Series) or (isinstance(x, (list, tuple)) and any(map(has_series, x)))


def coefficient_of(x, k):
    """Coefficient number k of a series, of a constant None beyond the value; lists element by element."""
    if isinstance(x, Series):
        return x.at(k)
    if isinstance(x, (list, tuple)):
        return [coefficient_of(element, k) for element in x]
    return x if k == 0 else None


def refuse(name):
    """The one refusal of this module."""
    raise NoRuleError(
        f"taylor does not go through {name}: it is none of the elementwise, linear and bilinear functions that carry "
        "a power series here. Nest dualad.derivative or dualad.jvp instead: for few orders that is as good."
    )
