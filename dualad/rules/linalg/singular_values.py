"""Singular values and vectors. Source: Giles (2008), 2.3.4; Townsend (2016), "Differentiating the SVD"."""

import numpy as np

from dualad.rules import calls
from dualad.rules.kinds import pushforward
from dualad.rules.linalg.clusters import clusters, mean, reciprocal_gaps
from dualad.rules.linalg.eigenvalues import hermitian_clusters, phase_turn
from dualad.rules.linalg.matrices import adjoint, diagonal, from_triangle, is_complex, real
from dualad.rules.products import times


def singular_clusters(a, u, s, vh):
    """Clusters of the singular values of a matrix, from thin factors."""

    def noise():
        left, middle, right = (np.abs(calls.stripped(x)) for x in (u, a, vh))
        return np.swapaxes(left, -1, -2) @ middle @ np.swapaxes(right, -1, -2)

    return clusters(s, noise)


def values_tangent(a, u, s, vh, da):
    """The tangents of the singular values; a zero one is the kink of an absolute value, so 0."""
    along = np.sum(real(np.conjugate(u) * times(da, adjoint(vh))), axis=-2)
    return mean(np.where(np.equal(s, 0), 0.0, along), singular_clusters(a, u, s, vh))


def _values(call, da, hermitian=False):
    a = call.get("a", call.get("x"))
    u, s, vh = np.linalg.svd(a, full_matrices=False, hermitian=hermitian)
    return values_tangent(a, u, s, vh, from_triangle(da) if hermitian else da)


def _svd(call, y, da):
    if not call.compute_uv:
        return _values(call, da, call.hermitian)
    if call.hermitian:
        return _hermitian(call.a, *y, da)
    return _factors(call.a, *y, da)


def _hermitian(a, u, s, vh, da):
    """NumPy takes eigenvectors as u, and as v the same with the signs of the eigenvalues."""
    sign = np.sign(np.sum(real(calls.stripped(u) * np.swapaxes(calls.stripped(vh), -1, -2)), axis=-2))
    da = from_triangle(da)
    same = hermitian_clusters(a, sign * s, u)
    p = np.matmul(adjoint(u), times(da, u))
    du = np.matmul(u, reciprocal_gaps(sign * s, same) * p)
    if is_complex(u):
        du = du + 1j * phase_turn(u, du, 0) * u
    return du, values_tangent(a, u, s, vh, da), adjoint(du * sign[..., None, :])


def _factors(a, u, s, vh, da):
    """p = u^H da v splits into an even and an odd part, which turn u and v alike and apart.

    The form with s_j - s_i and s_j + s_i rather than their product neither overflows nor loses u v^H, the polar factor,
    where singular values are equal.

    The vectors that ``full_matrices`` adds span a space that turns, and inside it LAPACK's choice has no formula: they
    are not turned there, which is right for the projector on that space. The vectors of a singular value that is
    exactly 0 are undefined if the matrix is not square: NaN.
    """
    k = s.shape[-1]
    left, v = u[..., :k], adjoint(vh)
    right = v[..., :k]
    moved = times(da, right)
    p = np.matmul(adjoint(left), moved)
    same = singular_clusters(a, left, s, vh[..., :k, :])
    even, odd = _turns(p, s, same)
    du, dv = np.matmul(left, even + odd), np.matmul(right, even - odd)
    across_u = _out_of(moved - np.matmul(left, p), s) if a.shape[-2] > k else None
    across_v = _out_of(times(adjoint(da), left) - np.matmul(right, adjoint(p)), s) if a.shape[-1] > k else None
    du = du if across_u is None else du + across_u
    dv = dv if across_v is None else dv + across_v
    if is_complex(u):
        du, dv = _with_phases(left, right, du, dv)
    ds = mean(np.where(np.equal(s, 0), 0.0, real(diagonal(p))), same)
    return _completed(u, left, du, across_u), ds, adjoint(_completed(v, right, dv, across_v))


def _turns(p, s, same):
    sums = s[..., None, :] + s[..., :, None]
    apart = np.where(np.equal(sums, 0), 0.0, 0.5 / sums)
    return (p + adjoint(p)) * (0.5 * reciprocal_gaps(s, same)), (p - adjoint(p)) * apart


def _out_of(moved, s):
    """How vectors move out of the space that they span."""
    return np.where(np.equal(s, 0)[..., None, :], np.nan, moved / s[..., None, :])


def _completed(whole, part, tangent, across):
    """The tangents of all columns: the added ones stay orthogonal to the others."""
    k = part.shape[-1]
    if across is None or whole.shape[-1] == k:
        return tangent
    added = -np.matmul(part, np.matmul(adjoint(across), whole[..., k:]))
    return np.concatenate([tangent, added], axis=-1)


def _with_phases(u, v, du, dv):
    """LAPACK reduces to a real bidiagonal matrix: the first row of v stays real, of a wide matrix that of u."""
    is_wide = v.shape[-2] > u.shape[-2]
    turn = 1j * (phase_turn(u, du, 0) if is_wide else phase_turn(v, dv, 0))
    return du + turn * u, dv + turn * v


pushforward(np.linalg.svd, "a", _svd)
pushforward(np.linalg.svdvals, "x", lambda call, y, dx: _values(call, dx))
