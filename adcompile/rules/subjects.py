"""The files of rows, a subject each."""

from __future__ import annotations

from types import ModuleType

from adcompile.rules import (
    builtin,
    constructors,
    einsum,
    linalg,
    lists,
    math_functions,
    operators,
    products,
    reductions,
    shapes,
    signals,
    statistics,
    ufuncs,
)


def subjects() -> tuple[ModuleType, ...]:
    """The modules of rows; each has add_rows()."""
    return (
        operators,
        lists,
        builtin,
        math_functions,
        ufuncs,
        reductions,
        statistics,
        products,
        einsum,
        shapes,
        constructors,
        linalg,
        signals,
    )
