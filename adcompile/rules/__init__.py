"""The rule table: one row an operation, both modes from that row.

A user adds rows for functions of their own by the calls of this module.
"""

from adcompile.rules.table import bilinear, constant, function, linear, pointwise

__all__ = ["bilinear", "constant", "function", "linear", "pointwise"]
