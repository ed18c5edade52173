"""Every kind of index means for the tangent what it means for the value, in one direction and in several."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dualad import Dual, derivative, gradient, hessian, jacobian

SHAPE = (2, 3, 5)
rng = np.random.default_rng(0)


def pair(directions, shape=SHAPE):
    lead = () if directions is None else (directions,)
    return rng.uniform(-1, 1, shape), rng.uniform(-1, 1, lead + shape)


def each(tangent, directions):
    return [tangent] if directions is None else list(tangent)


basic = hnp.basic_indices(SHAPE, allow_newaxis=True, allow_ellipsis=True, max_dims=5)
advanced = hnp.integer_array_indices(SHAPE, result_shape=hnp.array_shapes(min_dims=0, max_dims=2, max_side=3))
masks = hnp.arrays(bool, st.sampled_from([SHAPE[:1], SHAPE[:2], SHAPE]))
positions = hnp.arrays(np.intp, st.integers(1, 3), elements=st.integers(0, 1))
mixed = st.lists(st.one_of(st.integers(0, 1), st.just(slice(None, None, 2)), st.just(None), positions), max_size=3)
indices = st.one_of(basic, advanced, masks, mixed.map(tuple), mixed.map(lambda parts: (Ellipsis, *parts)))


@settings(max_examples=300, deadline=None)
@given(indices, st.sampled_from([None, 2]))
def test_reading(index, directions):
    value, tangent = pair(directions)
    try:
        expected = value[index]
    except IndexError:
        with pytest.raises(IndexError):
            Dual(value, tangent)[index]
        return
    found = Dual(value, tangent)[index]
    np.testing.assert_array_equal(found.primal, expected, strict=True)
    for got, dx in zip(each(found.tangent, directions), each(tangent, directions), strict=True):
        np.testing.assert_array_equal(got, dx[index])


@settings(max_examples=300, deadline=None)
@given(indices, st.sampled_from([None, 2]), st.sampled_from(["number", "dual", "scalar dual", "long"]))
def test_writing(index, directions, what):
    value, tangent = pair(directions)
    try:
        shape = value[index].shape
    except IndexError:
        return
    shape = {"dual": shape, "long": (1, *shape)}.get(what, ())
    new, moved = pair(directions, shape)
    x = Dual(value, tangent)
    written = 0.5 if what == "number" else Dual(new, moved)
    try:
        value[index] = 0.5 if what == "number" else new
    except (TypeError, ValueError) as error:
        with pytest.raises(type(error)):
            x[index] = written
        return
    x[index] = written
    np.testing.assert_array_equal(x.primal, value)
    for got, dx, d in zip(*(each(part, directions) for part in (x.tangent, tangent, moved)), strict=True):
        dx[index] = 0.0 if what == "number" else d
        np.testing.assert_array_equal(got, dx)


@pytest.mark.parametrize("directions", [None, 2])
def test_flat_is_read_and_written_as_numpys(directions):
    value, tangent = pair(directions)
    x = Dual(value, tangent)
    assert len(x.flat) == 30
    assert [float(e.primal) for e in x.flat] == list(value.flat)
    np.testing.assert_array_equal(x.flat[[3, 7]].primal, value.flat[[3, 7]])
    y = x.transpose(2, 0, 1)
    y.flat[2:9] = x[0, 0, :2]
    expected = value.copy()
    expected.transpose(2, 0, 1).flat[2:9] = value[0, 0, :2].copy()
    np.testing.assert_array_equal(x.primal, expected)
    for got, dx in zip(each(x.tangent, directions), each(tangent, directions), strict=True):
        first = dx[0, 0, :2].copy()
        dx.transpose(2, 0, 1).flat[2:9] = first
        np.testing.assert_array_equal(got, dx)
    x.flat = 0.0
    assert not np.any(x.primal)
    assert not np.any(x.tangent)


def test_a_number_of_an_outer_level_is_stored():
    def of_both(x):
        def f(y):
            z = y * np.ones(3)
            z[0] = x
            z[1:2] = x * y
            return z * z * x

        return derivative(f)(1.0)

    # by y at y = 1: (0, 2 x**3, 2 x); by x at x = 3
    np.testing.assert_array_equal(of_both(3.0), [0.0, 54.0, 6.0])
    np.testing.assert_array_equal(derivative(of_both)(3.0), [0.0, 54.0, 2.0])


def test_leading_axes_of_length_one_are_dropped_on_writing():
    z = Dual(np.zeros(2), np.zeros((5, 2)))
    z[:] = Dual(np.ones((1, 1, 2)), np.arange(10.0).reshape(5, 1, 1, 2))
    np.testing.assert_array_equal(z.primal, np.ones(2))
    np.testing.assert_array_equal(z.tangent, np.arange(10.0).reshape(5, 2))


TAKEN = [
    lambda z: [z[i] for i in range(4)],
    lambda z: [z[np.int64(i)] for i in range(4)],
    lambda z: [z.reshape(2, 2)[i, j] for i in (0, 1) for j in (0, 1)],
    lambda z: [z[i : i + 1].reshape(())[()] for i in range(4)],
    list,
    np.ndarray.tolist,
    lambda z: list(z.flat),
    lambda z: [z.item(i) for i in range(4)],
    lambda z: list(np.asarray(z)),
]


@pytest.mark.parametrize("take", TAKEN)
@pytest.mark.parametrize("of", [lambda f: jacobian(gradient(f)), hessian, lambda f: hessian(f, chunk_size=4)])
def test_a_number_that_was_taken_out_stays_when_the_array_is_assigned_to(take, of):
    def f(x):
        z = x * x
        numbers = z.tolist() if take is np.ndarray.tolist else take(z)
        z[...] = 7.0 * x
        z[0] *= 2
        return sum(number * number for number in numbers)

    x = np.array([0.76, -0.59, -0.36, -0.69])
    np.testing.assert_allclose(of(f)(x), np.diag(12 * x * x), rtol=1e-14)
