"""Options of NumPy's functions in every combination, by keyword and by position, in one direction and in three."""

import itertools

import numpy as np
import pytest

from dualad import Dual, is_dual
from dualad.rules.calls import signature
from tests.cases.case import complexes, matrix
from tests.numerical import along, results

T, Z = matrix(2, 5, 3), complexes(2, 5, 3)
HOLED = np.where(matrix(2, 5, 3, seed=4) > 1.2, np.nan, T)
MASK = np.arange(30).reshape(2, 5, 3) % 4 > 0
NOTHING = object()  # the option is not given
AXES = [NOTHING, None, 0, -1, 1, (0, 2), (-1, 0), ()]
ONE_AXIS = [NOTHING, None, 0, -2, 2]
KEEP = [NOTHING, True, False]
WIDER = [NOTHING, None, complex, np.longdouble]
WHERE = [NOTHING, MASK, MASK[0, :, :1]]
START = [NOTHING, 0.7]
SPREAD = {"axis": AXES[:-1], "dtype": [NOTHING, np.longdouble], "ddof": [NOTHING, 1], "keepdims": KEEP, "where": WHERE}
QUANTILE = {"axis": AXES[:-1], "overwrite_input": [NOTHING, False], "method": [NOTHING, "weibull"], "keepdims": KEEP}

OPTIONS = {
    np.sum: {"axis": AXES, "dtype": WIDER, "keepdims": KEEP, "initial": START, "where": WHERE},
    np.prod: {"axis": AXES, "dtype": WIDER, "keepdims": KEEP, "initial": START, "where": WHERE},
    np.mean: {"axis": AXES, "dtype": WIDER, "keepdims": KEEP, "where": WHERE},
    np.var: SPREAD,
    np.std: SPREAD,
    np.nansum: {"axis": AXES, "dtype": WIDER, "keepdims": KEEP, "initial": START, "where": WHERE},
    np.nanprod: {"axis": AXES, "dtype": WIDER, "keepdims": KEEP, "initial": START, "where": WHERE},
    np.nanmean: {"axis": AXES, "dtype": WIDER, "keepdims": KEEP, "where": WHERE},
    np.nanvar: SPREAD,
    np.nanstd: SPREAD,
    np.cumsum: {"axis": ONE_AXIS, "dtype": WIDER},
    np.cumprod: {"axis": ONE_AXIS, "dtype": WIDER},
    np.nancumsum: {"axis": ONE_AXIS, "dtype": WIDER},
    np.nancumprod: {"axis": ONE_AXIS, "dtype": WIDER},
    np.max: {"axis": AXES[:-1], "keepdims": KEEP, "initial": [NOTHING, 0.325], "where": [NOTHING]},
    np.min: {"axis": AXES[:-1], "keepdims": KEEP, "initial": [1.675], "where": WHERE},
    np.amax: {"axis": AXES[:-1], "keepdims": KEEP, "initial": [0.325], "where": WHERE},
    np.amin: {"axis": AXES[:-1], "keepdims": KEEP, "initial": [NOTHING, 1.675], "where": [NOTHING]},
    np.nanmax: {"axis": AXES[:-1], "keepdims": KEEP, "initial": [0.325], "where": WHERE},
    np.nanmin: {"axis": AXES[:-1], "keepdims": KEEP, "initial": [1.675], "where": WHERE},
    np.ptp: {"axis": AXES[:-1], "keepdims": KEEP},
    np.median: {"axis": AXES[:-1], "overwrite_input": [NOTHING, False], "keepdims": KEEP},
    np.nanmedian: {"axis": AXES[:-1], "overwrite_input": [NOTHING, False], "keepdims": KEEP},
    np.quantile: {"q": [0.37, (0.2, 0.9)], **QUANTILE},
    np.percentile: {"q": [37, (20, 90)], **QUANTILE},
    np.nanquantile: {"q": [0.37, (0.2, 0.9)], **QUANTILE},
    np.nanpercentile: {"q": [37, (20, 90)], **QUANTILE},
    np.sort: {"axis": ONE_AXIS, "kind": [NOTHING, None, "stable"], "order": [NOTHING, None]},
    np.partition: {"kth": [1, (0, 1)], "axis": ONE_AXIS, "kind": [NOTHING, "introselect"]},
    np.average: {"axis": AXES[:-1], "weights": [NOTHING, None, T + 0.1], "returned": [NOTHING, True], "keepdims": KEEP},
    np.trapezoid: {"x": [NOTHING, T + np.arange(3)], "dx": [NOTHING, 0.3], "axis": [NOTHING, 0, 1, -1]},
    np.diff: {"n": [NOTHING, 0, 1], "axis": [NOTHING, 0, -2], "prepend": [NOTHING, 0.3], "append": [NOTHING, 0.2]},
    np.gradient: {"axis": [NOTHING, None, 1, (1, 2)], "edge_order": [NOTHING, 1, 2]},
    np.unwrap: {"discont": [NOTHING, 3.5], "axis": [NOTHING, 0, 1], "period": [NOTHING, 6.5]},
    np.trace: {"offset": [NOTHING, 1, -1], "axis1": [NOTHING, 2], "axis2": [NOTHING, -2], "dtype": WIDER},
    np.diagonal: {"offset": [NOTHING, 1, -1], "axis1": [NOTHING, 2], "axis2": [NOTHING, -2]},
    np.take: {"indices": [1, [0, 5]], "axis": ONE_AXIS, "mode": ["wrap", "clip"]},
    np.repeat: {"repeats": [2], "axis": ONE_AXIS},
    np.roll: {"shift": [1, -7], "axis": [NOTHING, None, 1, (0, -1)]},
    np.flip: {"axis": AXES},
    np.rot90: {"k": [NOTHING, 1, 2, -1], "axes": [NOTHING, (1, 2), (-1, 0)]},
    np.delete: {"obj": [1, [0], slice(0, 1)], "axis": ONE_AXIS},
    np.insert: {"obj": [1, [0, 1]], "values": [0.5], "axis": ONE_AXIS},
    np.append: {"values": [T[:, :, :]], "axis": ONE_AXIS},
    np.squeeze: {"axis": [NOTHING, None, ()]},
    np.expand_dims: {"axis": [0, -1, (0, 2)]},
    np.reshape: {signature(np.reshape)[0][1]: [(5, 6), -1, (3, -1)], "order": [NOTHING, "C", "F", "A"]},
    np.ravel: {"order": [NOTHING, "C", "F", "A", "K"]},
    np.transpose: {"axes": [NOTHING, None, (2, 0, 1), (-1, 0, 1)]},
    np.copy: {"order": [NOTHING, "C", "F", "A", "K"], "subok": [NOTHING, True]},
    np.tril: {"k": [NOTHING, 1, -1]},
    np.triu: {"k": [NOTHING, 1, -1]},
    np.array_split: {"indices_or_sections": [2, [1]], "axis": [NOTHING, 1, -1]},
    np.nan_to_num: {"copy": [NOTHING, True], "nan": [NOTHING, 0.5], "posinf": [NOTHING, 9.0], "neginf": [NOTHING]},
    np.linalg.norm: {"ord": [NOTHING, None], "axis": [NOTHING, None, 1, (0, 2), (-1, 0)], "keepdims": KEEP},
    np.linalg.vector_norm: {"axis": AXES[:-1], "keepdims": KEEP, "ord": [NOTHING, 1, 3]},
    np.fft.fft: {"n": [NOTHING, None, 2, 7], "axis": [NOTHING, 0, 1], "norm": [NOTHING, None, "ortho", "forward"]},
    np.fft.ifft: {"n": [NOTHING, None, 2, 7], "axis": [NOTHING, 0, 1], "norm": [NOTHING, "backward", "ortho"]},
    np.fft.rfft: {"n": [NOTHING, None, 2, 7], "axis": [NOTHING, 0, 1], "norm": [NOTHING, None, "ortho", "forward"]},
    np.fft.irfft: {"n": [NOTHING, None, 2, 7], "axis": [NOTHING, 0, 1], "norm": [NOTHING, None, "ortho", "forward"]},
    np.fft.hfft: {"n": [NOTHING, None, 2, 7], "axis": [NOTHING, 0, 1], "norm": [NOTHING, None, "ortho", "forward"]},
    np.fft.ihfft: {"n": [NOTHING, None, 2, 7], "axis": [NOTHING, 0, 1], "norm": [NOTHING, None, "ortho", "forward"]},
    **{
        function: {"s": [NOTHING, (2, 7)], "axes": [(1, 0), (-1, 1)], "norm": [NOTHING, None, "ortho", "forward"]}
        for function in (np.fft.fft2, np.fft.ifft2, np.fft.rfft2, np.fft.irfft2,
                         np.fft.fftn, np.fft.ifftn, np.fft.rfftn, np.fft.irfftn)
    },
    np.fft.fftshift: {"axes": [NOTHING, None, 1, (0, 2)]},
    np.fft.ifftshift: {"axes": [NOTHING, None, 1, (0, 2)]},
}  # fmt: skip
WITH_HOLES = {name for name in np.__dict__ if name.startswith("nan")}
COMPLEX_TOO = {np.sum, np.prod, np.mean, np.var, np.std, np.nanvar, np.nanstd, np.nanmean, np.cumsum, np.cumprod, np.nansum, np.nanprod, np.fft.fft,
               np.trapezoid, np.gradient, np.diff, np.trace, np.take, np.linalg.norm, np.linalg.vector_norm}  # fmt: skip
# Where the result lies right before a reversed array, NumPy 2.0 takes a loop that rounds complex products otherwise, and
# the tangents of these functions are products with reversed arrays.
ROUNDED_BY_ADDRESS = {np.prod, np.nanprod} if np.lib.NumpyVersion(np.__version__) < "2.1.0" else set()
if hasattr(np, "cumulative_sum"):
    for function in (np.cumulative_sum, np.cumulative_prod):
        OPTIONS[function] = {"axis": [0, -1], "dtype": WIDER, "include_initial": [NOTHING, True, False]}


def combinations(options):
    """Every combination of at most three options that are not left away."""
    needed = sum(all(value is not NOTHING for value in choice) for choice in options.values())
    for values in itertools.product(*options.values()):
        given = {name: value for name, value in zip(options, values, strict=True) if value is not NOTHING}
        if len(given) <= 3 + needed:
            yield given


def positional(function, given):
    """The arguments behind the first, by position as far as defaults can be written; the rest by keyword."""
    names, defaults, _ = signature(function)
    args, rest = [], dict(given)
    for name in names[1:]:
        if not rest:
            break
        if name in rest:
            args.append(rest.pop(name))
        elif name in defaults and defaults[name] is not np._NoValue:
            args.append(defaults[name])
        else:
            break
    return args, rest


def points(function):
    yield np.abs(T) if function.__name__ not in WITH_HOLES else HOLED
    if function in COMPLEX_TOO:
        yield Z


def told(function, given):
    return f"{function.__name__}({', '.join(f'{k}={v!r}' for k, v in given.items())})"


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("function", OPTIONS, ids=lambda f: f.__module__.removeprefix("numpy") + "." + f.__name__)
def test_every_combination_of_options(function):
    count = 0
    for x in points(function):
        for given in combinations(OPTIONS[function]):
            try:
                expected = function(x.copy(), **given)
            except (TypeError, ValueError, IndexError, np.exceptions.AxisError) as error:
                with pytest.raises(type(error)):
                    function(Dual(x, x), **given)
                continue
            check(function, given, x, expected)
            count += 1
    assert count


def check(function, given, x, expected):
    told_as = told(function, given)
    v = matrix(3, *x.shape, seed=6) * (1 + (0.3j if x.dtype.kind == "c" else 0))
    f = lambda x: function(x, **given)
    one, three = f(Dual(x.copy(), v[0])), f(Dual(x.copy(), v))
    args, rest = positional(function, given)
    again = function(Dual(x.copy(), v[0]), *args, **rest)
    slopes = along(lambda x: f(x.copy()), [x], [v[0]])
    for y, dual, together, other, slope in zip(*map(results, (expected, one, three, again)), slopes, strict=True):
        if not is_dual(dual):
            np.testing.assert_array_equal(dual, y, told_as)
            np.testing.assert_allclose(np.nan_to_num(slope), 0, atol=1e-6, err_msg=told_as)
            continue
        assert np.asarray(dual.primal).dtype == np.asarray(dual.tangent).dtype == np.asarray(y).dtype, told_as
        np.testing.assert_array_equal(dual.primal, y, told_as)
        np.testing.assert_array_equal(other.primal, y, told_as)
        rtol = 1e-15 if function in ROUNDED_BY_ADDRESS and y.dtype.kind == "c" else 0
        np.testing.assert_allclose(other.tangent, dual.tangent, rtol=rtol, atol=0, err_msg=told_as)
        scale = 1 + np.max(np.abs(np.nan_to_num(slope)), initial=0)
        np.testing.assert_allclose(dual.tangent / scale, slope / scale, rtol=1e-6, atol=1e-7, err_msg=told_as)
        assert together.tangent.shape == (3, *np.shape(y)), told_as
        np.testing.assert_allclose(together.tangent[0], dual.tangent, rtol=1e-12, atol=1e-13, err_msg=told_as)
        np.testing.assert_array_equal(np.shape(dual.tangent), np.shape(y), told_as)
