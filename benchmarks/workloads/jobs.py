"""Whole computations by SciPy, with each contender's Jacobian and with SciPy's own differences."""

import numpy as np

from benchmarks.workloads import dense, second_order, small
from benchmarks.workloads.workload import Workload


def fitted(f, jac, x):
    from scipy.optimize import least_squares

    return least_squares(f, x, jac=jac or "2-point").x


def integrated(f, jac, y):
    from scipy.integrate import solve_ivp

    options = {} if jac is None else {"jac": lambda t, y: jac(y)}
    return solve_ivp(lambda t, y: f(y), (0.0, 50.0), y, method="Radau", rtol=1e-5, atol=1e-9, **options).y[:, -1]


def root(f, jac, x):
    from scipy.optimize import root

    return root(f, x, jac=jac).x


def minimized(f, jac, x):
    from scipy.optimize import minimize

    return minimize(f, x, jac=jac, method="BFGS", options={"gtol": 1e-6}).x


START = np.array([1.0, 0.9, 0.6, 1.8, 0.5])
FEW = ("numdifftools", "num_dual")

FAMILY = "Whole jobs"
WORKLOADS = [
    Workload("least_squares 5x1e5", "jacobian", dense.fit, START, hand=dense.fit_by_hand, job=fitted,
             without=(*FEW, "autograd", "CasADi"), tolerance=1e-4),
    Workload("solve_ivp Radau hires", "jacobian", small.hires, np.array([1.0, 0, 0, 0, 0, 0, 0, 0.0057]),
             hand=small.hires_by_hand, job=integrated, without=FEW, tolerance=1e-4),
    Workload("root broyden n=50", "jacobian", dense.broyden, -np.ones(50), hand=dense.broyden_by_hand, job=root,
             without=FEW, tolerance=1e-5),
    Workload("BFGS valley n=10", "gradient", second_order.valley, np.linspace(-0.7, 1.3, 10), hand=small.rosenbrock_by_hand,
             job=minimized, without=FEW, tolerance=1e-3),
]  # fmt: skip
