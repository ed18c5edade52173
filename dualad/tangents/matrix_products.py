"""Matrix products of recorded tangents: one operation for each factor that moves, and its adjoint."""

import sys

import numpy as np

from dualad.doubles import DOUBLE
from dualad.references import ATTRIBUTE_IN_PLACE
from dualad.rules.table import find, name_of
from dualad.tangents import adjoints, dense
from dualad.tangents.operations import Add, Apply, Node
from dualad.tangents.symbolic import LARGE, NotRecordedError, is_symbolic, kept, stand_in


def recorded(like, primals, tangents):
    """The tangent of ``a @ b`` for arrays of doubles with one or two axes; None where only the general way will do."""
    a, b = primals
    if not all(type(x) is np.ndarray and x.dtype is DOUBLE and 1 <= x.ndim <= 2 for x in primals):
        return None
    total, shape = None, a.shape[:-1] + b.shape[1:]
    for slot, d in enumerate(tangents):
        if d is not None:
            term = Node(Product(kept(primals[1 - slot]), slot), (d.node,), shape, DOUBLE)
            total = term if total is None else Node(Add(), (total, term), shape, DOUBLE)
    return type(like)(total)


def spare_memory(nodes):
    """The large copies of constant factors that nothing but these nodes refers to, the last one first."""
    found = []
    for node in reversed(nodes):
        operation = node.operation
        if type(operation) is Product and operation.other.nbytes >= LARGE and operation.other.flags.writeable:
            if operation.other.base is None and sys.getrefcount(operation.other) <= ATTRIBUTE_IN_PLACE:
                found.append(operation.other)
    return found


class Product(Apply):
    """``a @ b`` in one of its factors, ``slot`` 0 or 1; the other one is a constant. Both have one or two axes."""

    def __init__(self, other, slot):
        super().__init__(None, "numpy.matmul")
        self.other = other
        self.slot = slot

    def primals(self, node):
        factors = [node.parents[0].stand_in, self.other]
        return factors if self.slot == 0 else factors[::-1]

    def forward(self, node, d):
        if d.ndim == len(node.parents[0].shape):
            return np.matmul(d, self.other) if self.slot == 0 else np.matmul(self.other, d)
        tangents = [d, None] if self.slot == 0 else [None, d]
        return find(np.matmul).push(np.matmul, node.stand_in, self.primals(node), tangents, {})

    def backward(self, node, u):
        if type(u) is not np.ndarray or u.ndim > len(node.shape):
            return adjoints.of_product(np.matmul, self.primals(node), self.slot, {})(u)
        first, second = (u, self.other.T) if self.slot == 0 else (self.other.T, u)
        if not u.ndim:
            return (first * second,)
        return (first[:, None] * second if first.ndim == second.ndim == 1 else first @ second,)


def by_rule(like, rule, ufunc, inputs, kwargs):
    """A matrix product with one symbolic factor."""
    if all(map(is_symbolic, inputs)):
        raise NotRecordedError(like, "the product of two tangents")
    slot = 0 if is_symbolic(inputs[0]) else 1
    d = inputs[slot]
    values = [stand_in(x) if is_symbolic(x) else d.kept(x) for x in inputs]
    y = like_product(ufunc, values, kwargs)

    def forward(a):
        return rule.push(ufunc, y, values, [a, None] if slot == 0 else [None, a], kwargs)

    backward = adjoints.of_product(ufunc, values, slot, kwargs)
    operation = Apply(forward, name_of(ufunc), backward, acts="as a product")
    return d.record(operation, (d,), np.shape(y), dense.dtype_of(y))


def like_product(ufunc, values, kwargs):
    """Something of the shape and the dtype of a product; that of two matrices is not computed for it."""
    a, b = values
    if ufunc is not np.matmul or kwargs or not all(type(x) is np.ndarray and x.ndim > 1 for x in values):
        return ufunc(a, b, **kwargs)
    shape = *np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), a.shape[-2], b.shape[-1]
    return np.broadcast_to(np.result_type(a, b).type(0), shape)
