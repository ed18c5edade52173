"""Copies of the user's functions in which NumPy's creation functions make room for derivatives, for `dualad.lift`."""
