"""Functions that write into an array that they are given.

Each is run once on element numbers, to learn which value goes where. The assignment itself is that of a Dual,
which knows levels, directions and arrays that cannot hold a derivative.
"""

import numpy as np

from dualad.errors import LostDerivativeError
from dualad.levels import Perturbed, level_of
from dualad.objects import packed
from dualad.rules import calls
from dualad.rules.table import Rule, add, name_of
from dualad.tangents import dense


class Mutation(Rule):
    """A function that writes elements of the parameter ``values`` into the parameter ``target``."""

    kind = "mutation"

    def __init__(self, target, values):
        self.target = target
        self.values = values

    def apply(self, function, args, kwargs):
        call = calls.Call(function, args, kwargs)
        options = [name for name in call.given if name not in (self.target, self.values)]
        call = call.replace(**{name: calls.stripped(packed(call.given[name])) for name in options})
        target, values = call.given[self.target], packed(call.given[self.values])
        if _is_of_objects(target):
            elements = np.asarray(values) if isinstance(values, Perturbed) else values
            return call(**{self.values: elements})
        if level_of(values) > level_of(target):
            raise LostDerivativeError(
                f"{name_of(function)}: the array cannot hold the derivative of what is put into it. "
                "Create it with np.zeros_like(x) or np.zeros(n, like=x)."
            )
        if not isinstance(target, Perturbed):
            return call(**{self.values: values})
        written, source = self.places(call, target, values)
        if written.any():
            target[written] = np.ravel(values)[source[written]]
        return None

    def places(self, call, target, values):
        """Which elements are written to, and the number of the value that each gets."""
        casting = call.get("casting", "unsafe")
        np.copyto(np.empty(0, target.dtype), np.empty(0, dense.dtype_of(values)), casting=casting)
        numbers = np.arange(np.size(values)).reshape(np.shape(values))
        source = np.full(np.shape(target), -1)
        call.without("casting")(**{self.target: source, self.values: numbers})
        return source >= 0, source


def _is_of_objects(target):
    return isinstance(target, np.ndarray) and target.dtype == object


add(np.copyto, Mutation("dst", "src"))
add(np.put, Mutation("a", "v"))
add(np.place, Mutation("arr", "vals"))
add(np.putmask, Mutation("a", "values"))
add(np.fill_diagonal, Mutation("a", "val"))
add(np.put_along_axis, Mutation("arr", "values"))
