"""Sparse Jacobians equal the dense ones, and their patterns miss nothing."""

import numpy as np
import pytest

from dualad import jacobian, jacobian_sparsity, sparse_jacobian
from tests.numerical import results
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
