"""A tangent that a sum with a constant shares with its operand, until one of the two is viewed or written to."""

import copy
import operator
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualad import Dual, jacobian, jvp, tangent
from dualad.levels import make, new_level
from dualad.tangents import dense

N = 7


@pytest.fixture
def small_arrays_too(monkeypatch):
    monkeypatch.setattr(dense, "LENT_FROM", 0)


def seeded(count=None):
    shape = (N,) if count is None else (count, N)
    tangents = np.linspace(1.0, 3.0, N * (count or 1)).reshape(shape).copy()
    return make(Dual, np.linspace(0.5, 2.0, N), tangents, new_level())


ADDITIONS = [
    lambda x: x + 1.5,
    lambda x: 1.5 + x,
    lambda x: x - 2,
    lambda x: x + np.arange(float(N)),
    lambda x: np.arange(float(N)) + x,
    lambda x: x - np.arange(float(N)),
]


@pytest.mark.parametrize("f", ADDITIONS)
@pytest.mark.parametrize("count", [None, 3])
def test_a_sum_with_a_constant_takes_no_copy(f, count, small_arrays_too):
    x = seeded(count)
    y = f(x)
    assert y.tangent is x.tangent
    assert not x.tangent.flags.writeable
    assert f(x).tangent is not x.tangent, "lent once"


@pytest.mark.parametrize("f", ADDITIONS)
def test_what_is_viewed_or_known_elsewhere_is_copied(f, small_arrays_too):
    x = seeded()
    view = x[::-1]
    assert f(x).tangent is not x.tangent
    assert f(view).tangent is not view.tangent
    x = seeded()
    known = x.tangent
    assert f(x).tangent is not known
    x = Dual(np.ones(N), np.ones(N))
    assert f(x).tangent.flags.writeable, "users look at these"
    x = seeded()
    x.setflags(write=False)
    assert f(x).tangent is not x.tangent


def put(x):
    x[2] = 5.0


def add_in_place(x):
    x += x[0]


def through_view(x):
    x[1:4][0] = x[5]


def through_reshape(x):
    np.reshape(x, (N, 1))[3, 0] = 7.0


def through_ufunc(x):
    np.multiply(x, 3.0, out=x)


def through_flat(x):
    x.flat[2] = 9.0


def by_function(x):
    np.copyto(x, x * x)


def sort(x):
    x[::-1].sort()


WRITERS = [put, add_in_place, through_view, through_reshape, through_ufunc, through_flat, by_function, sort]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("count", [None, 3])
def test_writing_to_one_leaves_the_other(write, count, small_arrays_too):
    for which in (0, 1):
        x = seeded(count)
        pair = (x, x + 1.5)
        expected = copy.deepcopy(pair)
        write(pair[which])
        write(expected[which])
        for found, wanted in zip(pair, expected, strict=True):
            np.testing.assert_array_equal(found.primal, wanted.primal)
            np.testing.assert_array_equal(found.tangent, wanted.tangent)
        np.testing.assert_array_equal(pair[1 - which].tangent, seeded(count).tangent)


def test_results_can_be_written_to():
    x, v = np.linspace(0.0, 1.0, 3000), np.linspace(1.0, 2.0, 3000)
    for f in (lambda x: x * 2.0 + 1.5, lambda x: (x * 2.0 + 1.5, x - 1.0), lambda x: x + 1.0):
        _, dy = jvp(f, (x,), (v,))
        for one in dy if isinstance(dy, tuple) else (dy,):
            assert one.flags.writeable
    assert jacobian(lambda x: x * 2.0 + 1.5)(x[:200]).flags.writeable
    np.testing.assert_array_equal(v, np.linspace(1.0, 2.0, 3000))


def test_what_users_see_can_be_written_to(small_arrays_too):
    x = seeded()
    y = x + 1.5
    assert tangent(y).flags.writeable
    y = x + 1.5
    y.setflags(write=True)
    y[0] = 1.0
    for other in (copy.copy(x + 1.5), copy.deepcopy(x + 1.5), pickle.loads(pickle.dumps(x + 1.5)), np.copy(x + 1.5)):
        other[0] = 1.0
    assert x.tangent[0] == 1.0


STEPS = [
    lambda a, b: a + 1.5,
    lambda a, b: a - np.arange(float(N)),
    lambda a, b: a * 2.0,
    lambda a, b: a * b + 0.5,
    lambda a, b: (put(a), a)[1],
    lambda a, b: (add_in_place(a), a)[1],
    lambda a, b: (through_view(a), b)[1],
    lambda a, b: (operator.setitem(a, slice(1, 3), b[2:4]), a)[1],
    lambda a, b: a[::-1],
    lambda a, b: np.reshape(a, (N, 1))[:, 0],
    lambda a, b: (operator.iadd(b[2:], 1.0), b + 1.0)[1],
    lambda a, b: np.where(a.primal > 1.0, a, b),
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(STEPS) - 1), st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_random_programs_with_views_and_assignments(steps):
    def program():
        x = seeded()
        known = [x, x * 0.5]
        for number, i, j in steps:
            known.append(STEPS[number](known[i % len(known)], known[j % len(known)]))
        return known

    limit = dense.LENT_FROM
    try:
        dense.LENT_FROM = 0
        lent = program()
    finally:
        dense.LENT_FROM = limit
    for found, wanted in zip(lent, program(), strict=True):
        np.testing.assert_array_equal(found.primal, wanted.primal)
        np.testing.assert_array_equal(found.tangent, wanted.tangent)
