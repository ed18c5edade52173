"""The floating-point error state of derivative arithmetic.

The value of f warns and raises as NumPy does; its tangent must not add to that. Tangent arithmetic
therefore runs with all errors ignored but one: *invalid* is raised, because it is how the hardware
says, without a pass over the data, that a zero met an infinity (see `rules.partials`).

`numpy.errstate` costs more than the arithmetic of a small array, so its context variable is set
directly where NumPy has it under the name known here.
"""

import numpy as np

try:
    from numpy._core.umath import _extobj_contextvar, _make_extobj
except ImportError:  # another NumPy: the public, slower way
    _extobj_contextvar = None


class _Public:
    """The same two calls with what NumPy documents, for a NumPy that keeps its state elsewhere."""

    @staticmethod
    def set(state):
        context = np.errstate(**state)
        context.__enter__()
        return context

    @staticmethod
    def reset(context):
        context.__exit__(None, None, None)


def _state(**state):
    return state if _extobj_contextvar is None else _make_extobj(**state)


_variable = _Public if _extobj_contextvar is None else _extobj_contextvar

# token = enter(STRICT); try: …; finally: leave(token). Safe to nest and to share between threads.
enter = _variable.set
leave = _variable.reset
STRICT = _state(divide="ignore", over="ignore", under="ignore", invalid="raise")
SILENT = _state(all="ignore")
ORDINARY = _state(all="raise")
IN_RANGE = _state(divide="ignore", over="raise", under="raise", invalid="raise")
