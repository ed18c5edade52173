"""Spread, averages with weights, and covariance."""

import numpy as np

from dualad.rules import calls
from dualad.rules.axes import count, given, options, reduced
from dualad.rules.coefficients.checks import is_ordinary
from dualad.rules.kinds import formula, pushforward
from dualad.rules.reductions import without_nan
from dualad.tangents import dense


def centered(call, axes, where, a, mean):
    """The deviations from the mean over these axes, or from the ``mean=`` that was given."""
    if mean is None:
        mean = np.sum(a, axis=axes, where=where, keepdims=True) / count(call.a, axes, where, True)
        if call.dtype is not None and np.dtype(call.dtype).kind == "f":
            mean = np.real(mean)  # of complex numbers NumPy then takes the deviations from this
    return np.where(where, a - mean, 0.0)


def _spread(call, y, da, dmean, where):
    """Deviations, how they move, degrees of freedom, and the options of the sum over them."""
    rank, axes = dense.rank(call.a), reduced(call.axis, dense.rank(call.a))
    mean = given(call, "mean")
    deviation = centered(call, axes, where, call.a, mean)
    if mean is None:
        moved = centered(call, axes, where, da, None)
    else:
        shift = None if dmean is None else -dense.align(dmean, dense.rank(mean), rank)
        moved = np.where(where, shift if da is None else da if shift is None else da + shift, 0.0)
    keepdims = given(call, "keepdims", False)
    freedom = count(call.a, axes, where, keepdims) - given(call, "correction", call.ddof)
    return deviation, moved, np.maximum(freedom, 0), {"axis": axes, "keepdims": keepdims}


def across(x, dx):
    """Half the derivative of ``|x|**2``."""
    if dense.dtype_of(x).kind == "c":
        return x.real * dx.real + x.imag * dx.imag
    return x * dx


def undefined_with(y, dy):
    return np.where(np.isnan(calls.stripped(y)), np.nan, dy)


def variance(call, y, da, dmean, where):
    deviation, moved, freedom, over = _spread(call, y, da, dmean, where)
    return undefined_with(y, 2 * (np.sum(across(deviation, moved), **over) / freedom))


def deviation(call, y, da, dmean, where):
    """By the deviations in units of y. At zero spread y turns like ``|t|``: 0, the mean of the two slopes."""
    apart, moved, freedom, over = _spread(call, y, da, dmean, where)
    size = np.expand_dims(y, over["axis"]) if over["axis"] and not over["keepdims"] else y
    ordinary = np.equal(calls.stripped(size), 0) | is_ordinary(calls.stripped(size) ** 2)
    if not np.all(ordinary):  # the squares of the deviations leave the range
        spread = np.max(np.abs(calls.stripped(apart)), axis=over["axis"], keepdims=True, initial=0.0)
        scale = np.ldexp(np.ones_like(spread), np.frexp(spread)[1])
        apart = apart / scale
        squares = np.sum(across(apart, apart), axis=over["axis"], keepdims=True)
        size = np.sqrt(squares / np.reshape(freedom, np.shape(squares) if np.ndim(freedom) else ()))
    unit = np.where(np.equal(size, 0), 0.0, apart / size)
    return undefined_with(y, np.sum(across(unit, moved), **over) / freedom)


def _of_all(push):
    return lambda call, y, da, dmean: push(call, y, da, dmean, given(call, "where", True))


def _of_numbers(push):
    """The same where NaN does not count."""

    def of_numbers(call, y, da, dmean):
        counted = given(call, "where", True) & ~np.isnan(calls.stripped(call.a))
        da = None if da is None else np.where(counted, da, 0.0)
        return push(call.replace(a=without_nan(call.a, 0.0)), y, da, dmean, counted)

    return of_numbers


pushforward(np.var, "a mean", _of_all(variance))
pushforward(np.std, "a mean", _of_all(deviation))
pushforward(np.nanvar, "a mean", _of_numbers(variance))
pushforward(np.nanstd, "a mean", _of_numbers(deviation))


def _average(call):
    """About the value of the average itself, so that a large common part of a does not cost digits."""
    a, weights, over = call.a, call.weights, options(call, "axis", "keepdims")
    if weights is None:
        mean = np.mean(a, **over)
        return (mean, None) if call.returned else mean
    axes = reduced(call.axis, dense.rank(a))
    if np.shape(weights) != np.shape(a):
        weights = np.transpose(weights, np.argsort(np.array(axes) % dense.rank(a)))
        weights = np.reshape(weights, [n if i - dense.rank(a) in axes else 1 for i, n in enumerate(np.shape(a))])
    plain = np.multiply(calls.stripped(a), calls.stripped(weights))
    center = plain.sum(axis=axes, keepdims=True) / np.broadcast_to(calls.stripped(weights), plain.shape).sum(
        axis=axes, keepdims=True
    )
    total = np.sum(weights, **over)
    average = np.sum((a - center) * weights, **over) / total  # but for a constant
    return (average, total) if call.returned else average


formula(np.average, "a weights", _average)


def _rows(m, rowvar):
    """The variables as rows."""
    m = np.reshape(m, (1, -1)) if dense.rank(m) < 2 else m
    return m if rowvar or m.shape[0] == 1 else np.transpose(m)


def _variables(m, y, rowvar):
    if y is None:
        return np.reshape(m, (1, -1)) if dense.rank(m) < 2 else m if rowvar else np.transpose(m)
    first = np.reshape(m, (1, -1)) if dense.rank(m) < 2 else m if rowvar else np.transpose(m)
    return np.concatenate([first, _rows(y, rowvar)], axis=0)


def _product(x, weights):
    weighted = x if weights is None else x * weights
    return np.matmul(weighted, np.conjugate(np.transpose(x)))


def _cov(call):
    m = call.m
    x = _variables(m, call.y, call.rowvar)
    frequencies, importance = call.fweights, call.aweights
    weights = importance if frequencies is None else np.asarray(frequencies, float)
    if frequencies is not None and importance is not None:
        weights = weights * importance
    ddof = (0 if call.bias else 1) if call.ddof is None else call.ddof
    if weights is None:
        total = x.shape[1]
        mean = np.mean(x, axis=1, keepdims=True)
        freedom = total - ddof
    else:
        total = np.sum(weights)
        mean = np.sum(x * weights, axis=1, keepdims=True) / total
        freedom = total - ddof * (1 if importance is None else np.sum(weights * importance) / total)
    return np.squeeze(_product(x - mean, weights) / np.where(np.less_equal(freedom, 0), 0.0, freedom))


formula(np.cov, "m y aweights", _cov, constant="fweights")


def _corrcoef(call):
    """From rows of unit length: an element on the diagonal is 1 whatever they are."""
    x = _variables(call.x, call.y, call.rowvar)
    x = x - np.mean(x, axis=1, keepdims=True)
    size = np.max(np.abs(calls.stripped(x)), axis=1, keepdims=True, initial=0.0)
    x = x / size
    unit = x / np.sqrt(np.sum(across(x, x), axis=1, keepdims=True))
    correlation = _product(unit, None)
    known = np.eye(len(correlation), dtype=bool) & np.isfinite(calls.stripped(correlation))
    return np.squeeze(np.where(known, 1.0, correlation))


formula(np.corrcoef, "x y", _corrcoef)
