"""What `lift` costs and saves: real right-hand sides as people write them, with and without it.

Run ``python -m benchmarks.lift``. HIRES (Hairer & Wanner, "Solving Ordinary Differential Equations II", section IV.10) in 8
variables is written with ``np.array([…])``; the integrator fills ``np.zeros`` buffers. Process CPU time, interleaved.
"""

from benchmarks.timing import interleaved, one_core

one_core()

import numpy as np  # noqa: E402

from dualad import jacobian, lift  # noqa: E402

START = np.array([1.0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0057])


def hires(y):
    return np.array(
        [
            -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
            1.71 * y[0] - 8.75 * y[1],
            -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
            8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
            -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6],
            -280.0 * y[5] * y[7] + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
            280.0 * y[5] * y[7] - 1.81 * y[6],
            -280.0 * y[5] * y[7] + 1.81 * y[6],
        ]
    )


def rk4(y, steps=10, h=1e-3):
    """No buffers: only the right-hand side makes arrays."""
    for _ in range(steps):
        k1 = hires(y)
        k2 = hires(y + h / 2 * k1)
        k3 = hires(y + h / 2 * k2)
        k4 = hires(y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return y


def wave(u):
    """The state of a string after 20 leapfrog steps, with buffers."""
    now, before = np.zeros(u.size), np.zeros(u.size)
    now[1:-1] = u[1:-1]
    before[:] = now
    for _ in range(20):
        after = np.zeros(u.size)
        after[1:-1] = 2 * now[1:-1] - before[1:-1] + 0.25 * (now[2:] - 2 * now[1:-1] + now[:-2])
        before, now = now, after
    return now


def wave_with_like(u):
    """The same as one writes it today."""
    now, before = np.zeros(u.size, like=u), np.zeros(u.size, like=u)
    now[1:-1] = u[1:-1]
    before[:] = now
    for _ in range(20):
        after = np.zeros(u.size, like=u)
        after[1:-1] = 2 * now[1:-1] - before[1:-1] + 0.25 * (now[2:] - 2 * now[1:-1] + now[:-2])
        before, now = now, after
    return now


def compared(title, contenders):
    found = interleaved(contenders, repeats=9)
    base = found["f"][0]
    print(title, ", ".join(f"{name} {s * 1e6:.0f} µs ({s / base:.1f} f)" for name, (s, _) in found.items()))


if __name__ == "__main__":
    plain, lifted = jacobian(hires), jacobian(lift(hires))
    compared(
        "HIRES, 8 x 8:",
        {"f": lambda: hires(START), "object array": lambda: plain(START), "lift": lambda: lifted(START)},
    )
    plain4, lifted4 = jacobian(rk4), jacobian(lift(rk4))
    compared(
        "HIRES by RK4, 10 steps:",
        {"f": lambda: rk4(START), "object array": lambda: plain4(START), "lift": lambda: lifted4(START)},
    )
    for n in (8, 100):
        u = np.sin(np.linspace(0, np.pi, n))
        by_hand, lifted5 = jacobian(wave_with_like), jacobian(lift(wave))
        compared(
            f"string of {n} points:",
            {"f": lambda u=u: wave(u), "like=u": lambda u=u, g=by_hand: g(u), "lift": lambda u=u, g=lifted5: g(u)},
        )
