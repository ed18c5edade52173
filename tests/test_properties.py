"""Laws that hold for all numbers: Hypothesis looks for the ones that break them."""

import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dualad import Dual, derivative, jvp

numbers = st.floats(-8, 8, allow_subnormal=False)
duals = st.builds(Dual, numbers, numbers)
ARITHMETIC = [operator.add, operator.sub, operator.mul, operator.truediv]
SMOOTH = [np.sin, np.cos, np.exp, np.tanh, np.arctan, np.square, np.arcsinh, np.negative, np.cosh]


def parts(x):
    return x.primal, x.tangent


def nearly(a, b):
    np.testing.assert_allclose(parts(a), parts(b), rtol=1e-12, atol=1e-10)


@given(duals, duals, duals)
def test_dual_numbers_are_a_commutative_ring(a, b, c):
    nearly(a + b, b + a)
    nearly(a * b, b * a)
    nearly((a + b) + c, a + (b + c))
    nearly((a * b) * c, a * (b * c))
    nearly(a * (b + c), a * b + a * c)
    nearly(a + 0, a)
    nearly(a * 1, a)
    nearly(a - a, Dual(0.0, 0.0))


def test_epsilon_squared_is_zero():
    epsilon = Dual(0.0, 1.0)
    assert parts(epsilon * epsilon) == (0.0, 0.0)


@given(duals, duals)
def test_division_undoes_multiplication(a, b):
    if abs(b.primal) > 1e-3:
        np.testing.assert_allclose(parts(a * b / b), parts(a), rtol=1e-9, atol=1e-9)


@given(numbers, numbers, numbers, numbers, st.sampled_from(SMOOTH))
def test_jvp_is_linear_in_the_tangent(x, u, v, scale, f):
    together = jvp(f, (x,), (u + scale * v,))[1]
    apart = jvp(f, (x,), (u,))[1] + scale * jvp(f, (x,), (v,))[1]
    np.testing.assert_allclose(together, apart, rtol=1e-9, atol=1e-6 * max(1.0, abs(apart)))


@given(st.floats(-3, 3), st.sampled_from(SMOOTH[:7]), st.sampled_from(SMOOTH[:7]))
def test_chain_product_and_quotient_rule(x, f, g):
    df, dg = derivative(f)(x), derivative(g)(x)
    close = {"rtol": 1e-10, "atol": 1e-12}
    np.testing.assert_allclose(derivative(lambda x: f(np.sin(x)))(x), derivative(f)(np.sin(x)) * np.cos(x), **close)
    np.testing.assert_allclose(derivative(lambda x: f(x) * g(x))(x), df * g(x) + f(x) * dg, **close)
    quotient = derivative(lambda x: f(x) / (2.5 + np.sin(x)))(x)
    w = 2.5 + np.sin(x)
    np.testing.assert_allclose(quotient, (df * w - f(x) * np.cos(x)) / w**2, **close)


DTYPES = [np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128]
UNARY = [
    np.sin,
    np.exp,
    np.sqrt,
    np.tanh,
    np.negative,
    np.absolute,
    np.square,
    np.log1p,
    operator.neg,
    operator.abs,
    np.conjugate,
]
BINARY = [np.add, np.subtract, np.multiply, np.divide, np.power, *ARITHMETIC, operator.pow]
REAL_BINARY = [
    np.maximum,
    np.hypot,
    np.arctan2,
    np.fmod,
    np.remainder,
    np.copysign,
    np.logaddexp,
    operator.mod,
    operator.floordiv,
]


@st.composite
def operands(draw):
    """Two arrays, numbers or Python floats that broadcast, and which of them are Duals."""
    shapes = draw(hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3)).input_shapes
    values = []
    for shape in shapes:
        dtype = np.dtype(draw(st.sampled_from(DTYPES)))
        low = st.floats(-4, 4, width=16)
        x = draw(hnp.arrays(np.float64, shape, elements=low)).astype(dtype)
        values.append(draw(st.sampled_from([x, x[()], float(x.real.ravel()[0]) if x.size else x])))
    return values, draw(st.sampled_from([(True, True), (True, False), (False, True)]))


def carried(x, directions):
    lead = () if directions is None else (directions,)
    return Dual(x, np.ones(lead + np.shape(x), getattr(x, "dtype", float)))


@settings(max_examples=400, deadline=None)
@given(operands(), st.sampled_from(BINARY + REAL_BINARY), st.sampled_from(UNARY), st.sampled_from([None, 3]))
def test_the_value_is_bitwise_what_numpy_gives(drawn, binary, unary, directions):
    values, active = drawn
    if binary in REAL_BINARY and any(np.iscomplexobj(x) for x in values):
        return
    with np.errstate(all="ignore"):
        try:
            expected = unary(binary(*values))
        except (ZeroDivisionError, OverflowError, TypeError) as error:
            with pytest.raises(type(error)):
                unary(binary(*[carried(x, directions) if a else x for x, a in zip(values, active, strict=True)]))
            return
        result = unary(binary(*[carried(x, directions) if a else x for x, a in zip(values, active, strict=True)]))
    if not isinstance(result, Dual):  # a constant, such as a floor
        np.testing.assert_array_equal(result, expected, strict=True)
        return
    lead = () if directions is None else (directions,)
    assert type(result.primal) is type(expected)
    assert np.asarray(result.primal).dtype == np.asarray(expected).dtype
    assert np.shape(result.primal) == np.shape(expected)
    np.testing.assert_array_equal(result.primal, expected, strict=True)
    assert np.asarray(result.tangent).dtype == np.asarray(expected).dtype
    assert np.shape(result.tangent) == lead + np.shape(expected)
