"""Arithmetic of symbolic tangents: sums, scalings, casts, and the elementwise rules of doubles in one go."""

import numpy as np

from dualad.doubles import DOUBLE, NUMBERS
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
    coefficient = coefficient if is_fresh else d.kept(coefficient)
    plain = coefficient.dtype.type(1) if hasattr(coefficient, "dtype") else type(coefficient)(1)
    dtype = np.multiply(d.dtype.type(1), plain).dtype
    shape = np.broadcast_shapes(np.shape(coefficient), d.shape)
    return d.record(Scale(coefficient, by), (d,), shape, dtype)


def elementwise(like, partials, y, primals, tangents):
    """The sum of partials times tangents of plain doubles; None where only the general way will do."""
    given = doubles(y, primals)
    if given is None:
        return None
    y = np.float64(y) if type(y) is float else y  # its quotient by zero is infinite, and no exception
    total = last = last_copy = None
    token = enter(SILENT)
    try:
        for partial, dx in zip(partials, tangents, strict=True):
            if dx is None or partial == 0:
                continue
            term = dx.node
            if partial != 1:
                coefficient = partial(y, *given) if callable(partial) else partial
                kind, shape = type(coefficient), term.shape
                if kind is np.ndarray and coefficient.dtype is DOUBLE:
                    if coefficient.shape != shape:
                        shape = np.broadcast_shapes(coefficient.shape, shape)
                    if coefficient is not last:  # x * x has one copy of x
                        last, last_copy = coefficient, unshared(coefficient, y, primals)
                    coefficient = last_copy
                elif kind not in NUMBERS:
                    return None
                term = Node(Scale(coefficient), (term,), shape, DOUBLE)
            if total is not None:
                shape = total.shape if total.shape == term.shape else np.broadcast_shapes(total.shape, term.shape)
                term = Node(Add(), (total, term), shape, DOUBLE)
            total = term
    finally:
        leave(token)
    return None if total is None or total.shape != np.shape(y) else type(like)(total)


def doubles(y, primals):
    """The primals for a partial, if they and y are numbers and arrays of float64; None if not."""
    kind = type(y)
    if not (kind is np.ndarray and y.dtype is DOUBLE) and kind is not np.float64 and kind is not float:
        return None
    given = primals
    for i, x in enumerate(primals):
        kind = type(x)
        if kind is np.ndarray:
            if x.dtype is not DOUBLE:
                return None
        elif kind is float:  # as the value
            given = [*given[:i], np.float64(x), *given[i + 1 :]]
        elif kind not in NUMBERS:
            return None
    return given


def unshared(coefficient, y, primals):
    """The coefficient, or a copy where it may be an array that f can write to."""
    if coefficient is y or coefficient.base is not None:
        return kept(coefficient)
    for x in primals:
        if coefficient is x:
            return kept(coefficient)
    return coefficient


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
    """The tangent in another dtype; the cotangent keeps its digits."""
    if dtype == d.dtype:
        return d.copy()
    wider = np.result_type(d.dtype, dtype)
    return real_linear(d, lambda a: dense.cast(a, dtype), lambda u: dense.cast(u, wider), dtype)


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
