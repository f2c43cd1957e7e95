"""What branches leave, and what of it is the same in both: of that nothing is made where they meet.

A program has many more names than a branch changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import compress
from operator import is_, is_not
from typing import Any, TypeVar

from adcompile.frontend.values import Maybe, Ref, State, Step, Storage, Struct, Value, is_free
from adcompile.trace.ir import UNDEF, Atom, Equation, Lit, Var

Holder = TypeVar("Holder")


@dataclass(slots=True)
class Branch:
    """The equations of a branch and the state it leaves."""

    eqns: list[Equation]
    state: State
    results: list[Atom] = field(default_factory=list)

    def defines(self) -> dict[Var, None]:
        return {var: None for eqn in self.eqns for var in eqn.outs}


def same(left: dict[Any, Value], right: dict[Any, Value]) -> bool:
    """Are these the same values?  Equal ones may have been read inside of the branches."""
    alike = len(left) == len(right) and all(map(is_, left.values(), right.values()))
    return alike and list(left) == list(right)


def stay(left: dict[Any, Value], right: dict[Any, Value]) -> bool:
    """Are these the same values, and what they show the same?"""
    return same(left, right) and not show_places(left.values())


def show_places(values: Iterable[Value]) -> bool:
    """May one of these be a view, of which a branch may have changed what it shows?"""
    for value in values:
        if isinstance(value, Struct):
            if show_places(value.items):
                return True
        elif isinstance(value, Maybe) or (isinstance(value, Ref) and value.path):
            return True
    return False


def changed(first: State, second: State, exact: bool) -> list[Storage]:
    """The storages of which one branch has another version than the other, in order."""
    both = {**first.current, **second.current}
    now = [map(side.current.get, both) for side in (first, second)]
    others = list(compress(both, map(is_not, *now)))
    if not exact:
        return others
    born = [map(side.births.get, both) for side in (first, second)]
    found = {*others, *compress(both, map(is_not, *born))}
    return [storage for storage in both if storage in found] if found else []


def add(groups: dict[Holder, dict[Any, None]], more: dict[Holder, dict[Any, None]]) -> None:
    """Add what is held to what is held already."""
    for key, held in more.items():
        known = groups.get(key)
        if known is None:
            groups[key] = dict(held)
        elif len(known) != len(held) or known != held:
            known.update(held)


def add_held(state: State, more: State) -> None:
    """Add what lists hold."""
    for holder, held in more.holds.items():
        known = state.holds.get(holder)
        if known is None:
            state.holds[holder] = dict(held)
        elif known != held:
            for key, spots in held.items():
                state.hold(holder, key, spots)


def unknown(step: Step) -> tuple[Atom, ...]:
    """The arguments of a step on the other path: the form of a view stays the same."""
    fixed = not is_free(step.op)
    return tuple(arg if fixed and isinstance(arg, Lit) else UNDEF for arg in step.args)
