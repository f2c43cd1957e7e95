"""Arrays that only one name knows before a loop in which it is given others.

    x = x.copy()
    for i in range(n):
        x[0] += v[i]            in every turn an array of the name's own: not one of two places,
        seen.append(x)          what x was before the loop and what a turn has made
        x = x * v[i]

Nothing else may lead to such an array, nor what a loop goes through, nor what a caller has passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcompile.frontend import cases
from adcompile.frontend.carried import Shape
from adcompile.frontend.values import (
    Bound,
    Choice,
    Closure,
    Derivative,
    Key,
    Maybe,
    Partial,
    Ref,
    Rest,
    Sequence,
    Storage,
    Struct,
    Value,
)

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Storages = dict[Storage, None]


@contextmanager
def hidden(low: Lowerer) -> Iterator[None]:
    """What is made inside may be some name's own; what there is may be known elsewhere."""
    outer, low.elsewhere = low.elsewhere, dict.fromkeys(low.state.current)
    try:
        yield
    finally:
        low.elsewhere = outer


def storages(low: Lowerer) -> Storages:
    """The arrays that one name leads to, and nothing else."""
    state, found = low.state, _Found()
    for names in state.names.values():
        found.all(names.values())
    for items in state.items.values():
        found.all(items.values())
    found.all(low.extra_values.values())
    found.all(low.candidates)
    found.all(value for tokens in low.guarded.values() for _, value in tokens.values())
    if found.is_lost:
        return {}
    others: dict[Any, Any] = {**low.elsewhere, **low.recursion.outside, **found.views}
    others.update(state.stale)
    shared: list[tuple[Key, Iterable[Key]]] = [*state.related.items(), *state.holds.items()]
    for one, known in shared:
        others.update(dict.fromkeys(known))
        if known:
            others[one] = None
    for watched in low.watched.values():
        others.update(watched.before)
    return {one: None for one, times in found.counts.items() if times == 1 and one not in others}


class _Found:
    """How often some values lead to storages, and to which by views; `is_lost`: to what not."""

    def __init__(self) -> None:
        self.counts: dict[Storage, int] = {}
        self.views: Storages = {}
        self.is_lost = False

    def all(self, values: Iterable[Value]) -> None:
        for value in values:
            self.add(value)

    def add(self, value: Value) -> None:
        match value:
            case Ref():
                for place in cases.places(value):
                    self.counts[place.storage] = self.counts.get(place.storage, 0) + 1
                    if place.path:
                        self.views[place.storage] = None
            case Struct(items):
                self.all(items)
            case Maybe(value=inner) | Bound(value=inner) | Rest(value=inner):
                self.add(inner)
            case Partial(function, args, keywords):
                self.all((function, *args, *(item for _, item in keywords)))
            case Closure(defaults=defaults):
                self.all(item for _, item in defaults)
            case Choice(options=options):
                self.all(options)
            case Derivative(function=function):
                self.add(function)
            case Sequence():
                self.is_lost = True


def known(shape: Shape, alone: Storages) -> Shape:
    """The shape of a name, where such arrays are the name's own."""
    if shape.form == "tuple":
        return replace(shape, parts=tuple(known(part, alone) for part in shape.parts))
    if shape.form != "cases" or any(key[0] not in alone for key in shape.keys):
        return shape
    return Shape("cases", shape.kind, (None,), (Shape("path"),))
