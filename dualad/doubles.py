"""The types and the ranges of double precision, which the short ways compare with: one place for all of them."""

import numpy as np

FLOATS = frozenset({float, np.float64})
NUMBERS = frozenset({float, int, np.float64})
CARRIED = frozenset({float, np.float64, np.ndarray})
DOUBLE = np.dtype(float)
LOWEST, HIGHEST = 1e-290, 1e290  # between them a few more operations lose nothing
LOW, HIGH = 1e-140, 1e140  # no product and no quotient of two numbers between them leaves the range above
