"""Widths by the files that the command line writes: of whatever nothing is said."""

from __future__ import annotations

import ast
import copy
import functools
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from values.trees import has_array, is_array, mapped, paired, width

from corpus.by_command_line import ByCommandLine, Compiled
from corpus.cases import Case
from corpus.check import random_like


def wrong_widths(case: Case, compiled: Compiled, modes: tuple[str, ...]) -> Iterator[str]:
    """What is of another width than what it belongs to: all in float32, and one argument alone."""
    arrays = [place for place, arg in enumerate(case.args) if has_array(arg)]
    for chosen in dict.fromkeys((tuple(arrays), tuple(arrays[:1]))) if arrays else ():
        args = tuple(
            mapped(single, arg) if place in chosen else arg
            for place, arg in enumerate(copy.deepcopy(case.args))
        )
        with warnings.catch_warnings(action="ignore"):
            result = case.function(*copy.deepcopy(args))
        if result is not None:
            each = _Each(compiled, case, args)
            for mode in modes:
                for what in each.tangent(result) if mode == "tangent" else each.adjoint(result):
                    yield f"{case.name}, {list(chosen)} in float32: {what}"


def single(leaf: Any) -> Any:
    return leaf.astype(np.float32) if is_array(leaf) else leaf


def seed_of(leaf: Any) -> Any:
    """A seed as wide as a leaf of the result."""
    if isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype.kind == "f":
        return np.full_like(leaf, 0.5)[()]
    return random_like(leaf, np.random.default_rng(0))


def differ(found: Any, like: Any) -> bool:
    """Is an array or a number of NumPy's not as wide?  Numbers of Python's widen nothing."""
    pairs = [(a, b) for a, b in paired(found, like) if a is not None and _has_width(b)]
    return any(width(a) != width(b) for a, b in pairs)


def _has_width(leaf: Any) -> bool:
    return isinstance(leaf, (np.ndarray, np.generic)) and leaf.dtype.kind == "f"


@functools.cache
def said_of(path: Path) -> dict[str, str]:
    """The docstrings of the functions of an emitted file."""
    functions = [n for n in ast.parse(path.read_text()).body if isinstance(n, ast.FunctionDef)]
    return {function.name: ast.get_docstring(function) or "" for function in functions}


class _Each:
    """The derivatives of a case at these arguments."""

    def __init__(self, compiled: Compiled, case: Case, args: Any) -> None:
        self.derivatives = ByCommandLine(compiled, case.function, args)
        self.args = args
        self.path, self.name = compiled.path, case.function.__name__

    def kinds(self, mode: str) -> str:
        """What the docstring of the emitted function says of its arguments."""
        return said_of(self.path(mode))[f"{self.name}_{mode}"].partition("\nReturns")[0]

    def tangent(self, result: Any) -> Iterator[str]:
        ways = [
            random_like(self.args[at], np.random.default_rng(0)) for at in self.derivatives.moving
        ]
        value, dot = self.derivatives.tangent(self.args, ways, quiet=True)
        if "float" not in self.kinds("tangent") and differ(dot, value):
            yield "the tangent"

    def adjoint(self, result: Any) -> Iterator[str]:
        _, bars = self.derivatives.adjoint(self.args, mapped(seed_of, result), quiet=True)
        kinds = self.kinds("adjoint")
        for at, bar in zip(self.derivatives.moving, bars, strict=True):
            name = self.derivatives.names[at]
            said = re.search(rf"^{name}: (.*(?:\n    .*)*)", kinds, re.M)
            if said and "float" not in said[1] and differ(bar, self.args[at]):
                yield f"the adjoint of {name}"
