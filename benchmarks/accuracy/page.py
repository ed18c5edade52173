"""``python -m benchmarks.accuracy.page``: measure ours beside the peers, and write the table of docs/accuracy.md."""

import argparse
import re
from pathlib import Path

import numpy as np

from benchmarks.accuracy import peers
from benchmarks.accuracy.measure import compare, measure, points_of, truths
from benchmarks.accuracy.references import FIRST, LIMITS

PAGE = Path(__file__).parents[2] / "docs" / "accuracy.md"


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy.page", description=__doc__)
    parser.add_argument("--points", type=int, default=2000, help="points for each slot")
    parser.add_argument("--only", default="", help="slots whose name contains this; the page stays as it is")
    options = parser.parse_args()
    contenders = peers.installed()
    lines = [_line(["function / argument", "dualad", *contenders]), _line(["---"] * (2 + len(contenders)))]
    good = dict.fromkeys(["dualad", *contenders], 0)
    counted = dict.fromkeys(good, 0)
    for slot in (slot for slot in FIRST if options.only in slot.name):
        row = results(slot, options.points, contenders)
        for name, found in row.items():
            counted[name] += found is not None
            good[name] += found is not None and not found[1] and found[0] <= LIMITS["first"]
        lines.append(_line([f"`{slot.name}`", *[_text(row[name]) for name in good]]))
        print(lines[-1], flush=True)
    lines.append(_line(["**within 4 ulp, none wrong**", *[f"**{good[name]} of {counted[name]}**" for name in good]]))
    print(lines[-1])
    if not options.only:
        table = "\n".join(lines)
        PAGE.write_text(re.sub(r"(?ms)^\| function / argument.*?\n(?=\n)", lambda _: table + "\n", PAGE.read_text()))


def results(slot, count, contenders):
    """Worst ulp and number of wrong points for each contender; None where it has no such derivative."""
    own = measure(slot, count)
    row = {"dualad": (own["ulp"], own["bad"])}
    x = points_of(slot, count, np.float64, 0)
    truth = truths(slot.truth, x)
    for name, peer in contenders.items():
        try:
            error, wrong = compare(peers.differentiate(peer, slot, x), *truth, np.float64)
            row[name] = float(error.max(initial=0.0)), int(wrong.sum())
        except peers.Missing:
            row[name] = None
    return row


def _text(found):
    if found is None:
        return "-"
    ulp, wrong = found
    number = f"{ulp:.1f}" if ulp < 1000 else f"{ulp:.0e}".replace("e+0", "e").replace("e+", "e")
    return f"{number} ({wrong})" if wrong else number


def _line(cells):
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
