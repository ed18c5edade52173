"""Stacks of matrices: what the rules of linear algebra have in common."""

import numpy as np

from dualad.rules.linalg.lapack import triangle
from dualad.tangents import dense
from dualad.tangents.diagonal import Diagonal, whole


def is_complex(x):
    """Whether an array or a Dual is complex."""
    return dense.dtype_of(x).kind == "c"


def transposed(x):
    """Each matrix transposed."""
    return x.swapaxes(-1, -2) if type(x) is np.ndarray else np.swapaxes(x, -1, -2)


def adjoint(x):
    """Each matrix transposed and conjugated."""
    return np.conjugate(transposed(x)) if is_complex(x) else transposed(x)


def real(x):
    """The real part; x itself if it is real."""
    return np.real(x) if is_complex(x) else x


def diagonal(x):
    """The diagonal of each matrix."""
    return x.diagonal(0, -2, -1) if type(x) is np.ndarray else np.diagonal(x, 0, -2, -1)


def from_triangle(x, lower=True):
    """The Hermitian matrix that LAPACK sees: it reads one triangle, and of the diagonal the real part."""
    half = triangle(x.shape[-1], 0.5)
    part = x * (half if lower else half.T)
    return part + adjoint(part)


def inner(coefficient, dx):
    """``sum(coefficient * dx)`` over the last two axes; one matrix-vector product for one matrix in K directions."""
    if isinstance(dx, Diagonal):
        if coefficient.ndim == 2:
            return dx.inner(coefficient)
        dx = whole(dx)
    size = coefficient.shape[-2] * coefficient.shape[-1]
    flat = dx.reshape((*dx.shape[:-2], size))
    column = coefficient.reshape((*coefficient.shape[:-2], size))
    if coefficient.ndim == 2:
        return np.matmul(flat, column)
    return np.sum(flat * column, axis=-1)


def scaled(x, weights):
    """``x * weights`` in the memory of x, a new array that nothing else refers to."""
    if type(x) is np.ndarray and type(weights) is np.ndarray and x.dtype.char in "dD" and weights.dtype.char == "d":
        x *= weights
        return x
    return x * weights
