"""Functions that pick, repeat, remove or rearrange elements."""

import numpy as np

from dualad.levels import Perturbed
from dualad.objects import packed
from dualad.rules import calls
from dualad.rules.kinds import composed, pushforward
from dualad.rules.movement import Movement, along, movement
from dualad.rules.pushforwards import Pushforward
from dualad.rules.table import add
from dualad.rules.views import in_step
from dualad.tangents import dense
from dualad.tangents.diagonal import WORTH, Diagonal

for _function in (np.roll, np.repeat, np.take):
    movement("a", _function, direct=along("a"))
movement("arr", np.take_along_axis, np.delete)
movement("arr values", np.insert)
movement("a", np.resize)
movement("A", np.tile)
movement("a", np.compress, constant="condition")
movement("arr", np.extract, constant="condition")
movement("*choicelist default", np.select, constant="condlist")
movement("v", np.diagflat)


class Choose(Movement):
    """The choices may be one array, whose byte order the result then has."""

    def apply(self, function, args, kwargs):
        result = super().apply(function, args, kwargs)
        call = calls.Call(function, args, kwargs)
        is_array = call.out is None and isinstance(call.choices, Perturbed)
        return result.astype(call.choices.dtype, copy=False) if is_array else result


add(np.choose, Choose("*choices", constant="a"))


def _triangle(call, y, dx):
    """The last two axes; of a vector NumPy makes a matrix first."""
    return call(m=dx if dense.rank(call.m) > 1 else np.repeat(dx[..., None, :], dx.shape[-1], axis=-2))


movement("m", np.tril, np.triu, direct=_triangle)

_ON_DIAGONAL = Movement("v")


def _diag(call, y, dx):
    if dense.rank(call.v) == 2:
        return in_step(call, y, call.v, np.diagonal(dx, call.k, -2, -1), dx)
    return dense.laid_out_as(_ON_DIAGONAL.push_tangents(call, y, dx), y)  # of a new array


class Diag(Pushforward):
    """A view of the diagonal of a matrix, a new matrix of a vector."""

    gives_new_arrays = False

    def quietly(self, plain, y, tangents):
        (dv,) = tangents
        if type(dv) is type(y) is np.ndarray and dv.ndim == y.ndim == 2 and len(dv) * y.size >= WORTH:
            return Diagonal(dv.copy(), int(plain.k))
        return super().quietly(plain, y, tangents)


add(np.diag, Diag("v", _diag, "movement"))


def _where(call, y, dx, dy):
    rank = dense.rank(y)
    branches = [
        0.0 if tangent is None else dense.align(tangent, dense.rank(x), rank)
        for x, tangent in ((call.x, dx), (call.y, dy))
    ]
    return np.where(call.condition, *branches)


pushforward(np.where, "x y", _where, "movement", constant="condition")
pushforward(np.copy, "a", lambda call, y, dx: dense.owned(dx), "movement")
pushforward(np.unwrap, "p", lambda call, y, dp: dp.copy(), "movement")  # y - p is a multiple of the period


def _vander(call, y, dx):
    """d x^n = n x^(n - 1) dx, and x^(n - 1) stands in the column before."""
    powers = y if call.increasing else y[:, ::-1]
    before = np.concatenate([np.zeros_like(powers[:, :1]), powers[:, :-1]], axis=-1)
    slopes = np.arange(y.shape[-1]) * before
    return (slopes if call.increasing else slopes[:, ::-1]) * dx[..., None]


pushforward(np.vander, "x", lambda call, y, dx: _vander(call, y, dx) if y.shape[-1] else None)


def _finite_only(call, y, dx):
    """A replaced number is a constant; real and imaginary part are replaced by themselves."""
    x = calls.stripped(call.x)
    if dense.dtype_of(x).kind != "c":
        return np.where(np.isfinite(x), dx, 0.0)
    parts = np.where(np.isfinite(np.real(x)), np.real(dx), 0.0), np.where(np.isfinite(np.imag(x)), np.imag(dx), 0.0)
    return parts[0] + 1j * parts[1]


_FINITE_ONLY = Pushforward("x", _finite_only, "movement")


def nan_to_num(x, copy=True, **options):
    """`numpy.nan_to_num`, in place where ``copy`` is false."""
    x = packed(x)
    result = _FINITE_ONLY.apply(np.nan_to_num, (x,), options)
    if copy or np.ndim(x) == 0:
        return result
    x[...] = result
    return x


def _nan_to_num(x, copy=True, nan=0.0, posinf=None, neginf=None):
    return nan_to_num(x, copy, nan=nan, posinf=posinf, neginf=neginf)


composed(np.nan_to_num, _nan_to_num)


composed(np.astype, lambda x, dtype, /, *, copy=True, device=None: x.astype(dtype, copy=copy))
