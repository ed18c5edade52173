"""What was aimed at, as ratios within one run: (workload, contender, yardstick, at most)."""

SCALAR = ("kepler", "pade", "recurrence")
SMALL = ("rosenbrock n=10", "hires 8x8", "hires 8x8, unpacked", "robot arm 8x8")
SIZES = ("1e+04", "1e+05", "1e+06", "1e+07")

TARGETS = [
    *((name, "dualad", "num_dual", 1.2) for name in SCALAR),
    ("kepler", "dualad", "f", 5.0),
    *((name, "dualad", "autograd", 1 / 20) for name in SCALAR),
    *((name, "dualad", "f", 9.0) for name in SMALL),
    *((name, "dualad", "SciPy 2-point", 1.0) for name in SMALL),
    *((name, "dualad", "autograd", 1 / 20) for name in SMALL),
    *((name, "dualad", "JAX", 1 / 100) for name in SMALL),
    *((f"transcendental n={n}", "dualad", "f", 2.5) for n in SIZES),
    *((f"transcendental n={n}", "dualad", other, 1.0) for n in SIZES for other in ("autograd", "JAX (jit)")),
    *((f"memory-bound n={n}", "dualad", "f", 3.3) for n in SIZES),
    *((f"network n={n}", "dualad", "hand", limit) for n, limit in ((10, 2.3), (100, 2.0), (1000, 1.1))),
    ("network n=1000", "dualad", "JAX (jit)", 1.0),
    ("broyden n=1000, sparse", "dualad", "hand", 1.3),
    ("broyden n=1000", "dualad", "SciPy 2-point", 1 / 5),
    ("least squares 5x1e5", "dualad", "hand", 1.6),
    ("least_squares 5x1e5", "dualad", "SciPy 2-point", 1.0),
    *((f"{name} n={n}", "dualad", "hand", 1.15) for n in (50, 200) for name in ("solve", "slogdet", "cholesky", "products")),
    ("solve(A + diag(x), r x) n=200", "dualad", "hand", 2.0),
    *((f"hessian n={n}", "dualad", "autograd", 1 / 20) for n in (2, 10)),
    ("taylor order=2", "dualad", "hand", 7.0),
    ("taylor order=10", "dualad", "hand", 4.0),
    *((f"taylor order={order}", "dualad", "JAX (jit)", 1.0) for order in (2, 10)),
    *((name, "dualad", "hand", 1.1) for name in
      ("least_squares 5x1e5", "solve_ivp Radau hires", "root broyden n=50", "BFGS valley n=10")),
]  # fmt: skip


def judged(found):
    """Rows (what, ratio or None, at most) for every target that the run measured."""
    results = {name: row["results"] for family in found["families"].values() for name, row in family.items()}
    rows = []
    for workload, contender, yardstick, limit in TARGETS:
        if workload in results:
            a, b = (results[workload].get(name, {}).get("seconds") for name in (contender, yardstick))
            rows.append((f"{workload}: {contender} / {yardstick}", a / b if a and b else None, limit))
    for n in (2, 10):
        seconds = results.get(f"hessian n={n}", {}).get("dualad", {}).get("seconds")
        if seconds:
            rows.append((f"hessian n={n}: microseconds", seconds * 1e6, 80.0))
    rows += [
        (f"peak memory, {what}", ratio, 3.5)
        for what, ratio in found.get("memory", {}).items()
        if what.startswith("jvp")
    ]
    if "cold" in found and "dualad, import only" in found["cold"]:
        cold = found["cold"]
        rows.append(
            (
                "import dualad / NumPy alone",
                cold["dualad, import only"]["seconds"] / cold["NumPy alone"]["seconds"],
                1.15,
            )
        )
    return rows
