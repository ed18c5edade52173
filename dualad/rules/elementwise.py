"""Ufuncs, element by element: one line each, result first in the partials."""

import numpy as np

from dualad.rules import coefficients as c
from dualad.rules.kinds import constant, elementwise, outputs, refused

elementwise(np.add, 1, 1)
elementwise(np.subtract, 1, -1)
elementwise(np.multiply, lambda z, x, y: y, lambda z, x, y: x)
elementwise(np.divide, lambda z, x, y: 1 / y, lambda z, x, y: -z / y)
elementwise(np.negative, -1)
elementwise(np.positive, 1)
elementwise(np.square, lambda y, x: 2 * x)
elementwise(np.reciprocal, lambda y, x: -(1 / x) / x)

elementwise(np.power, c.power_by_base, c.power_by_exponent)
elementwise(np.float_power, c.power_by_base, c.power_by_exponent)
elementwise(np.sqrt, lambda y, x: 0.5 / y)
elementwise(np.cbrt, lambda y, x: y / (3 * x))

elementwise(np.exp, lambda y, x: y)
elementwise(np.exp2, lambda y, x: c.LN2 * y)
elementwise(np.expm1, lambda y, x: np.exp(x))
elementwise(np.log, lambda y, x: 1 / x)
elementwise(np.log2, lambda y, x: c.LOG2E / x)
elementwise(np.log10, lambda y, x: c.LOG10E / x)
elementwise(np.log1p, lambda y, x: 1 / (1 + x))
elementwise(np.logaddexp, c.logaddexp_first, c.logaddexp_second)
elementwise(np.logaddexp2, c.logaddexp2_first, c.logaddexp2_second)

elementwise(np.sin, lambda y, x: np.cos(x))
elementwise(np.cos, lambda y, x: -np.sin(x))
elementwise(np.tan, lambda y, x: 1 + y * y)
elementwise(np.arcsin, lambda y, x: 1 / np.sqrt((1 - x) * (1 + x)))
elementwise(np.arccos, lambda y, x: -1 / np.sqrt((1 - x) * (1 + x)))
elementwise(np.arctan, c.arctan)
elementwise(np.arctan2, c.arctan2_by_y, c.arctan2_by_x)
elementwise(np.hypot, c.hypot_first, c.hypot_second)
elementwise(np.sinh, lambda y, x: np.cosh(x))
elementwise(np.cosh, lambda y, x: np.sinh(x))
elementwise(np.tanh, lambda y, x: c.sech2(x))
elementwise(np.arcsinh, c.arcsinh)
elementwise(np.arccosh, lambda y, x: 1 / (np.sqrt(x - 1) * np.sqrt(x + 1)))
elementwise(np.arctanh, lambda y, x: 1 / ((1 - x) * (1 + x)))
elementwise(np.degrees, c.DEGREES)
elementwise(np.rad2deg, c.DEGREES)
elementwise(np.radians, c.RADIANS)
elementwise(np.deg2rad, c.RADIANS)

elementwise(np.fabs, lambda y, x: np.sign(x))
elementwise(np.copysign, lambda z, x, y: c.sign_flip(x, y), 0)
elementwise(np.maximum, lambda z, x, y: c.chosen(z, x, y), lambda z, x, y: c.chosen(z, y, x))
elementwise(np.minimum, lambda z, x, y: c.chosen(z, x, y), lambda z, x, y: c.chosen(z, y, x))
elementwise(np.fmax, lambda z, x, y: c.chosen(z, x, y), lambda z, x, y: c.chosen(z, y, x))
elementwise(np.fmin, lambda z, x, y: c.chosen(z, x, y), lambda z, x, y: c.chosen(z, y, x))
elementwise(np.heaviside, 0, lambda z, x, y: np.equal(x, 0) * 1.0)
elementwise(np.ldexp, lambda z, x, n: np.ldexp(np.ones_like(x), n), 0)
elementwise(np.fmod, 1, c.fmod_by_divisor)
elementwise(np.remainder, 1, c.remainder_by_divisor)
outputs(np.divmod, (0, 0), (1, lambda z, x, y: c.remainder_by_divisor(z[1], x, y)))
outputs(np.modf, (1,), (0,))
outputs(np.frexp, (lambda y, x: np.ldexp(np.ones_like(y[0]), -y[1]),), (0,))

constant(
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    np.logical_and, np.logical_or, np.logical_xor, np.logical_not,
    np.isfinite, np.isinf, np.isnan, np.isnat, np.signbit,
    np.floor, np.ceil, np.trunc, np.rint, np.floor_divide, np.spacing,
)  # fmt: skip

for _ufunc in (np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift, np.gcd, np.lcm,
               np.bitwise_count):  # fmt: skip
    refused(_ufunc, "it is defined for integers, and a Dual is a real or complex number.")
refused(np.nextafter, "the neighbour of a floating-point number is no function of real numbers.")
