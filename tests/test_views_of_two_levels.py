"""Arrays of several levels that are changed through slices, and layouts of their tangents."""

import numpy as np
import pytest

from dualad import derivative, gradient, hessian, jacobian, sparse_hessian

X = np.array([1.0, 2.0, 0.5])
B = np.arange(9.0).reshape(3, 3) + 1.0


def squares(t):
    y = t * np.ones(3)
    y[1:] **= 2
    return np.sum(y)


@pytest.mark.parametrize(("order", "expected"), [(1, 5.0), (2, 4.0), (3, 0.0)])
def test_derivatives_of_any_order_through_a_changed_slice(order, expected):
    assert derivative(squares, order=order)(1.0) == expected


def eliminated(x):
    """The determinant of ``x x.T + diag(x + 3)`` by elimination in place."""
    a = np.outer(x, x) + np.diag(x + 3.0)
    for k in range(3):
        a[k + 1 :, k] /= a[k, k]
        a[k + 1 :, k + 1 :] -= np.outer(a[k + 1 :, k], a[k, k + 1 :])
    return a[0, 0] * a[1, 1] * a[2, 2]


def squared_in_a_view(x):
    y = x * 1.0
    view = y[1:3]
    view *= view
    return np.sum(y * x)


def steps(x):
    y = np.zeros((3, 3), like=x)
    first = y[0]
    first[:] = x
    for i in range(2):
        y[i + 1] += np.sin(y[i]) * x
    return np.sum(y[:] ** 2)


def stored_apart(x):
    y, z = np.zeros(5, like=x), np.zeros(4, like=x)
    y[1:4] = x
    y[2:5] += x * x
    z[0] = y[0]
    z[1:4] = y[1:4] * x
    return np.sum(z * z) + y[4]


def by_differences(f, x, h=1e-5):
    """Of gradients."""
    rows = [gradient(f)(x + h * e) - gradient(f)(x - h * e) for e in np.eye(x.size)]
    return np.array(rows) / (2 * h)


@pytest.mark.parametrize(
    "f",
    [
        eliminated,
        squared_in_a_view,
        steps,
        stored_apart,
        lambda x: np.sum(np.diag(x) @ np.diag(x)),
        lambda x: np.sum((B + np.diag(x)) @ (B + np.diag(x)).T),
        lambda x: np.sum((np.diag(x) @ np.stack([B, B])) @ np.diag(x)),
        lambda x: np.sum(np.sort(np.outer(x, x + 1.0), axis=0).ravel() ** 2),
        lambda x: (x[0] / np.sqrt(x @ x)) * (x[1] / np.sqrt(x @ x)),
    ],
)
def test_second_derivatives_by_all_roads(f):
    expected = by_differences(f, X)
    size = np.abs(expected).max()
    for second in (hessian(f), hessian(f, mode="reverse"), jacobian(gradient(f)), jacobian(jacobian(f))):
        np.testing.assert_allclose(second(X), expected, rtol=1e-7, atol=1e-8 * size)


@pytest.mark.parametrize(
    "f", [steps, stored_apart, lambda x: np.trapezoid(x, x**2), lambda x: np.zeros(3, like=x)[0] * x[1]]
)
def test_sparse_hessians_of_programs_that_store(f):
    pytest.importorskip("scipy")
    np.testing.assert_allclose(sparse_hessian(f)(X).toarray(), by_differences(f, X), rtol=1e-7, atol=1e-8)
