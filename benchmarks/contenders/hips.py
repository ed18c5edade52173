"""HIPS autograd: reverse mode over NumPy."""

from benchmarks.contenders.base import Contender


class Autograd(Contender):
    name = "autograd"
    library = "autograd"
    packages = ("autograd",)

    def namespace(self):
        import autograd.numpy

        return autograd.numpy

    def jvp(self, f):
        import autograd

        push = autograd.make_jvp(f)
        return lambda x, v: push(x)(v)

    def jacobian(self, f):
        import autograd

        return autograd.jacobian(f)

    def gradient(self, f):
        import autograd

        return autograd.grad(f)

    def hessian(self, f):
        import autograd

        return autograd.hessian(f)

    def hvp(self, f):
        import autograd

        return autograd.hessian_vector_product(f)
