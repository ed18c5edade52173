"""NumPy's functions of power series: linear ones coefficient by coefficient, products by convolution."""

import contextvars

import numpy as np

from dualad.quiet import SILENT, enter, leave
from dualad.rules.calls import Call
from dualad.rules.creation import Creation
from dualad.rules.kinds import Constant, Implemented
from dualad.rules.partials import Elementwise
from dualad.rules.pushforwards import Pushforward
from dualad.rules.table import find, name_of
from dualad.series.number import Series, coefficient_of, has_series, refuse, value_of
from dualad.series.recurrence import elementwise
from dualad.tangents import dense

_running = contextvars.ContextVar("functions that are being computed by others", default=())


def call(function, args, kwargs, like):
    """A function of NumPy's that is not a ufunc; ``like`` is the series that NumPy asked."""
    if like.memo is None:
        return computed(function, args, kwargs, like)
    key = (function, *map(id, args), *kwargs, *map(id, kwargs.values()))
    if key not in like.memo:
        like.memo[key] = computed(function, args, kwargs, like), (args, kwargs)
    return like.memo[key][0]


def computed(function, args, kwargs, like):
    """The function by the kind of its rule."""
    rule = find(function)
    if isinstance(rule, Constant):
        return function(*map(value_of, args), **{name: value_of(x) for name, x in kwargs.items()})
    if isinstance(rule, Creation):
        return room(function(*args, **kwargs), like)
    if (
        isinstance(rule, Implemented)
        and rule.kind == "creation"
        and not has_series([args[1:], kwargs.get("fill_value")])
    ):
        return room(function(*map(value_of, args), **kwargs), like)
    if isinstance(rule, Implemented):
        return implemented(rule, function, args, kwargs)
    if isinstance(rule, Elementwise):
        return elementwise(function, rule, args, function)
    if isinstance(rule, Pushforward) and rule.kind in ("linear", "movement", "product"):
        return pushed(rule, function, args, kwargs, like)
    return refuse(name_of(function))


def implemented(rule, function, args, kwargs):
    """By the functions that it is written with, unless it looks for Duals."""
    running = _running.get()
    if function in running:
        refuse(name_of(function))
    token = _running.set((*running, function))
    try:
        return rule.implementation(*args, **kwargs)
    except AttributeError:
        return refuse(name_of(function))
    finally:
        _running.reset(token)


def room(array, like):
    """A constant array that a series can be stored in."""
    if dense.dtype_of(array).kind not in "fc":
        return array
    return Series([array, *[np.zeros_like(array) for _ in like.known[1:]]], lambda k: np.zeros_like(array), like.memo)


def pushed(rule, function, args, kwargs, like):
    """By the map of tangents of the table, which is the linear part of the function."""
    given = rule.normal(Call(function, args, kwargs))
    given = given.replace(**{name: value_of(given.given[name]) for name in rule.constant if name in given.given})
    if given.get("out") is not None or any(has_series(x) for name, x in given.given.items() if name not in rule.data):
        refuse(f"{name_of(function)} with out=, or with a series as an option")
    data = {name: given.given[name] for name in rule.data if name in given.given}
    plain = given.replace(**{name: value_of(x) for name, x in data.items()})
    y = plain()
    if rule.kind == "product" and (len(rule.data) != 2 or rule.several):
        refuse(name_of(function))
    if like.memo is not None:  # inside of a rule: on demand
        return Series([y], lambda k: dense.fit(_coefficients(rule, plain, y, data, k), y, ()), like.memo)
    token = enter(SILENT)
    try:
        return assembled(y, [_coefficients(rule, plain, y, data, k) for k in range(1, like.order + 1)])
    finally:
        leave(token)


def _coefficients(rule, plain, y, data, k):
    """Coefficient number k of the result."""
    moved = rule.push_tangents(plain, y, *[coefficient_of(data.get(name), k) for name in rule.data])
    if rule.kind != "product":
        return moved
    (first, a), (second, b) = data.items()
    if isinstance(a, Series) and isinstance(b, Series):
        for j in range(1, k):
            moved = moved + rule.push_tangents(plain.replace(**{second: b.at(k - j)}), y, a.at(j), None)
    return moved


def assembled(y, coefficients):
    """A series of the value and the other coefficients; element by element for several results."""
    if isinstance(y, (list, tuple)):
        parts = [assembled(one, [c[i] for c in coefficients]) for i, one in enumerate(y)]
        return type(y)(parts)
    if dense.dtype_of(y).kind not in "fc":
        return y
    return Series([y, *[dense.fit(c, y, ()) for c in coefficients]])
