"""Scalings that become one: a chain of them, and a sum of two of the same tangent."""

import numpy as np

from dualad.levels import Perturbed
from dualad.quiet import ORDINARY, enter, leave
from dualad.tangents.operations import Add, Scale


def merged(nodes, outputs):
    """The nodes of a program, with one scaling for several where nothing else needs what is between."""
    users = {}
    for node in nodes:
        for parent in node.parents:
            users[id(parent)] = users.get(id(parent), 0) + 1
    outside = {id(node) for node in outputs if node is not None}

    def is_inner(node):
        return type(node.operation) is Scale and users[id(node)] == 1 and id(node) not in outside

    gone = set()
    for node in nodes:
        while node.parents and all(map(is_inner, node.parents)):
            inner = node.parents
            product = coefficient(node, inner)
            if product is None:
                break
            gone.update(map(id, inner))
            node.operation, node.parents = Scale(product), inner[0].parents
            users[id(node.parents[0])] -= len(inner) - 1
    return [node for node in nodes if id(node) not in gone]


def coefficient(node, inner):
    """What a scaling of a scaling, or the sum of two scalings of one tangent, comes to; None for all else.

    None too where it would leave the range of the type, be infinite or undefined, or need a wider type.
    """
    first = inner[0]
    if type(node.operation) is Scale:
        scalings = [node, first]
    elif type(node.operation) is Add and inner[1].parents == first.parents and inner[1] is not first:
        scalings = list(inner)
    else:
        return None
    source = first.parents[0]
    alike = all((n.shape, n.dtype) == (source.shape, source.dtype) for n in (node, *inner))
    if not alike or any(isinstance(n.operation.coefficient, Perturbed) for n in scalings):
        return None
    token = enter(ORDINARY)
    try:
        return combined(node.operation, scalings)
    except FloatingPointError:
        return None
    finally:
        leave(token)


def combined(operation, scalings):
    """The product or the sum of two coefficients, where all is finite."""
    first, second = (one.operation for one in scalings)
    c = np.divide(1.0, first.coefficient) if first.by is np.divide else first.coefficient
    if type(operation) is Add:
        found = np.add(c, np.divide(1.0, second.coefficient) if second.by is np.divide else second.coefficient)
    else:
        found = second.by(c, second.coefficient)
    divisors = [one.coefficient for one in (first, second) if one.by is np.divide]
    return found if all(np.isfinite(x).all() for x in (found, *divisors)) else None
