"""Viewing, joining, picking, padding and writing."""

import numpy as np

from dualad.rules.table import RULES
from tests.cases.case import complexes, matrix, row

x, y = matrix(5, 3), matrix(5, 3, seed=1)
v, w = matrix(5), matrix(3, seed=1)
t = matrix(2, 5, 3)
s = matrix(7, 7)
z = complexes(5, 3)
holes = np.array([0.0, 0.0, 1.5, 0.0, 0.7, 0.0])


def changed(change):
    """A copy of x after ``change(copy, ...)``."""

    def function(x, *rest):
        made = x + 0 * sum(np.sum(one) for one in rest)
        change(made, *rest)
        return made

    return function


def ends_of_lines(line, width, axis, options):
    """Multiples of the elements at the ends, written where they are missing."""
    factor = options.get("factor", 2.0)
    line[: width[0]] = factor * line[width[0]]
    line[len(line) - width[1] :] = factor * line[-width[1] - 1] ** (axis + 1)


CASES = [
    row(lambda x: np.reshape(x, (3, 5), order="A"), x.T.copy().T, covers=np.reshape),
    row(lambda x: np.ravel(x, "F"), t, covers=np.ravel),
    row(lambda x: np.ravel(x, "K"), t.transpose(2, 0, 1), covers=np.ravel),
    row(lambda x: np.ravel(x.T, "K"), t, covers=np.ravel),
    row(lambda x: np.ravel(np.transpose(x, (1, 0, 2)), "A"), t, covers=np.ravel),
    row(lambda z: np.reshape(z, -1), z, covers=np.reshape),
    row(lambda x: np.transpose(x), t, covers=np.transpose),
    row(lambda x: np.transpose(x[0, 0], 0), t, covers=np.transpose),
    row(lambda x: np.rollaxis(x, 2, 1), t, covers=np.rollaxis),
    row(lambda x: np.flipud(x), t, covers=np.flipud),
    row(lambda x: np.fliplr(x), t, covers=np.fliplr),
    row(lambda x: np.flip(x, (0, 2)), t, covers=np.flip),
    row(lambda x: np.rot90(x, 3, (1, 2)), t, covers=np.rot90),
    row(lambda x, w: np.atleast_1d(x, w), 0.7, w, covers=np.atleast_1d),
    row(lambda x, w: np.atleast_2d(x, w), 0.7, w, covers=np.atleast_2d),
    row(lambda x, w, y: np.atleast_3d(x, w, y), 0.7, w, y, covers=np.atleast_3d),
    row(lambda x, w: np.broadcast_arrays(x, w), t, w, covers=np.broadcast_arrays),
    row(lambda x: np.split(x, [1, 3], axis=1), t, covers=np.split),
    row(lambda x: np.array_split(x, 3, -1), matrix(2, 7), covers=np.array_split),
    row(lambda x: np.hsplit(x, 5), t, covers=np.hsplit),
    row(lambda x: np.vsplit(x, [2]), x, covers=np.vsplit),
    row(lambda x: np.dsplit(x, [1]), t, covers=np.dsplit),
    row(lambda x: np.lib.stride_tricks.sliding_window_view(x, (2, 3), (1, 2)), t,
        covers=np.lib.stride_tricks.sliding_window_view),
    row(lambda x, w: np.meshgrid(x, w), v, w, covers=np.meshgrid),
    row(lambda x, w: np.meshgrid(x, w, sparse=True, indexing="ij", copy=False), v, w, covers=np.meshgrid),
    row(lambda x, w: np.ix_(x, w), v, w, covers=np.ix_),
    row(lambda x: np.trim_zeros(x * (holes != 0)), 0.5 + holes, covers=np.trim_zeros),
    row(lambda x: np.trim_zeros(x * (holes != 0), "b"), 0.5 + holes, covers=np.trim_zeros),
    row(lambda x: np.real_if_close(x + 0j), x, covers=np.real_if_close, narrow=False),
    row(lambda z: np.real_if_close(z), z, covers=np.real_if_close),
    row(lambda x, y: np.stack([x, y], -1), t, t + 1, covers=np.stack),
    row(lambda x, w: np.concatenate([x, w], axis=-1, dtype=complex), t, matrix(2, 5, 2), covers=np.concatenate,
        narrow=False),
    row(lambda x, y: np.block([[x, y], [np.ones((2, 3)), y[:2]]]), x, y, covers=np.block, narrow=False),
    row(lambda x, w: np.block([x, w]), v, w, covers=np.block),
    row(lambda t, x: np.block([[t, x]]), matrix(1, 5, 2), x, covers=np.block),
    row(lambda t, x: np.block([[[t, t[:, :, :1]], [x, x[:, :, :1]]]]), t, matrix(2, 7, 3), covers=np.block),
    row(lambda t, x: np.block([[[t], [x]], [[t], [x]]]), t, matrix(2, 7, 3), covers=np.block),
    row(lambda x: np.full_like(x, x[2]), x, covers=np.full_like),
    row(lambda x: np.full_like(x, np.sum(x), shape=(2, 3)), v, covers=np.full_like),
    row(lambda x, w: np.append(x, w), x, w, covers=np.append),
    row(lambda x, y: np.append(x, y, axis=1), x, y, covers=np.append),
    row(lambda x, w: np.hstack((x, w)), v, w, covers=np.hstack),
    row(lambda x, w: np.insert(x, [1, 3], w, axis=0), x, w, covers=np.insert),
    row(lambda x: np.insert(x, 2, 5.0), x, covers=np.insert),
    row(lambda x: np.delete(x, [0, 3], axis=1), t, covers=np.delete),
    row(lambda x: np.delete(x, slice(1, 4)), x, covers=np.delete),
    row(lambda x: np.resize(x, (2, 11)), x, covers=np.resize),
    row(lambda x: np.tile(x, (2, 1, 3)), x, covers=np.tile),
    row(lambda x: np.repeat(x, [1, 0, 2], axis=-1), t, covers=np.repeat),
    row(lambda x: np.repeat(x, 2), x, covers=np.repeat),
    row(lambda x: np.roll(x, (1, -2), axis=(0, 2)), t, covers=np.roll),
    row(lambda x: np.take(x, [[0, 7], [2, -1]], mode="wrap"), t, covers=np.take),
    row(lambda x: np.take_along_axis(x, np.array([[0, 2], [1, 1], [0, 0], [2, 1], [1, 0]]), 1), x,
        covers=np.take_along_axis),
    row(lambda x: np.compress([True, False, True], x, axis=2), t, covers=np.compress),
    row(lambda x: np.extract(x > 1.03, x), x, covers=np.extract),
    row(lambda x, y: np.choose(np.arange(15).reshape(5, 3) % 2, [x, y]), x, y, covers=np.choose),
    row(lambda x, w: np.select([x > 1.43, x > 0.83], [x, w], 2 * x), x, w, covers=np.select),
    row(lambda x: np.diag(x, 1), v, covers=np.diag),
    row(lambda x: np.diag(x, -1), x, covers=np.diag),
    row(lambda x: np.diagflat(x, 2), x, covers=np.diagflat),
    row(lambda x: np.tril(x, -1), t, covers=np.tril),
    row(lambda x: np.triu(x), v, covers=np.triu),
    row(lambda x: np.vander(x), v, covers=np.vander),
    row(lambda x: np.vander(x, 3, increasing=True), v, covers=np.vander),
    row(lambda x: np.unwrap(7 * x, axis=1), t, covers=np.unwrap),
    row(lambda x: np.nan_to_num(x / np.array([1.0, 2.0, 0.5])), x, covers=np.nan_to_num, narrow=False),
    row(lambda z: np.nan_to_num(z), z, covers=np.nan_to_num),
    row(lambda x: np.fft.fftshift(x, axes=(0, 2)), t, covers=np.fft.fftshift),
    row(lambda x: np.fft.ifftshift(x), t, covers=np.fft.ifftshift),
    row(lambda x: np.apply_along_axis(lambda a: np.outer(a, a) if False else a[:2] * a[1], 1, x), t,
        covers=np.apply_along_axis),
    row(lambda x: np.apply_over_axes(np.sum, x, (0, -1)), t, covers=np.apply_over_axes),
    row(lambda x: np.astype(x, np.complex128), x, covers=np.astype, narrow=False),
    row(changed(lambda x, y: np.copyto(x, y, where=np.arange(3) > 0)), t, y, covers=np.copyto),
    row(changed(lambda x, w: np.put(x, [0, 4, 16], w, mode="wrap")), x, w, covers=np.put),
    row(changed(lambda x, w: np.place(x, np.arange(15).reshape(5, 3) % 2 > 0, w)), x, w, covers=np.place),
    row(changed(lambda x, w: np.putmask(x, np.arange(15).reshape(5, 3) % 2 > 0, w)), x, w, covers=np.putmask),
    row(changed(lambda x, w: np.fill_diagonal(x, w, wrap=True)), matrix(7, 3), w, covers=np.fill_diagonal),
    row(changed(lambda x, w: np.put_along_axis(x, np.array([[0], [2], [1], [0], [2]]), w[0], 1)), x, w,
        covers=np.put_along_axis),
    row(lambda x, w: np.pad(x + 0 * w, ((1, 2), (2, 1)), constant_values=w), x, 0.7, covers=np.pad),
    row(lambda x: np.pad(x, 1, "constant"), t, covers=np.pad),
    row(lambda x: np.pad(x, 4, "edge"), x, covers=np.pad),
    row(lambda x, e: np.pad(x + 0 * e, ((1, 2), (2, 1)), "linear_ramp", end_values=e), x, 0.4, covers=np.pad),
    row(lambda x: np.pad(x, 2, "linear_ramp"), x, covers=np.pad),
    row(lambda x: np.pad(x, 2, "mean"), x, covers=np.pad),
    row(lambda x: np.pad(x, (1, 3), "mean", stat_length=2), t, covers=np.pad),
    row(lambda x: np.pad(x, (1, 6), "reflect"), x, covers=np.pad),
    row(lambda x: np.pad(x, (1, 6), "reflect", reflect_type="odd"), x, covers=np.pad),
    row(lambda x: np.pad(x, (1, 6), "symmetric"), x, covers=np.pad),
    row(lambda x: np.pad(x, (1, 6), "symmetric", reflect_type="odd"), x, covers=np.pad),
    row(lambda x: np.pad(x, (1, 6), "wrap"), x, covers=np.pad),
    row(lambda x: np.pad(x, 0, "empty"), x, covers=np.pad),
    row(lambda x: np.pad(x, (1, 2), "empty")[1:-2, 1:-2], x, covers=np.pad),
    row(lambda x: np.pad(x, ((1, 2), (2, 1)), ends_of_lines, factor=3.0), x, covers=np.pad),
    row(lambda x: np.pad(x, (2, 1), ends_of_lines), t, covers=np.pad),
    row(lambda x: np.pad(x, ((1, 2), (2, 1)), constant_values=((1, 2), (3, 4))), x, covers=np.pad, narrow=False),
    row(lambda z: np.pad(z, (1, 6), "reflect", reflect_type="odd"), z, covers=np.pad),
    row(lambda z: np.pad(z, 2, "mean", stat_length=(3, 2)), z, covers=np.pad),
    row(lambda z: np.pad(z, 2, "linear_ramp", end_values=1j), z, covers=np.pad),
    row(lambda z, w: np.concatenate([z, w], axis=-1), z, complexes(5, 2), covers=np.concatenate),
    row(lambda z, x: np.concatenate([z, x]), z, x, covers=np.concatenate),
    row(lambda x, y: np.concatenate([x, y], 1, dtype=complex, casting="safe"), x, y, covers=np.concatenate,
        narrow=False),
    row(lambda z, x: np.stack([z, x], axis=1), z, x, covers=np.stack),
    row(lambda x, y: np.stack((x, y), -2, dtype=complex, casting="safe"), x, y, covers=np.stack, narrow=False),
    row(lambda x, w: np.vstack([x, w], dtype=complex, casting="safe"), x, w, covers=np.vstack, narrow=False),
    row(lambda v, w: np.hstack([v, w], dtype=complex), v, w, covers=np.hstack, narrow=False),
    row(lambda z: np.take(z, [3, -1, 99], axis=0, mode="clip"), z, covers=np.take),
    row(lambda x: np.take(x, 2, axis=-1), t, covers=np.take),
    row(lambda z: np.compress([False, True, True], z, axis=-1), z, covers=np.compress),
    row(lambda x: np.compress([False, True, True], x), t, covers=np.compress),
    row(lambda z, x: np.choose([[0, 1, 3]] * 5, [z, x], mode="wrap"), z, x, covers=np.choose),
    row(lambda x, w: np.choose([2, 0, -1], (x, w), mode="clip"), x, w, covers=np.choose),
    row(lambda z, x: np.where(x.real > 1.03, z, x), z, z[::-1].copy(), covers=np.where),
    row(lambda z: np.repeat(np.roll(z, (1, 1), (0, 1)), 2, axis=-1), z, covers=(np.roll, np.repeat)),
    row(lambda z: np.tile(z, 2), z, covers=np.tile),
    row(lambda z: np.tril(z, 1) + np.triu(z, -1), z, covers=(np.tril, np.triu)),
    row(lambda z, w: np.insert(z, slice(0, 3, 2), w, axis=1), z, complexes(5, 2), covers=np.insert),
    row(lambda x, w: np.insert(x, 1, w, axis=-1), t, matrix(2, 5), covers=np.insert),
    row(lambda x: np.delete(x, [True, False, True], axis=-1), t, covers=np.delete),
    row(lambda x: np.delete(x, -2, 0), x, covers=np.delete),
    row(lambda z: np.unwrap(z.real, discont=2.0, period=2.9, axis=0), 5.1 * z, covers=np.unwrap),
    row(lambda z, x: np.select([x.real > 1.33, x.real > 0.93], [z, x], 1j), z, z[::-1].copy(), covers=np.select),
    row(lambda x: np.nan_to_num(np.where(holes[:3] > 0, x, np.nan), nan=2.0), x, covers=np.nan_to_num),
    row(lambda x: np.nan_to_num(np.where(holes[:3] > 0, x, -np.inf), True, 0.0, 3.0, 4.0), x, covers=np.nan_to_num),
    row(lambda x: np.nan_to_num(1 * x, copy=False), x, covers=np.nan_to_num),
    row(changed(lambda x, y: np.copyto(x, y, "same_kind")), x, y, covers=np.copyto),
    row(changed(lambda x, w: np.put(x, [[0, 99], [3, 4]], w, "clip")), x, w, covers=np.put),
    row(changed(lambda z, w: np.place(z, np.arange(15).reshape(5, 3) % 4 > 0, w)), z, complexes(7), covers=np.place),
]  # fmt: skip

if np.max in RULES and np.median in RULES:
    CASES += [
        row(lambda x: np.pad(x, 2, "maximum"), x, covers=np.pad),
        row(lambda x: np.pad(x, (1, 2), "minimum", stat_length=2), x, covers=np.pad),
        row(lambda x: np.pad(x, 2, "median", stat_length=(3, 2)), x, covers=np.pad),
    ]
if hasattr(np, "unstack"):
    CASES.append(row(lambda x: np.unstack(x, axis=1), t, covers=np.unstack))
