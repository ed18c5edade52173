"""Arithmetic of symbolic tangents: sums, scalings, casts, and the elementwise rules of doubles in one go."""

import numpy as np

from dualad.quiet import SILENT, enter, leave
from dualad.rules.table import name_of
from dualad.tangents import adjoints, dense
from dualad.tangents.operations import Add, Apply, Node, Scale
from dualad.tangents.symbolic import NotRecordedError, is_symbolic, kept


def add(like, a, b):
    """a + b: one of them may be a constant, which is zero in a linear map."""
    if not is_symbolic(b):
        a, b = b, a
    if not is_symbolic(a):
        shape = np.broadcast_shapes(np.shape(a), b.shape)
        return b.copy() if shape == b.shape else broadcast(b, shape)
    return like.record(Add(), (a, b), np.broadcast_shapes(a.shape, b.shape), np.result_type(a.dtype, b.dtype))


def subtract(like, a, b):
    return add(like, a, np.negative(b) if is_symbolic(b) else b)


def multiply(like, a, b):
    if is_symbolic(a) and is_symbolic(b):
        raise NotRecordedError(like, "the product of two tangents")
    d, coefficient = (a, b) if is_symbolic(a) else (b, a)
    return scale(d, coefficient, np.multiply)


def divide(like, a, b):
    if is_symbolic(b):
        raise NotRecordedError(like, "division by a tangent")
    return scale(a, b, np.divide)


def scale(d, coefficient, by, is_fresh=False):
    """A tangent times or over a constant; Python numbers do not widen its dtype."""
    coefficient = np.asarray(coefficient) if isinstance(coefficient, list) else coefficient
    coefficient = coefficient if is_fresh else kept(coefficient)
    plain = coefficient.dtype.type(1) if hasattr(coefficient, "dtype") else type(coefficient)(1)
    dtype = np.multiply(d.dtype.type(1), plain).dtype
    shape = np.broadcast_shapes(np.shape(coefficient), d.shape)
    return d.record(Scale(coefficient, by), (d,), shape, dtype)


_DOUBLE = np.dtype(float)
_NUMBERS = frozenset({float, int, np.float64})


def elementwise(like, partials, y, primals, tangents):
    """The sum of partials times tangents of plain doubles; None where only the general way will do."""
    if not is_double(y):
        return None
    given = []
    for x in primals:
        kind = type(x)
        if kind not in _NUMBERS and not (kind is np.ndarray and x.dtype is _DOUBLE):
            return None
        given.append(np.float64(x) if kind is float else x)
    total, copies = None, {}
    token = enter(SILENT)
    try:
        for partial, dx in zip(partials, tangents, strict=True):
            if dx is None or (type(partial) is int and partial == 0):
                continue
            term = dx.node
            if type(partial) is not int or partial != 1:
                coefficient = partial(y, *given) if callable(partial) else partial
                kind, shape = type(coefficient), term.shape
                if kind is np.ndarray:
                    if coefficient.dtype is not _DOUBLE:
                        return None
                    shape = common_shape(coefficient.shape, shape)
                    if coefficient is y or is_shared(coefficient, primals):
                        if id(coefficient) not in copies:
                            copies[id(coefficient)] = kept(coefficient)
                        coefficient = copies[id(coefficient)]
                elif kind not in _NUMBERS:
                    return None
                term = Node(Scale(coefficient), (term,), shape, _DOUBLE)
            if total is None:
                total = term
            else:
                total = Node(Add(), (total, term), common_shape(total.shape, term.shape), _DOUBLE)
    finally:
        leave(token)
    return None if total is None or total.shape != np.shape(y) else type(like)(total)


def is_double(x):
    """Whether x is an array or a number of float64."""
    return type(x) in (float, np.float64) or (type(x) is np.ndarray and x.dtype is _DOUBLE)


def is_shared(coefficient, primals):
    """Whether an array may be one that f can write to."""
    return coefficient.base is not None or any(coefficient is x for x in primals)


def common_shape(first, second):
    return first if first == second else np.broadcast_shapes(first, second)


ARITHMETIC = {
    np.add: add,
    np.subtract: subtract,
    np.multiply: multiply,
    np.divide: divide,
    np.negative: lambda like, a: scale(a, -1, np.multiply),
    np.positive: lambda like, a: a.copy(),
    np.conjugate: lambda like, a: real_linear(a, np.conjugate, np.conjugate, a.dtype),
}


def add_reduceat(d, indices, axis=0, dtype=None, out=None):
    """Sums over ranges of elements one behind the other: the adjoint repeats."""
    starts = np.array(indices)
    axis %= d.ndim
    if np.any(np.diff(starts) <= 0):
        raise NotRecordedError(d, "numpy.add.reduceat with ranges that overlap")
    counts = np.diff([*starts, d.shape[axis]])
    shape = (*d.shape[:axis], len(starts), *d.shape[axis + 1 :])
    axis -= d.ndim

    def backward(u):
        w = np.repeat(u, counts, axis=axis)
        missing = list(w.shape)
        missing[axis] = int(starts[0])
        return (np.concatenate([np.zeros(missing), w], axis=axis),) if starts[0] else (w,)

    operation = Apply(lambda a: np.add.reduceat(a, starts, axis=axis), "numpy.add.reduceat", backward)
    return d.record(operation, (d,), shape, d.dtype)


def real_linear(d, function, adjoint, dtype):
    """A map element by element that is linear over the reals."""
    operation = Apply(function, name_of(function), lambda u: (adjoint(u),), acts="element by element")
    return d.record(operation, (d,), d.shape, dtype)


def cast(d, dtype):
    """The tangent in another dtype."""
    if dtype == d.dtype:
        return d.copy()
    source = d.dtype
    return real_linear(d, lambda a: dense.cast(a, dtype), lambda u: dense.cast(u, source), dtype)


def broadcast(d, shape):
    """Repeated along new and along short axes."""
    shape = tuple(shape)
    if shape == d.shape:
        return d
    rank, own = len(shape), d.shape

    def forward(a):
        lead = a.shape[: dense.rank(a) - len(own)]
        return np.broadcast_to(dense.align(a, len(own), rank), lead + shape).copy()

    backward = adjoints.of_broadcast(own, rank)
    return d.record(Apply(forward, "numpy.broadcast_to", backward, acts="by moving"), (d,), shape, d.dtype)
