"""`explain`: the evaluation trace that textbooks print, as a reading of the recorded program."""

import shutil
import subprocess
from collections import namedtuple

import numpy as np

from dualad.operators.linearized import Evaluation, common_lead, evaluation_leaves
from dualad.tangents import dense
from dualad.tangents.labelled import Label, Labelled
from dualad.tangents.operations import Update, View

Step = namedtuple("Step", "name operation arguments primal tangent")
Step.__doc__ = "One line of a trace: a variable, how it came about, its value and its tangent (None where unknown)."


class Trace:
    """The intermediate variables of one evaluation; made by `explain`.

    Attributes
    ----------
    steps : list of Step
        One for each input, and for each operation that a derivative passes through, in order.
    outputs : list of str
        The names of the variables that f returned, in order.
    """

    def __init__(self, steps, outputs):
        self.steps = steps
        self.outputs = outputs

    def __str__(self):
        lines = [("variable", "operation", "primal", "tangent")]
        for step in self.steps:
            operation = f"{step.operation}({', '.join(step.arguments)})" if step.arguments else step.operation
            lines.append((step.name, operation, _text(step.primal), _text(step.tangent)))
        widths = [max(len(line[i]) for line in lines) for i in range(4)]
        rows = ["  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines]
        return "\n".join([rows[0], "  ".join("-" * w for w in widths), *rows[1:]])

    __repr__ = __str__

    def dot(self):
        """The graph in the language of Graphviz."""
        lines = ["digraph trace {", "  rankdir=LR;"]
        for step in self.steps:
            shape = "box" if step.name in self.outputs else "ellipse"
            label = "\\n".join(filter(None, (f"{step.name} = {_quoted(step.operation)}", _text(step.primal))))
            lines.append(f'  {step.name} [shape={shape}, label="{label}"];')
            lines += [f"  {argument} -> {step.name};" for argument in step.arguments]
        return "\n".join([*lines, "}"])

    def svg(self):
        """The graph as SVG text, drawn by Graphviz.

        Raises
        ------
        FileNotFoundError
            The program ``dot`` of Graphviz is not installed.
        RuntimeError
            It could not draw the graph; its own message is in the error.
        """
        program = shutil.which("dot")
        if program is None:
            raise FileNotFoundError("svg() needs the program dot of Graphviz: install it, or use the text of dot().")
        done = subprocess.run([program, "-Tsvg"], input=self.dot(), text=True, capture_output=True)
        if done.returncode:
            raise RuntimeError(f"the program dot of Graphviz failed: {done.stderr.strip()}. The text of dot() is left.")
        return done.stdout


def explain(f, *primals, tangents=None):
    """The evaluation trace of f: every intermediate variable with its operation, primal and tangent.

    Parameters
    ----------
    f : callable
        Takes ``len(primals)`` arguments: numbers, arrays, or nested containers of them.
    *primals
        The point.
    tangents : sequence, optional
        One tangent for each primal, as in `jvp`; ones by default.

    Returns
    -------
    Trace
        Prints as a table; ``.dot()`` is its graph as text, ``.svg()`` as a picture where Graphviz is installed,
        ``.steps`` the lines themselves. Constants, and what no result needs, are left out.

    Raises
    ------
    StructureError, ShapeError
        Tangents do not fit to the primals.

    Notes
    -----
    Source: Griewank & Walther (2008), "Evaluating Derivatives", table 1.2 and figure 1.1.

    Examples
    --------
    >>> import numpy as np
    >>> explain(lambda a, b: a * b + np.sin(a), 2.0, 3.0, tangents=(1.0, 0.0))
    variable  operation         primal    tangent
    --------  ----------------  --------  ---------
    v1        input             2         1
    v2        input             3         0
    v3        multiply(v1, v2)  6         3
    v4        sin(v1)           0.909297  -0.416147
    v5        add(v3, v4)       6.9093    2.58385
    """
    evaluation = Evaluation(f, primals, kind=Labelled)
    if tangents is None:
        leaves = [np.ones(np.shape(x), dense.dtype_of(x)) for x in evaluation.primals]
    else:
        leaves = evaluation_leaves(evaluation.rebuilds, evaluation.counts, tangents, "tangents")
        common_lead(leaves, evaluation.primals, "tangents")
    reading = Reading(evaluation, leaves)
    return Trace(reading.steps, reading.outputs)


class Reading:
    """The program read node by node: names for inputs, results and views, and what they were made of."""

    def __init__(self, evaluation, tangents):
        program = evaluation.program
        self.steps, self.names, self.values, self.sources = [], {}, {}, {}
        moved = {id(node): d for node, d in zip(program.inputs, tangents, strict=True)}
        for node, x in zip(program.inputs, evaluation.primals, strict=True):
            self.add(node, "input", x, moved[id(node)])
        shown = {id(p) for node in program.nodes if not isinstance(node.operation, Label) for p in node.parents}
        for node in program.nodes:
            if id(node) in moved:
                continue
            moved[id(node)] = node.operation.forward(node, *[moved[id(p)] for p in node.parents])
            name = _name(node.operation)
            if name is None or (name == "view" and not (self.is_known(node) and id(node) in shown)):
                self.values[id(node)] = self.value(node)
                continue
            self.add(node, name, self.value(node), moved[id(node)])
        self.outputs = [name for node in program.outputs if node is not None for name in self.arguments(node)]

    def add(self, node, operation, value, tangent):
        arguments = list(dict.fromkeys(name for parent in node.parents for name in self.arguments(parent)))
        self.names[id(node)] = f"v{len(self.steps) + 1}"
        self.values[id(node)] = value
        self.steps.append(Step(self.names[id(node)], operation, tuple(arguments), value, tangent))

    def arguments(self, node):
        """The named variables that a node was made of, directly or through nodes without a name."""
        if id(node) in self.names:
            return [self.names[id(node)]]
        if id(node) not in self.sources:
            found = [name for parent in node.parents for name in self.arguments(parent)]
            self.sources[id(node)] = list(dict.fromkeys(found))
        return self.sources[id(node)]

    def is_known(self, node):
        return any(id(p) in self.values and self.values[id(p)] is not None for p in node.parents)

    def value(self, node):
        operation = node.operation
        if isinstance(operation, Label):
            return operation.value
        if isinstance(operation, View) and self.is_known(node):
            return operation.function(np.asarray(self.values[id(node.parents[0])]))
        return None


def _name(operation):
    """What a variable of its own is; None for a step inside a rule."""
    if isinstance(operation, Label):
        return operation.name
    return "view" if isinstance(operation, View) else "assign" if isinstance(operation, Update) else None


def _quoted(name):
    """A name inside the quotation marks of Graphviz."""
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _text(x):
    """A value short enough for a line."""
    if x is None:
        return ""
    if np.ndim(x) == 0:
        return f"{np.asarray(x)[()]:.6g}"
    return np.array2string(np.asarray(x), precision=4, threshold=6, edgeitems=2).replace("\n", "")
