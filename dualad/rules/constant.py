"""Functions of the value alone: their derivative is zero by mathematics."""

import numpy as np

from dualad.rules.kinds import constant

constant(
    np.argmax, np.argmin, np.argsort, np.argpartition, np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero,
    np.searchsorted, np.digitize, np.lexsort, np.all, np.any, np.isclose, np.allclose, np.array_equal, np.array_equiv,
    np.shape, np.ndim, np.size, np.round, np.around, np.fix, np.isposinf, np.isneginf, np.isreal, np.iscomplex,
    np.result_type, np.can_cast, np.min_scalar_type, np.may_share_memory, np.shares_memory,
)  # fmt: skip
