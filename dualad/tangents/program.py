"""A linear program: the nodes that lead from the inputs to the outputs, run forwards or backwards."""

import functools
import threading

import numpy as np

from dualad.levels import Perturbed
from dualad.quiet import SILENT, enter, leave
from dualad.tangents import dense
from dualad.tangents.merging import merged
from dualad.tangents.operations import Node, Scale
from dualad.tangents.replay import Replay
from dualad.tangents.sweep import Sweep


class Program:
    """The recorded derivative of one evaluation. Nodes that no output needs are not part of it.

    Its memory is that of the coefficients: about one array for each nonlinear elementwise operation.
    """

    def __init__(self, inputs, outputs):
        self.inputs = inputs
        self.outputs = outputs
        self.nodes = in_order(outputs)
        self.is_simplified = False
        self.changing = threading.RLock()  # held by who changes the nodes, and by who reads them before
        self.replay = None
        self.passes = 0

    def __getstate__(self):
        """What can travel: neither the lock nor compiled steps."""
        return {**self.__dict__, "changing": None, "replay": None}

    def __setstate__(self, state):
        self.__dict__.update(state, changing=threading.RLock())

    @functools.cached_property
    def is_plain(self):
        """Whether no coefficient carries the derivative of an outer level."""
        return not any(has_level(node.operation) for node in self.nodes)

    @functools.cached_property
    def last_use(self):
        """The place in ``nodes`` of the last one that needs a node, by its id."""
        return {id(parent): i for i, node in enumerate(self.nodes) for parent in node.parents}

    def simplify(self):
        """Merge chains of scalings: worth its price where the program is run more than once."""
        if self.is_simplified:
            return
        with self.changing:
            if not self.is_simplified:
                self.nodes = merged(self.nodes, self.outputs)
                self.__dict__.pop("last_use", None)
                self.is_simplified = True

    def forward(self, tangents):
        """The tangents of the outputs, None for an output that depends on no input."""
        tangents = [as_array(d) for d in tangents]
        if self.is_plain and all(
            isinstance(d, (np.ndarray, np.generic)) and d.shape == node.shape
            for d, node in zip(tangents, self.inputs, strict=True)
        ):
            found = self.replayed(tangents)
            if found is not None:
                return found
        self.simplify()
        token = enter(SILENT)
        try:
            return self._forward_in_general(tangents)
        finally:
            leave(token)

    def replayed(self, tangents):
        """The same for one dense direction of a plain program; None where a zero may have met an infinity."""
        if self.replay is None:
            self.simplify()
            self.replay = Replay(self)
        try:
            return self.replay(tangents)
        except FloatingPointError:
            return None

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

    def backward(self, cotangents, is_last=False):
        """The cotangents of the inputs for cotangents of the outputs (None where there is none).

        The last sweep of a program may write over its coefficients: it cannot be run afterwards.
        """
        self.passes += 1
        pairs = list(zip(self.outputs, cotangents, strict=True))
        if self.passes > 1 or any(node is not None and dense.rank(u) > len(node.shape) for node, u in pairs):
            self.simplify()
        if self.is_simplified or is_last:
            return self._swept(pairs, is_last)
        with self.changing:
            return self._swept(pairs, is_last)

    def _swept(self, pairs, is_last):
        sweep = Sweep(is_last)
        token = enter(SILENT)
        try:
            for node, u in pairs:
                if node is not None and u is not None:
                    sweep.collect(node, u)
            return sweep.run(self.nodes, self.inputs)
        finally:
            leave(token)


def has_level(operation):
    return type(operation) is Scale and isinstance(operation.coefficient, Perturbed)


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


def start(x):
    """An input node for a primal."""
    return Node(None, (), np.shape(x), dense.dtype_of(x))
