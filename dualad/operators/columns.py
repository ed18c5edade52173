"""The work behind `jacobian`, `gradient` and `derivative`: one direction for each input column, in blocks."""

import numpy as np

from dualad import seeding
from dualad.errors import DtypeError
from dualad.levels import new_level
from dualad.operators.auxiliary import split_aux
from dualad.tangents import dense

BLOCK_BYTES = 2**28  # "auto" seeds all columns at once up to this size of the seeds


class Columns:
    """The chosen arguments of one call as columns, and what f gives for them."""

    def __init__(self, chosen, has_aux, holomorphic, chunk_size):
        self.chosen = chosen
        self.has_aux = has_aux
        active = [
            seeding.active_leaves(value, name) for value, name in zip(chosen.values(), chosen.names(), strict=True)
        ]
        self.arguments = [leaves for leaves, _ in active]
        self.rebuilds = [rebuild for _, rebuild in active]
        self.leaves = [leaf for leaves in self.arguments for leaf in leaves]
        self.count = sum(np.size(x) for x in self.leaves)
        self._check_kind(holomorphic)
        self.chunk = self._chunk(chunk_size)

    def _check_kind(self, holomorphic):
        is_complex = [dense.dtype_of(x).kind == "c" for x in self.leaves]
        if any(is_complex) and not holomorphic:
            raise DtypeError(
                "the argument is complex: a Jacobian exists for holomorphic f only. Pass holomorphic=True if f is, "
                "else differentiate by real and imaginary part, or use jvp for one complex direction."
            )
        if holomorphic and not all(is_complex):
            raise DtypeError("holomorphic=True needs complex arguments: pass x + 0j.")

    def _chunk(self, chunk_size):
        if chunk_size == "auto":
            column = sum(np.size(x) * dense.dtype_of(x).itemsize for x in self.leaves)
            return max(1, BLOCK_BYTES // max(1, column))
        if not isinstance(chunk_size, (int, np.integer)) or chunk_size < 1:
            raise ValueError(
                f"chunk_size is {chunk_size!r}: it is the number of columns in a block, 1 or more, or 'auto'."
            )
        return int(chunk_size)

    def run(self):
        """Evaluate f block by block; afterwards the result is in ``values``, ``tangents`` and ``aux``."""
        blocks = [self._block(start) for start in range(0, max(1, self.count), self.chunk)]
        if len(blocks) == 1:
            self.tangents = blocks[0]
        else:
            self.tangents = [np.concatenate(parts) for parts in zip(*blocks, strict=True)]
        return self

    def _block(self, start):
        stop = min(start + self.chunk, self.count)
        level = new_level()
        if self.count == 1:
            seeds = seeding.sole_direction(self.leaves)
        else:
            seeds = seeding.basis(self.leaves, start, stop)
        duals = iter(seeding.seed([dense.owned(x) for x in self.leaves], seeds, level))
        values = [
            rebuild([next(duals) for _ in leaves])
            for rebuild, leaves in zip(self.rebuilds, self.arguments, strict=True)
        ]
        result, self.aux = split_aux(self.chosen.call(values), self.has_aux, level)
        pairs, self.rebuild_result = seeding.extract(result, level)
        self.values = [value for value, _ in pairs]
        lead = () if self.count == 1 else (stop - start,)
        return [seeding.tangent_or_zeros(value, tangent, lead) for value, tangent in pairs]

    def value(self):
        """What f returned."""
        return self.rebuild_result(self.values)

    def matrix(self):
        """For each leaf of the result the tree of its derivatives by the chosen arguments."""
        parts = [self._by_arguments(value, t) for value, t in zip(self.values, self.tangents, strict=True)]
        return self.rebuild_result(parts)

    def _by_arguments(self, value, tangent):
        shape = np.shape(value)
        first, trees = 0, []
        for leaves, rebuild in zip(self.arguments, self.rebuilds, strict=True):
            parts = []
            for x in leaves:
                if self.count == 1:
                    parts.append(tangent.reshape(shape + np.shape(x)) if np.shape(x) else tangent)
                else:
                    block = np.moveaxis(tangent[first : first + np.size(x)], 0, -1).reshape(shape + np.shape(x))
                    parts.append(block if block.shape else block[()])
                first += np.size(x)
            trees.append(rebuild(parts))
        return self.chosen.together(trees)
