"""`linearize` and `vjp`: one evaluation of f, its linear part as often as wanted, forwards or backwards."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dualad import seeding, trees
from dualad.doubles import DOUBLE
from dualad.dual import Dual
from dualad.errors import NoRuleError, ShapeError, StructureError
from dualad.levels import Expanded, make, new_level
from dualad.operators.auxiliary import split_aux
from dualad.tangents import dense
from dualad.tangents.program import Program, start
from dualad.tangents.recorded import Recorded


class Evaluation:
    """One recorded evaluation of f: its value, and the program of its tangents.

    f works in the memory of ``primals``: after it only their shapes and dtypes are sure, unless ``kind`` needs more.
    """

    def __init__(self, f, primals, has_aux=False, kind=Recorded):
        active = [seeding.active_leaves(x, f"primals[{i}]") for i, x in enumerate(primals)]
        self.rebuilds = [rebuild for _, rebuild in active]
        self.counts = [len(leaves) for leaves, _ in active]
        self.primals = [leaf for leaves, _ in active for leaf in leaves]
        level = new_level()
        inputs = [start(x) for x in self.primals]
        duals = [make(Dual, own(x, kind), kind(node), level) for x, node in zip(self.primals, inputs, strict=True)]
        result, self.aux = split_aux(f(*self.grouped(duals)), has_aux, level)
        pairs, self.rebuild_result = seeding.extract(result, level)
        if any(isinstance(t, Expanded) for _, t in pairs):
            raise NoRuleError(
                "a function with the power series of taylor in it cannot be recorded: linear programs know no series. "
                "Inside of taylor differentiate forward (jvp, gradient, jacobian), or nest dualad.derivative."
            )
        self.values = [value for value, _ in pairs]
        self.program = Program(inputs, [None if t is None else t.node for _, t in pairs])

    def grouped(self, leaves):
        """The arguments of f from their leaves."""
        left = iter(leaves)
        return [
            rebuild([next(left) for _ in range(count)])
            for rebuild, count in zip(self.rebuilds, self.counts, strict=True)
        ]

    def value(self):
        return self.rebuild_result(self.values)


def sole_array(evaluation):
    """The shape of the argument, if f takes one array of doubles and gives one that depends on it; else None."""
    if not (len(evaluation.primals) == len(evaluation.values) == len(evaluation.counts) == 1):
        return None
    (x,), (y,), (node,) = evaluation.primals, evaluation.values, evaluation.program.outputs
    arrays = all(type(a) is np.ndarray and a.dtype is DOUBLE for a in (x, y, evaluation.value()))
    argument = evaluation.rebuilds[0]([x])
    is_sole = arrays and argument is x and node is not None and evaluation.program.is_plain
    return x.shape if is_sole and (node.shape, node.dtype) == (y.shape, DOUBLE) else None


def own(x, kind):
    """A primal that f may write to, laid out as a recorded tangent is; a trace shows what it was before."""
    is_plain = kind is Recorded and type(x) is np.ndarray and x.flags.c_contiguous
    return x if is_plain else dense.owned(x)


class Linearized:
    """The derivative of f at one point as a function of tangents; made by `linearize`.

    Calling it costs no evaluation of f, only the linear part: one pass over the recorded coefficients. Its memory is
    that of those coefficients, about one array for each nonlinear operation in f.

    Attributes
    ----------
    shape : tuple of int
        Number of results and number of arguments, all leaves counted together.
    """

    def __init__(self, evaluation):
        self._evaluation = evaluation
        self.shape = (sum(map(np.size, evaluation.values)), sum(map(np.size, evaluation.primals)))
        self._argument = sole_array(evaluation)

    def __call__(self, *tangents):
        """The tangents of the results; one direction, or K at once with an axis of directions in front."""
        if len(tangents) == 1 and self._argument is not None:
            (v,) = tangents
            if type(v) is np.ndarray and v.shape == self._argument and v.dtype is DOUBLE:
                found = self._evaluation.program.replayed(tangents)
                if found is not None:
                    return found[0]
        evaluation = self._evaluation
        leaves = evaluation_leaves(evaluation.rebuilds, evaluation.counts, tangents, "tangents")
        lead = common_lead(leaves, evaluation.primals, "tangents")
        return self._result(leaves, lead)

    def _result(self, leaves, lead):
        pairs = zip(self._evaluation.values, self._evaluation.program.forward(leaves), strict=True)
        return self._evaluation.rebuild_result([whole(value, t, lead) for value, t in pairs])

    def to_dense(self):
        """The matrix of the map: one row for each element of the results, one column for each of the arguments."""
        evaluation = self._evaluation
        columns = self.shape[1]
        leaves = seeding.basis(evaluation.primals, 0, columns)
        pairs = zip(evaluation.values, evaluation.program.forward(leaves), strict=True)
        return np.concatenate([whole(value, t, (columns,)).reshape(columns, -1) for value, t in pairs], axis=1).T

    def as_linear_operator(self):
        """The map as a `scipy.sparse.linalg.LinearOperator`, with the transpose as ``rmatvec``.

        Vectors are flat: the leaves of the arguments, and of the results, one after the other.
        """
        from scipy.sparse.linalg import LinearOperator

        evaluation = self._evaluation
        dtype = np.result_type(float, *map(dense.dtype_of, (*evaluation.values, *evaluation.primals)))

        def matvec(v):
            leaves = split_flat(np.asarray(v, dtype).reshape(-1), evaluation.primals)
            pairs = zip(evaluation.values, evaluation.program.forward(leaves), strict=True)
            return np.concatenate([np.ravel(whole(value, t, ())) for value, t in pairs])

        def matmat(columns):
            leaves = split_flat(np.ascontiguousarray(np.asarray(columns, dtype).T), evaluation.primals)
            lead = (columns.shape[1],)
            pairs = zip(evaluation.values, evaluation.program.forward(leaves), strict=True)
            return np.concatenate([whole(value, t, lead).reshape(*lead, -1) for value, t in pairs], axis=1).T

        def rmatvec(u):
            leaves = split_flat(np.asarray(u, dtype).reshape(-1), evaluation.values)
            return np.concatenate([np.ravel(w) for w in pulled(evaluation, leaves, ())])

        return LinearOperator(self.shape, matvec=matvec, rmatvec=rmatvec, matmat=matmat, dtype=dtype)


def linearize(f: Callable[..., Any], *primals: Any) -> "tuple[Any, Linearized]":
    """Value of f and its derivative as a linear function, from one evaluation of f.

    Parameters
    ----------
    f : callable
        Takes ``len(primals)`` arguments: numbers, arrays, or nested containers of them.
    *primals
        The point.

    Returns
    -------
    y
        ``f(*primals)``.
    lin : Linearized
        ``lin(*tangents)`` is the directional derivative, with the structure and shapes of y; tangents with an axis
        of K directions in front give K results at once. ``lin.as_linear_operator()`` is for iterative solvers,
        ``lin.to_dense()`` the matrix.

    Raises
    ------
    StructureError, ShapeError
        Tangents do not fit to the primals.

    Notes
    -----
    Use it where one point needs many directions: Newton-Krylov, LSMR, Lanczos. Source: the linear program is that of
    Griewank & Walther (2008), "Evaluating Derivatives", section 3.1, kept instead of run.

    Examples
    --------
    >>> import numpy as np
    >>> y, lin = linearize(lambda x: x[0] * np.sin(x[1]), np.array([2.0, 0.0]))
    >>> float(lin(np.array([0.0, 1.0])))
    2.0
    >>> lin.to_dense()
    array([[0., 2.]])
    """
    evaluation = Evaluation(f, primals)
    return evaluation.value(), Linearized(evaluation)


def vjp(f: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[..., Any]]:
    """Value of f and its pullback: the transposed derivative, for few results of many arguments.

    Parameters
    ----------
    f : callable
        Takes ``len(primals)`` arguments: numbers, arrays, or nested containers of them.
    *primals
        The point.

    Returns
    -------
    y
        ``f(*primals)``.
    pullback : callable
        Takes a cotangent with the structure and shapes of y and returns a tuple with one cotangent for each
        primal: ``sum(pullback(u) * v) == sum(u * jvp)``; for complex numbers the real part of
        ``sum(conj(u) * dy)`` is kept.

    Raises
    ------
    StructureError, ShapeError
        The cotangent does not fit to y.

    Notes
    -----
    The program of `linearize`, run backwards: about two to four evaluations of f for the gradient of a scalar,
    whatever the number of arguments. Source: Griewank & Walther (2008), "Evaluating Derivatives", section 3.2.

    Examples
    --------
    >>> import numpy as np
    >>> y, pullback = vjp(lambda x: np.sum(x**2), np.array([1.0, 2.0, 3.0]))
    >>> pullback(1.0)
    (array([2., 4., 6.]),)
    """
    evaluation = Evaluation(f, primals)

    def pullback(cotangent):
        given = [
            cotangent_leaf(value, u)
            for value, u in zip(evaluation.values, _leaves_like(evaluation, cotangent), strict=True)
        ]
        return tuple(evaluation.grouped(pulled(evaluation, given, ())))

    return evaluation.value(), pullback


def _leaves_like(evaluation, cotangent):
    leaves, _ = trees.flatten(cotangent)
    if len(leaves) != len(evaluation.values):
        raise StructureError(
            f"the cotangent has {len(leaves)} numeric leaves, the result of f {len(evaluation.values)}: one for each."
        )
    return leaves


def cotangent_leaf(value, u):
    """A cotangent of the shape of the value, as floats."""
    u = seeding.own(u, "the cotangent")
    if np.shape(u) != np.shape(value):
        raise ShapeError(f"the cotangent has shape {np.shape(u)}, expected {np.shape(value)}, the shape of f's result.")
    return u


def pulled(evaluation, cotangents, lead, is_last=False):
    """Cotangents of all leaves of the arguments, zeros where nothing depends on them."""
    found = evaluation.program.backward(cotangents, is_last)
    return [whole(x, w, lead) for x, w in zip(evaluation.primals, found, strict=True)]


def whole(value, tangent, lead):
    """A tangent with the shape and dtype that belong to the value, zeros for None."""
    tangent = seeding.tangent_or_zeros(value, tangent, lead)
    if dense.dtype_of(value).kind not in "fc":
        return tangent
    return dense.fit(tangent, value, lead)


def evaluation_leaves(rebuilds, counts, tangents, name):
    """The leaves of tangents given in the structure of the primals."""
    if len(tangents) != len(rebuilds):
        raise StructureError(
            f"{len(tangents)} {name} were given for {len(rebuilds)} arguments of f: give one for each."
        )
    leaves = []
    for i, (tangent, count) in enumerate(zip(tangents, counts, strict=True)):
        found, _ = seeding.active_leaves(tangent, f"{name}[{i}]")
        if len(found) != count:
            raise StructureError(f"{name}[{i}] has {len(found)} numeric leaves, its primal {count}.")
        leaves.extend(found)
    return leaves


def common_lead(leaves, primals, name):
    """() or (K,), the same for all tangents."""
    leads = {np.shape(v)[: dense.rank(v) - dense.rank(x)] for v, x in zip(leaves, primals, strict=True)}
    for v, x in zip(leaves, primals, strict=True):
        if np.shape(v)[dense.rank(v) - dense.rank(x) :] != np.shape(x) or len(leads) > 1 or len(min(leads)) > 1:
            raise ShapeError(
                f"{name} have shape {np.shape(v)} where the primal has {np.shape(x)}: give that shape, or K "
                "directions at once with one axis in front, the same K for all."
            )
    return min(leads, default=())


def split_flat(vector, like):
    """The last axis of a vector cut into the leaves that stand beside each other in it."""
    lead, parts, first = vector.shape[:-1], [], 0
    for x in like:
        part = vector[..., first : first + np.size(x)].reshape(lead + np.shape(x))
        parts.append(part if dense.dtype_of(x).kind == "c" or part.dtype.kind == "f" else part.real)
        first += np.size(x)
    return parts
