"""What may share memory, and what lists hold, from one turn of a loop to the next.

    for i in range(n):
        past.append(x)          past holds what x was in earlier turns: an Earlier of x
        x = [v * v for v in x]
        row = [x[0], x[1]]      row is in two lists from here on; what no name leads to
        rows.append(row)        is known in the next turn as a Common of the two
        seen.append(row)

The name that a loop carries is, at the head of each turn, what the turn before has left; only where
that may be what it was before do the lists hold the name's own storage.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from adcompile.frontend import replacing
from adcompile.frontend.values import Common, Earlier, Identity, Inside, Mark, Storage, Twice
from adcompile.trace import kinds as k

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adcompile.frontend.carried import Plan
    from adcompile.frontend.lower import Lowerer
    from adcompile.frontend.values import Key, Spots, State

Carried = Storage | Identity


class Sharing:
    """What a plan has to know of a turn.

    `headers` are the storages and objects that carried places are at the head of every turn;
    `roots` says for what a turn leaves which of them are that in the next one.
    """

    def __init__(
        self, low: Lowerer, plan: Plan, start: State, end: State, headers: Sequence[Carried],
        roots: Mapping[Carried, Sequence[Carried]],
    ) -> None:  # fmt: skip
        self.low, self.plan, self.start, self.end = low, plan, start, end
        self.headers = dict.fromkeys(headers)
        self.roots = roots
        self.visible: dict[Key, None] = dict.fromkeys((*start.current, *start.items))

    def note(self) -> None:
        """Carry over to the header what may share memory and what lists hold."""
        for root, heads in self.roots.items():
            for i, head in enumerate(heads):
                near = [*self.end.related.get(root, {}), *self.end.may_hold(root)]
                related = dict.fromkeys(near)
                others = [*heads[:i], *(key for key in related if self.is_known(key))]
                others += (after for key in related for after in self.left_as(key))
                if root in self.visible and root not in self.headers:
                    others.append(root)
                for other in others:
                    self.relate(head, other)
        for one, seconds in self.end.related.items():
            before = self.start.related.get(one, {})
            new = [other for other in seconds if other not in before]
            for other in new if new and self.is_known(one) else ():
                if self.is_known(other):
                    self.relate(one, other)
        self.note_lists()

    def note_lists(self) -> None:
        lists: dict[Key, dict[Storage, Spots]] = {}  # of what no name leads to in the next turn
        unnamed: dict[Key, list[Key]] = {}  # of what is held: itself, and what that may be
        for of, held in self.end.holds.items():
            for holder in (key for key in self.seen(of) if isinstance(key, Storage)):
                for item, spots in held.items():
                    for one in self.held_as(item, holder):
                        self.hold(holder, one, spots)
                    if item not in unnamed:
                        unnamed[item] = self.unknown(item, *self.end.related.get(item, ()))
                    for one in unnamed[item]:
                        lists.setdefault(one, {}).setdefault(holder, {}).update(spots)
        for key, holders in lists.items():
            for first, second in combinations(holders, 2):
                common = Common(first, second, self.is_array(key))
                other = Common(second, first, common.array)
                if other in self.start.holds.get(first, {}):
                    common = other
                for holder in (first, second):
                    self.hold(holder, common, holders[holder])

    def held_as(self, key: Key, holder: Storage) -> dict[Key, None]:
        """What a list holds after the turn, as the head of the next turn names it."""
        if isinstance(key, Twice):
            return {Twice(holder, key.arrays): None}
        if isinstance(key, Inside) and not self.is_known(key):
            return {self.inside(one): None for one in self.held_as(key.storage, holder)}
        found: dict[Key, None] = dict.fromkeys(self.left_as(key))
        mark = Earlier(key, self.is_array(key)) if key in self.headers else None
        if mark is not None:
            found[mark] = None
        elif self.is_known(key):
            found[key] = None
            return found
        for one in self.end.related.get(key, {}):
            after = self.left_as(one)
            if not self.is_known(one):
                found.update(dict.fromkeys(after))
                continue
            now = Earlier(one, self.is_array(one)) if one in self.headers else one
            if mark is None:
                held = [seen for seen in (now, *after) if seen is not holder]
                if self.is_part(key, one):
                    held = [self.inside(seen) for seen in held]
                found.update(dict.fromkeys(held))
                continue
            self.relate(mark, now)
            if one in self.headers:
                found.update(dict.fromkeys(after))
            for head in after:
                self.relate(mark, head)
        return found

    def is_part(self, key: Key, whole: Key) -> bool:
        """May this be in a list, but not the list itself?"""
        kinds = [self.kind(each) for each in (key, whole)]
        return None not in kinds and not replacing.alike(*kinds)

    def inside(self, key: Key) -> Key:
        """What is in a list, as a list that holds that too names it."""
        if not isinstance(key, Storage):
            return key
        self.relate(Inside(key), key)
        return Inside(key)

    def seen(self, key: Key) -> list[Key]:
        return [*self.left_as(key), *([key] if key in self.visible else [])]

    def left_as(self, key: Key) -> Sequence[Carried]:
        """What this is at the head of the next turn, where a turn leaves it."""
        return () if isinstance(key, Mark) else self.roots.get(key, ())

    def unknown(self, *keys: Key) -> list[Key]:
        return [key for key in keys if not self.is_known(key)]

    def is_known(self, key: Key) -> bool:
        """Does the head of the next turn know this?"""
        match key:
            case Twice(holder):
                return holder in self.visible
            case Common(first, second):
                return first in self.visible and second in self.visible
            case Earlier(head):
                return head in self.visible
            case Inside(storage):
                return storage in self.visible and storage not in self.headers
        return key in self.visible

    def is_array(self, key: Key) -> bool:
        if isinstance(key, (Common, Earlier)):
            return key.array
        return isinstance(self.kind(key), (k.Array, k.Any_))

    def kind(self, key: Key) -> k.Kind | None:
        version = self.end.current.get(key) if isinstance(key, Storage) else None
        return None if version is None else self.low.build.kind(version)

    def relate(self, first: Key, second: Key) -> None:
        if first != second and second not in self.start.related.get(first, {}):
            self.plan.related[first, second] = None

    def hold(self, holder: Storage, key: Key, spots: Spots) -> None:
        known = self.start.holds.get(holder, {}).get(key, {})
        for spot in spots:
            if spot not in known:
                self.plan.holds[holder, key, spot] = None
