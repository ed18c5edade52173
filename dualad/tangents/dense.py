"""Dense tangents: an array of shape ``directions + primal.shape``, where directions is () or (K,).

This is the only module that knows about the direction axis. Everything else counts axes from the end.
"""

import math
import sys

import numpy as np
from numpy.lib.stride_tricks import as_strided

from dualad.doubles import NUMBERS
from dualad.errors import ShapeError
from dualad.levels import HAND_MADE, Perturbed, dual_class, make, primal_part
from dualad.references import ATTRIBUTE_AND_VARIABLE
from dualad.tangents.identity import WithIdentity
from dualad.tangents.rows import Rows
from dualad.tangents.symbolic import Symbolic

LENT_FROM = 8192  # bytes: a smaller array is copied in the time of the questions


def rank(x):
    """The number of axes of a number, an array or a Dual."""
    return getattr(x, "ndim", 0)


def shape_of(x):
    """The shape of a number, an array or a Dual, which `numpy.shape` would ask through its dispatch."""
    return getattr(x, "shape", ())


def directions(tangent, primal):
    """() for one direction, (K,) for K at once."""
    count = rank(tangent) - rank(primal)
    return tangent.shape[:count] if count else ()


def align(tangent, x_rank, y_rank):
    """Insert axes behind the direction axis, so that the tangent broadcasts as its primal would."""
    lead = rank(tangent) - x_rank
    if lead == 0 or x_rank >= y_rank:
        return tangent
    shape = tangent.shape
    return tangent.reshape(shape[:lead] + (1,) * (y_rank - x_rank) + shape[lead:])


def common_directions(tangents, primals):
    """The directions that all active tangents share; different numbers of directions do not mix."""
    found = None
    for dx, x in zip(tangents, primals, strict=True):
        if dx is None:
            continue
        here = directions(dx, x)
        if found is not None and here != found:
            raise ShapeError(
                f"Duals of one level carry {_say(found)} and {_say(here)}: their tangents cannot be added. "
                "Give all hand-made Duals of a level the same number of directions."
            )
        found = here
    return found


def lead_of(tangents, values):
    """The directions of the first active tangent in nested lists of them."""
    for dx, x in zip(tangents, values, strict=True):
        if isinstance(dx, list):
            found = lead_of(dx, x)
            if found is not None:
                return found
        elif dx is not None:
            return directions(dx, x)
    return None


def _say(lead):
    return f"{lead[0]} directions" if lead else "one direction"


def dtype_of(x):
    """The dtype of a number, an array or a Dual."""
    try:
        return x.dtype
    except AttributeError:
        return np.dtype(type(x))


def zeros(y, lead):
    """A tangent of zeros for the primal y."""
    if lead == () and rank(y) == 0 and not hasattr(y, "shape"):
        return type(y)(0)
    dtype = dtype_of(y)
    shape = lead + shape_of(y)
    return np.zeros(shape, dtype) if shape or isinstance(y, np.ndarray) else dtype.type(0)


def owned(tangent):
    """A copy, where the tangent is an array that something else may write to."""
    return tangent if rank(tangent) == 0 and not isinstance(tangent, np.ndarray) else tangent.copy()


def fit(tangent, y, lead):
    """Broadcast and cast, so that the tangent has the shape and the dtype that belong to y."""
    shape = lead + shape_of(y)
    if shape_of(tangent) != shape:
        is_array = not isinstance(tangent, (Symbolic, Rows))
        tangent = np.broadcast_to(tangent, shape).copy() if is_array else tangent.broadcast(shape)
    if dtype_of(tangent) != dtype_of(y):
        tangent = cast(tangent, dtype_of(y))
    if shape or isinstance(tangent, (Perturbed, Symbolic)):
        return tangent
    if type(tangent) is float and type(y) is np.float64:
        return np.float64(tangent)  # a Python float would yield to the type of a float32 that it meets
    return (
        np.asarray(tangent)
        if isinstance(y, np.ndarray)
        else tangent[()]
        if isinstance(tangent, np.ndarray)
        else tangent
    )


def laid_out_as(tangent, y):
    """The tangent of a new array y in the memory layout of y, so that what views y can view the tangent too."""
    if isinstance(tangent, Symbolic):
        return tangent.copy()
    if rank(y) < 2:
        return tangent
    y = primal_part(y)
    if isinstance(tangent, Perturbed):
        parts = laid_out_as(tangent.primal, y), laid_out_as(tangent.tangent, y)
        return make(type(tangent), *parts, tangent.level)
    if not (isinstance(y, np.ndarray) and isinstance(tangent, np.ndarray)):
        return tangent
    if y.flags.c_contiguous:
        return tangent if tangent.flags.c_contiguous else tangent.copy()
    lead = tangent.ndim - y.ndim
    axes = sorted(range(y.ndim), key=lambda i: -abs(y.strides[i]))
    order = (*range(lead), *(lead + i for i in axes))
    ordered = tangent.transpose(order)
    if ordered.flags.c_contiguous:
        return tangent
    return ordered.copy().transpose(np.argsort(order))


def settled(x):
    """The tangent of a Dual, as an array that it holds from now on: others may view it, or write to it."""
    dx = x.tangent
    if type(dx) is np.ndarray:
        if not dx.flags.writeable and dx.base is None and x.primal.flags.writeable:
            x.tangent = dx = dx.copy()  # it was lent
    elif type(dx) is Rows:
        x.tangent = dx = laid_out_as(dx.whole(), x.primal)
    return dx


def lent(x):
    """The tangent of an array x for another Dual: a copy, or the array itself, which nobody writes to from then on.

    That nothing views it yet is told by the count of its references. Whoever wants to view it or write to it later
    takes a copy first (`settled`).
    """
    dx = x.tangent
    if (
        dx.nbytes > LENT_FROM
        and dx.base is None
        and dx.flags.writeable
        and x.primal.flags.writeable
        and x.level != HAND_MADE
        and sys.getrefcount(dx) <= ATTRIBUTE_AND_VARIABLE
    ):
        dx.flags.writeable = False
        return dx
    return dx.copy()


def cast(tangent, dtype):
    """The tangent in another dtype; a complex one gives its real part to a real dtype."""
    if dtype.kind == "f" and dtype_of(tangent).kind == "c":
        tangent = tangent.real
    if hasattr(tangent, "astype"):
        return tangent.astype(dtype)
    return dtype.type(tangent)


def has_nan(tangent):
    """Whether a tangent, or one of all its outer levels, holds a NaN: found without a pass that writes."""
    if type(tangent) in (int, float, np.float64):
        return bool(tangent != tangent)
    if isinstance(tangent, Perturbed):
        return has_nan(tangent.primal) or has_nan(tangent.tangent)
    if isinstance(tangent, Symbolic):
        return False
    if type(tangent) is np.ndarray and tangent.flags.c_contiguous and tangent.dtype.char in "dD":
        square = np.vdot(tangent, tangent)  # a sum of squares: no infinities of opposite sign meet in it
        return bool(square != square)
    return bool(np.size(tangent)) and bool(np.isnan(np.min(tangent)))


def is_finite(x):
    """Whether all numbers of an array, and of its tangents at all levels, are finite: no pass writes, if they are."""
    if type(x) in NUMBERS:
        return math.isfinite(x)
    if isinstance(x, Perturbed):
        return is_finite(x.primal) and is_finite(x.tangent)
    if isinstance(x, Symbolic):
        return True
    if type(x) is np.ndarray and x.flags.c_contiguous and x.dtype.char in "dD" and math.isfinite(np.vdot(x, x).real):
        return True
    return bool(np.all(np.isfinite(x)))


def is_zero(tangent):
    """Where a tangent is zero in itself and in the tangents of all its outer levels."""
    if isinstance(tangent, Symbolic):
        return False  # known when the recording is run
    if not isinstance(tangent, Perturbed):
        return np.equal(tangent, 0)
    outer = is_zero(tangent.tangent)
    lead = rank(tangent.tangent) - rank(tangent.primal)
    return is_zero(tangent.primal) & (np.all(outer, axis=tuple(range(lead))) if lead else outer)


def flat(tangent, x):
    """The tangent with the axes of x made one."""
    if rank(x) == 1:
        return tangent
    shape = (*shape_of(tangent)[: rank(tangent) - rank(x)], math.prod(shape_of(x)))
    return tangent.reshape(shape) if hasattr(tangent, "reshape") else np.reshape(tangent, shape)


def pick(flat, source):
    """The elements of the last axis with these numbers, counted from 1; zero for number 0."""
    missing = source == 0
    if flat.shape[-1] == 0:
        return np.zeros(flat.shape[:-1] + source.shape)
    taken = flat[..., np.where(missing, 0, source - 1)]
    if missing.any():
        taken[..., missing] = 0.0
    return taken


def trailing(tangent, x_rank):
    """A view with the direction axis behind the axes of the primal, for indices counted from the front."""
    lead = rank(tangent) - x_rank
    if lead == 0:
        return tangent
    return tangent.transpose(*range(lead, lead + x_rank), *range(lead))


def leading(tangent, y_rank):
    """The inverse of `trailing`."""
    lead = rank(tangent) - y_rank
    if lead == 0:
        return tangent
    return tangent.transpose(*range(y_rank, y_rank + lead), *range(y_rank))


def each_direction(function, tangent, x_rank):
    """``function`` of each direction by itself, stacked: for a linear map that knows no other way."""
    lead = rank(tangent) - x_rank
    if lead == 0:
        return function(tangent)
    results = [each_direction(function, one, x_rank) for one in tangent]
    if isinstance(results[0], (list, tuple)):
        return [np.stack(parts) for parts in zip(*results, strict=True)]
    return np.stack(results)


def view_each(function, tangent, x_rank):
    """The view, or the list of views, that ``function`` takes of each direction, as views of all.

    All directions have the strides of the first one, so the view of the first tells the whole.
    A function that had to copy is run on each direction.
    """
    lead = rank(tangent) - x_rank
    if lead == 0:
        return function(tangent)
    if isinstance(tangent, Perturbed):
        primal = view_each(function, tangent.primal, x_rank)
        derivative = view_each(function, tangent.tangent, x_rank)
        if isinstance(primal, (list, tuple)):
            pairs = zip(primal, derivative, strict=True)
            return [make(type(tangent), y, dy, tangent.level) for y, dy in pairs]
        return make(type(tangent), primal, derivative, tangent.level)
    if tangent.size == 0:
        return _stretched(function(np.zeros(tangent.shape[lead:], tangent.dtype)), _without_elements(tangent, lead))
    first = function(tangent[(0,) * lead + (...,)])
    if any(not np.may_share_memory(one, tangent) for one in _each(first) if one.size):
        return each_direction(function, tangent, x_rank)
    return _stretched(first, lambda one: _over_directions(one, tangent, lead))


def _each(views):
    return views if isinstance(views, (list, tuple)) else (views,)


def _stretched(views, stretch):
    return [stretch(one) for one in views] if isinstance(views, (list, tuple)) else stretch(views)


def _without_elements(tangent, lead):
    return lambda one: np.zeros(tangent.shape[:lead] + one.shape, tangent.dtype)


def _over_directions(one, tangent, lead):
    shape, strides = tangent.shape[:lead] + one.shape, tangent.strides[:lead] + one.strides
    return as_strided(one, shape, strides, writeable=one.flags.writeable)


def raised(x, other):
    """x with zero tangents at every level of ``other`` that x does not have."""
    if not isinstance(other, Perturbed) or (isinstance(x, Perturbed) and x.level > other.level):
        return x
    if isinstance(x, Perturbed) and x.level == other.level:
        return make(type(x), raised(x.primal, other.primal), raised(x.tangent, other.tangent), x.level)
    primal = raised(x, other.primal)
    if isinstance(other, WithIdentity):  # to ask for its tangent would write it out
        return make(dual_class(), primal, zeros(primal, (len(other.primal),)), other.level)
    if isinstance(other.tangent, Symbolic):
        return make(type(other), primal, other.tangent.zeros(shape_of(primal), dtype_of(primal)), other.level)
    tangent = zeros(primal, directions(other.tangent, other.primal))
    return make(type(other), primal, raised(tangent, other.tangent), other.level)
