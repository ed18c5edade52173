"""`register_ufunc`: a rule for a ufunc of the user's, and what it refuses."""

import numpy as np
import pytest

from dualad import NoRuleError, derivative, gradient, hessian, register_ufunc

pytestmark = pytest.mark.usefixtures("no_rule_stays")

cos = np.cos
cube = np.frompyfunc(lambda x: x * x * x, 1, 1)


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ((np.sum, 1), TypeError, "takes a numpy.ufunc with one output, not <function sum"),
        ((np.modf, 1), TypeError, "takes a numpy.ufunc with one output"),
        ((cube, 1, 2), ValueError, "has 1 inputs and 2 partials were given: one for each"),
        ((cube, "3x**2"), TypeError, "a partial is a function"),
        ((np.sin, np.cos), ValueError, "numpy.sin already has a rule"),
    ],
)
def test_what_is_no_rule_is_refused(arguments, error, text):
    with pytest.raises(error, match=text):
        register_ufunc(*arguments)


def test_partials_may_be_numbers(no_rule_stays):
    ours = np.frompyfunc(lambda x, y: 0.5 * x + y * y, 2, 1)
    register_ufunc(ours, 0.5, lambda z, x, y: 2 * y)
    np.testing.assert_array_equal(gradient(lambda x: ours(x[0], x[1]))([1.0, 2.0]), [0.5, 4.0])
    assert derivative(lambda x: derivative(lambda y: ours(x, y))(3.0))(1.0) == 0.0
    assert derivative(derivative(lambda y: ours(1.0, y)))(3.0) == 2.0


def test_partials_mean_by_a_name_what_they_mean_elsewhere():
    for partial in (lambda y, x: cos(x), lambda y, x, k=1.0: k * np.cos(x), lambda y, x: np.cos(x, dtype=float)):
        ours = np.frompyfunc(lambda x: np.sin(x), 1, 1)
        register_ufunc(ours, partial)
        assert derivative(ours)(0.5) == np.cos(0.5)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_what_a_python_ufunc_gives_meets_other_arrays_as_doubles(mode):
    x, w = np.array([1.1, -0.4, 0.7]), np.array([2.0, 3.0, 4.0])
    register_ufunc(cube, lambda y, x: 3 * x**2)
    weighted = np.frompyfunc(lambda x, w: x * x * w, 2, 1)
    register_ufunc(weighted, lambda z, x, w: 2 * z / x, lambda z, x, w: x * x)
    for f, slope, curvature in (
        (lambda x: cube(x) @ x, 4 * x**3, 12 * x**2),
        (lambda x: np.sum(weighted(x, w) * x), 3 * w * x**2, 6 * w * x),
        (lambda x: np.sum(weighted(w, x) * x), 2 * w * w * x, 2 * w * w),
        (lambda x: np.sum(weighted(x, 2.0) * x), 6 * x**2, 12 * x),
        (lambda x: np.sum(weighted(x, x) * x), 4 * x**3, 12 * x**2),
    ):
        np.testing.assert_allclose(gradient(f, mode=mode)(x), slope, rtol=1e-14)
        np.testing.assert_allclose(hessian(f, mode=mode)(x), np.diag(curvature), rtol=1e-13, atol=1e-14)


def test_an_input_without_a_partial_is_refused_by_number(no_rule_stays):
    power = np.frompyfunc(lambda n, x: x**n, 2, 1)
    register_ufunc(power, None, lambda y, n, x: n * x ** (n - 1))
    assert derivative(lambda x: power(3, x))(2.0) == 12.0
    assert derivative(lambda x: power(3, x), order=2)(2.0) == 12.0
    for mode in ("forward", "reverse"):
        with pytest.raises(NoRuleError, match="with respect to its input number 1: it was registered without"):
            gradient(lambda n: power(n[0], 2.0) + n[1], mode=mode)(np.array([3.0, 1.0]))
