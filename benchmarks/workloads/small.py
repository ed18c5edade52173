"""Small Jacobians of code that works element by element."""

import numpy as np

from benchmarks.workloads.workload import Workload


def rosenbrock(xp):
    def valley(x):
        total = 0.0
        for i in range(9):
            total = total + 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
        return total

    return valley


def rosenbrock_by_hand(x):
    g = np.zeros_like(x)
    residual = x[1:] - x[:-1] ** 2
    g[:-1] = -400.0 * x[:-1] * residual - 2.0 * (1.0 - x[:-1])
    g[1:] += 200.0 * residual
    return g


def hires(xp):
    def rates(y):
        """The eight species of the HIRES problem, as it is printed in the test set."""
        flux = 280.0 * y[5] * y[7]
        return xp.array(
            [
                -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
                1.71 * y[0] - 8.75 * y[1],
                -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
                8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
                -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6],
                -flux + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
                flux - 1.81 * y[6],
                -flux + 1.81 * y[6],
            ]
        )

    return rates


def hires_unpacked(xp):
    """The same, with the vector unpacked once: the better habit in every library here."""

    def rates(y):
        a, b, c, d, e, f, g, h = y
        flux = 280.0 * f * h
        return xp.array(
            [
                -1.71 * a + 0.43 * b + 8.32 * c + 0.0007,
                1.71 * a - 8.75 * b,
                -10.03 * c + 0.43 * d + 0.035 * e,
                8.32 * b + 1.71 * c - 1.12 * d,
                -1.745 * e + 0.43 * f + 0.43 * g,
                -flux + 0.69 * d + 1.71 * e - 0.43 * f + 0.69 * g,
                flux - 1.81 * g,
                -flux + 1.81 * g,
            ]
        )

    return rates


HIRES_LINEAR = np.array(
    [
        [-1.71, 0.43, 8.32, 0, 0, 0, 0, 0],
        [1.71, -8.75, 0, 0, 0, 0, 0, 0],
        [0, 0, -10.03, 0.43, 0.035, 0, 0, 0],
        [0, 8.32, 1.71, -1.12, 0, 0, 0, 0],
        [0, 0, 0, 0, -1.745, 0.43, 0.43, 0],
        [0, 0, 0, 0.69, 1.71, -0.43, 0.69, 0],
        [0, 0, 0, 0, 0, 0, -1.81, 0],
        [0, 0, 0, 0, 0, 0, 1.81, 0],
    ]
)


def hires_by_hand(y):
    J = HIRES_LINEAR.copy()
    by_f, by_h = 280.0 * y[7], 280.0 * y[5]
    J[5, 5] -= by_f
    J[6, 5] += by_f
    J[7, 5] -= by_f
    J[5, 7] -= by_h
    J[6, 7] += by_h
    J[7, 7] -= by_h
    return J


def arm(xp):
    def positions(angles):
        """Every second joint of a planar arm with eight joints: x1, y1, x2, y2, …"""
        x = y = heading = 0.0
        found = []
        for i in range(8):
            heading = heading + angles[i]
            x = x + xp.cos(heading)
            y = y + xp.sin(heading)
            if i % 2:
                found += [x, y]
        return xp.array(found)

    return positions


def arm_by_hand(angles):
    headings = np.cumsum(angles)
    links = np.stack([-np.sin(headings), np.cos(headings)])
    J = np.zeros((4, 2, 8))
    for joint in range(4):
        end = 2 * joint + 2
        J[joint, :, :end] = np.cumsum(links[:, end - 1 :: -1], axis=1)[:, ::-1]
    return J.reshape(8, 8)


CONCENTRATIONS = np.array([0.7, 0.14, 0.06, 1.2, 0.24, 0.6, 0.0056, 0.0057])
ANGLES = np.linspace(-0.5, 0.9, 8)

FAMILY = "Small Jacobians of indexed code"
WORKLOADS = [
    Workload("rosenbrock n=10", "gradient", rosenbrock, np.linspace(-0.7, 1.3, 10), hand=rosenbrock_by_hand),
    Workload("hires 8x8", "jacobian", hires, CONCENTRATIONS, hand=hires_by_hand),
    Workload(
        "hires 8x8, unpacked", "jacobian", hires_unpacked, CONCENTRATIONS, hand=hires_by_hand, without=("CasADi",)
    ),
    Workload("robot arm 8x8", "jacobian", arm, ANGLES, hand=arm_by_hand),
]
