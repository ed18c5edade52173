"""Sums of products of coefficients, in which `ZERO` is never computed with."""

import numpy as np

from dualad.quiet import STRICT, enter, leave
from dualad.series.coefficients import ZERO, Coefficients, term
from dualad.tangents import dense


def weighted(j, c):
    return c if c is ZERO or j == 1 else j * c


def sum_of_products(pairs):
    """The sum of ``c * dx``, in which a zero displacement wins over an infinite coefficient."""
    pairs = [(c, dx) for c, dx in pairs if c is not ZERO and dx is not ZERO]
    if not pairs:
        return ZERO
    token = enter(STRICT)
    try:
        total = added_up(c * dx for c, dx in pairs)
        if not dense.has_nan(total):
            return total
    except FloatingPointError:
        pass
    finally:
        leave(token)
    return added_up(scaled(c, dx) for c, dx in pairs)


def added_up(terms):
    """Their sum, or `ZERO` if there are none. One term is there at a time: few temporaries, which stay in the cache."""
    terms = iter(terms)
    total = next(terms, ZERO)
    for i, one in enumerate(terms):
        if i and type(total) is type(one) is np.ndarray and total.shape == one.shape and total.dtype is one.dtype:
            total += one  # by then a sum, and no array that others know
        else:
            total = total + one
    return total


def scaled(c, dx):
    """A product in which a zero displacement wins over an infinite coefficient."""
    return np.where(np.equal(dx, 0), 0.0, c * dx)[()] if not np.all(np.isfinite(c)) else c * dx


def plus(a, b):
    return b if a is ZERO else a if b is ZERO else a + b


def minus(a, b):
    return a if b is ZERO else -b if a is ZERO else a - b


def convolved(a, b, k, multiply=np.multiply, start=0):
    """The sum of ``a[j] b[k - j]`` from j = start, where either may be a constant."""
    if not isinstance(a, Coefficients) or not isinstance(b, Coefficients):
        j = k if isinstance(a, Coefficients) else 0
        pair = term(a, j), term(b, k - j)
        return ZERO if j < start or any(c is ZERO for c in pair) else multiply(*pair)
    x, y = a.up_to(k), b.up_to(k - start)
    shared = ((x[j], y[k - j]) for j in range(start, k + 1))
    return added_up(multiply(a, b) for a, b in shared if a is not ZERO and b is not ZERO)
