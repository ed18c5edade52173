"""Matrix products: linear in each factor, and in K directions one large product rather than K small ones."""

import math

import numpy as np

from dualad.levels import Perturbed, make
from dualad.quiet import SILENT, enter, leave
from dualad.rules.kinds import composed
from dualad.rules.table import Rule, add
from dualad.tangents import dense
from dualad.tangents.diagonal import Diagonal, whole
from dualad.tangents.symbolic import Symbolic

# Measured with OpenBLAS: a product of few rows reads the other matrix again for each of a stack, one of few elements
# costs mostly the call; else a stack of products is up to twice as fast as one long product.
THIN = 8
SMALL = 8192
SEED = 2048  # elements: with fewer of them the product costs less than the look for zeros

_array = np.ndarray


def times(left, right):
    """``left @ right`` for stacks of matrices; a stack of thin or small ones times one matrix is one product."""
    if isinstance(left, Diagonal):
        return left.times(right) if right.ndim == 2 else np.matmul(whole(left), right)
    if isinstance(right, Diagonal):
        return right.after(left) if left.ndim == 2 else np.matmul(left, whole(right))
    if right.ndim == 2 and left.ndim > 2:
        rows, summed = left.shape[-2:]
        if THIN * rows <= summed or rows * summed * right.shape[-1] < SMALL:
            flat = left.reshape((math.prod(left.shape[:-1]), summed))
            return np.matmul(flat, right).reshape((*left.shape[:-1], right.shape[-1]))
    elif left.ndim == 2 and right.ndim > 2 and right.shape[-1] == 1:
        return through(left, right[..., 0])[..., None]
    return np.matmul(left, right)


def sum_of_products(a, b, da, db):
    """``da @ b + a @ db`` for vectors and matrices."""
    if db is None:
        if da.ndim > a.ndim == 1 < b.ndim:
            return through(b.T, da)
        return times(da, b) if da.ndim > 2 else da @ b
    if db.ndim > b.ndim == 1:
        term = through(a, db) if a.ndim > 1 else db @ a
    else:
        term = a @ db
    if da is not None:
        term += times(da, b) if da.ndim > 2 else da @ b
    return term


def through(matrix, d):
    """``matrix @ d`` for each direction d, as one product; for a part of a diagonal without one."""
    if type(d) is np.ndarray and type(matrix) is np.ndarray and d.ndim == 2 and d.size > SEED:
        found = diagonal(d)
        if found is not None:
            start, values = found
            return scaled_columns(matrix[:, start : start + len(d)], values)
        if d.flags.f_contiguous:
            return np.matmul(matrix, d.T).T  # both factors as they lie in memory
    return times(d, matrix.T)


def diagonal(d):
    """``(start, values)`` if d[i, start + i] are its only elements that are not zero; else None."""
    rows, size = d.shape
    if np.count_nonzero(d[0]) != 1 or not d.flags.c_contiguous:
        return None
    start = int((d[0] != 0).argmax())
    if start + rows > size:
        return None
    values = d.reshape(-1)[start :: size + 1][:rows]
    return (start, values) if np.count_nonzero(d != 0) == np.count_nonzero(values) else None


def scaled_columns(matrix, values):
    """Each column of a matrix times its value, as a row of a new array."""
    return matrix.T.copy(order="K") if (values == 1).all() else matrix.T * values[:, None]


class Product(Rule):
    """A ufunc that is linear in each of two factors; the kinds of the factors are "matrix" or "vector"."""

    kind = "product"

    def __init__(self, first, second, conjugate=False):
        self.first = first
        self.second = second
        self.conjugate = conjugate
        self.shortly = self.of_plain_arrays if first == "either" else None

    def of_plain_arrays(self, compute, x, y):
        """``x @ y`` of vectors and matrices of one type and level, nothing else; None if it is no case for this."""
        a, da = (x.primal, x.tangent) if isinstance(x, Perturbed) else (x, None)
        b, db = (y.primal, y.tangent) if isinstance(y, Perturbed) else (y, None)
        if not (type(a) is _array is type(b) and a.dtype is b.dtype and 0 < a.ndim < 3 and 0 < b.ndim < 3):
            return None
        for d, primal in ((da, a), (db, b)):
            if d is not None and (type(d) is not _array or d.dtype is not primal.dtype):
                return None
        if da is None or db is None:
            if da is db:
                return None
        elif x.level != y.level or da.ndim - a.ndim != db.ndim - b.ndim:
            return None
        z = compute(a, b)
        token = enter(SILENT)
        try:
            dz = sum_of_products(a, b, da, db)
        finally:
            leave(token)
        active = y if da is None else x
        return make(type(active), z, dz, active.level)

    def push(self, ufunc, y, primals, tangents, kwargs):
        """The tangent of y: its arithmetic must not warn, the value has done so."""
        if ufunc is np.matmul and not kwargs:
            for d in tangents:
                found = d.matmul(primals, tangents) if isinstance(d, Symbolic) else None
                if found is not None:
                    return found
        token = enter(SILENT)
        try:
            return self.product(y, primals, tangents, kwargs)
        finally:
            leave(token)

    def product(self, y, primals, tangents, kwargs):
        lead = dense.common_directions(tangents, primals)
        a, b = primals
        da, db = tangents
        axes = self.axes(kwargs, a, b, y)
        is_matrix = self.is_matrix(a, b)
        left, dleft = (self.as_matrix(x, axes and axes[0], is_matrix[0], None, self.conjugate) for x in (a, da))
        right, dright = (self.as_matrix(x, axes and axes[1], is_matrix[1], -1, False) for x in (b, db))
        rank = max(left.ndim, right.ndim)
        total = None
        if da is not None:
            total = times(dense.align(dleft, left.ndim, rank), right)
        if db is not None:
            term = times(left, dense.align(dright, right.ndim, rank))
            total = term if total is None else total + term
        return dense.fit(self.as_result(total, is_matrix, axes and axes[2], kwargs), y, lead)

    def is_matrix(self, a, b):
        """`numpy.matmul` takes a factor of one axis as a vector."""
        if self.first == "either":
            return a.ndim > 1, b.ndim > 1
        return self.first == "matrix", self.second == "matrix"

    def axes(self, kwargs, a, b, y):
        """The ``axes=`` or ``axis=`` option, counted from the end."""
        given = kwargs.get("axes")
        if given is None and "axis" in kwargs:
            given = [kwargs["axis"], kwargs["axis"]]
        if given is None:
            return None
        given = [g if isinstance(g, tuple) else (g,) for g in given]
        if len(given) == 2:
            given.append((given[0][0],) if kwargs.get("keepdims") else ())
        ranks = a.ndim, b.ndim, dense.rank(y)
        return [tuple(i if i < 0 else i - rank for i in one) for one, rank in zip(given, ranks, strict=True)]

    def as_matrix(self, x, axes, is_matrix, new_axis, conjugate):
        """The core axes moved to the end; a vector as a matrix of one row, or of one column."""
        if x is None:
            return None
        x = np.conjugate(x) if conjugate else x
        if axes:
            x = np.moveaxis(x, axes, range(-len(axes), 0))
        if is_matrix:
            return x
        return x[..., None, :] if new_axis is None else x[..., :, None]

    def as_result(self, z, is_matrix, axes, kwargs):
        """Without the axes that made matrices of vectors; core axes where the caller wants them."""
        row, column = is_matrix
        z = z if column else z[..., 0]
        z = z if row else (z[..., 0, :] if column else z[..., 0])
        if kwargs.get("keepdims"):
            z = z[..., None]
        if axes:
            z = np.moveaxis(z, range(-len(axes), 0), axes)
        return z if z.ndim else z[()]


add(np.matmul, Product("either", "either"))
add(np.vecdot, Product("vector", "vector", conjugate=True))
if hasattr(np, "matvec"):  # NumPy 2.2
    add(np.matvec, Product("matrix", "vector"))
    add(np.vecmat, Product("vector", "matrix", conjugate=True))

composed(np.linalg.matmul, lambda x1, x2, /: np.matmul(x1, x2))
composed(np.linalg.vecdot, lambda x1, x2, /, *, axis=-1: np.vecdot(x1, x2, axis=axis))
