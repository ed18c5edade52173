"""`lift`: plain buffers and arrays of elements become differentiable, and nothing else changes."""

import functools
import pickle
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from dualad import (
    Dual,
    LostDerivativeError,
    NoRuleError,
    derivative,
    gradient,
    hessian,
    is_dual,
    jacobian,
    lift,
    linearize,
    taylor,
)
from tests import lifted_model

AT = np.array([0.7, 1.3])
COUNT = 0
SCALE = 3.0
slope = 5.0


def filled(x):
    out = np.zeros(2)
    out[0] = SCALE * x[0]
    out[1] = x[0] * x[1]
    return out


FILLED = np.array([[3.0, 0.0], [1.3, 0.7]])


@lift
def decorated(x):
    return filled(x)


def differences(f, x):
    return np.stack([(f(x + d) - f(x - d)) / 2e-6 for d in 1e-6 * np.eye(x.size)], axis=-1)


def rk4(rhs, y, steps=5):
    k = np.empty((4, len(y)))
    path = np.zeros((steps + 1, len(y)))
    path[0] = y
    for i in range(steps):
        for j, h in enumerate((0.0, 0.05, 0.05, 0.1)):
            k[j] = rhs(path[i] + h * k[j - 1] if j else path[i])
        path[i + 1] = path[i] + 0.1 * (k[0] + 2 * k[1] + 2 * k[2] + k[3]) / 6
    return path


def full_with_element(x):
    out = np.full(3, x[0])
    out[1] = x[1]
    return out


def local_import(x):
    import numpy
    from numpy import empty

    out = empty(2)
    out[:] = numpy.asarray([x[1], x[0]])
    return out


def like_a_constant(x):
    grid = np.linspace(0.0, 1.0, 3)
    out = np.zeros_like(grid)
    copied = grid.copy() if x[0] > 5 else np.copy(grid)
    for i in range(3):
        out[i] = grid[i] * x[0]
        copied[i] = x[1] ** i
    return out + copied


def state_in_place(x):
    y = np.array([1.0, 2.0])
    y += x
    y *= 2
    return np.asarray(y, dtype=float)


def conversions(x):
    y = np.asarray(x)
    y = np.array([y, [1.0, y[0]]], dtype=float, ndmin=3)
    return np.ascontiguousarray(np.asfortranarray(y[0].T)) @ np.asanyarray(x)


def with_class(x):
    class Store:
        scale = SCALE

    out = np.ones(2)
    out[1] = Store.scale * x[0]
    return out


def keyword_default(x, *, make=np.zeros, inner=filled):
    out = make(2)
    out[:] = inner(x)
    return out


FUNCTIONS = {
    "buffer": filled,
    "lambda": lambda x: filled(x) + np.array([x[0], 1.0]),
    "integrator": lambda x: rk4(lambda y: np.array([y[1], -SCALE * y[0]]), x),
    "full": full_with_element,
    "import inside": local_import,
    "like a constant": like_a_constant,
    "state in place": state_in_place,
    "conversions": conversions,
    "class inside": with_class,
    "defaults": keyword_default,
    "by name from a module": lifted_model.filled,
    "a module as global": lambda x: lifted_model.through(x),
    "linalg": lambda x: np.linalg.solve(np.array([[x[0], 1.0], [0.0, x[1]]]), np.ones(2)),
    "fft": lambda x: np.fft.rfft(np.array([x[0], x[1], x[0] * x[1], 1.0])).real,
    "eye": lambda x: np.linalg.inv(np.eye(2) + np.outer(x, x)),
    "comprehension": lambda x: np.array([[xi * xj for xi in x] for xj in x]),
    "partial": functools.partial(lambda a, x: filled(a * x), 2.0),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_derivative_is_that_of_differences_and_the_value_that_of_the_original(name):
    f = FUNCTIONS[name]
    np.testing.assert_allclose(jacobian(lift(f))(AT), differences(f, AT), rtol=1e-7, atol=1e-8)
    value = lift(f)(Dual(AT, np.ones(2)))
    np.testing.assert_array_equal(value.primal, f(AT), strict=True)


@pytest.mark.parametrize("name", ["buffer", "integrator", "linalg", "conversions"])
def test_second_derivatives_recordings_and_blocks(name):
    f = lift(FUNCTIONS[name])
    total = lambda x: np.sum(f(x) ** 2)
    plain = FUNCTIONS[name]
    np.testing.assert_allclose(hessian(total)(AT), differences(lambda x: gradient(total)(x), AT), rtol=1e-6, atol=1e-6)
    expected = jacobian(f)(AT)
    np.testing.assert_allclose(jacobian(f, chunk_size=1, workers=2)(AT), expected, rtol=1e-13, atol=1e-15)
    y, lin = linearize(f, AT)
    np.testing.assert_array_equal(y, plain(AT))
    np.testing.assert_allclose(lin(np.ones(2)), expected @ np.ones(2), rtol=1e-13)


def test_a_series_is_stored_too():
    found = taylor(lift(filled), AT, np.ones(2), 3)
    np.testing.assert_allclose(found, [filled(AT), [3.0, 2.0], [0.0, 1.0], [0.0, 0.0]])
    np.testing.assert_allclose(taylor(lift(lifted_model.joined), AT, np.ones(2), 1)[1], [2.0, np.cos(0.7)])


def test_plain_arguments_run_the_original():
    seen = []
    f = lift(lambda x: seen.append(type(np.zeros(2))) or filled(x))
    np.testing.assert_array_equal(f(AT), filled(AT))
    assert seen == [np.ndarray]


def test_neither_numpy_nor_the_module_nor_the_function_changes():
    before, code, own = dict(vars(np)), filled.__code__, dict(vars(lifted_model))
    f = lambda x: lifted_model.through(x)
    jacobian(lift(f))(AT)
    jacobian(decorated)(AT)
    assert dict(vars(np)) == before
    assert dict(vars(lifted_model)) == own
    assert filled.__code__ is code
    assert filled.__globals__["np"] is np
    with pytest.raises(LostDerivativeError):
        jacobian(lambda x: np.zeros(2).__iadd__(x))(AT)


def test_methods_closures_and_objects_that_are_called():
    class Model:
        def __init__(self, rate):
            self.rate = rate

        @lift
        def flux(self, x):
            out = np.zeros(2)
            out[:] = self.rate * x
            return out

        def plain(self, x):
            out = np.zeros(2)
            out[:] = self.rate * x
            return out

        __call__ = plain

    np.testing.assert_array_equal(jacobian(Model(2.0).flux)(AT), 2 * np.eye(2))
    np.testing.assert_array_equal(jacobian(lift(Model(2.0).plain))(AT), 2 * np.eye(2))
    np.testing.assert_array_equal(jacobian(lift(Model(2.0)))(AT), 2 * np.eye(2))
    np.testing.assert_array_equal(derivative(lambda r: Model(r).flux(AT))(3.0), AT)
    np.testing.assert_array_equal(derivative(lambda r: lift(lambda x: r * np.array([x[0], r]))(AT))(3.0), [0.7, 6.0])


def test_closures_follow_what_is_bound_anew():
    def first(x):
        out = np.zeros(2)
        out[0] = x[0]
        return out

    inner = first

    def recursive(x, n):
        return inner(x) if n == 0 else recursive(x, n - 1) + inner(x)

    f = lift(lambda x: inner(x))
    np.testing.assert_array_equal(jacobian(f)(AT), [[1.0, 0.0], [0.0, 0.0]])
    np.testing.assert_array_equal(jacobian(lift(recursive))(AT, 2), [[3.0, 0.0], [0.0, 0.0]])

    def other(x):
        out = np.zeros(2)
        out[1] = x[1]
        return out

    inner = other
    np.testing.assert_array_equal(jacobian(f)(AT), [[0.0, 0.0], [0.0, 1.0]])
    calls = 0

    def counting(x):
        nonlocal calls
        calls += 1
        return inner(x)

    jacobian(lift(counting))(AT)
    assert calls == 1


def test_globals_follow_what_is_bound_anew(monkeypatch):
    np.testing.assert_allclose(jacobian(decorated)(AT), FILLED)
    monkeypatch.setattr(sys.modules[__name__], "SCALE", 4.0)
    assert jacobian(decorated)(AT)[0, 0] == 4.0
    monkeypatch.setattr(sys.modules[__name__], "filled", lambda x: np.array([x[1], 7.0]))
    np.testing.assert_array_equal(jacobian(decorated)(AT), [[0.0, 1.0], [0.0, 0.0]])


def test_a_global_that_changes_while_it_runs_is_refused(monkeypatch):
    change = lambda: monkeypatch.setattr(sys.modules[__name__], "slope", 6.0)
    with pytest.raises(NoRuleError, match=r"slope of tests\.test_lift changed"):
        jacobian(lift(lambda x, f: (f(), slope * x)[1]))(AT, change)


def counting(x):
    global COUNT
    COUNT += 1
    return filled(x)


def reading(x):
    return COUNT * x


def test_what_writes_or_reads_written_globals_is_refused_by_name():
    with pytest.raises(NoRuleError, match=r"cannot copy counting: it writes the global name COUNT.*like=x"):
        lift(counting)
    read = lift(reading)
    for _ in range(2):
        with pytest.raises(NoRuleError, match=r"COUNT of tests\.test_lift is written"):
            jacobian(read)(AT)
    with pytest.raises(NoRuleError, match=r"COUNT of tests\.test_lift is written"):
        jacobian(lift(reading))(AT)
    with pytest.raises((LostDerivativeError, ValueError)) as caught:
        jacobian(lift(lambda x: filled(x) + counting(x)))(AT)
    assert any("Not lifted: counting (it writes" in note for note in caught.value.__notes__)


def generating(x):
    yield x


@pytest.mark.parametrize("f", [np.sin, abs, dict, generating, lambda x: eval("x"), jacobian(filled)])
def test_what_is_no_python_function_is_refused_by_name(f):
    with pytest.raises(NoRuleError, match=r"^lift c"):
        lift(f)


def test_what_is_not_reached_keeps_the_error_and_names_what_was():
    class Helper:
        def fill(self, x):
            out = np.zeros(2)
            out[:] = x
            return out

    helper = Helper()
    with pytest.raises(LostDerivativeError) as caught:
        jacobian(lift(lambda x: filled(helper.fill(x))))(AT)
    assert any("filled" in note and "methods of objects" in note for note in caught.value.__notes__)


def test_arrays_that_others_hold_get_no_room():
    work = np.zeros(2)

    def f(x):
        np.asarray(work)[:] = x
        return work * 2

    with pytest.raises(LostDerivativeError):
        jacobian(lift(f))(AT)
    g = lambda x: (np.asarray(x).__setitem__(0, 3.0 * x[1]), x)[1]
    np.testing.assert_array_equal(jacobian(lift(g))(AT), [[0.0, 3.0], [0.0, 1.0]])
    h = lambda x: (np.array(x).__setitem__(0, 3.0), x)[1]
    np.testing.assert_array_equal(jacobian(lift(h))(AT), np.eye(2))


def test_integers_flags_and_asked_for_dtypes_stay_plain():
    seen = []

    def f(x):
        seen.extend([np.zeros(2, int), np.array([1, 2]), np.ones(2, bool), np.arange(3), np.empty(2, object)])
        seen.append(np.array([x[0], x[1]], dtype=int))
        return np.zeros(2, np.float32) + np.array([x[0], 2], dtype=np.float32)

    value = lift(f)(Dual(AT, np.ones(2)))
    assert value.dtype == np.float32
    assert not any(map(is_dual, seen))
    assert [a.dtype.kind for a in seen] == list("iibiOi")


def test_threads_do_not_see_each_other():
    barrier = threading.Barrier(2, timeout=10)

    @lift
    def f(x, n):
        out = np.zeros(2)
        barrier.wait()
        out[0] = x**n
        out[1] = np.array([x, 1.0])[0]
        return out

    plain = []
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda n: derivative(f)(2.0, n), (2, 3)))
    np.testing.assert_array_equal(found, [[4.0, 1.0], [12.0, 1.0]])
    barrier = threading.Barrier(2, timeout=10)

    def beside():
        barrier.wait()
        plain.append(type(np.zeros(2)))

    thread = threading.Thread(target=beside)
    thread.start()
    derivative(f)(2.0, 2)
    thread.join()
    assert plain == [np.ndarray]


def test_nested_operators():
    inner = lift(lambda y, x: np.array([x * y, y**2]))
    outer = lift(lambda x: np.array([derivative(inner)(x, x), filled([x, x])]))
    np.testing.assert_allclose(derivative(outer)(2.0), [[1.0, 2.0], [3.0, 4.0]])


def test_a_decorated_function_keeps_its_name_and_travels():
    assert decorated.__name__ == "decorated"
    assert pickle.loads(pickle.dumps(decorated)) is decorated
    np.testing.assert_allclose(jacobian(pickle.loads(pickle.dumps(lift(filled))))(AT), FILLED)
    np.testing.assert_allclose(jacobian(lift(keyword_default), argnames="x")(x=AT), FILLED)
