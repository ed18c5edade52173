"""Live tangents: all columns at once, each step done as it comes, on sparse rows as long as these are few.

A `Live` is a recorded tangent whose nodes hold their value and forget their parents. The value is a sparse tangent (see
`sparse`), or an array with all columns in front once a step has filled it. A full array that no block of columns
should hold is given up, and all that follows from it: the columns are then worked on in blocks.
"""

import math
import weakref

import numpy as np

from dualad.quiet import SILENT, enter, leave
from dualad.rules.products import scaled_columns, through
from dualad.tangents import dense, sparse
from dualad.tangents.layouts import NONE, Layouts, Places
from dualad.tangents.operations import Apply, Node
from dualad.tangents.program import has_level
from dualad.tangents.recorded import Recorded

GIVEN_UP = object()
_FEW_ROWS = 32  # more coefficients for an element, and an eighth of all columns, are a full array


class PassingPlaces(Places):
    """Places that remember nothing."""

    __slots__ = ("__weakref__",)

    def then(self, key, function):
        return self.layouts.known(function(self.index))


class PassingLayouts(Layouts):
    """Places for one run, which are forgotten with the last tangent that needs them."""

    def forget(self):
        super().forget()
        self.equal = weakref.WeakValueDictionary()

    def known(self, index):
        key = index.shape, int(index.sum()), int(index.flat[0]) if index.size else 0
        found = self.equal.get(key)
        if found is None or not np.array_equal(found.index, index):
            found = self.equal[key] = PassingPlaces(index, self)
        return found

    def name_of(self, source):
        return None


class Columns:
    """The columns that live tangents carry: their number, and how large a full array of them may be.

    ``small`` bytes may always be filled, ``large`` ones from the first matrix product on: it is fast in one piece.
    """

    def __init__(self, count, small, large):
        self.count = count
        self.small = small
        self.large = large
        self.with_products = False
        self.layouts = PassingLayouts()

    def has_room(self, shape, dtype):
        """Whether a full array may be built."""
        limit = self.large if self.with_products else self.small
        return self.count * math.prod(shape) * dtype.itemsize <= limit

    def array(self, tangent):
        """A tangent of a result as an array with all columns in front; None if it was given up."""
        if not isinstance(tangent, Live):
            return tangent
        node = tangent.node
        return None if node.value is GIVEN_UP else node.full()

    def seeds(self, leaves):
        """The tangents of the leaves: each element moves with its own column."""
        seeds, first = [], 1
        for i, x in enumerate(leaves):
            shape, dtype = np.shape(x), dense.dtype_of(x)
            places = self.layouts.start(i, shape, first)
            seeds.append(Live(Held(self, {places: np.broadcast_to(dtype.type(1), (1, *shape))}, shape, dtype)))
            first += math.prod(shape)
        return seeds


class Held(Node):
    """A node with its value: sparse blocks, a full array, or that it was given up."""

    __slots__ = ("columns", "value")

    def __init__(self, columns, value, shape, dtype):
        super().__init__(None, (), shape, dtype)
        self.columns = columns
        self.value = value

    def full(self):
        """The array with all columns in front."""
        if type(self.value) is dict:
            self.value = filled(self.value, self.columns.count, self.shape, self.dtype)
        return self.value


class Live(Recorded):
    """A tangent whose operations are done at once."""

    __slots__ = ()

    def held(self, operation, parents, shape, dtype):
        columns = self.buffer.node.columns
        return Held(columns, outcome(columns, operation, parents, shape, dtype), shape, dtype)

    @staticmethod
    def kept(x):
        return x  # nobody can write to it before it is used

    def elementwise(self, partials, y, primals, tangents):
        return None

    def everyday(self, function, args, kwargs):
        return None

    def matmul(self, primals, tangents):
        """A constant matrix times this vector; where each element has a column of its own, the matrix scaled."""
        (a, b), slot = primals, 0 if tangents[0] is self else 1
        matrix = a if slot else np.transpose(b)
        is_plain = type(matrix) is np.ndarray and matrix.ndim == 2 and self.ndim == 1 and tangents[1 - slot] is None
        return self.through(matrix) if is_plain else None

    def through(self, matrix):
        node, shape, dtype = self.node, matrix.shape[:1], np.result_type(matrix.dtype, self.dtype)
        own = columns_of_their_own(node.value)
        if own is None:
            operation = Apply(lambda d: through(matrix, d), "numpy.matmul", acts="as a product")
            return self.record(operation, (self,), shape, dtype)
        columns, (start, values) = node.columns, own
        columns.with_products = True
        if not columns.has_room(shape, dtype):
            return type(self)(Held(columns, GIVEN_UP, shape, dtype))
        value = scaled_columns(matrix, values)
        if len(value) < columns.count:
            value = np.pad(value, ((start, columns.count - start - len(value)), (0, 0)))
        return type(self)(Held(columns, value.astype(dtype, copy=False), shape, dtype))


def columns_of_their_own(value):
    """``(start, values)`` of a vector in which element i depends on column start + i alone; None for another one."""
    if type(value) is not dict or len(value) != 1:
        return None
    ((places, c),) = value.items()
    first = int(places.index[0, 0]) if places.index.size else NONE
    if len(c) != 1 or first == NONE or not np.array_equal(places.index[0], np.arange(first, first + c.shape[1])):
        return None
    return first - 1, c[0]


def outcome(columns, operation, parents, shape, dtype):
    """The value of a new node."""
    if any(p.value is GIVEN_UP for p in parents) or has_level(operation):
        return GIVEN_UP
    node = Node(operation, parents, shape, dtype)
    token = enter(SILENT)
    try:
        if all(type(p.value) is dict for p in parents) and is_sparse(operation):
            blocks = sparse.STEPS[type(operation)](columns.layouts, node, *[p.value for p in parents])
            if sum(map(len, blocks.values())) <= max(_FEW_ROWS, columns.count // 8):
                return blocks if all(type(c) is np.ndarray for c in blocks.values()) else GIVEN_UP
            return filled(blocks, columns.count, shape, dtype) if columns.has_room(shape, dtype) else GIVEN_UP
        columns.with_products |= math.prod(shape) > 1 and getattr(operation, "acts", None) == "as a product"
        if not all(columns.has_room(n.shape, n.dtype) for n in (node, *parents)):
            return GIVEN_UP
        value = operation.forward(node, *[p.full() for p in parents])
        return value if type(value) is np.ndarray and value.shape == (columns.count, *shape) else GIVEN_UP
    finally:
        leave(token)


def is_sparse(operation):
    """Whether there is a step on sparse rows that needs no matrix of the operation."""
    acts, sums = (getattr(operation, name, None) for name in ("acts", "sums"))
    return type(operation) is not Apply or acts in ("element by element", "by moving") or sums is not None


def filled(blocks, count, shape, dtype):
    """The array of all columns; what belongs to no column is written to a row of its own, which is left out."""
    size = math.prod(shape)
    whole = np.zeros((count + 1, size), dtype)
    flat, elements = whole.reshape(-1), np.arange(size)
    for places, c in blocks.items():
        c = c if dtype.kind == "c" else c.real
        if len(c) > _FEW_ROWS:
            where = places.index.reshape((len(c), size)).astype(np.intp) * size + elements
            np.add.at(flat, where, c.reshape((len(c), size)))
            continue
        for numbers, row in zip(places.index, c, strict=True):
            where = numbers.reshape(-1).astype(np.intp) * size + elements
            flat[where] += row.reshape(-1)
    return whole[1:].reshape((count, *shape))
