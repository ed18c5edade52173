"""Differences, slopes, integrals, sequences between two ends, special functions, and functions that turn complex."""

import numpy as np

from dualad.rules.special import bessel_i, sinc_derivative
from tests.cases.case import complexes, matrix, row

x, v, w = matrix(5, 3), matrix(7), matrix(3)
t = matrix(2, 5, 3)
z = complexes(5, 3)
apart = np.array([0.0, 0.3, 0.7, 0.8, 1.4, 1.6, 2.5])
mixed = matrix(5, 3, low=-1.9, high=1.8)
far = matrix(5, 3, low=-40, high=45)
beside_one = np.where(np.abs(np.abs(mixed) - 1) < 0.1, 0.4, mixed)
trapezoid = np.trapezoid
ALL_TRAPEZOIDS = tuple(np.__dict__[name] for name in ("trapezoid", "trapz") if name in np.__dict__)

CASES = [
    row(lambda x: np.diff(x), x, covers=np.diff),
    row(lambda x: np.diff(x, 2, 0), t[0], covers=np.diff),
    row(lambda x: np.diff(x, n=0), x, covers=np.diff),
    row(lambda x, p, q: np.diff(x, n=3, axis=1, prepend=p, append=q), t, 0.7, matrix(2, 2, 3), covers=np.diff),
    row(lambda p: np.diff(np.ones((2, 3)), axis=0, prepend=p), 0.7, covers=np.diff),
    row(lambda z: np.diff(z), z, covers=np.diff),
    row(lambda x: np.ediff1d(x), x, covers=np.ediff1d),
    row(lambda x, e, b: np.ediff1d(x, e, to_begin=b), x, matrix(2), 0.4, covers=np.ediff1d),
    row(lambda x: np.gradient(x), v, covers=np.gradient),
    row(lambda x: np.gradient(x), x, covers=np.gradient),
    row(lambda x: np.gradient(x, axis=-2, edge_order=2), t, covers=np.gradient),
    row(lambda x, h: np.gradient(x, h, edge_order=2), v, 0.3, covers=np.gradient),
    row(lambda x, h, k: np.gradient(x, h, k, axis=(2, 1)), t, 0.3, apart[:5], covers=np.gradient),
    row(lambda x, p: np.gradient(x, p), v, apart, covers=np.gradient),
    row(lambda x, p: np.gradient(x, p, edge_order=2), v, apart, covers=np.gradient),
    row(
        lambda p: np.gradient(v, p, edge_order=2), np.linspace(0, 3, 7), covers=np.gradient, second=False, narrow=False
    ),
    row(lambda z: np.gradient(z, 0.5, axis=0), z, covers=np.gradient),
    row(lambda y: trapezoid(y), x, covers=ALL_TRAPEZOIDS),
    row(lambda y, x: trapezoid(y, x), x, w, covers=trapezoid),
    row(lambda y, x: trapezoid(y, x, axis=1), t, matrix(5), covers=trapezoid),
    row(lambda y, x: trapezoid(y, x, axis=0), x, matrix(5, 3, seed=1), covers=trapezoid),
    row(lambda y, h: trapezoid(y, dx=h, axis=-2), x, 0.3, covers=trapezoid),
    row(lambda x: trapezoid(np.ones(7), x), apart, covers=trapezoid, narrow=False),
    row(lambda a, b: np.linspace(a, b, 7), 0.3, 1.7, covers=np.linspace),
    row(lambda a, b: np.linspace(a, b, 7, False), 0.3, 1.7, covers=np.linspace),
    row(lambda a, b: np.linspace(a, b, num=2, axis=-1, retstep=True), x, w, covers=np.linspace),
    row(lambda a, b: np.linspace(a, b, 7, axis=1), t[0], matrix(5, 3, seed=1), covers=np.linspace),
    row(lambda b: np.linspace(0, b, 7), 1.7, covers=np.linspace),
    row(lambda a, b: np.linspace(a, b, 1), 0.3, 1.7, covers=np.linspace),
    row(lambda a, b: np.linspace(a, b, 0), 0.3, 1.7, covers=np.linspace),
    row(lambda a, b: np.linspace(a, b, 7), z, w, covers=np.linspace),
    row(lambda a, b: np.logspace(a, b, 7), 0.3, 1.7, covers=np.logspace),
    row(lambda a, b, c: np.logspace(a, b, 7, False, c), 0.3, 1.7, 2.5, covers=np.logspace),
    row(lambda a, b, c: np.logspace(a, b, 7, base=c, axis=-1), x, w, w + 1, covers=np.logspace),
    row(lambda a, b, c: np.logspace(a, b, 7, base=c), 0.3, 1.7, w + 1, covers=np.logspace),
    row(lambda a, b, c: np.logspace(a, b, 7, base=c, axis=-1), w, 1.7, x + 1, covers=np.logspace),
    row(lambda a, b: np.geomspace(a, b, 7), 0.3, 1.7, covers=np.geomspace),
    row(lambda a, b: np.geomspace(a, b, 7, endpoint=False, axis=1), -x, -w, covers=np.geomspace),
    row(lambda a, b: np.geomspace(a, b, 7), z, w, covers=np.geomspace),
    row(lambda b: np.geomspace(1, b, 7), 5.0, covers=np.geomspace),
    row(lambda x: np.sinc(x), mixed, covers=np.sinc),
    row(lambda x: np.sinc(x), far, covers=np.sinc, narrow=False),
    row(lambda x: np.sinc(x), np.array([1e-3, -1e-4, 0.2]), covers=np.sinc),
    row(lambda z: np.sinc(z), z, covers=np.sinc),
    row(lambda x: sinc_derivative(1, x), mixed, covers=sinc_derivative),
    row(lambda x: sinc_derivative(2, x), mixed, covers=sinc_derivative),
    row(lambda x: np.i0(x), mixed, covers=np.i0),
    row(lambda x: np.i0(x) / np.cosh(x), far, covers=np.i0, narrow=False),
    row(lambda x: bessel_i(1, x), mixed, covers=bessel_i),
    row(lambda x: bessel_i(2, x) / np.cosh(x), far, covers=bessel_i, narrow=False),
    row(lambda x: np.emath.sqrt(x), x, covers=np.emath.sqrt),
    row(lambda x: np.emath.sqrt(x), mixed, covers=np.emath.sqrt, narrow=False),
    row(lambda x: np.emath.log(x), mixed, covers=np.emath.log, narrow=False),
    row(lambda x: np.emath.log2(x), mixed, covers=np.emath.log2, narrow=False),
    row(lambda x: np.emath.log10(x), mixed, covers=np.emath.log10, narrow=False),
    row(lambda n, x: np.emath.logn(n, x), x + 1.5, mixed, covers=np.emath.logn, narrow=False),
    row(lambda n, x: np.emath.logn(n, x), -x - 1.5, x, covers=np.emath.logn, narrow=False),
    row(lambda x, p: np.emath.power(x, p), mixed, x, covers=np.emath.power, narrow=False),
    row(lambda x: np.emath.power(x, 3), -x, covers=np.emath.power, narrow=False),
    row(lambda x: np.emath.arcsin(x), beside_one, covers=np.emath.arcsin, narrow=False),
    row(lambda x: np.emath.arccos(x), beside_one, covers=np.emath.arccos, narrow=False),
    row(lambda x: np.emath.arctanh(x), beside_one, covers=np.emath.arctanh, narrow=False),
    row(lambda x: np.emath.arccos(x), x / 2, covers=np.emath.arccos),
    row(lambda z: np.emath.log(z), z, covers=np.emath.log),
]
