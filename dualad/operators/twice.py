"""Two levels at once: Duals inside Duals on, and the four parts of a result off."""

from dualad import seeding
from dualad.dual import Dual
from dualad.levels import make
from dualad.quiet import SILENT, enter, leave
from dualad.tangents import dense


def twice(leaves, first, second, outer, inner):
    """Duals of two levels of the leaves; their parts are no views, so that f can assign to them."""
    return [
        make(Dual, make(Dual, dense.owned(x), u, outer), dense.owned(v), inner)
        for x, u, v in zip(leaves, first, second, strict=True)
    ]


def four_parts(result, outer, inner):
    """Value, outer tangent, inner tangent and second tangent of one leaf of a result; None for what is zero."""
    value, tangent = seeding.split(result, inner)
    y, slope = seeding.split(value, outer)
    moved, second = (None, None) if tangent is None else seeding.split(tangent, outer)
    return y, slope, moved, second


def symmetric(block, mirrored):
    """The mean of a block of a Hessian and of its mirror image, which are equal but for rounding."""
    token = enter(SILENT)
    try:
        return block / 2 + mirrored.T / 2
    finally:
        leave(token)


def filled(tangent, y, lead):
    """The tangent, or zeros of the directions."""
    return seeding.tangent_or_zeros(y, tangent, lead)
