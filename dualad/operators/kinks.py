"""`watch_kinks`: where differentiated code met a point at which the derivative is one by convention."""

import contextlib
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dualad.objects import packed
from dualad.quiet import SILENT, enter, leave
from dualad.rules import calls
from dualad.rules.kinds import Implemented
from dualad.rules.kinks import KINKS, masks
from dualad.rules.table import PARTIALS, RULES, name_of
from dualad.watching import WATCHER

_OUTSIDE = tuple(str(Path(str(module.__file__)).parent) for module in (sys.modules["dualad"], np))


@dataclass(frozen=True)
class Kink:
    """One event: ``function`` met ``what`` in ``count`` elements, on this line of the user's code.

    Examples
    --------
    >>> print(Kink("numpy.absolute", "0", count=2, file="model.py", line=12))
    model.py:12: numpy.absolute at 0 in 2 elements
    """

    function: str
    what: str
    count: int
    file: str
    line: int

    def __str__(self):
        elements = f" in {self.count} elements" if self.count > 1 else ""
        return f"{self.file}:{self.line}: {self.function} at {self.what}{elements}"


@contextlib.contextmanager
def watch_kinks() -> Iterator[list[Kink]]:
    """List the points without a derivative of their own that are met while differentiating.

    At a kink, a tie, a jump, the end of a domain or a repeated eigenvalue the derivative is one by convention (see
    docs/conventions.md), and a comparison of equal values decides about a branch. None of them is an error.

    Yields
    ------
    list of Kink
        One entry for each call on Duals that met such elements: ``function``, ``what``, ``count``, ``file`` and
        ``line``, the line of the code that called NumPy. Filled while the block runs, in this thread.

    Notes
    -----
    Nothing is watched, and nothing is paid, outside of the block.

    Examples
    --------
    >>> import numpy as np
    >>> from dualad import gradient
    >>> with watch_kinks() as kinks:
    ...     g = gradient(lambda x: np.sum(np.abs(x)))([1.0, 0.0, 0.0])
    >>> [(kink.function, kink.what, kink.count) for kink in kinks]
    [('numpy.absolute', '0', 2)]
    """
    watcher = Watcher()
    token = WATCHER.set(watcher)
    _GENERAL_WAY.take()
    try:
        yield watcher.kinks
    finally:
        _GENERAL_WAY.leave()
        WATCHER.reset(token)


class _GeneralWay:
    """While anyone watches, the functions with kinks are not offered to the short way, which does not look."""

    def __init__(self):
        self.lock = threading.Lock()
        self.watching = 0

    def take(self):
        with self.lock:
            self.watching += 1
            for ufunc in KINKS:
                PARTIALS.pop(ufunc, None)

    def leave(self):
        with self.lock:
            self.watching -= 1
            if not self.watching:
                PARTIALS.update({f: RULES[f].partials for f in KINKS if f in RULES and RULES[f].partials is not None})


_GENERAL_WAY = _GeneralWay()


class Watcher:
    """Notes the events of one block of code."""

    def __init__(self):
        self.kinks = []

    def call(self, function, run, args, kwargs=None, method="__call__"):
        """``run()``, which calls the function, with its events noted: once, and not for the calls it is made of."""
        if function not in KINKS and isinstance(RULES.get(function), Implemented):
            return run()  # made of functions that users call too
        token = WATCHER.set(None)
        try:
            if function not in KINKS:
                return run()
            plain = [_plain(x) for x in args]  # before an operation in place changes them
            options = {name: _plain(value) for name, value in (kwargs or {}).items()}
            result = run()
            self.note(function, method, calls.stripped(result), plain, options)
        finally:
            WATCHER.reset(token)
        return result

    def note(self, function, method, result, args, kwargs):
        """Add an entry for each kind of event in a call on plain values."""
        token = enter(SILENT)
        try:
            for what, mask in masks(function, method, result, args, kwargs):
                self.kinks.append(Kink(name_of(function), what, int(np.count_nonzero(mask)), *_place()))
        finally:
            leave(token)


def _plain(x):
    x = calls.stripped(packed(x) if isinstance(x, (list, np.ndarray)) else x)
    return x.copy() if isinstance(x, np.ndarray) else x


def _place() -> tuple[str, int]:
    """File and line of the innermost frame that is neither ours nor NumPy's."""
    frame: Any = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OUTSIDE):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
