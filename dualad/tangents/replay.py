"""A linear program for one dense direction, compiled into steps on numbered slots: what `linearize` runs often.

Sums and scalings are NumPy calls without preparation, and write over a tangent that nothing else needs. An invalid
operation (a zero that met an infinity) gives up, and the general way of `program` decides.
"""

import operator

import numpy as np

from dualad.quiet import STRICT, enter, leave
from dualad.tangents.operations import Add, Scale, View
from dualad.tangents.straight_line import MOST_STEPS, compiled

_CALLS = 10  # so many calls repay the compilation
_IN_PLACE = {operator.mul: np.multiply, operator.truediv: np.divide, operator.add: np.add, operator.sub: np.subtract}


class Replay:
    """The steps of a program; calling it gives the tangents of the outputs, None where there is none."""

    def __init__(self, program):
        nodes = program.nodes
        self.users = {}
        for node in nodes:
            for parent in node.parents:
                self.users.setdefault(id(parent), []).append(node)
        self.outside = {id(node) for node in (*program.outputs, *program.inputs) if node is not None}
        slots = {id(node): i for i, node in enumerate(program.inputs)}
        self.count = len(slots)
        self.inputs = len(program.inputs)
        self.steps = []
        for i, node in enumerate(nodes):
            if id(node) in slots or self._is_negated_for_a_sum(node):
                continue
            parents, function, is_arithmetic = self._step(node)
            if is_arithmetic and function[0] is operator.add:
                parents = self._result_first(program, parents, node, i)
            first = parents[0] if parents else None
            over = is_arithmetic and self._may_write_over(program, first, node, i)
            slots[id(node)] = self.count
            self.count += 1
            gone = [slots[id(p)] for p in dict.fromkeys(parents) if self._last(program, p, i)]
            self.steps.append(
                (_IN_PLACE[function[0]] if over else function[0] if is_arithmetic else function,
                 tuple(slots[id(p)] for p in parents), function[1:] if is_arithmetic else (), over,
                 slots[id(node)], gone)
            )  # fmt: skip
        self.outputs = [None if node is None else self._own(slots[id(node)], node) for node in program.outputs]
        self.calls = 0
        self.straight = None

    def _own(self, slot, node):
        """The slot of an output that shares no memory with an input: the caller may write to both."""
        if type(node.operation) in (Scale, Add):
            return slot
        self.steps.append((apart, (slot, *range(self.inputs)), (), False, self.count, []))
        self.count += 1
        return self.count - 1

    def _result_first(self, program, parents, node, i):
        """The terms of a sum, with the one first that the sum may be written over."""
        first, second = parents
        if self._may_write_over(program, first, node, i) or not self._may_write_over(program, second, node, i):
            return parents
        return second, first

    def _is_negated_for_a_sum(self, node):
        """A tangent with its sign turned that only one sum needs: that sum subtracts instead."""
        users = self.users.get(id(node), ())
        return (
            _is_negation(node.operation)
            and len(users) == 1
            and type(users[0].operation) is Add
            and users[0].parents[1] is node
            and users[0].parents[0] is not node
            and id(node) not in self.outside
            and node.shape == node.parents[0].shape
            and node.dtype == node.parents[0].dtype
        )

    def _step(self, node):
        operation = node.operation
        if type(operation) is Scale:
            by = operator.truediv if operation.by is np.divide else operator.mul
            return node.parents, (by, operation.coefficient), True
        if type(operation) is Add:
            first, second = node.parents
            if self._is_negated_for_a_sum(second):
                return (first, second.parents[0]), (operator.sub,), True
            return node.parents, (operator.add,), True
        if type(operation) is View:
            return node.parents, operation.function, False
        return node.parents, lambda *given: operation.forward(node, *given), False

    def _last(self, program, node, i):
        """Whether the tangent of a node can be dropped after step i."""
        if id(node) in self.outside:
            return False
        users = self.users[id(node)]
        if any(self._is_negated_for_a_sum(user) for user in users):
            return False
        return program.last_use[id(node)] == i

    def _may_write_over(self, program, first, node, i):
        """Whether the first operand is a result of arithmetic that nothing else sees, of the right shape."""
        return (
            type(first.operation) in (Scale, Add)
            and node.shape == first.shape != ()
            and node.dtype == first.dtype
            and self._last(program, first, i)
            and all(type(user.operation) in (Scale, Add) for user in self.users[id(first)])
        )

    def __call__(self, tangents):
        if self.straight is None:
            self.calls += 1
            if self.calls > _CALLS and len(self.steps) <= MOST_STEPS:
                self.straight = compiled(self.steps, self.inputs, self.outputs)
        token = enter(STRICT)
        try:
            return self.straight(*tangents) if self.straight is not None else self._in_steps(tangents)
        finally:
            leave(token)

    def _in_steps(self, tangents):
        values = [None] * self.count
        values[: len(tangents)] = tangents
        for function, given, constants, over, slot, gone in self.steps:
            operands = [values[i] for i in given]
            if over:
                values[slot] = function(*operands, *constants, out=operands[0])
            else:
                values[slot] = function(*operands, *constants)
            for i in gone:
                values[i] = None
        return [None if i is None else values[i] for i in self.outputs]


def apart(y, *inputs):
    """A result that shares no memory with the inputs."""
    return y.copy() if any(np.may_share_memory(y, x) for x in inputs) else y


def _is_negation(operation):
    return (
        type(operation) is Scale
        and operation.by is np.multiply
        and type(operation.coefficient) is int
        and operation.coefficient == -1
    )
