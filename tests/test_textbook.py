"""Derivatives that textbooks state, and the examples by which perturbation confusion was found.

The expected values are closed forms derived by hand. Nested examples: Siskind & Pearlmutter (2005), "Perturbation
confusion and referential transparency"; Manzyuk et al. (2019), "Perturbation confusion in forward automatic
differentiation of higher-order functions".
"""

import sys
import threading

import numpy as np
import pytest

from dualad import Dual, LevelError, derivative, gradient, jacobian, jvp, value_and_derivative


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=4e-15, atol=4e-15)


@pytest.fixture
def frequent_switches():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("x", [-1.1, -0.3, 0.0, 0.7, 1.4])
def test_an_expression_with_shared_parts(x):
    def f(x):
        inner = x**2 + np.exp(x**2)
        return np.sqrt(inner) + np.cos(inner)

    inner = x**2 + np.exp(x**2)
    by_x = 2 * x * (1 + np.exp(x**2))
    value, slope = value_and_derivative(f)(x)
    assert value == f(x)
    close(slope, by_x * (0.5 / np.sqrt(inner) - np.sin(inner)))


@pytest.mark.parametrize(("x1", "x2"), [(0.5, 4.2), (-2.0, 3.0), (0.0, 1.0)])
def test_the_standard_evaluation_trace(x1, x2):
    def f(x1, x2):
        return x1 * x2 + np.sin(x1)

    close(derivative(f)(x1, x2), x2 + np.cos(x1))
    close(derivative(f, argnums=1)(x1, x2), x1)
    close(gradient(lambda x: f(*x))([x1, x2]), [x2 + np.cos(x1), x1])


def test_two_outputs_in_one_pass():
    calls = []

    def f(x1, x2):
        calls.append(1)
        return x1 * x2 + np.sin(x1), x1 - np.exp(x2)

    y, dy = jvp(f, (0.5, 4.2), (1.0, 0.0))
    assert len(calls) == 1
    close(y, [0.5 * 4.2 + np.sin(0.5), 0.5 - np.exp(4.2)])
    close(dy, [4.2 + np.cos(0.5), 1.0])


def test_subtraction_and_division_of_dual_numbers():
    # (a + a'e) - (b + b'e) = (a - b) + (a' - b')e
    # (a + a'e) / (b + b'e) = (a + a'e)(b - b'e) / b^2 = a/b + (a'b - ab')/b^2 e, because e^2 = 0
    x, y = Dual(3.0, 5.0), Dual(4.0, -2.0)
    assert ((x - y).primal, (x - y).tangent) == (-1.0, 7.0)
    assert ((x / y).primal, (x / y).tangent) == (0.75, (5.0 * 4.0 - 3.0 * -2.0) / 16.0)
    assert ((2 - y).primal, (2 - y).tangent) == (-2.0, 2.0)
    assert ((2 / y).primal, (2 / y).tangent) == (0.5, 0.25)


def test_a_composition_pushes_the_direction_through_both_functions():
    def g(p):
        return np.stack([p[0] * p[1], np.sin(p[2]), p[0] - p[2]])

    def f(q):
        return np.stack([np.exp(q[0]) * q[1], q[2] ** 3])

    p, t = np.array([0.3, -1.2, 0.8]), np.array([2.0, 0.5, -1.0])
    composed = jvp(lambda p: f(g(p)), (p,), (t,))
    q, dq = jvp(g, (p,), (t,))
    step_by_step = jvp(f, (q,), (dq,))
    close(composed[0], step_by_step[0])
    close(composed[1], step_by_step[1])
    close(composed[1], jacobian(f)(q) @ jacobian(g)(p) @ t)


def test_an_inner_derivative_does_not_see_the_outer_variable():
    # d/dx (x * d/dy (x + y)) = d/dx (x * 1) = 1; with one shared perturbation it would be 2
    assert derivative(lambda x: x * derivative(lambda y: x + y)(1.0))(1.0) == 1.0
    # d/dx (x * d/dy (x * y)) = d/dx (x * x) = 2x
    assert derivative(lambda x: x * derivative(lambda y: x * y)(2.0))(3.0) == 6.0
    # d/dx (x * d/dy (x y^2) at y = x) = d/dx (2 x^3) = 6 x^2
    assert derivative(lambda x: x * derivative(lambda y: x * y * y)(x))(2.0) == 24.0


def test_an_inner_derivative_at_the_outer_variable_and_at_its_value_differ():
    assert derivative(lambda x: derivative(lambda y: y**3)(x))(2.0) == 12.0
    assert derivative(lambda x: derivative(lambda y: y**3)(2.0) * x)(5.0) == 12.0


def test_three_levels():
    # d/dx d/dy d/dz (x y z + x^2 y^2 z^2) = 1 + 8xyz
    def f(x):
        return derivative(lambda y: derivative(lambda z: x * y * z + x**2 * y**2 * z**2)(5.0))(3.0)

    assert derivative(f)(2.0) == 1 + 8 * 2 * 3 * 5


def test_the_curried_function_that_confuses_closures():
    # D (lambda x: lambda g: lambda y: g(x + y)), applied at the outer 0: a derivative of a function-valued function
    def shifted(offset):
        return lambda g: lambda x: g(x + offset)

    def shift_rate(g):
        return lambda x: derivative(lambda u: shifted(u)(g)(x))(0.0)

    close(shift_rate(shift_rate(np.exp))(1.0), np.exp(1.0))


def test_operators_inside_each_other():
    def f(x):
        return np.stack([x[0] ** 2 * x[1], np.sin(x[1])])

    at, v = np.array([1.5, 0.4]), np.array([2.0, -1.0])
    # the Jacobian of f'(x) v, with f' = [[2 x0 x1, x0^2], [0, cos x1]]
    by_hand = [[2 * at[1] * v[0] + 2 * at[0] * v[1], 2 * at[0] * v[0]], [0.0, -np.sin(at[1]) * v[1]]]
    close(jacobian(lambda x: jvp(f, (x,), (v,))[1])(at), by_hand)
    close(jvp(jacobian(f), (at,), (v,))[1], by_hand)
    second = jacobian(jacobian(f))(at)
    assert second.shape == (2, 2, 2)
    close(second[0], [[2 * at[1], 2 * at[0]], [2 * at[0], 0.0]])
    close(second[1], [[0.0, 0.0], [0.0, -np.sin(at[1])]])


@pytest.mark.parametrize("order", [1, 2, 3, 4, 5])
def test_repeated_derivatives(order):
    f = np.exp
    for _ in range(order):
        f = derivative(f)
    close(f(0.7), np.exp(0.7))


def test_recursion():
    def power(x, n):
        return 1.0 if n == 0 else x * power(x, n - 1)

    assert derivative(lambda x: power(x, 7))(2.0) == 7 * 2.0**6

    def nested(x, depth):
        return x if depth == 0 else derivative(lambda y: y * nested(x * y, depth - 1))(x)

    # nested(x, 1) = d/dy (y * xy) at y = x, that is 2 x^2; its derivative is 4x
    assert derivative(lambda x: nested(x, 1))(3.0) == 12.0


def test_captured_variables_are_shared_by_sibling_derivatives():
    def f(x):
        left = derivative(lambda y: x * y**2)(2.0)
        right = derivative(lambda y: x**2 * y)(5.0)
        return left * right

    assert derivative(f)(3.0) == 4 * 3 * 3.0**2  # left * right = 4x * x^2


def test_an_outer_dual_that_was_stored_still_has_its_own_derivative():
    stored = {}

    def inner(y):
        return y * stored["x"]

    def f(x):
        stored["x"] = x
        return derivative(inner)(10.0) * x

    assert derivative(f)(3.0) == 6.0


def test_an_inner_dual_that_escapes_is_refused():
    stored = []

    def f(x):
        derivative(lambda y: stored.append(y) or y)(1.0)
        return x * stored[0]

    with pytest.raises(LevelError, match="an inner operator call that has ended"):
        derivative(f)(2.0)


def test_two_threads_do_not_confuse_their_levels(frequent_switches):
    def f(x):
        return x * derivative(lambda y: x * np.sin(y) + y)(x)

    def by_hand(x):  # x (x cos x + 1)
        return 2 * x * np.cos(x) - x**2 * np.sin(x) + 1

    failures = []

    def run(offset):
        try:
            for x in offset + np.linspace(0.1, 1.0, 100):
                close(derivative(f)(x), by_hand(x))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(offset,)) for offset in (0.0, 1.0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_threads_inside_a_differentiated_function_see_its_variable(frequent_switches):
    def f(x):
        parts = [None, None]

        def run(i):
            parts[i] = sum(derivative(lambda y: x * y ** (i + 2))(x) for _ in range(50))

        threads = [threading.Thread(target=run, args=(i,)) for i in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return parts[0] + parts[1]

    close(derivative(f)(1.5), 50 * (4 * 1.5 + 9 * 1.5**2))  # 2x^2 and 3x^3
