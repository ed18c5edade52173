"""The tangent that seeds a vector in the directions of all its elements: an element by itself moves in one of them."""

import functools
from typing import Any

import numpy as np

from dualad.levels import dual_class
from dualad.tangents.waiting import Waiting, settle

_new = object.__new__
_KEPT = 32  # elements: a copy of the matrix is faster than a new one


class WithIdentity(Waiting):
    """What the Dual of a vector is as long as nothing but single elements are taken from it.

    It holds the class of those elements and the matrix, which is the same for all threads that write it out.
    """

    __slots__ = ()
    carrier = tuple
    repeatable = True
    primal: Any
    level: Any

    @classmethod
    def written(cls, dual, held):
        return held[1]

    def __getitem__(self, index):
        held = self.held
        if type(held) is tuple:
            if type(index) is int:
                kind = held[0]
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
    count = kind.count
    dual = _new(_class())
    dual.primal = x
    dual.held = kind, basis(count)
    dual.level = level
    return dual


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


@functools.cache
def _kept(count):
    return _basis(count)
