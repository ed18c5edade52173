"""One NumPy call on Duals: strip the innermost level, compute the value, push the tangents."""

import functools

import numpy as np

from dualad.errors import LostDerivativeError
from dualad.levels import level_of
from dualad.objects import packed
from dualad.rules import calls, python_functions
from dualad.rules.creation import Creation
from dualad.rules.kinds import Constant, Refused
from dualad.rules.partials import evaluate
from dualad.rules.table import find
from dualad.tangents.symbolic import Symbolic
from dualad.watching import WATCHER


def call_function(function, args, kwargs, like):
    """A function of NumPy's that is not a ufunc; ``like`` is the Dual that NumPy asked."""
    rule = find(function)
    if isinstance(rule, Creation):
        return rule.create(like, function, args, kwargs)
    watcher = WATCHER.get()
    if watcher is not None:
        return watcher.call(function, functools.partial(rule.apply, function, args, kwargs), args, kwargs)
    return rule.apply(function, args, kwargs)


def call_ufunc(ufunc, method, inputs, kwargs):
    """A ufunc or one of its methods (``reduce``, ``accumulate``, ``outer``, ``reduceat``, ``at``)."""
    if any(isinstance(x, Symbolic) for x in inputs):
        return NotImplemented  # a coefficient of an outer level meets a tangent, which answers itself
    watcher = WATCHER.get()
    if watcher is not None and not python_functions.is_python(ufunc):
        run = functools.partial(call_ufunc, ufunc, method, inputs, dict(kwargs))
        return watcher.call(ufunc, run, inputs, kwargs, method)
    if python_functions.is_python(ufunc):
        return python_functions.call_elements(ufunc, method, inputs, kwargs)
    rule = find(ufunc)
    if isinstance(rule, Refused):
        rule.apply(ufunc, inputs, kwargs)  # before NumPy's own error about dtypes
    if method != "__call__":
        from dualad.rules import methods  # here, because few programs need it: it takes time to import

        return methods.call(ufunc, method, rule, inputs, kwargs)
    if isinstance(rule, Constant) and "out" not in kwargs:
        return rule.apply(ufunc, inputs, kwargs)
    outs = kwargs.pop("out", None)
    inputs = [packed(x) for x in inputs]
    if outs is None:
        return evaluate(rule, ufunc, ufunc, inputs, kwargs)
    return evaluate_into(outs, rule, ufunc, inputs, kwargs)


def evaluate_into(outs, rule, ufunc, inputs, kwargs, change=None):
    """A call with ``out=``: computed first and then stored, because an output may be one of the inputs.

    ``change`` is the operator ``x op= y`` that stands for the ufunc, where it may differ from it in a bit.
    """
    active = None if isinstance(rule, Constant) else calls.innermost(inputs)
    for out in outs:
        if active is not None and out is not None and level_of(out) < active.level:
            raise LostDerivativeError(
                f"numpy.{ufunc.__name__}: the output is an array that cannot hold the derivative of the result. "
                "Leave out= away (for a += b write a = a + b), or create the array with np.zeros_like(x) or "
                "np.zeros(n, like=x)."
            )
    mask = kwargs.pop("where", True)
    results = evaluate(rule, ufunc, into_copies(ufunc, rule, outs, mask, change), inputs, kwargs)
    results = results if isinstance(results, tuple) else (results,)
    stored = tuple(write(out, result, mask) for out, result in zip(outs, results, strict=True))
    return stored if len(stored) > 1 else stored[0]


def into_copies(ufunc, rule, outs, mask, change):
    """The ufunc with copies of the outputs: they decide about dtype, shape and, under ``where``, what stays."""
    return functools.partial(_into_copies, ufunc, rule, calls.stripped(tuple(outs)), mask, change)


def _into_copies(ufunc, rule, outs, mask, change, *primals, **options):
    if calls.innermost(primals) is not None:
        compute = functools.partial(_into_copies, ufunc, rule, outs, mask, change)
        return evaluate(rule, ufunc, compute, primals, options)
    copies = tuple(np.copy(out) if isinstance(out, np.ndarray) else out for out in outs)
    if change is not None:
        return change(copies[0], primals[1])
    where = {} if mask is True else {"where": mask}  # a ufunc of matrices knows no mask
    return ufunc(*primals, out=copies, **where, **options)


def write(out, result, mask):
    """Store a result in an output that can hold it."""
    if out is None:
        return result
    out[...] = result if mask is True else np.where(mask, result, out)
    return out
