"""Hyper-dual numbers: the same four parts as Duals inside Duals, and the same memory."""

import operator
import re
import threading
import warnings
from collections import namedtuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualad import Dual, hessian, hvp, jvp, value_gradient_and_hessian, watch_kinks
from dualad.errors import LostDerivativeError
from dualad.hyperduals.number import HyperDual, hyperdual, parts_of
from dualad.levels import make, new_level
from dualad.objects import packed
from dualad.operators.twice import four_parts, twice
from tests.numerical import directions_like, results
from tests.test_rules import cases


def is_suitable(case):
    return case.second and all(p.dtype == float for p in case.points)


def both(points, count, symmetric):
    """Two functions that give arguments with the same two levels: hyper-dual ones, and Duals inside Duals."""
    outer, inner = new_level(), new_level()
    points = [p if p.shape else p[()] for p in points]
    first = directions_like(points, 8, count)
    second = first if symmetric else directions_like(points, 9, count + 1)

    def hyper():
        return [
            hyperdual(np.array(x, order="C")[()], outer, inner, u.copy(), None if symmetric else v.copy())
            for x, u, v in zip(points, first, second, strict=True)
        ]

    def nested(room=False):
        duals = twice(points, [u.copy() for u in first], [v.copy() for v in second], outer, inner)
        for x, u, v in zip(duals if room else [], first, second, strict=False):
            x.tangent = make(Dual, v.copy(), np.zeros((len(u), *v.shape)), outer)
        return duals

    return hyper, nested, (outer, inner)


def parts(result, levels):
    """The parts of all results, with None for what does not move."""
    return [four_parts(packed(y) if isinstance(y, np.ndarray) else y, *levels) for y in results(result)]


def check(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        for i, (part, wanted) in enumerate(zip(one, other, strict=True)):
            if part is None or wanted is None:  # zeros may be written out or not
                assert not np.any(part if part is not None else 0.0 if wanted is None else wanted)
            elif i == 0:
                np.testing.assert_array_equal(part, wanted, strict=True)
            else:
                size = np.max(np.abs(wanted), initial=0.0, where=np.isfinite(wanted))
                np.testing.assert_allclose(part, wanted, rtol=2e-13, atol=1e-13 * size + 1e-300)


@pytest.mark.parametrize("symmetric", [True, False])
@cases(is_suitable)
def test_four_parts_are_those_of_duals_inside_duals(case, symmetric):
    hyper, nested, levels = both(case.points, 2, symmetric)
    check(parts(case.function(*hyper()), levels), parts(case.function(*nested()), levels))


def test_most_elementwise_and_linear_functions_keep_four_parts():
    hyper, _, levels = both([np.linspace(0.2, 0.9, 5)], 3, True)
    (x,) = hyper()
    matrix = np.arange(15.0).reshape(3, 5)
    kept = [
        x + x, x - 2, 2 - x, x * x, x / x, 3 / x, x**2, x**2.5, 2**x, -x, x[1:], x[2], x[[0, 2]], x[x > 0.5], abs(x),
        np.sin(x), np.exp(x), np.log(x), np.tanh(x), np.sqrt(x), np.arctan(x), np.square(x), np.maximum(x, 0.5),
        np.sum(x), x.sum(), np.sum(x, axis=0), np.mean(x), np.cumsum(x), np.concatenate([x, x]), np.stack([x, 2 * x]),
        matrix @ x, x @ matrix.T, np.dot(matrix, x), x @ x, np.dot(x, x), np.inner(x, x), np.diff(x), np.roll(x, 1),
        x[0] * x, x[0] + np.arange(7.0), x[x > 0.5],
    ]  # fmt: skip
    assert [i for i, y in enumerate(kept) if parts_of(y, *levels) is None] == []


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("f", [operator.add, operator.sub, operator.mul, operator.truediv])
@pytest.mark.parametrize("first", ["still", "curved", "number", "curved number"])
@pytest.mark.parametrize("second", ["still", "curved", "number", "curved number"])
def test_operators_of_all_that_moves(f, first, second, symmetric):
    """Operands with and without second derivatives, vectors and numbers, against Duals inside Duals."""
    hyper, nested, levels = both([np.linspace(0.2, 0.9, 5), np.linspace(1.5, 0.4, 5)], 2, symmetric)
    kinds = {
        "still": lambda z: z,
        "curved": lambda z: z * z,
        "number": lambda z: z[1],
        "curved number": lambda z: z[1] * z[2],
    }

    def program(x, y):
        a, b = kinds[first](x), kinds[second](y)
        return f(a, b), f(b, a), f(a, a), f(a, kinds[first](x * 2.0)), f(a, 1.5), f(1.5, a)

    check(parts(program(*hyper()), levels), parts(program(*nested()), levels))


OPERATIONS = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / (y * y + 1.5),
    lambda x, y: 2.0 * x - 1,
    lambda x, y: 1.5 / (2.5 + np.sin(x)),
    lambda x, y: np.exp(-x * x) - y,
    lambda x, y: x**2 + y,
    lambda x, y: np.tanh(x) * y[::-1] if np.ndim(y) else np.tanh(x) * y,
    lambda x, y: x[1:] * y[:-1] if np.ndim(x) and np.ndim(y) and len(x) == len(y) > 1 else x,
    lambda x, y: x @ y if np.ndim(x) and np.shape(x) == np.shape(y) else x * y if not np.ndim(y) else y,
    lambda x, y: np.sum(x) * y,
    lambda x, y: x[0] * y if np.ndim(x) else x * y,
    lambda x, y: np.concatenate([x, y]) if np.ndim(x) and np.ndim(y) and len(x) < 9 else y,
    lambda x, y: np.where(x > 0.4, x, y) if np.shape(x) == np.shape(y) else x,
    lambda x, y: np.array([x[0], y[-1] * 2]) if np.ndim(x) and np.ndim(y) else x,
    lambda x, y: assigned(x, y),
]


def assigned(x, y):
    """In place, through a view."""
    z = x + 0.0
    if np.ndim(z):
        view = z[1:] if len(z) > 1 else z
        view[0] = y[0] * y[0] if np.ndim(y) else y
        view *= 2
    return z


def compatible(x, y):
    return not (np.ndim(x) and np.ndim(y)) or np.shape(x) == np.shape(y)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(OPERATIONS) - 1), st.integers(0, 9), st.integers(0, 9)), max_size=9),
    st.booleans(),
)
def test_random_programs(steps, symmetric):
    hyper, nested, levels = both([np.linspace(0.2, 0.9, 5), np.linspace(-0.5, 0.4, 5)], 2, symmetric)

    def program(x, y):
        known = [x, y]
        for number, i, j in steps:
            a, b = known[i % len(known)], known[j % len(known)]
            if not compatible(a, b):
                b = a
            known.append(OPERATIONS[number](a, b))
        return tuple(known)

    check(parts(program(*hyper()), levels), parts(program(*nested(room=True)), levels))


def writes(x):
    """Views of views, written to before and after they were taken and used."""
    y = x[1:4]
    z = y[1:]
    before = y * 2.0
    x[2] = x[0] * x[3]
    z[-1] = 5.0
    after = y * y
    y += x[0]
    return before, after, x, y, z, np.sum(x * x)


def more_writes(x):
    u = x * x
    v = u[:3]
    v[0] = 0.0
    u[1] *= x[4]
    w = v * 3.0
    out = np.zeros_like(x)
    out[1:] = u[1:] * x[0]
    return u, v, w, out, out[::-1] @ x


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("f", [writes, more_writes])
def test_views_alias_for_all_four_parts(f, symmetric):
    hyper, nested, levels = both([np.linspace(0.2, 0.9, 5)], 3, symmetric)
    check(parts(f(*hyper()), levels), parts(f(*nested(room=True)), levels))


EDGES = [0.0, -0.0, 1e-200, 1e-310, 1e200, np.inf, -np.inf, np.nan, -1.0, 710.0]


@pytest.mark.parametrize("f", [np.log, np.sqrt, np.exp, np.tanh, np.reciprocal, np.square, np.arctan, np.cbrt,
                               lambda x: x**2, lambda x: x**-1.5, lambda x: 1 / x, lambda x: x * x[::-1],
                               lambda x: x / x[::-1]])  # fmt: skip
def test_edges_of_the_range_and_of_the_domain(f):
    hyper, nested, levels = both([np.array(EDGES)], 3, True)
    with np.errstate(all="ignore"):
        ((value, b, a, h),), ((z, *expected),) = parts(f(*hyper()), levels), parts(f(*nested()), levels)
        np.testing.assert_array_equal(value, z)
        for part, wanted in zip((b, a, h), expected, strict=True):
            defined = np.isfinite(value) | np.isinf(value)
            np.testing.assert_allclose(part[..., defined], wanted[..., defined], rtol=1e-13, atol=1e-300)


@pytest.mark.parametrize("f", [np.log, np.sqrt, np.arccos, lambda x: 1 / x, lambda x: np.exp(800 * x)])
def test_warnings_are_those_of_the_function(f):
    x = np.array([-1.0, 0.0, 1.5])

    def caught(argument):
        with pytest.warns(RuntimeWarning) as record:
            f(argument)
        return {str(warning.message) for warning in record}

    hyper, _, _ = both([x], 2, True)
    assert caught(*hyper()) == caught(x)


@pytest.mark.parametrize("other", [[1.0, 2.0], np.float32(2.0), np.longdouble(2.0), 2 + 1j, np.arange(1, 3), True])
@pytest.mark.parametrize("f", [operator.add, operator.mul, operator.truediv, operator.pow])
def test_operands_of_other_kinds(f, other):
    hyper, nested, levels = both([np.array([0.5, 0.7])], 2, True)
    for swapped in (False, True):
        of = (lambda x: f(other, x)) if swapped else (lambda x: f(x, other))
        found, expected = parts(of(*hyper()), levels), parts(of(*nested()), levels)
        assert found[0][0].dtype == expected[0][0].dtype
        check(found, expected)


def test_it_looks_like_a_dual():
    hyper, nested, _ = both([np.array([0.5, 0.7])], 2, True)
    (x,), (y,) = hyper(), nested()
    assert isinstance(x, HyperDual)
    assert isinstance(x, Dual)
    assert type(x).__name__ == "Dual"
    assert (x.shape, x.ndim, x.size, len(x), x.dtype) == (y.shape, y.ndim, y.size, len(y), y.dtype)
    assert isinstance(x, HyperDual)
    (x,) = hyper()
    assert repr(x * x) == repr(y * y)
    (x,) = hyper()
    assert x[0] < x[1]
    assert bool(x[0])
    assert int(x[0]) == 0
    with pytest.raises(LostDerivativeError):
        float(x[0])
    with pytest.raises(TypeError):
        hash(x[0])


def test_levels_of_other_operators_mix():
    A = np.array([[2.0, 1.0], [0.5, 3.0]])

    def f(x):
        return np.sum(np.sin(A @ x) * x)

    x, v = np.array([0.3, 0.8]), np.array([1.0, -2.0])
    third = jvp(lambda s: hessian(lambda y: f(y) * s[0])(x), (x,), (v,))[1]
    np.testing.assert_allclose(third, v[0] * hessian(f)(x), rtol=1e-14)
    inside = hessian(lambda y: jvp(f, (y,), (v,))[1])(x)
    step = 1e-5
    differences = (hessian(f)(x + step * v) - hessian(f)(x - step * v)) / (2 * step)
    np.testing.assert_allclose(inside, differences, rtol=1e-7)


def test_a_watcher_sees_the_hessian_too():
    with watch_kinks() as kinks:
        hessian(lambda x: np.sum(np.abs(x) ** 3))(np.array([0.0, 1.0]))
    assert kinks


def test_threads_that_share_a_number():
    hyper, _, levels = both([np.linspace(0.2, 0.9, 5)], 5, True)
    (x,) = hyper()
    expected = parts((x * 1.0) * np.sin(x * 1.0), levels)
    shared = x * 1.0
    found = []

    def work(i):
        for _ in range(50):
            if i % 2:
                assert shared.primal is not None  # settles it
            found.append(parts(shared * np.sin(shared), levels))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 200
    for one in found:
        check(one, expected)


def test_functions_that_return_something_else():
    x = np.array([0.5, 0.7])
    y, g, H = value_gradient_and_hessian(lambda x: 3.0)(x)
    assert (y, np.any(g), np.any(H), H.shape) == (3.0, False, False, (2, 2))
    np.testing.assert_array_equal(hessian(lambda x: x[0])(x), np.zeros((2, 2)))
    np.testing.assert_array_equal(hvp(lambda x: x[0] + 1.0)(x, x), np.zeros(2))
    np.testing.assert_array_equal(hvp(lambda x: 1.0)(x, x), np.zeros(2))
    np.testing.assert_allclose(hvp(lambda x: np.linalg.det(np.outer(x, x) + np.diag(x)))(x, x),
                               hessian(lambda x: np.linalg.det(np.outer(x, x) + np.diag(x)))(x) @ x, rtol=1e-13)  # fmt: skip
    for operator_of_one in (hessian, lambda f: lambda x: hvp(f)(x, x)):
        with pytest.raises(ValueError, match="number"):
            operator_of_one(lambda x: x)(x)


def test_nested_sequences_of_any_kind():
    Pair = namedtuple("Pair", "first second")
    x = np.array([0.5, 0.7, -0.2])
    for join in (
        lambda x: np.concatenate(Pair(x, x * x)),
        lambda x: np.stack(Pair(x, x * x)),
        lambda x: np.concatenate([x, np.array([x[0] ** 2, x[1] ** 2, x[2] ** 2])]),
        lambda x: np.stack([np.array([x[0] ** 2, x[1] ** 2, x[2] ** 2]), x]),
        lambda x: np.append(np.asarray(x * x), x),
    ):
        f = lambda x, join=join: np.sum(join(x) ** 2)
        np.testing.assert_allclose(hessian(f)(x), np.diag(2 + 12 * x * x), rtol=1e-14)
        np.testing.assert_allclose(hvp(f)(x, x), (2 + 12 * x * x) * x, rtol=1e-14)


@pytest.mark.parametrize("product", [np.dot, np.vdot, np.inner, np.matmul])
def test_vectors_that_do_not_fit_raise_what_they_raise_without_derivatives(product):
    x = np.array([0.5, 0.7, -0.2])
    with pytest.raises(ValueError) as plain:
        product(x, x[1:])
    with pytest.raises(ValueError, match=re.escape(str(plain.value))):
        hessian(lambda x: product(x, x[1:]))(x)


INF = np.inf


@pytest.mark.parametrize(("f", "x"), [
    (lambda x: np.sum(x * x[::-1]), [1.7e308, 720.0, -1.0]),
    (lambda x: np.sum(np.diff(x)), [2.5, -INF, -INF]),
    (lambda x: np.sum(np.gradient(x)), [2.5, INF, 1.7e308]),
    (lambda x: np.average(x, weights=[1.0, 2.0, 3.0]), [2.5, -INF, -750.0]),
    (lambda x: np.polyval([1.0, 2.0, 3.0], x[0]), [1.7e308, INF, 720.0]),
    (lambda x: np.cov(x), [1.7e308, 720.0, -1.0]),
    (lambda x: np.linalg.norm(x), [-1.0, 1e-310, 0.0]),
])  # fmt: skip
def test_warnings_and_flags_are_those_of_the_function_once(f, x):
    x = np.array(x)

    def messages(g):
        with warnings.catch_warnings(record=True) as record:
            warnings.simplefilter("always")
            g(x)
        return sorted(str(warning.message) for warning in record)

    def raised(g):
        with np.errstate(all="raise"):
            try:
                g(x)
            except FloatingPointError as error:
                return str(error)

    assert messages(hessian(f)) == messages(f)
    assert raised(hessian(f)) == raised(f)


def test_a_slope_that_is_nan_stays_in_its_direction():
    H = hessian(lambda x: np.sum(np.cbrt(x)))(np.array([1e-200, -750.0, 2.0]))
    expected = -2 / 9 * np.array([-750.0, 2.0]) ** -2 * np.cbrt([-750.0, 2.0])
    np.testing.assert_allclose(H[1:, 1:], np.diag(expected), rtol=1e-14)
    assert not np.any(H[0, 1:])
