"""Every rule of the table, checked on every row by roads of its own."""

import numpy as np
import pytest

from dualad import Dual, is_dual
from dualad.levels import make, new_level
from dualad.objects import packed
from dualad.rules.table import complete, name_of
from tests.cases import ALL
from tests.numerical import along, directions_like, results

DIRECTIONS = 11


def cases(chosen):
    chosen = [case for case in ALL if chosen(case)]
    return pytest.mark.parametrize("case", chosen, ids=[case.id for case in chosen])


every_case = cases(lambda case: True)


def duals(points, tangents, level):
    return [
        make(Dual, p.copy() if p.shape else p[()], t if t.shape else t[()], level)
        for p, t in zip(points, tangents, strict=True)
    ]


def pushed(function, points, tangents):
    """Values and tangents of all results; zeros for results that do not move."""
    level = new_level()
    lead = tangents[0].shape[: tangents[0].ndim - points[0].ndim]
    pairs = []
    for y in results(function(*duals(points, tangents, level))):
        if isinstance(y, np.ndarray) and y.dtype == object:
            y = packed(y)
        if is_dual(y) and y.level == level:
            pairs.append((y.primal, y.tangent))
        else:
            pairs.append((y, np.zeros(lead + np.shape(y), np.asarray(y).dtype)))
    return pairs


def close(actual, expected, tolerance=1e-7):
    scale = max(1.0, float(np.max(np.abs(expected), initial=0.0)))
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance * scale)


@every_case
def test_value_is_bit_for_bit_numpys(case):
    expected = results(case.function(*[p.copy() if p.shape else p[()] for p in case.points]))
    found = pushed(case.function, case.points, directions_like(case.points, 1))
    assert len(found) == len(expected)
    for (value, tangent), y in zip(found, expected, strict=True):
        assert np.asarray(value).dtype == np.asarray(y).dtype
        assert np.shape(value) == np.shape(y)
        np.testing.assert_array_equal(np.asarray(value), np.asarray(y))
        assert np.asarray(tangent).dtype == np.asarray(y).dtype
        assert np.shape(tangent) == np.shape(y)


@every_case
def test_tangent_is_that_of_central_differences(case):
    v = directions_like(case.points, 2)
    expected = along(case.function, case.points, v)
    for (_, tangent), dy in zip(pushed(case.function, case.points, v), expected, strict=True):
        close(tangent, dy)


@cases(lambda case: len(case.at) > 1)
def test_each_argument_alone(case):
    for i, point in enumerate(case.points):

        def one(x, i=i):
            return case.function(*[x if j == i else p.copy() if p.shape else p[()] for j, p in enumerate(case.points)])

        v = directions_like([point], 3)
        for (_, tangent), dy in zip(pushed(one, [point], v), along(one, [point], v), strict=True):
            close(tangent, dy)


@every_case
def test_eleven_directions_at_once_equal_eleven_runs(case):
    together = directions_like(case.points, 4, count=DIRECTIONS)
    at_once = pushed(case.function, case.points, together)
    for k in range(DIRECTIONS):
        single = pushed(case.function, case.points, [v[k] for v in together])
        for (_, all_tangents), (_, tangent) in zip(at_once, single, strict=True):
            np.testing.assert_allclose(all_tangents[k], tangent, rtol=1e-10, atol=1e-12)


@cases(lambda case: case.second)
def test_second_derivatives_are_right_and_symmetric(case):
    u, v = directions_like(case.points, 5), directions_like(case.points, 6)

    def first(*points):
        points = [np.asarray(p) for p in points]
        return [tangent for _, tangent in pushed(case.function, points, v)]

    expected = along(first, case.points, u)
    uv, vu = second(case.function, case.points, u, v), second(case.function, case.points, v, u)
    for a, b, c in zip(uv, vu, expected, strict=True):
        close(a, c, 1e-6)
        close(a, b, 1e-9)


def second(function, points, u, v):
    """The mixed derivative along u and v, by Duals inside Duals."""
    outer, inner = new_level(), new_level()
    arguments = [make(Dual, make(Dual, p.copy() if p.shape else p[()], du if du.shape else du[()], outer), dv if dv.shape else dv[()], inner)
                 for p, du, dv in zip(points, u, v, strict=True)]  # fmt: skip
    found = []
    for y in results(function(*arguments)):
        first = y.tangent if is_dual(y) and y.level == inner else 0.0
        found.append(first.tangent if is_dual(first) else np.zeros(np.shape(y)))
    return found


@cases(lambda case: case.narrow)
def test_float32_stays(case):
    dtype_stays(case, np.float32)


@cases(lambda case: case.narrow and case.long)
def test_longdouble_stays(case):
    dtype_stays(case, np.longdouble)


def dtype_stays(case, dtype):
    narrow = [p.astype(np.result_type(dtype, 1j) if p.dtype.kind == "c" else dtype) for p in case.points]
    for (value, tangent), y in zip(
        pushed(
            case.function, narrow, [v.astype(p.dtype) for v, p in zip(directions_like(narrow, 7), narrow, strict=True)]
        ),
        results(case.function(*[p.copy() if p.shape else p[()] for p in narrow])),
        strict=True,
    ):
        assert np.asarray(value).dtype == np.asarray(y).dtype
        assert np.asarray(tangent).dtype == np.asarray(y).dtype


def test_every_rule_has_a_row():
    covered = {function for case in ALL for function in case.covers}
    missing = [
        name_of(f)
        for f, rule in complete().items()
        if rule.kind not in ("constant", "creation", "refused") and f not in covered
    ]
    assert missing == []
