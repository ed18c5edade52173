"""``python -m benchmarks.accuracy.picture``: where textbook formulas lose their digits, as docs/accuracy.png."""

from pathlib import Path

import mpmath as mp
import numpy as np

from benchmarks.accuracy import peers
from benchmarks.accuracy.measure import differentiate, truths
from benchmarks.accuracy.references import FIRST

FILE = Path(__file__).parents[2] / "docs" / "accuracy.png"


def main():
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    contenders = peers.installed()
    figure, axes = plt.subplots(1, 3, figsize=(13, 4), constrained_layout=True)
    panels = [
        ("tanh", np.linspace(0.1, 360, 400), lambda x: x, "linear", "tanh'(x), x"),
        ("arccos", 1 - np.exp2(-np.linspace(2, 52, 400)), lambda x: 1 - x, "log", "arccos'(x), 1 - x"),
        (
            "logaddexp/x",
            np.linspace(0, 740, 400),
            lambda x: x,
            "linear",
            "d logaddexp(-x, 0) / dx, a tail like erfc: x",
        ),
    ]
    for axis, (name, x, across, scale, label) in zip(axes, panels, strict=True):
        slot = next(slot for slot in FIRST if slot.name == name)
        points = (-x, np.zeros_like(x)) if name == "logaddexp/x" else (x,)
        high, low = truths(slot.truth, points)
        lines = {"dualad": differentiate(slot.function, points, slot.wrt)}
        for peer, loaded in contenders.items():
            lines[peer] = peers.differentiate(loaded, slot, points)
        for peer, found in lines.items():
            with np.errstate(all="ignore"):
                error = np.maximum(np.abs((found - high) - low) / np.spacing(np.abs(high)), 0.1)
            axis.plot(across(x), error, label=peer, lw=2.5 if peer == "dualad" else 1.2)
        axis.set(xscale=scale, yscale="log", xlabel=label, ylabel="error in ulp")
        axis.axhline(4, color="grey", lw=0.7, ls=":")
    axes[0].legend()
    figure.savefig(FILE, dpi=90)
    print(f"{FILE}, against mpmath {mp.__version__}")


if __name__ == "__main__":
    main()
