"""`hessian`, `hvp` and the second derivative along directions: Duals inside Duals, in one evaluation of f."""

import math

import numpy as np

from dualad import seeding
from dualad.dual import Dual
from dualad.errors import ShapeError
from dualad.levels import level_of, make, new_level
from dualad.operators.auxiliary import split_aux
from dualad.operators.blocks import LIMIT_BYTES, checked, ranges
from dualad.operators.columns import check_number
from dualad.operators.directional import check_pairs
from dualad.operators.notes import note
from dualad.operators.options import Options, named_after
from dualad.operators.stores import Gathered
from dualad.tangents import dense

SQUARE_BYTES = 2**22  # second tangents of one array in a block of "auto" size
THIN = 8  # outer and inner directions of a block, at least


def hessian(f, argnums=0, *, argnames=None, has_aux=False, holomorphic=False, chunk_size="auto", workers=None,
            progress=False, out=None):  # fmt: skip
    r"""Function that returns the Hessian of f, the matrix of second partial derivatives; f must return a number.

    Parameters
    ----------
    f, argnums, argnames, has_aux, holomorphic, workers, progress
        As in `jacobian`.
    chunk_size : int or "auto", optional
        The number k of columns in a block: f is evaluated once for each pair of blocks, in k times k directions.
    out : array, optional
        Of shape ``x.shape + x.shape``, where one array is differentiated by; filled block by block and returned.

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
    Forward over forward in k outer and k inner directions; of the blocks only those on and above the diagonal
    are computed. Small problems take one evaluation of f. Source: Griewank & Walther (2008), "Evaluating
    Derivatives", chapter 5 and section 13.

    Examples
    --------
    >>> hessian(lambda x: x[0] ** 2 * x[1])([3.0, 2.0])
    array([[4., 6.],
           [6., 0.]])
    """
    options = Options("hessian", argnums, argnames, has_aux, holomorphic, chunk_size, workers, progress, out)

    def transformed(*args, **kwargs):
        _, _, matrix, aux = evaluated(f, options, args, kwargs)
        return options.with_aux(matrix, aux)

    return named_after(f, transformed)


def value_gradient_and_hessian(f, argnums=0, *, argnames=None, has_aux=False, holomorphic=False, chunk_size="auto",
                               workers=None, progress=False, out=None):  # fmt: skip
    """As `hessian`, but the new function returns ``(f(x), gradient, hessian)``; with aux ``((f(x), aux), …)``.

    Examples
    --------
    >>> y, g, H = value_gradient_and_hessian(lambda x: x[0] ** 2 * x[1])([3.0, 2.0])
    >>> float(y), g
    (18.0, array([12.,  9.]))
    """
    options = Options("value_gradient_and_hessian", argnums, argnames, has_aux, holomorphic, chunk_size, workers,
                      progress, out)  # fmt: skip

    def transformed(*args, **kwargs):
        value, slope, matrix, aux = evaluated(f, options, args, kwargs)
        return options.with_aux(value, aux), slope, matrix

    return named_after(f, transformed)


def evaluated(f, options, args, kwargs):
    """Value, gradient, Hessian and aux from one pass over the pairs of blocks."""
    columns = options.columns(f, args, kwargs)
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
    return value, in_structure(slope.tangents()[0], columns), square.matrix(), aux


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
        result, aux = split_aux(columns.call(columns.rebuilt(leaves), a, b), columns.has_aux, inner)
        y, slope, _, second = four_parts(result, outer, inner)
        check_number(columns.operator, y, columns.leaves)
        slope = filled(slope, y, columns.lead(a, b))
        second = np.reshape(filled(second, y, (b - a, d - c)), (b - a, d - c))
        return (slope, second, None, None) if a or c else (slope, second, y, seeding.values_only(aux, outer))


def twice(leaves, first, second, outer, inner):
    """Duals of two levels of the leaves."""
    return [
        make(Dual, make(Dual, dense.owned(x), u, outer), v, inner)
        for x, u, v in zip(leaves, first, second, strict=True)
    ]


def four_parts(result, outer, inner):
    """Value, outer tangent, inner tangent and second tangent of one leaf of a result; None for what is zero."""
    value, tangent = seeding.split(result, inner)
    y, slope = seeding.split(value, outer)
    moved, second = (None, None) if tangent is None else seeding.split(tangent, outer)
    return y, slope, moved, second


def filled(tangent, y, lead):
    """The tangent, or zeros of the directions."""
    return seeding.tangent_or_zeros(y, tangent, lead)


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
            block = block / 2 + block.T / 2  # equal but for rounding
        if self.whole is None and b - a == d - c == self.columns.count:
            self.whole = block
            return
        if self.whole is None:
            self.whole = np.empty((self.columns.count,) * 2, dense.dtype_of(block))
        if level_of(block) > level_of(self.whole):
            self.whole = dense.raised(self.whole, block)
        self.whole[a:b, c:d] = block
        if a != c:
            self.whole[c:d, a:b] = block.T

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


def in_structure(vector, columns):
    """One number for each column in the structure and shapes of the arguments."""
    vector = np.reshape(vector, columns.count)
    parts = zip(columns.leaves, columns.slots(), strict=True)
    return columns.by_arguments([vector[slot].reshape(np.shape(x))[()] for x, slot in parts])


def hvp(f, *, has_aux=False, chunk_size="auto", workers=None, progress=False):
    """Function that returns the Hessian of f times a vector, without forming the Hessian; f must return a number.

    Parameters
    ----------
    f : callable
        Takes an array of shape S, or a container of arrays, and perhaps further arguments; returns a number.
    has_aux, chunk_size, workers, progress
        As in `jacobian`.

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
    One evaluation of f in all directions of x, each with its derivative along v: the time of two gradients in forward
    mode, and the memory of a vector where the Hessian needs that of a matrix. Source: Pearlmutter (1994), "Fast exact
    multiplication by the Hessian".

    Examples
    --------
    >>> hvp(lambda x: x[0] ** 2 * x[1])([1.0, 2.0], [1.0, 0.0])
    array([4., 2.])
    """
    options = Options("hvp", 0, None, has_aux, False, chunk_size, workers, progress)

    def transformed(x, v, *args, **kwargs):
        columns = options.columns(f, (x, *args), kwargs)
        directions = seeding.tangents_like(x, v, "v")
        moved = [seeding.direction_for(x, u, "v") for x, u in zip(columns.leaves, directions, strict=True)]
        pieces, products, aux = options.ranges(columns), Gathered(columns.count), None
        results = options.run(Along(columns, moved), pieces)
        for (start, stop), (product, found) in zip(pieces, results, strict=True):
            aux = found if start == 0 else aux
            products.put(start, stop, [product])
        return options.with_aux(in_structure(products.tangents()[0], columns), aux)

    return named_after(f, transformed)


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


def second_directional_derivative(f, primals, first, second=None, *, has_aux=False):
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
    try:
        result = f(*arguments)
    except Exception as error:
        note(error, "second_directional_derivative")
        raise
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
    moved = []
    for name, tangent in ((f"first[{i}]", u), (f"second[{i}]", v)):
        given = seeding.tangents_like(primal, tangent, name)
        moved.append([seeding.direction_for(x, t, name) for x, t in zip(leaves, given, strict=True)])
    return rebuild(twice(leaves, *moved, outer, inner))
