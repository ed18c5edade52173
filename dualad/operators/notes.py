"""What an operator adds to an exception that f raises, a note and nothing else, and which exceptions are f's own."""

import itertools


def note(error, operator, start=0, stop=1, count=1):
    """Say in the traceback which operator ran f, and for which columns; the exception stays the same object."""
    if count == 1:
        block = ""
    elif stop - start == count:
        block = f" for all {count} columns"
    else:
        block = f" for the columns {start} to {stop - 1} of {count}"
    text = f"dualad.{operator} was running f{block}."
    if text not in getattr(error, "__notes__", ()):
        error.add_note(text)


def called(operator, count, f, args, kwargs):
    """f of these arguments, all columns at once, with a note on what it raises."""
    try:
        return f(*args, **kwargs)
    except Exception as error:
        note(error, operator, 0, count, count)
        raise


def is_own(error):
    """Whether f raised this of its own: in no call of dualad's, and not because a tangent lacks what arrays have."""
    if isinstance(error, (AttributeError, TypeError)) or not (error.__context__ is None or is_own(error.__context__)):
        return False
    frames, trace = [], error.__traceback__
    while trace is not None:
        frames.append(str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0] == "dualad")
        trace = trace.tb_next
    in_f = list(itertools.dropwhile(bool, frames))
    return bool(in_f) and not any(in_f)
