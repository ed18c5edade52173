"""The cost of Taylor coefficients against nested Duals and a recurrence written by hand, and how it grows.

Run ``python -m benchmarks.taylor``. Process CPU time, interleaved; the growth is the slope of log(time) over log(order).
"""

from benchmarks.timing import interleaved, one_core

one_core()

import numpy as np  # noqa: E402

from dualad import derivative, taylor  # noqa: E402

SIZE = 1000
X = np.linspace(0.5, 1.5, SIZE)
ONES = np.ones(SIZE)


def f(x):
    return np.exp(np.sin(x)) / x


def by_hand(x, order):
    """Coefficients of exp(sin(x + t)) / (x + t), as Griewank & Walther (2008), section 13.2, write them down."""
    s, c, e, y = (np.empty((order + 1, x.size)) for _ in range(4))
    s[0], c[0] = np.sin(x), np.cos(x)
    e[0] = np.exp(s[0])
    y[0] = e[0] / x
    for k in range(1, order + 1):
        s[k], c[k] = c[k - 1] / k, -s[k - 1] / k
        e[k] = sum(j * s[j] * e[k - j] for j in range(1, k + 1)) / k
        y[k] = (e[k] - y[k - 1]) / x
    return y


def slope(orders, times):
    """The exponent of a power law."""
    return np.polyfit(np.log(orders), np.log(times), 1)[0]


def main():
    plain = interleaved({"f": lambda: f(X)})["f"][0]
    print(f"f = exp(sin(x)) / x at {SIZE} points: {plain * 1e6:.0f} µs")
    print(f"{'order':>5} {'taylor / f':>11} {'taylor / by hand':>17} {'nested / taylor':>16}")
    orders, times = [1, 2, 3, 4, 5, 6, 8, 10, 14, 20], {}
    for order in orders:
        contenders = {"taylor": lambda n=order: taylor(f, X, ONES, n), "hand": lambda n=order: by_hand(X, n)}
        if order <= 6:
            nested = [derivative(f, order=order)]
            contenders["nested"] = lambda g=nested[0]: [g(x) for x in POINTS]
            contenders["taylor at points"] = lambda n=order: [taylor(f, x, 1.0, n) for x in POINTS]
        found = {name: t for name, (t, _) in interleaved(contenders, repeats=7).items()}
        times[order] = found["taylor"]
        ratio = f"{found['nested'] / found['taylor at points']:16.2f}" if "nested" in found else " " * 15 + "-"
        print(f"{order:5d} {found['taylor'] / plain:11.1f} {found['taylor'] / found['hand']:17.2f} {ratio}")
    high = [n for n in orders if n >= 4]
    print(f"growth from order {high[0]} to {high[-1]}: order ** {slope(high, [times[n] for n in high]):.2f}")


POINTS = (0.7,)

if __name__ == "__main__":
    main()
