"""Recorded tangents: a tangent that is a node of a linear program.

A `Recorded` answers the NumPy functions that are linear in it, which is all that a rule does with a tangent, by
adding a node. It aliases as an array does: a view knows the buffer that it looks into, and an assignment to it
replaces the node of that buffer, so that all other views see it.
"""

import operator

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from dualad.tangents import everyday, linear_arithmetic, linear_calls, matrix_products
from dualad.tangents.gathers import Gather
from dualad.tangents.operations import Node, Update, View, Zero
from dualad.tangents.symbolic import Symbolic, kept


class Buffer:
    """A piece of tangent memory: its node is replaced when something is stored in it."""

    __slots__ = ("node",)

    def __init__(self, node):
        self.node = node


class Recorded(NDArrayOperatorsMixin, Symbolic):
    """A tangent of one direction, known by how it came about; shape and dtype are those of the primal."""

    __slots__ = ("buffer", "dtype", "look", "seen", "shape")

    def __init__(self, node):
        self.buffer = Buffer(node)
        self.look = None
        self.seen = None
        self.shape = node.shape
        self.dtype = node.dtype

    @property
    def ndim(self):
        return len(self.shape)

    @property
    def size(self):
        return int(np.prod(self.shape))

    @property
    def node(self):
        """The current node: that of the buffer, or a view of it."""
        whole = self.buffer.node
        if self.look is None:
            return whole
        if self.seen is None or self.seen[0] is not whole:
            self.seen = whole, self.held(self._sight(), (whole,), self.shape, self.dtype)
        return self.seen[1]

    def viewed(self, function):
        """The Recorded that sees this one through a function, or a copy where that gives no view of the buffer."""
        inner = self.look
        look = function if inner is None else lambda whole: function(inner(whole))
        whole = np.empty(self.buffer.node.shape, np.int8)
        part = look(whole)
        if np.may_share_memory(part, whole):
            other = object.__new__(type(self))
            other.buffer, other.look, other.seen = self.buffer, look, None
            other.shape, other.dtype = part.shape, self.dtype
            return other
        if inner is not None:
            return self.copy().viewed(function)
        source = np.asarray(function(np.arange(1, self.size + 1).reshape(self.shape)))
        return self.record(Gather(source), (self,), source.shape, self.dtype)

    def _sight(self):
        """How this view reads the buffer: an element that it shows twice, or may not write, is gathered."""
        shape = self.buffer.node.shape
        if self.look(np.empty(shape, np.int8)).flags.writeable:
            return View(self.look)
        return Gather(self.look(np.arange(1, 1 + int(np.prod(shape))).reshape(shape)))

    def shares_memory(self, other):
        """Whether both look into the same buffer."""
        return self.buffer is other.buffer

    def zeros(self, shape, dtype):
        """A new tangent of zeros that can be recorded into."""
        return type(self)(self.held(Zero(), (), shape, np.dtype(dtype)))

    def record(self, operation, parents, shape, dtype):
        """A new tangent by an operation on others."""
        return type(self)(self.held(operation, tuple(p.node for p in parents), tuple(shape), np.dtype(dtype)))

    def held(self, operation, parents, shape, dtype):
        """The node of an operation on others."""
        return Node(operation, parents, shape, dtype)

    @staticmethod
    def kept(x):
        """A constant of an operation."""
        return kept(x)

    def named(self, function, y):
        """Called with the function whose tangent this is and its value; see `explained` for what needs it."""
        return self

    def copy(self, order="K"):
        return type(self)(self.node)

    def astype(self, dtype, **options):
        return linear_arithmetic.cast(self, np.dtype(dtype))

    def elementwise(self, partials, y, primals, tangents):
        """The sum of partials times tangents of plain doubles; None where only the general way will do."""
        return linear_arithmetic.elementwise(self, partials, y, primals, tangents)

    def everyday(self, function, args, kwargs):
        """The Dual that a function of Duals gives; None where only the general way will do."""
        return everyday.call(function, args, kwargs)

    def matmul(self, primals, tangents):
        """The tangent of a product of two matrices or vectors; None where only the general way will do."""
        return matrix_products.recorded(self, primals, tangents)

    def scaled(self, coefficient, is_fresh):
        """This times a coefficient, which nothing else can write to if it is fresh."""
        return linear_arithmetic.scale(self, coefficient, np.multiply, is_fresh)

    def broadcast(self, shape):
        """A copy repeated to this shape."""
        return linear_arithmetic.broadcast(self, shape)

    @property
    def real(self):
        return np.real(self)

    @property
    def imag(self):
        return np.imag(self)

    @property
    def T(self):
        return self.viewed(np.transpose)

    def reshape(self, *shape):
        shape = shape[0] if len(shape) == 1 else shape
        return self.viewed(lambda whole: whole.reshape(shape))

    def transpose(self, *axes):
        return self.viewed(lambda whole: whole.transpose(*axes))

    def sum(self, *args, **kwargs):
        return np.sum(self, *args, **kwargs)

    def __getitem__(self, index):
        if is_view(index):
            whole_index = with_ellipsis(index)
            seen = self.viewed(operator.itemgetter(whole_index))
            return seen if seen.shape or whole_index is index or index is Ellipsis else seen.copy()
        numbers = np.arange(1, self.size + 1).reshape(self.shape)[index]
        return self.record(Gather(np.asarray(numbers)), (self,), numbers.shape, self.dtype)

    def __setitem__(self, index, value):
        if not isinstance(value, Recorded):
            value = self.zeros(np.shape(value), self.dtype)
        whole, inner = self.buffer.node, self.look
        if is_view(index):
            index = with_ellipsis(index)
            operation = Update((lambda a: a[index]) if inner is None else lambda a: inner(a)[index])
        else:
            operation = self._scatter(index, value)
        self.buffer.node = self.held(operation, (whole, value.node), whole.shape, whole.dtype)

    def _scatter(self, index, value):
        """Assignment to picked elements: a gather from the buffer and the new values side by side."""
        shape = self.buffer.node.shape
        size = int(np.prod(shape))
        source = np.arange(1, size + 1).reshape(shape)
        part = source if self.look is None else self.look(source)
        part[index] = np.arange(size + 1, size + 1 + value.size).reshape(value.shape)
        return Gather(source)

    def __iter__(self):
        return (self[i] for i in range(self.shape[0]))

    def __len__(self):
        return self.shape[0]

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return linear_calls.ufunc(self, ufunc, method, inputs, kwargs)

    def __array_function__(self, function, types, args, kwargs):
        return linear_calls.function(self, function, args, kwargs)

    def opaque(self, push, y, tangents):
        """A rule's own map of tangents as one operation, where it does something that is not recorded."""
        return linear_calls.opaque(self, push, y, tangents)


def is_view(index):
    """Whether an index is made of integers, slices, newaxis and Ellipsis only."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None or part is Ellipsis or (isinstance(part, (slice, int, np.integer)) and not isinstance(part, bool))
        for part in parts
    )


def with_ellipsis(index):
    """The same index, giving an array of no axes where it would give a number, which is no view."""
    parts = index if isinstance(index, tuple) else (index,)
    return parts if any(part is Ellipsis for part in parts) else (*parts, Ellipsis)
