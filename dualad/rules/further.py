"""The families of rules that are imported when the first of their functions is called."""

from dualad.rules import (  # noqa: F401
    calculus,
    complex_domain,
    convolution,
    einsum,
    fourier,
    groups,
    histograms,
    interpolation,
    linalg,
    order,
    padding,
    polynomials,
    python_functions,
    sets,
    special,
    statistics,
)
