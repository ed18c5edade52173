"""Timings, side by side and interleaved in one run; see docs/performance.md for how to read them."""
