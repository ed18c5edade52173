"""``x.flat`` reads, writes and counts as that of NumPy."""

import numpy as np
import pytest

from dualad import Dual

VALUES = np.arange(6.0).reshape(2, 3)


def make():
    return Dual(VALUES, np.eye(6).reshape(6, 2, 3))


def test_the_position_of_the_next_element():
    ours, theirs = make().flat, VALUES.flat
    for _ in range(6):
        assert ours.coords == theirs.coords
        assert next(ours).primal == next(theirs)
    with pytest.raises(StopIteration):
        next(ours)
    assert len(ours) == len(theirs)


def test_a_copy_has_one_axis_and_memory_of_its_own():
    x = make()
    copy = x.flat.copy()
    np.testing.assert_array_equal(copy.primal, VALUES.flat.copy())
    np.testing.assert_array_equal(copy.tangent, np.eye(6))
    copy[0] = 7.0
    assert x[0, 0].primal == 0.0


def test_one_element_takes_no_sequence():
    for array in (VALUES.copy(), make()):
        with pytest.raises(ValueError, match="single item"):
            array.flat[4] = [8.0, 9.0]


@pytest.mark.parametrize("index", [slice(1, 5, 2), [0, 5], [], np.arange(6) > 3])
@pytest.mark.parametrize("value", [9.0, [9.0], [8.0, 9.0, 10.0]])
def test_writing(index, value):
    x, expected = make(), VALUES.copy()
    x.flat[index] = value
    expected.flat[index] = value
    np.testing.assert_array_equal(x.primal, expected)
    written = np.zeros(6, bool)
    written[index] = True
    np.testing.assert_array_equal(x.tangent.reshape(6, 6)[:, written], 0.0)
    np.testing.assert_array_equal(x.tangent.reshape(6, 6)[:, ~written], np.eye(6)[:, ~written])


@pytest.mark.parametrize("index", [-1, 4])
def test_writing_one_element(index):
    x, value = make(), Dual(9.0, np.arange(6.0))
    x.flat[index] = value
    assert x.primal.flat[index] == 9.0
    np.testing.assert_array_equal(x.tangent.reshape(6, 6)[:, index], np.arange(6.0))


def test_an_array_without_axes():
    x = Dual(np.array(2.0), np.array(1.0))
    assert len(x.flat) == 1
    x.flat[0] = 3.0
    assert x.primal == 3.0
    assert x.tangent == 0.0
