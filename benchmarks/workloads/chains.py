"""Elementwise chains of 20 operations on n elements, one direction."""

import numpy as np

from benchmarks.workloads.workload import Workload


def transcendental(xp):
    def chain(x):
        """Five transcendental functions and fifteen of + - * /."""
        a = xp.sin(x) * 0.5 + 1.5
        b = xp.exp(a) - x
        c = xp.sqrt(b * b + 1.0)
        d = xp.log(c) / a
        e = xp.tanh(d - b) * c
        return ((e + d) * x - a) / (c + 2.0)

    return chain


def transcendental_by_hand(x, v):
    s = np.sin(x)
    a = s * 0.5 + 1.5
    da = np.cos(x) * v * 0.5
    ea = np.exp(a)
    b = ea - x
    db = ea * da - v
    c = np.sqrt(b * b + 1.0)
    dc = b * db / c
    lc = np.log(c)
    d = lc / a
    dd = (dc / c - d * da) / a
    t = np.tanh(d - b)
    e = t * c
    de = (1 - t * t) * (dd - db) * c + t * dc
    w = c + 2.0
    y = ((e + d) * x - a) / w
    return y, ((de + dd) * x + (e + d) * v - da - y * dc) / w


def memory_bound(xp):
    def chain(x):
        """Twenty of + - * /: memory is what limits it."""
        a = x * 0.5 + 1.5
        b = a * x - 0.25
        c = b * b + a
        d = (c - x) / (a + 2.0)
        e = d * c - b
        g = e / 3.0 + d * 0.1
        h = (g - a) * x + c
        return h / (b + 4.0)

    return chain


def memory_bound_by_hand(x, v):
    a = x * 0.5 + 1.5
    da = v * 0.5
    b = a * x - 0.25
    db = da * x + a * v
    c = b * b + a
    dc = 2.0 * b * db + da
    w = a + 2.0
    d = (c - x) / w
    dd = (dc - v - d * da) / w
    e = d * c - b
    de = dd * c + d * dc - db
    g = e / 3.0 + d * 0.1
    dg = de / 3.0 + dd * 0.1
    h = (g - a) * x + c
    dh = (dg - da) * x + (g - a) * v + dc
    w = b + 4.0
    y = h / w
    return y, (dh - y * db) / w


def of_size(n):
    x, v = np.linspace(0.1, 1.0, n), np.linspace(1.0, 0.5, n)
    without = ("numdifftools", "num_dual")
    common = {"heavy": n > 1_000_000, "without": without}
    return [
        Workload(f"transcendental n={n:.0e}", "jvp", transcendental, x, v, transcendental_by_hand, **common),
        Workload(f"memory-bound n={n:.0e}", "jvp", memory_bound, x, v, memory_bound_by_hand, **common),
    ]


FAMILY = "Elementwise chains, one direction"
WORKLOADS = [row for n in (10**3, 10**4, 10**5, 10**6, 10**7) for row in of_size(n)]
