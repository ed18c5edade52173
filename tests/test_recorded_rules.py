"""A rule of the user's, written with any NumPy function on its tangent, can be recorded and run backwards."""

import numpy as np
import pytest

from dualad import NoRuleError, custom_jvp, jacobian, linearize

X = np.array([1.5, 0.5, 2.0, 0.75])
C = np.array([0.5, -1.0, 3.0, 2.0])
A = np.arange(12.0).reshape(3, 4) - 4.5


def assigned(d):
    whole = np.zeros_like(d)
    whole[1:3] = d[:2]
    whole[0] = 2.0
    whole[0] = 0.0
    return whole


def filled(whole, d):
    whole[...] = d[0]
    whole[1] = d[3]
    return whole


# each is linear in d
LINEAR = {
    "add.reduce": lambda d: np.add.reduce(d),
    "add.reduceat": lambda d: np.add.reduceat(d, [1, 2]),
    "add.reduceat along an axis": lambda d: np.add.reduceat(d.reshape(2, 2), [0, 1], axis=1),
    "a constant that is zero": lambda d: np.add(0.0, d) + np.zeros((3, 4)),
    "subtracted from zero": lambda d: np.zeros(4) - d,
    "constants on both sides": lambda d: np.multiply(2.0, d) * [1.0, 2.0, 3.0, 4.0],
    "divided by a list": lambda d: d / [1.0, 2.0, 3.0, 4.0],
    "positive and negative": lambda d: +d - (-d),
    "the shape as a number": lambda d: d * (np.size(d) + np.ndim(d) + np.shape(d)[0]),
    "a function of the shape alone": lambda d: d * np.ones_like(d, dtype=int),
    "filled": lambda d: np.full_like(d, d[0] + d[1]),
    "filled with zero": lambda d: np.full_like(d, 0.0) + d,
    "made empty": lambda d: filled(np.empty_like(d, shape=3), d),
    "copied": lambda d: np.copy(d).copy(),
    "broadcast": lambda d: np.broadcast_to(d, (3, 4)) + np.broadcast_to(d, (4,)),
    "real part": lambda d: np.real((1 + 2j) * d),
    "imaginary part": lambda d: np.imag((1 + 2j) * d),
    "conjugate": lambda d: np.real(np.conjugate((1 + 2j) * d) * (3 - 1j)),
    "attributes": lambda d: ((1 + 2j) * d).imag + d.real,
    "transposed": lambda d: d.reshape(2, 2).T @ np.ones(2),
    "moved axes": lambda d: d.reshape((2, 2)).transpose(1, 0).reshape(4),
    "summed as a method": lambda d: d.reshape(2, 2).sum(axis=0),
    "element by element": lambda d: sum(one * c for one, c in zip(d, C, strict=True)) * len(d),
    "picked": lambda d: d[[0, 0, 3]],
    "assigned": assigned,
    "selected": lambda d: np.where(C > 0, d, 0.0) + np.where(C > 0, 0.0, 3 * d),
    "matrix product": lambda d: A @ d,
    "product with a matrix": lambda d: np.matmul(d, A.T),
    "dot": lambda d: np.dot(d, C) + np.vdot(C, d) + np.inner(C, d),
    "outer": lambda d: np.outer(d, C),
    "kron": lambda d: np.kron(C, d),
    "tensordot": lambda d: np.tensordot(A, d, 1),
    "einsum": lambda d: np.einsum("ij,j->i", A, d) + np.einsum("j,kj", d, A),
    "einsum with an ellipsis": lambda d: np.einsum("...j,j", A, d),
    "cross": lambda d: np.cross(d[1:], C[1:]) + np.linalg.cross(C[1:], d[:3]),
    "convolve": lambda d: np.convolve(d, C) + np.convolve(C, d),
    "diag": lambda d: np.diag(d, 1),
    "diagonal": lambda d: np.diag(np.diag(d)),
    "rolled": lambda d: np.roll(d, 1),
    "joined with zeros": lambda d: np.concatenate([d, np.zeros(2), d]),
    "parts of a rolled one": lambda d: np.array_split(np.roll(d, 1), 2)[1],
    "solve": lambda d: np.linalg.solve(np.diag(C), d),
    "cumsum": lambda d: np.cumsum(d),
    "fft": lambda d: np.real(np.fft.fft(d, n=6)) + np.imag(np.fft.fft(d, n=6)),
    "ifft": lambda d: np.real(np.fft.ifft(d, norm="ortho")),
    "rfft and irfft": lambda d: np.fft.irfft(np.fft.rfft(d) * np.array([1.0, 2.0, 3.0])),
    "hfft": lambda d: np.fft.hfft(d),
    "ihfft": lambda d: np.imag(np.fft.ihfft(d)),
    "rfftn": lambda d: np.real(np.fft.rfftn(d.reshape(2, 2), s=(2, -1), axes=(0, 1))),
    "irfftn": lambda d: np.fft.irfftn(d.reshape(2, 2)),
    "fftn": lambda d: np.imag(np.fft.fftn(d.reshape(2, 2), s=(3,), axes=(0,))),
    "fft2": lambda d: np.real(np.fft.fft2(d.reshape(2, 2))),
    "interpolation weights": lambda d: np.add(d[1:] * 0.25, 0.75 * d[:-1]),
    "padding": lambda d: np.pad(d, 1, mode="edge"),
    "in float32": lambda d: d.astype(np.float32).astype(float) * 2,
}

# what a recording cannot follow says so
REFUSED = {
    "two tangents multiplied": lambda d: d * d,
    "a matrix product of two tangents": lambda d: d @ d,
    "division by a tangent": lambda d: 1 / d,
    "a function that is not linear": lambda d: np.sin(d),
    "a method that is not linear": lambda d: np.multiply.reduce(d),
    "ranges that overlap": lambda d: np.add.reduceat(d, [2, 0, 1]),
    "convolution of two tangents": lambda d: np.convolve(d, d),
    "convolution that is cut": lambda d: np.convolve(d, C, mode="same"),
    "einsum of two tangents": lambda d: np.einsum("i,i", d, d),
    "einsum without a text": lambda d: np.einsum(d, [0], C, [0]),
    "a function that is linear in something else": lambda d: np.linalg.solve(np.diag(d), C),
    "a tangent as an option": lambda d: np.clip(C, d, None),
    "a tangent as a weight": lambda d: np.average(C, weights=d),
    "an option of a ufunc": lambda d: np.add(d, d, where=C > 0),
    "several results": lambda d: np.linalg.eigh(np.diag(d)),
}


def ruled(push):
    f = custom_jvp(lambda x: push(x * 1.0))
    f.defjvp(lambda primals, tangents: (push(primals[0] * 1.0), push(tangents[0])))
    return f


@pytest.mark.parametrize("name", LINEAR)
def test_a_linear_function_of_the_tangent_is_recorded(name):
    push = LINEAR[name]
    matrix = np.stack([push(unit) for unit in np.eye(4)], axis=-1)
    f = ruled(push)
    np.testing.assert_allclose(jacobian(f)(X), matrix, rtol=1e-6, atol=1e-14)
    np.testing.assert_allclose(jacobian(f, mode="reverse")(X), matrix, rtol=1e-6, atol=1e-14)
    _, run = linearize(f, X)
    np.testing.assert_allclose(run(C), matrix @ C, rtol=1e-6, atol=1e-13)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_linear_in_the_tangent_is_refused(name):
    push = REFUSED[name]
    f = custom_jvp(lambda x: np.sum(x))
    f.defjvp(lambda primals, tangents: (np.sum(primals[0]), np.sum(push(tangents[0]))))
    with pytest.raises(NoRuleError):
        jacobian(f, mode="reverse")(X)
