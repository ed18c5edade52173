"""Sums, products, their running versions, spread and covariance."""

import numpy as np

from tests.cases.case import complexes, matrix, row

x, v = matrix(5, 3), matrix(7)
t = matrix(2, 5, 3)
z = complexes(5, 3)
one_zero, two_zeros = matrix(3, 5), matrix(3, 5, seed=1)
one_zero[:, 2] = 0
two_zeros[:, [1, 4]] = 0
holes = matrix(5, 3)
holes[[0, 3], [1, 2]] = np.nan
wide = np.array([1e200, 1.5, 1e-200, 1.2e-200, 1e200, 0.7])
mask = np.arange(15).reshape(5, 3) % 4 > 0
counts = np.array([1, 3, 2, 1, 2, 1, 4])

CASES = [
    row(lambda x: np.sum(x, axis=1, initial=x[1, 2, 0]), t, covers=np.sum),
    row(lambda x: np.sum(x, 0, None, None, True), t, covers=np.sum),
    row(lambda x: np.sum(x, axis=()), x, covers=np.sum),
    row(lambda x: np.sum(x, dtype=np.complex128), x, covers=np.sum, narrow=False),
    row(lambda x: np.sum(x), 1.5, covers=np.sum),
    row(lambda x: np.sum(x, axis=0), matrix(0, 3), covers=np.sum),
    row(lambda x: np.mean(x, axis=(0, 2), keepdims=True), t, covers=np.mean),
    row(lambda x: np.mean(x, axis=1, where=mask), x, covers=np.mean),
    row(lambda z: np.mean(z, 0), z, covers=np.mean),
    row(lambda x: np.add.reduce(x, axis=1) + np.add.accumulate(x, axis=1)[:, -1], x, covers=np.sum),
    row(lambda x: np.prod(x), x, covers=np.prod),
    row(lambda x: np.prod(x, axis=(0, -1)), t, covers=np.prod),
    row(lambda x: np.prod(x, axis=(2, 0), keepdims=True), t, covers=np.prod),
    row(lambda x: np.prod(x, 1, keepdims=True, initial=1.5), t, covers=np.prod),
    row(lambda x: np.prod(x, axis=0, initial=x[2, 1], where=mask), x, covers=np.prod),
    row(lambda x: np.prod(x, axis=1), one_zero, covers=np.prod),
    row(lambda x: np.prod(x, axis=1), two_zeros, covers=np.prod),
    row(lambda x: np.prod(x), 1.5, covers=np.prod),
    row(lambda x: np.prod(x, axis=0), matrix(0, 3), covers=np.prod),
    row(lambda x: np.prod(x, axis=()), x, covers=np.prod),
    row(lambda z: np.prod(z, axis=0), z, covers=np.prod),
    row(lambda x: np.multiply.reduce(x, axis=1), x, covers=np.prod),
    row(lambda x: np.cumprod(x), x, covers=np.cumprod),
    row(lambda x: np.cumprod(x, axis=-2), t, covers=np.cumprod),
    row(lambda x: np.cumprod(x, axis=1), one_zero, covers=np.cumprod),
    row(lambda x: np.cumprod(x, axis=1), two_zeros, covers=np.cumprod),
    row(lambda z: np.cumprod(z, axis=0), z, covers=np.cumprod),
    row(lambda x: np.cumprod(x), 1.5, covers=np.cumprod),
    row(lambda x: np.cumsum(x), 1.5, covers=np.cumsum),
    row(lambda x: np.nansum(x, axis=0), holes, covers=np.nansum),
    row(lambda x: np.nansum(x, 1, keepdims=True, initial=x[0, 0], where=mask), holes, covers=np.nansum),
    row(lambda x: np.nansum(x.T, axis=0), holes, covers=np.nansum),
    row(lambda x: np.nanprod(x), holes, covers=np.nanprod),
    row(lambda x: np.nanprod(x, axis=-1), holes, covers=np.nanprod),
    row(lambda x: np.nancumsum(x, axis=1), holes, covers=np.nancumsum),
    row(lambda x: np.nancumprod(x), holes, covers=np.nancumprod),
    row(lambda x: np.nanmean(x), holes, covers=np.nanmean),
    row(lambda x: np.nanmean(x, axis=0, keepdims=True), holes, covers=np.nanmean),
    row(lambda x: np.nanmean(x, axis=1, where=mask), holes, covers=np.nanmean),
    row(lambda x: np.nanvar(x), holes, covers=np.nanvar),
    row(lambda x: np.nanvar(x, axis=0, ddof=1, keepdims=True), holes, covers=np.nanvar),
    row(lambda x: np.nanvar(x, axis=0, mean=x[1:2] * x[1, 1]), holes, covers=np.nanvar),
    row(lambda x: np.nanstd(x, axis=0, correction=1), holes, covers=np.nanstd),
    row(lambda x: np.nanstd(x, where=mask), holes, covers=np.nanstd),
    row(lambda x: np.var(x), x, covers=np.var),
    row(lambda x: np.var(x, axis=1), t, covers=np.var),
    row(lambda x: np.var(x, (0, 2), None, None, 1, True), t, covers=np.var),
    row(lambda x: np.var(x, axis=0, correction=1.5, where=mask), x, covers=np.var),
    row(lambda x, m: np.var(x, axis=1, mean=m), t, matrix(2, 1, 3), covers=np.var),
    row(lambda m: np.var(x, axis=0, mean=m), matrix(1, 3), covers=np.var, narrow=False),
    row(lambda z: np.var(z, axis=0), z, covers=np.var),
    row(lambda x: x.var(ddof=1), x, covers=np.var),
    row(lambda x: np.std(x), x, covers=np.std),
    row(lambda x: np.std(x, axis=-1, ddof=1), t, covers=np.std),
    row(lambda x: np.std(x, axis=(0, 1), keepdims=True, where=mask), t, covers=np.std),
    row(lambda x, m: np.std(x, axis=1, mean=m, keepdims=True), t, matrix(2, 1, 3), covers=np.std),
    row(lambda z: np.std(z), z, covers=np.std),
    row(lambda x: np.average(x), x, covers=np.average),
    row(lambda x: np.average(x, axis=1, keepdims=True), x, covers=np.average),
    row(lambda x, w: np.average(x, weights=w), x, matrix(5, 3, seed=1), covers=np.average),
    row(lambda x, w: np.average(x, 1, w), t, matrix(5), covers=np.average),
    row(lambda x, w: np.average(x, axis=-1, weights=w, returned=True, keepdims=True), t, matrix(3), covers=np.average),
    row(lambda w: np.average(t, axis=1, weights=w), matrix(5), covers=np.average, narrow=False),
    row(lambda x: np.average(x, axis=0, returned=True), x, covers=np.average),
    row(lambda z, w: np.average(z, axis=0, weights=w), z, matrix(5), covers=np.average),
    row(lambda x: np.cov(x), x, covers=np.cov, narrow=False),
    row(lambda x: np.cov(x), v, covers=np.cov, narrow=False),
    row(lambda x, y: np.cov(x, y), v, matrix(7, seed=1), covers=np.cov, narrow=False),
    row(lambda x, y: np.cov(x, y, False, True), x, matrix(5, 2), covers=np.cov, narrow=False),
    row(lambda x: np.cov(x, ddof=2, fweights=counts), matrix(3, 7), covers=np.cov, narrow=False),
    row(lambda x, w: np.cov(x, fweights=counts, aweights=w), matrix(3, 7), v, covers=np.cov, narrow=False),
    row(lambda x, w: np.cov(x, aweights=w, bias=True), matrix(3, 7), v, covers=np.cov, narrow=False),
    row(lambda z: np.cov(z), z, covers=np.cov, narrow=False),
    row(lambda x: np.corrcoef(x), x, covers=np.corrcoef, narrow=False),
    row(lambda x, y: np.corrcoef(x, y), v, matrix(7, seed=1), covers=np.corrcoef, narrow=False),
    row(lambda x: np.corrcoef(x, rowvar=False), x, covers=np.corrcoef, narrow=False),
    row(lambda z: np.corrcoef(z), z, covers=np.corrcoef, narrow=False),
    row(lambda x: np.corrcoef(x), v, covers=np.corrcoef, narrow=False),
]

if hasattr(np, "cumulative_sum"):
    CASES += [
        row(lambda x: np.cumulative_sum(x), v, covers=np.cumulative_sum),
        row(lambda x: np.cumulative_sum(x, axis=1, include_initial=True), t, covers=np.cumulative_sum),
        row(lambda x: np.cumulative_prod(x), v, covers=np.cumulative_prod),
        row(lambda x: np.cumulative_prod(x, axis=1, include_initial=True), t, covers=np.cumulative_prod),
    ]
