"""Python numbers as arguments: what NumPy does not dispatch, and results that stay numbers."""

import numpy as np
import pytest

from dualad import Dual, derivative, jacobian, jvp


def test_an_array_of_duals_of_python_floats_keeps_the_derivative():
    def point(t):
        return np.array([np.cos(t), t, 1.0])

    np.testing.assert_array_equal(derivative(point)(1.0), [-np.sin(1.0), 1.0, 0.0])
    np.testing.assert_array_equal(jacobian(point)(1.0), [-np.sin(1.0), 1.0, 0.0])


def test_asarray_of_a_number_keeps_the_derivative():
    assert derivative(lambda t: np.asarray(t) * 2.0)(1.5) == 2.0
    assert np.asarray(Dual(1.5, 2.0))[()].tangent == 2.0


def test_the_derivative_of_a_number_by_a_number_is_no_array():
    found = jacobian(lambda x, y: x * y, argnums=(0, 1))(2.0, 3.0)
    assert not any(isinstance(d, np.ndarray) for d in found)
    assert not isinstance(jvp(np.sqrt, (0.0,), (0.0,))[1], np.ndarray)


def test_an_array_made_like_the_argument_is_a_dual_whatever_its_nesting():
    def solution(x):
        return np.linalg.solve(np.array([[x[0], 1.0], [0.0, x[1]]], like=x), np.ones(2))

    # x = (a, b): the solution is ((1 - 1/b) / a, 1 / b)
    np.testing.assert_allclose(jacobian(solution)([1.0, 2.0]), [[-0.5, 0.25], [0.0, -0.25]], rtol=1e-15)


@pytest.mark.parametrize(
    "number", [1.5, 1.5 + 2j, np.float32(1.5), np.complex128(1.5 + 2j), np.ones(3), 1j * np.ones(3)]
)
@pytest.mark.parametrize("zero", [0, 0.0, 0j, np.float64(0)])
def test_a_product_with_zero_still_is_a_dual(number, zero):
    x = Dual(number, np.ones_like(number)[()])
    for y in (zero * x, x * zero, np.multiply(zero, x)):
        assert isinstance(y, Dual)
        assert not np.any(y.tangent)
