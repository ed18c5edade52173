"""`sparse_jacobian` and `jacobian_sparsity`: the non-zeros of a Jacobian, in one evaluation of f."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dualad.operators.arguments import Chosen
from dualad.operators.linearized import Evaluation
from dualad.tangents import sparse
from dualad.tangents.layouts import Layouts


def sparse_jacobian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    format: str = "csr",
) -> Callable[..., Any]:
    """Function that returns the Jacobian of f as a sparse matrix, found without a pattern or a colouring.

    Parameters
    ----------
    f : callable
        Takes numbers, arrays or nested containers of them; further arguments are passed on.
    argnums, argnames : optional
        The arguments to differentiate by, as in `jacobian`.
    format : {"csr", "csc", "coo"}, optional
        The format of the matrix.

    Returns
    -------
    callable
        Takes the arguments of f and returns a `scipy.sparse` matrix with one row for each element of the result and
        one column for each element of the arguments, in C order, leaf after leaf. Entries that are zero at this
        point but may be others elsewhere on the same branch are stored.

    Raises
    ------
    ImportError
        SciPy is not installed.

    Notes
    -----
    Each element carries the coefficients of the few inputs it depends on, so that cost and memory grow with the
    number of non-zeros. A function without structure for it (a matrix product, an FFT) is applied as a dense matrix
    of its own. What was learned about the places of the coefficients is kept for later calls; a call that takes
    another branch learns anew. Source: sparse forward mode, Griewank & Walther (2008), "Evaluating
    Derivatives", section 7.1 (dynamically sparse propagation).

    Examples
    --------
    >>> import numpy as np
    >>> sparse_jacobian(lambda x: x[1:] * x[:-1])(np.array([2.0, 3.0, 5.0])).toarray()
    array([[3., 2., 0.],
           [0., 5., 3.]])
    """
    layouts = Layouts()

    def transformed(*args, **kwargs):
        return _matrix(Chosen(f, argnums, argnames, args, kwargs), layouts, format)

    return transformed


def jacobian_sparsity(
    f: Callable[..., Any],
    *args: Any,
    argnums: int | Sequence[int] = 0,
    argnames: str | Sequence[str] | None = None,
    **kwargs: Any,
) -> Any:
    """The places of the Jacobian of f that can be non-zero, as a sparse boolean matrix.

    Conservative where a value selects (``where``, ``maximum``, ``clip``, ``abs`` count both sides), and that of the
    branches taken where Python selects (``if``).

    Examples
    --------
    >>> import numpy as np
    >>> jacobian_sparsity(lambda x: x[1:] * x[:-1], np.array([2.0, 3.0, 5.0])).toarray()
    array([[ True,  True, False],
           [False,  True,  True]])
    """
    found = _matrix(Chosen(f, argnums, argnames, args, kwargs), Layouts())
    found.data = np.ones(found.data.shape, bool)
    return found


def _matrix(chosen, layouts, format="csr"):
    from scipy.sparse import csr_matrix, vstack

    evaluation = Evaluation(lambda *values: chosen.call(values), chosen.values())
    width = sum(np.size(x) for x in evaluation.primals)
    tangents = sparse.run(evaluation.program, layouts, evaluation.primals)
    blocks = [
        layouts.plan(t).matrix(t, width, format) if t else csr_matrix((np.size(value), width)).asformat(format)
        for value, t in zip(evaluation.values, tangents, strict=True)
    ]
    return blocks[0] if len(blocks) == 1 else vstack(blocks, format=format)
