"""Stiff integration of the Brusselator on a line and on a plane with a sparse Jacobian that nobody wrote.

Run ``python docs/examples/brusselator.py [points on the line] [n]``: the plane is a periodic n x n grid. Steps,
evaluations of f (those for Jacobians by differences included) and time, for SciPy's BDF and Radau.
"""

import sys
import time

import numpy as np
from scipy.integrate import solve_ivp

from dualad import jacobian_sparsity, sparse_jacobian


def line(n, a=1.0, b=3.0, alpha=0.02):
    """The right-hand side for 2 n unknowns between fixed ends, written with slices.

    Source: Hairer & Wanner (1996), "Solving Ordinary Differential Equations II", section IV.10, BRUSS.
    """

    def diffused(z, end):
        z = np.concatenate([[end], z, [end]])
        return alpha * (n + 1) ** 2 * (z[2:] - 2 * z[1:-1] + z[:-2])

    def f(t, w):
        u, v = w.reshape(2, n)
        du = a + u * u * v - (b + 1) * u + diffused(u, a)
        dv = b * u - u * u * v + diffused(v, b / a)
        return np.concatenate([du, dv])

    return f


def start_on_line(n):
    x = np.arange(1, n + 1) / (n + 1)
    return np.concatenate([1 + np.sin(2 * np.pi * x), np.full(n, 3.0)])


def plane(n, a=3.4, b=1.0, alpha=0.02):
    """The right-hand side for 2 n^2 unknowns on a periodic grid, written with `numpy.roll`."""

    def laplacian(z):
        return n * n * (np.roll(z, 1, 0) + np.roll(z, -1, 0) + np.roll(z, 1, 1) + np.roll(z, -1, 1) - 4 * z)

    def f(t, w):
        u, v = w.reshape(2, n, n)
        du = b + u * u * v - (a + 1) * u + alpha * laplacian(u)
        dv = a * u - u * u * v + alpha * laplacian(v)
        return np.concatenate([du.ravel(), dv.ravel()])

    return f


def start_on_plane(n):
    y, x = np.meshgrid(*(np.arange(n) / n,) * 2, indexing="ij")
    return np.concatenate([(22 * y * (1 - y) ** 1.5).ravel(), (27 * x * (1 - x) ** 1.5).ravel()])


def ways(f, w):
    """The Jacobian for `solve_ivp` in three ways, as its options."""
    return {
        "sparse_jacobian": {"jac": sparse_jacobian(f, argnums=1, format="csc")},
        "differences, pattern found": {"jac_sparsity": jacobian_sparsity(f, 0.0, w, argnums=1)},
        "differences": {},
    }


def integrate(f, w, until, method="BDF", **options):
    """The solution, the number of evaluations of f with those for the Jacobian, and the time."""
    calls = []

    def counted(t, w):
        calls.append(t)
        return f(t, w)

    began = time.perf_counter()
    found = solve_ivp(counted, (0.0, until), w, method=method, rtol=1e-5, atol=1e-8, **options)
    return found, len(calls), time.perf_counter() - began


def main(points, n):
    for name, f, w, until in (
        (f"line, {2 * points} unknowns", line(points), start_on_line(points), 10.0),
        (f"plane, {2 * n * n} unknowns", plane(n), start_on_plane(n), 0.5),
    ):
        for method in ("BDF", "Radau"):
            for way, options in ways(f, w).items():
                found, calls, seconds = integrate(f, w, until, method, **options)
                steps = f"{len(found.t) - 1} steps, {calls} evaluations of f, {found.njev} Jacobians"
                print(f"{name}, {method}, {way}: {steps}, {seconds:.2f} s")


if __name__ == "__main__":
    given = list(map(int, sys.argv[1:]))
    main(*given, *(100, 16)[len(given) :])
