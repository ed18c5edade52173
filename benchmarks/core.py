"""What one operation costs: scalar code, small arrays in K directions, an elementwise chain, the import.

Run ``python -m benchmarks.core``. Process CPU time, pinned to one core, every thread pool capped at one. The
allocator is the C library's, as NumPy uses it: arrays of more than about 128 kB come from fresh pages at each
operation unless glibc has raised its threshold, so the figures for n = 1e6 contain page faults for f, for
the hand-written derivative and for dualad alike.
"""

import os
import subprocess
import sys
import time

from benchmarks.timing import interleaved, one_core

one_core()

import numpy as np  # noqa: E402

from benchmarks.workloads.chains import transcendental, transcendental_by_hand  # noqa: E402
from dualad import Dual, jvp  # noqa: E402

chain = transcendental(np)


def scalar_arithmetic(x):
    """64 operations + - * / on numbers."""
    y = x
    for _ in range(16):
        y = y * x + 1.5
        y = y / 2.5 - x
    return y


def scalar_ufuncs(x):
    """16 calls of a ufunc."""
    for _ in range(16):
        x = np.sin(x)
    return x


def scalars():
    x = Dual(1.25, 1.0)
    found = interleaved(
        {
            "64 operations, floats": lambda: scalar_arithmetic(1.25),
            "64 operations, Dual": lambda: scalar_arithmetic(x),
            "16 np.sin, floats": lambda: scalar_ufuncs(1.25),
            "16 np.sin, Dual": lambda: scalar_ufuncs(x),
        }
    )
    arithmetic = found["64 operations, Dual"][0] / 64
    calls = found["16 np.sin, Dual"][0] / 16
    print(f"one direction, numbers: {arithmetic * 1e6:.2f} µs an operation, {calls * 1e6:.2f} µs a ufunc call")
    print(
        f"   f itself: {found['64 operations, floats'][0] / 64 * 1e6:.3f} and {found['16 np.sin, floats'][0] / 16 * 1e6:.3f} µs"
    )


def small_arrays():
    for shape in ((), (3,), (8,)):
        x = Dual(np.full(shape, 1.25)[()], np.ones((8, *shape)))
        y = Dual(np.full(shape, 0.75)[()], np.ones((8, *shape)))
        found = interleaved({"x * y": lambda: x * y, "x + y": lambda: x + y, "x / y": lambda: x / y,
                             "1.5 * x": lambda: 1.5 * x, "np.sin(x)": lambda: np.sin(x), "np.sqrt(x)": lambda: np.sqrt(x),
                             "x[0]": (lambda: x[0]) if shape else (lambda: x)})  # fmt: skip
        text = ", ".join(f"{name} {seconds * 1e6:.2f}" for name, (seconds, _) in found.items())
        print(f"K = 8 directions, shape {shape}: {text} µs")


def chains():
    for n in (10, 1000, 10_000, 1_000_000):
        x = np.linspace(0.1, 1.0, n)
        v = np.ones(n)
        found = interleaved(
            {
                "f": lambda: chain(x),
                "hand": lambda: transcendental_by_hand(x, v),
                "jvp": lambda: jvp(chain, (x,), (v,)),
            },
            repeats=9,
        )
        f, hand, ours = (found[name][0] for name in ("f", "hand", "jvp"))
        print(
            f"chain of 20, n = {n:>7}: jvp / f = {ours / f:.2f}, jvp / hand = {ours / hand:.2f}, hand / f = {hand / f:.2f}"
        )


def imports(rounds=10):
    compiled = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    times = {"numpy": [], "dualad": []}
    for _ in range(rounds):
        for name, seconds in times.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", f"import {name}"], check=True, env=compiled)
            seconds.append(time.perf_counter() - start)
    numpy, ours = (sorted(t)[len(t) // 2] for t in times.values())
    print(
        f"import: dualad / numpy = {ours / numpy:.2f} ({ours * 1e3:.0f} and {numpy * 1e3:.0f} ms, a fresh process each)"
    )


if __name__ == "__main__":
    scalars()
    small_arrays()
    chains()
    imports()
