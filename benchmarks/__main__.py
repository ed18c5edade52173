"""``python -m benchmarks``: derivatives by dualad and by its peers, in one interleaved run on one core."""

import argparse
import json

from benchmarks.timing import one_core

one_core()

from benchmarks import cold, growth, habits, memory, report, run  # noqa: E402
from benchmarks.contenders import CONTENDERS  # noqa: E402
from benchmarks.workloads import FAMILIES  # noqa: E402


def main():
    options = parsed()
    if options.read:
        with open(options.read) as file:
            found = json.load(file)
    else:
        found = measured(options)
    save(found, options)
    if options.report:
        report.write(found, options.report)


def parsed():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default="", help="workloads or families whose name contains this")
    parser.add_argument("--contender", action="append", help="this contender beside f and hand (repeatable)")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no n = 1e7")
    parser.add_argument("--json", metavar="FILE", help="write the numbers here")
    parser.add_argument("--report", metavar="FOLDER", help="write benchmarks.md and its plots here")
    parser.add_argument("--read", metavar="FILE", help="report from these numbers instead of a new run")
    return parser.parse_args()


def measured(options):
    contenders, skipped = chosen(options.contender)
    for name, package in skipped.items():
        print(f"{name}: skipped, {package} is not installed")
    found = {"machine": report.machine(), "quick": options.quick, "skipped": skipped, "families": {}}
    effort = (5, 0.01, 2.0) if options.quick else (11, 0.02, 10.0)
    for family, workloads in FAMILIES.items():
        for workload in workloads:
            if options.only not in f"{family}: {workload.name}" or (options.quick and workload.heavy):
                continue
            results = run.quietly(run.measure, workload, contenders, *effort)
            found["families"].setdefault(family, {})[workload.name] = {"task": workload.task, "results": results}
            print(report.line(workload.name, results), flush=True)
        save(found, options)
    for title, part in (("cold", cold), ("memory", memory), ("growth", growth), ("habits", habits)):
        if options.only in title:
            found[title] = run.quietly(part.measured, contenders, options.quick)
            print("\n".join(part.lines(found[title])), flush=True)
    return found


def save(found, options):
    """The numbers so far: a long run may be stopped."""
    if options.json:
        with open(options.json, "w") as file:
            json.dump(found, file, indent=1)


def chosen(names):
    """The contenders that take part, and those that are not installed."""
    everyone = [contender() for contender in CONTENDERS]
    if names:
        known = {contender.name for contender in everyone}
        unknown = sorted(set(names) - known)
        if unknown:
            raise SystemExit(f"no such contender: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        everyone = [c for c in everyone if c.name in {*names, "f", "hand"}]
    skipped = {c.name: c.missing() for c in everyone if c.missing()}
    return [c for c in everyone if c.name not in skipped], skipped


if __name__ == "__main__":
    main()
