"""Python functions applied to elements and lines."""

import numpy as np

from tests.cases.case import matrix, row

x, t = matrix(5, 3), matrix(2, 5, 3)

CASES = [
    row(lambda x: np.apply_along_axis(lambda line: line * np.sum(line), 1, x), x, covers=np.apply_along_axis),
    row(lambda x: np.apply_along_axis(np.sum, 0, x), t, covers=np.apply_along_axis),
    row(lambda x: np.apply_along_axis(np.prod, -2, x), t, covers=np.apply_along_axis),
    row(lambda x: np.apply_along_axis(lambda line: line[:, None] * line[:2], 1, x), t, covers=np.apply_along_axis),
    row(lambda x: np.apply_over_axes(np.sum, x, [0, -1]), t, covers=np.apply_over_axes),
    row(lambda x: np.apply_over_axes(np.prod, x, 1), t, covers=np.apply_over_axes),
]
