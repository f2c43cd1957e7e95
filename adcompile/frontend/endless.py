"""cycle, count and repeat: sequences without an end, of which something else says how much is read.

    for v, w in zip(x, cycle(signs)):        turn k has signs[k % len(signs)]
    for i in count(1): ... break             an iterator, which always has another item
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from adcompile.frontend import misuse, operators
from adcompile.frontend.values import Num, Range, Sequence, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

ENDLESS = Lit("endless")
"""The length of what never ends."""


def is_endless(value: object) -> bool:
    return isinstance(value, Sequence) and value.length == ENDLESS


def length(low: Lowerer, sequence: Sequence) -> Atom:
    """The length of a sequence; refused of what has none."""
    if is_endless(sequence):
        raise low.rejection(
            None, "this never ends: say how much is read of it, islice(..., n), or zip it with "
            "what ends", "ADC219"
        )
    return sequence.length


def shortest(low: Lowerer, sequences: list[Range | Sequence]) -> Atom:
    """How many items all of them have."""
    ending = [sequence for sequence in sequences if not is_endless(sequence)]
    if not ending:
        return ENDLESS
    lengths = list(dict.fromkeys(low.length(sequence) for sequence in ending))
    return lengths[0] if len(lengths) == 1 else low.build.apply("builtins.min", *lengths)


def _cycle(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """itertools.cycle(items)"""
    known = low.iterate(args[0], None)
    if known == [] or is_endless(known):
        return Struct(()) if known == [] else known  # type: ignore[return-value]
    items = low.as_sequence(args[0] if isinstance(known, list) else known)
    count = low.length(items)
    return Sequence(
        ENDLESS, lambda turn: low.item(items, low.build.apply("operator.mod", turn, count))
    )


def _count(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """itertools.count(start, step)"""
    given = dict(zip(("start", "step"), args)) | keywords
    start, step = (given.get(name, Num(Lit(n))) for n, name in enumerate(("start", "step")))
    for value in (start, step):
        kind = misuse.kind_of(low, value)
        if not (isinstance(kind, k.Scalar) and kind.dtype == "int"):
            raise low.rejection(
                None, "itertools.count adds up what are no integers, one rounding after another; "
                "multiply: start + i * step, with i from count()", "ADC219",
            )  # fmt: skip

    def item(turn: Atom) -> Value:
        place = operators.binary(low, ast.Mult(), Num(turn), step)
        return operators.binary(low, ast.Add(), start, place)

    return Sequence(ENDLESS, item)


def repeated(value: Value) -> Value:
    """itertools.repeat(value)"""
    return Sequence(ENDLESS, lambda turn: value)


def known(sequence: list[Value] | Range | Sequence, others: list[list[Value]]) -> list[Value]:
    """As many items of what never ends as the shortest of the others has."""
    if isinstance(sequence, list):
        return sequence
    assert isinstance(sequence, Sequence)
    return [sequence.item(Lit(turn)) for turn in range(min(map(len, others)))]


HANDLERS: dict[str, Callable[..., Value | None]] = {
    "itertools.cycle": _cycle, "itertools.count": _count,
}  # fmt: skip

__all__ = ["ENDLESS", "HANDLERS", "is_endless", "known", "length", "repeated", "shortest"]
