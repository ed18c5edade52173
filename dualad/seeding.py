"""Directions on, directions off: the way from arguments to Duals and from results to derivatives."""

import numpy as np

from dualad import trees
from dualad.dual import Dual, as_float
from dualad.errors import DtypeError, LevelError, ShapeError, StructureError
from dualad.levels import Expanded, Perturbed, level_of, make
from dualad.objects import packed
from dualad.tangents import dense


def active_leaves(argument, name, copied=True):
    """The numeric leaves of an argument as floats, of our own if copied, and a function that rebuilds the argument."""
    argument = as_numbers(argument)
    leaves, rebuild = trees.flatten(argument, lists_are_arrays=True)
    if not leaves:
        raise DtypeError(
            f"{name} is {type(argument).__name__} without any number in it: there is nothing to differentiate by."
        )
    return [own(leaf, name) if copied else as_leaf(leaf, name) for leaf in leaves], rebuild


def as_numbers(argument):
    """Truth values as floats; they are constants where they stand beside numbers."""
    return np.asarray(argument, float)[()] if trees.is_boolean(argument) else argument


def as_leaf(leaf, name):
    """The leaf as a float, perhaps the same array that the user holds."""
    if type(leaf) is float or (type(leaf) is np.ndarray and leaf.dtype.kind in "fc"):
        return leaf
    return as_float(leaf, name)


def own(leaf, name):
    """The leaf as a float, copied: f may change its argument in place."""
    value = as_float(leaf, name)
    return value.copy() if isinstance(value, Perturbed) and value.shape else value


def seed(leaves, tangents, level):
    """Duals of the leaves with these tangents."""
    return [make(Dual, x, dense.laid_out_as(dx, x), level) for x, dx in zip(leaves, tangents, strict=True)]


def basis(leaves, start, stop):
    """The tangents that seed the columns ``start`` to ``stop`` of all columns of the leaves."""
    seeds, first = [], 0
    for x in leaves:
        shape = np.shape(x)
        size = np.size(x)
        block = np.zeros((stop - start, size), dense.dtype_of(x))
        low, high = max(start, first), min(stop, first + size)
        if low < high:
            diagonal = (low - start) * size + low - first
            block.reshape(-1)[diagonal : diagonal + (high - low - 1) * (size + 1) + 1 : size + 1] = 1
        seeds.append(block if len(shape) == 1 else block.reshape((stop - start, *shape)))
        first += size
    return seeds


def sole_direction(leaves):
    """The one tangent for leaves that have one element together: no direction axis is needed."""
    return [np.ones_like(dense.zeros(x, ())) if isinstance(x, (np.ndarray, Perturbed)) else one(x) for x in leaves]


def one(x):
    """The tangent of a number in the direction of itself."""
    return np.float64(1) if type(x) is np.float64 else 1.0


def extract(result, level):
    """The numeric leaves of a result as pairs (value, tangent or None), and a function that rebuilds it."""
    if type(result) is Dual and result.level == level:
        return [(result.primal, dense.settled(result))], trees.only
    if type(result) is np.ndarray and result.dtype == object:
        result = packed(result)
    leaves, rebuild = trees.flatten(result)
    return [split(leaf, level) for leaf in leaves], rebuild


def split(leaf, level):
    """Value and tangent at the level; the tangent is None where the leaf does not depend on the argument."""
    leaf = packed(leaf) if isinstance(leaf, np.ndarray) else leaf
    if isinstance(leaf, Expanded):
        return leaf.split(lambda one: split(one, level))
    own = level_of(leaf)
    if own > level:
        raise LevelError(
            "f returned a Dual of an inner operator call that has ended: its derivative has no meaning here. "
            "Let the inner function return its values instead of storing them elsewhere."
        )
    if own == level:
        return leaf.primal, dense.settled(leaf)
    return leaf, None


def values_only(tree, level):
    """The tree with this level taken off, for auxiliary results."""
    pairs, rebuild = extract(tree, level)
    return rebuild([value for value, _ in pairs])


def tangent_or_zeros(value, tangent, lead):
    """The tangent of a result, zeros of the right shape and dtype where it does not depend on the argument."""
    if tangent is not None:
        return tangent
    if type(value) is np.float64 and not lead:
        return np.float64(0.0)
    plain = value if dense.dtype_of(value).kind in "fc" else np.zeros(np.shape(value))[()]
    return dense.zeros(plain, lead)


def direction_for(leaf, tangent, name):
    """One tangent that fits to a leaf, as an array of our own."""
    tangent = own(tangent, name)
    if np.shape(tangent) != np.shape(leaf):
        raise ShapeError(f"{name} has shape {np.shape(tangent)}, expected {np.shape(leaf)}, the shape of its primal.")
    if dense.dtype_of(tangent).kind == "c" and dense.dtype_of(leaf).kind == "f":
        raise DtypeError(f"{name} is complex and its primal is real: make the primal complex, x + 0j.")
    return dense.fit(tangent, leaf, ())


def directions_for(argument, leaves, tangent, name):
    """The tangents of the leaves of an argument, from a tangent of the same structure."""
    given = tangents_like(as_numbers(argument), tangent, name)
    return [direction_for(leaf, one, name) for leaf, one in zip(leaves, given, strict=True)]


def tangents_like(primal, tangent, name):
    """The leaves of a tangent tree, in the order of the leaves of its primal."""
    if trees.is_numeric(primal) or trees.is_list_of_numbers(primal):
        if not trees.is_numeric(tangent) and not trees.is_list_of_numbers(tangent):
            raise StructureError(
                f"{name} is {_outline(tangent)}, its primal is {_outline(primal)}: give {_shaped(primal)}."
            )
        return [tangent]
    found = trees.children(primal)
    if found is None:
        return []  # a constant has no tangent, whatever stands there
    labels, parts, _ = found
    other = trees.children(tangent)
    if other is None or type(tangent) is not type(primal) or sorted(labels) != sorted(other[0]):
        raise StructureError(
            f"{name} must have the structure of its primal, {_outline(primal)}; it is {_outline(tangent)}."
        )
    moved = dict(zip(other[0], other[1], strict=True))
    return [
        leaf
        for label, part in zip(labels, parts, strict=True)
        for leaf in tangents_like(part, moved[label], name + label)
    ]


def _shaped(leaf):
    return f"an array of shape {np.shape(leaf)}" if np.shape(leaf) else "a number"


def _outline(tree):
    found = None if trees.is_numeric(tree) or trees.is_list_of_numbers(tree) else trees.children(tree)
    if found is None:
        return type(tree).__name__
    labels, parts, _ = found
    inner = [label.strip("[].") + ": " + _outline(part) for label, part in zip(labels, parts, strict=True)]
    return f"{type(tree).__name__}({', '.join(inner)})"
