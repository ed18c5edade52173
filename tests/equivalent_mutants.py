"""Changes that change nothing that is promised, by file and text: why no test can kill them."""

SIGN_OF_ALL = "all signs change together, and the result is even in them"
SAME_EITHER_WAY = "the condition chooses between a short way and a general one, which agree there"
BETWEEN_FORMULAS = "the bound lies between two formulas that agree around it"
COMMUTES = "the adjugate of a is a polynomial in a: they commute"

REASONS = {
    (
        "dualad/rules/statistics.py",
        "x - np.mean(x, axis=1, keepdims=True) -> np.mean(x, axis=1, keepdims=True) - x",
    ): SIGN_OF_ALL,
    ("dualad/rules/linalg/pseudoinverse.py", "a - a @ y @ a -> a @ y @ a - a"): SIGN_OF_ALL,
    ("dualad/arithmetic.py", "if dz == dz -> if not"): SAME_EITHER_WAY,
    ("dualad/arithmetic.py", "if _LOWEST < abs(quotient) < _HIGHEST -> if not"): SAME_EITHER_WAY,
    ("dualad/arithmetic.py", "if type(self.tangent) in _FLOATS -> if not"): SAME_EITHER_WAY,
}
