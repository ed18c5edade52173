"""What `lift` makes of NumPy's creation functions, call by call, and of modules, cells and many functions."""

import types

import numpy as np
import pytest

from dualad import Dual, derivative, is_dual, jacobian, lift, taylor

X = np.array([0.7, 1.3])

MADE = {
    "array of a list": lambda x: np.array([x[0], 2.0]),
    "array of nested lists": lambda x: np.array([[x[0], 2.0], [x[1], x[0] * x[1]]]),
    "array of rows": lambda x: np.array([x, 2 * x, [1.0, x[0]]]),
    "array of an array of objects": lambda x: np.array(np.array([x[0], 1.0], dtype=object)),
    "array with more axes": lambda x: np.array(x, ndmin=3),
    "array in float32": lambda x: np.array([x[0], x[1]], dtype=np.float32),
    "array in Fortran order": lambda x: np.array([[x[0], x[1]], [1.0, 2.0]], order="F"),
    "asfortranarray": lambda x: np.asfortranarray(np.reshape(np.arange(4.0) * x[0], (2, 2))),
    "ascontiguousarray": lambda x: np.ascontiguousarray(np.reshape(np.arange(4.0) * x[0], (2, 2)).T),
    "ascontiguousarray of a number": lambda x: np.ascontiguousarray(x[0]),
    "asarray": lambda x: np.asarray(x) * 2,
    "array of a number": lambda x: np.array(x[0]),
    "full": lambda x: np.full(3, x[1]),
    "full of a list": lambda x: np.full((2, 2), [x[0], 3.0]),
    "full of a constant": lambda x: np.full(2, 3.0) + x,
    "full_like": lambda x: np.full_like(np.ones(2), 3.0) * x,
}


@pytest.mark.parametrize("name", MADE)
def test_arrays_are_what_numpy_makes_and_move(name):
    f, h = MADE[name], 1e-3
    made = lift(f)(Dual(X, np.eye(2)))
    assert is_dual(made)
    expected = np.asarray(f(X), made.dtype)
    np.testing.assert_array_equal(made.primal, expected)
    slopes = np.stack([(np.asarray(f(X + d), float) - np.asarray(f(X - d), float)) / (2 * h) for d in h * np.eye(2)])
    np.testing.assert_allclose(made.tangent, slopes, atol=1e-4)
    for flag in ("C_CONTIGUOUS", "F_CONTIGUOUS"):
        assert made.flags[flag] == np.asarray(f(X)).flags[flag]


def test_integers_do_not_move():
    found = lift(lambda x: np.array([x[0], x[1]], dtype=int))(Dual(X, np.eye(2)))
    assert type(found) is np.ndarray
    np.testing.assert_array_equal(found, [0, 1])


def test_an_array_of_objects_stays_one():
    found = lift(lambda x: np.array([x[0], "b"], dtype=object))(Dual(X, np.eye(2)))
    assert found.dtype == object
    assert is_dual(found[0])
    assert found[1] == "b"


@pytest.mark.parametrize("make", [np.array, np.asarray])
def test_an_array_of_a_series(make):
    found = taylor(lift(lambda x: make([x, 2 * x, 1.0]) ** 2), 2.0, 1.0, 2)
    np.testing.assert_array_equal(found, [[4.0, 16.0, 1.0], [4.0, 16.0, 0.0], [1.0, 4.0, 0.0]])
    found = taylor(lift(lambda x: make(x) ** 2), X, np.ones(2), 2)
    np.testing.assert_array_equal(found, [X**2, 2 * X, np.ones(2)])


def test_a_copy_of_a_series_is_its_own():
    def f(x):
        y = np.array(x)
        y[0] = 5.0
        return x * 1.0

    np.testing.assert_array_equal(taylor(lift(f), X, np.ones(2), 1), [X, np.ones(2)])


def test_more_functions_than_are_kept():
    def f(x):
        total = x
        for i in range(1200):
            total = (lambda y, i=i: np.zeros(1)[0] + y + i * 0)(total)
        return total

    assert derivative(lift(f))(2.0) == 1.0
    g = lift(lambda h, x: h(x))
    for i in range(1200):
        assert derivative(lambda x, i=i: g(lambda y: np.array([y])[0] * i, x))(2.0) == i


def test_a_module_of_the_users_may_be_written_to(monkeypatch, tmp_path):
    (tmp_path / "settings_of_a_model.py").write_text("factor = 2.0\ndef scaled(x):\n    return factor * x\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import settings_of_a_model as settings

    def f(x):
        settings.seen = "yes"
        return np.array([settings.scaled(x[0]), settings.factor])

    assert isinstance(settings, types.ModuleType)
    np.testing.assert_array_equal(jacobian(lift(f))(X), [[2.0, 0.0], [0.0, 0.0]])
    assert settings.seen == "yes"


def test_a_cell_that_is_empty_yet():
    def outer(x):
        def f(n):
            return np.array([x[0]])[0] if n == 0 else later(n - 1)

        g = lift(f)

        def later(n):
            return 2 * g(n)

        return g(1)

    np.testing.assert_array_equal(jacobian(outer)(X), [2.0, 0.0])
