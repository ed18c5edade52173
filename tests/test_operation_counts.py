"""A guard against slow code that needs no clock: what fixed programs execute, call and allocate.

A limit is about a quarter above what was counted when it was set; where a change lowers a count, lower the limit.
"""

import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest

from dualad import Dual, gradient, hessian, jacobian, jvp, linearize, sparse_jacobian, taylor
from tests.counting import function_calls, instructions, objects_kept, peak_bytes, ufunc_calls


def scalar_loop(x):
    """64 of + - * / on numbers."""
    y = x
    for _ in range(16):
        y = y * x + 1.5
        y = y / 2.5 - x
    return y


def chain(x):
    """20 operations on arrays, 5 of them transcendental."""
    a = np.sin(x) * 0.5 + 1.5
    b = np.exp(a) - x
    c = np.sqrt(b * b + 1.0)
    d = np.log(c) / a
    e = np.tanh(d - b) * c
    return ((e + d) * x - a) / (c + 2.0)


def indexed(y):
    """Eight results from eight elements, each picked by its index."""
    flux = 280.0 * y[5] * y[7]
    return np.array(
        [
            -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
            1.71 * y[0] - 8.75 * y[1],
            -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
            8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
            -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6],
            -flux + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
            flux - 1.81 * y[6],
            -flux + 1.81 * y[6],
        ]
    )


FIRST, SECOND = np.linspace(-1.0, 1.0, 100).reshape(10, 10), np.linspace(0.5, -0.5, 100).reshape(10, 10)


def network(x):
    return SECOND @ np.tanh(FIRST @ x + 0.25)


def eight_directions(x):
    """Small arrays in eight directions: 6 operations."""
    return np.sin(x * 1.5 + x) / (x - 3.0) * x


def products(a):
    """Three products of matrices."""
    b = a @ a
    c = b @ a
    return c @ c


def shifted_solve(x):
    """A right-hand side and a diagonal that move."""
    n = len(x)
    return np.linalg.solve(4.0 * np.eye(n) + np.tri(n) + np.diag(x), 0.5 * x)


def bands(x):
    """A tridiagonal system with slices."""
    inner = np.concatenate([[0.0], x, [0.0]])
    return (3.0 - 2.0 * x) * x - inner[:-2] - 2.0 * inner[2:] + 1.0


def everyday(x):
    """Functions of one vector."""
    return np.max(x) + np.prod(x) + np.linalg.norm(np.clip(x, 0.0, 5.0)) + np.var(np.diff(x)) + np.trapezoid(x)


def valley(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


NUMBER = Dual(1.25, 1.0)
SMALL = Dual(np.linspace(0.1, 0.8, 3), np.eye(8, 3))
WIDE, TEN, EIGHT, FIFTY = (np.linspace(0.1, 1.0, n) for n in (1000, 10, 8, 50))
REGULAR = 3.0 * np.eye(10) + FIRST
PUSH = linearize(chain, WIDE)[1]
BACKWARDS = gradient(lambda x: np.sum(chain(x)), mode="reverse")
ENTRIES = sparse_jacobian(bands)
for _ in range(12):  # what is learned or compiled in the first calls is no part of the counts
    PUSH(WIDE)

PROGRAMS = {
    "scalar loop": lambda: scalar_loop(NUMBER),
    "small arrays in 8 directions": lambda: eight_directions(SMALL),
    "chain of 20": lambda: jvp(chain, (WIDE,), (WIDE,)),
    "indexed Jacobian 8 x 8": lambda: jacobian(indexed)(EIGHT),
    "network Jacobian n = 10": lambda: jacobian(network)(TEN),
    "solve": lambda: jvp(lambda a: np.linalg.solve(a, TEN), (REGULAR,), (SECOND,)),
    "products": lambda: jvp(products, (REGULAR,), (SECOND,)),
    "Jacobian of a shifted system": lambda: jacobian(shifted_solve)(FIFTY),
    "recorded chain of 20": lambda: PUSH(WIDE),
    "chain of 20 backwards": lambda: BACKWARDS(WIDE),
    "sparse Jacobian, later": lambda: ENTRIES(WIDE),
    "everyday functions": lambda: jvp(everyday, (TEN,), (TEN,)),
    "Hessian n = 10": lambda: hessian(valley)(TEN),
    "Taylor coefficients of order 4": lambda: taylor(chain, TEN, TEN, 4),
}
#                                 instructions, arithmetic, function calls, ufunc calls
LIMITS = {
    "scalar loop": (5200, 260, 165, 0),
    "small arrays in 8 directions": (1440, 23, 69, 4),
    "chain of 20": (4480, 64, 200, 16),
    "indexed Jacobian 8 x 8": (8700, 209, 515, 0),
    "network Jacobian n = 10": (1600, 8, 93, 8),
    "solve": (1500, 5, 130, 4),
    "products": (1220, 23, 62, 0),
    "Jacobian of a shifted system": (3640, 29, 290, 4),
    "recorded chain of 20": (215, 24, 12, 0),
    "chain of 20 backwards": (29800, 51, 1700, 46),
    "sparse Jacobian, later": (20700, 84, 1650, 9),
    "everyday functions": (4070, 56, 270, 10),
    "Hessian n = 10": (6230, 43, 390, 2),
    "Taylor coefficients of order 4": (61000, 735, 5760, 128),
}
if find_spec("scipy") is None:
    del PROGRAMS["sparse Jacobian, later"], LIMITS["sparse Jacobian, later"]
COUNTED = [(name, *row) for name, row in LIMITS.items()]


@pytest.mark.parametrize(("name", "limit", "arithmetic"), [(row[0], row[1], row[2]) for row in COUNTED])
def test_bytecode_instructions_stay_within_their_limits(name, limit, arithmetic):
    instructions_found, arithmetic_found = instructions(PROGRAMS[name])
    assert 0 < instructions_found <= limit
    assert 0 < arithmetic_found <= arithmetic


@pytest.mark.parametrize(("name", "limit"), [(row[0], row[3]) for row in COUNTED])
def test_function_calls_stay_within_their_limits(name, limit):
    assert function_calls(PROGRAMS[name]) <= limit


@pytest.mark.parametrize(("name", "limit"), [(row[0], row[4]) for row in COUNTED])
def test_ufunc_calls_stay_within_their_limits(name, limit):
    found = ufunc_calls(PROGRAMS[name])
    if found is None:
        pytest.skip("Python 3.11 cannot tell which objects are called")
    assert len(found) <= limit, found


def test_a_scalar_operation_calls_no_ufunc_at_all():
    assert not ufunc_calls(PROGRAMS["scalar loop"])


def test_a_second_run_keeps_nothing():
    for name, run in PROGRAMS.items():
        assert objects_kept(run) < 1, name


def test_the_peak_of_a_chain_stays_within_a_few_arrays():
    x = np.linspace(0.1, 1.0, 100_000)
    plain, _ = peak_bytes(lambda: chain(x))
    ours, _ = peak_bytes(lambda: jvp(chain, (x,), (x,)))
    assert ours <= 3.5 * plain


def test_the_peak_of_a_chunked_jacobian_is_bounded_by_the_chunk():
    x = np.linspace(0.1, 1.0, 500)
    tangent = 10 * x.nbytes
    for chunk in (10, 50):
        used, matrix = peak_bytes(lambda: jacobian(lambda x: np.sin(x) * x + x[0], chunk_size=chunk)(x))
        assert used - matrix.nbytes <= 8 * tangent * chunk / 10 + matrix.nbytes


def test_the_peak_of_the_jacobian_of_a_shifted_system_is_a_few_matrices():
    x = np.linspace(0.1, 1.0, 200)
    used, matrix = peak_bytes(lambda: jacobian(shifted_solve)(x))
    assert used <= 12 * matrix.nbytes


def test_the_import_leaves_away_what_few_programs_need():
    rare = ["scipy", "dualad.tangents.recorded", "dualad.tangents.live", "dualad.series", "dualad.lifting",
            "dualad.rules.linalg", "dualad.operators.hessians"]  # fmt: skip
    found = f"import sys, dualad; print([name for name in {rare} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", found], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
