"""NumPy's creation functions as lifted functions see them: arrays a Dual can be stored in, one Dual of many."""

import contextvars
import functools
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad.levels import Expanded, Perturbed, primal_part
from dualad.objects import pack
from dualad.tangents import dense

like = contextvars.ContextVar("a Dual of all levels that arrays must have room for", default=None)


def roomy(array):
    """The new array with zero tangents for the levels of the running call, if it can have a derivative at all."""
    model = like.get()
    if model is None or dense.dtype_of(array).kind not in "fc":
        return array
    if isinstance(model, Expanded):
        from dualad.series.functions import room

        return array if isinstance(array, Expanded) else room(array, model)
    return dense.raised(array, model)


def filling(function):
    """A function that makes a new array of its options."""

    @functools.wraps(function)
    def made(*args, **kwargs):
        array = function(*args, **kwargs)
        return array if kwargs.get("like") is not None else roomy(array)

    return made


def converting(function):
    """A function that makes an array of what it is given, or gives it back."""

    @functools.wraps(function)
    def made(*args, **kwargs):
        if like.get() is None or not args or kwargs.get("like") is not None:
            return function(*args, **kwargs)
        given = args[0]
        if has_dual(given):
            return of_duals(function, *args, **kwargs)
        array = function(*args, **kwargs)
        is_new = not isinstance(given, np.ndarray) or not np.may_share_memory(array, given)
        return roomy(array) if is_new and isinstance(given, (list, tuple, float, complex, np.ndarray)) else array

    return made


def has_dual(x):
    """Whether there is a Dual or a series in nested lists or in an array of objects."""
    if isinstance(x, (Perturbed, Expanded)):
        return True
    if isinstance(x, (list, tuple)):
        return any(map(has_dual, x))
    return isinstance(x, np.ndarray) and x.dtype == object and any(map(has_dual, x.ravel().tolist()))


def of_duals(function, given, dtype=None, order=None, *, copy=None, ndmin=0, subok=None, device=None):
    """One Dual: the same one where NumPy would give the same array, else one of our own."""
    if dtype is not None and np.dtype(dtype) == object:
        return function(given, dtype)
    dual = gathered(given)
    if isinstance(dual, Expanded):
        return dual.each(np.copy) if function is np.array else dual
    if dtype is not None and np.dtype(dtype) != dual.dtype:
        dual = dual.astype(dtype)
    if not isinstance(dual, Perturbed):
        return dual  # of integers
    is_same = dual is given
    if order in ("C", "F") or function in ALWAYS_IN_ORDER:
        order = ALWAYS_IN_ORDER.get(function, order)
        if not dual.flags["F_CONTIGUOUS" if order == "F" else "C_CONTIGUOUS"]:
            dual, is_same = np.copy(dual, order=order), False
    if (is_same and (function is np.array and copy in (None, True))) or not isinstance(primal_part(dual), np.ndarray):
        dual, is_same = np.copy(dual, order="K"), False
    ndmin = 1 if function in ALWAYS_IN_ORDER else ndmin
    if dual.ndim < ndmin:
        dual = np.reshape(dual, (1,) * (ndmin - dual.ndim) + dual.shape)
    return dual if is_same else roomy(dual)


def gathered(x):
    """One Dual of nested lists of Duals and numbers."""
    if isinstance(x, (Perturbed, Expanded)):
        return x
    if isinstance(x, np.ndarray):
        return pack(x)
    if any(isinstance(one, (Expanded, list, tuple)) or dense.rank(one) for one in x):
        return np.stack([gathered(one) if has_dual(one) and not np.isscalar(one) else one for one in x])
    elements = np.empty(len(x), dtype=object)
    for i, one in enumerate(x):
        elements[i] = one if not isinstance(primal_part(one), np.ndarray) else one[()]
    return pack(elements)


def full(shape, fill_value, dtype=None, order="C", **options):
    """`numpy.full`, where the fill value may be a Dual."""
    if not has_dual(fill_value) or like.get() is None or options.get("like") is not None:
        return filling(np.full)(shape, fill_value, dtype, order, **options)
    fill_value = gathered(fill_value)
    made = roomy(np.empty(shape, fill_value.dtype if dtype is None else dtype, order))
    made[...] = fill_value
    return made


ALWAYS_IN_ORDER = {np.ascontiguousarray: "C", np.asfortranarray: "F"}

FUNCTIONS: dict[Any, Callable[..., Any]] = {
    **{f: filling(f) for f in (np.zeros, np.ones, np.empty, np.eye, np.identity, np.tri, np.arange, np.copy,
                               np.zeros_like, np.ones_like, np.empty_like, np.full_like)},
    **{f: converting(f) for f in (np.array, np.asarray, np.asanyarray, np.ascontiguousarray, np.asfortranarray)},
    np.full: functools.wraps(np.full)(full),
}  # fmt: skip


KINDS = tuple(set(map(type, FUNCTIONS)))  # Python functions, built-in ones, and NumPy's dispatchers


def namespace():
    """NumPy, with these functions in place of its own."""
    module = types.ModuleType("numpy", np.__doc__)
    vars(module).update(vars(np))
    for name, value in vars(np).items():
        if isinstance(value, KINDS) and value in FUNCTIONS:
            setattr(module, name, FUNCTIONS[value])
    return module


NUMPY = namespace()
