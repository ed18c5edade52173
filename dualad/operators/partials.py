"""All partial derivatives of one call of f, block by block: what `jacobian`, `gradient` and `derivative` share."""

import numpy as np

from dualad import trees
from dualad.errors import ShapeError
from dualad.operators import quick
from dualad.operators.columns import check_number
from dualad.operators.notes import called
from dualad.operators.options import named_after
from dualad.operators.stores import split


def operator(f, options, check, with_value):
    """The function that seeds, calls f, and extracts all partial derivatives."""

    simple = options.are_simple()

    def transformed(*args, **kwargs):
        if simple:
            seeds = quick.seeded(args, options.argnums, numbers_only=check is number_in)
            if seeds is not None:
                return all_at_once(f, options, check, with_value, args, kwargs, seeds)
        columns = options.columns(f, args, kwargs)
        check.arguments(options, columns)
        if options.may_be_live(columns.count):
            found = columns.at_once()
            if found is not None:
                tangents, value, aux = found
                check.result(options, value, columns)
                return answer(options, with_value, value, aux, assembled(value, tangents, columns))
        pieces = options.ranges(columns)
        store = options.store(columns)
        value = aux = None
        left = iter(pieces)
        for tangents, first_value, first_aux in options.run(columns.block, pieces):
            start, stop = next(left)
            if not start:
                value, aux = first_value, first_aux
                check.result(options, value, columns)
            store.put(start, stop, tangents)
            del tangents  # before the next block needs the memory
        matrix = assembled(value, store.tangents(), columns) if options.out is None else options.out
        return answer(options, with_value, value, aux, matrix)

    return named_after(f, transformed)


def all_at_once(f, options, check, with_value, args, kwargs, seeds):
    """The commonest case, one number or one vector in one block, without the machinery for all others."""
    seeded, level, count = seeds
    result = called(options.operator, count, f, seeded, kwargs)
    found = quick.extracted(result, level, count, check is number_out)
    if found is not None:
        return found if with_value else found[1]
    columns = options.columns(f, args, kwargs)
    check.arguments(options, columns)
    tangents, value, aux = columns.extracted(result, 0, count, level)
    check.result(options, value, columns)
    return answer(options, with_value, value, aux, assembled(value, tangents, columns))


def answer(options, with_value, value, aux, matrix):
    """What the new function returns."""
    if with_value:
        return options.with_aux(value, aux), matrix
    return options.with_aux(matrix, aux)


def assembled(value, tangents, columns):
    """For each leaf of the result the tree of its derivatives by the chosen arguments."""
    has_lead = columns.count != 1
    values, rebuild = trees.flatten(value)
    return rebuild(
        [
            columns.by_arguments(split(t, np.shape(y), columns.leaves, has_lead))
            for y, t in zip(values, tangents, strict=True)
        ]
    )


class any_shape:  # noqa: N801
    """Arguments and results of any shape."""

    @staticmethod
    def arguments(options, columns):
        pass

    @staticmethod
    def result(options, value, columns):
        pass


class number_out(any_shape):  # noqa: N801
    """The result is one number."""

    @staticmethod
    def result(options, value, columns):
        check_number(options.operator, value, columns.leaves)


class number_in(any_shape):  # noqa: N801
    """Every chosen argument is one number."""

    @staticmethod
    def arguments(options, columns):
        for x in columns.leaves:
            if np.shape(x) != ():
                raise ShapeError(
                    f"{options.operator} needs a number as argument, shape (); it has shape {np.shape(x)}. Use "
                    "jacobian for all partial derivatives, gradient for a function that returns a number, or jvp for "
                    "one direction."
                )
