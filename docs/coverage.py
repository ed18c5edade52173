"""Write coverage.md: what the derivative of each function of NumPy's is, as the table of rules says.

Run ``python docs/coverage.py`` with the newest NumPy.
"""

import pathlib
from collections import Counter, defaultdict
from importlib import import_module

import numpy as np
from numpy.testing.overrides import get_overridable_numpy_array_functions, get_overridable_numpy_ufuncs

from dualad.rules import table

PAGE = pathlib.Path(__file__).with_name("coverage.md")

# modules that NumPy imports when they are used: their functions are not listed before
LAZY = (
    "numpy.char", "numpy.fft", "numpy.lib.array_utils", "numpy.lib.format", "numpy.lib.npyio",
    "numpy.lib.recfunctions", "numpy.lib.scimath", "numpy.lib.stride_tricks", "numpy.linalg", "numpy.ma",
    "numpy.polynomial", "numpy.random", "numpy.strings",
)  # fmt: skip

MEANING = {
    "elementwise": "partial derivatives times tangents",
    "movement": "elements are moved, picked, repeated or joined, and so are the tangents",
    "selection": "elements are picked by their value; equal ones share",
    "linear": "the function itself, applied to the tangent",
    "product": "the product rule",
    "composed": "the derivative of a formula in other NumPy functions",
    "linear map": "a hand-written map of the tangents",
    "mutation": "writes into an array, and its tangent into the tangent",
    "constant": "the derivative is zero: a plain result",
    "creation": "a new array with room for derivatives",
    "refused": "an error that says why and what to write instead",
}


def overridable():
    """The ufuncs and the functions that a library can override, without doubles, by name."""
    for name in LAZY:
        import_module(name)
    ufuncs = {table.name_of(function): function for function in get_overridable_numpy_ufuncs()}
    functions = {}
    for function in get_overridable_numpy_array_functions():
        name = table.name_of(function)
        # of a function with like= NumPy lists a second object of the same name
        functions[name] = functions[name] if table.get(functions.get(name)) else function
    return dict(sorted(ufuncs.items())), dict(sorted(functions.items()))


def rule_of(name, function):
    """The rule of an overridable function, found by its name if the object listed is not the one that is called."""
    rule = table.get(function)
    if rule is not None:
        return rule
    return table.get(getattr(np, name.removeprefix("numpy."), None))


def remark(rule):
    """Which parameters a derivative flows from, or why there is none."""
    if rule.kind == "refused":
        return rule.reason
    if rule.kind == "mutation":
        return f"`{rule.values}` into `{rule.target}`"
    parts = []
    if getattr(rule, "data", ()):
        parts.append("in " + ", ".join(f"`{name}`" for name in rule.data))
    if getattr(rule, "constant", ()):
        parts.append("by value: " + ", ".join(f"`{name}`" for name in rule.constant))
    return "; ".join(parts)


def page():
    """The whole text."""
    ufuncs, functions = ({name: rule_of(name, f) for name, f in part.items()} for part in overridable())
    counts = [Counter(rule.kind for rule in part.values()) for part in (ufuncs, functions)]
    lines = [
        "# Coverage", "",
        f"NumPy {np.__version__}: {len(ufuncs)} ufuncs and {len(functions)} functions can be overridden, and each has "
        "one kind of rule. Written by `python docs/coverage.py`.", "",
        "| kind | ufuncs | functions | meaning |", "|---|---:|---:|---|",
    ]  # fmt: skip
    lines += [f"| {kind} | {counts[0][kind]} | {counts[1][kind]} | {text} |" for kind, text in MEANING.items()]
    for title, rules in sections(ufuncs, functions):
        lines += ["", f"## {title}", "", "| function | kind | remark |", "|---|---|---|"]
        lines += [f"| `{name}` | {rule.kind} | {remark(rule)} |".replace("|  |", "| |") for name, rule in rules]
    return "\n".join(lines) + "\n"


def sections(ufuncs, functions):
    """The ufuncs, and then the functions module by module."""
    yield "Ufuncs", [(name.removeprefix("numpy."), rule) for name, rule in ufuncs.items()]
    modules = defaultdict(list)
    for name, rule in functions.items():
        module, _, short = name.rpartition(".")
        modules[module].append((short, rule))
    for module in sorted(modules):
        yield f"`{module}`", modules[module]


if __name__ == "__main__":
    PAGE.write_text(page())
