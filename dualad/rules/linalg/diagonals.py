"""The functions of the Array API that `numpy.linalg` has beside NumPy's own: the matrix axes are the last two."""

import numpy as np

from dualad.rules.kinds import pushforward
from dualad.rules.views import views

views("x", np.linalg.diagonal, np.linalg.matrix_transpose)
pushforward(np.linalg.trace, "x", lambda call, y, dx: call.without("dtype")(x=dx), "linear")
