"""One call of a NumPy function: its arguments by name, and the innermost level in them."""

import functools
import inspect

from dualad.errors import LostDerivativeError
from dualad.levels import Expanded, Perturbed, level_of
from dualad.rules.table import name_of
from dualad.tangents import dense

# NumPy 2.0 to 2.3 tell no signature for functions written in C.
_WRITTEN_IN_C = {
    "bincount": "(x, /, weights=None, minlength=0)",
    "concatenate": "(arrays, /, axis=0, out=None, *, dtype=None, casting='same_kind')",
    "copyto": "(dst, src, casting='same_kind', where=True)",
    "dot": "(a, b, out=None)",
    "empty_like": "(prototype, /, dtype=None, order='K', subok=True, shape=None, *, device=None)",
    "inner": "(a, b, /)",
    "lexsort": "(keys, axis=-1)",
    "putmask": "(a, /, mask, values)",
    "vdot": "(a, b, /)",
    "where": "(condition, x=None, y=None, /)",
}


@functools.cache
def signature(function):
    """Names and defaults of the parameters, and the name of ``*args`` if there is one."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        text = _WRITTEN_IN_C[function.__name__]
        parameters = inspect.signature(eval(f"lambda {text[1:-1]}: 0")).parameters.values()
    names, defaults, variadic = [], {}, None
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            variadic = parameter.name
        elif parameter.kind is parameter.VAR_KEYWORD:
            continue
        elif parameter.kind is not parameter.KEYWORD_ONLY:
            names.append(parameter.name)
        if parameter.default is not parameter.empty:
            defaults[parameter.name] = parameter.default
    return tuple(names), defaults, variadic


class Call:
    """A call with its arguments by name: ``call.axis`` is what was given, or the default."""

    def __init__(self, function, args, kwargs):
        names, self.defaults, self.variadic = signature(function)
        self.function = function
        self.positional = names[: len(args)]
        self.given = dict(zip(names, args, strict=False))
        if len(args) > len(names):
            if self.variadic is None:
                function(*args, **kwargs)  # NumPy's own TypeError
            self.given[self.variadic] = tuple(args[len(names) :])
        elif self.variadic:
            self.given[self.variadic] = ()
        self.given.update(kwargs)

    def __getattr__(self, name):
        for arguments in (self.given, self.defaults):
            if name in arguments:
                return arguments[name]
        raise AttributeError(f"{name_of(self.function)} has no parameter {name!r}")

    def get(self, name, default=None):
        """What was given or the function's own default; ``default`` if it has no such parameter."""
        return self.given.get(name, self.defaults.get(name, default))

    def replace(self, **changes):
        """The same call with other values of some parameters."""
        other = object.__new__(Call)
        other.__dict__.update(self.__dict__)
        other.given = self.given | changes
        return other

    def __call__(self, **changes):
        """Run the function, with other values of some parameters; None in `drop` leaves one out."""
        if not changes and len(self.given) == len(self.positional):
            return self.function(*self.given.values())
        given = self.given | changes
        args = [given.pop(name) for name in self.positional]
        if self.variadic:
            args.extend(given.pop(self.variadic))
        return self.function(*args, **given)

    def without(self, *names):
        """The same call with some optional parameters not given."""
        if self.given.keys().isdisjoint(names):
            return self
        kept = {name: value for name, value in self.given.items() if name not in names}
        first_gone = next((i for i, name in enumerate(self.positional) if name in names), len(self.positional))
        other = self.replace()
        other.given = kept
        other.positional = self.positional[:first_gone]
        return other


def leaves(value, kind=Perturbed):
    """The Duals, or what else is of the kind, in a value or in a list, tuple or nested list of values."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, (list, tuple)):
        for element in value:
            yield from leaves(element, kind)
    elif isinstance(value, dict):
        yield from leaves(list(value.values()), kind)


def flat(values):
    """The elements of nested lists."""
    for value in values:
        if isinstance(value, list):
            yield from flat(value)
        else:
            yield value


def expanded(value):
    """The first power series in a value or in nested lists of values; None if there is none."""
    if isinstance(value, Expanded):
        return value
    found = map(expanded, value) if isinstance(value, (list, tuple)) else ()
    return next((one for one in found if one is not None), None)


def innermost(values):
    """The Dual of greatest level among values and the elements of sequences; None if there is none."""
    top = None
    for value in values:
        if isinstance(value, (list, tuple, dict)):
            value = innermost(value.values() if isinstance(value, dict) else value)
        if isinstance(value, Perturbed) and (top is None or value.level > top.level):
            top = value
    return top


def primal_at(value, level):
    """The value, or the values in nested lists, with the given level taken off."""
    if isinstance(value, Perturbed):
        return value.primal if value.level == level else value
    if isinstance(value, (list, tuple)):
        return [primal_at(element, level) for element in value]
    return value


def tangent_at(value, level):
    """The tangent at the level, None where there is none; a list for a list."""
    if isinstance(value, Perturbed):
        return dense.settled(value) if value.level == level else None
    if isinstance(value, (list, tuple)):
        return [tangent_at(element, level) for element in value]
    return None


def stripped(value):
    """The value, or nested values, below all levels."""
    if isinstance(value, (Perturbed, Expanded)):
        return stripped(value.primal)
    if isinstance(value, (list, tuple)) and not hasattr(value, "_fields"):
        return type(value)(stripped(element) for element in value)
    if isinstance(value, dict):
        return {key: stripped(element) for key, element in value.items()}
    return value


def store(out, result, function):
    """Put a result into the array given as ``out``, or refuse if its derivative would be lost."""
    if isinstance(result, Perturbed) and level_of(out) < result.level:
        raise LostDerivativeError(
            f"{name_of(function)}: out= is an array that cannot hold the derivative of the result. "
            "Leave out= away, or create the array with np.zeros_like(x) or np.zeros(n, like=x)."
        )
    out[...] = result
    return out
