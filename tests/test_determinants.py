"""Determinants: cofactors at any rank and scale, and the pole of the logarithm."""

from fractions import Fraction

import numpy as np
import pytest

from dualad import Dual, is_dual, jacobian, jvp
from dualad.errors import NoRuleError
from tests.cases.case import complexes, matrix

L = np.linalg
E2 = np.eye(2)


def along(f, x, v):
    """The derivative of f at x along v."""
    return jvp(f, (np.asarray(x),), (np.asarray(v),))[1]


def rotation(n, seed):
    return L.qr(np.random.default_rng(seed).normal(size=(n, n)))[0]


def hessian(f):
    return jacobian(jacobian(f))


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
    n = 400
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


def test_logdet_of_matrices_that_lack_two_ranks_to_rounding_is_not_a_number():
    a = np.stack([matrix(4, 2, seed=i) @ matrix(2, 4, seed=i + 1) for i in range(40)])
    a = a[L.slogdet(a).logabsdet == -np.inf]
    assert len(a)
    assert np.isnan(along(lambda a: L.slogdet(a)[1], a, matrix(*a.shape))).all()
    np.testing.assert_allclose(along(L.det, a, matrix(*a.shape)), 0, atol=1e-12)


def test_sign_of_a_real_determinant_is_constant():
    assert not is_dual(L.slogdet(Dual(3 * E2, E2)).sign)
    with pytest.raises(NoRuleError, match="stop_derivative"):
        L.matrix_rank(Dual(E2, E2))
