"""Inverses and solutions for tangents: NaN where a matrix is singular.

The value has passed the checks of `numpy.linalg`, which cost more than the arithmetic of a small matrix. NumPy's loops
over LAPACK are therefore called directly, where NumPy has them under the names known here. They tell of a singular
matrix by an *invalid* operation, which is silent where tangents are computed.
"""

import functools

import numpy as np

from dualad.rules import calls

try:
    from numpy.linalg import _umath_linalg as _loops
except ImportError:  # another NumPy: the public, slower way
    _loops = None

SMALL = 128  # up to this size the weights of a triangle cost a noticeable part of a call, and are kept
BLOCK = 32  # up to this size a triangular matrix is inverted as any other


def solve(a, b):
    """The solution of ``a x = b`` for stacks of matrices a and b."""
    if _loops is None or type(a) is not np.ndarray or type(b) is not np.ndarray:
        return np.linalg.solve(a, b)
    return _loops.solve(a, b)


def inverse(a):
    """The inverse, NaN for a singular matrix."""
    if _loops is not None and type(a) is np.ndarray:
        return _loops.inv(a)
    try:
        return np.linalg.inv(a)
    except np.linalg.LinAlgError:
        return np.linalg.inv(np.where(is_singular(a)[..., None, None], np.nan, a))


def is_singular(a):
    """Which matrices of a stack `numpy.linalg.inv` cannot invert."""
    plain = calls.stripped(a)
    flags = np.zeros(plain.shape[:-2], bool)
    for index in np.ndindex(flags.shape):
        try:
            np.linalg.inv(plain[index])
        except np.linalg.LinAlgError:
            flags[index] = True
    return flags


def lower_inverse(a):
    """The inverse of a lower triangular matrix, by halves: products do most of it, and it has exact zeros above."""
    n = a.shape[-1]
    if n <= BLOCK:
        return inverse(a) * triangle(n)
    k = n // 2
    first, last = lower_inverse(a[..., :k, :k]), lower_inverse(a[..., k:, k:])
    whole = np.zeros_like(a, order="C")
    whole[..., :k, :k] = first
    whole[..., k:, k:] = last
    whole[..., k:, :k] = np.matmul(np.matmul(-last, a[..., k:, :k]), first)
    return whole


def upper_inverse(a):
    """The same of an upper triangular matrix."""
    return np.swapaxes(lower_inverse(np.swapaxes(a, -1, -2)), -1, -2)


def triangle(n, diagonal=1.0):
    """Weights 1 below the diagonal, 0 above, and the given one on it; not to be written to."""
    return _kept_triangle(n, diagonal) if n <= SMALL else _triangle(n, diagonal)


def _triangle(n, diagonal):
    weights = np.tri(n)
    weights.flat[:: n + 1] = diagonal
    return weights


_kept_triangle = functools.lru_cache(maxsize=32)(_triangle)
