"""Functions that make arrays like a Dual, and functions of the value alone, with their options."""

import itertools

import numpy as np
import pytest

from dualad import Dual, is_dual
from tests.cases.case import matrix

X = Dual(matrix(2, 5, 3), matrix(7, 2, 5, 3))
MADE = {
    np.zeros_like: [{}, {"dtype": complex}, {"dtype": np.float32, "order": "F"}, {"shape": (3, 2)}, {"subok": False},
                    {"device": "cpu"}, {"shape": 4, "dtype": int}, {"order": "K", "shape": (2, 3)}],
    np.full_like: [{"fill_value": 2.5}, {"fill_value": 2, "dtype": complex}, {"fill_value": [1.0, 2.0, 3.0]},
                   {"fill_value": 2.5, "shape": (3, 2), "order": "F"}, {"fill_value": 2, "dtype": int}],
}  # fmt: skip
MADE[np.ones_like] = MADE[np.empty_like] = MADE[np.zeros_like]
LIKE = [
    (np.zeros, (3,), {}), (np.zeros, ((2, 3), complex), {}), (np.zeros, (3,), {"order": "F", "dtype": np.float32}),
    (np.ones, ((2, 3),), {"dtype": float}), (np.ones, (3, int), {}), (np.empty, ((2, 3),), {}),
    (np.full, (3, 2.5), {}), (np.full, ((2, 3), [1.0, 2.0, 3.0]), {"dtype": complex}), (np.eye, (3,), {"k": 1}),
    (np.eye, (2, 3, -1), {"dtype": complex}), (np.identity, (3,), {}), (np.tri, (3, 4, 1), {}),
    (np.arange, (5.0,), {}), (np.arange, (1.0, 4.0, 0.5), {}), (np.arange, (5,), {}), (np.array, ([1.0, 2.0],), {}),
    (np.array, ([[1.0, 2.0]],), {"dtype": complex, "ndmin": 3, "copy": True}), (np.asarray, ([1.0, 2.0],), {}),
    (np.asanyarray, ([1.0, 2.0], float), {}), (np.ascontiguousarray, ([1.0, 2.0],), {}),
    (np.asfortranarray, ([[1.0], [2.0]],), {}), (np.fromfunction, (lambda i, j: i + j, (2, 3)), {}),
    (np.fromiter, ([1.0, 2.0, 3.0], float), {"count": 2}), (np.require, ([1.0, 2.0], float), {"requirements": ["C"]}),
    (np.frombuffer, (b"\0" * 16, float), {"count": 1, "offset": 8}),
    (np.loadtxt, (["1 2", "3 4"],), {}), (np.genfromtxt, (["1 2", "3 4"],), {}),
]  # fmt: skip
ONE_AXIS = [{}, {"axis": None}, {"axis": 0}, {"axis": -2}]
FOLDED = [{}, {"axis": 0}, {"axis": (0, -1)}, {"axis": None, "keepdims": True}]
KEPT = [{}, {"keepdims": True}]
CLOSE = [{}, {"rtol": 0.1}, {"atol": 0.2, "equal_nan": True}, {"rtol": 1e-9, "atol": 0}]
Y = matrix(2, 5, 3, seed=1)
CONSTANT = {
    np.all: [FOLDED, [{}, {"where": Y > 1}]],
    np.any: [FOLDED, [{}, {"where": Y > 1}]],
    np.argmax: [ONE_AXIS, KEPT],
    np.argmin: [ONE_AXIS, KEPT],
    np.nanargmax: [ONE_AXIS, KEPT],
    np.nanargmin: [ONE_AXIS, KEPT],
    np.argsort: [ONE_AXIS, [{}, {"kind": "stable"}, {"stable": True}, {"order": None}]],
    np.argpartition: [[{"kth": 1}, {"kth": (0, 1)}], ONE_AXIS, [{}, {"kind": "introselect"}]],
    np.count_nonzero: [FOLDED],
    np.size: [[{}, {"axis": 1}]],
    np.around: [[{}, {"decimals": 1}]],
    np.round: [[{}, {"decimals": 1}]],
    np.isclose: [[{"b": Y}], CLOSE],
    np.allclose: [[{"b": Y}], CLOSE],
    np.array_equal: [[{"a2": Y}], [{}, {"equal_nan": True}]],
    np.digitize: [[{"bins": [0.5, 1.0]}], [{}, {"right": True}]],
    np.isin: [[{"test_elements": Y}], [{}, {"invert": True}, {"assume_unique": False}, {"kind": "sort"}]],
    np.lexsort: [ONE_AXIS[:1] + ONE_AXIS[2:]],
    np.nonzero: [[{}]],
    np.isposinf: [[{}]],
}


@pytest.mark.parametrize("function", MADE, ids=lambda f: f.__name__)
def test_arrays_like_a_dual(function):
    for options in MADE[function]:
        found, expected = function(X, **options), function(X.primal, **options)
        value = found.primal if is_dual(found) else found
        assert is_dual(found) == (expected.dtype.kind in "fc")
        assert (value.shape, value.dtype, value.strides) == (expected.shape, expected.dtype, expected.strides)
        if is_dual(found):
            assert found.tangent.shape == (7, *expected.shape)
            assert found.tangent.dtype == expected.dtype
            assert not found.tangent.any()
        if function is not np.empty_like:
            np.testing.assert_array_equal(value, expected)


@pytest.mark.parametrize("call", LIKE, ids=lambda call: call[0].__name__)
def test_arrays_made_with_like(call):
    function, args, options = call
    found, expected = function(*args, **options, like=X), function(*args, **options)
    if expected.dtype.kind not in "fc":
        assert type(found) is np.ndarray
        np.testing.assert_array_equal(found, expected)
        return
    assert is_dual(found)
    assert found.tangent.shape == (7, *expected.shape)
    assert (found.primal.dtype, found.tangent.dtype) == (expected.dtype, expected.dtype)
    assert not found.tangent.any()
    if function is not np.empty:
        np.testing.assert_array_equal(found.primal, expected)


@pytest.mark.parametrize("function", CONSTANT, ids=lambda f: f.__name__)
def test_functions_of_the_value_alone(function):
    for parts in itertools.product(*CONSTANT[function]):
        options = {name: value for part in parts for name, value in part.items()}
        found, expected = function(X, **options), function(X.primal, **options)
        for one, other in zip(*((y if isinstance(y, tuple) else (y,)) for y in (found, expected)), strict=True):
            assert type(one) is type(other)
            np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("side", ["left", "right"])
def test_search_in_a_dual_and_for_a_dual(side):
    a = np.sort(matrix(7))
    order = np.argsort(matrix(7))
    v = Dual(matrix(5), matrix(5))
    np.testing.assert_array_equal(np.searchsorted(Dual(a, a), v, side), np.searchsorted(a, v.primal, side))
    found = np.searchsorted(Dual(matrix(7), a), v, side=side, sorter=order)
    np.testing.assert_array_equal(found, np.searchsorted(a, v.primal, side))
