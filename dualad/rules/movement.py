"""The kind of rule for functions that move, pick, repeat or join elements."""

import numpy as np

from dualad.rules.pushforwards import Pushforward
from dualad.rules.table import add
from dualad.tangents import dense


class Movement(Pushforward):
    """Elements are moved, picked, repeated or joined: the same call moves the tangents.

    In K directions the call is made once, on element numbers, and the tangents are gathered by them; 0 stands
    for a constant. That is right by construction for all options. ``direct(call, y, tangents, lead)`` is a faster
    way for functions that are called often.
    """

    kind = "movement"

    def __init__(self, data, constant="", direct=None):
        super().__init__(data, self._push, constant=constant)
        self.direct = direct

    def _push(self, call, y, *tangents):
        values = [call.given.get(name) for name in self.data]
        lead = dense.lead_of(tangents, values)
        call = call.without("dtype", "casting")
        if not lead:
            moved = [still(x, dx, lead) for x, dx in zip(values, tangents, strict=True)]
            return call(**{name: dx for name, dx in zip(self.data, moved, strict=True) if name in call.given})
        if self.direct is not None:
            return self.direct(call, y, *[still(x, dx, lead) for x, dx in zip(values, tangents, strict=True)])
        flat, numbered = number(values, tangents, lead)
        source = call(**{name: n for name, n in zip(self.data, numbered, strict=True) if name in call.given})
        return dense.pick(flat, np.asarray(source))


def still(x, dx, lead):
    """The tangents, with zeros where there are none."""
    if isinstance(x, (list, tuple)):
        inner = dx if isinstance(dx, list) else [None] * len(x)
        return [still(one, d, lead) for one, d in zip(x, inner, strict=True)]
    if dx is not None or x is None:
        return dx
    dtype = dense.dtype_of(x)
    return np.zeros(lead + np.shape(x), dtype if dtype.kind in "fc" else float)


def number(values, tangents, lead):
    """All tangents side by side, and the values replaced by their positions there, counted from 1."""
    parts = []
    numbered = [positions(x, dx, lead, parts) for x, dx in zip(values, tangents, strict=True)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1), numbered


def positions(x, dx, lead, parts):
    """The positions of the elements of x behind ``parts``, to which its tangent is added; 0 where it has none."""
    if isinstance(x, (list, tuple)):
        inner = dx if isinstance(dx, list) else [None] * len(x)
        return [positions(one, d, lead, parts) for one, d in zip(x, inner, strict=True)]
    if x is None:
        return None
    if dx is None:
        return np.zeros(np.shape(x), int)
    size = int(np.size(x))
    start = 1 + sum(part.shape[-1] for part in parts)
    parts.append(dx.reshape((*lead, size)))
    return np.arange(start, start + size).reshape(np.shape(x))


def movement(data, *functions, constant="", direct=None):
    """These functions move the elements of the arrays named by ``data``."""
    for function in functions:
        add(function, Movement(data, constant, direct))


def along(name):
    """The direct way for a function along ``axis`` of one array: axes counted from the end, None for all flat."""

    def direct(call, y, dx):
        rank = dense.rank(call.given[name])
        lead = np.shape(dx)[: dense.rank(dx) - rank]
        if call.axis is not None:
            axes = call.axis if isinstance(call.axis, (tuple, list)) else (call.axis,)
            axes = tuple(int(axis) % rank - rank for axis in axes)
            return call.without("axis", "out")(**{name: dx, "axis": axes if len(axes) > 1 else axes[0]})
        flat = np.reshape(dx, (*lead, -1)) if np.size(dx) else np.reshape(dx, (*lead, 0))
        return np.reshape(call.without("axis", "out")(**{name: flat, "axis": -1}), lead + np.shape(y))

    return direct
