"""What the derivative of linear algebra costs, against a hand-written NumPy derivative and the function itself.

Run ``python -m benchmarks.linear_algebra``. Process CPU time on one core, interleaved, medians. The jvp moves the
matrix in one direction; the Jacobian moves it in 10 at once, as for a matrix that depends on 10 parameters. The last
row of each table is ``jacobian`` of a solution by its right-hand side: n directions.
"""

from benchmarks.timing import interleaved, one_core

one_core()

import numpy as np  # noqa: E402

from dualad import Dual, jacobian, jvp  # noqa: E402

DIRECTIONS = 10


def hermitian(a):
    return a + np.swapaxes(a, -1, -2)


def problem(n):
    """A well-conditioned symmetric matrix, a right-hand side, one direction and several."""
    rng = np.random.default_rng(n)
    a = hermitian(rng.normal(size=(n, n))) / 2 + np.diag(np.linspace(2, 4, n) * n)
    one, several = (hermitian(rng.normal(size=(*lead, n, n))) for lead in ((), (DIRECTIONS,)))
    return a, rng.normal(size=n), one, several


def solve_by_hand(a, b, da):
    x = np.linalg.solve(a, b)
    return x, -np.linalg.solve(a, (da @ x).T).T


def inv_by_hand(a, b, da):
    y = np.linalg.inv(a)
    return y, -y @ da @ y


def slogdet_by_hand(a, b, da):
    y = np.linalg.slogdet(a)
    return y, da.reshape((*da.shape[:-2], -1)) @ np.linalg.inv(a).T.ravel()


def cholesky_by_hand(a, b, da):
    y = np.linalg.cholesky(a)
    root = np.linalg.inv(y)
    p = np.tril(root @ da @ root.T)
    diagonal = np.arange(len(a))
    p[..., diagonal, diagonal] /= 2
    return y, y @ p


def eigh_by_hand(a, b, da):
    w, v = np.linalg.eigh(a)
    p = v.T @ da @ v
    diagonal = np.arange(len(a))
    gaps = w - w[:, None]
    gaps[diagonal, diagonal] = np.inf
    return (w, v), (p[..., diagonal, diagonal], v @ (p / gaps))


def chain(a):
    """Three products of matrices."""
    b = a @ a
    c = b @ a
    return c @ c


def chain_by_hand(a, b, da):
    b = a @ a
    db = da @ a + a @ da
    c = b @ a
    dc = db @ a + b @ da
    return c @ c, dc @ c + c @ dc


CONTENDERS = {
    "solve": (lambda a, b: np.linalg.solve(a, b), solve_by_hand),
    "inv": (lambda a, b: np.linalg.inv(a), inv_by_hand),
    "slogdet": (lambda a, b: np.linalg.slogdet(a), slogdet_by_hand),
    "cholesky": (lambda a, b: np.linalg.cholesky(a), cholesky_by_hand),
    "eigh": (lambda a, b: np.linalg.eigh(a), eigh_by_hand),
    "products": (lambda a, b: chain(a), chain_by_hand),
}


def measure(n):
    a, b, one, several = problem(n)
    moving = Dual(a, several)
    print(f"n = {n:<4}     f (µs)   jvp/f jvp/hand   {DIRECTIONS} directions/f  /hand")
    for name, (f, by_hand) in CONTENDERS.items():
        row = interleaved(
            {
                "f": lambda f=f: f(a, b),
                "hand": lambda by_hand=by_hand: by_hand(a, b, one),
                "jvp": lambda f=f: jvp(lambda a: f(a, b), (a,), (one,)),
                "hand, several": lambda by_hand=by_hand: by_hand(a, b, several),
                "several": lambda f=f: f(moving, b),
            },
            repeats=7,
        )
        t = {key: median for key, (median, _) in row.items()}
        print(
            f"{name:<10}{t['f'] * 1e6:11.1f}{t['jvp'] / t['f']:8.2f}{t['jvp'] / t['hand']:9.2f}"
            f"{t['several'] / t['f']:18.2f}{t['several'] / t['hand, several']:7.2f}"
        )
    row = interleaved(
        {
            "f": lambda: np.linalg.solve(a, b),
            "hand": lambda: (np.linalg.solve(a, b), np.linalg.solve(a, np.eye(n))),
            "jacobian": lambda: jacobian(lambda b: np.linalg.solve(a, b))(b),
        },
        repeats=7,
    )
    f, hand, ours = (row[name][0] for name in ("f", "hand", "jacobian"))
    print(f"jacobian of solve by b: {ours / f:.2f} f, {ours / hand:.2f} hand\n")


if __name__ == "__main__":
    for size in (5, 50, 200):
        measure(size)
