"""The places of arguments where NumPy's order is not that of the row.

    np.max(x, 0, None, True)     axis, out, keepdims; the row knows no out

What stands here behind the operands is taken by its name.
"""

from __future__ import annotations

import inspect
from functools import cache, reduce

import numpy as np

from adcompile.rules.table import Row

REDUCED = ("axis", "out", "keepdims", "initial", "where")
SUMMED = ("axis", "dtype", "out", "keepdims", "initial", "where")
SPREAD = ("axis", "dtype", "out", "ddof", "keepdims")
MEDIAN = ("axis", "out", "overwrite_input", "keepdims")
QUANTILE = ("q", "axis", "out", "overwrite_input", "method", "keepdims")
RUNNING = ("axis", "dtype", "out")
LIKE = ("dtype", "order", "subok", "shape")

PLACES = {
    **dict.fromkeys(("sum", "nansum", "prod", "nanprod"), SUMMED),
    **dict.fromkeys(("mean", "nanmean"), SUMMED[:4]),
    **dict.fromkeys(("max", "amax", "min", "amin", "nanmax", "nanmin"), REDUCED),
    **dict.fromkeys(("ptp", "any", "all"), REDUCED[:3]),
    **dict.fromkeys(("argmax", "argmin", "nanargmax", "nanargmin"), REDUCED[:2]),
    **dict.fromkeys(("var", "std", "nanvar", "nanstd"), SPREAD),
    **dict.fromkeys(("median", "nanmedian"), MEDIAN),
    **dict.fromkeys(("quantile", "percentile", "nanquantile", "nanpercentile"), QUANTILE),
    **dict.fromkeys(("cumsum", "cumprod", "nancumsum", "nancumprod"), RUNNING),
    **{f"{name}.reduce": SUMMED for name in ("add", "multiply", "maximum", "minimum", "logaddexp")},
    **{f"{name}.accumulate": RUNNING for name in ("add", "multiply", "maximum", "minimum")},
    "add.reduceat": ("indices", *RUNNING),
    **dict.fromkeys(("zeros_like", "ones_like", "empty_like"), LIKE),
    "full_like": ("fill_value", *LIKE),
    "round": ("decimals", "out"),
    "around": ("decimals", "out"),
    "take": ("indices", "axis", "out", "mode"),
    "trace": ("offset", "axis1", "axis2", "dtype", "out"),
    "compress": ("a", "axis", "out"),
    "choose": ("choices", "out", "mode"),
    **dict.fromkeys(("dot", "outer"), ("y", "out")),
}
"""By the name in NumPy: the parameters after the first."""

USUAL = {"out": None, "dtype": None, "overwrite_input": False, "subok": True}
"""What may be given and says nothing: where a row has no such option it is as if it were not."""


def names(op: str) -> tuple[str, ...]:
    """The parameters of an operation after the first, where they are in another order."""
    return PLACES.get(op.removeprefix("numpy."), ()) if op.startswith("numpy.") else ()


def renamed(row: Row, keyword: str) -> str:
    """The name in the row of an operand that is given by its name in NumPy: np.sum(a=x)."""
    if keyword in row.parameters or not row.op.startswith("numpy."):
        return keyword
    given = _parameters(row.op)
    place = given.index(keyword) if keyword in given else row.required
    return row.signature[place] if place < row.required else keyword


@cache
def _parameters(op: str) -> tuple[str, ...]:
    """The parameters of a function of NumPy that can be given by name or place, in order."""
    try:
        function = reduce(getattr, op.split(".")[1:], np)
        found = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    except (AttributeError, TypeError, ValueError):
        return ()
    return tuple(each.name for each in found if each.kind == each.POSITIONAL_OR_KEYWORD)
