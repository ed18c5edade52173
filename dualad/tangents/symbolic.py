"""What a tangent is that is no array: it answers the NumPy functions that are linear in it."""

from contextvars import ContextVar
from typing import Any

import numpy as np

from dualad.errors import NoRuleError
from dualad.levels import Perturbed, make

LARGE = 2**22  # bytes of an array whose memory is used again by the next recording of the same function
SPARE: ContextVar[Any] = ContextVar("dualad.spare", default=None)


class Symbolic:
    """Base of the tangents that are no arrays; see `recorded`."""

    __slots__ = ()


class NotRecordedError(NoRuleError):
    """A rule did something with a symbolic tangent that cannot be followed; it is then taken as a whole."""

    def __init__(self, tangent, what):
        super().__init__(f"{what} is not followed step by step")
        self.tangent = tangent


def is_symbolic(x):
    """Whether x is a symbolic tangent or a sequence with one in it."""
    if isinstance(x, (list, tuple)):
        return any(is_symbolic(element) for element in x)
    return isinstance(x, Symbolic)


def stand_in(x):
    """An array of the same shape and dtype without memory, for rules that ask for a primal."""
    if isinstance(x, (list, tuple)):
        return type(x)(stand_in(element) for element in x)
    return np.broadcast_to(x.dtype.type(0), x.shape) if isinstance(x, Symbolic) else x


def copied(x):
    """A copy, in memory that an earlier recording had for it: new pages cost as much as the copy."""
    spare = SPARE.get() if x.nbytes >= LARGE else None
    if spare:
        array = spare.pop()
        if array.shape == x.shape and array.dtype == x.dtype:
            np.copyto(array, x)
            return array
    return x.copy()


def kept(x):
    """What a recording may hold on to: a copy of an array that can be written to later.

    A plain array that is read-only and a view of nothing is not copied.
    """
    if isinstance(x, np.ndarray):
        return x if x.base is None and not x.flags.writeable else copied(x)
    if isinstance(x, Perturbed):
        return make(type(x), kept(x.primal), x.tangent.copy() if hasattr(x.tangent, "copy") else x.tangent, x.level)
    if isinstance(x, (list, tuple)) and not hasattr(x, "_fields"):
        return type(x)(kept(element) for element in x)
    return x
