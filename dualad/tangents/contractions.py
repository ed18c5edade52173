"""Products of a symbolic tangent and constants: matrix products, and the convolution and `numpy.einsum` beside them."""

import math

import numpy as np

from dualad.rules.convolution import full
from dualad.rules.einsum import implied, positions
from dualad.tangents import dense
from dualad.tangents.axes import as_tuple
from dualad.tangents.operations import Apply, unbroadcast
from dualad.tangents.symbolic import NotRecordedError, is_symbolic, kept


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
            as_tuple(tuple(x) if np.iterable(x) else x, np.ndim(f)) for x, f in zip(axes, (a, b), strict=True)
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


COMPOSED = {
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
}
