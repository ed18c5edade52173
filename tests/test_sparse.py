"""Sparse Jacobians equal the dense ones, and their patterns miss nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualad import DtypeError, NoRuleError, ShapeError, jacobian, jacobian_sparsity, sparse_hessian, sparse_jacobian
from tests.numerical import results
from tests.test_recorded import POINT, flat, steps
from tests.test_rules import cases

pytest.importorskip("scipy")


def of_flat(case):
    """The row as a function of one flat vector, with all results in one."""
    shapes = [p.shape for p in case.points]
    sizes = np.cumsum([0, *[p.size for p in case.points]])

    def f(x):
        points = [x[a:b].reshape(s) for a, b, s in zip(sizes, sizes[1:], shapes, strict=False)]
        return np.concatenate([np.reshape(y, (-1,)) for y in results(case.function(*points))] or [np.zeros(0)])

    return f, np.concatenate([p.ravel() for p in case.points])


@cases(lambda case: not any(p.dtype.kind == "c" for p in case.points))
def test_sparse_equals_dense(case):
    f, x = of_flat(case)
    if np.iscomplexobj(f(x)):
        return
    dense = jacobian(f)(x)
    found = sparse_jacobian(f)
    np.testing.assert_allclose(found(x).toarray(), dense, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(found(x).toarray(), dense, rtol=1e-9, atol=1e-10)  # with what was learned
    pattern = jacobian_sparsity(f, x).toarray()
    rounding = 1e-14 * np.max(np.abs(dense), initial=1.0)  # terms that cancel leave it in the dense one alone
    assert not np.any((np.abs(dense) > rounding) & ~pattern)


def laplacian(u):
    return np.roll(u, 1, 0) + np.roll(u, -1, 0) + np.roll(u, 1, 1) + np.roll(u, -1, 1) - 4 * u


def test_counts_of_a_tridiagonal_and_of_a_five_point_problem():
    f = lambda x: np.concatenate([x[:1], x[2:] - 2 * x[1:-1] + x[:-2] + x[1:-1] ** 3, x[-1:]])
    x = np.linspace(0.5, 1.5, 1000)
    assert sparse_jacobian(f)(x).nnz == 3 * 998 + 2
    u = np.linspace(0.5, 1.5, 35).reshape(5, 7)
    assert sparse_jacobian(lambda u: laplacian(u) * u)(u).nnz == 5 * 35


@pytest.mark.parametrize("format", ["csr", "csc", "coo"])
def test_formats_and_independence_of_the_matrices(format):
    J = sparse_jacobian(lambda x: np.roll(x, 1) * x, format=format)
    x = np.array([2.0, 3.0, 5.0])
    expected = jacobian(lambda x: np.roll(x, 1) * x)(x)
    first = J(x)
    assert first.format == format
    first.data[:] = 0
    if format != "coo":
        first.indices[:] = 0
    np.testing.assert_array_equal(J(x).toarray(), expected)


def test_another_branch_is_learned_anew():
    def f(x):
        return x[::-1] * x if x[0] > 0 else np.cumsum(x) * x[0]

    J = sparse_jacobian(f)
    for x in ([1.0, 2.0, 3.0], [-1.0, 2.0, 3.0], [2.0, 1.0, 3.0]):
        np.testing.assert_allclose(J(np.array(x)).toarray(), jacobian(f)(x))


def test_shapes_may_change_between_calls():
    J = sparse_jacobian(lambda x, y: x[1:] * y)
    for n in (3, 5, 3):
        x, y = np.arange(1.0, n + 1), 2.0
        np.testing.assert_allclose(J(x, y).toarray(), jacobian(lambda x: x[1:] * y)(x))


def test_selections_by_value_count_both_sides():
    f = lambda x: np.where(x > 0, x, x[::-1]) + np.maximum(x, 0.5) + np.abs(x) + np.clip(x, 0, 1)
    pattern = jacobian_sparsity(f, np.array([-1.0, 0.2, 3.0, 4.0])).toarray()
    np.testing.assert_array_equal(pattern, (np.eye(4) + np.eye(4)[::-1]) > 0)


def test_gathers_by_value_do_not_fill_the_memory(monkeypatch):
    from dualad.tangents import layouts

    monkeypatch.setattr(layouts, "_SPARE", 10_000)
    seen = []
    original = layouts.Layouts.forget
    monkeypatch.setattr(layouts.Layouts, "forget", lambda self: seen.append(0) or original(self))
    J = sparse_jacobian(lambda x: np.sort(x) * x)
    rng = np.random.default_rng(0)
    for _ in range(30):
        x = rng.uniform(size=100)
        np.testing.assert_allclose(J(x).toarray(), jacobian(lambda x: np.sort(x) * x)(x))
    assert len(seen) > 2


def test_dense_operations_in_the_middle_stay_right():
    a = np.random.default_rng(0).uniform(size=(6, 6))
    f = lambda x: (np.linalg.solve(a + 6 * np.eye(6), x**2) / np.sum(x))[:3] * np.fft.irfft(np.fft.rfft(x))[3:]
    x = np.linspace(0.3, 1.2, 6)
    np.testing.assert_allclose(sparse_jacobian(f)(x).toarray(), jacobian(f)(x), rtol=1e-10, atol=1e-12)


def test_complex_arguments_must_be_asked_for():
    z = np.array([1.0 + 2.0j, 0.5j, 3.0])
    with pytest.raises(DtypeError, match="holomorphic=True"):
        sparse_jacobian(np.exp)(z)
    found = sparse_jacobian(lambda z: z[1:] * np.exp(z[:-1]), holomorphic=True)(z).toarray()
    np.testing.assert_allclose(found, jacobian(lambda z: z[1:] * np.exp(z[:-1]), holomorphic=True)(z))


def test_inside_another_derivative_it_is_refused_by_name():
    with pytest.raises(NoRuleError, match="Use jacobian there"):
        jacobian(lambda t: sparse_jacobian(lambda x: t * x)(np.ones(2)).sum())(1.0)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2),
        lambda x: np.sum(np.exp(x * np.roll(x, 1))) + np.sum(x[[0, 2, 2, 1]] ** 3),
        lambda x: np.sum(np.sqrt(1.0 + np.diff(x) ** 2)) + x[0] * x[-1],
        lambda x: np.sum(laplacian(np.reshape(x, (2, 3))) ** 2),
        lambda x: np.sum(x) ** 2,
    ],
)
def test_sparse_hessian_equals_the_dense_one(f):
    x = np.array([0.3, -0.7, 1.1, 0.6, 0.9, -0.2])
    H = sparse_hessian(f)
    for _ in range(2):
        np.testing.assert_allclose(H(x).toarray(), jacobian(jacobian(f))(x), rtol=1e-10, atol=1e-10)


def test_sparse_hessian_of_a_chain_has_three_diagonals():
    f = lambda x: np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)
    H = sparse_hessian(f)(np.linspace(0.1, 1.0, 2000))
    assert H.nnz <= 3 * 2000
    with pytest.raises(ShapeError, match="returns a number"):
        sparse_hessian(lambda x: x)(np.ones(2))


@settings(max_examples=150, deadline=None)
@given(steps(), st.integers(0, 3))
def test_random_programs_have_no_false_negatives(program, seed):
    f = flat(program)
    J = sparse_jacobian(f)
    pattern = jacobian_sparsity(f, POINT).toarray()
    for x in (POINT, np.random.default_rng(seed).uniform(-1, 1, POINT.shape)):
        dense = jacobian(f)(x).reshape(-1, POINT.size)
        np.testing.assert_allclose(J(x).toarray(), dense, rtol=1e-9, atol=1e-12)
        assert not np.any((np.abs(dense) > 1e-13) & ~pattern)


def test_a_pattern_does_not_miss_what_is_zero_at_this_point():
    a = np.array([[1.0, -1.0], [1.0, 1.0]])
    f = lambda x: a @ np.stack([x[0] ** 2 + x[1], x[0] + x[1]])
    pattern = jacobian_sparsity(f, np.zeros(2)).toarray()  # x[0]**2 has no slope here, and x[1] cancels
    assert pattern.all()
