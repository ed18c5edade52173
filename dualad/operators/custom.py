"""`custom_jvp`: a derivative rule of the user's own for a function that dualad cannot look into."""

import functools
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import seeding, trees
from dualad.dual import Dual
from dualad.errors import DtypeError, NoRuleError, ShapeError, StructureError
from dualad.levels import level_of, make
from dualad.objects import packed
from dualad.rules import calls
from dualad.tangents import dense


class custom_jvp:  # noqa: N801
    """Decorator: a function with a derivative rule of its own, for compiled code, look-up tables, iterative solvers.

    Parameters
    ----------
    f : callable
        Takes numbers, arrays or containers of them by position, and options by keyword. It is called with plain values,
        or, inside of the rule, with whatever the rule gives it.

    Raises
    ------
    NoRuleError
        A Dual reaches f and no rule was given with ``defjvp``.
    StructureError, ShapeError, DtypeError
        The rule returned something that is no derivative of its value.

    Notes
    -----
    A rule that is written with NumPy functions, or that calls f itself, is differentiated again in nested operators.

    Examples
    --------
    >>> import math
    >>> from dualad import derivative
    >>> @custom_jvp
    ... def gamma(x):
    ...     return math.gamma(x)
    >>> @gamma.defjvp
    ... def gamma_jvp(primals, tangents):
    ...     (x,), (dx,) = primals, tangents
    ...     digamma = math.log(x) - 1 / (2 * x) - 1 / (12 * x**2)
    ...     y = gamma(x)
    ...     return y, y * digamma * dx
    >>> round(derivative(gamma)(5.0), 3)
    36.147
    """

    def __init__(self, f: Callable[..., Any]) -> None:
        self.f = f
        self.rule: Callable[..., Any] | None = None
        self.batched = False
        functools.update_wrapper(self, f)

    def defjvp(self, rule: Callable[..., Any] | None = None, *, batched: bool = False) -> Callable[..., Any]:
        """Set the rule: ``rule(primals, tangents, **keywords)`` returns the value and its tangent.

        Parameters
        ----------
        rule : callable
            Takes the tuple of the positional arguments and the tuple of their tangents, zeros for constants, both with
            the structure and shapes of the arguments, and the keyword arguments of the call. It must be linear in
            the tangents. None as tangent says that the value does not depend on the arguments.
        batched : bool, optional
            The tangents have an axis of K directions in front, and so has the tangent that the rule returns. Without
            it the rule sees one direction, and is called once for each.

        Returns
        -------
        callable
            The rule, so that ``@f.defjvp`` and ``@f.defjvp(batched=True)`` are decorators.
        """
        if rule is None:
            return functools.partial(self.defjvp, batched=batched)
        self.rule, self.batched = rule, batched
        return rule

    def __get__(self, instance, owner=None):
        return self if instance is None else types.MethodType(self, instance)

    def __call__(self, *args, **kwargs):
        if next(calls.leaves(kwargs), None) is not None:
            raise NoRuleError(
                f"{self._name()}: a Dual was given by keyword, and custom_jvp differentiates by positional arguments. "
                "Pass it by position, or dualad.stop_derivative(x) if it is meant as a constant."
            )
        leaves, rebuild = trees.flatten(args)
        leaves = [packed(x) if type(x) is np.ndarray else x for x in leaves]
        level = max(map(level_of, leaves), default=-1)
        if level < 0:
            return self.f(*args, **kwargs)
        if self.rule is None:
            raise NoRuleError(f"{self._name()} has no derivative rule: write one with @{self._name()}.defjvp.")
        primals = [x.primal if level_of(x) == level else x for x in leaves]
        tangents = [dense.settled(x) if level_of(x) == level else None for x in leaves]
        lead = dense.common_directions(tangents, primals)
        full = [whole(x, dx, lead) for x, dx in zip(primals, tangents, strict=True)]
        y, dy = self._pushed(rebuild(primals), rebuild, full, lead, kwargs)
        return joined(y, dy, lead, level, self._name())

    def _name(self):
        return getattr(self, "__name__", "the function")

    def _pushed(self, primals, rebuild, tangents, lead, kwargs):
        """Value and leaves of its tangent, from one call of the rule for each direction or one for all."""
        if not lead and not self.batched:
            return self._ruled(primals, rebuild(tangents), kwargs, ())
        if self.batched:
            y, moved = self._ruled(
                primals,
                rebuild(tangents if lead else [np.reshape(dx, (1, *np.shape(dx))) for dx in tangents]),
                kwargs,
                lead or (1,),
            )
            return y, moved if lead else [None if d is None else d[0] for d in moved]
        if lead == (0,):
            y = self.f(*primals, **kwargs)
            return y, [None for _ in trees.flatten(y)[0]]
        each = [self._ruled(primals, rebuild([dx[k] for dx in tangents]), kwargs, ()) for k in range(lead[0])]
        moved = zip(*[one for _, one in each], strict=True)
        return each[0][0], [None if any(d is None for d in one) else np.stack(one) for one in moved]

    def _ruled(self, primals, tangents, kwargs, lead):
        """What the rule returns: the value, and the leaves of its tangent after a look at their shapes."""
        try:
            pair = self.rule(primals, tangents, **kwargs)
        except Exception as error:
            error.add_note(f"dualad.custom_jvp was running the rule of {self._name()}.")
            raise
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise StructureError(
                f"the rule of {self._name()} must return a pair (y, dy), value and tangent; it returned "
                f"{type(pair).__name__}."
            )
        y, dy = pair
        values, _ = trees.flatten(y)
        if dy is None:
            return y, [None for _ in values]
        moved = seeding.tangents_like(y, dy, f"the tangent from the rule of {self._name()}")
        return y, [self._fitting(value, d, lead) for value, d in zip(values, moved, strict=True)]

    def _fitting(self, y, dy, lead):
        """A tangent that has the shape of the value, and no kind that the value does not have."""
        dy = packed(np.asarray(dy) if isinstance(dy, list) else dy)
        shape = dy.shape if hasattr(dy, "shape") else np.shape(dy)  # a recorded tangent answers the attribute
        if shape != lead + np.shape(y):
            batch = ", K directions in front of the shape of the value" if lead else ", the shape of the value"
            raise ShapeError(
                f"the rule of {self._name()} returned a tangent of shape {shape}, expected {lead + np.shape(y)}{batch}."
            )
        kind, expected = dense.dtype_of(dy).kind, dense.dtype_of(y).kind
        if kind not in "biufc" or (kind == "c" and expected != "c"):
            raise DtypeError(
                f"the rule of {self._name()} returned a tangent of dtype {dense.dtype_of(dy)} for a value of dtype "
                f"{dense.dtype_of(y)}: return one of the kind of the value."
            )
        if expected not in "fc" and np.any(dense.is_zero(dy) == 0):
            raise DtypeError(
                f"the rule of {self._name()} returned an integer value with a tangent: return float(y) or "
                "y.astype(float)."
            )
        return dy


def whole(x, dx, lead):
    """The tangent of an argument, zeros for a constant."""
    if dx is not None:
        return dx
    return dense.zeros(x if dense.dtype_of(x).kind in "fc" else np.zeros(np.shape(x))[()], lead)


def joined(y, moved, lead, level, name):
    """Duals of the leaves of y and their tangents; constants where nothing moves."""
    values, rebuild = trees.flatten(y)
    for value in values:
        if level_of(value) >= level:
            raise StructureError(
                f"the rule of {name} returned a value that is a Dual of the level that it differentiates: compute it "
                "from the primals alone."
            )
    return rebuild(
        [
            value
            if d is None or dense.dtype_of(value).kind not in "fc"
            else make(Dual, value, dense.fit(d, value, lead), level)
            for value, d in zip(values, moved, strict=True)
        ]
    )
