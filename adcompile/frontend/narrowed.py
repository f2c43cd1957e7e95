"""Which of its classes one of several objects is of, where a condition has told that.

    for s in shapes:
        if isinstance(s, Disc):         of the shapes that come here each is a Disc, and has an r;
            t += s.r                    behind the branch, of those that go on, none is one
            continue
        t += s.a * s.b
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcompile.frontend.values import Num, Ref, Value
from adcompile.trace.ir import Atom, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer
    from adcompile.frontend.packed_texts import Tag, Text


@dataclass(frozen=True, slots=True)
class Among:
    """What is known where it holds: the numbers of the texts that a tuple may stand for."""

    atom: Atom
    numbers: tuple[int, ...]


def note(low: Lowerer, value: Value, cond: Value, answers: Mapping[int, bool]) -> None:
    """A condition holds for what a tuple stands for by the number of its text."""
    atom = _atom(value)
    if isinstance(atom, Var) and isinstance(cond, Num) and isinstance(cond.atom, Var):
        yes, no = (tuple(n for n in answers if answers[n] == holds) for holds in (True, False))
        low.answers[cond.atom] = Among(atom, yes), Among(atom, no)


def told(low: Lowerer, cond: Atom, holds: bool) -> tuple[Among, ...]:
    """What is known where a condition holds, or does not."""
    sides = low.answers.get(cond)
    return () if sides is None else (sides[not holds],)


def texts(low: Lowerer, value: Value, tag: Tag) -> tuple[tuple[int, Text], ...]:
    """The texts of which one is what a tuple stands for here."""
    atom, found = _atom(value), tag.texts
    for fact in low.present:
        if isinstance(fact, Among) and fact.atom is atom:
            found = tuple(each for each in found if each[0] in fact.numbers) or found
    return found


def _atom(value: Value) -> Atom | None:
    return value.atom if isinstance(value, (Num, Ref)) else None
