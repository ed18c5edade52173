"""Jacobians from one recorded evaluation: ``mode="reverse"`` by rows, "auto" by the fewer of rows and columns."""

import numpy as np

from dualad import seeding, trees
from dualad.errors import DtypeError, ShapeError
from dualad.operators import blocks
from dualad.operators.arguments import Chosen
from dualad.operators.linearized import Evaluation, pulled, whole
from dualad.operators.options import named_after
from dualad.operators.stores import Gathered, Given, rank_of_block, split
from dualad.tangents import dense
from dualad.tangents.matrix_products import spare_memory
from dualad.tangents.symbolic import SPARE

MODES = ("forward", "reverse", "auto")
_BLOCK = 2**22  # elements of cotangents that are pulled back at once


def checked_mode(mode):
    """The mode, which must be one of `MODES`."""
    if mode not in MODES:
        raise ValueError(f"mode is {mode!r}: it is 'forward', 'reverse' or 'auto'.")
    return mode


def check_workers(workers, mode):
    """What was recorded stays in this process: threads can work on it."""
    blocks.check_workers(workers)
    if workers is None or isinstance(workers, int):
        return
    from concurrent.futures import ThreadPoolExecutor

    if not isinstance(workers, ThreadPoolExecutor):
        raise ValueError(
            f"workers is a {type(workers).__name__}, and with mode={mode!r} it is a number of threads or a "
            "concurrent.futures.ThreadPoolExecutor: what f recorded cannot be sent to another process. "
            "Use mode='forward' with it."
        )


def by_recording(f, mode, number_out, with_value, options):
    """The function behind `jacobian` and `gradient` (``number_out``) for the modes other than "forward"."""
    checked_mode(mode)
    check_workers(options.workers, mode)

    spare = []

    def transformed(*args, **kwargs):
        chosen = Chosen(f, options.argnums, options.argnames, args, kwargs)
        token = SPARE.set(spare)
        try:
            evaluation = Evaluation(lambda *values: chosen.call(values), chosen.values(), options.has_aux)
        finally:
            SPARE.reset(token)
        check(evaluation, number_out, options.holomorphic)
        find = from_rows if by_rows(evaluation, mode) else from_columns
        found = find(evaluation, options)
        spare[:] = spare_memory(evaluation.program.nodes)
        if options.out is not None:
            matrix = options.out
        else:
            matrix = evaluation.rebuild_result([chosen.together(evaluation.grouped(parts)) for parts in found])
        value = evaluation.value()
        if with_value:
            return options.with_aux(value, evaluation.aux), matrix
        return options.with_aux(matrix, evaluation.aux)

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


def given(evaluation, options):
    """The user's arrays, one for each leaf of the result and each of the arguments; None if there are none."""
    if options.out is None:
        return None
    arrays = Given(options.out, evaluation.primals)
    lead = (1,) * rank_of_block(evaluation.primals)
    kinds = [np.result_type(derivative_dtype(v), *map(dense.dtype_of, evaluation.primals)) for v in evaluation.values]
    arrays.check([np.zeros(lead + np.shape(v), kind) for v, kind in zip(evaluation.values, kinds, strict=True)])
    return arrays


def derivative_dtype(value):
    dtype = dense.dtype_of(value)
    return dtype if dtype.kind in "fc" else np.dtype(float)


# rows


def from_rows(evaluation, options):
    """``found[i][j]``: the derivative of value i by primal j, of both shapes; None where the user's arrays have it."""
    values, primals = evaluation.values, evaluation.primals
    if len(values) == 1 and np.size(values[0]) == 1 and options.are_simple():
        rows = Rows(evaluation, is_last=True)(0, 0, 1)
        return [[in_shape(row, np.shape(values[0]) + np.shape(x)) for row, x in zip(rows, primals, strict=True)]]
    out = given(evaluation, options)
    pieces = [
        (i, start, stop)
        for i, value in enumerate(values)
        for start, stop in blocks.ranges(np.size(value), width(value, primals, options))
    ]
    if len(pieces) > 1:
        evaluation.program.simplify()  # before threads may do so
    work = Rows(evaluation, is_last=len(pieces) == 1)
    parts = [[[] for _ in primals] for _ in values]
    for (i, start, stop), rows in zip(pieces, options.run(work, pieces), strict=True):
        for j, block in enumerate(rows):
            if out is None:
                parts[i][j].append(block)
            else:
                out.targets[i * len(primals) + j][places(values[i], start, stop)] = block
    if out is not None:
        return None
    return [
        [in_shape(joined(own), np.shape(v) + np.shape(x)) for own, x in zip(of_value, primals, strict=True)]
        for of_value, v in zip(parts, values, strict=True)
    ]


def width(value, primals, options):
    """How many rows are pulled back at once."""
    if options.chunk_size != "auto":
        return blocks.checked(options.chunk_size)
    return max(1, _BLOCK // max(1, *map(np.size, primals), np.size(value)))


def places(value, start, stop):
    """The index of the elements ``start`` to ``stop`` of a value, counted flat; all of it for the only row."""
    return ... if np.size(value) == 1 else np.unravel_index(np.arange(start, stop), np.shape(value))


def in_shape(block, shape):
    return block if np.shape(block) == shape else np.reshape(block, shape)


class Rows:
    """Some rows of the derivative of one value by each primal; the only row has no axis for it."""

    def __init__(self, evaluation, is_last):
        self.evaluation = evaluation
        self.is_last = is_last

    def __call__(self, i, start, stop):
        evaluation = self.evaluation
        dtype = dense.dtype_of(evaluation.values[i])
        rows = self.pulled(i, start, stop, 1)
        if dtype.kind != "c":
            return rows
        if any(dense.dtype_of(x).kind == "c" for x in evaluation.primals):
            return [np.conjugate(block) for block in rows]  # the adjoint of J is conj(J).T
        return [a + 1j * b for a, b in zip(rows, self.pulled(i, start, stop, 1j), strict=True)]

    def pulled(self, i, start, stop, unit):
        evaluation = self.evaluation
        value = evaluation.values[i]
        dtype = derivative_dtype(value)
        if start == stop:
            return [np.zeros((0, *np.shape(x)), dense.dtype_of(x)) for x in evaluation.primals]
        if np.size(value) == 1:
            u, lead = np.full(np.shape(value), unit, dtype), ()
        else:
            (u,) = seeding.basis([value if hasattr(value, "dtype") else np.asarray(value)], start, stop)
            u, lead = unit * u, (stop - start,)
        cotangents = [None] * len(evaluation.values)
        cotangents[i] = u
        return pulled(evaluation, cotangents, lead, self.is_last and dtype.kind == "f")


# columns


def from_columns(evaluation, options):
    """The same, from directions pushed forward."""
    primals = evaluation.primals
    count = sum(map(np.size, primals))
    store = given(evaluation, options) or Gathered(count)
    evaluation.program.simplify()
    at_once = max(1, count) if options.chunk_size == "auto" else blocks.checked(options.chunk_size)
    pieces = blocks.ranges(count, at_once)
    for (start, stop), tangents in zip(pieces, options.run(Columns(evaluation, count), pieces), strict=True):
        store.put(start, stop, tangents)
    if options.out is not None:
        return None
    return [
        split(t, np.shape(v), primals, has_lead=count != 1)
        for v, t in zip(evaluation.values, store.tangents(), strict=True)
    ]


class Columns:
    """The tangents of all values along some columns; the only column has no axis for it."""

    def __init__(self, evaluation, count):
        self.evaluation = evaluation
        self.count = count

    def __call__(self, start, stop):
        evaluation = self.evaluation
        if self.count == 1:
            seeds, lead = seeding.sole_direction(evaluation.primals), ()
        else:
            seeds, lead = seeding.basis(evaluation.primals, start, stop), (stop - start,)
        pushed = zip(evaluation.values, evaluation.program.forward(seeds), strict=True)
        return [whole(value, t, lead) for value, t in pushed]


def joined(parts):
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
