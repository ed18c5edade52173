"""`second_directional_derivative`: the second derivative along two directions, in one pass."""

from collections.abc import Callable, Sequence
from typing import Any

from dualad import seeding
from dualad.levels import new_level
from dualad.operators.auxiliary import split_aux
from dualad.operators.directional import check_pairs
from dualad.operators.notes import called
from dualad.operators.twice import filled, twice


def second_directional_derivative(
    f: Callable[..., Any],
    primals: Sequence[Any],
    first: Sequence[Any],
    second: Sequence[Any] | None = None,
    *,
    has_aux: bool = False,
) -> tuple[Any, ...]:
    r"""Value of f and its second derivative along directions: ``f(x)`` and ``sum_ij f_ij u_i v_j``, in one pass.

    Parameters
    ----------
    f, primals, has_aux
        As in `jvp`; f may return anything, not only a number.
    first, second : tuple
        The directions u and v, as the tangents in `jvp`; v is u if it is not given.

    Returns
    -------
    y, d2y : the value of f and its second derivative, both with the structure and shapes of f's result.
    aux : only with ``has_aux``.

    Raises
    ------
    StructureError, ShapeError
        Primals and directions differ in number, structure or shape.

    Examples
    --------
    >>> y, d2y = second_directional_derivative(lambda x, y: x**2 * y, (3.0, 2.0), (1.0, 0.0), (0.0, 1.0))
    >>> y, float(d2y)
    (18.0, 6.0)
    """
    second = first if second is None else second
    check_pairs(primals, first)
    check_pairs(primals, second)
    outer, inner = new_level(), new_level()
    arguments = [
        along_both(*given, outer, inner, i) for i, given in enumerate(zip(primals, first, second, strict=True))
    ]
    result = called("second_directional_derivative", 1, f, arguments, {})
    result, aux = split_aux(result, has_aux, inner)
    pairs, rebuild = seeding.extract(result, inner)
    values = [seeding.split(value, outer)[0] for value, _ in pairs]
    seconds = [None if t is None else seeding.split(t, outer)[1] for _, t in pairs]
    d2y = rebuild([filled(second, y, ()) for y, second in zip(values, seconds, strict=True)])
    y = rebuild(values)
    return (y, d2y, seeding.values_only(aux, outer)) if has_aux else (y, d2y)


def along_both(primal, u, v, outer, inner, i):
    """The argument number i with two directions, at two levels."""
    if u is None and v is None:
        return primal
    leaves, rebuild = seeding.active_leaves(primal, f"primals[{i}]")
    first = seeding.directions_for(primal, leaves, u, f"first[{i}]")
    second = seeding.directions_for(primal, leaves, v, f"second[{i}]")
    return rebuild(twice(leaves, first, second, outer, inner))
