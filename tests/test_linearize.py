"""Recorded tangents: the same table gives linearize and vjp."""

import numpy as np
import pytest

from dualad import jvp, linearize, vjp
from tests.numerical import directions_like, results
from tests.test_rules import DIRECTIONS, cases, pushed


def flat_function(case):
    """The function of a row with all its inexact results as a list."""
    return lambda *points: results(case.function(*points))


@cases(lambda case: True)
def test_recorded_equals_direct(case):
    v = directions_like(case.points, 11)
    _, lin = linearize(flat_function(case), *case.points)
    for tangent, (_, direct) in zip(lin(*v), pushed(case.function, case.points, v), strict=True):
        np.testing.assert_allclose(tangent, direct, rtol=1e-10, atol=1e-12)


@cases(lambda case: True)
def test_eleven_recorded_directions_at_once_equal_eleven_runs(case):
    together = directions_like(case.points, 12, count=DIRECTIONS)
    _, lin = linearize(flat_function(case), *case.points)
    at_once = lin(*together)
    for k in range(DIRECTIONS):
        for tangents, tangent in zip(at_once, lin(*[v[k] for v in together]), strict=True):
            np.testing.assert_allclose(tangents[k], tangent, rtol=1e-10, atol=1e-12)


@cases(lambda case: True)
def test_pullback_is_the_adjoint_of_the_derivative(case):
    v = directions_like(case.points, 13)
    _, pullback = vjp(flat_function(case), *case.points)
    dy = [t for _, t in pushed(case.function, case.points, v)]
    rng = np.random.default_rng(14)
    u = [rng.normal(size=np.shape(t)) + (1j * rng.normal(size=np.shape(t)) if np.iscomplexobj(t) else 0) for t in dy]
    left = sum(np.sum(np.real(np.conjugate(a) * b)) for a, b in zip(u, dy, strict=True))
    right = sum(np.sum(np.real(np.conjugate(a) * b)) for a, b in zip(pullback(u), v, strict=True))
    np.testing.assert_allclose(right, left, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("function", [np.sum, np.mean, np.trace, np.linalg.trace, np.cumsum])
def test_sums_in_a_wider_dtype_add_the_tangents_in_it(function):
    x, v = np.ones((100, 100), np.float32), np.sin(np.arange(10000.0)).reshape(100, 100).astype(np.float32)
    f = lambda x: function(x, dtype=float)
    _, lin = linearize(f, x)
    for found in (lin(v), jvp(f, (x,), (v,))[1]):
        np.testing.assert_allclose(found, f(v), rtol=0, atol=1e-13, strict=True)


@pytest.mark.parametrize("n", [3, 1000])
def test_gradient_of_a_scalar_with_buffers_and_views(n):
    def f(x):
        y = np.zeros(n, like=x)
        y[0] = x[0] * x[1]
        tail = y[1:]
        tail[...] = np.exp(-x[:-1]) * x[1:]
        y[::2] *= 2.0
        y[y < 0.5] = 1.5
        return np.sum(y * y)

    x = np.linspace(0.3, 1.7, n)
    _, pullback = vjp(f, x)
    (gradient,) = pullback(1.0)
    for i in (0, 1, n // 2, n - 1):
        e = np.zeros(n)
        e[i] = 1e-6
        np.testing.assert_allclose(gradient[i], (f(x + e) - f(x - e)) / 2e-6, rtol=1e-5, atol=1e-6)


def test_which_functions_pull_back_through_a_matrix_of_their_own(monkeypatch):
    """All others have an adjoint whose cost is that of the function; this list is in docs/linear_maps.md."""
    from dualad.tangents.operations import Apply
    from tests.cases import ALL

    fallen, current = set(), None
    original = Apply._by_matrix

    def spy(operation, node, u, i):
        fallen.add(current.covers[0].__name__)
        return original(operation, node, u, i)

    monkeypatch.setattr(Apply, "_by_matrix", spy)
    for current in ALL:
        y, pullback = vjp(flat_function(current), *current.points)
        pullback([np.ones_like(value) for value in y])
    assert fallen == {"pad"}  # with a mean, a ramp, an odd reflection or moving ends
