"""Numbers that depend on few of many inputs: nobody can tell that their tangents are no rows."""

import contextlib
import copy
import operator
import pickle
import sys
import threading
import warnings
from fractions import Fraction
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.workloads import small
from dualad import (
    Dual,
    derivative,
    gradient,
    hessian,
    hvp,
    is_dual,
    jacobian,
    jvp,
    linearize,
    stop_derivative,
    tangent,
    value_and_gradient,
    value_and_jacobian,
    vjp,
    watch_kinks,
)
from dualad.errors import DualError, LostDerivativeError, ShapeError
from dualad.levels import make
from dualad.objects import pack
from dualad.operators import quick
from dualad.rules.table import PARTIALS
from dualad.tangents import entries
from dualad.tangents.entries import MANY, WithEntries
from dualad.tangents.identity import WithIdentity, basis

FIVE = np.array([0.7, -0.3, 1.9, 0.11, 2.3])
WIDE = np.linspace(-0.9, 1.4, 2 * MANY + 1)
EDGES = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 5e-324, 1e-310, 1e-160, -1e-200, 1e160, 1.7e308, -1e300]
UNARY = [f for f in PARTIALS if isinstance(f, np.ufunc) and f.nin == 1 and f.nout == 1]
BINARY = [f for f in PARTIALS if isinstance(f, np.ufunc) and f.nin == 2 and f.nout == 1 and f is not np.ldexp]
OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
IN_PLACE = [operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow]


def on_rows():
    """A context in which the elements of an argument carry rows from the start."""
    return mock.patch.object(quick.identity, "seed", lambda x, kind, level: make(Dual, x, basis(x.size), level))


@contextlib.contextmanager
def one_formula():
    """A context in which no ufunc has a formula for Python's floats, or another one for arrays than the table's."""
    known = [(p, p.of_floats, p.plain, p.over) for p in PARTIALS.values()]
    for partials, *_ in known:
        partials.of_floats = partials.plain = partials.over = None
    try:
        yield
    finally:
        for partials, *formulas in known:
            partials.of_floats, partials.plain, partials.over = formulas


def outcome(run, *args):
    """What a call gives or raises, and the texts of its warnings, whether of numbers or of arrays without axes."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            found = run(*args)
        except (ArithmeticError, TypeError, ValueError, LookupError, DualError) as error:
            found = type(error), str(error)
    return found, {str(one.message).replace(" scalar", "") for one in caught}


def bits(x):
    return np.asarray(x, dtype=float).tobytes()


def assert_same_as_on_rows(f, x):
    """Value and Jacobian are those of rows to the last bit, but for the sign of zeros; f is not warned about more."""
    _, own = outcome(f, x.copy())
    with one_formula():
        found, warned = outcome(value_and_jacobian(f), x)
        with on_rows():
            expected, known = outcome(value_and_jacobian(f), x)
    if not isinstance(expected[0], (np.ndarray, np.number, float)):
        assert found == expected
        return
    assert warned <= known
    assert warned == own or known != own
    assert bits(found[0]) == bits(expected[0])
    np.testing.assert_array_equal(found[1], expected[1], strict=True)


def waits(x):
    return isinstance(x, WithEntries) and x.unwritten is not None


def elements(n=5):
    """Elements of a vector of an operator that has ended, with their entries."""
    taken = []
    jacobian(lambda x: taken.append(x) or 0.0 * x[0])(np.linspace(0.3, 1.7, n))
    return taken[0]


NUMBERS = st.sampled_from(EDGES) | st.floats(-5, 5) | st.floats()
CONSTANTS = NUMBERS | NUMBERS.map(np.float64) | st.integers(-3, 4)
STEPS = st.tuples(
    st.sampled_from([*OPERATORS, *OPERATORS, *OPERATORS, *IN_PLACE, operator.neg, operator.pos, abs, *UNARY, *BINARY]),
    st.integers(0, 30),
    st.integers(0, 30) | CONSTANTS,
    st.booleans(),
)


def program(steps, results):
    """A function that does these steps, each with what earlier ones gave."""

    def f(x):
        values = [x[i] for i in range(len(x))]
        for step, first, second, swapped in steps:
            a = values[first % len(values)]
            b = values[second % len(values)] if type(second) is int else second
            if a > b:
                a, b = b, a  # a branch on values
            a, b = (b, a) if swapped else (a, b)
            if step in UNARY or step in (operator.neg, operator.pos, abs):
                c = step(a if is_number_of_numpy(a) else values[first % len(x)])
            else:
                c = step(a, b) if is_number_of_numpy(a) or is_number_of_numpy(b) else step(values[0], b)
            values.append(c)
        return np.array(values[-results:])

    return f


def is_number_of_numpy(x):
    return isinstance(x, (Dual, np.float64))


@settings(max_examples=600, deadline=None)
@given(st.lists(NUMBERS, min_size=2, max_size=4).map(np.array), st.lists(STEPS, min_size=1, max_size=14))
def test_random_programs_give_what_rows_give(x, steps):
    assert_same_as_on_rows(program(steps, 4), x)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.lists(STEPS, min_size=3, max_size=30))
def test_random_programs_of_ordinary_numbers_give_what_rows_give(seed, steps):
    assert_same_as_on_rows(program(steps, 6), np.random.default_rng(seed).normal(size=3))


@pytest.mark.parametrize("ufunc", UNARY)
@pytest.mark.parametrize("scale", [1.0, 0.0, -3.0, 1e300, 1e-300, 1e-20])
def test_every_unary_ufunc_gives_what_rows_give(ufunc, scale):
    for a in (*EDGES, 0.3, 2.7, -1.2):
        assert_same_as_on_rows(lambda x: ufunc(x[0] + scale * x[1]), np.array([a, 0.0]))


@pytest.mark.parametrize("ufunc", UNARY)
def test_a_unary_ufunc_has_the_slope_of_one_direction_whatever_its_formula(ufunc):
    for a in (*EDGES, 0.3, 2.7, -1.2, 710.0, -745.0, 1e-9, 1.0 + 1e-15):
        for factor in (1.0, -1e-3):
            x = np.float64(a / factor)
            with np.errstate(all="ignore"):
                y, J = value_and_jacobian(lambda z: ufunc(z[0] * factor))(np.array([x, 2.0]))
                expected = jvp(lambda z: ufunc(z * factor), (x,), (np.float64(1.0),))
            assert bits(y) == bits(expected[0])
            np.testing.assert_allclose(J[0], expected[1], rtol=4e-16, atol=1e-322)
            assert not J[1] or np.isnan(J[0])


@pytest.mark.parametrize("function", [*OPERATORS, *IN_PLACE, *BINARY])
def test_every_operation_of_two_gives_what_rows_give(function):
    for a in (*EDGES, 0.3, -2.7):
        for b in (*EDGES, 1.3, 2.0, -0.4):
            x = np.array([a, b])
            assert_same_as_on_rows(lambda x: function(x[0], x[1]), x)
            assert_same_as_on_rows(lambda x: function(1.5 * x[0], x[0] - x[1]), x)
            for kind in (float, np.float64):
                assert_same_as_on_rows(lambda x: function(x[0], kind(b)), x)
                assert_same_as_on_rows(lambda x: function(kind(b), x[0] * 3.0), x)


@pytest.mark.parametrize(
    "f",
    [lambda z, y: z**2, lambda z, y: z * z, lambda z, y: z * y, lambda z, y: y * z, lambda z, y: np.inf * (z - np.inf),
     lambda z, y: (1.0 / z) * y, lambda z, y: y / (1.0 / z), lambda z, y: np.sqrt(1.0 / z), lambda z, y: (y - y) * z,
     lambda z, y: z + np.inf * y, lambda z, y: y ** z, lambda z, y: z ** y, lambda z, y: np.exp(z * y) * z],
)  # fmt: skip
def test_zero_tangents_meet_infinities_as_on_rows(f):
    with np.errstate(all="ignore"):
        for sign in (1.0, -1.0):
            assert_same_as_on_rows(lambda x: f(0.0 * x[0] + sign * np.inf, x[1]), FIVE)
            assert_same_as_on_rows(lambda x: f(0.0 * x[0] + sign * np.inf, 0.0 * x[1]), FIVE)


@pytest.mark.parametrize("function", OPERATORS)
@pytest.mark.parametrize("other", [0, 1, 2, 3, -2, 2**70, 10**400, True, np.True_, np.float32(1.5), np.longdouble(1.5),
                                   np.int64(2), 1.5 + 2j, np.complex128(1 - 1j), Fraction(1, 3), np.array([1.0, 2.5]),
                                   np.array(2.5), np.array([1, 2]), [1.0, 2.0], (0.5, 2.0), "a", None])  # fmt: skip
def test_operands_of_other_kinds_give_what_rows_give(function, other):
    def both_orders(f):
        results = []
        for g in (lambda z: function(z, other), lambda z: function(other, z)):
            run = jacobian(lambda x: f(g(x[1] * 1.5 + x[0])))
            results.append(outcome(run, FIVE))
            with on_rows():
                results.append(outcome(run, FIVE))
        return results

    for f in (lambda y: y, np.real):
        first, first_expected, second, second_expected = both_orders(f)
        for found, expected in ((first, first_expected), (second, second_expected)):
            assert type(found[0]) is type(expected[0])
            np.testing.assert_equal(found[0], expected[0])


@pytest.mark.parametrize("first", [1e-320, 1e-305, 1e-160, 1.0, 1e170, 1e306])
@pytest.mark.parametrize("second", [0.0, 1e-320, 1e-305, 1e-160, 1.0, 1e170, 1e306])
def test_quotients_of_numbers_with_extreme_tangents_give_what_rows_give(first, second):
    for a in (0.7, 3e-9, -7e11, 1e-139, 1e139):
        for b in (1.3, -3e-11, 7e9, 1e-139, 1e139):
            assert_same_as_on_rows(lambda x: (a + first * x[0]) / (b + second * x[1]), np.array([0.0, 0.0]))
            assert_same_as_on_rows(lambda x: (a + first * x[0]) / (b - second * x[0]), np.array([0.0, 0.0]))


# derivatives by another road


def complex_step(f, x):
    rows = [f(x + 1e-200j * unit).imag / 1e-200 for unit in np.eye(len(x))]
    return np.array(rows).T


@pytest.mark.parametrize("workload", small.WORKLOADS, ids=lambda w: w.name)
def test_small_programs_agree_with_jacobians_by_hand_and_complex_step(workload):
    f, x = workload.program(np), workload.x
    value, J = value_and_jacobian(f)(x)
    assert bits(value) == bits(f(x))
    np.testing.assert_allclose(J, workload.hand(x), rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(J, complex_step(f, x), rtol=1e-13, atol=1e-13)


def valley(x):
    total = 0.0
    for i in range(len(x) - 1):
        total = total + 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2 / (2.0 + x[i])
    return np.exp(-total / 1e3) * total


def test_numbers_that_depend_on_many_inputs_go_on_as_rows():
    value, slope = value_and_gradient(valley)(WIDE)
    assert bits(value) == bits(valley(WIDE))
    np.testing.assert_allclose(slope, complex_step(valley, WIDE), rtol=1e-12)
    kinds = []

    def sums(x):
        total = x[0]
        for i in range(1, len(x)):
            total = x[i] - total if i % 3 else total - x[i] * x[0] + 2.0
            kinds.append(waits(total))
        return np.array([total, x[1], 2, total * x[3]])

    J = jacobian(sums)(WIDE)
    assert kinds == [True] * (MANY - 1) + [False] * (len(WIDE) - MANY)
    np.testing.assert_allclose(J, complex_step(sums, WIDE), rtol=1e-14)
    assert_same_as_on_rows(sums, WIDE)
    assert_same_as_on_rows(lambda x: sum(x) - x[1] + x[2] - np.inf * x[3] + x[4], WIDE)


def test_an_infinite_tangent_meets_the_row_that_it_cancels():
    def f(x):
        x = [1e200 * v for v in x]
        return 1e200 * sum(x[:-1]) - 1e200 * x[-2] + (1e200 * x[-1] - 1e200 * x[0])

    with np.errstate(all="ignore"):
        assert_same_as_on_rows(f, np.full(2 * MANY, 1e-300))


# what is taken from the vector


def test_elements_wait_and_anything_else_settles():
    z = elements()
    assert isinstance(z, WithIdentity)
    assert len(z) == 5
    assert z.shape == (5,)
    assert z.ndim == 1
    assert z.size == 5
    assert z.dtype == float
    for index in (0, -1, np.int64(3), np.intp(-2), np.uint8(1), (2,), (-5,)):
        element = z[index]
        assert waits(element)
        assert element.shape == ()
        k = np.arange(5)[index]
        assert element.unwritten == {int(k): 1.0}
        assert type(next(iter(element.unwritten))) is int
        assert type(element.primal) is np.float64
        assert element.primal == z.primal[k]
    assert all(waits(x) for x in z)
    first, *_, last = z
    assert waits(first)
    assert waits(last)
    assert isinstance(z, WithIdentity)
    assert z[1:3].tangent.shape == (5, 2)
    assert type(z) is Dual
    np.testing.assert_array_equal(z.tangent, np.eye(5))
    assert not waits(z[0])


@pytest.mark.parametrize(
    "index", [5, -6, 2.0, "a", (1, 2), True, np.True_, None, [1, 2], np.array([True] * 5), ..., ()]
)
def test_other_indices_do_what_they_do_on_rows(index):
    def f(x):
        return x[index] * 2.0

    found = outcome(jacobian(f), FIVE)
    with on_rows():
        expected = outcome(jacobian(f), FIVE)
    np.testing.assert_equal(found, expected)


@pytest.mark.parametrize(
    "f",
    [lambda x: np.sin(x) * x, lambda x: x * x, lambda x: 2.0 * x, lambda x: x[0] * x, lambda x: x[::2] - x[0],
     lambda x: np.asarray(x) * 2.0, lambda x: np.array(x), lambda x: x.copy(), lambda x: x + np.array([*x]),
     lambda x: x, lambda x: x[3], lambda x: x.tolist(), lambda x: list(x), lambda x: {"a": x[0], "b": (x[1], x)},
     lambda x: sum(x), lambda x: np.sum(x), lambda x: x.item(2), lambda x: x @ x, lambda x: max(x), lambda x: sorted(x),
     lambda x: np.stack([x[0], x[2] * 2.0]), lambda x: np.array([[x[0], 1.0], [x[1] * x[2], 2.0]]),
     lambda x: np.where(x[0] > 0, x[1], x[2]), lambda x: np.linalg.norm(x), lambda x: [v * 2.0 for v in x.flat],
     lambda x: np.hypot(x[0], x), lambda x: np.array([x[0], x.sum(), 3.0, 1]), lambda x: np.vectorize(abs)(x),
     lambda x: np.add.reduce([x[0], x[1]]), lambda x: np.array([], dtype=object), lambda x: np.array([1.0, 2.0]),
     lambda x: np.array([x[0]], dtype=object).reshape(()), lambda x: divmod(x[0], 0.4), lambda x: x[0] % 0.4,
     lambda x: x[0] // 0.4, lambda x: (x[0] * 1.5)[()], lambda x: np.float64(2.0) * x[0], lambda x: np.sum(x, where=x > 0),
     lambda x: np.array([x[0], x[1]]) * x[2], lambda x: x[0].astype(np.float32), lambda x: x[0].astype(complex)],
)  # fmt: skip
def test_any_use_of_elements_and_vector_gives_what_rows_give(f):
    found = value_and_jacobian(f)(FIVE)
    with on_rows():
        expected = value_and_jacobian(f)(FIVE)
    assert repr(jacobian(f)(FIVE)).replace("-0.", " 0.") == repr(expected[1]).replace("-0.", " 0.")
    np.testing.assert_equal(found, expected)


def test_a_program_that_assigns_sees_what_it_wrote():
    def f(x):
        first = x[0]
        x[0] = x[1] * first
        head = x[:2]
        head[1] = 3.0 * x[0]
        x[4] += first
        out = np.zeros_like(x)
        for i, value in enumerate(x):
            out[i] = value * first
            x[-1] = 0.5 * x[2]
        return out

    def plain(x):
        return f(x.copy())

    value, J = value_and_jacobian(f)(FIVE)
    assert bits(value) == bits(plain(FIVE))
    np.testing.assert_allclose(J, complex_step(plain, FIVE), rtol=1e-14, atol=1e-15)
    assert_same_as_on_rows(f, FIVE)


def test_a_number_that_was_written_out_goes_on_with_those_that_were_not():
    def f(x):
        a, b = x[0] * x[1], x[2] + 1.0
        assert waits(a)
        row = tangent(a)
        assert row.shape == (5,)
        assert not waits(a)
        assert type(a) is Dual
        kinds = [a + b, b + a, a - b, b - a, a * b, b * a, a / b, b / a, a**b, b**a, np.hypot(a, b), np.hypot(b, a)]
        return np.array([*kinds, a, b, x[4], 2.0])

    np.testing.assert_allclose(
        jacobian(f)(np.abs(FIVE)), complex_step_of_hypot(f, np.abs(FIVE)), rtol=1e-13, atol=1e-15
    )


def complex_step_of_hypot(f, x):
    """As `complex_step` for the program above, which asks for a tangent and for hypot."""

    def plain(x):
        a, b = x[0] * x[1], x[2] + 1.0
        h = np.sqrt(a * a + b * b)
        return np.array([a + b, b + a, a - b, b - a, a * b, b * a, a / b, b / a, a**b, b**a, h, h, a, b, x[4], 2.0])

    return complex_step(plain, x)


def test_a_number_is_stored_in_an_array_whose_tangent_another_one_borrows():
    def f(x):
        y = np.zeros_like(x)
        y[1] = x[2] * 2.0
        z = y + 1.0
        y[0] = x[0] * x[1]
        y[1] = 3.0 * x[3]
        return np.stack([y, z])

    n = 64
    J = jacobian(f)(np.linspace(1.0, 2.0, n))
    expected = np.zeros((2, n, n))
    expected[0, 0, :2] = 1.0 + 1.0 / (n - 1), 1.0
    expected[0, 1, 3], expected[1, 1, 2] = 3.0, 2.0
    np.testing.assert_allclose(J, expected, rtol=1e-15)


def test_a_row_of_another_number_is_not_touched():
    def f(x):
        total = x[0]
        for v in x:
            total = total + v
        before = total.tangent.copy()
        found = [total + x[1], total - x[1], x[1] + total, x[1] - total]
        np.testing.assert_array_equal(total.tangent, before)
        return np.array([total, *found])

    J = jacobian(f)(WIDE)
    unit = np.eye(len(WIDE))[1]
    np.testing.assert_array_equal(J[1:], [J[0] + unit, J[0] - unit, J[0] + unit, unit - J[0]])


# what a number answers


def test_a_number_answers_as_a_dual():
    z = elements()[1] * 2.0
    assert isinstance(z, Dual)
    assert is_dual(z)
    assert type(z).__name__ == "Dual"
    assert z > 1.2
    assert z < 1.4
    assert z == z
    assert z != 0.0
    assert bool(z)
    assert int(z) == 1
    assert round(z, 1) == 1.3
    assert waits(z)
    assert f"{z:.2f}" == "1.30"
    assert waits(z)
    for raises in (float, complex, hash, len, operator.index, iter):
        with pytest.raises(TypeError):
            raises(z)
    with pytest.raises(LostDerivativeError):
        np.asarray(z, dtype=float)
    assert stop_derivative(z) == z.primal
    assert type(stop_derivative(z)) is np.float64


@pytest.mark.parametrize("take", [lambda z: z, lambda z: z[1] * 2.0])
def test_representation_and_copies_are_those_of_a_plain_dual(take):
    expected = elements()
    expected = take(Dual(expected.primal, np.eye(5), expected.level))
    for change in (repr, str, format):
        z = take(elements())
        assert change(z).split(", level")[0] == change(expected).split(", level")[0]
    for change in (copy.copy, copy.deepcopy, lambda z: pickle.loads(pickle.dumps(z))):
        z = take(elements())
        found = change(z)
        assert type(found) is Dual
        assert found is not z
        assert found.level == z.level
        np.testing.assert_array_equal(found.primal, expected.primal)
        np.testing.assert_array_equal(found.tangent, expected.tangent)


def test_a_copy_of_the_vector_shares_nothing():
    def f(x):
        y = copy.copy(x)
        y[0] = 0.0
        return x[0] * 1.0 + y[1]

    np.testing.assert_array_equal(gradient(f)(FIVE), [1.0, 1.0, 0.0, 0.0, 0.0])


# other levels


def inner_operators(y):
    """Each kind of operator inside f, by a number and with one that it closes over."""
    a, b = y[0] * y[1], y[2]
    return np.array(
        [
            derivative(lambda t: t * a * t)(b),
            derivative(lambda t: a * t**3)(0.7),
            jvp(lambda t: np.sin(t * a) / b, (a,), (b,))[1],
            gradient(lambda t: t[0] * t[1] * a)(np.array([a, b]))[0],
            gradient(lambda t: t[0] * a + t[1] * t[0])([2.0, 3.0])[0],
            np.sum(jacobian(lambda t: np.array([t[0] * a * t[1], b / t[1], a, t[0] ** 2]))(np.array([0.3, 0.4, 0.5]))),
            hessian(lambda t: t[0] ** 2 * a * t[1])(np.array([1.5, 0.5]))[0, 1],
            np.sum(hvp(lambda t: t[0] ** 2 * b + t[1] * a * t[0])(np.array([1.5, 0.5]), np.array([a, 1.0]))),
            linearize(lambda t: t * b * t, a)[1](a),
            vjp(lambda t: a * t * t, b)[1](a)[0],
            derivative(lambda t: t**3 * a, order=2)(b),
        ]
    )


def by_hand(y):
    """The same without operators."""
    a, b = y[0] * y[1], y[2]
    return np.array(
        [
            2.0 * a * b,
            a * 3.0 * 0.7**2,
            np.cos(a * a) * a,
            b * a,
            a + 3.0,
            0.4 * a + 0.3 * a - b / 0.4**2 + 0.6,
            2.0 * 1.5 * a,
            2.0 * b * a + a + a * a,
            2.0 * a * b * a,
            2.0 * a * b * a,
            6.0 * b * a,
        ]
    )


def test_operators_inside_f_are_right():
    np.testing.assert_allclose(inner_operators(FIVE), by_hand(FIVE), rtol=1e-13)
    found, expected = jacobian(inner_operators)(FIVE), complex_step(by_hand, FIVE)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)
    with on_rows():
        np.testing.assert_allclose(found, jacobian(inner_operators)(FIVE), rtol=1e-14, atol=1e-15)


def test_outer_duals_among_the_operands_keep_their_tangents():
    def g(t, s):
        # t moves in one direction, s in as many as x
        def f(x):
            first = [x[0] * t, t / x[1], x[2] ** t, t - x[0] * x[1]]
            return np.array([*first, s[0] * x[2], x[0] + s[1] * t, x[1] - s[2] * s[0]])

        return np.sum(jacobian(f)(np.array([1.5, 0.5, 2.5])))

    def closed(t):
        return t - t / 0.25 + t * 2.5 ** (t - 1.0) - 2.0 + FIVE[0] + 2.0

    np.testing.assert_allclose(g(1.25, FIVE), closed(1.25), rtol=1e-14)
    by_t = derivative(lambda t: g(t, FIVE))(1.25)
    np.testing.assert_allclose(by_t, closed(1.25 + 1e-200j).imag / 1e-200, rtol=1e-13)
    by_s = gradient(lambda s: g(1.25, s))(np.array([0.3, 0.4, 0.5]))
    np.testing.assert_allclose(by_s, [1.0, 0.0, 0.0], atol=1e-15)


def test_the_same_count_at_two_levels_is_not_confused():
    def f(x):
        def g(y):
            return np.array([x[0] * y[0] + y[1], y[1] * x[1] - x[2], x[0] / y[2]])

        return jacobian(g)(np.array([2.0, 3.0, 4.0]))

    expected = np.zeros((3, 3, 3))
    expected[0, 0, 0] = expected[1, 1, 1] = 1.0
    expected[2, 2, 0] = -1.0 / 16.0
    np.testing.assert_array_equal(jacobian(f)(np.array([1.0, 2.0, 3.0])), expected)


@pytest.mark.parametrize("settled", [(), (0,), (1,), (0, 1)])
@pytest.mark.parametrize(
    ("operation", "slope"),
    [(lambda a, b: a + b, lambda a, b: 1.0), (lambda a, b: b + a, lambda a, b: 1.0),
     (lambda a, b: a - b, lambda a, b: -1.0), (lambda a, b: b - a, lambda a, b: 1.0), (lambda a, b: a * b, lambda a, b: a),
     (lambda a, b: b * a, lambda a, b: a), (lambda a, b: a / b, lambda a, b: -a / b**2),
     (lambda a, b: b / a, lambda a, b: 1.0 / a), (lambda a, b: a**b, lambda a, b: a**b * np.log(a)),
     (lambda a, b: b**a, lambda a, b: a * b ** (a - 1.0)),
     (lambda a, b: np.hypot(a, b), lambda a, b: b / np.sqrt(a * a + b * b)),
     (lambda a, b: np.maximum(a, b), lambda a, b: 1.0)],
)  # fmt: skip
def test_operations_between_two_levels_with_the_same_count(operation, slope, settled):
    def f(x):
        def g(y):
            a, b = x[0] * x[1], y[0] * y[1]
            for i in settled:
                tangent((a, b)[i])
            return operation(a, b)

        return np.sum(gradient(g)(np.array([2.0, 3.0, 4.0]))) * 1.0 + 0.0 * x[2]

    x = np.array([0.8, 1.7, 3.0])
    value, found = value_and_gradient(f)(x)
    np.testing.assert_allclose(value, 5.0 * slope(x[0] * x[1], 6.0), rtol=1e-13)
    expected = complex_step(lambda x: 5.0 * slope(x[0] * x[1], 6.0) + 0.0 * x[2], x)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (1, 0, 3, 2), (2, 3, 0, 1)])
@pytest.mark.parametrize("written", [(), (0,), (1,), (2,), (0, 1)])
def test_an_array_holds_numbers_of_two_levels_with_the_same_count(order, written):
    def f(x):
        def g(y):
            numbers = [y[0] * y[1], x[1] * x[2], y[2], 2.0]
            for i in written:
                tangent(numbers[i])
            return np.array([numbers[i] for i in order])

        return np.sum(jacobian(g)(np.array([2.0, 3.0, 4.0])) * x[0]) + np.sum(g(np.array([2.0, 3.0, 4.0])))

    # the sum is (3 + 2 + 1) x0 + 6 + x1 x2 + 4 + 2
    np.testing.assert_array_equal(gradient(f)(np.array([1.0, 2.0, 3.0])), [6.0, 3.0, 2.0])


def test_an_array_of_numbers_with_other_directions_or_large_integers_is_left_to_others():
    z = elements(2)
    with pytest.raises(ShapeError):
        pack(np.array([z[0], make(Dual, 1.0, 2.0, z.level)]))
    assert_same_as_on_rows(lambda x: np.array([x[0], 3, 2**53 + 1]), FIVE)
    found = outcome(jacobian(lambda x: np.array([x[0], 2**70])), FIVE)
    with on_rows():
        np.testing.assert_equal(found, outcome(jacobian(lambda x: np.array([x[0], 2**70])), FIVE))


def test_a_number_of_a_finished_operator_is_refused_or_constant():
    kept = []
    jacobian(lambda x: kept.append(x[0]) or x[0])(FIVE)
    (old,) = kept
    inner = jacobian(lambda x: x[1] * old)(FIVE)
    assert isinstance(inner, Dual)
    assert inner.level == old.level
    with pytest.raises(DualError):
        jacobian(lambda x: jacobian(lambda y: kept.append(y[0]) or y[0])(x[:2]) + kept[-1])(FIVE)


# threads, watchers


def test_threads_settle_one_number_once():
    for _ in range(50):
        z = elements(7)
        number = z[3] * 2.0
        barrier = threading.Barrier(4)
        found = []

        def work(z=z, number=number, barrier=barrier, found=found):
            barrier.wait()
            y = number * number + number / 3.0 - z[3]
            found.append((y.primal, number.tangent.copy(), y.tangent.copy(), z.tangent.copy()))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4
        for value, row, slope, seed in found:
            assert value == found[0][0]
            np.testing.assert_array_equal(row, 2.0 * np.eye(7)[3])
            np.testing.assert_array_equal(slope, found[0][2])
            np.testing.assert_array_equal(seed, np.eye(7))


def test_two_threads_differentiate_at_once():
    expected = small.hires_by_hand(small.CONCENTRATIONS)
    found = []

    def work():
        found.extend(jacobian(small.hires(np))(small.CONCENTRATIONS) for _ in range(50))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 100
    for J in found:
        np.testing.assert_allclose(J, expected, rtol=1e-15)


def kinked(x):
    y = abs(x[0]) + np.maximum(x[1], x[2]) + np.sqrt(x[3]) + x[3] ** 0.5
    return y if x[0] >= 0.0 else -y


@pytest.mark.parametrize("inside", [False, True])
def test_a_watcher_sees_every_kink(inside):
    x = np.array([0.0, 1.5, 1.5, 0.0])
    seen = []

    def watched(x):
        with watch_kinks() if inside else contextlib.nullcontext() as kinks:
            y = kinked(x)
            seen.append(kinks)
        return y

    with watch_kinks() if not inside else contextlib.nullcontext() as kinks, np.errstate(all="ignore"):
        gradient(watched)(x)
    names = [kink.function for kink in (seen[0] if inside else kinks)]
    assert names == ["numpy.absolute", "numpy.maximum", "numpy.sqrt", "numpy.power", "numpy.greater_equal"]


def test_errors_that_f_asks_for_are_raised():
    with np.errstate(all="raise"):
        with pytest.raises(FloatingPointError):
            jacobian(lambda x: np.log(x[0] - x[0]))(FIVE)
        with pytest.raises(FloatingPointError):
            jacobian(lambda x: x[0] * 1e308 * 1e308)(FIVE)
        slope = gradient(lambda x: np.sqrt(x[0]) * 1e-300 * x[1])(np.array([0.25, 1e-5]))
    np.testing.assert_allclose(slope, [1e-305, 5e-301], rtol=1e-15)


def test_entries_are_found_in_use():
    with mock.patch.object(entries, "row", side_effect=AssertionError("a row was written")):
        jacobian(small.hires(np))(small.CONCENTRATIONS)
        jacobian(small.hires_unpacked(np))(small.CONCENTRATIONS)
        jacobian(small.arm(np))(small.ANGLES)
        jacobian(lambda x: np.array([np.float64(2.0) * x[0] - np.float64(1.0), 1.0 / x[1], x[2] ** x[0], -x[3], 3]))(
            FIVE
        )


MATRIX = np.linspace(-1.0, 2.0, 15).reshape(3, 5)


@pytest.mark.parametrize("matrix", [MATRIX, np.asfortranarray(MATRIX), MATRIX[::-1, :], np.repeat(MATRIX, 2, 0)[::2]])
def test_the_tangents_of_a_matrix_times_a_seed_are_its_columns(matrix):
    x = np.linspace(0.5, 1.5, 5)
    seen = []

    def f(x):
        z = matrix @ x
        seen.append(z.tangent)
        z[0] = 0.0
        return z

    expected = matrix.copy()
    expected[0] = 0.0
    np.testing.assert_array_equal(jacobian(f)(x), expected)
    assert not np.shares_memory(seen[0], matrix)
    np.testing.assert_array_equal(jacobian(lambda x: matrix @ (2.0 * x))(x), 2.0 * matrix)
    by_hand = matrix / np.cosh(matrix @ x)[:, None] ** 2
    np.testing.assert_allclose(jacobian(lambda x: np.tanh(matrix @ x))(x), by_hand, rtol=1e-14)


@pytest.mark.parametrize(
    "left",
    [MATRIX.astype(np.float32), MATRIX.astype(complex), np.arange(15).reshape(3, 5), MATRIX[0], np.stack([MATRIX] * 2)],
)
def test_other_factors_of_a_seed_take_the_general_way(left):
    x = np.linspace(0.5, 1.5, 5)
    np.testing.assert_allclose(jacobian(lambda x: left @ x)(x), left, rtol=1e-15)
    assert jacobian(lambda x: left @ x)(x).dtype == (left @ x).dtype
    with pytest.raises(ValueError, match="mismatch"):
        jacobian(lambda x: left.T @ x)(x) if left.ndim > 1 else jacobian(lambda x: left[1:] @ x)(x)


def test_the_derivatives_of_what_is_undefined_are_undefined():
    matrix = np.array([[np.nan, 1.0], [2.0, 3.0]])
    np.testing.assert_array_equal(jacobian(lambda x: matrix @ x)(np.ones(2)), [[np.nan, np.nan], [2.0, 3.0]])


def test_threads_may_use_one_seed():
    matrix, failures = np.linspace(-1.0, 2.0, 9).reshape(3, 3), []

    def work(x, way):
        try:
            way(x)
        except Exception as error:
            failures.append(error)

    def f(x):
        ways = [lambda x: matrix @ x, np.sin, lambda x: np.dot(matrix, x)]
        threads = [threading.Thread(target=work, args=(x, way)) for way in ways]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return x * 2.0

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(300):
            np.testing.assert_array_equal(jacobian(f)(np.ones(3)), 2.0 * np.eye(3))
            assert hessian(lambda x: np.sum(f(x) ** 2))(np.ones(3)).shape == (3, 3)
    finally:
        sys.setswitchinterval(interval)
    assert not failures
