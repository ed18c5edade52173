"""Maps of complex numbers that are linear over the reals only: they act on tangents, they do not scale them."""

import numpy as np

from dualad.rules import calls
from dualad.rules.kinds import composed, constant
from dualad.rules.partials import Elementwise
from dualad.rules.table import Rule, add
from dualad.rules.views import View
from dualad.tangents import dense
from dualad.tangents.symbolic import Symbolic


class OfComplex(Rule):
    """A ufunc with one rule for real arguments and a map of the tangent for complex ones."""

    kind = "elementwise"

    def __init__(self, real, complex_push):
        self.real = Elementwise((real,))
        self.complex_push = complex_push

    def push(self, ufunc, y, primals, tangents, kwargs):
        (x,), (dx,) = primals, tangents
        if dense.dtype_of(x).kind != "c":
            return self.real.push(ufunc, y, primals, tangents, kwargs)
        with np.errstate(all="ignore"):
            return dense.fit(self.complex_push(y, x, dx), y, dense.directions(dx, x))


class PartOfComplex(View):
    """The real or the imaginary part: a view, but not of recorded complex tangents, which nobody may write to."""

    def _push(self, call, y, dx):
        if not isinstance(dx, Symbolic):
            return super()._push(call, y, dx)
        value = calls.stripped(y)
        if dense.dtype_of(call.val).kind != "c":
            return dx[...] if call.function is np.real else call(val=dx)
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
        return call(val=dx)


def _absolute(y, x, dx):
    unit = np.where(np.equal(y, 0), 0.0, x / y)
    return unit.real * dx.real + unit.imag * dx.imag


def _sign(y, x, dx):
    """The phase x / |x| turns with the part of dx across it; at 0 it is constant by convention."""
    size = np.abs(x)
    across = y.real * dx.imag - y.imag * dx.real
    return np.where(np.equal(size, 0), 0.0, 1j * y * (across / size))


add(np.conjugate, OfComplex(1, lambda y, x, dx: np.conjugate(dx)))
add(np.absolute, OfComplex(lambda y, x: np.sign(x), _absolute))
add(np.sign, OfComplex(0, _sign))

add(np.real, PartOfComplex("val"))
add(np.imag, PartOfComplex("val"))
constant(np.iscomplexobj, np.isrealobj)


def angle(z, deg=False):
    """The argument of a complex number."""
    if np.iscomplexobj(z):
        a = np.arctan2(np.imag(z), np.real(z))
    else:
        a = np.arctan2(np.zeros_like(z), z)
    return a * (180 / np.pi) if deg else a


composed(np.angle, angle)
