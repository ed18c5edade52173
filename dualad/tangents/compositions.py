"""Linear functions of a symbolic tangent written with others, whose adjoints and sparse rows are known.

Each has NumPy's own parameters; one of the arrays is symbolic, the others are constants.
"""

import math

import numpy as np

from dualad.tangents import contractions, dense, transforms
from dualad.tangents.axes import as_tuple
from dualad.tangents.gathers import Gather
from dualad.tangents.operations import Apply
from dualad.tangents.symbolic import NotRecordedError, is_symbolic


def _sum(a, axis=None, dtype=None, out=None, keepdims=False, initial=0, where=True):
    """Of masked elements: zeros in their places."""
    if dtype is not None and dtype != a.dtype:
        a = a.astype(dtype)
    keepdims = keepdims is not np._NoValue and keepdims
    if where is not True and where is not np._NoValue:
        a = np.where(where, a, 0.0)
    return sum_of(a, axis, keepdims)


def sum_of(a, axis=None, keepdims=False):
    """The sum over some axes."""
    axes = tuple(range(-a.ndim, 0)) if axis is None else as_tuple(axis, a.ndim)
    shape = tuple(n for i, n in enumerate(a.shape) if i - a.ndim not in axes)
    kept_shape = tuple(1 if i - a.ndim in axes else n for i, n in enumerate(a.shape))

    def adjoint(u):
        lead = u.shape[: dense.rank(u) - len(shape)]
        return (np.broadcast_to(np.reshape(u, lead + kept_shape), lead + a.shape),)

    operation = Apply(lambda d: np.sum(d, axis=axes), "numpy.sum", adjoint, sums=axes)
    total = a.record(operation, (a,), shape, a.dtype)
    return total.reshape(kept_shape) if keepdims else total


def _mean(a, axis=None, dtype=None, out=None, keepdims=False, where=True):
    mask = True if where is np._NoValue else where
    axes = tuple(range(-a.ndim, 0)) if axis is None else as_tuple(axis, a.ndim)
    keepdims = keepdims is not np._NoValue and keepdims
    count = math.prod(a.shape[i] for i in axes)
    if mask is not True:
        count = np.sum(np.broadcast_to(mask, a.shape), axis=axes, keepdims=keepdims)
    return _sum(a, axes, dtype, keepdims=keepdims, where=mask) / count


def _cumulative_sum(x, /, *, axis=None, dtype=None, out=None, include_initial=False):
    axis = 0 if axis is None else axis
    total = np.cumsum(x, axis=axis, dtype=dtype)
    if not include_initial:
        return total
    shape = list(x.shape)
    shape[axis] = 1
    return np.concatenate([np.zeros(shape), total], axis=axis)


def _trace(a, offset=0, axis1=0, axis2=1, dtype=None, out=None):
    return _sum(np.diagonal(a, offset, axis1, axis2), -1, dtype)


def _linalg_trace(x, /, *, offset=0, dtype=None):
    return _trace(x, offset, -2, -1, dtype)


def _diag(v, k=0):
    if v.ndim == 2:
        return np.diagonal(v, k)
    numbers = np.diag(np.arange(1, v.size + 1), k)
    return v.record(Gather(numbers), (v,), numbers.shape, v.dtype)


def _pad(array, pad_width, mode="constant", **options):
    """The modes that move elements; what comes from a statistic or a ramp is taken as a whole."""
    moves = mode in ("constant", "edge", "wrap", "empty") or (
        mode in ("reflect", "symmetric") and options.get("reflect_type", "even") == "even"
    )
    active = [x for x in (array, *options.values()) if is_symbolic(x)]
    if not moves or active[0] is not array or len(active) > 1:
        raise NotRecordedError(active[0], "numpy.pad")
    mode = "constant" if mode == "empty" else mode
    numbers = np.pad(np.arange(1, array.size + 1).reshape(array.shape), pad_width, mode)
    return array.record(Gather(numbers), (array,), numbers.shape, array.dtype)


COMPOSED = {
    np.sum: _sum,
    np.mean: _mean,
    np.cumulative_sum if hasattr(np, "cumulative_sum") else None: _cumulative_sum,
    np.trace: _trace,
    np.linalg.trace: _linalg_trace,
    np.diag: _diag,
    np.pad: _pad,
    **contractions.COMPOSED,
    **transforms.COMPOSED,
}
