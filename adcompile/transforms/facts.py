"""Facts of variables: a bool, or of a tape a tuple of facts, one a component of its entries."""

from __future__ import annotations

from adcompile.trace import kinds as k

Fact = bool | tuple["Fact", ...]


def moving(kind: k.Kind, fact: Fact) -> k.Kind:
    if not isinstance(kind, k.Tape):
        return kind
    pairs = zip(kind.items, fact if isinstance(fact, tuple) else ())
    return k.Tape(tuple(moving(item, part) for item, part in pairs if holds(part)))


def holds(fact: Fact) -> bool:
    return any(map(holds, fact)) if isinstance(fact, tuple) else fact


def both(a: Fact, b: Fact) -> Fact:
    if isinstance(a, tuple) and isinstance(b, tuple):
        return tuple(both(x, y) for x, y in zip(a, b))
    return a is True and b is True


def first(a: Fact, b: Fact) -> Fact:
    return a


def either(a: Fact, b: Fact) -> Fact:
    if isinstance(a, tuple) or isinstance(b, tuple):
        first = a if isinstance(a, tuple) else ()
        second = b if isinstance(b, tuple) else ()
        size = max(len(first), len(second))
        first += (False,) * (size - len(first))
        second += (False,) * (size - len(second))
        return tuple(either(x, y) for x, y in zip(first, second))
    return a or b
