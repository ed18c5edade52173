"""The tables of docs/benchmarks.md, from the numbers of one run."""

import os
import platform
from datetime import date
from pathlib import Path

from benchmarks import plots
from benchmarks.targets import judged

HEAD = """# Benchmarks

Written by `python -m benchmarks --report docs`; how to read it, and why the numbers are as they are:
[performance](performance.md).

Every figure is a ratio within one interleaved run, so that only relations between the columns of a row mean something.
The first column is the time of the plain NumPy function; the others are multiples of it, smaller is better. A spread above
10 % (half the distance of the quartiles) is given behind the number. Every contender was compared with the
hand-written derivative before it was timed; what it cannot do, or got wrong, is listed at the end. What is compiled
is timed in its steady state; the first call has a table of its own.
"""


def machine():
    import numpy as np

    return {
        "date": date.today().isoformat(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
    }


def processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def line(name, results):
    """One workload on one line of the terminal."""
    base = base_of(results)
    parts = [
        f"{contender} {cell(row, base)}" for contender, row in results.items() if "seconds" in row and contender != "f"
    ]
    skipped = [f"{contender} ({row['why']})" for contender, row in results.items() if is_finding(row)]
    return f"{name:<32}{duration(base):>9}  " + ", ".join(parts) + (f"; not: {', '.join(skipped)}" if skipped else "")


def base_of(results):
    """Seconds of f; of a job, by hand."""
    return next(
        (results[name]["seconds"] for name in ("f", "hand") if "seconds" in results.get(name, {})), float("nan")
    )


def is_finding(row):
    return (
        "why" in row
        and row["why"] not in ("not tried", "a job has no plain function")
        and not row["why"].startswith("no ")
    )


def cell(row, base):
    if "seconds" not in row:
        return "-"
    spread = row["spread"] / row["seconds"]
    return number(row["seconds"] / base) + (f" ±{100 * spread:.0f}%" if spread > 0.1 else "")


def number(ratio):
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}" if ratio < 100 else f"{ratio:.0f}"


def duration(seconds):
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"


def table(head, rows):
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in [head, ["---"] * len(head), *rows]) + "\n"


def write(found, folder):
    """benchmarks.md and its plots."""
    folder = Path(folder)
    drawn = plots.write(found, folder)
    parts = [HEAD, about(found), *(f"![{title}]({name})\n" for title, name in drawn)]
    for family, workloads in found["families"].items():
        parts += [f"## {family}\n", family_table(workloads)]
    parts += first_calls(found) + extras(found) + targets(found) + behind(found) + findings(found)
    (folder / "benchmarks.md").write_text("\n".join(parts))


def about(found):
    m = found["machine"]
    effort = "quick run" if found["quick"] else "full run"
    skipped = "".join(f" Not installed: {name}." for name in found["skipped"])
    return (
        f"Run of {m['date']} ({effort}) on one core of {m['cores']} of an {m['processor']}, Python {m['python']}, "
        f"NumPy {m['numpy']}, other work on the machine at the same time.{skipped}{found.get('note', '')}\n"
    )


def names_in(workloads):
    return list(
        dict.fromkeys(name for row in workloads.values() for name, r in row["results"].items() if "seconds" in r)
    )


def family_table(workloads):
    names = [name for name in names_in(workloads) if name != "f"]
    jobs = not any("seconds" in row["results"].get("f", {}) for row in workloads.values())
    head = [
        "workload",
        "by hand" if jobs else "f",
        "dualad / hand",
        *(f"{name}{'' if jobs else ' / f'}" for name in names),
    ]
    rows = []
    for workload, row in workloads.items():
        results = row["results"]
        base = base_of(results)
        both = [results.get(name, {}).get("seconds") for name in ("dualad", "hand")]
        to_hand = number(both[0] / both[1]) if all(both) else "-"
        rows.append([workload, duration(base), to_hand, *(cell(results.get(name, {}), base) for name in names)])
    return table(head, rows)


def first_calls(found):
    """Seconds of the first call, for those in which it is more than ten steady ones."""
    rows = []
    for workloads in found["families"].values():
        for workload, row in workloads.items():
            for name, result in row["results"].items():
                if "seconds" in result and result["first"] > 0.05 and result["first"] > 10 * result["seconds"]:
                    rows.append(
                        [workload, name, duration(result["first"]), number(result["first"] / result["seconds"])]
                    )
    head = ["workload", "contender", "first call", "in steady calls"]
    return (
        ["## The first call\n", "Where it takes more than ten steady calls and 50 ms.\n", table(head, rows)]
        if rows
        else []
    )


def extras(found):
    parts = []
    if "cold" in found:
        base = found["cold"]["NumPy alone"]["seconds"]
        rows = [
            [name, number(row["seconds"] / base), duration(row["wall"]), f"{row['megabytes']:.0f}"]
            for name, row in found["cold"].items()
        ]
        parts += ["## Cold start\n", "Import and first Jacobian in a fresh process, CPU time, interleaved; wall time is the least of all rounds.\n",
                  table(["", "times NumPy alone", "wall", "peak memory (MB)"], rows)]  # fmt: skip
    if "memory" in found:
        rows = [[name, number(ratio)] for name, ratio in found["memory"].items()]
        parts += ["## Memory\n", "Peaks counted by tracemalloc.\n", table(["", "ratio"], rows)]
    if "growth" in found:
        rows = [
            [part["label"], name, text] for part in found["growth"].values() for name, text in part["slopes"].items()
        ]
        parts += ["## Growth\n", table(["with", "", "fitted"], rows)]
    if "habits" in found:
        rows = [[name, number(ratio)] for name, ratio in found["habits"].items()]
        parts += [
            "## Habits\n",
            "The same derivative by dualad, of a function written in two ways.\n",
            table(["from → to", "times faster"], rows),
        ]
    return parts


def targets(found):
    rows = [
        [what, "-" if ratio is None else number(ratio) if ratio >= 0.1 else f"{ratio:.3f}", f"{limit:.3g}",
         "no figure" if ratio is None else "met" if ratio <= limit else "**missed**"]
        for what, ratio, limit in judged(found)
    ]  # fmt: skip
    return ["## Targets\n", table(["", "measured", "at most", ""], rows)] if rows else []


def behind(found):
    """Who was faster than dualad, and how many times."""
    rows = []
    for workloads in found["families"].values():
        for workload, row in workloads.items():
            seconds = {name: r["seconds"] for name, r in row["results"].items() if "seconds" in r}
            ours = seconds.get("dualad")
            ahead = {
                name: ours / t
                for name, t in seconds.items()
                if ours and t < ours and name not in ("f", "hand", "dualad")
            }
            if ahead:
                order = sorted(ahead, key=ahead.get, reverse=True)
                rows.append([workload, ", ".join(f"{name} {number(ahead[name])}" for name in order)])
    text = (
        "How many times faster than dualad; the reasons are in [performance](performance.md#where-others-are-ahead).\n"
    )
    return ["## Who is ahead of dualad\n", text, table(["workload", "faster"], rows)] if rows else []


def findings(found):
    rows = [
        [workload, name, result["why"].replace("|", "/")]
        for workloads in found["families"].values()
        for workload, row in workloads.items()
        for name, result in row["results"].items()
        if is_finding(result)
    ]
    return ["## Failed or wrong\n", table(["workload", "contender", "what happened"], rows)] if rows else []
