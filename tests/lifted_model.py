"""A module of a user's, for `test_lift`: functions that fill plain buffers."""

import numpy
import numpy as np
from numpy import array, zeros

RATE = 2.0


def filled(x):
    out = zeros(2)
    out[0] = RATE * x[0]
    out[1] = x[0] * x[1]
    return out


def joined(x):
    return array([x[0] * x[1], numpy.sin(x[0])])


def through(x):
    return np.linalg.solve(np.array([[x[0], 1.0], [0.0, x[1]]]), filled(x))
