"""The same derivatives by JAX, autograd and PyTorch, where they are installed."""

import warnings

import numpy as np


class Missing(Exception):
    """The library has no such function, or no derivative of it."""


def with_jax():
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")
    import jax.numpy as jnp

    def slope(function, x, wrt):
        return jax.jvp(lambda moved: function(*_with(x, wrt, moved)), (x[wrt],), (np.ones_like(x[wrt]),))[1]

    return jnp, slope


def with_autograd():
    import autograd
    import autograd.numpy as anp

    return anp, lambda function, x, wrt: autograd.elementwise_grad(function, wrt)(*x)


_TORCH_NAMES = {
    "absolute": "abs", "power": "pow", "float_power": "float_power", "conjugate": "conj_physical", "fabs": "abs",
    "degrees": "rad2deg", "radians": "deg2rad", "rint": "round",
}  # fmt: skip


def with_torch():
    import torch

    class Namespace:
        def __getattr__(self, name):
            return getattr(torch, _TORCH_NAMES.get(name, name))

    def slope(function, x, wrt):
        x = [torch.tensor(p) for p in x]
        x[wrt].requires_grad_()
        return torch.autograd.grad(function(*x).sum(), x[wrt])[0].numpy()

    return Namespace(), slope


PEERS = {"JAX": with_jax, "autograd": with_autograd, "PyTorch": with_torch}


def installed():
    """The peers that can be imported: pairs of namespace and slope by name."""
    found = {}
    for name, load in PEERS.items():
        try:
            found[name] = load()
        except ImportError:
            print(f"{name} is not installed: skipped")
    return found


def differentiate(peer, slot, x):
    """The derivative of first order of a slot at all points, by one peer."""
    namespace, slope = peer
    base, _, output = slot.name.split("/")[0].partition(":")
    function = getattr(namespace, base, None)
    if function is None:
        raise Missing(base)
    chosen = (lambda *x: function(*x)[int(output)]) if output else function
    if base == "ldexp":
        chosen = lambda x: function(x, 5)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return np.array(slope(chosen, x, slot.wrt[0]))
    except Exception as problem:  # each library has errors of its own for what it cannot differentiate
        raise Missing(f"{base}: {problem}") from problem


def _with(x, position, moved):
    return [moved if i == position else p for i, p in enumerate(x)]
