"""Nothing that a call leaves behind waits for the search for cycles: its memory is free at once."""

import gc

import numpy as np
import pytest

from dualad import (
    gradient,
    hessian,
    hvp,
    jacobian,
    jvp,
    linearize,
    second_directional_derivative,
    taylor,
    vjp,
)
from tests.numerical import directions_like
from tests.test_rules import cases, pushed

X, V = np.linspace(0.1, 1.0, 6), np.linspace(1.0, -1.0, 6)


@pytest.fixture(scope="module", autouse=True)
def searched_once():
    """What is there before the tests is not searched again in each of them."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def left_behind(run):
    """The number of objects that only the search for cycles finds, after a second run: the first one fills caches."""
    run()
    gc.collect()
    gc.disable()
    try:
        run()
        return gc.collect()
    finally:
        gc.enable()


@cases(lambda case: True)
def test_no_rule_leaves_a_cycle(case):
    tangents = directions_like(case.points, 8, None)
    assert left_behind(lambda: pushed(case.function, case.points, tangents)) == 0


def chain(x):
    return np.sin(x) * x[::-1] / (1.0 + x * x)


def total(x):
    return np.sum(np.exp(x) * chain(x))


def stored(x):
    y = np.zeros_like(x)
    y[1:] = x[:-1]
    y += np.arctan(x, where=x > 0.5, out=np.zeros_like(x))
    np.multiply(y, x, out=y)
    return y


@pytest.mark.parametrize("f", [chain, stored])
@pytest.mark.parametrize(
    "operate",
    [
        lambda f: jvp(f, (X,), (V,)),
        lambda f: jacobian(f)(X),
        lambda f: jacobian(jacobian(f))(X),
        lambda f: linearize(f, X)[1](V),
        lambda f: vjp(f, X)[1](V),
    ],
)
def test_no_operator_leaves_a_cycle(f, operate):
    assert left_behind(lambda: operate(f)) == 0


@pytest.mark.parametrize(
    "operate",
    [
        lambda f: gradient(f)(X),
        lambda f: gradient(f, mode="reverse")(X),
        lambda f: hessian(f)(X),
        lambda f: hvp(f)(X, V),
        lambda f: hvp(f)(np.linspace(0.1, 1.0, 40), np.ones(40)),
        lambda f: second_directional_derivative(f, (X,), (V,)),
    ],
)
def test_no_operator_for_numbers_leaves_a_cycle(operate):
    assert left_behind(lambda: operate(total)) == 0


@pytest.mark.parametrize(
    "f",
    [
        chain,
        total,
        np.prod,
        np.linalg.norm,
        np.var,
        lambda x: x**2.5 + np.hypot(x, x[::-1]) + np.arctan2(x, 1.0),
        lambda x: np.linalg.solve(np.diag(x) + 1.0, x),
        lambda x: np.frexp(x)[0],
    ],
)
def test_no_series_leaves_a_cycle(f):
    assert left_behind(lambda: taylor(f, X, V, 4)) == 0
