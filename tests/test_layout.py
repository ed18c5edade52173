"""Value and tangent lie in memory in the same order, so that a view of one is a view of the other."""

import numpy as np
import pytest

from dualad import Dual

LAYOUTS = {
    "C": lambda a: a.copy(),
    "Fortran": lambda a: np.asfortranarray(a),
    "swapped": lambda a: a.transpose(1, 0, 2).copy().transpose(1, 0, 2),
    "reversed": lambda a: a[::-1, :, ::-1].copy()[::-1, :, ::-1],
    "sliced": lambda a: np.repeat(a, 2, axis=1)[:, ::2],
}
FUNCTIONS = [
    lambda x: x,
    lambda x: x * 2.0,
    lambda x: x * x,
    lambda x: np.sin(x),
    lambda x: x + np.ones((2, 3, 5)),
    lambda x: x * np.asfortranarray(np.ones((2, 3, 5))),
    lambda x: np.copy(x),
    lambda x: x.copy(),
    lambda x: np.cumsum(x, axis=1),
    lambda x: np.where(x > 1, x, 0.0),
    lambda x: x.T,
    lambda x: x[:, 1:],
    lambda x: x[[1, 0]],
    lambda x: np.linalg.solve(np.eye(3) + np.ones((3, 3)), x),
]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("directions", [(), (7,)])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_reshape_of_a_result_aliases_as_in_numpy(function, layout, directions):
    rng = np.random.default_rng(0)
    value, tangent = layout(rng.uniform(0.5, 1.5, (2, 3, 5))), rng.normal(size=(*directions, 2, 3, 5))
    plain = function(value.copy("K"))
    y = function(Dual(value, tangent))
    flat, plain_flat = y.reshape(-1), plain.reshape(-1)
    np.testing.assert_array_equal(flat.primal, plain_flat)
    np.testing.assert_array_equal(flat.tangent, y.tangent.reshape(*directions, -1))
    if np.may_share_memory(plain, plain_flat):
        flat[0] = Dual(9.0, np.full(directions, 4.0)[()])
        assert y.primal.ravel()[0] == 9.0
        np.testing.assert_array_equal(y.tangent.reshape(*directions, -1)[..., 0], np.full(directions, 4.0))


def test_meshgrid_copies_unless_told_otherwise():
    x = Dual([1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
    grid, _ = np.meshgrid(x, [0.0, 1.0])
    grid[0, 0] = 7.0
    assert (x.primal[0], x.tangent[0]) == (1.0, 1.0)
    shared, _ = np.meshgrid(x, [0.0, 1.0], copy=False)
    assert np.shares_memory(shared.primal, x.primal)
    assert np.shares_memory(shared.tangent, x.tangent)
