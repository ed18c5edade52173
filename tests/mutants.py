"""The changes of one expression that the study of ``tests.mutation`` makes, and how they get into the running code."""

import ast
import functools
import gc
import importlib.abc
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType

ROOT = Path(__file__).parents[1]
CHANGED = [
    "rules/**/*.py",
    "arithmetic.py",
    "shortways/*.py",
    "dispatch.py",
    "hyperduals/*.py",
    "levels.py",
    "parts.py",
    "seeding.py",
    "tangents/dense.py",
    "tangents/entries.py",
    "operators/columns.py",
]


@dataclass(frozen=True)
class Mutant:
    """The ``number``-th possible change of a file."""

    file: str
    number: int
    lines: tuple
    text: str

    def __str__(self):
        return f"{self.file}:{self.lines[-1]}: {self.text}"


class Changer(ast.NodeTransformer):
    """Counts the possible changes of a module and carries out one of them."""

    def __init__(self, wanted=None):
        self.wanted, self.found, self.inside, self.statement = wanted, [], 0, 0

    def visit(self, node):
        outside = self.statement
        if isinstance(node, ast.stmt):
            self.statement = node.lineno
        node = super().visit(node)
        self.statement = outside
        return node

    def lines(self, node):
        return (self.statement, *range(node.lineno, node.end_lineno + 1))

    def offer(self, node, text, change):
        before, _, after = text.partition(" -> ")
        if before == after:
            return node
        self.found.append((self.lines(node), text))
        return ast.copy_location(change(), node) if len(self.found) - 1 == self.wanted else node

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
            self.found.append((self.lines(node.test), f"if {ast.unparse(node.test)} -> if not"))
            if len(self.found) - 1 == self.wanted:
                node.test = test
        return node

    visit_If = visit_IfExp = _condition  # noqa: N815


def every_mutant(only=""):
    """All possible changes, file by file."""
    for pattern in CHANGED:
        for path in sorted((ROOT / "dualad").glob(pattern)):
            file = str(path.relative_to(ROOT))
            if only in file:
                changer = Changer()
                changer.visit(ast.parse(path.read_text()))
                yield from (Mutant(file, i, lines, text) for i, (lines, text) in enumerate(changer.found))


def module_of(mutant):
    return mutant.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@functools.cache
def compiled(file, number):
    """The code of a file with one change, or with none."""
    tree = Changer(number).visit(ast.parse((ROOT / file).read_text()))
    return compile(ast.fix_missing_locations(tree), str(ROOT / file), "exec", dont_inherit=True)


class Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the changed module in place of the one on disk."""

    def __init__(self, mutant):
        self.file, self.name = mutant.file, module_of(mutant)
        self.code = compiled(mutant.file, mutant.number)

    def find_spec(self, name, path=None, target=None):
        return (
            importlib.util.spec_from_file_location(name, ROOT / self.file, loader=self) if name == self.name else None
        )

    def exec_module(self, module):
        exec(self.code, module.__dict__)


def inner(code):
    """The code of the functions inside, in the order of the text."""
    found = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return sorted(found, key=lambda c: (c.co_firstlineno, min(p[2] for p in c.co_positions() if p[2] is not None)))


def places(code):
    return code, tuple(code.co_positions())


def living_functions():
    """The functions of dualad that exist now, by their files. Afterwards no garbage is looked for among them."""
    found = {}
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(str(ROOT / "dualad")):
            found.setdefault(one.__code__.co_filename, []).append(one)
    gc.freeze()
    return found


def patch(mutant, living):
    """Put the change into the functions that live already; False if that cannot be done."""
    if module_of(mutant) not in sys.modules:
        sys.meta_path.insert(0, Loader(mutant))
        return True
    replaced, waiting = {}, [(compiled(mutant.file, None), compiled(mutant.file, mutant.number))]
    while waiting:
        old, new = waiting.pop()
        if len(inner(old)) != len(inner(new)):
            return False
        if old != new:
            replaced[places(old)] = new
        waiting += zip(inner(old), inner(new), strict=True)
    chosen = [(f, places(f.__code__)) for f in living.get(str(ROOT / mutant.file), ())]
    chosen = [(f, replaced[where]) for f, where in chosen if where in replaced]
    if any(len(f.__code__.co_freevars) != len(new.co_freevars) for f, new in chosen):
        return False
    for f, new in chosen:
        f.__code__ = new
    return bool(chosen)
