"""Fit a nonlinear model to certified data: NIST StRD Misra1a, with the Jacobian from dualad.

Data and certified values: NIST Statistical Reference Datasets, Misra1a (monomolecular adsorption), public domain,
https://www.itl.nist.gov/div898/strd/nls/data/misra1a.shtml
"""

import numpy as np

from dualad import jacobian, value_and_jacobian

VOLUME = np.array(
    [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78]
)  # fmt: skip
PRESSURE = np.array(
    [77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0]
)  # fmt: skip
ROUNDING = 1e-12  # relative, of a sum of squares: the last steps must not be refused for it
STARTS = ((500.0, 0.0001), (250.0, 0.0005))

CERTIFIED_ESTIMATES = np.array([2.3894212918e02, 5.5015643181e-04])
CERTIFIED_DEVIATIONS = np.array([2.7070075241e00, 7.2668688436e-06])
CERTIFIED_SUM_OF_SQUARES = 1.2455138894e-01


def model(b, pressure):
    """Volume adsorbed at a pressure: b1 * (1 - exp(-b2 * pressure))."""
    return b[0] * (1 - np.exp(-b[1] * pressure))


def residuals(b):
    return model(b, PRESSURE) - VOLUME


def fit(start, tolerance=1e-12, most_steps=200):
    """Levenberg-Marquardt: the least-squares estimate of b, and the number of Jacobians that it took."""
    b, damping = np.array(start), 1e-3
    for count in range(1, most_steps + 1):
        r, J = value_and_jacobian(residuals)(b)
        scale = np.linalg.norm(J, axis=0)
        while True:
            step = damped_step(J / scale, r, damping) / scale
            relative = np.max(np.abs(step / b))
            if np.sum(residuals(b + step) ** 2) <= np.sum(r**2) * (1 + ROUNDING) or relative < tolerance:
                break
            damping *= 10
        b, damping = b + step, damping / 10
        if relative < tolerance:
            return b, count
    raise RuntimeError(f"no convergence in {most_steps} steps from {start}")


def damped_step(J, r, damping):
    """The step that minimizes |J step + r|^2 + damping |step|^2."""
    rows = np.vstack([J, np.sqrt(damping) * np.eye(J.shape[1])])
    return np.linalg.lstsq(rows, np.append(-r, np.zeros(J.shape[1])), rcond=None)[0]


def standard_deviations(b):
    """Of the estimates, from the Jacobian: the square roots of the diagonal of s^2 (J^T J)^-1."""
    r, J = value_and_jacobian(residuals)(b)
    scale = np.linalg.norm(J, axis=0)
    _, R = np.linalg.qr(J / scale)
    variance = np.sum(r**2) / (r.size - b.size)
    return np.sqrt(variance * np.sum(np.linalg.inv(R) ** 2, axis=1)) / scale


def main():
    for start in STARTS:
        b, count = fit(start)
        print(f"Start {start}: {count} Jacobians")
        print(f"  {'':22}{'fitted':>18}  {'certified':>18}")
        report("b1", b[0], CERTIFIED_ESTIMATES[0])
        report("b2", b[1], CERTIFIED_ESTIMATES[1])
        for name, found, certified in zip(
            ("deviation of b1", "deviation of b2"), standard_deviations(b), CERTIFIED_DEVIATIONS, strict=True
        ):
            report(name, found, certified)
        report("sum of squares", np.sum(residuals(b) ** 2), CERTIFIED_SUM_OF_SQUARES)
    sensitivity = jacobian(model)(b, PRESSURE)
    print("\nSensitivity of the fitted curve: percent of change for one percent of change of the parameter")
    print(f"  {'pressure':>10}{'volume':>12}{'by b1':>10}{'by b2':>10}")
    for p, y, row in zip(PRESSURE, model(b, PRESSURE), sensitivity, strict=True):
        print(f"  {p:10.1f}{y:12.4f}{row[0] * b[0] / y:10.4f}{row[1] * b[1] / y:10.4f}")


def report(name, found, certified):
    print(f"  {name:22}{found:18.10e}  {certified:18.10e}")


if __name__ == "__main__":
    main()
