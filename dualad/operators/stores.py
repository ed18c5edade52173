"""Where the derivatives of the blocks go: arrays of our own, or the arrays that the user gives as ``out``."""

import numpy as np

from dualad import trees
from dualad.errors import DtypeError, ShapeError, StructureError
from dualad.levels import Perturbed
from dualad.tangents import dense


class Gathered:
    """The tangents of all columns for each leaf of the result, columns first."""

    def __init__(self, count):
        self.count = count
        self.parts = None
        self.whole = None

    def put(self, start, stop, tangents):
        """Keep one block."""
        if self.count <= 1 or stop - start == self.count:
            self.whole = tangents
        elif any(isinstance(t, Perturbed) for t in tangents) or self.parts:
            if self.parts is None:
                self.parts = [[] for _ in tangents] if self.whole is None else [[whole[:start]] for whole in self.whole]
            for part, tangent in zip(self.parts, tangents, strict=True):
                part.append(tangent)
        else:
            if self.whole is None:
                self.whole = [np.empty((self.count, *t.shape[1:]), t.dtype) for t in tangents]
            for whole, tangent in zip(self.whole, tangents, strict=True):
                whole[start:stop] = tangent

    def tangents(self):
        """All columns together."""
        return [np.concatenate(part) for part in self.parts] if self.parts else self.whole


class Given:
    """The arrays of the user: one for each leaf of the result and each leaf of the arguments, filled block by block."""

    def __init__(self, out, leaves):
        self.out, self.leaves = out, leaves
        self.targets, _ = trees.flatten(out)
        for target in self.targets:
            if not isinstance(target, (np.ndarray, Perturbed)):
                raise StructureError(f"out holds a {type(target).__name__}: give arrays, for example np.empty(shape).")

    def put(self, start, stop, tangents):
        """Store one block; with the first, look whether all arrays fit."""
        if start == 0:
            self.check(tangents)
        targets = iter(self.targets)
        for tangent in tangents:
            first = 0
            for x in self.leaves:
                low, high = max(start, first), min(stop, first + np.size(x))
                target = next(targets)
                if low < high:
                    block = (
                        tangent[low - start : high - start]
                        if rank_of_block(self.leaves)
                        else np.reshape(tangent, (1, *np.shape(tangent)))
                    )
                    target[(..., *columns_of(x, low - first, high - first))] = np.moveaxis(block, 0, -1)
                first += np.size(x)

    def check(self, tangents):
        """The number, the shapes and the dtypes of the arrays."""
        lead = rank_of_block(self.leaves)
        expected = [np.shape(t)[lead:] + np.shape(x) for t in tangents for x in self.leaves]
        shapes = [target.shape for target in self.targets]
        if shapes != expected:
            raise ShapeError(
                f"out has arrays of shape {said(shapes)}, expected {said(expected)}: f(x).shape + x.shape."
            )
        dtypes = [dense.dtype_of(t) for t in tangents for _ in self.leaves]
        for target, dtype in zip(self.targets, dtypes, strict=True):
            if not np.can_cast(dtype, target.dtype, "same_kind"):
                raise DtypeError(f"out has dtype {target.dtype}, which cannot hold derivatives of dtype {dtype}.")


def rank_of_block(leaves):
    """1 if blocks have an axis of directions; the only column there is has none."""
    return 0 if sum(np.size(x) for x in leaves) == 1 else 1


def columns_of(x, start, stop):
    """The index of the elements ``start`` to ``stop`` of x, counted flat."""
    if np.ndim(x) == 1:
        return (slice(start, stop),)
    if np.ndim(x) == 0:
        return (None,)
    return np.unravel_index(np.arange(start, stop), np.shape(x))


def said(shapes):
    return ", ".join(map(str, shapes))


def split(tangent, value_shape, leaves, has_lead):
    """The derivative of one leaf of the result by each leaf of the arguments: value shape + argument shape."""
    parts, first = [], 0
    for x in leaves:
        shape = np.shape(x)
        if not has_lead and np.size(x):
            parts.append(tangent.reshape(value_shape + shape) if shape else tangent)
        elif not has_lead:
            parts.append(np.zeros(value_shape + shape, dense.dtype_of(tangent)))
        else:
            size = np.size(x)
            block = tangent if len(leaves) == 1 else tangent[first : first + size]
            if not shape:
                parts.append(block[0])
                first += size
                continue
            if len(value_shape) == 1:
                block = block.T if type(block) is np.ndarray else np.moveaxis(block, 0, -1)
            elif value_shape:
                block = np.moveaxis(block, 0, -1)
            parts.append(block if len(shape) == 1 else block.reshape(value_shape + shape))
            first += size
    return parts
