"""Sparse tangents: a linear program run on the few inputs that each element depends on.

An element carries L coefficients and the numbers of the inputs they belong to. The coefficients of an array lie in
an array of shape ``(L, *shape)``, so that all that moves or scales a dense tangent in L directions moves or scales
them; the numbers lie in a `Layout` of the same shape, which all tangents share that were not moved. Layouts remember
what became of them: a second run of the same program does no work on numbers at all.
"""

import math

import numpy as np

from dualad.tangents import dense
from dualad.tangents.operations import Add, Apply, Gather, Move, Scale, Update, View, Where, Zero

NONE = 0  # the number of no input; the inputs count from 1


class Layout:
    """Which input each coefficient belongs to, shape ``(L, *shape)``, and the layouts made from this one."""

    __slots__ = ("index", "made")

    def __init__(self, index):
        self.index = index
        self.made = {}

    def then(self, key, function):
        """The layout that a step leads to; the step is done once for each key."""
        found = self.made.get(key)
        if found is None:
            found = self.made[key] = Layout(function(self.index))
        return found

    def merged(self, other):
        """The rows of both, equal ones once: the layout and the place of each row of the other one."""
        key = ("merged", id(other))
        if key not in self.made:
            places, extra = [], []
            for row in other.index:
                place = next((i for i, mine in enumerate(self.index) if same_row(mine, row)), None)
                if place is None:
                    place = len(self.index) + len(extra)
                    extra.append(row)
                places.append(place)
            index = np.concatenate((self.index, np.stack(extra))) if extra else self.index
            in_order = places == list(range(len(self.index), len(self.index) + len(places)))
            layout = Layout(index) if extra else self
            self.made[key] = layout, places, in_order, other  # the other one is kept alive: its id is the key
        return self.made[key][:3]


def same_row(a, b):
    return (a.size == 0 or a.flat[0] == b.flat[0]) and np.array_equal(a, b)


class Sparse:
    """Coefficients of shape ``(L, *shape)`` and their layout."""

    __slots__ = ("coefficients", "layout")

    def __init__(self, coefficients, layout):
        self.coefficients = coefficients
        self.layout = layout


class Inputs:
    """The layouts of the inputs of a program; keep it to run the same program at another point."""

    def __init__(self):
        self.layouts = {}
        self.empty = {}
        self.gathers = []

    def start(self, primals):
        """The tangents of the inputs: each element depends on itself alone."""
        first, tangents = 1, []
        for i, x in enumerate(primals):
            key = i, np.shape(x)
            if key not in self.layouts:
                numbers = np.arange(first, first + np.size(x), dtype=np.int32)
                self.layouts[key] = Layout(numbers.reshape((1, *np.shape(x))))
            tangents.append(Sparse(np.ones((1, *np.shape(x)), dense.dtype_of(x)), self.layouts[key]))
            first += np.size(x)
        return tangents

    def nothing(self, shape, dtype):
        layout = self.empty.setdefault(shape, Layout(np.zeros((0, *shape), np.int32)))
        return Sparse(np.zeros((0, *shape), dtype), layout)

    def name_of(self, source):
        """A key for a gather: the same one for equal element numbers."""
        for i, known in enumerate(self.gathers):
            if known.shape == source.shape and np.array_equal(known, source):
                return i
        self.gathers.append(source)
        return len(self.gathers) - 1


def run(program, inputs, primals):
    """The sparse tangents of the outputs, None for an output that depends on no input."""
    values = {id(node): d for node, d in zip(program.inputs, inputs.start(primals), strict=True)}
    for node in program.nodes:
        if id(node) not in values:
            parents = [values[id(p)] for p in node.parents]
            values[id(node)] = STEPS[type(node.operation)](inputs, node, *parents)
    return [None if node is None else values[id(node)] for node in program.outputs]


def _widened(d, own, shape):
    """A tangent repeated to a wider shape."""
    if own == shape:
        return d
    rank = len(shape)

    def wider(a):
        return np.broadcast_to(dense.align(a, len(own), rank), a.shape[:1] + shape)

    return Sparse(wider(d.coefficients), d.layout.then(("wider", shape), wider))


def _scale(inputs, node, d):
    d = _widened(d, node.parents[0].shape, node.shape)
    return Sparse(node.operation.forward_plain(d.coefficients), d.layout)


def _add(inputs, node, d, e):
    d, e = (_widened(x, p.shape, node.shape) for x, p in zip((d, e), node.parents, strict=True))
    if d.layout is e.layout:
        return Sparse(d.coefficients + e.coefficients, d.layout)
    layout, places, in_order = d.layout.merged(e.layout)
    if in_order:
        return Sparse(np.concatenate((d.coefficients, e.coefficients)), layout)
    total = np.zeros((len(layout.index), *node.shape), node.dtype)
    total[: len(d.coefficients)] = d.coefficients
    for place, row in zip(places, e.coefficients, strict=True):
        total[place] += row
    return Sparse(total, layout)


def _where(inputs, node, d, e):
    condition = node.operation.condition
    first, second = (_widened(x, p.shape, node.shape) for x, p in zip((d, e), node.parents, strict=True))
    chosen = Sparse(np.where(condition, first.coefficients, 0), first.layout)
    return _add(inputs, _Alike(node), chosen, Sparse(np.where(condition, 0, second.coefficients), second.layout))


class _Alike:
    """A node whose parents have its own shape."""

    def __init__(self, node):
        self.shape, self.dtype, self.parents = node.shape, node.dtype, (node, node)


def sight(function, shape):
    """What a view shows of an array of this shape: equal for functions that show the same."""
    whole = np.empty(shape, np.int8)
    part = function(whole)
    start = part.__array_interface__["data"][0] - whole.__array_interface__["data"][0]
    return start if part.size else 0, part.shape, part.strides


def _view(inputs, node, d):
    function, shape = node.operation.function, node.parents[0].shape

    def view(a):
        return dense.view_each(function, a, len(shape))

    return Sparse(view(d.coefficients), d.layout.then(("view", sight(function, shape)), view))


def _update(inputs, node, d, e):
    e = _widened(e, node.parents[1].shape, sight(node.operation.function, node.shape)[1])
    rows = max(len(d.coefficients), len(e.coefficients))

    def update(whole, part):
        new = np.zeros((rows, *node.shape), whole.dtype)
        new[: len(whole)] = whole
        seen = dense.view_each(node.operation.function, new, len(node.shape))
        seen[: len(part)] = part
        seen[len(part) :] = 0
        return new

    key = "update", sight(node.operation.function, node.shape), id(e.layout)
    layout = d.layout.then(key, lambda index: update(index, e.layout.index))
    layout.made["part"] = e.layout  # kept alive: its id is in the key
    return Sparse(update(d.coefficients, e.coefficients), layout)


def _move(inputs, node, *tangents):
    rows = max(len(d.coefficients) for d in tangents)
    operation = node.operation

    def move(parts):
        padded = [
            a if len(a) == rows else np.concatenate((a, np.zeros((rows - len(a), *a.shape[1:]), a.dtype)))
            for a in parts
        ]
        return operation.forward(node, *padded)

    key = "move", inputs.name_of(operation.source), *(id(d.layout) for d in tangents)
    first = tangents[0].layout
    layout = first.then(key, lambda index: move([d.layout.index for d in tangents]).astype(np.int32))
    layout.made["parts"] = [d.layout for d in tangents]  # kept alive: their ids are in the key
    return Sparse(move([d.coefficients for d in tangents]), layout)


def _apply(inputs, node, *tangents):
    operation = node.operation
    if operation.acts == "element by element":
        return Sparse(operation.forward(node, tangents[0].coefficients), tangents[0].layout)
    if operation.acts == "by moving":
        return _widened(tangents[0], node.parents[0].shape, node.shape)
    if operation.sums is not None:
        return _sum(node, tangents[0])
    total = None
    for i, d in enumerate(tangents):
        term = _through_matrix(inputs, node, d, i)
        total = term if total is None else _add(inputs, _Alike(node), total, term)
    return total


def _sum(node, d):
    """The rows of all elements that are added up, one below the other."""
    axes = node.operation.sums

    def rows(a):
        moved = np.moveaxis(a, axes, range(1, 1 + len(axes)))
        return moved.reshape((-1, *node.shape))

    return Sparse(rows(d.coefficients), d.layout.then(("sum", axes), rows))


def _through_matrix(inputs, node, d, i):
    """Any other linear map: its matrix times the sparse one. Costs memory of the size of that matrix."""
    from scipy.sparse import csr_matrix

    parent = node.parents[i]
    size = int(np.prod(parent.shape))
    basis = np.eye(size, dtype=parent.dtype).reshape((size, *parent.shape))
    given = [basis if j == i else np.zeros((size, *p.shape), p.dtype) for j, p in enumerate(node.parents)]
    columns = node.operation.function(*given).reshape(size, math.prod(node.shape))
    product = csr_matrix(csr_matrix(columns.T) @ matrix(d, 1 + int(d.layout.index.max(initial=0)), offset=0))
    return _rows_of(inputs, product, node)


def _rows_of(inputs, product, node):
    product.sort_indices()
    counts = np.diff(product.indptr)
    rows = int(counts.max(initial=0))
    index = np.zeros((product.shape[0], rows), np.int32)
    coefficients = np.zeros((product.shape[0], rows), node.dtype)
    filled = np.arange(rows) < counts[:, None]
    index[filled] = product.indices
    coefficients[filled] = product.data
    source = index.T.reshape((rows, *node.shape))
    base = inputs.nothing((), np.int32).layout
    layout = base.then(("product", inputs.name_of(source)), lambda _: source)
    return Sparse(coefficients.T.reshape((rows, *node.shape)), layout)


def matrix(d, width, offset=-1):
    """The sparse tangent as a CSR matrix: a row for each element, a column for each input."""
    from scipy.sparse import csr_matrix

    plan = d.layout.made.get("csr")
    if plan is None:
        plan = d.layout.made["csr"] = csr_plan(d.layout.index)
    chosen, starts, columns, pointers = plan
    data = d.coefficients.reshape(-1)[chosen]
    if starts is not None:
        data = np.add.reduceat(data, starts) if starts.size else data[:0]
    return csr_matrix((data, columns + offset, pointers), shape=(len(pointers) - 1, width))


def csr_plan(index):
    """How to read CSR data from coefficients: which ones, where sums start, columns, row pointers."""
    flat = index.reshape(len(index), int(np.prod(index.shape[1:]))).T
    size = len(flat)
    order = np.argsort(flat, axis=1, kind="stable")
    ordered = np.take_along_axis(flat, order, 1)
    used = ordered != NONE
    again = np.zeros_like(used)
    again[:, 1:] = (ordered[:, 1:] == ordered[:, :-1]) & used[:, 1:]
    first = used & ~again
    chosen = (order * size + np.arange(size)[:, None])[used]
    starts = np.flatnonzero(first[used]) if again.any() else None
    pointers = np.concatenate(([0], np.cumsum(first.sum(axis=1))))
    return chosen, starts, ordered[first], pointers


STEPS = {
    Scale: _scale,
    Add: _add,
    Where: _where,
    View: _view,
    Update: _update,
    Gather: _move,
    Move: _move,
    Apply: _apply,
    Zero: lambda inputs, node: inputs.nothing(node.shape, node.dtype),
}
