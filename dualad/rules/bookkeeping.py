"""Functions about shapes, positions, text, dates, bits and files: no derivative, or none to be had."""

import numpy as np
from numpy._core import defchararray, strings
from numpy.lib import recfunctions

from dualad.rules.creation import Creation
from dualad.rules.kinds import constant, refused
from dualad.rules.table import RULES, add

constant(
    np.diag_indices_from, np.tril_indices_from, np.triu_indices_from, np.common_type,
    np.array2string, np.array_repr, np.array_str,
)  # fmt: skip

for _function in (np.require, np.loadtxt, np.genfromtxt, np.fromfile, np.frombuffer, np.fromstring):
    add(_function, Creation())

for _function in (np.save, np.savetxt, np.savez, np.savez_compressed):
    refused(_function, "a file keeps the value without its derivative. Save dualad.stop_derivative(x).")
for _function in (np.ravel_multi_index, np.unravel_index):
    refused(_function, "a Dual is not an index. Write int(i) or i.astype(int).")
for _function in (np.packbits, np.unpackbits):
    refused(_function, "bits belong to integers. Write x.astype(np.uint8) if it holds whole numbers.")
for _function in (np.busday_count, np.busday_offset, np.is_busday, np.datetime_as_string):
    refused(_function, "it is defined for dates. Write x.astype(int) for a count of days.")
for _name in recfunctions.__all__:
    _function = getattr(recfunctions, _name)
    if hasattr(_function, "__wrapped__"):
        refused(_function, "a structured array cannot hold a Dual. Keep the fields as separate arrays in a dict.")


def _text_ufuncs():
    """The ufuncs of text, private ones included; they live where the public ones come from."""
    for holder in (np.strings, np._core.umath):
        for function in vars(holder).values():
            if isinstance(function, np.ufunc) and not function.types:
                yield function


def _text_functions():
    """The other functions of text; those that `numpy.strings` and `numpy.char` do not show are here too."""
    for holder in (strings, defchararray):
        for function in vars(holder).values():
            if hasattr(function, "__wrapped__"):
                yield function


for _function in dict.fromkeys([*_text_ufuncs(), *_text_functions()]):
    if _function not in RULES:
        refused(_function, "it is defined for text. Write the value of a Dual as text with str(dualad.primal(x)).")
constant(np._core.umath._ones_like)
