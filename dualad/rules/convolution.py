"""Convolution and correlation of two sequences: linear in each."""

import numpy as np

from dualad.rules.kinds import pushforward
from dualad.tangents import dense

_LONG = 8  # shifted copies cost as much as one convolution here


def _first_kept(a, v, mode, short):
    """Where the wanted part begins in the full convolution; ``short`` is the surplus at the shorter one's side."""
    length = min(len(a), len(v))
    name = {0: "v", 1: "s", 2: "f"}.get(mode) or str(mode)[0].lower()
    return {"f": 0, "v": length - 1, "s": short}[name]


def full(a, b):
    """The full convolution along the last axis.

    NumPy's own is fast for two long lines, and is called for each direction; else shifted copies of the longer one
    are added, as many as the shorter is long.
    """
    if np.ndim(a) == np.ndim(b) == 1:
        return np.convolve(a, b)
    if a.shape[-1] < b.shape[-1]:
        a, b = b, a
    if b.shape[-1] >= _LONG:
        if np.ndim(a) < np.ndim(b):
            a, b = b, a
        return dense.each_direction(lambda one: np.convolve(one, b), a, 1)
    size = b.shape[-1]
    lead = a.shape[:-1]
    total = 0.0
    for i in range(size):
        left, right = np.zeros((*lead, i), a.dtype), np.zeros((*lead, size - 1 - i), a.dtype)
        total = total + np.concatenate([left, a, right], axis=-1) * b[..., i : i + 1]
    return total


def _push(a, v, da, dv, y, start):
    total = None if da is None else full(da, v)
    if dv is not None:
        term = full(a, dv)
        total = term if total is None else total + term
    return total[..., start : start + len(y)]


def _line(x, dx):
    """A number as a sequence of one."""
    if np.ndim(x):
        return x, dx
    return np.reshape(x, 1), None if dx is None else np.reshape(dx, (*np.shape(dx), 1))


def _convolve(call, y, da, dv):
    (a, da), (v, dv) = _line(call.a, da), _line(call.v, dv)
    length = min(len(a), len(v))
    return _push(a, v, da, dv, y, _first_kept(a, v, call.mode, length - 1 - length // 2))


def _correlate(call, y, da, dv):
    """``correlate(a, v)`` convolves a with v conjugated and reversed."""
    (a, da), (v, dv) = _line(call.a, da), _line(call.v, dv)
    length = min(len(a), len(v))
    start = _first_kept(a, v, call.mode, length - 1 - length // 2 if len(a) >= len(v) else length // 2)
    turned = np.conjugate(np.flip(v, -1))
    return _push(a, turned, da, None if dv is None else np.conjugate(np.flip(dv, -1)), y, start)


pushforward(np.convolve, "a v", _convolve, "product")
pushforward(np.correlate, "a v", _correlate, "product")
