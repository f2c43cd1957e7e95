"""What a program says to the compiler that it is written for, as the plain Python that it means.

    for i in numba.prange(n): ...       for i in range(n): ...
    items = numba.typed.List()          items = list()
    total = numba.float64(0)            total = np.float64(0)
"""

from __future__ import annotations

from typing import Any

from adcompile.frontend.values import Name

MEANS = {
    "numba.prange": "builtins.range", "numba.misc.special.prange": "builtins.range",
    "numba.typed.List": "builtins.list", "numba.typed.typedlist.List": "builtins.list",
}  # fmt: skip
NUMBERS = (
    "float64", "float32", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8",
    "complex128", "complex64",
)  # fmt: skip


def plain(name: str, obj: Any) -> Name:
    """What has this qualified name, or what it means."""
    package, _, last = name.rpartition(".")
    if package in ("numba", "numba.types") and last in NUMBERS:
        return Name(f"numpy.{last}")
    meant = MEANS.get(name)
    return Name(name, obj) if meant is None else Name(meant)
