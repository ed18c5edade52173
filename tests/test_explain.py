"""The trace that `explain` prints is the one of the textbooks."""

import shutil

import numpy as np
import pytest

from dualad import ShapeError, explain, jvp


def test_the_first_example_of_griewank_and_walther():
    """Evaluating Derivatives, table 1.1: y = [sin(x1/x2) + x1/x2 - exp(x2)] [x1/x2 - exp(x2)] at (1.5, 0.5)."""

    def f(x1, x2):
        quotient = x1 / x2
        e = np.exp(x2)
        return (np.sin(quotient) + quotient - e) * (quotient - e)

    trace = explain(f, 1.5, 0.5, tangents=(1.0, 0.0))
    assert [step.operation for step in trace.steps[:2]] == ["input", "input"]
    by_operation = {step.operation: step for step in trace.steps}
    np.testing.assert_allclose(by_operation["divide"].primal, 3.0)
    np.testing.assert_allclose(by_operation["divide"].tangent, 2.0)
    np.testing.assert_allclose(by_operation["sin"].tangent, 2 * np.cos(3.0))
    last = trace.steps[-1]
    assert trace.outputs == [last.name]
    np.testing.assert_allclose(last.primal, 2.0167, atol=1e-4)
    np.testing.assert_allclose(last.tangent, 3.0118, atol=1e-4)


def test_each_line_has_the_tangent_of_jvp():
    x, v = np.array([0.3, 0.7, 1.1]), np.array([1.0, -1.0, 0.5])

    def f(x):
        y = np.zeros_like(x)
        y[1:] = x[:-1] ** 2
        return np.sum(y * np.exp(x))

    trace = explain(f, x, tangents=(v,))
    value, tangent = jvp(f, (x,), (v,))
    np.testing.assert_allclose(trace.steps[-1].primal, value)
    np.testing.assert_allclose(trace.steps[-1].tangent, tangent)
    operations = [step.operation for step in trace.steps]
    assert "view" in operations
    assert "assign" in operations
    assert operations[-1] == "sum"
    names = {step.name for step in trace.steps}
    assert all(set(step.arguments) <= names for step in trace.steps)


def test_text_and_graph():
    trace = explain(lambda x: x[0] * x[1], np.array([2.0, 3.0]))
    assert "multiply" in str(trace)
    assert str(trace).splitlines()[0].split() == ["variable", "operation", "primal", "tangent"]
    assert trace.dot().startswith("digraph")
    assert "v2 -> v4;" in trace.dot()


def test_svg_where_graphviz_is_installed():
    trace = explain(np.sin, 1.0)
    if shutil.which("dot"):
        assert "<svg" in trace.svg()
    else:
        with pytest.raises(FileNotFoundError, match=r"dot\(\)"):
            trace.svg()


def test_tangents_must_fit():
    with pytest.raises(ShapeError):
        explain(np.sin, np.ones(2), tangents=(np.ones(3),))
