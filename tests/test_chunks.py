"""Wide Jacobians in blocks: the same result, bounded memory, arrays of the user filled, and progress told."""

import sys
import tracemalloc
import types

import numpy as np
import pytest

from dualad import DtypeError, ShapeError, StructureError, flat_jacobian, gradient, jacobian, jvp
from dualad.operators import blocks

AT = np.linspace(0.1, 1.7, 23)


def model(x):
    return {"wave": np.sin(x)[::2] * x[0], "total": np.sum(x**2)}


@pytest.mark.parametrize("chunk_size", [1, 2, 7, 22, 23, 1000, np.int64(5)])
def test_every_chunk_size_gives_the_same_bits(chunk_size):
    expected, found = jacobian(model)(AT), jacobian(model, chunk_size=chunk_size)(AT)
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name], strict=True)
    np.testing.assert_array_equal(
        flat_jacobian(model, chunk_size=chunk_size)(AT).matrix, flat_jacobian(model)(AT).matrix
    )


@pytest.mark.parametrize("chunk_size", [1, 3, 6])
def test_blocks_cross_the_borders_of_leaves(chunk_size):
    def f(a, b, c):
        return a * np.sum(b) + c

    given = (2.0, np.arange(6.0).reshape(2, 3), np.array([1.0, 2.0]))
    expected = jacobian(f, argnums=(0, 1, 2))(*given)
    found = jacobian(f, argnums=(0, 1, 2), chunk_size=chunk_size)(*given)
    for a, b in zip(expected, found, strict=True):
        np.testing.assert_array_equal(a, b, strict=True)


@pytest.mark.parametrize("chunk_size", [0, -1, 2.5, "all", None, True])
def test_a_wrong_chunk_size_is_refused(chunk_size):
    with pytest.raises(ValueError, match="number of columns in a block"):
        jacobian(np.sin, chunk_size=chunk_size)(AT)


@pytest.mark.parametrize("count", [1, 2, 100, 512, 513, 1000, 20_000, 1_000_000, 10_000_000, 100_000_000])
def test_auto_blocks_are_not_thin_fit_the_cache_and_are_bounded(count):
    column = 8 * count
    width = blocks.columns_in_a_block("auto", count, column, None)
    assert width * column <= max(blocks.LIMIT_BYTES, column)
    if count <= 512:
        assert width == count
    elif blocks.THIN * column <= blocks.BLOCK_BYTES:
        assert width * column <= blocks.BLOCK_BYTES
    elif blocks.THIN * column <= blocks.LIMIT_BYTES:
        assert width in (blocks.THIN, blocks.THIN - 1)


def test_f_runs_once_for_a_few_hundred_columns():
    calls = []

    def f(x):
        calls.append(x)
        return x**2

    jacobian(f)(np.ones((20, 25)))
    assert len(calls) == 1


def test_auto_gives_each_worker_a_block():
    assert blocks.columns_in_a_block("auto", 100, 800, 4) == 25


def test_out_is_filled_block_by_block(tmp_path):
    out = np.memmap(tmp_path / "jacobian", float, "w+", shape=(23, 23))
    assert jacobian(np.sin, chunk_size=5, out=out)(AT) is out
    np.testing.assert_array_equal(out, np.diag(np.cos(AT)))
    for order in "CF":
        wide = np.zeros((2, 3, 2, 3), order=order)
        jacobian(lambda x: 3 * x, chunk_size=4, out=wide)(np.ones((2, 3)))
        np.testing.assert_array_equal(wide, 3 * np.eye(6).reshape(2, 3, 2, 3))
    every_other = np.zeros((23, 46))[:, ::2]
    jacobian(np.sin, out=every_other)(AT)
    np.testing.assert_array_equal(every_other, np.diag(np.cos(AT)))
    slope = np.zeros(23)
    gradient(lambda x: np.sum(x**2), chunk_size=4, out=slope)(AT)
    np.testing.assert_array_equal(slope, 2 * AT)
    matrix = np.zeros((13, 23))
    assert flat_jacobian(model, chunk_size=4, out=matrix)(AT).matrix is matrix
    np.testing.assert_array_equal(matrix, flat_jacobian(model)(AT).matrix)
    number = np.zeros(())
    jacobian(lambda x: x**2, out=number)(3.0)
    assert number == 6.0


def test_out_may_be_a_tree():
    def f(p):
        return {"y": p["a"] * p["b"]}

    out = {"y": {"a": np.zeros(3), "b": np.zeros((3, 3))}}
    assert jacobian(f, chunk_size=2, out=out)({"a": 2.0, "b": np.arange(3.0)}) is out
    np.testing.assert_array_equal(out["y"]["a"], np.arange(3.0))
    np.testing.assert_array_equal(out["y"]["b"], 2 * np.eye(3))


@pytest.mark.parametrize(
    ("out", "error", "sentence"),
    [
        (np.zeros((3, 2)), ShapeError, r"shape \(3, 2\), expected \(3, 3\)"),
        ([np.zeros((3, 3)), np.zeros((3, 3))], ShapeError, r"expected \(3, 3\)"),
        (np.zeros((3, 3), int), DtypeError, "int64, which cannot hold derivatives of dtype float64"),
        ({"a": 1.0}, StructureError, "give arrays"),
    ],
)
def test_an_out_that_does_not_fit_is_refused(out, error, sentence):
    with pytest.raises(error, match=sentence):
        jacobian(np.sin, out=out)(np.ones(3))


def peak(call):
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_grows_with_the_chunk_and_not_with_the_columns():
    def f(x):
        return np.sum(np.sin(x) * x)

    def used(n, chunk_size):
        x, out = np.ones(n), np.empty(n)
        return peak(lambda: gradient(f, chunk_size=chunk_size, out=out)(x)) / (8 * n)

    used(1000, 8)
    few, many = used(3000, 8), used(3000, 64)
    assert few < 6 * 8  # tangents alive at a time: the seed, sin(x), the product and its terms
    assert many < 6 * 64
    assert used(6000, 8) == pytest.approx(few, rel=0.1)


def test_nothing_of_a_block_is_alive_when_the_next_one_begins():
    held = []

    def f(x):
        held.append(tracemalloc.get_traced_memory()[0])
        return np.sin(x) * x

    out = np.empty((1000, 1000))
    peak(lambda: jacobian(f, chunk_size=100, out=out)(np.ones(1000)))
    assert max(held[1:]) < held[0] + 0.1 * 8 * 100 * 1000


def test_a_jacobian_in_blocks_takes_little_more_than_the_result():
    x = np.ones(1500)
    f = lambda x: np.sin(x) * x
    assert peak(lambda: jacobian(f, chunk_size=20)(x)) < 1.1 * 8 * 1500**2 + 8 * 6 * 20 * 1500
    assert peak(lambda: jacobian(f)(x)) < 1.5 * 8 * 1500**2


def test_blocks_are_differentiated_again():
    inner = jacobian(lambda x: x**3, chunk_size=2)
    found = jacobian(lambda x: inner(x) @ np.ones(5))(np.arange(5.0))
    np.testing.assert_array_equal(found, np.diag(6 * np.arange(5.0)))
    _, moved = jvp(lambda x: flat_jacobian(lambda x: x**3, chunk_size=2)(x).matrix, (np.arange(5.0),), (np.ones(5),))
    np.testing.assert_array_equal(moved, np.diag(6 * np.arange(5.0)))


def test_progress_is_told_after_each_block():
    seen = []
    jacobian(np.sin, chunk_size=5, progress=lambda done, total: seen.append((done, total)))(AT)
    assert seen == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
    with pytest.raises(ValueError, match="blocks done, all blocks"):
        jacobian(np.sin, progress="yes")(AT)


def test_progress_uses_tqdm_where_it_is_and_is_silent_elsewhere(monkeypatch):
    seen = []

    class Bar:
        def __init__(self, total, desc, unit):
            self.n = 0
            seen.append((total, desc, unit))

        def update(self, by):
            self.n += by

        def close(self):
            seen.append(self.n)

    monkeypatch.setitem(sys.modules, "tqdm", types.SimpleNamespace(tqdm=Bar))
    jacobian(np.sin, chunk_size=5, progress=True)(AT)
    assert seen == [(5, "dualad", "block"), 5]
    monkeypatch.setitem(sys.modules, "tqdm", None)
    jacobian(np.sin, chunk_size=5, progress=True)(AT)


def test_progress_shows_the_bar_of_the_real_tqdm(capsys):
    pytest.importorskip("tqdm")
    jacobian(np.sin, chunk_size=5, progress=True)(AT)
    shown = capsys.readouterr().err
    assert "dualad: 100%" in shown
    assert "5/5" in shown
