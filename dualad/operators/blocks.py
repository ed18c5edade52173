"""Blocks of directions: how many at once, and who works on them."""

import collections
import itertools
import operator
import os
from collections.abc import Callable
from typing import Protocol

BLOCK_BYTES = 2**19  # tangents of this size stay in a cache of the second level
FEW_COLUMNS = 512  # up to here one evaluation of f beats a better use of the cache
PRODUCT_BYTES = 2**25  # and up to here one product of matrices beats several
THIN = 16  # with fewer directions the calls cost more than the arithmetic
LIMIT_BYTES = 2**28  # no seed of a block is larger than this, unless one column is
AHEAD = 32  # blocks handed out at once to an executor that does not tell the number of its workers


class Submits(Protocol):
    """An executor, as those of `concurrent.futures`, Dask and mpi4py."""

    submit: Callable


class Maps(Protocol):
    """A pool, as that of `multiprocessing`."""

    map: Callable


Workers = int | Submits | Maps | None
Progress = bool | Callable[[int, int], object]


def columns_in_a_block(chunk_size, count, column_bytes, workers):
    """The width of a block of ``count`` columns whose seeds have ``column_bytes`` each."""
    if chunk_size != "auto":
        return checked(chunk_size)
    width = max(FEW_COLUMNS if count <= FEW_COLUMNS else THIN, BLOCK_BYTES // max(1, column_bytes))
    width = max(1, min(width, LIMIT_BYTES // max(1, column_bytes)))
    number = max(1, -(-count // width), parallel(workers) if workers is not None else 1)
    return max(1, -(-count // number))


def checked(chunk_size):
    """The size that the user wants."""
    try:
        size = operator.index(chunk_size)
    except TypeError:
        size = 0
    if size < 1 or isinstance(chunk_size, bool):
        raise ValueError(f"chunk_size is {chunk_size!r}: it is the number of columns in a block, 1 or more, or 'auto'.")
    return size


def ranges(count, width):
    """The blocks as (start, stop); at least one, so that f runs at least once."""
    return [(start, min(start + width, count)) for start in range(0, max(1, count), width)]


def parallel(workers):
    """How many blocks can be worked on at a time."""
    if isinstance(workers, int):
        return workers
    return getattr(workers, "_max_workers", None) or getattr(workers, "_processes", None) or os.cpu_count() or 1


def run(work, blocks, workers=None, progress=False):
    """Yield ``work(*block)`` for each block in turn, computed here or by the workers.

    ``workers`` is a number of threads, or an object with ``submit`` (an executor of `concurrent.futures`, of Dask or of
    mpi4py) or ``map`` (a pool of `multiprocessing`).
    """
    check_workers(workers)
    results = results_of(work, blocks, workers)
    report = reporter(progress, len(blocks))
    if report is None:
        yield from results
        return
    for done, result in enumerate(results, start=1):
        yield result
        report(done, len(blocks))


def check_workers(workers):
    """Refuse what can not work."""
    if workers is None or hasattr(workers, "submit") or hasattr(workers, "map"):
        return
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise ValueError(
            f"workers is {workers!r}: it is a number of threads, 1 or more, or an executor with submit or map, such as "
            "concurrent.futures.ProcessPoolExecutor() or a Dask client's get_executor()."
        )


def results_of(work, blocks, workers):
    """The results in the order of the blocks."""
    if workers is None or workers == 1 or (len(blocks) == 1 and isinstance(workers, int)):
        return itertools.starmap(work, blocks)
    if isinstance(workers, int):
        return threaded(work, blocks, workers)
    if hasattr(workers, "submit"):
        return submitted(workers, work, blocks, 2 * (getattr(workers, "_max_workers", None) or AHEAD // 2))
    return workers.map(Starred(work), blocks)


def threaded(work, blocks, number):
    """In threads of our own, under the caller's `numpy.errstate`."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(number, len(blocks)), thread_name_prefix="dualad") as executor:
        yield from submitted(executor, work, blocks, 2 * number)


def submitted(executor, work, blocks, ahead):
    """Blocks handed out a few ahead of the one that is waited for, so that finished ones do not pile up."""
    rest = iter(blocks)
    waiting = collections.deque(executor.submit(work, *block) for block in itertools.islice(rest, ahead))
    try:
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(executor.submit(work, *block) for block in itertools.islice(rest, 1))
    finally:
        for future in waiting:
            future.cancel()


class Starred:
    """``work(*block)`` as a function of the block alone, which can be sent to another process."""

    def __init__(self, work):
        self.work = work

    def __call__(self, block):
        return self.work(*block)


def reporter(progress, total):
    """What to call as ``report(blocks done, all blocks)``; None for silence."""
    if progress is None or progress is False:
        return None
    if callable(progress):
        return progress
    if progress is not True:
        raise ValueError(f"progress is {progress!r}: it is True, False or a function of (blocks done, all blocks).")
    try:
        from tqdm import tqdm
    except ImportError:
        return None
    bar = tqdm(total=total, desc="dualad", unit="block")

    def report(done, total):
        bar.update(done - bar.n)
        if done == total:
            bar.close()

    return report
