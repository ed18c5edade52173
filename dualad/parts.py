"""Looking inside a Dual, and the one sanctioned way to cut a derivative."""

from typing import Any

import numpy as np

from dualad import trees
from dualad.levels import Perturbed, primal_part
from dualad.objects import packed
from dualad.tangents import dense


def is_dual(x: object) -> bool:
    """Whether x is a Dual.

    Examples
    --------
    >>> is_dual(1.0)
    False
    """
    return isinstance(x, Perturbed)


def primal(x: Any) -> Any:
    """The value of the innermost level of x; x itself if it is not a Dual.

    Examples
    --------
    >>> from dualad import Dual
    >>> primal(Dual(2.0, 1.0))
    2.0
    """
    return x.primal if isinstance(x, Perturbed) else x


def tangent(x: Any) -> Any:
    """The tangent of the innermost level of x; zeros of the shape of x if it is not a Dual.

    Examples
    --------
    >>> from dualad import Dual
    >>> tangent(Dual(2.0, 1.0))
    1.0
    """
    return dense.settled(x) if isinstance(x, Perturbed) else dense.zeros(x if np.ndim(x) else float(x), ())


def stop_derivative(x: Any) -> Any:
    """The value of x as a constant, at every level: what ``detach`` or ``stop_gradient`` are elsewhere.

    Parameters
    ----------
    x : number, array, Dual, or a nested container of them

    Returns
    -------
    The plain value, in a container of the same structure; arrays are copied.

    Examples
    --------
    >>> from dualad import derivative
    >>> derivative(lambda x: x * stop_derivative(x))(3.0)
    3.0
    """
    leaves, rebuild = trees.flatten(x)
    return rebuild([_plain(leaf) for leaf in leaves])


def _plain(leaf):
    value = primal_part(packed(leaf) if isinstance(leaf, np.ndarray) else leaf)
    return value.copy() if isinstance(leaf, Perturbed) and isinstance(value, np.ndarray) else value
