"""CasADi: expression graphs, differentiated once and evaluated by its virtual machine."""

import types

import numpy as np

from benchmarks.contenders.base import Contender


def namespace(casadi):
    """CasADi under NumPy's names; vectors are columns."""
    names = ("sin", "cos", "tan", "exp", "log", "sqrt", "tanh")
    functions = {name: getattr(casadi, name) for name in names}
    joined = lambda parts: casadi.vertcat(*parts)
    return types.SimpleNamespace(
        **functions, array=joined, stack=joined, concatenate=joined, sum=casadi.sum1, asarray=casadi.DM, casadi=casadi
    )


class CasADi(Contender):
    name = "CasADi"
    library = "casadi"
    packages = ("casadi",)

    def namespace(self):
        import casadi

        return namespace(casadi)

    def plain(self, result):
        if isinstance(result, (tuple, list)):
            return tuple(self.plain(part) for part in result)
        return result.full()

    def sparse(self, result):
        return result.sparse()

    def _function(self, f, results, directions=False):
        """A CasADi function for the results (of y, x and v) that compiles its graph at the first call."""
        import casadi

        made = []

        def called(x, v=None):
            if not made:
                symbol = casadi.MX if np.size(x) > 1000 or getattr(f, "matrices", False) else casadi.SX
                s, d = symbol.sym("x", np.size(x)), symbol.sym("v", np.size(x))
                outputs = results(f(s), s, d)
                made.append(casadi.Function("derivative", [s, d] if directions else [s], outputs))
            return made[0](x, v) if directions else made[0](x)

        return called

    def jvp(self, f):
        import casadi

        return self._function(f, lambda y, x, v: [y, casadi.jtimes(y, x, v)], directions=True)

    def jacobian(self, f):
        import casadi

        return self._function(f, lambda y, x, v: [casadi.jacobian(y, x)])

    def sparse_jacobian(self, f, sparsity):
        return self.jacobian(f)

    def gradient(self, f):
        import casadi

        return self._function(f, lambda y, x, v: [casadi.gradient(y, x)])

    def hessian(self, f):
        import casadi

        return self._function(f, lambda y, x, v: [casadi.hessian(y, x)[0]])

    def hvp(self, f):
        import casadi

        return self._function(f, lambda y, x, v: [casadi.jtimes(casadi.gradient(y, x), x, v)], directions=True)
