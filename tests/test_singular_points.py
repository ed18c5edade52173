"""Reverse mode at poles and kinks: what forward mode finds finite is the same backwards, or undefined; nothing else."""

import numpy as np
import pytest

from dualad import gradient, hessian, jacobian, sparse_hessian


def stored(a):
    y = np.zeros(3, like=a)
    y[1:] = a[:-1]
    y[0] += a[2]
    return y


STEPS = [
    np.sqrt, np.log, np.cbrt, np.abs, np.exp, np.sin, np.cumsum, stored,
    lambda a: a**2, lambda a: a**1.5, lambda a: np.sqrt(np.abs(a)), lambda a: np.where(a > 0, np.log(a), 0.0),
    lambda a: np.where(a > 0, np.sqrt(a), 1.0), lambda a: a[::-1], lambda a: a - a[0], lambda a: -a,
    lambda a: np.sum((a[:, None] - a) ** 2, -1), lambda a: a * np.array([0.0, 1.0, 2.0]), lambda a: np.clip(a, 0.0, 2.0),
    lambda a: np.hypot(a, a[::-1]), lambda a: a * np.linalg.norm(a), lambda a: np.maximum(a, 0.0), lambda a: a / 3.0,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_reverse_mode_agrees_where_forward_mode_is_finite(seed):
    rng = np.random.default_rng(seed)
    undefined = total = 0
    with np.errstate(all="ignore"):
        for _ in range(120):
            steps = [STEPS[i] for i in rng.integers(0, len(STEPS), rng.integers(1, 6))]
            x = rng.choice([0.0, 1.0, -1.0, 2.0, 0.5], 3)

            def f(x, steps=steps):
                for step in steps:
                    x = step(x)
                return x

            forward, reverse = jacobian(f)(x.copy()), jacobian(f, mode="reverse")(x.copy())
            both = np.isfinite(forward) & np.isfinite(reverse)
            np.testing.assert_allclose(reverse[both], forward[both], rtol=1e-9, atol=1e-12)
            total += np.isfinite(forward).all()
            undefined += np.isfinite(forward).all() and not both.all()
    assert undefined <= 0.05 * total  # infinities that cancel backwards: ``sqrt(a - a[0])``


X = np.array([[0.0, 0.0], [1.0, 2.0], [2.0, 0.5]])


def distances(x):
    return np.sum(np.sqrt(np.sum((x[:, None] - x) ** 2, -1)))


def entropy(x):
    return np.sum(np.where(x > 0, x * np.log(x), 0.0))


def test_distances_of_points_to_themselves_do_no_harm():
    np.testing.assert_allclose(gradient(distances, mode="reverse")(X), gradient(distances)(X), rtol=1e-14)
    np.testing.assert_allclose(hessian(distances, mode="reverse")(X), hessian(distances)(X), rtol=1e-13, atol=1e-15)


def test_branches_that_are_not_taken_do_no_harm():
    x = np.arange(4.0)
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(gradient(entropy, mode="reverse")(x), gradient(entropy)(x))
        np.testing.assert_allclose(hessian(entropy, mode="reverse")(x), np.diag([0.0, 1.0, 0.5, 1 / 3]), rtol=1e-15)


def test_branches_that_are_not_taken_do_no_harm_to_sparse_hessians():
    pytest.importorskip("scipy")
    with np.errstate(all="ignore"):
        found = sparse_hessian(entropy)(np.arange(4.0)).toarray()
    np.testing.assert_allclose(found, np.diag([0.0, 1.0, 0.5, 1 / 3]), rtol=1e-15)


def test_a_pole_behind_a_zero_is_no_number():
    """The cube root to the power 3/2 is the square root, which is infinitely steep at 0."""
    with np.errstate(all="ignore"):
        found = jacobian(lambda x: np.cbrt(x) ** 1.5, mode="reverse")(np.array([0.0, 1.0]))
    np.testing.assert_allclose(found, [[np.nan, 0.0], [0.0, 0.5]])


def test_paths_that_cancel_without_coefficients_are_paths():
    def f(x):
        a = x * np.array([0.0, 1.0, 2.0])
        return np.cbrt(a * np.linalg.norm(a))

    with np.errstate(all="ignore"):
        found = jacobian(f, mode="reverse")(np.array([0.0, -1.0, 0.0]))
    np.testing.assert_allclose(found, [[0.0, 0.0, 0.0], [0.0, 2 / 3, 0.0], [0.0, 0.0, np.inf]], rtol=1e-15)
