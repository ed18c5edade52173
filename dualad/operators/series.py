"""`taylor`: the coefficients of a power series along a direction, in one evaluation of f."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import seeding, trees
from dualad.operators.notes import called
from dualad.series.array import Series
from dualad.series.coefficients import ZERO


def taylor(f: Callable[[Any], Any], x: Any, v: Any, order: int) -> Any:
    r"""Taylor coefficients of ``t -> f(x + t v)`` at ``t = 0``: derivative number k over k!, for k = 0 to ``order``.

    Parameters
    ----------
    f : callable
        Takes one argument: a number, an array or a container of them.
    x : number, array or container
        The point.
    v : as x
        The direction, with the structure and shapes of x.
    order : int
        The number of the last coefficient.

    Returns
    -------
    array or container of arrays
        The structure of f's result, each array of shape ``(order + 1,) + shape``; the first is the value.

    Raises
    ------
    NoRuleError
        f uses a function whose rule power series do not follow. Nest `derivative` or `jvp` instead.
    StructureError, ShapeError
        v does not fit to x.

    Notes
    -----
    Truncated power series go through f once, at a cost that grows as ``order**2`` for each operation, where nested
    Duals grow as ``2**order``. Source: Griewank & Walther (2008), "Evaluating Derivatives", section 13.2.

    Examples
    --------
    >>> import numpy as np
    >>> taylor(np.exp, 0.0, 1.0, 4)
    array([1.        , 1.        , 0.5       , 0.16666667, 0.04166667])
    """
    order = operator.index(order)
    if order < 0:
        raise ValueError(f"order is {order}: it is the number of the last coefficient, 0 or more.")
    leaves, rebuild = seeding.active_leaves(x, "x")
    directions = seeding.directions_for(x, leaves, v, "v")
    series = rebuild([line(leaf, u, order) for leaf, u in zip(leaves, directions, strict=True)])
    result = called("taylor", 1, f, (series,), {})
    found, rebuild_result = trees.flatten(result)
    return rebuild_result([stacked(y, order) for y in found])


def line(x, v, order):
    """The series ``x + v t``."""
    return Series([x, v, *[ZERO] * (order - 1)][: order + 1])


def stacked(y, order):
    """All coefficients in one array, zeros for a constant."""
    if not isinstance(y, Series):
        y = Series([y, *[ZERO] * order])
    return np.stack([y.array(k) for k in range(order + 1)])
