"""Polynomials in several variables by their coefficients, the lowest powers first."""

import numpy as np
from numpy.polynomial import polynomial

from dualad.rules.kinds import formula


def _evaluated(c, points, is_grid):
    """Horner's scheme in one variable after another; on a grid each has axes of its own."""
    for i, x in enumerate(points):
        if is_grid or i == 0:
            c = np.reshape(c, np.shape(c) + (1,) * np.ndim(x))
        total = c[-1] + 0 * x
        for k in range(2, len(c) + 1):
            total = c[-k] + total * x
        c = total
    return c


# before NumPy 2.4 these functions work on Duals by themselves, element by element
for _name, _is_grid in (("polyval2d", False), ("polygrid2d", True)):
    _function = getattr(polynomial, _name)
    if hasattr(_function, "__wrapped__"):
        formula(_function, "x y c", lambda call, is_grid=_is_grid: _evaluated(call.c, (call.x, call.y), is_grid))
if hasattr(polynomial, "polyvalnd"):  # NumPy 2.5
    formula(polynomial.polyvalnd, "*pts c", lambda call: _evaluated(call.c, call.pts, False))
