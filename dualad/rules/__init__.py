"""What is the derivative of …: one table, keyed by the NumPy callable."""

from dualad.rules import (  # noqa: F401
    complex_parts,
    constant,
    creation,
    elementwise,
    extremes,
    groups,
    histograms,
    interpolation,
    linalg,
    linear,
    movement,
    order,
    products,
    sets,
)
