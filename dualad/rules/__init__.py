"""What is the derivative of …: one table, keyed by the NumPy callable.

The families that nearly every program needs are imported here; `table.find` imports `further` and
other rare ones when a function is looked up that is in none of them, to keep ``import dualad`` short.
"""

from dualad.rules import (  # noqa: F401
    complex_parts,
    constant,
    creation,
    elementwise,
    joining,
    linear,
    movement,
    picking,
    products,
    reductions,
    views,
)
