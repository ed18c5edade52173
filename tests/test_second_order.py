"""Hessians, Hessian-vector products and higher derivatives against closed forms."""

import math

import numpy as np
import pytest

from dualad import (
    ShapeError,
    derivative,
    gradient,
    hessian,
    hvp,
    is_dual,
    jacobian,
    second_directional_derivative,
    value_and_derivative,
    value_gradient_and_hessian,
)

optimize = pytest.importorskip("scipy.optimize")
AT = np.linspace(-0.7, 1.3, 7)
V = np.array([2.0, 3.0, 5.0, 7.0, 11.0, 13.0, 17.0])


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


@pytest.mark.parametrize("chunk_size", ["auto", 1, 2, 3, 7, 100])
def test_the_hessian_is_that_of_scipy_and_symmetric(chunk_size):
    found = hessian(rosenbrock, chunk_size=chunk_size)(AT)
    np.testing.assert_allclose(found, optimize.rosen_hess(AT), rtol=1e-13, atol=1e-11)
    np.testing.assert_array_equal(found, found.T)
    product = hvp(rosenbrock, chunk_size=chunk_size)(AT, V)
    np.testing.assert_allclose(product, optimize.rosen_hess_prod(AT, V), rtol=1e-13, atol=1e-10)


def test_value_gradient_and_hessian_come_from_one_evaluation():
    calls = []

    def f(x):
        calls.append(x)
        return rosenbrock(x), {"seen": x}

    (y, aux), g, H = value_gradient_and_hessian(f, has_aux=True)(AT)
    assert len(calls) == 1
    assert not is_dual(aux["seen"])
    np.testing.assert_array_equal(aux["seen"], AT)
    assert y == rosenbrock(AT)
    np.testing.assert_allclose(g, optimize.rosen_der(AT), rtol=1e-12)
    np.testing.assert_allclose(H, optimize.rosen_hess(AT), rtol=1e-12, atol=1e-11)
    for operator, arguments in ((hessian, (AT,)), (hvp, (AT, V))):
        calls.clear()
        _, aux = operator(f, has_aux=True)(*arguments)
        assert len(calls) == 1
        assert not is_dual(aux["seen"])
    calls.clear()
    y, d2y, aux = second_directional_derivative(f, (AT,), (V,), has_aux=True)
    assert (len(calls), is_dual(aux["seen"])) == (1, False)
    np.testing.assert_allclose(d2y, V @ optimize.rosen_hess(AT) @ V, rtol=1e-12)


def test_scipy_takes_them_as_hess_and_hessp():
    start = np.array([-1.2, 1.0, 0.7])
    for options in (
        {"method": "trust-exact", "hess": hessian(rosenbrock)},
        {"method": "Newton-CG", "hessp": hvp(rosenbrock)},
    ):
        found = optimize.minimize(rosenbrock, start, jac=gradient(rosenbrock), **options)
        np.testing.assert_allclose(found.x, 1.0, atol=1e-4)

    def scaled(x, a, b):
        return a * rosenbrock(x) + b

    found = optimize.minimize(
        scaled, start, args=(2.0, 1.0), jac=gradient(scaled), hessp=hvp(scaled), method="trust-ncg"
    )
    np.testing.assert_allclose(found.x, 1.0, atol=1e-4)


def test_containers_give_containers_of_containers():
    def f(p):
        return p["a"] ** 2 * np.sum(p["b"] ** 2)

    p = {"a": 2.0, "b": np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])}
    for chunk_size in ("auto", 3):
        found = hessian(f, chunk_size=chunk_size)(p)
        assert found["a"]["a"] == 2 * 91.0
        np.testing.assert_array_equal(found["a"]["b"], 8 * p["b"])
        np.testing.assert_array_equal(found["b"]["a"], 8 * p["b"])
        np.testing.assert_array_equal(found["b"]["b"], 8 * np.eye(6).reshape(2, 3, 2, 3))
    product = hvp(f)(p, {"b": np.zeros((2, 3)), "a": 1.0})
    assert product["a"] == 182.0
    np.testing.assert_array_equal(product["b"], 8 * p["b"])
    assert hessian(lambda x, y: x * y**2, argnums=(0, 1))(2.0, 3.0) == ((0.0, 6.0), (6.0, 4.0))


def test_functions_that_are_linear_or_constant_have_a_hessian_of_zeros():
    for f in (np.sum, lambda x: 3.0, lambda x: x[0]):
        y, g, H = value_gradient_and_hessian(f)(np.ones(3))
        assert y == f(np.ones(3))
        assert g.shape == (3,)
        np.testing.assert_array_equal(H, np.zeros((3, 3)))
        np.testing.assert_array_equal(hvp(f)(np.ones(3), np.ones(3)), np.zeros(3))


def test_a_hessian_is_differentiated_again():
    expected = np.zeros((3, 3, 3))
    expected[0, 0, 1] = expected[0, 1, 0] = expected[1, 0, 0] = 2.0
    for chunk_size in ("auto", 1, 2):
        third = jacobian(hessian(lambda x: x[0] ** 2 * x[1] + x[2], chunk_size=chunk_size))([3.0, 2.0, 1.0])
        np.testing.assert_array_equal(third, expected)


def test_a_small_hessian_takes_one_evaluation_and_blocks_are_counted():
    calls = []

    def f(x):
        calls.append(x)
        return np.sum(np.sin(x))

    hessian(f)(np.ones(50))
    assert len(calls) == 1
    calls.clear()
    hessian(f, chunk_size=10, mode="forward")(np.ones(50))
    assert len(calls) == 15  # pairs of blocks on and above the diagonal
    calls.clear()
    hessian(f, chunk_size=10)(np.ones(50))
    assert len(calls) == 5  # blocks of rows


def test_out_is_filled(tmp_path):
    out = np.memmap(tmp_path / "hessian", float, "w+", shape=(7, 7))
    assert hessian(rosenbrock, chunk_size=3, out=out)(AT) is out
    np.testing.assert_allclose(out, optimize.rosen_hess(AT), rtol=1e-12, atol=1e-11)
    with pytest.raises(ShapeError, match=r"shape \(7,\), expected \(7, 7\)"):
        hessian(rosenbrock, out=np.zeros(7))(AT)


def test_a_result_that_is_no_number_is_refused_with_both_shapes():
    for operator in (hessian, value_gradient_and_hessian):
        with pytest.raises(ShapeError, match=r"returned an array of shape \(3,\) for an argument of shape \(3,\)"):
            operator(lambda x: x)(np.ones(3))
    with pytest.raises(ShapeError, match=r"v has shape \(2,\), expected \(3,\)"):
        hvp(np.sum)(np.ones(3), np.ones(2))


def test_second_derivatives_along_directions():
    y, d2y = second_directional_derivative(lambda x: x**3, (np.array([1.0, 2.0]),), (np.array([1.0, 10.0]),))
    np.testing.assert_array_equal(y, [1.0, 8.0])
    np.testing.assert_array_equal(d2y, [6.0, 1200.0])
    found = second_directional_derivative(rosenbrock, (AT,), (V,), (V[::-1],))[1]
    np.testing.assert_allclose(found, V @ optimize.rosen_hess(AT) @ V[::-1], rtol=1e-12)
    y, d2y = second_directional_derivative(
        lambda p: [p["a"] * p["b"], 2.0], ({"a": 2.0, "b": 3.0},), ({"a": 1.0, "b": 1.0},)
    )
    assert (y, d2y) == ([6.0, 2.0], [2.0, 0.0])


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5, 6])
def test_derivatives_of_any_order(order):
    expected = math.sin(0.7 + order * math.pi / 2)
    assert derivative(np.sin, order=order)(0.7) == pytest.approx(expected, rel=1e-13)
    y, d = value_and_derivative(np.sin, order=order)(0.7)
    assert (y, d) == (np.sin(0.7), pytest.approx(expected, rel=1e-13))


def test_order_goes_with_the_other_options():
    calls = []

    def f(x, k):
        calls.append(x)
        return [x**k, k * x], x

    (second, aux) = derivative(f, order=2, has_aux=True)(2.0, 5)
    assert (second, aux, len(calls)) == ([160.0, 0.0], 2.0, 1)
    (y, aux), third = value_and_derivative(f, order=3, has_aux=True)(2.0, 5)
    assert (y, aux, third) == ([32.0, 10.0], 2.0, [240.0, 0.0])
    with pytest.raises(ValueError, match="1 or more"):
        derivative(f, order=0)
    with pytest.raises(ShapeError, match="needs a number"):
        derivative(lambda x: x, order=2)(np.ones(3))


def test_a_buffer_filled_element_by_element_has_a_hessian():
    def f(x):
        out = np.zeros(2, like=x)
        out[0] = 3 * x[0]
        out[1] = x[0] * x[1]
        return np.sum(out**2)

    np.testing.assert_allclose(hessian(f)(np.array([1.0, 2.0])), [[18 + 8, 8], [8, 2]])
