"""Ufuncs, element by element: one line each, result first in the partials."""

import math

import numpy as np

from dualad.rules.coefficients import choices, exponentials, plane, powers, quotients, trigonometric
from dualad.rules.coefficients.checks import in_domain
from dualad.rules.kinds import constant, elementwise, inverse, mended, outputs, refused

DEGREES = 180 / math.pi
RADIANS = math.pi / 180

elementwise(np.add, 1, 1)
elementwise(np.subtract, 1, -1)
elementwise(np.multiply, lambda z, x, y: y, lambda z, x, y: x)
elementwise(np.divide, quotients.divide_by_dividend, quotients.divide_by_divisor, together=quotients.divide)
elementwise(np.negative, -1)
elementwise(np.positive, 1)
elementwise(np.square, lambda y, x: 2 * x)
elementwise(np.reciprocal, lambda y, x: -(1 / x) / x)

elementwise(np.power, powers.power_by_base, powers.power_by_exponent)
elementwise(np.float_power, powers.power_by_base, powers.power_by_exponent)
mended(np.sqrt, lambda y, x: 0.5 / y, powers.unsigned)
elementwise(np.cbrt, powers.cbrt)

elementwise(np.exp, lambda y, x: y)
elementwise(np.exp2, exponentials.exp2)
elementwise(np.expm1, lambda y, x: np.exp(x))
inverse(np.log, lambda y, x: x, in_domain)
mended(np.log2, lambda y, x: exponentials.LOG2E / x, in_domain)
mended(np.log10, lambda y, x: exponentials.LOG10E / x, in_domain)
inverse(np.log1p, lambda y, x: 1 + x, in_domain)
elementwise(np.logaddexp, lambda z, x, y: exponentials.weight(x, y), lambda z, x, y: exponentials.weight(y, x))
elementwise(np.logaddexp2, lambda z, x, y: exponentials.weight2(x, y), lambda z, x, y: exponentials.weight2(y, x))

elementwise(np.sin, lambda y, x: np.cos(x))
elementwise(np.cos, lambda y, x: -np.sin(x))
elementwise(np.tan, trigonometric.tan)
elementwise(np.arcsin, lambda y, x: trigonometric.arcsin(x))
elementwise(np.arccos, lambda y, x: -trigonometric.arcsin(x))
elementwise(np.arctan, lambda y, x: trigonometric.arctan(x))
elementwise(np.arctan2, plane.arctan2_by_y, plane.arctan2_by_x)
elementwise(np.hypot, plane.hypot_first, plane.hypot_second)
elementwise(np.sinh, lambda y, x: np.cosh(x))
elementwise(np.cosh, lambda y, x: np.sinh(x))
elementwise(np.tanh, lambda y, x: trigonometric.sech2(x), over=lambda y, x: np.cosh(x) ** 2)
elementwise(np.arcsinh, lambda y, x: trigonometric.arcsinh(x))
elementwise(np.arccosh, lambda y, x: trigonometric.arccosh(x))
elementwise(np.arctanh, lambda y, x: trigonometric.arctanh(x))
elementwise(np.degrees, DEGREES)
elementwise(np.rad2deg, DEGREES)
elementwise(np.radians, RADIANS)
elementwise(np.deg2rad, RADIANS)

elementwise(np.fabs, lambda y, x: np.sign(x))
elementwise(np.copysign, choices.sign_flip, 0)
elementwise(np.maximum, choices.chosen, lambda z, x, y: choices.chosen(z, y, x))
elementwise(np.minimum, choices.chosen, lambda z, x, y: choices.chosen(z, y, x))
elementwise(np.fmax, choices.chosen, lambda z, x, y: choices.chosen(z, y, x))
elementwise(np.fmin, choices.chosen, lambda z, x, y: choices.chosen(z, y, x))
elementwise(np.heaviside, 0, lambda z, x, y: np.equal(x, 0) * 1.0)
elementwise(np.ldexp, lambda z, x, n: np.ldexp(np.ones_like(x), n), 0)
elementwise(np.fmod, 1, quotients.fmod_by_divisor)
elementwise(np.remainder, 1, quotients.remainder_by_divisor)
outputs(np.divmod, (0, 0), (1, quotients.remainder_by_divisor))
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
    refused(_ufunc, "it is defined for integers. Write x.astype(int) if it holds whole numbers.")
refused(
    np.nextafter,
    "the neighbour of a floating-point number is no function of real numbers. Write dualad.stop_derivative(x).",
)
