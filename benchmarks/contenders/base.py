"""What the runner asks of a contender."""

import importlib.util

import numpy as np

TASKS = ("jvp", "jacobian", "gradient", "hessian", "hvp", "sparse_jacobian", "taylor")


class Contender:
    """One way to obtain a derivative, spelled as its own users would.

    Each task that a contender has is a method that takes the program (and what `Workload.extras` holds for the
    task) and returns a function of native arguments, ready to be timed:

    ``jvp(f)(x, v)`` gives ``(f(x), f'(x) v)``; ``jacobian(f)(x)``, ``gradient(f)(x)``, ``hessian(f)(x)`` the
    array; ``hvp(f)(x, v)`` the product; ``sparse_jacobian(f)(x)`` a sparse matrix; ``taylor(f, order)(x)`` the
    Taylor coefficients up to that order, along the first axis.
    """

    name = ""
    library = ""  # the key of a workload's variants
    packages: tuple[str, ...] = ()
    tolerance = 1e-9  # relative to the largest element

    @classmethod
    def missing(cls):
        """The package that is not installed, or None."""
        return next((p for p in cls.packages if importlib.util.find_spec(p) is None), None)

    def namespace(self):
        """What a program sees as ``xp``."""
        return np

    def native(self, value):
        """An argument as the contender's users would hold it."""
        return value

    def plain(self, result):
        """A result as NumPy arrays."""
        return tuple(np.asarray(part) for part in result) if isinstance(result, (tuple, list)) else np.asarray(result)

    def sparse(self, result):
        """A sparse result as a SciPy matrix."""
        return result
