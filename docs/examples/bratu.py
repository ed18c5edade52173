"""The Bratu problem -u'' = lambda exp(u) in two dimensions by Newton's method with GMRES: no matrix anywhere.

Run ``python docs/examples/bratu.py [n]``.
"""

import sys

import numpy as np
from scipy.sparse.linalg import gmres

from dualad import linearize


def residual(u, parameter=3.0):
    """The 5-point equations on the interior of the unit square, zero on its edge."""
    n = u.shape[0]
    around = np.pad(u, 1)
    neighbours = around[2:, 1:-1] + around[:-2, 1:-1] + around[1:-1, 2:] + around[1:-1, :-2]
    return (4.0 * u - neighbours) * (n + 1) ** 2 - parameter * np.exp(u)


def solve(n, tolerance=1e-8):
    """The solution, and the norm of the residual before each Newton step."""
    u, history = np.zeros((n, n)), []
    while True:
        r, lin = linearize(residual, u)
        history.append(float(np.max(np.abs(r))))
        if history[-1] < tolerance or len(history) > 20:
            return u, history
        step, _ = gmres(lin.as_linear_operator(), -r.ravel(), rtol=1e-6, restart=60)
        u = u + step.reshape(u.shape)


def main(n):
    u, history = solve(n)
    for i, r in enumerate(history):
        print(f"Newton step {i}: residual {r:.1e}")
    print(f"u in the middle: {u[n // 2, n // 2]:.4f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
