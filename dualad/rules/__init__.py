"""What is the derivative of …: one table, keyed by the NumPy callable."""

from dualad.rules import (  # noqa: F401
    calculus,
    complex_domain,
    complex_parts,
    constant,
    convolution,
    creation,
    elementwise,
    linalg,
    linear,
    movement,
    polynomials,
    products,
    python_functions,
    reductions,
    special,
    statistics,
)
