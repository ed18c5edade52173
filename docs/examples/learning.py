"""Gradients of many inputs by reverse mode: logistic regression, and a small neural network.

Run ``python docs/examples/learning.py``.
"""

from itertools import pairwise

import numpy as np
from scipy.optimize import minimize

from dualad import gradient


def logistic_regression(features=10_000, rows=200, penalty=1e-2, seed=0):
    """The penalised negative log-likelihood of labels +1 and -1, and a start."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(rows, features)) / np.sqrt(features)
    labels = np.sign(a @ rng.normal(size=features))
    a.setflags(write=False)  # a constant that nobody writes to need not be copied

    def loss(w):
        return np.sum(np.logaddexp(0.0, -labels * (a @ w))) + penalty * np.sum(w * w)

    return loss, np.zeros(features)


def network(sizes=(2, 8, 8, 1), rows=64, seed=0):
    """Layers x_i = tanh(A_i x_{i-1} + b_i) with a squared loss, as in the textbooks; the data is a ring."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, (2, rows))
    y = np.where(np.sum(x * x, axis=0) < 0.5, 0.8, -0.8)
    layers = list(pairwise(sizes))
    start = {
        "A": [rng.normal(size=(m, n)) / np.sqrt(n) for n, m in layers],
        "b": [np.zeros(m) for _, m in layers],
    }

    def loss(weights):
        layer = x
        for a, b in zip(weights["A"], weights["b"], strict=True):
            layer = np.tanh(a @ layer + b[:, None])
        return np.mean((layer[0] - y) ** 2)

    return loss, start


def descend(loss, weights, steps=200, rate=0.3):
    """Plain gradient descent; the gradient has the containers of the weights."""
    slope = gradient(loss, mode="reverse")
    for _ in range(steps):
        g = slope(weights)
        weights = {name: [w - rate * d for w, d in zip(weights[name], g[name], strict=True)] for name in weights}
    return weights


def main(features=10_000, steps=200):
    loss, start = logistic_regression(features)
    found = minimize(loss, start, jac=gradient(loss, mode="reverse"), method="L-BFGS-B")
    print(
        f"logistic regression, {features} features: {found.nit} iterations, loss {loss(start):.2f} to {found.fun:.4f}"
    )
    loss, weights = network()
    print(f"network: loss {loss(weights):.3f} to {loss(descend(loss, weights, steps)):.3f}")


if __name__ == "__main__":
    main()
