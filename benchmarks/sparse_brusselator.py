"""The sparse Jacobian of a 2-D reaction-diffusion problem, against hand-written tangents, SciPy and CasADi.

Run ``python -m benchmarks.sparse_brusselator``. Process CPU time, one core. "first" starts from the bare f; "later" is
another point with the same function. The compressed contenders are given the pattern and the groups of columns.
"""

import sys

from benchmarks.timing import interleaved, one_core

one_core()

import numpy as np  # noqa: E402
from scipy.optimize._numdiff import approx_derivative, group_columns  # noqa: E402
from scipy.sparse import csr_matrix  # noqa: E402

from dualad import sparse_jacobian  # noqa: E402


def brusselator(n):
    """The right-hand side of the Brusselator on a periodic n x n grid, 2 n^2 unknowns."""
    a, b, alpha = 3.4, 1.0, 2e-3 * n * n

    def laplacian(z):
        return np.roll(z, 1, 0) + np.roll(z, -1, 0) + np.roll(z, 1, 1) + np.roll(z, -1, 1) - 4 * z

    def f(w):
        u, v = w.reshape(2, n, n)
        uuv = u * u * v
        du = b + uuv - (a + 1) * u + alpha * laplacian(u)
        dv = a * u - uuv + alpha * laplacian(v)
        return np.concatenate([du.ravel(), dv.ravel()])

    return f


class Compressed:
    """Hand-written tangents in one direction for each group of columns, the pattern and the groups given."""

    def __init__(self, n, pattern, groups):
        self.n, self.pattern = n, pattern
        self.seeds = np.zeros((groups.max() + 1, len(groups)))
        self.seeds[groups, np.arange(len(groups))] = 1.0
        rows = np.repeat(np.arange(pattern.shape[0]), np.diff(pattern.indptr))
        self.places = groups[pattern.indices] * pattern.shape[0] + rows

    def __call__(self, w):
        n = self.n
        a, alpha = 3.4, 2e-3 * n * n
        u, v = w.reshape(2, n, n)
        d = self.seeds.reshape(-1, 2, n, n)
        du, dv = d[:, 0], d[:, 1]
        moved = (2 * u * v) * du + (u * u) * dv
        out = np.empty_like(d)

        def laplacian(z):
            return np.roll(z, 1, 1) + np.roll(z, -1, 1) + np.roll(z, 1, 2) + np.roll(z, -1, 2) - 4 * z

        out[:, 0] = moved - (a + 1) * du + alpha * laplacian(du)
        out[:, 1] = a * du - moved + alpha * laplacian(dv)
        data = out.reshape(-1).take(self.places)
        return csr_matrix((data, self.pattern.indices, self.pattern.indptr), shape=self.pattern.shape)


def casadi_from_scratch(n):
    """The same with CasADi's symbols, from the expression to the first matrix; None without CasADi."""
    try:
        import casadi
    except ImportError:
        return None

    a, b, alpha = 3.4, 1.0, 2e-3 * n * n

    def rolled(z, k, axis):
        if axis == 0:
            return casadi.vertcat(z[-k:, :], z[:-k, :])
        return casadi.horzcat(z[:, -k:], z[:, :-k])

    def laplacian(z):
        return rolled(z, 1, 0) + rolled(z, -1, 0) + rolled(z, 1, 1) + rolled(z, -1, 1) - 4 * z

    def first(w):
        x = casadi.SX.sym("x", 2 * n * n)
        u, v = casadi.reshape(x[: n * n], n, n), casadi.reshape(x[n * n :], n, n)
        uuv = u * u * v
        du = b + uuv - (a + 1) * u + alpha * laplacian(u)
        dv = a * u - uuv + alpha * laplacian(v)
        y = casadi.vertcat(casadi.reshape(du, -1, 1), casadi.reshape(dv, -1, 1))
        return casadi.Function("J", [x], [casadi.jacobian(y, x)])(w)

    return first


def compare(n):
    f = brusselator(n)
    w = np.random.default_rng(0).uniform(1.0, 2.0, 2 * n * n)
    known = sparse_jacobian(f)
    pattern = known(w)
    groups = group_columns(pattern)
    compressed = Compressed(n, pattern, groups)
    assert abs(compressed(w) - pattern).max() < 1e-9
    contenders = {
        "f": lambda: f(w),
        "first": lambda: sparse_jacobian(f)(w),
        "later": lambda: known(w),
        "hand": lambda: compressed(w),
        "scipy": lambda: approx_derivative(f, w, method="2-point", sparsity=(pattern, groups)),
    }
    casadi = casadi_from_scratch(n)
    found = interleaved(contenders, repeats=7)
    if casadi is not None:
        found.update(interleaved({"casadi": lambda: casadi(w)}, repeats=2))
    seconds = {name: t for name, (t, _) in found.items()}
    text = (
        f"N = {2 * n * n:>7}: first {seconds['first'] * 1e3:.2f} ms, later {seconds['later'] * 1e3:.2f} ms; "
        f"first / hand {seconds['first'] / seconds['hand']:.2f}, later / hand {seconds['later'] / seconds['hand']:.2f}, "
        f"later / f {seconds['later'] / seconds['f']:.0f}; SciPy / first {seconds['scipy'] / seconds['first']:.1f}, "
        f"SciPy / later {seconds['scipy'] / seconds['later']:.1f} ({groups.max() + 1} groups)"
    )
    if "casadi" in seconds:
        text += f"; CasADi / first {seconds['casadi'] / seconds['first']:.0f}"
    print(text, flush=True)


if __name__ == "__main__":
    for n in map(int, sys.argv[1:] or (22, 71, 224)):
        compare(n)
