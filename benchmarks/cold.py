"""Cold start: import and first Jacobian in a fresh process, CPU time, wall time and peak memory.

The ratios are those of CPU time, which on a quiet machine is the wall time of an import; the wall time that is
reported is the least of all rounds.
"""

import os
import resource
import statistics
import subprocess
import sys
import time

FUNCTION = "def f(x): return xp.array([x[0] * xp.exp(x[1]), xp.sin(x[0])])\n"
MEASURE = "\nprint(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
FIRST_JACOBIAN = {
    "NumPy alone": ("f", "import numpy as xp\n" + FUNCTION + "f(xp.array([1.0, 2.0]))"),
    "dualad": ("dualad", "import numpy as xp, dualad\n" + FUNCTION + "dualad.jacobian(f)(xp.array([1.0, 2.0]))"),
    "dualad, import only": ("dualad", "import dualad"),
    "SciPy 2-point": (
        "SciPy 2-point",
        "import numpy as xp\nfrom scipy.optimize._numdiff import approx_derivative\n"
        + FUNCTION
        + "approx_derivative(f, xp.array([1.0, 2.0]), method='2-point')",
    ),
    "autograd": ("autograd", "import autograd, autograd.numpy as xp\n" + FUNCTION + "autograd.jacobian(f)(xp.array([1.0, 2.0]))"),
    "JAX (jit)": ("JAX (jit)", "import jax, jax.numpy as xp\n" + FUNCTION + "jax.jit(jax.jacfwd(f))(xp.array([1.0, 2.0]))"),
    "JAX": ("JAX", "import jax, jax.numpy as xp\n" + FUNCTION + "jax.jacfwd(f)(xp.array([1.0, 2.0]))"),
    "torch.func": (
        "torch.func",
        "import torch as xp\n" + FUNCTION.replace("xp.array", "xp.stack") + "xp.func.jacfwd(f)(xp.tensor([1.0, 2.0]))",
    ),
    "CasADi": (
        "CasADi",
        "import casadi as xp\n" + FUNCTION.replace("xp.array([", "xp.vertcat(").replace("])\n", ")\n")
        + "x = xp.SX.sym('x', 2); xp.Function('j', [x], [xp.jacobian(f(x), x)])([1.0, 2.0])",
    ),
    "num_dual": (
        "num_dual",
        "import num_dual, numpy as xp\n" + FUNCTION.replace("xp.array([", "list([") + "num_dual.jacobian(f, [1.0, 2.0])",
    ),
    "numdifftools": (
        "numdifftools",
        "import numpy as xp, numdifftools\n" + FUNCTION + "numdifftools.Jacobian(f)(xp.array([1.0, 2.0]))",
    ),
}  # fmt: skip


def measured(contenders, quick):
    """Median CPU seconds, least wall seconds and peak memory in MB of each, interleaved."""
    present = {c.name for c in contenders} | {"f"}
    programs = {name: text for name, (contender, text) in FIRST_JACOBIAN.items() if contender in present}
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {"JAX_PLATFORMS": "cpu"}
    seconds, walls, peaks = {name: [] for name in programs}, {name: [] for name in programs}, {}
    measure = MEASURE if os.path.exists("/proc/self/status") else "\nprint('nan')"
    for _ in range(5 if quick else 15):
        for name, text in programs.items():
            start, used = time.perf_counter(), children()
            done = subprocess.run(
                [sys.executable, "-c", text + measure], env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise RuntimeError(f"{name}: {done.stderr}")
            walls[name].append(time.perf_counter() - start)
            seconds[name].append(children() - used)
            peaks[name] = float(done.stdout.splitlines()[-1]) / 1024
    return {
        name: {"seconds": statistics.median(seconds[name]), "wall": min(walls[name]), "megabytes": peaks[name]}
        for name in programs
    }


def children():
    """CPU seconds of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def lines(found):
    base = found["NumPy alone"]
    return [
        f"cold start, {name}: {row['seconds'] / base['seconds']:.2f} times NumPy alone, {row['megabytes']:.0f} MB"
        for name, row in found.items()
    ]
