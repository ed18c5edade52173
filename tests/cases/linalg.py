"""numpy.linalg: every function and group of options, real and complex, single and stacked."""

import numpy as np

from tests.cases.case import complexes, matrix, row

L = np.linalg


def linalg(function, *at, covers, **options):
    """LAPACK has no longdouble."""
    return row(function, *at, covers=covers, long=False, **options)


def hermitian(a):
    return a + np.conjugate(np.swapaxes(a, -1, -2))


a = matrix(5, 5) + 2 * np.eye(5)
stack = matrix(2, 3, 3) + np.diag([2.0, 3.0, 5.0])
c = complexes(3, 3) + np.diag([2.0, 3.0, 5.0])
cstack = complexes(2, 3, 3) + np.diag([2.0, 3.0, 5.0])
apart = np.diag([1.0, 3.0, 5.0, 8.0, 12.0])
symmetric = 0.3 * hermitian(matrix(5, 5)) + apart
symmetric_stack = 0.3 * hermitian(matrix(2, 3, 3)) + apart[1:4, 1:4]
conjugate_symmetric = 0.3 * hermitian(complexes(3, 3)) + apart[1:4, 1:4]
conjugate_stack = 0.3 * hermitian(complexes(2, 3, 3)) + apart[1:4, 1:4]
unsymmetric = matrix(5, 5, low=-0.6, high=0.6) + apart
rotating = np.array([[1.0, 3.0, 0.3], [-2.0, 1.2, 0.4], [0.2, 0.5, 4.0]])  # two eigenvalues are complex
tall, wide = matrix(5, 3) + np.eye(5, 3), matrix(3, 5) + np.eye(3, 5)
tall_stack, wide_stack = matrix(2, 5, 3) + np.eye(5, 3), matrix(2, 3, 5) + np.eye(3, 5)
ctall, cwide = complexes(5, 3) + np.eye(5, 3), complexes(3, 5) + np.eye(3, 5)
signed = matrix(5, 3, low=-1.7, high=1.5)
uneven = np.linspace(0, 0.5, 30) ** 2  # sums of rows and columns differ, too
t = matrix(2, 5, 3, low=-1.7, high=1.6) + uneven.reshape(2, 5, 3)
z = complexes(5) * (1 + uneven[::6])
singular = matrix(5, 2, seed=3) @ matrix(2, 5, seed=4)


def projector(x):
    """Onto the columns of x; it does not depend on their signs and phases."""
    return np.matmul(x, np.conjugate(np.swapaxes(x, -1, -2)))


def full_svd(x):
    """What of a full decomposition LAPACK does not choose."""
    u, s, vh = L.svd(x)
    k = s.shape[-1]
    v = np.conjugate(np.swapaxes(vh, -1, -2))
    return s, projector(u[..., k:]), projector(v[..., k:]), projector(u[..., :1]), projector(v[..., :2])


CASES = [
    # equations and inverses
    *[linalg(lambda a, b: L.solve(a, b), p, b, covers=L.solve)
      for p, b in ((a, tall), (stack, matrix(3)), (stack, matrix(2, 3, 7)), (a, matrix(2, 5, 7)), (c, complexes(3)),
                   (cstack, complexes(7, 1, 3, 2)), (c, matrix(3, 2)), (stack, complexes(3, 2)))],
    *[linalg(lambda a: L.inv(a), p, covers=L.inv) for p in (a, stack, c, cstack, a[:1, :1])],
    linalg(lambda a, b: L.tensorsolve(a, b), matrix(2, 3, 6) + 2 * np.eye(6).reshape(2, 3, 6), matrix(2, 3),
           covers=L.tensorsolve),
    linalg(lambda a, b: L.tensorsolve(a, b, axes=(1,)), (complexes(6, 6) + 2 * np.eye(6)).reshape(2, 3, 6).transpose(
        0, 2, 1), complexes(2, 3), covers=L.tensorsolve),
    linalg(lambda a: L.tensorinv(a), (matrix(6, 6) + 2 * np.eye(6)).reshape(2, 3, 6), covers=L.tensorinv),
    linalg(lambda a: L.tensorinv(a, ind=1), (complexes(6, 6) + 2 * np.eye(6)).reshape(6, 3, 2), covers=L.tensorinv),
    *[linalg(lambda a, n=n: L.matrix_power(a, n), p, covers=L.matrix_power)
      for p in (stack / 3, c / 4) for n in (1, 2, 3, 5, 6, -1, -3)],
    row(lambda a: L.matrix_power(a, 0), stack, covers=L.matrix_power),
    *[row(lambda *x: L.multi_dot(x), *p, covers=L.multi_dot)
      for p in ((tall, wide), (tall, wide, matrix(5, 2)), (matrix(5), tall, matrix(3)),
                (tall, matrix(3, 7), matrix(7, 2), matrix(2, 3)), (matrix(5), tall, matrix(3, 7), matrix(7, 2)),
                (ctall, matrix(3, 7), complexes(7, 2), complexes(2)))],
    # determinants
    *[linalg(lambda a: L.det(a), p, covers=L.det) for p in (a, stack, c, cstack, a[:1, :1])],
    linalg(lambda a: L.det(a), singular, covers=L.det),
    linalg(lambda a: L.det(a), np.stack([a, singular]), covers=L.det),
    linalg(lambda a: L.det(a), complexes(3, 1) @ complexes(1, 3), covers=L.det),
    *[linalg(lambda a: L.slogdet(a), p, covers=L.slogdet) for p in (a, stack, c, cstack)],
    # factors
    *[linalg(lambda a, upper=upper: L.cholesky(a, upper=upper), p, covers=L.cholesky)
      for p in (symmetric, symmetric_stack, conjugate_symmetric, conjugate_stack) for upper in (False, True)],
    *[linalg(lambda a, mode=mode: L.qr(a, mode), p, covers=L.qr)
      for p in (a, tall, wide, tall_stack, wide_stack, c, ctall, cwide)
      for mode in ("reduced", "complete", "r", "raw")],
    # eigenvalues
    *[linalg(lambda a, side=side: L.eigh(a, UPLO=side), p, covers=L.eigh)
      for p in (symmetric, symmetric_stack, conjugate_symmetric, conjugate_stack) for side in "LU"],
    *[linalg(lambda a, side=side: L.eigvalsh(a, side), p, covers=L.eigvalsh)
      for p in (symmetric, symmetric_stack, conjugate_symmetric, conjugate_stack) for side in "LU"],
    *[linalg(lambda a: L.eig(a), p, covers=L.eig) for p in (unsymmetric, stack, rotating, c, cstack)],
    *[linalg(lambda a: L.eigvals(a), p, covers=L.eigvals) for p in (unsymmetric, stack, rotating, c, cstack)],
    # singular values
    *[linalg(lambda a: L.svd(a, full_matrices=False), p, covers=L.svd)
      for p in (a, tall, wide, tall_stack, wide_stack, c, ctall, cwide)],
    linalg(lambda a: L.svd(a), a, covers=L.svd),
    linalg(lambda a: L.svd(a), tall[:4], covers=L.svd),
    linalg(lambda a: L.svd(a), wide[:, :4], covers=L.svd),
    *[linalg(full_svd, p, covers=L.svd) for p in (tall, wide, tall_stack, wide_stack, ctall, cwide)],
    *[linalg(lambda a, uv=uv: L.svd(a, compute_uv=uv, hermitian=True), p, covers=L.svd)
      for p in (symmetric - 4 * np.eye(5), symmetric_stack, conjugate_symmetric - 4 * np.eye(3))
      for uv in (True, False)],
    *[linalg(lambda a: L.svd(a, compute_uv=False), p, covers=L.svd) for p in (a, tall, wide_stack, ctall)],
    *[linalg(lambda a: L.svdvals(a), p, covers=L.svdvals) for p in (a, tall_stack, cwide)],
    # pseudo-inverses
    *[linalg(lambda a: L.pinv(a), p, covers=L.pinv) for p in (a, tall, wide, tall_stack, wide_stack, ctall, cwide)],
    *[linalg(lambda a: L.pinv(a, hermitian=True), p, covers=L.pinv) for p in (symmetric_stack, conjugate_symmetric)],
    *[linalg(lambda a: L.pinv(a, rcond=0.2), p, covers=L.pinv) for p in (tall, wide, tall_stack, ctall, cwide)],
    *[linalg(lambda a: L.pinv(a, rcond=0.29), p, covers=L.pinv) for p in (wide, wide_stack[:, ::-1], cwide)],
    linalg(lambda a: L.pinv(a, 0.3, True), symmetric, covers=L.pinv),
    *[linalg(lambda a, b: L.lstsq(a, b), *p, covers=L.lstsq)
      for p in ((tall, matrix(5)), (tall, matrix(5, 2)), (wide, matrix(3)), (wide, matrix(3, 2)), (a, matrix(5)),
                (ctall, complexes(5, 2)), (cwide, complexes(3)), (tall, complexes(5)))],
    linalg(lambda a, b: L.lstsq(a, b, rcond=0.2), tall, matrix(5), covers=L.lstsq),
    # norms
    row(lambda x: L.norm(x), t, covers=L.norm),
    row(lambda x: L.norm(x, keepdims=True), complexes(2, 5), covers=L.norm),
    row(lambda x: L.norm(x), -1.3, covers=L.norm),
    *[row(lambda x, order=order: L.norm(x, order), p, covers=L.norm)
      for p in (signed[:, 0].copy(), z) for order in (None, 2, 1, np.inf, -np.inf, 0, 3, 2.5, 0.5, -1, -2)],
    *[row(lambda x, order=order: L.norm(x, order, axis=1, keepdims=True), t, covers=L.norm)
      for order in (None, 2, 1, np.inf, -np.inf, 0, 3, -2)],
    row(lambda x: L.norm(x, axis=-1), complexes(2, 3), covers=L.norm),
    row(lambda x: L.norm(x, axis=(0, -1)), t, covers=L.norm),
    *[row(lambda x, order=order: L.norm(x, order), p, covers=L.norm)
      for p in (signed, ctall) for order in ("fro", 1, -1, np.inf, -np.inf)],
    *[row(lambda x, order=order: L.norm(x, order, (2, 0), True), t, covers=L.norm)
      for order in (None, "fro", 1, -1, np.inf, -np.inf)],
    *[linalg(lambda x, order=order: L.norm(x, order), p, covers=L.norm)
      for p in (signed, ctall, wide) for order in (2, -2, "nuc")],
    *[linalg(lambda x, order=order: L.norm(x, order, axis=(-1, 0), keepdims=True), t, covers=L.norm)
      for order in (2, -2, "nuc")],
    *[linalg(lambda x, order=order: L.matrix_norm(x, ord=order, keepdims=True), p, covers=L.matrix_norm)
      for p in (t, ctall) for order in ("fro", 1, -np.inf, 2, "nuc")],
    linalg(lambda x: L.matrix_norm(x), t, covers=L.matrix_norm),
    *[row(lambda x, order=order: L.vector_norm(x, axis=(2, 0), ord=order, keepdims=True), t, covers=L.vector_norm)
      for order in (2, 1, np.inf, -np.inf, 0, 3, -1.5)],
    row(lambda x: L.vector_norm(x), t, covers=L.vector_norm),
    row(lambda x: L.vector_norm(x, axis=1), ctall, covers=L.vector_norm),
    *[linalg(lambda x, p=p: L.cond(x, p), x, covers=L.cond)
      for x in (a + np.diag(uneven[::6]), stack, c, cstack)
      for p in (None, 2, -2, "fro", "nuc", 1, -1, np.inf, -np.inf)],
    *[linalg(lambda x: L.cond(x), p, covers=L.cond) for p in (tall, wide_stack)],
    # along the diagonal
    row(lambda x: L.trace(x), t, covers=L.trace),
    row(lambda x: L.trace(x, offset=-1, dtype=complex), complexes(2, 5, 3), covers=L.trace, narrow=False),
    row(lambda x: L.diagonal(x, offset=1), t, covers=L.diagonal),
    row(lambda x: L.matrix_transpose(x), t, covers=L.matrix_transpose),
]  # fmt: skip
