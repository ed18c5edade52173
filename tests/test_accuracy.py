"""Derivatives against mpmath over the whole floating-point range: see `benchmarks.accuracy`."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mpmath")

from benchmarks.accuracy import roots
from benchmarks.accuracy.measure import measure
from benchmarks.accuracy.references import FIRST, LIMITS, SECOND


def each(slots):
    return pytest.mark.parametrize("slot", slots, ids=[slot.name for slot in slots])


def check(slot, order, count, dtype=np.float64, seed=0):
    row = measure(slot, count, dtype, seed)
    assert row["bad at"] == []
    assert row["ulp"] <= LIMITS[order], row["at"]


@each(FIRST)
def test_first_derivative_is_within_four_ulp(slot):
    check(slot, "first", 100)


@each(SECOND)
def test_second_derivative_is_within_sixteen_ulp(slot):
    check(slot, "second", 100)


@each([slot for slot in FIRST if "float_power" not in slot.name])
def test_first_derivative_in_float32_is_within_four_ulp(slot):
    check(slot, "first", 50, np.float32)


@pytest.mark.parametrize("kind", [roots.power, roots.sinc])
def test_next_to_its_own_zero_a_derivative_is_within_the_rounding_of_its_terms(kind):
    of_terms, _, _ = roots.measure(kind, 50)
    assert of_terms <= 2


@pytest.mark.sweep
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@each(FIRST)
def test_first_derivative_sweep(slot, dtype, seed):
    if dtype is np.float64 or "float_power" not in slot.name:  # float_power computes in float64
        check(slot, "first", 3000, dtype, seed)


@pytest.mark.sweep
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@each(SECOND)
def test_second_derivative_sweep(slot, dtype):
    check(slot, "second", 3000, dtype, seed=1)


def test_the_page_has_a_row_for_each_slot_and_ours_is_within_the_limit():
    text = (Path(__file__).parent.parent / "docs" / "accuracy.md").read_text()
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| `")
    ]
    assert [row[0].strip("`") for row in rows] == [slot.name for slot in FIRST]
    assert all(float(row[1]) <= LIMITS["first"] for row in rows)  # a number of wrong points would not be a float
