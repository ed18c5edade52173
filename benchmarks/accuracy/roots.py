"""``python -m benchmarks.accuracy.roots``: derivatives next to a zero of their own, where their terms cancel."""

import mpmath as mp
import numpy as np

from dualad import derivative

EPS = 2.0**-52
STEPS = 4  # ulp: how far from the zero the points lie


def power(random):
    """The mixed second derivative of x**y, x**(y - 1) (1 + y log x), next to x = exp(-1 / y)."""
    y = float(np.exp(random.uniform(-3, 3))) * random.choice([-1, 1])
    x = _near(mp.exp(-1 / mp.mpf(y)), random)
    size = mp.mpf(x) ** (mp.mpf(y) - 1)
    found = derivative(lambda a: derivative(lambda b: a**b)(y))(x)
    return found, size * (1 + mp.mpf(y) * mp.log(x)), size


def sinc(random):
    """The first derivative of sinc, (cos(pi x) - sinc x) / x, next to one of its zeros."""
    zero = mp.findroot(lambda x: mp.cos(mp.pi * x) - mp.sincpi(x), int(random.integers(1, 9)) + 0.45)
    x = _near(zero, random)
    return derivative(np.sinc)(x), (mp.cos(mp.pi * x) - mp.sincpi(x)) / x, 1 / mp.mpf(x)


def _near(zero, random):
    return float(zero) + int(random.integers(-STEPS, STEPS + 1)) * float(np.spacing(float(zero)))


def measure(kind, count, seed=0):
    """The worst error in units of 2**-52 of one term, and in ulp of the result; how many signs are wrong."""
    random, of_terms, of_result, wrong = np.random.default_rng(seed), 0.0, 0.0, 0
    with mp.workprec(400):
        for _ in range(count):
            found, truth, size = kind(random)
            error = abs(mp.mpf(float(found)) - truth)
            of_terms = max(of_terms, float(error / size) / EPS)
            of_result = max(of_result, float(error) / float(np.spacing(abs(float(truth)))))
            wrong += (found > 0) != (truth > 0)
    return of_terms, of_result, wrong


if __name__ == "__main__":
    for kind in (power, sinc):
        of_terms, of_result, wrong = measure(kind, 1000)
        print(f"{kind.__name__}: {of_terms:.2g} eps of a term, {of_result:.0e} ulp of the result, {wrong} wrong signs")
