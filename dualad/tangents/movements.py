"""Movements of symbolic tangents: the rule moves them, and element numbers tell how when that is asked."""

import itertools

import numpy as np

from dualad.rules.table import name_of
from dualad.tangents.gathers import Gather, Move
from dualad.tangents.symbolic import is_symbolic, kept, stand_in


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
