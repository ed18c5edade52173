"""The kinds of rule. A rule says what the local linear map is; how a tangent is carried is not its business."""

import functools
from typing import Any

import numpy as np

from dualad.errors import NoRuleError
from dualad.levels import Expanded, Perturbed, make, new_level
from dualad.objects import packed
from dualad.quiet import SILENT, STRICT, enter, leave
from dualad.rules import calls
from dualad.rules.table import add, name_of
from dualad.tangents import dense
from dualad.tangents.symbolic import NotRecordedError, Symbolic, kept


def evaluate(rule, ufunc, compute, inputs, kwargs):
    """Value by ``compute`` (the ufunc, or the Python operator that stands for it), tangents by the rule."""
    top = calls.innermost(inputs)
    if top is None:
        return compute(*inputs, **kwargs)
    level = top.level
    primals = [x.primal if isinstance(x, Perturbed) and x.level == level else x for x in inputs]
    tangents = [x.tangent if isinstance(x, Perturbed) and x.level == level else None for x in inputs]
    y = compute(*primals, **kwargs)
    dy = rule.push(ufunc, y, primals, tangents, kwargs)
    if isinstance(y, tuple):
        return tuple(finish(ufunc, top, one, d, kwargs) for one, d in zip(y, dy, strict=True))
    return finish(ufunc, top, y, dy, kwargs)


def finish(ufunc, top, y, dy, kwargs):
    """A Dual of value and tangent; elements masked out by ``where`` do not move."""
    if dense.dtype_of(y).kind == "O":
        y = y.astype(float)  # a ufunc made by np.frompyfunc
    if dy is None or dense.dtype_of(y).kind not in "fc":
        return y
    mask = kwargs.get("where", True)
    if mask is not True:
        dy = np.where(mask, dy, dense.zeros(y, ()))
    dy = dy.copy().named(ufunc, y) if isinstance(dy, Symbolic) else dense.laid_out_as(dy, y)
    return make(type(top), y, dy, top.level)


class Rule:
    """What the table holds: a ``kind``, and ``partials`` where the short way may use them."""

    kind: str | None = None
    partials: tuple[Any, ...] | None = None


class Elementwise(Rule):
    """dy = sum of partial_i * dx_i, element by element; one tuple of partials for each output.

    A partial is a function ``(y, *x) -> coefficient`` or a number that it always is.
    """

    kind = "elementwise"

    def __init__(self, *outputs, together=None):
        self.outputs = tuple(Partials(map(_function_or_sign, partials)) for partials in outputs)
        self.partials = self.outputs[0] if len(outputs) == 1 else None
        if together is not None:
            self.partials.together = together

    def push(self, ufunc, y, primals, tangents, kwargs):
        """The tangent of each output, None for an output that does not move."""
        several = isinstance(y, tuple)
        ys = y if several else (y,)
        lead = dense.common_directions(tangents, primals)
        pushed = tuple(
            self._quietly(partials, one, y, primals, tangents, lead)
            for partials, one in zip(self.outputs, ys, strict=True)
        )
        return pushed if several else pushed[0]

    def apply(self, function, args, kwargs):
        """The same for a coefficient function, which is no ufunc."""
        return evaluate(self, function, function, [packed(x) for x in args], kwargs)

    def _quietly(self, partials, y, ys, primals, tangents, lead):
        primals, ys = [_with_infinities(x) for x in primals], _with_infinities(ys)
        token = enter(STRICT)
        try:
            total = combine(partials, y, ys, primals, tangents, lead, np.multiply)
            if not isinstance(total, Perturbed) or not dense.has_nan(total):
                return total
        except FloatingPointError:
            pass
        finally:
            leave(token)
        token = enter(SILENT)
        try:
            return combine(partials, y, ys, primals, tangents, lead, zero_wins(y))
        finally:
            leave(token)


class Partials(tuple):
    """The partials of one output; ``together(y, x1, x2, dx1, dx2)`` is their sum with tangents in fewer passes.

    The short way uses it, and only where no intermediate result leaves the range of the type.
    """

    together = None


def _with_infinities(x):
    """A Python float, at whatever level, as NumPy's, whose quotient by zero is infinite and no exception."""
    if isinstance(x, Perturbed):
        return make(type(x), _with_infinities(x.primal), x.tangent, x.level)
    return np.float64(x) if type(x) is float else np.complex128(x) if type(x) is complex else x


def _function_or_sign(partial):
    """A partial as a function, or as one of the integers 0, 1, -1 that save a product."""
    if callable(partial) or (type(partial) is int and partial in (0, 1, -1)):
        return partial
    return lambda *_: partial


def zero_wins(y):
    """A product in which a zero tangent wins over an infinite coefficient, unless the value itself is NaN."""
    undefined = np.isnan(calls.stripped(y))

    def scale(coefficient, dx):
        if isinstance(dx, Symbolic):
            return np.multiply(coefficient, dx)  # its replay lets zero win
        product = times(coefficient, dx)
        return np.where(undefined, np.multiply(coefficient, dx), product) if np.any(undefined) else product

    return scale


def times(coefficient, dx):
    """coefficient * dx, and 0 where dx is 0, in the value and in the tangents of all outer levels."""
    if isinstance(coefficient, Perturbed) or isinstance(dx, Perturbed):
        return evaluate(_TIMES, times, times, (coefficient, dx), {})
    if isinstance(dx, Symbolic) or isinstance(coefficient, Symbolic):
        return np.multiply(coefficient, dx)
    product = np.multiply(coefficient, dx)
    return np.where(np.equal(dx, 0), dense.dtype_of(product).type(0), product)


class Times(Rule):
    """The product rule for `times`."""

    kind = "elementwise"

    def push(self, ufunc, y, primals, tangents, kwargs):
        (coefficient, dx), (slope, ddx) = primals, tangents
        lead = dense.common_directions(tangents, primals)
        terms = []
        if slope is not None:
            terms.append(times(dense.align(slope, dense.rank(coefficient), dense.rank(y)), dx))
        if ddx is not None:
            terms.append(times(coefficient, dense.align(ddx, dense.rank(dx), dense.rank(y))))
        return dense.fit(sum(terms[1:], terms[0]), y, lead)


_TIMES = Times()


def combine(partials, y, ys, primals, tangents, lead, scale):
    """The sum of the scaled tangents; None if no partial is other than zero."""
    total = None
    fresh = False
    rank = dense.rank(y)
    for partial, x, dx in zip(partials, primals, tangents, strict=True):
        if dx is None:
            continue
        coefficient = partial(ys, *primals) if callable(partial) else partial
        is_known = type(partial) is int  # 0, 1 or -1; a product with the number 0 still is a Dual
        if is_known and coefficient == 0:
            continue
        if lead:
            dx = dense.align(dx, dense.rank(x), rank)
        if is_known and coefficient == 1:
            term, is_fresh = dx, False
        elif isinstance(dx, Symbolic):
            term, is_fresh = dx.scaled(coefficient, is_new(coefficient, ys, primals)), True
        else:
            term, is_fresh = scale(coefficient, dx), True
        if total is None:
            total, fresh = term, is_fresh
        else:
            total, fresh = np.add(total, term), True
    if total is None:
        return None
    fitted = dense.fit(total, y, lead)
    return fitted if fresh or fitted is not total else dense.owned(fitted)


def is_new(coefficient, ys, primals):
    """Whether a coefficient is an array of its own, and not one that f may write to after it was recorded."""
    own = coefficient.primal if isinstance(coefficient, Perturbed) else coefficient
    if not isinstance(own, np.ndarray) or own.base is not None:
        return not isinstance(coefficient, (np.ndarray, Perturbed))
    return not any(coefficient is x for x in (*primals, *(ys if isinstance(ys, tuple) else (ys,))))


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


def packed_or_same(x):
    """Pack an object array of Duals; leave all else, lists included, as it is."""
    return packed(x) if type(x) is np.ndarray else x


class Refused(Rule):
    """There is no derivative, or none that makes sense: an error by name, with the reason."""

    kind = "refused"

    def __init__(self, reason):
        self.reason = reason

    def push(self, ufunc, y, primals, tangents, kwargs):
        self.apply(ufunc, primals, kwargs)

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


class Pushforward(Rule):
    """A linear map from the tangents of the data parameters to the tangent of the result.

    ``data`` names the parameters that may be active; ``*name`` is a sequence of arrays.
    ``push(call, y, *tangents)`` gives the tangent of y, a tangent being None where the parameter is constant.
    Tangents have a leading direction axis or not: axes are counted from the end. Parameters named in
    ``constant`` act by their value alone (a condition, a position), so a Dual there is stripped.
    """

    kind = "linear map"
    gives_new_arrays = True

    def __init__(self, data, push, kind=None, constant=""):
        self.constant = constant.split()
        self.sequences = tuple(name.startswith("*") for name in data.split())
        self.data = tuple(name.lstrip("*") for name in data.split())
        self.push_tangents = push
        self.kind = kind or self.kind

    def apply(self, function, args, kwargs):
        call = self.normal(calls.Call(function, args, kwargs))
        out = call.get("out")
        top = calls.innermost([call.given.get(name) for name in self.data])
        if top is None:
            result = call.without("out")() if isinstance(out, Perturbed) else call()
            return result if out is None else calls.store(out, result, function)
        level = top.level
        plain = call.replace(
            **{name: calls.primal_at(call.given[name], level) for name in self.data if name in call.given}
        )
        y = self.value(plain, out)
        tangents = [calls.tangent_at(call.given.get(name), level) for name in self.data]
        lead = dense.lead_of(tangents, [plain.given.get(name) for name in self.data])
        dy = self.quietly(plain.without("out"), y, tangents)
        result = wrap(function, type(top), y, dy, level, lead, self.gives_new_arrays)
        return result if out is None else calls.store(out, result, function)

    def value(self, plain, out):
        """NumPy's own value; a given ``out`` decides about its dtype, so a copy of it is filled."""
        if out is None:
            return plain()
        if any(True for _ in calls.leaves([plain.given.get(name) for name in self.data])):
            return plain.without("out")()
        return plain(out=np.empty_like(calls.stripped(out)))

    def quietly(self, plain, y, tangents):
        token = enter(SILENT)
        try:
            return self.push_tangents(plain, y, *tangents)
        except NotRecordedError as problem:
            plain, y = plain.replace(**{name: kept(value) for name, value in plain.given.items()}), kept(y)
            return problem.tangent.opaque(lambda *given: self.push_tangents(plain, y, *given), y, tangents)
        finally:
            leave(token)

    def normal(self, call):
        """The call with object arrays and lists of Duals packed, and no Dual where an option stands."""
        changes = {}
        for name, value in call.given.items():
            if name in self.constant:
                changes[name] = calls.stripped(packed_or_same(value))
            elif name not in self.data:
                if name != "out" and next(calls.leaves(value), None) is not None:
                    raise NoRuleError(
                        f"{name_of(call.function)} is not differentiated with respect to {name}: pass a plain "
                        f"value, dualad.stop_derivative({name}) if it is meant as a constant."
                    )
            elif self.sequences[self.data.index(name)]:
                changes[name] = [packed(x) for x in value] if isinstance(value, (list, tuple)) else list(packed(value))
            else:
                changes[name] = packed(value)
        return call.replace(**changes)


class Formula(Pushforward):
    """The value is NumPy's own; the tangent is that of a formula in other NumPy functions, run on Duals.

    ``formula(call)`` need not give the value to the last bit: it may be written for the accuracy of its derivative.
    """

    kind = "composed"

    def __init__(self, data, formula, constant=""):
        super().__init__(data, self._push, constant=constant)
        self.formula = formula

    def _push(self, call, y, *tangents):
        active, level = with_tangents(call, self.data, tangents)
        dy = calls.tangent_at(self.formula(active), level)
        return [None] * len(y) if dy is None and isinstance(y, tuple) else dy


def with_tangents(call, data, tangents):
    """The call with its data made Duals again, and their level, which is a new one."""
    from dualad.dual import Dual  # which imports the table

    level = new_level()

    def dual(x, dx):
        if isinstance(dx, list):
            return [dual(*pair) for pair in zip(x, dx, strict=True)]
        return x if dx is None else make(Dual, x, dx, level)

    changes = {name: dual(call.given[name], dx) for name, dx in zip(data, tangents, strict=True) if name in call.given}
    return call.replace(**changes), level


def wrap(function, cls, y, dy, level, lead, is_new):
    """A Dual of value and tangent; element by element for functions with several results."""
    if isinstance(y, (tuple, list)):
        parts = [wrap(function, cls, one, d, level, lead, is_new) for one, d in zip(y, dy, strict=True)]
        return type(y)(*parts) if hasattr(y, "_fields") else type(y)(parts)
    if dy is None or dense.dtype_of(y).kind not in "fc":
        return y
    dy = dense.fit(dy, y, lead)
    dy = dense.laid_out_as(dy, y) if is_new else dy
    return make(cls, y, dy.named(function, y) if isinstance(dy, Symbolic) else dy, level)


def elementwise(ufunc, *partials, together=None):
    """One line of the table: y = ufunc(x1, …) has these partial derivatives."""
    add(ufunc, Elementwise(partials, together=together))


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


def formula(function, data, of_duals, constant=""):
    """This function has NumPy's value and the derivative of a formula."""
    add(function, Formula(data, of_duals, constant))
