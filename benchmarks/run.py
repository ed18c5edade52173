"""Workloads times contenders: each one checked, then timed in turn with the others."""

import time
import warnings

import numpy as np

from benchmarks.contenders.ours import Dualad
from benchmarks.contenders.plain import Hand, Plain, SciPyDifferences
from benchmarks.timing import interleaved


class NotAvailable(Exception):
    """The contender has no such task, or not for this program."""


def measure(workload, contenders, repeats, budget, limit):
    """Times of one workload: ``{contender: {"seconds", "spread", "first"}}``, or ``{"why": ...}`` where there is none."""
    expected = reference(workload)
    found, ready = {}, {}
    for contender in contenders:
        try:
            run, result, first = prepared(workload, contender)
        except NotAvailable as reason:
            found[contender.name] = {"why": str(reason)}
            continue
        except Exception as error:  # a contender's own failure is a finding, not the end of the run
            found[contender.name] = {
                "why": f"{type(error).__name__}: {str(error).splitlines()[0][:80] if str(error) else ''}"
            }
            continue
        difference = None if type(contender) is Plain else distance(result, expected)
        if difference is not None and difference > max(contender.tolerance, workload.tolerance):
            found[contender.name] = {"why": f"wrong by {difference:.0e}"}
            continue
        found[contender.name] = {"first": first, "difference": difference}
        ready[contender.name] = run
    for name, (median, spread) in interleaved(ready, repeats, budget, limit).items():
        found[name].update(seconds=median, spread=spread)
    return found


def prepared(workload, contender):
    """A function of nothing to be timed, its result in NumPy, and the seconds of building and calling it first."""
    if contender.name in workload.without:
        raise NotAvailable("not tried")
    f = program(workload, contender)
    start = time.process_time()
    if workload.job:
        run = job(workload, contender, f)
        return run, run(), time.process_time() - start
    function = derivative(workload, contender, f)
    arguments = [contender.native(value) for value in workload.arguments()]
    if type(contender) is Plain:
        arguments = arguments[:1]
    run = lambda: function(*arguments)
    result = run()
    first = time.process_time() - start
    sparse = workload.task == "sparse_jacobian" and type(contender) is not Plain
    return run, contender.sparse(result) if sparse else contender.plain(result), first


def program(workload, contender):
    namespace = contender.namespace()
    return workload.variants.get(contender.library, workload.program)(namespace)


def derivative(workload, contender, f):
    """The contender's function for the workload's task."""
    if type(contender) is Plain:
        return f
    if type(contender) is Hand:
        if workload.hand is None:
            raise NotAvailable("none written")
        return workload.hand
    if not hasattr(contender, workload.task):
        raise NotAvailable(f"no {workload.task}")
    return getattr(contender, workload.task)(f, *workload.extras)


def job(workload, contender, f):
    """The whole computation on the NumPy program, with the contender's derivative."""
    if type(contender) is Plain:
        raise NotAvailable("a job has no plain function")
    plain = workload.program(np)
    if type(contender) is SciPyDifferences:
        return lambda: workload.job(plain, None, workload.x)
    function = derivative(workload, contender, f)
    if type(contender) in (Hand, Dualad):
        return lambda: workload.job(plain, function, workload.x)
    shape = np.shape(workload.hand(workload.x))
    slope = lambda x: np.reshape(contender.plain(function(contender.native(x))), shape)
    return lambda: workload.job(plain, slope, workload.x)


def reference(workload):
    """The right answer: by hand, which the finite differences of the run confirm."""
    if workload.job:
        return np.asarray(workload.job(workload.program(np), workload.hand, workload.x))
    return workload.hand(*workload.arguments())


def distance(result, expected):
    """The largest difference, relative to the largest element; of a pair, the larger of both."""
    if isinstance(expected, tuple):
        return max(distance(a, b) for a, b in zip(result, expected, strict=True))
    a, b = (dense(value) for value in (result, expected))
    if a.size != b.size:
        return np.inf
    scale = np.max(np.abs(b), initial=0.0) or 1.0
    worst = np.max(np.abs(a.reshape(b.shape) - b), initial=0.0) / scale
    return float(worst) if worst == worst else np.inf


def dense(value):
    """As an array; of a sparse matrix what fits into memory: its product with a fixed vector."""
    if hasattr(value, "tocsr"):
        return value @ np.cos(np.arange(value.shape[1]))
    return np.asarray(value, dtype=float)


def quietly(function, *arguments):
    """Without the warnings of the contenders."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*arguments)
