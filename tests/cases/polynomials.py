"""Polynomials, and the convolutions that they are made of."""

import numpy as np
from numpy.polynomial import polynomial

from tests.cases.case import complexes, matrix, row

p, q, k = matrix(5), matrix(3, seed=1), matrix(7)
x = matrix(2, 3)
z, w = complexes(5), complexes(3)
a = matrix(3, 3)
points, data, weights = matrix(11, low=-0.9, high=1.3), matrix(11, seed=1), matrix(11, seed=2)


def fit(function, *at):
    """LAPACK has no longdouble."""
    return row(function, *at, covers=np.polyfit, long=False)


CASES = [
    row(lambda a, v: np.convolve(a, v), p, q, covers=np.convolve),
    row(lambda a, v: np.convolve(a, v, "same"), q, p, covers=np.convolve),
    row(lambda a, v: np.convolve(a, v, mode="valid"), p, q, covers=np.convolve),
    row(lambda a, v: np.convolve(a, v, "same"), k, matrix(2), covers=np.convolve),
    row(lambda a, v: np.convolve(a, v, "same"), matrix(2), k, covers=np.convolve),
    row(lambda a, v: np.convolve(a, v), z, w, covers=np.convolve),
    row(lambda a, v: np.convolve(a, v), 2.0, p, covers=np.convolve),
    row(lambda a, v: np.correlate(a, v), p, q, covers=np.correlate),
    row(lambda a, v: np.correlate(a, v, "full"), p, q, covers=np.correlate),
    row(lambda a, v: np.correlate(a, v, "full"), w, z, covers=np.correlate),
    row(lambda a, v: np.correlate(a, v, "same"), z, w, covers=np.correlate),
    row(lambda a, v: np.correlate(a, v, "same"), w, z, covers=np.correlate),
    row(lambda a, v: np.correlate(a, v, "same"), k, matrix(2), covers=np.correlate),
    row(lambda a, v: np.correlate(a, v, "same"), matrix(2), k, covers=np.correlate),
    row(lambda a, v: np.correlate(a, v, "valid"), q, p, covers=np.correlate),
    row(lambda a, v: np.convolve(a, v), matrix(17), matrix(19), covers=np.convolve),
    row(lambda a, v: np.convolve(a, v, "same"), matrix(29), complexes(19), covers=np.convolve, narrow=False),
    row(lambda a, v: np.correlate(a, v, "full"), complexes(17), complexes(19), covers=np.correlate),
    row(lambda p, q: np.polyadd(p, q), p, q, covers=np.polyadd),
    row(lambda p, q: np.polyadd(p, q), 2.0, q, covers=np.polyadd),
    row(lambda p, q: np.polysub(p, q), q, p, covers=np.polysub),
    row(lambda p, q: np.polymul(p, q), p, q, covers=np.polymul),
    row(lambda p, q: np.polydiv(p, q), k, q, covers=np.polydiv),
    row(lambda p, q: np.polydiv(p, q), q, p, covers=np.polydiv),
    row(lambda p, q: np.polydiv(p, q), z, w, covers=np.polydiv),
    row(lambda p: np.polydiv(p, 2.0), p, covers=np.polydiv),
    row(lambda p, x: np.polyval(p, x), p, x, covers=np.polyval),
    row(lambda p, x: np.polyval(p, x), p, 0.7, covers=np.polyval),
    row(lambda x: np.polyval([1, 2, 3], x), x, covers=np.polyval),
    row(lambda p: np.polyval(p, [1.0, 2.0]), p, covers=np.polyval, narrow=False),
    row(lambda p, x: np.polyval(p, x), z, x, covers=np.polyval),
    row(lambda p: np.polyder(p), p, covers=np.polyder),
    row(lambda p: np.polyder(p, 3), k, covers=np.polyder),
    row(lambda p: np.polyder(p, 0), k, covers=np.polyder),
    row(lambda p: np.polyint(p), p, covers=np.polyint, narrow=False),
    row(lambda p: np.polyint(p, 2, p[0]), p, covers=np.polyint, narrow=False),
    row(lambda p: np.polyint(p, 3, p[1:4]), p, covers=np.polyint, narrow=False),
    row(lambda r: np.poly(r), p, covers=np.poly),
    row(lambda r: np.poly(r), z, covers=np.poly),
    row(lambda a: np.poly(a), a, covers=np.poly, long=False),
    row(lambda p: np.sum(np.exp(np.roots(p))), k, covers=np.roots, narrow=False),
    row(lambda p: np.roots(p), np.array([1.0, -3.5, 3.5, -1.0]), covers=np.roots, narrow=False),
    row(lambda p: np.sum(np.exp(np.roots(p))), z, covers=np.roots, narrow=False),
    fit(lambda x, y: np.polyfit(x, y, 2), points, data),
    fit(lambda x, y: np.polyfit(x, y, 1), points, matrix(11, 2)),
    fit(lambda x, y, w: np.polyfit(x, y, 2, w=w), points, data, weights),
    fit(lambda x, y, w: np.polyfit(x, y, 2, None, False, w), points, matrix(11, 2), weights),
    fit(lambda x, y, w: np.polyfit(x, y, 2, w=w, cov=True), points, data, weights),
    fit(lambda x, y: np.polyfit(x, y, 1, cov=True), points, matrix(11, 2)),
    fit(lambda x, y: np.polyfit(x, y, 3, cov="unscaled"), points, data),
    fit(lambda x, y: np.polyfit(x, y, 2), points, complexes(11)),
    fit(lambda y: np.polyfit(points, y, 2), data),
]

if hasattr(polynomial.polyval2d, "__wrapped__"):  # NumPy 2.4
    CASES += [
        row(lambda x, y, c: polynomial.polyval2d(x, y, c), k, k + 1, matrix(3, 2), covers=polynomial.polyval2d),
        row(lambda x, y: polynomial.polyval2d(x, y, [[1.0, 2.0]]), 0.3, 0.7, covers=polynomial.polyval2d, narrow=False),
        row(lambda x, c: polynomial.polyval2d(x, k, c), k + 1, matrix(3, 2, 5), covers=polynomial.polyval2d),
        row(lambda x, y, c: polynomial.polygrid2d(x, y, c), p, q, matrix(3, 2), covers=polynomial.polygrid2d),
        row(lambda x, y, c: polynomial.polygrid2d(x, y, c), z, x[:, 0], matrix(3, 2), covers=polynomial.polygrid2d),
    ]
if hasattr(polynomial, "polyvalnd"):
    CASES.append(row(lambda x, y, u, c: polynomial.polyvalnd((x, y, u), c), p, p + 1, p + 2, matrix(3, 2, 3),
                     covers=polynomial.polyvalnd))  # fmt: skip
