"""Stacks of matrices: what the rules of linear algebra have in common."""

import functools

import numpy as np

from dualad.rules import calls
from dualad.tangents import dense

SMALL = 128  # up to this size the weights of a triangle cost a noticeable part of a call, and are kept


def is_complex(x):
    """Whether an array or a Dual is complex."""
    return dense.dtype_of(x).kind == "c"


def transposed(x):
    """Each matrix transposed."""
    return np.swapaxes(x, -1, -2)


def adjoint(x):
    """Each matrix transposed and conjugated."""
    return np.conjugate(transposed(x)) if is_complex(x) else transposed(x)


def real(x):
    """The real part; x itself if it is real."""
    return np.real(x) if is_complex(x) else x


def diagonal(x):
    """The diagonal of each matrix."""
    return np.diagonal(x, axis1=-2, axis2=-1)


def half_triangle(n):
    """Weights 1 below the diagonal, 1/2 on it, 0 above."""
    return _kept_half_triangle(n) if n <= SMALL else _half_triangle(n)


def _half_triangle(n):
    return 0.5 * (np.tri(n) + np.tri(n, k=-1))


_kept_half_triangle = functools.lru_cache(maxsize=16)(_half_triangle)


def from_triangle(x, lower=True):
    """The Hermitian matrix that LAPACK sees: it reads one triangle, and of the diagonal the real part."""
    half = half_triangle(x.shape[-1])
    part = x * (half if lower else half.T)
    return part + adjoint(part)


def inner(coefficient, dx):
    """``sum(coefficient * dx)`` over the last two axes; one matrix-vector product for one matrix in K directions."""
    size = coefficient.shape[-2] * coefficient.shape[-1]
    flat = dx.reshape((*dx.shape[:-2], size))
    column = coefficient.reshape((*coefficient.shape[:-2], size))
    if coefficient.ndim == 2:
        return np.matmul(flat, column)
    return np.sum(flat * column, axis=-1)


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


def inverse(a):
    """The inverse, NaN for a singular matrix, where NumPy raises an error for the whole stack."""
    try:
        return np.linalg.inv(a)
    except np.linalg.LinAlgError:
        return np.linalg.inv(np.where(is_singular(a)[..., None, None], np.nan, a))
