"""Eigenvalues and singular values that are equal as far as the factorisation can tell.

One value of such a cluster has no derivative by itself: the perturbation splits the cluster in a way that depends
on the direction. Each is given the mean over the cluster, the share that ties get elsewhere (and, for two, the
mean of the one-sided derivatives); their sum is right. One vector of a cluster has no derivative either; it is given
the part that leads out of the cluster and is not turned inside it. Whatever depends on the cluster as a whole, such as
the projector on it, is right then, and only that.
"""

import numpy as np

from dualad.levels import Expanded, Perturbed, make
from dualad.rules import calls

SAFETY = 8  # rounding errors of a factorisation are a small multiple of those of one product


def clusters(values, noise):
    """Pairs (..., n, n) of values that are one value to rounding, the diagonal included; None if all are distinct.

    ``noise()`` gives for each pair the rounding error of the coupling between its vectors; it is local, so that small
    values of a badly scaled matrix, such as 1 and 2 in diag(1e20, 1, 2), stay apart.
    """
    values = calls.stripped(values)
    n = values.shape[-1]
    if n < 2 or values.size == 0:
        return None
    epsilon = np.finfo(values.dtype).eps
    if not may_coincide(values, SAFETY * n * n * epsilon):
        return None
    own = np.eye(n, dtype=bool)
    distance = np.abs(values[..., :, None] - values[..., None, :])
    bound = SAFETY * epsilon * noise()
    same = (distance <= np.maximum(bound, np.swapaxes(bound, -1, -2))) | own
    while np.any(wider := (same @ same) & ~same):
        same = same | wider
    return same if np.any(same & ~own) else None


def may_coincide(values, tolerance):
    """Whether two values are close on the scale of the largest: a cheap test that most matrices end at."""
    ordered = values.real  # complex values that coincide do so in their real parts
    least = (ordered[..., 1:] - ordered[..., :-1]).min(axis=-1)
    if values.ndim == 1 and values.dtype.kind == "f" and least > 0:
        return not least > tolerance * max(abs(values[0]), abs(values[-1]))
    ordered = np.sort(ordered, axis=-1)
    least = (ordered[..., 1:] - ordered[..., :-1]).min(axis=-1)
    return not np.all(least > tolerance * np.abs(values).max(axis=-1))


def mean(values, same):
    """Each value replaced by the mean over its cluster."""
    if same is None:
        return values
    share = same / np.sum(same, axis=-1, keepdims=True)
    return np.matmul(share, values[..., None])[..., 0]


def reciprocal_gaps(values, same):
    """1 / (w_j - w_i) between clusters, 0 inside them."""
    gaps = values[..., None, :] - values[..., :, None]
    if same is None and type(gaps) is np.ndarray:
        n = gaps.shape[-1]
        gaps.reshape((*gaps.shape[:-2], n * n))[..., :: n + 1] = np.inf
        return np.divide(1.0, gaps, out=gaps)
    inside = np.eye(values.shape[-1], dtype=bool)
    if same is not None:
        inside = same
        tied = np.sum(same, axis=-1) > 1
        gaps = undifferentiable(gaps, tied[..., None, :] | tied[..., :, None])
    return np.where(inside, 0.0, 1 / gaps)


def undifferentiable(x, mask):
    """x with NaN for the tangents of outer levels, or for the coefficients of a series, where the mask is true.

    The values of a cluster part at first order, which their mean does not show: derivatives of gaps that rest on it
    would be wrong.
    """
    if isinstance(x, Expanded):
        return x.undefined(mask)
    if not isinstance(x, Perturbed):
        return x
    tangent = np.where(mask, np.nan, x.tangent)
    return make(type(x), undifferentiable(x.primal, mask), tangent, x.level)
