"""A linear program: the nodes that lead from the inputs to the outputs, run forwards or backwards."""

import numpy as np

from dualad.levels import Perturbed
from dualad.quiet import SILENT, enter, leave
from dualad.tangents import dense
from dualad.tangents.operations import Node, Scale, View
from dualad.tangents.replay import Replay


class Program:
    """The recorded derivative of one evaluation. Nodes that no output needs are not part of it.

    Its memory is that of the coefficients: about one array for each nonlinear elementwise operation.
    """

    def __init__(self, inputs, outputs):
        self.inputs = inputs
        self.outputs = outputs
        self.nodes = merged(in_order(outputs), outputs)
        self.is_plain = not any(has_level(node.operation) for node in self.nodes)
        self.replay = None
        self.last_use = {id(parent): i for i, node in enumerate(self.nodes) for parent in node.parents}

    def forward(self, tangents):
        """The tangents of the outputs, None for an output that depends on no input."""
        tangents = [as_array(d) for d in tangents]
        if self.is_plain and all(
            isinstance(d, (np.ndarray, np.generic)) and d.shape == node.shape
            for d, node in zip(tangents, self.inputs, strict=True)
        ):
            if self.replay is None:
                self.replay = Replay(self)
            try:
                return self.replay(tangents)
            except FloatingPointError:
                pass
        token = enter(SILENT)
        try:
            return self._forward_in_general(tangents)
        finally:
            leave(token)

    def _forward_in_general(self, tangents):
        values = {id(node): d for node, d in zip(self.inputs, tangents, strict=True)}
        kept = {id(node) for node in (*self.outputs, *self.inputs) if node is not None}
        for i, node in enumerate(self.nodes):
            if id(node) not in values:
                values[id(node)] = node.operation.forward(node, *[values[id(p)] for p in node.parents])
            for parent in node.parents:
                if self.last_use[id(parent)] == i and id(parent) not in kept:
                    values.pop(id(parent), None)
        return [None if node is None else values[id(node)] for node in self.outputs]

    def backward(self, cotangents):
        """The cotangents of the inputs for cotangents of the outputs (None where there is none)."""
        token = enter(SILENT)
        try:
            return self._backward(cotangents)
        finally:
            leave(token)

    def _backward(self, cotangents):
        sums, own = {}, set()
        for node, u in zip(self.outputs, cotangents, strict=True):
            if node is not None and u is not None:
                accumulate(sums, own, node, u)
        inputs = {id(node) for node in self.inputs}
        for node in reversed(self.nodes):
            if id(node) in inputs or id(node) not in sums:
                continue
            u = sums.pop(id(node))
            if (
                type(node.operation) is View
                and type(u) is np.ndarray
                and type(sums.get(id(node.parents[0]), u)) is np.ndarray
            ):
                accumulate_view(sums, own, node, u)
                continue
            for parent, w in zip(node.parents, node.operation.backward(node, u), strict=True):
                accumulate(sums, own, parent, w)
        return [sums.get(id(node)) for node in self.inputs]


def has_level(operation):
    """Whether a coefficient carries the derivative of an outer level."""
    return type(operation) is Scale and isinstance(operation.coefficient, Perturbed)


def accumulate(sums, own, node, u):
    """Add a cotangent to what has come together for a node; ``own`` tells which sums nothing else refers to."""
    key = id(node)
    if key not in sums:
        sums[key] = as_array(u)
        own.discard(key)
        return
    total = sums[key]
    if key in own and type(total) is type(u) is np.ndarray and total.shape == u.shape and total.dtype == u.dtype:
        total += u
        return
    sums[key] = total + u
    own.add(key)


def accumulate_view(sums, own, node, u):
    """Add to the part of the parent's cotangent that the node views, without an array of zeros for each view."""
    (parent,) = node.parents
    key, lead = id(parent), u.shape[: u.ndim - len(node.shape)]
    total = sums.get(key)
    if total is None:
        total = np.zeros(lead + parent.shape, u.dtype)
    elif key not in own or total.dtype != u.dtype or not total.flags.c_contiguous:
        total = np.array(total, np.result_type(total, u), order="C")
    part = dense.view_each(node.operation.function, total, len(parent.shape))
    part += u
    sums[key] = total
    own.add(key)


def as_array(d):
    """A Python number as an array of no axes; all else has axes."""
    return d if hasattr(d, "ndim") else np.asarray(d)


def in_order(outputs):
    """All nodes that the outputs need, parents first; without recursion, a loop can be long."""
    order, done = [], set()
    stack = [(node, False) for node in outputs if node is not None]
    while stack:
        node, expanded = stack.pop()
        if id(node) in done:
            continue
        if expanded:
            done.add(id(node))
            order.append(node)
        else:
            stack.append((node, True))
            stack.extend((parent, False) for parent in reversed(node.parents) if id(parent) not in done)
    return order


def merged(nodes, outputs):
    """Chains of scalings of one shape become one, where nothing else needs what is between."""
    users = {}
    for node in nodes:
        for parent in node.parents:
            users[id(parent)] = users.get(id(parent), 0) + 1
    outside = {id(node) for node in outputs if node is not None}
    kept = []
    for node in nodes:
        while mergeable(node) and users[id(node.parents[0])] == 1 and id(node.parents[0]) not in outside:
            inner = node.parents[0]
            node.operation = Scale(times(node.operation, inner.operation))
            node.parents = inner.parents
            kept.remove(inner)
        kept.append(node)
    return kept


def mergeable(node):
    """A scaling of a scaling, with finite coefficients that are not wider than the tangent."""
    if type(node.operation) is not Scale or type(node.parents[0].operation) is not Scale:
        return False
    inner = node.parents[0]
    if (
        not node.shape == inner.shape == inner.parents[0].shape
        or not node.dtype == inner.dtype == inner.parents[0].dtype
    ):
        return False
    return all(is_plain_and_finite(n.operation.coefficient) for n in (node, inner))


def is_plain_and_finite(coefficient):
    return not hasattr(coefficient, "level") and bool(np.all(np.isfinite(coefficient)))


def times(outer, inner):
    """The coefficient of two scalings in a row."""
    c = np.divide(1.0, outer.coefficient) if outer.by is np.divide else outer.coefficient
    return np.divide(c, inner.coefficient) if inner.by is np.divide else np.multiply(c, inner.coefficient)


def start(x):
    """An input node for a primal."""
    return Node(None, (), np.shape(x), dense.dtype_of(x))
