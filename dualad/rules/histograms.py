"""Histograms: linear in the weights; the counts are piecewise constant in the data, but the edges may follow it."""

import math

import numpy as np

from dualad.errors import NoRuleError
from dualad.levels import Perturbed
from dualad.rules import calls
from dualad.rules.extremes import share
from dualad.rules.groups import group_sums
from dualad.rules.kinds import pushforward
from dualad.rules.pushforwards import Pushforward
from dualad.rules.table import add, name_of
from dualad.tangents import dense


def _edges(call, edges, da, dbins):
    """The tangent of the edges: those given as bins, or a grid from the least to the greatest element."""
    if np.ndim(call.bins) == 1:
        return dbins
    if da is None or call.range is not None or not np.size(call.a):
        return None
    if isinstance(call.bins, str):
        raise NoRuleError(
            f"{name_of(call.function)} is not differentiated for bins={call.bins!r}: their number jumps with the data. "
            "Give the number of bins, or the edges."
        )
    least, greatest = (_end(function, call.a, da) for function in (np.min, np.max))
    way = np.arange(call.bins + 1) / call.bins
    return (1 - way) * least[..., None] + way * greatest[..., None]


def _end(function, a, da):
    """The tangent of the least or the greatest of all elements."""
    end = calls.Call(function, (calls.stripped(a),), {})
    return share(end, end(), da)


def _bins_of(sample, edges):
    """The number of the bin of each element; -1 beyond the edges. The last bin is closed."""
    sample, edges = np.ravel(calls.stripped(sample)), calls.stripped(edges)
    number = np.searchsorted(edges, sample, side="right") - 1 - (sample == edges[-1])
    return np.where(number >= edges.size - 1, -1, number)


def _density(content, dcontent, widths, dwidths):
    """density = content / widths / total, all three of which may move."""
    total = np.sum(content)
    density = content / widths / total
    dy = 0.0
    if dcontent is not None:
        dtotal = np.sum(dcontent, axis=tuple(range(-dense.rank(content), 0)), keepdims=True)
        dy = (dcontent / widths - density * dtotal) / total
    return dy if dwidths is None else dy - density * (dwidths / widths)


def _histogram(call, y, da, dbins, dweights):
    edges = y[1]
    dedges = _edges(call, edges, da, dbins)
    dcontent = None
    if dweights is not None:
        dcontent = group_sums(dense.flat(dweights, call.weights), _bins_of(call.a, edges), len(edges) - 1)
    if call.density and (dedges is not None or dcontent is not None):
        dwidths = None if dedges is None else dedges[..., 1:] - dedges[..., :-1]
        dcontent = _density(call.without("density")()[0], dcontent, edges[1:] - edges[:-1], dwidths)
    return [dcontent, dedges]


pushforward(np.histogram, "a bins weights", _histogram)
pushforward(np.histogram_bin_edges, "a bins", _edges, constant="weights")


class ManyDimensional(Pushforward):
    """A histogram over several coordinates: the positions act by their value, where the edges do not follow them."""

    def __init__(self, coordinates):
        super().__init__("weights", self._push, constant=coordinates)

    def normal(self, call):
        positions = [call.given.get(name) for name in self.constant]
        parts = [_packed_parts(p) for p in positions]
        if (calls.innermost(parts) is not None or calls.expanded(positions) is not None) and self.edges_follow(call):
            raise NoRuleError(
                f"{name_of(call.function)} is not differentiated with respect to positions that decide about the "
                "edges. Give the edges as arrays, or range=."
            )
        return super().normal(call)

    def edges_follow(self, call):
        """Whether NumPy takes the ends of a grid from the data."""
        if call.range is not None:
            return any(limits is None for limits in call.range)
        bins = call.bins
        if not isinstance(bins, (list, tuple, np.ndarray)):
            return True
        if call.function is np.histogram2d and len(bins) > 2:
            return False  # the same edges for both coordinates
        return any(np.ndim(one) == 0 for one in bins)

    def _push(self, call, y, dweights):
        edges = y[1] if call.function is np.histogramdd else y[1:]
        shape = tuple(len(one) - 1 for one in edges)
        numbers = np.stack([_bins_of(p, e) for p, e in zip(self.coordinates(call), edges, strict=True)])
        inside = np.all(numbers >= 0, axis=0)
        number = np.where(inside, np.ravel_multi_index(np.maximum(numbers, 0), shape), -1)
        dcontent = group_sums(dense.flat(dweights, call.weights), number, math.prod(shape))
        dcontent = dcontent.reshape((*dcontent.shape[:-1], *shape))
        if call.density:
            widths = math.prod(np.meshgrid(*[np.diff(one) for one in edges], indexing="ij"))
            dcontent = _density(call.without("density")()[0], dcontent, widths, None)
        still = [None] * len(edges)
        return [dcontent, still] if call.function is np.histogramdd else [dcontent, *still]

    def coordinates(self, call):
        """One array of positions for each dimension."""
        if call.function is np.histogram2d:
            return call.x, call.y
        sample = call.sample
        if isinstance(sample, np.ndarray):
            return sample.T if sample.ndim == 2 else sample[None]
        return np.atleast_2d(sample)


def _packed_parts(value):
    if isinstance(value, np.ndarray) and value.dtype == object:
        return value.ravel().tolist()
    return value if isinstance(value, (Perturbed, list, tuple)) else None


add(np.histogram2d, ManyDimensional("x y"))
add(np.histogramdd, ManyDimensional("sample"))
