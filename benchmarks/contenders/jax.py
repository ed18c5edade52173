"""JAX on the CPU in double precision, compiled and not."""

import os

import numpy as np

from benchmarks.contenders.base import Contender


class JaxPlain(Contender):
    """Every operation on its own: what a user meets while writing and debugging."""

    name = "JAX"
    library = "jax"
    packages = ("jax",)

    def namespace(self):
        os.environ.setdefault("JAX_PLATFORMS", "cpu")
        os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
        import jax

        jax.config.update("jax_enable_x64", True)
        return jax.numpy

    def native(self, value):
        import jax

        return jax.numpy.asarray(value, dtype=float) if isinstance(value, (float, np.ndarray)) else value

    def compiled(self, function):
        """The function with its result waited for."""
        import jax

        return lambda *arguments: jax.block_until_ready(function(*arguments))

    def jvp(self, f):
        import jax

        return self.compiled(lambda x, v: jax.jvp(f, (x,), (v,)))

    def jacobian(self, f):
        import jax

        return self.compiled(jax.jacfwd(f))

    def gradient(self, f):
        import jax

        return self.compiled(jax.grad(f))

    def hessian(self, f):
        import jax

        return self.compiled(jax.hessian(f))

    def hvp(self, f):
        import jax

        return self.compiled(lambda x, v: jax.jvp(jax.grad(f), (x,), (v,))[1])

    def taylor(self, f, order):
        import jax
        from jax.experimental.jet import jet

        factorials = np.cumprod([1.0, *range(1, order + 1)])

        def coefficients(x):
            rest = [jax.numpy.ones_like(x)] + [jax.numpy.zeros_like(x)] * (order - 1)
            y, derivatives = jet(f, (x,), (rest,))
            return jax.numpy.stack([y, *derivatives]) / factorials.reshape((-1,) + (1,) * y.ndim)

        return self.compiled(coefficients)


class JaxCompiled(JaxPlain):
    """Compiled by ``jit``: the steady state, without the first call."""

    name = "JAX (jit)"
    library = "jax-jit"

    def compiled(self, function):
        import jax

        return super().compiled(jax.jit(function))
