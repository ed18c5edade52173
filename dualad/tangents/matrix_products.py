"""Matrix products of recorded tangents: one operation for each factor that moves, and its adjoint."""

import numpy as np

from dualad.rules.table import find
from dualad.tangents import adjoints
from dualad.tangents.operations import Add, Apply, Node
from dualad.tangents.symbolic import kept

_DOUBLE = np.dtype(float)


def recorded(like, primals, tangents):
    """The tangent of ``a @ b`` for arrays of doubles with one or two axes; None where only the general way will do."""
    a, b = primals
    if not all(type(x) is np.ndarray and x.dtype is _DOUBLE and 1 <= x.ndim <= 2 for x in primals):
        return None
    total, shape = None, a.shape[:-1] + b.shape[1:]
    for slot, d in enumerate(tangents):
        if d is not None:
            term = Node(Product(kept(primals[1 - slot]), slot), (d.node,), shape, _DOUBLE)
            total = term if total is None else Node(Add(), (total, term), shape, _DOUBLE)
    return type(like)(total)


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
