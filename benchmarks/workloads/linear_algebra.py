"""Linear algebra: one direction for the matrix, and a Jacobian whose seed is diagonal."""

import numpy as np

from benchmarks.workloads.workload import Workload


def problem(n):
    """A well-conditioned symmetric matrix, a right-hand side and a direction."""
    rng = np.random.default_rng(n)
    a, v = (m + m.T for m in rng.normal(size=(2, n, n)))
    return a + np.diag(np.linspace(2.0, 4.0, n) * n), rng.normal(size=n), v


def solving(n):
    a, b, v = problem(n)

    def by_hand(a, v):
        x = np.linalg.solve(a, b)
        return x, -np.linalg.solve(a, v @ x)

    def program(xp):
        right = xp.asarray(b)
        return lambda a: xp.linalg.solve(a, right)

    return Workload(f"solve n={n}", "jvp", program, a, v, by_hand, without=WITHOUT)


def determinant(n):
    a, _, v = problem(n)

    def by_hand(a, v):
        return np.linalg.slogdet(a)[1], np.sum(np.linalg.inv(a).T * v)

    return Workload(
        f"slogdet n={n}", "jvp", lambda xp: lambda a: xp.linalg.slogdet(a)[1], a, v, by_hand, without=WITHOUT
    )


def cholesky(n):
    a, _, v = problem(n)

    def by_hand(a, v):
        y = np.linalg.cholesky(a)
        root = np.linalg.inv(y)
        p = np.tril(root @ v @ root.T)
        p.flat[:: n + 1] /= 2.0
        return y, y @ p

    return Workload(
        f"cholesky n={n}", "jvp", lambda xp: lambda a: xp.linalg.cholesky(a), a, v, by_hand, without=WITHOUT
    )


def products(n):
    a, _, v = problem(n)
    a, v = a / n, v / n

    def program(xp):
        def chain(a):
            """Four products."""
            b = a @ a
            return (b @ a) @ (b @ a)

        return chain

    def by_hand(a, v):
        b = a @ a
        db = v @ a + a @ v
        c, dc = b @ a, db @ a + b @ v
        d, dd = b @ a, db @ a + b @ v
        return c @ d, dc @ d + c @ dd

    return Workload(f"products n={n}", "jvp", program, a, v, by_hand, without=WITHOUT)


def shifted(n):
    """solve(A + diag(x), r x): a right-hand side and a diagonal that move with x."""
    a, r, _ = problem(n)
    x = np.linspace(0.5, 1.5, n)

    def program(xp):
        matrix, right = xp.asarray(a), xp.asarray(r)
        return lambda x: xp.linalg.solve(matrix + xp.diag(x), right * x)

    def by_hand(x):
        matrix = a + np.diag(x)
        y = np.linalg.solve(matrix, r * x)
        return np.linalg.solve(matrix, np.diag(r - y))

    return Workload(f"solve(A + diag(x), r x) n={n}", "jacobian", program, x, hand=by_hand, without=WITHOUT)


WITHOUT = ("numdifftools", "num_dual", "CasADi")
FAMILY = "Linear algebra"
WORKLOADS = [make(n) for n in (5, 50, 200) for make in (solving, determinant, cholesky, products, shifted)]
