"""The coefficients of a truncated power series: number k is the k-th derivative over k!."""

import numpy as np

from dualad.errors import NoRuleError
from dualad.levels import Expanded
from dualad.tangents.dense import shape_of

ZERO = 0.0  # this very object: a coefficient that is known to be zero, and never computed with


class Coefficients(Expanded):
    """``x(t) = c[0] + c[1] t + c[2] t**2 + …`` up to a fixed order.

    Outside of a rule all coefficients are known. Inside of one (see `recurrence`) a series is lazy: it computes a
    coefficient when it is asked for, and ``memo`` finds the series that were built before.
    """

    __slots__ = ("known", "make", "memo")

    def __init__(self, known, make=None, memo=None):
        self.known, self.make, self.memo = known, make, memo

    def new(self, known, make=None, memo=None):
        """Another series of the same kind."""
        return type(self)(known, make, memo)

    def at(self, k):
        """Coefficient number k, which may be `ZERO`."""
        known = self.known
        while len(known) <= k:
            known.append(self.full(self.make(len(known))))
        return known[k]

    def up_to(self, k):
        """The list of the coefficients, of which those up to number k are there."""
        self.at(k)
        return self.known

    def full(self, coefficient):
        """A coefficient in the shape of the value."""
        if coefficient is ZERO:
            return ZERO
        shape = shape_of(self.known[0])
        return coefficient if shape_of(coefficient) == shape else np.broadcast_to(coefficient, shape).copy()

    def array(self, k):
        """Coefficient number k, with zeros that are there."""
        c = self.at(k)
        return np.zeros_like(self.known[0]) if c is ZERO else c

    def settled(self):
        """The same series, in which every known coefficient is there: others may view it, or write to it."""
        for k, c in enumerate(self.known):
            if c is ZERO:
                self.known[k] = np.zeros_like(self.known[0])
        return self

    def undefined(self, mask):
        """The same value, all further coefficients NaN where the mask is true."""
        lost = lambda c: np.where(mask, np.nan, c)
        known = [self.known[0], *[lost(c) for c in self.known[1:]]]
        return self.new(known, lambda k: lost(self.at(k)), self.memo)

    def is_constant(self):
        """Whether all coefficients are known, and none beyond the value is other than zero."""
        return self.memo is None and not any(c is not ZERO and np.any(c) for c in self.known[1:])

    @property
    def primal(self):
        """The value, which is coefficient number 0."""
        return self.known[0]

    @property
    def order(self):
        """The number of the last coefficient."""
        return len(self.known) - 1

    def each(self, function):
        """A series of a linear ``function`` of each coefficient."""
        moved = lambda c: ZERO if c is ZERO else function(c)
        return self.new([moved(c) for c in self.known], lambda k: moved(self.at(k)), self.memo)

    def split(self, part):
        """The series of the values and that of the tangents, None for zero, where ``part`` splits a coefficient."""
        pairs = [(c, None) if c is ZERO else part(c) for c in self.known]
        first = next((tangent for _, tangent in pairs if tangent is not None), None)
        values = self.new([value for value, _ in pairs])
        if first is None:
            return values, None
        tangents = [ZERO if tangent is None else tangent for _, tangent in pairs]
        if tangents[0] is ZERO:
            tangents[0] = np.zeros_like(first)
        return values, self.new(tangents)


def term(x, k):
    """Coefficient number k of a series or of a constant, which has none beyond its value."""
    return x.at(k) if isinstance(x, Coefficients) else x if k == 0 else ZERO


def value_of(x):
    """x with every series replaced by its value, in nested lists too."""
    if isinstance(x, Coefficients):
        return x.primal
    if isinstance(x, (list, tuple)) and not hasattr(x, "_fields"):
        return type(x)(value_of(element) for element in x)
    return x


def has_series(x):
    """Whether there is a series in x or in nested lists of it."""
    return isinstance(x, Coefficients) or (isinstance(x, (list, tuple)) and any(map(has_series, x)))


def refuse(name):
    """The one refusal of power series."""
    raise NoRuleError(
        f"taylor does not go through {name}: its rule does something that power series do not follow. Nest "
        "dualad.derivative or dualad.jvp instead: for few orders that is as good."
    )
