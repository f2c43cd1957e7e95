"""Functions of NumPy and SciPy written out in the accepted language, for those that have no row.

The front end lowers such a function where it is called, as if the user had written it; so it may
write into its arguments, take functions, and call whatever has a row or is written here.  Some are
used only where a call gives an option that the row does not have.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Written:
    """A function, and for which calls it stands: those with one of the keywords, or with more
    positional arguments than `most`; without keywords all calls."""

    function: Callable[..., Any]
    keywords: tuple[str, ...] = ()
    most: int = 99

    def serves(self, count: int, keywords: list[str]) -> bool:
        if not self.keywords:
            return True
        return count > self.most or any(name in keywords for name in self.keywords)


PARTS = {
    "numpy": (
        "algebra", "arrays", "grids", "nans", "orders", "polynomials", "reductions", "samples",
        "selection", "writes",
    ),
    "math": ("products",),
    "scipy": ("scipy_linalg",),
    "statistics": ("statistic",),
}  # fmt: skip


@cache
def functions(library: str = "numpy") -> dict[str, Written]:
    """All of a library, by qualified name; none of one that is not there."""
    found: dict[str, Written] = {}
    if library not in PARTS or importlib.util.find_spec(library) is None:
        return found
    for part in PARTS[library]:
        module = importlib.import_module(f"{__name__}.{part}")
        for name, entry in module.FUNCTIONS.items():
            found[f"{library}.{name}"] = entry if isinstance(entry, Written) else Written(entry)
    return found


@cache
def classes() -> dict[str, type]:
    """Classes of libraries that are written out, by qualified name."""
    from adcompile.rules.written.broadcasts import Broadcast
    from adcompile.rules.written.polynomial_classes import Poly1d, Polynomial
    from adcompile.rules.written.queues import Deque

    return {
        "collections.deque": Deque,
        "numpy.broadcast": Broadcast,
        "numpy.poly1d": Poly1d,
        "numpy.polynomial.Polynomial": Polynomial,
        "numpy.polynomial.polynomial.Polynomial": Polynomial,
    }
