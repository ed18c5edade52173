"""Jacobians of array code: a network, a banded system, a fit."""

import numpy as np

from benchmarks.workloads.workload import Workload


def network(n):
    """Two layers of n units on n inputs."""
    rng = np.random.default_rng(n)
    first, second = rng.normal(size=(2, n, n)) / np.sqrt(n)
    shift, x = rng.normal(size=(2, n))

    def program(xp):
        A, B, b = (xp.asarray(values) for values in (first, second, shift))
        return lambda x: B @ xp.tanh(A @ x + b)

    def for_casadi(xp):
        f = program(xp)
        f.matrices = True  # as expressions of matrices (MX), not of their elements (SX)
        return f

    def by_hand(x):
        t = np.tanh(first @ x + shift)
        return second @ ((1.0 - t * t)[:, None] * first)

    without = ("numdifftools", "num_dual", *(("CasADi",) if n > 100 else ()))
    return Workload(
        f"network n={n}", "jacobian", program, x, hand=by_hand, variants={"casadi": for_casadi}, without=without
    )


def broyden(xp):
    def residual(x):
        """Broyden's tridiagonal system."""
        edge = xp.asarray(np.zeros(1))
        before = xp.concatenate([edge, x[:-1]])
        after = xp.concatenate([x[1:], edge])
        return (3.0 - 2.0 * x) * x - before - 2.0 * after + 1.0

    return residual


def broyden_by_hand(x):
    n = len(x)
    J = np.zeros((n, n))
    J.flat[:: n + 1] = 3.0 - 4.0 * x
    J.flat[1 :: n + 1] = -2.0
    J.flat[n :: n + 1] = -1.0
    return J


def broyden_by_hand_sparse(x):
    from scipy.sparse import csr_array

    n = len(x)
    data = np.empty((n, 3))
    data[:, 0], data[:, 1], data[:, 2] = -1.0, 3.0 - 4.0 * x, -2.0
    rows = np.arange(n + 1) * 3 - 1
    rows[0], rows[-1] = 0, 3 * n - 2
    columns = (np.arange(n)[:, None] + np.arange(-1, 2)).ravel()[1:-1]
    return csr_array((data.ravel()[1:-1], columns, rows), shape=(n, n))


TIMES = np.linspace(0.0, 4.0, 100_000)
PARAMETERS = np.array([1.3, 0.7, 0.5, 1.9, 0.6])
OBSERVED = 1.2 * np.exp(-0.8 * TIMES) + 0.45 * np.exp(-(((TIMES - 2.0) / 0.55) ** 2)) + 0.01 * np.sin(50.0 * TIMES)


def fit(xp):
    """A decay and a peak: 5 parameters."""
    t, observed = xp.asarray(TIMES), xp.asarray(OBSERVED)

    def residual(p):
        decay = p[0] * xp.exp(-p[1] * t)
        peak = p[2] * xp.exp(-(((t - p[3]) / p[4]) ** 2))
        return decay + peak - observed

    return residual


def fit_by_hand(p):
    t = TIMES
    decay = np.exp(-p[1] * t)
    z = (t - p[3]) / p[4]
    peak = np.exp(-(z**2))
    J = np.empty((len(t), 5))
    J[:, 0] = decay
    J[:, 1] = -p[0] * t * decay
    J[:, 2] = peak
    slope = (2.0 * p[2] / p[4]) * z * peak
    J[:, 3] = slope
    J[:, 4] = slope * z
    return J


WIDE = np.linspace(-1.0, 0.5, 1000)

FAMILY = "Jacobians of array code"
WORKLOADS = [
    *(network(n) for n in (10, 100, 1000)),
    Workload("broyden n=1000", "jacobian", broyden, WIDE, hand=broyden_by_hand, without=("numdifftools", "num_dual", "autograd")),
    Workload("broyden n=1000, sparse", "sparse_jacobian", broyden, WIDE, hand=broyden_by_hand_sparse,
             extras=(np.abs(np.subtract.outer(np.arange(1000), np.arange(1000))) <= 1,), without=("CasADi",)),
    Workload("least squares 5x1e5", "jacobian", fit, PARAMETERS, hand=fit_by_hand,
             without=("numdifftools", "num_dual", "autograd")),
]  # fmt: skip
