"""Nothing is lost in silence: every way to drop a tangent is right, or an error whose sentence has the fix."""

import array
import cmath
import copy
import ctypes
import decimal
import fractions
import functools
import json
import math
import pickle
import random
import statistics
import struct

import numpy as np
import pytest

from dualad import Dual, LostDerivativeError, NoRuleError, derivative, is_dual, jacobian, stop_derivative

x = Dual(0.5, 1.0)


def vector():
    return Dual([1.0, 2.0, 3.0], [1.0, 0.0, 2.0])


def into_plain(change):
    plain = np.zeros(3)
    change(plain)


@pytest.mark.parametrize(
    "lose",
    [
        lambda: float(x),
        lambda: complex(x),
        lambda: math.sin(x),
        lambda: math.hypot(x, 1.0),
        lambda: cmath.exp(x),
        lambda: np.float64(x),
        lambda: np.asarray(vector(), dtype=float),
        lambda: np.array(vector(), dtype=np.float32),
        lambda: np.vectorize(lambda x: 2 * x, otypes=[float])(vector()),
        lambda: into_plain(lambda out: out.__setitem__(0, x)),
        lambda: into_plain(lambda out: out.__setitem__(slice(None), vector())),
        lambda: into_plain(lambda out: out.__setitem__(out == 0, vector())),
        lambda: into_plain(lambda out: np.add(vector(), 1, out=out)),
        lambda: into_plain(lambda out: np.sum(vector(), out=out[:1].reshape(()))),
        lambda: into_plain(lambda out: out.__iadd__(vector())),
        lambda: into_plain(lambda out: np.add.at(out, [0], x)),
        lambda: into_plain(lambda out: np.multiply(vector(), 2, out=out, where=out == 0)),
        lambda: into_plain(lambda out: np.copyto(out, vector())),
        lambda: into_plain(lambda out: np.put(out, [0], x)),
        lambda: into_plain(lambda out: np.place(out, out == 0, vector())),
        lambda: into_plain(lambda out: np.putmask(out, out == 0, vector())),
        lambda: into_plain(lambda out: np.put_along_axis(out, np.array([0]), x, 0)),
        lambda: into_plain(lambda out: out.put([0], x)),
        lambda: into_plain(lambda out: out.fill(x)),
        lambda: into_plain(lambda out: np.concatenate([vector(), vector()], out=np.zeros(6))),
        lambda: np.fill_diagonal(np.zeros((3, 3)), x),
        lambda: np.full((2,), x, dtype=float),
        lambda: np.full_like(np.zeros(3), x),
        lambda: np.nan_to_num(np.ones(3), nan=x),
        lambda: np.pad(np.ones(3), 1, constant_values=x),
        lambda: np.max(np.ones(3), initial=x),
        lambda: np.add.reduce(np.ones(3), initial=x),
        lambda: np.ones(3).sum(initial=x),
        lambda: np.std(np.ones(3), ddof=x),
        lambda: np.interp([0.5], [0, 1], [0, 1], left=x),
        lambda: np.array([(x, 1)], dtype=[("a", float), ("b", int)]),
        lambda: np.zeros(3, dtype=[("a", float)]).__setitem__("a", vector()),
        lambda: vector().astype([("a", float)]),
        lambda: vector().astype("M8[s]"),
        lambda: np.fromiter(vector(), float),
        lambda: np.arange(0, x, 0.1),
        lambda: np.int64(x),
        lambda: np.frompyfunc(math.sin, 1, 1)(vector()),
        lambda: np.ones(3, np.int64).__iadd__(vector()),
        lambda: "%.3f" % x,
        lambda: json.dumps({"x": x}, default=float),
        lambda: math.fsum(vector()),
        lambda: math.dist(vector(), [0.0, 0.0, 0.0]),
        lambda: math.isnan(x),
        lambda: statistics.mean(vector()),
        lambda: statistics.fmean(vector()),
        lambda: statistics.variance(vector()),
        lambda: statistics.geometric_mean(vector()),
        lambda: random.choices([1, 2, 3], weights=vector()),
        lambda: random.betavariate(x, 1.0),
        lambda: np.random.normal(x, 1.0),
        lambda: np.random.default_rng(0).normal(vector(), 1.0),
        lambda: np.random.default_rng(0).poisson(x),
        lambda: np.random.default_rng(0).choice(3, p=vector() / 6),
        lambda: array.array("d", vector()),
        lambda: ctypes.c_double(x),
        lambda: (ctypes.c_double * 3)(*vector()),
    ],
)  # fmt: skip
def test_a_cut_is_refused_and_the_sentence_says_what_to_write(lose):
    with pytest.raises((LostDerivativeError, TypeError, ValueError)) as caught:
        lose()
    message = str(caught.value) + str(caught.value.__cause__)
    assert any(
        remedy in message
        for remedy in ("np.zeros", "np.sin(x)", "np.asarray(x)", "x itself", "x + 0j", "stop_derivative")
    )


def test_int_floor_and_round_are_piecewise_constant():
    y = Dual(2.7, 1.0)
    assert (int(y), math.floor(y), math.ceil(y), math.trunc(y), round(y), round(y, 1)) == (2, 2, 3, 2, 3, 2.7)
    assert y.is_integer() is False
    np.testing.assert_array_equal(vector().astype(int), [1, 2, 3])


def test_a_dual_is_no_index_and_no_count():
    with pytest.raises(TypeError, match=r"int\(x\)"):
        [1, 2, 3][x]
    with pytest.raises(TypeError):
        range(x)
    with pytest.raises(NoRuleError, match=r"int\(i\)"):
        np.zeros(3, like=x)[Dual(1.0, 1.0)]


def test_a_cache_does_not_confuse_equal_values_with_different_derivatives():
    @functools.lru_cache
    def cached(x):
        return 2 * x

    for use in (lambda: cached(x), lambda: {x}, lambda: {x: 1}, lambda: hash(x)):
        with pytest.raises(TypeError, match="stop_derivative"):
            use()


LOUD = [
    lambda: json.dumps({"x": x}),
    lambda: json.dumps(vector().tolist()),
    lambda: decimal.Decimal(x),
    lambda: decimal.Decimal(1) + x,
    lambda: fractions.Fraction(x),
    lambda: fractions.Fraction(1, 2) * x,
    lambda: x * fractions.Fraction(1, 2),
    lambda: memoryview(vector()),
    lambda: np.frombuffer(vector()),
    lambda: bytes(vector()),
    lambda: bytearray(vector()),
    lambda: struct.pack("d", x),
    lambda: np.from_dlpack(vector()),
    lambda: np.ctypeslib.as_ctypes(vector()),
    lambda: np.zeros(3).flat.__setitem__(0, x),
    lambda: np.void(x),
    lambda: random.seed(x),
    lambda: np.random.default_rng(x),
    lambda: list(np.nditer(vector())),
    lambda: vector().dumps(),
    lambda: math.gcd(x, 2),
    lambda: "a" * x,
    lambda: [1, 2, 3][:x],
    lambda: chr(x),
    lambda: pow(x, 2, 3),
]


@pytest.mark.parametrize("lose", LOUD)
def test_what_takes_no_dual_says_so(lose):
    with pytest.raises((TypeError, ValueError, AttributeError, NotImplementedError, struct.error, BufferError)):
        lose()


@pytest.mark.parametrize("name", ["data", "ctypes", "base", "hex"])
def test_an_attribute_that_would_show_the_value_alone_is_no_attribute(name):
    with pytest.raises(AttributeError, match=rf"stop_derivative\(x\)\.{name}"):
        getattr(vector(), name)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        vector().nonsense  # noqa: B018


def test_python_that_computes_with_the_elements_is_right():
    y = vector()
    assert sum(y).tangent == 3.0
    assert math.prod(y).tangent == 1 * 6.0 + 2.0 * 2
    assert statistics.median(y).tangent == 0.0
    assert functools.reduce(lambda a, b: a * b, y).tangent == 10.0
    for draw in (lambda rng, x: rng.gauss(1.0, x), lambda rng, x: rng.uniform(0, x), lambda rng, x: rng.expovariate(x)):
        found = derivative(lambda x, draw=draw: draw(random.Random(1), x))(0.5)
        above, below = (draw(random.Random(1), 0.5 + h) for h in (1e-6, -1e-6))
        np.testing.assert_allclose(found, (above - below) / 2e-6, rtol=1e-8)


def test_sets_of_numbers_and_edges_of_histograms_move():
    y = vector()
    np.testing.assert_array_equal(np.unique(y).tangent, [1.0, 0.0, 2.0])
    np.testing.assert_array_equal(np.union1d(y, [5.0]).tangent, [1.0, 0.0, 2.0, 0.0])
    np.testing.assert_array_equal(np.intersect1d(y, [1.0]).tangent, [0.5])  # a tie
    counts, edges = np.histogram([1.5], bins=y)
    np.testing.assert_array_equal(counts, [1, 0])
    np.testing.assert_array_equal(edges.tangent, y.tangent)


def test_a_global_array_that_f_captures_does_not_keep_a_derivative():
    kept = np.zeros(2)

    def f(x):
        kept[:] = x
        return kept * 2

    with pytest.raises(LostDerivativeError, match=r"like=x"):
        jacobian(f)([1.0, 2.0])
    held = []
    derivative(lambda x: held.append(x) or x)(1.0)
    assert is_dual(derivative(lambda x: x * held[0])(2.0))  # the stale Dual is still visible


def test_scipy_functions_that_take_arrays_of_numbers_only_say_so():
    linalg, interpolate = pytest.importorskip("scipy.linalg"), pytest.importorskip("scipy.interpolate")
    integrate, stats, sparse = (pytest.importorskip(f"scipy.{name}") for name in ("integrate", "stats", "sparse"))
    ndimage, optimize = pytest.importorskip("scipy.ndimage"), pytest.importorskip("scipy.optimize")
    y = vector()
    for lose in (
        lambda: linalg.solve(np.eye(3), y),
        lambda: linalg.expm(np.outer(y, y)),
        lambda: linalg.det(np.outer(y, y)),
        lambda: interpolate.CubicSpline([0, 1, 2], y),
        lambda: interpolate.CubicSpline([0, 1, 2, 3], [0, 1, 4, 9])(y),
        lambda: stats.norm.cdf(y),
        lambda: sparse.csr_array(np.eye(3)) @ y,
        lambda: sparse.csr_array(np.outer(y, y)),
        lambda: ndimage.gaussian_filter(y, 1.0),
        lambda: integrate.quad(lambda t: t * x, 0, 1),
        lambda: integrate.quad(lambda t: t, 0, x),
        lambda: integrate.solve_ivp(lambda t, u: -x * u, (0, 1), [1.0]),
        lambda: optimize.brentq(lambda z: z - x, 0, 1),
        lambda: optimize.fsolve(lambda z: z - x, [1.0]),
    ):
        with pytest.raises(Exception):  # noqa: B017
            lose()


def test_printing_is_allowed():
    assert repr(x) == "Dual(0.5, 1.0)"
    assert f"{x}" == "Dual(0.5, 1.0)"
    assert f"{x:.2f}" == "0.50"
    assert repr(Dual(0.5, 1.0, level=3)) == "Dual(0.5, 1.0, level=3)"
    assert repr(vector()) == "Dual(array([1., 2., 3.]), array([1., 0., 2.]))"


def test_item_and_tolist_keep_the_derivative():
    first, second, _ = vector().tolist()
    assert (first.primal, first.tangent, second.tangent) == (1.0, 1.0, 0.0)
    assert vector().item(2).tangent == 2.0
    assert Dual([4.0], [5.0]).item().tangent == 5.0
    with pytest.raises(ValueError, match="size 1"):
        vector().item()


def test_asarray_keeps_working_element_by_element():
    def f(x):
        x = np.asarray(x)
        y = x * 2 + np.sin(x)
        return np.array([y[0] * y[1], np.exp(y[2])])

    at = np.array([0.3, 0.7, 0.2])
    expected = np.stack([(f(at + 1e-6 * e) - f(at - 1e-6 * e)) / 2e-6 for e in np.eye(3)], axis=1)
    np.testing.assert_allclose(jacobian(f)(at), expected, rtol=1e-8)


def test_an_object_array_meets_a_dual_and_is_packed():
    y = vector()
    both = np.array([y[0], 2.0, y[2]]) * y
    assert isinstance(both, Dual)
    np.testing.assert_array_equal(both.tangent, [2.0, 0.0, 12.0])


def test_lists_of_duals_are_packed():
    y = vector()
    assert isinstance([y[0], y[1], 1.0] + y, Dual)
    np.testing.assert_array_equal(np.dot([y[0], y[1], 1.0], y).tangent, 2 * 1 + 2.0)
    np.testing.assert_array_equal(np.stack([y[0], y[1]]).tangent, [1.0, 0.0])


def test_copies_and_pickles_keep_the_tangent_and_share_nothing():
    for again in (copy.copy, copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d)), lambda d: d.copy()):
        y = vector()
        z = again(y)
        z[0] = 7.0
        assert y.primal[0] == 1.0
        assert y.tangent[0] == 1.0
        np.testing.assert_array_equal(z.tangent, [0.0, 0.0, 2.0])


def test_the_users_own_arrays_are_never_modified():
    at = np.array([1.0, 2.0])
    seen = []

    def f(x):
        x *= 2
        x[0] = 5.0
        seen.append(x)
        return x

    value = jacobian(f)(at)
    np.testing.assert_array_equal(at, [1.0, 2.0])
    np.testing.assert_array_equal(value, [[0.0, 0.0], [0.0, 2.0]])
    mine = np.array([1.0, 2.0])
    y = Dual(mine, mine)
    y[0] = 3.0
    np.testing.assert_array_equal(mine, [1.0, 2.0])


def test_comparisons_and_branches_follow_the_value():
    low, high = Dual(1.0, 5.0), Dual(2.0, 6.0)
    assert low < high and high >= low and low != high and low == 1.0 and bool(low)  # noqa: PT018
    assert sorted([high, low])[0] is low
    assert max(low, high) is high
    assert min([high, low]).tangent == 5.0
    np.testing.assert_array_equal(vector() > [0, 2, 9], [True, False, False])
    assert derivative(lambda x: x**2 if x > 1 else x)(3.0) == 6.0
    assert 2.0 in vector()


def test_stop_derivative_is_the_way_to_cut():
    assert derivative(lambda x: x * stop_derivative(x))(3.0) == 3.0
    assert stop_derivative({"a": x, "b": [1, None]}) == {"a": 0.5, "b": [1, None]}
    cut = stop_derivative(vector())
    assert type(cut) is np.ndarray


@pytest.mark.parametrize("name", ["view", "tobytes", "tofile", "byteswap", "resize"])
def test_methods_that_expose_bytes_are_refused(name):
    with pytest.raises(NoRuleError, match=name):
        getattr(vector(), name)()


def test_masked_arrays_and_matrices_are_refused_by_name():
    with pytest.raises(TypeError, match=r"filled"):
        np.multiply(np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0]), vector())
    with pytest.raises(TypeError, match="asarray"), pytest.warns(PendingDeprecationWarning):
        vector() * np.matrix([1.0, 2.0, 3.0])
    with pytest.raises(TypeError, match="filled"):
        vector() * np.ma.masked


def test_a_ufunc_without_a_rule_is_named():
    special = pytest.importorskip("scipy.special")
    with pytest.raises(NoRuleError, match=r"struve.*register_ufunc"):
        special.struve(0.0, x)
