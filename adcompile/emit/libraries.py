"""How an operation known by its qualified name is spelled in a module: np.sin, math.sin, abs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

# The same function under its name in math and in numpy.
PAIRS = {
    "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan",
    "atan2": "arctan2", "atanh": "arctanh", "ceil": "ceil", "copysign": "copysign", "cos": "cos",
    "cosh": "cosh", "degrees": "degrees", "exp": "exp", "exp2": "exp2", "expm1": "expm1",
    "fabs": "fabs", "floor": "floor", "fmod": "fmod", "hypot": "hypot", "isfinite": "isfinite",
    "isinf": "isinf", "isnan": "isnan", "log": "log", "log10": "log10", "log1p": "log1p",
    "log2": "log2", "pow": "power", "radians": "radians", "sin": "sin", "sinh": "sinh",
    "sqrt": "sqrt", "tan": "tan", "tanh": "tanh", "trunc": "trunc", "pi": "pi", "e": "e",
    "inf": "inf", "nan": "nan",
}  # fmt: skip
TO_MATH = {there: here for here, there in PAIRS.items()} | {"absolute": "fabs"}
ALIASES = {"numpy": "np"}
ROUNDED = ("ceil", "floor", "trunc")  # int in math, float in numpy: not the same
OBJECTS = "scipy.stats."  # holds objects, whose methods have rows


class Libraries:
    """The modules that the emitted text uses, by the alias it knows them by."""

    def __init__(self, imports: Mapping[str, str], taken: Iterable[str] = ()) -> None:
        self.imports = dict(imports)
        self.taken = set(taken)
        self.used: dict[str, str] = {}

    def module(self, name: str) -> ast.expr:
        """The expression that names a module."""
        if name not in self.used:
            alias = self.imports.get(name) or ALIASES.get(name, name)
            while alias in self.taken:
                alias += "_"
            self.used[name] = alias
        return dotted(self.used[name])

    def name(self, op: str, scalar: bool = False) -> ast.expr:
        """The expression that names an operation; `scalar` where all its operands are scalars."""
        if op.startswith("builtins."):
            return dotted(op.removeprefix("builtins."))
        op = self._translated(op, scalar)
        module, _, rest = self._split(op)
        return dotted(rest, self.module(module))

    def _split(self, op: str) -> tuple[str, str, str]:
        best = max((m for m in self.imports if op.startswith(m + ".")), key=len, default="")
        if not best:
            best = op.split(".")[0]
            if best not in ("numpy", "math", "cmath"):
                best = op.rpartition(".")[0]
                best = best.rpartition(".")[0] if best.startswith(OBJECTS) else best
        return best, ".", op[len(best) + 1 :]

    def _translated(self, op: str, scalar: bool) -> str:
        library, _, name = op.partition(".")
        has_math, has_numpy = "math" in self.imports, "numpy" in self.imports
        if library == "math" and has_numpy and not has_math:
            known = PAIRS.get(name, "")
            return f"numpy.{known}" if known and name not in ROUNDED else op
        if library == "numpy" and has_math and not has_numpy and scalar:
            known = TO_MATH.get(name, "")
            return f"math.{known}" if known and known not in ROUNDED else op
        return op


def dotted(text: str, base: ast.expr | None = None) -> ast.expr:
    """a.b.c as an expression."""
    parts = text.split(".")
    if base is None:
        base = ast.Name(parts.pop(0), ast.Load())
    for part in parts:
        base = ast.Attribute(base, part, ast.Load())
    return base
