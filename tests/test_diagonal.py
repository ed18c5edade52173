"""Matrices that np.diag made of a vector, in many directions: the zeros are not written out, and nobody can tell."""

import numpy as np
import pytest

from dualad import Dual, is_dual, jacobian, jvp
from dualad.tangents import diagonal
from tests.cases.case import complexes, matrix

N, K = 13, 101  # enough elements for waiting to be worth while
A = matrix(N, N) + 3 * np.eye(N)


def diagonals(k=0, kind=matrix):
    """A matrix with a diagonal in K directions, and the same with its tangent written out."""
    lazy = np.diag(Dual(kind(N - abs(k)), kind(K, N - abs(k), seed=5)), k)
    written = Dual(np.diag(lazy.primal.diagonal(k), k), np.stack([np.diag(v, k) for v in lazy.unwritten.values]))
    return lazy, written


def waits(x):
    return isinstance(x, diagonal.WithDiagonal) and x.unwritten is not None


def same(found, expected):
    np.testing.assert_array_equal(found.primal, expected.primal)
    np.testing.assert_allclose(found.tangent, expected.tangent, rtol=1e-12, atol=1e-12)
    assert found.tangent.dtype == expected.tangent.dtype


@pytest.mark.parametrize("k", [0, 2, -3])
@pytest.mark.parametrize("kind", [matrix, complexes])
@pytest.mark.parametrize(
    "f",
    [lambda d, a: d, lambda d, a: -d, lambda d, a: a + d, lambda d, a: d + a, lambda d, a: a - d, lambda d, a: d - a,
     lambda d, a: 2.0 * d, lambda d, a: d * 3, lambda d, a: d * a, lambda d, a: a * d, lambda d, a: 1 - 2 * (a + d)],
)  # fmt: skip
def test_sums_and_multiples_wait(f, kind, k):
    lazy, written = diagonals(k, kind)
    a = A.astype(written.dtype)
    found = f(lazy, a)
    assert waits(found)
    same(found, f(written, a))
    assert not waits(found)


@pytest.mark.parametrize("k", [0, 2, -3])
@pytest.mark.parametrize(
    "f",
    [lambda d: d @ matrix(N), lambda d: d @ matrix(N, 3), lambda d: matrix(N) @ d, lambda d: matrix(5, N) @ d,
     lambda d: np.linalg.solve(A + d, matrix(N)), lambda d: np.linalg.solve(A + d, matrix(N, 3)),
     lambda d: np.linalg.solve(A + d, matrix(7, N, 3)), lambda d: np.linalg.inv(A + d),
     lambda d: np.linalg.slogdet(A + d).logabsdet, lambda d: np.linalg.det(A + d)],
)  # fmt: skip
def test_products_and_equations_need_no_zeros(f, k, monkeypatch):
    lazy, written = diagonals(k)
    expected = f(written)
    with monkeypatch.context() as patch:
        if f(written).ndim < 3:
            patch.setattr(diagonal.Diagonal, "whole", None)
        found = f(lazy)
    same(found, expected)
    assert type(found) is Dual


@pytest.mark.parametrize(
    "f",
    [lambda d: np.sin(d), lambda d: d + d, lambda d: d.T, lambda d: d[1:, 2], lambda d: d * np.full((N, N), np.inf),
     lambda d: d + matrix(7, N, N), lambda d: d / 2.0, lambda d: d @ matrix(7, N, N), lambda d: np.linalg.det(0 * A + d),
     lambda d: np.linalg.slogdet(0 * A + d * 0)[1],
     lambda d: d + 1j, lambda d: 1.0 / (d + 2), lambda d: np.linalg.solve(A, d), lambda d: np.sum(d, axis=0),
     lambda d: d + np.ones((N, N), np.float32), lambda d: d @ np.ones((N, N), int), lambda d: np.matmul(d, d),
     lambda d: np.linalg.solve(np.stack([A, A]) + d, matrix(N, 1)), lambda d: d + list(matrix(N)), lambda d: +d,
     lambda d: d.diagonal(), lambda d: d.copy(), lambda d: np.stack([d, A]), lambda d: 2.0 ** d, lambda d: d.dot(A)],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_all_else_sees_the_zeros(f):
    lazy, written = diagonals()
    same(f(lazy), f(written))


def test_assignment_and_views_work_on_what_is_written_out():
    lazy, written = diagonals()
    for d in (lazy, written):
        row = d[3]
        d[3, 3] = 7.0
        d += 1.0
        assert row.tangent[:, 3].any() == 0
        assert row.primal[3] == 8.0
    same(lazy, written)


def test_the_vector_may_change_afterwards():
    x = Dual(matrix(N), matrix(K, N, seed=5))
    d = np.diag(x)
    x *= 2.0
    np.testing.assert_array_equal(d.tangent.diagonal(axis1=1, axis2=2), matrix(K, N, seed=5))


def test_few_elements_are_written_at_once():
    assert not waits(np.diag(Dual(matrix(3), matrix(5, 3))))
    assert is_dual(np.diag(Dual(matrix(3), matrix(5, 3))))


def test_jacobian_of_a_shifted_system():
    n = 29
    a, r, x = matrix(n, n) + 5 * np.eye(n), matrix(n, seed=2), matrix(n, seed=3)
    f = lambda x: np.linalg.solve(a + np.diag(x), r * x)
    y = f(x)
    expected = np.linalg.solve(a + np.diag(x), np.diag(r - y))
    np.testing.assert_allclose(jacobian(f)(x), expected, rtol=1e-11, atol=1e-13)
    v = matrix(n, seed=4)
    np.testing.assert_allclose(jacobian(f)(x) @ v, jvp(f, (x,), (v,))[1], rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize(
    "f", [lambda m: np.sum(np.linalg.inv(m)), lambda m: np.sum(np.linalg.solve(m, np.eye(len(m))))]
)
def test_second_derivatives_through_a_diagonal(f):
    n = 29
    a, x = matrix(n, n) + 5 * np.eye(n), matrix(n, seed=3)
    root = np.linalg.inv(a + np.diag(x))
    half = root.sum(0)[:, None] * root * root.sum(1)
    found = jacobian(jacobian(lambda x: f(a + np.diag(x))))(x)
    np.testing.assert_allclose(found, half + half.T, rtol=1e-10)


def test_an_outer_level_holds_plain_duals():
    outer = Dual(matrix(N), matrix(K, N, seed=5), level=1)
    inner = np.diag(Dual(outer, outer * 2.0, level=2))
    assert type(inner) is type(inner.primal) is type(inner.tangent) is Dual
    np.testing.assert_array_equal(inner.primal.tangent.diagonal(axis1=1, axis2=2), matrix(K, N, seed=5))


def test_overflow_of_a_tangent_is_no_warning():
    x = Dual(np.zeros(N), np.full((K, N), 1e300))
    found = np.diag(x) * np.full((N, N), 1e10)
    assert waits(found)
    assert np.isinf(found.tangent[:, 0, 0]).all()
