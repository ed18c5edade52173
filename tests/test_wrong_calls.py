"""A call that NumPy refuses is refused on Duals with NumPy's own error."""

import numpy as np
import pytest

from dualad import Dual
from dualad.levels import primal_part

X = np.array([1.0, 2.0, 3.0])
M = np.arange(6.0).reshape(2, 3) + 1

WRONG = {
    "too many arguments": (lambda m: np.linalg.det(m, 1, 2), M),
    "too many arguments after a variadic one": (lambda m: np.sum(m, 0, None, None, False, 0.0, True, 1, 2), M),
    "accumulate of a number": (lambda x: np.add.accumulate(x), 2.0),
    "indexing of meshgrid": (lambda x: np.meshgrid(x, x, indexing="zz"), X),
    "tensorsolve of a matrix": (lambda m: np.linalg.tensorsolve(m, np.ones(2)), M),
    "tensorinv without axes": (lambda m: np.linalg.tensorinv(m, 0), M),
    "apply_along_axis without lines": (lambda m: np.apply_along_axis(np.sum, 0, m[:, :0]), M),
    "apply_over_axes of a number": (lambda m: np.apply_over_axes(lambda a, axis: np.sum(a), m, [0]), M),
    "another device": (lambda x: x.to_device("gpu"), X),
    "least element of nothing": (lambda m: np.linalg.norm(m[:, :0], ord=-1), M),
    "a norm of matrices that there is not": (lambda m: np.linalg.norm(m, ord=3), M),
    "a norm of vectors that there is not": (lambda x: np.linalg.norm(x, ord="fro"), X),
    "a part out of bounds": (lambda x: np.swapaxes(x, 0, 1), X),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_error_is_numpys(name):
    call, point = WRONG[name]
    with pytest.raises(Exception) as theirs:
        call(np.asarray(point) if np.ndim(point) else point)
    with pytest.raises(type(theirs.value)) as ours:
        call(Dual(point, np.ones_like(point)))
    assert str(ours.value).split("(")[0] == str(theirs.value).split("(")[0]


PLAIN = {
    "sum": lambda x: np.sum(x, dtype=int),
    "mean": lambda x: np.mean(x, dtype=int),
    "prod": lambda x: np.prod(x, dtype=int),
    "cumsum": lambda x: np.cumsum(x, dtype=int),
    "cumprod": lambda x: np.cumprod(x, dtype=int),
    "any": lambda x: np.any(x),
    "isin": lambda x: np.isin(x, [1.0]),
    "spacing": lambda x: np.spacing(x),
    "array": lambda x: np.array([1, 2], like=x),
    "astype": lambda x: x.astype("S3"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_result_that_does_not_move_is_plain(name):
    found = PLAIN[name](Dual(X, np.eye(3)))
    assert type(found) is type(PLAIN[name](X))
    np.testing.assert_array_equal(found, PLAIN[name](X))


EMPTY = {
    "norm": lambda x: np.linalg.norm(x),
    "number of non-zeros": lambda x: np.linalg.norm(x, ord=0),
    "greatest": lambda x: np.linalg.norm(np.reshape(x, (3, 0)), ord=np.inf, axis=1),
    "singular values": lambda x: np.linalg.norm(np.reshape(x, (3, 0)), ord="nuc"),
    "row sums": lambda x: np.linalg.norm(np.reshape(x, (3, 0)), ord=np.inf),
    "prod": lambda x: np.prod(x),
    "cumprod": lambda x: np.cumprod(x),
    "cumprod along an axis": lambda x: np.cumprod(np.reshape(x, (3, 0)), axis=1),
    "prod along an axis": lambda x: np.prod(np.reshape(x, (3, 0)), axis=1),
    "multiply.reduceat": lambda x: np.multiply.reduceat(np.ones(3) + np.sum(x), np.zeros(0, int)),
    "add.reduceat": lambda x: np.add.reduceat(np.ones(3) + np.sum(x), np.zeros(0, int)),
    "hypot.accumulate": lambda x: np.hypot.accumulate(x),
    "maximum.accumulate": lambda x: np.maximum.accumulate(x),
    "poly": lambda x: np.poly(x),
    "fft": lambda x: np.fft.fft(x, n=2),
    "split": lambda x: np.split(x, 1)[0],
    "trim_zeros": lambda x: np.trim_zeros(x),
    "histogram": lambda x: np.histogram(np.zeros(0), bins=[0.0, 1.0, 2.0], weights=x)[0],
    "histogram with nothing inside": lambda x: np.histogram([5.0], bins=[0.0, 1.0], weights=1.0 + np.sum(x)[None])[0],
}


@pytest.mark.parametrize("name", EMPTY)
@pytest.mark.parametrize("lead", [(), (5,)])
def test_nothing_gives_what_numpy_gives_for_it(name, lead):
    call = EMPTY[name]
    try:
        expected = call(np.zeros(0))
    except ValueError:  # the greatest of nothing, in an older NumPy
        with pytest.raises(ValueError):
            call(Dual(np.zeros(0), np.zeros((*lead, 0))))
        return
    found = call(Dual(np.zeros(0), np.zeros((*lead, 0))))
    np.testing.assert_array_equal(primal_part(found), expected)
    if isinstance(found, Dual):
        np.testing.assert_array_equal(found.tangent, np.zeros(lead + np.shape(expected)))
