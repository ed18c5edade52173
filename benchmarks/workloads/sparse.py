"""The sparse Jacobian of the Brusselator with diffusion, N unknowns."""

import numpy as np

from benchmarks.workloads.workload import Workload

DIFFUSION = 0.02


def brusselator(xp):
    def rates(y):
        """u and v on a line of N/2 cells, boundary values 1 and 3."""
        n = y.shape[0] // 2
        u, v = y[:n], y[n:]
        scale = DIFFUSION * (n + 1.0) ** 2
        one, three = xp.asarray(np.array([1.0])), xp.asarray(np.array([3.0]))
        left, right = xp.concatenate([one, u[:-1]]), xp.concatenate([u[1:], one])
        lower, upper = xp.concatenate([three, v[:-1]]), xp.concatenate([v[1:], three])
        reaction = u * u * v
        return xp.concatenate(
            [
                1.0 + reaction - 4.0 * u + scale * (left - 2.0 * u + right),
                3.0 * u - reaction + scale * (lower - 2.0 * v + upper),
            ]
        )

    return rates


def by_hand(y):
    from scipy.sparse import csr_matrix, diags_array

    n = len(y) // 2
    u, v = y[:n], y[n:]
    scale = DIFFUSION * (n + 1.0) ** 2
    main = np.concatenate([2.0 * u * v - 4.0 - 2.0 * scale, -u * u - 2.0 * scale])
    side = np.full(2 * n - 1, scale)
    side[n - 1] = 0.0
    diagonals = [main, side, side, u * u, 3.0 - 2.0 * u * v]
    return csr_matrix(diags_array(diagonals, offsets=[0, 1, -1, n, -n]))


def of_size(n):
    y = np.concatenate([1.0 + 0.5 * np.sin(np.linspace(0.0, 6.0, n // 2)), np.linspace(3.0, 2.0, n // 2)])
    pattern = by_hand(y)
    return Workload(f"brusselator N={n:.0e}", "sparse_jacobian", brusselator, y, hand=by_hand, extras=(pattern,))


def workloads():
    try:
        import scipy.sparse  # noqa: F401
    except ImportError:
        return []
    return [of_size(n) for n in (1000, 10_000, 100_000)]


FAMILY = "Sparse Jacobians"
WORKLOADS = workloads()
