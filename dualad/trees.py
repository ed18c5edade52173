"""Nested containers of numbers and arrays: dict, list, tuple, namedtuple, dataclass.

A list of nothing but numbers is an array in an argument; in a result it stays a list.
"""

import numbers

import numpy as np

from dualad.levels import Perturbed


def is_numeric(x):
    """A leaf that can have a derivative; text, None, bools and callables are constants."""
    if isinstance(x, (bool, np.bool_)):
        return False
    return isinstance(x, (numbers.Number, Perturbed, np.ndarray, np.generic))


def is_list_of_numbers(x):
    """A nested list of numbers, which NumPy would take as an array."""
    if not isinstance(x, list) or not x:
        return False
    return all(is_list_of_numbers(e) or (is_numeric(e) and np.ndim(e) == 0) for e in x)


def children(tree):
    """The parts of a container and the way to put it together again; None for a leaf."""
    if isinstance(tree, dict):
        return list(tree.values()), lambda parts: _refilled(tree, parts)
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return list(tree), lambda parts: type(tree)(*parts)
    if isinstance(tree, (list, tuple)):
        return list(tree), type(tree)
    if hasattr(type(tree), "__dataclass_fields__"):
        names = list(type(tree).__dataclass_fields__)
        return [getattr(tree, name) for name in names], lambda parts: _with_fields(tree, names, parts)
    return None


def flatten(tree, lists_are_arrays=False):
    """The numeric leaves in order, and a function that rebuilds the tree from new ones."""
    if lists_are_arrays and is_list_of_numbers(tree):
        return [np.array(tree) if not _has_dual(tree) else tree], _only
    found = None if is_numeric(tree) else children(tree)
    if found is None:
        return ([tree], _only) if is_numeric(tree) else ([], lambda leaves: tree)
    parts, rebuild_here = found
    flat = [flatten(part, lists_are_arrays) for part in parts]
    counts = [len(leaves) for leaves, _ in flat]

    def rebuild(leaves):
        leaves = list(leaves)
        rebuilt, start = [], 0
        for (_, rebuild_part), count in zip(flat, counts, strict=True):
            rebuilt.append(rebuild_part(leaves[start : start + count]))
            start += count
        return rebuild_here(rebuilt)

    return [leaf for leaves, _ in flat for leaf in leaves], rebuild


def same_structure(a, b):
    """Whether two trees differ in nothing but their leaves."""
    if is_numeric(a) or children(a) is None:
        return is_numeric(a) == is_numeric(b) and (is_numeric(b) or children(b) is None)
    if type(a) is not type(b) or (isinstance(a, dict) and list(a) != list(b)):
        return False
    parts_a, parts_b = children(a)[0], children(b)[0]
    return len(parts_a) == len(parts_b) and all(map(same_structure, parts_a, parts_b))


def _only(leaves):
    return leaves[0]


def _has_dual(tree):
    return any(isinstance(x, Perturbed) or (isinstance(x, list) and _has_dual(x)) for x in tree)


def copied(container):
    """A shallow copy, of the container's own class."""
    from copy import copy  # here, because it takes a part of the time of ``import dualad``

    return copy(container)


def _refilled(tree, parts):
    new = copied(tree)
    new.update(zip(tree, parts, strict=True))
    return new


def _with_fields(tree, names, parts):
    new = copied(tree)
    for name, part in zip(names, parts, strict=True):
        object.__setattr__(new, name, part)
    return new
