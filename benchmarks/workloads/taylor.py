"""Taylor coefficients of sin(x) exp(x) / (1 + x^2) at 1000 points."""

import numpy as np

from benchmarks.workloads.workload import Workload


def program(xp):
    return lambda x: xp.sin(x) * xp.exp(x) / (1.0 + x * x)


def by_hand(order):
    """The recurrences of sin, cos, exp, product and quotient."""

    def coefficients(x):
        s, c, e, y = (np.empty((order + 1, *x.shape)) for _ in range(4))
        s[0], c[0], e[0] = np.sin(x), np.cos(x), np.exp(x)
        for k in range(1, order + 1):
            s[k], c[k], e[k] = c[k - 1] / k, -s[k - 1] / k, e[k - 1] / k
        w = 1.0 + x * x
        for k in range(order + 1):
            total = np.einsum("ij,ij->j", s[: k + 1], e[k::-1])
            if k >= 1:
                total -= 2.0 * x * y[k - 1]
            if k >= 2:
                total -= y[k - 2]
            y[k] = total / w
        return y

    return coefficients


FAMILY = "Taylor coefficients"
WORKLOADS = [
    Workload(
        f"taylor order={order}", "taylor", program, np.linspace(0.1, 1.0, 1000), hand=by_hand(order), extras=(order,)
    )
    for order in (1, 2, 3, 4, 6, 8, 10)
]
