"""Programs of a text, derived by the public calls and by the files of the command line."""

from __future__ import annotations

import copy
import importlib.util
import inspect
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import adcompile as ad
from adcompile import cli
from adcompile.passes import PASSES

OFF = dict.fromkeys(PASSES, False)
HEAD = "import math\n\nimport numpy as np\n\n\n"
WAYS = ("calls", "calls, no passes", "files", "files, no passes")


class TwoFaces:
    """The functions of a text, with the derivatives of each by its first argument.

    Files have those of `names`, which return something, or of all functions of the text.
    """

    def __init__(self, text: str, folder: Path, names: Sequence[str] = ()) -> None:
        self.folder, self.names = folder, names
        self.source = folder / f"{folder.name}_programs.py"
        self.source.write_text(HEAD + text)
        self.module = self.load(self.source)
        self.made = {(mode, off): self.emit(mode, off) for mode in cli.MODES for off in (0, 1)}

    def load(self, path: Path) -> Any:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = module
        spec.loader.exec_module(module)
        return module

    def emit(self, mode: str, off: int) -> Any:
        path = self.folder / f"{mode}_{off}.py"
        without = [word for name in PASSES for word in ("--no-pass", name)] if off else []
        heads = [f"--head={self.head(name)}" for name in self.names]
        assert cli.main([str(self.source), "--mode", mode, "-o", str(path), *heads, *without]) == 0
        return self.load(path)

    def head(self, name: str) -> str:
        first = next(iter(inspect.signature(self.function(name)).parameters))
        return f"{name}({first}) > return"

    def function(self, name: str) -> Any:
        return getattr(self.module, name)

    def adjoint(self, name: str, way: str, args: Any, seed: Any = 1.0) -> Any:
        """The adjoint of the first argument."""
        args, off = copy.deepcopy(args), way.endswith("no passes")
        if way.startswith("calls"):
            passes = OFF if off else None
            return ad.vjp(self.function(name), *args, passes=passes)[1](seed)[0]
        emitted = getattr(self.made["adjoint", int(off)], f"{name}_adjoint")
        bars = emitted(*args, seed)[1]
        return bars[0] if len(_moved(emitted)) > 1 else bars

    def tangent(self, name: str, way: str, args: Any, dot: Any) -> Any:
        """The tangent where the first argument moves so, and nothing else does."""
        args, off = copy.deepcopy(args), way.endswith("no passes")
        if way.startswith("calls"):
            passes, dots = OFF if off else None, (dot, *(None for _ in args[1:]))
            return ad.jvp(self.function(name), tuple(args), dots, passes=passes)[1]
        emitted = getattr(self.made["tangent", int(off)], f"{name}_tangent")
        given = dict(zip(inspect.signature(self.function(name)).parameters, args))
        rest = [_at_rest(given[other]) for other in _moved(emitted)[1:]]
        return emitted(*args, dot, *rest)[1]

    def slope(self, name: str, args: Any, dot: Any) -> Any:
        """The tangent by central differences."""
        first, *rest = args
        ends = [
            np.asarray(self.function(name)(first + step * dot, *copy.deepcopy(rest)))
            for step in (1e-5, -1e-5)
        ]
        return (ends[0] - ends[1]) / 2e-5

    def check(
        self, name: str, way: str, args: Any, dot: Any, rtol: float = 1e-6, atol: float = 0.0
    ) -> None:
        """Both derivatives by the first argument agree with differences, in this direction."""
        slope = self.slope(name, args, dot)
        np.testing.assert_allclose(self.tangent(name, way, args, dot), slope, rtol, atol)
        bar = np.sum(self.adjoint(name, way, args) * dot)
        np.testing.assert_allclose(bar, slope, rtol, atol)

    def raised(self, name: str, way: str, args: Any) -> list[type[BaseException]]:
        """What the tangent and the adjoint raise."""
        found: list[type[BaseException]] = []
        for call in (
            lambda: self.tangent(name, way, args, np.ones_like(args[0])),
            lambda: self.adjoint(name, way, args),
        ):
            try:
                call()
            except Exception as error:
                found.append(type(error))
        return found


def _moved(emitted: Any) -> list[str]:
    """The parameters that a derivative is with respect to."""
    words = " ".join((inspect.getdoc(emitted) or "").split())
    found = re.search(r"with respect to ([\w, ]+)\.", words)
    assert found is not None
    return found[1].split(", ")


def _at_rest(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(map(_at_rest, value))
    return None if value is None else np.zeros_like(np.asarray(value, dtype=float))[()]
