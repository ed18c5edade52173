"""The attributes and methods of `numpy.ndarray` that users call, with NumPy's signatures."""

import functools
import operator

import numpy as np

from dualad.errors import LostDerivativeError, NoRuleError
from dualad.flat import FlatIterator
from dualad.levels import Perturbed, make, primal_part
from dualad.tangents import dense


def _method(function):
    """``x.name(...)`` as ``numpy.name(x, ...)``."""

    @functools.wraps(function)
    def method(self, *args, **kwargs):
        return function(self, *args, **kwargs)

    method.__doc__ = f"As ``numpy.{function.__name__}(x, ...)``."
    return method


def _refusal(name, remedy):
    def method(self, *args, **kwargs):
        raise NoRuleError(f"Dual.{name} is not available: it would expose bytes without their derivative. {remedy}")

    method.__name__ = name
    return method


class ArrayInterface:
    """What a Dual answers as if it were an array."""

    __slots__ = ()

    @property
    def shape(self):
        return getattr(self.primal, "shape", ())

    @property
    def ndim(self):
        return getattr(self.primal, "ndim", 0)

    @property
    def size(self):
        return getattr(self.primal, "size", 1)

    @property
    def dtype(self):
        return dense.dtype_of(self.primal)

    @property
    def itemsize(self):
        return self.dtype.itemsize

    @property
    def nbytes(self):
        return self.size * self.itemsize

    @property
    def flags(self):
        return np.asarray(primal_part(self)).flags

    @property
    def strides(self):
        return np.asarray(primal_part(self)).strides

    @property
    def device(self):
        return "cpu"

    @property
    def T(self):
        return np.transpose(self)

    @property
    def mT(self):
        return np.matrix_transpose(self)

    @property
    def real(self):
        return np.real(self)

    @real.setter
    def real(self, value):
        np.real(self)[...] = value

    @property
    def imag(self):
        return np.imag(self)

    @imag.setter
    def imag(self, value):
        np.imag(self)[...] = value

    @property
    def flat(self):
        """The elements in C order, to iterate over, to index and to assign to."""
        return FlatIterator(self)

    @flat.setter
    def flat(self, value):
        FlatIterator(self)[:] = value

    all = _method(np.all)
    any = _method(np.any)
    argmax = _method(np.argmax)
    argmin = _method(np.argmin)
    argpartition = _method(np.argpartition)
    argsort = _method(np.argsort)
    choose = _method(np.choose)
    conj = _method(np.conjugate)
    conjugate = _method(np.conjugate)
    cumprod = _method(np.cumprod)
    cumsum = _method(np.cumsum)
    diagonal = _method(np.diagonal)
    dot = _method(np.dot)
    max = _method(np.max)
    mean = _method(np.mean)
    min = _method(np.min)
    nonzero = _method(np.nonzero)
    prod = _method(np.prod)
    ravel = _method(np.ravel)
    repeat = _method(np.repeat)
    round = _method(np.round)
    searchsorted = _method(np.searchsorted)
    squeeze = _method(np.squeeze)
    std = _method(np.std)
    sum = _method(np.sum)
    swapaxes = _method(np.swapaxes)
    take = _method(np.take)
    trace = _method(np.trace)
    var = _method(np.var)

    def clip(self, min=None, max=None, out=None, **kwargs):
        """As ``numpy.clip(x, min, max, ...)``."""
        return np.clip(self, min, max, out=out, **kwargs)

    def compress(self, condition, axis=None, out=None):
        """As ``numpy.compress(condition, x, ...)``."""
        return np.compress(condition, self, axis=axis, out=out)

    def put(self, indices, values, mode="raise"):
        """As ``numpy.put(x, indices, values, mode)``."""
        np.put(self, indices, values, mode)

    def reshape(self, *shape, order="C", copy=None):
        """As ``ndarray.reshape``: the shape as one tuple or as several numbers."""
        options = {} if copy is None else {"copy": copy}
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, order=order, **options)

    def transpose(self, *axes):
        """As ``ndarray.transpose``: the axes as one tuple, as several numbers, or all reversed."""
        return np.transpose(self, axes[0] if len(axes) == 1 else axes or None)

    def copy(self, order="C"):
        """A copy that shares no memory."""
        return np.copy(self, order=order)

    def flatten(self, order="C"):
        """A one-dimensional copy."""
        return np.ravel(np.copy(self), order=order)

    def fill(self, value):
        """Set all elements."""
        self[...] = value

    def sort(self, axis=-1, kind=None, order=None, *, stable=None, **options):
        """Sort in place."""
        operator.index(axis)  # numpy.sort takes None
        self[...] = np.sort(self, axis=axis, kind=kind, order=order, stable=stable, **options)

    def partition(self, kth, axis=-1, kind="introselect", order=None):
        """Partition in place."""
        operator.index(axis)
        self[...] = np.partition(self, kth, axis=axis, kind=kind, order=order)

    def item(self, *index):
        """One element as a scalar Dual: its derivative stays."""
        if not index:
            if self.size != 1:
                raise ValueError("can only convert an array of size 1 to a Python scalar")
            return np.ravel(self)[0]
        position = index[0] if len(index) == 1 else index
        return self[position] if isinstance(position, tuple) else np.ravel(self)[position]

    def tolist(self):
        """Nested lists of scalar Duals."""
        return [element.tolist() for element in self] if self.shape else self

    def astype(self, dtype, order="K", casting="unsafe", subok=True, copy=True):
        """Cast value and tangent. A cast to an integer or a boolean is piecewise constant: a plain array."""
        dtype = np.dtype(dtype)
        if dtype.kind == "O":
            return self.__array__()
        if dtype.kind in "VMm":
            raise LostDerivativeError(
                f"a Dual cannot become an array of {dtype}: its derivative would be lost. Keep a Dual for each field, "
                "or write dualad.stop_derivative(x).astype(dtype) if x is meant as a constant."
            )
        options = {"order": order, "casting": casting, "copy": copy}
        primal = self.primal.astype(dtype, **options) if hasattr(self.primal, "astype") else dtype.type(self.primal)
        if dtype.kind not in "fc":
            return primal_part(primal)
        if primal is self.primal:
            return self
        tangent = dense.cast(self.tangent, dtype)
        return make(type(self), primal, tangent, self.level)

    def as_integer_ratio(self):
        """Refused: an exact fraction has no derivative."""
        raise LostDerivativeError(
            "the exact fraction of x, which statistics.mean and fractions.Fraction ask for, would lose the derivative "
            "of a Dual. Write np.mean(x), np.var(x), np.std(x) for those of statistics, x itself for a fraction, or "
            "dualad.stop_derivative(x) if x is meant as a constant."
        )

    def is_integer(self):
        """Whether the value of a scalar is a whole number."""
        return primal_part(self).is_integer()

    def setflags(self, write=None, align=None, uic=None):
        """Make value and tangent writeable or not."""
        for part in (self.primal, dense.settled(self)):
            if isinstance(part, (np.ndarray, Perturbed)):
                part.setflags(write=write)

    def to_device(self, device, /, *, stream=None):
        """The Dual itself: NumPy knows one device."""
        np.empty(0).to_device(device, stream=stream)  # its own errors
        return self

    def __array_namespace__(self, *, api_version=None):
        return np.empty(0).__array_namespace__(api_version=api_version)

    view = _refusal("view", "Write x.astype(dtype) to convert, x.copy() or x[...] for another view of it.")
    tobytes = _refusal("tobytes", "Use dualad.stop_derivative(x).tobytes().")
    tofile = _refusal("tofile", "Use dualad.stop_derivative(x).tofile(file).")
    byteswap = _refusal("byteswap", "Use x.astype with another byte order.")
    resize = _refusal("resize", "Use np.resize(x, shape), which makes a new array.")
    dump = _refusal("dump", "Use pickle.dump(x, file).")
    dumps = _refusal("dumps", "Use pickle.dumps(x).")
    getfield = _refusal("getfield", "Use x.real and x.imag for the parts of complex numbers.")
    setfield = _refusal("setfield", "Use x.real = … and x.imag = … for the parts of complex numbers.")
