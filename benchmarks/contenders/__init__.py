"""One file for each library, written as its own users would write it."""

from benchmarks.contenders.hips import Autograd
from benchmarks.contenders.jax import JaxCompiled, JaxPlain
from benchmarks.contenders.ours import Dualad
from benchmarks.contenders.plain import Hand, Numdifftools, Plain, SciPyDifferences
from benchmarks.contenders.pytorch import TorchFunc
from benchmarks.contenders.rust import NumDual
from benchmarks.contenders.symbolic import CasADi

CONTENDERS = (
    Plain,
    Hand,
    Dualad,
    SciPyDifferences,
    NumDual,
    Autograd,
    JaxCompiled,
    JaxPlain,
    TorchFunc,
    CasADi,
    Numdifftools,
)
