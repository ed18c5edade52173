"""`flat_jacobian`: the one matrix that a linear solver wants, with the names of its rows and columns."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from dualad import trees
from dualad.errors import ShapeError
from dualad.operators.blocks import Progress, Workers
from dualad.operators.columns import element_names
from dualad.operators.options import Options, named_after


class FlatJacobian(NamedTuple):
    """A Jacobian as one matrix.

    Attributes
    ----------
    matrix : array, shape (number of results, number of arguments)
    rows, columns : list of str
        What each row and each column stands for, as a Python expression such as ``p['mass'][0]``.
    """

    matrix: Any
    rows: list[str]
    columns: list[str]


def flat_jacobian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
    chunk_size: int | Literal["auto"] = "auto",
    workers: Workers = None,
    progress: Progress = False,
    out: np.ndarray | None = None,
) -> Callable[..., Any]:
    """Function that returns the Jacobian of f as one matrix with names, whatever the structure of x and f(x).

    Parameters
    ----------
    f, argnums, argnames, has_aux, holomorphic, chunk_size, workers, progress
        As in `jacobian`.
    out : array of two axes, optional
        Filled block by block; it becomes the matrix.

    Returns
    -------
    callable
        Takes the arguments of f and returns ``FlatJacobian(matrix, rows, columns)``; the rows are the elements of
        the result and the columns those of the chosen arguments, leaf after leaf in C order.

    Raises
    ------
    ShapeError
        ``out`` does not have the shape of the matrix.

    Examples
    --------
    >>> def model(p, t):
    ...     return {"flux": p["k"] * t, "total": p["k"] + p["x"][0] * p["x"][1]}
    >>> J = flat_jacobian(model)({"k": 2.0, "x": [3.0, 5.0]}, 7.0)
    >>> J.matrix
    array([[7., 0., 0.],
           [1., 5., 3.]])
    >>> J.rows
    ["model['flux']", "model['total']"]
    >>> J.columns
    ["p['k']", "p['x'][0]", "p['x'][1]"]
    """
    options = Options("flat_jacobian", argnums, argnames, has_aux, holomorphic, chunk_size, workers, progress, out)

    def transformed(*args, **kwargs):
        columns = options.columns(f, args, kwargs)
        matrix = Matrix(columns.count, out)
        pieces = options.ranges(columns)
        value = aux = None
        for (start, stop), block in zip(pieces, options.run(columns.block, pieces), strict=True):
            if not start:
                _, value, aux = block
            matrix.put(start, stop, block[0], trees.flatten(value)[0])
        names = [name for of_leaf in row_names(f, value) for name in of_leaf]
        return options.with_aux(FlatJacobian(matrix.whole, names, columns.names()), aux)

    return named_after(f, transformed)


class Matrix:
    """The matrix, filled by columns."""

    def __init__(self, count, out):
        self.count, self.whole = count, out

    def put(self, start, stop, tangents, values):
        """Store one block of columns."""
        width = stop - start
        flat = [np.reshape(t, (width, np.size(value))) for t, value in zip(tangents, values, strict=True)]
        block = flat[0] if len(flat) == 1 else np.concatenate(flat, axis=1)
        if start == 0:
            self.check((block.shape[1], self.count))
        if self.whole is None and width == self.count:
            self.whole = block.T
            return
        if self.whole is None:
            self.whole = np.empty((self.count, block.shape[1]), block.dtype, like=block).T
        self.whole[:, start:stop] = block.T

    def check(self, shape):
        """Whether the matrix of the user fits."""
        if self.whole is not None and self.whole.shape != shape:
            raise ShapeError(f"out has shape {self.whole.shape}, expected {shape}: results times arguments.")


def row_names(f, value):
    """For each leaf of the result the names of its elements."""
    name = getattr(f, "__name__", "f")
    leaves, _ = trees.flatten(value)
    return element_names(trees.paths(value, name if name.isidentifier() else "f"), leaves)
