"""Odd callables, and the sentences for tangents, cotangents and outputs that do not fit."""

import re
import shutil

import numpy as np
import pytest

from dualad import (
    DtypeError,
    NoRuleError,
    ShapeError,
    StructureError,
    custom_jvp,
    derivative,
    explain,
    flat_jacobian,
    hessian,
    jacobian,
    jvp,
    linearize,
    second_directional_derivative,
    vjp,
)

X = np.array([1.0, 2.0])


class Square:
    """A callable that `functools.wraps` cannot follow: its name is no text."""

    __name__ = 5

    def __call__(self, x):
        return x * x


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_a_callable_without_a_proper_name(mode):
    np.testing.assert_array_equal(jacobian(Square(), mode=mode)(X), np.diag(2 * X))


def two(x, z):
    return x * z, np.sum(x)


SENTENCES = [
    (lambda: linearize(two, X, 3.0)[1](X), StructureError, "1 tangents were given for 2 arguments of f"),
    (lambda: linearize(two, X, 3.0)[1]((X, 1.0), 1.0), StructureError, "tangents[0] has 2 numeric leaves"),
    (lambda: linearize(two, X, 3.0)[1](np.ones(3), 1.0), ShapeError, "tangents have shape (3,)"),
    (lambda: vjp(two, X, 3.0)[1](X), StructureError, "the cotangent has 1 numeric leaves"),
    (lambda: vjp(two, X, 3.0)[1]((np.ones(3), 1.0)), ShapeError, "the cotangent has shape (3,), expected (2,)"),
    (lambda: derivative(np.sin, has_aux=True)(1.0), StructureError, "f must return a pair (y, aux)"),
    (lambda: jacobian(Square(), mode="reverse")(X + 0j), DtypeError, "Pass holomorphic=True if f is"),
    (lambda: jacobian(Square(), mode="reverse", holomorphic=True)(X), DtypeError, "pass x + 0j"),
    (lambda: jacobian(Square(), out=np.zeros((3, 3)))(X), ShapeError, "out has arrays of shape (3, 3)"),
    (lambda: flat_jacobian(Square(), out=np.zeros((3, 3)))(X), ShapeError, "expected (2, 2): results times arguments"),
    (lambda: hessian(np.sum, out=np.zeros((3, 3)))(X), ShapeError, "the shape of the one array"),
    (
        lambda: hessian(lambda x: np.sum(x * x), out=np.zeros((3, 2, 3, 2), order="F"))(np.ones((3, 2))),
        ShapeError,
        "no block of memory in C order",
    ),
    (
        lambda: second_directional_derivative(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0), (None, 1.0)),
        StructureError,
        "second[0] is NoneType",
    ),
    (
        lambda: jvp(lambda p: p["a"][1], ({"a": (1.0, X)},), ({"a": (1.0, None)},)),
        StructureError,
        "tangents[0]['a'][1] is NoneType",
    ),
    (lambda: jvp(lambda p: p["a"], ({"a": X},), ({"a": (1.0, 2.0)},)), StructureError, "tangents[0]['a']"),
]


@pytest.mark.parametrize(("call", "error", "sentence"), SENTENCES)
def test_what_does_not_fit_is_said(call, error, sentence):
    with pytest.raises(error, match=re.escape(sentence)):
        call()


def test_a_constant_argument_and_an_auxiliary_result():
    y, second, aux = second_directional_derivative(
        lambda x, y: (x**3 * y, x), (2.0, 5.0), (1.0, None), (1.0, None), has_aux=True
    )
    assert (y, second, aux) == (40.0, 60.0, 2.0)
    assert not hasattr(aux, "tangent")


def test_an_error_inside_f_tells_the_operator():
    def f(x):
        raise KeyError("tariff")

    with pytest.raises(KeyError) as caught:
        second_directional_derivative(f, (2.0,), (1.0,))
    assert caught.value.__notes__ == ["dualad.second_directional_derivative was running f."]
    with pytest.raises(KeyError) as caught:  # by two operators of one name: said once
        jacobian(lambda x: jacobian(f)(x))(2.0)
    assert len(caught.value.__notes__) == 1


def test_a_linear_operator_of_scipy_with_several_columns():
    columns = np.arange(6.0).reshape(3, 2)
    operator = linearize(two, X, 3.0)[1].as_linear_operator()
    expected = np.array([[3.0, 0.0, 1.0], [0.0, 3.0, 2.0], [1.0, 1.0, 0.0]])
    np.testing.assert_array_equal(operator @ columns, expected @ columns)
    np.testing.assert_array_equal(operator.T @ columns, expected.T @ columns)
    np.testing.assert_array_equal(operator @ columns[:, 0], expected @ columns[:, 0])


def test_results_of_integers_have_tangents_and_cotangents_of_zero():
    def f(x):
        return np.sum(x), np.argmax(x)

    assert linearize(f, X)[1](X) == (3.0, 0.0)
    np.testing.assert_array_equal(vjp(f, X)[1]((2.0, 7))[0], [2.0, 2.0])


def test_a_rule_of_the_user_in_no_direction_and_with_constants_that_are_no_numbers():
    f = custom_jvp(lambda x, n: (x**n, n))
    f.defjvp(lambda p, t: ((p[0] ** p[1], p[1]), (p[1] * p[0] ** (p[1] - 1) * t[0], 0.0)))
    assert jacobian(lambda x: f(np.sum(x), 3)[0])(np.zeros(0)).shape == (0,)
    assert derivative(lambda x: f(x, 3)[0])(2.0) == 12.0


def test_a_value_that_the_rule_takes_from_the_dual_itself_is_refused():
    def f(x):
        g = custom_jvp(np.sin)
        g.defjvp(lambda p, t: (np.sin(x), np.cos(p[0]) * t[0]))
        return g(x)

    with pytest.raises(StructureError, match="compute it from the primals alone"):
        derivative(f)(1.0)


def test_svg_needs_graphviz(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(FileNotFoundError, match=r"use the text of dot\(\)"):
        explain(np.sin, 1.0).svg()


def test_svg_asks_the_program_dot(monkeypatch, tmp_path):
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\ncat\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    trace = explain(np.sin, 1.0)
    assert trace.svg() == trace.dot()


def test_explain_of_an_assignment_and_of_a_result_that_is_a_constant():
    def f(x):
        y = x * 2
        y[0] = 5.0
        return y * x, 3.0

    lines = str(explain(f, X)).splitlines()
    assert any("assign(v2)" in line for line in lines)
    assert lines[-1].split()[-2:] == ["[5.", "8.]"]


def test_a_dual_in_an_array_of_objects_is_no_index():
    with pytest.raises(NoRuleError, match=r"Use int\(i\)"):
        jacobian(lambda x: x[np.array([x[0]], dtype=object)])(X)
