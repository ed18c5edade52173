"""NumPy calls on symbolic tangents (`recorded`): what the functions that are linear in a tangent do to it.

The one rule table says which these are; the map itself is the rule's own, run on dense tangents later.
"""

import itertools

import numpy as np

from dualad.quiet import SILENT, enter, leave
from dualad.rules import table
from dualad.rules.calls import Call
from dualad.rules.kinds import Constant, Implemented
from dualad.rules.linear import Linear
from dualad.rules.movement import Movement
from dualad.rules.products import Product
from dualad.rules.pushforwards import Pushforward
from dualad.rules.table import name_of
from dualad.rules.views import View
from dualad.tangents import adjoints, dense
from dualad.tangents.compositions import COMPOSED
from dualad.tangents.operations import Add, Apply, Gather, Move, Node, Scale, Where
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
    if ufunc in _ARITHMETIC:
        return _ARITHMETIC[ufunc](like, *inputs)
    rule = table.get(ufunc)
    if isinstance(rule, Product):
        return product(like, rule, ufunc, inputs, kwargs)
    if isinstance(rule, Constant):
        return ufunc(*map(stand_in, inputs))
    raise NotRecordedError(like, f"numpy.{ufunc.__name__}")


def add(like, a, b):
    """a + b: one of them may be a constant, which is zero in a linear map."""
    if not is_symbolic(b):
        a, b = b, a
    if not is_symbolic(a):
        shape = np.broadcast_shapes(np.shape(a), b.shape)
        return b.copy() if shape == b.shape else broadcast(b, shape)
    return like.record(Add(), (a, b), np.broadcast_shapes(a.shape, b.shape), np.result_type(a.dtype, b.dtype))


def subtract(like, a, b):
    return add(like, a, np.negative(b) if is_symbolic(b) else b)


def multiply(like, a, b):
    if is_symbolic(a) and is_symbolic(b):
        raise NotRecordedError(like, "the product of two tangents")
    d, coefficient = (a, b) if is_symbolic(a) else (b, a)
    return scale(d, coefficient, np.multiply)


def divide(like, a, b):
    if is_symbolic(b):
        raise NotRecordedError(like, "division by a tangent")
    return scale(a, b, np.divide)


def scale(d, coefficient, by, is_fresh=False):
    """A tangent times or over a constant; Python numbers do not widen its dtype."""
    coefficient = np.asarray(coefficient) if isinstance(coefficient, list) else coefficient
    coefficient = coefficient if is_fresh else kept(coefficient)
    plain = coefficient.dtype.type(1) if hasattr(coefficient, "dtype") else type(coefficient)(1)
    dtype = np.multiply(d.dtype.type(1), plain).dtype
    shape = np.broadcast_shapes(np.shape(coefficient), d.shape)
    return d.record(Scale(coefficient, by), (d,), shape, dtype)


_DOUBLE = np.dtype(float)
_NUMBERS = frozenset({float, int, np.float64})


def elementwise(like, partials, y, primals, tangents):
    """The sum of partials times tangents of plain doubles; None where only the general way will do."""
    if not is_double(y):
        return None
    given = []
    for x in primals:
        kind = type(x)
        if kind not in _NUMBERS and not (kind is np.ndarray and x.dtype is _DOUBLE):
            return None
        given.append(np.float64(x) if kind is float else x)
    total, copies = None, {}
    token = enter(SILENT)
    try:
        for partial, dx in zip(partials, tangents, strict=True):
            if dx is None or (type(partial) is int and partial == 0):
                continue
            term = dx.node
            if type(partial) is not int or partial != 1:
                coefficient = partial(y, *given) if callable(partial) else partial
                kind, shape = type(coefficient), term.shape
                if kind is np.ndarray:
                    if coefficient.dtype is not _DOUBLE:
                        return None
                    shape = common_shape(coefficient.shape, shape)
                    if coefficient is y or is_shared(coefficient, primals):
                        if id(coefficient) not in copies:
                            copies[id(coefficient)] = kept(coefficient)
                        coefficient = copies[id(coefficient)]
                elif kind not in _NUMBERS:
                    return None
                term = Node(Scale(coefficient), (term,), shape, _DOUBLE)
            if total is None:
                total = term
            else:
                total = Node(Add(), (total, term), common_shape(total.shape, term.shape), _DOUBLE)
    finally:
        leave(token)
    return None if total is None or total.shape != np.shape(y) else type(like)(total)


def is_double(x):
    """Whether x is an array or a number of float64."""
    return type(x) in (float, np.float64) or (type(x) is np.ndarray and x.dtype is _DOUBLE)


def is_shared(coefficient, primals):
    """Whether an array may be one that f can write to."""
    return coefficient.base is not None or any(coefficient is x for x in primals)


def common_shape(first, second):
    return first if first == second else np.broadcast_shapes(first, second)


_ARITHMETIC = {
    np.add: add,
    np.subtract: subtract,
    np.multiply: multiply,
    np.divide: divide,
    np.negative: lambda like, a: scale(a, -1, np.multiply),
    np.positive: lambda like, a: a.copy(),
    np.conjugate: lambda like, a: real_linear(a, np.conjugate, np.conjugate, a.dtype),
}


def add_reduceat(d, indices, axis=0, dtype=None, out=None):
    """Sums over ranges of elements one behind the other: the adjoint repeats."""
    starts = np.array(indices)
    axis %= d.ndim
    if np.any(np.diff(starts) <= 0):
        raise NotRecordedError(d, "numpy.add.reduceat with ranges that overlap")
    counts = np.diff([*starts, d.shape[axis]])
    shape = (*d.shape[:axis], len(starts), *d.shape[axis + 1 :])
    axis -= d.ndim

    def backward(u):
        w = np.repeat(u, counts, axis=axis)
        missing = list(w.shape)
        missing[axis] = int(starts[0])
        return (np.concatenate([np.zeros(missing), w], axis=axis),) if starts[0] else (w,)

    operation = Apply(lambda a: np.add.reduceat(a, starts, axis=axis), "numpy.add.reduceat", backward)
    return d.record(operation, (d,), shape, d.dtype)


def real_linear(d, function, adjoint, dtype):
    """A map element by element that is linear over the reals."""
    operation = Apply(function, name_of(function), lambda u: (adjoint(u),), acts="element by element")
    return d.record(operation, (d,), d.shape, dtype)


def cast(d, dtype):
    """The tangent in another dtype."""
    if dtype == d.dtype:
        return d.copy()
    source = d.dtype
    return real_linear(d, lambda a: dense.cast(a, dtype), lambda u: dense.cast(u, source), dtype)


def broadcast(d, shape):
    """Repeated along new and along short axes."""
    shape = tuple(shape)
    if shape == d.shape:
        return d
    rank, own = len(shape), d.shape

    def forward(a):
        lead = a.shape[: dense.rank(a) - len(own)]
        return np.broadcast_to(dense.align(a, len(own), rank), lead + shape).copy()

    backward = adjoints.of_broadcast(own, rank)
    return d.record(Apply(forward, "numpy.broadcast_to", backward, acts="by moving"), (d,), shape, d.dtype)


def product(like, rule, ufunc, inputs, kwargs):
    """A matrix product with one symbolic factor."""
    if all(map(is_symbolic, inputs)):
        raise NotRecordedError(like, "the product of two tangents")
    slot = 0 if is_symbolic(inputs[0]) else 1
    d = inputs[slot]
    values = [stand_in(x) if is_symbolic(x) else kept(x) for x in inputs]
    y = product_like(ufunc, values, kwargs)

    def forward(a):
        return rule.push(ufunc, y, values, [a, None] if slot == 0 else [None, a], kwargs)

    backward = adjoints.of_product(ufunc, values, slot, kwargs)
    return d.record(Apply(forward, name_of(ufunc), backward), (d,), np.shape(y), dense.dtype_of(y))


def product_like(ufunc, values, kwargs):
    """Something of the shape and the dtype of a product; that of two matrices is not computed for it."""
    a, b = values
    if ufunc is not np.matmul or kwargs or not all(type(x) is np.ndarray and x.ndim > 1 for x in values):
        return ufunc(a, b, **kwargs)
    shape = *np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), a.shape[-2], b.shape[-1]
    return np.broadcast_to(np.result_type(a, b).type(0), shape)


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


def moved(like, call, rule, given):
    """A movement: tangents are moved by the rule itself, element numbers tell how when that is asked."""
    names = [name for name in rule.data if name in call.given]
    structure = [call.given.get(name) for name in rule.data]
    parents = [d for d in nested(structure) if is_symbolic(d)]
    dtype = np.result_type(*(p.dtype for p in parents))
    call = call.without("dtype", "casting")
    if call.function is np.roll:
        small = _without_memory(call.a)
    else:
        small = call(**{name: each(call.given[name], _without_memory) for name in names})
    call = call.replace(**{name: kept(value) for name, value in call.given.items() if name not in names})
    plain = call.replace(**{name: stand_in(call.given[name]) for name in names})

    def numbers():
        first = itertools.accumulate((p.size for p in parents), initial=1)
        counted = {name: each(call.given[name], lambda x: _numbers(x, first)) for name in names}
        return call(**counted)

    def forward(*tangents):
        left = iter(tangents)
        return rule.push_tangents(plain, small, *replaced(structure, left))

    if isinstance(small, (list, tuple)):
        return [like.record(Gather(np.asarray(s)), parents, np.shape(s), dtype) for s in numbers()]
    move = Move(lambda: np.asarray(numbers()), forward, key_of(call, names, parents))
    return like.record(move, parents, np.shape(small), dtype)


def nested(structure):
    """The elements of nested lists."""
    for x in structure:
        if isinstance(x, (list, tuple)):
            yield from nested(x)
        else:
            yield x


def each(x, function):
    """The nested lists with the function of each element."""
    if isinstance(x, (list, tuple)):
        return [each(element, function) for element in x]
    return function(x)


def _without_memory(x):
    """Something of the same shape that is quick to move."""
    return x if x is None else np.broadcast_to(np.int8(0), np.shape(x))


def _numbers(x, first):
    """The numbers of the elements of a tangent, zeros for a constant."""
    if x is None or not is_symbolic(x):
        return x if x is None else np.zeros(np.shape(x), int)
    start = next(first)
    return np.arange(start, start + x.size).reshape(x.shape)


def key_of(call, names, parents):
    """A key that is equal for equal moves; None if an option has no simple one."""
    data = tuple(each_shape(call.given[name]) for name in names)
    options = tuple((name, key_of_option(value)) for name, value in call.given.items() if name not in names)
    return None if any(key is None for _, key in options) else (name_of(call.function), data, options)


def each_shape(x):
    if isinstance(x, (list, tuple)):
        return tuple(map(each_shape, x))
    return is_symbolic(x), None if x is None else np.shape(x)


def key_of_option(value):
    if isinstance(value, (bool, int, float, str, bytes, np.generic)) or value is None:
        return type(value), value
    if isinstance(value, (tuple, list)):
        keys = tuple(map(key_of_option, value))
        return None if None in keys else keys
    if type(value) is np.ndarray and value.dtype.kind in "biuf":
        return value.dtype, value.shape, value.tobytes()
    return None


def replaced(structure, tangents):
    """The nested list with a dense tangent for each symbolic one, None for a constant."""
    found = []
    for x in structure:
        if isinstance(x, (list, tuple)):
            found.append(replaced(x, tangents))
        else:
            found.append(next(tangents) if is_symbolic(x) else None)
    return found


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
    operation = Apply(forward, name_of(call.function), backward)
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

    def forward_of(value, select):
        def forward(*given):
            moved = select(push(*refill(tangents, iter(given))))
            if moved is None:  # this result does not move
                return dense.zeros(value, given[0].shape[: dense.rank(given[0]) - len(parents[0].shape)])
            return moved

        return forward

    def one(value, select):
        if isinstance(value, (list, tuple)):
            parts = [one(v, lambda out, i=i: _part(select(out), i)) for i, v in enumerate(value)]
            return parts
        if dense.dtype_of(value).kind not in "fc":
            return None
        return like.record(Apply(forward_of(value, select), "a rule"), parents, np.shape(value), dense.dtype_of(value))

    return one(y, lambda out: out)


def _part(out, i):
    return None if out is None else out[i]


def flat(tangents):
    for d in tangents:
        if isinstance(d, list):
            yield from flat(d)
        else:
            yield d


def refill(tangents, given):
    """The nested list with dense tangents in the places of the symbolic ones."""
    return [refill(d, given) if isinstance(d, list) else next(given) if is_symbolic(d) else d for d in tangents]
