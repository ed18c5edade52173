"""The array that NumPy calls with power series."""

import numbers
import operator

import numpy as np

from dualad.errors import LostDerivativeError
from dualad.interface import ArrayInterface
from dualad.series import functions, recurrence
from dualad.series.coefficients import Coefficients, refuse
from dualad.tangents import dense


class Series(ArrayInterface, Coefficients):
    """A truncated power series as an array of NumPy's."""

    __slots__ = ()

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return recurrence.call_ufunc(ufunc, method, inputs, kwargs)

    @staticmethod
    def _operate(ufunc, compute, *inputs):
        return recurrence.call_ufunc(ufunc, "__call__", inputs, {}, compute)

    def _change(self, ufunc, compute, other):
        """``x op= other``: an array is changed in place, a number is rebound."""
        result = self._operate(ufunc, compute, self, other)
        if not isinstance(self.primal, np.ndarray):
            return result
        self[...] = result
        return self

    def __array_function__(self, function, types, args, kwargs):
        return functions.call(function, args, kwargs, self)

    def by_rule(self, rule, function, call):
        """A call by the map of tangents of this rule, which need not be in the table."""
        return functions.pushed(rule, function, call, self)

    def __array__(self, dtype=None, copy=None):
        raise LostDerivativeError(
            "the coefficients of a series do not fit into an array of numbers. Join elements with np.stack([…]), "
            "create arrays with np.zeros(n, like=x), and leave np.asarray away; or nest "
            "dualad.derivative, which takes both."
        )

    def __getitem__(self, index):
        part = self.primal[index]
        is_view = isinstance(part, np.ndarray) or np.ndim(part) > 0
        return (self.settled() if is_view else self).each(lambda c: c[index])

    def __setitem__(self, index, value):
        if self.memo is not None or (isinstance(value, Coefficients) and value.memo is not None):
            refuse("an assignment inside of a rule")
        for k, c in enumerate(self.settled().known):
            c[index] = value.known[k] if isinstance(value, Coefficients) else value if k == 0 else 0.0

    def astype(self, dtype, **options):
        """Cast all coefficients; a cast to an integer or a boolean is piecewise constant: a plain array."""
        dtype = np.dtype(dtype)
        cast = lambda c: dense.cast(c, dtype)
        return self.each(cast) if dtype.kind in "fc" else cast(self.primal)

    def __len__(self):
        return len(self.primal)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        return bool(self.primal)

    def __float__(self):
        raise LostDerivativeError(
            "float(x) and the functions of math would lose the series. Write np.sin(x), or x itself."
        )

    __hash__ = None


def _operators():
    """The Python operators: the value is computed by the operator itself, which may differ from the ufunc in a bit."""
    binary = {
        "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.divide, "pow": np.power,
        "mod": np.remainder, "floordiv": np.floor_divide, "matmul": np.matmul,
    }  # fmt: skip
    for name, ufunc in binary.items():
        compute = getattr(operator, name)
        setattr(Series, f"__{name}__", lambda self, other, u=ufunc, c=compute: self._operate(u, c, self, other))
        setattr(Series, f"__r{name}__", lambda self, other, u=ufunc, c=compute: self._operate(u, c, other, self))
        setattr(Series, f"__i{name}__", lambda self, other, u=ufunc, c=compute: self._change(u, c, other))
    compared = {
        "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal,
        "ne": np.not_equal,
    }  # fmt: skip
    for name, ufunc in compared.items():
        setattr(Series, f"__{name}__", lambda self, other, u=ufunc: self._operate(u, u, self, other))
    for name, ufunc in {"neg": np.negative, "pos": np.positive, "abs": np.absolute}.items():
        compute = getattr(operator, name)
        setattr(Series, f"__{name}__", lambda self, u=ufunc, c=compute: self._operate(u, c, self))


_operators()
numbers.Number.register(Series)
