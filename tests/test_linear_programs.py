"""What is done to a recorded program to run it faster changes nothing that it gives."""

import numpy as np
import pytest

from dualad import gradient, linearize, vjp
from dualad.operators.linearized import Evaluation
from dualad.tangents import matrix_products, replay, symbolic
from dualad.tangents.operations import Node, Scale
from tests.numerical import directions_like
from tests.test_linearize import flat_function
from tests.test_rules import cases


@cases(lambda case: True)
def test_a_program_as_one_function_equals_its_steps_to_the_last_bit(case, monkeypatch):
    v = directions_like(case.points, 11)
    monkeypatch.setattr(replay, "_CALLS", 1)
    _, lin = linearize(flat_function(case), *case.points)
    in_steps, at_once = lin(*v), lin(*v)
    for first, second in zip(in_steps, at_once, strict=True):
        np.testing.assert_array_equal(first, second)


def newton(x):
    for _ in range(3000):
        x = x - (x * x - 2.0) / (2.0 * x)
    return x


def test_a_program_that_is_run_often_is_compiled_unless_it_is_long(monkeypatch):
    x = np.linspace(1.0, 2.0, 7)
    for f, is_compiled in ((np.sin, True), (newton, False)):
        _, lin = linearize(f, x)
        for _ in range(12):
            lin(x)
        assert (lin._evaluation.program.replay.straight is not None) == is_compiled


@pytest.mark.parametrize("repeats", [1, 20])
def test_results_share_memory_with_nothing(repeats):
    x = np.arange(1.0, 6.0)
    for f in (lambda x: x, lambda x: x[1:], np.real, lambda x: np.reshape(x, (5, 1)), lambda x: 2.0 * x):
        _, lin = linearize(f, x)
        v = np.ones(5)
        results = [lin(v) for _ in range(repeats)]
        for result in results:
            result *= 0.0
        np.testing.assert_array_equal(v, np.ones(5))
        np.testing.assert_array_equal(lin(v), linearize(f, x)[1](v))


def test_chains_and_sums_of_scalings_become_one():
    x = np.linspace(0.1, 1.0, 7)
    _, lin = linearize(lambda x: np.exp(np.sin(3.0 * x)) * np.sin(3.0 * x), x)
    slope = lin(np.ones(7))
    s, c = np.sin(3 * x), 3 * np.cos(3 * x)
    np.testing.assert_allclose(slope, np.exp(s) * c * s + np.exp(s) * c, rtol=1e-14)
    _, square = linearize(lambda x: x * x, x)
    square(x)
    assert [type(node.operation).__name__ for node in square._evaluation.program.nodes] == ["NoneType", "Scale"]


@pytest.mark.parametrize(
    "f", [lambda x: (x * 1e200) * 1e200, lambda x: (x * 1e-200) * 1e-200, lambda x: (x / 1e200) / 1e200]
)
def test_scalings_are_not_merged_out_of_the_range(f):
    x, v = np.array([1e-300, 1.0, 2.0]), np.array([1e-300, 1e300, 0.0])
    with np.errstate(over="ignore"):
        _, lin = linearize(f, x)
        np.testing.assert_array_equal(lin(v), f(v))


def test_a_zero_wins_over_an_infinite_coefficient_however_often_the_program_is_run():
    _, lin = linearize(lambda x: 2.0 * np.sqrt(x), np.array([0.0, 4.0]))
    for _ in range(20):
        np.testing.assert_array_equal(lin(np.array([0.0, 1.0])), [0.0, 0.5])


def test_the_last_sweep_writes_to_nothing_that_others_see():
    x = np.linspace(0.5, 2.0, 101)
    c = np.linspace(1.0, 3.0, 101)
    locked = c.copy()
    locked.setflags(write=False)
    before = c.copy()

    def f(x):
        y = x * x * c + locked * x
        return np.sum(np.exp(y) * c - y * locked)

    g = gradient(f, mode="reverse")
    y = x * x * c + c * x
    expected = (np.exp(y) * c - c) * (2 * x * c + c)
    for _ in range(2):
        np.testing.assert_allclose(g(x), expected, rtol=1e-13)
    np.testing.assert_array_equal(c, before)
    np.testing.assert_array_equal(locked, before)


def test_a_pullback_can_be_used_again_after_its_result_was_overwritten():
    x = np.linspace(0.5, 2.0, 101)
    for f in (
        lambda x: np.sum(x * x),
        lambda x: np.sum(-np.sin(x)),
        lambda x: np.sum(x),
        lambda x: np.sum(x[1:] - x[:-1]),
    ):
        _, pullback = vjp(f, x)
        (first,) = pullback(1.0)
        expected = first.copy()
        first[:] = 7.0
        np.testing.assert_array_equal(pullback(1.0)[0], expected)


def test_signs_and_shared_cotangents_come_together_right():
    x = np.linspace(0.5, 2.0, 11)

    def f(x):
        a, b = x[1:], x[:-1]
        d = a - b
        return np.sum(d * d - (-d) + (b - d) * a - (0.5 - b))

    d = x[1:] - x[:-1]
    by_a, by_b = 2 * d + 1 - x[1:] + (x[:-1] - d), -2 * d - 1 + 2 * x[1:] + 1
    expected = np.zeros(11)
    expected[1:] += by_a
    expected[:-1] += by_b
    np.testing.assert_allclose(gradient(f, mode="reverse")(x), expected, rtol=1e-13)
    np.testing.assert_allclose(vjp(f, x)[1](1.0)[0], expected, rtol=1e-13)


def test_memory_for_copies_of_constants_is_used_again_for_what_they_are_now(monkeypatch):
    monkeypatch.setattr(symbolic, "LARGE", 1)
    monkeypatch.setattr(matrix_products, "LARGE", 1)
    rng = np.random.default_rng(0)
    A, B, x = rng.normal(size=(5, 7)), rng.normal(size=(5, 7)), rng.normal(size=7)
    given = A.copy()
    g = gradient(lambda x: np.sum((A @ x) ** 2) + np.sum((B @ x) ** 3), mode="reverse")
    for _ in range(3):
        np.testing.assert_allclose(g(x), 2 * A.T @ (A @ x) + 3 * B.T @ (B @ x) ** 2, rtol=1e-12)
        np.testing.assert_array_equal(A, given)
        A *= 1.5
        given *= 1.5
    A.setflags(write=False)
    np.testing.assert_allclose(g(x), 2 * A.T @ (A @ x) + 3 * B.T @ (B @ x) ** 2, rtol=1e-12)
    A.setflags(write=True)
    g(x)
    np.testing.assert_array_equal(A, given)


def test_memory_that_something_else_refers_to_is_not_used_again():
    operation = matrix_products.Product(np.zeros((1000, 1000)), 0)
    node = Node(operation, (), (1000,), np.dtype(float))
    assert len(matrix_products.spare_memory([node])) == 1
    held = operation.other
    assert not matrix_products.spare_memory([node])
    assert held is operation.other


def test_the_last_sweep_of_a_program_reuses_its_coefficients():
    x = np.linspace(0.5, 2.0, 101)
    evaluation = Evaluation(lambda x: np.sum(np.exp(np.sin(x))), [x])
    coefficients = [n.operation.coefficient for n in evaluation.program.nodes if type(n.operation) is Scale]
    before = [c.copy() for c in coefficients]
    (kept,) = evaluation.program.backward([np.float64(1.0)], is_last=True)
    for c, original in zip(coefficients, before, strict=True):  # this list refers to them, so they are not touched
        np.testing.assert_array_equal(c, original)
    del coefficients, c
    (again,) = evaluation.program.backward([np.float64(1.0)], is_last=True)
    np.testing.assert_array_equal(again, kept)
    assert any(np.may_share_memory(n.operation.coefficient, again) for n in evaluation.program.nodes
               if type(n.operation) is Scale)  # fmt: skip
