"""Differences, numerical derivatives and integrals, and sequences of numbers between two ends."""

import numpy as np

from dualad.rules.axes import given
from dualad.rules.kinds import formula, pushforward
from dualad.rules.linear import trailing_axes
from dualad.tangents import dense


def along(array, axis, *index):
    """``array[index]`` on one axis counted from the end."""
    return array[(..., *index, *(slice(None),) * (-axis - 1))]


def steps(a, axis):
    return along(a, axis, slice(1, None)) - along(a, axis, slice(None, -1))


def _diff(call):
    a = call.a
    axis = trailing_axes(call.axis, dense.rank(a))
    if call.n == 0:
        return a
    joined = [given(call, "prepend"), a, given(call, "append")]
    if joined[0] is not None or joined[2] is not None:
        edge = [1 if i - dense.rank(a) == axis else n for i, n in enumerate(np.shape(a))]
        joined = [np.broadcast_to(x, edge) if np.ndim(x) == 0 else x for x in joined if x is not None]
        a = np.concatenate(joined, axis=axis)
    for _ in range(call.n):
        a = steps(a, axis)
    return a


def _ediff1d(call):
    a = np.reshape(call.ary, -1)
    parts = [call.to_begin, a[1:] - a[:-1], call.to_end]
    parts = [np.reshape(part, -1) for part in parts if part is not None]
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


formula(np.diff, "a prepend append", _diff)
formula(np.ediff1d, "ary to_end to_begin", _ediff1d)


def _spacings(call, axes):
    """For each axis a number, or the distances between its points."""
    spacing = call.varargs
    if len(spacing) <= 1 and not any(np.ndim(s) for s in spacing):
        return list(spacing or [1.0]) * len(axes)
    return [s if np.ndim(s) == 0 else s[1:] - s[:-1] for s in spacing]


def _slope(f, spacing, edge_order):
    """The derivative along the last axis: three points inside, one-sided at the ends."""
    if np.ndim(spacing) == 0:
        spacing = spacing * np.ones(f.shape[-1] - 1)
    rise = (f[..., 1:] - f[..., :-1]) / spacing
    before, after = spacing[:-1], spacing[1:]
    share = before / (before + after)
    inner = rise[..., :-1] + share * (rise[..., 1:] - rise[..., :-1])
    first, last = rise[..., :1], rise[..., -1:]
    if edge_order == 2:
        bend = (rise[..., 1:] - rise[..., :-1]) / (before + after)
        first = first - bend[..., :1] * spacing[:1]
        last = last + bend[..., -1:] * spacing[-1:]
    return np.concatenate([first, inner, last], axis=-1)


def _gradient(call):
    f = call.f
    rank = dense.rank(f)
    axes = tuple(range(-rank, 0)) if call.axis is None else trailing_axes(call.axis, rank)
    axes = axes if isinstance(axes, tuple) else (axes,)
    slopes = tuple(
        np.moveaxis(_slope(np.moveaxis(f, axis, -1), spacing, call.edge_order), -1, axis)
        for axis, spacing in zip(axes, _spacings(call, axes), strict=True)
    )
    return slopes[0] if len(axes) == 1 else slopes


formula(np.gradient, "f *varargs", _gradient)


def _trapezoid(call):
    y, x, width = call.y, call.x, call.dx
    axis = trailing_axes(call.axis, dense.rank(y))
    if x is not None:
        width = steps(x, axis if dense.rank(x) > 1 else -1)
        if dense.rank(x) == 1:
            width = np.reshape(width, (-1, *(1,) * (-axis - 1)))
    return np.sum(width * (along(y, axis, slice(1, None)) + along(y, axis, slice(None, -1))) / 2, axis=axis)


for _name in ("trapezoid", "trapz"):  # trapz is gone in NumPy 2.4
    if _name in np.__dict__:
        formula(np.__dict__[_name], "y x dx", _trapezoid)


def _between(start, stop, num, endpoint, axis):
    """``start * (1 - t) + stop * t``: exact at both ends."""
    share = np.arange(num) / max(num - 1 if endpoint else num, 1)
    rank = max(np.ndim(start), np.ndim(stop))
    share = np.reshape(share, (num,) + (1,) * rank)
    return np.moveaxis(start * (1 - share) + stop * share, 0, axis)


def _linspace(call):
    y = _between(call.start, call.stop, call.num, call.endpoint, call.axis)
    if not call.retstep:
        return y
    count = call.num - 1 if call.endpoint else call.num
    return y, (call.stop - call.start) / count if count > 0 else None


def _logspace(call):
    start, stop, base = call.start, call.stop, call.base
    if np.ndim(base):
        rank = max(np.ndim(start), np.ndim(stop), np.ndim(base))
        start, stop, base = (np.reshape(x, (1,) * (rank - np.ndim(x)) + np.shape(x)) for x in (start, stop, base))
        base = np.expand_dims(base, call.axis)
    return np.power(base, _between(start, stop, call.num, call.endpoint, call.axis))


def _geomspace(call, y, dstart, dstop):
    """``y = start**(1 - t) * stop**t`` for real and complex ends."""
    rank = dense.rank(y) - 1
    share = np.arange(call.num) / max(call.num - 1 if call.endpoint else call.num, 1)
    share = np.reshape(share, (call.num,) + (1,) * rank)
    total, shape = 0.0, np.broadcast_shapes(np.shape(call.start), np.shape(call.stop))
    for end, moved, weight in ((call.start, dstart, 1 - share), (call.stop, dstop, share)):
        if moved is not None:
            relative = dense.align(moved, dense.rank(end), rank) / end * np.ones(shape)
            total = total + np.expand_dims(relative, -rank - 1) * weight
    return y * np.moveaxis(total, -rank - 1, trailing_axes(call.axis, rank + 1))


formula(np.linspace, "start stop", _linspace)
formula(np.logspace, "start stop base", _logspace)
pushforward(np.geomspace, "start stop", _geomspace)
