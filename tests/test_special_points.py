"""Ends of domains, kinks, poles, infinities: the derivative if it exists; at a kink the mean of the one-sided ones;
at a pole infinity; NaN where it is undefined; and a zero tangent wins over all but an undefined value.
"""

import warnings

import numpy as np
import pytest

from dualad import Dual, jvp, linearize
from dualad.levels import make, new_level

INF, NAN = np.inf, np.nan
KINDS = ["python", "float64", "array", "float32"]


def as_kind(x, kind):
    if kind == "python":
        return x
    return np.array([x, x]) if kind == "array" else np.dtype(kind).type(x)


def slope(function, *x, wrt=0, kind="float64", tangent=1.0):
    """One partial derivative, with NumPy's warnings about the value ignored."""
    x = [as_kind(p, kind) for p in x]
    level = new_level()
    v = as_kind(tangent, kind)
    with np.errstate(all="ignore"):
        y = function(*[make(Dual, p, v, level) if i == wrt else p for i, p in enumerate(x)])
    dy = y.tangent if isinstance(y, Dual) else 0.0 * v
    assert np.shape(dy) == np.shape(v)
    return np.ravel(dy)[0]


ONE_ARGUMENT = [
    (np.absolute, [(0.0, 0), (-0.0, 0), (INF, 1), (-INF, -1)]),
    (np.fabs, [(0.0, 0), (INF, 1)]),
    (np.sign, [(0.0, 0)]),
    (np.sqrt, [(0.0, INF), (-0.0, INF), (INF, 0), (-1.0, NAN)]),
    (np.cbrt, [(0.0, INF), (-0.0, INF), (INF, 0), (-INF, 0)]),
    (np.reciprocal, [(0.0, -INF), (-0.0, -INF), (INF, 0)]),
    (np.log, [(0.0, INF), (-0.0, INF), (INF, 0), (-1.0, NAN), (-INF, NAN)]),
    (np.log2, [(0.0, INF), (-0.0, INF), (INF, 0), (-1.0, NAN)]),
    (np.log10, [(0.0, INF), (-0.0, INF), (INF, 0), (-1.0, NAN)]),
    (np.log1p, [(-1.0, INF), (INF, 0), (-2.0, NAN)]),
    (np.exp, [(INF, INF), (-INF, 0)]),
    (np.exp2, [(INF, INF), (-INF, 0)]),
    (np.expm1, [(INF, INF), (-INF, 0)]),
    (np.sin, [(INF, NAN)]),
    (np.tan, [(INF, NAN)]),
    (np.arcsin, [(1.0, INF), (-1.0, INF), (2.0, NAN)]),
    (np.arccos, [(1.0, -INF), (-1.0, -INF), (2.0, NAN)]),
    (np.arctan, [(INF, 0), (-INF, 0)]),
    (np.sinh, [(INF, INF), (-INF, INF)]),
    (np.cosh, [(0.0, 0), (INF, INF), (-INF, -INF)]),
    (np.tanh, [(INF, 0), (-INF, 0)]),
    (np.arcsinh, [(INF, 0), (-INF, 0)]),
    (np.arccosh, [(1.0, INF), (INF, 0), (0.5, NAN)]),
    (np.arctanh, [(1.0, INF), (-1.0, INF), (2.0, NAN)]),
    (np.floor, [(1.0, 0)]),
    (np.ceil, [(1.0, 0)]),
    (np.rint, [(0.5, 0)]),
    (np.trunc, [(1.0, 0)]),
]

TWO_ARGUMENTS = [
    # x, y: slopes by x and by y
    (np.maximum, {(1.0, 1.0): (0.5, 0.5), (INF, INF): (0.5, 0.5), (0.0, -0.0): (0.5, 0.5), (2.0, -INF): (1, 0)}),
    (np.minimum, {(1.0, 1.0): (0.5, 0.5), (-INF, -INF): (0.5, 0.5)}),
    (np.fmax, {(1.0, 1.0): (0.5, 0.5), (NAN, 1.0): (0, 1), (1.0, NAN): (1, 0)}),
    (np.fmin, {(1.0, 1.0): (0.5, 0.5), (NAN, 1.0): (0, 1)}),
    (np.power, {
        (0.0, 0.0): (0, -INF), (2.0, 0.0): (0, np.log(2)), (INF, 0.0): (0, INF), (-2.0, 0.0): (0, NAN),
        (0.0, 1.0): (1, 0), (-3.0, 1.0): (1, NAN), (INF, 1.0): (1, INF),
        (0.0, 2.0): (0, 0), (-3.0, 2.0): (-6, NAN), (INF, 2.0): (INF, INF),
        (0.0, 0.5): (INF, 0), (INF, 0.5): (0, INF), (-1.0, 0.5): (NAN, NAN),
        (0.0, 3.0): (0, 0), (-2.0, 3.0): (12, NAN), (-2.0, -3.0): (-3 / 16, NAN),
        (0.0, 1.5): (0, 0), (0.0, INF): (0, 0), (0.5, INF): (0, 0), (2.0, -INF): (0, 0),
        (0.0, -1.0): (-INF, -INF), (INF, -1.0): (0, 0), (1.0, 5.0): (5, 0), (-1.0, 3.0): (3, NAN),
    }),
    (np.divide, {(1.0, INF): (0, 0), (1.0, 0.0): (INF, -INF), (0.0, 0.0): (INF, NAN), (0.0, 2.0): (0.5, 0)}),
    (np.hypot, {(0.0, 0.0): (0, 0), (INF, 1.0): (1, 0), (1.0, -INF): (0, -1), (INF, INF): (NAN, NAN),
                (0.0, 1.0): (0, 1)}),
    (np.arctan2, {(0.0, 0.0): (NAN, NAN), (0.0, 1.0): (1, 0), (1.0, 0.0): (0, -1), (0.0, -1.0): (-1, 0),
                  (INF, 1.0): (0, 0), (1.0, INF): (0, 0), (INF, INF): (0, 0), (1.0, -INF): (0, 0)}),
    (np.logaddexp, {(-INF, 1.0): (0, 1), (1.0, -INF): (1, 0), (-INF, -INF): (0.5, 0.5), (INF, 1.0): (1, 0),
                    (INF, INF): (0.5, 0.5), (2.0, 2.0): (0.5, 0.5)}),
    (np.logaddexp2, {(-INF, 1.0): (0, 1), (-INF, -INF): (0.5, 0.5), (INF, 1.0): (1, 0)}),
    (np.copysign, {(0.0, 1.0): (0, 0), (-0.0, -1.0): (0, 0), (2.0, -0.0): (-1, 0), (-2.0, -1.0): (1, 0)}),
    # at a jump the value belongs to one branch, and so does the slope
    (np.remainder, {(6.0, 3.0): (1, -2), (-6.0, 3.0): (1, 2), (1.0, INF): (1, 0), (-1.0, INF): (1, 1)}),
    (np.fmod, {(6.0, 3.0): (1, -2), (-7.0, 3.0): (1, 2), (1.0, INF): (1, 0)}),
    (np.floor_divide, {(6.0, 3.0): (0, 0)}),
    (np.heaviside, {(0.0, 0.5): (0, 1), (1.0, 0.5): (0, 0)}),
]  # fmt: skip

FIRST = [(f, (x,), 0, dy) for f, table in ONE_ARGUMENT for x, dy in table]
FIRST += [(f, x, i, dy[i]) for f, table in TWO_ARGUMENTS for x, dy in table.items() for i in (0, 1)]


def named(row):
    return f"{row[0].__name__}({', '.join(map(str, row[1]))})/{'xy'[row[2]]}"


every_point = pytest.mark.parametrize(("function", "x", "wrt", "expected"), FIRST, ids=[named(row) for row in FIRST])


@pytest.mark.parametrize("kind", KINDS)
@every_point
def test_slope_at_a_special_point(function, x, wrt, expected, kind):
    found = slope(function, *x, wrt=wrt, kind=kind)
    np.testing.assert_allclose(found, expected, rtol=1e-6 if kind == "float32" else 1e-15)


@pytest.mark.parametrize("kind", KINDS)
@every_point
def test_zero_tangent_wins_unless_the_value_is_nan(function, x, wrt, expected, kind):
    with np.errstate(all="ignore"):
        value = function(*x)
    found = slope(function, *x, wrt=wrt, kind=kind, tangent=0.0)
    assert np.isnan(found) if np.isnan(value) and not np.isfinite(expected) else found == 0


@every_point
def test_zero_tangent_wins_in_each_direction_separately(function, x, wrt, expected):
    level = new_level()
    moved = make(Dual, np.array([x[wrt], x[wrt]]), np.array([[1.0, 1.0], [0.0, 1.0], [1.0, 0.0]]), level)
    with np.errstate(all="ignore"):
        value = function(*x)
        y = function(*[moved if i == wrt else p for i, p in enumerate(x)])
    dy = y.tangent if isinstance(y, Dual) else np.zeros((3, 2))
    np.testing.assert_allclose(dy[[0, 2], 0], [expected, expected], rtol=1e-15)
    if not np.isnan(value):
        assert dy[1, 0] == 0
        assert dy[2, 1] == 0


@every_point
def test_zero_tangent_wins_at_an_outer_level(function, x, wrt, expected):
    """Nothing moves at the inner level, so nothing comes out; at the outer one the slope is as ever."""
    outer, inner = new_level(), new_level()
    moved = make(
        Dual,
        make(Dual, np.float64(x[wrt]), np.float64(1.0), outer),
        make(Dual, np.float64(0.0), np.float64(0.0), outer),
        inner,
    )
    with np.errstate(all="ignore"):
        value = function(*x)
        y = function(*[moved if i == wrt else p for i, p in enumerate(x)])
    if np.isnan(value) or not isinstance(y, Dual):
        return
    if y.level == inner:
        assert y.tangent.primal == 0
        assert y.tangent.tangent == 0
        y = y.primal
    np.testing.assert_allclose(y.tangent, expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("write", "x", "expected"),
    [
        (lambda x: x**0, 0.0, 0), (lambda x: x**1, 0.0, 1), (lambda x: x**2, 0.0, 0), (lambda x: x**3, 0.0, 0),
        (lambda x: x**0.5, 0.0, INF), (lambda x: x**-1, 2.0, -0.25), (lambda x: x**2, -3.0, -6),
        (lambda x: x**3, -2.0, 12),
        (lambda x: 0.0**x, 2.0, 0), (lambda x: 1 / x, 4.0, -1 / 16), (lambda x: abs(x), 0.0, 0),
        (lambda x: x // 2.0, 4.0, 0), (lambda x: x % 2.0, 4.0, 1), (lambda x: 7.0 % x, 3.0, -2),
        (lambda x: divmod(7.0, x)[1], 3.0, -2),
        (lambda x: (-2.0) ** x, 3.0, NAN), (lambda x: x ** np.array(3), -2.0, 12),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", KINDS)
def test_operators_at_special_points(write, x, expected, kind):
    np.testing.assert_allclose(slope(write, x, kind=kind), expected, rtol=1e-6)


def test_integer_exponents_in_an_array():
    x = np.array([0.0, 0.0, 0.0, -2.0, 3.0, -1.5])
    n = np.array([0, 1, 2, 3, -2, 4], dtype=np.int8)
    _, dy = jvp(lambda x: x**n, (x,), (np.ones(6),))
    np.testing.assert_allclose(dy, [0, 1, 0, 12, -2 / 27, 4 * (-1.5) ** 3], rtol=1e-15)
    _, second = jvp(lambda x: jvp(lambda x: x**n, (x,), (np.ones(6),))[1], (x,), (np.ones(6),))
    np.testing.assert_allclose(second, [0, 0, 2, -12, 6 / 81, 12 * 2.25], rtol=1e-15)


def test_both_arguments_moving_with_zero_tangents():
    _, dy = jvp(np.power, (np.array([-2.0, 0.0]), np.array([3.0, 0.5])), (np.array([1.0, 0.0]), np.zeros(2)))
    np.testing.assert_array_equal(dy, [12.0, 0.0])


@pytest.mark.parametrize("kind", KINDS)
@every_point
def test_derivative_adds_no_warning(function, x, wrt, expected, kind):
    given = [as_kind(p, kind) for p in x]
    assert _warnings(lambda: function(*given)) >= _warnings(
        lambda: function(
            *[make(Dual, p, as_kind(1.0, kind), new_level()) if i == wrt else p for i, p in enumerate(given)]
        )
    )


def _warnings(run):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        run()
    return {str(one.message) for one in caught}


def test_zero_tangent_wins_when_a_recording_is_replayed():
    x = np.array([0.0, 1.0])
    _, replay = linearize(lambda x: np.sqrt(x) + np.arctan2(x, x) + x**0.5, x)
    np.testing.assert_array_equal(replay(np.array([0.0, 1.0])), [0.0, 1.0])
    np.testing.assert_array_equal(replay(np.array([1.0, 0.0])), [np.nan, 0.0])
