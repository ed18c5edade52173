"""Changes that change nothing that is promised, by file and text: why no test can kill them."""

SIGN_OF_ALL = "all signs change together, and the result is even in them"
SHORT_WAY = "the condition chooses between a short way and a general one, which agree there"
CHEAP_TEST = "a cheap test before an exact one, which then decides the same"
ROUGH = "a scale or a bound that need only be rough: the formulas on its sides agree around it"
FILLER = "a number that only fills: it is not used, or is zero"
COMMUTES = "the adjugate of a is a polynomial in a: they commute"

REASONS = {
    (
        "dualad/rules/statistics.py",
        "x - np.mean(x, axis=1, keepdims=True) -> np.mean(x, axis=1, keepdims=True) - x",
    ): SIGN_OF_ALL,
    ("dualad/rules/linalg/pseudoinverse.py", "a - a @ y @ a -> a @ y @ a - a"): SIGN_OF_ALL,
    ("dualad/rules/linalg/pseudoinverse.py", "1000.0 * SAFETY -> 1000.0 / SAFETY"): ROUGH,
    ("dualad/rules/linalg/pseudoinverse.py", "1.0 -> 2.0"): FILLER,
    ("dualad/rules/linalg/determinants.py", "rows + columns -> rows"): ROUGH,
    (
        "dualad/rules/linalg/clusters.py",
        "ordered[..., 1:] - ordered[..., :-1] -> ordered[..., :-1] - ordered[..., 1:]",
    ): CHEAP_TEST,
    ("dualad/rules/polynomials.py", "np.matmul(a, adjugate) -> np.matmul(adjugate, a)"): COMMUTES,
    ("dualad/rules/linalg/clusters.py", "SAFETY * n -> SAFETY / n"): ROUGH,
    ("dualad/rules/coefficients/powers.py", "if type(z) in FLOATS and LOWEST < abs(z) < HIGHEST -> if not"): SHORT_WAY,
    ("dualad/rules/coefficients/checks.py", "info.tiny / info.eps -> info.eps / info.tiny"): SHORT_WAY,
    ("dualad/rules/products.py", "da.ndim - a.ndim -> da.ndim + a.ndim"): SHORT_WAY,
    ("dualad/rules/power_series.py", "c[-1] + 0 * x -> c[-1] - 0 * x"): FILLER,
    ("dualad/rules/methods.py", "1e-06 -> 2e-06"): ROUGH,
    ("dualad/rules/kinks.py", "x - np.trunc(x) -> np.trunc(x) - x"): SIGN_OF_ALL,
    ("dualad/rules/axes.py", "if dense.dtype_of(x) == dense.dtype_of(y) -> if not"): SHORT_WAY,
    ("dualad/arithmetic.py", "if dz == dz -> if not"): SHORT_WAY,
    ("dualad/arithmetic.py", "if LOW < abs(quotient) < HIGH -> if not"): SHORT_WAY,
    ("dualad/arithmetic.py", "if type(self.tangent) in FLOATS -> if not"): SHORT_WAY,
    ("dualad/shortways/ufuncs.py", "if type(a) is cls -> if not"): SHORT_WAY,
    ("dualad/shortways/ufuncs.py", "dx.ndim - a.ndim -> a.ndim - dx.ndim"): SHORT_WAY,
    ("dualad/shortways/ufuncs.py", "dx.ndim - a.ndim -> dx.ndim + a.ndim"): SHORT_WAY,
    ("dualad/shortways/ufuncs.py", "dy.ndim - b.ndim -> dy.ndim + b.ndim"): SHORT_WAY,
    ("dualad/shortways/ufuncs.py", "dy.ndim - b.ndim -> b.ndim - dy.ndim"): SHORT_WAY,
    ("dualad/shortways/ufuncs.py", "if dz.ndim != dx.ndim or dz.dtype is not DOUBLE -> if not"): SHORT_WAY,
    ("dualad/shortways/ufuncs.py", "if type(a) not in FLOATS -> if not"): SHORT_WAY,
    ("dualad/shortways/ufuncs.py", "if type(a) is cls or type(dx) is cls -> if not"): SHORT_WAY,
    ("dualad/shortways/ufuncs.py", "value - value -> value + value"): SHORT_WAY,
    ("dualad/shortways/functions.py", "if others or options -> if not"): SHORT_WAY,
    (
        "dualad/shortways/functions.py",
        "if others or options or type(condition) is not _array or (condition.dtype is not _BOOL) -> if not",
    ): SHORT_WAY,
    (
        "dualad/shortways/functions.py",
        "if any((type(one) not in NUMBERS and (not is_array(one)) for one in (x, y) if type(one) is not dual_class())) "
        "-> if not",
    ): SHORT_WAY,
    (
        "dualad/shortways/functions.py",
        "duals[0].tangent.ndim - duals[0].primal.ndim -> duals[0].primal.ndim - duals[0].tangent.ndim",
    ): SHORT_WAY,
    (
        "dualad/shortways/functions.py",
        "duals[0].tangent.ndim - duals[0].primal.ndim -> duals[0].tangent.ndim + duals[0].primal.ndim",
    ): SHORT_WAY,
    ("dualad/shortways/functions.py", "-x.ndim -> x.ndim"): SHORT_WAY,
    ("dualad/shortways/functions.py", "if count -> if not"): SHORT_WAY,
    ("dualad/shortways/functions.py", "if first is None -> if not"): SHORT_WAY,
    ("dualad/shortways/functions.py", "if not x.flags.c_contiguous or not dx.flags.c_contiguous -> if not"): SHORT_WAY,
}
