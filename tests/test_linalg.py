"""Linear algebra where it is degenerate, badly scaled, or only some of the result has a derivative."""

from fractions import Fraction

import numpy as np
import pytest

from dualad import Dual, derivative, is_dual, jacobian, jvp
from dualad.errors import NoRuleError
from tests.cases.case import complexes, matrix
from tests.numerical import along as differences
from tests.numerical import directions_like

L = np.linalg
E2 = np.eye(2)


def along(f, x, v):
    """The derivative of f at x along v."""
    return jvp(f, (np.asarray(x),), (np.asarray(v),))[1]


def hessian(f):
    return jacobian(jacobian(f))


def rotation(n, seed=0):
    return L.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]


def exact_det(rows):
    """By expansion along the first row, in rational numbers."""
    if not rows:
        return Fraction(1)
    return sum((-1) ** j * x * exact_det([r[:j] + r[j + 1 :] for r in rows[1:]]) for j, x in enumerate(rows[0]) if x)


def cofactors(a):
    rows = [[Fraction(x) for x in r] for r in a.tolist()]
    n = len(rows)
    minor = lambda i, j: exact_det([r[:j] + r[j + 1 :] for k, r in enumerate(rows) if k != i])
    return np.array([[to_float((-1) ** (i + j) * minor(i, j)) for j in range(n)] for i in range(n)])


def to_float(x):
    try:
        return float(x)
    except OverflowError:
        return np.inf if x > 0 else -np.inf


@pytest.mark.parametrize("rank", [1, 2, 3, 4, 5])
def test_det_has_its_cofactors_as_derivative_whatever_the_rank(rank):
    a = (
        np.random.default_rng(rank).integers(-4, 5, (5, rank))
        @ np.random.default_rng(9).integers(-4, 5, (rank, 5))
        * 1.0
    )
    expected = cofactors(a)
    np.testing.assert_allclose(jacobian(L.det)(a), expected, rtol=1e-12, atol=1e-14 * L.norm(a) ** 4)


def test_det_of_zeros_has_second_derivatives():
    expected = np.zeros((2, 2, 2, 2))
    expected[0, 0, 1, 1] = expected[1, 1, 0, 0] = 1
    expected[0, 1, 1, 0] = expected[1, 0, 0, 1] = -1
    np.testing.assert_allclose(hessian(L.det)(np.zeros((2, 2))), expected, atol=1e-15)


def test_second_derivatives_of_det_at_rank_one():
    a = np.outer([1.0, 2.0, 3.0], [1.0, -1.0, 2.0])
    third = np.zeros((3,) * 6)
    for p in np.ndindex(3, 3, 3):
        for q in np.ndindex(3, 3, 3):
            third[p[0], q[0], p[1], q[1], p[2], q[2]] = parity(p) * parity(q)
    expected = np.einsum("abcdef,ef->abcd", third, a)
    np.testing.assert_allclose(hessian(L.det)(a), expected, atol=1e-13)


def parity(p):
    return L.det(np.eye(3)[list(p)]).round()


@pytest.mark.parametrize(
    "a",
    [
        np.diag([1e200, 1e200, 1e-200]),
        np.diag([1e-200, 1e-200, 1e250]),
        np.array([[1e200, 1.0], [1.0, 3e-200]]),
        np.array([[1e200, 1e-200], [1e200, 3e-200]]),
        np.array([[2e-160, 1e-170, 0], [3e-150, 1e-160, 1e10], [0, 1e150, 2e160]]),
        np.diag([1e-200, 0.0, 1e-100]),
    ],
)
def test_det_of_badly_scaled_matrices_keeps_its_digits(a):
    np.testing.assert_allclose(jacobian(L.det)(a), cofactors(a), rtol=1e-13)


def test_det_of_a_large_singular_matrix_does_not_overflow_on_the_way():
    n = 600
    q, p = rotation(n, 1), rotation(n, 2)
    s = np.ones(n)
    s[-1] = 0
    a = (q * s) @ p
    v = np.outer(q[:, -1], p[-1])
    np.testing.assert_allclose(abs(along(L.det, a, v)), 1, rtol=1e-9)


def test_det_of_complex_singular_matrix():
    z = complexes(3, 1) @ complexes(1, 3) + np.diag([0, 0, 1j])
    cut = lambda i, j: np.delete(np.delete(z, i, 0), j, 1)
    expected = np.array([[(-1) ** (i + j) * (cut(i, j)[0, 0] * cut(i, j)[1, 1] - cut(i, j)[0, 1] * cut(i, j)[1, 0])
                          for j in range(3)] for i in range(3)])  # fmt: skip
    np.testing.assert_allclose(jacobian(L.det, holomorphic=True)(z), expected, rtol=1e-13, atol=1e-14)


def test_logdet_has_a_pole_at_a_singular_matrix():
    a = np.diag([1.0, 0.0])
    logarithm = lambda a: L.slogdet(a).logabsdet
    assert along(logarithm, a, E2) == np.inf
    assert along(logarithm, a, -E2) == -np.inf
    assert along(logarithm, a, np.zeros((2, 2))) == 0
    assert np.isnan(along(logarithm, np.zeros((2, 2)), E2))


def test_each_determinant_of_a_stack_has_the_derivative_of_its_rank():
    a = np.stack([np.diag([2.0, 3.0, 5.0]), np.diag([2.0, 0.0, 5.0]), np.diag([0.0, 0.0, 5.0]), np.zeros((3, 3))])
    v = matrix(4, 3, 3)
    expected = [np.trace(L.inv(a[0]) @ v[0]), np.inf, np.nan, np.nan]
    np.testing.assert_allclose(along(lambda a: L.slogdet(a)[1], a, v), expected, rtol=1e-14)
    np.testing.assert_allclose(along(L.det, a, v), [30 * expected[0], 10 * v[1, 1, 1], 0, 0], rtol=1e-14, atol=1e-15)
    still = along(lambda a: L.slogdet(a)[1], a, np.zeros_like(a))
    np.testing.assert_array_equal(still, 0)


def test_logdet_of_a_matrix_that_lacks_two_ranks_to_rounding_is_not_a_number():
    right = np.array([[1.0, 2.0, 0.0, 1.0], [3.0, 1.0, 1.0, 0.0]])
    a = np.array([[1.0, 0.0], [0.0, 1.0], [0.3, 0.1], [0.7, 0.2]]) @ right
    sign, logarithm = L.slogdet(a)
    if logarithm == -np.inf:
        assert np.isnan(along(lambda a: L.slogdet(a)[1], a, matrix(4, 4)))
    assert abs(along(L.det, a, matrix(4, 4))) < 1e-13


def test_sign_of_a_real_determinant_is_constant():
    assert not is_dual(L.slogdet(Dual(3 * E2, E2)).sign)
    with pytest.raises(NoRuleError, match="stop_derivative"):
        L.matrix_rank(Dual(E2, E2))


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
