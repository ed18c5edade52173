"""``python -m tests.mutation``: do the tests bite? Mutants of the rules, of dispatch, seeding and extraction.

Each mutant is one change of one expression: a sign, a factor, a swapped operand, a dropped term, another axis, a turned
condition. It runs in a process of its own, first on the rows of the table that reach the changed function, then on the
test files of its family, and is killed by the first failure. Needs `os.fork`.
"""

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import os
import pickle
import random
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHANGED = ["rules/**/*.py", "dispatch.py", "seeding.py", "short.py", "tangents/dense.py", "operators/columns.py"]
GENERAL = ["operators", "special_points", "conventions", "lost", "layout", "indexing", "short", "ufunc_options"]
FAMILIES = {
    "coefficients": ["special_points", "accuracy", "short"],
    "linalg": ["linalg", "non_ufunc_accuracy"],
    "methods": ["ufunc_methods"],
    "series": ["series"],
    "kinks": ["kinks"],
    "operators": ["operators", "textbook"],
}
SECONDS = 150  # a mutant that takes longer is killed: it does not end
KILLED, SURVIVED = 0, 7


@dataclass(frozen=True)
class Mutant:
    """The ``number``-th possible change of a file."""

    file: str
    number: int
    line: int
    text: str


class Changer(ast.NodeTransformer):
    """Counts the possible changes of a module and carries out one of them."""

    def __init__(self, wanted=None):
        self.wanted, self.found, self.inside = wanted, [], 0

    def offer(self, node, text, change):
        self.found.append((node.lineno, text))
        return change() if len(self.found) - 1 == self.wanted else node

    def visit_FunctionDef(self, node):
        self.inside += 1
        self.generic_visit(node)
        self.inside -= 1
        return node

    visit_Lambda = visit_FunctionDef  # noqa: N815

    def visit_Raise(self, node):
        return node  # texts of errors are tested elsewhere

    def visit_Subscript(self, node):
        node.value = self.visit(node.value)
        return node  # places are shapes in disguise: too many equal mutants

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if not self.inside:
            return node
        swaps = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
        kind = type(node.op)
        if kind in swaps:
            other = ast.BinOp(node.left, swaps[kind](), node.right)
            node = self.offer(node, f"{ast.unparse(node)} -> {ast.unparse(other)}", lambda: other)
        if isinstance(node, ast.BinOp) and type(node.op) is ast.Add:
            left = node.left
            node = self.offer(node, f"{ast.unparse(node)} -> {ast.unparse(left)}", lambda: left)
        if isinstance(node, ast.BinOp) and type(node.op) in (ast.Sub, ast.Div):
            turned = ast.BinOp(node.right, node.op, node.left)
            node = self.offer(node, f"{ast.unparse(node)} -> {ast.unparse(turned)}", lambda: turned)
        return node

    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        if self.inside and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
            return self.offer(node, f"{ast.unparse(node)} -> {ast.unparse(node.operand)}", lambda: node.operand)
        return node

    def visit_Constant(self, node):
        if self.inside and type(node.value) is float and node.value:
            doubled = ast.Constant(2 * node.value)
            return self.offer(node, f"{node.value} -> {2 * node.value}", lambda: doubled)
        return node

    def visit_keyword(self, node):
        self.generic_visit(node)
        if self.inside and node.arg == "axis" and ast.unparse(node.value) in ("-1", "0", "-2"):
            other = ast.keyword("axis", ast.Constant(0 if ast.unparse(node.value) != "0" else -1))
            return self.offer(node, f"{ast.unparse(node)} -> {ast.unparse(other)}", lambda: other)
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        if self.inside and len(node.args) == 2 and not any(isinstance(a, ast.Starred) for a in node.args):
            name = ast.unparse(node.func)
            if name in ("np.matmul", "np.subtract", "np.divide", "np.cross", "np.kron", "np.outer"):
                turned = ast.Call(node.func, node.args[::-1], node.keywords)
                return self.offer(node, f"{ast.unparse(node)} -> {ast.unparse(turned)}", lambda: turned)
        return node

    def _condition(self, node):
        self.generic_visit(node)
        if self.inside:
            test = ast.UnaryOp(ast.Not(), node.test)
            self.found.append((node.test.lineno, f"if {ast.unparse(node.test)} -> if not"))
            if len(self.found) - 1 == self.wanted:
                node.test = test
        return node

    visit_If = visit_IfExp = _condition  # noqa: N815


def changed(file, number):
    tree = Changer(number).visit(copy.deepcopy(ast.parse((ROOT / file).read_text())))
    return compile(ast.fix_missing_locations(tree), str(ROOT / file), "exec")


def mutants(count, seed, only):
    """As many mutants as asked for, spread over the files by the number of their expressions."""
    every = []
    for pattern in CHANGED:
        for path in sorted((ROOT / "dualad").glob(pattern)):
            file = str(path.relative_to(ROOT))
            if only in file and "further" not in file:
                changer = Changer()
                changer.visit(ast.parse(path.read_text()))
                every += [Mutant(file, i, line, text) for i, (line, text) in enumerate(changer.found)]
    return random.Random(seed).sample(every, min(count, len(every))), len(every)


class Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the changed module in place of the one on disk."""

    def __init__(self, mutant):
        self.file, self.code = mutant.file, changed(mutant.file, mutant.number)
        self.name = mutant.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def find_spec(self, name, path=None, target=None):
        if name == self.name:
            return importlib.util.spec_from_file_location(
                name,
                ROOT / self.file,
                loader=self,
            )
        return None

    def exec_module(self, module):
        exec(self.code, module.__dict__)


def reached():
    """The functions that each row of the table calls: (file, first line) -> numbers of rows. In a process of its own."""
    read, write = os.pipe()
    if not os.fork():
        from tests.test_rules import ALL, test_tangent_is_that_of_central_differences

        found = {}
        for number, case in enumerate(ALL):
            seen = set()
            sys.setprofile(lambda frame, event, arg, seen=seen: event == "call" and seen.add(frame.f_code))
            try:
                test_tangent_is_that_of_central_differences(case)
            finally:
                sys.setprofile(None)
            for code in seen:
                if "dualad" in code.co_filename:
                    last = max((line for *_, line in code.co_lines() if line), default=code.co_firstlineno)
                    found.setdefault((code.co_filename, code.co_firstlineno, last), []).append(number)
        with os.fdopen(write, "wb") as pipe:
            pickle.dump(found, pipe)
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        found = pickle.load(pipe)
    os.wait()
    return found


def trial(mutant, rows):
    """In a process of its own: whether a test fails on the mutant."""
    signal.alarm(SECONDS)
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    os.dup2(sys.stdout.fileno(), 1)
    os.dup2(sys.stdout.fileno(), 2)
    import pytest

    try:
        sys.meta_path.insert(0, Loader(mutant))
        from tests import test_rules as table

        checks = [
            table.test_tangent_is_that_of_central_differences,
            table.test_value_is_bit_for_bit_numpys,
            table.test_eleven_directions_at_once_equal_eleven_runs,
        ]
        for number in rows:
            for check in checks:
                check(table.ALL[number])
            if table.ALL[number].second:
                table.test_second_derivatives_are_right_and_symmetric(table.ALL[number])
    except BaseException:
        os._exit(KILLED)
    files = [name for key, names in FAMILIES.items() if key in mutant.file for name in names] + GENERAL
    family = Path(mutant.file).stem
    tests = [ROOT / "tests" / f"test_{name}.py" for name in dict.fromkeys([family, *files])]
    chosen = [str(path) for path in tests if path.exists()]
    code = pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *chosen])
    os._exit(SURVIVED if code == 0 else KILLED)


def run(chosen, workers):
    """All trials, some at a time; the mutants that survive."""
    map_of_rows = reached()
    running, survivors, waiting = {}, [], list(chosen)
    while waiting or running:
        while waiting and len(running) < workers:
            mutant = waiting.pop()
            rows = sorted({
                number
                for (file, first, last), numbers in map_of_rows.items()
                if file.endswith(mutant.file) and first <= mutant.line <= last
                for number in numbers
            })  # fmt: skip
            child = os.fork()
            if not child:
                trial(mutant, rows)
            running[child] = mutant
        child, status = os.wait()
        mutant = running.pop(child)
        if os.waitstatus_to_exitcode(status) == SURVIVED:
            survivors.append(mutant)
            print(f"survived: {mutant.file}:{mutant.line}: {mutant.text}", flush=True)
    return survivors


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--count", type=int, default=240)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", default="", help="files whose path contains this")
    options = parser.parse_args()
    import numpy  # noqa: F401  loaded once, for all children
    import pytest  # noqa: F401
    import scipy.linalg  # noqa: F401

    start = time.time()
    chosen, total = mutants(options.count, options.seed, options.only)
    if not run([Mutant("dualad/rules/linear.py", -1, 20, "nothing")], 1):
        raise SystemExit("the tests fail on code that is not changed: repair them first")
    survivors = run(chosen, options.workers)
    killed = len(chosen) - len(survivors)
    share = 100 * killed / max(1, len(chosen))
    print(
        f"{killed} of {len(chosen)} mutants killed ({share:.1f} %), of {total} possible, in {time.time() - start:.0f} s"
    )


if __name__ == "__main__":
    main()
