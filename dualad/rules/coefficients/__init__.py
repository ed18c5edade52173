"""Coefficients that are more than one line, because the textbook form loses digits, overflows or is undefined.

The cheap form is used where it is good; a check that costs little finds the elements that need care. Careful
coefficients have rules of their own (`kinds.coefficient`), so that tricks with bits are never differentiated.
"""
