"""What is the derivative of …: one table, keyed by the NumPy callable."""

from dualad.rules import (  # noqa: F401
    bilinear,
    complex_parts,
    constant,
    creation,
    einsum,
    elementwise,
    fourier,
    linalg,
    linear,
    movement,
    products,
)
