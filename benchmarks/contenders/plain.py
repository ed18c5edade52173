"""The yardsticks: the function itself, its derivative by hand, and finite differences."""

import numpy as np

from benchmarks.contenders.base import Contender


class Plain(Contender):
    """f itself, in NumPy: what every ratio is relative to."""

    name = "f"
    library = "numpy"


class Hand(Contender):
    """The derivative written by hand in NumPy, as a careful person would."""

    name = "hand"
    library = "numpy"


class SciPyDifferences(Contender):
    """Forward differences: what SciPy's solvers do when no ``jac`` is given."""

    name = "SciPy 2-point"
    library = "numpy"
    packages = ("scipy",)
    tolerance = 1e-4

    def jvp(self, f):
        def forward(x, v):
            step = 1.5e-8 * max(1.0, float(np.max(np.abs(x))))
            y = f(x)
            return y, (f(x + step * v) - y) / step

        return forward

    def jacobian(self, f):
        from scipy.optimize._numdiff import approx_derivative

        return lambda x: approx_derivative(f, x, method="2-point")

    gradient = jacobian

    def sparse_jacobian(self, f, sparsity):
        from scipy.optimize._numdiff import approx_derivative, group_columns

        structure = sparsity, group_columns(sparsity)
        return lambda x: approx_derivative(f, x, method="2-point", sparsity=structure)


class Numdifftools(Contender):
    """Finite differences with Richardson extrapolation."""

    name = "numdifftools"
    library = "numpy"
    packages = ("numdifftools",)
    tolerance = 1e-5

    def jvp(self, f):
        import numdifftools

        slope = numdifftools.Derivative(f)
        return lambda x, v: (f(x), slope(x) * v)

    def jacobian(self, f):
        import numdifftools

        return numdifftools.Jacobian(f)

    def gradient(self, f):
        import numdifftools

        return numdifftools.Gradient(f)

    def hessian(self, f):
        import numdifftools

        return numdifftools.Hessian(f)
