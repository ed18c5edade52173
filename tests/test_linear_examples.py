"""The examples of linear maps and sparse Jacobians, at a small size."""

import numpy as np
import pytest

from dualad import gradient, jacobian, sparse_hessian, sparse_jacobian
from tests.test_examples import load

pytest.importorskip("scipy")

brusselator, bratu, learning = (load(name) for name in ("brusselator", "bratu", "learning"))


def test_stiff_integration_with_the_sparse_jacobian_needs_fewer_evaluations():
    f = brusselator.brusselator(5)
    exact, calls, _ = brusselator.integrate(5, sparse_jacobian(f, argnums=1), until=0.2)
    differences, more_calls, _ = brusselator.integrate(5, None, until=0.2)
    assert exact.success
    assert calls <= more_calls - 2 * 25
    np.testing.assert_allclose(exact.y[:, -1], differences.y[:, -1], rtol=1e-3, atol=1e-5)


def test_the_pattern_of_the_brusselator_is_found():
    f = brusselator.brusselator(7)
    w = brusselator.start(7) + 1.0
    J = sparse_jacobian(f, argnums=1)(0.0, w)
    assert J.nnz == 6 * 2 * 49
    np.testing.assert_allclose(J.toarray(), jacobian(f, 1)(0.0, w), rtol=1e-12, atol=1e-9)


def test_newton_gmres_converges_quadratically():
    u, history = bratu.solve(7)
    assert history[-1] < 1e-8
    assert len(history) <= 6
    np.testing.assert_allclose(u, u.T, atol=1e-9)


def test_logistic_regression_and_the_network_learn(capsys):
    from scipy.optimize import minimize

    loss, start = learning.logistic_regression(features=500, rows=50)
    found = minimize(loss, start, jac=gradient(loss, mode="reverse"), method="L-BFGS-B")
    assert np.max(np.abs(gradient(loss, mode="reverse")(found.x))) < 1e-3
    learning.main(features=300, steps=20)
    assert "network: loss" in capsys.readouterr().out


def test_newtons_method_with_spsolve_and_least_squares_and_root():
    from scipy.optimize import least_squares, root
    from scipy.sparse.linalg import spsolve

    def f(x):
        return np.concatenate([x[:1] - 1.0, x[2:] - 2 * x[1:-1] + x[:-2] - 0.01 * np.exp(x[1:-1]), x[-1:] - 1.0])

    x = np.ones(50)
    J = sparse_jacobian(f, format="csc")
    for _ in range(6):
        x = x - spsolve(J(x), f(x))
    np.testing.assert_allclose(f(x), 0, atol=1e-10)
    fitted = least_squares(f, np.ones(50), jac=sparse_jacobian(f), tr_solver="lsmr", xtol=1e-12, ftol=1e-12, gtol=1e-12)
    np.testing.assert_allclose(fitted.x, x, atol=1e-4)
    np.testing.assert_allclose(root(f, np.ones(50), jac=lambda x: J(x).toarray()).x, x, atol=1e-6)


def test_newtons_method_in_optimisation_with_the_sparse_hessian():
    from scipy.sparse.linalg import spsolve

    f = lambda x: np.sum((x[1:] - x[:-1]) ** 2) + np.sum(np.cosh(x - np.linspace(0, 1, 30)))
    g, H, x = gradient(f, mode="reverse"), sparse_hessian(f, format="csc"), np.zeros(30)
    for _ in range(8):
        x = x - spsolve(H(x), g(x))
    np.testing.assert_allclose(g(x), 0, atol=1e-12)
