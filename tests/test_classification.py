"""Every function that NumPy lets a library override has exactly one kind of rule."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from dualad import Dual, NoRuleError
from dualad.rules import table
from dualad.rules.table import Rule

SCRIPT = Path(__file__).parent.parent / "docs" / "coverage.py"
spec = importlib.util.spec_from_file_location("coverage", SCRIPT)
coverage = importlib.util.module_from_spec(spec)
spec.loader.exec_module(coverage)

UFUNCS, FUNCTIONS = coverage.overridable()
OVERRIDABLE = [*UFUNCS.items(), *FUNCTIONS.items()]
REFUSED = {f: rule for f, rule in table.complete().items() if rule.kind == "refused"}
REMEDY = re.compile(r"\. (Write|Give|Save|Keep|Use|Pass) .*\.$")
X = Dual(np.array([1.0, 2.0]), np.ones(2))


def test_numpy_lists_as_many_functions_as_ever():
    assert len(UFUNCS) >= 116
    assert len(FUNCTIONS) >= 285


def test_every_overridable_function_is_classified():
    missing = [name for name, function in OVERRIDABLE if not isinstance(coverage.rule_of(name, function), Rule)]
    assert missing == []


def test_every_kind_is_one_that_the_page_explains():
    assert {rule.kind for rule in table.complete().values()} <= coverage.MEANING.keys()


def test_every_rule_that_is_not_for_an_overridable_function_is_for_a_helper_or_for_like():
    known = {name for name, _ in OVERRIDABLE}
    others = [table.name_of(f) for f, rule in table.complete().items() if rule.kind != "creation"]
    # trapz is an old name; NumPy lets it be overridden where it still is, and does not list it
    assert [name for name in others if name not in known and not name.startswith("dualad.")] in ([], ["numpy.trapz"])


@pytest.mark.parametrize("function", REFUSED, ids=table.name_of)
def test_a_refused_function_names_itself_and_the_remedy(function):
    with pytest.raises(NoRuleError) as caught:
        REFUSED[function].apply(function, (X,), {})
    text = str(caught.value)
    assert table.name_of(function) in text
    assert REMEDY.search(text)


@pytest.mark.parametrize(
    "call",
    [
        lambda: np.bitwise_and(X, 1),
        lambda: np.gcd.reduce(X),
        lambda: np.left_shift.outer(X, X),
        lambda: np.nextafter(X, 3.0),
        lambda: np.linalg.matrix_rank(X),
        lambda: np.save("x.npy", X),
        lambda: np.savetxt("x.txt", X),
        lambda: np.unravel_index(X, (2, 3)),
        lambda: np.ravel_multi_index((X, X), (2, 3)),
        lambda: np.packbits(X),
        lambda: np.is_busday(X),
        lambda: np.strings.isalpha(X),
        lambda: np.lib.recfunctions.structured_to_unstructured(X),
    ],
)
def test_numpy_asks_before_a_refused_function_runs(call):
    with pytest.raises(NoRuleError, match="is not differentiated"):
        call()


def rows(text):
    """The kind of each function on a page, by section and name."""
    section = None
    for line in text.splitlines():
        if line.startswith("## "):
            section = line.strip("# `")
        elif section and line.startswith("| `"):
            name, kind = [part.strip(" `") for part in line.split("|")[1:3]]
            yield (section, name), kind


def test_the_page_says_what_the_table_says():
    """To the letter with the NumPy that it was written with, in all common rows with another one."""
    written, current = coverage.PAGE.read_text(), coverage.page()
    if f"NumPy {np.__version__}:" in written:
        assert written == current, "run python docs/coverage.py"
    there, here = dict(rows(written)), dict(rows(current))
    assert len(there.keys() & here.keys()) >= 390
    assert {key: there[key] for key in there.keys() & here.keys()} == {
        key: here[key] for key in there.keys() & here.keys()
    }
