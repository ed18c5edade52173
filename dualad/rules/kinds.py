"""The kinds of rule. A rule says what the local linear map is; how a tangent is carried is not its business."""

import functools

from dualad.errors import NoRuleError
from dualad.levels import Expanded, Perturbed
from dualad.rules import calls
from dualad.rules.partials import Elementwise
from dualad.rules.pushforwards import Formula, Pushforward, packed_or_same
from dualad.rules.table import RULES, Rule, add, name_of


class Constant(Rule):
    """The derivative is zero by mathematics: a plain result."""

    kind = "constant"

    def push(self, ufunc, y, primals, tangents, kwargs):
        return (None,) * len(y) if isinstance(y, tuple) else None

    def apply(self, function, args, kwargs):
        kwargs = dict(kwargs)
        out = kwargs.pop("out", None)
        args = [calls.stripped(packed_or_same(x)) for x in args]
        result = function(*args, **{name: calls.stripped(packed_or_same(x)) for name, x in kwargs.items()})
        return result if out is None else calls.store(out, result, function)


class Refused(Rule):
    """There is no derivative, or none that makes sense: an error by name, with the reason."""

    kind = "refused"

    def __init__(self, reason):
        self.reason = reason

    def apply(self, function, args, kwargs):
        raise NoRuleError(f"{name_of(function)} is not differentiated: {self.reason}")


class Implemented(Rule):
    """Written with other NumPy functions, or with parts of a Dual: takes the Duals as they are."""

    kind = "composed"

    def __init__(self, implementation, kind="composed"):
        self.implementation = implementation
        self.kind = kind

    def apply(self, function, args, kwargs):
        return self.implementation(*args, **kwargs)


def elementwise(ufunc, *partials, **short):
    """One line of the table: y = ufunc(x1, …) has these partial derivatives; ``short``: see `partials.Partials`."""
    rule = Elementwise(partials, **short)
    rule.partials.know_floats()
    add(ufunc, rule)


def mended(ufunc, plain, careful, over=None):
    """One line of the table: a plain derivative of y = ufunc(x), which ``careful`` mends at the edges of the domain."""
    elementwise(ufunc, lambda y, x: careful(plain(y, x)), plain=plain, over=over)


def inverse(ufunc, over, careful):
    """One line of the table: the same for the derivative ``1 / over(y, x)``."""
    mended(ufunc, lambda y, x: 1 / over(y, x), careful, over)


def outputs(ufunc, *partials_of_outputs):
    """As `elementwise`, for a ufunc with several outputs: one tuple of partials for each."""
    add(ufunc, Elementwise(*partials_of_outputs))


def coefficient(*partials):
    """Decorate a careful coefficient: a function of its own, so that it is differentiated by its own rule."""

    def decorate(function):
        @functools.wraps(function)
        def dispatched(*x):
            for one in x:
                if isinstance(one, Perturbed):
                    return rule.apply(dispatched, x, {})
                if isinstance(one, Expanded):
                    return one.__array_function__(dispatched, (), x, {})
            return function(*x)

        rule = Elementwise(partials)
        add(dispatched, rule)
        return dispatched

    return decorate


def constant(*functions):
    """These functions are piecewise constant, or their result is not a real number."""
    for function in functions:
        add(function, Constant())


def refused(function, reason):
    """This function is refused by name."""
    add(function, Refused(reason))


def composed(function, implementation, kind="composed"):
    """This function is written with others."""
    add(function, Implemented(implementation, kind))


def pushforward(function, data, push, kind=None, constant=""):
    """This function has a hand-written map of tangents."""
    add(function, Pushforward(data, push, kind, constant))


def of_diagonals(function, data, push):
    """The same, with a map that takes a diagonal tangent of the first parameter as it is."""
    pushforward(function, data, push)
    RULES[function].takes_diagonal = data.split()[0]


def formula(function, data, of_duals, constant=""):
    """This function has NumPy's value and the derivative of a formula."""
    add(function, Formula(data, of_duals, constant))
