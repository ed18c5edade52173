"""The short way equals the general way, on every row of the table."""

import operator
import re
import warnings
from fractions import Fraction

import numpy as np
import pytest

from dualad import Dual, jacobian, jvp, linearize, value_and_derivative
from dualad.errors import ShapeError
from dualad.levels import make, new_level
from dualad.objects import packed
from dualad.operators.twice import four_parts, twice
from dualad.rules.table import PARTIALS
from dualad.shortways import arraywise, functions, nested, recorded, ufuncs
from dualad.tangents import dense
from tests.cases import ALL
from tests.numerical import directions_like, results
from tests.test_rules import cases, pushed

SHORT_WAYS = {
    ufuncs: ["of_number", "unary", "binary"],
    nested: ["unary", "binary"],
    functions: ["call"],
    arraywise: ["combined", "multiply", "divide", "inverted", "square", "result"],
}


@pytest.mark.parametrize("count", [None, 3])
@cases(lambda case: True)
def test_short_and_general_way_are_equal(case, count, monkeypatch):
    tangents = directions_like(case.points, 8, count)
    quick = pushed(case.function, case.points, tangents)
    for module, names in SHORT_WAYS.items():
        for name in names:
            monkeypatch.setattr(module, name, lambda *args: None)
    general = pushed(case.function, case.points, tangents)
    for (value, tangent), (expected, moved) in zip(quick, general, strict=True):
        np.testing.assert_array_equal(value, expected, strict=True)
        # a matrix product sums in another order where the memory lies otherwise, a quotient divides once
        size = np.max(np.abs(moved), initial=0.0, where=np.isfinite(moved))
        np.testing.assert_allclose(tangent, moved, rtol=2e-14, atol=1e-15 * size + 1e-300, strict=True)


@cases(lambda case: any(hasattr(f, "nin") for f in case.covers))
def test_short_and_general_way_are_equal_when_they_are_recorded(case, monkeypatch):
    points = [p if p.shape else p[()] for p in case.points]
    tangents = directions_like(case.points, 8, None)
    quick, moved = linearize(case.function, *points)
    monkeypatch.setattr(recorded, "elementwise", lambda *args: None)
    general, expected = linearize(case.function, *points)
    for found, known in ((quick, general), (moved(*tangents), expected(*tangents))):
        for one, other in zip(results(found), results(known), strict=True):
            np.testing.assert_array_equal(one, other, strict=True)


def second_order(case, count):
    """Value, both tangents and the second tangent of all results, in count directions at each level."""
    outer, inner = new_level(), new_level()
    first, second = directions_like(case.points, 8, count), directions_like(case.points, 9, count)
    arguments = twice([p if p.shape else p[()] for p in case.points], first, second, outer, inner)
    found = []
    for y in results(case.function(*arguments)):
        y = packed(y) if isinstance(y, np.ndarray) else y
        found += [part for part in four_parts(y, outer, inner) if part is not None]
    return found


@pytest.mark.parametrize("count", [None, 3])
@cases(lambda case: case.second and any(hasattr(f, "nin") for f in case.covers))
def test_short_and_general_way_are_equal_for_two_levels(case, count, monkeypatch):
    quick = second_order(case, count)
    for module, names in SHORT_WAYS.items():
        for name in names:
            monkeypatch.setattr(module, name, lambda *args: None)
    general = second_order(case, count)
    assert len(quick) == len(general)
    for part, expected in zip(quick, general, strict=True):
        size = np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected))
        np.testing.assert_allclose(part, expected, rtol=2e-13, atol=1e-14 * size + 1e-300, strict=True)


@pytest.mark.parametrize("count", [None, 3])
@pytest.mark.parametrize("ufunc", [f for f in PARTIALS if isinstance(f, np.ufunc) and f.nin == 1 and f.nout == 1])
def test_a_ufunc_of_a_number_is_that_of_an_array(ufunc, count):
    at = 1.5 if ufunc is np.arccosh else 0.5
    directions = np.linspace(1.0, 2.0, count)[:, None] if count else np.ones(1)
    expected = ufunc(Dual(np.array([at]), directions))
    for x in (at, np.float64(at)):
        y = ufunc(Dual(x, directions[..., 0] if count else 1.0))
        assert y.primal == expected.primal[0]
        np.testing.assert_allclose(y.tangent, expected.tangent[..., 0], rtol=1e-15)


@pytest.mark.parametrize("count", [None, 3])
@pytest.mark.parametrize("x", [np.float32([1.5, 2.5]), np.float32(1.5), np.float64([1.5]), 1.5, np.array(1.5)])
@pytest.mark.parametrize("y", [2, 2.5, np.float64(2.5), np.float32(2.5), np.longdouble(2.5), np.array([2.5, 3.5])])
def test_value_and_tangent_are_of_one_type(x, y, count):
    x = Dual(x, np.ones(((count,) if count else ()) + np.shape(x), np.asarray(x).dtype)[()])
    for f in (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow):
        for z, plain in ((f(x, y), f(x.primal, y)), (f(y, x), f(y, x.primal))):
            assert np.asarray(z.primal).dtype == np.asarray(plain).dtype
            assert np.asarray(z.tangent).dtype == np.asarray(plain).dtype
            assert np.shape(z.tangent) == ((count,) if count else ()) + np.shape(plain)


def numbers_of_all_kinds():
    return [1.5, -0.25, 0.0, np.float64(2.5), np.inf, np.nan]


@pytest.mark.parametrize("x", numbers_of_all_kinds())
@pytest.mark.parametrize("y", numbers_of_all_kinds())
@pytest.mark.parametrize("dx", [0.0, 1.0])
def test_operators_on_numbers_equal_those_on_arrays(x, y, dx):
    """The numbers take a road of their own in `arithmetic`, one-element arrays that of `shortways.ufuncs`."""

    a, b = Dual(x, dx), Dual(y, 2.0)
    c, d = Dual(np.array([x]), np.array([dx])), Dual(np.array([y]), np.array([2.0]))
    with np.errstate(all="ignore"):
        for f in (
            lambda u, v: u + v,
            lambda u, v: u - v,
            lambda u, v: u * v,
            lambda u, v: 2 * u + 1 - v * 3.0,
            lambda u, v: 1 - u,
            lambda u, v: -u / 4,
            lambda u, v: u / 2.0 + (1 + v),
            lambda u, v: u / v,
            lambda u, v: 3.0 / v,
        ):
            try:
                number = f(a, b)
            except ZeroDivisionError:  # as Python's floats without derivatives
                continue
            if np.isinf(number.primal) and np.isnan(number.tangent):  # a pole: one way may know its sign
                continue
            np.testing.assert_array_equal(f(c, d).primal[0], number.primal)
            np.testing.assert_array_equal(f(c, d).tangent[0], number.tangent)


BINARY = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, np.add, np.multiply, np.hypot]


@pytest.mark.parametrize("f", BINARY)
@pytest.mark.parametrize(
    ("shape", "first", "second"),
    [((), (1,), (3,)), ((), (3,), (1,)), ((), (), (3,)), ((3,), (1, 3), (4, 3)), ((3,), (3, 3), (3,)), ((3,), (3,), (3, 3)),
     ((1, 2), (1, 1, 2), (3, 1, 2))],
)  # fmt: skip
@pytest.mark.parametrize("as_array", [False, True])
def test_different_numbers_of_directions_are_refused(f, shape, first, second, as_array):
    value = np.full(shape, 2.0) if shape or as_array else 2.0
    with pytest.raises(ShapeError):
        f(Dual(value, np.ones(first)), Dual(value, np.ones(second)))


@pytest.mark.parametrize("x", [1.0, np.float64(1.0), np.array([1.0, 2.0])])
def test_quotients_with_a_tangent_of_an_outer_level(x):
    """Only the tangent of the dividend depends on the outer variable."""
    y = x + 2.0
    slope = jacobian(lambda v: jvp(lambda a, b: a / b, (x, y), (v, x))[1])(x)
    np.testing.assert_allclose(slope, np.diag(1 / y) if np.ndim(x) else 1 / y, rtol=1e-15)


@pytest.mark.parametrize("lead", [(), (1,)])
@pytest.mark.parametrize("divide", [operator.truediv, np.divide])
@pytest.mark.parametrize("kind", [float, np.float64, lambda x: np.array([x])])
def test_a_quotient_that_has_lost_digits_does_not_enter_its_slope(kind, divide, lead):
    rng = np.random.default_rng(3)
    for x, y in zip(10.0 ** rng.uniform(-322, -312, 200), 10.0 ** rng.uniform(-9, -2, 200), strict=True):
        expected = float(-np.longdouble(x) / np.longdouble(y) ** 2)
        a, b = kind(x), kind(y)
        shape = lead + np.shape(a)
        first = divide(Dual(a, np.zeros(shape)[()]), Dual(b, np.ones(shape)[()])).tangent
        inner = (
            Dual(Dual(a, np.zeros(shape)[()], 1), 0.0 * a, 2),
            Dual(Dual(b, np.ones(shape)[()], 1), 1.0 + 0.0 * a, 2),
        )
        for tangent in (first, divide(*inner).tangent.primal):
            np.testing.assert_allclose(np.ravel(tangent)[0], expected, rtol=1e-15, atol=5e-324)


@pytest.mark.parametrize("zero", [0, False, 0.0, np.int64(0), np.bool_(False)])
@pytest.mark.parametrize("count", [None, 2])
def test_a_quotient_by_a_constant_zero_is_infinite(zero, count):
    x = np.array([1.0, -2.0])
    dx = np.ones((count, 2) if count else 2)
    with np.errstate(all="ignore"):
        for divide in (operator.truediv, np.divide):
            y = divide(Dual(x, dx), zero)
            np.testing.assert_array_equal(y.primal, x / zero)
            np.testing.assert_array_equal(y.tangent, np.full(dx.shape, np.inf))


@pytest.mark.parametrize("dtype", [float, np.float32])
@pytest.mark.parametrize("count", [None, 3])
@pytest.mark.parametrize("ufunc", [f for f in PARTIALS if isinstance(f, np.ufunc) and f.nin == 1 and f.nout == 1])
def test_a_ufunc_of_an_array_without_axes_is_that_of_a_vector(ufunc, count, dtype):
    at = np.array(1.5 if ufunc is np.arccosh else 0.5, dtype)
    directions = np.linspace(1.0, 2.0, count).astype(dtype) if count else np.ones((), dtype)
    y, expected = ufunc(Dual(at, directions)), ufunc(Dual(at[None], directions[..., None]))
    assert y.primal == expected.primal[0]
    np.testing.assert_allclose(y.tangent, expected.tangent[..., 0], rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize(
    ("f", "at", "direction", "slope"),
    [
        (lambda x: x[0] + x[1], [1.0, 2.0], [1e308, 1e308], np.inf),
        (lambda x: x[0] - x[1], [1.0, 2.0], [np.inf, np.inf], np.nan),
        (lambda x: x[0] * x[1], [0.5, np.inf], [0.0, 0.0], 0.0),
        (lambda x: x[0] * x[1], [1.0, 1e-200], [1e-200, 0.0], 0.0),
        (lambda x: x[0] * np.inf, [0.5, 1.0], [0.0, 0.0], 0.0),
        (lambda x: 1e10 * x[0], [0.5, 1.0], [1e300, 0.0], np.inf),
        (lambda x: x[0] / x[1], [1.0, 1e100], [1e-300, 0.0], 0.0),
        (lambda x: x[0] / 1e100, [1.0, 1.0], [1e-300, 0.0], 0.0),
        (lambda x: 2.0 / x[1], [1.0, 1e100], [0.0, 1e-200], 0.0),
        (lambda x: x[0] ** 2, [1e-70, 1.0], [1e-300, 0.0], 0.0),
        (lambda x: x[0] ** 3, [1e-30, 1.0], [1e-300, 0.0], 0.0),
    ],
)
def test_tangents_of_numbers_add_no_warnings_and_no_errors(f, at, direction, slope):
    at, direction = np.array(at), np.array(direction)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        value, tangent = jvp(f, (at,), (direction,))
        np.testing.assert_array_equal(value, f(at), strict=True)
    assert type(tangent) is type(value)
    np.testing.assert_array_equal(tangent, slope)


@pytest.mark.parametrize("x", [1.5, np.float64(1.5), np.array([1.5])[0]])
def test_the_tangent_of_a_number_has_the_type_of_its_value(x):
    """A Python float would yield to the type of a float32 that it meets, and lose digits."""
    for y in (2.0, np.float64(2.0), Dual(2.0, 1.0), Dual(np.float64(2.0), 1.0)):
        for f in (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow):
            for z in (f(Dual(x, 0.1), y), f(y, Dual(x, 0.1))):
                assert type(z.tangent) in (np.float64, type(z.primal))
    for f in (lambda x: x, lambda x: x * x, lambda x: 1 - x, lambda x: x**3, np.sin):
        value, tangent = jvp(f, (x,), (0.1,))
        assert type(value) is type(tangent) is type(f(x))
        assert type(value_and_derivative(f)(x)[1]) is type(f(x))
    narrow = np.float32(1.1)
    np.testing.assert_allclose((narrow * Dual(np.float64(x), 0.1)).tangent, float(narrow) * 0.1, rtol=1e-15)


def test_the_table_is_long():
    assert len(ALL) > 100


@pytest.mark.parametrize("f", [np.log, np.sqrt, np.reciprocal, np.cbrt, np.arccosh, np.arctanh])
def test_python_floats_at_the_end_of_the_domain_give_infinities(f):
    at = {np.arccosh: 1.0, np.arctanh: 1.0}.get(f, 0.0)
    with np.errstate(all="ignore"):
        assert abs(f(Dual(at, 1.0)).tangent) == np.inf
        assert f(Dual(at, 0.0)).tangent == 0.0


MAGNITUDES = [0.0, 3e-308, 1e-300, 1e-150, 1e-8, 0.3, 1.0, 1.7, 19.0, 356.0, 372.0, 709.0, 800.0, 1e16, 1e200, 8e307,
              np.inf]  # fmt: skip
FORMULAS = [
    f for f, p in PARTIALS.items() if isinstance(f, np.ufunc) and (p.plain is not None or p.of_floats is not None)
]


@pytest.mark.parametrize("ufunc", FORMULAS)
@pytest.mark.parametrize("moved", [1.0, 0.0, -1e-30, 1e-300, 1e300, np.inf])
def test_formulas_of_the_short_way_hold_over_the_whole_range(ufunc, moved):
    """A number, a vector and several directions at once, against a type of wider range."""
    points = [x for size in MAGNITUDES for x in (size, -size)] + [np.nan]
    directions = np.array([moved, 1.0, -moved])

    wide = np.longdouble
    assert len(FORMULAS) > 10
    with np.errstate(all="ignore"):
        exact, slope = (ufunc(Dual(np.array(points, wide), np.full(len(points), d, wide))).tangent for d in (moved, 1))
        kept = ~np.isfinite(slope) | (np.abs(slope) < 1e308) & ((np.abs(slope) > 1e-300) | (np.abs(moved) <= 1))
        number = [ufunc(Dual(x, moved)).tangent for x in points]
        vector = [ufunc(Dual(np.array([x, 0.5]), np.array([moved, 1.0]))).tangent[0] for x in points]
        several = [ufunc(Dual(np.array([x, 0.5]), np.stack([directions] * 2, 1))).tangent[0, 0] for x in points]
        for found in (number, vector, several):
            np.testing.assert_allclose(np.array(found)[kept], exact[kept].astype(float), rtol=1e-15, atol=1e-322)


@pytest.mark.parametrize("ufunc", [f for f in FORMULAS if PARTIALS[f].plain is not None and f is not np.tanh])
@pytest.mark.parametrize("length", [1, 2, 7, 8, 33, 1000])
def test_numpy_raises_a_flag_outside_of_the_domain(ufunc, length):
    """The short way relies on it: the formula alone is finite there."""
    x = np.full(length, 0.5)
    for i in {0, length // 2, length - 1}:
        at = x.copy()
        at[i] = -1.5
        with np.errstate(invalid="raise"), pytest.raises(FloatingPointError):
            ufunc(at)
        with np.errstate(invalid="ignore"):
            assert np.isnan(ufunc(Dual(at, np.ones(length))).tangent[i])


WARNING = [
    np.log,
    np.sqrt,
    np.arccos,
    np.exp,
    np.reciprocal,
    np.tan,
    np.arctanh,
    np.log1p,
    np.cbrt,
    np.square,
    np.sinh,
    np.abs,
]
WARNING_BINARY = [np.add, np.subtract, np.multiply, np.divide, np.power, np.arctan2, np.hypot, np.maximum, np.fmod,
                  np.logaddexp, operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod]  # fmt: skip
EDGES = [-1.0, 0.0, 1.0, 1e300, np.inf, -np.inf, np.nan, 1e-300]
KINDS = {
    "number": (lambda x: x, lambda x, dx: Dual(x, dx)),
    "array": (lambda x: np.array([x, 0.5]), lambda x, dx: Dual(np.array([x, 0.5]), np.array([dx, 1.0]))),
    "directions": (
        lambda x: np.array([x, 0.5]),
        lambda x, dx: Dual(np.array([x, 0.5]), np.array([[dx, 1.0], [1.0, 1.0]])),
    ),
}


def warned(f, *args):
    """The warnings of a call, each as often as it was given, or the name of its exception."""
    with warnings.catch_warnings(record=True) as record:
        warnings.simplefilter("always")
        try:
            f(*args)
        except ArithmeticError as error:
            return type(error).__name__
    return sorted(str(one.message) for one in record)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dx", [0.0, 1.0, np.inf])
def test_each_warning_of_the_value_is_given_once_and_no_other(kind, dx):
    plain, dual = KINDS[kind]
    for x in EDGES:
        for f in WARNING:
            assert warned(f, dual(x, dx)) == warned(f, plain(x)), (f, x)
        for y in EDGES:
            for f in WARNING_BINARY:
                expected = warned(f, plain(x), plain(y))
                assert warned(f, dual(x, dx), dual(y, 1.0)) == expected, (f, x, y)
                assert warned(f, dual(x, dx), plain(y)) == expected, (f, x, y)
                assert warned(f, plain(x), dual(y, dx)) == expected, (f, x, y)
                assert warned(f, dual(x, dx), y) == warned(f, plain(x), y), (f, x, y)


A, B = np.linspace(0.5, 2.0, 6).reshape(2, 3), np.linspace(-1.0, 1.0, 6).reshape(2, 3)
# knots for np.interp
X, Y = np.array([-0.7, 0.1, 0.3, 0.8, 1.5, 1.51, 1.9]), np.array([1.0, -2.0, 0.5, 4.0, 4.0, 7.0, 6.5])
MOVING = [
    lambda a, b: np.sum(a), lambda a, b: np.sum(a, 0), lambda a, b: np.sum(a, axis=-1), lambda a, b: np.sum(a, axis=(0, 1)),
    lambda a, b: np.sum(a, 1, float), lambda a, b: np.sum(a, None, None, None, True), lambda a, b: np.sum(a, initial=2.0),
    lambda a, b: np.sum(a, axis=np.int64(1)), lambda a, b: np.sum(a[0]), lambda a, b: a.sum(), lambda a, b: a.sum(1),
    lambda a, b: np.sum(a.T, axis=0), lambda a, b: np.sum(a, where=a.primal > 1.0), lambda a, b: np.sum(a[:0], axis=0),
    lambda a, b: np.mean(a), lambda a, b: np.mean(a, 1), lambda a, b: np.mean(a, axis=-2, keepdims=True),
    lambda a, b: np.concatenate([a, b]), lambda a, b: np.concatenate((a, B), 1), lambda a, b: np.concatenate([A, b], axis=-1),
    lambda a, b: np.concatenate([a, b], None), lambda a, b: np.concatenate([a, b], axis=0, dtype=np.float32),
    lambda a, b: np.concatenate([a[0], [1.0, 2.0], b[1]]), lambda a, b: np.concatenate([a.T, b.T]),
    lambda a, b: np.concatenate([a[0], np.arange(3)]), lambda a, b: np.stack([a, b]), lambda a, b: np.stack([a, B, b], -1),
    lambda a, b: np.stack([a[0, 0], b[0, 0]]), lambda a, b: np.stack([a, b], axis=1), lambda a, b: np.concatenate([a]),
    lambda a, b: np.dot(a, b.T), lambda a, b: np.dot(a, B[0]), lambda a, b: np.dot(A[0], b.T), lambda a, b: np.dot(a, 2.0),
    lambda a, b: np.dot(a[0], b[0]), lambda a, b: a.dot(b.T), lambda a, b: np.reshape(a, (3, 2)), lambda a, b: a.reshape(-1),
    lambda a, b: np.reshape(a, 6), lambda a, b: a.T.reshape(6), lambda a, b: a.reshape(3, 2, order="F"), lambda a, b: a.ravel(),
    lambda a, b: np.ravel(a, "F"), lambda a, b: np.ravel(a.T, "K"), lambda a, b: np.reshape(a[0, 0], (1,)), lambda a, b: a.T,
    lambda a, b: np.transpose(a, (0, 1)), lambda a, b: a[:, None].T, lambda a, b: a.transpose(1, 0), lambda a, b: a.copy(),
    lambda a, b: np.copy(a.T), lambda a, b: a.T.copy("F"), lambda a, b: np.copy(a, subok=True), lambda a, b: np.copy(a[::-1]),
    lambda a, b: np.where(A > 1, a, b), lambda a, b: np.where(a > 1, a, 2.0), lambda a, b: np.where(A > 1, 1, b),
    lambda a, b: np.where(A > 1, B, b), lambda a, b: np.where(A[0] > 1, a, b), lambda a, b: np.where(A > 1, a[0], b),
    lambda a, b: np.where(A[None] > 1, a, b), lambda a, b: np.where(A[0] > 1, a[0, 0], b[0]), lambda a, b: np.where(A, a, b),
    lambda a, b: np.where(True, a, b), lambda a, b: np.where(A.T > 1, a.T, b.T), lambda a, b: np.where(A > 1, np.float32(2), b),
    lambda a, b: np.hstack([a, b]), lambda a, b: np.vstack([a[0], b]), lambda a, b: np.hstack([a[0, 0], b[0]]),
]  # fmt: skip
OF_VECTORS = [
    lambda a, b: np.max(a[0]), lambda a, b: np.min(b[1]), lambda a, b: np.max(a), lambda a, b: np.max(a[0], initial=9.0),
    lambda a, b: np.max(np.stack([a[0, 0], b[0, 0], a[0, 0]])), lambda a, b: np.min(np.stack([a[0, 0], b[0, 0] * np.nan])),
    lambda a, b: a[0].max(), lambda a, b: np.amin(a[0], keepdims=True), lambda a, b: np.max(a[0], 0), lambda a, b: np.amax(b[1]),
    lambda a, b: np.clip(a, 0.6, 1.2), lambda a, b: np.clip(a, 0, 1), lambda a, b: np.clip(a, 0.5, 2.0), lambda a, b: a.clip(1, 2),
    lambda a, b: np.clip(b * np.nan, -1, 1), lambda a, b: np.clip(a, 1.2, 0.6), lambda a, b: np.clip(a, None, 1.0),
    lambda a, b: np.clip(a, 0.0, B), lambda a, b: np.clip(a[0], a_min=0.55, a_max=2.0), lambda a, b: np.clip(a, b, 2.0),
    lambda a, b: np.clip(a[0, 0], 0.2, 0.7), lambda a, b: np.linalg.norm(a[0]), lambda a, b: np.linalg.norm(b[1], 2),
    lambda a, b: np.linalg.norm(a), lambda a, b: np.linalg.norm(b[0] * 0.0), lambda a, b: np.linalg.norm(a[1] * 1e-200),
    lambda a, b: np.linalg.norm(a[1] * 1e150), lambda a, b: np.linalg.norm(a[0], axis=0), lambda a, b: np.linalg.norm(a[:, 0], 1),
    lambda a, b: np.prod(a[0]), lambda a, b: np.prod(b[0] * a[1]), lambda a, b: np.prod(a[0] - 0.5), lambda a, b: np.prod(a),
    lambda a, b: np.prod(a[0] * np.array([1e-200, 1e-120, 1e200])), lambda a, b: np.prod(a[0] * 1e-80),
    lambda a, b: np.prod(a[1] * np.array([1e200, 1e-200, 1.0])),
    lambda a, b: np.prod(a[0], keepdims=True), lambda a, b: np.var(a[0]), lambda a, b: np.std(b[1]), lambda a, b: np.var(a, axis=1),
    lambda a, b: np.std(a[0], ddof=1), lambda a, b: np.std(a[0] * 0.0 + 1.0), lambda a, b: np.var(a[0] * 1e-170),
    lambda a, b: np.diff(a[0]), lambda a, b: np.diff(a[1], 2), lambda a, b: np.diff(a[0], n=0), lambda a, b: np.diff(a, axis=0),
    lambda a, b: np.diff(a[0], prepend=b[0]), lambda a, b: np.diff(a[0], 1, 0), lambda a, b: np.cumsum(a[0]), lambda a, b: np.cumsum(a),
    lambda a, b: np.cumsum(a[0], 0), lambda a, b: np.roll(a[0], 1), lambda a, b: np.roll(a[0], shift=-2), lambda a, b: np.roll(a, 1, 1),
    lambda a, b: np.trapezoid(a[0]), lambda a, b: np.trapezoid(a[0], A[1]), lambda a, b: np.trapezoid(a[0], dx=0.1),
    lambda a, b: np.trapezoid(a[0], b[0]), lambda a, b: np.trapezoid(A[0], b[0]), lambda a, b: np.trapezoid(a[0], [0.0, 1.0, 3.0]),
    lambda a, b: np.interp(a, X, Y), lambda a, b: np.interp(b, X, Y), lambda a, b: np.interp(a[0, 0], X, Y),
    lambda a, b: np.interp(a + 2.0, X, Y), lambda a, b: np.interp(a, X, Y, 0.0), lambda a, b: np.interp(a * np.nan, X, Y),
    lambda a, b: np.interp(a, X, Y, period=1.0), lambda a, b: np.interp(a[0, 1], [0.0, 0.6, 1.0], [1.0, 2.0, 4.0]),
    lambda a, b: np.interp(a[0, 1], X[:1], Y[:1]), lambda a, b: np.interp(A, X, np.append(b, a[0, 0])), lambda a, b: np.interp(b, a[0], b[0]),
]  # fmt: skip


CALLS = MOVING + OF_VECTORS


@pytest.mark.parametrize("count", [None, 3])
@pytest.mark.parametrize("number", range(len(CALLS)))
def test_functions_with_any_options_equal_the_general_way(number, count, monkeypatch):
    lead = () if count is None else (count,)
    rng = np.random.default_rng(number)
    a, b = (Dual(x, rng.uniform(-1, 1, (*lead, 2, 3))) for x in (A, B))
    quick = CALLS[number](a, b)
    monkeypatch.setattr(functions, "call", lambda *args: None)
    general = CALLS[number](a, b)
    for part in ("primal", "tangent"):
        found, expected = getattr(quick, part), getattr(general, part)
        assert type(found) is type(expected)
        size = np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected)) if part == "tangent" else 0.0
        np.testing.assert_allclose(
            found, expected, rtol=2e-15 if part == "tangent" else 0, atol=1e-15 * size, strict=True
        )


def nested_parts(x):
    """A Dual of any levels as nested tuples."""
    return (x.level, nested_parts(x.primal), nested_parts(x.tangent)) if isinstance(x, Dual) else x


def assert_close(found, expected, rtol):
    """Of two nested tuples of parts."""
    if isinstance(expected, tuple):
        assert found[0] == expected[0]
        for one, other in zip(found[1:], expected[1:], strict=True):
            assert_close(one, other, rtol)
    else:
        size = np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected))
        np.testing.assert_allclose(found, expected, rtol=0, atol=rtol * size, strict=True)


@pytest.mark.parametrize("count", [None, 3])
@pytest.mark.parametrize("number", range(len(CALLS)))
def test_functions_of_duals_of_two_levels_equal_the_general_way(number, count, monkeypatch):
    rng = np.random.default_rng(number)
    first, second = (2, 3) if count is None else (count, 2, 3), (2, 3) if count is None else (count + 2, 2, 3)
    a = make(Dual, A.copy(), rng.uniform(-1, 1, first), new_level())
    b = make(Dual, B.copy(), rng.uniform(-1, 1, second), new_level())
    try:
        quick = CALLS[number](a, b)
    except ShapeError:  # of directions at one level
        quick = None
    monkeypatch.setattr(functions, "call", lambda *args: None)
    general = CALLS[number](a, b) if quick is not None else None
    if quick is not None:
        assert_close(nested_parts(quick), nested_parts(general), 0 if number < len(MOVING) else 1e-13)


def test_views_by_reshape_and_transpose_alias():
    for count in (None, 3):
        x = make(Dual, A.copy(), np.ones((2, 3) if count is None else (count, 2, 3)), new_level())
        for view in (x.reshape(6), x.ravel(), x.T, np.reshape(x, (3, 2)), np.transpose(x)):
            before = x.tangent.copy()
            view *= 2.0
            np.testing.assert_array_equal(x.tangent, 2 * before)
            assert np.shares_memory(view.primal, x.primal)
        copied = x.copy()
        copied *= 0.0
        assert x.tangent.all()
        turned = x.T.reshape(6)
        turned *= 0.0
        assert x.tangent.all()


@pytest.mark.parametrize(
    "f",
    [
        lambda x, c: x * c,
        lambda x, c: c / x,
        lambda x, c: x + c,
        lambda x, c: np.hypot(x, c),
        lambda x, c: np.maximum(x, 0.1),
        lambda x, c: x**1.5,
    ],
)
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("count", [None, 3])
def test_results_beside_an_array_lie_in_memory_as_their_tangents(f, order, count):
    """So that a view of the value that needs no copy views the tangent too."""
    lead = () if count is None else (count,)
    tangent = np.stack([np.array(np.full((2, 3), i + 1.0), order=order) for i in range(count or 1)])
    x = make(
        Dual,
        np.array(A, order=order),
        dense.laid_out_as(tangent.reshape(*lead, 2, 3), np.array(A, order=order)),
        new_level(),
    )
    y = f(x, np.array(B + 3.0, order=order))
    flat = y.T.reshape(-1) if order == "F" else y.reshape(-1)
    flat[0] = 0.0
    assert y.primal[0, 0] == 0.0
    assert not y.tangent[..., 0, 0].any()


def test_the_tangent_of_a_number_is_of_its_type():
    for f in (abs, np.abs, np.sin, np.cbrt, np.tan, np.negative, lambda x: x**3, lambda x: x % 1.5):
        for x in (-2.0, np.float64(-2.0)):
            with np.errstate(all="ignore"):
                y = f(Dual(x, type(x)(1.0)))
            assert type(y.tangent) is type(y.primal) is type(f(x)), f


CHANGES = {
    "number": lambda a, b: operator.iadd(a, 1.5), "Dual": lambda a, b: operator.imul(a, b), "itself": lambda a, b: operator.isub(a, a),
    "array": lambda a, b: operator.itruediv(a, A), "row": lambda a, b: operator.iadd(a, b[0]), "power": lambda a, b: operator.ipow(a, 2),
    "root": lambda a, b: operator.ipow(a, 0.5), "cube": lambda a, b: operator.ipow(a, 3), "powers": lambda a, b: operator.ipow(a, b),
    "integers": lambda a, b: operator.iadd(a, np.arange(3)), "view": lambda a, b: operator.iadd(a[:, 1:], a[:, :2]),
    "reversed": lambda a, b: operator.imul(a, a[::-1]), "floor": lambda a, b: operator.ifloordiv(a, 2.0),
    "remainder": lambda a, b: operator.imod(a, b + 2.0), "product": lambda a, b: operator.imatmul(a, np.eye(3)),
    "zero": lambda a, b: operator.itruediv(a, 0.0), "list": lambda a, b: operator.iadd(a, [1.0, 2.0, 3.0]),
    "float32": lambda a, b: operator.imul(a, np.float32(1.5)), "element": lambda a, b: operator.iadd(a, b[0, 0]),
}  # fmt: skip


@pytest.mark.parametrize("count", [None, 3])
@pytest.mark.parametrize("limit", [0, 10**6])
@pytest.mark.parametrize("change", CHANGES)
def test_changes_in_place_equal_the_general_way(change, limit, count, monkeypatch):
    """In the memory of the array, for those who view it too; with tangents that are lent and with copies."""
    monkeypatch.setattr(dense, "LENT_FROM", limit)

    def changed():
        rng = np.random.default_rng(5)
        lead = () if count is None else (count,)
        level = new_level()
        a, b = (make(Dual, x.copy(), rng.uniform(-1, 1, (*lead, 2, 3)), level) for x in (A, B))
        view, memory = a[1], a.primal
        with np.errstate(all="ignore"):
            returned = CHANGES[change](a, b)
        assert a.primal is memory
        return a, b, view, returned, a + 1.0

    quick = changed()
    plain = A.copy()
    with np.errstate(all="ignore"):
        CHANGES[change](plain, B.copy())
    np.testing.assert_array_equal(quick[0].primal, plain)
    monkeypatch.setattr(arraywise, "is_overwritten", lambda *args: False)
    for found, expected in zip(quick, changed(), strict=True):
        np.testing.assert_array_equal(found.primal, expected.primal)
        np.testing.assert_allclose(found.tangent, expected.tangent, rtol=1e-14, atol=1e-15)
        assert dense.settled(found).flags.writeable


@pytest.mark.parametrize("y", [np.ones((4, 2, 3)), np.ones(4), 1j, "a", None, np.ones((2, 3), complex)])
def test_changes_in_place_raise_numpys_errors_and_leave_the_array(y):
    a = Dual(A, B)
    with pytest.raises(Exception) as expected:
        operator.iadd(A.copy(), y)
    with pytest.raises(type(expected.value)):
        operator.iadd(a, y)
    np.testing.assert_array_equal(a.primal, A)
    np.testing.assert_array_equal(a.tangent, B)
    a.setflags(write=False)
    with pytest.raises(ValueError, match="read-only"):
        a += 1.0


@pytest.mark.parametrize("f", [
    lambda x: np.sum(x, axis=5), lambda x: np.mean(x, axis=5), lambda x: np.concatenate([x, np.ones((2, 2))]),
    lambda x: np.stack([x, x[1:]]), lambda x: np.concatenate([]), lambda x: np.dot(x, np.ones(9)), lambda x: np.sum(x, axis="a"),
])  # fmt: skip
def test_functions_on_the_short_way_raise_numpys_errors(f):
    x = np.linspace(0.0, 1.0, 4)
    with pytest.raises(Exception) as expected:
        f(x)
    with pytest.raises(type(expected.value), match=re.escape(str(expected.value))):
        f(Dual(x, np.ones(4)))


def test_an_array_is_spare_only_where_nothing_else_knows_it():
    like = np.ones(3)

    def fresh():
        array = np.ones(3)
        return ufuncs.is_spare(array, like)

    def known_twice():
        array = np.ones(3)
        other = array
        return ufuncs.is_spare(array, like) or other is None

    def part_of_another():
        array = np.ones(6)[:3]
        return ufuncs.is_spare(array, like)

    assert fresh()
    assert not known_twice()
    assert not part_of_another()


PLAIN = np.array([0.5, -1.25, 2.0, 0.75])
TAKEN = [
    (np.max, ()), (np.min, ()), (np.clip, (-1.0, 1)), (np.linalg.norm, ()), (np.prod, ()), (np.var, ()), (np.std, ()),
    (np.diff, ()), (np.diff, (2,)), (np.cumsum, ()), (np.roll, (1,)), (np.trapezoid, ()), (np.trapezoid, (None, 0.1)),
    (np.interp, (X, Y)), (np.sum, ()), (np.mean, ()), (np.reshape, ((2, 2),)), (np.ravel, ()), (np.copy, ()),
]  # fmt: skip


@pytest.mark.parametrize("count", [None, 3])
@pytest.mark.parametrize(("function", "others"), TAKEN)
def test_plain_calls_take_the_short_way(function, others, count):
    x = Dual(PLAIN, np.ones(4 if count is None else (count, 4)))
    assert functions.call(function, (x, *others), {}) is not None


TIES = [
    (np.max, (), [1.0, 2.0, 2.0]), (np.min, (), [np.nan, 1.0]), (np.max, (), []), (np.clip, (-1.0, 1.0), [0.0, 1.0]),
    (np.clip, (-1.0, 1.0), [np.nan]), (np.clip, (1.0, 1.0), [0.0, 2.0]), (np.clip, (2.0, 1.0), [0.0, 3.0]),
    (np.linalg.norm, (), [0.0, 0.0]), (np.linalg.norm, (), [1e-160, 1e-161]), (np.linalg.norm, (), [1e150]),
    (np.prod, (), [1.0, 0.0, 2.0]), (np.prod, (), [1e-200, 1e-120, 1e200]), (np.std, (), [1.0, 1.0]),
    (np.var, (), [1e-160, 3e-160]), (np.interp, (X, Y), [0.0, 0.1]), (np.interp, (X, Y), [np.nan]), (np.interp, (X[:1], Y[:1]), [0.0]),
    (np.diff, (0,), [1.0, 2.0]), (np.trapezoid, (np.arange(6.0).reshape(2, 3),), [1.0, 2.0, 4.0]),
    (np.trapezoid, (None, np.ones((2, 2))), [1.0, 2.0, 4.0]),
]  # fmt: skip


@pytest.mark.parametrize(("function", "others", "x"), TIES)
def test_ties_and_ends_of_the_range_take_the_general_way(function, others, x):
    assert functions.call(function, (Dual(np.array(x), np.ones(len(x))), *others), {}) is None


def test_pieces_that_end_in_nan_are_flat_beyond_their_ends():
    f = lambda x: np.interp(x, np.array([0.0, 1.0, 2.0]), np.array([1.0, np.nan, 3.0]))
    np.testing.assert_array_equal(jvp(f, (np.array([-1.0, 0.5, 3.0]),), (np.ones(3),))[1], [0.0, np.nan, 0.0])
    assert value_and_derivative(f)(-1.0) == (1.0, 0.0)


@pytest.mark.parametrize("f", [np.var, np.std, np.linalg.norm, np.prod])
def test_what_leaves_the_range_warns_once(f):
    x = np.array([1e200, -1e200, 3e200])
    with warnings.catch_warnings(record=True) as expected:
        warnings.simplefilter("always")
        f(x)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        jvp(f, (x,), (np.ones(3),))
    assert [str(w.message) for w in found] == [str(w.message) for w in expected]


def test_what_does_not_move_wins_over_an_infinite_width():
    widths = np.array([0.0, 1.0, np.inf])
    found = jacobian(lambda y: np.trapezoid(y * 1.0, widths))(np.array([1.0, 2.0, 3.0]))
    np.testing.assert_array_equal(found, [0.5, np.inf, np.inf])


def test_names_that_numpy_does_not_know_are_refused():
    x = Dual(np.ones(3), np.ones(3))
    for call in (lambda: np.clip(x, low=-1, high=1), lambda: np.diff(x, a=x), lambda: np.concatenate(arrays=[x])):
        with pytest.raises((TypeError, AttributeError)):
            call()


def test_the_spread_of_numbers_far_from_zero_keeps_its_digits():
    x, v = 1e8 + np.array([0.25, -1.5, 3.125, 0.5]), np.array([1.0, -2.0, 0.3, 0.7])
    exact, moved = [Fraction(one) for one in x], [Fraction(one) for one in v]
    mean = sum(exact) / 4
    expected = float(2 * sum((one - mean) * d for one, d in zip(exact, moved, strict=True)) / 4)
    assert abs(jvp(np.var, (x,), (v,))[1] / expected - 1) < 1e-14
