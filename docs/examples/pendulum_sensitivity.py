"""Sensitivity of a damped pendulum's trajectory to its parameters and its initial state.

The trajectory comes from a Runge-Kutta loop that fills a preallocated array in place. `jacobian` differentiates
that loop as it stands; the analytic variational equations, integrated by the same scheme, must give the same.
"""

import argparse

import numpy as np

from dualad import jacobian

STEPS = 400
TIME_STEP = 0.01  # s
# length in m, damping rate in 1/s, initial angle in rad, initial angular velocity in rad/s
INPUTS = np.array([0.8, 0.3, 1.2, -0.5])
NAMES = ("length", "damping", "angle at 0", "velocity at 0")
GRAVITY = 9.81  # m/s^2


def acceleration(state, length, damping):
    """The rate of (angle, velocity): (velocity, -g/length sin(angle) - damping velocity)."""
    angle, velocity = state
    return np.stack([velocity, -GRAVITY / length * np.sin(angle) - damping * velocity])


def runge_kutta(rate, start):
    """The trajectory from a start, shape (STEPS + 1,) + start.shape, by the classical fourth-order scheme."""
    trajectory = np.zeros((STEPS + 1, *start.shape), like=start)
    trajectory[0] = start
    h = TIME_STEP
    for i in range(STEPS):
        state = trajectory[i]
        k1 = rate(state)
        k2 = rate(state + h / 2 * k1)
        k3 = rate(state + h / 2 * k2)
        k4 = rate(state + h * k3)
        trajectory[i + 1] = state + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return trajectory


def trajectory(inputs):
    """Angle and velocity at each time, shape (STEPS + 1, 2), for the inputs in the order of NAMES."""
    length, damping = inputs[:2]
    return runge_kutta(lambda state: acceleration(state, length, damping), inputs[2:])


def variational(inputs):
    """The same sensitivities, shape (STEPS + 1, 2, 4), from the variational equations derived by hand.

    With S = d(state)/d(inputs): S' = (d rate / d state) S + d rate / d inputs, integrated beside the state.
    """
    length, damping = inputs[:2]

    def rate(both):
        (angle, velocity), S = both[:, 0], both[:, 1:]
        by_state = np.array([[0.0, 1.0], [-GRAVITY / length * np.cos(angle), -damping]])
        by_inputs = np.array([[0.0, 0.0, 0.0, 0.0], [GRAVITY / length**2 * np.sin(angle), -velocity, 0.0, 0.0]])
        return np.column_stack([acceleration(both[:, 0], length, damping), by_state @ S + by_inputs])

    start = np.column_stack([inputs[2:], np.eye(2, 4, k=2)])
    return runge_kutta(rate, start)[:, :, 1:]


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Sensitivity of a pendulum's trajectory.")
    parser.add_argument("--plot", metavar="FILE", help="write a figure, if matplotlib is installed")
    plot_file = parser.parse_args(arguments).plot
    sensitivity = jacobian(trajectory)(INPUTS)
    by_hand = variational(INPUTS)
    states = trajectory(INPUTS)
    print(f"Derivative of the angle by each input, from one pass through {STEPS} Runge-Kutta steps")
    print(f"  {'time':>6}{'angle':>10}" + "".join(f"{'by ' + name:>18}" for name in NAMES))
    for i in range(0, STEPS + 1, STEPS // 8):
        numbers = "".join(f"{value:18.10f}" for value in sensitivity[i, 0])
        print(f"  {i * TIME_STEP:6.2f}{states[i, 0]:10.5f}{numbers}")
    difference = np.max(np.abs(sensitivity - by_hand)) / np.max(np.abs(by_hand))
    print(f"Greatest difference from the variational equations, relative: {difference:.1e}")
    if plot_file:
        plot(sensitivity, plot_file)


def plot(sensitivity, file):
    try:
        import matplotlib
    except ImportError:
        print("No figure: matplotlib is not installed (pip install 'dualad[plot]').")
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(layout="constrained")
    for name, curve in zip(NAMES, sensitivity[:, 0].T, strict=True):
        axes.plot(np.arange(STEPS + 1) * TIME_STEP, curve, label=name)
    axes.set(xlabel="time [s]", ylabel="derivative of the angle [rad per unit of the input]")
    axes.legend(title="by")
    figure.savefig(file)
    print(f"Figure written to {file}")


if __name__ == "__main__":
    main()
