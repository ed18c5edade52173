"""Stiff integration of the 2-D Brusselator with a sparse Jacobian that nobody wrote.

Run ``python docs/examples/brusselator.py [n]`` for an n x n periodic grid.
"""

import sys
import time

import numpy as np
from scipy.integrate import solve_ivp

from dualad import sparse_jacobian


def brusselator(n, a=3.4, b=1.0, alpha=0.02):
    """The right-hand side for 2 n^2 unknowns, plain NumPy."""

    def laplacian(z):
        return n * n * (np.roll(z, 1, 0) + np.roll(z, -1, 0) + np.roll(z, 1, 1) + np.roll(z, -1, 1) - 4 * z)

    def f(t, w):
        u, v = w.reshape(2, n, n)
        du = b + u * u * v - (a + 1) * u + alpha * laplacian(u)
        dv = a * u - u * u * v + alpha * laplacian(v)
        return np.concatenate([du.ravel(), dv.ravel()])

    return f


def start(n):
    y, x = np.meshgrid(*(np.arange(n) / n,) * 2, indexing="ij")
    return np.concatenate([(22 * y * (1 - y) ** 1.5).ravel(), (27 * x * (1 - x) ** 1.5).ravel()])


def integrate(n, jac, until=0.5):
    """The solution, the number of evaluations of f with those for the Jacobian, and the time."""
    f, calls = brusselator(n), []

    def counted(t, w):
        calls.append(t)
        return f(t, w)

    began = time.perf_counter()
    found = solve_ivp(counted, (0.0, until), start(n), method="BDF", jac=jac, rtol=1e-5, atol=1e-8)
    return found, len(calls), time.perf_counter() - began


def main(n):
    for name, jac in {
        "sparse_jacobian": sparse_jacobian(brusselator(n), argnums=1, format="csc"),
        "finite differences": None,
    }.items():
        found, calls, seconds = integrate(n, jac)
        print(f"{name}: {len(found.t) - 1} steps, {calls} evaluations of f, {found.njev} Jacobians, {seconds:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 16)
