"""The array that NumPy calls: a primal and its tangent."""

import math
from typing import Any

import numpy as np

from dualad import absent, indexing, objects
from dualad.arithmetic import Arithmetic
from dualad.comparisons import Comparisons
from dualad.dispatch import call_function, call_ufunc
from dualad.doubles import FLOATS
from dualad.errors import DtypeError, LostDerivativeError, ShapeError
from dualad.interface import ArrayInterface
from dualad.levels import HAND_MADE, Perturbed, leave_below, make, primal_part
from dualad.rules.table import PARTIALS, SHORTLY
from dualad.shortways import functions, ufuncs
from dualad.tangents import dense
from dualad.tangents.symbolic import Symbolic
from dualad.tangents.waiting import written_out
from dualad.watching import stepped


class Dual(Arithmetic, Comparisons, ArrayInterface, Perturbed):
    r"""A dual number or array: ``primal + tangent * epsilon`` with ``epsilon**2 = 0``.

    Parameters
    ----------
    primal : number, array_like or Dual
        The value, of shape S. Integers and lists are taken as floats; arrays are copied.
    tangent : number or array_like
        The derivative: shape S for one direction, ``(K,) + S`` for K directions at once.
        In units of the primal per unit of what it is differentiated by.
    level : int, optional
        The perturbation level. Duals of different levels do not mix their tangents; the operators
        (`jvp`, `jacobian`, …) hand out levels, hand-made Duals share level 0.

    Raises
    ------
    ShapeError
        The tangent has neither the shape of the primal nor one axis of directions in front of it.
    DtypeError
        The primal is not numeric, or the tangent of a real primal is complex.

    Notes
    -----
    ``f(a + b*epsilon) = f(a) + b*f'(a)*epsilon``. Source: Griewank & Walther (2008), "Evaluating
    Derivatives", section 3.1.

    Examples
    --------
    >>> import numpy as np
    >>> x = Dual(2.0, 1.0)
    >>> x * x
    Dual(4.0, 4.0)
    >>> bool(np.sin(x).tangent == np.cos(2.0))
    True
    """

    __slots__ = ("__weakref__",)

    def __init__(self, primal: Any, tangent: Any, level: int = HAND_MADE) -> None:
        self.primal = as_float(primal, "the primal")
        self.tangent = fitting(tangent, self.primal)
        self.level = level

    def __array_ufunc__(self, ufunc, method, x, *others, **kwargs):
        if not kwargs and method == "__call__":
            partials = PARTIALS.get(ufunc)
            result = None
            if partials is not None:
                if not others:
                    way = ufuncs.of_number if type(self.tangent) in FLOATS else ufuncs.unary
                    result = way(Dual, partials, ufunc, self)
                elif len(partials) == 2:
                    result = ufuncs.binary(Dual, partials, ufunc, x, *others)
            elif ufunc in SHORTLY:
                result = SHORTLY[ufunc](ufunc, x, *others)
            if result is not None:
                return result
        return call_ufunc(ufunc, method, (x, *others), kwargs)

    def __array_function__(self, function, types, args, kwargs):
        if len(types) > 1 and any(issubclass(kind, Symbolic) for kind in types):
            return NotImplemented  # a coefficient of an outer level meets a tangent, which answers itself
        result = functions.call(function, args, kwargs)
        return call_function(function, args, kwargs, self) if result is None else result

    def __array__(self, dtype=None, copy=None):
        if dtype is not None and np.dtype(dtype) != object:
            raise LostDerivativeError(
                f"a Dual cannot become an array of {np.dtype(dtype)}: its derivative would be lost. "
                "Leave the dtype away (np.asarray(x)), join Duals with np.stack, "
                "create arrays with np.zeros(n, like=x) or np.zeros_like(x), "
                "or write dualad.stop_derivative(x) if x is meant as a constant."
            )
        return objects.unpack(self)

    def __getitem__(self, index):
        return indexing.take(self, index)

    def __setitem__(self, index, value):
        indexing.put(self, index, value)

    def __iter__(self):
        return indexing.elements(self)

    def __len__(self):
        return len(primal_part(self))

    def __contains__(self, value):
        return bool(np.any(self == value))

    def __bool__(self):
        return bool(primal_part(self))

    def __int__(self):
        return stepped(int, primal_part(self))

    def __float__(self):
        raise _lost(
            "float(x), the functions of math and storing in an array of numbers",
            "np.sin(x) for math.sin(x), x itself for float(x), np.zeros(n, like=x) or np.zeros_like(x) for the array, "
            "np.vectorize(f) without otypes",
        )

    def __complex__(self):
        raise _lost("complex(x) and the functions of cmath", "np.sin(x) for cmath.sin(x), x + 0j for complex(x)")

    def __index__(self):
        raise TypeError("a Dual is not an index or a count: its derivative would be lost. Write int(x).")

    def __hash__(self):
        raise TypeError(
            "unhashable type: 'Dual'. A set, a dict key or a cache would confuse equal values with different "
            "derivatives. Use dualad.stop_derivative(x) as the key."
        )

    def __round__(self, ndigits=None):
        return stepped(round, primal_part(self), ndigits)

    def __trunc__(self):
        return stepped(math.trunc, primal_part(self))

    def __floor__(self):
        return stepped(math.floor, primal_part(self))

    def __ceil__(self):
        return stepped(math.ceil, primal_part(self))

    def __copy__(self):
        return make(Dual, _copied(self.primal), _copied(self.tangent), self.level)

    def __deepcopy__(self, memo):
        return self.__copy__()

    def __reduce__(self):
        return _restored, (self.primal, self.tangent, self.level)

    def __repr__(self):
        level = f", level={self.level}" if self.level != HAND_MADE else ""
        return f"Dual({_text(self.primal)}, {_text(self.tangent)}{level})"

    def __str__(self):
        return repr(self)

    def __format__(self, spec):
        return format(primal_part(self), spec) if spec else str(self)


absent.attach(Dual)


def as_float(x, name):
    """A number, an array of our own, or a Dual, with integers and lists taken as floats."""
    if type(x) is float or type(x) is complex:
        return x
    if isinstance(x, Perturbed):
        return written_out(x)
    if isinstance(x, (bool, int)):
        return float(x)
    x = objects.packed(x)
    if isinstance(x, Perturbed):
        return x
    array = np.array(x) if isinstance(x, np.ndarray) else np.asarray(x)
    if array.dtype.kind not in "biufc":
        raise DtypeError(
            f"{name} is {type(x).__name__} of dtype {array.dtype}: only real and complex numbers have a derivative."
        )
    if array.dtype.kind in "biu":
        array = array.astype(float)
    return array if isinstance(x, np.ndarray) else array[()]


def fitting(tangent, primal):
    """The tangent as an array of our own that fits to the primal, or an error that says what does not fit."""
    if type(tangent) is float and type(primal) is float:
        return tangent
    tangent = as_float(tangent, "the tangent")
    shape = np.shape(primal)
    if np.shape(tangent) != shape and np.shape(tangent)[1:] != shape:
        raise ShapeError(
            f"the tangent has shape {np.shape(tangent)}, the primal {shape}: give one direction, shape {shape}, "
            f"or K directions at once, shape (K, {str(shape)[1:]}."
        )
    if dense.rank(tangent) > len(shape) + 1:
        raise ShapeError(f"the tangent has {dense.rank(tangent)} axes, at most {len(shape) + 1} fit to the primal.")
    if dense.dtype_of(tangent).kind == "c" and dense.dtype_of(primal).kind == "f":
        raise DtypeError("the tangent of a real primal is complex: make the primal complex, x + 0j.")
    if type(primal) is float and dense.rank(tangent) == 0 and not isinstance(tangent, Perturbed):
        return float(tangent)
    return dense.laid_out_as(dense.fit(tangent, primal, dense.directions(tangent, primal)), primal)


def _lost(what, instead):
    return LostDerivativeError(
        f"{what} would lose the derivative of a Dual. Write {instead}, "
        "or dualad.stop_derivative(x) if x is meant as a constant."
    )


def _copied(x):
    return x.copy() if hasattr(x, "copy") else x


def _text(x):
    return repr(x.item()) if isinstance(x, np.float64) else repr(x)


def _restored(primal, tangent, level):
    leave_below(level)
    return make(Dual, primal, tangent, level)
