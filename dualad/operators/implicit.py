"""Roots and fixed points from a solver of the user's own: the derivative by the implicit function theorem."""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import seeding, trees
from dualad.errors import ShapeError
from dualad.levels import level_of
from dualad.objects import packed
from dualad.operators.custom import joined
from dualad.operators.flat import flat_jacobian
from dualad.tangents import dense


def implicit_root(F: Callable[..., Any], solver: Callable[..., Any]) -> Callable[..., Any]:
    r"""Function that finds a root with the user's solver and is differentiable: x with ``F(x, *args) = 0``.

    Parameters
    ----------
    F : callable
        ``F(x, *args)`` is the residual, with as many numbers in it as x; written with NumPy.
    solver : callable
        ``solver(*args, **options)`` returns x, a number, an array or a container of arrays. It gets plain values and
        may be any program; what it iterates is not differentiated.

    Returns
    -------
    callable
        ``root(*args, **options)`` returns what the solver returns. It is differentiable by ``args``; keywords go to
        the solver alone.

    Raises
    ------
    ShapeError
        The residual has not as many numbers as x.
    numpy.linalg.LinAlgError
        The Jacobian of F by x is singular: the root has no derivative.

    Notes
    -----
    From ``F(x(a), a) = 0``: ``dx = -(dF/dx)**-1 dF/da da``, one linear solve for all directions; nested operators give
    the higher derivatives. The derivative is as accurate as the root. Source: Griewank & Walther (2008),
    "Evaluating Derivatives", chapter 15; Krantz & Parks (2003), "The Implicit Function Theorem".

    Examples
    --------
    >>> from dualad import derivative
    >>> root = implicit_root(lambda x, a: x * x - a, solver=lambda a: a**0.5)
    >>> float(derivative(root)(4.0)), float(derivative(root, order=2)(4.0))
    (0.25, -0.03125)
    """

    def root(*args, **options):
        return solved(F, solver, args, options)

    functools.update_wrapper(root, solver, assigned=("__name__", "__doc__"), updated=())
    return root


def implicit_fixed_point(g: Callable[..., Any], solver: Callable[..., Any]) -> Callable[..., Any]:
    """As `implicit_root`, for a fixed point: x with ``x = g(x, *args)``.

    Examples
    --------
    >>> import numpy as np
    >>> from dualad import derivative
    >>> def iterate(a):
    ...     x = 0.5
    ...     for _ in range(60):
    ...         x = np.cos(a * x)
    ...     return x
    >>> point = implicit_fixed_point(lambda x, a: np.cos(a * x), iterate)
    >>> round(float(derivative(point)(1.0)), 12)
    -0.297474341503
    """

    def residual(x, *args):
        images, _ = trees.flatten(g(x, *args))
        points, rebuild = trees.flatten(x)
        return rebuild([image - point for image, point in zip(images, points, strict=True)])

    return implicit_root(residual, solver)


def solved(F, solver, args, options):
    """The root as Duals of all levels in the arguments, the outermost first."""
    leaves, rebuild = trees.flatten(args)
    leaves = [packed(x) if type(x) is np.ndarray else x for x in leaves]
    level = max(map(level_of, leaves), default=-1)
    if level < 0:
        return solver(*args, **options)
    primals = [x.primal if level_of(x) == level else x for x in leaves]
    x = solved(F, solver, rebuild(primals), options)
    unknowns, rebuild_x = seeding.active_leaves(x, "the result of the solver")
    x = rebuild_x(unknowns)
    lead = dense.common_directions([dense.settled(t) if level_of(t) == level else None for t in leaves], primals)
    moved = displacement(F, x, unknowns, args, rebuild(primals), level, lead)
    return joined(x, moved, lead, level, "implicit_root")


def displacement(F, x, unknowns, args, primals, level, lead):
    """The tangents of the leaves of x: minus the Jacobian by x, inverted, times the derivative by the arguments."""
    matrix = flat_jacobian(F)(x, *primals).matrix
    count = sum(np.size(u) for u in unknowns)
    if matrix.shape != (count, count):
        raise ShapeError(
            f"F(x, *args) has {matrix.shape[0]} numbers and x has {count}: give one equation for each unknown."
        )
    pairs, _ = seeding.extract(F(x, *args), level)
    parts = [np.reshape(seeding.tangent_or_zeros(y, t, lead), (*lead, np.size(y))) for y, t in pairs]
    right = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)
    try:
        dx = -np.linalg.solve(matrix, np.moveaxis(right, -1, 0))
    except np.linalg.LinAlgError as error:
        error.add_note("dualad.implicit_root: the Jacobian of F by x is singular, so the root has no derivative.")
        raise
    dx = np.moveaxis(dx, 0, -1)
    stops = np.cumsum([np.size(u) for u in unknowns])
    return [
        np.reshape(dx[..., stop - np.size(u) : stop], (*lead, *np.shape(u)))[()]
        for u, stop in zip(unknowns, stops, strict=True)
    ]
