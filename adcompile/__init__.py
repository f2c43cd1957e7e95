"""adcompile: source-to-source automatic differentiation of NumPy code."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from adcompile.version import VERSION as __version__

if TYPE_CHECKING:
    from adcompile import rules
    from adcompile.api import (
        adjoint,
        cost,
        differentiate,
        grad,
        hessian,
        hvp,
        jacobian,
        jvp,
        stop_gradient,
        tangent,
        value_and_grad,
        vjp,
    )
    from adcompile.errors import (
        AdcompileError,
        ArgumentError,
        BackendError,
        CompilerError,
        RejectedError,
        ResultError,
        SourceError,
    )
    from adcompile.passes import PASSES

cache_folder: str | None = None
"""Where emitted modules are kept; None: ADCOMPILE_CACHE, or the user's cache folder."""

__all__ = [
    "PASSES", "AdcompileError", "ArgumentError", "BackendError", "CompilerError", "RejectedError",
    "ResultError", "SourceError", "__version__", "adjoint", "cache_folder", "cost", "differentiate",
    "grad", "hessian", "hvp", "jacobian", "jvp", "rules", "stop_gradient", "tangent",
    "value_and_grad", "vjp",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used; importing adcompile costs next to nothing."""
    if name == "rules":
        return import_module("adcompile.rules")
    if name not in __all__:
        raise AttributeError(f"module 'adcompile' has no attribute {name!r}")
    where = {"PASSES": "passes"}.get(name, "errors" if name.endswith("Error") else "api")
    value = globals()[name] = getattr(import_module(f"adcompile.{where}"), name)
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
