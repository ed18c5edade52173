"""The table of special points in docs/conventions.md is true, row by row."""

import warnings

import numpy as np
import pytest

from benchmarks.conventions import PAGE, point, rows
from dualad import jacobian, jvp

TABLE = [point(cells) for cells in rows(PAGE.read_text())]
every_row = pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.expression} at {row.at}")


@pytest.fixture(autouse=True)
def no_warnings_about_the_value():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def arguments(row):
    return [np.array(x, float) if np.ndim(x) else float(x) for x in row.at.values()]


@every_row
def test_derivative_at_a_special_point(row):
    given = arguments(row)
    found = jacobian(row.function(np), tuple(range(len(given))))(*given)
    for derivative, expected in zip(found, row.derivatives, strict=True):
        np.testing.assert_array_equal(derivative, expected)


@every_row
def test_a_zero_tangent_gives_zero_where_the_value_is_a_number(row):
    given = arguments(row)
    y, dy = jvp(row.function(np), tuple(given), tuple(0.0 * np.ones_like(x) for x in given))
    np.testing.assert_array_equal(dy, np.where(np.isnan(y), dy, 0.0))


def test_the_table_names_all_points_that_need_a_convention():
    text = " ".join(row.expression for row in TABLE)
    names = """abs sign maximum minimum max min sort median clip sqrt cbrt log arcsin arccosh hypot arctan2 norm sinc
        logaddexp floor round % // copysign where prod cumprod == x**0 x**1 0.0**x divide"""
    assert [name for name in names.split() if name not in text] == []
