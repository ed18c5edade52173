"""One row of the table of cases: a call, a smooth point, and the NumPy functions that it covers."""

import inspect
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Case:
    """``function(*at)`` is smooth around ``at``; `covers` names what the row stands for.

    second : False where second derivatives cannot be checked by differences of first ones.
    narrow : False where NumPy itself has no float32 or longdouble version, or changes the dtype.
    long : False where NumPy has a float32 version, but no longdouble one.
    """

    function: object
    at: tuple
    covers: tuple
    second: bool = True
    narrow: bool = True
    long: bool = True
    id: str = field(default="")

    @property
    def points(self):
        return [np.asarray(a) for a in self.at]


def row(function, *at, covers, second=True, narrow=True, long=True):
    """A case; its name is the text of its lambda."""
    covers = covers if isinstance(covers, tuple) else (covers,)
    return Case(function, at, covers, second, narrow, long, _text(function))


def _text(function):
    code = function.__code__
    return f"{inspect.getsource(function).strip().removeprefix('row(')[:60]}@{code.co_firstlineno}"


def matrix(*shape, seed=0, low=0.3, high=1.7):
    """Random numbers between two bounds, the same on each run; no two are close to each other."""
    size = int(np.prod(shape))
    rng = np.random.default_rng(seed + size)
    numbers = np.linspace(low, high, size) if size else np.zeros(0)
    return rng.permutation(numbers).reshape(shape)


def complexes(*shape, seed=0):
    """Random complex numbers away from the axes."""
    return matrix(*shape, seed=seed) + 1j * matrix(*shape, seed=seed + 1)
