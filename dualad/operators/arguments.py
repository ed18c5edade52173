"""Which arguments an operator differentiates by: ``argnums`` and ``argnames``."""

import inspect

from dualad.errors import StructureError


class Chosen:
    """The chosen arguments of one call of f, and the way to call f with others in their place."""

    def __init__(self, f, argnums, argnames, args, kwargs):
        self.f, self.args, self.kwargs = f, list(args), dict(kwargs)
        self.single = argnames is None and isinstance(argnums, int)
        if argnames is not None:
            self.single = isinstance(argnames, str)
            names = (argnames,) if self.single else tuple(argnames)
            self.keys = [self._place(name) for name in names]
        else:
            self.keys = [self._position(n) for n in ((argnums,) if self.single else argnums)]

    def _position(self, n):
        if not -len(self.args) <= n < len(self.args):
            raise StructureError(
                f"argnums={n}, but {len(self.args)} positional arguments were given: pass the argument by "
                "position, or name it with argnames=."
            )
        return n % len(self.args)

    def _place(self, name):
        """The position of a named argument that was given by position, or its name."""
        if name in self.kwargs:
            return name
        try:
            parameters = inspect.signature(self.f).parameters
        except (TypeError, ValueError):
            parameters = {}
        names = list(parameters)
        if name in names and names.index(name) < len(self.args):
            return names.index(name)
        if name in names and parameters[name].default is not inspect.Parameter.empty:
            self.kwargs[name] = parameters[name].default
            return name
        raise StructureError(f"argnames={name!r}, but f was called without an argument of that name.")

    def values(self):
        """The chosen arguments."""
        return [self.args[key] if isinstance(key, int) else self.kwargs[key] for key in self.keys]

    def names(self):
        """What to call them in an error."""
        return [f"argument {key}" if isinstance(key, int) else f"argument {key!r}" for key in self.keys]

    def call(self, values):
        """f with other values of the chosen arguments."""
        args, kwargs = list(self.args), dict(self.kwargs)
        for key, value in zip(self.keys, values, strict=True):
            if isinstance(key, int):
                args[key] = value
            else:
                kwargs[key] = value
        return self.f(*args, **kwargs)

    def together(self, parts):
        """One part for one chosen argument, a tuple for several."""
        return parts[0] if self.single else tuple(parts)
