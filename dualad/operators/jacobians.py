"""`jacobian`, `gradient`, `derivative`, and the same with the value."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from dualad.errors import DtypeError, ShapeError
from dualad.operators.arguments import Chosen
from dualad.operators.columns import Columns
from dualad.tangents import dense


def jacobian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
    chunk_size: int | Literal["auto"] = "auto",
) -> Callable[..., Any]:
    r"""Function that returns the Jacobian of f: all partial derivatives, in one evaluation of f.

    Parameters
    ----------
    f : callable
        Takes numbers, arrays or nested containers of them; further arguments are passed on.
    argnums : int or tuple of int, optional
        The positional arguments to differentiate by.
    argnames : str or tuple of str, optional
        The same by name; it goes before ``argnums``.
    has_aux : bool, optional
        f returns ``(y, aux)``; then so does the new function, aux without derivatives.
    holomorphic : bool, optional
        f is complex differentiable: allow complex arguments.
    chunk_size : int or "auto", optional
        The number of columns that are propagated at once, at one evaluation of f for each block.

    Returns
    -------
    callable
        Takes the arguments of f and returns an array of shape ``f(x).shape + x.shape``, in units of f per unit
        of x; containers in the result and in the arguments give containers of such arrays.

    Raises
    ------
    DtypeError
        The argument has no number in it, or it is complex without ``holomorphic=True``.

    Notes
    -----
    Column j is the directional derivative along the basis vector j. Source: Griewank & Walther (2008),
    "Evaluating Derivatives", section 3.2 (vector forward mode).

    Examples
    --------
    >>> import numpy as np
    >>> jacobian(lambda x: np.array([x[0] * x[1], x[0] ** 2]))([3.0, 2.0])
    array([[2., 3.],
           [6., 0.]])
    """
    return _operator(f, argnums, argnames, has_aux, holomorphic, chunk_size, _Anything, with_value=False)


def gradient(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
    chunk_size: int | Literal["auto"] = "auto",
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
    Forward mode: one direction for each element of x, in one evaluation of f.

    Examples
    --------
    >>> gradient(lambda x: x[0] ** 2 * x[1])([3.0, 2.0])
    array([12.,  9.])
    """
    return _operator(f, argnums, argnames, has_aux, holomorphic, chunk_size, _NumberOut, with_value=False)


def derivative(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
) -> Callable[..., Any]:
    """Function that returns the derivative of f by a number; see `jacobian` for the options.

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
    >>> float(derivative(lambda x: x**3)(2.0))
    12.0
    """
    return _operator(f, argnums, argnames, has_aux, holomorphic, "auto", _NumberIn, with_value=False)


def value_and_jacobian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
    chunk_size: int | Literal["auto"] = "auto",
) -> Callable[..., Any]:
    """As `jacobian`, but the new function returns ``(f(x), jacobian)``; with aux ``((f(x), aux), jacobian)``.

    Examples
    --------
    >>> y, J = value_and_jacobian(lambda x: x * x)([1.0, 2.0])
    >>> y, J.diagonal()
    (array([1., 4.]), array([2., 4.]))
    """
    return _operator(f, argnums, argnames, has_aux, holomorphic, chunk_size, _Anything, with_value=True)


def value_and_gradient(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    argnames: str | Sequence[str] | None = None,
    has_aux: bool = False,
    holomorphic: bool = False,
    chunk_size: int | Literal["auto"] = "auto",
) -> Callable[..., Any]:
    """As `gradient`, but the new function returns ``(f(x), gradient)``; with aux ``((f(x), aux), gradient)``.

    Examples
    --------
    >>> y, g = value_and_gradient(lambda x: x @ x)([1.0, 2.0])
    >>> float(y), g
    (5.0, array([2., 4.]))
    """
    return _operator(f, argnums, argnames, has_aux, holomorphic, chunk_size, _NumberOut, with_value=True)


def value_and_derivative(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
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
    return _operator(f, argnums, argnames, has_aux, holomorphic, "auto", _NumberIn, with_value=True)


def _operator(f, argnums, argnames, has_aux, holomorphic, chunk_size, check, with_value):
    def transformed(*args, **kwargs):
        columns = Columns(Chosen(f, argnums, argnames, args, kwargs), has_aux, holomorphic, chunk_size)
        check.arguments(columns)
        columns.run()
        check.result(columns)
        matrix = columns.matrix()
        if with_value:
            value = columns.value()
            return ((value, columns.aux), matrix) if has_aux else (value, matrix)
        return (matrix, columns.aux) if has_aux else matrix

    return _named_after(f, transformed)


def _named_after(f, transformed):
    """Carry f's name and documentation, where it has them."""
    try:
        return functools.wraps(f)(transformed)
    except (AttributeError, TypeError):
        return transformed


class _Anything:
    """Arguments and results of any shape."""

    @staticmethod
    def arguments(columns):
        pass

    @staticmethod
    def result(columns):
        pass


class _NumberOut(_Anything):
    """The result is one number."""

    @staticmethod
    def result(columns):
        value = columns.value()
        if (not hasattr(value, "dtype") and not isinstance(value, (int, float, complex))) or np.shape(value) != ():
            described = (
                f"an array of shape {np.shape(value)}" if hasattr(value, "shape") else f"a {type(value).__name__}"
            )
            raise ShapeError(
                f"gradient needs a function that returns a number; f returned {described}. "
                "Use jacobian, or reduce the result, for example with np.sum."
            )
        if dense.dtype_of(value).kind == "c" and not any(dense.dtype_of(x).kind == "c" for x in columns.leaves):
            raise DtypeError(
                "gradient needs a real function of real arguments; f returned a complex number. Use jacobian."
            )


class _NumberIn(_Anything):
    """Every chosen argument is one number."""

    @staticmethod
    def arguments(columns):
        for x in columns.leaves:
            if np.shape(x) != ():
                raise ShapeError(
                    f"derivative needs a number as argument; it has shape {np.shape(x)}. Use jacobian for all partial "
                    "derivatives, gradient for a function that returns a number, or jvp for one direction."
                )
