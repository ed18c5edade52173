"""The Python operators of a Dual, and the short way for numbers.

A number (a Python float or a NumPy float64) in one direction is the case of scalar code, where the general
dispatch costs more than the arithmetic. Each operator therefore computes it on the spot, with the same
coefficients as the table, and leaves all else, nan included, to the general way (`_general`). The tests
prove both ways equal. Tangents are computed as Python's numbers: NumPy's would warn of what happens to them.
"""

import functools
import operator

import numpy as np

from dualad.comparisons import OPERANDS
from dualad.dispatch import evaluate_into
from dualad.doubles import CARRIED, FLOATS, HIGH, LOW, NUMBERS
from dualad.errors import NoRuleError
from dualad.levels import primal_part
from dualad.objects import packed
from dualad.rules.partials import evaluate
from dualad.rules.table import PARTIALS, SHORTLY, find
from dualad.shortways import arraywise, ufuncs
from dualad.watching import WATCHER

_new = object.__new__
_array = np.ndarray
_double = np.float64
_POWER = np.power
_NEGATION = PARTIALS[np.negative]
_product = SHORTLY[np.matmul]


def _general(ufunc, compute, x, y):
    """``compute(x, y)`` by the general dispatch, with the rule of the ufunc."""
    if not isinstance(x, OPERANDS) or not isinstance(y, OPERANDS):
        return NotImplemented
    watcher = WATCHER.get()
    if watcher is not None:
        return watcher.call(ufunc, functools.partial(_general, ufunc, compute, x, y), (x, y))
    return evaluate(find(ufunc), ufunc, compute, (packed(x), packed(y)), {})


def _operation(ufunc, compute):
    """The two functions behind ``x op y``, with the Dual to the left or to the right."""
    partials = PARTIALS[ufunc]

    def forward(self, other):
        result = ufuncs.binary(type(self), partials, compute, self, other)
        return _general(ufunc, compute, self, other) if result is None else result

    def reflected(self, other):
        result = ufuncs.binary(type(self), partials, compute, other, self)
        return _general(ufunc, compute, other, self) if result is None else result

    return forward, reflected


_add, _radd = _operation(np.add, operator.add)
_subtract, _rsubtract = _operation(np.subtract, operator.sub)
_multiply, _rmultiply = _operation(np.multiply, operator.mul)
_divide, _rdivide = _operation(np.divide, operator.truediv)
_power, _rpower = _operation(np.power, operator.pow)


def _in_place(ufunc, compute, x, y):
    """``x op= y``: the memory of an array is changed, a number is rebound."""
    if isinstance(primal_part(x), np.ndarray):
        watcher = WATCHER.get()
        if watcher is not None:
            return watcher.call(ufunc, functools.partial(_in_place, ufunc, compute, x, y), (x, y))
        if arraywise.is_overwritten(x, compute, y):
            return x
        change = operator.ipow if compute is operator.pow else None  # of which the square and the root are others
        return evaluate_into((x,), find(ufunc), ufunc, [x, packed(y)], {}, change)
    return compute(x, y)


class Arithmetic:
    """Operators with numbers, arrays, lists and other Duals on either side."""

    __slots__ = ()

    def __add__(self, other):
        dx = self.tangent
        if type(dx) in FLOATS:
            if type(other) is type(self):
                dy = other.tangent
                if self.level == other.level and type(dy) in FLOATS:
                    dz = float(dx) + float(dy)
                    if dz == dz:
                        z = _new(type(self))
                        z.primal = total = self.primal + other.primal
                        z.tangent = dz if type(total) is not _double else _double(dz)
                        z.level = self.level
                        return z
            elif type(other) in NUMBERS:
                z = _new(type(self))
                z.primal = total = self.primal + other
                z.tangent = dx if type(total) is not _double else _double(dx)
                z.level = self.level
                return z
        elif type(dx) is _array and type(self.primal) in CARRIED:
            del dx  # who may lend it counts its references
            z = arraywise.combined(operator.add, self, other)
            if z is not None:
                return z
        return _add(self, other)

    def __radd__(self, other):
        if type(other) in NUMBERS and type(self.tangent) in CARRIED:
            return self.__add__(other)
        return _radd(self, other)

    def __sub__(self, other):
        dx = self.tangent
        if type(dx) in FLOATS:
            if type(other) is type(self):
                dy = other.tangent
                if self.level == other.level and type(dy) in FLOATS:
                    dz = float(dx) - float(dy)
                    if dz == dz:
                        z = _new(type(self))
                        z.primal = total = self.primal - other.primal
                        z.tangent = dz if type(total) is not _double else _double(dz)
                        z.level = self.level
                        return z
            elif type(other) in NUMBERS:
                z = _new(type(self))
                z.primal = total = self.primal - other
                z.tangent = dx if type(total) is not _double else _double(dx)
                z.level = self.level
                return z
        elif type(dx) is _array and type(self.primal) in CARRIED:
            del dx  # who may lend it counts its references
            z = arraywise.combined(operator.sub, self, other)
            if z is not None:
                return z
        return _subtract(self, other)

    def __rsub__(self, other):
        dx = self.tangent
        if type(other) in NUMBERS and type(dx) in CARRIED and type(self.primal) in CARRIED:
            z = arraywise.result(self, other - self.primal, -dx)
            if z is not None:
                return z
        return _rsubtract(self, other)

    def __mul__(self, other):
        dx = self.tangent
        if type(dx) in FLOATS:
            if type(other) is type(self):
                dy = other.tangent
                if self.level == other.level and type(dy) in FLOATS:
                    x = self.primal
                    y = other.primal
                    product = x * y
                    if type(product) is _double:
                        dz = _double(float(y) * float(dx) + float(x) * float(dy))
                    else:
                        dz = y * dx + x * dy
                    if dz == dz:
                        z = _new(type(self))
                        z.primal = product
                        z.tangent = dz
                        z.level = self.level
                        return z
            elif type(other) in NUMBERS:
                dz = float(other) * float(dx)
                if dz == dz:
                    z = _new(type(self))
                    z.primal = product = self.primal * other
                    z.tangent = dz if type(product) is not _double else _double(dz)
                    z.level = self.level
                    return z
        elif type(dx) is _array and type(self.primal) in CARRIED:
            z = arraywise.multiply(self, other)
            if z is not None:
                return z
        return _multiply(self, other)

    def __rmul__(self, other):
        if type(other) in NUMBERS and type(self.tangent) in CARRIED:
            return self.__mul__(other)
        return _rmultiply(self, other)

    def __truediv__(self, other):
        dx = self.tangent
        if type(dx) in FLOATS and type(other) in NUMBERS and other:
            dz = float(dx) / float(other)
            if dz == dz:
                z = _new(type(self))
                z.primal = quotient = self.primal / other
                z.tangent = dz if type(quotient) is not _double else _double(dz)
                z.level = self.level
                return z
        elif type(dx) in FLOATS and type(other) is type(self) and self.level == other.level:
            y, dy = other.primal, other.tangent
            if type(dy) in FLOATS and LOW < abs(y) < HIGH:
                quotient = self.primal / y
                if type(quotient) is _double:
                    dz = _double((float(dx) - float(quotient) * float(dy)) / float(y))
                else:
                    dz = (dx - quotient * dy) / y
                if LOW < abs(quotient) < HIGH and dz == dz:
                    z = _new(type(self))
                    z.primal = quotient
                    z.tangent = dz
                    z.level = self.level
                    return z
        elif type(dx) is _array and type(self.primal) in CARRIED:
            z = arraywise.divide(self, other)
            if z is not None:
                return z
        return _divide(self, other)

    def __rtruediv__(self, other):
        y, dy = self.primal, self.tangent
        if type(dy) in FLOATS and type(other) in NUMBERS and type(y) in FLOATS and LOW < abs(y) < HIGH:
            quotient = other / y
            if LOW < abs(quotient) < HIGH:
                z = _new(type(self))
                z.primal = quotient
                dz = -float(quotient) * float(dy) / float(y)
                z.tangent = dz if type(quotient) is float else _double(dz)
                z.level = self.level
                return z
        elif type(dy) is _array and type(y) in CARRIED and type(other) in NUMBERS:
            z = arraywise.inverted(self, other)
            if z is not None:
                return z
        return _rdivide(self, other)

    def __neg__(self):
        if type(self.tangent) in FLOATS:
            z = _new(type(self))
            z.primal = -self.primal
            z.tangent = -self.tangent
            z.level = self.level
            return z
        z = ufuncs.unary(type(self), _NEGATION, operator.neg, self)
        return evaluate(find(np.negative), np.negative, operator.neg, (self,), {}) if z is None else z

    def __pos__(self):
        return evaluate(find(np.positive), np.positive, operator.pos, (self,), {})

    def __abs__(self):
        if WATCHER.get() is not None:
            return np.absolute(self)
        z = ufuncs.absolute(operator.abs, self)
        return evaluate(find(np.absolute), np.absolute, operator.abs, (self,), {}) if z is None else z

    def __pow__(self, other, modulo=None):
        if modulo is not None:
            raise NoRuleError("pow(x, y, modulo) is not differentiated: it is defined for integers only.")
        if _POWER not in PARTIALS:
            return _general(_POWER, operator.pow, self, other)
        x, dx = self.primal, self.tangent
        if type(dx) in FLOATS and type(x) in FLOATS and type(other) in NUMBERS:
            y = x**other
            if x and type(y) in FLOATS and LOW < abs(y) < HIGH:
                x, dx = float(x), float(dx)
                dy = float(other) * (float(y) / x) * dx if other != 2 else 2 * x * dx
                if LOW < abs(dy) < HIGH:
                    z = _new(type(self))
                    z.primal = y
                    z.tangent = dy if type(y) is float else _double(dy)
                    z.level = self.level
                    return z
        elif type(other) is int and other == 2 and type(dx) is _array and type(x) in CARRIED:
            z = arraywise.square(self)
            if z is not None:
                return z
        return _power(self, other)

    def __rpow__(self, other):
        if _POWER in PARTIALS:
            return _rpower(self, other)
        return _general(_POWER, operator.pow, other, self)

    def __floordiv__(self, other):
        return _general(np.floor_divide, operator.floordiv, self, other)

    def __rfloordiv__(self, other):
        return _general(np.floor_divide, operator.floordiv, other, self)

    def __mod__(self, other):
        return _general(np.remainder, operator.mod, self, other)

    def __rmod__(self, other):
        return _general(np.remainder, operator.mod, other, self)

    def __divmod__(self, other):
        return _general(np.divmod, divmod, self, other)

    def __rdivmod__(self, other):
        return _general(np.divmod, divmod, other, self)

    def __matmul__(self, other):
        z = _product(operator.matmul, self, other)
        return _general(np.matmul, operator.matmul, self, other) if z is None else z

    def __rmatmul__(self, other):
        z = _product(operator.matmul, other, self)
        return _general(np.matmul, operator.matmul, other, self) if z is None else z

    def __iadd__(self, other):
        return _in_place(np.add, operator.add, self, other)

    def __isub__(self, other):
        return _in_place(np.subtract, operator.sub, self, other)

    def __imul__(self, other):
        return _in_place(np.multiply, operator.mul, self, other)

    def __itruediv__(self, other):
        return _in_place(np.divide, operator.truediv, self, other)

    def __ifloordiv__(self, other):
        return _in_place(np.floor_divide, operator.floordiv, self, other)

    def __imod__(self, other):
        return _in_place(np.remainder, operator.mod, self, other)

    def __ipow__(self, other):
        return _in_place(np.power, operator.pow, self, other)

    def __imatmul__(self, other):
        return _in_place(np.matmul, operator.matmul, self, other)
