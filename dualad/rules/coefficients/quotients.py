"""Quotients and remainders."""

import numpy as np

from dualad.doubles import FLOATS, HIGHEST, LOWEST
from dualad.levels import primal_part
from dualad.quiet import IN_RANGE, enter, leave
from dualad.rules.coefficients.checks import is_complex, is_ordinary, repaired
from dualad.rules.kinds import coefficient

_INTEGERS = frozenset({int, bool})


@coefficient(
    lambda q, x, y, n: over_power(1.0, y, n),
    lambda q, x, y, n: -n * over_power(x, y, n + 1),
    0,
)
def over_power(x, y, n):
    """x / y**n; mantissa and exponent apart where an intermediate result leaves the range."""
    token = enter(IN_RANGE)
    try:
        return x / _power(y, n)
    except FloatingPointError:
        pass
    finally:
        leave(token)
    power = _power(y, n)
    quotient = x / power
    return repaired(quotient, is_ordinary(power) & is_ordinary(quotient), _over_power_by_parts, x, y, n)


def _power(y, n):
    """y**n for small n, at least 2: np.power is slow."""
    power = y * y
    for _ in range(n - 2):
        power = power * y
    return power


def _over_power_by_parts(x, y, n):
    quotient, exponent = np.frexp(x)
    mantissa, unit = np.frexp(y)
    for _ in range(n):
        quotient = quotient / mantissa
    return np.ldexp(quotient, exponent - n * unit)


def divide_by_dividend(z, x, y):
    """1 / y, infinite for a zero that is no float too."""
    return 1 / (np.float64(0) if type(y) in _INTEGERS and not y else y)


def divide_by_divisor(z, x, y):
    """-x / y**2, of the quotient z = x / y."""
    kind = type(z)
    if kind in FLOATS and abs(z) > LOWEST:  # a subnormal quotient lacks digits, which a small divisor brings to light
        return -z / y
    if kind is np.ndarray and z.dtype.kind == "f":
        token = enter(IN_RANGE)
        try:
            return x / (y * -y)
        except FloatingPointError:
            pass
        finally:
            leave(token)
    return -z / y if is_complex(z) else -over_power(x, y, 2)


def divide(z, x, y, dx, dy):
    """(dx - z dy) / y, of the quotient z = x / y; dx is None where x is constant. Of ordinary numbers only."""
    plain = primal_part(z)
    if type(plain) is float and not LOWEST < abs(plain) < HIGHEST:
        raise FloatingPointError("Python's arithmetic raises no flags: z may have lost digits")
    dz = z * dy
    if type(dz) is not np.ndarray or not (dx is None or type(dx) is np.ndarray):
        return (-dz if dx is None else dx - dz) / y
    dz = np.negative(dz, out=dz) if dx is None else np.subtract(dx, dz, out=dz)
    return np.divide(dz, y, out=dz)


def fmod_by_divisor(z, x, y):
    return -np.rint((x - z) / y)


def remainder_by_divisor(z, x, y):
    """-floor(x / y), from the remainder: the quotient may round up to the next integer."""
    rest = np.fmod(x, y)
    return np.where(np.not_equal(rest, 0) & np.not_equal(np.signbit(rest), np.signbit(y)), 1.0, 0.0) - np.rint(
        (x - rest) / y
    )
