"""Which inputs the coefficients of sparse tangents belong to, and how CSR and CSC data are read from them."""

import math

import numpy as np

NONE = 0  # the number of no input; the inputs count from 1
_SPARE = 2**26  # bytes of places beyond those of the first run that are kept before all are forgotten


class Places:
    """The numbers of the inputs that a block of coefficients belongs to, shape ``(L, *shape)``.

    Equal ones of one `Layouts` are the same object, so that blocks are added by identity. What became of them is
    remembered: a second run of the same program does no work on numbers.
    """

    __slots__ = ("index", "layouts", "made")

    def __init__(self, index, layouts):
        self.index = index
        self.layouts = layouts
        self.made = {}

    def then(self, key, function):
        """The places that a step leads to; the step is done once for each key."""
        found = self.made.get(key)
        if found is None:
            found = self.made[key] = self.layouts.known(function(self.index))
        return found


class Layouts:
    """All places that the runs of one function have led to; keep it to run the function at another point."""

    def __init__(self, is_pattern=False):
        self.is_pattern = is_pattern
        self.first_run = None
        self.forget()

    def forget(self):
        self.starts, self.equal, self.plans, self.sources = {}, {}, {}, {}
        self.bytes = 0

    def trimmed(self):
        """Forget all when functions that move elements by their values have filled the memory."""
        if self.first_run is None:
            self.first_run = self.bytes or None
        elif self.bytes > 4 * self.first_run + _SPARE:
            self.forget()

    def start(self, i, shape, first):
        """Each element of the input depends on itself alone."""
        key = i, shape, first
        if key not in self.starts:
            size = math.prod(shape)
            dtype = np.int32 if first + size < 2**31 else np.int64
            self.starts[key] = self.known(np.arange(first, first + size, dtype=dtype).reshape((1, *shape)))
        return self.starts[key]

    def known(self, index):
        """The places with these numbers, the same object for equal numbers."""
        key = index.shape, int(index.sum()), int(index.flat[0]) if index.size else 0
        alike = self.equal.setdefault(key, [])
        for places in alike:
            if np.array_equal(places.index, index):
                return places
        places = Places(index, self)
        self.bytes += index.nbytes
        alike.append(places)
        return places

    def name_of(self, source):
        """A key for a gather: the same one for equal element numbers."""
        alike = self.sources.setdefault((source.shape, int(source.sum())), [])
        for i, known in enumerate(alike):
            if np.array_equal(known, source):
                return source.shape, int(source.sum()), i
        self.bytes += source.nbytes
        alike.append(source)
        return source.shape, int(source.sum()), len(alike) - 1

    def plan(self, blocks):
        """How to read the matrix of blocks with these places."""
        key = tuple((places, is_uniform(c)) for places, c in blocks.items())
        if key not in self.plans:
            self.plans[key] = Plan([places.index for places in blocks], [uniform for _, uniform in key])
        return self.plans[key]


def is_uniform(a):
    """Whether all elements of each row are one number in memory."""
    return isinstance(a, np.ndarray) and a.size > 0 and not any(a.strides[1:])


def one_each(a):
    """The one number of each row, with axes of length one."""
    return a[(slice(None), *(slice(0, 1),) * (a.ndim - 1))]


class Plan:
    """Which coefficients are the entries of a CSR matrix; entries of one place that stand beside others are added."""

    def __init__(self, indices, uniform):
        size = math.prod(indices[0].shape[1:])
        self.order = sorted(range(len(indices)), key=uniform.__getitem__)
        rows = [row.reshape(-1) for i in self.order for row in indices[i]]
        key, bits = sorted_keys(rows, size)
        number = key >> bits
        key &= (1 << bits) - 1
        used = number != NONE
        again = repeated(number)
        again &= used
        self.starts = None
        first = used
        if again.any():
            first = used & ~again
            self.starts = np.flatnonzero(first[used])
        self.uniform = uniform
        whole = sum(len(index) for index, one in zip(indices, uniform, strict=True) if not one)
        where = places_in_memory(key, size, whole, len(rows))
        everything = bool(first.all())
        self.chosen = where.ravel() if everything else where[used]
        number -= 1
        self.columns = number.ravel() if everything else number[first]
        if everything:
            pointers = np.arange(size + 1) * len(rows)
        else:
            pointers = np.concatenate(([0], np.cumsum(np.count_nonzero(first, axis=1))))
        self.pointers = pointers.astype(self.columns.dtype)
        self.by_column = None

    def data(self, blocks):
        """The entries, row by row."""
        given = list(blocks.values())
        parts = [(one_each(given[i]) if self.uniform[i] else given[i]).reshape(-1) for i in self.order]
        flat = parts[0] if len(parts) == 1 else np.concatenate(parts)
        data = flat.take(self.chosen)
        if self.starts is not None:
            data = np.add.reduceat(data, self.starts) if self.starts.size else data[:0]
        return data

    def matrix(self, blocks, width, format="csr"):
        """The matrix of the blocks; its arrays are its own, because SciPy may sort them in place."""
        from scipy.sparse import csc_matrix, csr_matrix

        shape = len(self.pointers) - 1, width
        data = self.data(blocks)
        if format == "csr":
            return canonical(csr_matrix((data, self.columns.copy(), self.pointers.copy()), shape=shape))
        if format != "csc":
            return csr_matrix((data, self.columns, self.pointers), shape=shape).asformat(format, copy=True)
        if self.by_column is None:
            numbers = csr_matrix((np.arange(len(data)), self.columns, self.pointers), shape=shape).tocsc()
            self.by_column = numbers.data, numbers.indices, numbers.indptr
        order, rows, pointers = self.by_column
        return canonical(csc_matrix((data.take(order), rows.copy(), pointers.copy()), shape=shape))


def sorted_keys(rows, size):
    """For each element its places in order, each with the number of its row in the lowest bits.

    One sort of numbers with their rows below them is faster than a sort and a permutation.
    """
    bits = len(rows).bit_length()
    top = max((int(row.max(initial=0)) for row in rows), default=0)
    key = np.empty((size, len(rows)), np.int32 if top << bits < 2**31 else np.int64)
    for i, row in enumerate(rows):
        number = row.astype(key.dtype)
        number <<= bits
        number |= i
        key[:, i] = number
    key.sort(axis=1)
    return key, bits


def places_in_memory(key, size, whole, rows):
    """The place of each entry among all coefficients: ``whole`` rows of one each, then the rows that are one number."""
    dtype = np.int32 if size * rows < 2**31 else np.int64
    key = key.astype(dtype, copy=False)
    element = np.arange(size, dtype=dtype)[:, None]
    if whole == rows:
        where = key * dtype(size)
        where += element
        return where.astype(np.intp)
    where = np.minimum(key, dtype(whole))
    where *= dtype(size - 1)
    where += key
    where += element * (key < whole)
    return where.astype(np.intp)


def repeated(number):
    """Which entries of each row equal the one before."""
    again = np.zeros(number.shape, bool)
    np.equal(number.ravel()[1:], number.ravel()[:-1], out=again.ravel()[1:])
    again[:, :1] = False
    return again


def canonical(found):
    """Tell SciPy that indices are sorted and without duplicates, which it would look for."""
    found.has_sorted_indices = found.has_canonical_format = True
    return found
