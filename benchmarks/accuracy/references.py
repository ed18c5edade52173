"""The true derivatives in mpmath, written in a way that does not cancel."""

from collections.abc import Callable
from dataclasses import dataclass

import mpmath as mp
import numpy as np

from benchmarks.accuracy import points


@dataclass(frozen=True)
class Slot:
    """One partial derivative of one output of one ufunc, of first or second order."""

    name: str
    function: Callable
    wrt: tuple
    truth: Callable
    fold: Callable
    points: Callable


FIRST, SECOND = [], []
LIMITS = {"first": 4, "second": 16}  # ulp


def slots(ufunc, *truths, where=None, at=None, output=None, second=()):
    """Add one slot for each argument, and those of second order."""
    at = at or (points.unary if ufunc.nin == 1 else points.binary)
    function = ufunc if output is None else lambda *x: ufunc(*x)[output]
    name = ufunc.__name__ + ("" if output is None else f":{output}")
    letters = "xy"[: ufunc.nin]

    def add(table, wrt, truth):
        label = name if ufunc.nin == 1 else f"{name}/{''.join(letters[i] for i in wrt)}"
        table.append(Slot(label, function, wrt, truth, where or (lambda *x: x), at))

    for i, truth in enumerate(truths):
        if truth is not None:
            add(FIRST, (i,), truth)
    for wrt, truth in zip([(0, 0)] if ufunc.nin == 1 else [(0, 0), (0, 1), (1, 1)], second, strict=False):
        add(SECOND, wrt, truth)


def _constant(value):
    return lambda *x: mp.mpf(value)


def _root(x):
    return mp.sqrt((1 - x) * (1 + x))


def _sech2(x):
    return mp.sech(x) ** 2


def _radius2(x, y):
    return x * x + y * y


def _share(x, y):
    return 1 / (1 + mp.exp(y - x))


def _share2(x, y):
    return 1 / (1 + mp.power(2, y - x))


def _floor_quotient(x, y):
    """Integers, so that a quotient of any size is exact."""
    a, b = (_fraction(v) for v in (x, y))
    return mp.mpf((a[0] * b[1]) // (b[0] * a[1]))


def _trunc_quotient(x, y):
    q = _floor_quotient(abs(x), abs(y))
    return q if (x > 0) == (y > 0) else -q


def _fraction(v):
    sign, mantissa, exponent, _ = v._mpf_
    mantissa = -int(mantissa) if sign else int(mantissa)
    return (mantissa << exponent, 1) if exponent >= 0 else (mantissa, 1 << -exponent)


def _sign(x):
    return mp.mpf(mp.sign(x))


def _integer_or_positive(x, y):
    return np.where(y == np.rint(y), x, np.abs(x)), y


def _positive(x, *y):
    return np.abs(x), *y


def _inside(x):
    """Into (-1, 1)."""
    with np.errstate(over="ignore"):
        folded = np.where(np.abs(x) < 1, x, 1 / x)
    return (folded[np.abs(folded) < 1],)


def _above(x):
    """Beyond 1."""
    with np.errstate(over="ignore"):
        folded = np.where(np.abs(x) > 1, np.abs(x), 1 / np.abs(x))
    return (folded[(folded > 1) & np.isfinite(folded)],)


def _above_minus_one(x):
    return (np.where(x > -1, x, -x),)


_one, _zero = _constant(1), _constant(0)

slots(np.add, _one, _one)
slots(np.subtract, _one, _constant(-1))
slots(np.multiply, lambda x, y: y, lambda x, y: x)
slots(np.divide, lambda x, y: 1 / y, lambda x, y: -x / y**2,
      second=(_zero, lambda x, y: -1 / y**2, lambda x, y: 2 * x / y**3))  # fmt: skip
slots(np.negative, _constant(-1))
slots(np.positive, _one)
slots(np.square, lambda x: 2 * x)
slots(np.reciprocal, lambda x: -1 / x**2)
for _power, _at in ((np.power, points.exponents), (np.float_power, points.exponents)):
    slots(_power, lambda x, y: y * x ** (y - 1), None, where=_integer_or_positive, at=_at,
          second=(lambda x, y: y * (y - 1) * x ** (y - 2),) if _power is np.power else ())  # fmt: skip
    slots(_power, None, lambda x, y: x**y * mp.log(x), where=_positive, at=_at)
_mixed_power = lambda x, y: x ** (y - 1) * (1 + y * mp.log(x))
SECOND.append(Slot("power/xy", np.power, (0, 1), _mixed_power, _positive, points.exponents))
SECOND.append(Slot("power/yy", np.power, (1, 1), lambda x, y: x**y * mp.log(x) ** 2, _positive, points.exponents))
slots(np.sqrt, lambda x: 1 / (2 * mp.sqrt(x)), where=_positive, second=(lambda x: -1 / (4 * mp.sqrt(x) ** 3),))
slots(np.cbrt, lambda x: 1 / (3 * mp.cbrt(abs(x)) ** 2))
slots(np.exp, mp.exp, second=(mp.exp,))
slots(np.exp2, lambda x: mp.ln(2) * mp.power(2, x))
slots(np.expm1, mp.exp, second=(mp.exp,))
slots(np.log, lambda x: 1 / x, where=_positive, second=(lambda x: -1 / x**2,))
slots(np.log2, lambda x: 1 / (x * mp.ln(2)), where=_positive)
slots(np.log10, lambda x: 1 / (x * mp.ln(10)), where=_positive)
slots(np.log1p, lambda x: 1 / (1 + x), where=_above_minus_one, second=(lambda x: -1 / (1 + x) ** 2,))
slots(np.logaddexp, _share, lambda x, y: _share(y, x), at=points.differences,
      second=(lambda x, y: _share(x, y) * _share(y, x), lambda x, y: -_share(x, y) * _share(y, x),
              lambda x, y: _share(x, y) * _share(y, x)))  # fmt: skip
slots(np.logaddexp2, _share2, lambda x, y: _share2(y, x), at=points.differences)
slots(np.sin, mp.cos, second=(lambda x: -mp.sin(x),))
slots(np.cos, lambda x: -mp.sin(x), second=(lambda x: -mp.cos(x),))
slots(np.tan, lambda x: mp.sec(x) ** 2, second=(lambda x: 2 * mp.sec(x) ** 2 * mp.tan(x),))
slots(np.arcsin, lambda x: 1 / _root(x), where=_inside, second=(lambda x: x / _root(x) ** 3,))
slots(np.arccos, lambda x: -1 / _root(x), where=_inside, second=(lambda x: -x / _root(x) ** 3,))
slots(np.arctan, lambda x: 1 / (1 + x * x), second=(lambda x: -2 * x / (1 + x * x) ** 2,))
slots(np.arctan2, lambda y, x: x / _radius2(x, y), lambda y, x: -y / _radius2(x, y),
      second=(lambda y, x: -2 * x * y / _radius2(x, y) ** 2, lambda y, x: (y - x) * (y + x) / _radius2(x, y) ** 2,
              lambda y, x: 2 * x * y / _radius2(x, y) ** 2))  # fmt: skip
slots(np.hypot, lambda x, y: x / mp.sqrt(_radius2(x, y)), lambda x, y: y / mp.sqrt(_radius2(x, y)),
      second=(lambda x, y: y * y / mp.sqrt(_radius2(x, y)) ** 3, lambda x, y: -x * y / mp.sqrt(_radius2(x, y)) ** 3,
              lambda x, y: x * x / mp.sqrt(_radius2(x, y)) ** 3))  # fmt: skip
slots(np.sinh, mp.cosh, second=(mp.sinh,))
slots(np.cosh, mp.sinh, second=(mp.cosh,))
slots(np.tanh, _sech2, second=(lambda x: -2 * mp.tanh(x) * _sech2(x),))
slots(np.arcsinh, lambda x: 1 / mp.sqrt(1 + x * x), second=(lambda x: -x / mp.sqrt(1 + x * x) ** 3,))
slots(np.arccosh, lambda x: 1 / mp.sqrt((x - 1) * (x + 1)), where=_above,
      second=(lambda x: -x / mp.sqrt((x - 1) * (x + 1)) ** 3,))  # fmt: skip
slots(np.arctanh, lambda x: 1 / _root(x) ** 2, where=_inside, second=(lambda x: 2 * x / _root(x) ** 4,))
for _degrees in (np.degrees, np.rad2deg):
    slots(_degrees, lambda x: 180 / mp.pi)
for _radians in (np.radians, np.deg2rad):
    slots(_radians, lambda x: mp.pi / 180)
slots(np.fabs, _sign)
slots(np.absolute, _sign)
slots(np.sign, _zero)
slots(np.conjugate, _one)
slots(np.copysign, lambda x, y: _sign(x) * _sign(y), _zero)
for _larger in (np.maximum, np.fmax):
    slots(_larger, lambda x, y: (1 + _sign(x - y)) / 2, lambda x, y: (1 + _sign(y - x)) / 2)
for _smaller in (np.minimum, np.fmin):
    slots(_smaller, lambda x, y: (1 + _sign(y - x)) / 2, lambda x, y: (1 + _sign(x - y)) / 2)
slots(np.heaviside, _zero, _zero)
slots(np.fmod, _one, lambda x, y: -_trunc_quotient(x, y), at=points.quotients)
slots(np.remainder, _one, lambda x, y: -_floor_quotient(x, y), at=points.quotients)
slots(np.divmod, _zero, _zero, at=points.quotients, output=0)
slots(np.divmod, _one, lambda x, y: -_floor_quotient(x, y), at=points.quotients, output=1)
slots(np.floor_divide, _zero, _zero, at=points.quotients)
for _steps in (np.floor, np.ceil, np.trunc, np.rint):
    slots(_steps, _zero)
slots(np.modf, _one, output=0)
slots(np.modf, _zero, output=1)
slots(np.frexp, lambda x: mp.ldexp(1, -mp.frexp(x)[1]), output=0)
FIRST.append(Slot("ldexp/x", lambda x: np.ldexp(x, 5), (0,), _constant(32), lambda *x: x, points.unary))
