"""The types of double precision, which the short ways compare with: one place for all of them."""

import numpy as np

FLOATS = frozenset({float, np.float64})
NUMBERS = frozenset({float, int, np.float64})
CARRIED = frozenset({float, np.float64, np.ndarray})
DOUBLE = np.dtype(float)
