"""What the operators over all columns have in common: their options, and the run over the blocks."""

import functools

import numpy as np

from dualad.operators import blocks
from dualad.operators.arguments import Chosen
from dualad.operators.columns import Columns
from dualad.operators.stores import Gathered, Given


class Options:
    """The options of one operator, as the user gave them."""

    __slots__ = (
        "argnames",
        "argnums",
        "chunk_size",
        "has_aux",
        "holomorphic",
        "operator",
        "out",
        "progress",
        "workers",
    )

    def __init__(self, operator, argnums=0, argnames=None, has_aux=False, holomorphic=False, chunk_size="auto",
                 workers=None, progress=False, out=None):  # fmt: skip
        self.operator = operator
        self.argnums = checked_argnums(argnums)
        self.argnames = argnames
        self.has_aux = has_aux
        self.holomorphic = holomorphic
        self.chunk_size = chunk_size
        self.workers = workers
        self.progress = progress
        self.out = out

    def are_simple(self):
        """Whether the short way of `quick` may be tried."""
        return (
            type(self.argnums) is int
            and self.argnames is None
            and self.chunk_size == "auto"
            and self.workers is None
            and self.out is None
            and not self.has_aux
            and not self.holomorphic
            and not self.progress
        )

    def may_be_live(self, count):
        """Whether live tangents may carry all columns: there are many, and the user leaves the blocks to us."""
        return (
            count > blocks.FEW_COLUMNS
            and self.chunk_size == "auto"
            and self.workers is None
            and self.out is None
            and not self.progress
        )

    def columns(self, f, args, kwargs):
        """The chosen arguments of one call as columns."""
        chosen = Chosen(f, self.argnums, self.argnames, args, kwargs)
        columns = Columns(self.operator, chosen, self.has_aux, self.holomorphic)
        if self.workers is not None:
            columns.errors = np.geterr()
        return columns

    def ranges(self, columns, column_bytes=None):
        """The blocks of columns."""
        size = columns.column_bytes() if column_bytes is None else column_bytes
        return blocks.ranges(
            columns.count, blocks.columns_in_a_block(self.chunk_size, columns.count, size, self.workers)
        )

    def store(self, columns):
        """Where the blocks go."""
        return Gathered(columns.count) if self.out is None else Given(self.out, columns.leaves)

    def run(self, work, pieces):
        """The results of ``work`` for each piece, in order."""
        return blocks.run(work, pieces, self.workers, self.progress)

    def with_aux(self, result, aux):
        """The result, followed by aux if f has one."""
        return (result, aux) if self.has_aux else result


def checked_argnums(argnums):
    """One position or several, as they are."""
    for n in argnums if isinstance(argnums, (tuple, list)) else (argnums,):
        if not isinstance(n, (int, np.integer)) or isinstance(n, bool):
            raise TypeError(
                f"argnums={argnums!r} is no position of an argument, nor a tuple of them: name an argument by "
                "argnames='x', and call what the operator gives, gradient(f)(x)."
            )
    return argnums


def named_after(f, transformed):
    """Carry f's name and documentation, where it has them."""
    if not callable(f):
        raise TypeError(f"an operator takes a function and gives one, gradient(f)(x): {f!r} is no function.")
    try:
        return functools.wraps(f)(transformed)
    except (AttributeError, TypeError):
        return transformed
