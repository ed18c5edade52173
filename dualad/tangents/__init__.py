"""How a derivative is carried. A dense tangent is a bare array: no wrapper on the hot path."""
