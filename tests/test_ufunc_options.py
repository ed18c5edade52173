"""The keyword options of ufuncs: out, where, dtype, casting, order, subok."""

import numpy as np
import pytest

from dualad import Dual, LostDerivativeError, derivative, is_dual, jvp
from tests.cases.case import complexes, matrix
from tests.numerical import along

x, y = matrix(5, 3), matrix(5, 3, seed=1)
dx, dy = matrix(5, 3, seed=2), matrix(5, 3, seed=3)
SEVERAL = matrix(11, 5, 3, seed=4)


def dual(value=x, tangent=dx):
    return Dual(value, tangent)


def test_out_is_filled_and_returned():
    out = np.zeros_like(dual())
    returned = np.multiply(dual(), y, out=out)
    assert returned is out
    np.testing.assert_array_equal(out.primal, x * y)
    np.testing.assert_array_equal(out.tangent, dx * y)


@pytest.mark.parametrize("tangent", [dx, SEVERAL])
def test_out_may_be_one_of_the_inputs(tangent):
    a, b = Dual(x, tangent), Dual(y, 2 * tangent)
    assert np.multiply(a, b, out=a) is a
    np.testing.assert_array_equal(a.primal, x * y)
    np.testing.assert_allclose(a.tangent, tangent * y + 2 * x * tangent, rtol=1e-15)


def test_out_may_be_both_inputs_and_overlap():
    a = dual()
    np.multiply(a, a, out=a)
    np.testing.assert_array_equal(a.primal, x * x)
    np.testing.assert_allclose(a.tangent, 2 * x * dx, rtol=1e-15)
    a = dual()
    np.add(a[:-1], a[1:], out=a[1:])
    np.testing.assert_array_equal(a.primal[1:], x[:-1] + x[1:])
    np.testing.assert_array_equal(a.tangent[1:], dx[:-1] + dx[1:])


def test_out_by_position():
    out = np.zeros_like(dual())
    assert np.exp(dual(), out) is out
    np.testing.assert_array_equal(out.primal, np.exp(x))
    np.testing.assert_allclose(out.tangent, np.exp(x) * dx, rtol=1e-15)


def test_division_where_the_divisor_is_not_zero_gives_no_warning():
    b = y.copy()
    b[1] = 0.0
    for divisor in (Dual(b, dy), b):
        a = dual()
        z = np.divide(a, divisor, where=divisor != 0, out=np.zeros_like(a))
        moves = dy if is_dual(divisor) else np.zeros_like(dy)
        expected = np.divide(x, b, where=b != 0, out=np.zeros_like(x))
        np.testing.assert_array_equal(z.primal, expected)
        safe = np.where(b == 0, 1.0, b)
        tangent = np.where(b == 0, 0.0, dx / safe - x / safe**2 * moves)
        np.testing.assert_allclose(z.tangent, tangent, rtol=1e-14)


def test_what_where_leaves_out_keeps_value_and_tangent():
    mask = np.arange(3) < 2
    out = Dual(y, dy)
    np.sin(dual(), out=out, where=mask)
    np.testing.assert_array_equal(out.primal, np.where(mask, np.sin(x), y))
    np.testing.assert_allclose(out.tangent, np.where(mask, np.cos(x) * dx, dy), rtol=1e-15)


def test_where_without_active_inputs_clears_the_tangent_where_it_writes():
    mask = np.arange(3) < 2
    out = Dual(y, dy)
    np.sin(x, out=out, where=mask)
    np.testing.assert_array_equal(out.primal, np.where(mask, np.sin(x), y))
    np.testing.assert_array_equal(out.tangent, np.where(mask, 0.0, dy))


def test_out_larger_than_the_result_is_broadcast_to():
    a = dual(x[0], dx[0])
    out = np.zeros((5, 3), like=a)
    np.multiply(a, 2.0, out=out)
    np.testing.assert_array_equal(out.primal, np.broadcast_to(2 * x[0], (5, 3)))
    np.testing.assert_array_equal(out.tangent, np.broadcast_to(2 * dx[0], (5, 3)))


@pytest.mark.parametrize("shape", [(3,), (5, 1), (1, 5, 3, 1), ()])
def test_out_of_a_wrong_shape_is_numpys_error(shape):
    with pytest.raises(ValueError) as plain:
        np.add(x, y, out=np.zeros(shape))
    with pytest.raises(ValueError) as ours:
        np.add(dual(), y, out=np.zeros(shape, like=dual()))
    assert type(ours.value) is type(plain.value)


def test_plain_out_is_refused_with_the_remedy():
    with pytest.raises(LostDerivativeError, match=r"np\.zeros_like\(x\)"):
        np.add(dual(), y, out=np.zeros((5, 3)))
    a = y.copy()
    with pytest.raises(LostDerivativeError, match=r"write a = a \+ b"):
        a += dual()
    with pytest.raises(LostDerivativeError, match=r"np\.zeros_like\(x\)"):
        np.add.reduce(dual(), out=np.zeros(3))
    with pytest.raises(LostDerivativeError, match=r"np\.zeros_like\(x\)"):
        np.modf(dual(), out=(np.zeros((5, 3)), None))


def test_several_outputs():
    fraction, whole = np.zeros_like(dual()), np.zeros_like(dual())
    found = np.modf(dual(), out=(fraction, whole))
    assert found[0] is fraction
    assert found[1] is whole
    np.testing.assert_array_equal(fraction.primal, np.modf(x)[0])
    np.testing.assert_array_equal(whole.primal, np.modf(x)[1])
    np.testing.assert_array_equal(fraction.tangent, dx)
    np.testing.assert_array_equal(whole.tangent, 0 * dx)


def test_some_of_several_outputs():
    whole = np.zeros_like(dual())
    fraction, same = np.modf(dual(), out=(None, whole))
    assert same is whole
    np.testing.assert_array_equal(fraction.tangent, dx)


@pytest.mark.parametrize("dtype", [np.float32, np.longdouble, np.complex128])
def test_dtype(dtype):
    z = np.multiply(dual(), y, dtype=dtype)
    plain = np.multiply(x, y, dtype=dtype)
    assert z.primal.dtype == plain.dtype == z.tangent.dtype
    np.testing.assert_array_equal(z.primal, plain)
    np.testing.assert_allclose(z.tangent, dx * y, rtol=1e-6)


def test_out_decides_about_the_dtype():
    out = Dual(np.zeros((5, 3), np.float32), np.zeros((5, 3), np.float32))
    np.exp(dual(), out=out)
    np.testing.assert_array_equal(out.primal, np.exp(x, out=np.zeros((5, 3), np.float32)))
    np.testing.assert_allclose(out.tangent, np.exp(x) * dx, rtol=1e-6)


def test_casting_is_numpys():
    z, dz = complexes(5, 3), complexes(5, 3, seed=2)
    with pytest.raises(TypeError) as plain:
        np.exp(z, out=np.zeros((5, 3)))
    with pytest.raises(TypeError) as ours:
        np.exp(Dual(z, dz), out=np.zeros((5, 3), like=dual()))
    assert type(ours.value) is type(plain.value)
    with pytest.raises(TypeError):
        np.exp(dual(), dtype=np.float32, casting="safe")
    np.testing.assert_allclose(np.exp(dual(), dtype=np.float32, casting="same_kind").tangent, np.exp(x) * dx, rtol=1e-5)


def test_order_and_subok():
    z = np.multiply(dual(), y, order="F", subok=False)
    assert z.primal.flags.f_contiguous
    np.testing.assert_array_equal(z.tangent, dx * y)


def test_out_in_nested_derivatives():
    def cube(x):
        out = np.zeros_like(x)
        np.multiply(x, x, out=out)
        np.multiply(out, x, out=out)
        return np.add(out, 1.0, out=out, where=np.array(True))

    assert derivative(derivative(lambda x: cube(x * np.ones(2))[0]))(2.0) == pytest.approx(12.0, rel=1e-15)


def test_out_and_where_agree_with_differences():
    def f(a, b):
        out = np.sqrt(b)
        np.power(a, b, out=out, where=x > 0.8)
        np.logaddexp(out[:2], a[:2], out=out[:2])
        return out

    _, tangent = jvp(f, (x, y), (dx, dy))
    np.testing.assert_allclose(tangent, along(f, (x, y), (dx, dy))[0], rtol=1e-8)
