"""One direction for each element of the chosen arguments: what one block of them gives."""

import itertools

import numpy as np

from dualad import seeding, trees
from dualad.errors import DtypeError, ShapeError, StructureError
from dualad.levels import Perturbed, new_level
from dualad.operators import blocks
from dualad.operators.auxiliary import split_aux
from dualad.operators.notes import is_own, note
from dualad.tangents import dense


class Columns:
    """The chosen arguments of one call of f as columns. It can be sent to another process if f can."""

    def __init__(self, operator, chosen, has_aux=False, holomorphic=False, errors=None):
        self.operator, self.chosen, self.has_aux, self.holomorphic = operator, chosen, has_aux, holomorphic
        self.errors = errors
        self.arguments, self.rebuilds, self.leaves = [], [], []
        for value in chosen.values():
            leaves, rebuild = seeding.active_leaves(value, f"the argument of {operator}", copied=False)
            self.arguments.append(leaves)
            self.rebuilds.append(rebuild)
            self.leaves.extend(leaves)
        self.count = sum([np.size(x) for x in self.leaves])
        self.check_kind()

    def __reduce__(self):
        return Columns, (self.operator, self.chosen, self.has_aux, self.holomorphic, self.errors)

    def check_kind(self):
        """Complex arguments have a Jacobian where f is holomorphic, and the user has to say so."""
        is_complex = [dense.dtype_of(x).kind == "c" for x in self.leaves]
        if any(is_complex) and not self.holomorphic:
            raise DtypeError(
                f"{self.operator}: the argument is complex, and a derivative by it exists for holomorphic f only. Pass "
                "holomorphic=True if f is, else differentiate by real and imaginary part, or use jvp for one "
                "complex direction."
            )
        if self.holomorphic and not all(is_complex):
            raise DtypeError(f"{self.operator}: holomorphic=True needs complex arguments: pass x + 0j.")

    def column_bytes(self):
        """The size of one direction."""
        return sum(np.size(x) * dense.dtype_of(x).itemsize for x in self.leaves)

    def lead(self, start, stop):
        """The directions of a block: no axis for the only column there is."""
        return () if self.count == 1 else (stop - start,)

    def seeded(self, start, stop, level):
        """The chosen arguments with the directions of one block."""
        return self.rebuilt(seeding.seed([dense.owned(x) for x in self.leaves], self.seeds(start, stop), level))

    def seeds(self, start, stop):
        """The tangents of the leaves in one block."""
        return seeding.sole_direction(self.leaves) if self.count == 1 else seeding.basis(self.leaves, start, stop)

    def rebuilt(self, leaves):
        """The chosen arguments from leaves in the order of ``self.leaves``."""
        if len(leaves) == 1 and len(self.rebuilds) == 1:
            return [self.rebuilds[0](leaves)]
        rest = iter(leaves)
        return [rebuild([next(rest) for _ in own]) for rebuild, own in zip(self.rebuilds, self.arguments, strict=True)]

    def slots(self):
        """Where the columns of each leaf are among all columns."""
        stops = list(itertools.accumulate(np.size(x) for x in self.leaves))
        return [slice(start, stop) for start, stop in itertools.pairwise([0, *stops])]

    def call(self, values, start, stop):
        """f of these values, which carry the columns from start to stop."""
        try:
            if self.errors is None:
                return self.chosen.call(values)
            with np.errstate(**self.errors):  # another thread or process has an error state of its own
                return self.chosen.call(values)
        except Exception as error:
            note(error, self.operator, start, stop, self.count)
            raise

    def block(self, start, stop):
        """The tangents of the leaves of the result along some columns; with the first, value and aux too."""
        level = new_level()
        result = self.call(self.seeded(start, stop, level), start, stop)
        return self.extracted(result, start, stop, level)

    def at_once(self):
        """What `block` gives for all columns, by live tangents; None where these do not serve."""
        if not all(dense.dtype_of(x).kind in "fc" and not isinstance(x, Perturbed) for x in self.leaves):
            return None
        level = new_level()
        from dualad.tangents import live  # here, because few Jacobians are that wide: it takes time to import

        columns = live.Columns(self.count, blocks.BLOCK_BYTES, blocks.PRODUCT_BYTES)
        seeds = columns.seeds(self.leaves)
        try:
            result = self.chosen.call(self.rebuilt(seeding.seed([dense.owned(x) for x in self.leaves], seeds, level)))
            tangents, value, aux = self.extracted(result, 0, self.count, level)
        except Exception as error:
            if is_own(error):
                note(error, self.operator, 0, self.count, self.count)
                raise
            return None  # the blocks will tell what is wrong, if anything is
        arrays = [columns.array(t) for t in tangents]
        return None if any(t is None for t in arrays) else (arrays, value, aux)

    def extracted(self, result, start, stop, level):
        """What `block` gives, from what f returned."""
        result, aux = split_aux(result, self.has_aux, level)
        pairs, rebuild = seeding.extract(result, level)
        if not pairs:
            raise StructureError(
                f"{self.operator}: f returned {type(result).__name__} without any number in it. Return the result "
                "that is to be differentiated; with has_aux=True return (y, aux)."
            )
        lead = self.lead(start, stop)
        tangents = [seeding.tangent_or_zeros(value, tangent, lead) for value, tangent in pairs]
        if start:
            return tangents, None, None
        return tangents, rebuild([value for value, _ in pairs]), aux

    def by_arguments(self, parts):
        """Parts, one for each leaf of the arguments, in the structure of the arguments."""
        return self.chosen.together(self.rebuilt(parts))

    def in_structure(self, vector):
        """One number for each column in the structure and shapes of the arguments."""
        vector = np.reshape(vector, self.count)
        parts = zip(self.leaves, self.slots(), strict=True)
        return self.by_arguments([vector[slot].reshape(np.shape(x))[()] for x, slot in parts])

    def names(self):
        """The columns as Python expressions, such as ``p['mass'][0]``."""
        found = []
        for value, name in zip(self.chosen.values(), self.chosen.names(), strict=True):
            found += element_names(trees.paths(value, name, lists_are_arrays=True), self.leaves[len(found) :])
        return [name for names in found for name in names]


def element_names(paths, leaves):
    """For each leaf the names of its elements."""
    return [
        [path + str(list(index)) for index in np.ndindex(*np.shape(leaf))] if np.shape(leaf) else [path]
        for path, leaf in zip(paths, leaves, strict=False)
    ]


def check_number(operator, value, leaves):
    """Refuse a result that is not one number, or complex for real arguments."""
    if not trees.is_numeric(value) or np.shape(value) != ():
        described = f"an array of shape {np.shape(value)}" if hasattr(value, "shape") else f"a {type(value).__name__}"
        shapes = ", ".join(str(np.shape(x)) for x in leaves)
        raise ShapeError(
            f"{operator} needs a function that returns a number, shape (); f returned {described} for an argument of "
            f"shape {shapes}. Use jacobian, or reduce the result, for example with np.sum."
        )
    if dense.dtype_of(value).kind == "c" and not any(dense.dtype_of(x).kind == "c" for x in leaves):
        raise DtypeError(
            f"{operator} needs a real function of real arguments; f returned a complex number. Use jacobian."
        )
