"""``reduce``, ``accumulate``, ``outer``, ``reduceat`` and ``at`` against differences and loops."""

import numpy as np
import pytest

from dualad import Dual, LostDerivativeError, NoRuleError, is_dual, jacobian, jvp
from dualad.levels import make, new_level
from dualad.rules import methods
from dualad.rules.table import RULES
from tests.cases.case import matrix
from tests.numerical import along

x, dx = matrix(2, 5, 3) + 0.2, matrix(2, 5, 3, seed=1) - 0.8
y, dy = matrix(7, 2, seed=2) + 0.044, matrix(7, 2, seed=3) - 0.8
SEVERAL = matrix(11, 2, 5, 3, seed=4) - 0.8
UFUNCS = [np.add, np.multiply, np.maximum, np.minimum, np.fmax, np.fmin, np.logaddexp, np.logaddexp2, np.hypot,
          np.subtract, np.divide, np.power]  # fmt: skip
every_ufunc = pytest.mark.parametrize("ufunc", UFUNCS, ids=[ufunc.__name__ for ufunc in UFUNCS])


def skip_without(ufunc):
    if ufunc is np.multiply and np.prod not in RULES:
        pytest.skip("numpy.prod has no rule")


def check(function, point=x, single=dx, several=SEVERAL, second=True, tolerance=1e-8):
    """Value, one direction, several directions and a second derivative of a function of one array."""
    value = function(point.copy())
    found, tangent = jvp(function, (point,), (single,))
    assert np.shape(found) == np.shape(value)
    assert np.asarray(found).dtype == np.asarray(value).dtype
    np.testing.assert_array_equal(found, value)
    np.testing.assert_allclose(tangent, along(function, (point,), (single,))[0], rtol=tolerance, atol=tolerance)

    together = function(Dual(point, several))
    np.testing.assert_array_equal(together.primal, value)
    for one, direction in zip(together.tangent, several, strict=True):
        np.testing.assert_allclose(one, jvp(function, (point,), (direction,))[1], rtol=1e-12, atol=1e-13)

    if second:
        outer, inner = new_level(), new_level()
        nested = function(make(Dual, make(Dual, point.copy(), several[0], outer), single, inner))
        np.testing.assert_array_equal(nested.primal.primal, value)
        first = lambda p: jvp(function, (p,), (single,))[1]
        mixed = nested.tangent.tangent if is_dual(nested.tangent) else 0.0
        np.testing.assert_allclose(mixed, along(first, (point,), (several[0],))[0], rtol=1e-6, atol=1e-6)


@every_ufunc
@pytest.mark.parametrize("axis", [0, 1, -2])
@pytest.mark.parametrize("keepdims", [False, True])
def test_reduce_along_one_axis(ufunc, axis, keepdims):
    skip_without(ufunc)
    check(lambda x: ufunc.reduce(x, axis, keepdims=keepdims))


REORDERABLE = [np.add, np.multiply, np.maximum, np.minimum, np.fmax, np.fmin, np.logaddexp, np.logaddexp2, np.hypot]
every_reorderable = pytest.mark.parametrize("ufunc", REORDERABLE, ids=[ufunc.__name__ for ufunc in REORDERABLE])


@every_reorderable
@pytest.mark.parametrize("axis", [None, (0, 2), (-1, 0, 1), ()])
def test_reduce_along_several_axes(ufunc, axis):
    skip_without(ufunc)
    check(lambda x: ufunc.reduce(x, axis=axis))
    check(lambda x: ufunc.reduce(x, axis=axis, keepdims=True), second=False)


@every_reorderable
def test_reduce_with_initial_and_where(ufunc):
    skip_without(ufunc)
    mask = matrix(5, 3, seed=9) > 0.8
    check(lambda x: ufunc.reduce(x, axis=1, initial=0.951))
    check(lambda x: ufunc.reduce(x, axis=(0, 1), initial=0.951, where=mask))
    check(lambda x: ufunc.reduce(x, None, None, None, False, 0.951, mask))
    check(lambda x: ufunc.reduce(x, axis=0, initial=0.951, where=np.zeros((5, 3), bool)), second=False)


@pytest.mark.parametrize("ufunc", [np.add, np.multiply, np.logaddexp, np.hypot])
def test_reduce_with_where_alone_starts_from_the_identity(ufunc):
    skip_without(ufunc)
    mask = matrix(5, 3, seed=9) > 0.8
    check(lambda x: ufunc.reduce(x, axis=1, where=mask))


@every_ufunc
def test_reduce_and_accumulate_with_dtype(ufunc):
    skip_without(ufunc)
    options = {"second": False, "tolerance": 1e-8}
    check(lambda x: ufunc.reduce(x, axis=1, dtype=np.longdouble), **options)
    value = ufunc.reduce(x, axis=1, dtype=np.float32)
    z = ufunc.reduce(Dual(x, dx), axis=1, dtype=np.float32)
    assert z.primal.dtype == z.tangent.dtype == np.float32
    np.testing.assert_array_equal(z.primal, value)
    np.testing.assert_allclose(z.tangent, jvp(lambda x: ufunc.reduce(x, axis=1), (x,), (dx,))[1], rtol=2e-4, atol=1e-5)
    check(lambda x: ufunc.accumulate(x, 1, np.longdouble), **options)


@every_ufunc
def test_reduce_of_one_element_and_of_negative_ones(ufunc):
    skip_without(ufunc)
    point = x[:, :1] if ufunc is np.power else -x[:, :1]
    check(lambda x: ufunc.reduce(x, axis=1), point, dx[:, :1], SEVERAL[:, :, :1], second=False)


@pytest.mark.parametrize("ufunc", [np.add, np.multiply, np.hypot, np.logaddexp])
def test_reduce_of_nothing_is_the_identity(ufunc):
    skip_without(ufunc)
    z = ufunc.reduce(Dual(np.zeros((0, 3)), np.zeros((0, 3))))
    value = z.primal if is_dual(z) else z
    np.testing.assert_array_equal(value, ufunc.reduce(np.zeros((0, 3))))
    if is_dual(z):
        np.testing.assert_array_equal(z.tangent, np.zeros(3))


@pytest.mark.parametrize("ufunc", [np.add, np.maximum, np.hypot, np.subtract])
@pytest.mark.parametrize("number", [2.0, np.float64(2.0), np.array(2.0)])
def test_reduce_of_a_number(ufunc, number):
    z = ufunc.reduce(Dual(number, 3.0))
    assert z.primal == ufunc.reduce(number)
    assert z.tangent == 3.0


@pytest.mark.parametrize("ufunc", [np.maximum, np.fmin, np.subtract])
def test_errors_are_numpys(ufunc):
    empty = np.zeros((0, 3))
    with pytest.raises(ValueError) as plain:
        ufunc.reduce(empty)
    with pytest.raises(ValueError, match=str(plain.value)[:20]):
        ufunc.reduce(Dual(empty, empty))
    with pytest.raises(np.exceptions.AxisError):
        ufunc.reduce(Dual(x, dx), axis=3)
    with pytest.raises(TypeError):
        ufunc.reduce(Dual(x, dx), axes=3)


@pytest.mark.parametrize("ufunc", [np.hypot, np.maximum, np.logaddexp, np.subtract])
@pytest.mark.parametrize("method", ["reduce", "accumulate"])
def test_out(ufunc, method):
    shape = (2, 3) if method == "reduce" else x.shape
    for dtype in (np.float64, np.float32):
        out = Dual(np.zeros(shape, dtype), np.ones(shape, dtype))
        assert getattr(ufunc, method)(Dual(x, dx), axis=1, out=out) is out
        value = getattr(ufunc, method)(x, axis=1, out=np.zeros(shape, dtype))
        np.testing.assert_array_equal(out.primal, value)
        tangent = jvp(lambda x: getattr(ufunc, method)(x, axis=1), (x,), (dx,))[1]
        np.testing.assert_allclose(out.tangent, tangent, rtol=1e-15 if dtype is np.float64 else 2e-4, atol=1e-4)
    with pytest.raises(LostDerivativeError, match=r"np\.zeros_like\(x\)"):
        getattr(ufunc, method)(Dual(x, dx), axis=1, out=np.zeros(shape))


@every_ufunc
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_accumulate(ufunc, axis):
    skip_without(ufunc)
    check(lambda x: ufunc.accumulate(x, axis), tolerance=1e-7)


@every_ufunc
def test_outer(ufunc):
    check(lambda x: ufunc.outer(x, y))
    check(lambda x: ufunc.outer(y, x), tolerance=1e-7)
    check(lambda x: ufunc.outer(x, x[0, 0] + 0.013), tolerance=1e-7)
    check(lambda x: ufunc.outer(1.227, x))
    check(lambda x: ufunc.outer(x, y, dtype=np.longdouble), second=False)


def test_outer_with_out_and_where():
    mask = matrix(7, 2, seed=9) > 0.8
    out = np.zeros((2, 5, 3, 7, 2), like=Dual(x, dx))
    assert np.multiply.outer(Dual(x, dx), y, out=out, where=mask) is out
    np.testing.assert_array_equal(out.primal, np.where(mask, np.multiply.outer(x, y), 0.0))
    np.testing.assert_array_equal(out.tangent, np.where(mask, np.multiply.outer(dx, y), 0.0))


@every_ufunc
def test_reduceat(ufunc):
    skip_without(ufunc)
    if ufunc is not np.power:  # which NumPy gets wrong there
        check(lambda x: ufunc.reduceat(x, [0, 3, 1, 4], axis=1))
    check(lambda x: ufunc.reduceat(x, [1], axis=0))
    check(lambda x: ufunc.reduceat(x, np.array([2, 0]), -1, np.longdouble), second=False)


def test_reduceat_of_negative_elements_starts_without_the_identity():
    check(lambda x: np.hypot.reduceat(x, [0, 1, 4], axis=1), -x)


@every_ufunc
def test_at_operates_on_an_element_as_often_as_it_is_named(ufunc):
    rows, columns = np.array([0, 1, 0, 0]), np.array([1, 2, 1, 0])
    values = matrix(4, 3, seed=5) + 0.5

    def on_array(x):
        x = x.copy()
        ufunc.at(x, (rows, columns), values)
        return x

    def with_values(v):
        a = np.zeros_like(v, shape=(2, 5, 3)) + x
        ufunc.at(a, (rows, columns), v)
        return a

    check(on_array, tolerance=1e-7)
    check(with_values, values, matrix(4, 3, seed=6) - 0.8, matrix(11, 4, 3, seed=7) - 0.8, tolerance=1e-7)


def test_at_of_one_operand_and_with_simple_indices():
    def negated(x):
        x = x.copy()
        np.negative.at(x, [0, 1, 1])
        np.exp.at(x, np.s_[0, 1:3])
        np.multiply.at(x, 1, 2.0)
        np.add.at(x, x > 3.0, 0.5)
        return x

    check(negated, tolerance=1e-7)


def test_at_of_many_repetitions():
    def histogram(w):
        bins = np.zeros(3, like=w)
        np.add.at(bins, np.arange(2000) % 3, w)
        return bins

    w = np.linspace(-1, 1, 2000)
    value, tangent = jvp(histogram, (w,), (w,))
    np.testing.assert_array_equal(value, histogram(w))
    np.testing.assert_allclose(tangent, value, atol=1e-11)


def test_at_refuses_an_array_that_cannot_hold_the_derivative():
    with pytest.raises(LostDerivativeError, match=r"np\.zeros_like\(x\)"):
        np.add.at(np.zeros(3), [0, 1], Dual(1.0, 1.0))


def test_comparisons_are_plain():
    a = Dual(x, dx)
    np.testing.assert_array_equal(np.less.outer(a, Dual(y, dy)), np.less.outer(x, y))
    np.testing.assert_array_equal(np.logical_and.reduce(a, axis=1), np.logical_and.reduce(x, axis=1))
    np.testing.assert_array_equal(np.logical_or.accumulate(a, axis=1), np.logical_or.accumulate(x, axis=1))
    np.testing.assert_array_equal(
        np.logical_xor.reduceat(a, [0, 3], axis=1), np.logical_xor.reduceat(x, [0, 3], axis=1)
    )
    out = np.zeros((2, 3), bool)
    assert np.logical_and.reduce(a, axis=1, out=out) is out


@pytest.mark.parametrize("ufunc", [np.power, np.arctan2])
def test_a_reduction_that_numpy_gets_wrong_is_refused(ufunc):
    """On float64 along the last axis NumPy passes over all elements but the first and the last."""
    point = np.array([2.0, 3.0, 2.0])
    if np.isclose(ufunc.reduce(point), ufunc(ufunc(2.0, 3.0), 2.0)):
        pytest.skip("this NumPy has it right")
    with pytest.raises(NoRuleError, match=r"Write functools\.reduce\(numpy\.\w+, x\)"):
        ufunc.reduce(Dual(point, point))


def test_refused_ufuncs_stay_refused():
    with pytest.raises(NoRuleError, match="bitwise_and"):
        np.bitwise_and.reduce(Dual(x[:, :1], dx[:, :1]), axis=1)


@pytest.mark.parametrize("ufunc", [np.maximum, np.minimum, np.fmax, np.fmin])
def test_tied_extremes_share_alike(ufunc):
    tied = Dual(np.ones(5), np.array([1.0, 2.0, 4.0, 8.0, 16.0]))
    assert ufunc.reduce(tied).tangent == 31 / 5
    np.testing.assert_allclose(ufunc.accumulate(tied).tangent, [1, 3 / 2, 7 / 3, 15 / 4, 31 / 5])
    np.testing.assert_allclose(ufunc.reduceat(tied, [0, 3]).tangent, [7 / 3, 12])


def test_fmax_passes_over_nan_and_maximum_does_not():
    a = Dual(np.array([1.0, np.nan, 3.0]), np.array([1.0, 2.0, 4.0]))
    assert np.fmax.reduce(a).tangent == 4.0
    assert np.isnan(np.maximum.reduce(a).tangent)
    np.testing.assert_array_equal(np.fmax.accumulate(a).tangent, [1.0, 1.0, 4.0])
    np.testing.assert_array_equal(np.maximum.accumulate(a).tangent, [1.0, np.nan, np.nan])


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@pytest.mark.parametrize("ufunc", [np.maximum, np.minimum, np.fmax, np.fmin])
@pytest.mark.parametrize(
    ("shape", "axis"), [((7,), 0), ((3, 5), -1), ((5, 3), 0), ((2, 3, 4), 1), ((3, 0), 1), ((0,), 0)]
)
def test_extremes_so_far_are_single_elements_or_the_mean_of_several(ufunc, shape, axis, mode, monkeypatch):
    rng = np.random.default_rng(3)
    for decimals in (9, 0):  # without ties, and with some
        x = rng.normal(size=shape).round(decimals)
        found = jacobian(lambda x: ufunc.accumulate(x, axis=axis), mode=mode)(x)
        with monkeypatch.context() as patched:
            patched.setattr(methods, "_sole_extremes", lambda *args: None)
            np.testing.assert_array_equal(found, jacobian(lambda x: ufunc.accumulate(x, axis=axis))(x))


def test_an_extreme_so_far_moves_as_the_element_that_it_is():
    found = jacobian(np.maximum.accumulate)(np.array([1.0, 0.5, 2.0, 2.0, 1.5, 3.0]))
    e = np.eye(6)
    np.testing.assert_array_equal(found, [e[0], e[0], e[2], (e[2] + e[3]) / 2, (e[2] + e[3]) / 2, e[5]])
