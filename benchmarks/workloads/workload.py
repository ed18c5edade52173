"""One problem: a program, a point, and the derivative by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Workload:
    """A task on a program at a point.

    ``program(xp)`` returns f written with the namespace xp: NumPy, or a contender's own. ``variants`` holds other
    spellings by library, where a user of that library would write it otherwise. ``hand`` takes what the task's
    function takes and returns the same. ``job(f, jac, x)`` is a whole computation that uses the derivative; with
    ``jac=None`` it uses the solver's finite differences.
    """

    name: str
    task: str
    program: Callable[[Any], Callable[..., Any]]
    x: Any
    v: Any = None
    hand: Callable[..., Any] | None = None
    variants: dict[str, Callable[[Any], Callable[..., Any]]] = field(default_factory=dict)
    without: tuple[str, ...] = ()  # contenders that cannot take it, or for which it is hopeless
    extras: tuple[Any, ...] = ()  # further arguments of the task: the order, the sparsity
    job: Callable[..., Any] | None = None
    heavy: bool = False  # left out by --quick
    tolerance: float = 0.0  # at least this, for problems that are ill-conditioned themselves

    def arguments(self):
        """The arguments of the task's function."""
        return (self.x,) if self.v is None else (self.x, self.v)
