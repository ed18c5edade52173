"""The distance of a derivative to the truth, in ulp, and the points where it is plainly wrong."""

import mpmath as mp
import numpy as np

from dualad import jvp

PRECISION = 200  # bits
TOLERATED = 8  # steps of the least subnormal that a subnormal result may be off


def measure(slot, count, dtype=np.float64, seed=0):
    """Worst error in ulp where the truth is a normal number, where that is, and the points that are wrong.

    Each point is measured by itself, as a number, and in an array with all others: the ways differ.
    """
    x = points_of(slot, count, dtype, seed)
    high, low = truths(slot.truth, x)
    error, wrong = np.zeros(high.size), np.full(high.size, False)
    with np.errstate(all="ignore"):
        singly = [differentiate(slot.function, point, slot.wrt) for point in zip(*x, strict=True)]
        together = differentiate(slot.function, x, slot.wrt)
    for found in (np.array(singly), together):
        distance, failed = compare(found, high, low, dtype)
        error, wrong = np.maximum(error, distance), wrong | failed
    worst = int(np.argmax(error)) if error.size else 0
    return {
        "slot": slot.name,
        "points": int(error.size),
        "ulp": float(error[worst]) if error.size else 0.0,
        "at": [float(p[worst]) for p in x],
        "bad": int(wrong.sum()),
        "bad at": [[float(v) for v in point] for point in zip(*[p[wrong][:5] for p in x], strict=True)],
    }


def points_of(slot, count, dtype, seed):
    """As many points in the domain as asked for, in random order."""
    x = slot.fold(*slot.points(count + count // 2 + 50, dtype, seed))
    chosen = np.random.default_rng(seed).permutation(x[0].size)[:count]
    return tuple(p[chosen] for p in x)


def differentiate(function, x, wrt):
    """The partial derivative of first or second order with respect to the given arguments, element by element."""
    *outer, inner = wrt

    def slope(*given):
        def one(moved):
            return function(*[moved if i == inner else p for i, p in enumerate(given)])

        return jvp(one, (given[inner],), (np.ones_like(x[inner]),))[1]

    if not outer:
        return slope(*x)
    (position,) = outer
    return jvp(
        lambda moved: slope(*[moved if i == position else p for i, p in enumerate(x)]),
        (x[position],),
        (np.ones_like(x[position]),),
    )[1]


def truths(truth, x):
    """The true values as a sum of two doubles."""
    high, low = np.empty(x[0].size), np.zeros(x[0].size)
    with mp.workprec(PRECISION):
        for i, point in enumerate(zip(*x, strict=True)):
            exact = mp.mpf(truth(*[mp.mpf(float(v)) for v in point]))
            high[i] = float(exact)
            if np.isfinite(high[i]):
                low[i] = float(exact - mp.mpf(high[i]))
            if high[i] == 0 and exact != 0:
                low[i] = float(mp.sign(exact)) * 5e-324  # keeps that it is not zero
    return high, low


def compare(found, high, low, dtype):
    """Error in ulp (0 outside the normal numbers), and whether a value is inf, nan, zero, or of the wrong sign."""
    info = np.finfo(dtype)
    step, tiny, largest = (float(v) for v in (info.smallest_subnormal, info.tiny, info.max))
    with np.errstate(all="ignore"):
        found = found.astype(float)
        ulp = np.spacing(np.minimum(np.abs(high), largest).astype(dtype)).astype(float)
        error = np.abs((found - high) - low) / ulp
        normal = (np.abs(high) >= tiny) & (np.abs(high) <= largest * (1 - 4 * float(info.eps)))
        overflow = np.abs(high) > largest * (1 + 4 * float(info.eps))
        subnormal = np.abs(high) < tiny
        wrong = np.isnan(found)
        wrong |= normal & (~np.isfinite(found) | (found == 0) | (np.sign(found) != np.sign(high)))
        wrong |= overflow & (found != np.sign(high) * np.inf)
        off = np.abs(found - high)
        wrong |= subnormal & (off > np.maximum(TOLERATED * step, 0.01 * np.abs(high)))
        wrong |= (high == 0) & (low == 0) & (found != 0)
    return np.where(normal & ~wrong, error, 0.0), wrong
