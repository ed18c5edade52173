"""Whether a map of tangents looks at the point: if not, the function is linear."""

import numpy as np

from dualad.rules.kinds import Constant
from dualad.rules.table import get


class Seen(Exception):
    """The elements of an unseen array were asked for."""


class Unseen:
    """An array of which only shape and dtype may be asked."""

    __slots__ = ("dtype", "shape")

    def __init__(self, x):
        self.shape, self.dtype = np.shape(x), x.dtype if hasattr(x, "dtype") else np.dtype(type(x))

    @property
    def ndim(self):
        return len(self.shape)

    @property
    def size(self):
        return int(np.prod(self.shape))

    def __len__(self):
        return self.shape[0]

    def _seen(self, *args, **kwargs):
        raise Seen

    __array_ufunc__ = __array__ = __getitem__ = __iter__ = __float__ = __bool__ = __index__ = _seen
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _seen
    __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __neg__ = __abs__ = _seen
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _seen
    __hash__ = None

    def __array_function__(self, function, types, args, kwargs):
        if function in (np.shape, np.ndim, np.size) and not kwargs:
            return function(np.broadcast_to(self.dtype.type(0), self.shape), *args[1:])
        raise Seen


def unseen(x):
    """The value, or those in nested lists, without their elements."""
    if isinstance(x, (list, tuple)):
        return type(x)(unseen(element) for element in x)
    return Unseen(x)


def independent(rule, plain, y, tangents, names):
    """Whether the rule needs nothing but shapes of the named data and of the result."""
    if isinstance(get(plain.function), Constant):
        return False
    try:
        rule.push_tangents(plain.replace(**{name: unseen(plain.given[name]) for name in names}), unseen(y), *tangents)
    except Exception:  # whatever goes wrong without the elements
        return False
    return True
