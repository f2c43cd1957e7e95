"""The files of rows, a subject each."""

from __future__ import annotations

from types import ModuleType

from adcompile.rules import (
    builtin,
    complex_numbers,
    constructors,
    distributions,
    einsum,
    fourier,
    linalg,
    lists,
    math_functions,
    nans,
    operators,
    products,
    reductions,
    running,
    scipy_functions,
    scipy_special,
    shapes,
    signals,
    statistics,
    ufuncs,
    widths,
)


def subjects() -> tuple[ModuleType, ...]:
    """The modules of rows; each has add_rows()."""
    return (
        operators,
        lists,
        widths,
        builtin,
        math_functions,
        complex_numbers,
        ufuncs,
        reductions,
        statistics,
        nans,
        products,
        einsum,
        shapes,
        constructors,
        linalg,
        fourier,
        signals,
        running,
        scipy_special,
        scipy_functions,
        distributions,
    )
