"""The table of special points in docs/conventions.md is true, row by row."""

import warnings

import numpy as np
import pytest

from benchmarks.conventions import PAGE, point, rows
from dualad import gradient, jacobian, jvp, vjp

TABLE = [point(cells) for cells in rows(PAGE.read_text())]
every_row = pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.expression} at {row.at}")


@pytest.fixture(autouse=True)
def no_warnings_about_the_value():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def arguments(row):
    return [np.array(x, float) if np.ndim(x) else float(x) for x in row.at.values()]


@pytest.mark.parametrize("mode", ["forward", "reverse"])
@every_row
def test_derivative_at_a_special_point(row, mode):
    given = arguments(row)
    found = jacobian(row.function(np), tuple(range(len(given))), mode=mode)(*given)
    for derivative, expected in zip(found, row.derivatives, strict=True):
        np.testing.assert_array_equal(derivative, expected)


@every_row
def test_a_zero_tangent_gives_zero_where_the_value_is_a_number(row):
    given = arguments(row)
    y, dy = jvp(row.function(np), tuple(given), tuple(0.0 * np.ones_like(x) for x in given))
    np.testing.assert_array_equal(dy, np.where(np.isnan(y), dy, 0.0))


ROOTS = [
    (lambda x: np.sqrt(x), [0.0, 4.0]),
    (lambda x: np.where(x > 0, np.sqrt(x), 0.0), [-1.0, 0.0, 4.0]),
    (lambda x: np.where(x > 0, x * np.log(x), 0.0), [-1.0, 0.0, 4.0]),
    (lambda x: np.sqrt((x[:, None] - x) ** 2), [1.0, 2.0, 4.0]),
    (lambda x: np.sqrt(x + 0j), [0.0, 4.0]),
    (lambda x: x[::2] / np.sqrt(x[1::2]) * np.array([[1.0], [0.0]]), [1.0, 4.0, 0.0, 9.0]),
]


@pytest.mark.parametrize(("f", "x"), ROOTS)
def test_zeros_win_in_reverse_mode_where_they_do_in_forward_mode(f, x):
    x = np.array(x)
    expected = jacobian(f)(x)
    np.testing.assert_allclose(jacobian(f, mode="reverse")(x), expected, rtol=1e-14)
    _, pull = vjp(f, x)
    for _ in range(4):  # the program is simplified where it runs often
        for u, row in zip(np.eye(expected[..., 0].size), expected.reshape(-1, x.size), strict=True):
            np.testing.assert_allclose(pull(u.reshape(expected.shape[:-1]))[0], row, rtol=1e-14)
    if expected.ndim == 2:
        total = lambda x: np.sum(f(x).real)
        np.testing.assert_allclose(gradient(total, mode="reverse")(x), gradient(total)(x), rtol=1e-14)


def test_the_table_names_all_points_that_need_a_convention():
    text = " ".join(row.expression for row in TABLE)
    names = """abs sign maximum minimum max min sort median clip sqrt cbrt log arcsin arccosh hypot arctan2 norm sinc
        logaddexp floor round % // copysign where prod cumprod == x**0 x**1 0.0**x divide"""
    assert [name for name in names.split() if name not in text] == []
