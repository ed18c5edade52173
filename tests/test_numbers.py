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


OF_A_NUMBER = {
    "median": np.median,
    "median over no axes": lambda x: np.median(x, axis=()),
    "nanmedian": np.nanmedian,
    "quantile": lambda x: np.quantile(x, 0.3),
    "percentiles": lambda x: np.percentile(x, [30, 40]),
    "nanquantile": lambda x: np.nanquantile(x, 0.3),
    "sort": lambda x: np.sort(x, axis=None),
    "partition": lambda x: np.partition(x, 0, axis=None),
    "unique": np.unique,
    "union1d": lambda x: np.union1d(x, [1.0, 3.0]),
    "setdiff1d": lambda x: np.setdiff1d(x, [1.0]),
    "trim_zeros": lambda x: np.trim_zeros(np.atleast_1d(x)),
    "concatenate": lambda x: np.concatenate([x, [1.0]], axis=None),
    "insert": lambda x: np.insert([1.0, 2.0], 0, x),
    "append": lambda x: np.append(x, x),
    "repeat": lambda x: np.repeat(x, 2),
    "roll": lambda x: np.roll(x, 1),
    "select": lambda x: np.select([np.array([True, False])], [x], 2 * x),
    "choose": lambda x: np.choose([0, 1], [x, 1.0]),
    "piecewise": lambda x: np.piecewise(x, [x > 1], [lambda z: z * z, 0.0]),
    "cumprod": np.cumprod,
    "nanprod": np.nanprod,
    "norm": np.linalg.norm,
    "einsum": lambda x: np.einsum(",i->i", x, [1.0, 2.0]),
    "interp": lambda x: np.interp(x, [1.0, 3.0], [1.0, 9.0]),
    "poly": lambda x: np.poly([x, 1.0]),
    "diff": lambda x: np.diff([1.0, 2.0], prepend=x),
}


@pytest.mark.parametrize("name", OF_A_NUMBER)
def test_a_function_of_arrays_takes_a_python_number(name):
    function, h = OF_A_NUMBER[name], 1e-6
    y = function(Dual(2.0, 1.0))
    np.testing.assert_array_equal(y.primal, function(2.0))
    assert np.shape(y.tangent) == np.shape(function(2.0))
    np.testing.assert_allclose(y.tangent, (function(2.0 + h) - function(2.0 - h)) / (2 * h), atol=1e-8)
