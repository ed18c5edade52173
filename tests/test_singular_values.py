"""Equal and zero singular values; pseudo-inverses and least squares of any rank."""

import numpy as np
import pytest

from dualad import Dual, derivative, is_dual, jvp
from dualad.errors import NoRuleError
from tests.cases.case import complexes, matrix
from tests.numerical import along as differences
from tests.numerical import directions_like

L = np.linalg
E2 = np.eye(2)


def along(f, x, v):
    """The derivative of f at x along v."""
    return jvp(f, (np.asarray(x),), (np.asarray(v),))[1]


def rotation(n, seed=0):
    return L.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]


def test_polar_factor_of_equal_singular_values():
    a, v = 2 * rotation(3), matrix(3, 3)
    polar = lambda a: (f := L.svd(a)).U @ f.Vh
    q = a / 2
    skew = q.T @ v - v.T @ q
    np.testing.assert_allclose(along(polar, a, v), q @ skew / 4, atol=1e-13)
    np.testing.assert_allclose(along(lambda a: L.norm(a, "nuc"), a, v), np.trace(q.T @ v), rtol=1e-13)
    np.testing.assert_allclose(along(L.svdvals, a, v), np.full(3, np.trace(q.T @ v) / 3), rtol=1e-13)


@pytest.mark.parametrize("shape", [(5, 5), (7, 5), (5, 7)])
@pytest.mark.parametrize("kind", [matrix, complexes])
def test_sum_of_equal_singular_values_and_the_spaces_of_their_vectors(shape, kind):
    m, n = shape
    u, v = L.qr(kind(m, m))[0], L.qr(kind(n, n, seed=3))[0]
    s = np.array([7.0, 3.0, 3.0, 3.0, 1.0])
    a = (u[:, :5] * s) @ v[:, :5].conj().T
    da = kind(m, n, seed=5)
    part = slice(1, 4)
    space = lambda a, full: (x := L.svd(a, full_matrices=full).U[:, part]) @ np.conjugate(x).T
    # onto the vectors of a a^H with eigenvalue 9
    inside, others = u[:, part], np.delete(u, [1, 2, 3], axis=1)
    gaps = 9 - np.append(s[[0, 4]] ** 2, np.zeros(m - 5))
    reach = (others / gaps) @ others.conj().T @ (da @ a.conj().T + a @ da.conj().T) @ inside @ inside.conj().T
    mean = np.trace(inside.conj().T @ da @ v[:, part]).real / 3
    for full in (False, True):
        np.testing.assert_allclose(along(lambda a, full=full: space(a, full), a, da), reach + reach.conj().T,
                                   atol=1e-12)  # fmt: skip
    for f in (L.svdvals, lambda a: L.svd(a)[1], lambda a: L.svd(a, compute_uv=False)):
        np.testing.assert_allclose(along(f, a, da)[part], mean, rtol=1e-11)
    total = sum(np.trace(u[:, [i]].conj().T @ da @ v[:, [i]]).real for i in range(5))
    np.testing.assert_allclose(along(lambda a: L.norm(a, "nuc"), a, da), total, rtol=1e-11)


def test_second_derivative_of_vectors_of_equal_singular_values_is_not_a_number():
    a = np.diag([1.0, 1.0, 3.0])
    f = lambda t: np.sum((x := L.svd(a + t * matrix(3, 3)).U[:, 1:]) @ x.T)
    assert np.isnan(derivative(derivative(f))(0.0))


def test_singular_value_zero_is_a_kink():
    a = np.diag([2.0, 0.0])
    np.testing.assert_array_equal(along(L.svdvals, a, E2), [1, 0])
    np.testing.assert_array_equal(along(L.svdvals, np.diag([2.0, 1e-30]), E2), [1, 1])
    assert along(lambda a: L.norm(a, "nuc"), a, E2) == 1
    tall = np.array([[2.0, 0], [0, 0], [0, 0]])
    moved = along(lambda a: L.svd(a, full_matrices=False).U, tall, matrix(3, 2))
    assert np.isfinite(moved[:, 0]).all()
    assert np.isnan(moved[:, 1]).all()


@pytest.mark.parametrize("shape", [(7, 3), (3, 7), (5, 5)])
@pytest.mark.parametrize("kind", [matrix, complexes])
def test_pinv_of_full_rank_by_its_closed_form(shape, kind):
    a = kind(*shape) + np.eye(*shape)
    v = kind(*shape, seed=3)
    star = lambda x: np.conjugate(np.swapaxes(x, -1, -2))
    closed = (lambda a: L.solve(star(a) @ a, star(a))) if shape[0] >= shape[1] else (
        lambda a: star(L.solve(a @ star(a), a)))  # fmt: skip
    np.testing.assert_allclose(along(L.pinv, a, v), along(closed, a, v), rtol=1e-10, atol=1e-11)
    b = kind(shape[0], 2, seed=4)
    solved = lambda a: L.lstsq(a, b, rcond=None)[0]
    np.testing.assert_allclose(along(solved, a, v), along(closed, a, v) @ b, rtol=1e-9, atol=1e-10)


def test_pinv_of_lost_rank_is_refused_in_directions_that_change_it():
    a = np.outer([1.0, 2.0, 3.0], [1.0, -1.0])
    keeps = np.outer([1.0, 2.0, 3.0], [0.5, 2.0])
    step = 1e-6
    expected = (L.pinv(a + step * keeps) - L.pinv(a - step * keeps)) / (2 * step)
    np.testing.assert_allclose(along(L.pinv, a, keeps), expected, atol=1e-8)
    b = np.array([1.0, 0.0, 2.0])
    solution = lambda a: L.lstsq(a, b, rcond=None)[0]
    np.testing.assert_allclose(along(solution, a, keeps), expected @ b, atol=1e-8)
    for f in (L.pinv, solution):
        with pytest.raises(NoRuleError, match="rcond"):
            along(f, a, np.eye(3, 2))


@pytest.mark.parametrize("kind", [matrix, complexes])
def test_pinv_and_lstsq_of_a_product_that_stays_at_its_rank(kind):
    left, right, b = kind(5, 3, seed=3), kind(3, 7, seed=4), kind(5, 2)
    points, v = [left, right], directions_like([left, right], 1)
    for f in (lambda x, y: L.pinv(x @ y), lambda x, y: L.lstsq(x @ y, b, rcond=1e-10)[0]):
        (expected,) = differences(f, points, v)
        np.testing.assert_allclose(jvp(f, points, v)[1], expected, rtol=1e-7, atol=1e-7)
        once = lambda *p, f=f: jvp(f, p, v)[1]
        (expected,) = differences(once, points, v)
        np.testing.assert_allclose(jvp(once, points, v)[1], expected, rtol=1e-5, atol=1e-5)


def test_least_squares_by_the_normal_equations():
    a, b = matrix(7, 3) + np.eye(7, 3), matrix(7, 2, seed=1)
    v = matrix(7, 3, seed=2)
    normal = lambda a: L.solve(a.T @ a, a.T @ b)
    np.testing.assert_allclose(along(lambda a: L.lstsq(a, b)[0], a, v), along(normal, a, v), rtol=1e-11)
    _, residuals, rank, s = L.lstsq(Dual(a, v), b)
    assert rank == 3
    assert is_dual(residuals)
    assert is_dual(s)
