"""`jvp`: value and directional derivative in one pass."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dualad import seeding
from dualad.doubles import DOUBLE, FLOATS
from dualad.dual import Dual
from dualad.errors import StructureError
from dualad.levels import make, new_level
from dualad.operators.auxiliary import split_aux
from dualad.operators.notes import called
from dualad.tangents import dense


def jvp(
    f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], *, has_aux: bool = False
) -> tuple[Any, ...]:
    r"""Value and directional derivative of f, in one pass: ``f(x)`` and ``f'(x) v``.

    Parameters
    ----------
    f : callable
        Takes ``len(primals)`` arguments: numbers, arrays, or nested containers of them.
    primals : tuple
        The arguments at which f is differentiated.
    tangents : tuple
        The direction: for each primal a tangent of the same structure and shapes, in units of the primal; or
        None for an argument that is a constant, which is passed on as it is.
    has_aux : bool, optional
        f returns ``(y, aux)``; aux is passed through without its derivative.

    Returns
    -------
    y, dy : the value of f and its derivative along the direction, both with the structure and shapes of f's result.
    aux : only with ``has_aux``.

    Raises
    ------
    StructureError, ShapeError
        Primals and tangents differ in number, structure or shape.

    Notes
    -----
    Costs two to three evaluations of f, more where f sorts or folds along an axis. Source: Griewank & Walther (2008),
    "Evaluating Derivatives", chapter 3.

    Examples
    --------
    >>> import numpy as np
    >>> y, dy = jvp(lambda x: x[0] * np.exp(x[1]), ([3.0, 0.0],), ([1.0, 2.0],))
    >>> float(y), float(dy)
    (3.0, 7.0)
    """
    check_pairs(primals, tangents)
    level = new_level()
    arguments = [seeded(x, v, level, i) for i, (x, v) in enumerate(zip(primals, tangents, strict=True))]
    result = called("jvp", 1, f, arguments, {})
    if type(result) is Dual and result.level == level and not has_aux:
        return result.primal, dense.settled(result)
    result, aux = split_aux(result, has_aux, level)
    pairs, rebuild = seeding.extract(result, level)
    y = rebuild([value for value, _ in pairs])
    dy = rebuild([seeding.tangent_or_zeros(value, tangent, ()) for value, tangent in pairs])
    return (y, dy, aux) if has_aux else (y, dy)


def check_pairs(primals, tangents):
    """Refuse what is no pair of tuples of one length."""
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise StructureError(
            "primals and tangents are tuples with one entry for each argument of f: write jvp(f, (x,), (v,))."
        )
    if len(primals) != len(tangents):
        raise StructureError(
            f"there are {len(primals)} primals and {len(tangents)} tangents: each argument of f needs one of both."
        )


def seeded(primal, tangent, level, i):
    """The argument number i with its direction: a Dual, or a tree of Duals."""
    kind = type(primal)
    if kind in FLOATS and type(tangent) in FLOATS:  # the two commonest cases first: operators run in inner loops
        return make(Dual, primal, kind(tangent), level)
    if kind is type(tangent):
        if kind is np.ndarray and primal.dtype is tangent.dtype is DOUBLE and primal.shape == tangent.shape:
            return make(Dual, primal.copy(), tangent.copy(), level)
    if tangent is None:
        return primal
    leaves, rebuild = seeding.active_leaves(primal, f"primals[{i}]")
    moved = seeding.directions_for(primal, leaves, tangent, f"tangents[{i}]")
    return rebuild(seeding.seed(leaves, moved, level))
