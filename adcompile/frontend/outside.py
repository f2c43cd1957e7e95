"""Calls that have no rule: kept where they stand, run once, their results data.

    rng = np.random.default_rng(0)          noise that does not depend on what is differentiated,
    noise = rng.normal(size=n)              a clock, a table that is read

Where such a call is given something that depends on an independent, the transforms refuse it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.frontend import memory, operations
from adcompile.frontend.values import Num, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

NEVER = ("builtins.", "adcompile.", "math.", "operator.", "functools.", "itertools.")
MAKERS = ("default_rng", "getLogger")
SEEDED = ("default_rng", "seed", "RandomState", "SeedSequence")


def allowed(op: str) -> bool:
    """May a call of this be kept without a rule?"""
    return not op.startswith(NEVER) and "." in op


def is_object(low: Lowerer, atom: Atom) -> bool:
    """Is this an object of which nothing is known, such as a random generator?"""
    kind = low.build.kind(atom)
    return isinstance(kind, k.Opaque) and kind not in (k.STRING, k.NONE, k.UNDEFINED_KIND)


def call(
    low: Lowerer, op: str, positional: list[Value], keywords: dict[str, Value], hint: str
) -> Value:
    """op(*positional, **keywords), kept."""
    top = op.split(".")[0]
    low.imports.setdefault(top, {"numpy": "np"}.get(top, top))
    last = op.rpartition(".")[2]
    for value in positional if op.startswith("numpy.random.") and last in SEEDED else ():
        low.must_be_data(operations.operand(low, value))
    is_maker = last in MAKERS or last[:1].isupper()
    return _kept(low, op, [], positional, keywords, hint, k.Opaque("object") if is_maker else None)


def method(
    low: Lowerer,
    base: Atom,
    name: str,
    positional: list[Value],
    keywords: dict[str, Value],
    hint: str,
) -> Value:
    """A method of an object of which nothing is known, kept."""
    return _kept(low, f"_0_.{name}", [base], positional, keywords, hint, None)


def _kept(
    low: Lowerer,
    function: str,
    atoms: list[Atom],
    positional: list[Value],
    keywords: dict[str, Value],
    hint: str,
    kind: k.Kind | None,
) -> Value:
    texts: list[str] = []
    for name, value in [*(("", value) for value in positional), *keywords.items()]:
        texts.append(f"{name}=_{len(atoms)}_" if name else f"_{len(atoms)}_")
        atoms = [*atoms, operations.operand(low, value)]
    template = Lit(f"{function}({', '.join(texts)})")
    result = low.build.apply("mem.outside", template, *atoms, name=hint)
    if kind is not None:
        low.build.kinds[result] = kind
        return Num(result)
    return memory.wrap(low, result, hint, contiguous=False)
