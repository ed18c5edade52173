"""The Python operators: with anything on the other side they are the ufunc of the same meaning."""

import operator

import numpy as np
import pytest

from dualad import Dual, LostDerivativeError, NoRuleError, derivative, is_dual, jacobian
from dualad.levels import make
from tests.numerical import along

UFUNCS = {
    operator.add: np.add,
    operator.sub: np.subtract,
    operator.mul: np.multiply,
    operator.truediv: np.divide,
    operator.pow: np.power,
    operator.mod: np.remainder,
    operator.floordiv: np.floor_divide,
    divmod: np.divmod,
}
SMOOTH = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod]
IN_PLACE = {
    operator.iadd: operator.add,
    operator.isub: operator.sub,
    operator.imul: operator.mul,
    operator.itruediv: operator.truediv,
    operator.ipow: operator.pow,
    operator.imod: operator.mod,
}

V = np.array([1.5, 2.5, 0.7])


def one(x=V, dx=V[::-1]):
    return Dual(x, dx)


def nested(level=7):
    return make(Dual, Dual(V + 0.2, V[::-1]), Dual(2 * V, V / 3), level)


def inner(level=7):
    return make(Dual, V + 1.1, 2 * V, level)


DUALS = {
    "number": Dual(1.3, 0.7),
    "float64": Dual(np.float64(1.3), np.float64(0.7)),
    "float32": Dual(np.float32(1.3), np.float32(0.7)),
    "no axes": Dual(np.array(1.3), np.array(0.7)),
    "vector": one(),
    "number, 5 directions": Dual(1.3, np.arange(5.0)),
    "vector, 5 directions": Dual(V, np.arange(15.0).reshape(5, 3)),
    "number of two levels": make(Dual, Dual(1.3, 0.7), Dual(0.4, 0.2), 7),
    "vector of two levels": nested(),
    "vector of an inner level": inner(),
}
OTHERS = {
    "float": 2.3,
    "int": 3,
    "bool": True,
    "numpy.float64": np.float64(2.0),
    "numpy.float32": np.float32(2.0),
    "numpy.int64": np.int64(2),
    "array": V + 1,
    "float32 array": V.astype(np.float32),
    "int array": np.array([1, 2, 3]),
    "array without axes": np.array(2.0),
    "list": [1.0, 2.0, 3.0],
    "tuple": (1, 2, 3),
    "object array": np.array([Dual(1.0, 1.0), 2.0, 3.0], dtype=object),
    "list of Duals": [Dual(1.0, 1.0), 2.0, 3.0],
    "vector": one(V + 1, V),
    "vector of an inner level": inner(),
    "vector of two levels": nested(),
    "number of an inner level": make(Dual, 1.1, 0.3, 7),
}


def same(a, b):
    """Equal in level, value and tangent, to the last digit or so."""
    if isinstance(a, tuple):
        return all(map(same, a, b))
    if is_dual(a) or is_dual(b):
        return a.level == b.level and same(a.primal, b.primal) and same(a.tangent, b.tangent)
    narrow = np.float32 in (getattr(a, "dtype", None), getattr(b, "dtype", None))
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=3e-7 if narrow else 1e-14, atol=0, equal_nan=True)


def has_fitting_parts(z):
    """Whether tangents have the dtype of their values and are arrays where these are."""
    if isinstance(z, tuple):
        return all(map(has_fitting_parts, z))
    if not is_dual(z):
        return True
    if is_dual(z.primal) or is_dual(z.tangent):
        return has_fitting_parts(z.primal) and has_fitting_parts(z.tangent)
    lead = np.ndim(z.tangent) > np.ndim(z.primal)
    kinds_fit = lead or isinstance(z.primal, np.ndarray) == isinstance(z.tangent, np.ndarray)
    return kinds_fit and np.asarray(z.primal).dtype == np.asarray(z.tangent).dtype


def mixes(x, y):
    """Several directions and one do not mix in one level, which has a test of its own."""
    return not ("5 directions" in x and ("Dual" in y or "level" in y or y in ("vector", "object array")))


@pytest.mark.parametrize("operation", UFUNCS)
@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("dual", DUALS)
def test_an_operator_is_its_ufunc_on_both_sides(dual, other, operation):
    if not mixes(dual, other):
        return
    x, y = DUALS[dual], OTHERS[other]
    for pair in ((x, y), (y, x)):
        result = operation(*pair)
        assert same(result, UFUNCS[operation](*pair))
        assert has_fitting_parts(result)
        assert is_dual(result) or operation in (operator.floordiv, divmod)


@pytest.mark.parametrize("operation", SMOOTH)
@pytest.mark.parametrize("x", [1.3, np.float64(1.3), V, np.array(1.3)])
@pytest.mark.parametrize("y", [0.6, np.float64(0.6), V[::-1] + 0.1, [0.6, 0.8, 1.1]])
def test_operators_against_central_differences(operation, x, y):
    dx, dy = np.full(np.shape(x), 0.7)[()], np.full(np.shape(y), -0.3)[()]
    points, directions = [np.asarray(x), np.asarray(y)], [np.asarray(dx), np.asarray(dy)]
    (both,) = along(operation, points, directions)
    (first,) = along(operation, points, [directions[0], 0 * directions[1]])
    (second,) = along(operation, points, [0 * directions[0], directions[1]])
    for found, expected in (
        (operation(Dual(x, dx), Dual(y, dy)), both),
        (operation(Dual(x, dx), y), first),
        (operation(x, Dual(y, dy)), second),
    ):
        np.testing.assert_array_equal(found.primal, operation(np.asarray(x), np.asarray(y)))
        np.testing.assert_allclose(found.tangent, expected, rtol=1e-9)


@pytest.mark.parametrize("operation", IN_PLACE)
@pytest.mark.parametrize("other", [2.0, 3, V + 1, [1.0, 2.0, 3.0], one(V + 1, V), [Dual(1.5, 2.0), 1.0, 2.0]])
@pytest.mark.parametrize("dual", [one, nested, inner])
def test_in_place_changes_the_memory_that_views_see(operation, other, dual):
    x = dual()
    seen = x[...]
    expected = IN_PLACE[operation](x, other)
    if is_dual(expected) and is_dual(expected.primal) and not is_dual(x.primal):
        with pytest.raises(LostDerivativeError, match=r"np\.zeros_like\(x \+ y\)"):
            operation(x, other)
        return
    y = operation(x, other)
    assert y is x
    assert same(y, expected)
    assert same(seen, expected)


@pytest.mark.parametrize("operation", IN_PLACE)
def test_in_place_on_a_plain_array_or_an_outer_level_is_refused(operation):
    for target in (V.copy(), one()):
        with pytest.raises(LostDerivativeError, match=r"a = a \+ b"):
            operation(target, inner())


def test_a_plain_array_takes_what_has_no_derivative():
    x = V.copy()
    np.floor_divide(x, one(), out=x)
    np.testing.assert_array_equal(x, V // V)
    where = np.array([True, False, True])
    smaller = np.zeros(3, bool)
    np.less(one(), nested(), out=smaller, where=where)
    np.testing.assert_array_equal(smaller, where)
    y = one()
    y //= inner()
    np.testing.assert_array_equal(y.primal, V // (V + 1.1))
    assert not np.any(y.tangent)


M = np.arange(1.0, 10.0).reshape(3, 3)


@pytest.mark.parametrize(
    "left", [one(), one(M, M.T), inner(), nested(), V, M, [1.0, 2.0, 3.0], [Dual(1.0, 2.0), 1.0, 3.0]]
)
@pytest.mark.parametrize("right", [one(), one(M, M.T), inner(), nested()])
def test_matrix_product_is_matmul(left, right):
    for a, b in ((left, right), (right, left)):
        z = a @ b
        assert same(z, np.matmul(a, b))
        assert same(z, np.matmul(*(np.stack(x) if isinstance(x, list) else x for x in (a, b))))
        assert has_fitting_parts(z)


def test_matrix_product_in_place():
    x = one(M, M.T)
    seen = x[...]
    x @= M
    np.testing.assert_array_equal(seen.primal, M @ M)
    np.testing.assert_array_equal(seen.tangent, M.T @ M)


@pytest.mark.parametrize("number", [2.0, Dual(2.0, 1.0)])
def test_matrix_product_with_a_number_fails_as_in_numpy(number):
    with pytest.raises(ValueError, match="does not have enough dimensions"):
        one() @ number
    with pytest.raises(ValueError, match="does not have enough dimensions"):
        number @ one()


@pytest.mark.parametrize("compare", [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne])
@pytest.mark.parametrize("other", [1.5, np.float64(1.5), V[::-1], list(V[::-1]), one()[::-1], inner(), nested()])
def test_comparisons_compare_values(compare, other):
    plain = other
    while is_dual(plain):
        plain = plain.primal
    for x in (one(), nested(), inner()):
        value = x.primal.primal if is_dual(x.primal) else x.primal
        np.testing.assert_array_equal(compare(x, other), compare(value, np.asarray(plain)))
        np.testing.assert_array_equal(compare(other, x), compare(np.asarray(plain), value))


def test_equality_with_what_is_no_number():
    assert Dual(1.0, 1.0) != None  # noqa: E711
    assert Dual(1.0, 1.0) != "1.0"
    with pytest.raises(TypeError):
        Dual(1.0, 1.0) < None  # noqa: B015


def test_builtins_that_compare_keep_the_derivative():
    x = one()
    assert [element.tangent for element in sorted(x)] == [1.5, 0.7, 2.5]
    assert (min(x).tangent, max(x).tangent) == (1.5, 2.5)
    assert max(1.0, x[0]).tangent == 0.7
    assert sum(x).tangent == pytest.approx(4.7)
    assert jacobian(lambda x: np.array(sorted(x)))(V).tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]


@pytest.mark.parametrize("other", ["a", None, {}, object()])
@pytest.mark.parametrize("operation", [operator.add, operator.mul, operator.sub, operator.pow])
def test_operands_that_are_no_numbers(operation, other):
    for pair in ((one(), other), (other, one()), (Dual(1.0, 1.0), other), (other, Dual(1.0, 1.0))):
        with pytest.raises(TypeError):
            operation(*pair)


def test_modular_power_is_refused():
    with pytest.raises(NoRuleError, match="integers only"):
        pow(one(), 2, 3)


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (lambda x: x**2, 0.0, 0.0),
        (lambda x: x**1, 0.0, 1.0),
        (lambda x: x**0, 0.0, 0.0),
        (lambda x: x**2, -3.0, -6.0),
        (lambda x: x**-1, -2.0, -0.25),
        (lambda x: 0.0**x, 2.0, 0.0),
        (lambda x: x % 3.0, 7.5, 1.0),
        (lambda x: 7.5 % x, 3.0, -2.0),
        (lambda x: abs(x), 0.0, 0.0),
        (lambda x: abs(x), -2.0, -1.0),
        (lambda x: divmod(x, 2.0)[1], 7.5, 1.0),
        (lambda x: -x, 2.0, -1.0),
        (lambda x: +x, 2.0, 1.0),
        (lambda x: pow(x, 3), 2.0, 12.0),
        (lambda x: x * x, np.inf, np.inf),
    ],
)
def test_operators_at_special_points(f, x, expected):
    assert derivative(f)(x) == expected
    assert derivative(f)(np.float64(x)) == expected
    assert jacobian(f)(np.array([x])).item() == expected
    assert derivative(lambda x: f(np.stack([x]))[0])(x) == expected


@pytest.mark.parametrize("operation", [operator.truediv, operator.floordiv, operator.mod, divmod])
def test_division_of_python_numbers_by_zero_raises_as_in_python(operation):
    for pair in ((Dual(1.0, 1.0), 0), (1.0, Dual(0.0, 1.0)), (Dual(1.0, 1.0), Dual(0.0, 0.0))):
        with pytest.raises(ZeroDivisionError):
            operation(*pair)


@pytest.mark.parametrize("wrap", [float, np.float64, np.array, lambda x: np.array([x])])
def test_a_zero_tangent_wins_over_an_infinite_coefficient(wrap):
    with np.errstate(all="ignore"):
        still = Dual(wrap(2.0), 0.0 * wrap(1.0))
        assert not np.any((still * np.inf).tangent)
        assert not np.any((np.inf * still).tangent)
        assert not np.any((still * Dual(wrap(np.inf), 0.0 * wrap(1.0))).tangent)
        assert not np.any((still / np.float64(0.0)).tangent)
        assert np.all(np.isnan((Dual(wrap(np.inf), wrap(1.0)) * 0.0).primal))


def test_numbers_in_lists_and_arrays_of_duals():
    assert derivative(lambda x: np.sum(np.array([x, 2.0, x * x]) * 3.0))(5.0) == 33.0
    assert derivative(lambda x: np.asarray(x) * 2.0)(np.float64(5.0)) == 2.0
    x = Dual(1.0, 1.0) + np.float64(2.0)
    assert x[None].tangent.tolist() == [1.0]
    assert x[()].tangent == 1.0
