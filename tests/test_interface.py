"""The methods and attributes of a Dual are those of numpy.ndarray."""

import inspect
import operator
import pickle

import numpy as np
import pytest

from dualad import Dual, NoRuleError, linearize
from dualad.absent import NOT_AVAILABLE
from tests.cases.case import complexes, matrix

PUBLIC = [name for name in dir(np.ndarray) if not name.startswith("_")]
# Python's own words for what a Dual cannot do, or words between NumPy and its subclasses
WITHOUT = {
    *("__and__", "__or__", "__xor__", "__lshift__", "__rshift__", "__invert__"),
    *("__rand__", "__ror__", "__rxor__", "__rlshift__", "__rrshift__"),
    *("__iand__", "__ior__", "__ixor__", "__ilshift__", "__irshift__", "__delitem__", "__class_getitem__"),
    *("__array_finalize__", "__array_wrap__", "__array_prepare__", "__array_priority__", "__setstate__"),
    *("__array_interface__", "__array_struct__", "__buffer__", "__dlpack__", "__dlpack_device__", "tostring"),
}


def pair(value, seed=0):
    rng = np.random.default_rng(seed)
    tangent = rng.normal(size=(11, *value.shape))
    return Dual(value, tangent + 1j * rng.normal(size=tangent.shape) if np.iscomplexobj(value) else tangent)


@pytest.mark.parametrize("name", [name for name in dir(np.ndarray) if hasattr(matrix(2, 3), name)])
def test_a_dual_has_the_attribute_or_names_the_remedy(name):
    x = pair(matrix(3, 5))
    if name in NOT_AVAILABLE:
        with pytest.raises(AttributeError, match=r"Use .*\.$"):
            getattr(x, name)
    elif name in WITHOUT or (name.startswith("_") and not name.endswith("__")):
        assert not hasattr(x, name)
    else:
        assert hasattr(x, name)


@pytest.mark.parametrize(
    "name", ["view", "tobytes", "tofile", "byteswap", "resize", "dump", "dumps", "getfield", "setfield"]
)
def test_a_method_about_bytes_is_refused_with_the_remedy(name):
    with pytest.raises(NoRuleError, match=f"Dual.{name} is not available.* (Use|Write) "):
        getattr(pair(matrix(3)), name)(float)


def parameters(method):
    found = list(inspect.signature(method).parameters.values())[1:]
    return [p for p in found if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]


@pytest.mark.parametrize("name", [name for name in PUBLIC if callable(getattr(np.ndarray, name))])
def test_a_method_has_numpys_signature(name):
    try:
        expected = parameters(getattr(np.ndarray, name))
    except ValueError:
        pytest.skip("this NumPy does not tell the signatures of its methods")
    found = {p.name: p for p in parameters(getattr(Dual, name))}
    signature = inspect.signature(getattr(Dual, name)).parameters.values()
    has_options = any(p.kind is p.VAR_KEYWORD for p in signature)
    for position, parameter in enumerate(expected):
        if parameter.kind is parameter.POSITIONAL_ONLY:
            continue
        if parameter.name not in found:
            assert has_options
            continue
        own = found[parameter.name]
        if parameter.kind is not parameter.KEYWORD_ONLY and own.kind is not own.KEYWORD_ONLY:
            assert list(found).index(parameter.name) == position
        if own.default is not np._NoValue and parameter.default is not parameter.empty:
            assert own.default == parameter.default


X, Z = matrix(3, 5), complexes(3, 5)
CALLS = {
    "all": lambda x: x.all(axis=1, keepdims=True),
    "any": lambda x: x.any(0),
    "argmax": lambda x: x.argmax(axis=-1, keepdims=True),
    "argmin": lambda x: x.argmin(1),
    "argpartition": lambda x: x.argpartition(2, axis=0),
    "argsort": lambda x: x.argsort(0, "stable"),
    "astype": lambda x: x.astype(np.float32, copy=False),
    "astype with an order": lambda x: x.astype(complex, "F", casting="safe"),
    "clip": lambda x: x.clip(0.513, 1.217),
    "clip by name": lambda x: x.clip(max=1.217),
    "compress": lambda x: x.compress([True, False, True], axis=0),
    "conj": lambda x: x.conj(),
    "conjugate": lambda x: x.conjugate(),
    "copy": lambda x: x.copy("F"),
    "cumprod": lambda x: x.cumprod(axis=1),
    "cumsum": lambda x: x.cumsum(0, dtype=np.longdouble),
    "diagonal": lambda x: x.diagonal(1, axis1=1, axis2=0),
    "dot": lambda x: x.dot(x.T),
    "fill": lambda x: x.copy().fill(x[0, 0]),
    "flat": lambda x: x.flat[3:7],
    "flatten": lambda x: x.flatten("F"),
    "imag": lambda x: x.imag,
    "item": lambda x: x.item(2, 1) + x.item(3) + x.item((0, -1)),
    "max": lambda x: x.max(axis=1, initial=0.4),
    "mean": lambda x: x.mean(1, where=[True, False, True, True, True]),
    "min": lambda x: x.min(0, keepdims=True),
    "mT": lambda x: x.mT,
    "nonzero": lambda x: x.nonzero(),
    "prod": lambda x: x.prod((0, 1), keepdims=True),
    "ravel": lambda x: x.ravel("F"),
    "real": lambda x: x.real,
    "repeat": lambda x: x.repeat([1, 0, 2], axis=0),
    "reshape": lambda x: x.reshape(5, -1, order="F"),
    "reshape by a tuple": lambda x: x.reshape((5, 3)),
    "round": lambda x: x.round(1),
    "searchsorted": lambda x: x[0].searchsorted(0.9, side="right", sorter=np.argsort(x[0])),
    "squeeze": lambda x: x[:, None].squeeze(axis=1),
    "std": lambda x: x.std(1, ddof=1),
    "sum": lambda x: x.sum(axis=(0, 1), initial=3.0),
    "swapaxes": lambda x: x.swapaxes(0, -1),
    "T": lambda x: x.T,
    "take": lambda x: x.take([0, 7], axis=1, mode="wrap"),
    "tolist": lambda x: np.array(x.tolist()),
    "trace": lambda x: x.trace(offset=1),
    "transpose": lambda x: x.transpose(1, 0),
    "var": lambda x: x.var(axis=0, ddof=1),
    "shape": lambda x: np.array([*x.shape, x.ndim, x.size, x.itemsize, x.nbytes, *x.strides]),
    "to_device": lambda x: x.__array_namespace__().sin(x.to_device(x.device)) if hasattr(np.ndarray, "device") else x,
}


REAL = ("clip", "clip by name", "astype", "cumsum")  # with bounds or a dtype that are real
ON = [(name, X) for name in CALLS] + [(name, Z) for name in CALLS if name not in REAL]


@pytest.mark.parametrize(("name", "value"), ON, ids=lambda x: x if isinstance(x, str) else str(x.dtype))
def test_a_method_does_to_value_and_tangent_what_numpys_does(name, value):
    call = CALLS[name]
    x = pair(value)
    y, expected = call(x), call(value.copy())
    if isinstance(y, np.ndarray) and y.dtype == object:
        y = np.stack([np.stack(list(line)) for line in y])
    if not isinstance(y, Dual):
        np.testing.assert_equal(y, expected)
        return
    assert y.dtype == np.asarray(expected).dtype
    np.testing.assert_array_equal(y.primal, expected)
    h = 1e-6
    for k in range(11):
        slope = (call(value + h * x.tangent[k]) - call(value - h * x.tangent[k])) / (2 * h)
        np.testing.assert_allclose(y.tangent[k], slope, rtol=1e-5, atol=1e-5 if name != "astype" else 1)


@pytest.mark.parametrize("name", ["sort", "partition", "put", "fill", "flat", "real", "imag"])
def test_a_method_that_writes_does_to_the_tangent_what_it_does_to_the_value(name):
    def change(x):
        x = x + 0j if name in ("real", "imag") else x.copy()
        source = x[0, 0]
        match name:
            case "sort":
                x.sort(0, kind="stable")
            case "partition":
                x.partition((1, 3))
            case "put":
                x.put([1, 17], [source, 3.0], mode="wrap")
            case "fill":
                x.fill(source)
            case "flat":
                x.flat = x[1]
            case "real":
                x.real = x.T.reshape(3, 5).real
            case "imag":
                x.imag = 2 * x.real
        return x

    x = pair(X)
    y, h = change(x), 1e-7
    np.testing.assert_array_equal(y.primal, change(X))
    for k in range(11):
        slope = (change(X + h * x.tangent[k]) - change(X - h * x.tangent[k])) / (2 * h)
        np.testing.assert_allclose(y.tangent[k], slope, atol=1e-6)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: x.sort(axis=None),
        lambda x: x.partition(1, axis=None),
        lambda x: x.sort(axis=2),
        lambda x: x.reshape(4),
        lambda x: x.reshape(3, 5, order="Z"),
        lambda x: x.transpose(0),
        lambda x: x.sum(axis=7),
        lambda x: x.sum(axiss=1),
        lambda x: x.item(),
        lambda x: x.item(99),
        lambda x: x.squeeze(0),
        lambda x: x.astype(np.float32, casting="safe"),
        lambda x: np.add.accumulate(x[0, 0]),
        lambda x: np.add.reduceat(x[0, 0], [0]),
        lambda x: x[0, 0][0],
        lambda x: x[3, 0],
        lambda x: len(x[0, 0]),
        lambda x: iter(x[0, 0]),
        lambda x: operator.index(x),
        lambda x: bool(x),
    ],
)
def test_a_wrong_call_raises_what_numpy_raises(call):
    with pytest.raises(Exception) as expected:
        call(X.copy())
    with pytest.raises(expected.type):
        call(pair(X))


@pytest.mark.parametrize("number", [0.7, np.float64(0.7), np.float32(0.7), np.array(0.7), 0.7 + 1j])
@pytest.mark.parametrize("index", [(), ..., None, (None, ...)])
@pytest.mark.parametrize("directions", [(), (7,)])
def test_a_number_is_indexed_as_numpys(number, index, directions):
    x = Dual(number, np.full(directions, 3.0, np.asarray(number).dtype)[()])
    y, expected = x[index], np.asarray(number)[index]
    np.testing.assert_array_equal(y.primal, expected)
    assert isinstance(y.primal, np.ndarray) == isinstance(expected, np.ndarray)
    assert y.tangent.shape == directions + expected.shape
    assert np.all(y.tangent == 3.0)


@pytest.mark.parametrize("part", ["real", "imag"])
def test_a_part_of_complex_numbers_is_a_view(part):
    z = pair(Z)
    getattr(z, part)[1:, ::2] = 0.0
    assert not np.any(getattr(z.primal, part)[1:, ::2])
    assert not np.any(getattr(z.tangent, part)[:, 1:, ::2])
    assert np.all(getattr(z.tangent, part)[:, 0])


def test_a_part_of_recorded_complex_numbers_is_read_only():
    def f(z):
        z = 2 * z
        z.real = 1.0
        return z

    with pytest.raises(ValueError, match="read-only"):
        linearize(f, Z)


def test_a_pickled_dual_comes_back():
    x = pair(X)
    y = pickle.loads(pickle.dumps(x))
    np.testing.assert_array_equal(y.primal, x.primal)
    np.testing.assert_array_equal(y.tangent, x.tangent)
