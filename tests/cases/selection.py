"""Extremes, order statistics, pieces, sets and histograms."""

import numpy as np

from tests.cases.case import complexes, matrix, row

x, y = matrix(5, 3), matrix(5, 3, seed=1)
v, w = matrix(7), matrix(7, seed=1)
t = matrix(2, 5, 3)
z = complexes(5, 3)
with_nan = np.where(matrix(5, 3, seed=4) > 1.2, np.nan, x)
knots, heights = np.array([0.13, 0.43, 0.87, 1.33, 1.93]), matrix(5, seed=2)
weights = matrix(5, 3, seed=3)
sample = np.stack([v, w], axis=1)
edges, other_edges = np.array([0.25, 0.65, 1.15, 1.55]), np.array([0.25, 1.1, 1.8])


def holed(x):
    """x with nan in some places."""
    return np.where(np.isnan(with_nan), np.nan, x)


METHODS = [
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
    "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest",
]  # fmt: skip

CASES = [
    row(lambda x: np.max(x), x, covers=np.max),
    row(lambda x: np.max(x, 0), x, covers=np.max),
    row(lambda x: np.max(x, (0, -1), None, True), t, covers=np.max),
    row(lambda x: np.max(x, axis=1, where=np.arange(3) < 2, initial=0.4), t, covers=np.max),
    row(lambda x: np.max(x, axis=1, initial=1.11), x, covers=np.max),
    row(lambda z: np.max(z, axis=1), z, covers=np.max),
    row(lambda x: np.max(x), 1.3, covers=np.max),
    row(lambda x: np.amax(x, axis=-1), x, covers=np.amax),
    row(lambda x: np.min(x), t, covers=np.min),
    row(lambda x: np.min(x, axis=1, keepdims=True), t, covers=np.min),
    row(lambda x: np.min(x, axis=(0, 2), initial=0.5, where=np.arange(3) > 0), t, covers=np.min),
    row(lambda x: np.amin(x, axis=(0, 1)), t, covers=np.amin),
    row(lambda x: np.nanmax(holed(x), axis=0), x, covers=np.nanmax),
    row(lambda x: np.nanmin(holed(x), 1, keepdims=True), x, covers=np.nanmin),
    row(lambda x: np.ptp(x), x, covers=np.ptp),
    row(lambda x: np.ptp(x, axis=(0, 2), keepdims=True), t, covers=np.ptp),
    row(lambda x: np.ptp(x, 1), t, covers=np.ptp),
    row(lambda x: np.sort(x), t, covers=np.sort),
    row(lambda x: np.sort(x, axis=1, kind="heapsort"), t, covers=np.sort),
    row(lambda x: np.sort(x, axis=0, stable=True), t, covers=np.sort),
    row(lambda x: np.sort(x, None), t, covers=np.sort),
    row(lambda z: np.sort(z, axis=0), z, covers=np.sort),
    row(lambda z: np.sort_complex(z), z, covers=np.sort_complex),
    row(lambda x: np.sort_complex(x), x, covers=np.sort_complex),
    row(lambda x: np.partition(x, 2, axis=1), t, covers=np.partition),
    row(lambda x: np.partition(x, (1, 3), axis=None), x, covers=np.partition),
    row(lambda x: np.median(x), x, covers=np.median),
    row(lambda x: np.median(x, 1), t, covers=np.median),
    row(lambda x: np.median(x, axis=(0, -1), keepdims=True), t, covers=np.median),
    row(lambda x: np.median(x, axis=0, overwrite_input=True), x, covers=np.median),
    row(lambda x: np.nanmedian(holed(x), axis=0), x, covers=np.nanmedian),
    row(lambda x: np.nanmedian(holed(x)), x, covers=np.nanmedian),
    row(lambda x: np.quantile(x, 0.3), x, covers=np.quantile),
    row(lambda x: np.quantile(x, [0.0, 0.37, 1.0], axis=(0, 2), keepdims=True), t, covers=np.quantile),
    row(lambda x: np.quantile(x, [[0.2, 0.5], [0.9, 0.1]], axis=1), t, covers=np.quantile, narrow=False),
    row(lambda x: np.quantile(x, 0.37, 0, None, True), t, covers=np.quantile),
    row(lambda x: np.percentile(x, [13, 50, 77], axis=1), t, covers=np.percentile, narrow=False),
    row(lambda x: np.percentile(x, 13), x, covers=np.percentile),
    row(
        lambda x: np.quantile(x, [0.3, 0.8], axis=0, weights=weights, method="inverted_cdf"), x, covers=np.quantile
    ),
    row(
        lambda x: np.percentile(x, 40, axis=1, weights=weights[:, 0], method="inverted_cdf"), t, covers=np.percentile
    ),
    row(
        lambda x: np.quantile(x, 0.4, axis=(2, 1), weights=weights.T, method="inverted_cdf", keepdims=True),
        t,
        covers=np.quantile,
    ),
    row(lambda x: np.nanquantile(holed(x), [0.2, 0.6], axis=0), x, covers=np.nanquantile, narrow=False),
    row(lambda x: np.nanquantile(holed(x), 0.6, keepdims=True), x, covers=np.nanquantile),
    row(lambda x: np.nanpercentile(holed(x), 60, axis=1), x, covers=np.nanpercentile),
    row(
        lambda x: np.nanquantile(
            holed(x), 0.6, axis=0, weights=weights, method="inverted_cdf"
        ),
        x,
        covers=np.nanquantile,
    ),
    row(lambda x: np.clip(x, 0.513, 1.217), x, covers=np.clip),
    row(lambda x, low, high: np.clip(x, low, high), x, y[0] - 0.4, 1.217, covers=(np.clip, np._core.umath.clip)),
    row(lambda x, low: np.clip(x, low, None), x, y[0] - 0.013, covers=np.clip),
    row(lambda x, high: np.clip(x, None, high), x, y[:, :1] + 0.013, covers=np.clip),
    row(lambda low, high: np.clip(x, low, high), y[0] - 0.4, 1.217, covers=np.clip, narrow=False),
    row(lambda x: np.clip(x, None, a_max=None) if hasattr(np, "unstack") else x.copy(), x, covers=np.clip),
    row(lambda z, low: np.clip(z, low, 1.45 + 1j), z, 0.513 + 0.2j, covers=np.clip),
    row(
        lambda x: np.piecewise(x, [y < 0.7, y > 1.2], [lambda x: x**2, np.sin, 3.0]), x, covers=np.piecewise
    ),
    row(
        lambda x: np.piecewise(x, [x < 0.713, x >= 0.713], [lambda x, b, c: b * x + c, 1.3], 2.0, c=3.0),
        x,
        covers=np.piecewise,
    ),
    row(lambda x: np.piecewise(x, x < 0.713, [np.exp, lambda x: -x]), v, covers=np.piecewise),
    row(lambda x: np.piecewise(x, [x < 0.713], [np.exp, lambda x: -x]), 1.3, covers=np.piecewise, narrow=False),
    row(lambda x, k, f: np.interp(x, k, f), 1.5 * x - 0.4, knots, heights, covers=np.interp, narrow=False),
    row(lambda x, k, f: np.interp(x, k, f, 2, right=3), 3 * x - 0.7, knots, heights, covers=np.interp, narrow=False),
    row(
        lambda x, k, f: np.interp(x, k, f, period=1.1), 1.5 * x - 0.4, knots, heights, covers=np.interp, narrow=False
    ),
    row(lambda x, f: np.interp(x, [0.1, 0.7, 1.9], f), 0.4, matrix(3) + 0j, covers=np.interp, narrow=False),
    row(lambda f: np.interp([0.05, 0.4, 0.713, 3.0], [0.1, 0.7, 1.9], f), complexes(3), covers=np.interp, narrow=False),
    row(lambda x, f: np.interp(x, [0.7], f), x, matrix(1), covers=np.interp, narrow=False),
    row(lambda x: np.unique(np.concatenate([x, x[::-1]])), x, covers=np.unique),
    row(lambda x: np.unique(x, True, True, True), x, covers=np.unique),
    row(lambda x: np.unique(np.stack([x, x + 1, x]), axis=0, return_counts=True), x, covers=np.unique),
    row(lambda x: np.unique(np.hstack([x, x]), axis=-1), x, covers=np.unique),
    row(lambda z: np.unique(z), z, covers=np.unique),
    row(lambda x: np.sort(np.unique_values(np.stack([x, x]))), x, covers=np.unique_values),
    row(lambda x: np.unique_all(np.stack([x, x])), x, covers=np.unique_all),
    row(lambda x: np.unique_counts(np.stack([x, x])), x, covers=np.unique_counts),
    row(lambda x: np.unique_inverse(np.stack([x, x])), x, covers=np.unique_inverse),
    row(lambda x, y: np.union1d(x, y + 0.05), x, y[:2], covers=np.union1d),
    row(lambda x: np.intersect1d(x, x[1:4]), x, covers=np.intersect1d),
    row(lambda x: np.intersect1d(x, x[1:4].ravel(), True, return_indices=True), x, covers=np.intersect1d),
    row(lambda x, y: np.setdiff1d(x, y), x, v + 0.05 / 3, covers=np.setdiff1d),
    row(lambda x, y: np.setxor1d(x, y), x, v + 0.05 / 3, covers=np.setxor1d),
    row(lambda w: np.bincount([3, 0, 1, 3, 5, 1, 3], w, 11), v, covers=np.bincount, narrow=False),
    row(lambda w: np.bincount([3, 0, 1, 3, 5, 1, 3], weights=w), v, covers=np.bincount, narrow=False),
    row(lambda x, w: np.histogram(x, 3, weights=w), x, y, covers=np.histogram),
    row(lambda x, w: np.histogram(x, 3, density=True, weights=w), x, y, covers=np.histogram, narrow=False),
    row(lambda x, e: np.histogram(x, e, density=True), x, edges, covers=np.histogram, narrow=False),
    row(lambda x, w: np.histogram(x, 3, (0.35, 1.45), True, w), x, y, covers=np.histogram, narrow=False),
    row(lambda w: np.histogram(v, edges, weights=w), complexes(7), covers=np.histogram, narrow=False),
    row(lambda x: np.histogram_bin_edges(x, 3), x, covers=np.histogram_bin_edges, narrow=False),
    row(lambda x, e: np.histogram_bin_edges(x, e), x, edges, covers=np.histogram_bin_edges),
    row(lambda u: np.histogram2d(v, w, 3, weights=u), v, covers=np.histogram2d, narrow=False),
    row(
        lambda v, w, u: np.histogram2d(v, w, [edges, other_edges], density=True, weights=u),
        v,
        w,
        matrix(7, seed=5),
        covers=np.histogram2d,
        narrow=False,
    ),
    row(lambda u: np.histogramdd(sample, 3, weights=u), v, covers=np.histogramdd, narrow=False),
    row(
        lambda x, u: np.histogramdd([x, w], [edges, 2], [(0, 1), (0.2, 1.6)], True, u),
        v,
        matrix(7, seed=5),
        covers=np.histogramdd,
        narrow=False,
    ),
]  # fmt: skip

CASES += [
    row(lambda x, m=m: np.quantile(x, [0.0, 0.23, 0.71, 1.0], axis=1, method=m), t, covers=np.quantile, narrow=False)
    for m in METHODS
]
CASES += [
    row(
        lambda x, m=m: np.nanpercentile(holed(x), 63, method=m),
        x,
        covers=np.nanpercentile,
    )
    for m in METHODS
]
