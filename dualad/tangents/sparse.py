"""Sparse tangents: a linear program run on the few inputs that each element depends on.

A sparse tangent is a dict of blocks ``{places: coefficients}``, both of shape ``(L, *shape)``: each element is the sum
of its coefficients times the inputs that the places name. All that moves or scales a dense tangent in L directions
moves or scales a block, and a sum unites the blocks. A coefficient whose place is no input counts for nothing. A
block that is the same number everywhere is kept as one number (strides of zero) as long as it is only moved.
"""

import itertools
import math

import numpy as np

from dualad.tangents import dense
from dualad.tangents.gathers import Gather, Move
from dualad.tangents.layouts import NONE, is_uniform, one_each
from dualad.tangents.matrix_products import Product
from dualad.tangents.operations import Add, Apply, Scale, Update, View, Where, Zero

_CHUNK = 2**23  # elements of a dense operator that are built at once


def run(program, layouts, primals):
    """The sparse tangents of the outputs, None for an output that depends on no input."""
    values, first = {}, 1
    for i, (node, x) in enumerate(zip(program.inputs, primals, strict=True)):
        places = layouts.start(i, np.shape(x), first)
        values[id(node)] = {places: np.broadcast_to(dense.dtype_of(x).type(1), (1, *np.shape(x)))}
        first += np.size(x)
    kept = {id(node) for node in (*program.outputs, *program.inputs) if node is not None}
    for i, node in enumerate(program.nodes):
        if id(node) not in values:
            parents = [values[id(p)] for p in node.parents]
            values[id(node)] = STEPS[type(node.operation)](layouts, node, *parents)
        for parent in node.parents:
            if program.last_use[id(parent)] == i and id(parent) not in kept:
                values.pop(id(parent), None)
    layouts.trimmed()
    return [None if node is None else values[id(node)] for node in program.outputs]


def put(blocks, places, coefficients):
    """Add a block."""
    present = blocks.get(places)
    blocks[places] = coefficients if present is None else present + coefficients


def _widened(d, own, shape):
    """A tangent repeated to a wider shape."""
    if own == shape:
        return d
    rank = len(shape)

    def wider(a):
        return np.broadcast_to(dense.align(a, len(own), rank), a.shape[:1] + shape)

    return {places.then(("wider", shape), wider): wider(c) for places, c in d.items()}


def _scale(layouts, node, d):
    operation = node.operation
    d = _widened(d, node.parents[0].shape, node.shape)
    is_number = dense.rank(operation.coefficient) == 0
    scaled = {}
    for places, c in d.items():
        if is_number and is_uniform(c):
            scaled[places] = repeated(operation.forward_plain(one_each(c)).reshape(-1), node.shape)
        else:
            scaled[places] = operation.forward_plain(c)
    return scaled


def _add(layouts, node, d, e):
    return added(*(_widened(x, p.shape, node.shape) for x, p in zip((d, e), node.parents, strict=True)))


def added(d, e):
    """The sum of two tangents of one shape."""
    total = dict(d)
    for places, c in e.items():
        put(total, places, c)
    return total


def _where(layouts, node, d, e):
    condition = node.operation.condition
    first, second = (_widened(x, p.shape, node.shape) for x, p in zip((d, e), node.parents, strict=True))
    return added(
        {places: np.where(condition, c, 0) for places, c in first.items()},
        {places: np.where(condition, 0, c) for places, c in second.items()},
    )


def sight(function, shape):
    """What a view shows of an array of this shape: equal for functions that show the same."""
    whole = np.empty(shape, np.int8)
    part = function(whole)
    start = part.__array_interface__["data"][0] - whole.__array_interface__["data"][0]
    return start if part.size else 0, part.shape, part.strides


def _viewed(function, a, rank):
    """The view of each row."""
    return function(a[0])[None] if len(a) == 1 else dense.view_each(function, a, rank)


def _view(layouts, node, d):
    function, shape = node.operation.function, node.parents[0].shape
    key = "view", sight(function, shape)
    seen = {}
    for places, c in d.items():
        view = lambda a: _viewed(function, a, len(shape))
        put(seen, places.then(key, view), view(c))
    return seen


def side_by_side(tangents):
    """The first blocks of all tangents, then the second ones, …: (places or None) and coefficients of each."""
    for blocks in itertools.zip_longest(*(d.items() for d in tangents), fillvalue=(None, None)):
        yield [places for places, _ in blocks], [c for _, c in blocks]


def padded(a, rows, shape, dtype):
    """A block with more rows of zeros below; zeros for None."""
    if a is None:
        return np.zeros((rows, *shape), dtype)
    return a if len(a) == rows else np.concatenate((a, np.zeros((rows - len(a), *shape), a.dtype)))


def _update(layouts, node, d, e):
    function = node.operation.function
    seen = sight(function, node.shape)
    e = _widened(e, node.parents[1].shape, seen[1])
    changed = {}
    for (whole_places, part_places), (whole, part) in side_by_side((d, e)):
        rows = max(0 if a is None else len(a) for a in (whole, part))

        def update(whole, part, dtype):
            new = np.array(padded(whole, rows, node.shape, dtype), order="C")  # which the view needs
            new = dense.raised(new, part)
            _viewed(function, new, len(node.shape))[...] = padded(part, rows, seen[1], dtype)
            return new

        def numbers(_):
            parts = [None if p is None else p.index for p in (whole_places, part_places)]
            return update(*parts, next(a.dtype for a in parts if a is not None))

        first = whole_places or part_places
        key = "update", node.shape, seen, whole_places, part_places
        put(changed, first.then(key, numbers), update(whole, part, node.dtype))
    return changed


def _move(layouts, node, *tangents):
    operation = node.operation
    name = operation.key
    if name is None:
        name = layouts.name_of(operation.source)
    shapes = [p.shape for p in node.parents]
    moved = {}
    for all_places, blocks in side_by_side(tangents):
        rows = max(len(c) for c in blocks if c is not None)

        def move(parts, dtype):
            parts = [padded(a, rows, shape, dtype) for a, shape in zip(parts, shapes, strict=True)]
            if rows == 1:
                return operation.forward(node, *[a[0] for a in parts])[None]
            return operation.forward(node, *parts)

        def numbers(index):
            return move([None if p is None else p.index for p in all_places], index.dtype).astype(index.dtype)

        first = next(p for p in all_places if p is not None)
        places = first.then(("move", name, node.shape, *all_places), numbers)
        number = number_of(blocks, rows)
        put(moved, places, move(blocks, node.dtype) if number is None else repeated(number, node.shape))
    return moved


def number_of(blocks, rows):
    """The one number that all elements of these blocks are, row by row; None if they differ."""
    given = [c for c in blocks if c is not None]
    if not all(len(c) == rows and is_uniform(c) for c in given):
        return None
    numbers = [c[(slice(None), *(0,) * (c.ndim - 1))] for c in given]
    return numbers[0] if all(np.array_equal(numbers[0], other) for other in numbers[1:]) else None


def repeated(numbers, shape):
    """Rows of one number each, in the memory of that number: what `numpy.broadcast_to` takes ten times as long for."""
    numbers = np.ascontiguousarray(numbers)
    return np.ndarray((len(numbers), *shape), numbers.dtype, numbers, 0, (numbers.itemsize, *(0,) * len(shape)))


def _apply(layouts, node, *tangents):
    operation = node.operation
    if operation.acts == "element by element":
        return {places: operation.forward(node, c) for places, c in tangents[0].items()}
    if operation.acts == "by moving":
        return _widened(tangents[0], node.parents[0].shape, node.shape)
    if operation.sums is not None:
        return _sum(node, tangents[0])
    total = {}
    for i, d in enumerate(tangents):
        if d:
            total = added(total, _through_matrix(layouts, node, d, i))
    return total


def _sum(node, d):
    """The rows of all elements that are added up, one below the other."""
    axes = node.operation.sums

    def rows(a):
        moved = np.moveaxis(a, axes, range(1, 1 + len(axes)))
        count = math.prod(moved.shape[: 1 + len(axes)])
        return moved.reshape((count, *node.shape))

    total = {}
    for places, c in d.items():
        put(total, places.then(("sum", axes, node.shape), rows), rows(c))
    return total


def _through_matrix(layouts, node, d, i):
    """Any other linear map: its matrix, built in blocks of columns, times the sparse one."""
    from scipy.sparse import csr_matrix

    parent = node.parents[i]
    size, out = math.prod(parent.shape), math.prod(node.shape)
    width = 1 + max(int(places.index.max(initial=0)) for places in d)
    tangent = layouts.plan(d).matrix(d, width)
    if layouts.is_pattern:  # positive terms neither vanish nor cancel
        tangent.data = np.ones(tangent.data.shape)
        units = (1, 1j) if parent.dtype.kind == "c" else (1,)
        total = sum(abs(_matrix_of(node, i, size, out, unit)) for unit in units)
        return _rows_of(layouts, csr_matrix(total @ tangent), node)
    if parent.dtype.kind != "c":
        return _rows_of(layouts, csr_matrix(_matrix_of(node, i, size, out, 1) @ tangent), node)
    product = _matrix_of(node, i, size, out, 1) @ tangent.real + _matrix_of(node, i, size, out, 1j) @ tangent.imag
    return _rows_of(layouts, csr_matrix(product), node)


def _matrix_of(node, i, size, out, unit):
    """The matrix of an operation in one parent; for a complex one that of its real or its imaginary part."""
    from scipy.sparse import csr_matrix, hstack

    parent = node.parents[i]
    step = max(1, _CHUNK // max(size, out, 1))
    parts = [csr_matrix((out, 0))]
    for start in range(0, size, step):
        stop = min(start + step, size)
        basis = np.zeros((stop - start, size), parent.dtype)
        basis[np.arange(stop - start), np.arange(start, stop)] = unit
        basis = basis.reshape((stop - start, *parent.shape))
        given = [basis if j == i else np.zeros((stop - start, *p.shape), p.dtype) for j, p in enumerate(node.parents)]
        columns = node.operation.forward(node, *given).reshape((stop - start, out))
        parts.append(csr_matrix(columns.T))
    return hstack(parts, format="csr")


def _rows_of(layouts, product, node):
    """A CSR matrix as one block."""
    product.sort_indices()
    counts = np.diff(product.indptr)
    rows = int(counts.max(initial=0))
    index = np.full((product.shape[0], rows), NONE, product.indices.dtype)
    coefficients = np.zeros((product.shape[0], rows), product.dtype)
    filled = np.arange(rows) < counts[:, None]
    index[filled] = product.indices + 1
    coefficients[filled] = product.data
    if not rows:
        return {}
    return {layouts.known(index.T.reshape((rows, *node.shape))): coefficients.T.reshape((rows, *node.shape))}


STEPS = {
    Scale: _scale,
    Add: _add,
    Where: _where,
    View: _view,
    Update: _update,
    Gather: _move,
    Move: _move,
    Apply: _apply,
    Product: _apply,
    Zero: lambda layouts, node: {},
}
