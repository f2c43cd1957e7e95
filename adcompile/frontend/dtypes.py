"""What a program asks of a dtype: x.dtype.kind, name, itemsize.

Where the class of the dtype says the kind it is known when compiling; an array of integers may be
of either sort, of which only a comparison may be known: x.dtype.kind in "biu".
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.frontend.values import Num, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

FACTS: dict[str, k.Kind] = {
    "kind": k.STRING, "name": k.STRING, "char": k.STRING, "str": k.STRING, "itemsize": k.INT,
}  # fmt: skip
LETTERS = {"bool": "b", "int": "iu", "float32": "f", "float": "f", "complex": "c"}
KIND = Lit("_0_.kind")


def is_fact(kind: k.Kind, attr: str) -> bool:
    """Is this an attribute of a dtype that is data?"""
    is_dtype = isinstance(kind, k.Opaque) and str(kind.what).startswith("dtype")
    return is_dtype and attr in FACTS


def attribute(low: Lowerer, atom: Atom, attr: str, hint: str) -> Value:
    """x.dtype.attr, of a dtype."""
    kind = low.build.kind(atom)
    letters = LETTERS.get(k.named_dtype(kind) or "", "")
    if attr == "kind" and len(letters) == 1:
        return Num(Lit(letters))
    made = low.build.apply("mem.opaque", Lit(f"_0_.{attr}"), atom, name=hint)
    low.build.kinds[made] = FACTS[attr]
    return Num(made)


def compared(low: Lowerer, op: ast.cmpop, left: Value, right: Value) -> Lit | None:
    """Whether a letter is, or is in, what is known when compiling, where all of them agree."""
    letters, known = _letters(low, left), _text(right)
    if not letters or known is None:
        return None
    match op:
        case ast.In() | ast.NotIn():
            found = {letter in known for letter in letters}
        case ast.Eq() | ast.NotEq() if isinstance(known, str):
            found = {letter == known for letter in letters}
        case _:
            return None
    if len(found) > 1:
        return None
    return Lit(found.pop() != isinstance(op, (ast.NotIn, ast.NotEq)))


def _letters(low: Lowerer, value: Value) -> str:
    """The letters that a kind of a dtype may be, "" where that is not known or it is none."""
    match value:
        case Num(Lit(value=str() as text)):
            return text if len(text) == 1 else ""
        case Num(atom):
            made = low.build.definition(atom)
            if made is not None and made.op == "mem.opaque" and made.args[0] == KIND:
                return LETTERS.get(k.named_dtype(low.build.kind(made.args[1])) or "", "")
    return ""


def _text(value: Value) -> str | tuple[str, ...] | None:
    """A text, or some, which are known when compiling."""
    match value:
        case Num(Lit(value=str() as text)):
            return text
        case Struct(items):
            texts = [text for text in map(_text, items) if isinstance(text, str)]
            return tuple(texts) if len(texts) == len(items) else None
    return None
