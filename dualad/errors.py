"""Errors: one class per situation, all under `DualError`, each also the built-in one would expect."""


class DualError(Exception):
    """Base class of every error that dualad raises on purpose."""


class LostDerivativeError(DualError, TypeError):
    """An operation would cut a tangent in silence, so it is refused."""


class NoRuleError(DualError, NotImplementedError):
    """A function has no derivative rule: unknown to dualad, or refused by name."""


class ShapeError(DualError, ValueError):
    """A tangent, an argument or a result does not have the shape that it must have."""


class DtypeError(DualError, TypeError):
    """A number has a kind (complex, object, text, …) that does not fit here."""


class StructureError(DualError, TypeError):
    """Arguments or results do not have the structure (tuple, dict, count) that they must have."""


class LevelError(DualError, ValueError):
    """A Dual of an operator call that has ended, or is still to come, is used where it cannot be."""
