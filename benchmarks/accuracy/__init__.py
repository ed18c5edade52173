"""How accurate derivatives are over the whole floating-point range: `points` against `references`, by `measure`."""
