"""Tangents of large arrays that depend on some of the directions: an array for each of these, none for the rest.

A number in K directions that meets a large array would become K arrays, most of them zeros. `Rows` holds those that
are not. It lives between elementwise operations, and never changes: everything else takes the whole array of K
directions (`whole`, `dense.settled`).
"""

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from dualad.doubles import DOUBLE, HIGH, LOW, NUMBERS
from dualad.quiet import ORDINARY, SILENT, enter, leave

LARGE = 8192  # elements of the array that a number meets: below, K arrays cost no more than the search for zeros


class Rows(NDArrayOperatorsMixin):
    """A tangent of shape ``(K,) + S`` as a dict ``{direction: array that broadcasts to S}``; the others are zero.

    The row of direction i counts ``factors[i]`` times, or once if there is no factor: a product with a number, a change
    of sign above all, costs nothing until the whole array is asked for.
    """

    __slots__ = ("dtype", "factors", "rows", "shape")

    def __init__(self, rows, shape, dtype, factors=None):
        self.rows, self.shape, self.dtype, self.factors = rows, shape, dtype, factors or {}

    @property
    def ndim(self):
        return len(self.shape)

    def whole(self):
        """The array of all directions."""
        array = np.empty(self.shape, self.dtype)
        for i, target in enumerate(array):
            if i not in self.rows:
                target[...] = 0.0
            elif i in self.factors:
                self.row(i, target)
            else:
                target[...] = self.rows[i]
        return array

    def row(self, i, out=None):
        """The row of a direction, with its factor."""
        if i not in self.factors:
            return self.rows[i]
        if self.factors[i] == -1.0:
            return np.negative(self.rows[i], out=out)  # of complex numbers too
        token = enter(SILENT)
        try:
            return np.multiply(self.rows[i], self.factors[i], out=out)
        finally:
            leave(token)

    def copy(self, order="K"):
        return self

    def reshape(self, shape):
        """With more axes of length one behind the directions; any other shape takes the whole array."""
        more = len(shape) - self.ndim
        if tuple(shape) == (*self.shape[:1], *(1,) * more, *self.shape[1:]):
            return Rows(self.rows, tuple(shape), self.dtype, self.factors)
        return frozen(self).reshape(shape)

    def broadcast(self, shape):
        return Rows(self.rows, tuple(shape), self.dtype, self.factors)

    def astype(self, dtype):
        return Rows({i: np.asarray(self.row(i), dtype) for i in self.rows}, self.shape, dtype)

    def scaled(self, coefficient):
        """Times a coefficient for all directions."""
        if type(coefficient) in NUMBERS and (self.dtype is DOUBLE or coefficient == -1):
            return self._times(float(coefficient))
        own = self.shape[1:]
        shape = own if np.shape(coefficient) in (own, ()) else np.broadcast_shapes(np.shape(coefficient), own)
        rows, factors = {}, dict(self.factors)
        for i, row in self.rows.items():
            rows[i] = pending(factors.get(i, 1.0), np.multiply, coefficient, row)
            if rows[i] is None:
                rows[i] = np.multiply(coefficient, self.row(i))
                del factors[i]
        return Rows(rows, (self.shape[0], *shape), np.result_type(coefficient, self.dtype), factors)

    def _times(self, number):
        """Times a number: another factor, if that is far from the ends of the range."""
        rows, factors = dict(self.rows), {}
        for i in rows:
            factor = self.factors.get(i, 1.0) * number
            if LOW < abs(factor) < HIGH:
                if factor != 1.0:
                    factors[i] = factor
            else:
                rows[i] = np.multiply(number, self.row(i))
        return Rows(rows, self.shape, self.dtype, factors)

    def plus(self, other):
        """The sum with other rows."""
        shape = self.shape if self.shape == other.shape else np.broadcast_shapes(self.shape, other.shape)
        if self.dtype != other.dtype:
            dtype = np.result_type(self.dtype, other.dtype)
            return self.astype(dtype).plus(other.astype(dtype))
        rows, factors = dict(self.rows), dict(self.factors)
        for i, row in other.rows.items():
            mine, its = factors.get(i, 1.0), other.factors.get(i, 1.0)
            if i not in rows:
                rows[i], factors[i] = row, its
                continue
            unite = np.add if mine == its else np.subtract
            total = pending(mine, unite, rows[i], row) if abs(mine) == abs(its) else None
            if total is None:
                total, factors[i] = self.row(i) + other.row(i), 1.0
            rows[i] = total
        return Rows(rows, shape, self.dtype, factors)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if method == "__call__" and not kwargs:
            a, b = inputs if len(inputs) == 2 else (None, None)
            if ufunc is np.multiply and is_coefficient(a, b):
                return b.scaled(a)
            if ufunc is np.multiply and is_coefficient(b, a):
                return a.scaled(b)
            if ufunc is np.add and isinstance(a, Rows) and isinstance(b, Rows) and a.ndim == b.ndim:
                return a.plus(b)
        return getattr(ufunc, method)(*map(whole, inputs), **kwargs)

    def __getitem__(self, index):
        return frozen(self)[index]

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(frozen(self), name)

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.whole(), dtype)

    def __repr__(self):
        return repr(self.whole())


def pending(factor, ufunc, a, b):
    """A ufunc of two arrays before the factor; None if a floating-point flag tells that it would matter."""
    if abs(factor) == 1.0:
        return ufunc(a, b)
    token = enter(ORDINARY)
    try:
        return ufunc(a, b)
    except ArithmeticError:
        return None
    finally:
        leave(token)


def is_coefficient(c, d):
    """Whether c is a plain number or array that multiplies all directions of d alike."""
    return isinstance(d, Rows) and isinstance(c, (int, float, complex, np.generic, np.ndarray)) and np.ndim(c) < d.ndim


def active(tangent):
    """The rows of a number in K directions; the same array where all of them are active."""
    (numbers,) = tangent.nonzero()
    if len(numbers) == len(tangent):
        return tangent
    return Rows({int(i): tangent[i] for i in numbers}, tangent.shape, tangent.dtype)


def whole(tangent):
    """The tangent as an array."""
    return tangent.whole() if type(tangent) is Rows else tangent


def frozen(rows):
    """The whole array for reading: what is written to it would be lost."""
    array = rows.whole()
    array.flags.writeable = False
    return array
