"""Truncated power series: numbers that carry Taylor coefficients along one direction, for `dualad.taylor`."""
