"""Comparisons of Duals: on the values, so that branches, ``min``, ``max`` and ``sorted`` work."""

import operator

import numpy as np

from dualad.doubles import NUMBERS
from dualad.levels import Perturbed, primal_part
from dualad.objects import packed
from dualad.watching import WATCHER

OPERANDS = (float, int, complex, bool, np.generic, np.ndarray, list, tuple, Perturbed)


def _comparison(ufunc, compare):
    """The method behind ``x < y`` and its like: on the values, for branches; a watcher sees them."""

    def method(self, other):
        x = self.primal
        if WATCHER.get() is None:
            if type(other) in NUMBERS and type(x) in NUMBERS:
                return compare(x, other)
        elif other is not self and isinstance(other, OPERANDS):
            return ufunc(self, other)
        return compare(primal_part(x), comparable(other))

    return method


def comparable(other):
    """The value of an operand."""
    return primal_part(packed(other) if isinstance(other, (list, tuple, np.ndarray)) else other)


class Comparisons:
    """The six comparison operators."""

    __slots__ = ()

    __lt__ = _comparison(np.less, operator.lt)
    __le__ = _comparison(np.less_equal, operator.le)
    __gt__ = _comparison(np.greater, operator.gt)
    __ge__ = _comparison(np.greater_equal, operator.ge)
    __eq__ = _comparison(np.equal, operator.eq)
    __ne__ = _comparison(np.not_equal, operator.ne)
