"""Linear functions of a symbolic tangent written with others, whose adjoints and sparse rows are known.

Each has NumPy's own parameters; one of the arrays is symbolic, the others are constants.
"""

import math

import numpy as np

from dualad.rules.convolution import full
from dualad.rules.einsum import implied, positions
from dualad.tangents import dense
from dualad.tangents.operations import Apply, Gather, unbroadcast
from dualad.tangents.symbolic import NotRecordedError, is_symbolic, kept

_SWAPPED = {None: "forward", "backward": "forward", "forward": "backward", "ortho": "ortho"}


def _axes(axis, rank):
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    return tuple(int(i) % rank - rank for i in axes)


def _sum(a, axis=None, dtype=None, out=None, keepdims=False, initial=0, where=True):
    """Of masked elements: zeros in their places."""
    keepdims = keepdims is not np._NoValue and keepdims
    if where is not True and where is not np._NoValue:
        a = np.where(where, a, 0.0)
    return sum_of(a, axis, keepdims)


def sum_of(a, axis=None, keepdims=False):
    """The sum over some axes."""
    axes = tuple(range(-a.ndim, 0)) if axis is None else _axes(axis, a.ndim)
    shape = tuple(n for i, n in enumerate(a.shape) if i - a.ndim not in axes)
    kept_shape = tuple(1 if i - a.ndim in axes else n for i, n in enumerate(a.shape))

    def adjoint(u):
        lead = u.shape[: dense.rank(u) - len(shape)]
        return (np.broadcast_to(np.reshape(u, lead + kept_shape), lead + a.shape),)

    operation = Apply(lambda d: np.sum(d, axis=axes), "numpy.sum", adjoint, sums=axes)
    total = a.record(operation, (a,), shape, a.dtype)
    return total.reshape(kept_shape) if keepdims else total


def _mean(a, axis=None, dtype=None, out=None, keepdims=False, where=True):
    mask = True if where is np._NoValue else where
    axes = tuple(range(-a.ndim, 0)) if axis is None else _axes(axis, a.ndim)
    keepdims = keepdims is not np._NoValue and keepdims
    count = math.prod(a.shape[i] for i in axes)
    if mask is not True:
        count = np.sum(np.broadcast_to(mask, a.shape), axis=axes, keepdims=keepdims)
    return _sum(a, axis=axes, keepdims=keepdims, where=mask) / count


def _cumulative_sum(x, /, *, axis=None, dtype=None, out=None, include_initial=False):
    axis = 0 if axis is None else axis
    total = np.cumsum(x, axis=axis)
    if not include_initial:
        return total
    shape = list(x.shape)
    shape[axis] = 1
    return np.concatenate([np.zeros(shape), total], axis=axis)


def _trace(a, offset=0, axis1=0, axis2=1, dtype=None, out=None):
    return _sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


def _linalg_trace(x, /, *, offset=0, dtype=None):
    return _trace(x, offset, -2, -1)


def _diag(v, k=0):
    if v.ndim == 2:
        return np.diagonal(v, k)
    numbers = np.diag(np.arange(1, v.size + 1), k)
    return v.record(Gather(numbers), (v,), numbers.shape, v.dtype)


def _shifted(sign):
    def shift(x, axes=None):
        axes = range(x.ndim) if axes is None else np.atleast_1d(axes)
        steps = [x.shape[i] // 2 if sign > 0 else -(x.shape[i] // 2) for i in axes]
        return np.roll(x, steps, tuple(int(i) for i in axes))

    return shift


def _pad(array, pad_width, mode="constant", **options):
    """The modes that move elements; what comes from a statistic or a ramp is taken as a whole."""
    moves = mode in ("constant", "edge", "wrap", "empty") or (
        mode in ("reflect", "symmetric") and options.get("reflect_type", "even") == "even"
    )
    active = [x for x in (array, *options.values()) if is_symbolic(x)]
    if not moves or active[0] is not array or len(active) > 1:
        raise NotRecordedError(active[0], "numpy.pad")
    mode = "constant" if mode == "empty" else mode
    numbers = np.pad(np.arange(1, array.size + 1).reshape(array.shape), pad_width, mode)
    return array.record(Gather(numbers), (array,), numbers.shape, array.dtype)


# products


def _dot(a, b, out=None):
    if 0 in (np.ndim(a), np.ndim(b)):
        return np.multiply(a, b)
    if np.ndim(b) <= 2 or np.ndim(a) == np.ndim(b) == 1:
        return np.matmul(a, b)
    return _tensordot(a, b, (-1, -2))


def _inner(a, b, /):
    return np.multiply(a, b) if 0 in (np.ndim(a), np.ndim(b)) else _tensordot(a, b, (-1, -1))


def _vdot(a, b, /):
    return np.matmul(np.conjugate(np.reshape(a, -1)), np.reshape(b, -1))


def _tensordot(a, b, axes=2):
    """One matrix product, as NumPy does it."""
    if np.iterable(axes):
        first, second = (
            _axes(tuple(x) if np.iterable(x) else x, np.ndim(f)) for x, f in zip(axes, (a, b), strict=True)
        )
    else:
        first, second = tuple(range(-axes, 0)), tuple(range(-np.ndim(b), axes - np.ndim(b)))
    free_a = [i for i in range(-np.ndim(a), 0) if i not in first]
    free_b = [i for i in range(-np.ndim(b), 0) if i not in second]
    shape = tuple(np.shape(a)[i] for i in free_a) + tuple(np.shape(b)[i] for i in free_b)
    summed = math.prod(np.shape(a)[i] for i in first)
    rows = np.reshape(np.transpose(a, [*free_a, *first]), (math.prod(np.shape(a)[i] for i in free_a), summed))
    columns = np.reshape(np.transpose(b, [*second, *free_b]), (summed, math.prod(np.shape(b)[i] for i in free_b)))
    return np.reshape(np.matmul(rows, columns), shape)


def _outer(a, b, out=None):
    return np.reshape(a, (-1, 1)) * np.reshape(b, (1, -1))


def _kron(a, b):
    rank = max(np.ndim(a), np.ndim(b))
    sizes = [(1,) * (rank - np.ndim(x)) + np.shape(x) for x in (a, b)]
    a = np.reshape(a, [n for size in sizes[0] for n in (size, 1)])
    b = np.reshape(b, [n for size in sizes[1] for n in (1, size)])
    return np.reshape(a * b, [m * n for m, n in zip(*sizes, strict=True)])


def _cross(a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """Of vectors in space; the rule makes plane ones of it."""
    axisa, axisb, axisc = (axisa, axisb, axisc) if axis is None else (axis, axis, axis)
    a, b = np.moveaxis(a, axisa, -1), np.moveaxis(b, axisb, -1)
    parts = [a[..., i] * b[..., j] - a[..., j] * b[..., i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return np.moveaxis(np.stack(parts, axis=-1), -1, axisc)


def _linalg_cross(x1, x2, /, *, axis=-1):
    return _cross(x1, x2, axis=axis)


def _convolve(a, v, mode="full"):
    """The full convolution; its adjoint is one with the constant reversed and conjugated."""
    if mode != "full" or (is_symbolic(a) and is_symbolic(v)):
        raise NotRecordedError(a if is_symbolic(a) else v, "numpy.convolve")
    d, other = (a, kept(v)) if is_symbolic(a) else (v, kept(a))
    reverse = np.conjugate(np.flip(other, -1))
    size, count = d.shape[0], d.shape[0] + len(other) - 1

    def adjoint(u):
        return (full(u, reverse)[..., len(other) - 1 : len(other) - 1 + size],)

    dtype = np.multiply(d.dtype.type(1), dense.dtype_of(other).type(1)).dtype
    return d.record(Apply(lambda one: full(one, other), "numpy.convolve", adjoint), (d,), (count,), dtype)


def _einsum(*operands, **options):
    """The adjoint is an einsum of the result's cotangent with the other operands."""
    places = [i for i in positions(operands) if is_symbolic(operands[i])]
    if len(places) != 1 or not isinstance(operands[0], str):
        raise NotRecordedError(operands[places[0]], "numpy.einsum")
    d, slot = operands[places[0]], places[0] - 1
    arrays = [x if i == slot else kept(x) for i, x in enumerate(operands[1:])]
    text = operands[0].replace(" ", "")
    inputs, arrow, output = text.partition("->")
    inputs = inputs.split(",")
    terms, output = spelled_out(inputs, output if arrow else implied(inputs), arrays)
    if terms is None:
        raise NotRecordedError(d, "numpy.einsum")
    joined = ",".join(terms)
    fresh = next(letter for letter in _LETTERS if letter not in joined)
    y = np.einsum(f"{joined}->{output}", *[np.broadcast_to(x.dtype.type(0), x.shape) if i == slot else x
                                            for i, x in enumerate(arrays)])  # fmt: skip

    def forward(one):
        lead = fresh if one.ndim > d.ndim else ""
        moved = [lead + term if i == slot else term for i, term in enumerate(terms)]
        given = [one if i == slot else x for i, x in enumerate(arrays)]
        return np.einsum(f"{','.join(moved)}->{lead}{output}", *given, optimize=len(given) > 1)

    adjoint = einsum_adjoint(terms, output, arrays, slot, fresh)
    return d.record(Apply(forward, "numpy.einsum", adjoint), (d,), np.shape(y), dense.dtype_of(y))


_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


def spelled_out(terms, output, arrays):
    """The labels with letters in the places of the ellipsis; (None, None) if there are not enough letters."""
    used = "".join(terms) + output
    free = [letter for letter in _LETTERS if letter not in used]
    ranks = [np.ndim(x) - len(t.replace("...", "")) if "..." in t else 0 for t, x in zip(terms, arrays, strict=True)]
    most = max(ranks, default=0)
    if len(free) <= most:
        return None, None
    names = "".join(free[:most])
    terms = [t.replace("...", names[most - rank :]) for t, rank in zip(terms, ranks, strict=True)]
    return terms, output.replace("...", names)


def einsum_adjoint(terms, output, arrays, slot, fresh):
    """Contract with the others, repeat over letters that were summed alone, and store on diagonals."""
    mine, shape = terms[slot], arrays[slot].shape
    others = [(t, np.conjugate(x)) for i, (t, x) in enumerate(zip(terms, arrays, strict=True)) if i != slot]
    letters = "".join(dict.fromkeys(mine))
    sizes = {}
    for term, x in zip(terms, arrays, strict=True):
        for letter, n in zip(term, np.shape(x), strict=True):
            sizes[letter] = max(n, sizes.get(letter, n)) if n != 0 else 0
    elsewhere = output + "".join(t for t, _ in others)
    found = "".join(letter for letter in letters if letter in elsewhere)
    own_sizes = tuple(shape[mine.index(letter)] for letter in letters)
    diagonal = None
    if len(letters) < len(mine):
        diagonal = np.einsum(f"{mine}->{letters}", np.arange(math.prod(shape)).reshape(shape))

    def adjoint(u):
        lead = fresh if dense.rank(u) > len(output) else ""
        count = u.shape[:1] if lead else ()
        text = f"{','.join([lead + output, *(t for t, _ in others)])}->{lead}{found}"
        w = np.einsum(text, u, *[x for _, x in others], optimize=len(others) > 0)
        w = np.reshape(w, count + tuple(sizes[x] if x in found else 1 for x in letters))
        w = np.broadcast_to(w, count + tuple(sizes[x] for x in letters))
        w = unbroadcast(w, own_sizes, len(count))
        if diagonal is None:
            return (np.reshape(w, count + shape),)
        whole = dense.raised(np.zeros((*count, math.prod(shape)), dense.dtype_of(w)), w)
        whole[..., diagonal] = w
        return (np.reshape(whole, count + shape),)

    return adjoint


# Fourier transforms


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
        (axis,) = _axes(axis, a.ndim)
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
        axes = _axes(tuple(axes), a.ndim)
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

COMPOSED = {
    np.sum: _sum,
    np.mean: _mean,
    np.cumulative_sum if hasattr(np, "cumulative_sum") else None: _cumulative_sum,
    np.trace: _trace,
    np.linalg.trace: _linalg_trace,
    np.diag: _diag,
    np.pad: _pad,
    np.dot: _dot,
    np.inner: _inner,
    np.vdot: _vdot,
    np.tensordot: _tensordot,
    np.linalg.tensordot: lambda x1, x2, /, *, axes=2: _tensordot(x1, x2, axes),
    np.outer: _outer,
    np.linalg.outer: lambda x1, x2, /: _outer(x1, x2),
    np.kron: _kron,
    np.cross: _cross,
    np.linalg.cross: _linalg_cross,
    np.convolve: _convolve,
    np.einsum: _einsum,
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
