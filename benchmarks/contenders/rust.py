"""num_dual: dual numbers in Rust, one Python object for each number."""

import types

import numpy as np

from benchmarks.contenders.base import Contender


class NumDual(Contender):
    name = "num_dual"
    library = "num_dual"
    packages = ("num_dual",)

    def namespace(self):
        names = ("sin", "cos", "tan", "exp", "log", "sqrt", "tanh")
        return types.SimpleNamespace(**{name: getattr(np, name) for name in names}, array=list)

    def native(self, value):
        return value.tolist() if isinstance(value, np.ndarray) else value

    def plain(self, result):
        return tuple(np.asarray(part) for part in result) if isinstance(result, tuple) else np.asarray(result)

    def jvp(self, f):
        import num_dual

        def one_direction(x, v):
            y, slope = num_dual.first_derivative(f, x)
            return y, slope * v

        return one_direction

    def jacobian(self, f):
        import num_dual

        return lambda x: num_dual.jacobian(f, x)[1]

    def gradient(self, f):
        import num_dual

        return lambda x: num_dual.gradient(f, x)[1]

    def hessian(self, f):
        import num_dual

        return lambda x: num_dual.hessian(f, x)[2]
