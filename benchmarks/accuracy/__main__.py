"""``python -m benchmarks.accuracy``: the accuracy of every partial derivative of every real ufunc."""

import argparse
import json

import numpy as np

from benchmarks.accuracy.measure import measure
from benchmarks.accuracy.references import FIRST, LIMITS, SECOND


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--points", type=int, default=2000, help="points for each slot")
    parser.add_argument("--only", default="", help="slots whose name contains this")
    parser.add_argument("--order", choices=["first", "second", "both"], default="both")
    parser.add_argument("--dtype", choices=["float64", "float32"], default="float64")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", help="file for the numbers behind the tables")
    options = parser.parse_args()
    tables = {}
    for order, slots in (("first", FIRST), ("second", SECOND)):
        if options.order in (order, "both"):
            chosen = [slot for slot in slots if options.only in slot.name]
            if options.dtype == "float32":
                chosen = [slot for slot in chosen if "float_power" not in slot.name]  # computes in float64
            tables[order] = table(order, chosen, options)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(tables, file, indent=1)


def table(order, slots, options):
    """Measure and print, one line for each slot."""
    print(f"\nderivatives of {order} order, {options.dtype}, against mpmath (limit {LIMITS[order]} ulp)")
    print(f"{'slot':<18}{'points':>7}{'worst ulp':>11}{'bad':>5}")
    rows = []
    for slot in slots:
        row = measure(slot, options.points, np.dtype(options.dtype).type, options.seed)
        rows.append(row)
        failed = row["bad"] or row["ulp"] > LIMITS[order]
        note = f"  at {row['at']} {row['bad at'][:2] or ''}" if failed else ""
        print(f"{row['slot']:<18}{row['points']:>7}{row['ulp']:>11.2f}{row['bad']:>5}{note}")
    within = sum(not row["bad"] and row["ulp"] <= LIMITS[order] for row in rows)
    print(f"{within} of {len(rows)} within {LIMITS[order]} ulp and without a wrong point")
    return rows


if __name__ == "__main__":
    main()
