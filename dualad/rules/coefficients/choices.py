"""Signs and choices: kinks take the mean of the slopes to both sides."""

import numpy as np


def chosen(z, x, y):
    """1 where z is x, 1/2 where x and y tie, 0 where z is y."""
    return np.where(np.equal(x, y), 0.5, np.equal(z, x) | (np.isnan(z) & np.isnan(x)))


def sign_flip(z, x, y):
    """The factor +1 or -1 by which ``copysign(x, y)`` multiplies x; 0 at the kink x = 0."""
    return np.where(np.equal(x, 0), 0.0, np.where(np.signbit(x) == np.signbit(y), 1.0, -1.0))
