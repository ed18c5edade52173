"""Forward over reverse: gradients from one recorded evaluation, in several directions of the argument at once."""

import numpy as np

from dualad import seeding
from dualad.errors import DtypeError, LostDerivativeError, NoRuleError
from dualad.levels import new_level
from dualad.operators.blocks import checked, ranges
from dualad.operators.columns import check_number
from dualad.operators.linearized import Evaluation, whole
from dualad.operators.quick_second import SHORT
from dualad.tangents import dense

FEW = SHORT  # arguments: for a Hessian of up to so many two levels forward cost less than a recording
FEW_ALONG = 128  # the same for the product with one vector
RECORDED = 1000  # operations in f: with so many a recording in one block of directions stays below
LIMIT_BYTES = 2**28
REFUSED = (NoRuleError, LostDerivativeError)  # f cannot be recorded, or not in several directions of the argument


def is_chosen(mode, columns, few):
    """Whether gradients are to be pulled back."""
    if mode == "forward":
        return False
    is_real = all(dense.dtype_of(x).kind == "f" for x in columns.leaves)
    if mode == "reverse" and not is_real:
        raise DtypeError(f"{columns.operator}: the argument is complex, and mode='reverse' is for real ones.")
    return is_real and (mode == "reverse" or columns.count > few)


def or_forward(columns, mode, few, backward, forward):
    """What ``backward()`` finds where gradients are to be pulled back, and what ``forward()`` finds elsewhere."""
    if is_chosen(mode, columns, few):
        try:
            return backward()
        except REFUSED:
            if mode != "auto":
                raise
    return forward()


def strips(chunk_size, columns):
    """The blocks of directions."""
    if chunk_size != "auto":
        return ranges(columns.count, checked(chunk_size))
    width = max(1, LIMIT_BYTES // max(1, RECORDED * columns.column_bytes()))
    number = max(1, -(-columns.count // width))
    return ranges(columns.count, max(1, -(-columns.count // number)))


def gradients(columns, mode, seeds, lead, start, stop):
    """Value, gradient, its tangents in the directions ``lead``, and aux; gradients as vectors over all columns."""
    level = new_level()
    leaves = seeding.seed([dense.owned(x) for x in columns.leaves], seeds, level)
    evaluation = Evaluation(lambda *values: columns.call(values, start, stop), columns.rebuilt(leaves), columns.has_aux)
    value = evaluation.value()
    y, _ = seeding.split(value, level)
    check_number(columns.operator, y, columns.leaves)
    one = np.ones((), dense.dtype_of(y) if dense.dtype_of(y).kind == "f" else float)
    cotangents = evaluation.program.backward([one], is_last=True)
    slopes, moved = [], []
    for x, found in zip(evaluation.primals, cotangents, strict=True):
        found = whole(np.broadcast_to(one, np.shape(x)), found, ())  # of the dtype of y, as forward
        slope, tangent = seeding.split(found, level)
        slopes.append(np.reshape(slope, np.size(slope)))
        moved.append(np.reshape(seeding.tangent_or_zeros(slope, tangent, lead), (*lead, np.size(slope))))
        if mode == "auto" and (dense.has_nan(slopes[-1]) or dense.has_nan(moved[-1])):
            raise NoRuleError("backwards an infinite slope met a zero, or f is undefined here: forward knows which")
    aux = seeding.values_only(evaluation.aux, level)
    return y, np.concatenate(slopes), np.concatenate(moved, axis=-1), aux


class Strip:
    """The work on the rows of the Hessian from start to stop."""

    def __init__(self, columns, mode):
        self.columns, self.mode = columns, mode

    def __call__(self, start, stop):
        """The rows; with the first strip value, gradient and aux too."""
        columns = self.columns
        y, slope, rows, aux = gradients(
            columns, self.mode, columns.seeds(start, stop), columns.lead(start, stop), start, stop
        )
        rows = np.reshape(rows, (stop - start, columns.count))
        return (rows, None, None, None) if start else (rows, y, slope, aux)
