"""README, docs and docstrings run as they stand, and what they quote is true."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import dualad

pytestmark = pytest.mark.usefixtures("no_rule_stays")

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULES = ["dualad", *(m.name for m in pkgutil.walk_packages(dualad.__path__, "dualad."))]


def failures(test):
    """What doctest reports; the names that the test defines stay in its globs."""
    reports = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=reports.append, clear_globs=False)
    return "".join(reports)


def blocks(page):
    """The ```python blocks of a page, with the line on which each begins."""
    text = page.read_text()
    for block in re.finditer(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield text[: block.start(1)].count("\n"), block[1]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_examples_of_a_page_run(page):
    names = {}
    for line, source in blocks(page):
        if ">>>" not in source:
            exec(compile(source, str(page), "exec"), names)
            continue
        test = doctest.DocTestParser().get_doctest(source, names, page.name, str(page), line)
        test.globs = names  # the parser copies: one page is one session
        report = failures(test)
        assert not report, report


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name):
    tests = doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name))
    report = "".join(map(failures, tests))
    assert not report, report


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_the_links_of_a_page_lead_to_files(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
        assert target.startswith("http") or (page.parent / target).exists(), target


def test_every_public_function_has_an_example():
    for name in dualad.__all__:
        public = getattr(dualad, name)
        if not (isinstance(public, type) and issubclass(public, Exception)):
            assert ">>>" in public.__doc__, name


def test_the_readme_names_every_operator_and_is_short():
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) < 120
    for name in dualad.__all__:
        public = getattr(dualad, name)
        if not (isinstance(public, type) and issubclass(public, Exception)):
            assert name in text, name


def test_the_readme_has_the_two_commands_that_ci_extracts():
    commands = re.findall(r"^```sh\n(.*?)\n```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert [re.fullmatch(r"pip install .*(\.py|pytest)", command)[1] for command in commands] == [".py", "pytest"]
