"""Diagonal tangents: K directions of a matrix that ``numpy.diag`` made of a vector, without their zeros.

K dense matrices would cost more than all that is done with them. A `WithDiagonal` Dual holds the diagonals, and writes
the matrices out as soon as anybody asks for its tangent. Sums with constants, multiples and matrix products do without,
and so do the rules that say that they take diagonals.
"""

import functools

import numpy as np

from dualad.levels import dual_class, make
from dualad.quiet import SILENT, enter, leave
from dualad.tangents.waiting import Waiting, settle

WORTH = 2**14  # elements of all directions from which on it pays to wait


class Diagonal:
    """K matrices that are zero beside one diagonal; ``values`` has the shape (K, length of the diagonal)."""

    __slots__ = ("offset", "values")
    ndim = 3

    def __init__(self, values, offset):
        self.values = values
        self.offset = offset

    @property
    def dtype(self):
        return self.values.dtype

    @property
    def shape(self):
        count, length = self.values.shape
        n = length + abs(self.offset)
        return count, n, n

    @property
    def rows(self):
        """Where the elements of the diagonal are."""
        start = max(-self.offset, 0)
        return slice(start, start + self.values.shape[1])

    @property
    def columns(self):
        start = max(self.offset, 0)
        return slice(start, start + self.values.shape[1])

    def whole(self):
        """The K matrices with their zeros."""
        matrices = np.zeros(self.shape, self.dtype)
        n = matrices.shape[-1]
        flat = matrices.reshape((len(matrices), n * n))
        flat[:, self.rows.start * n : self.rows.stop * n][:, self.columns.start :: n + 1] = self.values
        return matrices

    def reshape(self, *shape):
        return self.whole().reshape(*shape)

    def times(self, right):
        """``self @ right`` for one matrix."""
        product = self.values[:, :, None] * right[self.columns]
        return product if self.offset == 0 else self._between_zeros(product, 1)

    def after(self, left):
        """``left @ self`` for one matrix."""
        product = self.values[:, None, :] * left[:, self.rows]
        return product if self.offset == 0 else self._between_zeros(product, 2)

    def _between_zeros(self, product, axis):
        before = self.rows.start if axis == 1 else self.columns.start
        widths = [(0, 0)] * 3
        widths[axis] = before, abs(self.offset) - before
        return np.pad(product, widths)

    def inner(self, matrix):
        """The sum of all products of an element of one matrix and one of self."""
        return np.matmul(self.values, np.diagonal(matrix, self.offset))


def whole(tangent):
    """A tangent as an array."""
    return tangent.whole() if isinstance(tangent, Diagonal) else tangent


class WithDiagonal(Waiting):
    """What a Dual is as long as its tangent is a `Diagonal`."""

    __slots__ = ()
    carrier = Diagonal

    @classmethod
    def written(cls, dual, held):
        return held.whole()

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        rule = _OPERATIONS.get(ufunc)
        if rule is not None and method == "__call__" and not kwargs and self.unwritten is not None:
            result = rule(self, ufunc, *inputs)
            if result is not None:
                return result
        return super().__array_ufunc__(ufunc, method, *inputs, **kwargs)

    def __neg__(self):
        return np.negative(self)

    def __add__(self, other):
        return np.add(self, other) if is_constant(other) else settle(self).__add__(other)

    def __radd__(self, other):
        return np.add(other, self) if is_constant(other) else settle(self).__radd__(other)

    def __sub__(self, other):
        return np.subtract(self, other) if is_constant(other) else settle(self).__sub__(other)

    def __rsub__(self, other):
        return np.subtract(other, self) if is_constant(other) else settle(self).__rsub__(other)

    def __mul__(self, other):
        return np.multiply(self, other) if is_constant(other) else settle(self).__mul__(other)

    def __rmul__(self, other):
        return np.multiply(other, self) if is_constant(other) else settle(self).__rmul__(other)

    def __matmul__(self, other):
        return np.matmul(self, other) if is_constant(other) else settle(self).__matmul__(other)


def is_constant(x):
    """What the operations here take beside a diagonal: a number or an array of numbers."""
    return type(x) is float or type(x) is int or (type(x) is np.ndarray and x.dtype.char in "dD")


def waiting(y, diagonal, level):
    """A Dual of a matrix and the diagonals of its tangents."""
    return make(_waiting_class(), y, diagonal, level)


@functools.cache
def _waiting_class():
    return type("Dual", (WithDiagonal, dual_class()), {"__slots__": ()})


def silently(function, *args):
    """Without warnings: the value has given them."""
    token = enter(SILENT)
    try:
        return function(*args)
    finally:
        leave(token)


def _elementwise(dual, ufunc, x, y=None):
    """Minus, sums with and multiples by a constant of the same shape and dtype."""
    other = y if x is dual else x
    primal, diagonal = dual.primal, dual.unwritten
    if y is None:
        return waiting(ufunc(primal), Diagonal(-diagonal.values, diagonal.offset), dual.level)
    if type(other) is np.ndarray:
        if other.shape != primal.shape or other.dtype is not primal.dtype:
            return None
    elif not is_constant(other):
        return None
    values = diagonal.values
    if ufunc is np.multiply:
        coefficient = other if type(other) is not np.ndarray else np.diagonal(other, diagonal.offset)
        if not np.all(np.isfinite(coefficient)):
            return None  # a zero tangent wins over an infinite coefficient: the table knows how
        values = silently(np.multiply, coefficient, values)
    elif ufunc is np.subtract and y is dual:
        values = -values
    z = ufunc(*(primal if argument is dual else argument for argument in (x, y)))
    return waiting(z, Diagonal(values, diagonal.offset), dual.level)


def _product(dual, ufunc, x, y):
    other = y if x is dual else x
    if type(other) is not np.ndarray or other.dtype is not dual.primal.dtype or not 0 < other.ndim < 3:
        return None
    z = ufunc(*(dual.primal if argument is dual else argument for argument in (x, y)))
    if x is dual:
        dz = silently(dual.unwritten.times, other.reshape((len(other), -1)))
    else:
        dz = silently(dual.unwritten.after, other.reshape((-1, other.shape[-1])))
    return make(dual_class(), z, dz.reshape((len(dz), *z.shape)), dual.level)


_OPERATIONS = {
    np.negative: _elementwise,
    np.add: _elementwise,
    np.subtract: _elementwise,
    np.multiply: _elementwise,
    np.matmul: _product,
}
