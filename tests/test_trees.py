"""Arguments and results as people have them: containers, keywords, defaults, and constants among them."""

import collections
import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualad import (
    DtypeError,
    ShapeError,
    StructureError,
    derivative,
    flat_jacobian,
    gradient,
    is_dual,
    jacobian,
    jvp,
    trees,
    value_and_derivative,
    value_and_gradient,
    value_and_jacobian,
)

Point = collections.namedtuple("Point", ["x", "y"])


@dataclasses.dataclass(frozen=True)
class Parameters:
    mass: float
    spring: object
    name: str = "oscillator"
    damped: bool = False


leaves = st.one_of(
    st.floats(-3, 3),
    st.integers(-3, 3),
    st.sampled_from([(), (2,), (2, 3), (0,)]).map(
        lambda shape: np.linspace(0.5, 1.5, int(np.prod(shape))).reshape(shape)
    ),
    st.sampled_from(["text", None, True, len, np.array(["a"]), np.array([True, False])]),
)
containers = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from("abcd"), inner, max_size=3),
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.builds(Point, inner, inner),
        st.builds(Parameters, mass=inner, spring=inner),
    ),
    max_leaves=6,
)


def has_numbers(tree):
    return not isinstance(tree, bool) and len(trees.flatten(tree, lists_are_arrays=True)[0]) > 0


def doubled(tree):
    found, rebuild = trees.flatten(tree)
    return rebuild([leaf * 2 for leaf in found])


@settings(max_examples=150, deadline=None)
@given(containers.filter(has_numbers))
def test_the_jacobian_of_a_tree_by_a_tree_is_a_tree_of_trees(tree):
    inputs, _ = trees.flatten(tree, lists_are_arrays=True)
    inputs = [np.asarray(x, float) for x in inputs]
    blocks = trees.flatten(jacobian(doubled)(tree))[0]
    assert len(blocks) == len(inputs) ** 2
    for i, y in enumerate(inputs):
        for j, x in enumerate(inputs):
            expected = 2 * np.eye(y.size).reshape(y.shape * 2) if i == j else np.zeros(y.shape + x.shape)
            np.testing.assert_array_equal(blocks[i * len(inputs) + j], expected)
            assert np.shape(blocks[i * len(inputs) + j]) == y.shape + x.shape
    matrix, rows, columns = flat_jacobian(doubled)(tree)
    size = sum(x.size for x in inputs)
    np.testing.assert_array_equal(matrix, 2 * np.eye(size))
    assert len(set(rows)) == len(set(columns)) == size


@settings(max_examples=100, deadline=None)
@given(containers.filter(has_numbers))
def test_jvp_keeps_the_structure(tree):
    found, rebuild = trees.flatten(tree, lists_are_arrays=True)
    y, dy = jvp(doubled, (tree,), (rebuild([np.ones(np.shape(x))[()] for x in found]),))
    for x, value, moved in zip(found, trees.flatten(y)[0], trees.flatten(dy)[0], strict=True):
        np.testing.assert_array_equal(value, 2.0 * np.asarray(x))
        np.testing.assert_array_equal(moved, np.full(np.shape(x), 2.0))


@settings(max_examples=100, deadline=None)
@given(containers)
def test_flatten_and_rebuild_give_the_same_tree(tree):
    found, rebuild = trees.flatten(tree)
    again = rebuild(found)
    assert type(again) is type(tree)
    assert all(a is b for a, b in zip(found, trees.flatten(again)[0], strict=True))
    assert len(trees.paths(tree, "p")) == len(found)


def test_a_dict_of_results_by_a_dict_of_parameters():
    def model(p):
        return {"flux": p["k"] * p["t"], "norm": np.sum(p["t"] ** 2), "unit": "W"}

    p = {"k": 2.0, "t": np.array([1.0, 2.0, 3.0]), "label": "run"}
    found = jacobian(model)(p)
    assert found["unit"] == "W"
    assert found["flux"]["label"] == "run"
    np.testing.assert_array_equal(found["flux"]["k"], p["t"])
    np.testing.assert_array_equal(found["flux"]["t"], 2 * np.eye(3))
    np.testing.assert_array_equal(found["norm"]["t"], 2 * p["t"])
    assert found["norm"]["k"] == 0.0
    assert gradient(lambda p: model(p)["norm"])(p)["k"] == 0.0


def test_names_of_rows_and_columns_are_expressions():
    def model(p, state):
        return Point(p.mass * state["v"], [p.spring[0, 1], 2.0])

    p, state = Parameters(2.0, np.ones((2, 2))), {"v": [1.0, 2.0]}
    found = flat_jacobian(model, argnums=(0, 1))(p, state)
    assert found.rows == ["model.x[0]", "model.x[1]", "model.y[0]", "model.y[1]"]
    assert found.columns == ["p.mass", "p.spring[0, 0]", "p.spring[0, 1]", "p.spring[1, 0]", "p.spring[1, 1]",
                             "state['v'][0]", "state['v'][1]"]  # fmt: skip
    expected = [[1, 0, 0, 0, 0, 2, 0], [2, 0, 0, 0, 0, 0, 2], [0, 0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0]]
    np.testing.assert_array_equal(found.matrix, expected)
    assert flat_jacobian(lambda *a: a[1], argnums=1)(1.0, 2.0).columns == ["args[1]"]


def test_argnums_argnames_keywords_and_defaults():
    def f(a, b, *, c=3.0, d=5.0):
        return a * b * c + d

    assert jacobian(f)(2.0, 7.0) == 21.0
    assert jacobian(f, argnums=1)(2.0, 7.0) == 6.0
    assert jacobian(f, argnums=-1)(2.0, 7.0) == 6.0
    assert jacobian(f, argnums=(1, 0))(2.0, 7.0) == (6.0, 21.0)
    assert jacobian(f, argnums=1)(2.0, b=7.0) == 6.0
    assert jacobian(f, argnames="c")(2.0, 7.0) == 14.0
    assert jacobian(f, argnames="c")(2.0, 7.0, c=11.0) == 14.0
    assert jacobian(f, argnames=("b", "d"))(2.0, b=7.0) == (6.0, 1.0)
    assert jacobian(f, argnames="a")(2.0, 7.0, c=5.0) == 35.0
    assert jacobian(lambda x, k=3.0: x * k, argnums=1)(2.0) == 2.0
    assert derivative(f, argnames="c", order=2)(2.0, 7.0) == 0.0
    assert derivative(np.multiply, argnums=1)(2.0, 3.0) == 2.0


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: jacobian(np.sin)(), StructureError, "argnums=0, but 0 positional"),
        (lambda: jacobian(lambda x: x, argnums=2)(1.0), StructureError, "argnums=2, but 1 positional"),
        (lambda: jacobian(lambda x: x, argnums=(0, 0))(1.0), StructureError, "several different"),
        (lambda: jacobian(lambda x: x, argnums=())(1.0), StructureError, "must name one"),
        (lambda: jacobian(lambda x: x, argnames="z")(1.0), StructureError, "given: x"),
        (lambda: jacobian(np.sin)("one"), DtypeError, "str without any number"),
        (lambda: jacobian(np.sin)({}), DtypeError, "dict without any number"),
        (lambda: jacobian(np.sin)(1j), DtypeError, "holomorphic=True"),
        (lambda: jacobian(np.sin, holomorphic=True)(1.0), DtypeError, r"x \+ 0j"),
        (lambda: jacobian(lambda x: None)(1.0), StructureError, "f returned NoneType"),
        (lambda: jacobian(lambda x: x, has_aux=True)(1.0), StructureError, r"pair \(y, aux\)"),
        (lambda: gradient(lambda x: x)(np.ones(3)), ShapeError, r"shape \(3,\) for an argument of shape \(3,\)"),
        (lambda: gradient(lambda x: [x[0]])(np.ones(3)), ShapeError, "a list"),
        (lambda: gradient(lambda x: x[0] * 1j)(np.ones(3)), DtypeError, "Use jacobian"),
        (lambda: derivative(np.sin)(np.ones(3)), ShapeError, r"shape \(\); it has shape \(3,\)"),
        (lambda: jvp(np.sin, 1.0, 1.0), StructureError, r"jvp\(f, \(x,\), \(v,\)\)"),
        (lambda: jvp(np.sin, (1.0,), ()), StructureError, "1 primals and 0 tangents"),
        (lambda: jvp(np.sin, (np.ones(3),), (np.ones(2),)), ShapeError, r"shape \(2,\), expected \(3,\)"),
        (lambda: jvp(np.sin, ([1.0, 2.0],), (1.0,)), ShapeError, r"shape \(\), expected \(2,\)"),
        (lambda: jvp(np.sin, (1.0,), (1j,)), DtypeError, "complex and its primal is real"),
        (lambda: jvp(doubled, ({"a": 1.0},), ({"b": 1.0},)), StructureError, r"dict\('a': float\); it is dict"),
        (lambda: jvp(doubled, ({"a": 1.0},), (1.0,)), StructureError, r"tangents\[0\] must have the structure"),
        (lambda: jvp(doubled, ({"a": np.ones(3)},), ({"a": "x"},)), StructureError, r"give an array of shape \(3,\)"),
    ],
)  # fmt: skip
def test_each_mistake_has_a_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


def test_a_dict_of_tangents_in_another_order_is_matched_by_its_keys():
    _, dy = jvp(lambda p: p["a"] + 10 * p["b"], ({"a": 1.0, "b": 2.0},), ({"b": 1.0, "a": 3.0},))
    assert dy == 13.0


def test_none_as_tangent_makes_a_constant():
    def power(x, n):
        assert type(n) is int
        return x**n

    assert jvp(power, (3.0, 2), (1.0, None)) == (9.0, 6.0)


def test_constants_in_arguments_arrive_untouched():
    mask, marker = np.array([True, False, True]), object()

    def f(p):
        assert p["mask"] is mask
        assert p["marker"] is marker
        assert p["on"] is True
        assert is_dual(p["x"])
        return p["x"][p["mask"]]

    found = jacobian(f)({"x": np.ones(3), "mask": mask, "marker": marker, "on": True})
    np.testing.assert_array_equal(found["x"], np.eye(3)[mask])


def test_a_ragged_list_is_a_container_of_arrays():
    found = jacobian(lambda x: np.sum(x[0]) * x[1][0])([[1.0, 2.0], [3.0]])
    np.testing.assert_array_equal(found[0], [3.0, 3.0])
    np.testing.assert_array_equal(found[1], [3.0])


def test_aux_and_value_come_from_one_evaluation():
    calls = []

    def f(x):
        calls.append(x)
        return np.sum(x * x), {"seen": x, "note": "fine"}

    for operator, at in ((gradient, np.ones(3)), (jacobian, np.ones(3)), (derivative, 1.0)):
        calls.clear()
        matrix, aux = operator(f, has_aux=True)(at)
        assert len(calls) == 1
        np.testing.assert_array_equal(matrix, 2 * np.asarray(at))
        assert not is_dual(aux["seen"])
        assert aux["note"] == "fine"
    for operator, at in (
        (value_and_gradient, np.ones(3)),
        (value_and_jacobian, np.ones(3)),
        (value_and_derivative, 1.0),
    ):
        calls.clear()
        (y, aux), matrix = operator(f, has_aux=True)(at)
        assert len(calls) == 1
        assert y == np.size(at)
        np.testing.assert_array_equal(matrix, 2 * np.asarray(at))
        assert not is_dual(aux["seen"])
    calls.clear()
    y, dy, aux = jvp(f, (np.ones(3),), (np.ones(3),), has_aux=True)
    assert (len(calls), y, dy, is_dual(aux["seen"])) == (1, 3.0, 6.0, False)
    calls.clear()
    (matrix, _, _), aux = flat_jacobian(f, has_aux=True)(np.ones(3))
    assert (len(calls), matrix.shape, aux["note"]) == (1, (1, 3), "fine")


def test_an_exception_of_f_passes_untouched_with_a_note():
    mistake = KeyError("mine")

    def f(x):
        raise mistake

    for call in (
        lambda: jvp(f, (1.0,), (1.0,)),
        lambda: jacobian(f)(np.ones(3)),
        lambda: jacobian(f, chunk_size=2)(np.ones(3)),
    ):
        with pytest.raises(KeyError) as caught:
            call()
        assert caught.value is mistake
    assert mistake.__notes__ == [
        "dualad.jvp was running f.",
        "dualad.jacobian was running f for all 3 columns.",
        "dualad.jacobian was running f for the columns 0 to 1 of 3.",
    ]


def test_jvp_works_with_fortran_order_and_does_not_touch_the_arguments():
    x = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    before = x.copy()

    def f(x):
        x *= 2
        return x

    y, dy = jvp(f, (x,), (x,))
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(y, 2 * before)
    np.testing.assert_array_equal(dy, 2 * before)
