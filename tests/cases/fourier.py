"""Fourier transforms, real and complex."""

import numpy as np

from tests.cases.case import complexes, matrix, row

v, x, t = matrix(7), matrix(5, 3), matrix(2, 5, 7)
cv, z, ct = complexes(7), complexes(5, 3), complexes(2, 5, 7)

CASES = [
    row(lambda x: np.fft.fft(x), v, covers=np.fft.fft),
    row(lambda x: np.fft.fft(x), cv, covers=np.fft.fft),
    row(lambda x: np.fft.fft(x, 11, 0), t, covers=np.fft.fft),
    row(lambda x: np.fft.fft(x, n=3, axis=1, norm="ortho"), ct, covers=np.fft.fft),
    row(lambda x: np.fft.ifft(x), t, covers=np.fft.ifft),
    row(lambda x: np.fft.ifft(x, 5, -2, "forward"), ct, covers=np.fft.ifft),
    row(lambda x: np.fft.rfft(x), v, covers=np.fft.rfft),
    row(lambda x: np.fft.rfft(x, 4), t, covers=np.fft.rfft),
    row(lambda x: np.fft.rfft(x, axis=0, norm="forward"), x, covers=np.fft.rfft),
    row(lambda x: np.fft.irfft(x), cv, covers=np.fft.irfft),
    row(lambda x: np.fft.irfft(x, 5, axis=0), z, covers=np.fft.irfft),
    row(lambda x: np.fft.irfft(x, norm="ortho"), x, covers=np.fft.irfft),
    row(lambda x: np.fft.hfft(x), cv, covers=np.fft.hfft),
    row(lambda x: np.fft.hfft(x, 7, 1, norm="forward"), ct, covers=np.fft.hfft),
    row(lambda x: np.fft.hfft(x), x, covers=np.fft.hfft),
    row(lambda x: np.fft.ihfft(x), v, covers=np.fft.ihfft),
    row(lambda x: np.fft.ihfft(x, 3, axis=-2, norm="ortho"), t, covers=np.fft.ihfft),
    row(lambda x: np.fft.fft2(x), t, covers=np.fft.fft2),
    row(lambda x: np.fft.fft2(x, (3, 11), (0, 1), norm="ortho"), ct, covers=np.fft.fft2),
    row(lambda x: np.fft.ifft2(x, axes=(2, 0)), ct, covers=np.fft.ifft2),
    row(lambda x: np.fft.rfft2(x), t, covers=np.fft.rfft2),
    row(lambda x: np.fft.rfft2(x, s=(3, -1), axes=(1, 0)), t, covers=np.fft.rfft2),
    row(lambda x: np.fft.irfft2(x), ct, covers=np.fft.irfft2),
    row(lambda x: np.fft.irfft2(x, s=(3, 7), axes=(-1, 0)), ct, covers=np.fft.irfft2),
    row(lambda x: np.fft.fftn(x), t, covers=np.fft.fftn),
    row(lambda x: np.fft.fftn(x, axes=(0,)), ct, covers=np.fft.fftn),
    row(lambda x: np.fft.fftn(x, axes=[0, 0, -1]), ct, covers=np.fft.fftn),
    row(lambda x: np.fft.fftn(x, [3, 4], [0, -1], "forward"), ct, covers=np.fft.fftn),
    row(lambda x: np.fft.ifftn(x, norm="ortho"), ct, covers=np.fft.ifftn),
    row(lambda x: np.fft.rfftn(x), t, covers=np.fft.rfftn),
    row(lambda x: np.fft.rfftn(x, axes=(0, 1)), t, covers=np.fft.rfftn),
    row(lambda x: np.fft.irfftn(x), ct, covers=np.fft.irfftn),
    row(lambda x: np.fft.irfftn(x, s=(2, 5), axes=(0, 2), norm="forward"), ct, covers=np.fft.irfftn),
]
