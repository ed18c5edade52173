"""`jacobian`, `gradient`, `derivative`, and the same with the value."""

import numpy as np

from dualad import trees
from dualad.errors import ShapeError
from dualad.operators import quick
from dualad.operators.columns import check_number
from dualad.operators.notes import note
from dualad.operators.options import Options, named_after
from dualad.operators.stores import split


def jacobian(f, argnums=0, *, argnames=None, has_aux=False, holomorphic=False, chunk_size="auto", workers=None,
             progress=False, out=None, mode="forward"):  # fmt: skip
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
        columns at once up to 512 of them, and above that blocks that stay in the cache of the processor.
    workers : int or executor, optional
        Who works on the blocks: a number of threads, or an object with ``submit`` or ``map``, such as a
        `concurrent.futures.ProcessPoolExecutor` or the executor of a Dask client.
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
    if mode != "forward":
        from dualad.operators.reverse import by_recording

        return by_recording(f, mode, False, False, argnums, argnames, has_aux, holomorphic)
    options = Options("jacobian", argnums, argnames, has_aux, holomorphic, chunk_size, workers, progress, out)
    return operator(f, options, any_shape, with_value=False)


def gradient(f, argnums=0, *, argnames=None, has_aux=False, holomorphic=False, chunk_size="auto", workers=None,
             progress=False, out=None, mode="forward"):  # fmt: skip
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
    if mode != "forward":
        from dualad.operators.reverse import by_recording

        return by_recording(f, mode, True, False, argnums, argnames, has_aux, holomorphic)
    options = Options("gradient", argnums, argnames, has_aux, holomorphic, chunk_size, workers, progress, out)
    return operator(f, options, number_out, with_value=False)


def derivative(f, argnums=0, *, order=1, argnames=None, has_aux=False, holomorphic=False):
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


def value_and_jacobian(f, argnums=0, *, argnames=None, has_aux=False, holomorphic=False, chunk_size="auto",
                       workers=None, progress=False, out=None, mode="forward"):  # fmt: skip
    """As `jacobian`, but the new function returns ``(f(x), jacobian)``; with aux ``((f(x), aux), jacobian)``.

    Examples
    --------
    >>> y, J = value_and_jacobian(lambda x: x * x)([1.0, 2.0])
    >>> y, J.diagonal()
    (array([1., 4.]), array([2., 4.]))
    """
    if mode != "forward":
        from dualad.operators.reverse import by_recording

        return by_recording(f, mode, False, True, argnums, argnames, has_aux, holomorphic)
    options = Options("value_and_jacobian", argnums, argnames, has_aux, holomorphic, chunk_size, workers, progress, out)
    return operator(f, options, any_shape, with_value=True)


def value_and_gradient(f, argnums=0, *, argnames=None, has_aux=False, holomorphic=False, chunk_size="auto",
                       workers=None, progress=False, out=None, mode="forward"):  # fmt: skip
    """As `gradient`, but the new function returns ``(f(x), gradient)``; with aux ``((f(x), aux), gradient)``.

    Examples
    --------
    >>> y, g = value_and_gradient(lambda x: x @ x)([1.0, 2.0])
    >>> float(y), g
    (5.0, array([2., 4.]))
    """
    if mode != "forward":
        from dualad.operators.reverse import by_recording

        return by_recording(f, mode, True, True, argnums, argnames, has_aux, holomorphic)
    options = Options("value_and_gradient", argnums, argnames, has_aux, holomorphic, chunk_size, workers, progress, out)
    return operator(f, options, number_out, with_value=True)


def value_and_derivative(f, argnums=0, *, order=1, argnames=None, has_aux=False, holomorphic=False):
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


def operator(f, options, check, with_value):
    """The function that seeds, calls f, and extracts all partial derivatives."""

    simple = options.are_simple()

    def transformed(*args, **kwargs):
        if simple:
            seeds = quick.seeded(args, options.argnums, numbers_only=check is number_in)
            if seeds is not None:
                return all_at_once(f, options, check, with_value, args, kwargs, seeds)
        columns = options.columns(f, args, kwargs)
        check.arguments(options, columns)
        pieces = options.ranges(columns)
        store = options.store(columns)
        value = aux = None
        results = options.run(columns.block, pieces)
        for (start, stop), (tangents, first_value, first_aux) in zip(pieces, results, strict=True):
            if not start:
                value, aux = first_value, first_aux
                check.result(options, value, columns)
            store.put(start, stop, tangents)
        matrix = assembled(value, store.tangents(), columns) if options.out is None else options.out
        return answer(options, with_value, value, aux, matrix)

    return named_after(f, transformed)


def all_at_once(f, options, check, with_value, args, kwargs, seeds):
    """The commonest case, one number or one vector in one block, without the machinery for all others."""
    seeded, level, count = seeds
    try:
        result = f(*seeded, **kwargs)
    except Exception as error:
        note(error, options.operator, 0, count, count)
        raise
    matrix = quick.matrix(result, level, count, check is number_out)
    if matrix is not None:
        return (result.primal, matrix) if with_value else matrix
    columns = options.columns(f, args, kwargs)
    check.arguments(options, columns)
    tangents, value, aux = columns.extracted(result, 0, count, level)
    check.result(options, value, columns)
    return answer(options, with_value, value, aux, assembled(value, tangents, columns))


def answer(options, with_value, value, aux, matrix):
    """What the new function returns."""
    if with_value:
        return options.with_aux(value, aux), matrix
    return options.with_aux(matrix, aux)


def assembled(value, tangents, columns):
    """For each leaf of the result the tree of its derivatives by the chosen arguments."""
    has_lead = columns.count != 1
    values, rebuild = trees.flatten(value)
    return rebuild(
        [
            columns.by_arguments(split(t, np.shape(y), columns.leaves, has_lead))
            for y, t in zip(values, tangents, strict=True)
        ]
    )


class any_shape:  # noqa: N801
    """Arguments and results of any shape."""

    @staticmethod
    def arguments(options, columns):
        pass

    @staticmethod
    def result(options, value, columns):
        pass


class number_out(any_shape):  # noqa: N801
    """The result is one number."""

    @staticmethod
    def result(options, value, columns):
        check_number(options.operator, value, columns.leaves)


class number_in(any_shape):  # noqa: N801
    """Every chosen argument is one number."""

    @staticmethod
    def arguments(options, columns):
        for x in columns.leaves:
            if np.shape(x) != ():
                raise ShapeError(
                    f"{options.operator} needs a number as argument, shape (); it has shape {np.shape(x)}. Use "
                    "jacobian for all partial derivatives, gradient for a function that returns a number, or jvp for "
                    "one direction."
                )
