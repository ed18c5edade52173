"""The examples run as scripts, and their numbers are the certified and the analytic ones."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parent.parent / "docs" / "examples"


def load(name):
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


misra = load("nist_misra1a")
pendulum = load("pendulum_sensitivity")


@pytest.mark.parametrize("start", misra.STARTS)
def test_the_fit_reaches_the_certified_values_to_nine_digits(start):
    b, _ = misra.fit(start)
    np.testing.assert_allclose(b, misra.CERTIFIED_ESTIMATES, rtol=5e-10)
    np.testing.assert_allclose(misra.standard_deviations(b), misra.CERTIFIED_DEVIATIONS, rtol=5e-10)
    np.testing.assert_allclose(np.sum(misra.residuals(b) ** 2), misra.CERTIFIED_SUM_OF_SQUARES, rtol=5e-10)


def test_the_differentiated_loop_agrees_with_the_variational_equations_to_nine_digits():
    sensitivity = pendulum.jacobian(pendulum.trajectory)(pendulum.INPUTS)
    by_hand = pendulum.variational(pendulum.INPUTS)
    assert sensitivity.shape == (pendulum.STEPS + 1, 2, 4)
    np.testing.assert_allclose(sensitivity, by_hand, rtol=5e-10, atol=1e-12)


def test_the_variational_equations_agree_with_differences():
    step = 1e-5
    for i, direction in enumerate(np.eye(4)):
        ahead, behind = (pendulum.trajectory(pendulum.INPUTS + s * direction) for s in (step, -step))
        np.testing.assert_allclose(
            pendulum.variational(pendulum.INPUTS)[:, :, i], (ahead - behind) / (2 * step), atol=1e-7
        )


@pytest.mark.parametrize(
    ("script", "sentence"),
    [("nist_misra1a", "2.3894212918e+02"), ("pendulum_sensitivity", "Greatest difference from the variational")],
)
def test_the_script_runs_and_reports(script, sentence):
    environment = os.environ | {"PYTHONPATH": str(FOLDER.parent.parent)}
    done = subprocess.run(
        [sys.executable, FOLDER / f"{script}.py"], capture_output=True, text=True, check=True, env=environment
    )
    assert sentence in done.stdout
    assert done.stderr == ""


def test_the_pendulum_draws_a_figure_on_demand(tmp_path, monkeypatch, capsys):
    pytest.importorskip("matplotlib")
    pendulum.main(["--plot", str(tmp_path / "pendulum.png")])
    assert (tmp_path / "pendulum.png").stat().st_size > 1000
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    pendulum.main(["--plot", str(tmp_path / "none.png")])
    assert "matplotlib is not installed" in capsys.readouterr().out
