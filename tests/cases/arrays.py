"""Joining, viewing, summing, multiplying: array functions."""

import numpy as np

from tests.cases.case import complexes, matrix, row

x, y = matrix(5, 3), matrix(5, 3, seed=1)
v, w = matrix(5), matrix(3, seed=1)
t, u = matrix(2, 5, 3), matrix(2, 3, 7)
a = matrix(5, 5) + 2 * np.eye(5)
stack = matrix(2, 5, 5) + 2 * np.eye(5)

CASES = [
    row(lambda x, y: np.matmul(x, y), x, matrix(3, 7), covers=np.matmul),
    row(lambda x, y: np.matmul(x, y), t, matrix(3, 7), covers=np.matmul),
    row(lambda x, y: np.matmul(x, y), x, u, covers=np.matmul),
    row(lambda x, y: np.matmul(x, y), t, u, covers=np.matmul),
    row(lambda x, y: np.matmul(x, y), v, t, covers=np.matmul),
    row(lambda x, y: np.matmul(x, y), t, w, covers=np.matmul),
    row(lambda x, y: np.matmul(x, y), v, matrix(5, seed=2), covers=np.matmul),
    row(lambda x, y: np.vecdot(x, y), t, w, covers=np.vecdot),
    row(lambda x, y: np.vecdot(x, y, axis=0), matrix(5, 2, 3), matrix(5, 3), covers=np.vecdot),
    row(
        lambda x, y: np.matmul(x, y, axes=[(0, 2), (1, 0), (2, 0)]),
        matrix(5, 2, 3),
        matrix(3, 7, 2).transpose(1, 0, 2)[:3].copy(),
        covers=np.matmul,
    ),
    row(lambda x, y: np.vecdot(x, y), complexes(5, 3), complexes(3), covers=np.vecdot),
    row(lambda x, y: np.dot(x, y), t, matrix(2, 3, 7), covers=np.dot),
    row(lambda x, y: np.dot(x, y), x, w, covers=np.dot),
    row(lambda x, y: np.dot(x, y), t, w, covers=np.dot),
    row(lambda x, y: np.dot(x, y), v, t[0], covers=np.dot),
    row(lambda x, y: np.dot(x, y), 2.0, t, covers=np.dot),
    row(lambda x: np.sum(x), x, covers=np.sum),
    row(lambda x: np.sum(x, 0), x, covers=np.sum),
    row(lambda x: np.sum(x, axis=(0, -1), keepdims=True), t, covers=np.sum),
    row(lambda x: np.sum(x, axis=1, where=np.arange(3) < 2, initial=2.0), t, covers=np.sum),
    row(lambda x: np.mean(x, axis=-1), t, covers=np.mean),
    row(lambda x: np.cumsum(x), x, covers=np.cumsum),
    row(lambda x: np.cumsum(x, axis=1), t, covers=np.cumsum),
    row(lambda x: np.reshape(x, (3, -1)), x, covers=np.reshape),
    row(lambda x: np.reshape(x, (3, 5), order="F"), x, covers=np.reshape),
    row(lambda x: np.ravel(x), x.T, covers=np.ravel),
    row(lambda x: np.transpose(x, (1, 2, 0)), t, covers=np.transpose),
    row(lambda x: np.squeeze(x), matrix(5, 1, 3), covers=np.squeeze),
    row(lambda x: np.expand_dims(x, (0, 2)), x, covers=np.expand_dims),
    row(lambda x: np.moveaxis(x, 0, -1), t, covers=np.moveaxis),
    row(lambda x: np.swapaxes(x, 0, 1), t, covers=np.swapaxes),
    row(lambda x: np.matrix_transpose(x), t, covers=np.matrix_transpose),
    row(lambda x: np.diagonal(x, 1, 0, 2), t, covers=np.diagonal),
    row(lambda x: np.broadcast_to(x, (2, 5, 3)), x, covers=np.broadcast_to),
    row(lambda x: np.flip(x, 1), t, covers=np.flip),
    row(lambda x, y: np.concatenate([x, np.ones((2, 3)), y], axis=0), x, y, covers=np.concatenate, narrow=False),
    row(lambda x, y: np.concatenate((x, y), axis=None), x, y, covers=np.concatenate),
    row(lambda x, y: np.stack([x, y], axis=1), x, y, covers=np.stack),
    row(lambda x, y: np.vstack([x, y[0]]), x, y, covers=np.vstack),
    row(lambda x, y: np.hstack([x, y]), x, y, covers=np.hstack),
    row(lambda x, y: np.dstack([x, y]), x, y, covers=np.dstack),
    row(lambda x, y: np.column_stack([x, y[:, 0]]), x, y, covers=np.column_stack),
    row(lambda x: np.roll(x, 2, axis=1), t, covers=np.roll),
    row(lambda x: np.roll(x, 2), t, covers=np.roll),
    row(lambda x: np.repeat(x, 2, axis=0), x, covers=np.repeat),
    row(lambda x: np.take(x, [[0, 2], [1, 1]], axis=1), x, covers=np.take),
    row(lambda x, y: np.where(np.arange(3) < 1, x, y), t, y, covers=np.where),
    row(lambda x: np.copy(x), x.T, covers=np.copy),
]

if hasattr(np, "matvec"):
    CASES += [
        row(lambda x, y: np.matvec(x, y), t, matrix(2, 3), covers=np.matvec),
        row(lambda x, y: np.vecmat(x, y), complexes(5), complexes(2, 5, 3), covers=np.vecmat),
    ]
