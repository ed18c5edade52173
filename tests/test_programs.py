"""Random programs of views, assignments and reads do to a Dual what they do to its value and to its tangent."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dualad import Dual, LostDerivativeError

VIEWS = {
    "T": lambda x: x.T,
    "reversed": lambda x: x[..., ::-1],
    "every other": lambda x: x[::2],
    "flipud": np.flipud,
    "rot90": lambda x: np.rot90(x) if x.ndim > 1 else x[...],
    "second half": lambda x: np.array_split(x, 2)[1],
    "atleast_3d": np.atleast_3d,
    "added axis": lambda x: np.expand_dims(x, 0),
    "squeezed": np.squeeze,
    "swapped": lambda x: np.swapaxes(x, 0, -1),
    "flat": lambda x: np.reshape(x, -1),
    "raveled": lambda x: np.ravel(x, "K"),
    "rolled axis": lambda x: np.rollaxis(x, x.ndim - 1),
    "same": lambda x: x[...],
}
WRITES = {
    "assign": lambda x: x.__setitem__(0, x[-1] * 2),
    "scale": lambda x: x.__imul__(3.0),
    "add": lambda x: x.__iadd__(x[::-1]),
    "some": lambda x: x[..., ::2].__imul__(2.0),
    "mask": lambda x: x.__setitem__(np.arange(x.shape[0]) % 2 == 0, 0.5),
    "masked add": lambda x: x.__setitem__(np.arange(x.shape[0]) % 2 == 0, 2 * x[np.arange(x.shape[0]) % 2 == 0]),
    "flat": lambda x: x.flat.__setitem__(slice(0, 3), 1.5),
    "put": lambda x: np.put(x, [0, 1], [0.25, 0.75], mode="wrap"),
    "copyto": lambda x: np.copyto(x, np.roll(x, 1)),
    "fill": lambda x: x[:1].fill(0.125),
}
steps = st.lists(
    st.tuples(st.sampled_from(["view", "write"]), st.sampled_from(sorted(VIEWS)), st.sampled_from(sorted(WRITES))),
    max_size=8,
)


def run(x, program):
    """All arrays that the program has made, the first being x; a step looks at the last one."""
    made = [x]
    for kind, view, write in program:
        last = made[-1]
        if kind == "view" and last.ndim and last.ndim < 5:
            made.append(VIEWS[view](last))
        elif last.ndim and last.size:
            WRITES[write](last)
    return made


@settings(max_examples=200, deadline=None)
@given(steps, st.sampled_from([None, 3]), st.booleans())
def test_random_programs(program, directions, transposed):
    rng = np.random.default_rng(1)
    value = rng.integers(-4, 5, (4, 5)) / 4.0
    lead = () if directions is None else (directions,)
    tangent = rng.integers(-4, 5, (*lead, 4, 5)) / 4.0
    start = (lambda x: x.T) if transposed else lambda x: x
    found = run(start(Dual(value, tangent)), program)
    expected = run(start(value.copy()), program)
    # the programs are affine in x: a difference over a step of one is the derivative, exactly
    ahead = [run(start(value + dx), program) for dx in tangent.reshape(-1, 4, 5)]
    for i, (x, y) in enumerate(zip(found, expected, strict=True)):
        np.testing.assert_array_equal(x.primal, y, strict=True)
        for got, moved in zip(x.tangent if lead else [x.tangent], ahead, strict=True):
            np.testing.assert_array_equal(got, moved[i] - y)


WRITERS = [
    lambda a, v: np.copyto(a, v),
    lambda a, v: np.put(a, [0], v[:1]),
    lambda a, v: np.place(a, np.arange(3) > 0, v),
    lambda a, v: np.putmask(a, np.arange(3) > 0, v),
    lambda a, v: np.put_along_axis(a, np.arange(3), v, 0),
]


@pytest.mark.parametrize("write", WRITERS)
def test_what_is_written_into_a_plain_array_is_refused_and_into_objects_kept(write):
    v = Dual([1.0, 2.0, 3.0], [1.0, 0.0, 2.0])
    with pytest.raises(LostDerivativeError, match="zeros_like"):
        write(np.zeros(3), v)
    objects, room = np.full(3, v[1] * 0), np.zeros_like(v)
    write(objects, v)
    write(room, v)
    again = objects * (v * 0 + 1)
    np.testing.assert_array_equal(again.primal, room.primal)
    np.testing.assert_array_equal(again.tangent, room.tangent)


@pytest.mark.parametrize(
    "view", [lambda x: np.diagonal(x), lambda x: np.diag(x), lambda x: np.broadcast_to(x, (2, 2, 2))]
)
@pytest.mark.parametrize("directions", [(), (3,)])
def test_read_only_views_stay_read_only(view, directions):
    x = Dual(np.eye(2), np.ones((*directions, 2, 2)))
    with pytest.raises(ValueError, match="read-only"):
        view(x)[0] = 1.0


def test_a_copied_value_does_not_share_its_tangent():
    x = Dual(2.0, 1.0)
    y = np.atleast_1d(x)
    y[0] = 5.0
    assert x.tangent == 1.0


def test_a_number_is_transposed_and_raveled_in_every_order():
    x = Dual(2.0, 3.0)
    for view in (np.transpose, np.ravel, lambda x: np.ravel(x, "F"), lambda x: np.ravel(x, "K")):
        assert view(x).tangent == 3.0
