"""What the rules of linear algebra take from LAPACK, with NumPy's loops and without them."""

import numpy as np
import pytest

from dualad import Dual, jvp
from dualad.rules.linalg import lapack
from tests.cases.case import complexes, matrix

L = np.linalg
STACK = np.stack([matrix(3, 3), np.ones((3, 3)), np.diag([1.0, 2.0, 5.0])])


@pytest.fixture(params=["loops", "public"])
def loops(request, monkeypatch):
    if request.param == "public":
        monkeypatch.setattr(lapack, "_loops", None)


def test_inverse_of_a_stack_is_nan_for_singular_matrices(loops):
    with np.errstate(all="ignore"):
        found = lapack.inverse(STACK)
    np.testing.assert_array_equal(found[0], L.inv(STACK[0]))
    assert np.isnan(found[1]).all()
    np.testing.assert_array_equal(found[2], L.inv(STACK[2]))


@pytest.mark.parametrize("f", [L.inv, L.det, L.cholesky, L.qr, L.slogdet, lambda a: L.solve(a, a[0]), L.eig])
def test_derivatives_with_and_without_the_loops(f, monkeypatch):
    a = matrix(3, 3) + matrix(3, 3).T + 4 * np.eye(3)
    v = matrix(3, 3, seed=1)
    _, fast = jvp(f, (a,), (v,))
    monkeypatch.setattr(lapack, "_loops", None)
    _, slow = jvp(f, (a,), (v,))
    for x, y in zip(*(r if isinstance(r, tuple) else (r,) for r in (fast, slow)), strict=True):
        np.testing.assert_array_equal(x, y)


@pytest.mark.parametrize("kind", [matrix, complexes])
@pytest.mark.parametrize("shape", [(), (3,)])
@pytest.mark.parametrize("n", [1, 2, 32, 33, 101])
def test_inverse_of_a_triangle_by_halves(n, shape, kind):
    a = np.tril(kind(*shape, n, n) / n) + np.diag(np.linspace(1, 3, n))
    root = lapack.lower_inverse(a)
    np.testing.assert_allclose(root, L.inv(a), rtol=1e-12, atol=1e-14)
    assert not np.triu(root, 1).any()
    np.testing.assert_array_equal(lapack.upper_inverse(np.swapaxes(a, -1, -2)), np.swapaxes(root, -1, -2))


def test_inverse_of_a_triangle_has_a_derivative():
    n = 37
    a, v = np.tril(matrix(n, n) / n) + 2 * np.eye(n), np.tril(matrix(n, n, seed=1))
    root = L.inv(a)
    found = lapack.lower_inverse(Dual(a, v))
    np.testing.assert_allclose(found.tangent, -root @ v @ root, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("n", [40, 67])
def test_cholesky_and_qr_of_more_than_one_block(n):
    x, v = matrix(n, n), matrix(n, n, seed=1)
    a, da = x @ x.T + n * np.eye(n), v + v.T
    y, dy = jvp(L.cholesky, (a,), (da,))
    np.testing.assert_allclose(dy @ y.T + y @ dy.T, da, atol=1e-11)
    assert not np.triu(dy, 1).any()
    (q, r), (dq, dr) = jvp(lambda a: tuple(L.qr(a)), (a,), (v,))
    np.testing.assert_allclose(dq @ r + q @ dr, v, atol=1e-10)
    np.testing.assert_allclose(dq.T @ q + q.T @ dq, 0, atol=1e-11)
    assert not np.tril(dr, -1).any()
