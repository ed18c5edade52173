"""Object arrays of scalar Duals, which is what NumPy makes of Duals where it does not ask us.

``np.array([x[0], x[1]])`` and ``np.asarray(x)`` are not dispatched. They give object arrays whose elements
go on computing one by one; `pack` makes one Dual of such an array where the whole is needed.
"""

import numpy as np

from dualad.errors import DtypeError
from dualad.levels import Perturbed, level_of, make, primal_part
from dualad.tangents import dense
from dualad.tangents.symbolic import Symbolic


def unpack(dual):
    """An object array of scalar Duals: the answer to ``np.asarray(dual)``."""
    if not dual.shape:
        array = np.empty(1, dtype=object)  # of one axis: assigning to a 0-d array would ask the Dual for an array
        array[0] = dual[()] if isinstance(primal_part(dual), np.ndarray) else dual
        return array.reshape(())
    array = np.empty(dual.shape, dtype=object)
    for index in np.ndindex(*dual.shape):
        array[index] = dual[index]
    return array


def pack(array):
    """One Dual of an object array of Duals and numbers; an array of numbers if no Dual is in it."""
    elements = array.ravel().tolist()
    top = max(elements, key=level_of, default=None)
    if not isinstance(top, Perturbed):
        return array
    level = top.level
    primals = [x.primal if level_of(x) == level else x for x in elements]
    tangents = [x.tangent if level_of(x) == level else None for x in elements]
    if any(dense.rank(x) for x in primals):
        raise DtypeError("an object array holds arrays, not numbers: build it with np.stack or np.concatenate.")
    lead = dense.common_directions(tangents, primals)
    primal = gather(primals, array.shape)
    zero = dense.zeros(dense.dtype_of(primal).type(0), lead)
    stacked = gather_tangents([zero if t is None else t for t in tangents], lead, array.shape)
    return make(type(top), primal, dense.fit(stacked, primal, lead), level)


def gather(numbers, shape):
    """An array or a Dual of the given shape from a list of numbers."""
    if any(isinstance(x, (Perturbed, Symbolic)) for x in numbers):
        return np.stack(numbers).reshape(shape)
    array = np.array(numbers)
    if array.dtype.kind not in "biufc":
        raise DtypeError(f"an array of Duals also holds {array.dtype} elements: only numbers can be computed with.")
    return (array if array.dtype.kind in "fc" else array.astype(float)).reshape(shape)


def gather_tangents(tangents, lead, shape):
    if not lead:
        return gather(tangents, shape)
    return np.stack(tangents, axis=-1).reshape(lead + shape)


def packed(x):
    """x, with an object array or a list of Duals made into one Dual; lists of numbers into an array."""
    kind = type(x)
    if kind is np.ndarray:
        return pack(x) if x.dtype == object else x
    if kind is list or kind is tuple:
        array = np.asarray(x)
        return pack(array) if array.dtype == object else array
    if isinstance(x, np.ndarray) and isinstance(x, (np.matrix, np.ma.MaskedArray)):
        remedy = "np.asarray(m)" if isinstance(x, np.matrix) else "m.filled(value) and np.where(mask, …)"
        raise DtypeError(
            f"{kind.__name__} does not mix with Duals: its own rules would drop the tangent. Use {remedy}."
        )
    return x
