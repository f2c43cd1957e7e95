"""What a program takes from a library, as the plain Python that it means.

    for i in numba.prange(n): ...       for i in range(n): ...
    items = numba.typed.List()          items = list()
    d = Dict.empty(key, value)          d = {}
    total = numba.float64(0)            total = np.float64(0)
    p = np.poly1d(c)                    p = Poly1d(c), a class written out in rules/written
"""

from __future__ import annotations

from typing import Any

from adcompile.frontend.values import Name
from adcompile.rules.written import classes

MEANS = {
    "numba.prange": "builtins.range", "numba.misc.special.prange": "builtins.range",
    "numba.typed.List": "builtins.list", "numba.typed.typedlist.List": "builtins.list",
    "numba.typed.Dict": "builtins.dict", "numba.typed.typeddict.Dict": "builtins.dict",
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
    ours = classes().get(name)
    if ours is not None:
        return Name(f"{ours.__module__}.{ours.__name__}", ours)
    meant = MEANS.get(name)
    return Name(name, obj) if meant is None else Name(meant)
