"""Determinants: by the inverse where that is safe, else by the adjugate, which exists for singular matrices too."""

import numpy as np

from dualad.levels import Expanded, Perturbed
from dualad.rules import calls
from dualad.rules.kinds import of_diagonals
from dualad.rules.linalg.clusters import SAFETY, undifferentiable
from dualad.rules.linalg.lapack import inverse
from dualad.rules.linalg.matrices import adjoint, diagonal, inner, is_complex, transposed
from dualad.rules.products import times
from dualad.rules.pushforwards import Pushforward
from dualad.tangents import dense
from dualad.tangents.diagonal import whole

CONDITION = 1e4  # up to here the inverse costs at most four of sixteen digits
EXPONENT = 100  # up to here exp(log|det|), by which NumPy computes det, costs at most two


def _det(call, y, da):
    """d det(a) = trace(adj(a) da). Source: Magnus & Neudecker (2019), "Matrix Differential Calculus", 8.3."""
    a = call.a
    root = safe_inverse(a, y)
    if root is not None:
        return y * inner(transposed(root), da)
    da = whole(da)
    exponents, total = balance(calls.stripped(a))
    return shifted(_balanced(shifted(a, exponents), shifted(da, exponents)), -total)


def _balanced(a, da):
    """The same for a matrix scaled to order 1, of any rank; the inverse keeps the digits of small cofactors."""
    y = np.linalg.det(a)
    root = safe_inverse(a, y)
    return inner(transposed(adjugate(a)), da) if root is None else y * inner(transposed(root), da)


def safe_inverse(a, y):
    """The inverse, None if a matrix of the stack is nearly singular or its determinant far from 1."""
    size = np.abs(calls.stripped(y))
    if not np.all((size > 2.0**-EXPONENT) & (size < 2.0**EXPONENT)):
        return None
    root = inverse(a)
    lengths = [np.sum(np.abs(calls.stripped(x)) ** 2, axis=(-2, -1)) for x in (a, root)]
    return root if np.all(lengths[0] * lengths[1] < (CONDITION * a.shape[-1]) ** 2) else None


def balance(a):
    """Exponents e such that a * 2**e has singular values around 1, and the exponent by which its determinant is larger.

    e is a sum of one number for the row and one for the column, found on the exponents themselves, so that nothing
    under- or overflows on the way.
    """
    n = a.shape[-1]
    exponents = np.where(a == 0, -np.inf, np.frexp(np.abs(a))[1].astype(float))
    rows = _least_shift(exponents, -1)
    columns = _least_shift(exponents + rows, -2)
    values = np.linalg.svd(shifted(a, rows + columns), compute_uv=False)
    counted = values > SAFETY * n * np.finfo(values.dtype).eps * values[..., :1]
    logs = np.where(counted, np.log2(np.where(counted, values, 1.0)), 0.0)
    middle = np.rint(np.sum(logs, axis=-1) / np.maximum(1, np.sum(counted, axis=-1)))[..., None, None]
    total = np.sum(rows - middle, axis=(-2, -1)) + np.sum(columns, axis=(-2, -1))
    return rows + columns - middle, total


def _least_shift(exponents, axis):
    largest = np.max(exponents, axis=axis, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(largest), -largest, 0.0)


def shifted(x, exponents):
    """x * 2**exponents, in three steps, as 2**exponents itself may overflow."""
    exponents = np.clip(exponents, -3000, 3000)
    third = np.rint(exponents / 3)
    for part in (third, third, exponents - 2 * third):
        x = x * np.exp2(part)
    return x


def adjugate(a):
    """The transposed cofactors of square matrices: det(a) * inv(a) where a is regular, and finite where it is not."""
    if isinstance(a, (Perturbed, Expanded)):
        return _ADJUGATE.apply(adjugate, (a,), {})
    u, vh, phase, before, _, after = _decomposed(a)
    return phase * np.matmul(adjoint(vh) * (before * after)[..., None, :], adjoint(u))


def _decomposed(a):
    """Singular vectors, large and small values in turn, and the products that leave one value out or two.

    Taking turns keeps the running products near 1. ``before[i]``, ``between[i, j]`` and ``after[j]`` are the
    products of the values in front of i, between i and j, and behind j: no value is divided by.
    """
    u, s, vh = np.linalg.svd(a)
    n = a.shape[-1]
    order = np.stack([np.arange(n), np.arange(n)[::-1]], axis=-1).reshape(-1)[:n]
    u, s, vh = u[..., order], s[..., order], vh[..., order, :]
    phase = (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]
    one = np.ones_like(s[..., :1])
    before = np.concatenate([one, np.cumprod(s, axis=-1)], axis=-1)[..., :-1]
    after = np.concatenate([np.cumprod(s[..., ::-1], axis=-1)[..., ::-1], one], axis=-1)[..., 1:]
    strictly_behind = np.tri(n, k=-1, dtype=bool).T
    factors = np.where(strictly_behind, s[..., None, :], 1.0)
    running = np.cumprod(factors, axis=-1)
    between = np.concatenate([np.ones_like(running[..., :1]), running], axis=-1)[..., :-1]
    return u, vh, phase, before, between, after


def _adjugate(call, y, da):
    """The second derivative of a determinant: in the basis of singular vectors all values but two are multiplied."""
    u, vh, phase, before, between, after = _decomposed(call.a)
    n = u.shape[-1]
    pairs = np.where(np.tri(n, k=-1, dtype=bool).T, before[..., :, None] * between * after[..., None, :], 0.0)
    pairs = pairs + transposed(pairs)
    p = np.matmul(adjoint(u), times(da, adjoint(vh)))
    sums = np.matmul(pairs, diagonal(p)[..., None])
    core = sums * np.eye(n) - pairs * p
    moved = phase * np.matmul(adjoint(vh), times(core, adjoint(u)))
    if not isinstance(moved, (Perturbed, Expanded)):
        return moved
    return undifferentiable(moved, lacks_two(calls.stripped(call.a))[..., None, None])


def lacks_two(a):
    """Where two singular values are zero: the vectors that belong to them are not unique, nor are their derivatives."""
    values = np.linalg.svd(a, compute_uv=False)
    n = values.shape[-1]
    return values[..., max(0, n - 2)] <= SAFETY * n * np.finfo(values.dtype).eps * values[..., 0]


_ADJUGATE = Pushforward("a", _adjugate)


def _slogdet(call, y, da):
    """d log det(a) = trace(a^-1 da): its real part moves the logarithm, its imaginary part turns the sign."""
    sign, logarithm = y
    a = call.a
    root = inverse(a)
    if dense.is_finite(calls.stripped(root)):
        rate = inner(transposed(root), da)
    else:  # singular, or too badly scaled for LAPACK
        da = whole(da)
        exponents, _ = balance(calls.stripped(a))
        rate = inner(transposed(inverse(shifted(a, exponents))), shifted(da, exponents))
    is_pole = calls.stripped(logarithm) == -np.inf
    if np.count_nonzero(is_pole):
        da = whole(da)
        rate = np.where(is_pole, _rate_at_pole(a, da), rate)
    if is_complex(a):
        return 1j * np.imag(rate) * sign, np.real(rate)
    return None, rate


def _rate_at_pole(a, da):
    """Infinite with the sign of d det, NaN where that is zero too, and zero for a direction that does not move."""
    plain = calls.stripped(a)
    exponents, _ = balance(plain)
    rate = np.real(_balanced(shifted(a, exponents), shifted(da, exponents))) / 0.0
    values = np.linalg.svd(shifted(plain, exponents), compute_uv=False)
    lost = np.sum(values <= SAFETY * a.shape[-1] * np.finfo(values.dtype).eps * values[..., :1], axis=-1)
    rate = np.where(lost > 1, np.nan, rate)  # d det is zero, and what is computed for it rounding errors
    return np.where(np.all(dense.is_zero(da), axis=(-2, -1)), 0.0, rate)


of_diagonals(np.linalg.det, "a", _det)
of_diagonals(np.linalg.slogdet, "a", _slogdet)
