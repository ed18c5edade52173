"""Elementwise functions of power series, from the same partials as first derivatives.

For ``y = f(x)`` the chain rule ``y' = c(y, x) x'`` holds between power series, so with the coefficients of c known up
to number k - 1 those of y follow up to number k: ``k y[k] = sum of j x[j] c[k - j]``. Here c is the partial of the
table, evaluated on series. Its series are lazy, and equal calls inside of one rule give the same series: so the
sine, whose partial is the cosine, whose partial is the sine again, closes to the known pair of recurrences, at a cost
that grows as the square of the order. Source: Griewank & Walther (2008), "Evaluating Derivatives", section 13.2.
"""

import numpy as np

from dualad.quiet import SILENT, enter, leave
from dualad.rules.calls import expanded, leaves
from dualad.rules.complex_parts import OfComplex
from dualad.rules.kinds import Constant
from dualad.rules.partials import Elementwise
from dualad.rules.products import Product
from dualad.rules.table import find, name_of
from dualad.series.coefficients import ZERO, Coefficients, refuse, term, value_of
from dualad.series.sums import added_up, convolved, minus, plus, sum_of_products, weighted
from dualad.tangents import dense

# The methods of ufuncs that are functions of their own, along the first axis where none is given.
METHODS = {
    (np.add, "reduce"): np.sum, (np.add, "accumulate"): np.cumsum,
    (np.multiply, "reduce"): np.prod, (np.multiply, "accumulate"): np.cumprod,
}  # fmt: skip


def call_ufunc(ufunc, method, inputs, kwargs, compute=None):
    """One call of a ufunc on series, or of the Python operator ``compute`` that stands for it."""
    if (ufunc, method) in METHODS and len(inputs) == 1 and kwargs.keys() <= {"axis", "keepdims"}:
        return METHODS[ufunc, method](*inputs, **{"axis": 0, **kwargs})
    if ufunc is np.add and method == "reduceat" and isinstance(inputs[0], Coefficients):
        return inputs[0].each(lambda c: np.add.reduceat(c, *inputs[1:], **kwargs))
    if method != "__call__" or "out" in kwargs or kwargs.get("where", True) is not True:
        refuse(f"numpy.{ufunc.__name__} with out=, where= or as {method}")
    rule = find(ufunc)
    if isinstance(rule, Constant):
        return ufunc(*map(value_of, inputs), **kwargs)
    if isinstance(rule, Product):
        return product(lambda a, b: ufunc(a, b, **kwargs), inputs)
    return elementwise(ufunc, rule, inputs, compute or ufunc)


def elementwise(function, rule, inputs, compute):
    """A ufunc, or a coefficient function of the table: complete for the user, lazy inside of another rule."""
    memo = memo_of(inputs)
    if memo is not None:
        return lazy(function, rule, inputs, memo, compute)
    return completed(lambda memo, *given: lazy(function, rule, given, memo, compute), inputs)


def memo_of(inputs):
    """The series that were built before, inside of a rule."""
    return next((x.memo for x in inputs if isinstance(x, Coefficients) and x.memo is not None), None)


def completed(build, inputs):
    """All coefficients of ``build(memo, *inputs)``, which makes lazy series of lazy ones."""
    memo, order = {}, min(x.order for x in inputs if isinstance(x, Coefficients))
    followers = {id(x): x.new(x.known, memo=memo) for x in inputs if isinstance(x, Coefficients)}
    try:
        memo["result"] = build(memo, *[followers.get(id(x), x) for x in inputs]), inputs
        others = {id(c) for x in followers.values() for c in x.known}
        return each_result(memo["result"][0], lambda y: finished(y, order, others))
    finally:
        release(memo)


def release(memo):
    """Take lazy series apart, which refer to each other: their memory is free at once, without a search for cycles."""
    for built, _ in memo.values():
        for y in leaves(built, Coefficients):
            y.make = y.memo = None
    memo.clear()


def each_result(result, function):
    """A function of the result, or of each of several."""
    if isinstance(result, (list, tuple)):
        parts = [each_result(one, function) for one in result]
        return type(result)(*parts) if hasattr(result, "_fields") else type(result)(parts)
    return function(result)


def finished(y, order, others):
    """A lazy series as one for the user, which shares no array with ``others``: who writes to it changes it alone."""
    if not isinstance(y, Coefficients):
        return y
    token = enter(SILENT)
    try:
        y.at(order)
    finally:
        leave(token)
    known = [c.copy() if id(c) in others and type(c) is np.ndarray else c for c in y.known[: order + 1]]
    others.update(map(id, known))
    return y.new(known)


def lazy(function, rule, inputs, memo, compute):
    """The series of a function, the same one for the same inputs; a tuple of them for several outputs."""
    key = (function, *[x if type(x) in (int, float) else id(x) for x in inputs], *map(type, inputs))
    if key not in memo:
        value, like = compute(*map(value_of, inputs)), expanded(inputs)
        if isinstance(value, tuple):
            ys = tuple(like.new([one], memo=memo) for one in value)
            moving = [dense.dtype_of(one).kind in "fc" for one in value]
            for y, partials, moves in zip(ys, outputs_of(function, rule), moving, strict=True):
                y.make = chain(y, ys, partials, inputs) if moves else lambda k: ZERO
            memo[key] = tuple(y if moves else y.primal for y, moves in zip(ys, moving, strict=True)), inputs
        else:
            y = like.new([value], memo=memo)
            memo[key] = y, inputs  # the inputs stay alive, so their ids stay theirs
            y.make = recurrence_of(function, rule, y, inputs, memo)
    return memo[key][0]


def recurrence_of(function, rule, y, inputs, memo):
    """What gives the further coefficients of y."""
    if function in BASE:
        return BASE[function](y, *inputs)
    if isinstance(rule, OfComplex) and np.iscomplexobj(value_of(inputs[0])):
        (x,) = inputs
        return integrated(lambda: [rule.complex_push(y, x, slope(x, memo))], 0)
    return chain(y, y, partials_of(function, rule), inputs)


def integrated(derivatives, i):
    """Coefficients from ``derivatives()[i]``, which is y' and built when the first coefficient is asked for."""
    found = []

    def make(k):
        if not found:
            found.append(derivatives()[i])
        c = term(found[0], k - 1)
        return ZERO if c is ZERO else c / k

    return make


def slope(x, memo):
    """The lazy series x'; None for a constant."""
    if isinstance(x, list):
        return [slope(element, memo) for element in x]
    if not isinstance(x, Coefficients):
        return None
    return x.new([x.array(1)], lambda k: weighted(k + 1, x.at(k + 1)), memo)


def partials_of(function, rule):
    """The partials of the table."""
    rule = rule.real if isinstance(rule, OfComplex) else rule
    if not isinstance(rule, Elementwise) or rule.partials is None:
        refuse(name_of(function))
    return rule.partials


def outputs_of(function, rule):
    """The partials of each of several outputs."""
    return rule.outputs if isinstance(rule, Elementwise) else refuse(name_of(function))


def chain(y, ys, partials, inputs):
    """Coefficients by ``y' = sum of c x'``; the c are built when the first one is asked for."""
    active = [(partial, x) for partial, x in zip(partials, inputs, strict=True) if isinstance(x, Coefficients)]
    coefficients = []

    def make(k):
        if not coefficients:
            coefficients.extend(partial(ys, *inputs) if callable(partial) else partial for partial, _ in active)
        pairs = []
        for c, (_, x) in zip(coefficients, active, strict=True):
            if not isinstance(c, Coefficients):
                pairs.append((ZERO if type(c) is int and c == 0 else c, weighted(k, x.at(k))))
                continue
            slopes, factors = x.up_to(k), c.up_to(k - 1)
            pairs += [(factors[k - j], weighted(j, slopes[j])) for j in range(1, k + 1) if slopes[j] is not ZERO]
        total = sum_of_products(pairs)
        return ZERO if total is ZERO else total / k

    return make


def divided(y, a, b):
    def make(k):
        rest = minus(term(a, k), convolved(b, y, k, start=1) if isinstance(b, Coefficients) else ZERO)
        return ZERO if rest is ZERO else rest / term(b, 0)

    return make


def raised(y, x, p):
    """A whole number as exponent by products, another one by ``x y' = p y x'``, a series as ``exp(p log(x))``."""
    if isinstance(p, Coefficients):
        return chain(y, y, (lambda y, q: y,), (p * np.log(x),))
    if type(p) in (int, float) and p == int(p) and 0 <= p <= 64:
        return whole_power(x, int(p)).at
    return chain(y, y, (lambda y, x, p: p * y / x, 0), (x, p))


def whole_power(x, n):
    """The product of n equal series, by squares."""
    if n == 0:
        return x * 0.0
    half = whole_power(x, n // 2) if n > 1 else None
    if half is None:
        return x
    return half * half if n % 2 == 0 else half * half * x


def each(function):
    """A linear function of one argument, coefficient by coefficient."""

    def build(y, x):
        def make(k):
            c = x.at(k)
            return c if c is ZERO else function(c)

        return make

    return build


BASE = {
    np.add: lambda y, a, b: lambda k: plus(term(a, k), term(b, k)),
    np.subtract: lambda y, a, b: lambda k: minus(term(a, k), term(b, k)),
    np.negative: each(np.negative),
    np.positive: each(np.positive),
    np.multiply: lambda y, a, b: lambda k: convolved(a, b, k),
    np.square: lambda y, x: lambda k: convolved(x, x, k),
    np.divide: divided,
    np.power: raised,
    np.conjugate: each(np.conjugate),
}


def product(multiply, factors):
    """A function that is linear in each of its operands, some of which are series: a convolution."""
    memo, like = memo_of(factors), expanded(factors)
    if memo is None:
        order = min(x.order for x in factors if isinstance(x, Coefficients))
        rest = [cauchy(multiply, factors, k) for k in range(1, order + 1)]
        return like.new([multiply(*map(value_of, factors)), *rest])
    return like.new([multiply(*map(value_of, factors))], lambda k: cauchy(multiply, factors, k), memo)


def cauchy(multiply, factors, k):
    """Coefficient number k: the sum over all ways to share k among the series."""
    active = [isinstance(x, Coefficients) for x in factors]
    chosen = ([term(x, j) for x, j in zip(factors, one, strict=True)] for one in shares(active, k))
    known = (given for given in chosen if not any(c is ZERO and moves for c, moves in zip(given, active, strict=True)))
    return added_up(multiply(*given) for given in known)


def shares(active, k):
    """The ways to write k as a sum of numbers from 0 on, one for each active place and 0 for the others."""
    if not active:
        return [()] if k == 0 else []
    first = range(k + 1) if active[0] else (0,)
    return [(j, *rest) for j in first for rest in shares(active[1:], k - j)]
