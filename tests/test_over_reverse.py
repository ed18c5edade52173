"""Hessians by directions through reverse mode: the same as by two levels forward, on the rows of the table."""

import math

import numpy as np
import pytest

from dualad import NoRuleError, custom_jvp, gradient, hessian, hvp, jacobian, jvp, value_gradient_and_hessian
from dualad.errors import DtypeError, LostDerivativeError
from dualad.objects import packed
from dualad.operators import over_reverse
from tests.numerical import results
from tests.test_rules import cases


def weighted(function):
    """A number from all real results of the function, in which every element counts differently."""

    def total(*points):
        parts = [packed(y) if isinstance(y, np.ndarray) else y for y in results(function(*points))]
        return sum(np.sum(y * np.linspace(1.0, 2.0, np.size(y)).reshape(np.shape(y))) for y in parts)

    return total


def is_real(case):
    kinds = {p.dtype.kind for p in case.points} | {np.asarray(y).dtype.kind for y in results(case.function(*case.at))}
    return case.second and kinds == {"f"} and sum(p.size for p in case.points) <= 40


@cases(is_real)
def test_both_ways_are_equal(case):
    f, points = weighted(case.function), [p if p.shape else p[()] for p in case.points]
    every = tuple(range(len(points)))
    forward = hessian(f, argnums=every, mode="forward")(*points)
    if "ends_of_lines" in case.id:  # a function of the user's that numpy.pad calls with views to write to
        with pytest.raises(LostDerivativeError, match=r"numpy\.moveaxis gives a view"):
            hessian(f, argnums=every, mode="reverse")(*points)
        return
    reverse = hessian(f, argnums=every, mode="reverse")(*points)
    for row, expected in zip(reverse, forward, strict=True):
        for block, part in zip(row, expected, strict=True):
            size = np.max(np.abs(part), initial=1.0)
            np.testing.assert_allclose(block, part, rtol=1e-9, atol=1e-11 * size, strict=True)


AT = np.linspace(-0.7, 1.3, 150)
V = np.cos(AT)


def valley(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def valley_hessian(x):
    n = len(x)
    matrix = np.zeros((n, n))
    first, last = np.arange(n - 1), np.arange(1, n)
    matrix[first, first] = 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    matrix[last, last] += 200
    matrix[first, last] = matrix[last, first] = -400 * x[:-1]
    return matrix


@pytest.mark.parametrize("chunk_size", ["auto", 1, 40])
@pytest.mark.parametrize("mode", ["auto", "reverse"])
def test_the_hessian_is_the_one_by_hand_and_exactly_symmetric(chunk_size, mode):
    found = hessian(valley, chunk_size=chunk_size, mode=mode)(AT)
    np.testing.assert_allclose(found, valley_hessian(AT), rtol=1e-13, atol=1e-10)
    np.testing.assert_array_equal(found, found.T)
    out = np.zeros((150, 150))
    assert hessian(valley, chunk_size=chunk_size, mode=mode, out=out)(AT) is out
    np.testing.assert_array_equal(out, found)
    np.testing.assert_allclose(hvp(valley, mode=mode)(AT, V), valley_hessian(AT) @ V, rtol=1e-11, atol=1e-9)


def test_value_gradient_and_aux_come_from_the_same_evaluation():
    calls = []

    def f(p):
        calls.append(p)
        return np.sum(p["a"] ** 3) + p["b"] * np.sum(p["a"]), {"aux": p["b"] * 2}

    p = {"a": np.arange(30.0), "b": 2.0}
    (y, aux), slope, matrix = value_gradient_and_hessian(f, has_aux=True)(p)
    assert (y, aux, len(calls)) == (np.sum(p["a"] ** 3) + 2 * 435, {"aux": 4.0}, 1)
    np.testing.assert_allclose(slope["a"], 3 * p["a"] ** 2 + 2)
    np.testing.assert_allclose(slope["b"], 435)
    np.testing.assert_allclose(matrix["a"]["a"], np.diag(6 * p["a"]), atol=1e-13)
    np.testing.assert_allclose(matrix["a"]["b"], np.ones(30))
    assert matrix["b"]["b"] == 0
    product, aux = hvp(f, has_aux=True, mode="reverse")(p, {"a": np.ones(30), "b": 1.0})
    np.testing.assert_allclose(product["a"], 6 * p["a"] + 1)
    assert aux == {"aux": 4.0}


def test_what_cannot_be_pulled_back_is_done_forward():
    @custom_jvp
    def cube(x):
        return x**3

    @cube.defjvp
    def rule(primals, tangents):
        (x,), (dx,) = primals, tangents
        if not isinstance(dx, (float, np.ndarray)) and not hasattr(dx, "primal"):
            raise NoRuleError("this rule takes numbers only")
        return x**3, 3 * x**2 * dx

    f = lambda x: np.sum(cube(x))
    np.testing.assert_allclose(hessian(f)(AT), np.diag(6 * AT), atol=1e-12)
    np.testing.assert_allclose(hvp(f)(AT, V), 6 * AT * V, atol=1e-12)
    for operator, arguments in ((hessian, (AT,)), (hvp, (AT, V))):
        with pytest.raises(NoRuleError, match="numbers only"):
            operator(f, mode="reverse")(*arguments)


def test_a_zero_that_meets_an_infinite_slope_backwards_is_done_forward():
    f = lambda x: np.sum(np.sqrt(0.0 * x)) + np.sum(x**3)
    with np.errstate(all="raise"):
        _, slope, matrix = value_gradient_and_hessian(f)(AT)
    np.testing.assert_allclose(slope, 3 * AT**2, rtol=1e-15)
    np.testing.assert_allclose(matrix, np.diag(6 * AT), rtol=1e-15)
    np.testing.assert_allclose(hvp(f)(AT, V), 6 * AT * V, rtol=1e-14)


def test_it_nests_and_refuses_complex_arguments():
    third = jacobian(hessian(lambda x: np.sum(x**3) / 6, mode="reverse"))(AT[:4])
    expected = np.zeros((4, 4, 4))
    expected[np.arange(4), np.arange(4), np.arange(4)] = 1
    np.testing.assert_allclose(third, expected, atol=1e-14)
    with pytest.raises(DtypeError, match="mode='reverse' is for real ones"):
        hessian(lambda x: np.sum(x**2), holomorphic=True, mode="reverse")(AT + 0j)
    found = hessian(lambda x: np.sum(x**2), holomorphic=True)(AT + 0j)
    np.testing.assert_allclose(found, 2 * np.eye(150))
    with pytest.raises(ValueError, match="mode is 'backward'"):
        hessian(valley, mode="backward")(AT)


def test_blocks_of_directions_keep_the_recording_in_bounds():
    class Wide:
        count = 10**5

        @staticmethod
        def column_bytes():
            return 8 * 10**5

    pieces = over_reverse.strips("auto", Wide)
    assert pieces[0][1] * Wide.column_bytes() * over_reverse.RECORDED <= over_reverse.LIMIT_BYTES or pieces[0][1] == 1
    assert pieces[-1][1] == Wide.count


@pytest.mark.parametrize("operator", [hessian, hvp, value_gradient_and_hessian])
def test_a_misspelt_mode_is_refused_before_anything_is_computed(operator):
    with pytest.raises(ValueError, match="'forward', 'reverse' or 'auto'"):
        operator(np.sum, mode="revers")


@pytest.mark.parametrize("mode", ["forward", "reverse", "auto"])
@pytest.mark.parametrize("shape", [(3,), (2, 3), (1, 3), (6, 5)])
def test_f_may_assign_to_its_argument(mode, shape):
    def f(x):
        x *= x
        return np.sum(x * x)

    x = np.linspace(1.0, 2.0, math.prod(shape)).reshape(shape)
    expected = np.diag(12 * x.ravel() ** 2).reshape(shape * 2)
    np.testing.assert_allclose(hessian(f, mode=mode)(x), expected, rtol=1e-15)
    np.testing.assert_allclose(hvp(f, mode=mode)(x, x), 12 * x**3, rtol=1e-15)


@pytest.mark.parametrize("argument", [np.float32, np.float64])
@pytest.mark.parametrize("result", [np.float32, np.float64])
@pytest.mark.parametrize("mode", ["forward", "reverse", "auto"])
def test_the_dtype_is_that_of_the_result_either_way(argument, result, mode):
    x, c = np.linspace(0.5, 1.5, 29).astype(argument), np.linspace(0.1, 2.0, 29)
    f = lambda x: np.sum(np.sin(x.astype(float) * c) * x).astype(result)
    y, slope, matrix = value_gradient_and_hessian(f, mode=mode)(x)
    product = hvp(f, mode=mode)(x, x)
    assert y.dtype == slope.dtype == matrix.dtype == product.dtype == result
    t, rtol = x.astype(float), 100 * np.finfo(result).eps
    curvature = 2 * c * np.cos(t * c) - t * c * c * np.sin(t * c)
    np.testing.assert_allclose(slope, np.sin(t * c) + t * c * np.cos(t * c), rtol=rtol)
    np.testing.assert_allclose(matrix, np.diag(curvature), rtol=rtol)
    np.testing.assert_allclose(product, curvature * t, rtol=rtol)


@pytest.mark.parametrize("v", [lambda x: x, np.ones_like])
def test_slopes_at_zero_inside_of_reverse_mode_move(v):
    def f(x):
        return np.sum(jvp(lambda z: z**3, (x,), (v(x),))[1] * x**2)  # 3 x**4 v

    x = np.array([0.0, -0.59, -1.18])
    expected = np.diag(60 * x**3 if v(x)[0] == 0 else 36 * x**2)
    np.testing.assert_allclose(hessian(f, mode="reverse")(x), expected, rtol=1e-14, atol=1e-300)
    np.testing.assert_allclose(jacobian(gradient(f, mode="reverse"))(x), expected, rtol=1e-14, atol=1e-300)
