"""`linearize` against a hand-written tangent program, and gradients by reverse mode against f.

Run ``python -m benchmarks.linear_maps``. Process CPU time, one core.
"""

from benchmarks.timing import interleaved, one_core

one_core()

import numpy as np  # noqa: E402

from benchmarks.core import chain  # noqa: E402
from dualad import gradient, linearize  # noqa: E402


class ChainByHand:
    """The tangent program of `benchmarks.core.chain` with all coefficients computed beforehand."""

    def __init__(self, x):
        s = np.sin(x)
        a = s * 0.5 + 1.5
        ea = np.exp(a)
        b = ea - x
        c = np.sqrt(b * b + 1.0)
        lc = np.log(c)
        d = lc / a
        t = np.tanh(d - b)
        e = t * c
        w = c + 2.0
        y = ((e + d) * x - a) / w
        self.a, self.b, self.c, self.d = np.cos(x) * 0.5, ea, b / c, (1.0 / (c * a), d / a)
        self.e, self.y = ((1 - t * t) * c, t), (x / w, (e + d) / w, 1.0 / w, y / w)

    def __call__(self, v):
        da = self.a * v
        db = self.b * da - v
        dc = self.c * db
        dd = self.d[0] * dc - self.d[1] * da
        de = self.e[0] * (dd - db) + self.e[1] * dc
        return self.y[0] * (de + dd) + self.y[1] * v - self.y[2] * da - self.y[3] * dc


def stencil(x):
    """Slices and a product, as in a finite-difference code."""
    return x[1:-1] * (x[2:] - 2.0 * x[1:-1] + x[:-2])


def stencil_by_hand(x):
    middle, second = x[1:-1].copy(), x[2:] - 2.0 * x[1:-1] + x[:-2]
    return lambda v: second * v[1:-1] + middle * (v[2:] - 2.0 * v[1:-1] + v[:-2])


def linear_maps():
    for name, f, by_hand in (("chain of 20", chain, ChainByHand), ("stencil", stencil, stencil_by_hand)):
        for n in (1000, 100_000, 1_000_000):
            x, v = np.linspace(0.1, 1.0, n), np.ones(n)
            lin, hand = linearize(f, x)[1], by_hand(x)
            np.testing.assert_allclose(lin(v), hand(v), rtol=1e-10, atol=1e-12)
            found = interleaved({"f": lambda: f(x), "lin": lambda: lin(v), "hand": lambda: hand(v)}, repeats=9)
            t = {key: value for key, (value, _) in found.items()}
            print(f"{name}, n = {n:>7}: lin / hand = {t['lin'] / t['hand']:.2f}, lin / f = {t['lin'] / t['f']:.2f}")


def likelihood(x):
    """The logistic log-likelihood of one parameter for each observation."""
    return np.sum(np.log1p(np.exp(-x)) + 0.05 * x * x)


class LeastSquares:
    """A linear model with 1e5 parameters and 200 observations, with Gaussian weights."""

    def __init__(self, n, rows=200):
        rng = np.random.default_rng(0)
        self.a, self.y = rng.normal(size=(rows, n)), rng.normal(size=rows)

    def __call__(self, x):
        return np.sum((self.a @ x - self.y) ** 2)


class Network:
    """Three layers x_i = tanh(A_i x_{i-1} + b_i) and a squared loss, by all weights; a batch of 64 columns."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.sizes = [200, 250, 150, 10]
        self.x, self.y = rng.normal(size=(200, 64)), rng.normal(size=(10, 64))
        self.count = sum(m * n + m for n, m in zip(self.sizes, self.sizes[1:], strict=False))

    def __call__(self, w):
        layer, first = self.x, 0
        for n, m in zip(self.sizes, self.sizes[1:], strict=False):
            a = w[first : first + m * n].reshape(m, n)
            b = w[first + m * n : first + m * n + m]
            first += m * n + m
            layer = np.tanh(a @ layer / np.sqrt(n) + b[:, None])
        return np.sum((layer - self.y) ** 2)


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def gradients(n=100_000):
    network = Network()
    problems = (("log-likelihood", likelihood, n), ("Rosenbrock", rosenbrock, n),
                ("least squares, 200 rows", LeastSquares(n), n), ("network", network, network.count))  # fmt: skip
    for name, f, count in problems:
        x = np.random.default_rng(1).uniform(0.1, 1.0, count)
        g = gradient(f, mode="reverse")
        found = interleaved({"f": lambda: f(x), "gradient": lambda: g(x)}, repeats=9)
        ratio = found["gradient"][0] / found["f"][0]
        print(f"gradient of {name}, {count} inputs: {ratio:.1f} f ({found['gradient'][0] * 1e3:.2f} ms)")


if __name__ == "__main__":
    linear_maps()
    gradients()
