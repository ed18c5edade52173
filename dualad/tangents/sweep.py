"""One pass backwards through a linear program: cotangents come together at a node and go on to its parents."""

import sys

import numpy as np

from dualad.doubles import DOUBLE
from dualad.levels import primal_part
from dualad.references import ATTRIBUTE_IN_PLACE
from dualad.tangents import dense
from dualad.tangents.operations import Add, Scale, View, unbroadcast


class Sweep:
    """The cotangents of the nodes; a coefficient may be overwritten by one in the last sweep of a program.

    ``own`` tells which cotangents nothing else refers to, ``minus`` which are stored with the other sign. Scalings from
    the first one on that is not finite are done with care, and ``unreached`` tells which cotangents are zero whatever
    the coefficients are.
    """

    def __init__(self, is_last):
        self.is_last = is_last
        self.unreached = None
        self.sums, self.own, self.minus = {}, set(), set()

    def run(self, nodes, inputs):
        """The cotangents of the inputs, None where there is none; nothing else refers to them."""
        outside = {id(node) for node in inputs}
        self.program = nodes, inputs
        self.given = dict(self.sums)
        for node in reversed(nodes):
            key = id(node)
            if key in self.sums and key not in outside:
                self.step(node, self.sums.pop(key), key in self.own, key in self.minus)
        return [self.result(id(node)) for node in inputs]

    def result(self, key):
        u = self.sums.get(key)
        if u is None:
            return None
        if key in self.minus:
            return turned(u, key in self.own)
        return u.copy() if type(u) is np.ndarray and key not in self.own else u

    def step(self, node, u, is_own, is_minus):
        """Send the cotangent of a node on to its parents."""
        operation = node.operation
        is_scaling = type(operation) is Scale
        if is_scaling and self.unreached is None and not operation.is_finite():
            self.unreached = Reach(self.given).of_scalings(*self.program)
        if type(u) is np.ndarray:
            if is_scaling and self.unreached is None and is_plain_scaling(node, u):
                if type(operation.coefficient) is int and operation.coefficient == -1 and operation.by is np.multiply:
                    return self.collect(node.parents[0], u, is_own, not is_minus)
                w, is_own = scaled(operation, u, is_own, self.is_last)
                return self.collect(node.parents[0], w, is_own, is_minus)
            if type(operation) is Add and is_plain_sum(node):
                first, second = node.parents
                self.collect(first, u, False, is_minus)
                return self.collect(second, u, False, is_minus)
            if type(operation) is View and type(self.sums.get(id(node.parents[0]), u)) is np.ndarray:
                return self.collect_part(node, u, is_minus)
        u = turned(u, is_own) if is_minus else u
        care = (self.unreached[id(node)],) if is_scaling and self.unreached is not None else ()
        for parent, w in zip(node.parents, operation.backward(node, u, *care), strict=True):
            self.collect(parent, w)
        return None

    def collect(self, node, u, is_own=False, is_minus=False):
        """Add to what has come together for a node."""
        key = id(node)
        total = self.sums.get(key)
        if total is None:
            return self.store(key, u if hasattr(u, "ndim") else np.asarray(u), is_own, is_minus)
        was_minus = key in self.minus
        if type(total) is type(u) is np.ndarray and total.shape == u.shape and total.dtype == u.dtype:
            combine = np.add if was_minus == is_minus else np.subtract
            if key in self.own:
                combine(total, u, out=total)
                return None
            out = u if is_own else None
            return self.store(key, combine(u, total, out=out), True, is_minus)
        return self.store(key, (-total if was_minus else total) + (-u if is_minus else u), True, False)

    def store(self, key, u, is_own, is_minus):
        self.sums[key] = u
        (self.own.add if is_own else self.own.discard)(key)
        (self.minus.add if is_minus else self.minus.discard)(key)

    def collect_part(self, node, u, is_minus):
        """Add to the part of the parent's cotangent that the node views, without an array of zeros for each view."""
        (parent,) = node.parents
        key, lead = id(parent), u.shape[: u.ndim - len(node.shape)]
        total = self.sums.get(key)
        if total is None:
            total = np.zeros(lead + parent.shape, u.dtype)
            self.store(key, total, True, is_minus)
            dense.view_each(node.operation.function, total, len(parent.shape))[...] = u
            return
        if key not in self.own or total.dtype != u.dtype or not total.flags.c_contiguous:
            total = np.array(total, np.result_type(total, u), order="C")
            self.store(key, total, True, key in self.minus)
        part = dense.view_each(node.operation.function, total, len(parent.shape))
        (np.add if (key in self.minus) == is_minus else np.subtract)(part, u, out=part)


class Reach(Sweep):
    """The same sweep with random weights for coefficients: zero where no path of the program leads back."""

    def __init__(self, given):
        super().__init__(is_last=False)
        self.zeros, self.random = {}, np.random.default_rng(0)
        for key, u in given.items():
            self.store(key, self.weighted(primal_part(u) != 0), True, False)

    def weighted(self, u):
        """Other weights for each element, so that nothing cancels."""
        return self.random.uniform(1.0, 2.0, np.shape(u)) * u

    def of_scalings(self, nodes, inputs):
        """Which elements of the cotangents of all scalings are zero, by the id of their nodes."""
        self.run(nodes, inputs)
        return self.zeros

    def step(self, node, u, is_own, is_minus):
        if type(node.operation) is Scale:
            self.zeros[id(node)] = primal_part(u) == 0
            lead = dense.rank(u) - len(node.shape)
            parts = (unbroadcast(self.weighted(primal_part(u)), node.parents[0].shape, lead),)
        else:
            parts = node.operation.backward(node, u)
        for parent, w in zip(node.parents, parts, strict=True):
            self.collect(parent, np.abs(w))


def is_plain_sum(node):
    """Whether neither term was broadcast or cast."""
    first, second = node.parents
    return first.shape == second.shape == node.shape and first.dtype is second.dtype is node.dtype


def is_plain_scaling(node, u):
    """Whether a scaling of doubles has a cotangent of doubles, all of one shape."""
    (parent,) = node.parents
    return (
        type(node.operation.coefficient) in (np.ndarray, float, int, np.float64)
        and u.shape == node.shape == parent.shape
        and u.dtype is node.dtype is parent.dtype is DOUBLE
    )


def scaled(operation, u, is_own, is_last):
    """The cotangent before a scaling, and whether nothing else refers to it; what is not needed is overwritten."""
    is_spare = is_last and sys.getrefcount(operation.coefficient) <= ATTRIBUTE_IN_PLACE
    c = operation.coefficient
    if type(c) is not np.ndarray or c.shape != u.shape:
        return operation.by(u, c, out=u if is_own else None), True
    is_spare = is_spare and c.dtype is DOUBLE and c.base is None and c.flags.writeable
    if is_own:
        return operation.by(u, c, out=u), True
    if operation.by is np.multiply and is_ones(u):
        return c, is_spare
    return operation.by(u, c, out=c if is_spare else None), True


def is_ones(u):
    """Whether u is the number 1 everywhere, in one place of memory: the cotangent of the terms of a sum."""
    return u.size > 0 and not any(u.strides) and u.item(0) == 1.0


def turned(u, is_own):
    """The cotangent with the other sign."""
    return np.negative(u, out=u) if is_own and type(u) is np.ndarray else -u
