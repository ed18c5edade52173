"""Recorded tangents behave as arrays do: views, assignments, nesting, threads; forwards and backwards."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualad import gradient, jacobian, jvp, linearize, vjp
from tests.numerical import along

numbers = st.integers(-5, 5)


@st.composite
def steps(draw):
    """A short program on arrays of shape (4, 3) that views, assigns, and computes in place."""
    names = [
        "view", "assign", "assign_number", "in_place", "pick", "store_picked", "mask", "product", "nonlinear", "flip",
        "row", "swap", "reshaped", "out",
    ]  # fmt: skip
    return draw(st.lists(st.tuples(st.sampled_from(names), numbers, numbers), min_size=1, max_size=8))


def perform(program, x):
    """The program on x; it uses nothing but NumPy."""
    a, seen = x * 1.0, x + 0.5
    for name, i, j in program:
        row, column = i % a.shape[0], j % a.shape[1]
        if name == "view":
            seen = a[row:, ::-1]
        elif name == "assign":
            a[row] = a[-1] * 0.5 + seen.ravel()[: a.shape[1]]
        elif name == "assign_number":
            seen[..., -1] = 0.25 * i
        elif name == "in_place":
            seen *= 1.25
            a += 0.5
        elif name == "pick":
            a = a[[row, 1, 1, 0]]
        elif name == "store_picked":
            a[[row, -1], [column, 0]] = seen.ravel()[:2] * 0.5
        elif name == "mask":
            mask = np.arange(a.size).reshape(a.shape) % 3 == i % 3
            a[mask] = a[mask] * 0.75
        elif name == "product":
            a = a * np.sum(a, axis=0) * 0.125
        elif name == "nonlinear":
            a = np.sin(a) + np.roll(a, i, axis=1)
        elif name == "flip":
            a = a[::-1]
        elif name == "row":
            seen = a[row]
        elif name == "swap":
            a[0], a[1] = a[1].copy(), a[0].copy()
        elif name == "reshaped":
            flat = a.reshape(-1)
            flat[::5] = flat[0]
        elif name == "out":
            np.multiply(a, 0.5, out=a)
    return a, seen


def flat(program):
    def f(x):
        a, seen = perform(program, x)
        return np.concatenate([a.ravel(), seen.ravel()])

    return f


POINT = np.random.default_rng(3).uniform(-1, 1, (4, 3))


@settings(max_examples=300, deadline=None)
@given(steps())
def test_random_programs_of_views_and_assignments(program):
    f = flat(program)
    rng = np.random.default_rng(5)
    v = rng.uniform(-1, 1, (2, 4, 3))
    y, lin = linearize(f, POINT)
    np.testing.assert_array_equal(y, f(POINT))
    direct = [jvp(f, (POINT,), (one,))[1] for one in v]
    np.testing.assert_allclose(lin(v[0]), direct[0], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(lin(v), direct, rtol=1e-12, atol=1e-14)
    (expected,) = along(lambda x: f(x), [POINT], [v[0]])
    np.testing.assert_allclose(direct[0], expected, rtol=1e-7, atol=1e-7)
    u = rng.uniform(-1, 1, y.shape)
    _, pullback = vjp(f, POINT)
    np.testing.assert_allclose(np.sum(pullback(u)[0] * v[0]), np.sum(u * direct[0]), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(pullback(u)[0], pullback(u)[0])  # a pullback does not use itself up


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def pulled_gradient(f):
    return lambda x: vjp(f, x)[1](1.0)[0]


def buffered(x):
    """A scalar function that fills a buffer through views."""
    y = np.zeros_like(x)
    y[1:] = x[:-1] * np.exp(x[1:])
    y[:1] = np.sin(x[-1])
    half = y[::2]
    half *= x[::2]
    return np.sum(y * y) + np.prod(x[:2]) + np.sum(np.sort(y)[:2])


@pytest.mark.parametrize("f", [rosenbrock, buffered])
def test_forward_over_reverse_reverse_over_reverse_and_forward_over_forward_agree(f):
    x = np.array([0.3, -0.7, 1.1, 0.6, 0.9])
    expected = jacobian(jacobian(f))(x)
    np.testing.assert_allclose(jacobian(pulled_gradient(f))(x), expected, rtol=1e-10, atol=1e-10)
    together = np.stack([vjp(pulled_gradient(f), x)[1](e)[0] for e in np.eye(5)])
    np.testing.assert_allclose(together, expected, rtol=1e-10, atol=1e-10)
    v = np.array([1.0, 2.0, -1.0, 0.5, 0.25])
    np.testing.assert_allclose(jvp(pulled_gradient(f), (x,), (v,))[1], expected @ v, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(pulled_gradient(lambda x: jvp(f, (x,), (v,))[1])(x), expected @ v, rtol=1e-10)
    np.testing.assert_allclose(linearize(gradient(f), x)[1](v), expected @ v, rtol=1e-10, atol=1e-10)


def test_third_derivative_through_two_pullbacks_and_a_push():
    x = np.array([0.3, -0.7, 1.1])
    v = np.array([1.0, 0.5, -2.0])

    def f(x):
        return np.sum(np.sin(x) * x[::-1] ** 2)

    def along_v(g):
        return lambda x: jvp(g, (x,), (v,))[1]

    expected = gradient(along_v(along_v(f)))(x)
    np.testing.assert_allclose(pulled_gradient(along_v(along_v(f)))(x), expected, rtol=1e-10)
    np.testing.assert_allclose(along_v(along_v(pulled_gradient(f)))(x), expected, rtol=1e-10)
    twice = pulled_gradient(lambda x: np.sum(pulled_gradient(f)(x) * v))
    np.testing.assert_allclose(jvp(twice, (x,), (v,))[1], expected, rtol=1e-10)


def test_a_pullback_inside_a_function_that_is_differentiated_by_something_else():
    x = np.array([0.3, -0.7])

    def outer(t):
        return vjp(lambda x: np.sum(np.sin(t * x)), x)[1](1.0)[0]

    np.testing.assert_allclose(jacobian(outer)(1.3), np.cos(1.3 * x) - 1.3 * x * np.sin(1.3 * x), rtol=1e-12)


def test_the_argument_may_be_changed_in_place():
    x = np.array([1.0, 2.0, 3.0])

    def f(x):
        x *= 2.0
        x[0] = x[1] * x[2]
        return x

    _, lin = linearize(f, x)
    np.testing.assert_array_equal(x, [1.0, 2.0, 3.0])
    np.testing.assert_allclose(lin.to_dense(), [[0, 12, 8], [0, 2, 0], [0, 0, 2]])


def test_results_that_share_memory_do_not_share_cotangents():
    def f(x):
        y = x * 2.0
        return y, y[:1], y

    _, pullback = vjp(f, np.array([1.0, 2.0]))
    u = np.array([1.0, 10.0])
    np.testing.assert_array_equal(pullback((u, np.array([100.0]), u))[0], [204.0, 40.0])
    np.testing.assert_array_equal(u, [1.0, 10.0])


def test_complex_functions_pull_back_with_the_real_inner_product():
    rng = np.random.default_rng(1)
    z, v, u = (rng.normal(size=4) + 1j * rng.normal(size=4) for _ in range(3))

    def f(z):
        return np.abs(z[:2]) * np.conj(z[2:]) + z.real[::2] ** 2 * z[1] - 1j * z[:2].imag

    dy = jvp(f, (z,), (v,))[1]
    (w,) = vjp(f, z)[1](u[:2])
    np.testing.assert_allclose(np.sum(np.real(np.conj(w) * v)), np.sum(np.real(np.conj(u[:2]) * dy)), rtol=1e-12)
    np.testing.assert_allclose(linearize(f, z)[1](v), dy, rtol=1e-12)


def test_threads_record_and_replay_at_the_same_time():
    x = np.linspace(0.1, 0.9, 5)
    _, shared = linearize(lambda x: np.sin(x) * x[::-1], x)
    expected = shared.to_dense()

    def one(k):
        v = np.eye(5)[k % 5]
        return shared(v), vjp(lambda x: np.sum(np.sin(k * x)), x)[1](1.0)[0]

    with ThreadPoolExecutor(4) as pool:
        for k, (column, found) in enumerate(pool.map(one, range(100))):
            np.testing.assert_array_equal(column, expected[:, k % 5])
            np.testing.assert_allclose(found, k * np.cos(k * x))


def test_a_long_loop_needs_no_deep_recursion():
    def f(x):
        for _ in range(5000):
            x = x * 0.999 + 0.001
        return np.sum(x)

    np.testing.assert_allclose(vjp(f, np.ones(3))[1](1.0)[0], 0.999**5000 * np.ones(3), rtol=1e-9)


def test_elements_one_by_one_and_object_arrays():
    def f(x):
        return np.array([x[0] * x[1], np.sin(x[2])] + [a * a for a in x])

    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(linearize(f, x)[1].to_dense(), jacobian(f)(x))
    np.testing.assert_allclose(vjp(f, x)[1](np.arange(5.0))[0], np.arange(5.0) @ jacobian(f)(x))
