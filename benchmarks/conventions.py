"""``python -m benchmarks.conventions``: the special points of docs/conventions.md in JAX, autograd and PyTorch.

Prints the table with the columns of those that are installed measured again; ``--write`` puts it into the page.
JAX runs in forward mode, autograd and PyTorch in reverse mode, all in float64.
"""

import argparse
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

PAGE = Path(__file__).parent.parent / "docs" / "conventions.md"
OURS = 2  # the column of the table


@dataclass(frozen=True)
class Point:
    """One row of the table."""

    expression: str
    at: dict
    derivatives: list

    def function(self, namespace):
        """The expression as a function of the variables, in order."""
        return eval(f"lambda {', '.join(self.at)}: {self.expression}", {"np": namespace})


def rows(text):
    """The cells of each row of the table of special points."""
    table = text.split("## Special points")[1].split("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def point(cells):
    """What the first three cells say."""
    names = {"inf": np.inf, "nan": np.nan}
    expression, at, derivatives = (cell.strip("`") for cell in cells[:3])
    at = eval(f"dict({at})", names)
    return Point(expression, at, list(eval(f"({derivatives},)", names)))


def with_jax():
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")
    import jax.numpy as jnp

    return jnp, lambda f, at: jax.jacfwd(f, tuple(range(len(at))))(*[jnp.asarray(x, float) for x in at])


def with_autograd():
    import autograd
    import autograd.numpy as anp

    def derivatives(f, at):
        at = [np.asarray(x, float) if np.ndim(x) else np.float64(x) for x in at]
        return [autograd.jacobian(f, i)(*at) for i in range(len(at))]

    return anp, derivatives


def with_torch():
    import torch

    class Namespace:
        """NumPy's names for PyTorch's functions."""

        renamed: ClassVar = {"max": "amax", "min": "amin", "power": "pow"}
        inf = np.inf

        def __getattr__(self, name):
            return getattr(torch, self.renamed.get(name, name))

        def sort(self, x):
            return torch.sort(x).values

        def where(self, *x):
            return torch.where(*[torch.as_tensor(p, dtype=torch.float64) if isinstance(p, float) else p for p in x])

        def cumprod(self, x):
            return torch.cumprod(x, 0)

        def std(self, x):
            return torch.std(x, correction=0)

    def derivatives(f, at):
        at = tuple(torch.tensor(x, dtype=torch.float64) for x in at)
        return torch.autograd.functional.jacobian(f, at)

    return Namespace(), derivatives


PEERS = {"JAX": with_jax, "autograd": with_autograd, "PyTorch": with_torch}


def cell(derivatives, expected):
    """Empty where the derivatives are ours."""
    found = [np.asarray(d, float) for d in derivatives]
    if all(np.array_equal(d, e, equal_nan=True) for d, e in zip(found, expected, strict=True)):
        return ""
    return "`" + ", ".join(_text(d.tolist()) for d in found) + "`"


def _text(number):
    return re.sub(r"\.0\b", "", f"{number}").replace("-0", "0").replace("0.5", "1/2")


def measured(name, given):
    """The cells of one peer; a dash where it has no such function."""
    namespace, differentiate = PEERS[name]()
    cells = []
    for one in given:
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                found = differentiate(one.function(namespace), list(one.at.values()))
            cells.append(cell(found, one.derivatives))
        except (ArithmeticError, AttributeError, NotImplementedError, TypeError, RuntimeError) as problem:
            print(f"{name}: {one.expression}: {type(problem).__name__}: {str(problem)[:90]}")
            cells.append("-")
    return cells


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conventions", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into the page")
    options = parser.parse_args()
    text = PAGE.read_text()
    table = rows(text)
    given = [point(cells) for cells in table]
    before = [_line(cells) for cells in table]
    for column, name in enumerate(PEERS, start=OURS + 1):
        try:
            cells = measured(name, given)
        except ImportError:
            print(f"{name} is not installed: its column stays as it is")
            continue
        for row, found in zip(table, cells, strict=True):
            row[column] = found
    for old, row in zip(before, table, strict=True):
        text = text.replace(old, _line(row))
        print(_line(row))
    if options.write:
        PAGE.write_text(text)


def _line(cells):
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
