"""Products of many matrices, and powers."""

import operator

import numpy as np

from dualad.rules import calls
from dualad.rules.kinds import composed, pushforward
from dualad.rules.products import times


def matrix_power(a, n):
    """`numpy.linalg.matrix_power`: the same products in the same order as NumPy's, so the same bits."""
    shape = np.shape(a)
    if not hasattr(n, "__index__") or n == 0 or len(shape) < 2 or shape[-1] != shape[-2]:
        return np.linalg.matrix_power(calls.stripped(a), n)  # the identity, or NumPy's own error
    n = operator.index(n)
    if n < 0:
        a, n = np.linalg.inv(a), -n
    if n == 3:
        return np.matmul(np.matmul(a, a), a)
    result = None
    while n:
        n, is_factor = divmod(n, 2)
        if is_factor:
            result = a if result is None else np.matmul(result, a)
        if n:
            a = np.matmul(a, a)
    return result


def _multi_dot(call, y, tangents):
    """The product rule; the factors in front of a moving one and behind it are multiplied in their best order."""
    arrays = list(call.arrays)
    is_row, is_column = arrays[0].ndim == 1, arrays[-1].ndim == 1
    moved = list(tangents)
    if is_row:
        arrays[0] = arrays[0][None, :]
        moved[0] = None if moved[0] is None else moved[0][..., None, :]
    if is_column:
        arrays[-1] = arrays[-1][:, None]
        moved[-1] = None if moved[-1] is None else moved[-1][..., :, None]
    terms = [_moved_by(arrays, i, dx) for i, dx in enumerate(moved) if dx is not None]
    total = sum(terms[1:], terms[0])
    total = total[..., 0, :] if is_row else total
    return total[..., 0] if is_column else total


def _moved_by(arrays, i, dx):
    before, after = arrays[:i], arrays[i + 1 :]
    if before:
        dx = times(chain(before), dx)
    return times(dx, chain(after)) if after else dx


def chain(arrays):
    """The product of one or more matrices."""
    return arrays[0] if len(arrays) == 1 else np.linalg.multi_dot(arrays)


composed(np.linalg.matrix_power, matrix_power)
pushforward(np.linalg.multi_dot, "*arrays", _multi_dot, "product")
