"""Directions on, directions off: the way from arguments to Duals and from results to derivatives."""

import numpy as np

from dualad import trees
from dualad.dual import Dual, as_float
from dualad.errors import DtypeError, LevelError, ShapeError, StructureError
from dualad.levels import Perturbed, level_of, make
from dualad.objects import packed
from dualad.tangents import dense


def active_leaves(argument, name):
    """The numeric leaves of an argument as floats of our own, and a function that rebuilds the argument."""
    if isinstance(argument, (bool, np.bool_)):
        argument = float(argument)
    leaves, rebuild = trees.flatten(argument, lists_are_arrays=True)
    if not leaves:
        raise DtypeError(
            f"{name} is {type(argument).__name__} without any number in it: there is nothing to differentiate by."
        )
    return [own(leaf, name) for leaf in leaves], rebuild


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
        block = np.zeros((stop - start, np.size(x)), dense.dtype_of(x))
        inside = np.arange(max(start, first), min(stop, first + np.size(x)))
        block[inside - start, inside - first] = 1
        seeds.append(block.reshape((stop - start, *np.shape(x))))
        first += np.size(x)
    return seeds


def sole_direction(leaves):
    """The one tangent for leaves that have one element together: no direction axis is needed."""
    return [np.ones_like(dense.zeros(x, ())) if np.shape(x) else 1.0 for x in leaves]


def extract(result, level):
    """The numeric leaves of a result as pairs (value, tangent or None), and a function that rebuilds it."""
    if type(result) is np.ndarray and result.dtype == object:
        result = packed(result)
    leaves, rebuild = trees.flatten(result)
    return [split(leaf, level) for leaf in leaves], rebuild


def split(leaf, level):
    """Value and tangent at the level; the tangent is None where the leaf does not depend on the argument."""
    leaf = packed(leaf) if isinstance(leaf, np.ndarray) else leaf
    if level_of(leaf) > level:
        raise LevelError(
            "f returned a Dual of an inner operator call that has ended: its derivative has no meaning here. "
            "Let the inner function return its values instead of storing them elsewhere."
        )
    if level_of(leaf) == level:
        return leaf.primal, leaf.tangent
    return leaf, None


def values_only(tree, level):
    """The tree with this level taken off, for auxiliary results."""
    pairs, rebuild = extract(tree, level)
    return rebuild([value for value, _ in pairs])


def tangent_or_zeros(value, tangent, lead):
    """The tangent of a result, zeros of the right shape and dtype where it does not depend on the argument."""
    if tangent is not None:
        return tangent
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


def same_structure(primal, tangent, name):
    """Refuse a tangent that is built otherwise than its primal."""
    if not trees.same_structure(_arrays(primal), _arrays(tangent)):
        raise StructureError(
            f"{name} must have the structure of its primal, {_outline(primal)}; it is {_outline(tangent)}."
        )


def _arrays(tree):
    leaves, rebuild = trees.flatten(float(tree) if isinstance(tree, bool) else tree, lists_are_arrays=True)
    return rebuild([0.0 for _ in leaves])


def _outline(tree):
    found = None if trees.is_numeric(tree) or trees.is_list_of_numbers(tree) else trees.children(tree)
    if found is None:
        return type(tree).__name__
    inner = [_outline(part) for part in found[0]]
    if isinstance(tree, dict):
        inner = [f"{key!r}: {part}" for key, part in zip(tree, inner, strict=True)]
    return f"{type(tree).__name__}({', '.join(inner)})"
