"""The benchmark suite measures what it says: derivatives that are right, in a report that can be written."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.contenders.ours import Dualad
from benchmarks.contenders.plain import Plain, SciPyDifferences
from benchmarks.run import NotAvailable, distance, prepared, reference
from benchmarks.targets import TARGETS
from benchmarks.workloads import FAMILIES

WORKLOADS = {workload.name: workload for workloads in FAMILIES.values() for workload in workloads}
SMALL = [name for name, w in WORKLOADS.items() if np.size(w.x) <= 10_000 and not w.job and name != "network n=1000"]


@pytest.mark.parametrize("name", SMALL)
def test_the_derivative_by_hand_is_that_of_finite_differences_and_of_dualad(name):
    workload = WORKLOADS[name]
    expected = reference(workload)
    for contender in (Dualad(), SciPyDifferences()):
        try:
            _, found, _ = prepared(workload, contender)
        except NotAvailable:
            continue
        assert distance(found, expected) <= max(contender.tolerance, workload.tolerance)


def test_a_wrong_derivative_is_noticed():
    value, slope = reference(WORKLOADS["pade"])
    assert distance((value, slope * 1.001), (value, slope)) > 1e-4
    assert distance((value, np.nan), (value, slope)) == np.inf
    assert distance(np.ones(3), np.ones(2)) == np.inf


def test_the_function_itself_has_no_derivative_to_check():
    _, found, _ = prepared(WORKLOADS["pade"], Plain())
    assert found == reference(WORKLOADS["pade"])[0]


def test_every_target_names_a_workload():
    assert {workload for workload, *_ in TARGETS} <= set(WORKLOADS)


def test_a_quick_run_writes_numbers_and_a_report(tmp_path):
    arguments = [
        "--quick",
        "--only",
        "pade",
        "--contender",
        "dualad",
        "--json",
        tmp_path / "run.json",
        "--report",
        tmp_path,
    ]
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *map(str, arguments)], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "run.json").read_text())["families"]["Scalar code, one direction"]["pade"][
        "results"
    ]
    assert list(results) == ["f", "hand", "dualad"]
    assert "| pade |" in (tmp_path / "benchmarks.md").read_text()


def test_an_unknown_contender_is_refused_by_name():
    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--contender", "slide rule"], cwd=root, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "no such contender: slide rule" in done.stderr
