"""`hessian`: the matrix of second partial derivatives, in blocks, from Duals inside Duals."""

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from dualad import seeding
from dualad.errors import ShapeError
from dualad.levels import level_of, new_level
from dualad.operators import over_reverse, quick_second
from dualad.operators.auxiliary import split_aux
from dualad.operators.blocks import LIMIT_BYTES, Progress, Workers, checked, ranges
from dualad.operators.columns import check_number
from dualad.operators.notes import called
from dualad.operators.options import Options, named_after
from dualad.operators.reverse import checked_mode
from dualad.operators.stores import Gathered
from dualad.operators.twice import filled, four_parts, symmetric, twice
from dualad.tangents import dense

SQUARE_BYTES = 2**22  # second tangents of one array in a block of "auto" size
THIN = 8  # outer and inner directions of a block, at least


def hessian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
    chunk_size: int | Literal["auto"] = "auto",
    workers: Workers = None,
    progress: Progress = False,
    out: Any = None,
    mode: Literal["forward", "reverse", "auto"] = "auto",
) -> Callable[..., Any]:
    r"""Function that returns the Hessian of f, the matrix of second partial derivatives; f must return a number.

    Parameters
    ----------
    f, argnums, argnames, has_aux, holomorphic, workers, progress
        As in `jacobian`.
    chunk_size : int or "auto", optional
        The number k of columns in a block: f is evaluated once for each pair of blocks, in k times k directions.
    out : array, optional
        Of shape ``x.shape + x.shape``, where one array is differentiated by; filled block by block and returned.
    mode : {"forward", "reverse", "auto"}, optional
        "forward": two levels of directions, in time that grows as the square of the number of arguments. "reverse":
        directions through a gradient in reverse mode, in time that grows with their number, and with the memory of
        the recording. "auto" takes the second for more than 24 real arguments, if all of f can be recorded.

    Returns
    -------
    callable
        Takes the arguments of f and returns an array of shape ``x.shape + x.shape``, in units of f per unit of x
        squared; containers in the argument give containers of containers of such arrays. It is exactly symmetric.

    Raises
    ------
    ShapeError
        f does not return a number, or ``out`` does not fit.

    Notes
    -----
    In forward mode k outer and k inner directions; of the blocks only those on and above the diagonal are computed.
    In reverse mode blocks of k rows. Small problems take one evaluation of f, with hyper-dual numbers. Sources:
    Griewank & Walther (2008), "Evaluating Derivatives", sections 5.4 and 13; Fike & Alonso (2011), "The development of
    hyper-dual numbers for exact second-derivative calculations".

    Examples
    --------
    >>> hessian(lambda x: x[0] ** 2 * x[1])([3.0, 2.0])
    array([[4., 6.],
           [6., 0.]])
    """
    checked_mode(mode)
    options = Options("hessian", argnums, argnames, has_aux, holomorphic, chunk_size, workers, progress, out)

    def transformed(*args, **kwargs):
        _, _, matrix, aux = evaluated(f, options, mode, args, kwargs)
        return options.with_aux(matrix, aux)

    return named_after(f, transformed)


def value_gradient_and_hessian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
    chunk_size: int | Literal["auto"] = "auto",
    workers: Workers = None,
    progress: Progress = False,
    out: Any = None,
    mode: Literal["forward", "reverse", "auto"] = "auto",
) -> Callable[..., Any]:
    """As `hessian`, but the new function returns ``(f(x), gradient, hessian)``; with aux ``((f(x), aux), …)``.

    Examples
    --------
    >>> y, g, H = value_gradient_and_hessian(lambda x: x[0] ** 2 * x[1])([3.0, 2.0])
    >>> float(y), g
    (18.0, array([12.,  9.]))
    """
    checked_mode(mode)
    options = Options("value_gradient_and_hessian", argnums, argnames, has_aux, holomorphic, chunk_size, workers,
                      progress, out)  # fmt: skip

    def transformed(*args, **kwargs):
        value, slope, matrix, aux = evaluated(f, options, mode, args, kwargs)
        return options.with_aux(value, aux), slope, matrix

    return named_after(f, transformed)


def evaluated(f, options, mode, args, kwargs):
    """Value, gradient, Hessian and aux."""
    if options.are_simple() and mode != "reverse":
        seeds = quick_second.seeded_twice(args, options.argnums)
        if seeds is not None:
            return at_once(f, options, args, kwargs, *seeds)
    columns = options.columns(f, args, kwargs)
    return over_reverse.or_forward(
        columns,
        mode,
        over_reverse.FEW,
        lambda: from_strips(columns, options, mode),
        lambda: from_pairs(columns, options),
    )


def at_once(f, options, args, kwargs, seeded, outer, inner):
    """The same for one short vector, the commonest case, without the machinery for all others."""
    count = args[options.argnums].size
    result = called(options.operator, count, f, seeded, kwargs)
    found = quick_second.second_order(result, outer, inner)
    if found is not None:
        value, slope, second = found
        return value, slope, symmetric(second, second), None
    columns = options.columns(f, args, kwargs)
    slope, second, value, aux = Pair(columns).extracted(result, outer, inner, 0, count, 0, count)
    square = Square(columns, None)
    square.put(0, count, 0, count, second)
    return value, columns.in_structure(slope), square.matrix(), aux


def from_strips(columns, options, mode):
    """The same from blocks of rows, each a gradient in reverse mode in some directions."""
    pieces = over_reverse.strips(options.chunk_size, columns)
    square, (value, slope, aux) = Square(columns, options.out), (None, None, None)
    for (a, b), found in zip(pieces, options.run(over_reverse.Strip(columns, mode), pieces), strict=True):
        if a == 0:
            _, value, slope, aux = found
        square.put_rows(a, b, found[0])
    square.make_symmetric(pieces)
    return value, columns.in_structure(slope), square.matrix(), aux


def from_pairs(columns, options):
    """The same from one pass over the pairs of blocks, forward twice."""
    pieces = ranges(columns.count, width(options.chunk_size, columns.count, columns.column_bytes()))
    pairs = [(*first, *second) for i, first in enumerate(pieces) for second in pieces[i:]]
    square, slope = Square(columns, options.out), Gathered(columns.count)
    value = aux = None
    for (a, b, c, d), found in zip(pairs, options.run(Pair(columns), pairs), strict=True):
        if (a, c) == (0, 0):
            value, aux = found[2:]
        if a == c:
            slope.put(a, b, [found[0]])
        square.put(a, b, c, d, found[1])
    return value, columns.in_structure(slope.tangents()[0]), square.matrix(), aux


def width(chunk_size, count, column_bytes):
    """The number of directions of a block, for each of the two levels."""
    if chunk_size != "auto":
        return checked(chunk_size)
    fitting = max(THIN, math.isqrt(SQUARE_BYTES // max(1, column_bytes)))
    fitting = max(1, min(fitting, math.isqrt(LIMIT_BYTES // max(1, column_bytes))))
    number = max(1, -(-count // fitting))
    return max(1, -(-count // number))


class Pair:
    """The work on one pair of blocks: the outer directions from a to b, the inner ones from c to d."""

    def __init__(self, columns):
        self.columns = columns

    def __call__(self, a, b, c, d):
        """Gradient from a to b, Hessian block, and with the first pair value and aux."""
        columns, outer, inner = self.columns, new_level(), new_level()
        leaves = twice(columns.leaves, columns.seeds(a, b), columns.seeds(c, d), outer, inner)
        return self.extracted(columns.call(columns.rebuilt(leaves), a, b), outer, inner, a, b, c, d)

    def extracted(self, result, outer, inner, a, b, c, d):
        """The same from what f returned."""
        columns = self.columns
        result, aux = split_aux(result, columns.has_aux, inner)
        y, slope, _, second = four_parts(result, outer, inner)
        check_number(columns.operator, y, columns.leaves)
        slope = filled(slope, y, columns.lead(a, b))
        second = np.reshape(filled(second, y, (b - a, d - c)), (b - a, d - c))
        return (slope, second, None, None) if a or c else (slope, second, y, seeding.values_only(aux, outer))


class Square:
    """The matrix of second derivatives of all columns, filled by pairs of blocks."""

    def __init__(self, columns, out):
        self.columns, self.out = columns, out
        self.whole = None if out is None else self.checked(out)

    def checked(self, out):
        """The array of the user as a matrix."""
        shape = np.shape(self.columns.leaves[0]) * 2
        if len(self.columns.leaves) > 1 or np.shape(out) != shape:
            raise ShapeError(
                f"out has shape {np.shape(out)}, expected {shape}: the shape of the one array that "
                f"{self.columns.operator} differentiates by, twice."
            )
        matrix = np.reshape(out, (self.columns.count, self.columns.count))
        if not np.may_share_memory(matrix, out):
            raise ShapeError("out is no block of memory in C order: give np.empty(x.shape + x.shape) or a memmap.")
        return matrix

    def put(self, a, b, c, d, block):
        """Store one block, and its mirror image below the diagonal."""
        if a == c:
            block = symmetric(block, block)
        if self.whole is None and b - a == d - c == self.columns.count:
            self.whole = block
            return
        self.make_room(block)
        self.whole[a:b, c:d] = block
        if a != c:
            self.whole[c:d, a:b] = block.T

    def put_rows(self, a, b, rows):
        """Store the rows from a to b."""
        if b - a == self.columns.count and self.out is None:
            self.whole = rows
            return
        self.make_room(rows)
        self.whole[a:b] = rows

    def make_symmetric(self, pieces):
        """The mean of the matrix that came in rows and its mirror image, block by block."""
        for i, (a, b) in enumerate(pieces):
            for c, d in pieces[i:]:
                mean = symmetric(self.whole[a:b, c:d], self.whole[c:d, a:b])
                self.whole[a:b, c:d] = mean
                self.whole[c:d, a:b] = mean.T

    def make_room(self, block):
        """A matrix that can hold the block."""
        if self.whole is None:
            self.whole = np.empty((self.columns.count,) * 2, dense.dtype_of(block))
        if level_of(block) > level_of(self.whole):
            self.whole = dense.raised(self.whole, block)

    def matrix(self):
        """In the structure of the arguments, twice."""
        if self.out is not None:
            return self.out
        leaves, slots = self.columns.leaves, self.columns.slots()
        rows = [
            [
                self.whole[here, there].reshape(np.shape(x) + np.shape(z))[()]
                for z, there in zip(leaves, slots, strict=True)
            ]
            for x, here in zip(leaves, slots, strict=True)
        ]
        return self.columns.by_arguments([self.columns.by_arguments(row) for row in rows])
