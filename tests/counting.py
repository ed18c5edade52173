"""Counts of what a program does, which no clock and no load can disturb."""

import dis
import gc
import sys
import tracemalloc

import numpy as np

ARITHMETIC = frozenset(number for name, number in dis.opmap.items() if name.startswith(("BINARY_OP", "UNARY_NEGATIVE")))


def instructions(run):
    """Bytecode instructions, and those among them that are arithmetic: ``(all, arithmetic)``."""
    counts = [0, 0]

    def executed(code, offset):
        counts[0] += 1
        counts[1] += code.co_code[offset] in ARITHMETIC

    def trace(frame, event, argument):
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        if event == "opcode":
            executed(frame.f_code, frame.f_lasti)
        return trace

    run()
    if hasattr(sys, "monitoring"):  # from 3.12 on; there, tracing misses instructions
        monitored("INSTRUCTION", executed, run)
    else:
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            run()
        finally:
            sys.settrace(before)
    return tuple(counts)


def monitored(event, callback, run):
    """Run with a callback for one kind of event of the interpreter."""
    monitoring, tool = sys.monitoring, sys.monitoring.PROFILER_ID
    event = getattr(monitoring.events, event)
    monitoring.use_tool_id(tool, "counting")
    monitoring.register_callback(tool, event, callback)
    monitoring.set_events(tool, event)
    try:
        run()
    finally:
        monitoring.set_events(tool, 0)
        monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)


def function_calls(run):
    """Calls of Python functions and of functions written in C (ufuncs and operators are not among them)."""
    counts = [0]

    def profile(frame, event, argument):
        counts[0] += event in ("call", "c_call")

    run()
    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        run()
    finally:
        sys.setprofile(before)
    return counts[0]


def ufunc_calls(run):
    """Calls of NumPy's ufuncs by name; None before Python 3.12, which cannot tell. Operators are not among them."""
    if not hasattr(sys, "monitoring"):
        return None
    found = []

    def called(code, offset, function, argument):
        if isinstance(function, np.ufunc):
            found.append(function.__name__)

    run()
    monitored("CALL", called, run)
    return found


def peak_bytes(run):
    """The most memory that was allocated at one time during the run, NumPy's arrays included."""
    run()
    gc.collect()
    tracemalloc.start()
    try:
        result = run()
        return tracemalloc.get_traced_memory()[1], result
    finally:
        tracemalloc.stop()


def objects_kept(run, times=20):
    """How many objects that the collector knows are left for each run: a leak, if it is not 0."""
    run()
    gc.collect()
    gc.freeze()  # what other tests hold need not be looked through again
    try:
        for _ in range(times):
            run()
        gc.collect()
        return len(gc.get_objects()) / times
    finally:
        gc.unfreeze()
