"""Duals whose tangent is not written out yet: what they hold instead becomes an array when anybody asks for it."""

import _thread  # threading takes a tenth of the time of importing dualad
from typing import Any

from dualad.levels import dual_class

_SETTLING = _thread.RLock()


class Waiting:
    """What a Dual is as long as it holds something else than its tangent; whoever asks for that makes it a plain Dual.

    A kind of it says what ``held`` is then (``carrier``), how to write that out (``written``), and whether two threads
    may do so at the same time (``repeatable``), because nobody writes to the array.
    """

    __slots__ = ()
    carrier: Any = None
    repeatable = False
    held: Any

    @classmethod
    def written(cls, dual, held):
        """The tangent."""
        raise NotImplementedError

    @property
    def unwritten(self):
        """What is held in the place of the tangent; None if that is written out."""
        held = self.held
        return held if type(held) is self.carrier else None

    @property
    def tangent(self):
        return settle(self).held

    @tangent.setter
    def tangent(self, tangent):
        self.held = tangent

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        settle(self)
        if len(inputs) == 1 and not kwargs:
            return self.__array_ufunc__(ufunc, method, self)
        for x in inputs:
            if issubclass(type(x), Waiting):
                settle(x)
        return self.__array_ufunc__(ufunc, method, *inputs, **kwargs)  # by now that of a Dual


def settle(dual):
    """The same object as a plain Dual, with the tangent written out; another thread may do so at the same time."""
    kind, held = type(dual), dual.held  # in this order: who finds something to write out finds its kind
    if issubclass(kind, Waiting):
        if type(held) is kind.carrier:
            if kind.repeatable:
                dual.held = kind.written(dual, held)
            else:
                _once(kind, dual)
        dual.__class__ = dual_class()
    return dual


def _once(kind, dual):
    with _SETTLING:
        held = dual.held
        if type(held) is kind.carrier:
            dual.held = kind.written(dual, held)


def written_out(x):
    """x, as a plain Dual if it waits."""
    return settle(x) if isinstance(x, Waiting) else x
