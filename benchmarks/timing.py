"""Interleaved timing in process CPU time: A B C A B C …, medians and their spread."""

import gc
import os
import statistics
import time

THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def one_core():
    """Pin the process to one core and cap every thread pool at one; call it before NumPy is imported."""
    for name in THREAD_VARIABLES:
        os.environ[name] = "1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def interleaved(contenders, repeats=15, budget=0.02, limit=None):
    """Seconds per call of each contender: ``{name: (median, spread)}``.

    Each contender runs in short rounds of about ``budget`` seconds, in turn, so that a disturbance of the
    machine meets all alike. The spread is half the distance of the quartiles. ``limit`` bounds the seconds of all
    rounds together, by fewer rounds (3 at least).
    """
    calls, seconds = {}, 0.0
    for name, function in contenders.items():
        calls[name], once = _calls_in(function, budget)
        seconds += max(budget, once)
    if limit is not None:
        repeats = max(3, min(repeats, int(limit / seconds)))
    times = {name: [] for name in contenders}
    gc.collect()
    gc.disable()
    try:
        for _ in range(repeats):
            for name, function in contenders.items():
                times[name].append(_round(function, calls[name]))
    finally:
        gc.enable()
    return {name: (statistics.median(t), _spread(t)) for name, t in times.items()}


def _calls_in(function, budget):
    """How many calls make a round, and the seconds of one call."""
    function()
    calls = 1
    while True:
        seconds = _round(function, calls) * calls
        if seconds >= budget / 2:
            return max(1, round(calls * budget / max(seconds, 1e-9))), seconds / calls
        calls *= 4


def _round(function, calls):
    start = time.process_time()
    for _ in range(calls):
        function()
    return (time.process_time() - start) / calls


def _spread(times):
    quartiles = statistics.quantiles(times, n=4)
    return (quartiles[2] - quartiles[0]) / 2
