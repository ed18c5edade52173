"""Scalar code with loops and branches, one direction."""

import numpy as np

from benchmarks.workloads.workload import Workload

ECCENTRICITY = 0.3
ABOVE = (1.0, 0.5, 0.11, 0.014, 0.001)
BELOW = (1.0, -0.5, 0.11, -0.014, 0.001)


def kepler(xp):
    def eccentric_anomaly(mean):
        """Newton's iteration for E - e sin E = M."""
        angle, step = mean, 1.0
        while not -1e-10 < step < 1e-10:
            step = (angle - ECCENTRICITY * xp.sin(angle) - mean) / (1.0 - ECCENTRICITY * xp.cos(angle))
            angle = angle - step
        return angle

    return eccentric_anomaly


def kepler_fixed(xp):
    """A graph has no data-dependent end: as many steps as the loop takes here."""

    def eccentric_anomaly(mean):
        angle = mean
        for _ in range(5):
            angle = angle - (angle - ECCENTRICITY * xp.sin(angle) - mean) / (1.0 - ECCENTRICITY * xp.cos(angle))
        return angle

    return eccentric_anomaly


def kepler_while(xp):
    """For a compiler: the loop as ``lax.while_loop``."""
    import jax

    def improved(state):
        angle, _, mean = state
        step = (angle - ECCENTRICITY * xp.sin(angle) - mean) / (1.0 - ECCENTRICITY * xp.cos(angle))
        return angle - step, step, mean

    def eccentric_anomaly(mean):
        start = mean, xp.ones_like(mean), mean
        return jax.lax.while_loop(lambda state: xp.abs(state[1]) > 1e-10, improved, start)[0]

    return eccentric_anomaly


def kepler_by_hand(mean, v):
    angle = kepler(np)(mean)
    return angle, v / (1.0 - ECCENTRICITY * np.cos(angle))


def horner(coefficients, x):
    y = coefficients[-1]
    for c in coefficients[-2::-1]:
        y = y * x + c
    return y


def horner_by_hand(coefficients, x, v):
    y, dy = coefficients[-1], 0.0
    for c in coefficients[-2::-1]:
        y, dy = y * x + c, dy * x + y * v
    return y, dy


def pade(xp):
    def exponential(x):
        """A quotient of polynomials near 0, and its reciprocal for negative numbers."""
        if x < 0:
            return 1.0 / exponential(-x)
        return horner(ABOVE, x) / horner(BELOW, x)

    return exponential


def pade_graph(xp):
    def exponential(x):
        """The branch that is taken at the point."""
        return 1.0 / (horner(ABOVE, -x) / horner(BELOW, -x))

    return exponential


def pade_by_hand(x, v):
    if x < 0:
        y, dy = pade_by_hand(-x, -v)
        return 1.0 / y, -dy / y**2
    p, dp = horner_by_hand(ABOVE, x, v)
    q, dq = horner_by_hand(BELOW, x, v)
    return p / q, (dp - p / q * dq) / q


def recurrence(xp):
    def legendre(x):
        """P_30(x) by its three-term recurrence."""
        before, now = 1.0, x
        for k in range(1, 30):
            before, now = now, ((2.0 * k + 1.0) * x * now - k * before) / (k + 1.0)
        return now

    return legendre


def recurrence_by_hand(x, v):
    before, now, d_before, d_now = 1.0, x, 0.0, v
    for k in range(1, 30):
        later = ((2.0 * k + 1.0) * x * now - k * before) / (k + 1.0)
        d_before, d_now = d_now, ((2.0 * k + 1.0) * (v * now + x * d_now) - k * d_before) / (k + 1.0)
        before, now = now, later
    return now, d_now


FAMILY = "Scalar code, one direction"
WORKLOADS = [
    Workload("kepler", "jvp", kepler, 1.1, 1.0, kepler_by_hand, {"casadi": kepler_fixed, "jax-jit": kepler_while}),
    Workload("pade", "jvp", pade, -0.7, 1.0, pade_by_hand, {"casadi": pade_graph, "jax-jit": pade_graph}),
    Workload("recurrence", "jvp", recurrence, 0.4, 1.0, recurrence_by_hand),
]
