"""Options that few programs use, by position and by keyword."""

import numpy as np

from tests.cases.case import complexes, matrix, row

x, y, v, w = matrix(5, 3), matrix(5, 3, seed=1), matrix(7), matrix(7, seed=1)
t, z = matrix(2, 5, 3), complexes(5, 3)
counts = np.array([1, 3, 2, 1, 2, 1, 4])
HAS_MIN = tuple(map(int, np.__version__.split(".")[:2])) >= (2, 1)


def trimmed(x):
    return np.concatenate([np.zeros(2), x, np.zeros(1)])


CASES = [
    # statistics
    row(lambda x, u: np.cov(x, u, True, False, 1, counts), matrix(3, 7), matrix(2, 7), covers=np.cov, narrow=False),
    row(lambda x, u: np.cov(x, y=u, rowvar=False, ddof=0), x, matrix(5, 2), covers=np.cov, narrow=False),
    row(lambda x: np.cov(x, dtype=complex), x, covers=np.cov, narrow=False),
    row(lambda x, a: np.cov(x, None, True, True, None, None, a), matrix(3, 7), v, covers=np.cov, narrow=False),
    row(lambda z, u: np.cov(z, u), z, matrix(2, 3), covers=np.cov, narrow=False),
    row(lambda x, u: np.corrcoef(x, y=u, rowvar=False), x, matrix(5, 2), covers=np.corrcoef, narrow=False),
    row(lambda x, u: np.corrcoef(x, u, False), x, matrix(5, 2), covers=np.corrcoef, narrow=False),
    row(lambda x: np.corrcoef(x, dtype=complex), x, covers=np.corrcoef, narrow=False),
    # sequences
    row(lambda a, b: np.linspace(a, b, num=5, endpoint=False, dtype=complex), 0.3, 1.7, covers=np.linspace,
        narrow=False),
    row(lambda a, b: np.linspace(a, b, 5, False, True, None, 1), x, y, covers=np.linspace),
    row(lambda a, b: np.linspace(start=a, stop=b, num=3), x, 1.5, covers=np.linspace),
    row(lambda a, b: np.logspace(a, b, num=5, endpoint=False, dtype=complex), 0.3, 1.7, covers=np.logspace,
        narrow=False),
    row(lambda a, b: np.logspace(a, b, 5, True, 3.0, None, -1), x, y, covers=np.logspace),
    row(lambda a, b: np.geomspace(a, b, num=5, dtype=complex), 0.3, 1.7, covers=np.geomspace, narrow=False),
    row(lambda a, b: np.geomspace(a, b, 5, False, None, -1), x, y, covers=np.geomspace),
    row(lambda x: np.real_if_close(x + 0j, tol=1000), x, covers=np.real_if_close, second=False),
    row(lambda x: np.trim_zeros(trimmed(x), trim="f"), v, covers=np.trim_zeros, narrow=False),
    row(lambda x: np.trim_zeros(trimmed(x), "b"), v, covers=np.trim_zeros, narrow=False),
    # order, sets and histograms
    row(lambda x: np.clip(a=x, a_min=0.513, a_max=1.217), x, covers=np.clip),
    row(lambda x, u: np.setdiff1d(x, u, assume_unique=True), x, v + 0.05 / 3, covers=np.setdiff1d),
    row(lambda x, u: np.setxor1d(x, u, assume_unique=True), x.ravel(), v + 0.05 / 3, covers=np.setxor1d),
    row(lambda x: np.unique(x, return_index=True, return_inverse=True, equal_nan=False), x, covers=np.unique),
    row(lambda x: np.unique(np.stack([x, x]), False, False, False, 0), x, covers=np.unique),
    row(lambda u: np.histogram2d(v, w, bins=3, range=[(0, 2), (0.1, 1.9)], weights=u), v, covers=np.histogram2d,
        narrow=False),
    row(lambda u: np.histogram2d(v, w, 3, None, True, u), v, covers=np.histogram2d, narrow=False),
    row(lambda x: np.histogram_bin_edges(x, bins=3, weights=y), x, covers=np.histogram_bin_edges, narrow=False),
    row(lambda u: np.histogram(v, 3, range=(0.2, 1.9), density=True, weights=u), w, covers=np.histogram,
        narrow=False),
    row(lambda x, k: np.interp(x, k, np.array([1.0, 3.0, 2.0]), left=7.0, right=8.0, period=None), 3 * x - 0.7,
        np.array([0.1, 0.7, 1.9]), covers=np.interp, narrow=False),
    # shapes
    row(lambda x: np.broadcast_to(x, (2, 5, 3), subok=True), x, covers=np.broadcast_to),
    row(lambda x, u: np.broadcast_arrays(x, u, subok=True)[0] * 1.0, x, matrix(3), covers=np.broadcast_arrays),
    row(lambda x: np.squeeze(x, axis=1), matrix(5, 1, 3), covers=np.squeeze),
    row(lambda x: np.squeeze(x, (1, -1)), matrix(5, 1, 3, 1), covers=np.squeeze),
    row(lambda x: np.lib.stride_tricks.sliding_window_view(x, window_shape=2, axis=0, subok=False), x,
        covers=np.lib.stride_tricks.sliding_window_view),
    row(lambda x: np.lib.stride_tricks.sliding_window_view(x, (2, 3), (0, -1)), t,
        covers=np.lib.stride_tricks.sliding_window_view),
    row(lambda x: np.hstack([x, x], casting="same_kind"), x, covers=np.hstack),
    row(lambda x: np.vstack((x, x), dtype=complex), x, covers=np.vstack, narrow=False),
    row(lambda x: np.stack([x, x], axis=-1, dtype=complex, casting="unsafe"), x, covers=np.stack, narrow=False),
    row(lambda x: np.concatenate([x, x], 1, dtype=complex), x, covers=np.concatenate, narrow=False),
    row(lambda x: np.choose([0, 4, -1], x, None, "wrap"), x, covers=np.choose),
    row(lambda x: np.choose([0, 4, 9], x, mode="clip"), x, covers=np.choose),
    row(lambda x: np.compress([False, True], x, 1), x, covers=np.compress),
    row(lambda x: np.compress([False, True, True], x), x, covers=np.compress),
    row(lambda x: np.take(x, [[0, 7], [1, 2]], 0, None, "wrap"), x, covers=np.take),
    row(lambda x: np.astype(x, complex, copy=False), x, covers=np.astype, narrow=False),
    row(lambda x: np.fft.ifftshift(x, axes=(0,)), x, covers=np.fft.ifftshift),
    row(lambda x: np.nan_to_num(x, False, 1.0, 2.0, 3.0) * 1.0, x, covers=np.nan_to_num),
    row(lambda x: np.pad(x, [(1, 2), (0, 3)], "linear_ramp", end_values=0.7), x, covers=np.pad),
    row(lambda x: np.pad(x, pad_width=((2,), (1,)), mode="maximum", stat_length=2), x, covers=np.pad),
    # linear algebra
    *[row(lambda a, p=p: np.linalg.pinv(a, rtol=0.2), p, covers=np.linalg.pinv, long=False)
      for p in (matrix(5, 3) + np.eye(5, 3), complexes(3, 5) + np.eye(3, 5))],
    row(lambda a, b: np.linalg.lstsq(a, b, None), matrix(5, 3) + np.eye(5, 3), matrix(5), covers=np.linalg.lstsq,
        long=False),
    row(lambda a: np.linalg.svd(a, False, True, False), matrix(5, 3) + np.eye(5, 3), covers=np.linalg.svd, long=False),
    row(lambda a: np.linalg.qr(a, mode="r"), matrix(5, 3) + np.eye(5, 3), covers=np.linalg.qr, long=False),
    row(lambda x: np.linalg.vector_norm(x, axis=None, keepdims=True), t, covers=np.linalg.vector_norm),
    row(lambda x: np.linalg.diagonal(x, offset=-1), complexes(2, 5, 3), covers=np.linalg.diagonal),
    row(lambda x, u: np.linalg.vecdot(x, u, axis=0), x, y, covers=np.linalg.vecdot),
    row(lambda x, u: np.linalg.vecdot(x, u), z, complexes(5, 3, seed=2), covers=np.linalg.vecdot),
    row(lambda x, u: np.linalg.tensordot(x, u, axes=(1, -1)), x, y, covers=np.linalg.tensordot),
    row(lambda x, u: np.linalg.cross(x, u, axis=0), x.T.copy(), y.T.copy(), covers=np.linalg.cross),
]  # fmt: skip

if HAS_MIN:
    CASES += [
        row(lambda x, low: np.clip(x, min=low, max=1.217), x, 0.513, covers=np.clip),
        row(lambda x: np.clip(x, max=1.217), x, covers=np.clip),
        row(lambda x: np.reshape(x, shape=(3, 5), copy=True), x, covers=np.reshape),
    ]
