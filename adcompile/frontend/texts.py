"""Texts: computed when compiling where they are known, and data where they are not.

    f"{x:.3f}"    str(x)    "%g" % x    "x is " + name    "{:g}".format(x)

A text that shows what depends on an independent may be printed, but not read back as a number: the
transforms refuse that (transforms/activity.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from adcompile.frontend import enums, memory, operations, protocols
from adcompile.frontend import shown as shown_objects
from adcompile.frontend.values import Num, Obj, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

TEXTS = (
    "capitalize", "casefold", "center", "expandtabs", "format", "join", "ljust", "lower", "lstrip",
    "removeprefix", "removesuffix", "replace", "rjust", "rstrip", "strip", "title", "upper",
    "zfill",
)  # fmt: skip
"""Methods of a text that make a text."""


def is_text(low: Lowerer, value: Value) -> bool:
    return isinstance(value, Num) and low.build.kind(value.atom) == k.STRING


def made(low: Lowerer, template: str, atoms: list[Atom], kind: k.Kind = k.STRING) -> Value:
    """What `template` makes of the atoms for _0_, _1_, ...; data."""
    var = low.build.apply("mem.opaque", Lit(template), *atoms)
    low.build.kinds[var] = kind
    return Num(var)


def operator(low: Lowerer, name: str, left: Value, right: Value) -> Value | None:
    """text % values, text + text, text * n; None for all else."""
    first, second = is_text(low, left), is_text(low, right)
    sign = {"add": "+", "mod": "%", "mul": "*"}.get(name)
    if not (first or second) or sign is None:
        return None
    if (name == "add" and not (first and second)) or (name == "mod" and not first):
        return None
    other = right if first else left
    if name == "mul" and not (isinstance(other, Num) and low.build.kind(other.atom) == k.INT):
        return None
    atoms = [shown(low, value) for value in (left, right)]
    values = [atom.value for atom in atoms if isinstance(atom, Lit)]
    if len(values) == 2 and name == "add":
        return Num(Lit(values[0] + values[1]))
    return made(low, f"_0_ {sign} _1_", atoms)


def shown(low: Lowerer, value: Value) -> Atom:
    """What is shown in a text: lists and tuples with all they hold."""
    if isinstance(value, Struct):
        return low.build.apply("mem.tuple", *[shown(low, item) for item in value.items])
    if isinstance(value, Obj) and value.identity.form == "list":
        return operations.operand(low, value)
    return memory.atom_of(low, value)


def method(
    low: Lowerer, base: Atom, name: str, args: list[Value], keywords: dict[str, Value]
) -> Value:
    """base.name(*args, **keywords) of a text that is known at run time only."""
    atoms, texts = [base], list[str]()
    for key, value in [*(("", arg) for arg in args), *keywords.items()]:
        texts.append(f"{key}=_{len(atoms)}_" if key else f"_{len(atoms)}_")
        atoms.append(shown(low, value))
    kind = k.STRING if name in TEXTS else k.Opaque("object")
    return made(low, f"_0_.{name}({', '.join(texts)})", atoms, kind)


def _showing(function: str) -> Callable[..., Value | None]:
    def handle(
        low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
    ) -> Value | None:
        if keywords or not 1 <= len(args) <= 2:
            return None
        first = enums.in_text(low, args[0]) if function == "str" else args[0]
        if isinstance(first, Num) and isinstance(first.atom, Lit) and len(args) == 1:
            value = first.atom.value
            if isinstance(value, (str, int)) or value is None:
                return Num(Lit(str(value) if function == "str" else repr(value)))
        if protocols.is_object(first) and len(args) == 1:
            return shown_objects.text(low, first, "repr" if function != "str" else "str")
        atoms = [shown(low, arg) for arg in (first, *args[1:])]
        return made(low, f"{function}({', '.join(f'_{i}_' for i in range(len(atoms)))})", atoms)

    return handle


HANDLERS = {f"builtins.{name}": _showing(name) for name in ("str", "repr", "format", "ascii")}
