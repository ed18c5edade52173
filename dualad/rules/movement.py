"""Functions that move, pick and join elements; views stay views, for the tangent too."""

import numpy as np

from dualad.errors import LostDerivativeError
from dualad.rules.kinds import Pushforward, pushforward
from dualad.rules.table import add, name_of
from dualad.tangents import dense
from dualad.tangents.symbolic import Symbolic


class View(Pushforward):
    """A function that gives a view where it can: the tangent is viewed in the same way."""

    kind = "movement"
    gives_new_arrays = False

    def __init__(self, parameter):
        super().__init__(parameter, self._push)

    def _push(self, call, y, dx):
        (name,) = self.data
        x = call.given[name]
        dy = dense.view_each(lambda one: call(**{name: one}), dx, dense.rank(x))
        shares = isinstance(y, np.ndarray) and np.may_share_memory(y, x)
        if isinstance(dy, Symbolic) and not shares:
            return dy.copy()
        if shares and not may_share(dy, dx):
            raise LostDerivativeError(
                f"{name_of(call.function)} gives a view of the value but would have to copy the tangent, which lies "
                "differently in memory: later assignments would part them. Write x.copy() before it."
            )
        return dy


def may_share(a, b):
    if isinstance(a, Symbolic):
        return a.shares_memory(b)
    return not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray) or a.size == 0 or np.may_share_memory(a, b)


def views(parameter, *functions):
    """These functions view the array given as this parameter."""
    for function in functions:
        add(function, View(parameter))


views("a", np.reshape, np.ravel, np.transpose, np.squeeze, np.expand_dims, np.moveaxis, np.diagonal)
for _function, _parameter in ((np.swapaxes, "a"), (np.matrix_transpose, "x")):
    views(_parameter, _function)
views("array", np.broadcast_to)
views("m", np.flip)


class Movement(Pushforward):
    """Elements are moved, picked, repeated or joined: the same call moves the tangents.

    In K directions the call is made once, on element numbers, and the tangents are gathered by them; 0 stands
    for a constant. That is right by construction for all options.
    """

    kind = "movement"

    def __init__(self, data, constant=""):
        super().__init__(data, self._push, constant=constant)

    def _push(self, call, y, *tangents):
        values = [call.given.get(name) for name in self.data]
        lead = dense.lead_of(tangents, values)
        if not lead:
            moved = [still(x, dx) for x, dx in zip(values, tangents, strict=True)]
            return call(**{name: dx for name, dx in zip(self.data, moved, strict=True) if name in call.given})
        flat, numbered = number(values, tangents, lead)
        call = call.without("dtype", "casting")
        source = call(**{name: n for name, n in zip(self.data, numbered, strict=True) if name in call.given})
        if isinstance(source, (list, tuple)):
            return [dense.pick(flat, np.asarray(one)) for one in source]
        return dense.pick(flat, np.asarray(source))


def still(x, dx):
    """The tangents, with zeros where there are none."""
    if isinstance(x, (list, tuple)):
        inner = dx if isinstance(dx, list) else [None] * len(x)
        return [still(one, d) for one, d in zip(x, inner, strict=True)]
    if dx is not None or x is None:
        return dx
    return np.zeros(np.shape(x))


def number(values, tangents, lead):
    """All tangents side by side, and the values replaced by their positions there, counted from 1."""
    parts = []

    def positions(x, dx):
        if isinstance(x, (list, tuple)):
            inner = dx if isinstance(dx, list) else [None] * len(x)
            return [positions(one, d) for one, d in zip(x, inner, strict=True)]
        if x is None:
            return None
        if dx is None:
            return np.zeros(np.shape(x), int)
        start = 1 + sum(part.shape[-1] for part in parts)
        parts.append(dx.reshape((*lead, np.size(x))))
        return np.arange(start, start + parts[-1].shape[-1]).reshape(np.shape(x))

    numbered = [positions(x, dx) for x, dx in zip(values, tangents, strict=True)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1), numbered


def movement(data, *functions, constant=""):
    """These functions move the elements of the arrays named by ``data``."""
    for function in functions:
        add(function, Movement(data, constant))


movement("*arrays", np.concatenate, np.stack)
movement("*tup", np.vstack, np.hstack, np.dstack, np.column_stack)
movement("a", np.roll, np.repeat, np.take)


def _where(call, y, dx, dy):
    rank = dense.rank(y)
    branches = [
        0.0 if tangent is None else dense.align(tangent, dense.rank(x), rank)
        for x, tangent in ((call.x, dx), (call.y, dy))
    ]
    return np.where(call.condition, *branches)


pushforward(np.where, "x y", _where, "movement", constant="condition")
pushforward(np.copy, "a", lambda call, y, dx: dx.copy(), "movement")
