"""Arguments that share memory, where the function writes into one of them.

The trace knows arguments as values of their own.  Where one is overwritten and another one is used,
what is emitted asks first, when it is called, whether they are the same memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Equation, Lit, Var, blocks, operands

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

FACTS = ("numpy.shape", "numpy.ndim", "numpy.size", "builtins.len", "mem.dtype")


def guards(low: Lowerer, eqns: list[Equation], results: Iterable[object]) -> list[Equation]:
    """The questions to ask before anything is done."""
    arrays = [
        (storage, var, low.origins[var]) for storage, var in low.initial.items()
        if isinstance(var, Var) and isinstance(low.build.kind(var), (k.Array, k.Any_))
    ]  # fmt: skip
    written = [item for item in arrays if low.state.current.get(item[0]) is not item[1]]
    used = _used(eqns, {var: None for var in results if isinstance(var, Var)}) if written else {}
    found: list[Equation] = []
    seen: dict[Var, None] = {}
    for _, mine, path in written:
        seen[mine] = None
        for _, other, place in arrays:
            if other in seen or other not in used or not _may_be_one(low, mine, other):
                continue
            found += _guard(low, (mine, path), (other, place))
    return found


def _guard(
    low: Lowerer, mine: tuple[Var, tuple[object, ...]], other: tuple[Var, tuple[object, ...]]
) -> list[Equation]:
    first, second = _written(mine[1]), _written(other[1])
    text = (
        f"{first} and {second} share memory, and {low.function.name} writes to {first}; pass a copy"
    )
    shared = low.build.var(k.BOOL, "")
    line = f"if _0_:\n    raise ValueError({text!r})"
    return [
        Apply((shared,), "mem.shares", (mine[0], other[0])),
        Apply((), "mem.effect", (Lit(line), shared)),
    ]


def _written(path: tuple[object, ...]) -> str:
    name, *keys = path
    return str(name) + "".join(
        f".{key}" if isinstance(key, str) and key.isidentifier() else f"[{key!r}]" for key in keys
    )


def _may_be_one(low: Lowerer, first: Var, second: Var) -> bool:
    """Arrays of other dtypes are not the same memory."""
    a, b = (k.dtype_of(low.build.kind(var)) for var in (first, second))
    return a is None or b is None or a == b


def _used(eqns: Iterable[Equation], found: dict[Var, None]) -> dict[Var, None]:
    """The variables whose elements are read."""
    for eqn in eqns:
        if not isinstance(eqn, Apply) or eqn.op not in FACTS:
            found.update((atom, None) for atom in operands(eqn) if isinstance(atom, Var))
        for block in blocks(eqn):
            _used(block.eqns, found)
            found.update((atom, None) for atom in block.results if isinstance(atom, Var))
    return found
