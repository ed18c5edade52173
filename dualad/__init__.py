"""Exact derivatives of the NumPy code people already have, by forward-mode automatic differentiation.

A `Dual` carries a primal (the value) and a tangent (its derivative) together through arithmetic, NumPy's
ufuncs and NumPy's functions. The operators seed tangents, call your function, and extract the result.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from dualad.dual import Dual
from dualad.errors import (
    DtypeError,
    DualError,
    LevelError,
    LostDerivativeError,
    NoRuleError,
    ShapeError,
    StructureError,
)
from dualad.operators.directional import jvp
from dualad.operators.jacobians import (
    derivative,
    gradient,
    jacobian,
    value_and_derivative,
    value_and_gradient,
    value_and_jacobian,
)
from dualad.parts import is_dual, primal, stop_derivative, tangent
from dualad.registration import register_ufunc

if TYPE_CHECKING:
    from dualad.operators.custom import custom_jvp
    from dualad.operators.explained import explain
    from dualad.operators.flat import flat_jacobian
    from dualad.operators.hessians import hessian, value_gradient_and_hessian
    from dualad.operators.hvp import hvp
    from dualad.operators.implicit import implicit_fixed_point, implicit_root
    from dualad.operators.kinks import Kink, watch_kinks
    from dualad.operators.lift import lift
    from dualad.operators.linearized import linearize, vjp
    from dualad.operators.second_directional import second_directional_derivative
    from dualad.operators.series import taylor
    from dualad.operators.sparsity import jacobian_sparsity, sparse_hessian, sparse_jacobian

# names that are imported when they are first used, to keep ``import dualad`` short
_LATER = {
    "explain": "dualad.operators.explained",
    "custom_jvp": "dualad.operators.custom",
    "flat_jacobian": "dualad.operators.flat",
    "hessian": "dualad.operators.hessians",
    "hvp": "dualad.operators.hvp",
    "implicit_fixed_point": "dualad.operators.implicit",
    "implicit_root": "dualad.operators.implicit",
    "Kink": "dualad.operators.kinks",
    "jacobian_sparsity": "dualad.operators.sparsity",
    "lift": "dualad.operators.lift",
    "linearize": "dualad.operators.linearized",
    "second_directional_derivative": "dualad.operators.second_directional",
    "sparse_hessian": "dualad.operators.sparsity",
    "sparse_jacobian": "dualad.operators.sparsity",
    "taylor": "dualad.operators.series",
    "value_gradient_and_hessian": "dualad.operators.hessians",
    "vjp": "dualad.operators.linearized",
    "watch_kinks": "dualad.operators.kinks",
}

__version__ = "0.1.0"

__all__ = [
    "DtypeError",
    "Dual",
    "DualError",
    "Kink",
    "LevelError",
    "LostDerivativeError",
    "NoRuleError",
    "ShapeError",
    "StructureError",
    "custom_jvp",
    "derivative",
    "explain",
    "flat_jacobian",
    "gradient",
    "hessian",
    "hvp",
    "implicit_fixed_point",
    "implicit_root",
    "is_dual",
    "jacobian",
    "jacobian_sparsity",
    "jvp",
    "lift",
    "linearize",
    "primal",
    "register_ufunc",
    "second_directional_derivative",
    "sparse_hessian",
    "sparse_jacobian",
    "stop_derivative",
    "tangent",
    "taylor",
    "value_and_derivative",
    "value_and_gradient",
    "value_and_jacobian",
    "value_gradient_and_hessian",
    "vjp",
    "watch_kinks",
]


def __getattr__(name):
    if name not in _LATER:
        raise AttributeError(f"module 'dualad' has no attribute {name!r}")
    value = getattr(import_module(_LATER[name]), name)
    globals()[name] = value
    return value


def __dir__():
    return sorted(globals().keys() | _LATER.keys())
