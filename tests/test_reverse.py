"""mode="reverse" and mode="auto" give what forward mode gives."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pytest

from dualad import DtypeError, ShapeError, gradient, jacobian, value_and_gradient, value_and_jacobian
from tests.numerical import results
from tests.test_rules import cases

BOTH = pytest.mark.parametrize("mode", ["reverse", "auto"])


def alike(a, b):
    assert type(a) is type(b) or np.shape(a) == np.shape(b) == ()
    if isinstance(a, dict):
        assert a.keys() == b.keys()
        return [alike(a[key], b[key]) for key in a]
    if isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        return [alike(x, y) for x, y in zip(a, b, strict=True)]
    assert np.shape(a) == np.shape(b)
    assert np.asarray(a).dtype == np.asarray(b).dtype
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10)


@BOTH
@cases(lambda case: all(p.dtype.kind == "f" for p in case.points))
def test_every_row_of_the_table(case, mode):
    def f(*points):
        return results(case.function(*points))

    argnums = tuple(range(len(case.points)))
    alike(jacobian(f, argnums, mode=mode)(*case.at), jacobian(f, argnums)(*case.at))


class Pair(NamedTuple):
    a: object
    b: object


@BOTH
def test_containers_and_auxiliary_results(mode):
    def f(p, scale, *, shift):
        y = p["w"] @ p["x"].a * scale + shift
        return {"y": y, "z": (np.sum(p["x"].b ** 2), 3.0)}, y * 2

    p = {"w": np.arange(6.0).reshape(2, 3), "x": Pair(np.ones(3), np.array([1.0, 2.0]))}
    found, aux = jacobian(f, (0, 1), has_aux=True, mode=mode)(p, 1.5, shift=1.0)
    expected, expected_aux = jacobian(f, (0, 1), has_aux=True)(p, 1.5, shift=1.0)
    alike(found, expected)
    alike(aux, expected_aux)
    (value, aux), found = value_and_jacobian(f, has_aux=True, mode=mode)(p, 1.5, shift=1.0)
    alike(found, jacobian(f, has_aux=True)(p, 1.5, shift=1.0)[0])
    alike(value, f(p, 1.5, shift=1.0)[0])


@BOTH
def test_complex_results_and_holomorphic_functions(mode):
    x = np.array([0.3, 0.7, 1.1])
    f = lambda x: np.exp(1j * x[:2]) * x[1:]
    alike(jacobian(f, mode=mode)(x), jacobian(f)(x))
    g = lambda z: np.exp(z[:2]) * z[1:] ** 2
    alike(jacobian(g, mode=mode, holomorphic=True)(x + 0.5j), jacobian(g, holomorphic=True)(x + 0.5j))
    with pytest.raises(DtypeError, match="holomorphic=True"):
        jacobian(g, mode=mode)(x + 0.5j)


@BOTH
def test_gradient_checks_its_result_as_forward_mode_does(mode):
    with pytest.raises(ShapeError, match=r"np\.sum"):
        gradient(lambda x: x, mode=mode)(np.ones(2))
    with pytest.raises(DtypeError, match="Use jacobian"):
        gradient(lambda x: 1j * np.sum(x), mode=mode)(np.ones(2))
    y, g = value_and_gradient(lambda x: x @ x, mode=mode)([1.0, 2.0])
    assert y == 5.0
    np.testing.assert_array_equal(g, [2.0, 4.0])


def test_an_unknown_mode_is_an_error():
    with pytest.raises(ValueError, match="'forward', 'reverse' or 'auto'"):
        jacobian(np.sin, mode="backward")


def test_auto_takes_the_cheaper_side(monkeypatch):
    from dualad.operators import reverse

    seen = []
    original = reverse.by_rows
    monkeypatch.setattr(reverse, "by_rows", lambda *given: seen.append(original(*given)) or seen[-1])
    jacobian(lambda x: x[:2] * x[2:], mode="auto")(np.ones(4))
    jacobian(lambda x: x[:, None] * x, mode="auto")(np.ones(4))
    assert seen == [True, False]


def test_hessian_by_forward_over_reverse():
    f = lambda x: np.sum(np.sin(x) * x[::-1])
    x = np.linspace(0.1, 0.7, 5)
    alike(jacobian(gradient(f, mode="reverse"))(x), jacobian(gradient(f))(x))
    alike(jacobian(gradient(f, mode="reverse"), mode="reverse")(x), jacobian(gradient(f))(x))


def test_gradient_of_many_inputs():
    x = np.linspace(0.1, 0.9, 100_000)
    found = gradient(lambda x: np.sum(np.log1p(np.exp(x))), mode="reverse")(x)
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-x)), rtol=1e-13)


def two_results(x, scale):
    """Results of two shapes from arguments of two shapes."""
    return {"a": np.outer(x, x)[:, :2] * scale["s"], "b": np.sum(x**3) * scale["v"]}


POINT = np.array([0.5, -1.0, 2.0, 3.0, 0.25]), {"s": 1.5, "v": np.array([1.0, 2.0])}


def leaves(found):
    return [np.asarray(block) for of_result in found.values() for by_x, by_scale in [of_result]
            for block in (by_x, by_scale["s"], by_scale["v"])]  # fmt: skip


@pytest.mark.parametrize("mode", ["reverse", "auto"])
@pytest.mark.parametrize("workers", [None, 2, "pool"])
@pytest.mark.parametrize("chunk_size", [1, 3, "auto"])
def test_blocks_of_any_size_by_any_number_of_threads_give_the_jacobian(mode, workers, chunk_size):
    expected = leaves(jacobian(two_results, (0, 1))(*POINT))
    with ThreadPoolExecutor(2) as pool:
        seen = []
        workers = pool if workers == "pool" else workers
        J = jacobian(two_results, (0, 1), mode=mode, workers=workers, chunk_size=chunk_size,
                     progress=lambda done, total: seen.append((done, total)))  # fmt: skip
        found = leaves(J(*POINT))
    for block, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(block, other, rtol=1e-13, atol=1e-13)
        assert block.shape == other.shape
    total = seen[-1][1]
    assert seen == [(i, total) for i in range(1, total + 1)]
    columns, rows = 5 + 1 + 2, (10, 2)
    if chunk_size == "auto":
        assert total == (2 if mode == "reverse" else 1)
    else:
        assert total == (sum(-(-n // chunk_size) for n in rows) if mode == "reverse" else -(-columns // chunk_size))


@pytest.mark.parametrize("mode", ["reverse", "auto"])
@pytest.mark.parametrize("chunk_size", [2, "auto"])
def test_the_arrays_of_the_user_are_filled(mode, chunk_size):
    expected = jacobian(two_results, (0, 1))(*POINT)
    out = {
        "a": (np.full((5, 2, 5), np.nan, order="F"), {"s": np.full((5, 2), np.nan), "v": np.full((5, 2, 2), np.nan)}),
        "b": (np.full((2, 10), np.nan)[:, ::2], {"s": np.full(2, np.nan), "v": np.full((2, 2), np.nan)}),
    }
    found = jacobian(two_results, (0, 1), mode=mode, chunk_size=chunk_size, out=out)(*POINT)
    assert found is out
    for block, other in zip(leaves(found), leaves(expected), strict=True):
        np.testing.assert_allclose(block, other, rtol=1e-13, atol=1e-13)


def test_a_gradient_fills_the_array_of_the_user():
    x, out = np.array([0.5, -1.0, 2.0]), np.full(3, np.nan)
    assert gradient(lambda x: np.sum(x**3), mode="reverse", out=out)(x) is out
    np.testing.assert_allclose(out, 3 * x**2)
    with pytest.raises(ShapeError, match="out has arrays of shape"):
        gradient(lambda x: np.sum(x**3), mode="reverse", out=np.empty(4))(x)
    with pytest.raises(DtypeError, match="cannot hold derivatives"):
        gradient(lambda x: np.sum(x**3), mode="reverse", out=np.empty(3, int))(x)


def test_what_was_recorded_is_not_sent_to_other_processes():
    class Pool:
        def map(self, work, blocks):
            raise AssertionError

    with pytest.raises(ValueError, match="cannot be sent to another process"):
        jacobian(np.sin, mode="reverse", workers=Pool())
    with pytest.raises(ValueError, match="number of threads"):
        jacobian(np.sin, mode="auto", workers=0)
    with pytest.raises(ValueError, match="chunk_size is 0"):
        jacobian(np.sin, mode="reverse", chunk_size=0)(np.ones(3))


@pytest.mark.parametrize("real", [np.real, lambda y: y.real, lambda y: np.real(y[::-1])[::-1]])
def test_the_real_part_of_real_numbers_is_a_view_of_them(real):
    def f(x):
        y = x * x
        z = real(y)
        z[0] = 2.0 * x[1]
        z[1:] *= 3.0
        return y @ z

    x = np.array([0.4, -0.5, 0.7])
    expected = [0.0, 8 * x[1] + 36 * x[1] ** 3, 36 * x[2] ** 3]
    np.testing.assert_allclose(gradient(f, mode="reverse")(x), expected, rtol=1e-15)
