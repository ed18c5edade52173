"""Jacobians from one recorded evaluation: ``mode="reverse"`` by rows, "auto" by the fewer of rows and columns."""

import numpy as np

from dualad import seeding, trees
from dualad.errors import DtypeError, ShapeError
from dualad.operators.arguments import Chosen
from dualad.operators.linearized import Evaluation, pulled, whole
from dualad.operators.options import named_after
from dualad.tangents import dense

MODES = ("forward", "reverse", "auto")
_BLOCK = 2**22  # elements of cotangents that are pulled back at once


def checked_mode(mode):
    """The mode, which must be one of `MODES`."""
    if mode not in MODES:
        raise ValueError(f"mode is {mode!r}: it is 'forward', 'reverse' or 'auto'.")
    return mode


def by_recording(f, mode, number_out, with_value, argnums=0, argnames=None, has_aux=False, holomorphic=False):
    """The function behind `jacobian` and `gradient` (``number_out``) for the modes other than "forward"."""
    checked_mode(mode)

    def transformed(*args, **kwargs):
        chosen = Chosen(f, argnums, argnames, args, kwargs)
        evaluation = Evaluation(lambda *values: chosen.call(values), chosen.values(), has_aux)
        check(evaluation, number_out, holomorphic)
        matrix = Assembled(evaluation, chosen, by_rows(evaluation, mode)).matrix()
        value = evaluation.value()
        if with_value:
            return ((value, evaluation.aux) if has_aux else value), matrix
        return (matrix, evaluation.aux) if has_aux else matrix

    return named_after(f, transformed)


def check_kinds(evaluation, holomorphic):
    """Complex arguments must be asked for; returns whether any is complex."""
    is_complex = [dense.dtype_of(x).kind == "c" for x in evaluation.primals]
    if any(is_complex) and not holomorphic:
        raise DtypeError(
            "the argument is complex: a Jacobian exists for holomorphic f only. Pass holomorphic=True if f is, "
            "else differentiate by real and imaginary part, or use vjp for the gradient of a real function."
        )
    if holomorphic and not all(is_complex):
        raise DtypeError("holomorphic=True needs complex arguments: pass x + 0j.")
    return any(is_complex)


def check(evaluation, number_out, holomorphic):
    """The conditions on arguments and results that forward mode has."""
    is_complex = check_kinds(evaluation, holomorphic)
    if not number_out:
        return
    value = evaluation.value()
    if not trees.is_numeric(value) or np.shape(value) != ():
        described = f"an array of shape {np.shape(value)}" if hasattr(value, "shape") else f"a {type(value).__name__}"
        raise ShapeError(
            f"gradient needs a function that returns a number; f returned {described}. "
            "Use jacobian, or reduce the result, for example with np.sum."
        )
    if dense.dtype_of(value).kind == "c" and not is_complex:
        raise DtypeError("gradient needs a real function of real arguments; f returned a complex number. Use jacobian.")


def by_rows(evaluation, mode):
    """Whether rows are pulled back, rather than columns pushed forward."""
    rows = sum(map(np.size, evaluation.values))
    return mode == "reverse" or rows < sum(map(np.size, evaluation.primals))


class Assembled:
    """The blocks ``d values[i] / d primals[j]`` of a recorded evaluation, put into the containers of both."""

    def __init__(self, evaluation, chosen, rows):
        self.evaluation = evaluation
        self.chosen = chosen
        self.blocks = self._from_rows() if rows else self._from_columns()

    def matrix(self):
        """For each leaf of the result the tree of its derivatives by the chosen arguments."""
        evaluation = self.evaluation
        rebuilt = [self.chosen.together(evaluation.grouped(blocks)) for blocks in self.blocks]
        return evaluation.rebuild_result(rebuilt)

    def _from_rows(self):
        evaluation = self.evaluation
        result = []
        for i, value in enumerate(evaluation.values):
            blocks = self._pulled(i, value, 1)
            if dense.dtype_of(value).kind == "c":
                if any(dense.dtype_of(x).kind == "c" for x in evaluation.primals):
                    blocks = [np.conjugate(block) for block in blocks]  # the adjoint of J is conj(J).T
                else:
                    blocks = [a + 1j * b for a, b in zip(blocks, self._pulled(i, value, 1j), strict=True)]
            result.append(blocks)
        return result

    def _pulled(self, i, value, unit):
        """The rows of one result, of shape ``value.shape + primal.shape`` for each primal."""
        evaluation = self.evaluation
        dtype = dense.dtype_of(value)
        none = [None] * len(evaluation.values)
        if np.size(value) == 1:
            u = np.full(np.shape(value), unit, dtype if dtype.kind in "fc" else float)
            is_last = len(evaluation.values) == 1 and dtype.kind == "f"
            found = pulled(evaluation, [*none[:i], u, *none[i + 1 :]], (), is_last)
            return [
                np.reshape(w, np.shape(value) + np.shape(x)) if np.shape(value) else w
                for x, w in zip(evaluation.primals, found, strict=True)
            ]
        step = max(1, _BLOCK // max(1, *map(np.size, evaluation.primals), np.size(value)))
        parts = []
        for start in range(0, np.size(value), step):
            stop = min(start + step, np.size(value))
            (u,) = seeding.basis([np.asarray(value)] if not hasattr(value, "dtype") else [value], start, stop)
            parts.append(pulled(evaluation, [*none[:i], unit * u, *none[i + 1 :]], (stop - start,)))
        if not parts:
            parts = [[np.zeros((0, *np.shape(x)), dense.dtype_of(x)) for x in evaluation.primals]]
        return [
            np.reshape(joined(rows), np.shape(value) + np.shape(x))
            for x, rows in zip(evaluation.primals, zip(*parts, strict=True), strict=True)
        ]

    def _from_columns(self):
        evaluation = self.evaluation
        columns = sum(map(np.size, evaluation.primals))
        seeds = seeding.basis(evaluation.primals, 0, columns)
        pushed = zip(evaluation.values, evaluation.program.forward(seeds), strict=True)
        result = []
        for value, t in pushed:
            matrix = np.moveaxis(whole(value, t, (columns,)), 0, -1)
            blocks, first = [], 0
            for x in evaluation.primals:
                blocks.append(matrix[..., first : first + np.size(x)].reshape(np.shape(value) + np.shape(x)))
                first += np.size(x)
            result.append(blocks)
        return result


def joined(parts):
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
