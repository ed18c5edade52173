"""The one table of rules, keyed by the callable that NumPy hands to us."""

import importlib
from typing import Any

import numpy as np

from dualad.errors import NoRuleError

RULES: dict[Any, Any] = {}
PARTIALS: dict[Any, Any] = {}  # of elementwise rules with one output: what the short way looks up
SHORTLY: dict[Any, Any] = {}  # of other rules that know a short way


_LATER = ("dualad.rules.further", "dualad.rules.power_series", "dualad.rules.bookkeeping")


class Rule:
    """What the table holds: a ``kind``, and ``partials`` where the short way may use them.

    ``shortly(compute, *inputs)`` gives the whole result of a ufunc in simple cases, else None.
    """

    kind: str | None = None
    partials: tuple[Any, ...] | None = None
    shortly: Any = None


def add(function, rule):
    """Put a rule into the table; a second rule for one function is a mistake."""
    if function in RULES:
        raise ValueError(f"{name_of(function)} already has a rule")
    RULES[function] = rule
    if rule.partials is not None and not is_of_objects(function):
        PARTIALS[function] = rule.partials
        rule.partials.function = function
    if rule.shortly is not None:
        SHORTLY[function] = rule.shortly


def is_of_objects(function):
    """Whether this is a ufunc made by `numpy.frompyfunc`, which gives object arrays."""
    types = getattr(function, "types", ())
    return bool(types) and all(set(signature) <= set("O->") for signature in types)


def name_of(function):
    """The name by which users know a function, such as ``numpy.linalg.solve``."""
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", repr(function))
    is_numpys = any(getattr(place, name, None) is function for place in (np, np._core.umath))
    module = getattr(function, "__module__", None) or ("numpy" if is_numpys else "")
    return f"{module}.{name}" if module else name


def get(function):
    """The rule of a function, or None."""
    rule = RULES.get(function)
    for module in _LATER if rule is None else ():
        importlib.import_module(module)  # waits where another thread is importing it
        rule = RULES.get(function)
        if rule is not None:
            break
    return rule


def complete():
    """The whole table, with the families that are otherwise imported when they are needed."""
    get(None)
    return RULES


def find(function):
    """The rule of a function, or an error that names it and says what to do."""
    rule = get(function)
    if rule is None:
        if hasattr(function, "nin"):
            remedy = "Give it one with dualad.register_ufunc(ufunc, *partials)."
        else:
            remedy = "Write it with functions that have one, see docs/coverage.md."
        raise NoRuleError(
            f"{name_of(function)} has no derivative rule, so its result would lose the derivative. {remedy}"
        )
    return rule
