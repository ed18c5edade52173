"""Tangents that hold the active directions alone equal whole ones, whatever is done to them."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings

from dualad import Dual, derivative, gradient, jacobian, jvp, tangent
from dualad.levels import new_level
from dualad.rules import partials
from dualad.tangents import dense
from dualad.tangents.rows import LARGE, Rows, active, whole
from tests.numerical import results
from tests.test_recorded import POINT, perform, steps
from tests.test_rules import cases

K = 11
T = np.linspace(0.0, 4.0, LARGE)


def partly_active(x, number, seed=5):
    """Tangents of an array in K directions, of which two or three move it."""
    rng = np.random.default_rng(seed + number)
    moved = np.zeros((K, *np.shape(x)), np.result_type(x, float))
    for i in (number, number + 2, 7):
        moved[i] = rng.uniform(-1, 1, np.shape(x))
    return moved


def in_rows(x):
    """The same Dual with rows, which count -1, 1 or 4 times; only those of doubles may count 4 times."""
    moved = x.tangent
    weights = {i: (-1.0, 1.0, 4.0 if moved.dtype == float else 1.0)[i % 3] for i, d in enumerate(moved) if d.any()}
    rows = {i: moved[i] / weight for i, weight in weights.items()}
    x.tangent = Rows(rows, moved.shape, moved.dtype, {i: weight for i, weight in weights.items() if weight != 1.0})
    return x


def duals(points, rows):
    level = new_level()
    made = [Dual(p, partly_active(p, i), level) for i, p in enumerate(points)]
    return [in_rows(x) if rows and p.ndim else x for x, p in zip(made, points, strict=True)]


@cases(lambda case: True)
def test_rows_equal_whole_tangents(case, monkeypatch):
    monkeypatch.setattr(partials, "LARGE", 1)
    found = results(case.function(*duals(case.points, rows=True)))
    expected = results(case.function(*duals(case.points, rows=False)))
    for y, z in zip(found, expected, strict=True):
        assert type(y) is type(z)
        if isinstance(y, Dual):
            np.testing.assert_array_equal(y.primal, z.primal)
            np.testing.assert_allclose(whole(y.tangent), z.tangent, rtol=1e-12, atol=1e-13)


@settings(max_examples=200, deadline=None)
@given(steps())
def test_views_and_assignments_see_what_is_written(program):
    runs = [perform(program, duals([POINT], rows)[0]) for rows in (True, False)]
    for y, z in zip(*runs, strict=True):
        assert np.array_equal(y.primal, z.primal)
        np.testing.assert_allclose(whole(y.tangent), z.tangent, rtol=1e-13, atol=1e-13)


def test_a_view_of_rows_shares_what_is_written_later():
    x = duals([POINT], rows=True)[0]
    row, flat = x[1], x.reshape(-1)
    row *= 3.0
    flat[0] = 0.0
    y = duals([POINT], rows=False)[0]
    expected = y.tangent.copy()
    expected[:, 1] *= 3.0
    expected[:, 0, 0] = 0.0
    np.testing.assert_array_equal(x.tangent, expected)


@pytest.mark.parametrize(
    "numbers", [(1e-130, 1e-130, 1e140), (1e200, 1e-250, 3), (1e139, 1e139, 1e-200), (-1, -1.0, 2)]
)
def test_numbers_far_from_one_are_multiplied_at_once(numbers):
    x, y = duals([POINT], rows=True)[0], duals([POINT], rows=False)[0]
    for number in numbers:
        x, y = x * number + x * -number * 0.5, y * number + y * -number * 0.5
        np.testing.assert_allclose(whole(x.tangent), y.tangent, rtol=1e-14)


@pytest.mark.parametrize("number", [1e-200, 1e200])
def test_a_factor_that_would_leave_the_range_is_multiplied_at_once(number):
    x, y = (duals([POINT], rows)[0] * np.full(POINT.shape, 1 / number) for rows in (True, False))
    for _ in range(2):
        x, y = x * number, y * number
    np.testing.assert_allclose(whole(x.tangent), y.tangent, rtol=1e-14)
    assert np.all(np.isfinite(y.tangent))
    assert np.any(y.tangent)


def full(value):
    return np.full(LARGE, value)


A32 = full(1.1).astype(np.float32)
PENDING = [
    (lambda p: p[0] * full(1e-300) * 1e100 * full(1e-100), [1.0, 2.0], 1e-300),
    (lambda p: p[0] * full(1e200) * 1e-100 * full(1e200), [1e-10, 2.0], 1e300),
    (lambda p: p[0] * full(1e308) * 1e-100 + p[0] * full(1e308) * 1e-100, [0.1, 2.0], 2e208),
    (lambda p: p[0] * full(1e250) * 1e100, [1e-200, 2.0], np.inf),
    (lambda p: -(p[0] * full(1e308 + 0j) * full(1e100)), [1e-200, 1.0], complex(-np.inf, -0.0)),
    (lambda p: (p[0] * A32 + p[0] * full(1.3)) * 3.3, [2.0, 3.0], (np.float64(A32[0]) + 1.3) * 3.3),
]


@pytest.mark.parametrize(("f", "x", "expected"), PENDING)
def test_a_pending_factor_changes_no_result_and_warns_of_nothing(f, x, expected):
    x = np.array(x)
    for state in ("warn", "raise"):
        with np.errstate(all=state, under="ignore"):
            found = jacobian(lambda p: f(p)[:1])(x)[0]
        np.testing.assert_allclose(found, [expected, 0.0], rtol=1e-15)


def residual(p):
    return p[0] * np.exp(-p[1] * T) + p[2] * np.exp(-(((T - p[3]) / p[4]) ** 2)) + 0.01 * T


P = np.array([1.3, 0.7, 0.5, 1.9, 0.6])


def by_hand(p):
    decay, z = np.exp(-p[1] * T), (T - p[3]) / p[4]
    peak = np.exp(-(z**2))
    slope = 2 * p[2] / p[4] * z * peak
    return np.stack([decay, -p[0] * T * decay, peak, slope, slope * z], axis=1)


def test_a_fit_against_its_derivative_by_hand():
    np.testing.assert_allclose(jacobian(residual)(P), by_hand(P), rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(gradient(lambda p: np.sum(residual(p) ** 2))(P), 2 * residual(P) @ by_hand(P), rtol=1e-12)  # fmt: skip
    parts = jacobian(lambda a, b: a * T + np.sin(b) * T**2, argnums=(0, 1))(1.5, 0.5)
    np.testing.assert_allclose(parts, (T, np.cos(0.5) * T**2), rtol=1e-15)


def test_only_active_directions_are_carried():
    seen = []

    def f(p):
        y = p[1] * T
        seen.append(type(y.tangent) is Rows and set(y.tangent.rows))
        return y + p[0] * T

    jacobian(f)(P)
    assert seen == [{1}]
    assert active(np.array([1.0, 2.0])).__class__ is np.ndarray


def test_users_see_arrays():
    seen = []

    def f(p):
        y = p[1] * T
        seen.append(tangent(y))
        return y

    jacobian(f)(P)
    assert type(seen[0]) is np.ndarray
    assert seen[0].shape == (5, T.size)
    x = Dual(0.5, np.eye(5)[2])
    assert type((x * T).tangent) is np.ndarray
    assert type(np.sin(x * T).tangent) is np.ndarray


def test_zero_directions_meet_infinite_coefficients():
    with np.errstate(divide="ignore"):
        J = jacobian(lambda p: np.sqrt(p[0] * T) + p[1])(np.array([1.0, 2.0]))
    assert np.array_equal(J[:, 1], np.ones(T.size))
    assert not np.isnan(J).any()
    np.testing.assert_allclose(J[1:, 0], 0.5 * np.sqrt(T[1:]), rtol=1e-15)


def test_outer_levels_and_broadcasting_and_other_dtypes():
    second = jacobian(jacobian(lambda p: p[0] ** 2 * np.exp(p[1] * T)))(P[:2])
    e = np.exp(P[1] * T)
    expected = [[2 * e, 2 * P[0] * T * e], [2 * P[0] * T * e, P[0] ** 2 * T**2 * e]]
    np.testing.assert_allclose(np.moveaxis(second, 0, -1), expected, rtol=1e-13)
    assert derivative(lambda a: jvp(lambda b: np.sum(a * b * T), (2.0,), (1.0,))[1])(3.0) == pytest.approx(T.sum())
    wide = jacobian(lambda p: (p[0] * T)[:, None] * np.array([1.0, 2.0]) + p[1])(P)
    np.testing.assert_array_equal(wide[..., 0], T[:, None] * [1.0, 2.0])
    np.testing.assert_array_equal(wide[..., 1], np.ones((T.size, 2)))
    assert jacobian(lambda p: p[0] * T.astype(np.float32) * p[1])(P.astype(np.float32)).dtype == np.float32
    z = jacobian(lambda p: p[0] * np.exp(1j * p[1] * T))(P)
    np.testing.assert_allclose(z[:, 1], 1j * T * P[0] * np.exp(1j * P[1] * T), rtol=1e-14)


def test_rows_are_read_and_never_written():
    rows = active(np.array([0.0, 2.0, 0.0])).reshape((3, 1)).scaled(T)
    np.testing.assert_array_equal(np.asarray(rows), np.outer([0.0, 2.0, 0.0], T))
    np.testing.assert_array_equal(rows[1], 2 * T)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(rows)).whole(), rows.whole())
    with pytest.raises(ValueError, match="read-only"):
        rows[1][0] = 1.0
    with pytest.raises(TypeError):
        rows[1] = 1.0
    x = Dual(np.ones(T.size), np.zeros((3, T.size)), new_level())
    x.tangent = rows
    assert dense.settled(x) is x.tangent
    assert type(x.tangent) is np.ndarray
