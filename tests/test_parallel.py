"""Threads and processes: no state is shared, Duals travel, operators work wherever they are called."""

import ast
import multiprocessing
import pickle
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import dualad
from dualad import Dual, derivative, gradient, jacobian, jvp, linearize, vjp, watch_kinks
from dualad.tangents import program

X = np.array([0.3, 0.7, 1.1])


def energy(x):
    return np.sum(np.exp(x) * np.sin(x[::-1])) + np.sqrt(x @ x)


def hessian_at(x):
    return jacobian(gradient(energy))(x)


def third(x):
    return derivative(derivative(derivative(lambda t: np.sin(t) * t**3)))(x)


def doubled(dual):
    return 2 * dual


def operated(dual):
    """An operator in another process on a Dual of ours: its level must be above."""
    return derivative(lambda y: y * y * dual)(3.0)


@pytest.fixture
def tiny_switch_interval():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_eight_threads_of_nested_derivatives_are_all_right(tiny_switch_interval):
    points = np.linspace(0.2, 2.0, 24)
    expected = [(hessian_at(X * t), third(t)) for t in points]
    start = threading.Barrier(8)

    def work(shift):
        start.wait()
        order = np.roll(np.arange(points.size), shift)
        return order, [(hessian_at(X * points[i]), third(points[i])) for i in order]

    with ThreadPoolExecutor(8) as pool:
        for order, found in pool.map(work, range(8)):
            for i, (matrix, number) in zip(order, found, strict=True):
                np.testing.assert_array_equal(matrix, expected[i][0])
                assert number == expected[i][1]


def test_threads_that_watch_and_threads_that_do_not_are_all_right(tiny_switch_interval):
    def f(x):
        return np.sum(np.sqrt(np.abs(x)) * np.maximum(x, 0.5) ** 1.5)

    expected = gradient(f)(X)

    def work(k):
        for _ in range(40):
            if k % 2:
                with watch_kinks() as kinks:
                    np.testing.assert_array_equal(gradient(f)(X), expected)
                assert kinks == []
            else:
                np.testing.assert_array_equal(gradient(f)(X), expected)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))


def test_threads_inside_one_evaluation_share_its_level(tiny_switch_interval):
    def f(x):
        with ThreadPoolExecutor(4) as pool:
            return sum(pool.map(lambda e: np.exp(e) * derivative(lambda y: y * y * e)(2.0), list(x)))

    np.testing.assert_allclose(gradient(f)(X), 4 * np.exp(X) * (1 + X), rtol=1e-14)


def test_threads_record_and_replay(tiny_switch_interval):
    y, push = linearize(energy, X)
    _, pull = vjp(energy, X)
    g = gradient(energy)(X)

    def work(k):
        for j in range(3):
            np.testing.assert_allclose(push(np.eye(3)[j]), g[j], rtol=1e-13)
        np.testing.assert_allclose(pull(1.0)[0], g, rtol=1e-13)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(32)))


def interrupted(function, other, results):
    """The function, in the first call of which another thread tries to work and has to wait."""

    def run(*args):
        if not results:
            thread = threading.Thread(target=lambda: results.append(other()))
            results.append(thread)
            thread.start()
            thread.join(0.2)
            assert thread.is_alive()
        return function(*args)

    return run


def test_a_program_is_not_run_while_another_thread_changes_it(monkeypatch):
    g = gradient(energy)(X)
    _, push = linearize(energy, X)
    results = []
    monkeypatch.setattr(program, "merged", interrupted(program.merged, lambda: push(X), results))
    np.testing.assert_allclose(push(X), g @ X, rtol=1e-13)
    results[0].join()
    np.testing.assert_allclose(results[1], g @ X, rtol=1e-13)


def test_a_program_is_not_changed_while_another_thread_runs_it(monkeypatch):
    g = gradient(energy)(X)
    _, pull = vjp(energy, X)
    results = []
    monkeypatch.setattr(program.Sweep, "run", interrupted(program.Sweep.run, lambda: pull(2.0)[0], results))
    np.testing.assert_allclose(pull(1.0)[0], g, rtol=1e-13)
    results[0].join()
    np.testing.assert_allclose(results[1], 2 * g, rtol=1e-13)


def test_a_linear_map_that_has_run_travels():
    _, push = linearize(np.sin, X)
    for _ in range(20):
        expected = push(X)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(push))(X), expected)


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_operators_and_duals_in_other_processes(method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"no {method} on this platform")
    x = Dual(X, np.array([1.0, 0.0, 2.0]))
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        np.testing.assert_array_equal(list(pool.map(hessian_at, [X, 2 * X])), [hessian_at(X), hessian_at(2 * X)])
        y = pool.submit(doubled, x).result()
        np.testing.assert_array_equal(y.primal, 2 * X)
        np.testing.assert_array_equal(y.tangent, [2.0, 0.0, 4.0])
        # the Dual of a level high above those that the other process has handed out
        expected = derivative(lambda t: derivative(lambda y: y * y * t)(3.0))(1.0)
        assert derivative(lambda t: pool.submit(operated, t).result())(1.0) == expected == 6.0


def test_a_pickled_dual_keeps_all_levels():
    inner = Dual(Dual(2.0, 1.0, level=1), Dual(3.0, 0.5, level=1), level=2)
    again = pickle.loads(pickle.dumps(inner))
    assert (again.level, again.primal.level, again.tangent.tangent) == (2, 1, 0.5)
    assert jvp(lambda y: y * again, (1.0,), (1.0,))[1].level == 2


def test_no_module_keeps_state_that_a_derivative_changes():
    """Module-level containers are tables that are filled at import, and functions rebind no global name."""
    rebinding = [
        f"{path.name}: {node.names}"
        for path in Path(dualad.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Global)
    ]
    assert rebinding == []
    jacobian(gradient(energy))(X)
    before = _sizes()
    jacobian(gradient(energy))(2 * X)
    with watch_kinks():
        gradient(energy)(X)
    assert _sizes() == before


def _sizes():
    return {
        (name, key): len(value)
        for name, module in sys.modules.items()
        if name.startswith("dualad")
        for key, value in vars(module).items()
        if isinstance(value, (list, dict, set)) and not key.startswith("__")
    }
