"""Products of factors and Fourier transforms: what a row of the table cannot say."""

import warnings

import numpy as np
import pytest

from dualad import Dual, LostDerivativeError, NoRuleError, is_dual, jacobian, stop_derivative
from dualad.levels import make
from dualad.rules.table import find
from tests.cases import fourier, products
from tests.cases.case import complexes, matrix
from tests.numerical import along, directions_like, results
from tests.test_rules import second

HAS_PLANE_VECTORS = tuple(map(int, np.__version__.split(".")[:2])) < (2, 5)


def pair(*shape, directions=()):
    """A Dual with random parts."""
    return Dual(matrix(*shape), matrix(*directions, *shape, seed=8))


@pytest.mark.skipif(not HAS_PLANE_VECTORS, reason="NumPy 2.5 takes vectors of space only")
@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
@pytest.mark.parametrize(
    ("a", "b", "options"),
    [
        (matrix(2), matrix(2, seed=1), {}),
        (matrix(5, 2), matrix(2, seed=1), {}),
        (matrix(5, 2), matrix(3, seed=1), {}),
        (matrix(3), matrix(7, 5, 2), {}),
        (matrix(2, 5), matrix(5, 3), {"axisa": 0, "axisc": 0}),
    ],
)
def test_cross_of_plane_vectors(a, b, options):
    da, db = matrix(11, *a.shape, seed=3), matrix(11, *b.shape, seed=4)
    z = np.cross(Dual(a, da), Dual(b, db), **options)
    np.testing.assert_array_equal(z.primal, np.cross(a, b, **options))
    for k in range(11):
        (expected,) = along(lambda a, b: np.cross(a, b, **options), [a, b], [da[k], db[k]])
        np.testing.assert_allclose(z.tangent[k], expected, rtol=1e-9, atol=1e-10)


@pytest.mark.skipif(not HAS_PLANE_VECTORS, reason="NumPy 2.5 takes vectors of space only")
def test_a_deprecated_option_warns_once():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        np.cross(pair(2), pair(2))
    assert len(caught) == 1
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        np.cross(matrix(2), matrix(2))
        np.fft.fftn(matrix(5, 3), s=(3, None), axes=(0, 1))
        np.fft.irfftn(matrix(5, 3), s=(3, None), axes=(0, 1))
        np.fft.fftn(matrix(2, 5, 3), s=(3, 7))
    plain = len(caught)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        np.cross(pair(2), pair(2))
        y = np.fft.fftn(pair(5, 3), s=(3, None), axes=(0, 1))
        z = np.fft.irfftn(pair(5, 3), s=(3, None), axes=(0, 1))
        w = np.fft.fftn(pair(2, 5, 3), s=(3, 7))
    assert len(caught) == plain
    np.testing.assert_array_equal(y.tangent, np.fft.fft2(matrix(5, 3, seed=8), s=(3, 3)))
    np.testing.assert_array_equal(z.tangent, np.fft.irfft2(matrix(5, 3, seed=8), s=(3, 4)))
    np.testing.assert_array_equal(w.tangent, np.fft.fft2(matrix(2, 5, 3, seed=8), s=(3, 7)))


@pytest.mark.parametrize(
    ("text", "shape", "view"),
    [
        ("ii->i", (5, 5), lambda a: a.diagonal()),
        ("ij->ji", (5, 3), lambda a: a.T),
        ("...ij->...ji", (2, 5, 3), lambda a: np.swapaxes(a, 1, 2)),
    ],
)
@pytest.mark.parametrize("directions", [(), (11,)])
def test_einsum_of_one_operand_is_a_view_for_the_tangent_too(text, shape, view, directions):
    x = pair(*shape, directions=directions)
    y = np.einsum(text, x)
    np.testing.assert_array_equal(y.primal, view(x.primal))
    y[...] = 0.0
    assert not view(x.primal).any()
    assert not view(x[...]).tangent.any()
    assert x.tangent.any() or text != "ii->i"


@pytest.mark.parametrize("form", [list, tuple])
def test_einsum_takes_lists_of_duals(form):
    v = matrix(3)
    expected = jacobian(lambda x: np.einsum("i,ij->j", x, matrix(3, 5)))(v)
    np.testing.assert_allclose(expected, matrix(3, 5).T)
    np.testing.assert_array_equal(
        jacobian(lambda x: np.einsum("i,ij->j", form(x), matrix(3, 5) + 0 * x[0]))(v), expected
    )


def test_einsum_with_all_letters_taken():
    names = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    a, b = matrix(3, *[1] * 25), matrix(2, *[1] * 25)
    text = f"{names[:26]},{names[26:]}->{names[0]}{names[26]}"
    found = jacobian(lambda x: np.einsum(text, x, b))(a).reshape(3, 2, 3)
    np.testing.assert_array_equal(found, np.eye(3)[:, None, :] * b.reshape(1, 2, 1))


FUNCTIONS = [
    lambda x, **options: np.dot(x, matrix(5, 7), **options),
    lambda x, **options: np.outer(x, matrix(7), **options),
    lambda x, **options: np.einsum("ij,jk->ik", x, matrix(5, 7), **options),
    lambda x, **options: np.einsum("ij,jk->ik", x, matrix(5, 7), optimize=True, **options),
    lambda x, **options: np.matmul(x, matrix(5, 7), **options),
    lambda x, **options: np.trace(x[..., None], **options),
    lambda x, **options: np.fft.irfft(x, 7, **options),
    lambda x, **options: np.fft.irfft2(x, (3, 7), **options),
]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("directions", [(), (11,)])
def test_out_holds_value_and_tangent(function, directions):
    x = pair(3, 5, directions=directions)
    expected = function(x)
    out = np.zeros_like(expected)
    assert function(x, out=out) is out
    np.testing.assert_array_equal(out.primal, expected.primal)
    np.testing.assert_array_equal(out.tangent, expected.tangent)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_plain_out_is_refused(function):
    x = pair(3, 5)
    with pytest.raises(LostDerivativeError, match=r"np\.zeros_like\(x\)"):
        function(x, out=np.zeros_like(function(x.primal)))


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.dot(x, np.ones(7)),
        lambda x: np.inner(x, np.ones(7)),
        lambda x: np.vdot(x, np.ones(7)),
        lambda x: np.tensordot(x, np.ones((7, 2))),
        lambda x: np.tensordot(x, np.ones(7), axes=([0, 1], [0])),
        lambda x: np.cross(x, np.ones(7)),
        lambda x: np.linalg.outer(x, x),
        lambda x: np.linalg.cross(x, x),
        lambda x: np.linalg.matmul(x, x),
        lambda x: np.matmul(x, 2.0),
        lambda x: x @ 2.0,
        lambda x: np.einsum("ij,jk", x),
        lambda x: np.einsum("ij->k", x),
        lambda x: np.einsum("i", x),
        lambda x: np.einsum("ij", x, unknown=2),
        lambda x: np.einsum(x, [0, 1], [2]),
        lambda x: np.trace(x, axis1=5),
        lambda x: np.trace(x[0]),
        lambda x: np.fft.rfft(x + 0j),
        lambda x: np.fft.fft(x, n=0),
        lambda x: np.fft.fft(x, axis=2),
        lambda x: np.fft.fft2(x[0]),
        lambda x: np.fft.fft(x, norm="other"),
    ],
)
def test_wrong_calls_fail_as_numpy_does(function):
    with pytest.raises(Exception) as plain:
        function(matrix(3, 5))
    with pytest.raises(plain.type) as ours:
        function(pair(3, 5))
    assert str(ours.value) == str(plain.value)


def test_a_dual_option_is_refused_by_name():
    with pytest.raises(NoRuleError, match="axes"):
        np.tensordot(pair(3, 5), matrix(5), axes=Dual(1.0, 1.0))


def test_einsum_path_is_a_constant():
    x = pair(5, 3)
    assert np.einsum_path("ij,kj->ik", x, x) == np.einsum_path("ij,kj->ik", x.primal, x.primal)
    operands = (x, [0, 1], x, [2, 1], [0, 2])
    assert np.einsum_path(*operands) == np.einsum_path(*[stop_derivative(o) for o in operands])


def test_a_scalar_product_of_numbers_has_a_number_for_a_tangent():
    x = pair(5)
    for y in (np.dot(x, x), np.inner(x, x), np.vdot(x, x), np.einsum("i,i", x, x), np.trace(pair(3, 5))):
        assert isinstance(y.primal, np.float64)
        assert isinstance(y.tangent, np.float64)


def test_a_tangent_does_not_warn():
    huge = np.full((3, 3), 1e200)
    x = Dual(np.ones((3, 3)), np.full((11, 3, 3), 1e200))
    with np.errstate(all="raise"):
        for y in (np.matmul(huge, x), huge @ x, np.dot(x, huge), np.kron(x, huge), np.einsum("ij,jk", huge, x)):
            assert np.isinf(y.tangent).any()


def test_parseval():
    x = complexes(2, 7)
    v = complexes(11, 2, 7, seed=5)
    y = np.fft.fft(Dual(x, v), norm="ortho")
    energy = np.vdot(y, y)
    np.testing.assert_allclose(energy.tangent, 2 * np.sum(np.real(np.conj(x) * v), axis=(1, 2)), rtol=1e-13)


@pytest.mark.parametrize("case", [*products.CASES, *fourier.CASES], ids=lambda case: case.id)
def test_directions_at_two_levels_shortly(case):
    """The second derivatives in 3 directions inside 2 directions are those of each pair."""
    outer, inner = directions_like(case.points, 21, count=3), directions_like(case.points, 22, count=2)

    def mixed(us, vs):
        arguments = [make(Dual, Dual(p[()], u), v, 9) for p, u, v in zip(case.points, us, vs, strict=True)]
        (y,) = results(case.function(*arguments))
        first = y.tangent
        return first.tangent if is_dual(first) else np.zeros((3, 2, *np.shape(y)))

    found = mixed(outer, inner)
    for j in range(3):
        for k in range(2):
            expected = second(case.function, case.points, [u[j] for u in outer], [v[k] for v in inner])[0]
            np.testing.assert_allclose(found[j, k], expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("lead", [(), (11,)])
@pytest.mark.parametrize(
    "shapes", [((5,), (5,)), ((3, 5), (5,)), ((5,), (5, 2)), ((3, 5), (5, 2)), ((7, 3, 5), (5, 2)), ((3, 50), (50, 2))]
)
@pytest.mark.parametrize("active", [(True, False), (False, True), (True, True)])
def test_products_shortly_equal_those_of_the_general_way(shapes, active, lead, monkeypatch):
    def factors():
        return [Dual(matrix(*shape, seed=i), matrix(*lead, *shape, seed=i + 3)) if moves else matrix(*shape, seed=i)
                for i, (shape, moves) in enumerate(zip(shapes, active, strict=True))]  # fmt: skip

    fast = np.matmul(*factors())
    monkeypatch.setattr(find(np.matmul), "shortly", None)
    slow = np.matmul(*factors())
    assert type(fast.primal) is type(slow.primal)
    assert type(fast.tangent) is type(slow.tangent)
    np.testing.assert_array_equal(fast.primal, slow.primal)
    assert fast.tangent.shape == slow.tangent.shape
    np.testing.assert_allclose(fast.tangent, slow.tangent, rtol=1e-13, atol=1e-14)


def test_products_of_two_levels_keep_them_apart():
    a, b = matrix(3, 3), matrix(3, 3, seed=1)
    inner, outer = make(Dual, a, a, 2), make(Dual, b, b, 1)
    z = inner @ outer
    assert z.level == 2
    np.testing.assert_array_equal(z.primal.tangent, a @ b)
    np.testing.assert_array_equal(z.tangent.primal, a @ b)


@pytest.mark.parametrize("shape", [(11, 1, 50, 50), (11, 7, 50, 3), (101, 3, 3, 3), (11, 40, 40, 40)])
def test_a_stack_times_a_matrix_however_it_is_done(shape):
    from dualad.rules.products import times

    count, m, k, n = shape
    left, right = matrix(count, m, k), matrix(k, n)
    np.testing.assert_allclose(times(left, right), np.stack([one @ right for one in left]), rtol=1e-13)
