"""Copies of functions whose global names and closures lead to NumPy's creation functions with room for Duals.

A copy shares code, defaults and closure cells with the original; its globals are a dict of our own with the names that
its code uses. That dict is compared with the original one before and after each call, so that neither a new
definition nor a changed constant is missed.
"""

import builtins
import dis
import functools
import sysconfig
import types
from pathlib import Path

import numpy as np

from dualad.errors import NoRuleError
from dualad.lifting.room import FUNCTIONS, KINDS, NUMPY

_MISSING, _UNSEEN = object(), object()
_LOOKS_AROUND = {"globals", "exec", "eval"}
_READS = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"}
_WRITES = {"STORE_GLOBAL", "DELETE_GLOBAL"}
_WRITES_CELLS = {"STORE_DEREF", "DELETE_DEREF"}
_OWN_NAMES = ("__name__", "__package__", "__spec__", "__loader__", "__file__")
_LIBRARIES = tuple({str(Path(sysconfig.get_path(name))) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_OWN = str(Path(__file__).parent.parent)
_MARK = "__lifted_by_dualad__"
_MANY = 1000  # copies kept; more come from functions that are made anew for each call


class Copies:
    """The copies that belong to one lifted function."""

    def __init__(self, home):
        self.home = home  # the top-level package of the lifted function, which is the user's wherever it lies
        self.functions = {}
        self.namespaces = {}
        self.left = {}  # why functions of the user were not copied

    def reached(self, value):
        """What stands in a copy for a value of the original: a copy, a part of NumPy, or the value itself."""
        kind = type(value)
        if kind in KINDS and value in FUNCTIONS:
            return FUNCTIONS[value]
        if kind is types.FunctionType:
            return self.function(value)
        if kind is functools.partial:
            parts = [self.reached(x) for x in value.args]
            return functools.partial(
                self.reached(value.func), *parts, **{k: self.reached(x) for k, x in value.keywords.items()}
            )
        if kind is types.MethodType:
            return types.MethodType(self.reached(value.__func__), value.__self__)
        if kind is types.ModuleType:
            return NUMPY if value is np else Borrowed(value, self) if self.is_users_module(value) else value
        return value

    def function(self, original):
        """The copy of a function of the user's; another function as it is."""
        if original in self.functions:
            return self.functions[original].function
        if _MARK in original.__globals__ or not self.is_users(original.__module__, original.__code__.co_filename):
            return original
        reason = why_not(original)
        if reason is not None:
            self.left[original.__qualname__] = reason
            return original
        copy = self.functions[original] = Copy(original, self.namespace(original.__globals__).names)
        copy.refresh(self)
        self.namespace(original.__globals__).use(copy.uses, self)
        return copy.function

    def namespace(self, globals_):
        """The copy of a module's global names."""
        if id(globals_) not in self.namespaces:
            self.namespaces[id(globals_)] = Namespace(globals_, self)
        return self.namespaces[id(globals_)]

    def refresh(self):
        """Follow what the originals have become."""
        if len(self.functions) > _MANY:
            self.functions, self.namespaces = {}, {}
        for namespace in list(self.namespaces.values()):
            namespace.refresh(self)
        for copy in list(self.functions.values()):
            copy.refresh(self)

    def check(self):
        """Refuse a result that was computed while a global name changed."""
        for namespace in list(self.namespaces.values()):
            namespace.check()

    def is_users(self, module, file):
        """Whether code belongs to the user: not to dualad, the standard library or an installed package."""
        is_home = (module or "").partition(".")[0] == self.home
        return not is_own(file) and (is_home or not is_library(file))

    def is_users_module(self, module):
        file = getattr(module, "__file__", None)
        return file is not None and self.is_users(module.__name__, file)


def is_own(file):
    """Whether a file belongs to dualad."""
    return file.startswith(_OWN)


@functools.lru_cache(4096)
def is_library(file):
    """Whether a file belongs to the standard library or to an installed package."""
    return file.startswith((*_LIBRARIES, "<frozen", "<__array_function__")) or not {
        "site-packages",
        "dist-packages",
    }.isdisjoint(Path(file).parts)


class Copy:
    """One function again, with other globals and, where they hold something to be reached, other cells."""

    def __init__(self, original, names):
        self.original = original
        self.uses, _, written = names_in(original.__code__)
        cells = zip(original.__code__.co_freevars, original.__closure__ or (), strict=True)
        self.cells = [
            (types.CellType(), cell) if is_reachable(content(cell)) and name not in written else (cell, cell)
            for name, cell in cells
        ]
        closure = tuple(own for own, _ in self.cells)
        self.function = types.FunctionType(original.__code__, names, original.__name__, None, closure)
        self.function.__qualname__ = original.__qualname__
        self.function.__dict__.update(original.__dict__)

    def refresh(self, copies):
        """Take over the defaults and what the cells hold now."""
        given, keywords = self.original.__defaults__, self.original.__kwdefaults__
        self.function.__defaults__ = given and tuple(map(copies.reached, given))
        self.function.__kwdefaults__ = keywords and {name: copies.reached(x) for name, x in keywords.items()}
        for own, cell in self.cells:
            if own is not cell:
                own.cell_contents = copies.reached(content(cell))


class Namespace:
    """The global names that the copies of one module use."""

    def __init__(self, original, copies):
        self.original = original
        self.seen = {}
        given = original.get("__builtins__", builtins)
        given = given if isinstance(given, dict) else vars(given)

        def imported(*args, **kwargs):
            """An import inside of a function."""
            return copies.reached(given["__import__"](*args, **kwargs))

        self.names = {"__builtins__": {**given, "__import__": imported}, _MARK: True}
        self.names.update({name: original[name] for name in _OWN_NAMES if name in original})

    def use(self, names, copies):
        """Take in the names that one more function uses."""
        self.follow([name for name in names if self.seen.setdefault(name, _UNSEEN) is _UNSEEN], copies)

    def refresh(self, copies):
        """Follow the names that were bound anew."""
        found = list(self.seen.items())
        self.follow([name for name, value in found if self.original.get(name, _MISSING) is not value], copies)

    def follow(self, names, copies):
        """Bind names as the original has them."""
        written = written_in(self.original) if names else frozenset()
        for name in names:
            value = self.original.get(name, _MISSING)
            if name in written:
                raise NoRuleError(
                    f"lift copies the global names that a function reads, and {name} of "
                    f"{self.original.get('__name__')} is written while functions run (global). Pass it as an "
                    "argument, or create arrays with like=x instead of lift."
                )
            self.seen[name] = value
            if value is _MISSING:
                self.names.pop(name, None)
            else:
                self.names[name] = copies.reached(value)

    def check(self):
        for name, value in self.seen.items():
            if self.original.get(name, _MISSING) is not value:
                raise NoRuleError(
                    f"the global name {name} of {self.original.get('__name__')} changed while a lifted function ran, "
                    "which saw the former value. Pass it as an argument."
                )


class Borrowed(types.ModuleType):
    """A module of the user's, whose functions are copied when they are asked for."""

    def __init__(self, module, copies):
        super().__init__(module.__name__, module.__doc__)
        self.__dict__["_borrowed"] = module, copies

    def __getattr__(self, name):
        module, copies = self.__dict__["_borrowed"]
        return copies.reached(getattr(module, name))

    def __setattr__(self, name, value):
        setattr(self.__dict__["_borrowed"][0], name, value)


def content(cell):
    """What a cell holds, None while it is empty."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def is_reachable(value):
    return isinstance(value, (*KINDS, types.FunctionType, types.MethodType, types.ModuleType, functools.partial))


@functools.lru_cache(4096)
def names_in(code):
    """The names that code and the functions inside of it use, the globals that they write, and the cells."""
    uses, writes, written_cells = set(), set(), set()
    for instruction in dis.get_instructions(code):
        if instruction.opname in _READS:
            uses.add(instruction.argval)
        elif instruction.opname in _WRITES:
            writes.add(instruction.argval)
        elif instruction.opname in _WRITES_CELLS:
            written_cells.add(instruction.argval)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            for mine, its in zip((uses, writes, written_cells), names_in(inner), strict=True):
                mine.update(its)
    return frozenset(uses), frozenset(writes), frozenset(written_cells)


def why_not(function):
    """The reason that a function cannot be copied, or None."""
    uses, writes, _ = names_in(function.__code__)
    if writes:
        return f"it writes the global name {', '.join(sorted(writes))}"
    around = uses & _LOOKS_AROUND - function.__globals__.keys()
    return f"it calls {', '.join(sorted(around))}" if around else None


def written_in(globals_):
    """The global names that the functions and the methods of a module write."""
    written = set()
    for value in list(globals_.values()):
        members = list(vars(value).values()) if isinstance(value, type) else [value]
        for member in members:
            function = getattr(member, "__wrapped__", None) or getattr(member, "__func__", member)
            if isinstance(function, types.FunctionType) and function.__globals__ is globals_:
                written |= names_in(function.__code__)[1]
    return written
