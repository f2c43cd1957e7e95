"""The lengths of arrays, as annotations and docstrings write them: float[n, 3], "batch n+1"."""

from __future__ import annotations

import ast
import re

from adcompile.trace import kinds as k


def of_lengths(dtype: str | None, items: list[ast.expr], name: str) -> k.Kind:
    """float[n, 3], float[:, :], float[...]: an array by its lengths."""
    if any(isinstance(item, ast.Constant) and item.value is Ellipsis for item in items):
        return k.Array(dtype, None)
    words = [ast.unparse(item).replace(" ", "") for item in items]
    if not all(re.fullmatch(r":|\w+([+-]\d+)?", word) for word in words):
        return k.ANY
    return k.Array(dtype, of_shape(" ".join(words).replace(":", "_"), name))


def of_shape(shape: str, name: str) -> tuple[k.Dim, ...] | None:
    """The dimensions of a jaxtyping shape: "n 3", "batch n+1", "_ k"; "..." for any rank."""
    dims: list[k.Dim] = []
    for axis, text in enumerate(shape.split()):
        if text == "..." or text.startswith("*"):
            return None
        text = text.rpartition("=")[2]
        base, sign, offset = text.partition("-") if "-" in text else text.partition("+")
        if text.isdigit():
            dims.append(k.Dim(None, int(text)))
        elif base.isidentifier() and base != "_" and (not sign or offset.isdigit()):
            dims.append(k.Dim(base, int(sign + offset) if sign else 0))
        else:
            dims.append(k.Dim(f"{name}.{axis}"))
    return tuple(dims)
