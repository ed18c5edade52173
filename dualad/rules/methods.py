"""The methods of ufuncs: ``reduce``, ``accumulate``, ``outer``, ``reduceat``, ``at``.

A reduction is a fold of the ufunc itself, so its tangent is the same fold run on Duals. The common ones
(sum, product, greatest, least) have rules of their own under the name of the NumPy function.
"""

import numpy as np

from dualad.errors import LostDerivativeError
from dualad.levels import Perturbed, level_of, make
from dualad.objects import packed
from dualad.rules import calls
from dualad.rules.kinds import Constant

_MISSING = object()


def call(ufunc, method, rule, inputs, kwargs):
    """``getattr(ufunc, method)(*inputs, **kwargs)`` with at least one Dual in it."""
    if method == "at":
        return at(ufunc, *inputs)
    if isinstance(rule, Constant):
        return constant(ufunc, method, inputs, kwargs)
    function = {"reduce": reduce, "accumulate": accumulate, "outer": outer, "reduceat": reduceat}[method]
    outs = kwargs.pop("out", None)
    result = function(ufunc, *[packed(x) for x in inputs[:1]], *inputs[1:], **kwargs)
    return result if outs is None else calls.store(outs[0] if isinstance(outs, tuple) else outs, result, ufunc)


def constant(ufunc, method, inputs, kwargs):
    """A method of a piecewise constant ufunc."""
    outs = kwargs.pop("out", None)
    kwargs = {name: calls.stripped(value) for name, value in kwargs.items()}
    result = getattr(ufunc, method)(*calls.stripped([packed(x) for x in inputs]), **kwargs)
    return result if outs is None else calls.store(outs[0] if isinstance(outs, tuple) else outs, result, ufunc)


def by_value(result, value):
    """The result with NumPy's own value: a fold in another order would differ in the last bit."""
    if not isinstance(result, Perturbed):
        return value
    return make(type(result), by_value(result.primal, value), result.tangent, result.level)


def reduce(ufunc, array, axis=0, dtype=None, keepdims=False, initial=_MISSING, where=True):
    """Fold over one axis or several."""
    options = {"axis": axis, "dtype": dtype, "keepdims": keepdims, "where": where}
    if initial is not _MISSING:
        options["initial"] = initial
    function = _FOLDS.get(ufunc)
    if function is not None:
        if function in (np.max, np.min):
            options.pop("dtype")
        return function(array, **options)
    value = ufunc.reduce(calls.stripped(array), **{k: calls.stripped(v) for k, v in options.items()})
    axes = _axes(axis, array.ndim)
    rest = [a for a in range(array.ndim) if a not in axes]
    shape = tuple(array.shape[a] for a in rest)
    flat = array.transpose(*axes, *rest).reshape((-1, *shape))
    chosen = np.broadcast_to(where, array.shape).transpose(*axes, *rest).reshape((-1, *shape))
    total = None if initial is _MISSING else np.broadcast_to(initial, shape)
    for element, mask in zip(flat, chosen, strict=True):
        if total is None:
            total = element
        elif mask.all():
            total = ufunc(total, element)
        else:
            total = np.where(mask, ufunc(total, element), total)
    if total is None:
        return value
    return by_value(total.reshape(np.shape(value)) if isinstance(total, Perturbed) else total, value)


def accumulate(ufunc, array, axis=0, dtype=None):
    """All partial folds along an axis."""
    function = {np.add: np.cumsum, np.multiply: np.cumprod}.get(ufunc)
    if function is not None:
        return function(array, axis=axis, dtype=dtype)
    value = ufunc.accumulate(calls.stripped(array), axis=axis, dtype=dtype)
    partial = []
    for element in np.moveaxis(array, axis, 0):
        partial.append(ufunc(partial[-1], element) if partial else element)
    return by_value(np.moveaxis(np.stack(partial), 0, axis), value) if partial else value


def outer(ufunc, a, b, **kwargs):
    """The ufunc of all pairs."""
    b = packed(b)
    return ufunc(np.reshape(a, np.shape(a) + (1,) * np.ndim(b)), b, **kwargs)


def reduceat(ufunc, array, indices, axis=0, dtype=None):
    """A fold of each slice ``array[indices[i]:indices[i + 1]]``, or one element where that is empty."""
    value = ufunc.reduceat(calls.stripped(array), indices, axis=axis, dtype=dtype)
    moved = np.moveaxis(array, axis, 0)
    stops = [*list(indices[1:]), moved.shape[0]]
    folds = [
        reduce(ufunc, moved[start:stop]) if start < stop else moved[start]
        for start, stop in zip(indices, stops, strict=True)
    ]
    return by_value(np.moveaxis(np.stack(folds), 0, axis), value)


def at(ufunc, array, indices, *operands):
    """Unbuffered in-place operation: an element that is named twice is operated on twice."""
    operand = packed(operands[0]) if operands else None
    if level_of(array) < level_of(operand):
        raise LostDerivativeError(
            f"numpy.{ufunc.__name__}.at: the array cannot hold the derivative of what is put into it. "
            "Create it with np.zeros_like(x) or np.zeros(n, like=x)."
        )
    numbers = np.arange(array.size).reshape(array.shape)[indices]
    flat = np.ravel(numbers)
    values = None if operand is None else np.ravel(np.broadcast_to(operand, numbers.shape))
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


_FOLDS = {np.add: np.sum, np.multiply: np.prod, np.maximum: np.max, np.minimum: np.min}
