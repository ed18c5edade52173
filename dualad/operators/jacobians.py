"""`jacobian`, `gradient`, `derivative`, and the same with the value."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from dualad.operators.blocks import Progress, Workers
from dualad.operators.options import Options, named_after
from dualad.operators.partials import any_shape, number_in, number_out, operator


def jacobian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
    chunk_size: int | Literal["auto"] = "auto",
    workers: Workers = None,
    progress: Progress = False,
    out: Any = None,
    mode: Literal["forward", "reverse", "auto"] = "forward",
) -> Callable[..., Any]:
    r"""Function that returns the Jacobian of f: all partial derivatives, in one evaluation of f.

    Parameters
    ----------
    f : callable
        Takes numbers, arrays or nested containers of them; further arguments are passed on.
    argnums : int or tuple of int, optional
        The positional arguments to differentiate by; a tuple gives a tuple of Jacobians.
    argnames : str or tuple of str, optional
        The same by name; it goes before ``argnums``.
    has_aux : bool, optional
        f returns ``(y, aux)``; then so does the new function, aux without derivatives.
    holomorphic : bool, optional
        f is complex differentiable: allow complex arguments.
    chunk_size : int or "auto", optional
        The number of columns that are propagated at once, at one evaluation of f for each block. "auto" takes all
        columns at once up to 512 of them. Above that it carries all columns on sparse rows in one evaluation, or, where
        rows fill, takes blocks that stay in the cache of the processor.
        With ``mode="reverse"`` the number of rows that are pulled back at once.
    workers : int or executor, optional
        Who works on the blocks: a number of threads, or an object with ``submit`` or ``map``, such as a
        `concurrent.futures.ProcessPoolExecutor` or the executor of a Dask client; threads only if ``mode`` records.
    progress : bool or callable, optional
        Called as ``progress(blocks done, all blocks)``; True shows a bar of tqdm where that is installed.
    out : array or nested containers of arrays, optional
        Filled block by block and returned: for a `numpy.memmap`, or to use memory again.
    mode : {"forward", "reverse", "auto"}, optional
        "forward" pushes columns; it costs one direction for each element of x, and no memory for f's steps. "reverse"
        records one evaluation and pulls the rows back: right for few results of many arguments. "auto" records and
        takes the fewer of rows and columns.

    Returns
    -------
    callable
        Takes the arguments of f and returns an array of shape ``f(x).shape + x.shape``, in units of f per unit
        of x; containers in the result and in the arguments give containers of such arrays.

    Raises
    ------
    DtypeError
        The argument has no number in it, or it is complex without ``holomorphic=True``.
    ShapeError
        ``out`` does not have the shape of the result.

    Notes
    -----
    Column j is the directional derivative along the basis vector j. Memory: the result, and for one block the tangents
    that f holds at a time, each ``chunk_size`` times as large as its value. Source: Griewank & Walther (2008),
    "Evaluating Derivatives", section 3.2 (vector forward mode).

    Examples
    --------
    >>> import numpy as np
    >>> jacobian(lambda x: np.array([x[0] * x[1], x[0] ** 2]))([3.0, 2.0])
    array([[2., 3.],
           [6., 0.]])
    """
    options = Options("jacobian", argnums, argnames, has_aux, holomorphic, chunk_size, workers, progress, out)
    if mode != "forward":
        from dualad.operators.reverse import by_recording

        return by_recording(f, mode, number_out=False, with_value=False, options=options)
    return operator(f, options, any_shape, with_value=False)


def gradient(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
    chunk_size: int | Literal["auto"] = "auto",
    workers: Workers = None,
    progress: Progress = False,
    out: Any = None,
    mode: Literal["forward", "reverse", "auto"] = "forward",
) -> Callable[..., Any]:
    """Function that returns the gradient of f, which must return a number; see `jacobian` for the options.

    Returns
    -------
    callable
        Takes the arguments of f and returns an array of the shape of x, in units of f per unit of x.

    Raises
    ------
    ShapeError
        f does not return a number.

    Notes
    -----
    Forward mode: one direction for each element of x, in one evaluation of f. Above some hundred elements use
    ``mode="reverse"``, a few evaluations' time whatever their number.

    Examples
    --------
    >>> gradient(lambda x: x[0] ** 2 * x[1])([3.0, 2.0])
    array([12.,  9.])
    """
    options = Options("gradient", argnums, argnames, has_aux, holomorphic, chunk_size, workers, progress, out)
    if mode != "forward":
        from dualad.operators.reverse import by_recording

        return by_recording(f, mode, number_out=True, with_value=False, options=options)
    return operator(f, options, number_out, with_value=False)


def derivative(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    order: int = 1,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Callable[..., Any]:
    """Function that returns the derivative of f by a number; see `jacobian` for the options.

    Parameters
    ----------
    order : int, optional
        Which derivative: 2 for the second, and so on. Order n takes one evaluation of f with Duals nested n deep, at a
        cost that grows as 2**n; from about 5 on `taylor` is faster.

    Returns
    -------
    callable
        Takes a number and returns the derivative, with the structure and shape of f's result, in units of f per
        unit of x.

    Raises
    ------
    ShapeError
        The argument is not a number.

    Examples
    --------
    >>> derivative(lambda x: x**3)(2.0)
    12.0
    """
    options = Options("derivative", argnums, argnames, has_aux, holomorphic)
    return of_order(f, options, order, with_value=False)


def value_and_jacobian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
    chunk_size: int | Literal["auto"] = "auto",
    workers: Workers = None,
    progress: Progress = False,
    out: Any = None,
    mode: Literal["forward", "reverse", "auto"] = "forward",
) -> Callable[..., Any]:
    """As `jacobian`, but the new function returns ``(f(x), jacobian)``; with aux ``((f(x), aux), jacobian)``.

    Examples
    --------
    >>> y, J = value_and_jacobian(lambda x: x * x)([1.0, 2.0])
    >>> y, J.diagonal()
    (array([1., 4.]), array([2., 4.]))
    """
    options = Options("value_and_jacobian", argnums, argnames, has_aux, holomorphic, chunk_size, workers, progress, out)
    if mode != "forward":
        from dualad.operators.reverse import by_recording

        return by_recording(f, mode, number_out=False, with_value=True, options=options)
    return operator(f, options, any_shape, with_value=True)


def value_and_gradient(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
    chunk_size: int | Literal["auto"] = "auto",
    workers: Workers = None,
    progress: Progress = False,
    out: Any = None,
    mode: Literal["forward", "reverse", "auto"] = "forward",
) -> Callable[..., Any]:
    """As `gradient`, but the new function returns ``(f(x), gradient)``; with aux ``((f(x), aux), gradient)``.

    Examples
    --------
    >>> y, g = value_and_gradient(lambda x: x @ x)([1.0, 2.0])
    >>> float(y), g
    (5.0, array([2., 4.]))
    """
    options = Options("value_and_gradient", argnums, argnames, has_aux, holomorphic, chunk_size, workers, progress, out)
    if mode != "forward":
        from dualad.operators.reverse import by_recording

        return by_recording(f, mode, number_out=True, with_value=True, options=options)
    return operator(f, options, number_out, with_value=True)


def value_and_derivative(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    order: int = 1,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Callable[..., Any]:
    """As `derivative`, but the new function returns ``(f(x), derivative)``; with aux ``((f(x), aux), derivative)``.

    Examples
    --------
    >>> value_and_derivative(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """
    options = Options("value_and_derivative", argnums, argnames, has_aux, holomorphic)
    return of_order(f, options, order, with_value=True)


def of_order(f, options, order, with_value):
    """The derivative of this order: the derivative of the derivative of lower order."""
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ValueError(f"order is {order!r}: it is a number of derivatives, 1 or more.")
    if order == 1:
        return operator(f, options, number_in, with_value)
    lower = Options(options.operator, options.argnums, options.argnames, True, options.holomorphic)

    def paired(*args, **kwargs):
        """The derivative of order - 1, and beside it what passes through: the value and aux."""
        found = of_order(f, options, order - 1, with_value)(*args, **kwargs)
        if with_value:
            return found[1], found[0]
        return found if options.has_aux else (found, None)

    transformed = operator(named_after(f, paired), lower, number_in, with_value=False)

    def ordered(*args, **kwargs):
        matrix, through = transformed(*args, **kwargs)
        return (through, matrix) if with_value else options.with_aux(matrix, through)

    return named_after(f, ordered)
