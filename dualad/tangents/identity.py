"""The tangent that seeds a vector in the directions of all its elements: an element by itself moves in one of them."""

import functools
from typing import Any

import numpy as np

from dualad.doubles import DOUBLE
from dualad.levels import dual_class, make
from dualad.quiet import ORDINARY, enter, leave
from dualad.tangents.waiting import Waiting, settle

_new = object.__new__
_KEPT = 32  # elements: a copy of the matrix is faster than a new one


class WithIdentity(Waiting):
    """What the Dual of a vector is as long as single elements are taken from it, or matrices applied to it.

    It holds the class of those elements.
    """

    __slots__ = ()
    carrier = type
    primal: Any
    level: Any

    @classmethod
    def written(cls, dual, held):
        return basis(held.count)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if ufunc is np.matmul and method == "__call__" and not kwargs and inputs[1] is self:
            z = _mapped(self, inputs[0])
            if z is not None:
                return z
        return Waiting.__array_ufunc__(self, ufunc, method, *inputs, **kwargs)  # another thread may settle self

    def __getitem__(self, index):
        kind = self.held
        if type(kind) is type:
            if type(index) is int:
                z = _new(kind)
                z.primal = self.primal[index]
                z.held = {index if index >= 0 else index + kind.count: 1.0}
                z.level = self.level
                return z
            if isinstance(index, np.integer):
                return self[int(index)]
            if type(index) is tuple and len(index) == 1 and type(index[0]) is int:
                return self[index[0]]
        return settle(self)[index]

    def __iter__(self):
        return map(self.__getitem__, range(len(self.primal)))


def seed(x, kind, level):
    """A Dual of a vector in the directions of all its elements, which will be of this kind."""
    dual = _new(_class())
    dual.primal = x
    dual.held = kind
    dual.level = level
    return dual


def _mapped(x, matrix):
    """``matrix @ x``, whose tangents are the columns of the matrix; None for all but a matrix of ordinary doubles."""
    if type(x.held) is not type or type(matrix) is not np.ndarray or matrix.ndim != 2 or matrix.dtype is not DOUBLE:
        return None
    token = enter(ORDINARY)
    try:
        z = np.matmul(matrix, x.primal)
    except ArithmeticError:
        return None
    finally:
        leave(token)
    return None if np.isnan(z).any() else make(dual_class(), z, matrix.T.copy(order="K"), x.level)


@functools.cache
def _class():
    return type("Dual", (WithIdentity, dual_class()), {"__slots__": (), "__module__": dual_class().__module__})


def basis(count):
    """One direction for each element of a vector."""
    return _kept(count).copy() if count <= _KEPT else _basis(count)


def _basis(count):
    matrix = np.zeros((count, count))
    matrix.reshape(-1)[:: count + 1] = 1
    return matrix


_kept = functools.cache(_basis)
