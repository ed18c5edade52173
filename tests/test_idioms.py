"""Code as people write it: right, or loud with the remedy in the sentence."""

import functools
import itertools
import re
from dataclasses import dataclass

import numpy as np
import pytest

from dualad import Dual, LostDerivativeError, NoRuleError, derivative, jacobian, register_ufunc
from dualad.rules.table import RULES

POINT = np.array([0.3, 0.7, 1.1])
cube = np.frompyfunc(lambda a: a * a * a, 1, 1)
product = np.frompyfunc(lambda a, b: a * b * b, 2, 1)
both = np.frompyfunc(lambda a: (a, a * a), 1, 2)


@dataclass
class State:
    position: np.ndarray
    speed: float


def horner(x):
    y = 0.0
    for c in x:
        y = y * 1.7 + c
    return y


def with_errstate(x):
    with np.errstate(all="raise"):
        return np.exp(x)


def with_dict(x):
    state = {"a": x[0], "b": [x[1], x[2]]}
    state["a"] *= state["b"][0]
    return np.array([state["a"], *state["b"]])


def with_dataclass(x):
    state = State(x * 2, x[0])
    state.position = state.position * state.speed
    return state.position


def with_closure(x):
    def inner(y):
        return y * x[0]

    return inner(inner(x))


def with_buffer(x):
    y = np.zeros_like(x)
    for i in range(len(x)):
        y[i] = x[i] ** 2 if x[i] > 0.5 else np.sin(x[i])
    return y


RIGHT = {
    "loop": lambda x: sum(xi**2 for xi in x),
    "sum of a list": lambda x: sum([xi * xi for xi in x]),
    "np.sum of a list": lambda x: np.sum([xi * xi for xi in x]),
    "sum of arrays": lambda x: sum([x, x * x]),
    "reduce": lambda x: functools.reduce(lambda a, b: a * b, x),
    "accumulate": lambda x: np.array(list(itertools.accumulate(x))),
    "horner": horner,
    "comprehension": lambda x: np.array([xi**2 for xi in x]),
    "nested comprehension": lambda x: np.array([[a * b for a in x] for b in x]),
    "matrix of numbers": lambda x: np.array([[x[0], 1], [2, x[1]]]) @ np.array([x[2], 1.0]),
    "ufunc of a comprehension": lambda x: np.sin(np.array([xi**2 for xi in x])),
    "stack of a comprehension": lambda x: np.stack([xi * x for xi in x]),
    "zip": lambda x: np.array([i * a * b for i, (a, b) in enumerate(zip(x, x[::-1], strict=True))]),
    "max and min": lambda x: max(x) * min(x),
    "sorted": lambda x: np.array(sorted(x, reverse=True)),
    "vectorize": lambda x: np.vectorize(lambda a: a**2 if a > 0.5 else np.sin(a))(x),
    "vectorize, objects": lambda x: np.vectorize(lambda a: a**2, otypes=[object])(x),
    "vectorize, two arguments": lambda x: np.vectorize(lambda a, b: a**2 * b)(x, [1.0, 2.0, 3.0]),
    "vectorize, signature": lambda x: np.vectorize(lambda a: a * np.sum(a), signature="(n)->(n)")(x),
    "apply_along_axis": lambda x: np.apply_along_axis(lambda a: a.sum() * a, 0, x),
    "frompyfunc": lambda x: cube(x),
    "frompyfunc of a number": lambda x: cube(x[0]),
    "frompyfunc, two arguments": lambda x: product(x, x[::-1]) + product(np.ones(3), x),
    "frompyfunc, two results": lambda x: both(x)[0] * both(x)[1],
    "frompyfunc, outer": lambda x: product.outer(x, x),
    "frompyfunc, reduce": lambda x: product.reduce(x),
    "r_": lambda x: np.r_[x, 1.0, x[0]],
    "c_": lambda x: np.c_[x, x * x],
    "ix_": lambda x: (x[:, None] * x[None, :])[np.ix_([0, 2], [1, 2])],
    "errstate": with_errstate,
    "dict": with_dict,
    "dataclass": with_dataclass,
    "closure": with_closure,
    "buffer": with_buffer,
    "objects times Dual": lambda x: np.array([x[0], x[1]], dtype=object) * x[:2],
    "Dual times objects": lambda x: x[:2] * np.array([x[0], 2.0], dtype=object),
    "sums of objects": lambda x: np.sum(np.array([x[0], x[1]])) * np.prod(np.array([x[0], 2.0])),
    "asarray": lambda x: np.exp(np.asarray(x)) * 2,
    "window": lambda x: np.kaiser(5, x[0]),
    "methods": lambda x: x.sum() * x.mean() * x.std() * x.var() * x.prod() + x.cumprod() + x.cumsum(),
    "polyval": lambda x: np.polynomial.polynomial.polyval(x[0], x),
    "polyval of plain points": lambda x: np.polynomial.polynomial.polyval(np.array([0.5, 0.7]), x),
    "polyval of plain coefficients": lambda x: np.polynomial.polynomial.polyval(x, [1, 2, 3]),
    "chebval": lambda x: np.polynomial.chebyshev.chebval(x, x),
    "legval": lambda x: np.polynomial.legendre.legval(np.array([0.5, 0.7]), x),
    "hermval": lambda x: np.polynomial.hermite.hermval(x, [1.0, 2.0, 3.0]),
    "polyvander": lambda x: np.polynomial.polynomial.polyvander(x, 2),
    "Polynomial of a Dual": lambda x: np.polynomial.Polynomial([1, 2, 3])(x),
    "Polynomial with Duals": lambda x: np.polynomial.Polynomial(x)(0.5),
    "Polynomial arithmetic": lambda x: (np.polynomial.Polynomial(x) * np.polynomial.Polynomial(x)).deriv().integ().coef,
    "Chebyshev": lambda x: np.polynomial.Chebyshev(x)(0.3),
    "poly1d of a Dual": lambda x: np.poly1d([1, 2, 3])(x),
}


@pytest.mark.parametrize("name", RIGHT)
def test_idiom_is_differentiated(name):
    f, e = RIGHT[name], 1e-6
    expected = [(np.asarray(f(POINT + d), float) - np.asarray(f(POINT - d), float)) / (2 * e) for d in e * np.eye(3)]
    found = jacobian(f)(POINT)
    np.testing.assert_allclose(np.asarray(found), np.moveaxis(expected, 0, -1), atol=1e-8)


LOUD = {
    "vectorize with otypes": (lambda x: np.vectorize(lambda a: a**2, otypes=[float])(x), "without otypes"),
    "fromiter": (lambda x: np.fromiter((xi for xi in x), float), "np.zeros"),
    "buffer of floats": (lambda x: np.zeros(3).__setitem__(0, x[0]), "np.zeros_like"),
    "asarray of floats": (lambda x: np.asarray(x, float), "np.asarray"),
    "float": (lambda x: float(x[0]), "x itself"),
    "mean of objects": (lambda x: np.mean(np.array([x[0], 2.0])), r"np\.stack"),
    "frompyfunc into floats": (lambda x: cube(x, out=np.zeros(3)), "np.zeros_like"),
}


@pytest.mark.parametrize("name", LOUD)
def test_idiom_is_refused_with_the_remedy(name):
    f, remedy = LOUD[name]
    with pytest.raises((LostDerivativeError, NoRuleError, ValueError)) as caught:
        f(Dual(POINT, np.ones(3)))
    # NumPy puts a ValueError of its own around what float(x) raises while it fills an array
    error = caught.value if isinstance(caught.value, LostDerivativeError) else caught.value.__cause__
    assert isinstance(error, LostDerivativeError)
    assert re.search(remedy, str(error))


def test_polyval_with_a_table_of_coefficients_takes_an_object_array():
    polynomial = np.polynomial.polynomial
    table = np.arange(6.0).reshape(2, 3)
    found = jacobian(lambda x: polynomial.polyval(np.asarray(x), table))(POINT)
    expected = table[1][:, None, None] * np.eye(3)
    np.testing.assert_array_equal(found, expected)
    with pytest.raises(ValueError, match="broadcast"):
        jacobian(lambda x: polynomial.polyval(x, np.arange(10.0).reshape(2, 5)))(POINT)


def test_polynomial_in_two_variables():
    found = jacobian(lambda x: np.polynomial.polynomial.polyval2d(x, x, [[0, 1, 2], [3, 4, 5]]))(POINT)
    np.testing.assert_allclose(found, np.diag(4 + 12 * POINT + 15 * POINT**2), rtol=1e-14)


def test_rule_of_a_python_ufunc_wins():
    square = np.frompyfunc(lambda a: a * a, 1, 1)
    assert derivative(square)(3.0) == 6
    register_ufunc(square, lambda y, x: 100.0)
    assert derivative(square)(3.0) == 100
    del RULES[square]


def test_python_ufunc_of_nested_duals():
    np.testing.assert_allclose(jacobian(jacobian(lambda x: cube(x)))(POINT)[1, 1, 1], 6 * POINT[1])
