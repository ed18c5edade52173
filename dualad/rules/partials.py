"""Elementwise rules: partial derivatives times tangents, and how a ufunc is evaluated with them."""

import math
import types

import numpy as np

from dualad.levels import HAND_MADE, Perturbed, dual_class, make, primal_part
from dualad.objects import packed
from dualad.quiet import SILENT, STRICT, enter, leave
from dualad.rules import calls
from dualad.rules.table import Rule
from dualad.tangents import dense
from dualad.tangents.rows import LARGE, Rows, active, whole
from dualad.tangents.symbolic import Symbolic


def evaluate(rule, ufunc, compute, inputs, kwargs):
    """Value by ``compute`` (the ufunc, or the Python operator that stands for it), tangents by the rule."""
    top = calls.innermost(inputs)
    if top is None:
        return compute(*inputs, **kwargs)
    level = top.level
    primals = [x.primal if isinstance(x, Perturbed) and x.level == level else x for x in inputs]
    tangents = [x.tangent if isinstance(x, Perturbed) and x.level == level else None for x in inputs]
    y = compute(*primals, **kwargs)
    if type(y) is np.ndarray and y.dtype.kind == "O":
        y = y.astype(float)  # a ufunc made by np.frompyfunc
    if any(type(dx) is Rows for dx in tangents):
        if not isinstance(rule, Elementwise) or type(y) is not np.ndarray:
            tangents = [whole(dx) for dx in tangents]
    if isinstance(top.tangent, Symbolic) and rule.partials is not None and not kwargs:
        dy = top.tangent.elementwise(rule.partials, y, primals, tangents)
        if dy is not None:
            return make(type(top), y, dy.named(ufunc, y), level)
    dy = rule.push(ufunc, y, primals, tangents, kwargs)
    if isinstance(y, tuple):
        return tuple(finish(ufunc, top, one, d, kwargs) for one, d in zip(y, dy, strict=True))
    return finish(ufunc, top, y, dy, kwargs)


def finish(ufunc, top, y, dy, kwargs):
    """A Dual of value and tangent; elements masked out by ``where`` do not move."""
    if dy is None or dense.dtype_of(y).kind not in "fc":
        return y
    mask = kwargs.get("where", True)
    if type(dy) is Rows and top.level == HAND_MADE:
        dy = dy.whole()  # users look at these
    if mask is not True:
        dy = np.where(mask, dy, dense.zeros(y, ()))
    dy = dy.copy().named(ufunc, y) if isinstance(dy, Symbolic) else dense.laid_out_as(dy, y)
    return make(dual_class(), y, dy, top.level)


class Elementwise(Rule):
    """dy = sum of partial_i * dx_i, element by element; one tuple of partials for each output.

    A partial is a function ``(y, *x) -> coefficient`` or a number that it always is.
    """

    kind = "elementwise"

    def __init__(self, *outputs, together=None, plain=None, over=None):
        self.outputs = tuple(Partials(map(_function_or_sign, partials)) for partials in outputs)
        self.partials = self.outputs[0] if len(outputs) == 1 else None
        if self.partials is not None:
            self.partials.know(together, plain, over)

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
            total = combine(partials, y, ys, primals, tangents, lead, product)
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
    """The partials of one output, and what the short way may use in their place.

    ``together(y, x1, x2, dx1, dx2)`` is their sum with tangents in fewer passes, ``plain(y, x)`` the partial of one
    input, and ``over(y, x)`` its inverse, both for double precision. They hold where no operation, that of the value
    included, raises a floating-point flag. ``of_floats(y, x)`` is ``over`` or else the partial for Python's floats: of
    formulas of the table alone, because those of users may mean other things by the same names.
    """

    together = plain = over = of_floats = function = None

    def know(self, together, plain, over):
        """Take what the short way may use."""
        self.together, self.plain, self.over = together, plain if over is None else plain or self[0], over

    def know_floats(self):
        """Translate a formula of the table for floats."""
        if len(self) == 1:
            self.of_floats = with_python_math(self.over or self.plain or self[0])


_SAME_IN_MATH = frozenset({"np", "cos", "cosh", "exp", "sin", "sinh"})


def with_python_math(formula):
    """The same formula with Python's `math` for NumPy, which is faster for a float; None if it needs more than that."""
    code = getattr(formula, "__code__", None)
    if code is None or code.co_freevars or not _SAME_IN_MATH.issuperset(code.co_names):
        return None
    return types.FunctionType(code, {"np": math})


def _with_infinities(x):
    """A Python float, at whatever level, as NumPy's, whose quotient by zero is infinite and no exception."""
    if isinstance(x, Perturbed):
        if type(primal_part(x)) is np.ndarray:
            return x
        return make(type(x), _with_infinities(x.primal), x.tangent, x.level)
    return np.float64(x) if type(x) is float else np.complex128(x) if type(x) is complex else x


def _function_or_sign(partial):
    """A partial as a function, or as one of the integers 0, 1, -1 that save a product."""
    if callable(partial) or (type(partial) is int and partial in (0, 1, -1)):
        return partial
    return lambda *_: partial


def product(coefficient, dx):
    """coefficient * dx; NumPy's product of numbers too, which raises what is invalid."""
    if isinstance(dx, Perturbed) or isinstance(coefficient, Perturbed):
        return coefficient * dx
    return np.multiply(coefficient, dx)


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
    if isinstance(dx, Symbolic) or isinstance(coefficient, Symbolic):
        return np.multiply(coefficient, dx)  # its replay lets zero win; the other may be a Dual of an outer level
    if isinstance(coefficient, Perturbed) or isinstance(dx, Perturbed):
        return evaluate(_TIMES, times, times, (coefficient, dx), {})
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
            if rank and type(dx) is type(y) is np.ndarray and dx.ndim == 1 and y.size >= LARGE:
                dx = active(dx)
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
