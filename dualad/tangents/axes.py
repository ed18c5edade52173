"""Axes counted from the end, so that directions in front of a tangent leave them valid."""

from dualad.rules.linear import trailing_axes


def as_tuple(axis, rank):
    """One axis or several as a tuple, counted from the end."""
    return trailing_axes(tuple(axis) if isinstance(axis, (tuple, list)) else (axis,), rank)
