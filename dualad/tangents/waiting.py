"""Duals whose tangent is not written out yet: what they hold instead becomes an array when anybody asks for it."""

import _thread  # threading takes a tenth of the time of importing dualad
from typing import Any

from dualad.levels import dual_class

_SETTLING = _thread.RLock()


class Waiting:
    """What a Dual is as long as it holds something else than its tangent; whoever asks for that makes it a plain Dual.

    A kind of it says what ``held`` is then (``carrier``), and how to write that out (``written``).
    """

    __slots__ = ()
    carrier: Any = None
    held: Any

    def written(self, held):
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
        for x in inputs:
            written_out(x)
        return self.__array_ufunc__(ufunc, method, *inputs, **kwargs)  # by now that of a Dual


def settle(dual):
    """The same object as a plain Dual, with the tangent written out."""
    with _SETTLING:  # another thread may ask for it too
        if isinstance(dual, Waiting):
            held = dual.unwritten
            if held is not None:
                dual.held = dual.written(held)
            dual.__class__ = dual_class()
    return dual


def written_out(x):
    """x, as a plain Dual if it waits."""
    return settle(x) if isinstance(x, Waiting) else x
