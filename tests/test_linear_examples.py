"""The examples of linear maps and sparse Jacobians, at a small size."""

import numpy as np
import pytest

from dualad import gradient, jacobian, sparse_hessian, sparse_jacobian
from tests.test_examples import load

pytest.importorskip("scipy")

brusselator, bratu, learning = (load(name) for name in ("brusselator", "bratu", "learning"))


PROBLEMS = {
    "line": (brusselator.line(11), brusselator.start_on_line(11), 1.0),
    "plane": (brusselator.plane(5), brusselator.start_on_plane(5), 0.2),
}


@pytest.mark.parametrize("method", ["BDF", "Radau"])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_stiff_integration_with_the_sparse_jacobian_needs_fewer_evaluations(problem, method):
    f, w, until = PROBLEMS[problem]
    ways = brusselator.ways(f, w)
    found = {name: brusselator.integrate(f, w, until, method, **options) for name, options in ways.items()}
    (exact, calls, _), (grouped, more_calls, _), (differences, most_calls, _) = found.values()
    assert exact.success
    assert calls < more_calls < most_calls
    assert calls <= most_calls - len(w)
    for other in (grouped, differences):
        np.testing.assert_allclose(exact.y[:, -1], other.y[:, -1], rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize(("problem", "entries"), [("line", 2 * (3 * 11 - 2) + 2 * 11), ("plane", 6 * 2 * 25)])
def test_the_pattern_of_the_brusselator_is_found(problem, entries):
    f, w, _ = PROBLEMS[problem]
    J = sparse_jacobian(f, argnums=1)(0.0, w + 1.0)
    assert J.nnz == entries
    np.testing.assert_allclose(J.toarray(), jacobian(f, 1)(0.0, w + 1.0), rtol=1e-12, atol=1e-9)


def test_the_steady_state_of_the_line_is_left_at_rest():
    f, w = brusselator.line(11), np.repeat([1.0, 3.0], 11)
    np.testing.assert_allclose(f(0.0, w), 0.0, atol=1e-12)


def test_the_brusselator_reports(capsys):
    brusselator.main(7, 4)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 12
    assert lines[0].startswith("line, 14 unknowns, BDF, sparse_jacobian: ")
    assert lines[-1].startswith("plane, 32 unknowns, Radau, differences: ")


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
