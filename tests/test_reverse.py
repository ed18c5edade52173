"""mode="reverse" and mode="auto" give what forward mode gives."""

from typing import NamedTuple

import numpy as np
import pytest

from dualad import DtypeError, ShapeError, gradient, jacobian, value_and_gradient, value_and_jacobian
from tests.numerical import results
from tests.test_rules import cases

BOTH = pytest.mark.parametrize("mode", ["reverse", "auto"])


def alike(a, b):
    assert type(a) is type(b) or np.shape(a) == np.shape(b) == ()
    if isinstance(a, dict):
        assert a.keys() == b.keys()
        return [alike(a[key], b[key]) for key in a]
    if isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        return [alike(x, y) for x, y in zip(a, b, strict=True)]
    assert np.shape(a) == np.shape(b)
    assert np.asarray(a).dtype == np.asarray(b).dtype
    np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-10)


@BOTH
@cases(lambda case: all(p.dtype.kind == "f" for p in case.points))
def test_every_row_of_the_table(case, mode):
    def f(*points):
        return results(case.function(*points))

    argnums = tuple(range(len(case.points)))
    alike(jacobian(f, argnums, mode=mode)(*case.at), jacobian(f, argnums)(*case.at))


class Pair(NamedTuple):
    a: object
    b: object


@BOTH
def test_containers_and_auxiliary_results(mode):
    def f(p, scale, *, shift):
        y = p["w"] @ p["x"].a * scale + shift
        return {"y": y, "z": (np.sum(p["x"].b ** 2), 3.0)}, y * 2

    p = {"w": np.arange(6.0).reshape(2, 3), "x": Pair(np.ones(3), np.array([1.0, 2.0]))}
    found, aux = jacobian(f, (0, 1), has_aux=True, mode=mode)(p, 1.5, shift=1.0)
    expected, expected_aux = jacobian(f, (0, 1), has_aux=True)(p, 1.5, shift=1.0)
    alike(found, expected)
    alike(aux, expected_aux)
    (value, aux), found = value_and_jacobian(f, has_aux=True, mode=mode)(p, 1.5, shift=1.0)
    alike(found, jacobian(f, has_aux=True)(p, 1.5, shift=1.0)[0])
    alike(value, f(p, 1.5, shift=1.0)[0])


@BOTH
def test_complex_results_and_holomorphic_functions(mode):
    x = np.array([0.3, 0.7, 1.1])
    f = lambda x: np.exp(1j * x[:2]) * x[1:]
    alike(jacobian(f, mode=mode)(x), jacobian(f)(x))
    g = lambda z: np.exp(z[:2]) * z[1:] ** 2
    alike(jacobian(g, mode=mode, holomorphic=True)(x + 0.5j), jacobian(g, holomorphic=True)(x + 0.5j))
    with pytest.raises(DtypeError, match="holomorphic=True"):
        jacobian(g, mode=mode)(x + 0.5j)


@BOTH
def test_gradient_checks_its_result_as_forward_mode_does(mode):
    with pytest.raises(ShapeError, match=r"np\.sum"):
        gradient(lambda x: x, mode=mode)(np.ones(2))
    with pytest.raises(DtypeError, match="Use jacobian"):
        gradient(lambda x: 1j * np.sum(x), mode=mode)(np.ones(2))
    y, g = value_and_gradient(lambda x: x @ x, mode=mode)([1.0, 2.0])
    assert y == 5.0
    np.testing.assert_array_equal(g, [2.0, 4.0])


def test_an_unknown_mode_is_an_error():
    with pytest.raises(ValueError, match="'forward', 'reverse' or 'auto'"):
        jacobian(np.sin, mode="backward")


def test_auto_takes_the_cheaper_side(monkeypatch):
    from dualad.operators import reverse

    seen = []
    original = reverse.by_rows
    monkeypatch.setattr(reverse, "by_rows", lambda *given: seen.append(original(*given)) or seen[-1])
    jacobian(lambda x: x[:2] * x[2:], mode="auto")(np.ones(4))
    jacobian(lambda x: x[:, None] * x, mode="auto")(np.ones(4))
    assert seen == [True, False]


def test_hessian_by_forward_over_reverse():
    f = lambda x: np.sum(np.sin(x) * x[::-1])
    x = np.linspace(0.1, 0.7, 5)
    alike(jacobian(gradient(f, mode="reverse"))(x), jacobian(gradient(f))(x))
    alike(jacobian(gradient(f, mode="reverse"), mode="reverse")(x), jacobian(gradient(f))(x))


def test_gradient_of_many_inputs():
    x = np.linspace(0.1, 0.9, 100_000)
    found = gradient(lambda x: np.sum(np.log1p(np.exp(x))), mode="reverse")(x)
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-x)), rtol=1e-13)
