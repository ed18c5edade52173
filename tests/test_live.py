"""Wide Jacobians: all columns at once by live tangents equal the blocks, and give way to them in time."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings

from dualad import gradient, jacobian, jvp, value_and_jacobian
from dualad.operators import blocks
from dualad.operators.arguments import Chosen
from dualad.operators.columns import Columns
from dualad.tangents import live
from tests.numerical import results
from tests.test_recorded import POINT, flat, steps
from tests.test_rules import cases
from tests.test_sparse import laplacian

N = 613  # more than one block
X = np.linspace(-1.0, 0.5, N)
RNG = np.random.default_rng(7)
A, B = RNG.normal(size=(2, N, N)) / np.sqrt(N)


def at_once(f, *args):
    """What live tangents alone give; None where they give up."""
    return Columns("jacobian", Chosen(f, tuple(range(len(args))), None, args, {})).at_once()


@pytest.mark.parametrize("rows", [0, 32])
@cases(lambda case: not any(p.dtype.kind == "c" for p in case.points))
def test_live_equals_blocks(case, rows, monkeypatch):
    monkeypatch.setattr(live, "_FEW_ROWS", rows)
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2**30)
    count = sum(p.size for p in case.points)
    found = at_once(lambda *x: results(case.function(*x)), *case.points)
    assert found is not None or count == 0
    if found is None:
        return
    expected = jacobian(lambda *x: results(case.function(*x)), argnums=tuple(range(len(case.points))))(*case.points)
    for tangent, by_arguments in zip(found[0], expected, strict=True):
        columns = np.concatenate(
            [np.reshape(J, (*np.shape(tangent)[1:], p.size)) for J, p in zip(by_arguments, case.points, strict=True)],
            axis=-1,
        )
        np.testing.assert_allclose(np.moveaxis(tangent, 0, -1), columns, rtol=1e-12, atol=1e-13)


@settings(max_examples=200, deadline=None)
@given(steps())
def test_random_programs_of_views_and_assignments(program):
    f = flat(program)
    (tangents,), value, _ = at_once(f, POINT)
    assert np.array_equal(value, f(POINT))
    np.testing.assert_allclose(tangents.reshape(POINT.size, -1).T, jacobian(lambda x: f(x.reshape(POINT.shape)))(POINT.ravel()), rtol=1e-13, atol=1e-13)  # fmt: skip


def network(x):
    return B @ np.tanh(A @ x + 0.25)


def test_a_network_against_its_derivative_by_hand():
    t = np.tanh(A @ X + 0.25)
    np.testing.assert_allclose(jacobian(network)(X), B @ ((1 - t * t)[:, None] * A), rtol=0, atol=1e-14)
    np.testing.assert_allclose(jacobian(lambda x: (x * x) @ A)(X), A.T * (2 * X), rtol=0, atol=1e-15)
    np.testing.assert_allclose(jacobian(lambda x, y: A @ x * y, argnums=1)(X, X), np.diag(A @ X), rtol=1e-14)
    np.testing.assert_allclose(jacobian(lambda x, y: A @ x + B @ y, argnums=(0, 1))(X, X), (A, B), rtol=0)


def test_a_matrix_that_changes_afterwards():
    def f(x):
        matrix = A.copy()
        y = matrix @ x
        matrix[:] = 0.0
        return y

    assert np.array_equal(jacobian(f)(X), A)


def test_banded_structure_against_closed_forms():
    expected = np.zeros((N - 1, N))
    expected.flat[:: N + 1], expected.flat[1 :: N + 1] = X[1:], X[:-1]
    assert np.array_equal(jacobian(lambda x: x[1:] * x[:-1])(X), expected)
    u = np.linspace(0.5, 1.5, 29 * 31).reshape(29, 31)
    found = jacobian(laplacian)(u).reshape(u.size, u.size)
    assert np.array_equal(np.diag(found), np.full(u.size, -4.0))
    assert np.count_nonzero(found) == 5 * u.size
    assert np.array_equal(found, jacobian(laplacian, chunk_size=97)(u).reshape(u.size, u.size))


def test_f_runs_once_where_structure_or_products_carry_all_columns():
    calls = []

    def f(x):
        calls.append(x)
        return network(x) - np.roll(x, 1) ** 2

    jacobian(f)(X)
    assert len(calls) == 1


@pytest.mark.parametrize("f", [np.cumsum, lambda x: np.sin(np.cumsum(x)) * x, lambda x: x / np.linalg.norm(x)])
def test_what_fills_the_rows_without_a_product_goes_by_blocks(f):
    x = X + 2.0
    assert at_once(f, x) is None
    np.testing.assert_allclose(jacobian(f)(x), jacobian(f, chunk_size=N)(x), rtol=1e-13, atol=1e-14)
    value, found = value_and_jacobian(f)(x)
    np.testing.assert_array_equal(value, f(x))
    np.testing.assert_array_equal(found, jacobian(f)(x))


def test_derivatives_of_an_outer_level_go_by_blocks():
    v = np.cos(X)
    _, moved = jvp(lambda x: jacobian(lambda z: z * z * np.sin(z))(x) @ v, (X,), (v,))
    second = (2 - X * X) * np.sin(X) + 4 * X * np.cos(X)
    np.testing.assert_allclose(moved, second * v * v, rtol=1e-13, atol=1e-15)
    _, moved = jvp(lambda a: jacobian(lambda z: z * z * a)(X) @ v, (2.0,), (1.0,))
    np.testing.assert_allclose(moved, 2 * X * v, rtol=1e-15)


def test_numbers_and_sums_of_many_columns():
    np.testing.assert_allclose(gradient(lambda x: np.sum(np.sin(x)) * x[3])(X), np.cos(X) * X[3] + np.sum(np.sin(X)) * (np.arange(N) == 3), rtol=1e-13, atol=1e-16)  # fmt: skip
    assert np.array_equal(jacobian(lambda x: {"a": x[0], "b": 3.0, "c": x[:2]})(X)["c"], np.eye(2, N))


def test_infinite_coefficients_meet_only_what_moves():
    with np.errstate(divide="ignore"):
        J = jacobian(lambda x: np.sqrt(x))(np.maximum(X, 0.0))
    assert np.isinf(J[0, 0])
    assert np.count_nonzero(J) == N
    assert not np.isnan(J).any()


def test_complex_and_single_precision():
    z = X + 0.5j
    np.testing.assert_allclose(jacobian(lambda z: z * np.exp(z), holomorphic=True)(z).diagonal(), (1 + z) * np.exp(z), rtol=1e-14)  # fmt: skip
    assert jacobian(lambda x: np.sin(x[1:]) - x[:-1])(X.astype(np.float32)).dtype == np.float32
    J = jacobian(lambda x: np.exp(1j * x) * x)(X)
    np.testing.assert_allclose(J.diagonal(), (1 + 1j * X) * np.exp(1j * X), rtol=1e-14)


class Unphysical(Exception):
    """An error of the user's."""


@pytest.mark.parametrize("error", [KeyError("mass"), ValueError("mass"), ZeroDivisionError("mass"), Unphysical("mass")])
def test_an_error_of_f_is_its_own_and_names_the_columns_and_f_runs_once(error):
    calls = []

    def f(x):
        calls.append(np.sin(x))
        raise error

    with pytest.raises(type(error), match="mass") as caught:
        jacobian(f)(X)
    assert caught.value is error
    assert caught.value.__notes__ == ["dualad.jacobian was running f for all 613 columns."]
    assert len(calls) == 1


def test_what_live_tangents_lack_goes_by_blocks(monkeypatch):
    expected = np.diag(2 * X)

    def asking(x):
        return x * x * float(x.tangent.max())

    def saying_so(x):
        try:
            return asking(x)
        except AttributeError as error:
            raise Unphysical("no greatest tangent") from error

    assert np.array_equal(jacobian(asking)(X), expected)
    assert np.array_equal(jacobian(saying_so)(X), expected)

    def fail(*args):
        raise ValueError("no such step")

    monkeypatch.setattr(live, "outcome", fail)
    assert np.array_equal(jacobian(lambda x: x * x)(X), expected)


def test_memory_of_what_is_given_up_is_that_of_a_block():
    def peak(n):
        x = np.linspace(0.1, 1.0, n)
        f = jacobian(lambda x: np.sin(np.cumsum(np.outer(x, np.ones(50)), axis=0))[:, 0])
        f(x)
        tracemalloc.start()
        f(x)
        used = tracemalloc.get_traced_memory()[1] - 8 * n * n
        tracemalloc.stop()
        return used / (8 * n * 50)

    assert peak(1200) < 6 * blocks.columns_in_a_block("auto", 1200, 9600, None)
