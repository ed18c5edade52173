"""Blocks of columns in threads, processes and on a Dask cluster: the same result, and errors that come through."""

import concurrent.futures
import multiprocessing
import multiprocessing.pool
import operator
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from dualad import derivative, flat_jacobian, gradient, hessian, hvp, jacobian, value_and_jacobian

AT = np.linspace(0.1, 1.7, 13)


def model(x, scale=2.0):
    return {"wave": np.sin(x)[::2] * x[0] * scale, "total": np.sum(x**2)}


def energy(x):
    return np.sum(np.sin(x) * x[0])


def slope_inside(x):
    return derivative(lambda t: np.sum(np.sin(t * x)))(2.0)


def total_slope(x):
    """The gradient of a function that is itself a Jacobian, worked on elsewhere: Duals travel."""
    return np.sum(jacobian(np.sin, chunk_size=4, workers=_EXECUTOR)(x), axis=1)


def broken(x):
    if x.tangent[0, 0] == 0:
        raise ZeroDivisionError("mine")
    return x


def aux_and_value(x):
    return x * x, "aux"


_EXECUTOR = None


@pytest.fixture(scope="module")
def processes():
    context = multiprocessing.get_context("forkserver")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as executor:
        yield executor


@pytest.fixture
def threads():
    with concurrent.futures.ThreadPoolExecutor(3) as executor:
        yield executor


class MapOnly:
    """A pool that has nothing but ``map``, as those of `multiprocessing`."""

    def map(self, function, blocks):
        return [function(block) for block in blocks]


def equal_to_serial(workers):
    expected, found = jacobian(model)(AT, scale=3.0), jacobian(model, chunk_size=3, workers=workers)(AT, scale=3.0)
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name], strict=True)
    np.testing.assert_array_equal(gradient(energy, workers=workers)(AT), gradient(energy)(AT))
    np.testing.assert_array_equal(hessian(energy, chunk_size=5, workers=workers)(AT), hessian(energy, chunk_size=5)(AT))
    np.testing.assert_array_equal(hvp(energy, chunk_size=5, workers=workers)(AT, AT), hvp(energy)(AT, AT))
    assert flat_jacobian(model, chunk_size=4, workers=workers)(AT).rows == flat_jacobian(model)(AT).rows
    (y, aux), matrix = value_and_jacobian(aux_and_value, has_aux=True, chunk_size=4, workers=workers)(AT)
    assert aux == "aux"
    np.testing.assert_array_equal(y, AT * AT)
    np.testing.assert_array_equal(matrix, np.diag(2 * AT))
    out = np.zeros((13, 13))
    jacobian(np.sin, chunk_size=2, workers=workers, out=out)(AT)
    np.testing.assert_array_equal(out, np.diag(np.cos(AT)))
    np.testing.assert_array_equal(jacobian(slope_inside, chunk_size=4, workers=workers)(AT), jacobian(slope_inside)(AT))


def own_exception(workers, block="4 to 7"):
    with pytest.raises(ZeroDivisionError, match="mine") as caught:
        jacobian(broken, chunk_size=4, workers=workers)(AT)
    assert any(re.search(f"was running f for the columns {block} of 13", line) for line in caught.value.__notes__)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_threads(workers):
    equal_to_serial(workers)
    own_exception(workers)


def test_an_executor_of_threads(threads):
    equal_to_serial(threads)
    own_exception(threads)


def test_an_executor_of_processes(processes):
    equal_to_serial(processes)
    own_exception(processes)


def test_a_pool_that_only_maps():
    equal_to_serial(MapOnly())
    own_exception(MapOnly())
    with multiprocessing.pool.ThreadPool(2) as pool:
        equal_to_serial(pool)
        own_exception(pool, r"\d+ to \d+")  # such a pool raises what failed first, not the first that failed


def test_duals_of_an_outer_operator_travel_to_other_processes(processes):
    global _EXECUTOR
    _EXECUTOR = processes
    try:
        np.testing.assert_allclose(jacobian(total_slope)(AT), np.diag(-np.sin(AT)), atol=1e-15)
    finally:
        _EXECUTOR = None


def test_a_dask_cluster():
    distributed = pytest.importorskip("distributed")
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0")
    with cluster, distributed.Client(cluster) as client:
        executor = client.get_executor()
        expected, found = jacobian(model)(AT), jacobian(model, chunk_size=4, workers=executor)(AT)
        for name in expected:
            np.testing.assert_array_equal(found[name], expected[name], strict=True)
        np.testing.assert_array_equal(gradient(lambda x: np.sum(x**2), workers=executor)(AT), 2 * AT)
        own_exception(executor)


def test_a_function_that_cannot_travel_gives_the_error_of_the_executor(processes):
    with pytest.raises((AttributeError, TypeError, Exception), match=r"(?i)pickle|local"):
        jacobian(lambda x: x, workers=processes)(AT)


def test_threads_are_really_used_and_keep_the_error_state():
    seen = set()
    together = threading.Barrier(2, timeout=20)

    def f(x):
        seen.add(threading.current_thread().name)
        together.wait()
        return np.log(x)

    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        jacobian(f, chunk_size=3, workers=2)(np.zeros(6))
    assert len(seen) == 2
    with np.errstate(divide="ignore"):
        jacobian(f, chunk_size=3, workers=2)(np.zeros(6))


def test_blocks_are_handed_out_a_few_ahead():
    waiting, most = [], []

    class Executor(concurrent.futures.ThreadPoolExecutor):
        def submit(self, *args):
            future = super().submit(*args)
            waiting.append(future)
            most.append(len(waiting))
            return future

    with Executor(2) as executor:
        jacobian(np.sin, chunk_size=1, workers=executor, progress=lambda done, total: waiting.pop(0))(AT)
    assert max(most) <= 5


@pytest.mark.parametrize("workers", [0, -1, 1.5, "two", True, operator])
def test_workers_that_cannot_work_are_refused(workers):
    with pytest.raises(ValueError, match="number of threads, 1 or more, or an executor"):
        jacobian(np.sin, workers=workers)(AT)


SCRIPT = """
import numpy as np
from mpi4py.futures import MPIPoolExecutor
from dualad import jacobian

if __name__ == "__main__":
    at = np.linspace(0.1, 1.7, 13)
    with MPIPoolExecutor(max_workers=2) as executor:
        found = jacobian(np.sin, chunk_size=3, workers=executor)(at)
        try:
            jacobian(np.linalg.inv, chunk_size=3, workers=executor)(np.zeros((2, 2)))
        except np.linalg.LinAlgError as error:
            print("failed:", *error.__notes__)
    print("equal:", np.array_equal(found, jacobian(np.sin)(at)))
"""


def test_mpi_processes(tmp_path):
    pytest.importorskip("mpi4py")
    mpiexec = shutil.which("mpiexec", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if mpiexec is None:
        pytest.skip("mpi4py is here, but no MPI to run it with")
    script = tmp_path / "columns.py"
    script.write_text(SCRIPT)
    command = [mpiexec, "-n", "3", sys.executable, "-m", "mpi4py.futures", str(script)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    assert "equal: True" in done.stdout, done.stderr
    assert "failed: dualad.jacobian was running f for the columns 0 to 2 of 4" in done.stdout
