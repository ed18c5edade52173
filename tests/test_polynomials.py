"""Polynomials at their degenerate points."""

import numpy as np
import pytest

from dualad import Dual, LostDerivativeError, jvp, linearize


def test_a_leading_zero_that_moves_is_not_dropped_in_silence():
    moving = Dual([0.0, 1.0, 2.0], [1.0, 0.0, 0.0])
    with pytest.raises(LostDerivativeError, match=r"np\.convolve"):
        np.polymul(moving, [1.0, 1.0])


def test_a_leading_zero_that_stands_still_is_dropped_as_numpy_does():
    p = np.array([0.0, 1.0, 2.0])
    y, dy = jvp(lambda p: np.polymul(p, [1.0, 1.0]), (p,), (np.array([0.0, 1.0, 0.0]),))
    np.testing.assert_array_equal(y, np.polymul(p, [1.0, 1.0]))
    np.testing.assert_array_equal(dy, [1.0, 1.0, 0.0])


def test_of_nothing_but_zeros_one_is_left():
    y, dy = jvp(lambda q: np.polymul([0.0, 0.0, 0.0], q), (np.array([1.0, 2.0]),), (np.array([3.0, 4.0]),))
    np.testing.assert_array_equal(y, np.polymul([0.0, 0.0, 0.0], [1.0, 2.0]))
    assert np.shape(dy) == np.shape(y)
    np.testing.assert_array_equal(dy, 0.0)


def test_a_leading_zero_is_not_recorded():
    with pytest.raises((LostDerivativeError, NotImplementedError)):
        linearize(lambda p: np.polymul(p, [1.0, 1.0]), np.array([0.0, 1.0, 2.0]))[1](np.array([1.0, 0.0, 0.0]))


def test_a_remainder_that_is_shorter_by_chance():
    # a x**4 + b x + c over d x**3: a / d x, and b x + c is left
    value, moved = jvp(
        lambda v, w: np.polydiv(np.concatenate([v[:1], np.zeros(2), v[1:]]), w * np.array([1.0, 0.0, 0.0, 0.0])),
        (np.array([2.0, 3.0, 5.0]), np.full(4, 4.0)),
        (np.array([1.0, 0.5, 0.25]), np.array([2.0, 9.0, 9.0, 9.0])),
    )
    np.testing.assert_array_equal(value[0], [0.5, 0.0])
    np.testing.assert_array_equal(value[1], [3.0, 5.0])
    np.testing.assert_allclose(moved[0], [1 / 4 - 2 * 2 / 16, 0.0], atol=1e-15)
    np.testing.assert_array_equal(moved[1], [0.5, 0.25])
