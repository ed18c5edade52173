"""Reductions, statistics, polynomials: degenerate points, accuracy and errors, by closed forms."""

import math

import mpmath
import numpy as np
import pytest

from dualad import Dual, LostDerivativeError, NoRuleError, derivative, gradient, jacobian, jvp
from dualad.rules.special import sinc_derivative


def test_product_with_one_zero_moves_with_the_zero_alone():
    np.testing.assert_array_equal(gradient(np.prod)([2.0, 0.0, 3.0]), [0, 6, 0])


def test_product_with_two_zeros_has_only_the_mixed_second_derivative():
    x = np.array([2.0, 0.0, 3.0, 0.0])
    np.testing.assert_array_equal(gradient(np.prod)(x), np.zeros(4))
    expected = np.zeros((4, 4))
    expected[1, 3] = expected[3, 1] = 6
    np.testing.assert_array_equal(jacobian(gradient(np.prod))(x), expected)


def test_cumulative_product_with_zeros():
    expected = [[1, 0, 0, 0], [0, 2, 0, 0], [0, 6, 0, 0], [0, 0, 0, 0]]
    np.testing.assert_array_equal(jacobian(np.cumprod)([2.0, 0.0, 3.0, 0.0]), expected)


def test_products_whose_runs_leave_the_range_keep_their_derivatives():
    x = np.array([1e200, 1.5, 1e-200, 1.2e-200, 1e200, 0.7])
    size = np.array([float(mpmath.fprod([mpmath.mpf(f) for j, f in enumerate(x) if j != i])) for i in range(6)])
    # without the first factor NumPy's own product underflows on its way
    np.testing.assert_allclose(gradient(np.prod)(x), size, rtol=1e-15, atol=1e-199)
    np.testing.assert_allclose(jacobian(np.cumprod)(x)[-1], size, rtol=1e-15, atol=1e-199)


def test_overflowing_product_leaves_still_directions_still():
    x, v = np.array([1e300, 1e300, 2.0]), np.array([0.0, 0.0, 0.0])
    with np.errstate(over="ignore"):
        y, dy = jvp(np.prod, (x,), (v,))
    assert y == np.inf
    assert dy == 0


def test_product_of_many_takes_few_passes():
    x = np.linspace(0.9, 1.1, 20_001)
    found = gradient(lambda x: np.cumprod(x)[-1])
    y, dy = jvp(np.cumprod, (x,), (np.ones_like(x),))
    np.testing.assert_allclose(dy, y * np.cumsum(1 / x), rtol=1e-11)
    assert callable(found)


def test_sum_in_a_wider_dtype_sums_the_tangents_there():
    x = np.full(3, 1e8, np.float32)
    v = np.array([1.0, 1e-8, -1.0], np.float32)
    assert jvp(lambda x: np.sum(x, dtype=float), (x,), (v,))[1] == pytest.approx(1e-8, rel=1e-6)


def test_mean_of_huge_numbers_is_finite_with_its_derivative():
    np.testing.assert_array_equal(gradient(np.mean)(np.full(4, 1e307)), np.full(4, 0.25))


@pytest.mark.parametrize("function", [np.var, np.std, np.nanvar, np.nanstd])
def test_spread_of_nearly_equal_numbers_is_accurate(function):
    x = 1e8 + np.array([0.0, 1.0, 3.0, 4.0])
    unit = np.array([-2.0, -1.0, 1.0, 2.0])
    expected = unit / 2 if function in (np.var, np.nanvar) else unit / 4 / np.sqrt(2.5)
    np.testing.assert_allclose(gradient(function)(x), expected, rtol=1e-14)


@pytest.mark.parametrize("function", [np.var, np.std])
def test_spread_does_not_move_with_a_common_shift(function):
    assert jvp(function, (np.array([0.1, 0.7, 0.3]),), (np.ones(3),))[1] == 0


@pytest.mark.parametrize("function", [np.std, np.nanstd])
def test_standard_deviation_at_zero_spread_is_a_kink_with_mean_slope_zero(function):
    np.testing.assert_array_equal(gradient(function)([2.0, 2.0, 2.0]), np.zeros(3))


def test_undefined_spread_has_an_undefined_derivative():
    with pytest.warns(RuntimeWarning):
        y, dy = jvp(lambda x: np.var(x, ddof=1), (np.array([2.0]),), (np.array([1.0]),))
    assert np.isnan(y)
    assert np.isnan(dy)


def test_average_of_large_numbers_moves_with_its_weights_accurately():
    x = 1e12 + np.array([0.0, 1.0, 2.0])
    np.testing.assert_allclose(gradient(lambda w: np.average(x + 0 * w, weights=w))(np.ones(3)), [-1 / 3, 0, 1 / 3])


def test_correlation_with_itself_does_not_move():
    found = jacobian(np.corrcoef)(np.array([[1.0, 2.0, 4.0], [3.0, 1.0, 7.0]]))
    assert not found[0, 0].any()
    assert not found[1, 1].any()


@pytest.mark.parametrize("function", [np.sum, np.prod, np.mean, np.var, np.std, np.cumsum, np.cumprod, np.nansum])
def test_output_that_holds_derivatives_is_filled(function):
    def f(x):
        out = np.zeros_like(function(x, axis=0))
        assert function(x, axis=0, out=out) is out
        return out

    x = np.array([[0.3, 0.7], [1.1, 0.2], [0.5, 0.6]])
    np.testing.assert_array_equal(jacobian(f)(x), jacobian(lambda x: function(x, axis=0))(x))


@pytest.mark.parametrize("function", [np.sum, np.prod, np.var, np.cumprod, np.nanmean])
def test_output_of_numbers_is_refused(function):
    with pytest.raises(LostDerivativeError, match=r"np\.zeros_like"):
        gradient(lambda x: function(x, axis=0, out=np.zeros_like(function(np.ones((2, 3)), axis=0))))(np.ones((2, 3)))


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("x", [0.0, 1e-300, -1e-160, 1e-8, 0.1, -0.6, 0.64, 1.0, 1.27, 2.0, 1000.0, 1e6 + 0.25])
def test_derivatives_of_sinc(x, order):
    f = np.sinc
    for _ in range(order):
        f = derivative(f)
    with mpmath.workdps(60 + 2 * order):
        expected = _sinc_derivative(mpmath.mpf(x), order)
    scale = max(abs(expected), 1e-13 / max(abs(x), 1)) if abs(x) > 0.1 else abs(expected)
    assert abs(float(f(x)) - float(expected)) <= 8e-15 * float(scale) + 5e-324


@pytest.mark.parametrize("order", [0, 5, 9, 12])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.999, 1.001, 2.0])
def test_high_derivatives_of_sinc_on_both_sides_of_the_change_of_formula(order, share):
    x = share * (order + 1) / math.pi
    with mpmath.workdps(80):
        t = mpmath.pi * mpmath.mpf(x)
        series = [
            (-1) ** k * mpmath.ff(2 * k, order) / mpmath.factorial(2 * k + 1) * t ** (2 * k - order)
            for k in range((order + 1) // 2, 150)
        ]
        expected = float(sum(series))
    np.testing.assert_allclose(sinc_derivative(order, np.float64(x)), expected, rtol=1e-11, atol=1e-15)


def _sinc_derivative(x, order):
    t = mpmath.pi * x
    if abs(t) < 3:
        series = (
            (-1) ** k * mpmath.factorial(2 * k) / mpmath.factorial(2 * k - order) / mpmath.factorial(2 * k + 1)
            * (t ** (2 * k - order) if 2 * k > order else 1)
            for k in range((order + 1) // 2, 60)
        )  # fmt: skip
        return mpmath.pi**order * sum(series)
    waves = [mpmath.sin(t), mpmath.cos(t), -mpmath.sin(t), -mpmath.cos(t)]
    found = waves[0] / t
    for n in range(1, order + 1):
        found = (waves[n % 4] - n * found) / t
    return mpmath.pi**order * found


@pytest.mark.parametrize("x", [0.0, 1e-300, 1e-5, -0.7, 3.0, 8.0, -25.0, 29.9, 30.1, 45.0, 300.0, 700.0])
def test_derivatives_of_i0(x):
    np.testing.assert_allclose(derivative(np.i0)(x), float(mpmath.besseli(1, x)), rtol=3e-15)
    np.testing.assert_allclose(
        derivative(derivative(np.i0))(x), float((mpmath.besseli(0, x) + mpmath.besseli(2, x)) / 2), rtol=3e-15
    )


def test_multiple_root_is_a_pole():
    assert not np.isfinite(jacobian(np.roots)(np.array([1.0, 0.0, 0.0]))[:, 2]).any()


def test_characteristic_polynomial_is_smooth_at_a_repeated_eigenvalue():
    x = np.array([[2.0, 0.0], [0.0, 2.0]])
    np.testing.assert_allclose(jacobian(np.poly)(x)[1:], [[[-1, 0], [0, -1]], [[2, 0], [0, 2]]], atol=1e-15)


def test_leading_coefficient_that_numpy_drops_is_not_lost_in_silence():
    with pytest.raises(LostDerivativeError, match=r"np\.convolve"):
        jacobian(lambda p: np.polymul(p, [1.0, 2.0]))(np.array([0.0, 1.0]))
    found = jacobian(lambda p: np.polymul(p, [0.0, 1.0, 2.0]))(np.array([3.0, 1.0]))
    np.testing.assert_array_equal(found, [[1, 0], [2, 1], [0, 2]])


def test_poly1d_is_refused_with_the_remedy():
    with pytest.raises(NoRuleError, match=r"p\.coeffs"):
        jacobian(lambda p: np.polymul(np.poly1d([1.0, 2.0]), p))(np.ones(2))


def test_full_polynomial_fit_is_refused_with_the_remedy():
    with pytest.raises(NoRuleError, match=r"np\.polyval"):
        jacobian(lambda y: np.polyfit([0.0, 1.0, 2.0], y, 1, full=True)[0])(np.ones(3))


def test_polynomial_fit_of_an_exact_line_has_the_textbook_slopes():
    x = np.array([0.0, 1.0, 2.0, 3.0])
    slope = (x - x.mean()) / np.sum((x - x.mean()) ** 2)
    np.testing.assert_allclose(jacobian(lambda y: np.polyfit(x, y, 1))(2 * x + 1)[0], slope, atol=1e-15)


def test_slopes_with_evenly_spaced_active_points():
    x = np.arange(5.0)
    found = jacobian(lambda x: np.gradient(x**2, x))(x)
    e = 1e-6
    shifted = [(np.gradient((x + d) ** 2, x + d) - np.gradient((x - d) ** 2, x - d)) / (2 * e) for d in e * np.eye(5)]
    np.testing.assert_allclose(found, np.transpose(shifted), atol=1e-8)


@pytest.mark.parametrize("dtype", [int, np.int32])
def test_sequence_of_integers_is_piecewise_constant(dtype):
    y = np.linspace(Dual(0.0, 1.0), 9.0, 5, dtype=dtype)
    assert type(y) is np.ndarray
    assert y.dtype == dtype


def test_complex_roots_outside_of_the_real_domain():
    np.testing.assert_allclose(derivative(np.emath.sqrt)(-4.0), -0.25j)
    np.testing.assert_allclose(derivative(np.emath.arcsin)(np.array(2.0)), 1j / np.sqrt(3))
    assert np.iscomplexobj(np.emath.sqrt(Dual(-4.0, 1.0)).primal)
