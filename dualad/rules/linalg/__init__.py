"""Linear algebra: `numpy.linalg`, one factorisation for all directions where NumPy allows it.

The value always comes from NumPy. The tangent is made of matrix products with what the value, or one more
factorisation, gives. Source of most formulas: Giles (2008), "Collected matrix derivative results for forward and
reverse mode algorithmic differentiation".
"""

from dualad.rules.linalg import (  # noqa: F401
    chains,
    determinants,
    diagonals,
    eigenvalues,
    norms,
    pseudoinverse,
    singular_values,
    solving,
    triangular,
)
