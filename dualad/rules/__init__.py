"""What is the derivative of …: one table, keyed by the NumPy callable."""

from dualad.rules import complex_parts, constant, creation, elementwise, linalg, linear, movement, products  # noqa: F401
