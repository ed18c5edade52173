"""Polynomials by their coefficients, the highest power first."""

import numpy as np

from dualad.errors import LostDerivativeError, NoRuleError
from dualad.levels import Expanded, Perturbed
from dualad.rules import calls
from dualad.rules.products import times
from dualad.rules.pushforwards import Formula, Pushforward, with_tangents
from dualad.rules.table import add, name_of
from dualad.tangents import dense
from dualad.tangents.symbolic import NotRecordedError, is_symbolic


class OfCoefficients(Formula):
    """A formula of coefficient sequences; `numpy.poly1d` keeps them in an array of numbers."""

    def normal(self, call):
        if any(isinstance(call.given.get(name), np.poly1d) for name in self.data):
            raise NoRuleError(
                f"{name_of(call.function)}: numpy.poly1d cannot hold a derivative. Pass its coefficients, p.coeffs."
            )
        return super().normal(call)


def of_coefficients(function, data, of_duals):
    """This function of `numpy.poly1d` or coefficients has the derivative of a formula."""
    add(function, OfCoefficients(data, of_duals))


def line(p):
    return np.reshape(p, 1) if np.ndim(p) == 0 else p


def shifted(p, before, after):
    """The coefficients with zeros around them."""
    return np.concatenate([np.zeros(before, p.dtype), p, np.zeros(after, p.dtype)])


def without_leading(p, count, function):
    """Without the leading coefficients that NumPy drops because their value is zero."""
    dropped = p[:count]
    if count and isinstance(dropped, Expanded) and dropped.is_constant():
        return p[count:]
    if count and isinstance(dropped, (Perturbed, Expanded)):
        if isinstance(dropped, Perturbed):
            if is_symbolic(dropped.tangent):
                raise NotRecordedError(dropped.tangent, function)
            if np.all(dense.is_zero(dropped.tangent)):
                return p[count:]
        raise LostDerivativeError(
            f"{function} drops a leading coefficient that is zero in value but not in its derivative. "
            "Use np.convolve(a1, a2), which keeps all coefficients, or leave the leading one out."
        )
    return p[count:]


def _trimmed(p):
    p = line(p)
    found = np.flatnonzero(calls.stripped(p))
    return without_leading(p, int(found[0]) if found.size else len(p) - 1, "numpy.polymul")


def _summed(sign):
    def formula(call):
        a, b = line(call.a1), line(call.a2)
        size = max(len(a), len(b))
        return shifted(a, size - len(a), 0) + sign * shifted(b, size - len(b), 0)

    return formula


def _polydiv(call):
    """Long division; its remainder has lost the coefficients that cancel, and those that are zero by chance."""
    u, v = line(call.u), line(call.v)
    steps = len(u) - len(v) + 1
    quotient = []
    rest = u
    for k in range(steps):
        factor = rest[k] / v[0]
        quotient.append(factor)
        rest = rest - shifted(v, k, steps - 1 - k) * factor
    left = len(np.polydiv(calls.stripped(u), calls.stripped(v))[1])
    cancelled = min(max(steps, 0), len(u) - left)
    rest = without_leading(rest[cancelled:], len(u) - left - cancelled, "numpy.polydiv")
    return (np.stack(quotient) if quotient else None), rest


def _polyval(call):
    p, x = line(call.p), call.x
    y = np.zeros_like(x)
    for coefficient in p:
        y = y * x + coefficient
    return y


def _polyder(call):
    p = call.p
    for _ in range(int(call.m)):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


def _polyint(call):
    p, m = call.p, int(call.m)
    k = np.zeros(m) if call.k is None else line(call.k)
    for i in range(m):
        p = np.concatenate([p / np.arange(len(p), 0, -1), line(k[0 if len(k) == 1 else i])])
    return p


of_coefficients(np.polyadd, "a1 a2", _summed(1))
of_coefficients(np.polysub, "a1 a2", _summed(-1))
of_coefficients(np.polymul, "a1 a2", lambda call: np.convolve(_trimmed(call.a1), _trimmed(call.a2)))
of_coefficients(np.polydiv, "u v", _polydiv)
of_coefficients(np.polyval, "p x", _polyval)
of_coefficients(np.polyder, "p", _polyder)
of_coefficients(np.polyint, "p k", _polyint)


def _roots(call, y, dp):
    """``p(y) = 0``, so ``p'(y) dy = -dp(y)``: a multiple root is a pole."""
    p = line(call.p)
    slope = np.polyval(np.polyder(p), y)
    moved = 0.0
    for i in range(len(p)):
        moved = moved * y + dp[..., i : i + 1]
    return -moved / slope


def _poly(call, y, dzeros):
    zeros = call.seq_of_zeros
    if dense.rank(zeros) == 2:
        return _characteristic(zeros, y, dzeros)
    zeros = line(zeros)
    count = len(zeros)
    if not count:
        return None
    dzeros = np.reshape(dzeros, (*dzeros.shape, 1)) if dense.rank(call.seq_of_zeros) == 0 else dzeros
    p = np.ones(1)
    dp = np.zeros((*dzeros.shape[:-1], 1))
    for i in range(count):
        dp = _grown(dp, zeros[i]) - dzeros[..., i : i + 1] * np.concatenate([np.zeros(1), p])
        p = _grown(p, zeros[i])
    return dp


def _grown(p, zero):
    """The coefficients of ``p(x) * (x - zero)``."""
    nothing = np.zeros((*p.shape[:-1], 1))
    return np.concatenate([p, nothing], axis=-1) - zero * np.concatenate([nothing, p], axis=-1)


def _characteristic(a, y, da):
    """``d det(s - a) = -trace(adjugate(s - a) da)``, the adjugate being a polynomial in s with matrices B_k.

    Source: Gantmacher (1959), "The theory of matrices", chapter 4, section 5.
    """
    adjugate = np.eye(len(a))
    moved = [np.zeros(da.shape[:-2])]
    for k in range(1, len(a) + 1):
        moved.append(-np.sum(np.transpose(adjugate) * da, axis=(-2, -1)))
        adjugate = np.matmul(a, adjugate) + y[k] * np.eye(len(a))
    return np.stack(moved, axis=-1)


add(np.roots, Pushforward("p", _roots))
add(np.poly, Pushforward("seq_of_zeros", _poly))


class Fit(Pushforward):
    """Least squares ``a c = b`` with ``a = w * vander(x)``: the coefficients, and on demand their covariance."""

    def __init__(self):
        super().__init__("x y w", self._push)

    def _push(self, plain, y, *tangents):
        if plain.full:
            raise NoRuleError(
                "numpy.polyfit with full=True is not differentiated: it also gives singular values. Call it without "
                "full, and compute the residuals as np.polyval(c, x) - y."
            )
        call, level = with_tangents(plain, self.data, tangents)
        a, b = _equations(call)
        matrix, right = (calls.primal_at(m, level) for m in (a, b))
        size = np.sqrt(np.sum(matrix * matrix, axis=0))
        inverse = np.linalg.pinv(matrix / size) / size[:, None]
        c, covariance = y if isinstance(y, tuple) else (y, None)
        dc = _moved(inverse, matrix, right, c, calls.tangent_at(a, level), calls.tangent_at(b, level))
        if covariance is None:
            return dc
        return dc, calls.tangent_at(_covariance(call, a, b), level)


def _equations(call):
    a, b = _powers(call.x, int(call.deg)), call.y
    if call.w is not None:
        a, b = a * call.w[:, None], (b * call.w[:, None] if dense.rank(b) == 2 else b * call.w)
    return a, b


def _powers(x, degree):
    return np.stack([np.power(x, k) for k in range(degree, -1, -1)], axis=-1)


def _moved(inverse, a, b, c, da, db):
    """``dc = P (db - da c) + P Pᵀ daᵀ (b - a c)``, P being the pseudoinverse.

    Source: Golub & Pereyra (1973), "The differentiation of pseudo-inverses and nonlinear least squares".
    """
    is_vector = dense.rank(b) == 1
    if is_vector:
        b, c, db = b[:, None], c[:, None], None if db is None else db[..., None]
    right = db
    if da is not None:
        fitted = times(da, c)
        right = -fitted if right is None else right - fitted
    dc = np.matmul(inverse, right)
    if da is not None:
        unexplained = np.matmul(np.swapaxes(da, -1, -2), b - np.matmul(a, c))
        dc = dc + np.matmul(np.matmul(inverse, np.transpose(inverse)), unexplained)
    return dc[..., 0] if is_vector else dc


def _covariance(call, a, b):
    size = np.sqrt(np.sum(calls.stripped(a) ** 2, axis=0))
    scaled = a / size
    base = np.linalg.solve(np.matmul(np.transpose(scaled), scaled), np.diag(1 / size)) / size[:, None]
    if call.cov == "unscaled":
        return base
    c = np.polyfit(call.x, call.y, call.deg, w=call.w)
    rest = b - np.matmul(a, c)
    scale = np.sum(rest * rest, axis=0) / (a.shape[0] - a.shape[1])
    return base * scale if dense.rank(scale) == 0 else base[:, :, None] * scale


add(np.polyfit, Fit())
