"""The second result of a function with ``has_aux=True``."""

from dualad.errors import StructureError
from dualad.seeding import values_only


def split_aux(result, has_aux, level):
    """The result to differentiate, and what is passed through without a derivative."""
    if not has_aux:
        return result, None
    if not isinstance(result, tuple) or len(result) != 2:
        raise StructureError(f"with has_aux=True f must return a pair (y, aux); it returned {type(result).__name__}.")
    return result[0], values_only(result[1], level)
