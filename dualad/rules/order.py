"""Order statistics: sorting, medians and quantiles, gathered from the sorted tangents.

Equal elements share the mean of their tangents, so that the result does not depend on the sorting algorithm.
"""

import numpy as np

from dualad.errors import NoRuleError
from dualad.rules import calls
from dualad.rules.extremes import all_axes
from dualad.rules.kinds import pushforward
from dualad.rules.pushforwards import Pushforward
from dualad.rules.table import add, name_of
from dualad.tangents import dense


class Order:
    """The elements of x in ascending order along some axes, which are merged into one last axis; nan at its end."""

    def __init__(self, x, axes):
        rank = dense.rank(x)
        values = np.asarray(x)
        positions = np.arange(values.size).reshape(values.shape)
        values, positions = (_merged(array, axes) for array in (values, positions))
        order = np.argsort(values, axis=-1, kind="stable")
        self.rank = rank
        self.values = np.take_along_axis(values, order, axis=-1)
        self.source = np.take_along_axis(positions, order, axis=-1)
        self.starts = np.ones(self.values.shape, bool)
        self.starts[..., 1:] = self.values[..., 1:] != self.values[..., :-1]

    def pick(self, dx, place):
        """The tangents of the elements at these places of the order; the mean of a group of equal ones."""
        flat = np.reshape(dx, (*np.shape(dx)[: dense.rank(dx) - self.rank], self.source.size))
        if self.starts.all():
            return flat[..., np.take_along_axis(self.source, place, axis=-1)]
        group = np.cumsum(self.starts).reshape(self.starts.shape) - 1
        starts = np.flatnonzero(self.starts)
        counts = np.diff(starts, append=self.starts.size)
        means = np.add.reduceat(flat[..., self.source.ravel()], starts, axis=-1) / counts
        return means[..., np.take_along_axis(group, place, axis=-1)]


def _merged(array, axes):
    if not axes:
        return array[..., None]
    moved = np.moveaxis(array, axes, range(-len(axes), 0))
    kept = moved.shape[: moved.ndim - len(axes)]
    return moved.reshape((*kept, int(np.prod(moved.shape[len(kept) :]))))


def _sort(call, y, dx):
    """The order of the result is taken from the result itself, so it holds for all its options."""
    rank = dense.rank(call.a)
    axis = call.get("axis", -1)
    order = Order(calls.stripped(call.a), all_axes(axis, rank))
    along = -1 if axis is None else all_axes(axis, rank)[0]
    result = np.moveaxis(calls.stripped(y), along, -1)
    place = np.argsort(np.argsort(result, axis=-1, kind="stable"), axis=-1)
    return np.moveaxis(order.pick(dx, place), -1, along)


for _function in (np.sort, np.partition, np.sort_complex):
    pushforward(_function, "a", _sort, "selection")


class OrderStatistic(Pushforward):
    """A function of the sorted elements; ``overwrite_input`` would destroy them, so it is not passed on."""

    kind = "selection"

    def __init__(self, push, constant=""):
        super().__init__("a", self._push, constant=constant)
        self.place = push

    def normal(self, call):
        return super().normal(call).without("overwrite_input")

    def _push(self, call, y, dx):
        x = calls.stripped(call.a)
        dy = self.place(call, x, calls.stripped(y), dx, all_axes(call.axis, dense.rank(x)))
        dy = dy.reshape(np.shape(dx)[: dense.rank(dx) - dense.rank(x)] + np.shape(y))
        undefined = np.isnan(calls.stripped(y))
        dy = np.where(undefined, np.nan, dy) if np.any(undefined) else dy
        return dy if dense.rank(dy) else dy[()]


def _median(call, x, y, dx, axes):
    order = Order(x, axes)
    is_number = ~np.isnan(order.values)
    count = np.count_nonzero(is_number, axis=-1, keepdims=True)
    middle = np.concatenate([np.maximum(count - 1, 0) // 2, np.minimum(count // 2, is_number.shape[-1] - 1)], axis=-1)
    middle = np.maximum(middle, 0)
    if not is_number.shape[-1]:
        return np.full(np.shape(dx)[: dense.rank(dx) - dense.rank(x)] + np.shape(y), np.nan)
    return np.mean(order.pick(dx, middle), axis=-1)


def _quantile(call, x, y, dx, axes):
    if call.get("weights") is not None:
        return _weighted_quantile(call, x, y, dx, axes)
    order = Order(x, axes)
    size = order.values.shape[-1]
    if size > 2 / np.finfo(order.values.dtype).eps:
        raise NoRuleError(
            f"{name_of(call.function)} of more than {2 / np.finfo(order.values.dtype).eps:.0f} {order.values.dtype} "
            "numbers is not differentiated: that dtype cannot count them. Write x.astype(np.float64)."
        )
    place = _places(call, order)
    lower = np.minimum(np.floor(place), size - 1)
    weight = place - lower
    first = order.pick(dx, lower.astype(int))
    second = order.pick(dx, np.minimum(lower + 1, size - 1).astype(int))
    dy = np.where(weight == 0, first, (1 - weight) * first + weight * second)
    return np.moveaxis(dy, -1, -order.values.ndim)


def _places(call, order):
    """Where in the order the quantiles are, by the function itself: what it gives for the numbers 0, 1, 2, …"""
    numbers = np.arange(order.values.shape[-1], dtype=order.values.dtype)
    numbers = np.where(np.isnan(order.values), np.nan, numbers)
    numbers[..., 0] = np.where(np.isnan(numbers[..., 0]), 0, numbers[..., 0])  # a slice without a number
    options = {name: call.given[name] for name in ("method", "interpolation") if call.given.get(name) is not None}
    place = np.asarray(call.function(numbers, call.q, axis=-1, **options))
    place = np.moveaxis(place.reshape((np.size(call.q), *order.values.shape[:-1])), 0, -1)
    return np.where(np.isnan(place), 0, place)


def _weighted_quantile(call, x, y, dx, axes):
    """With weights the quantile is one of the elements: the derivative in the weights is zero, it jumps."""
    options = {name: value for name, value in call.given.items() if name not in ("a", "out", "keepdims")}
    quantiles = call.function(x, **options)
    order = Order(np.where(_spread(call.weights, x.shape, axes) > 0, x, np.nan), axes)
    quantiles = np.moveaxis(np.reshape(quantiles, (np.size(call.q), *order.values.shape[:-1])), 0, -1)
    place = np.count_nonzero(order.values[..., None, :] < quantiles[..., None], axis=-1)
    dy = order.pick(dx, np.minimum(place, order.values.shape[-1] - 1))
    return np.moveaxis(dy, -1, -order.values.ndim)


def _spread(weights, shape, axes):
    """The weights, which may be given for the reduced axes alone, in the shape of the data."""
    weights = np.asarray(weights)
    if weights.shape == shape:
        return weights
    order = np.argsort(axes)
    kept = [shape[axis] if axis - len(shape) in axes else 1 for axis in range(len(shape))]
    return np.broadcast_to(weights.transpose(order).reshape(kept), shape)


for _function in (np.median, np.nanmedian):
    add(_function, OrderStatistic(_median))
for _function in (np.quantile, np.percentile, np.nanquantile, np.nanpercentile):
    add(_function, OrderStatistic(_quantile, constant="weights"))
