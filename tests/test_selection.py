"""Selection and order where the rows do not reach: ties, nan, options that NumPy hides, and refusals."""

import numpy as np
import pytest

from dualad import Dual, LostDerivativeError, NoRuleError, derivative, is_dual, jvp
from tests.cases.case import matrix

powers = 2.0 ** np.arange(5)
tied = np.array([1.0, 3.0, 1.0, 3.0, 2.0])
nan = np.nan


def dual(values, tangent=None):
    values = np.asarray(values, float)
    return Dual(values, 2.0 ** np.arange(values.size).reshape(values.shape) if tangent is None else tangent)


@pytest.mark.parametrize(("function", "tangent"), [(np.max, 5.0), (np.min, 2.5), (np.ptp, 2.5), (np.median, 16.0)])
def test_tied_elements_share_alike(function, tangent):
    assert function(dual(tied)).tangent == tangent
    both = function(Dual(tied, np.stack([powers, -powers])))
    np.testing.assert_array_equal(both.tangent, [tangent, -tangent])


@pytest.mark.parametrize("options", [{}, {"kind": "heapsort"}, {"kind": "stable"}])
def test_tied_elements_share_alike_when_sorted(options):
    np.testing.assert_array_equal(np.sort(dual(tied), **options).tangent, [2.5, 2.5, 16, 5, 5])
    np.testing.assert_array_equal(np.sort(np.partition(dual(tied), 2)).tangent, [2.5, 2.5, 16, 5, 5])


def test_ties_have_the_mean_of_the_one_sided_derivatives():
    for function in (np.max, np.min, lambda x: np.sort(x)[0], lambda x: np.median(x, overwrite_input=True)):
        point, v = np.array([1.0, 1.0]), np.array([0.3, -0.7])
        ahead = (function(point + 2.0**-20 * v) - function(point)) * 2.0**20
        behind = (function(point) - function(point - 2.0**-20 * v)) * 2.0**20
        assert jvp(function, (point,), (v,))[1] == pytest.approx((ahead + behind) / 2, rel=1e-9)


def test_ties_of_minus_zero_and_zero():
    assert np.max(dual([0.0, -0.0])).tangent == 1.5
    np.testing.assert_array_equal(np.sort(dual([0.0, -0.0])).tangent, [1.5, 1.5])


def test_initial_wins_ties_and_loses():
    x = dual([1.0, 2.0])
    assert np.max(x, initial=3.0).tangent == 0.0
    assert np.max(x, initial=2.0).tangent == 1.0
    assert np.max(x, initial=1.0).tangent == 2.0
    assert np.min(x, where=[False, False], initial=1.0).tangent == 0.0
    assert np.max(x, initial=Dual(3.0, 7.0)).tangent == 7.0
    assert np.max(x, initial=Dual(2.0, 7.0)).tangent == 4.5


def test_extremes_with_nan():
    x = dual([1.0, nan, 3.0])
    assert np.isnan(np.max(x).tangent)
    assert np.nanmax(x).tangent == 4.0
    assert np.nanmin(x).tangent == 1.0
    assert np.nanargmax(x) == 2
    with pytest.warns(RuntimeWarning, match="All-NaN"):
        assert np.isnan(np.nanmax(dual([nan, nan])).tangent)


def test_order_statistics_with_nan():
    x = dual([3.0, nan, 1.0])
    np.testing.assert_array_equal(np.sort(x).tangent, [4.0, 1.0, 2.0])
    assert np.isnan(np.median(x).tangent)
    assert np.isnan(np.quantile(x, 0.3).tangent)
    assert np.nanmedian(x).tangent == 2.5
    assert np.nanquantile(x, 0.25).tangent == 0.25 * 1.0 + 0.75 * 4.0
    rows = dual([[nan, nan, nan], [3.0, 1.0, 2.0]])
    for function in (np.nanmedian, lambda x, axis: np.nanpercentile(x, 50, axis=axis)):
        with pytest.warns(RuntimeWarning, match="All-NaN"):
            np.testing.assert_array_equal(function(rows, axis=1).tangent, [nan, 32.0])


def test_out_of_extremes_and_quantiles():
    x = dual(matrix(5, 3))
    for function in (np.max, np.nanmin, np.ptp, np.median, lambda x, **o: np.quantile(x, 0.4, **o)):
        out = np.zeros(3, like=x)
        assert function(x, axis=0, out=out) is out
        np.testing.assert_array_equal(out.primal, function(x.primal, axis=0))
        np.testing.assert_array_equal(out.tangent, function(x, axis=0).tangent)
        with pytest.raises(LostDerivativeError, match=r"np\.zeros_like"):
            function(x, axis=0, out=np.zeros(3))
    narrow = Dual(np.zeros(3, np.float32), np.zeros(3, np.float32))
    np.max(x, axis=0, out=narrow)
    np.testing.assert_array_equal(narrow.tangent, np.max(x, axis=0).tangent)


def test_overwrite_input_leaves_value_and_tangent_together():
    x = dual([3.0, 1.0, 2.0])
    np.median(x, overwrite_input=True)
    np.percentile(x, 30, None, None, True)
    np.testing.assert_array_equal(x.primal, [3.0, 1.0, 2.0])


def test_quantiles_are_not_differentiated_by_the_quantile():
    with pytest.raises(NoRuleError, match=r"numpy\.quantile is not differentiated with respect to q"):
        np.quantile(dual(tied), Dual(0.3, 1.0))


def test_weights_of_a_quantile_act_by_their_value():
    weights = np.array([1.0, 2.0, 0.0, 4.0, 3.0])
    y = np.quantile(dual(tied), 0.1, weights=Dual(weights, weights), method="inverted_cdf")
    assert (y.primal, y.tangent) == (1.0, 1.0)  # the other 1.0 has no weight


def test_quantile_of_more_numbers_than_the_dtype_counts_is_refused():
    many = np.arange(3000).astype(np.float16) / 3000
    with pytest.raises(NoRuleError, match=r"x\.astype\(np\.float64\)"):
        np.quantile(Dual(many, many), 0.5)
    assert np.quantile(Dual(many, many).astype(float), 0.5).tangent == np.median(many.astype(float))


def test_errors_are_numpys():
    x = dual(tied)
    for call in (
        lambda x: np.max(x, axis=1),
        lambda x: np.sort(x, axis=2),
        lambda x: np.quantile(x, 1.5),
        lambda x: np.quantile(x, 0.5, method="unknown"),
        lambda x: np.partition(x, 7),
        lambda x: np.max(x[:0]),
        lambda x: np.interp(x, [1.0, 2.0], [1.0]),
        lambda x: np.clip(x, 1.0),
        lambda x: np.piecewise(x, [tied > 1], [1.0, 2.0, 3.0]),
        lambda x: np.bincount(x),
        lambda x: np.histogram(x, [3.0, 1.0]),
    ):
        with pytest.raises(Exception) as plain:
            call(tied)
        with pytest.raises(type(plain.value)) as ours:
            call(x)
        assert str(ours.value) == str(plain.value)


def test_methods_of_the_array():
    x = dual(matrix(5, 3))
    for name, options in (
        ("max", {"axis": 0}), ("min", {"axis": (0, 1), "keepdims": True}), ("argmax", {"axis": 1}),
        ("clip", {"min": 0.5, "max": 1.2}), ("clip", {"min": 0.5}), ("argsort", {"axis": 0}),
        ("round", {"decimals": 1}),
    ):  # fmt: skip
        y = getattr(x, name)(**options)
        np.testing.assert_array_equal(y.primal if is_dual(y) else y, getattr(x.primal, name)(**options))
    for name, arguments in (("sort", (0,)), ("sort", ()), ("partition", (1,)), ("partition", (2, 0))):
        a, plain = x.copy(), x.primal.copy()
        assert getattr(a, name)(*arguments) is None
        getattr(plain, name)(*arguments)
        np.testing.assert_array_equal(a.primal, plain)
    np.testing.assert_array_equal(a[:, 0].tangent, np.partition(x, 2, 0)[:, 0].tangent)
    assert np.sort(x[:, 0]).searchsorted(0.7) == np.sort(x.primal[:, 0]).searchsorted(0.7)
    view = x[1:3]
    x.sort(axis=0)
    np.testing.assert_array_equal(view.tangent, x.tangent[1:3])


def test_clip_at_its_bounds():
    parts = lambda x, low, high: [
        float(derivative(lambda v, i=i: np.clip(*[v if j == i else p for j, p in enumerate((x, low, high))]))(p))
        for i, p in enumerate((x, low, high))
    ]
    assert parts(0.0, 0.0, 1.0) == [0.5, 0.5, 0.0]
    assert parts(1.0, 0.0, 1.0) == [0.5, 0.0, 0.5]
    assert parts(0.3, 1.0, 1.0) == [0.0, 0.5, 0.5]
    assert parts(1.0, 1.0, 1.0) == [0.0, 0.5, 0.5]
    assert parts(0.3, 2.0, 1.0) == [0.0, 0.0, 1.0]
    assert np.isnan(np.clip(Dual(nan, 1.0), 0.0, 1.0).tangent)


def test_clip_into_itself_and_where():
    x = dual([-1.0, 0.5, 2.0])
    assert np.clip(x, 0.0, 1.0, out=x) is x
    np.testing.assert_array_equal(x.tangent, [0.0, 2.0, 0.0])
    x = dual([-1.0, 0.5, 2.0])
    np.clip(x, 0.0, 1.0, out=x, where=[True, True, False])
    np.testing.assert_array_equal(x.primal, [0.0, 0.5, 2.0])
    np.testing.assert_array_equal(x.tangent, [0.0, 2.0, 4.0])


def test_clip_with_one_bound_or_none():
    x = dual([-1.0, 0.5, 2.0])
    np.testing.assert_array_equal(np.clip(x, None, 1.0).tangent, [1.0, 2.0, 0.0])
    if np.lib.NumpyVersion(np.__version__) >= "2.1.0":
        np.testing.assert_array_equal(np.clip(x, min=0.0).tangent, [0.0, 2.0, 4.0])
        y = np.clip(x)
        y[0] = 7.0
        assert x.primal[0] == -1.0


def test_interp_at_its_points():
    xp, fp = np.array([0.0, 1.0, 3.0]), np.array([0.0, 2.0, 3.0])
    slope = lambda x, **options: float(derivative(lambda x: np.interp(x, xp, fp, **options))(x))
    assert slope(1.0) == (2.0 + 0.5) / 2
    assert slope(0.0) == 2.0 / 2
    assert slope(3.0) == 0.5 / 2
    assert slope(0.0, left=nan) == 2.0
    assert slope(3.0, right=nan) == 0.5
    assert slope(-1.0) == slope(7.0) == 0.0
    assert slope(4.0, period=4.0) == (2.0 - 3.0) / 2
    assert np.isnan(np.interp(Dual(nan, 1.0), xp, fp).tangent)


def test_interp_with_active_ends():
    y = np.interp(dual([-1.0, 0.5, 2.0]), [0.0, 1.0], [1.0, 3.0], left=Dual(7.0, 10.0), right=Dual(8.0, 20.0))
    np.testing.assert_array_equal(y.primal, [7.0, 2.0, 8.0])
    np.testing.assert_array_equal(y.tangent, [10.0, 4.0, 20.0])
    with pytest.raises(LostDerivativeError):
        np.interp(np.array([-1.0]), [0.0, 1.0], [1.0, 3.0], left=Dual(7.0, 10.0))


def test_piecewise_stores_active_pieces():
    a = Dual(3.0, 5.0)
    y = np.piecewise(dual([1.0, 2.0]), [[True, False]], [a, lambda x: a * x])
    np.testing.assert_array_equal(y.tangent, [5.0, 2.0 * 5.0 + 3.0 * 2.0])
    with pytest.raises(LostDerivativeError):
        np.piecewise(np.array([1.0, 2.0]), [[True, False]], [a, 0.0])


def test_sets_share_among_equal_elements():
    np.testing.assert_array_equal(np.unique(dual(tied)).tangent, [2.5, 16.0, 5.0])
    np.testing.assert_array_equal(np.union1d(dual(tied), [2.0]).tangent, [2.5, 8.0, 5.0])
    np.testing.assert_array_equal(np.intersect1d(dual(tied), dual([3.0, 9.0])).tangent, [11 / 3])
    np.testing.assert_array_equal(np.setdiff1d(dual(tied), dual([3.0])).tangent, [2.5, 16.0])
    np.testing.assert_array_equal(np.isin(dual(tied), dual([3.0])), tied == 3)
    values, index, inverse, counts = np.unique(dual(tied), True, True, True)
    assert is_dual(values)
    assert not any(map(is_dual, (index, inverse, counts)))


def test_sets_with_nan_and_of_nothing():
    x = dual([nan, 1.0, nan])
    np.testing.assert_array_equal(np.unique(x).primal, [1.0, nan])
    assert np.unique(x).tangent[0] == 2.0
    assert np.unique(x, equal_nan=False).shape == (3,)
    assert np.unique(x[:0]).shape == (0,)


def test_positions_in_a_histogram_that_move_nothing():
    x = dual(matrix(7))
    counts, edges = np.histogram(x, 3, range=(0.0, 2.0))
    assert not is_dual(counts)
    assert not is_dual(edges)
    counts, edges = np.histogram(x, 2)
    assert not is_dual(counts)
    np.testing.assert_allclose(edges.tangent, np.linspace(np.min(x).tangent, np.max(x).tangent, 3))
    assert not is_dual(np.histogram2d(x, x, [[0.0, 1.0, 2.0], [0.0, 2.0]])[0])
    assert not is_dual(np.histogramdd([x, x], [2, 3], range=[(0, 2), (0, 2)])[0])
    assert not is_dual(np.histogram2d(x, x, [0.0, 1.0, 2.0])[0])
    objects = np.empty((1, 1), dtype=object)
    objects[0, 0] = Dual(0.5, 1.0)
    assert not is_dual(np.histogramdd(objects, [[0.0, 1.0, 2.0]])[0])


def test_edges_that_follow_the_data_are_refused_by_name():
    x = dual(matrix(7))
    for call in (
        lambda: np.histogram(x, "auto"),
        lambda: np.histogram_bin_edges(x, "sturges"),
        lambda: np.histogram2d(x, x),
        lambda: np.histogram2d(x, x, [2, [0.0, 1.0, 2.0]]),
        lambda: np.histogramdd([x, matrix(7)], [2, 3], range=[None, (0, 2)]),
        lambda: np.histogramdd(np.stack([x, x], axis=1), 2),
    ):
        with pytest.raises(NoRuleError, match=r"numpy\.histogram.* Give the"):
            call()
