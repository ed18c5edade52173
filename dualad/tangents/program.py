"""A linear program: the nodes that lead from the inputs to the outputs, run forwards or backwards."""

import functools

import numpy as np

from dualad.levels import Perturbed
from dualad.quiet import ORDINARY, SILENT, enter, leave
from dualad.tangents import dense
from dualad.tangents.operations import Node, Scale, View
from dualad.tangents.replay import Replay

_DOUBLE = np.dtype(float)


class Program:
    """The recorded derivative of one evaluation. Nodes that no output needs are not part of it.

    Its memory is that of the coefficients: about one array for each nonlinear elementwise operation.
    """

    def __init__(self, inputs, outputs):
        self.inputs = inputs
        self.outputs = outputs
        self.nodes = in_order(outputs)
        self.is_plain = not any(has_level(node.operation) for node in self.nodes)
        self.is_simplified = False
        self.replay = None
        self.passes = 0

    @functools.cached_property
    def last_use(self):
        """The place in ``nodes`` of the last one that needs a node, by its id."""
        return {id(parent): i for i, node in enumerate(self.nodes) for parent in node.parents}

    def simplify(self):
        """Merge chains of scalings: worth its price where the program is run more than once."""
        if not self.is_simplified:
            self.is_simplified = True
            self.nodes = merged(self.nodes, self.outputs)
            self.__dict__.pop("last_use", None)

    def forward(self, tangents):
        """The tangents of the outputs, None for an output that depends on no input."""
        self.simplify()
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
        self.passes += 1
        pairs = zip(self.outputs, cotangents, strict=True)
        if self.passes > 1 or any(node is not None and dense.rank(u) > len(node.shape) for node, u in pairs):
            self.simplify()
        token = enter(SILENT)
        try:
            return self._backward(cotangents)
        finally:
            leave(token)

    def _backward(self, cotangents):
        sums, own = {}, set()
        for node, u in zip(self.outputs, cotangents, strict=True):
            if node is not None and u is not None:
                accumulate(sums, own, node, u, False)
        inputs = {id(node) for node in self.inputs}
        for node in reversed(self.nodes):
            if id(node) in inputs or id(node) not in sums:
                continue
            u = sums.pop(id(node))
            if type(node.operation) is Scale and is_plain_scaling(node, u):
                w, is_new = scaled_back(node.operation, u, id(node) in own)
                accumulate(sums, own, node.parents[0], w, is_new)
            elif (
                type(node.operation) is View
                and type(u) is np.ndarray
                and type(sums.get(id(node.parents[0]), u)) is np.ndarray
            ):
                accumulate_view(sums, own, node, u)
            else:
                for parent, w in zip(node.parents, node.operation.backward(node, u), strict=True):
                    accumulate(sums, own, parent, w, False)
        found = [sums.get(id(node)) for node in self.inputs]
        return [
            u.copy() if type(u) is np.ndarray and id(node) not in own else u
            for node, u in zip(self.inputs, found, strict=True)
        ]


def has_level(operation):
    """Whether a coefficient carries the derivative of an outer level."""
    return type(operation) is Scale and isinstance(operation.coefficient, Perturbed)


def is_plain_scaling(node, u):
    """Whether a scaling of doubles has a cotangent of doubles, all of one shape."""
    (parent,) = node.parents
    return (
        type(u) is np.ndarray
        and type(node.operation.coefficient) in (np.ndarray, float, int, np.float64)
        and u.shape == node.shape == parent.shape
        and u.dtype is node.dtype is parent.dtype is _DOUBLE
    )


def scaled_back(operation, u, is_own):
    """The cotangent before a scaling, and whether it is a new array; u itself is overwritten if it may be."""
    c = operation.coefficient
    if operation.by is np.multiply and type(c) is np.ndarray and c.shape == u.shape and is_ones(u):
        return c, False
    return operation.by(u, c, out=u) if is_own else operation.by(u, c), True


def is_ones(u):
    """Whether u is the number 1 everywhere, in one place of memory: the cotangent of the terms of a sum."""
    return u.size > 0 and not any(u.strides) and u.item(0) == 1.0


def accumulate(sums, own, node, u, is_new):
    """Add a cotangent to what has come together for a node; ``own`` tells which sums nothing else refers to."""
    key = id(node)
    if key not in sums:
        sums[key] = as_array(u)
        (own.add if is_new else own.discard)(key)
        return
    total = sums[key]
    if key in own and type(total) is type(u) is np.ndarray and total.shape == u.shape and total.dtype == u.dtype:
        total += u
    elif is_new and type(total) is np.ndarray and total.shape == u.shape and total.dtype == u.dtype:
        u += total
        sums[key] = u
        own.add(key)
    else:
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
    found = {}
    stack = [node for node in outputs if node is not None]
    while stack:
        node = stack.pop()
        if node.number not in found:
            found[node.number] = node
            stack.extend(node.parents)
    return [found[number] for number in sorted(found)]


def merged(nodes, outputs):
    """Chains of scalings of one shape become one, where nothing else needs what is between."""
    users = {}
    for node in nodes:
        for parent in node.parents:
            users[id(parent)] = users.get(id(parent), 0) + 1
    outside = {id(node) for node in outputs if node is not None}
    gone = set()
    for node in nodes:
        while is_chain(node) and users[id(node.parents[0])] == 1 and id(node.parents[0]) not in outside:
            inner = node.parents[0]
            product = times(node.operation, inner.operation)
            if product is None:
                break
            node.operation = Scale(product)
            node.parents = inner.parents
            gone.add(id(inner))
    return [node for node in nodes if id(node) not in gone]


def is_chain(node):
    """A scaling of a scaling, with coefficients that are not wider than the tangent."""
    if type(node.operation) is not Scale or type(node.parents[0].operation) is not Scale:
        return False
    inner = node.parents[0]
    return (
        node.shape == inner.shape == inner.parents[0].shape
        and node.dtype == inner.dtype == inner.parents[0].dtype
        and not any(isinstance(n.operation.coefficient, Perturbed) for n in (node, inner))
    )


def times(outer, inner):
    """The coefficient of two scalings in a row; None where it would leave the range of the type or is not finite."""
    token = enter(ORDINARY)
    try:
        c = np.divide(1.0, outer.coefficient) if outer.by is np.divide else outer.coefficient
        product = np.divide(c, inner.coefficient) if inner.by is np.divide else np.multiply(c, inner.coefficient)
        divisors = [one.coefficient for one in (outer, inner) if one.by is np.divide]
        return product if all(np.isfinite(x).all() for x in (product, *divisors)) else None
    except FloatingPointError:
        return None
    finally:
        leave(token)


def start(x):
    """An input node for a primal."""
    return Node(None, (), np.shape(x), dense.dtype_of(x))
