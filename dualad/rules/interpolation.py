"""Functions in pieces: clip, piecewise, interp."""

from collections.abc import Callable

import numpy as np

from dualad.rules import calls
from dualad.rules.kinds import composed, elementwise, pushforward
from dualad.tangents import dense

_CLIP = np._core.umath.clip  # what ``ndarray.clip`` calls; it has no public name


def _shares(z, x, low, high):
    """The parts of x, low and high in clip; where the bounds meet, x has none and each bound one half."""
    crossed = np.greater_equal(low, high)
    of_low = np.where(crossed, np.equal(low, high) * 0.5, _side(low, x))
    of_high = np.where(crossed, 1 - np.equal(low, high) * 0.5, _side(x, high))
    return np.where(np.isnan(z), np.nan, 1 - of_low - of_high), of_low, of_high


def _side(a, b):
    """1 where a > b, 1/2 where they tie."""
    return np.greater(a, b) * 1.0 + np.equal(a, b) * 0.5


elementwise(
    _CLIP,
    lambda z, x, low, high: _shares(z, x, low, high)[0],
    lambda z, x, low, high: _shares(z, x, low, high)[1],
    lambda z, x, low, high: _shares(z, x, low, high)[2],
)


def clip(a, *args, **kwargs):
    """`numpy.clip`: the ufunc for both bounds, `numpy.maximum` or `numpy.minimum` for one."""
    call = calls.Call(np.clip, (a, *args), kwargs)
    given = dict(call.given)
    options = {name: value for name, value in given.items() if name not in ("a", "a_min", "a_max", "min", "max")}
    if options.get("out", 0) is None:
        del options["out"]
    has_old_names = any(given.get(name, np._NoValue) is not np._NoValue for name in ("a_min", "a_max"))
    low, high = (given.get(name, np._NoValue) for name in (("a_min", "a_max") if has_old_names else ("min", "max")))
    if low is np._NoValue or high is np._NoValue or (has_old_names and ("min" in given or "max" in given)):
        call.replace(**calls.stripped(given)).without("out")()  # what NumPy says to that
    low, high = (None if bound is np._NoValue else bound for bound in (low, high))
    if low is None and high is None:
        call.replace(**calls.stripped(given)).without("out")()  # NumPy 2.0 refuses
        return np.positive(a, **options)
    if low is None:
        return np.minimum(a, high, **options)
    return np.maximum(a, low, **options) if high is None else _CLIP(a, low, high, **options)


composed(np.clip, clip)


def piecewise(x, condlist, funclist, *args, **kw):
    """`numpy.piecewise`: each piece is computed where its condition holds, and stored."""
    conditions = calls.stripped(condlist)
    if np.isscalar(conditions) or (not isinstance(conditions[0], (list, np.ndarray)) and np.ndim(x) != 0):
        conditions = [conditions]
    conditions = np.asarray(conditions, dtype=bool)
    if len(conditions) == len(funclist) - 1:
        conditions = np.concatenate([conditions, ~np.any(conditions, axis=0, keepdims=True)], axis=0)
    elif len(conditions) != len(funclist):
        np.piecewise(calls.stripped(x), conditions, [0] * len(funclist))  # NumPy's own ValueError
    shape = np.shape(x)
    if not shape:
        x, conditions = np.reshape(x, (1,)), conditions.reshape((-1, 1))
    y = np.zeros_like(x)
    for condition, piece in zip(conditions, funclist, strict=True):
        if not isinstance(piece, Callable):
            y[condition] = piece
        elif np.any(condition):
            y[condition] = piece(x[condition], *args, **kw)
    return y if shape else np.reshape(y, ())


composed(np.piecewise, piecewise)


def _interp(call, y, dx, dxp, dfp, dleft, dright):
    """On a piece, dy = slope (dx - dxp) + dfp, with dxp and dfp interpolated as fp is."""
    x, xp, fp, left, right = call.x, call.xp, call.fp, call.left, call.right
    if call.period is not None:
        x, xp, fp, (dxp, dfp) = _one_period(x, xp, fp, abs(call.period), (dxp, dfp))
        left = right = dleft = dright = None
    piece = _Piece(x, xp, fp, left, right)
    rank = dense.rank(x)
    moved = 0.0 if dx is None else piece.slope * dx
    if dxp is not None:
        moved = moved - piece.slope * piece.between(dxp)
    if dfp is not None:
        moved = moved + piece.inside(left, right, piece.between(dfp))
    for beyond, tangent in ((piece.below, dleft), (piece.above, dright)):
        if tangent is not None:
            moved = moved + np.where(beyond, dense.align(tangent, 0, rank), 0.0)
    undefined = np.isnan(calls.stripped(x))
    return np.where(undefined, np.nan, moved) if np.any(undefined) else moved


def _one_period(x, xp, fp, period, tangents):
    """The points of one period in order, with one more on each side."""
    x, xp = np.remainder(x, period), np.remainder(xp, period)
    order = np.argsort(xp)
    order = np.concatenate([order[-1:], order, order[:1]])
    shift = np.zeros(order.size)
    shift[0], shift[-1] = -period, period
    return x, xp[order] + shift, fp[order], [d if d is None else d[..., order] for d in tangents]


class _Piece:
    """Between which points each x lies, how far it is from the left one to the right one, and the slope there."""

    def __init__(self, x, xp, fp, left, right):
        value, points = calls.stripped(x), calls.stripped(xp)
        last = points.size - 1
        self.below, self.above = value < points[0], value > points[-1]
        self.first = np.clip(np.searchsorted(points, value, side="right") - 1, 0, max(last - 1, 0))
        self.second = np.minimum(self.first + 1, last)
        width = np.where(self.first == self.second, 1.0, xp[self.second] - xp[self.first])
        way = np.where(self.first == self.second, 0.0, (x - xp[self.first]) / width)
        self.way = np.where(self.below, 0.0, np.where(self.above, 1.0, way))
        slopes = (fp[1:] - fp[:-1]) / (xp[1:] - xp[:-1])
        # beyond the ends the function is constant, as a piece of slope 0 on each side
        slopes = np.concatenate([np.zeros(1), slopes, np.zeros(1)])
        before, after = (np.searchsorted(points, value, side=side) for side in ("left", "right"))
        slope = 0.5 * (slopes[np.minimum(before, last + 1)] + slopes[np.minimum(after, last + 1)])
        if last > 0:
            slope = self._with_open_end(slope, left, value == points[0], slopes[1])
            slope = self._with_open_end(slope, right, value == points[-1], slopes[-2])
        self.slope = slope

    def _with_open_end(self, slope, beyond, at_end, inner):
        """Where the function ends in nan there is but one slope."""
        if beyond is None or not np.isnan(calls.stripped(beyond)):
            return slope
        return np.where(at_end, inner, slope)

    def between(self, points):
        """Values given at the points, linear in between."""
        return (1 - self.way) * points[..., self.first] + self.way * points[..., self.second]

    def inside(self, left, right, moved):
        """Beyond the ends the values given by left and right do not depend on fp."""
        if left is not None:
            moved = np.where(self.below, 0.0, moved)
        return moved if right is None else np.where(self.above, 0.0, moved)


pushforward(np.interp, "x xp fp left right", _interp)
