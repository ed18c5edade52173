"""`jvp`: value and directional derivative in one pass."""

from collections.abc import Callable, Sequence
from typing import Any

from dualad import seeding
from dualad.errors import StructureError
from dualad.levels import new_level
from dualad.operators.auxiliary import split_aux


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
        The direction: for each primal a tangent of the same structure and shapes. In units of the primals.
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
    Costs two to three evaluations of f. Source: Griewank & Walther (2008), "Evaluating Derivatives", chapter 3.

    Examples
    --------
    >>> import numpy as np
    >>> y, dy = jvp(lambda x: x[0] * np.exp(x[1]), ([3.0, 0.0],), ([1.0, 2.0],))
    >>> float(y), float(dy)
    (3.0, 7.0)
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise StructureError(
            "primals and tangents are tuples with one entry for each argument of f: write jvp(f, (x,), (v,))."
        )
    if len(primals) != len(tangents):
        raise StructureError(
            f"there are {len(primals)} primals and {len(tangents)} tangents: each argument of f needs one of both."
        )
    level = new_level()
    arguments = [
        _seeded(x, v, level, f"primals[{i}]", f"tangents[{i}]")
        for i, (x, v) in enumerate(zip(primals, tangents, strict=True))
    ]
    result, aux = split_aux(f(*arguments), has_aux, level)
    pairs, rebuild = seeding.extract(result, level)
    y = rebuild([value for value, _ in pairs])
    dy = rebuild([seeding.tangent_or_zeros(value, tangent, ()) for value, tangent in pairs])
    return (y, dy, aux) if has_aux else (y, dy)


def _seeded(primal, tangent, level, primal_name, tangent_name):
    seeding.same_structure(primal, tangent, tangent_name)
    leaves, rebuild = seeding.active_leaves(primal, primal_name)
    directions, _ = seeding.active_leaves(tangent, tangent_name)
    moved = [seeding.direction_for(x, v, tangent_name) for x, v in zip(leaves, directions, strict=True)]
    return rebuild(seeding.seed(leaves, moved, level))
