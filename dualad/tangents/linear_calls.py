"""NumPy calls on symbolic tangents (`recorded`): what the functions that are linear in a tangent do to it.

The one rule table says which these are; the map itself is the rule's own, run on dense tangents later.
"""

import functools

import numpy as np

from dualad.rules import table
from dualad.rules.calls import Call, flat
from dualad.rules.kinds import Constant, Implemented
from dualad.rules.linear import Linear
from dualad.rules.movement import Movement
from dualad.rules.products import Product
from dualad.rules.pushforwards import Pushforward
from dualad.rules.table import name_of
from dualad.rules.views import View
from dualad.tangents import adjoints, dense, matrix_products
from dualad.tangents.compositions import COMPOSED
from dualad.tangents.linear_arithmetic import ARITHMETIC, add_reduceat, real_linear
from dualad.tangents.movements import moved
from dualad.tangents.operations import Apply, Where
from dualad.tangents.symbolic import NotRecordedError, is_symbolic, kept, stand_in

LINEAR_IN = {np.linalg.solve: ("b",)}
LINEAR_KINDS = ("linear", "product", "movement")


def ufunc(like, ufunc, method, inputs, kwargs):
    """A ufunc that is linear in the tangents among its inputs."""
    if method == "reduce" and ufunc is np.add:
        return np.sum(*inputs, **kwargs)
    if method == "reduceat" and ufunc is np.add:
        return add_reduceat(*inputs, **kwargs)
    if method != "__call__" or (kwargs and not isinstance(table.get(ufunc), Product)):
        raise NotRecordedError(like, f"numpy.{ufunc.__name__}.{method}")
    if ufunc in ARITHMETIC:
        return ARITHMETIC[ufunc](like, *inputs)
    rule = table.get(ufunc)
    if isinstance(rule, Product):
        return matrix_products.by_rule(like, rule, ufunc, inputs, kwargs)
    if isinstance(rule, Constant):
        return ufunc(*map(stand_in, inputs))
    raise NotRecordedError(like, f"numpy.{ufunc.__name__}")


def function(like, function, args, kwargs):
    """A function of NumPy's that is linear in the tangents among its arguments."""
    if function in _SPECIAL:
        return _SPECIAL[function](*args, **kwargs)
    if function in COMPOSED:
        return COMPOSED[function](*args, **kwargs)
    rule = table.get(function)
    if isinstance(rule, Implemented):
        return rule.implementation(*args, **kwargs)
    if isinstance(rule, Constant):
        return function(*[stand_in(x) for x in args], **kwargs)
    if not isinstance(rule, Pushforward):
        raise NotRecordedError(like, name_of(function))
    call = Call(function, args, kwargs)
    given = [name for name in rule.data if is_symbolic(call.given.get(name))]
    if any(is_symbolic(value) for name, value in call.given.items() if name not in given):
        raise NotRecordedError(like, name_of(function))
    if isinstance(rule, View):
        return view(call, given[0])
    if isinstance(rule, Movement):
        return moved(like, call, rule, given)
    if not (isinstance(rule, Linear) or rule.kind in LINEAR_KINDS or given == list(LINEAR_IN.get(function, ()))):
        raise NotRecordedError(like, name_of(function))
    if len(given) > 1 or isinstance(call.given[given[0]], (list, tuple)):
        raise NotRecordedError(like, name_of(function))
    return applied(call, rule, given[0])


def view(call, name):
    d = call.given[name]
    return d.viewed(lambda whole: call(**{name: whole}))


def applied(call, rule, name):
    """A function that is linear in one argument: the rule's own push, later, on dense tangents."""
    d = call.given[name]
    plain = call.replace(**{n: stand_in(d) if n == name else kept(value) for n, value in call.given.items()})
    y = plain()
    if isinstance(y, (list, tuple)):
        raise NotRecordedError(d, name_of(call.function))

    def forward(a):
        return rule.push_tangents(plain, y, *[a if n == name else None for n in rule.data])

    backward = adjoints.of_function(plain, name, y)
    acts = "as a product" if rule.kind == "product" or call.function in LINEAR_IN else None
    operation = Apply(forward, name_of(call.function), backward, acts)
    return d.record(operation, (d,), np.shape(y), dense.dtype_of(y))


def where(condition, a, b):
    """One tangent or the other; a constant branch is zero."""
    d = a if is_symbolic(a) else b
    a, b = (x if is_symbolic(x) else d.zeros(np.shape(x), d.dtype) for x in (a, b))
    shape = np.broadcast_shapes(np.shape(condition), a.shape, b.shape)
    return d.record(Where(kept(condition)), (a, b), shape, np.result_type(a.dtype, b.dtype))


def made_like(a, *args, **options):
    """Zeros, in which tangents can be stored."""
    like = np.empty_like(stand_in(a), *args, **options)
    return a.zeros(like.shape, like.dtype)


_SPECIAL = {
    np.where: where,
    np.shape: lambda a: a.shape,
    np.ndim: lambda a: a.ndim,
    np.size: lambda a: a.size,
    np.copy: lambda a, order="K", subok=False: a.copy(),
    np.real: lambda val: real_linear(val, np.real, lambda u: u, val.dtype.type(0).real.dtype),
    np.imag: lambda val: real_linear(val, np.imag, lambda u: 1j * u, val.dtype.type(0).real.dtype),
    np.zeros_like: made_like,
    np.empty_like: made_like,
    np.ones_like: lambda a, *args, **options: np.ones_like(stand_in(a), *args, **options),
}


def opaque(like, push, y, tangents):
    """All that a push does as one operation for each result; its adjoint comes from its matrix."""
    parents = [d for d in flat(tangents) if is_symbolic(d)]
    return _each_result(like, functools.partial(_result_of, push, tangents), y, parents)


def _each_result(like, result_of, y, parents, place=()):
    """The node of each number or array in y, run by ``result_of(value, rank, place, *given)``; None if it has none."""
    if isinstance(y, (list, tuple)):
        return [_each_result(like, result_of, one, parents, (*place, i)) for i, one in enumerate(y)]
    if dense.dtype_of(y).kind not in "fc":
        return None
    forward = functools.partial(result_of, y, len(parents[0].shape), place)
    return like.record(Apply(forward, "a rule"), parents, np.shape(y), dense.dtype_of(y))


def _result_of(push, tangents, value, rank, place, *given):
    """The tangent of one result: zeros if it does not move."""
    moved = push(*refill(tangents, iter(given)))
    for i in place:
        moved = None if moved is None else moved[i]
    return dense.zeros(value, given[0].shape[: dense.rank(given[0]) - rank]) if moved is None else moved


def refill(tangents, given):
    """The nested list with dense tangents in the places of the symbolic ones."""
    return [refill(d, given) if isinstance(d, list) else next(given) if is_symbolic(d) else d for d in tangents]
