"""Operations of a linear program that move elements: a gather by number, and functions that move in blocks."""

import functools
import math

import numpy as np

from dualad.tangents import dense
from dualad.tangents.operations import matched


class Gather:
    """Elements of several tangents side by side, picked by number; number 0 is a constant."""

    key = None
    inverses = None

    def __init__(self, source):
        self.source = source

    def forward(self, node, *tangents):
        leads = [d.shape[: dense.rank(d) - len(p.shape)] for d, p in zip(tangents, node.parents, strict=True)]
        parts = [
            d.reshape((*lead, int(np.prod(parent.shape))))
            for d, lead, parent in zip(tangents, leads, node.parents, strict=True)
        ]
        if len(set(leads)) > 1:  # zeros have no directions of their own
            most = max(leads, key=len)
            parts = [np.broadcast_to(part, most + part.shape[-1:]) for part in parts]
        flat = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)
        return dense.pick(flat, self.source)

    def backward(self, node, u):
        lead = u.shape[: dense.rank(u) - len(node.shape)]
        sizes = [math.prod(parent.shape) for parent in node.parents]
        given = np.reshape(u, (*lead, math.prod(node.shape)))
        if self.inverses is None:
            self.inverses = inverses(self.source.ravel(), sum(sizes))
        if isinstance(self.inverses, list):
            flat = sum_of([dense.pick(given, inverse) for inverse in self.inverses], given, (*lead, sum(sizes)))
        else:
            flat = dense.raised(np.zeros((1 + sum(sizes), *lead), dense.dtype_of(u)), u)
            np.add.at(flat, self.source.ravel(), dense.trailing(given, 1))
            flat = dense.leading(flat, 1)[..., 1:] if lead else flat[1:]
        starts = np.cumsum([0, *sizes])
        return tuple(
            matched(np.reshape(flat[..., a:b], lead + parent.shape), parent)
            for parent, a, b in zip(node.parents, starts, starts[1:], strict=False)
        )


_LAYERS = 8  # up to so many uses of one element the adjoint of a gather is a sum of gathers


def inverses(source, size):
    """Gathers whose sum is the adjoint of a gather: for each element where it went first, second, …; or "many"."""
    position = np.flatnonzero(source)
    number = source[position] - 1
    most = int(np.bincount(number).max(initial=0))
    if most > _LAYERS:
        return "many"
    if most <= 1:
        inverse = np.zeros(size, np.intp)
        inverse[number] = position + 1
        return [inverse] if most else []
    order = np.argsort(number, kind="stable")
    ordered = number[order]
    first = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    turn = np.arange(len(ordered)) - np.repeat(first, np.diff([*first, len(ordered)]))
    layers = []
    for k in range(most):
        inverse = np.zeros(size, np.intp)
        chosen = turn == k
        inverse[ordered[chosen]] = position[order[chosen]] + 1
        layers.append(inverse)
    return layers


def sum_of(terms, like, shape):
    """The sum of some terms, zeros if there are none."""
    if not terms:
        return dense.raised(np.zeros(shape, dense.dtype_of(like)), like)
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


class Move(Gather):
    """A gather whose forward way is the function itself, which copies in blocks.

    ``numbers`` is the function on element numbers, for when they are asked; ``key`` is equal for equal moves, None
    where that is not known without the numbers; ``adjoint`` the way back, where that is a function too.
    """

    def __init__(self, numbers, function, key=None, adjoint=None):
        self.numbers = numbers
        self.function = function
        self.key = key
        self.adjoint = adjoint

    @functools.cached_property
    def source(self):
        return self.numbers()

    def forward(self, node, *tangents):
        return self.function(*tangents)

    def backward(self, node, u):
        if self.adjoint is None or type(u) is not np.ndarray:
            return super().backward(node, u)
        return tuple(matched(w, parent) for w, parent in zip(self.adjoint(u), node.parents, strict=True))
