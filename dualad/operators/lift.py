"""`lift`: functions that fill ``np.zeros(n)`` or build ``np.array([…])`` become differentiable as they stand."""

import functools
import inspect
import sys
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import trees
from dualad.errors import LostDerivativeError, NoRuleError
from dualad.levels import Expanded, Perturbed, level_of
from dualad.lifting import room
from dualad.lifting.copies import Copies, content, is_own, why_not
from dualad.objects import packed
from dualad.tangents import dense


class lift:  # noqa: N801
    """Decorator: a function whose new arrays have room for derivatives, without ``like=``.

    Where an argument is a Dual, a copy of the function runs, in which NumPy's creation functions (`numpy.zeros`,
    `numpy.array`, `numpy.asarray`, `numpy.zeros_like` and their relatives) give arrays that a Dual fits into, and
    one Dual for an array of Duals. The user's functions that it calls are copied too. With plain arguments the
    original runs. Neither is the original changed, nor its module, nor NumPy.

    Parameters
    ----------
    f : callable
        A function, a lambda, a method, a `functools.partial`, or an object with ``__call__`` written in Python.

    Raises
    ------
    NoRuleError
        f is compiled, a generator, writes global names, or reads global names that are written while it runs.

    Notes
    -----
    Reached are functions that f finds by global names, by modules, in closures, as defaults and as arguments, and what
    they reach in turn. Not reached are installed packages, compiled functions, methods that f calls on
    objects (decorate them too), functions in containers, and threads that f starts: there arrays are plain, and
    storing a Dual in them raises `LostDerivativeError` as without lift.

    Examples
    --------
    >>> import numpy as np
    >>> from dualad import jacobian
    >>> @lift
    ... def running(x):
    ...     total = np.zeros(2)
    ...     total[0] = x[0]
    ...     total[1] = total[0] * x[1]
    ...     return total
    >>> jacobian(running)([2.0, 3.0])
    array([[1., 0.],
           [3., 2.]])
    """

    def __init__(self, f: Callable[..., Any]) -> None:
        function = python_function(f)
        functools.update_wrapper(self, f if hasattr(f, "__name__") else function)
        self.f = f
        self.copies = Copies((function.__module__ or "").partition(".")[0])
        self.call = f if isinstance(f, (types.FunctionType, types.MethodType, functools.partial)) else bound_call(f)

    def __get__(self, instance, owner=None):
        return self if instance is None else types.MethodType(self, instance)

    def __reduce__(self):
        found = sys.modules.get(self.__module__)
        for name in self.__qualname__.split("."):
            found = getattr(found, name, None)
        return self.__qualname__ if found is self else (lift, (self.f,))

    def __call__(self, *args, **kwargs):
        like = common_room(args, kwargs, self.call)
        if like is None:
            return self.f(*args, **kwargs)
        copies = self.copies
        copies.refresh()
        call = copies.reached(self.call)
        args = [copies.reached(x) for x in args]
        kwargs = {name: copies.reached(x) for name, x in kwargs.items()}
        token = room.like.set(like)
        try:
            result = call(*args, **kwargs)
        except Exception as error:
            if isinstance(error, LostDerivativeError) or isinstance(error.__cause__, LostDerivativeError):
                error.add_note(reach_of(copies))
            raise
        finally:
            room.like.reset(token)
        copies.check()
        return result


def python_function(f):
    """The Python function that f runs; an error by name if there is none that can be copied."""
    found = f
    while not isinstance(found, types.FunctionType):
        if isinstance(found, functools.partial):
            found = found.func
        elif isinstance(found, types.MethodType):
            found = found.__func__
        else:
            call = getattr(type(found), "__call__", None)  # noqa: B004
            if isinstance(found, type) or not isinstance(call, types.FunctionType):
                raise NoRuleError(f"lift copies Python functions, and {name_of(f)} is a {type(found).__name__}.")
            found = call
    reason = "it belongs to dualad: lift the inner function" if is_own(found.__code__.co_filename) else why_not(found)
    if inspect.isgeneratorfunction(found) or inspect.iscoroutinefunction(found):
        reason = "it is a generator, whose body runs after the call"
    if reason is not None:
        raise NoRuleError(f"lift cannot copy {name_of(f)}: {reason}. Else create its arrays with like=x.")
    return found


def bound_call(f):
    """What runs when an object is called."""
    return f.__call__


def name_of(f):
    return getattr(f, "__qualname__", None) or repr(f)


def common_room(args, kwargs, f):
    """A Dual of all levels in the arguments, in f itself and in the running call; None for plain values."""
    found = []
    for x in (*args, *kwargs.values(), *carried(f)):
        kind = type(x)
        if isinstance(x, (Perturbed, Expanded)):
            found.append(x)
        elif kind is not float and not (kind is np.ndarray and x.dtype != object):
            found.extend(inside(x))
    outer = room.like.get()
    if outer is not None:
        found.append(outer)
    series = next((x for x in found if isinstance(x, Expanded)), None)
    if series is not None or not found:
        return series
    return functools.reduce(dense.raised, sorted(found, key=level_of), 0.0)


def carried(f):
    """What a function brings along: its closure, its defaults, the object of a method, the arguments of a partial."""
    if isinstance(f, types.MethodType):
        return [f.__self__, *carried(f.__func__)]
    if isinstance(f, functools.partial):
        return [*f.args, *f.keywords.values(), *carried(f.func)]
    if not isinstance(f, types.FunctionType):
        return []
    return [*map(content, f.__closure__ or ()), *(f.__defaults__ or ()), *(f.__kwdefaults__ or {}).values()]


def inside(x):
    """The Duals in a container, in the attributes of an object, or in a function."""
    if isinstance(x, (types.FunctionType, types.MethodType, functools.partial)):
        # one step only: closures may lead back to where they came from
        given = [one for one in carried(x) if not isinstance(one, (types.FunctionType, types.MethodType))]
        return [dual for one in given for dual in inside(one)]
    tree = trees.children(x)
    if tree is None and not trees.is_numeric(x) and not isinstance(x, (type, types.ModuleType)):
        x = list(getattr(x, "__dict__", {}).values())
    leaves = trees.flatten(x)[0]
    return [one for one in map(packed_array, leaves) if isinstance(one, (Perturbed, Expanded))]


def packed_array(x):
    return packed(x) if type(x) is np.ndarray and x.dtype == object else x


def reach_of(copies):
    """The note that says what was lifted."""
    names = ", ".join(sorted({original.__qualname__ for original in copies.functions}))
    left = "".join(f" Not lifted: {name} ({reason})." for name, reason in copies.left.items())
    return (
        f"dualad.lift gave room to the arrays that these functions create: {names}.{left} Others (installed packages, "
        "compiled code, methods of objects, threads) keep plain arrays: decorate them too, or write like=x there."
    )
