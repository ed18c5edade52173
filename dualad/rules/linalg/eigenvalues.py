"""Eigenvalues and eigenvectors. Source: Giles (2008), 2.3.3; Magnus (1985), "On differentiating eigenvalues"."""

import functools

import numpy as np

from dualad.rules import calls
from dualad.rules.kinds import pushforward
from dualad.rules.linalg.clusters import clusters, mean, reciprocal_gaps
from dualad.rules.linalg.lapack import inverse
from dualad.rules.linalg.matrices import adjoint, diagonal, from_triangle, is_complex, real, scaled
from dualad.rules.products import times


def _eigh(call, y, da):
    """v^H (da) v has the tangents of the eigenvalues on its diagonal and the turns of the vectors beside it."""
    w, v = y
    lower = call.UPLO.upper() == "L"
    p = np.matmul(adjoint(v), times(from_triangle(da, lower), v))
    same = hermitian_clusters(call.a, w, v, lower)
    dw = mean(real(diagonal(p)).copy(), same)
    dv = np.matmul(v, scaled(p, reciprocal_gaps(w, same)))
    return dw, dv + 1j * phase_turn(v, dv, 0 if lower else -1) * v if is_complex(v) else dv


def hermitian_clusters(a, w, v, lower=True):
    """Clusters of the eigenvalues of a Hermitian matrix."""

    def noise():
        size = np.abs(calls.stripped(v))
        return np.swapaxes(size, -1, -2) @ np.abs(from_triangle(calls.stripped(a), lower)) @ size

    return clusters(w, noise)


def phase_turn(v, dv, row):
    """How fast the phases of complex vectors must turn for the given row to stay real.

    LAPACK reduces a Hermitian matrix to a real one by reflections that leave the first row of the vectors alone
    (the last one for UPLO="U"), so that row is real. Where it is zero to rounding the phase jumps; it is
    then left alone, which is right for all that does not depend on it.
    """
    anchor = v[..., row, :].real
    small = 8 * v.shape[-1] * np.finfo(v.dtype).eps
    turn = np.where(np.abs(calls.stripped(anchor)) <= small, 0.0, -dv[..., row, :].imag / anchor)
    return turn[..., None, :]


def _eigvalsh(call, y, da):
    w, v = np.linalg.eigh(call.a, call.UPLO)
    lower = call.UPLO.upper() == "L"
    moved = times(from_triangle(da, lower), v)
    along = np.sum(real(np.conjugate(v) * moved), axis=-2)
    return mean(along, hermitian_clusters(call.a, w, v, lower))


def _eig(call, y, da):
    """a v = v w. LAPACK's vectors have length 1 and are real in their largest component."""
    w, v = y
    if not v.size:
        return diagonal(da), da
    p, same = _turned(call.a, w, v, da)
    dv = np.matmul(v, reciprocal_gaps(w, same) * p)
    length = np.sum(real(np.conjugate(v) * dv), axis=-2)[..., None, :]
    if not is_complex(v):
        return mean(diagonal(p), same), dv - length * v
    plain = calls.stripped(v)
    size = np.abs(plain) * np.where(plain.imag == 0, 1.0, 1e-3)  # of components of equal size one was made real
    largest = np.arange(v.shape[-2])[:, None] == np.argmax(size, axis=-2)[..., None, :]
    turn = np.sum(np.where(largest, dv.imag, 0.0), axis=-2) / np.sum(np.where(largest, v.real, 0.0), axis=-2)
    return mean(diagonal(p), same), dv - (length + 1j * turn[..., None, :]) * v


def _turned(a, w, v, da):
    """v^-1 da v, and the clusters; NaN where a cluster lacks vectors, because its eigenvalues part like roots."""
    root = inverse(v)
    p = np.matmul(root, times(da, v))
    sizes = lambda *matrices: [np.abs(calls.stripped(x)) for x in matrices]
    same = clusters(w, lambda: functools.reduce(np.matmul, sizes(root, a, v)))
    if same is not None:
        vectors, back = sizes(v, root)
        size = np.max(vectors, axis=(-2, -1)) * np.max(back, axis=(-2, -1))
        is_defective = size > np.finfo(w.dtype).eps ** -0.5
        tied = np.any(same & ~np.eye(w.shape[-1], dtype=bool), axis=(-2, -1))
        p = np.where((is_defective & tied)[..., None, None], np.nan, p)
    return p, same


def _eigvals(call, y, da):
    w, v = np.linalg.eig(call.a)
    p, same = _turned(call.a, w, v, da)
    return mean(diagonal(p), same)


pushforward(np.linalg.eigh, "a", _eigh)
pushforward(np.linalg.eigvalsh, "a", _eigvalsh)
pushforward(np.linalg.eig, "a", _eig)
pushforward(np.linalg.eigvals, "a", _eigvals)
