"""A derivative rule for any other ufunc."""

from collections.abc import Callable
from types import NoneType
from typing import Any

import numpy as np

from dualad.errors import NoRuleError
from dualad.rules import table
from dualad.rules.partials import Elementwise


def register_ufunc(ufunc: np.ufunc, *partials: Callable[..., Any] | complex | None) -> None:
    """Give a ufunc its partial derivatives.

    Parameters
    ----------
    ufunc : numpy.ufunc
        With one output; from `numpy.frompyfunc`, from SciPy, or compiled.
    *partials : callable, number or None
        One for each input, called as ``partial(y, *x)`` with the result first; it returns the coefficient, an
        array that broadcasts to y. A number is a coefficient that never changes; 0 says that y does not depend
        on that input. None is for an input without a derivative (an order, a count): a Dual there is refused. Written
        with NumPy functions a partial can be differentiated again.

    Raises
    ------
    TypeError
        ``ufunc`` is no ufunc with one output, or a partial is neither callable nor a number.
    ValueError
        The number of partials is not the number of inputs, or the ufunc has a rule already.

    Examples
    --------
    >>> import numpy as np
    >>> from dualad import derivative
    >>> cube = np.frompyfunc(lambda x: x * x * x, 1, 1)
    >>> register_ufunc(cube, lambda y, x: 3 * x**2)
    >>> float(derivative(cube)(2.0))
    12.0
    """
    if not isinstance(ufunc, np.ufunc) or ufunc.nout != 1:
        raise TypeError(f"register_ufunc takes a numpy.ufunc with one output, not {ufunc!r}.")
    if len(partials) != ufunc.nin:
        raise ValueError(
            f"{ufunc.__name__} has {ufunc.nin} inputs and {len(partials)} partials were given: one for each."
        )
    for partial in partials:
        if not callable(partial) and not isinstance(partial, (int, float, complex, NoneType)):
            raise TypeError(f"a partial is a function (y, *x) -> coefficient, a number or None, not {partial!r}.")
    known = [_unknown(ufunc, i) if partial is None else partial for i, partial in enumerate(partials)]
    table.add(ufunc, Elementwise(known))


def _unknown(ufunc, i):
    """The partial of an input that has none."""

    def partial(y, *x):
        raise NoRuleError(
            f"{table.name_of(ufunc)} is not differentiated with respect to its input number {i + 1}: it was registered "
            "without that partial. Pass a plain value there, dualad.stop_derivative(x) if x is meant as a constant."
        )

    return partial
