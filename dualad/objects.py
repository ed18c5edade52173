"""Object arrays of scalar Duals, which is what NumPy makes of Duals where it does not ask us.

``np.array([x[0], x[1]])`` and ``np.asarray(x)`` are not dispatched. They give object arrays whose elements
go on computing one by one; `pack` makes one Dual of such an array where the whole is needed.
"""

import numpy as np

from dualad.doubles import FLOATS
from dualad.errors import DtypeError
from dualad.levels import Perturbed, level_of, make, primal_part
from dualad.tangents import dense, entries
from dualad.tangents.symbolic import Symbolic


def unpack(dual):
    """An object array of scalar Duals: the answer to ``np.asarray(dual)``."""
    if type(dual.primal) in FLOATS or not dual.shape:
        array = np.empty((), dtype=object)
        number = dual[()] if isinstance(primal_part(dual), np.ndarray) else dual
        array.fill(number)  # an assignment would ask it for an array
        return array
    array = np.empty(dual.shape, dtype=object)
    for index in np.ndindex(*dual.shape):
        array[index] = dual[index]
    return array


def pack(array):
    """One Dual of an object array of Duals and numbers; an array of numbers if no Dual is in it."""
    elements = array.ravel().tolist()
    packed_numbers = _pack_numbers(elements, array.shape)
    if packed_numbers is not None:
        return packed_numbers
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


def _pack_numbers(elements, shape):
    """The same for double-precision numbers of one level, the case of loops; None if this is another case."""
    top = None
    values, tangents = [], []
    for x in elements:
        if isinstance(x, Perturbed):
            if top is None:
                top = x
                if isinstance(x, entries.WithEntries):
                    return entries.packed(elements, shape, x)
            if type(x.primal) not in FLOATS or x.level != top.level or type(x.tangent) is not type(top.tangent):
                return None
            values.append(x.primal)
            tangents.append(x.tangent)
        elif type(x) in FLOATS:
            values.append(x)
            tangents.append(None)
        else:
            return None
    if top is None:
        return None
    if type(top.tangent) in FLOATS:
        zero = 0.0
    elif type(top.tangent) is np.ndarray and len({t.shape for t in tangents if t is not None}) == 1:
        zero = np.zeros(top.tangent.shape)
    else:
        return None
    rows = np.array([zero if t is None else t for t in tangents])
    tangent = rows.reshape(shape) if rows.ndim == 1 else rows.T.reshape(rows.shape[1:] + shape)
    return make(type(top), np.array(values).reshape(shape), tangent, top.level)


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
