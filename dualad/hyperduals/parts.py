"""The chain rule of second order: value, two tangents and second tangent of one operation, side by side.

``b`` holds the KB outer directions, ``a`` the KA inner ones, ``h`` the second derivatives along a pair of both:
shapes (KB,) + S, (KA,) + S and (KB, KA) + S for a value of shape S. ``a`` is None where it equals ``b`` (one vector
differentiated twice), and ``h`` None where it is zero. Source: Fike & Alonso (2011), "The development of hyper-dual
numbers for exact second-derivative calculations".
"""

import numpy as np


class Parts:
    """The tangents of a value: two of first and one of second order.

    The parts of a view know those of the array that it views (``base``): what is zero, or the same, without an array of
    its own gets one there first, and then the view views it too.
    """

    __slots__ = ("a", "b", "base", "h", "index", "outer")

    def __init__(self, outer, b, a, h):
        self.outer, self.b, self.a, self.h, self.base = outer, b, a, h, None

    @property
    def inner(self):
        """The inner directions."""
        return self.b if self.a is None else self.a

    def second(self):
        """The second tangents themselves, or new zeros."""
        inner = self.inner
        return np.zeros((len(self.b), *inner.shape)) if self.h is None else self.h

    def as_it_is(self):
        """The same tangents, which stay as they are when these get arrays of their own."""
        return Parts(self.outer, self.b, self.a, self.h)

    def own(self):
        """Arrays for all tangents, which are no others, and which views share."""
        if self.base is not None:
            self.base.own()
            self.follow()
        else:
            self.a, self.h = self.inner.copy() if self.a is None else self.a, self.second()
        return self

    def follow(self):
        """View the arrays that the base has got since this view was taken."""
        if self.base.base is not None:
            self.base.follow()
        if self.base.a is not None and self.a is None:
            self.a = self.base.a[(slice(None), *self.index)]
        if self.base.h is not None and self.h is None:
            self.h = self.base.h[(slice(None), slice(None), *self.index)]

    def each(self, function):
        """A linear function of each tangent; it counts axes from the end."""
        a = None if self.a is None else function(self.a)
        return Parts(self.outer, function(self.b), a, None if self.h is None else function(self.h))

    def view(self, index):
        """The tangents of ``value[index]``, by an index that gives views."""
        index = index if type(index) is tuple else (index,)
        first, every = (slice(None), *index), slice(None)
        a = None if self.a is None else self.a[first]
        view = Parts(self.outer, self.b[first], a, None if self.h is None else self.h[(every, *first)])
        view.base, view.index = self, index
        return view

    def broadcast(self, shape):
        """The tangents of a value of this shape, of which some may lack elements that repeat."""
        if self.b.shape[1:] == shape and (self.h is None or self.h.shape[2:] == shape):
            return self
        a = None if self.a is None else repeated(self.a, 1, shape)
        h = None if self.h is None else repeated(self.h, 2, shape)
        return Parts(self.outer, repeated(self.b, 1, shape), a, h)

    def raised(self, more):
        """With axes of length 1 in front of those of the value."""
        if not more:
            return self
        ones = (1,) * more
        inner = self.inner.shape
        b = self.b.reshape(self.b.shape[:1] + ones + self.b.shape[1:])
        a = None if self.a is None else self.a.reshape(inner[:1] + ones + inner[1:])
        h = None if self.h is None else self.h.reshape((len(self.b), *inner[:1], *ones, *inner[1:]))
        return Parts(self.outer, b, a, h)

    def stacked(self):
        """All tangents as directions of one."""
        inner = self.inner
        shape = inner.shape[1:]
        parts = [self.b] if self.a is None else [self.b, self.a]
        return np.concatenate([*parts, self.second().reshape((-1, *shape))])

    def unstacked(self, tangent):
        """The inverse of `stacked`, for a tangent with the same directions."""
        outer, inner = len(self.b), len(self.inner)
        b, rest = tangent[:outer], tangent[outer:]
        a = None
        if self.a is not None:
            a, rest = rest[:inner], rest[inner:]
        return Parts(self.outer, b, a, rest.reshape((outer, inner, *tangent.shape[1:])))


def repeated(tangent, lead, shape):
    """A tangent with ``lead`` axes of directions for a value of this shape."""
    if tangent.shape[lead:] == shape:
        return tangent
    return np.broadcast_to(tangent, tangent.shape[:lead] + shape).copy()


def cross(b, a):
    """All products of an outer and an inner direction."""
    return b[:, None] * a


def plus(first, second):
    """The sum of two second tangents, of which either may be None for zero; the first one is overwritten."""
    if first is None or second is None:
        return second if first is None else first
    first += second
    return first


def times(coefficient, h):
    """A multiple of a second tangent."""
    return None if h is None else coefficient * h


def chained(p, c, s):
    """The tangents of f(x): ``c`` is the first derivative, ``s`` the second, None for zero."""
    h = times(c, p.h) if s is None else plus(cross(s * p.b, p.inner), times(c, p.h))
    return Parts(p.outer, c * p.b, None if p.a is None else c * p.a, h)


def added(p, q, sign):
    """The tangents of x + y or x - y."""
    b = p.b + q.b if sign > 0 else p.b - q.b
    a = None
    if p.a is not None or q.a is not None:
        a = p.inner + q.inner if sign > 0 else p.inner - q.inner
    h = None if p.h is None else p.h.copy() if q.h is None else p.h + q.h if sign > 0 else p.h - q.h
    return Parts(p.outer, b, a, times(sign, q.h) if h is None else h)


def mixed(p, q):
    """The terms of a product's second derivative in which each factor moves once."""
    term = cross(p.b, q.inner)
    return term + (term.swapaxes(0, 1) if p.a is None and q.a is None else cross(q.b, p.inner))


def multiplied(p, q, v, w):
    """The tangents of v * w."""
    b = w * p.b + v * q.b
    a = None if p.a is None and q.a is None else w * p.inner + v * q.inner
    return Parts(p.outer, b, a, plus(mixed(p, q), plus(times(w, p.h), times(v, q.h))))


def divided(p, q, z, w):
    """The tangents of z = v / w: those of z * w = v, solved for z."""
    b = (p.b - z * q.b) / w
    a = None if p.a is None and q.a is None else (p.inner - z * q.inner) / w
    found = Parts(p.outer, b, a, None)
    h = plus(mixed(found, q), times(z, q.h))
    found.h = (-h if p.h is None else p.h - h) / w
    return found
