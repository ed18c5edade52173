"""Hessians and Hessian-vector products of a smooth valley in n variables."""

import numpy as np

from benchmarks.workloads.workload import Workload


def valley(xp):
    return lambda x: xp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def hessian_by_hand(x):
    n = len(x)
    H = np.zeros((n, n))
    first, last = np.arange(n - 1), np.arange(1, n)
    H[first, first] = 1200.0 * x[:-1] ** 2 - 400.0 * x[1:] + 2.0
    H[last, last] += 200.0
    H[first, last] = H[last, first] = -400.0 * x[:-1]
    return H


def hvp_by_hand(x, v):
    y = np.zeros_like(v)
    side = -400.0 * x[:-1]
    y[:-1] = (1200.0 * x[:-1] ** 2 - 400.0 * x[1:] + 2.0) * v[:-1] + side * v[1:]
    y[1:] += 200.0 * v[1:] + side * v[:-1]
    return y


def of_size(n):
    x, v = np.linspace(-0.7, 1.3, n), np.linspace(1.0, -0.5, n)
    without = ("numdifftools", "num_dual") if n > 10 else ()
    return [
        Workload(f"hessian n={n}", "hessian", valley, x, hand=hessian_by_hand, without=(*without, "num_dual")),
        Workload(f"hvp n={n}", "hvp", valley, x, v, hvp_by_hand, without=without),
    ]


FAMILY = "Second derivatives"
WORKLOADS = [row for n in (2, 10, 100) for row in of_size(n)]
