"""Calls whose arguments belong to different levels, or to none, and views of derivatives."""

import importlib.util
import sys
import types
import warnings

import numpy as np
import pytest

import dualad.quiet
from dualad import Dual, derivative, jacobian, jvp

X = np.array([1.0, 2.0, 3.0])


def test_a_sum_of_constants_that_starts_at_the_argument():
    def inner(x):
        return derivative(lambda c: np.sum(np.stack([x, x]), initial=c * c * x))(2.0)

    assert derivative(inner)(3.0) == 4.0  # of x + x + c**2 x by c, 2 c x, by x


def test_a_product_of_constants_that_starts_at_the_argument():
    def inner(x):
        return derivative(lambda c: np.prod(np.stack([x, x]), initial=c * c))(2.0)

    assert derivative(inner)(3.0) == 24.0  # of c**2 x**2 by c, 2 c x**2, by x


def test_an_output_of_two_levels():
    def inner(a):
        return derivative(lambda b: np.cumsum(np.stack([a * b, b**3]), out=np.zeros(2, like=a * b))[1])(2.0)

    assert inner(3.0) == 15.0  # of a b + b**3 by b
    assert derivative(inner)(3.0) == 1.0


@pytest.mark.parametrize("parts", [3, [1, 2]])
def test_parts_of_a_second_derivative(parts):
    found = jacobian(jacobian(lambda x: np.split(x**3, parts)[1]))(X)
    expected = np.zeros((1, 3, 3))
    expected[0, 1, 1] = 12.0
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert jacobian(jacobian(lambda x: np.split(x**3, [0])[0]))(X).shape == (0, 3, 3)


def test_a_view_of_a_second_derivative_moves_with_its_base():
    def f(x):
        y = x**3
        first, second, third = np.split(y, 3)
        second *= 2.0
        return y

    found = jacobian(jacobian(f))(X)
    np.testing.assert_allclose([found[i, i, i] for i in range(3)], [6.0, 24.0, 18.0], rtol=1e-14)
    assert np.count_nonzero(found) == 3


@pytest.mark.parametrize("options", [{"copy": False}, {"sparse": True}, {"copy": False, "sparse": True}])
def test_grids_that_are_views(options):
    x = Dual(X, np.eye(3))
    for i, (ours, theirs) in enumerate(
        zip(np.meshgrid(x, 2 * x, **options), np.meshgrid(X, 2 * X, **options), strict=True)
    ):
        np.testing.assert_array_equal(ours.primal, theirs)
        rows = [np.meshgrid(row, 2 * row, **options)[i] for row in np.eye(3)]
        np.testing.assert_array_equal(ours.tangent, np.stack(rows))


def test_zeros_are_trimmed_along_one_axis():
    y = np.trim_zeros(Dual([0.0, 1.0, 0.0, 2.0, 0.0], np.arange(10.0).reshape(2, 5)))
    np.testing.assert_array_equal(y.primal, [1.0, 0.0, 2.0])
    np.testing.assert_array_equal(y.tangent, [[1.0, 2.0, 3.0], [6.0, 7.0, 8.0]])


def test_the_real_part_if_the_value_is_real():
    y = np.real_if_close(Dual([1 + 1e-30j], [1 + 2j]))
    assert y.dtype == float
    assert y.tangent == 1.0
    y = np.real_if_close(Dual([1 + 1j], [1 + 2j]))
    assert y.tangent == 1 + 2j


def test_the_difference_of_two_infinite_slopes_is_undefined():
    with np.errstate(all="ignore"):
        _, slope = jvp(lambda t: np.sqrt(t) - np.sqrt(2 * t), (np.zeros(2),), (np.ones(2),))
    assert np.isnan(slope).all()
    _, slope = jvp(lambda t: np.sqrt(t) - np.sqrt(2 * t), (np.zeros(2),), (np.zeros(2),))
    np.testing.assert_array_equal(slope, 0.0)


@pytest.mark.parametrize("f", [np.hypot, np.arctan2])
@pytest.mark.parametrize("infinite", [np.inf, np.array([1.0, -np.inf])])
def test_second_derivatives_beside_an_infinite_argument(f, infinite):
    with np.errstate(all="ignore"):
        for g in (lambda y: f(infinite, y), lambda y: f(y, infinite)):
            slopes = jvp(lambda y, g=g: jvp(g, (y,), (1.0,))[1], (2.0,), (1.0,))[1]
            assert np.ravel(slopes)[-1] == 0.0


def test_products_beside_a_row_with_an_infinite_factor():
    x, dx = np.array([[np.inf, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.5], [0.7, 0.3]])
    np.testing.assert_allclose(np.cumprod(Dual(x, dx), axis=1).tangent, [[1.0, np.inf], [0.7, 3.7]], rtol=1e-14)
    np.testing.assert_allclose(np.prod(Dual(x, dx), axis=1).tangent, [np.inf, 3.7], rtol=1e-14)


def test_a_ramp_to_moving_ends_of_an_array_of_another_level():
    def slopes(x):
        return jacobian(lambda ends: np.pad(x * X, 1, mode="linear_ramp", end_values=ends) * x)(np.array([5.0, 7.0]))

    value, moved = jvp(slopes, (2.0,), (1.0,))
    ends = np.zeros((5, 2))
    ends[0, 0] = ends[4, 1] = 1.0
    np.testing.assert_array_equal(value, 2.0 * ends)
    np.testing.assert_array_equal(moved, ends)


def test_arrays_of_elements_in_a_container_are_results():
    def f(x):
        whole = np.empty(2, dtype=object)
        whole[:] = [x[0] * x[1], 5.0]
        return {"a": (whole, x[2])}

    found = jacobian(f)(X)
    np.testing.assert_array_equal(found["a"][0], [[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    np.testing.assert_array_equal(found["a"][1], [0.0, 0.0, 1.0])


def test_the_median_of_nothing_is_undefined():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        y = np.nanmedian(Dual(np.zeros((2, 0)), np.zeros((5, 2, 0))), axis=1)
    assert np.isnan(y.primal).all()
    assert y.tangent.shape == (5, 2)
    assert np.isnan(y.tangent).all()


def test_the_error_state_by_what_numpy_documents(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy._core.umath", types.ModuleType("numpy._core.umath"))
    spec = importlib.util.spec_from_file_location("quiet_in_public", dualad.quiet.__file__)
    public = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(public)
    before = np.geterr()
    for state in ("STRICT", "SILENT", "ORDINARY", "IN_RANGE"):
        errors = []
        for quiet in (public, dualad.quiet):
            token = quiet.enter(getattr(quiet, state))
            try:
                errors.append(np.geterr())
            finally:
                quiet.leave(token)
        assert errors[0] == errors[1]
        assert np.geterr() == before
