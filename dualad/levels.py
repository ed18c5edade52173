"""Perturbation levels: every operator call differentiates at a fresh one, the greatest is the innermost."""

import functools
import itertools
from typing import Any

HAND_MADE = 0  # the level of a Dual that the user writes down

_counter = itertools.count(HAND_MADE + 1)


def new_level():
    """A level greater than all levels handed out before in this process."""
    return next(_counter)


def leave_below(level):
    """Make all later levels greater than `level`, which came from another process."""
    while next(_counter) <= level:
        pass


class Perturbed:
    """What carries a primal and its tangent at one level; `dualad.Dual` is the only subclass."""

    __slots__ = ("level", "primal", "tangent")
    level: int
    primal: Any
    tangent: Any
    held: Any


# The same slot, where a subclass writes the tangent out when it is asked for.
Perturbed.held = vars(Perturbed)["tangent"]


class Expanded:
    """What carries a power series; see `dualad.series.coefficients`."""

    __slots__ = ()


@functools.cache
def dual_class():
    """`dualad.Dual`, for the modules that it is built on."""
    (only,) = Perturbed.__subclasses__()
    return only


def primal_part(x):
    """The plain value below all levels."""
    while isinstance(x, Perturbed):
        x = x.primal
    return x


def level_of(x):
    """The level of x, or -1 for a plain value."""
    return x.level if isinstance(x, Perturbed) else -1


def make(cls, primal, tangent, level):
    """A Dual of parts that are known to fit: no check, no copy."""
    dual = object.__new__(cls)
    dual.primal = primal
    dual.tangent = tangent
    dual.level = level
    return dual
