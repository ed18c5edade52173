"""Hyper-dual numbers: Duals of two levels in many directions each, for the Hessians of a few variables.

A Dual inside a Dual computes each operation of the second derivative as operations of first derivatives, and each of
those is a call of its own. A `HyperDual` holds the four parts side by side. Elementwise functions, linear ones and
products of vectors keep it; all else asks for its primal or its tangent, and gets a Dual inside a Dual.
"""

import functools
import operator

import numpy as np

from dualad.comparisons import comparable
from dualad.hyperduals import operations
from dualad.hyperduals.parts import Parts
from dualad.indexing import checked, is_basic
from dualad.levels import Perturbed, dual_class, make, primal_part
from dualad.quiet import SILENT, enter, leave
from dualad.rules import calls
from dualad.rules.pushforwards import Formula
from dualad.rules.table import get
from dualad.tangents.waiting import Waiting, settle
from dualad.watching import WATCHER

_POWER = np.power
_new = object.__new__
_plain_value = vars(Perturbed)["primal"].__get__  # the slot below the property
_set_value = vars(Perturbed)["primal"].__set__


def hyperdual(value, outer, inner, b, a=None):
    """The argument of f: a vector with KB outer and KA inner directions, the same ones if a is None."""
    return _made_of(value, Parts(outer, b, a, None), inner)


def _made_of(value, parts, level):
    dual = _new(_class())
    _set_value(dual, value)
    dual.held = parts
    dual.level = level
    return dual


def parts_of(x, outer, inner):
    """Value and parts of a result; None if it is no `HyperDual` of these levels."""
    known = _current(x) if isinstance(x, HyperDual) and x.level == inner else None
    return known if known is not None and known[1].outer == outer else None


def _current(x):
    """Value and parts, a view brought up to date; None if x is settled by now, perhaps by another thread."""
    held = x.held
    value = _plain_value(x)
    if type(held) is not Parts or isinstance(value, Perturbed):
        return None
    if held.base is not None:
        held.follow()
    return value, held


def _operands(inputs):
    """Pairs of value and parts, and a HyperDual of them; None if there is an operand of another kind."""
    found, x, outer = [], None, None
    for one in inputs:
        if isinstance(one, HyperDual):
            known = _current(one)
            if known is None or (x is not None and (one.level != x.level or known[1].outer != outer)):
                return None
            x, outer = one, known[1].outer
            found.append(known)
        elif operations.is_constant(one):
            found.append((one, None))
        else:
            return None
    return None if x is None else (found, x)


def _made(x, found):
    """The HyperDual of value and parts beside x; None if they are not known."""
    return None if found is None else _made_of(*found, x.level)


def _operated(ufunc, compute, inputs):
    """An operation on four parts; None if that is not possible."""
    prepared = _operands(inputs)
    if prepared is None:
        return None
    operands, x = prepared
    if ufunc.signature is None:
        return _made(x, operations.elementwise(ufunc, compute, operands))
    return _contracted(x, ufunc, compute, inputs, operands)


def _contracted(x, function, compute, inputs, operands):
    """A product of arrays: of two vectors that move, or of one array that moves and a constant."""
    if all(p is not None for _, p in operands):
        return _made(x, operations.product_of_vectors(function, compute, operands))
    return _linear(x, function, compute, inputs, {})


def _linear(x, function, compute, args, kwargs):
    """A function that is linear in all HyperDuals among its arguments together."""
    active = list(calls.leaves(args))
    if not operations.is_linear(function, len(active)) or next(calls.leaves(kwargs), None) is not None:
        return None
    if any(array.dtype == object for array in calls.leaves(args, np.ndarray)):
        return None  # there may be more of them inside
    known = [_current(one) if isinstance(one, HyperDual) else None for one in active]
    if any(one is None or one[1].outer != known[0][1].outer for one in known) or len({one.level for one in active}) > 1:
        return None

    def filled(duals):
        return compute(*_replaced(args, iter(duals)), **kwargs)

    return _made(x, operations.linear(filled, known, x.level))


def _replaced(tree, duals):
    """Nested sequences with the next of these in the place of each HyperDual."""
    if isinstance(tree, (list, tuple)):
        found = [_replaced(one, duals) for one in tree]
        return found if isinstance(tree, list) else tuple(found)
    return next(duals) if isinstance(tree, HyperDual) else tree


def _or_nested(ufunc, compute, *inputs):
    """The operation on four parts, or else on Duals inside Duals."""
    z = _operated(ufunc, compute, inputs)
    return compute(*[settle(x) if isinstance(x, HyperDual) else x for x in inputs]) if z is None else z


def _operators(ufunc, compute):
    """The methods of ``x op y`` and ``y op x``."""

    def forward(self, other):
        return _or_nested(ufunc, compute, self, other)

    def reflected(self, other):
        return _or_nested(ufunc, compute, other, self)

    return forward, reflected


def _comparison(compare):
    """The method behind ``x < y`` and its like: on the values."""

    def method(self, other):
        known = _current(self)
        if known is None or WATCHER.get() is not None:
            return compare(settle(self), other)
        return compare(known[0], primal_part(_value(other)) if isinstance(other, HyperDual) else comparable(other))

    return method


class HyperDual(Waiting):
    """What a Dual of two levels is as long as nobody asks for its primal or its tangent."""

    __slots__ = ()
    carrier = Parts

    __add__, __radd__ = _operators(np.add, operator.add)
    __sub__, __rsub__ = _operators(np.subtract, operator.sub)
    __mul__, __rmul__ = _operators(np.multiply, operator.mul)
    __truediv__, __rtruediv__ = _operators(np.divide, operator.truediv)
    __rpow__ = _operators(np.power, operator.pow)[1]
    __matmul__, __rmatmul__ = _operators(np.matmul, operator.matmul)

    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)
    __eq__ = _comparison(operator.eq)
    __ne__ = _comparison(operator.ne)

    def __pow__(self, other, modulo=None):
        return (
            settle(self).__pow__(other, modulo) if modulo is not None else _or_nested(_POWER, operator.pow, self, other)
        )

    def __neg__(self):
        return _or_nested(np.negative, operator.neg, self)

    def __abs__(self):
        return _or_nested(np.absolute, operator.abs, self)

    @property
    def primal(self):
        return settle(self).primal

    @primal.setter
    def primal(self, primal):
        _set_value(self, primal)

    @classmethod
    def written(cls, dual, held):
        held.own()
        _set_value(dual, make(dual_class(), _plain_value(dual), held.b, held.outer))
        return make(dual_class(), held.a, held.h, held.outer)

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        z = _operated(ufunc, ufunc, inputs) if method == "__call__" and not kwargs else None
        return Waiting.__array_ufunc__(self, ufunc, method, *inputs, **kwargs) if z is None else z

    def __array_function__(self, function, types, args, kwargs):
        z = _total(self, args, kwargs) if function is np.sum else None
        if z is not None:
            return z
        rule = get(function)
        if operations.is_composed(rule) and WATCHER.get() is None:
            return rule.apply(function, args, kwargs)
        z = _function_on_parts(self, rule, function, args, kwargs)
        return settle(self).__array_function__(function, types, args, kwargs) if z is None else z

    def __hash__(self):
        return hash(settle(self))

    def __getitem__(self, index):
        known = _current(self)
        if known is None:
            return settle(self)[index]
        if is_basic(index):
            z = _made(self, operations.element(*known, index))
        else:
            index = checked(index)
            z = _made(self, operations.linear(lambda duals: duals[0][index], [known], self.level))
        return settle(self)[index] if z is None else z

    def __iter__(self):
        if self.ndim != 1:
            return iter(settle(self))
        return (self[i] for i in range(len(self)))

    def __len__(self):
        return len(_value(self))

    @property
    def shape(self):
        return _value(self).shape

    @property
    def ndim(self):
        return _value(self).ndim

    @property
    def size(self):
        return _value(self).size

    @property
    def dtype(self):
        return _value(self).dtype


def _value(x):
    """The value, or what has its shape."""
    known = _current(x)
    return x.primal if known is None else known[0]


def _total(x, args, kwargs):
    """The sum of x, along an axis or of all; None if it has other options or x is settled."""
    known = _current(x) if len(args) == 1 and args[0] is x and kwargs.keys() <= {"axis"} else None
    return None if known is None else _made(x, operations.total(*known, **kwargs))


def _function_on_parts(x, rule, function, args, kwargs):
    """A function of NumPy's that is no ufunc; None if four parts are no help."""
    if isinstance(rule, Formula):
        return _by_formula(x, rule, function, args, kwargs)
    known = _current(x)
    if known is None:
        return None
    if function in operations.OF_VECTORS and not kwargs:
        prepared = _operands(args)
        return None if prepared is None else _contracted(x, function, function, args, prepared[0])
    return _linear(x, function, function, args, kwargs)


def _by_formula(x, rule, function, args, kwargs):
    """NumPy's value with the parts of a formula; None if that does not keep them."""
    call = calls.Call(function, args, kwargs)
    active = [_current(one) if isinstance(one, HyperDual) else None for one in calls.leaves(args)]
    options = [given for name, given in call.given.items() if name not in rule.data]
    if None in active or next(calls.leaves([kwargs, options]), None) is not None:
        return None
    token = enter(SILENT)
    try:
        y = rule.formula(call)
    finally:
        leave(token)
    known = _current(y) if isinstance(y, HyperDual) else None
    if known is None:
        return None
    z = function(*_replaced(args, iter([value for value, _ in active])), **kwargs)
    return _made(x, (z, known[1])) if operations.is_value(z) and z.shape == known[0].shape else None


@functools.cache
def _class():
    return type("Dual", (HyperDual, dual_class()), {"__slots__": ()})
