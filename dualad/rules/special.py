"""`numpy.sinc` and `numpy.i0`: derivatives of any order, as coefficients with rules of their own."""

import math

import numpy as np

from dualad.rules.kinds import coefficient, pushforward


def powers(coefficients, square):
    """A polynomial in ``square``, the lowest power first."""
    total = 0.0 * square
    for c in reversed(coefficients):
        total = total * square + c
    return total


@coefficient(0, lambda y, n, x: math.pi * sinc_derivative(n + 1, x))
def sinc_derivative(n, x):
    """The n-th derivative of sin(t)/t at t = pi x.

    With ``t f_n = sin^(n)(t) - n f_(n-1)`` for large t, where nothing cancels, and by its series near 0. The
    angle is reduced before the product with pi rounds it.
    """
    turn = x - 2 * np.rint(0.5 * np.real(x))
    t, angle = math.pi * x, math.pi * turn
    is_small = np.abs(t) < n + 1
    divisor = np.where(is_small, 1.0, t)
    waves = np.sin(angle), np.cos(angle), -np.sin(angle), -np.cos(angle)
    far = waves[0] / divisor
    for order in range(1, n + 1):
        far = (waves[order % 4] - order * far) / divisor
    small = np.where(is_small, t, 0.0)
    near = powers(_sinc_series(n), small * small) * (small if n % 2 else 1.0)
    return np.where(is_small, near, far)


def _sinc_series(n):
    """(-1)^k (2k)! / ((2k - n)! (2k + 1)!) for 2k = n or n + 1 and on."""
    start = (n + 1) // 2
    return [(-1) ** k * math.perm(2 * k, n) / math.factorial(2 * k + 1) for k in range(start, start + 20 + n)]


pushforward(np.sinc, "x", lambda call, y, dx: math.pi * sinc_derivative(1, call.x) * dx, "elementwise")


@coefficient(0, lambda y, n, x: (bessel_i(abs(n - 1), x) + bessel_i(n + 1, x)) / 2)
def bessel_i(n, x):
    """The modified Bessel function I_n: all terms of its series have one sign, far out its asymptotic series.

    Source: Abramowitz & Stegun (1964), 9.6.10 and 9.7.1.
    """
    size = np.abs(x)
    limit = 30.0 + n * n
    near = np.where(size < limit, x, 0.0)
    terms = [1 / (math.factorial(k) * math.factorial(k + n)) for k in range(int(2 * limit) + 20)]
    series = powers(terms, near * near / 4) * (near / 2) ** n
    far = np.where(size < limit, limit, size)
    total = term = np.ones_like(far)
    for k in range(1, 30):
        term = term * ((2 * k - 1) ** 2 - 4 * n * n) / (8 * k * far)
        total = total + term
    half = np.exp(far / 2)  # the exponential itself overflows before I_n does
    growth = half * (total / np.sqrt(2 * math.pi * far)) * half
    return np.where(size < limit, series, growth * np.where(x < 0, (-1.0) ** n, 1.0))


pushforward(np.i0, "x", lambda call, y, dx: bessel_i(1, call.x) * dx, "elementwise")
