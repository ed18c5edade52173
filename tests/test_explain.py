"""The trace that `explain` prints is the one of the textbooks."""

import os
import re
import sys

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


def drawn_by(program, monkeypatch, folder):
    """The SVG of a small trace with this Python program in the place of Graphviz's ``dot``."""
    folder.mkdir()
    command = folder / ("dot.bat" if os.name == "nt" else "dot")
    script = folder / "drawing.py"
    script.write_text(program)
    if os.name == "nt":
        command.write_text(f'@"{sys.executable}" "{script}" %*\n')
    else:
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n')
        command.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    trace = explain(lambda x: np.sin(x) * x, 1.0)
    return trace, trace.svg()


def test_svg_is_what_dot_makes_of_the_text(monkeypatch, tmp_path):
    program = "import sys; print('<svg>', sys.argv[1:], sys.stdin.read(), '</svg>')"
    trace, svg = drawn_by(program, monkeypatch, tmp_path / "bin")
    assert svg == f"<svg> ['-Tsvg'] {trace.dot()} </svg>\n"


def test_svg_says_what_graphviz_complained_about(monkeypatch, tmp_path):
    program = "import sys; sys.stderr.write('syntax error in line 1'); sys.exit(1)"
    with pytest.raises(RuntimeError, match="syntax error in line 1"):
        drawn_by(program, monkeypatch, tmp_path / "bin")


def test_without_graphviz_svg_says_what_to_use_instead(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"dot\(\)"):
        explain(np.sin, 1.0).svg()


def test_the_graph_has_a_node_for_each_step_and_an_arrow_for_each_argument():
    """Read with a small reader of the language, so that Graphviz is not needed."""

    def f(x):
        y = np.zeros_like(x)
        y[1:] = x[:-1] ** 2
        return {'a "quoted" \\ name': np.sum(y), "b": x * y}

    trace = explain(f, np.array([1.0, 2.0, 3.0]))
    lines = trace.dot().splitlines()
    assert lines[0] == "digraph trace {"
    assert lines[-1] == "}"
    node = re.compile(r'  (v\d+) \[shape=(box|ellipse), label="((?:[^"\\]|\\.)*)"\];')
    arrow = re.compile(r"  (v\d+) -> (v\d+);")
    nodes = [match.groups() for match in map(node.fullmatch, lines) if match]
    arrows = [match.groups() for match in map(arrow.fullmatch, lines) if match]
    assert [name for name, _, _ in nodes] == [step.name for step in trace.steps]
    assert sorted(arrows) == sorted((a, step.name) for step in trace.steps for a in step.arguments)
    assert {name for name, shape, _ in nodes if shape == "box"} == set(trace.outputs)
    assert len(nodes) + len(arrows) + 3 == len(lines)


def test_tangents_must_fit():
    with pytest.raises(ShapeError):
        explain(np.sin, np.ones(2), tangents=(np.ones(3),))
