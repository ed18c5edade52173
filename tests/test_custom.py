"""Rules of the user's own, and roots by the implicit function theorem."""

import math

import numpy as np
import pytest

from dualad import (
    DtypeError,
    NoRuleError,
    ShapeError,
    StructureError,
    custom_jvp,
    derivative,
    gradient,
    hessian,
    implicit_fixed_point,
    implicit_root,
    is_dual,
    jacobian,
    jvp,
    linearize,
)


@custom_jvp
def black_box(x, y, *, scale=1.0):
    """sin(x) * y, in code that no Dual may enter."""
    assert not is_dual(x)
    assert not is_dual(y)
    return scale * np.sin(np.asarray(x, dtype=float))[()] * y


@black_box.defjvp
def black_box_jvp(primals, tangents, *, scale=1.0):
    (x, y), (dx, dy) = primals, tangents
    return black_box(x, y, scale=scale), scale * (np.cos(x) * y * dx + np.sin(x) * dy)


def test_a_rule_is_used_and_the_value_is_that_of_the_function():
    assert black_box.__name__ == "black_box"
    assert black_box(0.5, 3.0) == math.sin(0.5) * 3.0
    y, dy = jvp(black_box, (0.5, 3.0), (1.0, 2.0))
    assert (y, dy) == (black_box(0.5, 3.0), pytest.approx(3 * math.cos(0.5) + 2 * math.sin(0.5), rel=1e-15))
    assert derivative(black_box, argnums=1)(0.5, 3.0) == pytest.approx(math.sin(0.5), rel=1e-15)
    found = jacobian(lambda x: black_box(2 * x, 3.0, scale=5.0) ** 2)(np.array([0.1, 0.2, 0.3]))
    x = np.array([0.1, 0.2, 0.3])
    expected = 2 * 15 * np.sin(2 * x) * 30 * np.cos(2 * x)
    np.testing.assert_allclose(found, np.diag(expected), rtol=1e-14)


@pytest.mark.parametrize("batched", [False, True])
def test_a_rule_written_with_numpy_is_differentiated_again(batched):
    seen = []

    @custom_jvp
    def cube(x):
        return x**3

    @cube.defjvp(batched=batched)
    def cube_jvp(primals, tangents):
        (x,), (dx,) = primals, tangents
        seen.append(np.shape(dx))
        return cube(x), 3 * x**2 * dx

    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_array_equal(jacobian(cube)(x), np.diag(3 * x**2))
    assert seen == ([(3, 3)] if batched else [(3,)] * 3)
    np.testing.assert_array_equal(hessian(lambda x: np.sum(cube(x)))(x), np.diag(6 * x))
    assert derivative(cube, order=3)(2.0) == 6.0
    np.testing.assert_array_equal(jvp(cube, (x,), (np.ones(3),))[1], 3 * x**2)


def test_containers_constants_and_keywords():
    @custom_jvp
    def model(p, name, count, *, shift=0.0):
        return {"y": p["a"] * p["b"] * count + shift, "name": name}

    @model.defjvp
    def model_jvp(primals, tangents, *, shift=0.0):
        (p, name, count), (dp, _, dcount) = primals, tangents
        assert (name, count, dcount) == ("run", 2, 0.0)
        y = model(p, name, count, shift=shift)
        return y, {"y": (dp["a"] * p["b"] + p["a"] * dp["b"]) * count, "name": None}

    found = jacobian(model)({"a": 2.0, "b": np.array([1.0, 2.0])}, "run", 2, shift=1.0)
    np.testing.assert_array_equal(found["y"]["a"], [2.0, 4.0])
    np.testing.assert_array_equal(found["y"]["b"], 4 * np.eye(2))
    assert found["name"] == "run"


def test_methods_and_lists_of_elements():
    class Model:
        gain = 3.0

        @custom_jvp
        def run(self, x):
            return self.gain * np.asarray(x, float) ** 2

        @run.defjvp
        def run_jvp(primals, tangents):  # noqa: N805
            (self, x), (_, dx) = primals, tangents
            return self.run(x), 2 * self.gain * x * dx

    np.testing.assert_array_equal(jacobian(Model().run)([1.0, 2.0]), np.diag([6.0, 12.0]))
    f = lambda x: Model().run(np.array([x[1], x[0]]))
    np.testing.assert_array_equal(jacobian(f)([1.0, 2.0]), [[0.0, 12.0], [6.0, 0.0]])


def test_none_says_that_nothing_moves():
    @custom_jvp
    def step(x):
        return float(x > 0)

    @step.defjvp
    def step_jvp(primals, tangents):
        return step(*primals), None

    assert derivative(step)(3.0) == 0.0
    np.testing.assert_array_equal(gradient(lambda x: step(x[0]) * x[1])([1.0, 2.0]), [0.0, 1.0])


@pytest.mark.parametrize(
    ("returned", "error", "sentence"),
    [
        (lambda y, dy: y, StructureError, r"must return a pair \(y, dy\)"),
        (lambda y, dy: (y, dy[:2]), ShapeError, r"shape \(2,\), expected \(3,\), the shape of the value"),
        (lambda y, dy: (y, 1.0), ShapeError, r"shape \(\), expected \(3,\)"),
        (lambda y, dy: (y, dy * 1j), DtypeError, "complex128 for a value of dtype float64"),
        (lambda y, dy: (y, np.array(["a"] * 3)), StructureError, "the tangent from the rule of f"),
        (lambda y, dy: (y.astype(int), dy), DtypeError, "integer value"),
        (lambda y, dy: (y, {"y": dy}), StructureError, r"give an array of shape \(3,\)"),
    ],
)
def test_a_rule_that_returns_no_derivative_is_named(returned, error, sentence):
    @custom_jvp
    def f(x):
        return x

    @f.defjvp
    def f_jvp(primals, tangents):
        return returned(*primals, *tangents)

    with pytest.raises(error, match=sentence):
        jacobian(f)(np.ones(3))
    with pytest.raises(error):
        jvp(f, (np.ones(3),), (np.ones(3),))


def test_what_a_rule_cannot_do_is_refused():
    f = custom_jvp(lambda x, k=1.0: x)
    with pytest.raises(NoRuleError, match=r"write one with @<lambda>\.defjvp"):
        jacobian(f)(1.0)
    with pytest.raises(NoRuleError, match="Pass it by position"):
        jacobian(lambda x: f(1.0, k=x))(1.0)

    @f.defjvp
    def rule(primals, tangents):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine") as caught:
        jacobian(f)(1.0)
    assert caught.value.__notes__[0] == "dualad.custom_jvp was running the rule of <lambda>."


def kepler_solver(mean, eccentricity):
    """Newton on plain numbers; it would notice a Dual."""
    anomaly = float(mean)
    for _ in range(50):
        anomaly -= (anomaly - eccentricity * math.sin(anomaly) - mean) / (1 - eccentricity * math.cos(anomaly))
    return anomaly


kepler = implicit_root(lambda E, M, e: E - e * np.sin(E) - M, kepler_solver)


def test_keplers_equation_to_second_order():
    M, e = 0.9, 0.3
    E = kepler(M, e)
    r = 1 - e * math.cos(E)
    s = math.sin(E)
    np.testing.assert_allclose(jacobian(kepler, argnums=(0, 1))(M, e), (1 / r, s / r), rtol=1e-14)
    by_mean = -e * s / r**3
    mixed = math.cos(E) / r**2 - e * s**2 / r**3
    by_eccentricity = 2 * s * math.cos(E) / r**2 - e * s**3 / r**3
    found = hessian(kepler, argnums=(0, 1))(M, e)
    np.testing.assert_allclose(found, [[by_mean, mixed], [mixed, by_eccentricity]], rtol=1e-13)
    found = jacobian(lambda p: kepler(p[0], p[1]))(np.array([M, e]))
    np.testing.assert_allclose(found, [1 / r, s / r], rtol=1e-14)


def residual(x, p):
    """x + y = p0 and x y = p1: the roots of a quadratic equation."""
    return np.stack([x[0] + x[1] - p[0], x[0] * x[1] - p[1]])


def plain_solver(p, start=(3.0, 0.5)):
    x = np.array(start)
    for _ in range(60):
        matrix = np.array([[1.0, 1.0], [x[1], x[0]]])
        x = x - np.linalg.solve(matrix, np.array([x[0] + x[1] - p[0], x[0] * x[1] - p[1]], dtype=float))
    return x


def closed_form(p):
    root = np.sqrt(p[0] ** 2 - 4 * p[1])
    return np.stack([(p[0] + root) / 2, (p[0] - root) / 2])


def test_a_system_of_two_equations_to_second_order():
    solve = implicit_root(residual, plain_solver)
    p = np.array([5.0, 2.0])
    np.testing.assert_allclose(solve(p), closed_form(p), rtol=1e-14)
    np.testing.assert_allclose(jacobian(solve)(p), jacobian(closed_form)(p), rtol=1e-13)
    np.testing.assert_allclose(jacobian(jacobian(solve))(p), jacobian(jacobian(closed_form))(p), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(
        jacobian(lambda p: solve(p, start=(0.1, 9.0)))(p), jacobian(closed_form)(p)[::-1], rtol=1e-13
    )


def test_a_fixed_point_of_a_container():
    def g(x, a):
        return {"u": np.cos(a[0] * x["v"]) / 2, "v": np.sin(a[1] + x["u"]) / 2}

    def iterate(a):
        x = {"u": np.zeros(2), "v": np.zeros(2)}
        for _ in range(200):
            x = g(x, a)
        return x

    a = np.array([0.7, 0.4])
    expected = jacobian(iterate)(a)  # differentiated through all iterations
    found = jacobian(implicit_fixed_point(g, iterate))(a)
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-12)


def test_the_operators_that_record_see_through_them():
    solve = implicit_root(residual, plain_solver)
    p = np.array([5.0, 2.0])
    _, linear = linearize(solve, p)
    np.testing.assert_allclose(linear.to_dense(), jacobian(closed_form)(p), rtol=1e-13)
    _, linear = linearize(lambda x: black_box(x, 3.0), np.ones(2))
    np.testing.assert_allclose(linear.to_dense(), np.diag(3 * np.cos(np.ones(2))), rtol=1e-14)


def test_mistakes_with_implicit_functions_have_a_sentence():
    with pytest.raises(ShapeError, match="2 numbers and x has 1"):
        jacobian(implicit_root(lambda x, a: np.stack([x, x]) - a, lambda a: a))(1.0)
    with pytest.raises(np.linalg.LinAlgError) as caught:
        jacobian(implicit_root(lambda x, a: x**2 - a, lambda a: 0.0))(0.0)
    assert "no derivative" in caught.value.__notes__[0]
