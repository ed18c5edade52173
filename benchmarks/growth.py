"""How the cost grows with n, with the number of directions and with the order, and the slopes of the lines."""

import numpy as np

import dualad
from benchmarks.timing import interleaved
from benchmarks.workloads import chains

SIZES = (10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
DIRECTIONS = (1, 3, 10, 30, 100, 300, 1000)
ORDERS = (1, 2, 3, 4, 5)


def measured(contenders, quick):
    effort = (3, 0.005) if quick else (9, 0.02)
    return {
        "size": by_size(SIZES, effort),
        "directions": by_directions(DIRECTIONS, effort),
        "order": by_order(ORDERS, effort),
    }


def by_size(sizes, effort):
    """f, hand and jvp of the transcendental chain against n."""
    f = chains.transcendental(np)
    rows = {"f": [], "hand": [], "dualad": []}
    for n in sizes:
        x, v = np.linspace(0.1, 1.0, n), np.ones(n)
        add(rows, interleaved({"f": lambda: f(x), "hand": lambda: chains.transcendental_by_hand(x, v),
                               "dualad": lambda: dualad.jvp(f, (x,), (v,))}, *effort))  # fmt: skip
    return series(sizes, rows, "n", above=30_000)


def by_directions(counts, effort):
    """A Jacobian of 1000 outputs against the number of inputs, and as many evaluations of f."""
    t, chain = np.linspace(0.1, 1.0, 1000), chains.transcendental(np)
    rows = {"K evaluations of f": [], "dualad": []}
    for count in counts:
        x = np.linspace(0.5, 1.5, count)
        f = lambda x: chain(t * np.mean(x))
        add(rows, interleaved({"K evaluations of f": lambda: f(x), "dualad": lambda: dualad.jacobian(f)(x)}, *effort))
    rows["K evaluations of f"] = [s * k for s, k in zip(rows["K evaluations of f"], counts, strict=True)]
    return series(counts, rows, "number of directions", above=30)


def by_order(orders, effort):
    """Derivatives of a scalar function by nested operators, and by Taylor coefficients where there are any."""
    f = lambda x: np.sin(x) * np.exp(x) / (1.0 + x * x)
    rows = {"nested": []}
    nested = f
    for _ in orders:
        nested = dualad.derivative(nested)
        add(rows, interleaved({"nested": lambda nested=nested: nested(0.7)}, *effort))
    if hasattr(dualad, "taylor"):
        rows["taylor"] = []
        for order in orders:
            add(rows, interleaved({"taylor": lambda: dualad.taylor(f, 0.7, 1.0, order)}, *effort))
    found = series(orders, rows, "order of the derivative", above=1)
    found["slopes"] = {name: f"factor {np.exp(np.polyfit(orders, np.log(s), 1)[0]):.1f} for each order"
                       for name, s in rows.items()}  # fmt: skip
    return found


def add(rows, found):
    for name, (median, _) in found.items():
        rows[name].append(median)


def series(x, rows, label, above):
    """The lines with their slopes in the logarithms, fitted from ``above`` on."""
    far = np.asarray(x) >= above
    slope = lambda y: np.polyfit(np.log(np.asarray(x)[far]), np.log(np.asarray(y)[far]), 1)[0]
    return {"x": list(x), "label": label, "lines": rows,
            "slopes": {name: f"slope {slope(y):.2f} from {above:.0e} on" for name, y in rows.items()}}  # fmt: skip


def lines(found):
    return [
        f"growth with the {part['label']}, {name}: {text}"
        for part in found.values()
        for name, text in part["slopes"].items()
    ]
