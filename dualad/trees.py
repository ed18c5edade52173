"""Nested containers of numbers and arrays: dict, list, tuple, namedtuple, dataclass.

A regular list of nothing but numbers is an array in an argument; in a result it stays a list.
"""

import numbers

import numpy as np

from dualad.levels import Perturbed
from dualad.tangents.symbolic import Symbolic


def is_numeric(x):
    """A leaf that can have a derivative; text, None, booleans, dates and callables are constants."""
    kind = type(x)
    if kind is float or kind is np.float64 or isinstance(x, Perturbed):
        return True
    if kind is np.ndarray or isinstance(x, (np.ndarray, np.generic, Symbolic)):
        return x.dtype.kind in "iufcO"
    return isinstance(x, numbers.Number) and kind is not bool


def is_boolean(x):
    """Whether x is a truth value, an array of them, or a nested list of nothing else."""
    if isinstance(x, list):
        return len(x) > 0 and all(map(is_boolean, x))
    return isinstance(x, bool) or (isinstance(x, (np.ndarray, np.generic)) and x.dtype.kind == "b")


def is_list_of_numbers(x):
    """A nested list of numbers that NumPy would take as an array."""
    return isinstance(x, list) and len(x) > 0 and _list_shape(x) is not None


def _list_shape(x):
    if not isinstance(x, list):
        return () if is_numeric(x) and np.ndim(x) == 0 else None
    shapes = {_list_shape(element) for element in x}
    inner = shapes.pop() if len(shapes) == 1 else None
    return None if inner is None else (len(x), *inner)


def children(tree):
    """The labels and parts of a container and the way to put it together again; None for a leaf."""
    if isinstance(tree, dict):
        return [f"[{key!r}]" for key in tree], list(tree.values()), lambda parts: _refilled(tree, parts)
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return [f".{name}" for name in tree._fields], list(tree), lambda parts: _tuple_like(tree, parts)
    if isinstance(tree, (list, tuple)):
        return [f"[{i}]" for i in range(len(tree))], list(tree), type(tree)
    if hasattr(type(tree), "__dataclass_fields__"):
        import dataclasses

        names = [field.name for field in dataclasses.fields(tree)]
        labels = [f".{name}" for name in names]
        return labels, [getattr(tree, name) for name in names], lambda parts: _with_fields(tree, names, parts)
    return None


def flatten(tree, lists_are_arrays=False):
    """The numeric leaves in order, and a function that rebuilds the tree from new ones."""
    if isinstance(tree, tuple) and all(map(is_numeric, tree)):
        return list(tree), type(tree) if type(tree) is tuple else lambda leaves: _tuple_like(tree, leaves)
    if is_numeric(tree):
        return [tree], only
    if lists_are_arrays and is_list_of_numbers(tree):
        return [tree if _has_dual(tree) else np.array(tree)], only
    found = children(tree)
    if found is None:
        return [], lambda leaves: tree
    _, parts, rebuild_here = found
    flat = [flatten(part, lists_are_arrays) for part in parts]

    def rebuild(leaves):
        rest = iter(leaves)
        return rebuild_here([rebuild_part([next(rest) for _ in inner]) for inner, rebuild_part in flat])

    return [leaf for leaves, _ in flat for leaf in leaves], rebuild


def paths(tree, name, lists_are_arrays=False):
    """The numeric leaves as Python expressions, such as ``p['mass'][0]``, in the order of `flatten`."""
    if is_numeric(tree) or (lists_are_arrays and is_list_of_numbers(tree)):
        return [name]
    labels, parts, _ = children(tree) or ([], [], None)
    return [
        path for label, part in zip(labels, parts, strict=True) for path in paths(part, name + label, lists_are_arrays)
    ]


def only(leaves):
    """Rebuild a tree that is one leaf."""
    (leaf,) = leaves
    return leaf


def _tuple_like(tree, parts):
    return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)


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
