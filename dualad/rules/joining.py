"""Functions that join arrays, written with `numpy.concatenate`."""

import numpy as np

from dualad.objects import packed
from dualad.rules import calls
from dualad.rules.kinds import composed
from dualad.rules.movement import movement
from dualad.tangents import dense


def _concatenate(call, y, tangents):
    axis = call.axis
    if axis is None:
        tangents = [
            np.reshape(dx, (*dx.shape[: dx.ndim - dense.rank(x)], int(np.size(x))))
            for x, dx in zip(call.arrays, tangents, strict=True)
        ]
        return np.concatenate(tangents, axis=-1)
    return np.concatenate(tangents, axis=axis if axis < 0 else axis - dense.rank(y))


def _stack(call, y, tangents):
    return np.stack(tangents, axis=call.axis if call.axis < 0 else call.axis - dense.rank(y))


movement("*arrays", np.concatenate, direct=_concatenate)
movement("*arrays", np.stack, direct=_stack)


def _parts(tup):
    return [packed(x) for x in (tup if isinstance(tup, (list, tuple)) else packed(tup))]


def vstack(tup, **options):
    """`numpy.vstack`: rows below each other."""
    return np.concatenate([x if np.ndim(x) > 1 else np.atleast_2d(x) for x in _parts(tup)], 0, **options)


def hstack(tup, **options):
    """`numpy.hstack`: columns side by side."""
    parts = [x if np.ndim(x) else np.atleast_1d(x) for x in _parts(tup)]
    return np.concatenate(parts, 0 if parts[0].ndim == 1 else 1, **options)


def dstack(tup):
    """`numpy.dstack`: along the third axis."""
    return np.concatenate([np.atleast_3d(x) for x in _parts(tup)], 2)


def column_stack(tup):
    """`numpy.column_stack`: vectors as columns."""
    return np.concatenate([np.atleast_2d(x).T if np.ndim(x) < 2 else x for x in _parts(tup)], 1)


def block(arrays):
    """`numpy.block`: nested lists of blocks, the innermost lists along the last axis."""
    np.block(_plain_blocks(arrays))  # its own errors
    rank = max(_depth(arrays), max(np.ndim(x) for x in _blocks(arrays)))
    return _joined(arrays, _depth(arrays), rank)


def _joined(part, depth, rank):
    if isinstance(part, list):
        return np.concatenate([_joined(one, depth - 1, rank) for one in part], axis=-depth)
    part = packed(part)
    return np.copy(np.reshape(part, (1,) * (rank - np.ndim(part)) + np.shape(part)))


def _plain_blocks(part):
    return [_plain_blocks(one) for one in part] if isinstance(part, list) else calls.stripped(packed(part))


def _depth(part):
    return 1 + _depth(part[0]) if isinstance(part, list) else 0


def _blocks(part):
    return [leaf for one in part for leaf in _blocks(one)] if isinstance(part, list) else [part]


def append(arr, values, axis=None):
    """`numpy.append`: flat, or along an axis."""
    if axis is None:
        arr, values, axis = np.ravel(packed(arr)), np.ravel(packed(values)), 0
    return np.concatenate((arr, values), axis=axis)


for _function, _implementation in (
    (np.vstack, vstack), (np.hstack, hstack), (np.dstack, dstack), (np.column_stack, column_stack), (np.block, block),
    (np.append, append),
):  # fmt: skip
    composed(_function, _implementation)
