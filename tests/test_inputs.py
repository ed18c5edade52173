"""Every kind of array that NumPy takes: dtypes, layouts, byte orders, empty and 0-d arrays, subclasses."""

import numpy as np
import pytest

from dualad import (
    DtypeError,
    Dual,
    gradient,
    hessian,
    hvp,
    is_dual,
    jacobian,
    jvp,
    second_directional_derivative,
    taylor,
)
from dualad.levels import make, new_level
from dualad.tangents import dense
from tests.numerical import directions_like, results
from tests.test_rules import cases, every_case


def strided(x):
    return np.repeat(x[..., None], 2, -1)[..., 0]


def backwards(x):
    margin = np.zeros(1, x.dtype)  # NumPy 2.0 rounds otherwise if the result lies right before a reversed array
    return np.flip(np.concatenate([margin, np.flip(x).ravel()])[1:].reshape(x.shape))


def fortran(x):
    return np.asfortranarray(x) if x.ndim else x.copy()


def read_only(x):
    x = x.copy()
    x.flags.writeable = False
    return x


def byte_swapped(x):
    return x.astype(x.dtype.newbyteorder())


def half(x):
    return x.astype(np.float16)


LAYOUTS = [strided, backwards, fortran, read_only, byte_swapped]
REFUSALS = (TypeError, ValueError, FloatingPointError)


def number_or_array(x):
    return x if x.shape else x[()]


def duals(case, kind):
    """Duals of the points of a kind."""
    points = [kind(p) for p in case.points]
    tangents = [v.astype(p.dtype) for v, p in zip(directions_like(points, 7), points, strict=True)]
    level = new_level()
    return [
        make(Dual, number_or_array(p), dense.laid_out_as(number_or_array(v), p), level)
        for p, v in zip(points, tangents, strict=True)
    ]


def run(case, kind):
    """NumPy's results for points of a kind, and ours with the tangents; None where NumPy refuses that kind."""
    try:
        expected = results(case.function(*[number_or_array(kind(p)) for p in case.points]))
    except REFUSALS:
        return None
    return expected, results(case.function(*duals(case, kind)))


def split(y):
    return (y.primal, y.tangent) if is_dual(y) else (y, np.zeros(np.shape(y)))


@every_case
def test_layout_does_not_matter(case):
    _, plain = run(case, np.copy)
    for layout in LAYOUTS:
        for expected, y, straight in zip(*(run(case, layout) or ([], [])), plain, strict=False):
            if getattr(y, "dtype", None) == object:
                continue
            (value, tangent), (straight_value, reference) = split(y), split(straight)
            assert np.asarray(value).dtype == np.asarray(expected).dtype
            np.testing.assert_array_equal(value, expected)
            if not np.array_equal(value, straight_value):
                continue  # order="A" and order="K" mean the layout
            scale = max(1.0, float(np.max(np.abs(reference), initial=0.0)))
            np.testing.assert_allclose(tangent, reference, rtol=1e-9, atol=1e-11 * scale)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@cases(lambda case: case.narrow and not any(p.dtype.kind == "c" for p in case.points))
def test_float16_stays(case):
    found = run(case, half)
    if found is None:  # NumPy itself has no loop
        with pytest.raises(REFUSALS):
            case.function(*duals(case, half))
        return
    for expected, y in zip(*found, strict=True):
        if getattr(y, "dtype", None) == object:
            continue
        value, tangent = split(y)
        assert np.asarray(value).dtype == np.asarray(expected).dtype
        np.testing.assert_array_equal(value, expected)
        if is_dual(y):
            assert np.asarray(tangent).dtype == np.asarray(expected).dtype


REALS = [np.float16, np.float32, np.float64, np.longdouble, ">f4", ">f8"]
OTHERS = [*REALS, np.int8, np.int64, np.uint8, np.bool_, np.complex64, np.complex128]


PAIRS = [(f, x, y) for f in (np.multiply, np.add, np.maximum, np.divide, np.power) for x in REALS for y in OTHERS]
PAIRS += [(np.hypot, x, y) for x in REALS for y in OTHERS if np.dtype(y).kind != "c"]


@pytest.mark.parametrize(("f", "first", "second"), PAIRS, ids=str)
def test_mixed_dtypes_promote_as_numpys(f, first, second):
    x, y = np.array([1, 1], first), np.array([1, 1], second)
    expected = f(x, y)
    for found in (f(Dual(x, x), y), f(y, Dual(x, x))):
        assert found.dtype == found.tangent.dtype == expected.dtype
        np.testing.assert_array_equal(found.primal, expected)
    for scalar in (2, 2.0, np.float32(2), np.float64(2), np.int8(2)):
        assert f(Dual(x, x), scalar).tangent.dtype == f(x, scalar).dtype


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_operators_keep_the_dtype(dtype):
    x = np.array([0.5, 1.5], dtype)
    y, dy = jvp(np.exp, (x,), (x,))
    assert y.dtype == dy.dtype == jacobian(np.sin)(x).dtype == dtype
    assert jacobian(lambda x: np.sum(x * x))(x).dtype == dtype


@pytest.mark.parametrize("layout", LAYOUTS)
def test_operators_take_every_layout(layout):
    x = layout(np.arange(1.0, 7.0).reshape(2, 3))

    def f(x):
        x = x * 2
        x[0] = np.sin(x[1])
        return x.T

    np.testing.assert_array_equal(jacobian(f)(x), jacobian(f)(np.ascontiguousarray(x, float)))


def test_a_memory_mapped_file_is_read_and_not_written(tmp_path):
    file = np.memmap(tmp_path / "x", float, "w+", shape=(3,))
    file[:] = [1.0, 2.0, 3.0]

    def f(x):
        x *= 2
        return x**2

    np.testing.assert_array_equal(np.diag(jacobian(f)(file)), 8 * np.arange(1.0, 4.0))
    np.testing.assert_array_equal(file, [1.0, 2.0, 3.0])
    kept = np.memmap(tmp_path / "x", float, "r")
    np.testing.assert_array_equal((Dual(np.ones(3), np.ones(3)) * kept).tangent, kept)


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (1,), (1, 1), (1, 3, 1), ()])
def test_empty_and_single_elements(shape):
    x = np.full(shape, 0.5)
    for f in (np.sin, np.cumsum, lambda x: np.sum(x, axis=None), lambda x: x + np.ones((2, *shape)), np.ravel,
              lambda x: np.prod(x), lambda x: np.concatenate([np.ravel(x)] * 2), lambda x: x[...], np.transpose):  # fmt: skip
        y = f(x)
        assert jacobian(f)(x).shape == np.shape(y) + shape
        value, tangent = jvp(f, (x,), (np.ones(shape),))
        np.testing.assert_array_equal(value, y)
        assert np.shape(tangent) == np.shape(y)


def test_python_numbers_where_numpy_takes_an_array():
    for f in (np.cumsum, np.copy, np.sum, np.ravel, np.atleast_1d, np.mean, np.prod, np.cumprod, np.std):
        x = Dual(0.5, 1.0)
        y = f(x)
        np.testing.assert_array_equal(y.primal, f(0.5))
        assert np.shape(y.tangent) == np.shape(y.primal) == np.shape(f(0.5))
    counts, edges = np.histogram(Dual(np.zeros((0, 3)), np.zeros((0, 3))))
    np.testing.assert_array_equal(edges, np.linspace(0, 1, 11))


def test_a_0d_array_stays_an_array():
    y, dy = jvp(lambda x: x.copy(), (np.array(2.0),), (np.array(1.0),))
    assert type(y) is type(dy) is np.ndarray


class Plain(np.ndarray):
    """A subclass that changes nothing."""


def test_subclasses_of_arrays_are_right():
    a = np.array([1.0, 2.0, 3.0])
    v = Dual(a, [1.0, 0.0, 2.0])
    for other in (a.view(Plain), a.view(np.recarray)):
        for y in (other * v, v * other, np.multiply(other, v)):
            np.testing.assert_array_equal(y.tangent, [1.0, 0.0, 6.0])
            assert type(y.primal) is type(other * a)
        np.testing.assert_array_equal(jacobian(lambda x: x * 2)(other), 2 * np.eye(3))
        np.testing.assert_array_equal(np.concatenate([other, v]).tangent, [0, 0, 0, 1, 0, 2])


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")
@pytest.mark.parametrize(
    "use",
    [
        lambda m, v: v * m, lambda m, v: v + m, lambda m, v: np.add(m, v), lambda m, v: np.matmul(m, v),
        lambda m, v: np.concatenate([m.ravel(), v]), lambda m, v: np.dot(v, m.T), lambda m, v: Dual(m, m),
        lambda m, v: jacobian(lambda x: x)(m), lambda m, v: jvp(lambda x: x, (m,), (m,)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", [np.matrix, np.ma.MaskedArray])
def test_matrices_and_masked_arrays_are_refused_by_name(use, kind):
    m = kind([[1.0, 2.0, 3.0]])
    with pytest.raises(DtypeError, match=rf"{kind.__name__}.*Use"):
        use(m, Dual(np.ones(3), np.ones(3)))


def test_a_masked_array_to_the_left_holds_duals():
    m = np.ma.array([1.0, 2.0, 3.0], mask=[0, 1, 0])
    y = m * Dual(np.ones(3), np.array([1.0, 5.0, 2.0]))
    assert (y[0].tangent, y[2].tangent) == (1.0, 6.0)
    assert y[1] is np.ma.masked


HOLOMORPHIC = [
    np.exp, np.exp2, np.expm1, np.log, np.log2, np.log10, np.log1p, np.sin, np.cos, np.tan, np.arcsin, np.arccos,
    np.arctan, np.sinh, np.cosh, np.tanh, np.arcsinh, np.arccosh, np.arctanh, np.sqrt, np.square, np.reciprocal,
    np.negative, lambda z: z**3, lambda z: z ** (0.5 + 2j), lambda z: 2j**z, np.sum, np.prod, np.cumprod, np.mean,
    np.fft.fft, lambda z: np.linalg.inv(np.stack([z, z * z])), lambda z: np.linalg.det(np.stack([z, z * z])),
    lambda z: z @ z, lambda z: np.linalg.solve(np.stack([z, z * z]), z), lambda z: np.sinc(z), lambda z: np.polyval(z, z),
    lambda z: np.convolve(z, z), lambda z: np.interp([0.3], [0, 1], z), np.real_if_close, lambda z: np.sort(z)[0],
]  # fmt: skip
Z = np.array([0.3 + 0.7j, 1.2 - 0.4j])


@pytest.mark.parametrize("f", HOLOMORPHIC)
def test_holomorphic_functions_satisfy_the_cauchy_riemann_equations(f):
    v = np.array([0.7 - 0.2j, -0.4 + 1.1j])
    _, along = jvp(f, (Z,), (v,))
    _, across = jvp(f, (Z,), (1j * v,))
    np.testing.assert_allclose(across, 1j * along, rtol=1e-12, atol=1e-13)
    matrix = jacobian(f, holomorphic=True)(Z)
    np.testing.assert_allclose(matrix @ v, along, rtol=1e-12, atol=1e-13)
    h = 1e-6
    np.testing.assert_allclose(along, (f(Z + h * v) - f(Z - h * v)) / (2 * h), rtol=1e-7, atol=1e-8)


REAL_LINEAR = [np.abs, np.real, np.imag, np.angle, np.conj, lambda z: z.real * z.imag, lambda z: np.abs(z) ** 2 * z,
               np.sign, np.linalg.norm, lambda z: np.vdot(z, z), np.var, np.std]  # fmt: skip


@pytest.mark.parametrize("f", REAL_LINEAR)
def test_maps_that_are_linear_over_the_reals_only(f):
    v, h = np.array([0.7 - 0.2j, -0.4 + 1.1j]), 1e-6
    for w in (v, 1j * v):
        _, dy = jvp(f, (Z,), (w,))
        np.testing.assert_allclose(dy, (f(Z + h * w) - f(Z - h * w)) / (2 * h), rtol=1e-7, atol=1e-8)
        assert np.asarray(dy).dtype == np.asarray(f(Z)).dtype


def test_a_complex_function_of_real_numbers():
    x = np.array([0.3, 1.2])
    for f in (lambda x: np.exp(1j * x), lambda x: x * (2 + 1j), np.fft.fft, lambda x: np.abs(np.exp(1j * x) - 1)):
        _, dy = jvp(f, (x,), (np.ones(2),))
        np.testing.assert_allclose(dy, (f(x + 1e-6) - f(x - 1e-6)) / 2e-6, rtol=1e-8, atol=1e-9)
        assert jacobian(f)(x).dtype == f(x).dtype


CUTS = [
    (np.sqrt, [-2.0]), (np.log, [-2.0]), (np.log2, [-2.0]), (np.log10, [-2.0]), (np.log1p, [-3.0]),
    (np.arcsin, [2.0, -2.0]), (np.arccos, [2.0, -2.0]), (np.arctanh, [2.0, -2.0]), (np.arccosh, [0.5, -0.5, -2.0]),
    (np.arcsinh, [2j, -2j]), (np.arctan, [2j, -2j]), (lambda z: z**0.3, [-2.0]), (lambda z: np.power(z, 1.7), [-2.0]),
]  # fmt: skip


@pytest.mark.parametrize(("f", "point", "side"), [(f, p, s) for f, ps in CUTS for p in ps for s in (1, -1)])
def test_derivative_is_on_the_side_of_the_branch_cut_that_numpys_value_is_on(f, point, side):
    """The sign of a zero tells the side; so the derivative is the limit from there."""
    if isinstance(point, complex):
        on, near = complex(side * 0.0, point.imag), point + side * 1e-9
    else:
        on, near = complex(point, side * 0.0), point + side * 1e-9j
    for z, close in ((np.complex128(on), np.complex128(near)), (np.array([on]), np.array([near]))):
        np.testing.assert_allclose(f(z), f(close), atol=1e-7)
        _, dy = jvp(f, (z,), (np.ones_like(z),))
        _, expected = jvp(f, (close,), (np.ones_like(z),))
        np.testing.assert_allclose(dy, expected, rtol=1e-7)


@pytest.mark.parametrize("x", [np.array([True, False]), [True, False], np.array([True, False])[::-1]])
def test_truth_values_are_taken_as_floats(x):
    found = jacobian(lambda x: 3.0 * x)(x)
    np.testing.assert_array_equal(found, 3.0 * np.eye(2), strict=True)
    numbers, v = np.asarray(x, float), np.ones(2)
    np.testing.assert_array_equal(jvp(lambda x: x * x, (x,), (v,))[1], 2.0 * numbers)
    np.testing.assert_array_equal(hvp(lambda x: np.sum(x**3))(x, v), 6.0 * numbers)
    np.testing.assert_array_equal(taylor(lambda x: x * x, x, v, 2), [numbers, 2.0 * numbers, v])
    np.testing.assert_array_equal(second_directional_derivative(lambda x: x**3, (x,), (v,))[1], 6.0 * numbers)
    assert gradient(lambda x: np.sum(np.array(x) * 2.0))([[True], [False]]).shape == (2, 1)


@pytest.mark.parametrize("operator", [jacobian, gradient, hessian])
def test_what_is_no_function_or_no_position_is_refused_at_once(operator):
    with pytest.raises(TypeError, match="takes a function and gives one"):
        operator(3.0)
    for argnums in ("x", np.ones(2), 1.0, (0, "x"), True):
        with pytest.raises(TypeError, match=r"is no position of an argument"):
            operator(lambda x: x, argnums)
    assert np.shape(operator(lambda x, y: np.sum(y**2), np.int64(1))(1.0, np.ones(2)))[0] == 2
