"""Peak memory, counted by tracemalloc (NumPy reports to it): it does not depend on the machine."""

import tracemalloc

import numpy as np

import dualad
from benchmarks.workloads import chains, dense

SIZE = 1_000_000


def peak(function, *arguments):
    function(*arguments)
    tracemalloc.start()
    function(*arguments)
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def measured(contenders, quick):
    """Ratios of peaks: jvp to f and to hand, and Jacobians to the Jacobian itself, by chunk."""
    x, v = np.linspace(0.1, 1.0, SIZE), np.ones(SIZE)
    found = {}
    for name, program, by_hand in (
        ("transcendental chain", chains.transcendental(np), chains.transcendental_by_hand),
        ("memory-bound chain", chains.memory_bound(np), chains.memory_bound_by_hand),
    ):
        base = peak(program, x)
        found[f"jvp of the {name}, n = 1e6, to f"] = peak(lambda: dualad.jvp(program, (x,), (v,))) / base
        found[f"the same by hand, to f ({name})"] = peak(by_hand, x, v) / base
    f = dense.broyden(np)
    matrix = np.empty((1000, 1000)).nbytes
    for chunk in (10, 100, 1000):
        used = peak(dualad.jacobian(f, chunk_size=chunk), dense.WIDE)
        found[f"Jacobian 1000 x 1000 in chunks of {chunk}, beyond the result, to one chunk's tangent"] = (
            used - matrix
        ) / (chunk * 8000)
    return found


def lines(found):
    return [f"peak memory, {name}: {ratio:.2f}" for name, ratio in found.items()]
