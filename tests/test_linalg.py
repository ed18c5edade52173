"""Linear algebra where it is degenerate, badly scaled, or only some of the result has a derivative."""

import numpy as np
import pytest

from dualad import Dual, derivative, jacobian, jvp
from tests.cases.case import complexes, matrix

L = np.linalg
E2 = np.eye(2)


def along(f, x, v):
    """The derivative of f at x along v."""
    return jvp(f, (np.asarray(x),), (np.asarray(v),))[1]


def hessian(f):
    return jacobian(jacobian(f))


def rotation(n, seed=0):
    return L.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]


def test_inverse_of_a_singular_matrix_is_numpys_error():
    for f in (L.inv, lambda a: L.solve(a, np.ones(2)), lambda a: L.matrix_power(a, -2), L.tensorinv):
        with pytest.raises(L.LinAlgError):
            along(f, np.ones((2, 2)), E2)


def test_solve_in_many_directions_factors_each_matrix_once(monkeypatch):
    from dualad.rules.linalg import solving

    shapes = []
    monkeypatch.setattr(solving.np.linalg, "solve", L.solve)
    original = solving.solve_stack
    monkeypatch.setattr(
        solving, "solve_stack", lambda a, right: shapes.append((a.shape, right.shape)) or original(a, right)
    )
    a = matrix(2, 3, 3) + 2 * np.eye(3)
    jacobian(lambda a: L.solve(a, np.ones(3)))(a)
    assert shapes == [((2, 3, 3), (18, 2, 3, 1))]


CLUSTERS = [np.diag([1.0, 2, 2, 2, 5]), np.eye(5), np.zeros((5, 5)), np.diag([1.0, 1, 2, 2, 2])]


@pytest.mark.parametrize("values", CLUSTERS)
@pytest.mark.parametrize("turned", [False, True])
def test_sum_of_equal_eigenvalues_and_projector_on_their_vectors(values, turned):
    q = rotation(5) if turned else np.eye(5)
    a = q @ values @ q.T
    a = (a + a.T) / 2
    v = matrix(5, 5)
    v = v + v.T
    w = np.diag(values)
    for value in np.unique(w):
        chosen = np.flatnonzero(w == value)
        inside, outside = q[:, chosen], q[:, w != value]
        reach = outside @ np.diag(1 / (value - w[w != value])) @ outside.T
        projector = inside @ inside.T
        expected = reach @ v @ projector + projector @ v @ reach
        part = slice(chosen[0], chosen[-1] + 1)
        onto = lambda a, part=part: (x := L.eigh(a).eigenvectors[:, part]) @ x.T
        np.testing.assert_allclose(along(onto, a, v), expected, atol=1e-12)
        total = np.trace(projector @ v)
        for f in (
            L.eigvalsh,
            lambda a: L.eigh(a).eigenvalues,
            lambda a: np.real(L.eigvals(a)) if turned is False else L.eigvalsh(a),
        ):
            np.testing.assert_allclose(along(f, a, v)[part], total / len(chosen), atol=1e-12)


def test_eigenvalues_of_a_badly_scaled_matrix_are_no_cluster():
    a = np.diag([1.0, 2.0, 1e20])
    np.testing.assert_array_equal(along(L.eigvalsh, a, np.diag([3.0, 5.0, 7.0])), [3, 5, 7])
    moved = along(lambda a: L.eigh(a).eigenvectors, a, np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0.0]]))
    np.testing.assert_allclose(np.abs(moved[:2, :2]), [[0, 1], [1, 0]], atol=1e-15)


def test_second_derivative_of_vectors_of_a_cluster_is_not_a_number():
    a = np.diag([1.0, 1.0, 3.0])
    found = hessian(
        lambda x: np.sum((v := L.eigh(a + x[0] * matrix(3, 3) + x[1] * matrix(3, 3, seed=1))[1][:, :2]) @ v.T)
    )
    assert np.isnan(found(np.zeros(2))).all()


def test_second_derivative_of_the_sum_of_a_cluster():
    a = np.diag([1.0, 1.0, 3.0])
    v = matrix(3, 3) + matrix(3, 3).T
    second = derivative(derivative(lambda t: np.sum(L.eigvalsh(a + t * v)[:2])))(0.0)
    np.testing.assert_allclose(second, 2 * (v[0, 2] ** 2 + v[1, 2] ** 2) / (1 - 3), rtol=1e-13)


def test_eigenvalues_of_a_matrix_without_enough_vectors_have_no_derivative():
    a = np.array([[1.0, 1.0], [0.0, 1.0]])
    assert np.isnan(along(L.eigvals, a, np.ones((2, 2)))).all()
    assert np.isnan(along(lambda a: L.eig(a).eigenvectors, a, np.ones((2, 2)))).all()


def test_sum_of_equal_eigenvalues_of_an_unsymmetric_matrix():
    x = matrix(3, 3) + np.eye(3)
    a = x @ np.diag([2.0, 2.0, 5.0]) @ L.inv(x)
    v = matrix(3, 3, seed=1)
    w = L.eigvals(a)
    chosen = np.abs(w - 5) < 1
    p = L.inv(x) @ v @ x
    found = along(L.eigvals, a, v)
    np.testing.assert_allclose(found[chosen], p[2, 2], rtol=1e-11)
    np.testing.assert_allclose(np.sum(found[~chosen]), p[0, 0] + p[1, 1], rtol=1e-11)


def test_complex_hermitian_projector_where_the_phase_of_the_vectors_jumps():
    a = np.diag([1.0, 2.0, 4.0]) + 0j
    v = complexes(3, 3)
    v = v + v.conj().T
    onto = lambda a: (x := L.eigh(a)[1][:, 1:2]) @ np.conjugate(x).T
    expected = np.zeros((3, 3), complex)
    for i, gap in ((0, 1.0), (2, -2.0)):
        expected[i, 1] = v[i, 1] / gap
        expected[1, i] = v[1, i] / gap
    np.testing.assert_allclose(along(onto, a, v), expected, atol=1e-14)


def test_norm_of_zeros_is_a_kink():
    for order in (None, 1, 2, 3, np.inf, -np.inf, 0.5, -1):
        with np.errstate(divide="ignore"):
            assert along(lambda x, order=order: L.norm(x, order), np.zeros(3), np.ones(3)) == 0
    for order in ("fro", "nuc", 2, -2, 1, np.inf):
        assert along(lambda x, order=order: L.norm(x, order), np.zeros((3, 2)), np.ones((3, 2))) == 0
    found = jacobian(lambda x: L.norm(x, axis=1))(np.array([[0.0, 0], [3, 4]]))
    np.testing.assert_allclose(found.sum(0), [[0, 0], [0.6, 0.8]])


def test_largest_elements_share():
    np.testing.assert_array_equal(jacobian(lambda x: L.norm(x, np.inf))(np.array([2.0, -2.0, 1.0])), [0.5, -0.5, 0])
    np.testing.assert_array_equal(jacobian(lambda x: L.norm(x, 2))(3 * E2), E2 / 2)
    np.testing.assert_array_equal(
        jacobian(lambda x: L.norm(x, 1))(np.array([[1.0, 3], [2, 0]])), [[0.5, 0.5], [0.5, 0]]
    )


@pytest.mark.parametrize("scale", [1e200, 1e-200, 1e-310])
@pytest.mark.parametrize("order", [None, 2, 3, 2.5, -1, 0.5])
def test_norm_of_huge_and_tiny_vectors_has_a_derivative(scale, order):
    x = np.array([3.0, -4.0, 5.0])
    v = np.array([1.0, 2.0, -1.0])
    with np.errstate(all="ignore"):
        found = along(lambda x: L.norm(x, order), x * scale, v)
    np.testing.assert_allclose(found, along(lambda x: L.norm(x, order), x, v), rtol=1e-13)


def test_norm_in_float32_does_not_overflow():
    x = np.array([3e30, 4e30], np.float32)
    with np.errstate(all="ignore"):
        found = along(lambda x: L.norm(x), x, np.ones(2, np.float32))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, 1.4, rtol=1e-6)


def test_float32_stays():
    a = (matrix(3, 3) + 2 * np.eye(3)).astype(np.float32)
    for f in (L.inv, L.det, L.cholesky, L.pinv, L.svdvals, L.eigvalsh, L.cond, lambda a: L.slogdet(a)[1],
              lambda a: L.qr(a)[0], lambda a: L.norm(a, 2), lambda a: L.solve(a, a), lambda a: L.lstsq(a, a)[0],
              lambda a: L.eigh(a)[1], lambda a: L.matrix_power(a, 3)):  # fmt: skip
        y, dy = jvp(f, (a,), (np.ones_like(a),))
        assert y.dtype == dy.dtype == f(a).dtype
        exact = along(f, a.astype(float), np.ones((3, 3)))
        np.testing.assert_allclose(dy, exact, rtol=1e-4, atol=1e-4)


def test_condition_number():
    np.testing.assert_allclose(jacobian(L.cond)(E2), np.zeros((2, 2)))
    assert np.isnan(along(lambda a: L.cond(a, 1), np.stack([E2, np.ones((2, 2))]), np.ones((2, 2, 2)))[1])
    assert np.isfinite(along(lambda a: L.cond(a, 1), np.stack([E2, np.ones((2, 2))]), np.ones((2, 2, 2)))[0])


def test_qr_of_dependent_columns_is_not_a_number():
    moved = along(lambda a: L.qr(a).Q, np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]), matrix(3, 2))
    assert np.isnan(moved).any()


@pytest.mark.parametrize("kind", [matrix, complexes])
def test_wide_qr_by_the_square_one(kind):
    a, v = kind(3, 5) + np.eye(3, 5), kind(3, 5, seed=2)
    (q, r), (dq, dr) = jvp(lambda a: tuple(L.qr(a)), (a,), (v,))
    _, (square, triangle) = jvp(lambda a: tuple(L.qr(a)), (a[:, :3],), (v[:, :3],))
    np.testing.assert_allclose(dq, square, atol=1e-13)
    np.testing.assert_allclose(dr[:, :3], triangle, atol=1e-13)
    np.testing.assert_allclose(dq @ r + q @ dr, v, atol=1e-12)


def test_multi_dot_into_an_output():
    a, b, c = matrix(2, 3), matrix(3, 5), matrix(5, 2)
    x = Dual(a, np.ones_like(a))
    out = np.zeros((2, 2), like=x)
    assert L.multi_dot([x, b, c], out=out) is out
    np.testing.assert_allclose(out.tangent, np.ones_like(a) @ b @ c)


def test_diagonal_is_a_view():
    x = Dual(matrix(3, 3), matrix(3, 3))
    x[0, 0] = 7.0
    assert L.diagonal(x)[0].tangent == 0
    y = L.matrix_transpose(x)
    x[0, 1] = 7.0
    assert y[1, 0].tangent == 0


@pytest.mark.parametrize("n", [0, 1])
def test_small_matrices(n):
    a = np.ones((2, n, n))
    for f in (L.det, L.inv, L.slogdet, L.cholesky, L.eigh, L.eigvalsh, L.svd, L.qr, L.pinv, L.eig, L.norm):
        for y in (lambda r: r if isinstance(r, tuple) else (r,))(jvp(f, (a,), (a,))[1]):
            assert np.isfinite(y).all()


def test_third_derivatives_of_a_determinant_at_singular_matrices():
    rng = np.random.default_rng(11)
    u, v = rng.normal(size=(2, 5, 5))
    t = np.linspace(-1, 1, 11)
    once = u @ np.diag([1.0, 2.0, 0.5, 3.0, 0.0]) @ v
    exact = np.polyfit(t, [np.linalg.det(once + s * v) for s in t], 5)[::-1]
    assert derivative(lambda s: np.linalg.det(once + s * v), order=3)(0.0) == pytest.approx(6 * exact[3], rel=1e-8)
    twice = u @ np.diag([1.0, 2.0, 0.5, 0.0, 0.0]) @ v
    exact = np.polyfit(t, [np.linalg.det(twice + s * v) for s in t], 5)[::-1]
    assert derivative(lambda s: np.linalg.det(twice + s * v), order=2)(0.0) == pytest.approx(2 * exact[2], rel=1e-8)
    assert np.isnan(derivative(lambda s: np.linalg.det(twice + s * v), order=3)(0.0))  # and not a wrong number
