"""What is the derivative of …: one table, keyed by the NumPy callable."""

from dualad.rules import (  # noqa: F401
    bookkeeping,
    complex_parts,
    constant,
    creation,
    elementwise,
    extremes,
    groups,
    histograms,
    interpolation,
    joining,
    linalg,
    linear,
    movement,
    mutation,
    order,
    padding,
    picking,
    products,
    sets,
    views,
)
