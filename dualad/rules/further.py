"""The families of rules that are imported when the first of their functions is called."""

from dualad.rules import (  # noqa: F401
    bilinear,
    calculus,
    complex_domain,
    convolution,
    einsum,
    extremes,
    fourier,
    groups,
    histograms,
    interpolation,
    linalg,
    mutation,
    order,
    padding,
    polynomials,
    python_functions,
    sets,
    special,
    statistics,
)
