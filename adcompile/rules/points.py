"""What NumPy gives as an array where the result has no axes, and not as a number."""

from __future__ import annotations

VIEWS = ("reshape", "squeeze", "broadcast_to", "transpose")
MADE = tuple(f"numpy.{name}" for name in (
    "zeros", "ones", "empty", "full", "array", "asarray", "asanyarray", "copy", "zeros_like",
    "ones_like", "empty_like", "full_like", *VIEWS,
))  # fmt: skip
"""What is there to make an array, or another form of one."""
COMPUTED = tuple(f"numpy.{name}" for name in (
    "where", "select", "piecewise", "choose", "roll", "tile", "tensordot", "cross", "i0",
))  # fmt: skip
"""What computes one of numbers, and is as a rule taken for a number."""
