"""Derivatives of reductions and linear algebra against mpmath, where formulas lose digits or leave the range."""

import numpy as np
import pytest

from dualad import derivative, gradient, jacobian, jvp

mp = pytest.importorskip("mpmath")


@pytest.fixture(autouse=True)
def many_digits():
    with mp.workprec(4000):
        yield


def exact(x):
    return [mp.mpf(float(v)) for v in np.ravel(x)]


def ulps(found, truth):
    """The greatest error, in units in the last place of the true value."""
    truth = np.ravel(truth)
    rounded = np.array([float(t) for t in truth])
    errors = [abs(mp.mpf(float(f)) - t) / mp.mpf(float(np.spacing(r))) for f, t, r in
              zip(np.ravel(found), truth, np.abs(rounded), strict=True)]  # fmt: skip
    return float(max(errors))


@pytest.mark.parametrize("x", [
    [0.0, 2.0, 3.0, 5.0], [2.0, 0.0, 3.0, 0.0], [0.0, 0.0, 0.0, 7.0], [-0.0, 2.0], [1e200, 1e200, 1e-300, 1e-200],
    [1e-200, 1e-200, 1e300, 1e100], [0.0, 1e-200, 1e-200], [3.0, 0.1, 1.7, 1e-5, 1e7, -2.0],
])  # fmt: skip
@pytest.mark.parametrize("f", [np.prod, np.multiply.reduce])
def test_product_with_zeros_and_far_factors(f, x):
    x = np.array(x)
    e = exact(x)
    truth = [mp.fprod(e[:i] + e[i + 1 :]) for i in range(x.size)]
    with np.errstate(all="ignore"):  # the value may overflow where its derivatives do not
        found = gradient(f)(x)
    for value, t in zip(found, truth, strict=True):
        if t == 0 or abs(t) < 1e-300:
            np.testing.assert_allclose(value, float(t), rtol=1e-12, atol=1e-320)
        else:
            assert ulps([value], [t]) <= 2 * x.size


@pytest.mark.parametrize("offset", [0.0, 1.0, 1e6, 1e15])
@pytest.mark.parametrize("ddof", [0, 1])
def test_variance_of_nearly_equal_numbers(offset, ddof):
    x = offset + np.array([0.0, 1.0, 2.0, 5.0, 4.0]) * (np.spacing(offset) * 64 if offset else 1e-160)
    e = exact(x)
    mean = sum(e) / len(e)
    degrees = len(e) - ddof
    centred = [v - mean for v in e]
    var = [2 * c / degrees for c in centred]
    size = mp.sqrt(sum(c * c for c in centred) / degrees)
    std = [c / degrees / size for c in centred]
    spread = max(abs(float(c)) for c in centred)
    # the mean itself is rounded to half an ulp of the offset, so that is the scale of what can be asked
    tolerance = 4 * np.spacing(spread) + np.spacing(abs(offset))
    np.testing.assert_allclose(gradient(lambda x: np.var(x, ddof=ddof))(x), [float(v) for v in var], rtol=1e-14,
                               atol=2 * tolerance / degrees)  # fmt: skip
    np.testing.assert_allclose(gradient(lambda x: np.std(x, ddof=ddof))(x), [float(v) for v in std], rtol=1e-13,
                               atol=2 * tolerance / degrees / float(size))  # fmt: skip


@pytest.mark.parametrize("scale", [1e-310, 1e-200, 1e-160, 1.0, 1e160, 1e200, 1e307])
@pytest.mark.parametrize("order", [None, 1, 2, 3, np.inf, 0.5])
def test_norm_at_every_scale(scale, order):
    x = np.array([3.0, -4.0, 1.0]) * scale
    e = exact(x)
    p = 2 if order is None else order
    if p == np.inf:
        truth = [mp.mpf(0), mp.mpf(-1), mp.mpf(0)]
    else:
        size = sum(abs(v) ** mp.mpf(p) for v in e) ** (1 / mp.mpf(p))
        truth = [mp.sign(v) * (abs(v) / size) ** (mp.mpf(p) - 1) for v in e]
    with np.errstate(all="ignore"):  # the value may overflow where the derivative does not
        found = gradient(lambda x: np.linalg.norm(x, order))(x)
    np.testing.assert_allclose(found, [float(t) for t in truth], rtol=2e-15, atol=1e-300)


@pytest.mark.parametrize(
    "x", [1e-310, 1e-300, 1e-200, 1e-30, 1e-16, 1e-8, 1e-5, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.9, 1.5, 7.3]
)
@pytest.mark.parametrize("sign", [1, -1])
def test_sinc_near_zero(x, sign):
    x = sign * x
    v = mp.mpf(x)
    truth = (mp.pi * v * mp.cos(mp.pi * v) - mp.sin(mp.pi * v)) / (mp.pi * v * v)
    for given in (x, np.array([x])):
        found = np.ravel(jacobian(np.sinc)(given))
        if abs(truth) > 1e-300:
            assert ulps(found, [truth]) <= 8
        else:
            np.testing.assert_allclose(found, float(truth), rtol=0.01, atol=1e-322)


def test_second_derivative_of_sinc_at_zero():
    for x in (0.0, 1e-300, -1e-300, 1e-160, 1e-9):
        np.testing.assert_allclose(derivative(derivative(np.sinc))(x), -(np.pi**2) / 3, rtol=1e-14)


@pytest.mark.parametrize("axis", [0, 1])
@pytest.mark.parametrize(
    "exponents", [(0, 0, 0), (200, 0, -200), (-150, -150, 150), (100, 100, 100), (-100, -100, -100), (900, -300, -500)]
)
def test_determinant_of_badly_scaled_matrices(exponents, axis):
    A = np.array([[2.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.25, -1.0, 4.0]]) * np.expand_dims(np.exp2(exponents), axis)
    M = mp.matrix(A.tolist())
    cofactors = mp.inverse(M).T * mp.det(M)
    truth = np.array([[float(cofactors[i, j]) for j in range(3)] for i in range(3)])
    np.testing.assert_allclose(gradient(np.linalg.det)(A), truth, rtol=1e-13)
    logarithmic = np.array([[float(mp.inverse(M).T[i, j]) for j in range(3)] for i in range(3)])
    np.testing.assert_allclose(gradient(lambda A: np.linalg.slogdet(A)[1])(A), logarithmic, rtol=1e-13)


def test_determinant_of_singular_matrices():
    A = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [1.0, 0.0, 1.0]])
    M = mp.matrix(A.tolist())
    minor = lambda i, j: mp.det(mp.matrix([[M[a, b] for b in range(3) if b != j] for a in range(3) if a != i]))
    truth = [[float((-1) ** (i + j) * minor(i, j)) for j in range(3)] for i in range(3)]
    np.testing.assert_allclose(gradient(np.linalg.det)(A), truth, rtol=1e-13, atol=1e-13)


def slope(f):
    return lambda x: jvp(f, (x,), (np.ones_like(x)[()],))[1]


@pytest.mark.parametrize("make", [float, np.float64, lambda x: np.full(3, x)])
def test_quotients_next_to_the_ends_of_the_range(make):
    x, y = 3 * 5e-324, 1e-10 * np.pi  # the quotient is subnormal, its derivative is not
    found = slope(lambda y: make(x) / y)(make(y))
    np.testing.assert_allclose(found, float(-mp.mpf(x) / mp.mpf(y) ** 2), rtol=1e-15)
    x, y = 1e-100, 1e-110  # the cube of the divisor is no number any more
    found = slope(slope(lambda y: make(x) / y))(make(y))
    np.testing.assert_allclose(found, float(2 * mp.mpf(x) / mp.mpf(y) ** 3), rtol=1e-15)
    for y in (1e155, 1e-170):  # by both: -1 / y**2 is subnormal, and infinite
        found = slope(lambda x, y=y: slope(lambda y: x / y)(make(y)))(make(1.0))
        expected = float(-1 / mp.mpf(y) ** 2) if y > 1 else -np.inf
        np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("f", [np.mean, np.average, lambda x: np.sum(x) / x.size])
def test_mean_of_huge_numbers(f):
    x = np.array([1e308, 1.5e308, 1.2e308])
    with np.errstate(over="ignore"):  # the value overflows, its derivative does not
        found = gradient(f)(x)
    np.testing.assert_allclose(found, 1 / 3, rtol=1e-15)


def test_weights_of_an_average_of_nearly_equal_numbers():
    a, w = 1e15 + np.array([1.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])
    truth = (a - 1e15 - 17 / 6) / 6  # of sum(a w) / sum(w) by w, (a - average) / sum(w)
    np.testing.assert_allclose(gradient(lambda w: np.average(a, weights=w))(w), truth, rtol=0.03)
    for keepdims in (False, True):
        f = lambda w: np.sum(np.average(np.stack([a, a]), axis=1, weights=w, keepdims=keepdims))
        np.testing.assert_allclose(gradient(f)(w), 2 * truth, rtol=0.03)


@pytest.mark.parametrize("x", [1e155, -3e160, 1e161])
@pytest.mark.parametrize("make", [float, np.float64, lambda x: np.array([x, 1.0])])
def test_the_slope_of_arctan_that_is_subnormal(x, make):
    found = slope(np.arctan)(make(x))
    assert np.ravel(found)[0] == pytest.approx(float(1 / mp.mpf(x) ** 2), rel=1e-12, abs=5e-324)


def test_mean_and_sum_of_numbers_of_every_size():
    x = np.array([1e-300, 1e300, -1e300, 5e-324, 1.0])
    np.testing.assert_array_equal(gradient(np.sum)(x), np.ones(5))
    np.testing.assert_array_equal(gradient(np.mean)(x), np.full(5, 0.2))
