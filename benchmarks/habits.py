"""What a way of writing costs: the same derivative of the same function, spelled in two ways."""

import numpy as np

import dualad
from benchmarks.timing import interleaved
from benchmarks.workloads import chains, dense, second_order, small

ANGLES, POINTS, TEN = small.ANGLES, np.linspace(0.1, 1.0, 1000), np.linspace(-0.7, 1.3, 10)


def each_element_by_index(x):
    out = np.zeros_like(x)
    for i in range(len(x)):
        out[i] = np.sin(x[i]) * x[i]
    return out


def each_element_unpacked(x):
    return np.array([np.sin(element) * element for element in x])


def whole_array(x):
    return np.sin(x) * x


def into_a_buffer(x):
    out = np.zeros(8, like=x)
    out[:4] = x[:4] * x[4:]
    out[4:] = x[4:]
    return out


def joined(x):
    return np.concatenate([x[:4] * x[4:], x[4:]])


def pairs():
    """(what, the usual spelling, the better one)"""
    jacobian, gradient = dualad.jacobian, dualad.gradient
    hires, unpacked, chain = small.hires(np), small.hires_unpacked(np), chains.transcendental(np)
    banded, fit, t = dense.broyden(np), dense.fit(np), np.linspace(0.1, 1.0, 1000)
    sparse = dualad.sparse_jacobian(banded)
    forced = lambda p: chain(t * p[0] + p[1:].sum())
    return [
        ("one element at a time → whole arrays", lambda: jacobian(each_element_by_index)(ANGLES), lambda: jacobian(whole_array)(ANGLES)),
        ("np.array of elements → by index into a buffer", lambda: jacobian(each_element_unpacked)(ANGLES), lambda: jacobian(each_element_by_index)(ANGLES)),
        ("each use by its index → unpacked once (hires)", lambda: jacobian(hires)(small.CONCENTRATIONS), lambda: jacobian(unpacked)(small.CONCENTRATIONS)),
        ("loop over elements → slices (valley, n = 10)", lambda: gradient(small.rosenbrock(np))(TEN), lambda: gradient(second_order.valley(np))(TEN)),
        ("np.concatenate of parts → buffer with like=", lambda: jacobian(joined)(ANGLES), lambda: jacobian(into_a_buffer)(ANGLES)),
        ("jacobian(f)(x) @ v → jvp, n = 1000", lambda: jacobian(whole_array)(POINTS) @ POINTS, lambda: dualad.jvp(whole_array, (POINTS,), (POINTS,))),
        ("jacobian → sparse_jacobian (Broyden, n = 1000)", lambda: jacobian(banded)(dense.WIDE), lambda: sparse(dense.WIDE)),
        ("ten calls of jvp → ten directions at once", lambda: [dualad.jvp(forced, (TEN,), (TEN,)) for _ in range(10)], lambda: jacobian(forced)(TEN)),
        ("chunk_size=1 → auto (fit, 5 x 1e5)", lambda: jacobian(fit, chunk_size=1)(dense.PARAMETERS), lambda: jacobian(fit)(dense.PARAMETERS)),
    ]  # fmt: skip


def measured(contenders, quick):
    effort = (5, 0.01) if quick else (11, 0.02)
    found = {}
    for name, usual, better in pairs():
        row = interleaved({"usual": usual, "better": better}, *effort)
        found[name] = row["usual"][0] / row["better"][0]
    return found


def lines(found):
    return [f"habit, {name}: {ratio:.2f} times faster" for name, ratio in found.items()]
