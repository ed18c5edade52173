"""The operations of a linear program: what can happen to a recorded tangent.

Each operation knows two things: ``forward`` of dense tangents (with or without a direction axis in front) and
``backward``, its adjoint for the real inner product ``sum(Re(conj(u) * v))``. The adjoint of an operation that has
none of its own is taken from its matrix, which `Apply` builds by pushing the basis through it.
"""

import itertools

import numpy as np

from dualad.doubles import DOUBLE
from dualad.levels import primal_part
from dualad.quiet import SILENT, STRICT, enter, leave
from dualad.tangents import dense

_counter = itertools.count()


class Node:
    """One intermediate tangent: an operation on earlier ones, or an input (no operation).

    ``number`` grows with each node that is made: parents have smaller ones.
    """

    __slots__ = ("dtype", "number", "operation", "parents", "shape")

    def __init__(self, operation, parents, shape, dtype):
        self.operation = operation
        self.parents = parents
        self.shape = shape
        self.dtype = dtype
        self.number = next(_counter)

    @property
    def stand_in(self):
        """An array of this shape and dtype without memory, for rules that ask for a primal."""
        return np.broadcast_to(self.dtype.type(0), self.shape)


def unbroadcast(u, shape, lead):
    """The adjoint of broadcasting to u's shape: sums over the axes that were repeated."""
    extra = dense.rank(u) - lead - len(shape)
    if extra:
        u = np.sum(u, axis=tuple(range(lead, lead + extra)))
    repeated = tuple(i - len(shape) for i, n in enumerate(shape) if n == 1 and u.shape[i - len(shape)] != 1)
    return np.sum(u, axis=repeated, keepdims=True) if repeated else u


def matched(u, node):
    """The real part, where the node is real: the adjoint of a real tangent becoming complex."""
    return u.real if node.dtype.kind == "f" and dense.dtype_of(u).kind == "c" else u


class Scale:
    """``coefficient * d``, or ``d / coefficient``, broadcast to the shape of the result."""

    def __init__(self, coefficient, by=np.multiply):
        self.coefficient = coefficient
        self.by = by
        self.defined = self.finite = None

    def is_finite(self):
        """Whether all factors are finite numbers: looked up when the program is run backwards, and once."""
        if self.finite is None:
            c = self.coefficient
            self.finite = dense.is_finite(c) and (self.by is not np.divide or bool(np.all(primal_part(c) != 0)))
        return self.finite

    def is_defined(self):
        """Whether no coefficient is undefined: looked up when the program is run, and once."""
        if self.defined is None:
            self.defined = not dense.has_nan(self.coefficient)
        return self.defined

    def forward(self, node, d):
        return self.forward_plain(dense.align(d, len(node.parents[0].shape), len(node.shape)))

    def forward_plain(self, d):
        """The same for a tangent that broadcasts as it is."""
        token = enter(STRICT)
        try:
            if self.is_defined():
                return self.by(d, self.coefficient)
        except FloatingPointError:
            pass
        finally:
            leave(token)
        token = enter(SILENT)
        try:  # a zero tangent wins over an infinite or undefined coefficient
            return np.where(dense.is_zero(d), dense.zeros(d, ()), self.by(d, self.coefficient))
        finally:
            leave(token)

    def backward(self, node, u, unreached=None):
        (parent,) = node.parents
        if node.shape == parent.shape and getattr(u, "dtype", None) is node.dtype is parent.dtype is DOUBLE:
            return (self.turned(u, self.coefficient, unreached),)
        is_complex = dense.dtype_of(self.coefficient).kind == "c"
        moved = self.turned(u, np.conjugate(self.coefficient) if is_complex else self.coefficient, unreached)
        return (matched(unbroadcast(moved, parent.shape, dense.rank(u) - len(node.shape)), parent),)

    def turned(self, u, coefficient, unreached):
        """A cotangent times the coefficient.

        With ``unreached`` given, cotangents that are zero for want of a path win over an infinite or undefined
        coefficient, and a coefficient of zero over what is not finite: so it is with a tangent on its way forwards.
        """
        moved = self.by(u, coefficient)
        if unreached is None or (self.is_finite() and not dense.has_nan(moved)):
            return moved
        still = np.isinf(primal_part(coefficient)) if self.by is np.divide else dense.is_zero(coefficient)
        size = np.abs(primal_part(u))
        still = (unreached & ~(size > 0)) | (still & ~np.isfinite(size))
        return np.where(still, dense.zeros(moved, ()), moved)


class Add:
    """The sum of two tangents, broadcast to the shape of the result."""

    def forward(self, node, d, e):
        rank = len(node.shape)
        first, second = node.parents
        return np.add(dense.align(d, len(first.shape), rank), dense.align(e, len(second.shape), rank))

    def backward(self, node, u):
        lead = dense.rank(u) - len(node.shape)
        return tuple(matched(unbroadcast(u, parent.shape, lead), parent) for parent in node.parents)


class View:
    """A function that views each element at most once: indices, reshape, transpose, …"""

    def __init__(self, function):
        self.function = function

    def forward(self, node, d):
        return dense.view_each(self.function, d, len(node.parents[0].shape))

    def backward(self, node, u):
        (parent,) = node.parents
        lead = u.shape[: dense.rank(u) - len(node.shape)]
        whole = dense.raised(np.zeros(lead + parent.shape, dense.dtype_of(u)), u)
        dense.view_each(self.function, whole, len(parent.shape))[...] = u
        return (whole,)


class Update:
    """A copy of d in which the part that ``function`` views is replaced by e."""

    def __init__(self, function):
        self.function = function

    def forward(self, node, d, e):
        lead = np.shape(e)[: dense.rank(e) - len(node.parents[1].shape)]
        if lead and dense.rank(d) == len(node.shape):  # zeros have no directions of their own
            d = np.broadcast_to(d, lead + node.shape)
        whole = dense.raised(d.copy(), e)
        part = dense.view_each(self.function, whole, len(node.shape))
        part[...] = dense.align(e, len(node.parents[1].shape), dense.rank(part) - dense.rank(whole) + len(node.shape))
        return whole

    def backward(self, node, u):
        _, value = node.parents
        lead = dense.rank(u) - len(node.shape)
        part = dense.view_each(self.function, u, len(node.shape))
        moved = unbroadcast(part.copy(), value.shape, lead)
        rest = u.copy()
        dense.view_each(self.function, rest, len(node.shape))[...] = 0
        return rest, matched(moved, value)


class Where:
    """One tangent or the other, element by element."""

    def __init__(self, condition):
        self.condition = condition

    def forward(self, node, d, e):
        rank = len(node.shape)
        first, second = node.parents
        return np.where(self.condition, dense.align(d, len(first.shape), rank), dense.align(e, len(second.shape), rank))

    def backward(self, node, u):
        lead = dense.rank(u) - len(node.shape)
        first, second = node.parents
        return (
            matched(unbroadcast(np.where(self.condition, u, 0.0), first.shape, lead), first),
            matched(unbroadcast(np.where(self.condition, 0.0, u), second.shape, lead), second),
        )


class Zero:
    """A tangent of zeros: what does not depend on any input."""

    def forward(self, node):
        return np.zeros(node.shape, node.dtype)

    def backward(self, node, u):
        return ()


class Apply:
    """Any other linear function of some tangents, with an adjoint of its own or the one of its matrix.

    ``acts`` tells what sparse tangents can use: "element by element", "by moving"; ``sums`` the axes of a plain sum.
    """

    def __init__(self, function, name, adjoint=None, acts=None, sums=None):
        self.function = function
        self.name = name
        self.adjoint = adjoint
        self.acts = acts
        self.sums = sums

    def forward(self, node, *tangents):
        return self.function(*tangents)

    def backward(self, node, u):
        if self.adjoint is not None:
            return tuple(matched(w, parent) for w, parent in zip(self.adjoint(u), node.parents, strict=True))
        return tuple(self._by_matrix(node, u, i) for i in range(len(node.parents)))

    def _by_matrix(self, node, u, i):
        parent = node.parents[i]
        lead = u.shape[: dense.rank(u) - len(node.shape)]
        size = int(np.prod(parent.shape))
        if size == 0:
            return np.zeros(lead + parent.shape, parent.dtype)
        units = (1, 1j) if parent.dtype.kind == "c" else (1,)
        total = 0
        for unit in units:
            basis = (unit * np.eye(size, dtype=parent.dtype)).reshape((size, *parent.shape))
            given = [basis if j == i else np.zeros((size, *p.shape), p.dtype) for j, p in enumerate(node.parents)]
            columns = self.forward(node, *given).reshape(size, -1)
            total = total + unit * np.real(np.conjugate(columns) @ u.reshape((*lead, -1))[..., None])[..., 0]
        return total.reshape(lead + parent.shape)
