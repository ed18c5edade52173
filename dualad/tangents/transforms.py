"""Fourier transforms of a symbolic tangent: the adjoint of each is another one."""

import numpy as np

from dualad.tangents import dense
from dualad.tangents.axes import as_tuple
from dualad.tangents.operations import Apply

_SWAPPED = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def _padded(a, n, axis):
    """Cut, or with zeros behind, to n elements along an axis counted from the end."""
    size = np.shape(a)[axis]
    if n < size:
        return np.moveaxis(np.moveaxis(a, axis, -1)[..., :n], -1, axis)
    if n == size:
        return a
    lead, shape = np.ndim(a) + axis, list(np.shape(a))
    shape[lead] = n - size
    return np.concatenate([a, np.zeros(shape, dense.dtype_of(a))], axis=axis)


def _transform(function, sizes, backward, result_is_real=False):
    """A transform along one axis, with ``backward(u, n, axis, norm)`` as its adjoint but for the padding."""

    def transform(a, n=None, axis=-1, norm=None, out=None):
        (axis,) = as_tuple(axis, a.ndim)
        own = a.shape[axis]
        used, count = sizes(own, n)
        n = used if not result_is_real else count
        shape = list(a.shape)
        shape[axis] = count
        kind = a.dtype.type(0).real.dtype
        dtype = np.result_type(kind, np.float32 if kind == np.float16 else kind)
        dtype = dtype if result_is_real else np.result_type(dtype, np.complex64)

        def adjoint(u):
            return (_padded(backward(u, n, axis, _SWAPPED[norm]), own, axis),)

        operation = Apply(lambda one: function(one, n, axis, norm), f"numpy.fft.{function.__name__}", adjoint)
        return a.record(operation, (a,), tuple(shape), dtype)

    return transform


def _rfft_adjoint(u, n, axis, norm):
    return np.real(np.fft.ifft(_padded(u, n, axis), n, axis, norm))


def _irfft_adjoint(u, n, axis, norm):
    """All frequencies but the first, and the last of an even number, stand for two."""
    z = np.fft.rfft(u, n, axis, norm)
    twice = np.full(z.shape[axis], 2.0, dense.dtype_of(u))
    twice[0] = 1.0
    if n % 2 == 0:
        twice[-1] = 1.0
    return z * twice.reshape((-1,) + (1,) * (-1 - axis))


def _same(own, n):
    return (own, own) if n is None else (n, n)


def _half(own, n):
    n = own if n is None else n
    return n, n // 2 + 1


def _whole(own, n):
    n = 2 * (own - 1) if n is None else n
    return n // 2 + 1, n


_fft = _transform(np.fft.fft, _same, lambda u, n, axis, norm: np.fft.ifft(u, n, axis, norm))
_ifft = _transform(np.fft.ifft, _same, lambda u, n, axis, norm: np.fft.fft(u, n, axis, norm))
_rfft = _transform(np.fft.rfft, _half, _rfft_adjoint)
_irfft = _transform(np.fft.irfft, _whole, _irfft_adjoint, result_is_real=True)


def _hfft(a, n=None, axis=-1, norm=None, out=None):
    return _irfft(np.conjugate(a), n, axis, _SWAPPED[norm])


def _ihfft(a, n=None, axis=-1, norm=None, out=None):
    return np.conjugate(_rfft(a, n, axis, _SWAPPED[norm]))


def _along_axes(each, last=None, last_first=True):
    """A transform along several axes, one after the other; the last axis by another one, first or last."""

    def transform(a, s=None, axes=None, norm=None, out=None):
        if axes is None:
            axes = range(-a.ndim if s is None else -len(s), 0)
        axes = as_tuple(tuple(axes), a.ndim)
        sizes = [None] * len(axes) if s is None else [None if n in (None, -1) else n for n in s]
        steps = list(zip(sizes, axes, [each] * len(axes), strict=True))
        if last is not None and steps:
            steps[-1] = (*steps[-1][:2], last)
        for n, axis, function in steps[::-1] if last_first else steps:
            a = function(a, n, axis, norm)
        return a

    return transform


def _two(transform):
    return lambda a, s=None, axes=(-2, -1), norm=None, out=None: transform(a, s, axes, norm)


_fftn, _ifftn = _along_axes(_fft), _along_axes(_ifft)
_rfftn, _irfftn = _along_axes(_fft, _rfft), _along_axes(_ifft, _irfft, last_first=False)


def _shifted(sign):
    def shift(x, axes=None):
        axes = range(x.ndim) if axes is None else np.atleast_1d(axes)
        steps = [x.shape[i] // 2 if sign > 0 else -(x.shape[i] // 2) for i in axes]
        return np.roll(x, steps, tuple(int(i) for i in axes))

    return shift


COMPOSED = {
    np.fft.fftshift: _shifted(1),
    np.fft.ifftshift: _shifted(-1),
    np.fft.fft: _fft,
    np.fft.ifft: _ifft,
    np.fft.rfft: _rfft,
    np.fft.irfft: _irfft,
    np.fft.hfft: _hfft,
    np.fft.ihfft: _ihfft,
    np.fft.fft2: _two(_fftn),
    np.fft.ifft2: _two(_ifftn),
    np.fft.rfft2: _two(_rfftn),
    np.fft.irfft2: _two(_irfftn),
    np.fft.fftn: _fftn,
    np.fft.ifftn: _ifftn,
    np.fft.rfftn: _rfftn,
    np.fft.irfftn: _irfftn,
}
