"""Elementwise functions of power series, from the same partials as first derivatives.

For ``y = f(x)`` the chain rule ``y' = c(y, x) x'`` holds between power series, so with the coefficients of c known up
to number k - 1 those of y follow up to number k: ``k y[k] = sum of j x[j] c[k - j]``. Here c is the partial of the
table, evaluated on series. Its series are lazy, and equal calls inside of one rule give the same series: so the
sine, whose partial is the cosine, whose partial is the sine again, closes to the known pair of recurrences, at a cost
that grows as the square of the order. Source: Griewank & Walther (2008), "Evaluating Derivatives", section 13.2.
"""

import numpy as np

from dualad.quiet import SILENT, enter, leave
from dualad.rules.complex_parts import OfComplex
from dualad.rules.kinds import Constant
from dualad.rules.partials import Elementwise
from dualad.rules.products import Product
from dualad.rules.table import find, name_of
from dualad.series.number import Series, refuse, value_of

ZERO = 0.0


def call_ufunc(ufunc, method, inputs, kwargs, compute=None):
    """One call of a ufunc on series, or of the Python operator ``compute`` that stands for it."""
    if method != "__call__" or "out" in kwargs or kwargs.get("where", True) is not True:
        refuse(f"numpy.{ufunc.__name__} with out=, where= or as {method}")
    rule = find(ufunc)
    if isinstance(rule, Constant):
        return ufunc(*map(value_of, inputs), **kwargs)
    if isinstance(rule, Product):
        return product(lambda a, b: ufunc(a, b, **kwargs), *inputs)
    return elementwise(ufunc, rule, inputs, compute or ufunc)


def elementwise(function, rule, inputs, compute):
    """A ufunc, or a coefficient function of the table: complete for the user, lazy inside of another rule."""
    memo = next((x.memo for x in inputs if isinstance(x, Series) and x.memo is not None), None)
    if memo is not None:
        return lazy(function, rule, inputs, memo, compute)
    memo, order = {}, min(x.order for x in inputs if isinstance(x, Series))
    followers = {id(x): Series(x.known, memo=memo) for x in inputs if isinstance(x, Series)}
    y = lazy(function, rule, [followers.get(id(x), x) for x in inputs], memo, compute)
    if not isinstance(y, Series):
        return y
    token = enter(SILENT)
    try:
        y.at(order)
    finally:
        leave(token)
    return Series(y.known[: order + 1])


def lazy(function, rule, inputs, memo, compute):
    """The series of a function, the same one for the same inputs."""
    key = (function, *[x if type(x) in (int, float) else id(x) for x in inputs], *map(type, inputs))
    if key not in memo:
        value = compute(*map(value_of, inputs))
        y = Series([value], memo=memo)
        memo[key] = y, inputs  # the inputs stay alive, so their ids stay theirs
        y.make = (
            BASE[function](y, *inputs) if function in BASE else chain(y, partials_of(function, rule, inputs), inputs)
        )
    return memo[key][0]


def partials_of(function, rule, inputs):
    """The partials of the table."""
    if isinstance(rule, OfComplex) and not any(np.iscomplexobj(value_of(x)) for x in inputs):
        rule = rule.real
    if not isinstance(rule, Elementwise) or rule.partials is None:
        refuse(name_of(function))
    return rule.partials


def chain(y, partials, inputs):
    """Coefficients by ``y' = sum of c x'``; the c are built when the first one is asked for."""
    active = [(partial, x) for partial, x in zip(partials, inputs, strict=True) if isinstance(x, Series)]
    coefficients = []

    def make(k):
        if not coefficients:
            coefficients.extend(partial(y, *inputs) if callable(partial) else partial for partial, _ in active)
        total = ZERO
        for c, (_, x) in zip(coefficients, active, strict=True):
            if isinstance(c, Series):
                for j in range(1, k + 1):
                    total = total + scaled(c.at(k - j), j * x.at(j))
            elif not (type(c) is int and c == 0):
                total = total + scaled(c, k * x.at(k))
        return total / k

    return make


def scaled(c, dx):
    """A product in which a zero displacement wins over an infinite coefficient."""
    return np.where(np.equal(dx, 0), 0.0, c * dx)[()] if not np.all(np.isfinite(c)) else c * dx


def term(x, k):
    """Coefficient number k of a series; a constant has none beyond its value."""
    return x.at(k) if isinstance(x, Series) else x if k == 0 else None


def added(sign):
    def build(y, a, b):
        def make(k):
            first, second = term(a, k), term(b, k)
            if first is None or second is None:
                return first if second is None else sign * second
            return first + sign * second

        return make

    return build


def convolved(a, b, k, multiply=np.multiply, start=0):
    """The sum of ``a[j] b[k - j]`` from j = start, where either may be a constant."""
    if not isinstance(a, Series):
        return multiply(a, b.at(k)) if start == 0 else ZERO
    if not isinstance(b, Series):
        return multiply(a.at(k), b)
    total = ZERO
    for j in range(start, k + 1):
        total = total + multiply(a.at(j), b.at(k - j))
    return total


def divided(y, a, b):
    def make(k):
        if not isinstance(b, Series):
            return a.at(k) / b
        numerator = term(a, k)
        return ((ZERO if numerator is None else numerator) - convolved(b, y, k, start=1)) / b.at(0)

    return make


def raised(y, x, p):
    """A whole number as exponent by products, another one by ``x y' = p y x'``, a series as ``exp(p log(x))``."""
    if isinstance(p, Series):
        return chain(y, (lambda y, q: y,), (p * np.log(x),))
    if type(p) in (int, float) and p == int(p) and 0 <= p <= 64:
        return whole_power(x, int(p)).at
    return chain(y, (lambda y, x, p: p * y / x, 0), (x, p))


def whole_power(x, n):
    """The product of n equal series, by squares."""
    if n == 0:
        return x * 0.0
    half = whole_power(x, n // 2) if n > 1 else None
    if half is None:
        return x
    return half * half if n % 2 == 0 else half * half * x


BASE = {
    np.add: added(1),
    np.subtract: added(-1),
    np.negative: lambda y, x: lambda k: -x.at(k),
    np.positive: lambda y, x: lambda k: +x.at(k),
    np.multiply: lambda y, a, b: lambda k: convolved(a, b, k),
    np.square: lambda y, x: lambda k: convolved(x, x, k),
    np.divide: divided,
    np.power: raised,
    np.conjugate: lambda y, x: lambda k: np.conjugate(x.at(k)),
}


def product(multiply, a, b):
    """A bilinear function of two operands, one of which may be constant: a convolution."""
    order = min(x.order for x in (a, b) if isinstance(x, Series))
    value = multiply(value_of(a), value_of(b))
    return Series([value, *[convolved(a, b, k, multiply) for k in range(1, order + 1)]])
