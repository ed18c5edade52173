"""Factorisations with a triangular factor: Cholesky and QR."""

import numpy as np

from dualad.rules.kinds import pushforward
from dualad.rules.linalg.lapack import lower_inverse, triangle, upper_inverse
from dualad.rules.linalg.matrices import adjoint, diagonal, from_triangle, is_complex, scaled, transposed
from dualad.rules.products import times


def _cholesky(call, y, da):
    """a = l l^H, so dl = l * lower(l^-1 da l^-H), the diagonal halved. Source: Giles (2008), 2.2.7 (Smith 1995)."""
    lower = adjoint(y) if call.upper else y
    root = lower_inverse(lower)
    p = times(np.matmul(root, from_triangle(da, lower=not call.upper)), adjoint(root))
    dl = np.matmul(lower, scaled(p, triangle(y.shape[-1], 0.5)))
    return adjoint(dl) if call.upper else dl


_MODES = {"full": "reduced", "f": "reduced", "economic": "raw", "e": "raw"}


def _qr(call, y, da):
    """The tangents of what the mode asks for; what else they need comes from a second call.

    LAPACK makes the diagonal of r real, for complex matrices too, and never turns a sign without a jump of q. Columns
    of a that depend on those before them leave q undefined: NaN.
    """
    mode = _MODES.get(call.mode, call.mode)
    if mode == "r":
        q, r = np.linalg.qr(call.a)
        return _reduced(q, r, da)[1]
    if mode == "reduced":
        return _reduced(*y, da)
    m, n = call.a.shape[-2:]
    if mode == "complete":
        q, r = y
        dq, dr = _reduced(q[..., : min(m, n)], r[..., : min(m, n), :], da)
        if m <= n:
            return dq, dr
        factors, _ = np.linalg.qr(call.a, mode="raw")
        below = np.zeros((m - n, n))
        dr = np.concatenate([dr, np.broadcast_to(below, (*dr.shape[:-2], m - n, n))], axis=-2)
        return np.concatenate([dq, _complement(q[..., :n], factors, dq)], axis=-1), dr
    q, r = np.linalg.qr(call.a)
    factors = y[0] if isinstance(y, tuple) else transposed(y)
    dq, dr = _reduced(q, r, da)
    return _raw(q, factors, dq, dr, isinstance(y, tuple))


def _reduced(q, r, da):
    """q^H dq is skew, dr is upper triangular, and the diagonal of r stays real; a wide r is cut for its inverse."""
    k = q.shape[-1]
    root = upper_inverse(r[..., :k])
    across = np.matmul(adjoint(q), da)
    turned = times(across[..., :k], root)
    strict = turned * np.tri(k, k=-1)
    turn = strict - adjoint(strict)
    if is_complex(q):
        turn = turn + 1j * np.imag(turned) * np.eye(k)
    dq = np.matmul(q, turn) if q.shape[-2] == k else times(da[..., :k], root) + np.matmul(q, turn - turned)
    dr = across - times(turn, r)
    return dq, dr * np.tri(r.shape[-1], k).T


def _reflectors(q, factors):
    """v and u with 1 - q = v u, both triangular: v holds the Householder vectors, the diagonal of u their tau.

    Source: Ballard et al. (2014), "Reconstructing Householder vectors from tall-skinny QR".
    """
    m, k = q.shape[-2:]
    v = transposed(factors)[..., :k] * np.tri(m, k, -1) + np.eye(m, k)
    w = np.eye(m, k) - q
    return v, w, np.matmul(lower_inverse(v[..., :k, :]), w[..., :k, :]) * np.tri(k).T


def _reflectors_tangent(v, u, dq):
    """The tangents of v and u: those of a triangular factorisation without pivots."""
    m, k = v.shape[-2:]
    known = k if m > k else k - 1  # the last vector of a square matrix is the last unit vector
    root = lower_inverse(v[..., :k, :])
    reach = upper_inverse(u[..., :known, :known])
    dw = np.matmul(root, -dq[..., :k, :])
    lower = times(dw[..., :known], reach) * np.tri(k, known, -1)
    du = (dw - times(lower, u[..., :known, :])) * np.tri(k).T
    dv = np.matmul(v[..., :k, :], lower)
    if m > k:
        rest = times(-dq[..., k:, :] - np.matmul(v[..., k:, :], du), reach)
        dv = np.concatenate([dv, rest], axis=-2)
    return dv, du


def _complement(q, factors, dq):
    """The further columns of a complete q, [0; 1] - w v1^-H v2^H, which the Householder vectors fix."""
    k = q.shape[-1]
    v, w, u = _reflectors(q, factors)
    dv, _ = _reflectors_tangent(v, u, dq)
    root = adjoint(lower_inverse(v[..., :k, :]))
    f = np.matmul(root, adjoint(v[..., k:, :]))
    df = np.matmul(root, adjoint(dv[..., k:, :]) - times(adjoint(dv[..., :k, :]), f))
    return times(dq, f) - np.matmul(w, df)


def _raw(q, factors, dq, dr, has_tau):
    m, k = q.shape[-2:]
    v, _, u = _reflectors(q, factors)
    dv, du = _reflectors_tangent(v, u, dq)
    n = factors.shape[-2]
    if m > k:
        dr = np.concatenate([dr, np.zeros((*dr.shape[:-2], m - k, n))], axis=-2)
    known = dv.shape[-1]
    if n > known:
        dv = np.concatenate([dv, np.zeros((*dv.shape[:-1], n - known))], axis=-1)
    dfactors = dr + dv
    return (transposed(dfactors), diagonal(du)) if has_tau else dfactors


pushforward(np.linalg.cholesky, "a", _cholesky)
pushforward(np.linalg.qr, "a", _qr)
