"""Indexing, assignment and iteration: what is done to the primal is done to the tangent.

The tangent is indexed with its direction axis moved behind the axes of the primal, so that an index of any
kind (basic, advanced, boolean, mixed) means there what it means for the primal.
"""

import sys

import numpy as np

from dualad.doubles import DOUBLE
from dualad.errors import LostDerivativeError, NoRuleError
from dualad.levels import Perturbed, level_of, make, primal_part
from dualad.objects import packed
from dualad.references import ATTRIBUTE
from dualad.rules import calls
from dualad.tangents import dense
from dualad.tangents.entries import WithEntries
from dualad.tangents.symbolic import Symbolic

_FEW = 4096  # elements of a tangent


def is_basic(index):
    """Integers, slices, newaxis and Ellipsis give views; anything else gives a copy."""
    kind = type(index)
    if kind is tuple:
        return all(is_basic(i) for i in index)
    return kind is slice or kind is int or index is None or index is Ellipsis or isinstance(index, np.integer)


def for_trailing(index):
    """The index for a tangent whose direction axis is last: an Ellipsis must not swallow that axis."""
    if not isinstance(index, tuple):
        index = (index,)
    return (*index, slice(None)) if any(i is Ellipsis for i in index) else index


def checked(index):
    """The index, unless a Dual is in it."""
    if type(index) is int or type(index) is slice:
        return index
    if isinstance(index, np.ndarray) and index.dtype == object:
        index = packed(index)
    if next(calls.leaves(index), None) is not None:
        raise NoRuleError("a Dual is not an index: the element that it picks jumps. Use int(i) or i.astype(int).")
    return index


def take(dual, index):
    """``dual[index]``: a view where NumPy gives a view."""
    if type(index) is int:
        element = _element(dual, index)
        if element is not None:
            return element
    index = checked(index)
    dense.settled(dual)
    if isinstance(dual.primal, Perturbed) is not isinstance(dual.tangent, Perturbed) and is_basic(index):
        _share_levels(dual)
    primal, tangent = _indexable(dual.primal), _indexable(dual.tangent)
    y = primal[index]
    lead = dense.rank(tangent) - dense.rank(primal)
    if not lead:
        dy = tangent[index]
        return make(type(dual), y, dy.named("getitem", y) if isinstance(dy, Symbolic) else dy, dual.level)
    if is_basic(index):
        dy = tangent[(slice(None),) * lead + (index if type(index) is tuple else (index,))]
        if not isinstance(primal_part(y), np.ndarray):
            dy = dy.copy()  # of a number, which later assignments to the array leave alone
    else:
        dy = dense.leading(dense.trailing(tangent, dense.rank(primal))[for_trailing(index)], dense.rank(y))
        dy = dy.copy() if isinstance(dy, Perturbed) else np.ascontiguousarray(dy)
    return make(type(dual), y, dy, dual.level)


def _element(dual, i):
    """``dual[i]`` of a plain vector, the case of loops; None if this is another case."""
    x, dx = dual.primal, dual.tangent
    if type(x) is not np.ndarray or type(dx) is not np.ndarray or x.ndim != 1:
        return None
    return make(type(dual), x[i], dx[i] if dx.ndim == 1 else dx[:, i].copy(), dual.level)


def _indexable(x):
    """A Python number as NumPy's."""
    return np.float64(x) if type(x) is float else np.complex128(x) if type(x) is complex else x


def put(dual, index, value):
    """``dual[index] = value`` for numbers, arrays and Duals."""
    if type(index) is int and isinstance(value, WithEntries) and _put_entries(dual, index, value):
        return
    index = checked(index)
    value = packed(value)
    level = level_of(value)
    if level > dual.level:
        raise LostDerivativeError(
            "a Dual of an inner operator call cannot be stored in an array of an outer one: its derivative "
            "would be lost. Create the array inside the inner function, with np.zeros_like(x) of its argument."
        )
    dense.settled(dual)
    if level == dual.level:
        new, moved = value.primal, dense.settled(value)
        lead = dense.common_directions((dual.tangent, moved), (dual.primal, new))
    else:
        new, moved = value, 0.0
        lead = dense.directions(dual.tangent, dual.primal)
    hold(dual, new, moved)
    slot = for_trailing(index)
    target = dense.trailing(dual.tangent, dense.rank(dual.primal)) if lead else dual.tangent
    if isinstance(moved, np.ndarray | Perturbed) and lead:
        moved = dense.trailing(moved, dense.rank(new))
        while moved.ndim > 2 and moved.shape[0] == 1:  # NumPy drops leading axes of length 1 too
            moved = moved[0]
    dual.primal[index] = new
    target[slot if lead else index] = moved


def _put_entries(dual, i, number):
    """Whether it was done: ``dual[i] = number`` for a plain vector and a number with entries, the case of loops."""
    x, dx, kind, entries = dual.primal, dense.settled(dual), type(number), number.held
    if type(x) is not np.ndarray or type(dx) is not np.ndarray or type(entries) is not dict:
        return False
    if dual.level != number.level or x.dtype is not DOUBLE or x.ndim != 1 or dx.shape != (kind.count, len(x)):
        return False
    x[i] = number.primal
    column = dx[:, i]
    column.fill(0.0)
    for k, v in entries.items():
        column[k] = v
    return True


def hold(dual, new, moved):
    """Make room for the tangents of outer levels, when the first value that has some is stored."""
    if isinstance(new, Perturbed) and level_of(dual.primal) < new.level:
        if has_views(dual.primal):
            raise _no_room()
        dual.primal = dense.raised(dual.primal, new)
    if isinstance(moved, Perturbed) and level_of(dual.tangent) < moved.level:
        if has_views(dual.tangent):
            raise _no_room()
        dual.tangent = dense.raised(dual.tangent, moved)


def _share_levels(dual):
    """Make room in both parts for the outer levels of either, before a view is taken, in which they may be stored.

    Not in many directions of a large array, where all that follows would take twice the time: there a value of an outer
    level that is stored in a view is refused (`hold`).
    """
    if getattr(dual.tangent, "size", 1) > _FEW:
        return
    if type(dual.tangent) is np.ndarray and not has_views(dual.tangent):
        dual.tangent = dense.raised(dual.tangent, dual.primal)
    elif type(dual.primal) is np.ndarray and not has_views(dual.primal):
        dual.primal = dense.raised(dual.primal, dual.tangent)


def has_views(array):
    """Whether an attribute is an array that views share memory with: they would no longer see each other if it grew."""
    return isinstance(array, np.ndarray) and (array.base is not None or sys.getrefcount(array) > ATTRIBUTE)


def _no_room():
    return LostDerivativeError(
        "a Dual of an outer operator call is stored in an array that has views and no room for its "
        "derivative. Create the array with it: np.zeros_like(x + y), where y is the outer variable."
    )


def elements(dual):
    """Iteration over the first axis."""
    if not dual.shape:
        raise TypeError("iteration over a 0-d Dual")
    return (take(dual, i) for i in range(dual.shape[0]))
