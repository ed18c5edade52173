"""Pseudo-inverses and least squares.

Source: Golub & Pereyra (1973), "The differentiation of pseudo-inverses and nonlinear least squares problems whose
variables separate", theorem 4.3.
"""

import numpy as np

from dualad.errors import NoRuleError
from dualad.rules import calls
from dualad.rules.kinds import pushforward
from dualad.rules.linalg.clusters import SAFETY
from dualad.rules.linalg.matrices import adjoint, from_triangle, real, transposed
from dualad.rules.linalg.singular_values import values_tangent
from dualad.rules.products import times
from dualad.rules.table import name_of

STEADY = 1e-10  # a direction keeps the rank if what it adds outside of it is below this share of it


def _pinv(call, y, da):
    a = call.a
    if call.hermitian:
        a, da = from_triangle(a), from_triangle(da)
    return pinv_tangent(a, y, da, name_of(call.function))


def pinv_tangent(a, y, da, name):
    """The tangent of a pseudo-inverse y that may have lost small singular values to a cutoff.

    A pseudo-inverse is continuous where the rank is constant: always for full rank, else in directions that keep it.
    """
    dy = -times(np.matmul(y, da), y)
    m, n = a.shape[-2:]
    rank = np.rint(np.sum((calls.stripped(y) * np.swapaxes(calls.stripped(a), -1, -2)).real, axis=(-2, -1)))
    is_full = np.all(rank == min(m, n))
    if not is_full and discards(calls.stripped(a), calls.stripped(y)):
        return truncated_tangent(a, rank, da)
    out_of_columns = np.eye(m) - np.matmul(a, y)
    out_of_rows = np.eye(n) - np.matmul(y, a)
    if not is_full:
        refuse_change_of_rank(out_of_columns, da, out_of_rows, name)
    if m > n or not is_full:
        dy = dy + np.matmul(y, np.matmul(adjoint(y), times(adjoint(da), out_of_columns)))
    if m < n or not is_full:
        dy = dy + times(times(np.matmul(out_of_rows, adjoint(da)), adjoint(y)), y)
    return dy


def discards(a, y):
    """Whether more than rounding errors fell to the cutoff."""
    rest = np.max(np.abs(a - a @ y @ a), axis=(-2, -1), initial=0)
    noise = 1e3 * SAFETY * max(a.shape[-2:]) * np.finfo(a.dtype).eps
    return np.any(rest > noise * np.max(np.abs(a), axis=(-2, -1), initial=0))


def refuse_change_of_rank(out_of_columns, da, out_of_rows, name):
    """An error for a direction that raises the rank: the pseudo-inverse jumps to infinity there."""
    outside = calls.stripped(np.matmul(out_of_columns, times(da, out_of_rows)))
    if np.any(np.max(np.abs(outside), axis=(-2, -1)) > STEADY * np.max(np.abs(calls.stripped(da)), axis=(-2, -1))):
        raise NoRuleError(
            f"{name} of a matrix without full rank is not differentiated in a direction that changes the rank: "
            "it jumps there. Give an rcond well above rounding errors, or write it with np.linalg.solve of a regular "
            "matrix."
        )


def truncated_tangent(a, rank, da):
    """With singular values cut off that are not zero: the cut space turns with the kept one.

    In the basis of singular vectors the tangent is -p_ij / (s_i s_j) between kept values, and
    (conj(p_ji) + p_ij * cut / kept) / (kept**2 - cut**2) between a kept and a cut one.
    """
    u, s, vh = np.linalg.svd(a, full_matrices=True)
    m, n = a.shape[-2:]
    p = np.matmul(adjoint(u), times(da, adjoint(vh)))
    kept_u, kept_v = (np.arange(size) < rank[..., None] for size in (m, n))
    s_u, s_v = (_extended(s, size)[..., None, :] for size in (m, n))  # s_u is that of the row of the result's u^H
    s_v = transposed(s_v)
    p, swapped = _extended_square(p, n, m), adjoint(p)
    kept = kept_v[..., :, None] & kept_u[..., None, :]
    mixed = kept_v[..., :, None] ^ kept_u[..., None, :]
    large, small = np.maximum(s_u, s_v), np.minimum(s_u, s_v)
    inside = -p / np.where(kept, s_u * s_v, 1.0)
    across = (swapped + p * (small / np.where(mixed, large, 1.0))) / np.where(mixed, large**2 - small**2, 1.0)
    core = np.where(kept, inside, np.where(mixed, across, 0.0))
    return np.matmul(adjoint(vh), times(core, adjoint(u)))


def _extended(s, size):
    """s with zeros behind it."""
    return np.concatenate([s, np.zeros((*s.shape[:-1], size - s.shape[-1]))], axis=-1)


def _extended_square(p, rows, columns):
    """p cut or filled up with zeros to this shape: p_ij beyond the matrix belongs to singular values of zero."""
    p = p[..., :rows, :columns]
    if p.shape[-2] < rows:
        p = np.concatenate([p, np.zeros((*p.shape[:-2], rows - p.shape[-2], p.shape[-1]))], axis=-2)
    if p.shape[-1] < columns:
        p = np.concatenate([p, np.zeros((*p.shape[:-1], columns - p.shape[-1]))], axis=-1)
    return p


def _lstsq(call, y, da, db):
    """Least squares: x = pinv(a) b, the squared residuals and the singular values; the rank is constant."""
    x, residuals, rank, _ = y
    a, b = call.a, call.b
    is_vector = b.ndim == 1
    x, b, db = (z if z is None or not is_vector else z[..., None] for z in (x, b, db))
    root = np.linalg.pinv(a, rcond=_cutoff(call))
    rest = b - np.matmul(a, x)
    missed = db
    dx = ds = None
    if da is not None:
        moved = times(da, x)
        missed = -moved if db is None else db - moved
        dx = _solution_tangent(a, root, rank, x, b, rest, da, call)
        u, values, vh = np.linalg.svd(a, full_matrices=False)
        ds = values_tangent(a, u, values, vh, da)
    if db is not None:
        dx = np.matmul(root, db) if dx is None else dx + np.matmul(root, db)
    dresiduals = None
    if residuals.shape[0]:
        dresiduals = 2 * np.sum(real(np.conjugate(rest) * missed), axis=-2)
    return dx[..., 0] if is_vector else dx, dresiduals, None, ds


def _cutoff(call):
    if call.rcond is None:
        dtype = np.result_type(call.a.dtype, call.b.dtype, np.float64)
        return np.finfo(dtype).eps * max(call.a.shape)
    return call.rcond


def _solution_tangent(a, root, rank, x, b, rest, da, call):
    m, n = a.shape
    if calls.stripped(rank) < min(m, n):
        return times(pinv_tangent(a, root, da, name_of(call.function)), b)
    dx = -np.matmul(root, times(da, x))
    if m > n:
        dx = dx + np.matmul(root, np.matmul(adjoint(root), times(adjoint(da), rest)))
    if m < n:
        inner = np.matmul(adjoint(root), x)
        moved = times(adjoint(da), inner)
        dx = dx + moved - np.matmul(root, np.matmul(a, moved))
    return dx


pushforward(np.linalg.pinv, "a", _pinv)
pushforward(np.linalg.lstsq, "a b", _lstsq)
