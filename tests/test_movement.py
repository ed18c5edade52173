"""Movements at the edge: what is missing, what is written through a window, what NumPy refuses."""

import numpy as np
import pytest

from dualad import Dual, derivative, jacobian, jvp
from tests.cases.case import matrix

ODD = np.array([1.0, np.nan, np.inf, -np.inf])
V = matrix(5)


def dual(x=V):
    return Dual(x, np.arange(1.0, 1 + 11 * x.size).reshape(11, *x.shape))


@pytest.mark.parametrize("copy", [True, False])
def test_a_number_that_replaces_nan_or_infinity_does_not_move(copy):
    x = dual(ODD)
    y = np.nan_to_num(x, copy=copy, nan=2.0, posinf=3.0, neginf=4.0)
    assert (y is x) == (not copy)
    np.testing.assert_array_equal(y.primal, [1.0, 2.0, 3.0, 4.0])
    np.testing.assert_array_equal(y.tangent, dual(ODD).tangent * [1, 0, 0, 0])


def test_parts_of_a_complex_number_are_replaced_by_themselves():
    z = Dual(np.array([complex(1, np.nan), complex(np.inf, 2)]), np.array([1 + 2j, 3 + 4j]))
    y = np.nan_to_num(z, posinf=5.0)
    np.testing.assert_array_equal(y.primal, [1, 5 + 2j])
    np.testing.assert_array_equal(y.tangent, [1, 4j])


def test_padding_without_values_keeps_the_middle():
    y = np.pad(dual(), 2, mode="empty")
    np.testing.assert_array_equal(y.primal[2:-2], V)
    np.testing.assert_array_equal(y.tangent[:, 2:-2], dual().tangent)


def test_a_window_is_read_only_unless_asked():
    window = np.lib.stride_tricks.sliding_window_view
    with pytest.raises(ValueError, match="read-only"):
        window(dual(), 3)[0, 0] = 1.0
    x = dual()
    window(x, 3, writeable=True)[0, 2] = x[0]
    assert x.primal[2] == V[0]
    np.testing.assert_array_equal(x.tangent[:, 2], x.tangent[:, 0])


@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.concatenate([x, x], dtype=np.float32, casting="no"),
        lambda x: np.concatenate([x, x], dtype=int),
        lambda x: np.stack([x, x], dtype=np.float32, casting="safe"),
        lambda x: np.stack([x, x[:2]]),
        lambda x: np.concatenate([x, x[None]]),
        lambda x: np.concatenate([x[0], x[1]]),
        lambda x: np.take(x, 7),
        lambda x: np.choose([0, 1, 2, 0, 1], [x, x]),
        lambda x: np.compress([True] * 7, x),
        lambda x: np.pad(x, -1),
        lambda x: np.pad(x, 1, "nonsense"),
        lambda x: np.pad(x, 1, "edge", stat_length=2),
        lambda x: np.split(x, 2),
        lambda x: np.roll(x, 1, axis=1),
        lambda x: np.delete(x, 9),
        lambda x: np.insert(x, 9, 1.0),
        lambda x: np.broadcast_to(x, (5, 2)),
        lambda x: np.lib.stride_tricks.sliding_window_view(x, 6),
        lambda x: np.moveaxis(x, 0, 1),
        lambda x: np.rot90(x),
        lambda x: np.reshape(x, 4),
        lambda x: np.take_along_axis(x, np.zeros((1, 1), int), 0),
    ],
)
def test_a_wrong_call_raises_what_numpy_raises(call):
    with pytest.raises(Exception) as expected:
        call(V)
    with pytest.raises(expected.type):
        call(dual())


def test_an_integer_dtype_gives_a_plain_result():
    y = np.concatenate([dual(), dual()], dtype=int, casting="unsafe")
    assert type(y) is np.ndarray
    assert y.dtype == int


@pytest.mark.parametrize("dtype", [np.float32, np.longdouble, np.complex64])
def test_a_dtype_is_that_of_value_and_tangent(dtype):
    for join in (np.concatenate, np.stack, np.vstack, np.hstack):
        y = join([dual(), V], dtype=dtype, casting="same_kind")
        assert y.dtype == y.tangent.dtype == dtype


def test_a_full_array_of_a_dual_is_a_dual():
    assert derivative(lambda x: np.sum(np.full(3, x * x, like=x)))(2.0) == 12.0
    np.testing.assert_array_equal(jacobian(lambda x: np.full((2, 3), x, float, like=x))(V[:3]), [np.eye(3)] * 2)
    assert jvp(lambda x: np.full(2, [x, 3.0], like=x), (2.0,), (1.0,))[1].tolist() == [1.0, 0.0]
    # a Dual of an outer level in an array that is like one of an inner level
    mixed = derivative(lambda a: derivative(lambda b: b * np.sum(np.full(3, a * a, like=b)))(2.0))(3.0)
    assert mixed == 18.0
