"""The references that an array has when nothing but its owner and a call know it.

Counted and not written down: Pythons differ in the references that a call takes.
"""

import sys

import numpy as np

from dualad.levels import Perturbed


def count(array):
    """The references to an array that is passed on, by a function that is called as `count` is."""
    return sys.getrefcount(array)


def _of_a_variable():
    array = np.empty(1)
    return count(array)


def _of_an_attribute():
    owner = Perturbed()
    owner.primal = np.empty(1)
    return count(owner.primal), sys.getrefcount(owner.primal)


def _of_both():
    owner = Perturbed()
    owner.primal = np.empty(1)
    array = owner.primal
    return sys.getrefcount(array)


VARIABLE = _of_a_variable()
ATTRIBUTE, ATTRIBUTE_IN_PLACE = _of_an_attribute()  # passed on, and counted where the owner is
ATTRIBUTE_AND_VARIABLE = _of_both()
