"""The parameters of a callee, and at its end what has become of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    cases,
    downwards,
    flattening,
    memory,
    numbered,
    statements,
    tables,
    taking,
)
from adcompile.frontend.flattening import Flat, Shape
from adcompile.frontend.summaries import Place, Summary, plain
from adcompile.frontend.values import Identity, Ref, State, Storage, Twice, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Block, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

DEEPEST = 20  # lists and tuples in one another that a call gives
OWN = "compiled on its own: it calls itself, or has '# ad: checkpoint' above it"


class Entry:
    """The parameters of a callee, and at its end what has become of them."""

    def __init__(
        self, low: Lowerer, summary: Summary, shapes: dict[str, Shape], frame: int
    ) -> None:
        self.low, self.summary = low, summary
        self.inputs: list[Atom] = []
        self.storages: dict[int, Storage] = {}
        self.objects: list[Identity] = []
        self.keys: dict[Place, Storage | Identity] = {}
        names: dict[str, Value] = {}
        self.begin(shapes)
        for name, shape in shapes.items():
            names[name] = self.build(shape, name)
        low.state.names[frame] = statements.begun(low.frame.function.node, names)
        self.taken: dict[tuple[int, str], Value] = {}
        for (number, name), shape in summary.captures.items():
            value = self.taken[number, name] = self.build(shape, name)
            low.state.names.setdefault(number, {})[name] = value
        self.items = {identity: dict(low.state.items[identity]) for identity in self.objects}

    def begin(self, shapes: dict[str, Shape]) -> None:
        """The lists of all objects of a class are there before what is one of these."""
        number = sum(map(flattening.count, shapes.values()))
        self.heaps: dict[int, Storage] = {}
        for (frame, name), shape in self.summary.captures.items():
            if frame == numbered.HEAPS:
                self.heaps[number] = storage = Storage(name)
                kind = self.summary.params[number]
                assert not isinstance(kind, Lit)
                var = self.low.build.var(kind or k.ANY, name)
                self.low.state.current[storage] = self.low.state.births[storage] = var
                numbered.entered(self.low, name, storage)
            number += flattening.count(shape)

    def build(self, shape: Shape, name: str) -> Value:
        return flattening.build(self.low, shape, name, self.leaf, self.objects)

    def leaf(self, name: str) -> Value:
        """The value of the next parameter."""
        low, number = self.low, len(self.inputs)
        if number in self.heaps:
            storage = self.heaps[number]
            self.inputs.append(low.state.current[storage])
            self.storages[number] = self.keys["param", number] = storage
            return Ref(storage)
        kind = self.summary.params[number]
        if isinstance(kind, Lit):
            self.inputs.append(kind)
            return memory.wrap(low, kind)
        var = low.build.var(kind or k.ANY, name)
        self.inputs.append(var)
        if ("param", number) in self.summary.nullable:
            low.nullable[var] = None
        if number in self.summary.origins:
            low.origins[var] = self.summary.origins[number]
        value = memory.wrap(low, var, name)
        if isinstance(value, Ref):
            self.storages[number] = value.storage
            self.keys["param", number] = value.storage
        return value

    # the end

    def leave(self, result: Value) -> list[Atom]:
        """Note what was found out; the atoms that go out."""
        low, summary = self.low, self.summary
        self.check_objects()
        flat = Flat(low, low.state, self.argument)
        shape = flat.add(result)
        before = summary.facts()
        wide = flattening.widened(low, summary.shape, shape)
        if wide != shape:
            flat = Flat(low, low.state)
            wide = flattening.widened(low, flat.add(result, wide), wide)
        if wide != summary.shape:
            summary.shape, summary.results = wide, []
        atoms = [memory.atom_of(low, leaf) for leaf in flat.leaves]
        for number, atom in enumerate(atoms):
            kind = plain(low.build.kind(atom))
            if atom in low.nullable or kind == k.NONE:
                summary.nullable["result", number] = None
            if number == len(summary.results):
                summary.results.append(kind)
            site = (summary.name, "result", number)
            summary.results[number] = self.bounded(k.join(summary.results[number], kind, site))
        for number, storage in self.storages.items():
            current = low.state.current[storage]
            if current is not self.inputs[number]:
                old = summary.overwritten.get(number)
                site = (summary.name, "version", number)
                summary.overwritten[number] = k.join(old, plain(low.build.kind(current)), site)
            if low.rebuilt.get(storage):
                summary.rebuilt[number] = None
            if storage in low.state.stale:
                summary.spoiled[number] = low.state.stale[storage]
        self.link(flat)
        low.recursion.unsettled |= before != summary.facts()
        versions = [low.state.current[self.storages[n]] for n in sorted(summary.overwritten)]
        return [*atoms, *versions]

    def argument(self, value: Value) -> int | None:
        """The number of the array parameter that a value is."""
        if isinstance(value, Ref) and not value.path:
            return next((n for n, s in self.storages.items() if s is value.storage), None)
        return None

    def check_objects(self) -> None:
        low = self.low
        for identity in self.objects:
            if low.state.items[identity] != self.items[identity]:
                if identity.form == "list" or tables.may_be_one(low, identity):
                    low.make_dynamic(identity)
                downwards.learn(low)
                numbered.needed(low, identity)
                raise low.rejection(
                    None,
                    f"{self.summary.name} changes a {identity.form} that it is given, and is "
                    f"{OWN}; return a new one",
                    "ADC211",
                )
        for (number, name), value in self.taken.items():
            if low.state.names[number].get(name) != value:
                raise low.rejection(
                    None, f"{self.summary.name} gives {name!r} a new value, and is {OWN}; keep it "
                    f"in a list, {name}[0] = ..., or return it", "ADC211",
                )  # fmt: skip
        for storage, var in low.recursion.outside.items():
            if low.state.current.get(storage, var) is not var:
                raise low.rejection(
                    None, f"{self.summary.name} changes an array from outside, and is {OWN}",
                    "ADC211",
                )

    def bounded(self, kind: k.Kind) -> k.Kind:
        """The kind of a result, which does not hold what the calls inside have given, and so on."""
        if _depth(kind) > DEEPEST:
            raise self.low.rejection(
                self.low.frame.function.node, f"what {self.summary.name} returns holds what it "
                "returns itself, as deep as the recursion goes; return flat lists, with the places "
                "of the parts in them", "ADC212",
            )  # fmt: skip
        return kind

    def link(self, flat: Flat) -> None:
        """Which of what goes in and out may share memory."""
        state = self.low.state
        keys = dict(self.keys)
        for number, identity in enumerate(self.objects):
            keys["object", number] = identity
        for number, leaf in enumerate(flat.leaves):
            if isinstance(leaf, Ref):
                keys["result", number] = leaf.storage
        for number, identity in enumerate(flat.objects):
            keys["new object", number] = identity
        for place, key in keys.items():
            held = state.holds.get(key, {})  # type: ignore[arg-type]
            if any(one is key or isinstance(one, Twice) for one in held):
                self.summary.twice[place] = None
        seen = {place: cases.storages(Ref(key)) if isinstance(key, Storage) else (key,)
                for place, key in keys.items()}  # fmt: skip
        reached = {place: reach(state, *found) for place, found in seen.items()}
        places = list(keys)
        for i, first in enumerate(places):
            for second in places[i + 1 :]:
                if not reached[first].isdisjoint(reached[second]):
                    self.summary.links[first, second] = None

    def follow(self, block: Block) -> None:
        """What becomes of what the lists that are given hold: seen when all else is settled."""
        low, summary = self.low, self.summary
        if low.recursion.unsettled:
            return
        before = summary.facts()
        places: list[Place] = [("result", n) for n in range(len(summary.results))]
        places += [("param", n) for n in sorted(summary.overwritten)]
        for number, storage in self.storages.items():
            var = self.inputs[number]
            if not isinstance(var, Var) or not isinstance(low.build.kind(var), k.List):
                continue
            known = low.recursion.summaries.values()
            taken = taking.of(var, block, low.build.kinds, known)
            if taken.deep or numbered.is_deep(low, storage):
                summary.deep[number] = None
            mine: Place = "param", number
            for place, atom in zip(places, block.results, strict=True):
                if atom in taken.found and place != mine and not summary.linked(place, mine):
                    summary.links[mine, place] = None
        low.recursion.unsettled |= before != summary.facts()


def reach(state: State, *keys: Storage | Identity) -> set[Any]:
    """The storages and objects that may be the same memory as these, or held by them."""
    found: set[Any] = set()
    stack: list[Any] = list(keys)
    while stack:
        key = stack.pop()
        if key not in found:
            found.add(key)
            stack += state.related.get(key, {})
            stack += state.holds.get(key, {})
    return found


def _depth(kind: k.Kind | None) -> int:
    """How many lists, tuples and dictionaries lie in one another."""
    match kind:
        case k.Tuple(items):
            return 1 + max(map(_depth, items), default=0)
        case k.List(item) | k.Dict(item):
            return 1 + _depth(item)
    return 0
