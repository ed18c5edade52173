"""The floating-point error state of derivative arithmetic.

The value of f warns and raises as NumPy does; its tangent must not add to that. Tangent arithmetic
therefore runs with all errors ignored but one: *invalid* is raised, because it is how the hardware
says, without a pass over the data, that a zero met an infinity (see `rules.kinds`).

`numpy.errstate` costs more than the arithmetic of a small array, so its context variable is set
directly where NumPy has it under the name known here.
"""

import contextlib

import numpy as np

try:
    from numpy._core.umath import _extobj_contextvar, _make_extobj
except ImportError:  # another NumPy: the public, slower way
    _extobj_contextvar = None


@contextlib.contextmanager
def _public(**state):
    with np.errstate(**state):
        yield


class _ErrorState:
    """A context manager for one fixed error state; safe to share between threads and to nest."""

    def __init__(self, **state):
        self.state = state
        if _extobj_contextvar is not None:
            self.extobj = _make_extobj(**state)

    def enter(self):
        """Set the state; `leave` takes what this returns."""
        if _extobj_contextvar is None:
            public = _public(**self.state)
            public.__enter__()
            return public
        return _extobj_contextvar.set(self.extobj)

    def leave(self, token):
        """Put back the state that `enter` found."""
        if _extobj_contextvar is None:
            token.__exit__(None, None, None)
        else:
            _extobj_contextvar.reset(token)


STRICT = _ErrorState(divide="ignore", over="ignore", under="ignore", invalid="raise")
SILENT = _ErrorState(all="ignore")
