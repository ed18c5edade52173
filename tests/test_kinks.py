"""`watch_kinks` lists where the derivative is one by convention, and costs nothing when it is not used."""

import inspect
import math
import threading

import numpy as np
import pytest

from dualad import (
    Dual,
    LostDerivativeError,
    NoRuleError,
    derivative,
    gradient,
    jacobian,
    jvp,
    linearize,
    register_ufunc,
    watch_kinks,
)
from dualad.rules.kinks import KINKS
from dualad.rules.table import PARTIALS, RULES


def met(f, x, differentiate=jacobian):
    """The events of one derivative as pairs of function and what happened."""
    with np.errstate(all="ignore"), watch_kinks() as kinks:
        differentiate(f)(x)
    return [(kink.function.split(".")[-1], kink.what) for kink in kinks]


A = np.array
EVENTS = [
    (np.abs, 0.0, "absolute"), (abs, 0.0, "absolute"), (np.fabs, 0.0, "fabs"), (np.sign, 0.0, "sign"),
    (np.sqrt, 0.0, "sqrt"), (np.cbrt, 0.0, "cbrt"), (np.log, 0.0, "log"), (np.arcsin, 1.0, "arcsin"),
    (np.arccosh, 1.0, "arccosh"), (np.log1p, -1.0, "log1p"),
    (lambda x: x**0.5, 0.0, "power"), (lambda x: 0.0**x, 0.5, "power"), (lambda x: np.power(x, 0.5), 0.0, "power"),
    (lambda x: np.maximum(x, 1.0), 1.0, "maximum"), (lambda x: np.minimum(1.0, x), 1.0, "minimum"),
    (lambda x: x if x == 1 else 2 * x, 1.0, "equal"), (lambda x: x if x != 1 else 2 * x, 1.0, "not_equal"),
    (lambda x: x if x > 1 else 2 * x, 1.0, "greater"), (lambda x: x if x >= 1 else 2 * x, 1.0, "greater_equal"),
    (lambda x: x if x < 1 else 2 * x, 1.0, "less"), (lambda x: x if x <= 1 else 2 * x, 1.0, "less_equal"),
    (lambda x: x * np.equal(x, 1), A([1.0, 2.0]), "equal"),
    (np.floor, 2.0, "floor"), (np.ceil, 2.0, "ceil"), (np.trunc, 2.0, "trunc"), (np.rint, 2.5, "rint"),
    (lambda x: x * int(x), 2.0, "int"), (lambda x: x * round(x), 2.5, "round"), (lambda x: x * round(x, 1), 0.25, "round"),
    (lambda x: x * math.floor(x), 2.0, "floor"), (lambda x: x * math.ceil(x), 2.0, "ceil"),
    (lambda x: x * math.trunc(x), 2.0, "trunc"),
    (lambda x: x * np.round(x), 2.5, "round"), (lambda x: x * np.round(x, decimals=1), 0.25, "round"),
    (lambda x: x % 2, 4.0, "remainder"), (lambda x: 4.0 % x, 2.0, "remainder"), (lambda x: x // 2 * x, 4.0, "floor_divide"),
    (lambda x: divmod(x, 2)[1], 4.0, "divmod"), (lambda x: np.modf(x)[0], 4.0, "modf"),
    (lambda x: np.fmod(x, 2), 4.0, "fmod"), (lambda x: np.copysign(x, 1.0), 0.0, "copysign"),
    (lambda x: np.copysign(1.0, x), 0.0, "copysign"), (lambda x: x * np.heaviside(x, 0.5), 0.0, "heaviside"),
    (lambda x: np.hypot(x, 0.0), 0.0, "hypot"), (lambda x: np.arctan2(x, 0.0), 0.0, "arctan2"),
    (lambda x: np.arctan2(x, -1.0), 0.0, "arctan2"),
    (np.max, A([1.0, 1.0, 0.0]), "max"), (lambda x: x.min(), A([1.0, 1.0, 2.0]), "min"),
    (lambda x: np.max(x, axis=0), A([[1.0, 2.0], [1.0, 3.0]]), "max"),
    (lambda x: np.max(x, axis=0, keepdims=True), A([[1.0, 2.0], [1.0, 3.0]]), "max"),
    (lambda x: np.maximum.outer(x, A([1.0, 2.0])), A([1.0, 3.0]), "maximum"),
    (np.maximum.reduce, A([1.0, 1.0]), "maximum"), (np.ptp, A([1.0, 2.0, 2.0]), "ptp"),
    (lambda x: x[np.argmax(x)], A([1.0, 1.0, 0.0]), "argmax"),
    (lambda x: x[np.argmin(x)], A([1.0, 1.0, 2.0]), "argmin"),
    (np.sort, A([1.0, 1.0]), "sort"), (np.median, A([1.0, 1.0]), "median"),
    (lambda x: np.quantile(x, 0.3), A([1.0, 1.0]), "quantile"), (lambda x: x[np.argsort(x)], A([1.0, 1.0]), "argsort"),
    (lambda x: np.sort(x, axis=0), A([[1.0, 5.0], [1.0, 3.0]]), "sort"), (np.unique, A([1.0, 1.0]), "unique"),
    (lambda x: np.clip(x, 0, 1), 0.0, "clip"), (lambda x: x.clip(max=1.0), A([1.0, 0.5]), "clip"),
    (np.linalg.norm, A([0.0, 0.0]), "norm"), (lambda x: np.linalg.norm(x, 1), A([0.0, 1.0]), "norm"),
    (lambda x: np.linalg.norm(x, np.inf), A([1.0, -1.0]), "norm"), (lambda x: np.linalg.norm(x, 3), A([0.0, 0.0]), "norm"),
    (np.std, A([1.0, 1.0]), "std"), (lambda x: np.interp(x, [0, 1, 2], [0, 5, 1]), 1.0, "interp"),
    (lambda x: np.linalg.eigh(x)[0], np.eye(2), "eigh"), (np.linalg.eigvalsh, np.eye(2), "eigvalsh"),
    (lambda x: np.linalg.svd(x, compute_uv=False), np.eye(2), "svd"),
    (lambda x: np.histogram(x, bins=[0.0, 1.0, 2.0])[0] * 1.0, A([0.5, 1.0]), "histogram"),
    (lambda x: x * np.digitize(x, [0.0, 1.0]), A([0.5, 1.0]), "digitize"),
    (lambda x: x * np.searchsorted(A([0.0, 1.0]), x), A([0.5, 1.0]), "searchsorted"),
]  # fmt: skip


@pytest.mark.parametrize(("f", "x", "name"), EVENTS, ids=[name for *_, name in EVENTS])
def test_an_event_is_listed_once_with_the_name_of_the_function(f, x, name):
    assert [function for function, _ in met(f, x)] == [name]


TWICE = [event for event in EVENTS if event[-1] not in ("eigh", "eigvalsh", "svd")]  # none of a repeated eigenvalue


@pytest.mark.parametrize(("f", "x", "name"), TWICE, ids=[name for *_, name in TWICE])
def test_a_second_derivative_lists_the_same_event(f, x, name):
    found = met(lambda x: jacobian(f)(x), x)
    assert {function for function, _ in found} == {name}


@pytest.mark.parametrize("order", [0.0, 1.0, 2.0, np.inf])
def test_the_order_of_a_norm_of_a_plain_array_is_compared(order):
    assert met(lambda p: np.linalg.norm(A([1.0, 2.0]), ord=p), order) == [("equal", "equal values")]
    with pytest.raises(LostDerivativeError):
        derivative(lambda p: np.linalg.norm(A([1.0, 2.0]), ord=p))(1.5)
    with pytest.raises(NoRuleError, match="not differentiated with respect to ord"):
        derivative(lambda p: np.linalg.norm(p * A([1.0, 2.0]), ord=p))(order)


def test_eigenvalues_are_compared_with_those_of_their_own_matrix():
    stack = np.stack([np.diag([1.0, 2.0]), 1e17 * np.diag([1.0, 2.0])])
    assert met(lambda x: np.linalg.eigh(x)[0], stack) == []
    assert met(lambda x: np.linalg.svd(x, compute_uv=False), stack) == []
    (event,) = met(lambda x: np.linalg.eigh(x)[0], np.stack([np.diag([1.0, 2.0]), np.eye(2)]))
    assert event[0] == "eigh"


def test_a_smooth_program_lists_nothing():
    def f(x):
        x = np.sort(x) / np.linalg.norm(x) + np.max(x) * np.median(x) + np.abs(x) ** 1.5 - np.sqrt(x)
        y = x if x[0] > 0 else -x
        return np.sum(np.clip(y, -1, 1) ** 2) + np.linalg.eigvalsh(np.outer(x, x) + np.diag(x))[0] + x[0] ** 2 % 0.7

    assert met(f, np.array([0.3, 1.7, 0.9]), gradient) == []


def test_the_line_is_that_of_the_users_code_and_the_elements_are_counted():
    def f(x):
        return np.sum(np.abs(x))

    with watch_kinks() as kinks:
        gradient(f)(np.array([0.0, 1.0, 0.0]))
    (kink,) = kinks
    first = inspect.getsourcelines(f)[1]
    assert (kink.file, kink.line, kink.count) == (__file__, first + 1, 2)
    assert str(kink) == f"{__file__}:{first + 1}: numpy.absolute at 0 in 2 elements"


def test_functions_made_of_others_and_python_functions_show_what_they_meet():
    assert met(lambda x: np.apply_along_axis(np.abs, 0, x), np.zeros(2))[0] == ("absolute", "0")
    assert ("absolute", "0") in met(lambda x: np.vectorize(lambda x: abs(x))(x), np.zeros(2))
    assert ("absolute", "0") in met(lambda x: np.frompyfunc(abs, 1, 1)(x), np.zeros(2))


def test_operations_in_place_are_watched_by_their_values_before():
    def f(x):
        x = x.copy()
        x **= 0.5
        x %= 2.0
        return x

    assert met(f, np.array([0.0, 16.0])) == [("power", "base 0"), ("remainder", "a jump")]


def test_recordings_and_hand_made_duals_are_watched():
    with watch_kinks() as kinks:
        linearize(np.abs, 0.0)
        abs(Dual(0.0, 1.0))
    assert [kink.what for kink in kinks] == ["0", "0"]


def test_derivatives_are_the_same_while_someone_watches():
    x = np.array([0.3, 0.0, 1.0])

    def f(x):
        return np.sqrt(x) * np.maximum(x, 0.3) + x**2.5 + np.hypot(x, 1.0) / np.abs(x - 2)

    expected = jacobian(f)(x)
    with watch_kinks():
        np.testing.assert_array_equal(jacobian(f)(x), expected)
    np.testing.assert_array_equal(jacobian(f)(x), expected)


def test_blocks_nest_and_leave_the_short_way_as_it_was():
    before = dict(PARTIALS)
    with watch_kinks() as outer:
        with watch_kinks() as inner:
            derivative(np.abs)(0.0)
        derivative(np.sqrt)(0.0)
    assert (len(inner), len(outer)) == (1, 1)
    derivative(np.sqrt)(0.0)
    assert len(outer) == 1
    assert before == PARTIALS


def test_an_error_in_the_block_ends_the_watch():
    before = dict(PARTIALS)
    with pytest.raises(ZeroDivisionError), watch_kinks():
        raise ZeroDivisionError
    assert before == PARTIALS


def test_each_thread_lists_its_own_events():
    found = {}

    def work(name, f, x):
        with watch_kinks() as kinks:
            for _ in range(100):
                derivative(f)(x)
        found[name] = {kink.function for kink in kinks}, len(kinks)

    threads = [threading.Thread(target=work, args=given) for given in
               [("a", np.abs, 0.0), ("b", np.sqrt, 0.0), ("c", np.sqrt, 1.0)]]  # fmt: skip
    with watch_kinks() as ours:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {"a": ({"numpy.absolute"}, 100), "b": ({"numpy.sqrt"}, 100), "c": (set(), 0)}
    assert ours == []


def test_every_function_in_the_table_of_kinks_has_a_rule_or_is_a_python_function():
    jvp(np.sort, (np.array([1.0, 2.0]),), (np.ones(2),))
    for function in KINKS:
        assert function in RULES or function in (int, round, math.floor, math.ceil, math.trunc), function


def test_a_comparison_with_something_else_than_a_number_is_left_alone():
    with watch_kinks() as kinks:
        assert not Dual(1.0, 1.0) == "one"  # noqa: SIM201
        assert Dual(1.0, 1.0) != None  # noqa: E711
    assert kinks == []


def test_a_registered_ufunc_runs_while_someone_watches():
    cube = np.frompyfunc(lambda x: x * x * x, 1, 1)
    register_ufunc(cube, lambda y, x: 3 * x**2)
    try:
        with watch_kinks() as kinks:
            assert derivative(cube)(2.0) == 12.0
        assert kinks == []
    finally:
        RULES.pop(cube)
