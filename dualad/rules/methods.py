"""The methods of ufuncs: ``reduce``, ``accumulate``, ``outer``, ``reduceat``, ``at``.

A reduction is a fold of the ufunc itself, so its tangent is the same fold run on Duals. The common ones
(sum, product, greatest, least) have rules of their own under the name of the NumPy function.
"""

import math

import numpy as np

from dualad.errors import LostDerivativeError, NoRuleError
from dualad.levels import Perturbed, level_of, make
from dualad.objects import packed
from dualad.rules import calls
from dualad.rules.extremes import FOLDS, SHARE
from dualad.rules.groups import ADD_REDUCEAT, add_reduceat, group_sums
from dualad.rules.kinds import Constant
from dualad.tangents import dense

_MISSING = object()


def call(ufunc, method, rule, inputs, kwargs):
    """``getattr(ufunc, method)(*inputs, **kwargs)`` with at least one Dual in it."""
    if method == "at":
        return at(ufunc, *inputs)
    if isinstance(rule, Constant):
        return constant(ufunc, method, inputs, kwargs)
    first, *rest = inputs
    if method == "outer":
        return outer(ufunc, packed(first), packed(*rest), **kwargs)
    out = kwargs.pop("out", None)
    out = out[0] if isinstance(out, tuple) else out
    function = {"reduce": reduce, "accumulate": accumulate, "reduceat": reduceat}[method]
    result = function(ufunc, packed(first), *rest, out=out, **kwargs)
    return result if out is None else calls.store(out, result, ufunc)


def constant(ufunc, method, inputs, kwargs):
    """A method of a piecewise constant ufunc."""
    outs = kwargs.pop("out", None)
    kwargs = {name: calls.stripped(value) for name, value in kwargs.items()}
    result = getattr(ufunc, method)(*calls.stripped([packed(x) for x in inputs]), **kwargs)
    return result if outs is None else calls.store(outs[0] if isinstance(outs, tuple) else outs, result, ufunc)


def numpys(method, out, *args, **kwargs):
    """NumPy's own value; a given ``out`` decides about the dtype, so a copy of it is filled."""
    if out is not None:
        kwargs["out"] = np.empty_like(calls.stripped(out))
    return method(*calls.stripped(args), **{name: calls.stripped(value) for name, value in kwargs.items()})


def by_value(result, value, array, name):
    """The result with NumPy's own value: a fold in another order would differ in the last bit."""
    if not isinstance(result, Perturbed) or dense.dtype_of(value).kind not in "fc":
        return value
    scale = np.max(np.abs(calls.stripped(array)), initial=0.0)
    fold = np.reshape(calls.stripped(result), np.shape(value))
    if not np.allclose(fold, value, rtol=0.05, atol=1e-6 * scale, equal_nan=True):
        # numpy.power.reduce and numpy.arctan2.reduce along the last axis pass over all elements but two
        raise NoRuleError(
            f"{name} does not give the fold of the elements here, so neither does it have its derivative. "
            f"Write functools.reduce(numpy.{name.split('.')[1]}, x)."
        )
    return with_value(result, value)


def with_value(result, value):
    """The value at the bottom of all levels, the tangents in its shape and dtype."""
    if not isinstance(result, Perturbed):
        return value
    lead = dense.directions(result.tangent, result.primal)
    tangent = result.tangent.reshape(lead + np.shape(value))
    primal = with_value(result.primal, value)
    return make(type(result), primal, dense.fit(tangent, primal, lead), result.level)


def reduce(ufunc, array, axis=0, dtype=None, keepdims=False, initial=_MISSING, where=True, out=None):
    """Fold over one axis or several."""
    if dense.rank(array) == 0:
        axis = ()  # a number has no axis 0, and NumPy does not mind
    options = {"axis": axis, "keepdims": keepdims}
    options |= {"dtype": dtype} if dtype is not None else {}
    options |= {"initial": initial} if initial is not _MISSING else {}
    options |= {"where": where} if where is not True else {}
    if ufunc in FOLDS:
        return SHARE.apply(FOLDS[ufunc], (array,), options)
    if ufunc in _NAMED:
        return _NAMED[ufunc](array, **options)
    value = numpys(ufunc.reduce, out, array, **options)
    axes = _axes(axis, array.ndim)
    rest = [a for a in range(array.ndim) if a not in axes]
    shape = tuple(array.shape[a] for a in rest)
    flat, chosen = (
        np.reshape(np.transpose(x, (*axes, *rest)), (math.prod(array.shape[a] for a in axes), *shape))
        for x in (array, np.broadcast_to(where, array.shape))
    )
    total = ufunc.identity if initial is _MISSING else initial
    for element, mask in zip(flat, chosen, strict=True):
        if total is None:
            total = element
        elif mask.all():
            total = ufunc(total, element)
        else:
            total = np.where(mask, ufunc(total, element), total)
    return by_value(_spread(total, shape), value, array, f"numpy.{ufunc.__name__}.reduce")


def _spread(total, shape):
    """A fold over no element at all is a number, even where the result is an array."""
    return np.broadcast_to(total, shape) if isinstance(total, Perturbed) and np.shape(total) != shape else total


def accumulate(ufunc, array, axis=0, dtype=None, out=None):
    """All partial folds along an axis."""
    if dense.rank(array) == 0:
        ufunc.accumulate(calls.stripped(array), axis=axis)  # its own error
    function = {np.add: np.cumsum, np.multiply: np.cumprod}.get(ufunc)
    if function is not None:
        return function(array, axis=axis, dtype=dtype)
    value = numpys(ufunc.accumulate, out, array, axis=axis, dtype=dtype)
    if ufunc in FOLDS:
        alone = _sole_extremes(array, axis, value)
        return with_value(_extremes_so_far(array, axis, value) if alone is None else alone, value)
    partial = []
    for element in np.moveaxis(array, axis, 0):
        partial.append(ufunc(partial[-1], element) if partial else element)
    if not partial:
        return value
    return by_value(np.moveaxis(np.stack(partial), 0, axis), value, array, f"numpy.{ufunc.__name__}.accumulate")


def _sole_extremes(array, axis, value):
    """The element that each extreme so far is; None where several are equal to it, or where it is nan."""
    equal = np.moveaxis(np.equal(calls.stripped(array).astype(value.dtype), value), axis, -1)
    extreme = np.moveaxis(value, axis, -1)
    begins = np.ones_like(equal)
    np.not_equal(extreme[..., 1:], extreme[..., :-1], out=begins[..., 1:])
    if not np.array_equal(begins, equal):
        return None
    places = np.maximum.accumulate(np.where(equal, np.arange(extreme.shape[-1]), 0), axis=-1)
    return np.take_along_axis(array, np.moveaxis(places, -1, axis), axis)


def _extremes_so_far(array, axis, value):
    """The mean of the elements so far that are equal to the extreme so far; nan where that is nan."""
    means, count, last = [], 0, None
    for element, extreme in zip(np.moveaxis(array, axis, 0), np.moveaxis(value, axis, 0), strict=True):
        goes_on = False if last is None else np.equal(extreme, last)
        tied = np.equal(calls.stripped(element).astype(value.dtype), extreme)
        count = np.where(goes_on, count, 0) + tied
        share = tied / np.maximum(count, 1)
        before = 0.0 if last is None else np.where(goes_on, means[-1] * (1 - share), 0.0)
        means.append(np.where(np.isnan(extreme), np.nan * element, before + element * share))
        last = extreme
    return np.moveaxis(np.stack(means), 0, axis) if means else array


def outer(ufunc, a, b, **kwargs):
    """The ufunc of all pairs."""
    return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b, **kwargs)


def reduceat(ufunc, array, indices, axis=0, dtype=None, out=None):
    """A fold of each slice ``array[indices[i]:indices[i + 1]]``, or one element where that is empty."""
    if ufunc is np.add:
        return ADD_REDUCEAT.apply(add_reduceat, (array, indices), {"axis": axis, "dtype": dtype})
    value = numpys(ufunc.reduceat, out, array, indices, axis=axis, dtype=dtype)
    moved = np.moveaxis(array, axis, 0)
    if not len(indices):
        return value
    stops = [*list(indices[1:]), moved.shape[0]]
    folds = [
        accumulate(ufunc, moved[start:stop])[-1] if start < stop else moved[start]
        for start, stop in zip(indices, stops, strict=True)
    ]
    return by_value(np.moveaxis(np.stack(folds), 0, axis), value, array, f"numpy.{ufunc.__name__}.reduceat")


def at(ufunc, array, indices, *operands):
    """Unbuffered in-place operation: an element that is named twice is operated on twice."""
    operand = packed(operands[0]) if operands else None
    if level_of(array) < level_of(operand):
        raise LostDerivativeError(
            f"numpy.{ufunc.__name__}.at: the array cannot hold the derivative of what is put into it. "
            "Create it with np.zeros_like(x) or np.zeros(n, like=x)."
        )
    value = calls.stripped(array).copy()
    ufunc.at(value, indices, *(() if operand is None else (calls.stripped(operand),)))
    numbers = np.arange(array.size).reshape(array.shape)[indices]
    flat = np.ravel(numbers)
    values = None if operand is None else np.ravel(np.broadcast_to(operand, numbers.shape))
    if ufunc in (np.add, np.subtract):
        array[...] = ufunc(array, np.reshape(group_sums(values, flat, array.size), array.shape))
    else:
        _at_by_turns(ufunc, array, flat, values)
    calls.stripped(array)[...] = value


def _at_by_turns(ufunc, array, flat, values):
    """Each turn takes the first mention of each element that is left."""
    while flat.size:
        _, first = np.unique(flat, return_index=True)
        first = np.sort(first)
        where = np.unravel_index(flat[first], array.shape)
        array[where] = ufunc(array[where]) if values is None else ufunc(array[where], values[first])
        later = np.ones(flat.size, bool)
        later[first] = False
        flat = flat[later]
        values = None if values is None else values[later]


def _axes(axis, ndim):
    if axis is None:
        return tuple(range(ndim))
    return tuple(a % ndim for a in (axis if isinstance(axis, tuple) else (axis,)))


_NAMED = {np.add: np.sum, np.multiply: np.prod}
