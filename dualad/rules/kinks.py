"""Where functions are not smooth, in one table: what happens there, and at which arguments.

The answer is a mask, from plain values: ``y, *x`` of a ufunc, ``y`` and the call of another function. Where it is true
the derivative is one by convention; see `dualad.watch_kinks` and docs/conventions.md.
"""

import math

import numpy as np

from dualad.rules import calls
from dualad.rules.extremes import all_axes

KINKS = {}
_OF_CALLS = set()


def kink(what, where, *functions):
    """These functions of numbers are not smooth where ``where(y, *x)`` is true."""
    for function in functions:
        KINKS.setdefault(function, []).append((what, where))


def kink_of_call(what, where, *functions):
    """These functions of arrays are not smooth where ``where(y, call)`` is true."""
    kink(what, lambda y, function, args, kwargs: where(y, calls.Call(function, args, kwargs)), *functions)
    _OF_CALLS.update(functions)


def _tie(z, x, y):
    return np.equal(x, y)


def _is_half(x, decimals):
    return np.equal(np.abs(x * 10.0**decimals) % 1, 0.5)


def _jump(q, x, y):
    return np.equal(np.fmod(x, y), 0)


kink("0", lambda y, x: np.equal(x, 0), np.absolute, np.fabs, np.sign, np.sqrt, np.cbrt)
kink("a tie", _tie, np.maximum, np.minimum, np.fmax, np.fmin)
kink("a jump", lambda y, x: np.equal(x, y), np.floor, np.ceil, np.trunc, int, math.floor, math.ceil, math.trunc)
kink("a jump", lambda y, x: np.equal(np.abs(x - np.trunc(x)), 0.5), np.rint)
kink("a jump", lambda y, x, digits=None: _is_half(x, digits or 0), round)
kink("a jump", _jump, np.floor_divide, np.remainder, np.fmod, np.divmod)
kink("a jump", lambda y, x: np.equal(y[0], 0), np.modf)
kink("0", lambda z, x, y: np.equal(x, 0), np.copysign, np.heaviside)
kink("a jump", lambda z, x, y: np.equal(y, 0), np.copysign)
kink("the origin", lambda z, x, y: np.equal(z, 0), np.hypot)
kink("the origin", lambda z, y, x: np.equal(y, 0) & np.equal(x, 0), np.arctan2)
kink("the branch cut", lambda z, y, x: np.equal(y, 0) & np.less(x, 0), np.arctan2)
kink("base 0", lambda z, x, y: np.equal(x, 0) & np.less(y, 1) & np.not_equal(y, 0), np.power, np.float_power)
kink("the end of the domain", lambda y, x: np.equal(np.abs(x), 1), np.arcsin, np.arccos, np.arctanh)
kink("the end of the domain", lambda y, x: np.equal(x, 1), np.arccosh)
kink("the end of the domain", lambda y, x: np.equal(x, 0), np.log, np.log2, np.log10)
kink("the end of the domain", lambda y, x: np.equal(x, -1), np.log1p)
kink("equal values", _tie, np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal)


def _extreme(y, call):
    """More than one element is the greatest, or the least."""
    x = np.asarray(call.a)
    axes = all_axes(call.get("axis"), x.ndim)
    keepdims = call.get("keepdims") is True
    return np.sum(np.equal(x, y if keepdims else np.expand_dims(y, axes)), axis=axes, where=call.get("where", True)) > 1


def _range(y, call):
    least, greatest = (function(call.a, axis=call.axis) for function in (np.min, np.max))
    plain = calls.Call(np.max, (call.a,), {"axis": call.axis})
    return _extreme(least, plain) | _extreme(greatest, plain)


def _argument(y, call):
    x = np.asarray(call.a)
    extreme = (np.max if "max" in call.function.__name__ else np.min)(x, axis=call.axis)
    return _extreme(extreme, calls.Call(np.max, (x,), {"axis": call.axis}))


def _equal_neighbours(y, call):
    """Equal elements in what is put in order."""
    x = np.asarray(call.given.get("a", call.given.get("ar", call.given.get("x"))))
    axis = call.get("axis", None)
    if isinstance(axis, tuple) or axis is None:
        x, axis = x.ravel(), -1
    ordered = np.sort(x, axis=axis)
    return np.equal(np.diff(ordered, axis=axis), 0)


def _bound(y, call):
    bounds = [call.given.get(name) for name in ("a_min", "a_max", "min", "max")]
    return sum(np.equal(call.a, bound) for bound in bounds if bound is not None and bound is not np._NoValue) > 0


def _norm(y, call):
    x, order = np.asarray(call.x), call.get("ord")
    zero = np.equal(y, 0)
    if order in (None, 2, "fro"):
        return zero
    if order == 1 and (x.ndim == 1 or call.get("axis") is not None):
        return np.equal(x, 0)
    if order in (np.inf, -np.inf) and x.ndim == 1:
        return np.sum(np.equal(np.abs(x), y)) > 1
    return zero


def _repeated(values):
    ordered = np.sort(values, axis=-1)
    size = np.max(np.abs(ordered), axis=-1, keepdims=True, initial=0.0)
    return np.abs(np.diff(ordered, axis=-1)) <= 8 * np.finfo(ordered.dtype).eps * size


def _eigenvalues(y, call):
    return _repeated(y[0] if isinstance(y, tuple) else y)


def _singular_values(y, call):
    values = y[1] if isinstance(y, tuple) else y
    return np.append(np.ravel(_repeated(values)), np.ravel(np.equal(values, 0)))


kink_of_call("a tie", _extreme, np.max, np.min, np.amax, np.amin, np.nanmax, np.nanmin)
kink_of_call("a tie", _range, np.ptp)
kink_of_call("a tie", _argument, np.argmax, np.argmin)
kink_of_call("a tie", _equal_neighbours, np.sort, np.argsort, np.partition, np.argpartition, np.median, np.nanmedian,
             np.quantile, np.nanquantile, np.percentile, np.nanpercentile, np.unique)  # fmt: skip
kink_of_call("a bound", _bound, np.clip)
kink_of_call("a jump", lambda y, call: _is_half(call.a, call.decimals), np.round, np.around)
kink_of_call("a jump", lambda y, call: np.equal(call.x, y), np.fix)
kink_of_call("a norm at 0, or a tie in it", _norm, np.linalg.norm, np.linalg.vector_norm)
kink_of_call("no spread", lambda y, call: np.equal(y, 0), np.std, np.nanstd)
kink_of_call(
    "a repeated eigenvalue", _eigenvalues, np.linalg.eigh, np.linalg.eigvalsh, np.linalg.eig, np.linalg.eigvals
)
kink_of_call("a repeated or zero singular value", _singular_values, np.linalg.svd)
kink_of_call("a knot", lambda y, call: np.isin(call.x, call.xp), np.interp)
kink_of_call("an edge of a bin", lambda y, call: np.isin(call.a, y[1]), np.histogram)
kink_of_call("an edge of a bin", lambda y, call: np.isin(call.x, call.bins), np.digitize)
kink_of_call("equal values", lambda y, call: np.isin(call.v, call.a), np.searchsorted)
kink_of_call("equal values", lambda y, call: np.equal(y, True), np.array_equal)

_FOLDS = {np.maximum: np.max, np.minimum: np.min, np.fmax: np.max, np.fmin: np.min}


def masks(function, method, y, args, kwargs):
    """What happened where, in one call on plain values: pairs of a text and a mask with a true element."""
    if method == "reduce" and function in _FOLDS:
        function, kwargs = _FOLDS[function], {"axis": 0} | kwargs
    elif method == "outer":
        a, b = args
        args = (np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b)
    elif method != "__call__":
        return
    given = (y, function, args, kwargs) if function in _OF_CALLS else (y, *args)
    for what, where in KINKS.get(function, ()):
        mask = where(*given)
        if np.any(mask):
            yield what, mask
