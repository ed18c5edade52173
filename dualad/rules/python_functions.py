"""Python functions that NumPy applies to elements or lines: they take the Duals themselves."""

import numpy as np

from dualad.levels import Perturbed
from dualad.objects import packed, unpack
from dualad.rules import calls
from dualad.rules.kinds import composed
from dualad.rules.table import RULES, is_of_objects
from dualad.tangents import dense


def is_python(ufunc):
    """Whether a ufunc was made by `numpy.frompyfunc` and has no rule of its own."""
    return ufunc not in RULES and is_of_objects(ufunc)


def call_elements(ufunc, method, inputs, kwargs):
    """The Python function of scalar Duals, element by element, and one Dual of what it returns."""
    outs = kwargs.pop("out", None)
    result = getattr(ufunc, method)(*[unpack(x) if isinstance(x, Perturbed) else x for x in inputs], **kwargs)
    results = tuple(packed(part) for part in result) if isinstance(result, tuple) else (packed(result),)
    if outs is not None:
        results = tuple(
            part if out is None else calls.store(out, part, ufunc) for out, part in zip(outs, results, strict=True)
        )
    return results if len(results) > 1 else results[0]


def apply_along_axis(func1d, axis, arr, *args, **kwargs):
    """`numpy.apply_along_axis`: the lines are Duals."""
    rank = np.ndim(arr)
    (axis,) = np.lib.array_utils.normalize_axis_tuple(axis, rank)
    lines = np.moveaxis(arr, axis, -1)
    places = list(np.ndindex(lines.shape[:-1]))
    if not places:
        raise ValueError("Cannot apply_along_axis when any iteration dimensions are 0")
    found = [packed(func1d(lines[place], *args, **kwargs)) for place in places]
    stacked = np.stack(found)
    if dense.dtype_of(stacked) != dense.dtype_of(found[0]):
        stacked = stacked.astype(dense.dtype_of(found[0]))  # NumPy stores all in an array made for the first
    result = np.reshape(stacked, lines.shape[:-1] + np.shape(found[0]))
    new = result.ndim - rank + 1
    return np.moveaxis(result, range(rank - 1, rank - 1 + new), range(axis, axis + new))


def apply_over_axes(func, a, axes):
    """`numpy.apply_over_axes`: ``func(a, axis)`` for one axis after another."""
    rank = np.ndim(a)
    for axis in np.ravel(axes).tolist():
        axis = axis + rank if axis < 0 else axis
        result = func(a, axis)
        if np.ndim(result) != np.ndim(a):
            result = np.expand_dims(result, axis)
        if np.ndim(result) != np.ndim(a):
            raise ValueError("function is not returning an array of the correct shape")
        a = result
    return a


composed(np.apply_along_axis, apply_along_axis)
composed(np.apply_over_axes, apply_over_axes)
