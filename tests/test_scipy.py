"""The operators as SciPy's jac=: the result of the transform is what SciPy calls."""

import numpy as np
import pytest

from dualad import derivative, gradient, jacobian, value_and_gradient

optimize = pytest.importorskip("scipy.optimize")
integrate = pytest.importorskip("scipy.integrate")

TIME = np.linspace(0.0, 3.0, 17)
TRUE = np.array([2.5, 1.3, 0.5])


def decay(p, t):
    return p[0] * np.exp(-p[1] * t) + p[2]


def residuals(p, t, y):
    return decay(p, t) - y


def rosenbrock(x):
    return np.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def test_least_squares_passes_its_extra_arguments_to_the_jacobian():
    y = decay(TRUE, TIME)
    found = optimize.least_squares(residuals, [1.0, 1.0, 0.0], jac=jacobian(residuals), args=(TIME, y), xtol=1e-14)
    np.testing.assert_allclose(found.x, TRUE, rtol=1e-9)


def test_curve_fit():
    def curve(t, a, b, c):
        return decay([a, b, c], t)

    def by_parameters(t, a, b, c):
        return jacobian(lambda p: decay(p, t))([a, b, c])

    found, _ = optimize.curve_fit(curve, TIME, decay(TRUE, TIME), p0=[1.0, 1.0, 0.0], jac=by_parameters)
    np.testing.assert_allclose(found, TRUE, rtol=1e-7)


def test_root_of_a_system():
    def system(x):
        return np.array([x[0] ** 2 + x[1] ** 2 - 4.0, np.exp(x[0]) + x[1] - 1.0])

    found = optimize.root(system, [1.0, -1.7], jac=jacobian(system))
    assert found.success
    np.testing.assert_allclose(system(found.x), 0.0, atol=1e-9)


def test_newton_by_the_derivative():
    assert optimize.newton(lambda x: np.cos(x) - x, 1.0, fprime=derivative(lambda x: np.cos(x) - x)) == pytest.approx(
        0.7390851332151607, rel=1e-14
    )


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "SLSQP"])
def test_minimize_by_the_gradient(method):
    found = optimize.minimize(rosenbrock, [-1.2, 1.0, 0.7], jac=gradient(rosenbrock), method=method, tol=1e-12)
    np.testing.assert_allclose(found.x, 1.0, atol=1e-5)


def test_minimize_with_value_and_gradient_in_one_call():
    found = optimize.minimize(value_and_gradient(rosenbrock), [-1.2, 1.0, 0.7], jac=True, method="BFGS", tol=1e-12)
    np.testing.assert_allclose(found.x, 1.0, atol=1e-6)


def test_a_constraint_has_a_jacobian():
    def circle(x):
        return x @ x

    constraint = optimize.NonlinearConstraint(circle, 1.0, 1.0, jac=jacobian(circle))
    found = optimize.minimize(
        lambda x: x[0] + x[1],
        [0.3, -0.9],
        jac=gradient(lambda x: x[0] + x[1]),
        constraints=[constraint],
        method="SLSQP",
    )
    np.testing.assert_allclose(found.x, -np.sqrt(0.5), rtol=1e-6)


def test_an_implicit_integrator_uses_the_jacobian():
    def rate(t, y):
        return np.stack([-1000.0 * y[0] + y[1], -y[1] * np.cos(t)])

    found = integrate.solve_ivp(
        rate, (0.0, 2.0), [1.0, 1.0], method="Radau", jac=jacobian(rate, argnums=1), rtol=1e-8, atol=1e-10
    )
    assert found.success
    np.testing.assert_allclose(found.y[1, -1], np.exp(-np.sin(2.0)), rtol=1e-6)
