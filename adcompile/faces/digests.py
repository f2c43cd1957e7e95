"""What a derivative is made from, in a few letters."""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING

import numpy as np

from adcompile import cache
from adcompile.frontend import live, objects, signature
from adcompile.frontend.annotations import KTree
from adcompile.version import VERSION

if TYPE_CHECKING:
    from adcompile.faces.compiled import Program
    from adcompile.pipeline import Derivation


def of(
    program: Program, derivation: Derivation, of: tuple[str, ...] | None, trees: dict[str, KTree]
) -> str:
    """What a derivative is made from, but for what it sees outside: that is in its facts."""
    return cache.digest(
        [
            str(cache.FORMAT), VERSION, np.__version__.split(".")[0], str(sys.version_info[:2]),
            program.name, live.fingerprint(program.function), objects.text(program.given),
            repr(derivation), repr(of), repr(trees) + signature.singles(trees.values()),
            _users_rows(), repr(program.target),
        ]
    )  # fmt: skip


def _users_rows() -> str:
    """The rows that the user has added; without the table there are none."""
    table = sys.modules.get("adcompile.rules.table")
    rows = table.users_rows() if table is not None else ()
    return "".join(
        live.fingerprint(fact) if isinstance(fact, types.FunctionType) else f"{fact!r};"
        for row in rows
        for fact in (row.text, row.form, row.view, row.kind, row.tangent, row.adjoint,
                     *row.columns, *(row.scalar_columns or ()))
    )  # fmt: skip
