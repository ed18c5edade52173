"""Rules that map the tangents of the data of a call to the tangent of its result."""

import numpy as np

from dualad.errors import NoRuleError
from dualad.levels import Perturbed, dual_class, make, new_level
from dualad.objects import packed
from dualad.quiet import SILENT, enter, leave
from dualad.rules import calls
from dualad.rules.table import Rule, name_of
from dualad.tangents import dense
from dualad.tangents.diagonal import Diagonal, WithDiagonal, waiting
from dualad.tangents.symbolic import NotRecordedError, Symbolic, kept
from dualad.tangents.waiting import written_out

_OPTIONS = frozenset({type(None), bool, int, float, str})  # they hold no Dual and need no packing


def packed_or_same(x):
    """Pack an object array of Duals; leave all else, lists included, as it is."""
    return packed(x) if type(x) is np.ndarray else x


class Pushforward(Rule):
    """A linear map from the tangents of the data parameters to the tangent of the result.

    ``data`` names the parameters that may be active; ``*name`` is a sequence of arrays.
    ``push(call, y, *tangents)`` gives the tangent of y, a tangent being None where the parameter is constant.
    Tangents have a leading direction axis or not: axes are counted from the end. Parameters named in
    ``constant`` act by their value alone (a condition, a position), so a Dual there is stripped.
    """

    kind = "linear map"
    gives_new_arrays = True
    takes_diagonal = None  # the parameter whose diagonal tangent is taken as it is

    def __init__(self, data, push, kind=None, constant=""):
        self.constant = constant.split()
        self.data = tuple(name.lstrip("*") for name in data.split())
        self.several = frozenset(name[1:] for name in data.split() if name.startswith("*"))
        self.single = frozenset(self.data) - self.several
        self.is_plain = type(self).normal is Pushforward.normal and type(self).value is Pushforward.value
        self.push_tangents = push
        self.kind = kind or self.kind

    def apply(self, function, args, kwargs):
        first = args[0] if args else None
        if type(first) in (list, tuple):
            first = next((x for x in first if isinstance(x, Perturbed)), None)
        if isinstance(first, Perturbed) and isinstance(first.held, Symbolic):
            found = first.tangent.everyday(function, args, kwargs)
            if found is not None:
                return found
        call = calls.Call(function, args, kwargs)
        if self.is_plain:
            parts = self.taken_apart(call)
            if parts is not None:
                level, tangents, lead = parts
                y = call()
                dy = self.quietly(call, y, tangents)
                return wrap(function, dual_class(), y, dy, level, lead, self.gives_new_arrays)
        return self.apply_to_any(function, self.normal(call))

    def taken_apart(self, call):
        """Level, tangents and directions of a call with arrays and Duals of one level, which it leaves without Duals.

        None for a call with lists, Duals of several levels, or an output.
        """
        found = {}
        level = None
        for name, x in call.given.items():
            kind = type(x)
            if kind in _OPTIONS:
                continue
            if isinstance(x, Perturbed):
                if name not in self.single or level not in (None, x.level):
                    return None
                level = x.level
                found[name] = x
            elif kind is not np.ndarray or x.dtype.char == "O" or name in self.several or name == "out":
                return None
        if level is None:
            return None
        tangents, lead = [], None
        for name in self.data:
            x = found.get(name)
            if x is None:
                tangents.append(None)
                continue
            call.given[name] = primal = x.primal
            dx = self.tangent_of(name, x)
            tangents.append(dx)
            if lead is None:
                lead = dense.directions(dx, primal)
        return level, tangents, lead

    def tangent_of(self, name, x):
        """The tangent of a Dual, or the diagonal that the rule takes instead."""
        if name == self.takes_diagonal and isinstance(x, WithDiagonal) and x.unwritten is not None:
            return x.unwritten
        return dense.settled(x)

    def apply_to_any(self, function, call):
        """The same with Duals of any levels, and in lists."""
        out = call.get("out")
        top = calls.innermost([call.given.get(name) for name in self.data])
        if top is None:
            series = calls.expanded([call.given.get(name) for name in self.data])
            if series is not None:
                return series.by_rule(self, function, call)
            result = call.without("out")() if isinstance(out, Perturbed) else call()
            return result if out is None else calls.store(out, result, function)
        level = top.level
        tangents, lead = [], None
        for name in self.data:
            x = call.given.get(name)
            dx = calls.tangent_at(x, level)
            tangents.append(dx)
            if dx is not None:
                call.given[name] = x = calls.primal_at(x, level)
                if lead is None:
                    lead = dense.lead_of(dx, x) if isinstance(dx, list) else dense.directions(dx, x)
        y = self.value(call, out)
        dy = self.quietly(call if out is None else call.without("out"), y, tangents)
        result = wrap(function, dual_class(), y, dy, level, lead, self.gives_new_arrays)
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
        """The call, which is our own, with object arrays and lists of Duals packed, and no Dual as an option."""
        changes = {}
        for name, value in call.given.items():
            kind = type(value)
            if kind in _OPTIONS or (kind is np.ndarray and value.dtype.char != "O" and name not in self.several):
                continue
            if isinstance(value, Perturbed) and name in self.single:
                continue
            if name in self.constant:
                changes[name] = calls.stripped(packed_or_same(value))
            elif name not in self.data:
                if name != "out" and next(calls.leaves(value), None) is not None:
                    raise NoRuleError(
                        f"{name_of(call.function)} is not differentiated with respect to {name}: pass a plain "
                        f"value, dualad.stop_derivative({name}) if it is meant as a constant."
                    )
            elif name in self.several:
                changes[name] = [packed(x) for x in value] if isinstance(value, (list, tuple)) else list(packed(value))
            else:
                changes[name] = packed(value)
        return call.replace(**changes) if changes else call


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
    level = new_level()
    moved = {name: dx for name, dx in zip(data, tangents, strict=True) if name in call.given}
    return call.replace(**{name: moving(call.given[name], dx, level) for name, dx in moved.items()}), level


def moving(x, dx, level):
    """The Dual of a value and its tangent, a list for lists; the value itself where it has none."""
    if isinstance(dx, list):
        return [moving(*pair, level) for pair in zip(x, dx, strict=True)]
    return x if dx is None else make(dual_class(), x, dx, level)


def wrap(function, cls, y, dy, level, lead, is_new):
    """A Dual of value and tangent; element by element for functions with several results."""
    kind = type(y)
    if kind is np.ndarray is type(dy) and dy.dtype is y.dtype and y.dtype.kind in "fc" and dy.shape == lead + y.shape:
        if not is_new or y.ndim < 2 or (y.flags.c_contiguous and dy.flags.c_contiguous):
            return make(cls, y, dy, level)
    elif kind is np.float64 is type(dy) and not lead:
        return make(cls, y, dy, level)
    if isinstance(y, (tuple, list)):
        parts = [wrap(function, cls, one, d, level, lead, is_new) for one, d in zip(y, dy, strict=True)]
        return kind(*parts) if hasattr(y, "_fields") else kind(parts)
    if dy is None or dense.dtype_of(y).kind not in "fc":
        return y
    if isinstance(dy, Diagonal):
        return waiting(y, dy, level)
    y, dy = written_out(y), written_out(dy)  # inside a Dual of an inner level
    dy = dense.fit(dy, y, lead)
    dy = dense.laid_out_as(dy, y) if is_new else dy
    return make(cls, y, dy.named(function, y) if isinstance(dy, Symbolic) else dy, level)
