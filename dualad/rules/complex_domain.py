"""`numpy.emath`: functions that turn complex where the real argument is outside of their real domain."""

import numpy as np

from dualad.rules import calls
from dualad.rules.coefficients import trigonometric
from dualad.rules.kinds import formula, pushforward
from dualad.rules.reductions import scaled
from dualad.tangents import dense


def widened(x, is_outside):
    """x as a complex array, if an element is outside of the real domain."""
    value = calls.stripped(x)
    if dense.dtype_of(value).kind == "c" or not np.any(is_outside(value)):
        return x
    return x + np.zeros((), np.complex64 if dense.dtype_of(value) == np.float32 else np.complex128)


def negative(x):
    return np.less(x, 0)


def beyond_one(x):
    return np.abs(x) > 1


def _of(ufunc, is_outside):
    return lambda call: ufunc(widened(call.x, is_outside))


formula(np.emath.sqrt, "x", _of(np.sqrt, negative))
formula(np.emath.log, "x", _of(np.log, negative))
formula(np.emath.log2, "x", _of(np.log2, negative))
formula(np.emath.log10, "x", _of(np.log10, negative))
pushforward(np.emath.arcsin, "x", lambda call, y, dx: scaled(trigonometric.arcsin(widened(call.x, beyond_one)), dx))
pushforward(np.emath.arccos, "x", lambda call, y, dx: scaled(-trigonometric.arcsin(widened(call.x, beyond_one)), dx))
formula(np.emath.arctanh, "x", _of(np.arctanh, beyond_one))
formula(np.emath.logn, "n x", lambda call: np.log(widened(call.x, negative)) / np.log(widened(call.n, negative)))
formula(np.emath.power, "x p", lambda call: np.power(widened(call.x, negative), call.p))
