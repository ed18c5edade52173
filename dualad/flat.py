"""``x.flat``: the elements of an array in C order, as if it had one axis."""

import numpy as np

from dualad.objects import packed
from dualad.rules.calls import stripped


class FlatIterator:
    """What ``ndarray.flat`` is for a Dual: an iterator that can be indexed and assigned to."""

    def __init__(self, base):
        self.base = base
        self.index = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.index >= self.base.size:
            raise StopIteration
        self.index += 1
        return self[self.index - 1]

    def __len__(self):
        return self.base.size

    @property
    def coords(self):
        """The position of the next element."""
        return tuple(int(i) for i in np.unravel_index(self.index, self.base.shape))

    def copy(self):
        """All elements, as a new array of one axis."""
        return self.base.flatten()

    def __getitem__(self, index):
        return self.base[self._positions(index)]

    def __setitem__(self, index, value):
        value = packed(value)
        np.empty(self.base.shape, self.base.dtype).flat[index] = stripped(value)  # its own errors
        positions = self._positions(index)
        value = np.ravel(value)
        count = np.size(positions[0]) if positions else 1
        if count:
            value = value if value.size in (1, count) else np.resize(value, (count,))  # NumPy starts again
            shape = np.shape(positions[0]) if positions else ()
            self.base[positions] = np.reshape(value, shape) if value.size == count else value

    def _positions(self, index):
        numbers = np.arange(self.base.size)[index]
        return np.unravel_index(numbers, self.base.shape) if self.base.shape else ()
