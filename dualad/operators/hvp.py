"""`hvp`: the Hessian times a vector, without the Hessian."""

from collections.abc import Callable
from typing import Any, Literal

from dualad import seeding
from dualad.levels import new_level
from dualad.operators import over_reverse, quick_second
from dualad.operators.auxiliary import split_aux
from dualad.operators.blocks import Progress, Workers
from dualad.operators.columns import check_number
from dualad.operators.notes import called
from dualad.operators.options import Options, named_after
from dualad.operators.reverse import checked_mode
from dualad.operators.stores import Gathered
from dualad.operators.twice import filled, four_parts, twice
from dualad.tangents import dense


def hvp(
    f: Callable[..., Any],
    *,
    has_aux: bool = False,
    chunk_size: int | Literal["auto"] = "auto",
    workers: Workers = None,
    progress: Progress = False,
    mode: Literal["forward", "reverse", "auto"] = "auto",
) -> Callable[..., Any]:
    """Function that returns the Hessian of f times a vector, without forming the Hessian; f must return a number.

    Parameters
    ----------
    f : callable
        Takes an array of shape S, or a container of arrays, and perhaps further arguments; returns a number.
    has_aux, chunk_size, workers, progress
        As in `jacobian`.
    mode : {"forward", "reverse", "auto"}, optional
        "reverse" differentiates a gradient in reverse mode along v: a few evaluations of f, whatever the number of
        arguments, and the memory of a recording; it has no blocks. "auto" takes it for more than 128 real arguments,
        if all of f can be recorded. "forward" needs the time of a gradient in forward mode, twice, and its memory.

    Returns
    -------
    callable
        ``hvp(f)(x, v, *args)`` has the structure and shape of x, in units of f per unit of x squared, times the
        unit of v. The further arguments go to ``f(x, *args)``, as SciPy's ``hessp`` does it.

    Raises
    ------
    ShapeError
        f(x) is not a number, or v does not have the shape of x.

    Notes
    -----
    One evaluation of f, forward in all directions of x, each with its derivative along v, or along v alone with the
    gradient pulled back. Source: Pearlmutter (1994), "Fast exact multiplication by the Hessian".

    Examples
    --------
    >>> hvp(lambda x: x[0] ** 2 * x[1])([1.0, 2.0], [1.0, 0.0])
    array([4., 2.])
    """
    checked_mode(mode)
    options = Options("hvp", 0, None, has_aux, False, chunk_size, workers, progress)

    def transformed(x, v, *args, **kwargs):
        seeds = quick_second.seeded_along(x, v) if options.are_simple() and mode != "reverse" else None
        if seeds is not None:
            return at_once(f, x, args, kwargs, *seeds)
        columns = options.columns(f, (x, *args), kwargs)
        moved = seeding.directions_for(x, columns.leaves, v, "v")
        product, aux = over_reverse.or_forward(
            columns,
            mode,
            over_reverse.FEW_ALONG,
            lambda: over_reverse.gradients(columns, mode, moved, (), 0, columns.count)[2:],
            lambda: from_blocks(columns, options, moved),
        )
        return options.with_aux(columns.in_structure(product), aux)

    return named_after(f, transformed)


def at_once(f, x, args, kwargs, seeded, outer, inner):
    """The product for one short vector, the commonest case, without the machinery for all others."""
    result = called("hvp", x.size, f, (seeded, *args), kwargs)
    found = quick_second.second_order(result, outer, inner)
    if found is not None:
        return found[2][0]
    y, _, _, second = four_parts(split_aux(result, False, inner)[0], outer, inner)
    check_number("hvp", y, [x])
    return filled(second, y, (1, x.size))[0]


def from_blocks(columns, options, direction):
    """The product and aux, forward in blocks of columns."""
    pieces, products, aux = options.ranges(columns), Gathered(columns.count), None
    for (start, stop), (product, found) in zip(pieces, options.run(Along(columns, direction), pieces), strict=True):
        aux = found if start == 0 else aux
        products.put(start, stop, [product])
    return products.tangents()[0], aux


class Along:
    """The work on one block of columns, each with its derivative along one direction."""

    def __init__(self, columns, direction):
        self.columns, self.direction = columns, direction

    def __call__(self, start, stop):
        """The product from start to stop, and aux."""
        columns, outer, inner = self.columns, new_level(), new_level()
        leaves = twice(columns.leaves, map(dense.owned, self.direction), columns.seeds(start, stop), outer, inner)
        result, aux = split_aux(columns.call(columns.rebuilt(leaves), start, stop), columns.has_aux, inner)
        y, _, _, second = four_parts(result, outer, inner)
        check_number(columns.operator, y, columns.leaves)
        return filled(second, y, columns.lead(start, stop)), seeding.values_only(aux, outer)
