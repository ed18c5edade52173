"""Fourier transforms: linear (over the reals those with a real result), so the same transform of the tangent."""

import numpy as np

from dualad.rules.kinds import pushforward
from dualad.rules.linear import trailing_axes
from dualad.tangents import dense


def _along_one_axis(call, y, dx):
    return call(a=dx, axis=trailing_axes(call.axis, dense.rank(call.a)))


def _along_axes(call, y, dx):
    rank = dense.rank(call.a)
    sizes = call.s
    if call.axes is None:
        axes = tuple(range(-rank if sizes is None else -len(sizes), 0))
    else:
        axes = trailing_axes(tuple(call.axes), rank)
    if sizes is not None:
        is_inverse_real = call.function in (np.fft.irfft2, np.fft.irfftn)
        whole = np.shape(y if is_inverse_real else call.a)  # None is deprecated, and must not warn twice
        sizes = [whole[axis] if size is None else size for size, axis in zip(sizes, axes, strict=True)]
    return call(a=dx, s=sizes, axes=axes)


for _name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
    pushforward(getattr(np.fft, _name), "a", _along_one_axis, "linear")
for _name in ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn"):
    pushforward(getattr(np.fft, _name), "a", _along_axes, "linear")


def _shift(call, y, dx):
    rank = dense.rank(call.x)
    axes = range(rank) if call.axes is None else np.atleast_1d(call.axes)
    return call.without("axes")(x=dx, axes=tuple(int(axis) % rank - rank for axis in axes))


for _function in (np.fft.fftshift, np.fft.ifftshift):
    pushforward(_function, "x", _shift, "movement")
