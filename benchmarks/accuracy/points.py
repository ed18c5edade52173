"""Where derivatives are measured: the whole range, and above all the places where formulas break."""

import math

import numpy as np

# zeros, ends of domains, branch points; thresholds of exp, exp2, tanh in float64 and float32
_SPECIAL = [
    0.5,
    1.0,
    2.0,
    math.e,
    math.pi,
    math.pi / 2,
    3 * math.pi / 2,
    2 * math.pi,
    100 * math.pi,
    1e5 * math.pi,
    math.log(2),
]
_SPECIAL += [
    709.78,
    710.4,
    710.5,
    708.4,
    744.4,
    745.1,
    354.2,
    372.5,
    373.2,
    19.06,
    36.7,
    37.4,
    1022.0,
    1024.0,
    1024.5,
    1074.0,
]
_SPECIAL += [88.72, 89.4, 87.3, 103.9, 44.0, 51.9, 9.01, 16.6, 126.0, 128.0, 128.5, 149.0]  # fmt: skip


def unary(count, dtype, seed=0):
    """Points of one argument, both signs."""
    rng = np.random.default_rng(seed)
    wide, near, middle = count // 3, count // 3, count - 2 * (count // 3)
    magnitudes = [_log_spaced(rng, wide, dtype), _neighbours(rng, near, dtype), _middle(rng, middle, dtype)]
    x = np.concatenate(magnitudes)
    return (x * rng.choice([-1, 1], x.size).astype(dtype),)


def binary(count, dtype, seed=0):
    """Pairs of every relation: unrelated, nearly equal, of bounded ratio, with a product at the ends of the range."""
    rng = np.random.default_rng(seed)
    n = count // 8
    info = np.finfo(dtype)
    pairs = [
        (_log_spaced(rng, n, dtype), _log_spaced(rng, n, dtype)),
        (_middle(rng, n, dtype), _middle(rng, n, dtype)),
        (_neighbours(rng, n, dtype), _neighbours(rng, n, dtype)),
        (_neighbours(rng, n, dtype), _log_spaced(rng, n, dtype)),
    ]
    x = np.concatenate([_log_spaced(rng, n // 2, dtype), _middle(rng, n - n // 2, dtype)])
    pairs.append((x, _close_to(rng, x)))
    x = _log_spaced(rng, n, dtype)
    with np.errstate(all="ignore"):
        pairs.append((x, (x * np.exp2(rng.uniform(-70, 70, n))).astype(dtype)))
        y = _log_spaced(rng, n, dtype)
        pairs.append(((_log_spaced(rng, n, dtype) * y.astype(float) * y).astype(dtype), y))  # x / y**2 over the range
        y = _log_spaced(rng, count - 7 * n, dtype)
        ends = rng.choice([float(info.max), float(info.tiny)], y.size) * np.exp2(rng.uniform(-8, 8, y.size))
        pairs.append(((ends / y).astype(dtype), y))
    return _signed(rng, _finite(pairs))


def exponents(count, dtype, seed=0):
    """Bases and exponents whose power covers the range; integer exponents for negative bases."""
    rng = np.random.default_rng(seed)
    n = count // 6
    x = np.concatenate([_log_spaced(rng, n, dtype), _neighbours(rng, n, dtype), _close_to(rng, np.ones(n, dtype))])
    span = 1.05 * math.log(float(np.finfo(dtype).max))
    with np.errstate(all="ignore"):
        y = rng.uniform(-span, span, x.size) / np.log(x.astype(float))
    pairs = [(x, y.astype(dtype))]
    base = np.exp(rng.uniform(-6, 6, n)).astype(dtype)
    pairs.append((base * rng.choice([-1, 1], n).astype(dtype), rng.integers(-40, 40, n).astype(dtype)))
    pairs.append((_log_spaced(rng, n, dtype), rng.choice([-2, -1, -0.5, 0.5, 1, 1.5, 2, 3], n).astype(dtype)))
    y = _log_spaced(rng, n // 2, dtype) * rng.choice([-1, 1], n // 2).astype(dtype)
    pairs.append((_log_spaced(rng, n // 2, dtype), y))
    m = count - 5 * n - n // 2
    pairs.append((_log_spaced(rng, m, dtype), _close_to(rng, rng.choice([0.5, 1, 2, 3, -1], m).astype(dtype))))
    x, y = _finite(pairs)
    return x, y


def quotients(count, dtype, seed=0):
    """Pairs whose quotient is next to an integer, besides the general ones."""
    rng = np.random.default_rng(seed)
    half = count // 2
    y = np.concatenate([_log_spaced(rng, half // 2, dtype), _middle(rng, half - half // 2, dtype)])
    with np.errstate(all="ignore"):
        x = np.rint(np.exp2(rng.uniform(0, 50, half))).astype(dtype) * y
    near = _finite([(_close_to(rng, x), y)])
    return tuple(
        np.concatenate(parts) for parts in zip(_signed(rng, near), binary(count - half, dtype, seed + 1), strict=True)
    )


def differences(count, dtype, seed=0):
    """Pairs of bounded difference at every size, besides the general ones."""
    rng = np.random.default_rng(seed)
    half = count // 2
    x = np.concatenate([rng.uniform(-800, 800, half // 2), np.exp2(rng.uniform(-5, 40, half - half // 2))])
    y = x + rng.choice([-1, 1], half) * np.exp(rng.uniform(-5, 6.7, half))
    near = x.astype(dtype), y.astype(dtype)
    return tuple(np.concatenate(parts) for parts in zip(near, binary(count - half, dtype, seed + 1), strict=True))


def _log_spaced(rng, n, dtype):
    """From the least subnormal to the greatest number, with a share at the very ends."""
    info = np.finfo(dtype)
    low, high = math.log2(float(info.smallest_subnormal)), math.log2(float(info.max))
    powers = rng.uniform(low, high, n)
    ends = rng.uniform(size=n) < 0.1
    powers[ends] = np.where(rng.uniform(size=n) < 0.5, rng.uniform(low, low + 60, n), rng.uniform(high - 4, high, n))[
        ends
    ]
    x = np.exp2(np.clip(powers, low, high - 1e-3)).astype(dtype)
    x[: 1 + n // 100] = info.smallest_subnormal
    x[1 + n // 100 : 2 + n // 50] = info.tiny
    return x


def _neighbours(rng, n, dtype):
    """Special points and multiples of pi / 2, and what is next to them: from one ulp to a half."""
    x = rng.choice(_SPECIAL, n)
    turns = rng.uniform(size=n) < 0.2
    x[turns] = (np.rint(np.exp(rng.uniform(0, 12, n))) * (math.pi / 2))[turns]
    return _close_to(rng, x.astype(dtype))


def _close_to(rng, x):
    digits = -math.log2(np.finfo(x.dtype).eps)
    with np.errstate(all="ignore"):
        moved = x * (1 + rng.choice([-1, 1], x.size) * np.exp2(-rng.uniform(1, digits, x.size)))
        ulps = x + rng.integers(-4, 5, x.size).astype(x.dtype) * np.spacing(x)
    return np.where(rng.uniform(size=x.size) < 0.5, moved, ulps).astype(x.dtype)


def _middle(rng, n, dtype):
    return np.where(rng.uniform(size=n) < 0.5, rng.uniform(0, 2, n), rng.uniform(0, 60, n)).astype(dtype)


def _finite(pairs):
    x, y = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    usable = np.isfinite(x) & np.isfinite(y) & (y != 0) & (x != 0)
    return x[usable], y[usable]


def _signed(rng, pair):
    return tuple(p * rng.choice([-1, 1], p.size).astype(p.dtype) for p in pair)
