"""Options of the module math, written out in the accepted language."""

from __future__ import annotations

import math

from adcompile.rules.written import Written


def prod(iterable, start=1):
    return math.prod([start, *iterable])


FUNCTIONS = {"prod": Written(prod, ("start",))}
