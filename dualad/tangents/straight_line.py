"""A linear program as one Python function without a loop: what is left of a step is the arithmetic itself.

The source is made of numbered names alone; functions and coefficients are handed over beside it.
"""

import operator

import numpy as np

MOST_STEPS = 2000  # compiling a longer program takes too long
_SIGNS = {
    operator.mul: "*", np.multiply: "*", operator.truediv: "/", np.divide: "/",
    operator.add: "+", np.add: "+", operator.sub: "-", np.subtract: "-",
}  # fmt: skip


def compiled(steps, inputs, outputs):
    """The function of the inputs' tangents that gives those of the outputs, from the steps of a `Replay`."""
    names = {i: f"t{i}" for i in range(inputs)}
    held = {}
    lines = [f"def run({', '.join(names.values())}):"]
    for number, (function, given, constants, over, slot, gone) in enumerate(steps):
        operands = [names[i] for i in given]
        for c in constants:
            operands.append(f"c{number}")
            held[f"c{number}"] = c
        sign = _SIGNS.get(function)
        names[slot] = operands[0] if over else f"t{slot}"
        if sign is None:
            held[f"f{number}"] = function
            lines.append(f"  {names[slot]} = f{number}({', '.join(operands)})")
        elif over:
            lines.append(f"  {operands[0]} {sign}= {operands[1]}")
        else:
            lines.append(f"  {names[slot]} = {operands[0]} {sign} {operands[1]}")
        free = {names[i] for i in gone} - {names[slot]}
        if free:
            lines.append(f"  del {', '.join(sorted(free))}")
    lines.append(f"  return [{', '.join('None' if i is None else names[i] for i in outputs)}]")
    exec("\n".join(lines), held)
    return held["run"]
