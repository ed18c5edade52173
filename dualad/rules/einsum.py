"""`numpy.einsum`: linear in each operand; a fresh letter stands for the direction axis."""

import math
import string

import numpy as np

from dualad.objects import packed
from dualad.rules.kinds import constant
from dualad.rules.pushforwards import Pushforward
from dualad.rules.table import add
from dualad.tangents import dense

_LARGE = 10_000  # products from which on a better order of contraction is worth the search for it

# labels 25 and 26 without an output tell in which order NumPy takes the letters when it looks for a path
_LETTERS = string.ascii_uppercase + string.ascii_lowercase
_IN_ORDER = np.einsum(np.zeros((2, 3)), [25, 26], optimize=True).shape == (2, 3)
_PATH_LETTERS = _LETTERS if _IN_ORDER else _LETTERS.swapcase()


class Einsum(Pushforward):
    """The sum, over the operands, of the same contraction with the tangent in place of the operand."""

    kind = "product"

    def __init__(self):
        super().__init__("*operands", self._push)

    def normal(self, call):
        """The call with object arrays and lists of Duals packed; text and lists of labels as they are."""
        operands = list(call.operands)
        for i in positions(operands):
            operands[i] = packed(operands[i])
        plain = super().normal(call.replace(operands=[]))
        return plain.replace(operands=operands)

    def _push(self, call, y, tangents):
        places = positions(call.operands)
        operands = [call.operands[i] for i in places]
        terms, output = subscripts(call.operands, _PATH_LETTERS if call.optimize else _LETTERS)
        total = None
        for number, i in enumerate(places):
            if tangents[i] is None:
                continue
            lead = dense.rank(tangents[i]) > dense.rank(operands[number])
            moved = [*operands[:number], tangents[i], *operands[number + 1 :]]
            term = self._term(call, terms, output, number, moved, lead)
            total = term if total is None else total + term
        return total

    def _term(self, call, terms, output, number, operands, lead):
        if not lead:
            return call(operands=[f"{','.join(terms)}->{output}", *operands])
        fresh = next((letter for letter in string.ascii_letters if letter not in "".join(terms)), None)
        if fresh is None:  # all letters that NumPy knows are taken
            one_by_one = ([*operands[:number], one, *operands[number + 1 :]] for one in operands[number])
            return np.stack([self._term(call, terms, output, number, moved, False) for moved in one_by_one])
        extended = [*terms[:number], fresh + terms[number], *terms[number + 1 :]]
        is_large = len(operands) > 1 and math.prod(np.size(x) for x in operands) > _LARGE
        optimize = call.optimize or is_large
        return call(operands=[f"{','.join(extended)}->{fresh + output}", *operands], optimize=optimize)


def positions(operands):
    """Where arrays stand: behind the text, or in turn with lists of labels, of which the last may be the output's."""
    if isinstance(operands[0], (str, bytes)):
        return range(1, len(operands))
    return range(0, len(operands) - len(operands) % 2, 2)


def subscripts(operands, letters):
    """The labels of each operand, and those of the result, as text."""
    if isinstance(operands[0], (str, bytes)):
        text = operands[0].decode() if isinstance(operands[0], bytes) else operands[0]
        text = text.replace(" ", "")
        terms, arrow, output = text.partition("->")
        terms = terms.split(",")
    else:
        terms = [as_text(labels, letters) for labels in operands[1 : len(operands) - len(operands) % 2 : 2]]
        arrow = len(operands) % 2 == 1
        output = as_text(operands[-1], letters) if arrow else ""
    return terms, output if arrow else implied(terms)


def as_text(labels, letters):
    """Numbers as letters."""
    return "".join("..." if label is Ellipsis else letters[label] for label in labels)


def implied(terms):
    """The result without an arrow: all labels that appear once, in the order of the alphabet, after the ellipsis."""
    text = "".join(terms).replace(".", "")
    once = sorted(letter for letter in text if text.count(letter) == 1)
    return ("..." if any("..." in term for term in terms) else "") + "".join(once)


add(np.einsum, Einsum())
constant(np.einsum_path)
