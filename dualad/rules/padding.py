"""`numpy.pad` in all its modes."""

import numpy as np

from dualad.levels import Perturbed, make
from dualad.objects import packed
from dualad.rules.kinds import composed
from dualad.rules.movement import Movement
from dualad.rules.pushforwards import Formula, Pushforward
from dualad.tangents import dense
from dualad.tangents.symbolic import NotRecordedError, is_symbolic

_STATISTICS = {"maximum": np.max, "minimum": np.min, "median": np.median}


def pad(array, pad_width, mode="constant", **kwargs):
    """`numpy.pad`: a movement, a linear map, a statistic of the elements, or a function of the user's."""
    if is_symbolic([array, *kwargs.values()]):
        raise NotRecordedError(array, "numpy.pad")
    if callable(mode):
        return _by_function(packed(array), pad_width, mode, kwargs)
    if mode in _STATISTICS:
        return _BY_STATISTIC.apply(np.pad, (array, pad_width, mode), kwargs)
    rule = _MOVED if mode == "constant" else _LINEAR
    return rule.apply(np.pad, (array, pad_width, mode), kwargs)


def _widths(pad_width, rank):
    """Pairs of widths, one for each axis."""
    if isinstance(pad_width, dict):  # NumPy 2.4
        pairs = [(0, 0)] * rank
        for axis, width in pad_width.items():
            pairs[axis] = (width, width) if np.ndim(width) == 0 else tuple(width)
        return pairs
    return _pairs(pad_width, rank)


def _pairs(widths, rank):
    return [tuple(pair) for pair in np.broadcast_to(widths, (rank, 2)).tolist()]


_MOVED = Movement("array constant_values")


def _linear(call, y, dx, dend):
    """The same padding of the tangent; the direction axis is not padded."""
    rank = dense.rank(call.array)
    if dend is not None:
        return _ramp(call, dx, dend)
    lead = dense.rank(dx) - rank
    given = {"pad_width": [(0, 0)] * lead + _widths(call.pad_width, rank), "array": dx}
    if call.get("stat_length") is not None:
        given["stat_length"] = [(1, 1)] * lead + _pairs(call.stat_length, rank)
    if call.mode == "empty":
        return np.pad(dx, given["pad_width"])
    return call.without("end_values")(**given)


def _ramp(call, dx, dend):
    """A ramp to moving ends, direction by direction: NumPy takes the ends for all directions alike."""
    if dense.rank(dend) == dense.rank(call.end_values):
        return call(array=np.zeros(np.shape(call.array)) if dx is None else dx, end_values=dend)
    count = dend.shape[0]
    slices = [None] * count if dx is None else dx
    return np.stack([_ramp(call, one, end) for one, end in zip(slices, dend, strict=True)])


_LINEAR = Pushforward("array end_values", _linear)


def _by_statistic(call):
    """Axis by axis: the statistic of the elements next to each edge, repeated."""
    array, pad_width, mode, stat_length = call.array, call.pad_width, call.mode, call.get("stat_length")
    lengths = [(None, None)] * array.ndim if stat_length is None else _pairs(stat_length, array.ndim)
    for axis, (width, length) in enumerate(zip(_widths(pad_width, array.ndim), lengths, strict=True)):
        moved = np.moveaxis(array, axis, 0)
        size = moved.shape[0]
        before, after = (size if n is None else min(n, size) for n in length)
        edges = moved[:before], moved[size - after :]
        left, right = (_STATISTICS[mode](edge, axis=0, keepdims=True) for edge in edges)
        joined = [np.repeat(left, width[0], axis=0), moved, np.repeat(right, width[1], axis=0)]
        array = np.moveaxis(np.concatenate(joined), 0, axis)
    return array


_BY_STATISTIC = Formula("array", _by_statistic)


def _with_room(x):
    """x with a tangent that can hold the derivatives of outer levels, before there are views of it."""
    if not isinstance(x, Perturbed):
        return x
    primal = _with_room(x.primal)
    return make(type(x), primal, dense.raised(x.tangent, primal), x.level)


def _by_function(array, pad_width, function, kwargs):
    """The user's function writes into each line; it gets the lines as Duals."""
    widths = _widths(pad_width, array.ndim)
    padded = _with_room(np.pad(array, widths))
    for axis in range(array.ndim):
        view = np.moveaxis(padded, axis, -1)
        for index in np.ndindex(*view.shape[:-1]):
            function(view[index], widths[axis], axis, kwargs)
    return padded


composed(np.pad, pad)
