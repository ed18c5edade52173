"""NumPy's functions of power series, from the same rules as first derivatives.

A rule maps tangents: ``dy = P(x, y; dx)``. Between power series the same holds for derivatives by t, so that P, run
on lazy series, gives ``y' = P(x, y; x')`` and with it coefficient after coefficient of y. Where P does not look at x
the function is linear, and acts on each coefficient; a function that is linear in each operand is a convolution.
"""

import contextvars

import numpy as np

from dualad.errors import LostDerivativeError, NoRuleError
from dualad.quiet import SILENT, enter, leave
from dualad.rules.calls import Call, expanded, flat, leaves
from dualad.rules.creation import Creation
from dualad.rules.kinds import Constant, Implemented
from dualad.rules.mutation import Mutation
from dualad.rules.partials import Elementwise
from dualad.rules.pushforwards import Formula, Pushforward
from dualad.rules.table import find, name_of
from dualad.series.coefficients import ZERO, Coefficients, has_series, refuse, term, value_of
from dualad.series.recurrence import completed, elementwise, integrated, memo_of, product, slope
from dualad.series.sums import convolved, minus
from dualad.series.unseen import independent
from dualad.tangents import dense

_running = contextvars.ContextVar("functions that are being computed by others", default=())
_UNFOLLOWED = AttributeError, TypeError, ValueError, IndexError, RecursionError, NoRuleError, LostDerivativeError


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
    if isinstance(rule, Creation) or (isinstance(rule, Implemented) and rule.kind == "creation"):
        return filled(function, args, kwargs, like)
    if isinstance(rule, Implemented):
        return implemented(rule, function, args, kwargs)
    if isinstance(rule, Elementwise):
        return elementwise(function, rule, args, function)
    if isinstance(rule, Pushforward):
        return pushed(rule, function, rule.normal(Call(function, args, kwargs)), like)
    if isinstance(rule, Mutation):
        return written(rule, function, args, kwargs)
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
    return like.new([array, *[np.zeros_like(array) for _ in like.known[1:]]], lambda k: np.zeros_like(array), like.memo)


def filled(function, args, kwargs, like):
    """A new array, perhaps filled with a series."""
    made = room(function(*map(value_of, args), **{name: value_of(x) for name, x in kwargs.items()}), like)
    fill = Call(function, args, kwargs).fill_value if function in (np.full, np.full_like) else None
    if has_series(fill) and isinstance(made, Coefficients):
        made[...] = fill
    return made


def written(rule, function, args, kwargs):
    """A function that writes elements of one argument into another one."""
    given = Call(function, args, kwargs)
    given = given.replace(**{
        name: value_of(x) for name, x in given.given.items() if name not in (rule.target, rule.values)
    })  # fmt: skip
    target, values = given.given[rule.target], given.given[rule.values]
    if not isinstance(target, Coefficients):
        refuse(f"{name_of(function)} into an array that cannot hold a series (create it with np.zeros_like(x))")
    where, source = rule.places(given, target, values)
    if where.any():
        target[where] = np.ravel(values)[source[where]]


def pushed(rule, function, given, like):
    """A call of a function by the map of tangents of its rule."""
    given = given.replace(**{name: value_of(given.given[name]) for name in rule.constant if name in given.given})
    if given.get("out") is not None or any(has_series(x) for name, x in given.given.items() if name not in rule.data):
        refuse(f"{name_of(function)} with out=, or with a series as an option")
    data = {name: given.given[name] for name in rule.data if name in given.given}
    for x in leaves(data, Coefficients):
        x.settled()
    plain = given.replace(**{name: value_of(x) for name, x in data.items()})
    if function in OWN:
        return OWN[function](*data.values())
    if isinstance(rule, Formula):
        return by_formula(rule, given, plain())
    if rule.kind == "product":
        return multiplied(given, data)
    y = plain()
    tangents = [some_tangent(data.get(name)) for name in rule.data]
    active = [name for name in data if has_series(data[name])]
    if rule.kind in ("linear", "movement") or independent(rule, plain, y, tangents, active):
        return coefficientwise(rule, plain, y, data, like)
    return by_derivative(rule, given, y, data, like)


def some_tangent(x):
    """Any tangents, None for a constant."""
    if isinstance(x, (list, tuple)):
        return [some_tangent(element) for element in x]
    return np.ones_like(x.primal) if isinstance(x, Coefficients) else None


def coefficientwise(rule, plain, y, data, like):
    """A linear function: its map of tangents, for the coefficients of each order."""

    def moved(k):
        tangents = [number(data.get(name), k) for name in rule.data]
        if all(dx is None for dx in flat(tangents)):
            return y, None
        return y, rule.push_tangents(plain, y, *tangents)

    if like.memo is not None:  # inside of a rule: on demand
        return taken_apart(y, lambda one, select: like.new(
            [one], lambda k: fitted(select(moved(k)), one), like.memo
        ))  # fmt: skip
    token = enter(SILENT)
    try:
        found = [moved(k) for k in range(1, like.order + 1)]
    finally:
        leave(token)
    return taken_apart(y, lambda one, select: like.new([one, *[fitted(select(m), one) for m in found]]))


def taken_apart(y, build, select=lambda moved: moved[1]):
    """``build(part, select)`` for each part of a result that is a number or an array with a derivative."""
    if isinstance(y, (list, tuple)):
        parts = [
            taken_apart(one, build, lambda moved, i=i: None if select(moved) is None else select(moved)[i])
            for i, one in enumerate(y)
        ]
        return type(y)(*parts) if hasattr(y, "_fields") else type(y)(parts)
    return build(y, select) if dense.dtype_of(y).kind in "fc" else y


def fitted(c, y):
    """A coefficient in the shape and dtype of the value."""
    return ZERO if c is None else dense.fit(c, y, ())


def number(x, k):
    """Coefficient number k as a tangent; None where there is none."""
    if isinstance(x, (list, tuple)):
        return [number(element, k) for element in x]
    c = x.at(k) if isinstance(x, Coefficients) else None
    return None if c is ZERO else c


def multiplied(given, data):
    """A function that is linear in each of its operands: those in lists count one by one."""
    names, operands = [], []
    for name, x in data.items():
        parts = x if isinstance(x, list) else [x]
        names += [(name, i if isinstance(x, list) else None) for i in range(len(parts))]
        operands += parts

    def multiply(*values):
        changes = {}
        for (name, i), value in zip(names, values, strict=True):
            if i is None:
                changes[name] = value
            else:
                changes.setdefault(name, []).append(value)
        return given(**changes)

    return product(multiply, operands)


def by_formula(rule, given, y):
    """The formula itself on series, with NumPy's own value."""
    found = rule.formula(given)
    return taken_apart((y,), lambda one, select: corrected(select((y, (found,))), one))[0]


def corrected(series, value):
    """A series with this value in front."""
    if not isinstance(series, Coefficients):
        return value
    known = [c if c is ZERO else dense.fit(c, value, ()) for c in series.known[1:]]
    return series.new([value, *known], series.at, series.memo)


def by_derivative(rule, given, y, data, like):
    """Any function: ``y' = P(x, y; x')`` between lazy series."""
    names = [name for name in rule.data if name in data]
    series = list({id(x): x for x in leaves(data, Coefficients)}.values())

    def build(memo, *lazy):
        followers = dict(zip(map(id, series), lazy, strict=True))
        own = {name: followed(data[name], followers) for name in names}
        ys = taken_apart(y, lambda one, select: like.new([one], memo=memo))
        found = []

        def derivatives():  # when the first one is asked for: then y' of an outer rule has a value
            if not found:
                slopes = [slope(own.get(name), memo) for name in rule.data]
                found.extend(parts(ys, silently(rule, given.replace(**own), ys, slopes)))
            return found

        for i, one in enumerate(leaves(ys, Coefficients)):
            one.make = integrated(derivatives, i)
        return ys

    memo = memo_of(series)
    return build(memo, *series) if memo is not None else completed(build, series)


def followed(x, followers):
    """x with the lazy series in the place of those that they follow, in lists too."""
    return [followed(one, followers) for one in x] if isinstance(x, list) else followers.get(id(x), x)


def silently(rule, given, ys, slopes):
    """The map of tangents on series, without warnings; a refusal where it does what series do not follow."""
    token = enter(SILENT)
    try:
        return rule.push_tangents(given, ys, *slopes)
    except _UNFOLLOWED:
        return refuse(name_of(given.function))
    finally:
        leave(token)


def parts(ys, dy):
    """The tangents that belong to the series of a result; `ZERO` for None."""
    if isinstance(ys, (list, tuple)):
        for i, one in enumerate(ys):
            yield from parts(one, None if dy is None else dy[i])
    elif isinstance(ys, Coefficients):
        yield ZERO if dy is None else dy


def solved(a, b):
    """``a x = b`` order by order, with the first matrix alone."""
    y = np.linalg.solve(value_of(a), value_of(b))
    is_vector = np.ndim(value_of(b)) == 1

    def times(a, x):
        return np.matmul(a, x[..., None])[..., 0] if is_vector else np.matmul(a, x)

    def build(memo, *_):
        x = expanded([a, b]).new([y], memo=memo)

        def make(k):
            rest = minus(term(b, k), convolved(a, x, k, times, start=1) if isinstance(a, Coefficients) else ZERO)
            if rest is ZERO:
                return ZERO
            first = term(a, 0)
            return np.linalg.solve(first, rest[..., None])[..., 0] if is_vector else np.linalg.solve(first, rest)

        x.make = make
        return x

    series = [x for x in (a, b) if isinstance(x, Coefficients)]
    memo = memo_of(series)
    return build(memo) if memo is not None else completed(build, series)


OWN = {np.linalg.solve: solved}
