"""What a `for` goes through: ranges, sequences with an item for each index, or known items."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    absent,
    assignment,
    dictionaries,
    endless,
    enums,
    expressions,
    holdings,
    iterators,
    keyed,
    listing,
    memory,
    misuse,
    operations,
    operators,
    outside,
    packing,
    protocols,
    references,
    replacing,
    resuming,
    scoping,
    statements,
    subscripts,
    tables,
    watching,
)
from adcompile.frontend.loops import Header, lower_loop
from adcompile.frontend.values import (
    Identity,
    Name,
    Num,
    Obj,
    Range,
    Ref,
    Sequence,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

UNROLLED = 16


class Iteration:
    """The part of the Lowerer that goes through things."""

    def iterate(self: Lowerer, value: Value, node: Any) -> Range | Sequence | list[Value]:  # type: ignore[misc]
        """What a value gives when it is gone through."""
        value = absent.known(self, value, "iterate")
        watching.check(self, value, node)
        match value:
            case Range() | Sequence():
                return value
            case Struct(items):
                return list(items)
            case Obj() if iterators.is_iterator(value):
                return iterators.rest(self, value)
            case Obj(identity) if identity.form == "record":
                return self.iterate(protocols.gone_through(self, value, node), node)
            case Obj(identity):
                known = expressions.static_items(self, value, node)
                if len(known) > UNROLLED and identity.form == "list" and alike(self, known):
                    return self.as_sequence(resuming.at_run_time(self, value))
                return known
            case Name() if enums.is_gone_through(value.obj):
                return enums.members(self, value)
            case Num(Lit(value=str() as text)):
                return [Num(Lit(letter)) for letter in text]
            case Num(atom) if isinstance(self.build.kind(atom), k.Tuple):
                return expressions.static_items(self, value, node)
            case Num(atom) if self.build.kind(atom) == k.STRING:
                return Sequence(
                    self.build.apply("builtins.len", atom),
                    lambda index: subscripts.subscript(self, value, Num(index), ""),
                )
            case Num(atom) if isinstance(self.build.kind(atom), k.Scalar):
                misuse.raised_by_number(self, value, "'{}' object is not iterable")
                raise self.rejection(node, "a number cannot be gone through", "ADC406")
            case Ref():
                keyed.check(self, value)
                kind = self.build.kind(references.plain(self, value))
                if isinstance(kind, k.Dict):
                    return dictionaries.given(self, value, "keys")
                if isinstance(kind, k.Tuple) and kind.tag is None:
                    return expressions.static_items(self, value, node)
                return self.as_sequence(outside.listed(self, value))
        raise self.rejection(
            node,
            "this cannot be gone through: neither a range, an array, a list nor a tuple",
            "ADC406",
        )

    def as_sequence(self: Lowerer, value: Value) -> Sequence | Range:  # type: ignore[misc]
        """A value as a sequence with an item for each index, lists of known length included."""
        if isinstance(value, (Range, Sequence)):
            return value
        if isinstance(value, (Struct, Obj)):
            value = expressions.make_list(self, expressions.static_items(self, value, None))
        whole = references.plain(self, value)
        if isinstance(value, Ref) and isinstance(self.build.kind(whole), k.Dict):
            return dictionaries.given(self, value, "keys")
        length = self.build.apply("builtins.len", whole)
        return Sequence(length, lambda index: memory.element(self, value, index))

    def only_read(self: Lowerer, base: Ref) -> bool:  # type: ignore[misc]
        """Is the slice of this list that is being lowered only gone through, in a loop?"""
        if id(self.passed) not in self.passing or replacing.SLICED in self.learned:
            return False
        depth = self.sliced.get(base.storage, 0)
        self.sliced[base.storage] = max(depth, len(base.path))
        return True

    def source(self: Lowerer, node: ast.expr) -> Value:  # type: ignore[misc]
        """The value of what a loop goes through."""
        parts = [node]
        match node:
            case ast.Call(func=ast.Name("zip" | "enumerate" | "reversed"), args=args):
                parts = args
        self.passing.update({id(part): part for part in parts if isinstance(part, ast.Subscript)})
        return expressions.lower(self, node)

    def length(self: Lowerer, sequence: Any) -> Atom:  # type: ignore[misc]
        """How many turns a loop over it has: none, where this is negative."""
        if isinstance(sequence, list):
            return Lit(len(sequence))
        if isinstance(sequence, Sequence):
            return endless.length(self, sequence)
        start, stop, step = sequence.start, sequence.stop, sequence.step
        if step == Lit(1) and start == Lit(0):
            return stop
        if step == Lit(1):
            return self.build.apply("operator.sub", stop, start)
        return self.build.apply("lists.span", start, stop, step)

    def count(self: Lowerer, sequence: Any) -> Atom:  # type: ignore[misc]
        """How many items there are, where that is more than the number of turns of a loop."""
        if not isinstance(sequence, Range) or sequence.step != Lit(1):
            return self.length(sequence)
        ends = (sequence.start, sequence.stop, sequence.step)
        known = [end.value for end in ends if isinstance(end, Lit)]
        if len(known) == len(ends):
            return Lit(len(range(*known)))
        made = self.build.definition(sequence.stop)
        if sequence.start == Lit(0) and made is not None and made.op == "builtins.len":
            return sequence.stop
        return self.build.apply("lists.span", *ends)

    def item(self: Lowerer, sequence: Any, index: Atom) -> Value:  # type: ignore[misc]
        """Item number `index` of what is gone through."""
        if isinstance(sequence, Sequence):
            if sequence.backward:
                last = self.build.apply("operator.sub", sequence.length, Lit(1))
                index = self.build.apply("operator.sub", last, index)
            return sequence.item(index)
        if sequence.backward:
            last = self.build.apply("operator.sub", self.length(sequence), Lit(1))
            index = self.build.apply("operator.sub", last, index)
        if sequence.start == Lit(0) and sequence.step == Lit(1):
            return Num(index)
        offset = operators.binary(self, ast.Mult(), Num(index), Num(sequence.step))
        return operators.binary(self, ast.Add(), Num(sequence.start), offset)

    def target_name(self: Lowerer, position: int) -> str:  # type: ignore[misc]
        """The user's name for a part of the loop target around this call, if it is a plain one."""
        return self.loop_targets.get(id(self.here), "")

    def to_list(self: Lowerer, sequence: Any, hint: str = "") -> Value:  # type: ignore[misc]
        """A list at run time of all that a sequence gives."""
        if isinstance(sequence, list):
            return expressions.make_list(self, sequence, hint)
        return self.collect(sequence, lambda item, emit: emit(item), hint)

    def to_distinct(self: Lowerer, sequence: Any, hint: str = "") -> Value:  # type: ignore[misc]
        """A list at run time of items of another list, each of them once."""
        outer, self.distinct = self.distinct, True
        try:
            return self.to_list(sequence, hint)
        finally:
            self.distinct = outer

    def collect(  # type: ignore[misc]
        self: Lowerer,
        sequence: Any,
        visit: Any,
        hint: str,
        carried: Iterable[str] = (),
        before: Iterable[Value] = (),
    ) -> Value:
        """All that visit(item, emit) emits for the items of a sequence, as a loop that appends."""
        start = expressions.make_list(self, list(before), hint, visit.__code__)
        assert isinstance(start, Ref)

        def emit(value: Value) -> None:
            append(self, start, value)

        self.loop_over(sequence, lambda item: visit(item, emit), start, carried)
        return Ref(start.storage)

    def loop_over(  # type: ignore[misc]
        self: Lowerer,
        sequence: Any,
        action: Any,
        held: Value,
        carried: Iterable[str] = (),
    ) -> None:
        """A loop that runs an action on each item; `held` is a list that it may append to."""
        outer = self.state.names[self.frame.number].get("%list")
        self.set("%list", held)
        if isinstance(sequence, Range):
            header = Header(sequence.start, sequence.stop, sequence.step, sequence.backward)
        else:
            header = Header(Lit(0), self.length(sequence), Lit(1), sequence.backward)

        def turn(index: Var) -> Atom:
            action(Num(index) if isinstance(sequence, Range) else sequence.item(index))
            return Lit(False)

        lower_loop(self, header, list(carried), turn, self.build.loc, ["%list"])
        self.restore({"%list": outer})

    def gather(self: Lowerer, given: Value, visit: Any, hint: str) -> Value:  # type: ignore[misc]
        """All that visit(item, emit) emits: known items where every emission is certain."""
        sequence = self.iterate(given, None)
        if isinstance(sequence, list):
            try:
                return Struct(tuple(self.certain(lambda emit: [visit(i, emit) for i in sequence])))
            except Uncertain:
                sequence = self.as_sequence(Struct(tuple(sequence)))
        return self.collect(sequence, visit, hint)

    def certain(self: Lowerer, action: Any) -> list[Value]:  # type: ignore[misc]
        """The values that an action emits.  Raises Uncertain where that depends on a condition."""
        items: list[Value] = []
        place = self.build.eqns

        def emit(value: Value) -> None:
            if self.build.eqns is not place:
                raise Uncertain
            items.append(value)

        action(emit)
        return items

    def comprehension(  # type: ignore[misc]
        self: Lowerer,
        node: ast.ListComp | ast.GeneratorExp,
        hint: str = "",
    ) -> Value:
        """[expr for target in sequence if ...]: of known length where every item is certain."""
        site = (self.frame.function.node, node.lineno, node.col_offset, "list")
        self.here = node.generators[0].iter

        def run(emit: Any, held: Value) -> None:
            make = lambda: emit(expressions.lower(self, node.elt))  # noqa: E731
            self.generate(node.generators, make, held, carried)

        with scoping.inside(self, node) as carried:
            if site not in self.dynamic:
                identity = Identity("list", site, "", self.at(node))
                try:
                    items = self.certain(lambda emit: run(emit, Num(NOTHING)))
                except Uncertain:
                    self.make_dynamic(identity)
                self.known_lengths[site] = None
                self.state.items[identity] = dict(enumerate(items))
                return Obj(identity)
            start = expressions.make_list(self, [], hint)
            assert isinstance(start, Ref)
            once = self.is_filter(node)

            def emit(value: Value) -> None:
                outer, self.distinct = self.distinct, once
                append(self, start, value)
                self.distinct = outer

            run(emit, start)
            return Ref(start.storage)

    def is_filter(  # type: ignore[misc]
        self: Lowerer, node: ast.ListComp | ast.GeneratorExp
    ) -> bool:
        """[p for p in ps if ...]: each item of the list ps at most once."""
        generator = node.generators[0]
        item, whole = generator.target, generator.iter
        return (
            len(node.generators) == 1 and isinstance(item, ast.Name)
            and isinstance(whole, ast.Name) and isinstance(node.elt, ast.Name)
            and node.elt.id == item.id
            and isinstance(self.state.names[self.frame.number].get(whole.id), Ref)
        )  # fmt: skip

    def generate(  # type: ignore[misc]
        self: Lowerer,
        generators: list[ast.comprehension],
        action: Any,
        held: Value,
        carried: Iterable[str] = (),
    ) -> None:
        """Run an action for each binding that the `for`s and `if`s of a comprehension give."""
        if not generators:
            action()
            return
        generator, *rest = generators
        if generator.is_async:
            raise self.rejection(generator.iter, "async cannot be differentiated", "ADC102")
        sequence = self.iterate(self.source(generator.iter), generator.iter)

        def one(item: Value) -> None:
            assignment.assign(self, generator.target, item)
            self.where(
                list(generator.ifs), lambda: self.generate(rest, action, held, carried)
            )

        if isinstance(sequence, list):
            for item in sequence:
                one(item)
        elif not isinstance(held, Ref):
            raise Uncertain
        else:
            self.loop_over(sequence, one, held, carried)

    def where(self: Lowerer, conds: list[ast.expr], action: Any) -> None:  # type: ignore[misc]
        """Run an action where all conditions hold."""
        if not conds:
            action()
            return
        truth = self.asked(conds[0])
        self.when(truth, lambda: self.where(conds[1:], action))

    def when(self: Lowerer, truth: Atom, action: Any) -> None:  # type: ignore[misc]
        """Run an action where a condition holds."""
        if isinstance(truth, Lit):
            if truth.value:
                action()
            return
        statements.branch(self, truth, action, lambda: None)

    def restore(self: Lowerer, outer: dict[str, Value | None]) -> None:  # type: ignore[misc]
        """Names of a comprehension end with it."""
        names = self.state.names[self.frame.number]
        for name, value in outer.items():
            if value is None:
                names.pop(name, None)
            else:
                names[name] = value

    def dict_comprehension(self: Lowerer, node: ast.DictComp) -> Value:  # type: ignore[misc]
        found: dict[Any, Value] = {}
        if (self.frame.function.node, node.lineno, node.col_offset, "dict") in self.dynamic:
            return tables.comprehension(self, node)

        def run(emit: Any) -> None:
            def make() -> None:
                known = enums.as_key(expressions.lower(self, node.key))
                if known is None:
                    raise Uncertain
                key = known.value
                found[key] = expressions.lower(self, node.value)
                emit(found[key])

            self.generate(node.generators, make, Num(NOTHING))

        try:
            with scoping.inside(self, node):
                self.certain(run)
        except Uncertain:
            tables.begin(self, node)
        return expressions.display(self, "dict", list(found), list(found.values()), node)

    def extend(self: Lowerer, base: Value, more: Value) -> None:  # type: ignore[misc]
        """base += more, for lists."""
        sequence = self.iterate(more, None)
        if isinstance(base, Obj):
            if not isinstance(sequence, list):
                self.make_dynamic(base.identity)
            assert isinstance(sequence, list)
            known = list(self.state.items[base.identity].values())
            listing.put_known(self, base, [*known, *sequence])
            return
        assert isinstance(base, Ref)
        if base.storage.cases is not None:
            listing.of_each(self, base, lambda one: self.extend(one, more))
            return
        if isinstance(sequence, list):
            for item in sequence:
                append(self, base, item)
            return
        if base.storage.entries is not None:
            emit = partial(append, self, base)
            self.loop_over(self.as_sequence(self.to_list(sequence)), emit, base)
            return
        once = isinstance(more, Ref)
        tail = self.to_distinct(sequence) if once else self.to_list(sequence)
        joined = self.build.apply(
            "lists.concat", memory.atom_of(self, base), memory.atom_of(self, tail)
        )
        replacing.end(self, base)
        listing.becomes(self, base, joined)
        operators.hold_items(self, base.storage, tail)


class Uncertain(Exception):
    """Whether, or how often, something happens is known at run time only."""


def append(low: Lowerer, base: Ref, value: Value) -> None:
    """base.append(value)"""
    if not base.path and references.append(low, base.storage, value):
        watching.resized(low, base)
        return
    replacing.end(low, base)
    current = memory.read(low, base)
    added = operations.operand(low, packing.listed(low, value))
    if base.path:  # of a list inside a list a new one is made
        one = low.build.apply("mem.list", added)
        version = low.build.apply("lists.concat", current, one)
    else:
        version = low.build.apply("mem.append", current, added, name=base.storage.name)
    listing.becomes(low, base, version, grows=not base.path)
    where = holdings.ANYWHERE if base.path else holdings.AN_ITEM
    holdings.hold(low, base.storage, value, where)


def alike(low: Lowerer, items: list[Value]) -> bool:
    """Have all items one kind, so that they can be a list at run time?"""
    kinds = [
        low.build.kind(memory.atom_of(low, item)) for item in items if isinstance(item, (Num, Ref))
    ]
    return len(kinds) == len(items) and all(type(kind) is type(kinds[0]) for kind in kinds)


__all__ = ["NOTHING", "Iteration", "append"]
