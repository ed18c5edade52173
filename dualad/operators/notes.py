"""What an operator adds to an exception that f raises: a note, and nothing else."""


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
