"""dualad: plain NumPy programs, unchanged."""

import numpy as np

import dualad
from benchmarks.contenders.base import Contender


class Dualad(Contender):
    name = "dualad"
    library = "numpy"

    def jvp(self, f):
        return lambda x, v: dualad.jvp(f, (x,), (v,))

    def jacobian(self, f):
        return dualad.jacobian(f)

    def gradient(self, f):
        return dualad.gradient(f)

    def sparse_jacobian(self, f, sparsity):
        return dualad.sparse_jacobian(f)

    if hasattr(dualad, "hessian"):

        def hessian(self, f):
            return dualad.hessian(f)

    if hasattr(dualad, "hvp"):

        def hvp(self, f):
            return dualad.hvp(f)

    if hasattr(dualad, "taylor"):

        def taylor(self, f, order):
            return lambda x: dualad.taylor(f, x, np.ones_like(x), order)
