"""PyTorch: ``torch.func`` on tensors in double precision, on the CPU."""

import numpy as np

from benchmarks.contenders.base import Contender


class Namespace:
    """torch under the names of NumPy that it lacks."""

    def __init__(self, torch):
        self.torch = torch
        self.array = torch.stack

    def __getattr__(self, name):
        return getattr(self.torch, name)

    def asarray(self, value):
        return self.torch.as_tensor(np.asarray(value))


class TorchFunc(Contender):
    name = "torch.func"
    library = "torch"
    packages = ("torch",)

    def namespace(self):
        import torch

        torch.set_num_threads(1)
        torch.set_default_dtype(torch.float64)
        return Namespace(torch)

    def native(self, value):
        import torch

        return torch.as_tensor(value, dtype=torch.float64) if isinstance(value, (float, np.ndarray)) else value

    def jvp(self, f):
        import torch

        return lambda x, v: torch.func.jvp(f, (x,), (v,))

    def jacobian(self, f):
        import torch

        return torch.func.jacfwd(f)

    def gradient(self, f):
        import torch

        return torch.func.grad(f)

    def hessian(self, f):
        import torch

        return torch.func.hessian(f)

    def hvp(self, f):
        import torch

        return lambda x, v: torch.func.jvp(torch.func.grad(f), (x,), (v,))[1]
