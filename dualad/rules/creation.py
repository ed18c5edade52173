"""Arrays made to be like a Dual can hold its derivatives: their tangents start at zero."""

import numpy as np

from dualad.levels import Perturbed, primal_part
from dualad.objects import packed
from dualad.rules import calls
from dualad.rules.kinds import composed
from dualad.rules.table import Rule, add
from dualad.tangents import dense


class Creation(Rule):
    """A function with ``like=``: NumPy asks the array given there, which makes room for its levels."""

    kind = "creation"

    def create(self, like, function, args, kwargs):
        made = function(*args, **kwargs)
        if kwargs.get("dtype") is None:
            made = packed(made)  # np.array([x[0], x[1]], like=x)
        return room(made, like)


class Full(Creation):
    """`numpy.full`, where the fill value may be a Dual: the array has room for its levels too."""

    def create(self, like, function, args, kwargs):
        call = calls.Call(function, args, kwargs)
        fill_value = packed(call.fill_value)
        made = room(room(call(fill_value=calls.stripped(fill_value)), fill_value), like)
        if isinstance(fill_value, Perturbed) and isinstance(made, Perturbed):
            made[...] = fill_value
        return made


def room(array, like):
    """The array with zero tangents for all levels of ``like``, if it can have a derivative at all."""
    if isinstance(array, Perturbed) or dense.dtype_of(array).kind not in "fc":
        return array
    return dense.raised(array, like)


def _like(function):
    def made_like(prototype, *args, **kwargs):
        prototype_value = primal_part(prototype)
        return room(function(prototype_value, *args, **kwargs), prototype)

    return made_like


def full_like(a, fill_value, *args, **kwargs):
    """`numpy.full_like`, where the fill value may be a Dual."""
    made = np.empty_like(a, *args, **kwargs)
    made = room(made, fill_value)
    made[...] = fill_value
    return made


for _function in (np.zeros_like, np.ones_like, np.empty_like):
    composed(_function, _like(_function), "creation")
composed(np.full_like, full_like, "creation")

for _function in (np.zeros, np.ones, np.empty, np.eye, np.identity, np.arange, np.tri, np.array, np.asarray,
                  np.asanyarray, np.ascontiguousarray, np.asfortranarray, np.fromfunction, np.fromiter):  # fmt: skip
    add(_function, Creation())
add(np.full, Full())
