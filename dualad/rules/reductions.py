"""Sums and products, and the same of what is not NaN."""

import numpy as np

from dualad.rules import calls
from dualad.rules.axes import as_result, count, given, merged, options, reduced
from dualad.rules.kinds import formula, pushforward
from dualad.tangents import dense
from dualad.tangents.symbolic import is_symbolic


def _sum(call, y, da, dinitial):
    if dense.dtype_of(y).kind not in "fc":
        return None
    total = None
    if da is not None:
        total = call.without("axis", "initial")(a=da, axis=reduced(call.axis, dense.rank(call.a)))
    if dinitial is None:
        return total
    start = dense.align(dinitial, 0, dense.rank(y))
    return start if total is None else total + start


pushforward(np.sum, "a initial", _sum, "linear")


def _prod(call, y, da, dinitial):
    if dense.dtype_of(y).kind not in "fc":
        return None
    x, axes, where = as_result(call.a, y), reduced(call.axis, dense.rank(call.a)), given(call, "where", True)
    mask = where if where is True else merged(np.broadcast_to(where, np.shape(x)), axes)
    factors = np.where(mask, merged(x, axes), 1.0)
    total = None
    if da is not None:
        total = product(factors, np.where(mask, merged(as_result(da, y), axes), 0.0)) * given(call, "initial", 1.0)
        total = np.reshape(total, np.shape(total)[: np.ndim(total) - np.ndim(factors) + 1] + np.shape(y))
    if dinitial is None:
        return total
    start = dense.align(dinitial, 0, dense.rank(y)) * np.reshape(np.prod(factors, axis=-1), np.shape(y))
    return start if total is None else total + start


pushforward(np.prod, "a initial", _prod)


def product(x, dx):
    """The tangent of the product along the last axis, without division: zeros among the factors do no harm."""
    if x.shape[-1] == 0:
        return np.sum(dx, axis=-1)
    if in_range(x):
        return np.sum(before(x) * np.flip(before(np.flip(x, -1)), -1) * dx, axis=-1)
    if dense.is_finite(calls.stripped(x)):
        return np.sum(scaled(product_of_others(x), dx), axis=-1)
    return step_by_step(x, dx)[..., -1]


def product_of_others(x):
    """For each element the product of all others, exponents apart: a run may leave the range, though not the whole."""
    mantissa, exponent = np.frexp(x)
    ahead = _normal_runs(mantissa, exponent)
    behind = _normal_runs(np.flip(mantissa, -1), np.flip(exponent, -1))[::-1]
    return np.stack([np.ldexp(m * n, i + j) for (m, i), (n, j) in zip(ahead, behind, strict=True)], axis=-1)


def _normal_runs(mantissa, exponent):
    """For each element the product of those before it, as mantissa and exponent."""
    product, power = np.ones_like(mantissa[..., 0]), np.zeros_like(exponent[..., 0])
    runs = []
    for i in range(mantissa.shape[-1]):
        runs.append((product, power))
        product, shift = np.frexp(product * mantissa[..., i])
        power = power + exponent[..., i] + shift
    return runs


def before(x):
    """For each element the product of those before it, 1 for the first."""
    one = np.ones((*x.shape[:-1], 1), x.dtype)
    return np.concatenate([one, np.cumprod(x[..., :-1], axis=-1)], axis=-1)


def in_range(x):
    """Whether the product of any run of neighbours is a normal number, zeros aside."""
    size = np.abs(calls.stripped(x))
    if not np.all(np.isfinite(size)):
        return False
    heights = np.cumsum(np.log2(np.where(size == 0, 1, size)), axis=-1)
    span = np.max(heights, axis=-1, initial=0) - np.min(heights, axis=-1, initial=0)
    return bool(np.all(span < -np.finfo(size.dtype).minexp))


def running_product(x, dx):
    """The tangent of the cumulative product along the last axis."""
    if x.shape[-1] == 0:
        return dx
    return doubling(x, dx) if in_range(x) else step_by_step(x, dx)


def doubling(x, dx):
    """Products of runs of 1, 2, 4, … elements up to each one: log2(n) passes.

    Source: Hillis & Steele (1986), "Data parallel algorithms".
    """
    run = 1
    while run < x.shape[-1]:
        joined = x[..., run:] * dx[..., :-run] + x[..., :-run] * dx[..., run:]
        dx = np.concatenate([dx[..., :run], joined], axis=-1)
        x = np.concatenate([x[..., :run], x[..., run:] * x[..., :-run]], axis=-1)
        run *= 2
    return dx


def step_by_step(x, dx):
    """The same in NumPy's own order, for factors whose partial products leave the range of the numbers."""
    y, dy = x[..., 0], dx[..., 0]
    steps = [dy]
    for i in range(1, x.shape[-1]):
        dy = scaled(x[..., i], dy) + scaled(y, dx[..., i])
        y = y * x[..., i]
        steps.append(dy)
    return np.stack(steps, axis=-1)


def scaled(coefficient, dx):
    """A product in which a zero tangent wins over an infinite coefficient."""
    if is_symbolic(dx) or dense.is_finite(calls.stripped(coefficient)):
        return coefficient * dx
    still = dense.is_zero(dx) & ~np.isnan(calls.stripped(coefficient))
    return np.where(still, 0.0, coefficient * dx)


def _running(parameter):
    def push(call, y, dx):
        if dense.dtype_of(y).kind not in "fc":
            return None
        x = as_result(call.given[parameter], y)
        rank = dense.rank(x)
        if call.axis is None:
            dx = np.reshape(as_result(dx, y), (*np.shape(dx)[: np.ndim(dx) - rank], np.size(x)))
            x, axis = np.reshape(x, -1), -1
        else:
            (axis,) = reduced(call.axis, rank)
            x, dx = np.moveaxis(x, axis, -1), np.moveaxis(as_result(dx, y), axis, -1)
        dy = running_product(x, dx)
        if call.get("include_initial"):
            dy = np.concatenate([np.zeros((*dy.shape[:-1], 1), dy.dtype), dy], axis=-1)
        return np.moveaxis(dy, -1, axis)

    return push


pushforward(np.cumprod, "a", _running("a"))
if hasattr(np, "cumulative_prod"):  # NumPy 2.1
    pushforward(np.cumulative_prod, "x", _running("x"))


def without_nan(a, fill):
    """a with a constant in the place of NaN, as NumPy's nan functions see it."""
    return np.where(np.isnan(calls.stripped(a)), fill, a)


def _nanmean(call):
    a, where = call.a, given(call, "where", True)
    counted = where & ~np.isnan(calls.stripped(a))
    keepdims = given(call, "keepdims", False)
    total = np.sum(without_nan(a, 0.0), **options(call, "axis", "keepdims", "where", "dtype"))
    return total / count(a, reduced(call.axis, dense.rank(a)), counted, keepdims)


_FOLD = ("axis", "dtype", "keepdims", "initial", "where")
_SCAN = ("axis", "dtype")
formula(np.nansum, "a initial", lambda call: np.sum(without_nan(call.a, 0.0), **options(call, *_FOLD)))
formula(np.nanprod, "a initial", lambda call: np.prod(without_nan(call.a, 1.0), **options(call, *_FOLD)))
formula(np.nancumsum, "a", lambda call: np.cumsum(without_nan(call.a, 0.0), **options(call, *_SCAN)))
formula(np.nancumprod, "a", lambda call: np.cumprod(without_nan(call.a, 1.0), **options(call, *_SCAN)))
formula(np.nanmean, "a", _nanmean)
