"""Which arguments an operator differentiates by: ``argnums`` and ``argnames``."""

import operator

from dualad.errors import StructureError


class Chosen:
    """The chosen arguments of one call of f, and the way to call f with others in their place."""

    __slots__ = ("args", "f", "keys", "kwargs", "single")

    def __init__(self, f, argnums, argnames, args, kwargs):
        self.f, self.args, self.kwargs = f, args, kwargs
        if argnames is not None:
            self.single = isinstance(argnames, str)
            self.keys = [self._place(name) for name in ((argnames,) if self.single else argnames)]
        else:
            self.single = not isinstance(argnums, (tuple, list))
            self.keys = [self._position(n) for n in ((argnums,) if self.single else argnums)]
        if len(set(self.keys)) != len(self.keys) or not self.keys:
            what = f"argnums={argnums!r}" if argnames is None else f"argnames={argnames!r}"
            raise StructureError(f"{what} must name one argument or several different ones.")

    def _position(self, n):
        n = operator.index(n)
        if -len(self.args) <= n < len(self.args):
            return n % len(self.args)
        parameters = _parameters(self.f)
        names = [p.name for p in parameters.values() if p.kind is not p.VAR_POSITIONAL and p.kind is not p.VAR_KEYWORD]
        if 0 <= n < len(names) and (
            names[n] in self.kwargs or parameters[names[n]].kind is not parameters[names[n]].POSITIONAL_ONLY
        ):
            try:
                return self._place(names[n])
            except StructureError:
                pass
        raise StructureError(
            f"argnums={n}, but {len(self.args)} positional arguments were given: pass the argument by "
            "position, or name it with argnames=."
        )

    def _place(self, name):
        """The position of a named argument that was given by position, or its name."""
        if name in self.kwargs:
            return name
        parameters = _parameters(self.f)
        names = list(parameters)
        if name in names and names.index(name) < len(self.args):
            return names.index(name)
        if name in names and parameters[name].default is not parameters[name].empty:
            self.kwargs = {**self.kwargs, name: parameters[name].default}
            return name
        given = ", ".join([*names[: len(self.args)], *self.kwargs]) or f"{len(self.args)} by position"
        raise StructureError(
            f"argnames={name!r}, but f was called without an argument of that name (given: {given}): "
            "pass it by keyword."
        )

    def values(self):
        """The chosen arguments."""
        return [self.args[key] if type(key) is int else self.kwargs[key] for key in self.keys]

    def names(self):
        """What to call them: the names of the parameters, where f tells them."""
        parameters = [p.name for p in _parameters(self.f).values() if p.kind is not p.VAR_POSITIONAL]
        return [
            key if isinstance(key, str) else parameters[key] if key < len(parameters) else f"args[{key}]"
            for key in self.keys
        ]

    def call(self, values):
        """f with other values of the chosen arguments."""
        args, kwargs = list(self.args), self.kwargs
        for key, value in zip(self.keys, values, strict=True):
            if type(key) is int:
                args[key] = value
            else:
                kwargs = {**kwargs, key: value}
        return self.f(*args, **kwargs)

    def together(self, parts):
        """One part for one chosen argument, a tuple for several."""
        return parts[0] if self.single else tuple(parts)


def _parameters(f):
    """The parameters of f by name; none for a callable that does not tell them."""
    import inspect

    try:
        return inspect.signature(f).parameters
    except (TypeError, ValueError):
        return {}
