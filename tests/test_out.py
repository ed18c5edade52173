"""``out=``: into a Dual the result and its derivative, into a plain array an error with the remedy."""

import numpy as np
import pytest

from dualad import Dual, LostDerivativeError
from tests.cases.case import matrix

X, V = matrix(3, 5), matrix(5)
FOLD, SAME = (5,), (3, 5)
CALLS = {
    "add": (lambda x, **o: np.add(x, 2.0, **o), SAME),
    "add.accumulate": (lambda x, **o: np.add.accumulate(x, **o), SAME),
    "add.reduce": (lambda x, **o: np.add.reduce(x, **o), FOLD),
    "add.reduceat": (lambda x, **o: np.add.reduceat(x, [0, 2], axis=1, **o), (3, 2)),
    "amax": (lambda x, **o: np.amax(x, axis=0, **o), FOLD),
    "amin": (lambda x, **o: np.amin(x, axis=0, **o), FOLD),
    "choose": (lambda x, **o: np.choose([0, 1, 2, 0, 1], x, **o), FOLD),
    "clip": (lambda x, **o: np.clip(x, 0.513, 1.217, **o), SAME),
    "compress": (lambda x, **o: np.compress([True, False, True], x, axis=0, **o), (2, 5)),
    "concatenate": (lambda x, **o: np.concatenate([x, x], axis=1, **o), (3, 10)),
    "cumprod": (lambda x, **o: np.cumprod(x, axis=1, **o), SAME),
    "cumsum": (lambda x, **o: np.cumsum(x, axis=1, **o), SAME),
    "dot": (lambda x, **o: np.dot(x, x.T, **o), (3, 3)),
    "einsum": (lambda x, **o: np.einsum("ij,kj->ik", x, x, **o), (3, 3)),
    "fft": (lambda x, **o: np.fft.fft(x + 0j, **o), (3, 5, "complex")),
    "matmul": (lambda x, **o: np.matmul(x, x.T, **o), (3, 3)),
    "max": (lambda x, **o: np.max(x, axis=0, **o), FOLD),
    "maximum.accumulate": (lambda x, **o: np.maximum.accumulate(x, axis=1, **o), SAME),
    "mean": (lambda x, **o: np.mean(x, axis=0, **o), FOLD),
    "median": (lambda x, **o: np.median(x, axis=0, **o), FOLD),
    "min": (lambda x, **o: np.min(x, axis=0, **o), FOLD),
    "multi_dot": (lambda x, **o: np.linalg.multi_dot([x, x.T, x], **o), SAME),
    "multiply.outer": (lambda x, **o: np.multiply.outer(x[:, 0], x[0], **o), SAME),
    "nancumprod": (lambda x, **o: np.nancumprod(x, axis=1, **o), SAME),
    "nancumsum": (lambda x, **o: np.nancumsum(x, axis=1, **o), SAME),
    "nanmax": (lambda x, **o: np.nanmax(x, axis=0, **o), FOLD),
    "nanmean": (lambda x, **o: np.nanmean(x, axis=0, **o), FOLD),
    "nanmedian": (lambda x, **o: np.nanmedian(x, axis=0, **o), FOLD),
    "nanmin": (lambda x, **o: np.nanmin(x, axis=0, **o), FOLD),
    "nanpercentile": (lambda x, **o: np.nanpercentile(x, 30, axis=0, **o), FOLD),
    "nanprod": (lambda x, **o: np.nanprod(x, axis=0, **o), FOLD),
    "nanquantile": (lambda x, **o: np.nanquantile(x, 0.3, axis=0, **o), FOLD),
    "nanstd": (lambda x, **o: np.nanstd(x, axis=0, **o), FOLD),
    "nansum": (lambda x, **o: np.nansum(x, axis=0, **o), FOLD),
    "nanvar": (lambda x, **o: np.nanvar(x, axis=0, **o), FOLD),
    "outer": (lambda x, **o: np.outer(x[:, 0], x[0], **o), SAME),
    "percentile": (lambda x, **o: np.percentile(x, 30, axis=0, **o), FOLD),
    "prod": (lambda x, **o: np.prod(x, axis=0, **o), FOLD),
    "ptp": (lambda x, **o: np.ptp(x, axis=0, **o), FOLD),
    "quantile": (lambda x, **o: np.quantile(x, 0.3, axis=0, **o), FOLD),
    "stack": (lambda x, **o: np.stack([x[0], x[1]], **o), (2, 5)),
    "std": (lambda x, **o: np.std(x, axis=0, **o), FOLD),
    "sum": (lambda x, **o: np.sum(x, axis=0, **o), FOLD),
    "take": (lambda x, **o: np.take(x, [0, 7], axis=1, mode="wrap", **o), (3, 2)),
    "trace": (lambda x, **o: np.trace(x, offset=1, **o), ()),
    "var": (lambda x, **o: np.var(x, axis=0, **o), FOLD),
    "x.sum": (lambda x, **o: x.sum(axis=0, **o), FOLD),
    "x.take": (lambda x, **o: x.take([0, 2], axis=1, **o), (3, 2)),
    "x.clip": (lambda x, **o: x.clip(0.513, None, **o), SAME),
    "x.round": (lambda x, **o: x.round(1, **o), SAME),
}
if hasattr(np, "cumulative_sum"):
    CALLS["cumulative_sum"] = (lambda x, **o: np.cumulative_sum(x, axis=1, **o), SAME)
    CALLS["cumulative_prod"] = (lambda x, **o: np.cumulative_prod(x, axis=1, **o), SAME)
PLAIN = {"x.round"}  # the derivative is zero

every_call = pytest.mark.parametrize("name", CALLS)


def dual(directions=(7,)):
    return Dual(X, np.random.default_rng(0).normal(size=(*directions, *X.shape)))


def buffer(name, x, fill=9.0):
    """An output with a value and a derivative of its own, which both must go."""
    shape = CALLS[name][1]
    dtype = complex if "complex" in shape else float
    made = np.full([n for n in shape if n != "complex"], fill, dtype=dtype, like=x)
    made.tangent[...] = 3.0
    return made


@every_call
@pytest.mark.parametrize("directions", [(), (7,)])
def test_out_receives_value_and_derivative(name, directions):
    call, x = CALLS[name][0], dual(directions)
    out, expected = buffer(name, x), call(x)
    assert call(x, out=out) is out
    if name in PLAIN:
        np.testing.assert_array_equal(out.primal, expected)
        np.testing.assert_array_equal(out.tangent, 0.0)
        return
    np.testing.assert_array_equal(out.primal, expected.primal)
    np.testing.assert_allclose(out.tangent, expected.tangent, rtol=1e-14)


@pytest.mark.parametrize("name", [name for name in CALLS if not name.startswith("x.")])
def test_a_result_without_derivative_clears_that_of_out(name):
    call, x = CALLS[name][0], dual()
    out = buffer(name, x)
    call(X, out=out)
    np.testing.assert_array_equal(out.primal, call(X))
    np.testing.assert_array_equal(out.tangent, 0.0)


@every_call
def test_a_plain_out_is_refused_with_the_remedy(name):
    call, x = CALLS[name][0], dual()
    out = buffer(name, x).primal
    if name in PLAIN:
        np.testing.assert_array_equal(call(x, out=out), call(X))
        return
    with pytest.raises(LostDerivativeError, match=r"np\.zeros_like"):
        call(x, out=out)
    np.testing.assert_array_equal(out, 9.0)


@every_call
def test_a_wrong_shape_of_out_is_an_error(name):
    call, x = CALLS[name][0], dual()
    with pytest.raises((ValueError, TypeError)):
        call(X, out=np.zeros((2, 2, 11), buffer(name, x).dtype))
    with pytest.raises((ValueError, TypeError)):
        call(x, out=np.zeros((2, 2, 11), buffer(name, x).dtype, like=x))


@pytest.mark.parametrize("dtype", [np.float32, np.longdouble])
@pytest.mark.parametrize("name", ["sum", "mean", "cumsum", "prod", "concatenate", "add"])
def test_the_dtype_of_out_decides(name, dtype):
    call = CALLS[name][0]
    shape = CALLS[name][1]
    x = dual()
    options = {"casting": "same_kind"} if name == "concatenate" else {}
    expected = call(X, out=np.empty(shape, dtype), **options)
    out = call(x, out=np.zeros(shape, dtype, like=x), **options)
    assert out.dtype == out.tangent.dtype == dtype
    np.testing.assert_array_equal(out.primal, expected)


def test_an_output_of_integers_takes_what_does_not_move():
    x = dual()
    numbers = np.zeros(5, np.intp)
    assert np.argmax(x, axis=0, out=numbers) is numbers
    np.testing.assert_array_equal(numbers, np.argmax(X, axis=0))
    flags = np.zeros(5, bool)
    assert np.all(x > 0.5, axis=0, out=flags) is flags
    with pytest.raises(TypeError):
        np.add(x[0], 0.5, out=numbers)
    with pytest.raises(TypeError):
        np.concatenate([x[0]], out=numbers)
