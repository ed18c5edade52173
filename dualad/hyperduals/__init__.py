"""Duals of two levels for the Hessians of a few variables, with the chain rule of second order."""
