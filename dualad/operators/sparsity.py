"""`sparse_jacobian` and `jacobian_sparsity`: the non-zeros of a Jacobian, in one evaluation of f."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dualad.errors import NoRuleError
from dualad.levels import Perturbed
from dualad.operators.arguments import Chosen
from dualad.operators.linearized import Evaluation
from dualad.operators.options import Options
from dualad.operators.reverse import by_recording, check_kinds
from dualad.tangents import sparse
from dualad.tangents.layouts import Layouts


def sparse_jacobian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    holomorphic: bool = False,
    format: str = "csr",
) -> Callable[..., Any]:
    """Function that returns the Jacobian of f as a sparse matrix, found without a pattern or a colouring.

    Parameters
    ----------
    f : callable
        Takes numbers, arrays or nested containers of them; further arguments are passed on.
    argnums, argnames : optional
        The arguments to differentiate by, as in `jacobian`.
    holomorphic : bool, optional
        f is complex differentiable: allow complex arguments.
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
    DtypeError
        The argument has no number in it, or it is complex without ``holomorphic=True``.
    NoRuleError
        It is called inside another derivative: a SciPy matrix cannot carry a derivative of its own.

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
        return _matrix(Chosen(f, argnums, argnames, args, kwargs), layouts, format, holomorphic)

    return transformed


def jacobian_sparsity(
    f: Callable[..., Any],
    *args: Any,
    argnums: int | Sequence[int] = 0,
    argnames: str | Sequence[str] | None = None,
    **kwargs: Any,
) -> Any:
    """The places of the Jacobian of f that can be non-zero, as a sparse boolean matrix.

    Conservative where a value selects between elements (``where``, ``maximum``, ``clip``, ``abs`` count both sides);
    that of this point where elements are ordered by value (``sort``, ``max``, ``median``) and where Python selects
    (``if``).

    Examples
    --------
    >>> import numpy as np
    >>> jacobian_sparsity(lambda x: x[1:] * x[:-1], np.array([2.0, 3.0, 5.0])).toarray()
    array([[ True,  True, False],
           [False,  True,  True]])
    """
    found = _matrix(Chosen(f, argnums, argnames, args, kwargs), Layouts(is_pattern=True))
    found.data = np.ones(found.data.shape, bool)
    return found


def sparse_hessian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    format: str = "csr",
) -> Callable[..., Any]:
    """Function that returns the Hessian of a scalar function as a sparse matrix.

    Parameters
    ----------
    f : callable
        Takes numbers, arrays or nested containers of them, and returns a number.
    argnums, argnames, format : optional
        As in `sparse_jacobian`.

    Returns
    -------
    callable
        Takes the arguments of f and returns a symmetric `scipy.sparse` matrix, one row and one column for each
        element of the chosen arguments, in units of f per unit of x squared.

    Raises
    ------
    ShapeError
        f does not return a number.
    ImportError, DtypeError, NoRuleError
        As in `sparse_jacobian`.

    Notes
    -----
    The gradient by reverse mode, and its sparse Jacobian. Source: Griewank & Walther (2008), "Evaluating
    Derivatives", section 7.2.

    Examples
    --------
    >>> import numpy as np
    >>> sparse_hessian(lambda x: np.sum(x[1:] * x[:-1] ** 2))(np.array([2.0, 3.0, 5.0])).toarray()
    array([[ 6.,  4.,  0.],
           [ 4., 10.,  6.],
           [ 0.,  6.,  0.]])
    """
    layouts = Layouts()

    def transformed(*args: Any, **kwargs: Any) -> Any:
        chosen = Chosen(f, argnums, argnames, args, kwargs)
        options = Options("sparse_hessian", tuple(range(len(chosen.keys))))
        pulled = by_recording(lambda *values: chosen.call(values), "reverse", True, False, options)
        return _assembled(pulled, chosen.values(), layouts, format)

    return transformed


def _matrix(chosen, layouts, format="csr", holomorphic=False):
    return _assembled(lambda *values: chosen.call(values), chosen.values(), layouts, format, holomorphic)


def _assembled(f, values, layouts, format, holomorphic=False):
    """The sparse Jacobian of f by all its arguments."""
    from scipy.sparse import csr_matrix, vstack

    evaluation = Evaluation(f, values)
    check_kinds(evaluation, holomorphic)
    if any(isinstance(x, Perturbed) for x in (*evaluation.primals, *evaluation.values)):
        raise NoRuleError(
            "sparse_jacobian inside another derivative is not supported: a SciPy matrix cannot carry a derivative "
            "of its own. Use jacobian there, or linearize for products with the matrix."
        )
    width = sum(np.size(x) for x in evaluation.primals)
    tangents = sparse.run(evaluation.program, layouts, evaluation.primals)
    blocks = [
        layouts.plan(t).matrix(t, width, format) if t else csr_matrix((np.size(value), width)).asformat(format)
        for value, t in zip(evaluation.values, tangents, strict=True)
    ]
    return blocks[0] if len(blocks) == 1 else vstack(blocks, format=format)
