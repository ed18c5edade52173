"""Duals made by hand: what fits, and the sentence for what does not."""

import numpy as np
import pytest

import dualad
from dualad import DtypeError, Dual, ShapeError, StructureError
from dualad.objects import pack
from dualad.rules.linalg import lapack


def objects(*elements):
    array = np.empty(len(elements), dtype=object)
    array[:] = elements
    return array


def arrays_in_an_array():
    array = np.empty(1, dtype=object)
    array[0] = Dual([1.0, 2.0], [1.0, 0.0])
    return array


@pytest.mark.parametrize(
    ("make", "error", "remedy"),
    [
        (lambda: Dual("a", 1.0), DtypeError, "only real and complex numbers"),
        (lambda: Dual(np.datetime64("2020-01-01"), 1.0), DtypeError, "only real and complex numbers"),
        (lambda: Dual(objects(1, "b"), 1.0), DtypeError, "only real and complex numbers"),
        (lambda: Dual([1.0, 2.0], np.ones(3)), ShapeError, r"give one direction, shape \(2,\), or K"),
        (lambda: Dual([1.0, 2.0], np.ones((3, 1, 2))), ShapeError, "give one direction"),
        (lambda: Dual(1.0, np.ones((2, 2))), ShapeError, "give one direction"),
        (lambda: Dual(np.ones((2, 2)), np.ones((3, 2, 2, 2))), ShapeError, "give one direction"),
        (lambda: Dual(1.0, 1j), DtypeError, "make the primal complex, x [+] 0j"),
        (lambda: pack(arrays_in_an_array()), DtypeError, "build it with np.stack or np.concatenate"),
        (lambda: pack(objects(Dual(1.0, 1.0), "b")), DtypeError, "only numbers can be computed with"),
    ],
)
def test_what_is_no_dual_says_what_would_be_one(make, error, remedy):
    with pytest.raises(error, match=remedy):
        make()


@pytest.mark.parametrize(
    ("other", "text"),
    [(np.ones((2, 3)), "3 directions and 2 directions"), (np.ones(3), "3 directions and one direction")],
)
def test_duals_of_different_numbers_of_directions_do_not_mix(other, text):
    with pytest.raises(ShapeError, match=text):
        Dual(np.ones(3), np.eye(3)) * Dual(np.ones(3), other)


def test_a_list_of_duals_becomes_a_dual_of_duals():
    x = Dual([Dual(1.0, 3.0), 2.0], [1.0, 0.0])
    np.testing.assert_array_equal(x.primal.primal, [1.0, 2.0])
    np.testing.assert_array_equal(x.primal.tangent, [3.0, 0.0])
    np.testing.assert_array_equal(x.tangent, [1.0, 0.0])


def test_integers_and_booleans_are_taken_as_floats():
    assert Dual(True, 1).primal == 1.0
    assert Dual([1, 2], [True, False]).dtype == float


def test_an_array_of_objects_without_axes_packs_and_unpacks():
    x = Dual(np.array(2.0), np.array(1.0))
    box = np.asarray(x)
    assert box.shape == ()
    assert box.dtype == object
    y = np.sin(Dual(0.0, 0.0) + box)
    assert (float(y.primal), float(y.tangent)) == (np.sin(2.0), np.cos(2.0))


def test_the_names_of_the_module():
    assert {"jacobian", "Dual", "taylor"} <= set(dir(dualad))
    with pytest.raises(AttributeError, match="no attribute 'jacobain'"):
        dualad.jacobain  # noqa: B018


def test_arguments_without_any_number():
    with pytest.raises(DtypeError, match="nothing to differentiate by"):
        dualad.jacobian(lambda x: x)([])
    with pytest.raises(DtypeError, match="nothing to differentiate by"):
        dualad.gradient(lambda x: 1.0)({})


def test_a_truth_value_is_a_number():
    assert dualad.derivative(lambda x: 3 * x)(True) == 3.0
    assert dualad.derivative(lambda x: 3 * x)(np.True_) == 3.0


def test_an_argument_by_number_of_a_callable_that_tells_no_names():
    with pytest.raises(StructureError, match="pass the argument by position"):
        dualad.jacobian(max, argnums=3)(1.0)


def test_casts_and_flags():
    x = Dual([1.0, 2.0], np.eye(2))
    assert x.astype(float, copy=False) is x
    elements = x.astype(object)
    assert elements.dtype == object
    assert [one.primal for one in elements] == [1.0, 2.0]
    assert [one.is_integer() for one in Dual([1.0, 2.5], [1.0, 1.0])] == [True, False]
    x.setflags(write=False)
    for part in (x, x.primal, x.tangent):
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 3.0
    x.setflags(write=True)
    x[0] = 3.0
    assert x[0].primal == 3.0


@pytest.mark.parametrize("loops", ["known", "unknown"])
def test_inverses_and_solutions_for_tangents(loops, monkeypatch):
    if loops == "unknown":
        monkeypatch.setattr(lapack, "_loops", None)
    regular, singular = np.array([[2.0, 1.0], [0.0, 4.0]]), np.array([[1.0, 2.0], [2.0, 4.0]])
    with np.errstate(all="ignore"):
        found = lapack.inverse(np.stack([regular, singular]))
    np.testing.assert_array_equal(found[0], [[0.5, -0.125], [0.0, 0.25]])
    assert np.isnan(found[1]).all()
    np.testing.assert_array_equal(lapack.inverse(regular), [[0.5, -0.125], [0.0, 0.25]])
    np.testing.assert_array_equal(lapack.solve(regular, np.array([[4.0], [4.0]])), [[1.5], [1.0]])
