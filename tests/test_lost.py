"""Nothing is lost in silence: every way to drop a tangent is right, or an error whose sentence has the fix."""

import cmath
import copy
import functools
import json
import math
import pickle

import numpy as np
import pytest

from dualad import Dual, LostDerivativeError, NoRuleError, derivative, jacobian, stop_derivative

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
        lambda: "%.3f" % x,
    ],
)  # fmt: skip
def test_a_cut_is_refused_and_the_sentence_says_what_to_write(lose):
    with pytest.raises((LostDerivativeError, TypeError, ValueError)) as caught:
        lose()
    message = str(caught.value) + str(caught.value.__cause__)
    assert any(remedy in message for remedy in ("np.zeros", "np.sin(x)", "np.asarray(x)", "x itself", "x + 0j"))


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


def test_json_refuses():
    with pytest.raises(TypeError):
        json.dumps({"x": x})


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


def test_a_ufunc_without_a_rule_is_named():
    special = pytest.importorskip("scipy.special")
    with pytest.raises(NoRuleError, match=r"struve.*register_ufunc"):
        special.struve(0.0, x)
