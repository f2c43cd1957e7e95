"""What a `for` goes through: ranges, sequences with an item for each index, or known items."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    assignment,
    expressions,
    liveness,
    memory,
    operations,
    operators,
    statements,
)
from adcompile.frontend.loops import Header, lower_loop
from adcompile.frontend.values import (
    Identity,
    Num,
    Obj,
    Range,
    Ref,
    Sequence,
    Storage,
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
        match value:
            case Range() | Sequence():
                return value
            case Struct(items):
                return list(items)
            case Obj(identity):
                items = expressions.static_items(self, value, node)
                if len(items) > UNROLLED and identity.form == "list" and alike(self, items):
                    self.make_dynamic(identity)
                return items
            case Num(atom) if isinstance(self.build.kind(atom), k.Tuple):
                return expressions.static_items(self, value, node)
            case Num(atom) if isinstance(self.build.kind(atom), k.Scalar):
                raise self.rejection(node, "a number cannot be gone through")
            case Ref():
                kind = self.build.kind(memory.atom_of(self, value))
                if isinstance(kind, k.Dict):
                    raise self.rejection(
                        node, "the keys of this dictionary are not known when compiling"
                    )
                return self.as_sequence(value)
        raise self.rejection(
            node, "this cannot be gone through: neither a range, an array, a list nor a tuple"
        )

    def as_sequence(self: Lowerer, value: Value) -> Sequence | Range:  # type: ignore[misc]
        """A value as a sequence with an item for each index, lists of known length included."""
        if isinstance(value, (Range, Sequence)):
            return value
        if isinstance(value, (Struct, Obj)):
            value = expressions.make_list(self, expressions.static_items(self, value, None))
        length = self.build.apply("builtins.len", memory.atom_of(self, value))
        return Sequence(length, lambda index: memory.element(self, value, index))

    def length(self: Lowerer, sequence: Any) -> Atom:  # type: ignore[misc]
        if isinstance(sequence, list):
            return Lit(len(sequence))
        if isinstance(sequence, Sequence):
            return sequence.length
        start, stop, step = sequence.start, sequence.stop, sequence.step
        if step == Lit(1) and start == Lit(0):
            return stop  # type: ignore[no-any-return]
        if step == Lit(1):
            return self.build.apply("operator.sub", stop, start)
        return self.build.apply("lists.span", start, stop, step)

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

    def collect(self: Lowerer, sequence: Any, visit: Any, hint: str) -> Value:  # type: ignore[misc]
        """All that visit(item, emit) emits for the items of a sequence, as a loop that appends."""
        storage = Storage(hint, self.build.loc)
        atom = self.build.apply("mem.list", name=hint)
        self.state.current[storage] = atom
        outer = self.state.names[self.frame.number].get("%list")
        self.set("%list", Ref(storage))
        if isinstance(sequence, Range):
            header = Header(sequence.start, sequence.stop, sequence.step, sequence.backward)
        else:
            header = Header(Lit(0), sequence.length, Lit(1), sequence.backward)

        def turn(index: Var) -> Atom:
            item = Num(index) if isinstance(sequence, Range) else sequence.item(index)
            visit(item, lambda value: append(self, storage, value))
            return Lit(False)

        lower_loop(self, header, [], turn, self.build.loc)
        names = self.state.names[self.frame.number]
        names.pop("%list", None)
        if outer is not None:
            names["%list"] = outer
        return Ref(storage)

    def comprehension(
        self: Lowerer, node: ast.ListComp | ast.GeneratorExp, hint: str = ""
    ) -> Value:  # type: ignore[misc]
        """[expr for target in sequence if cond]"""
        if len(node.generators) != 1 or node.generators[0].is_async:
            raise self.rejection(
                node,
                "a comprehension with several for cannot be differentiated yet; write it as a loop",
            )
        generator = node.generators[0]
        self.here = generator.iter
        sequence = self.iterate(expressions.lower(self, generator.iter), generator.iter)
        site = (self.frame.function, node.lineno, node.col_offset, "list")
        names = liveness.assigned([generator.target])
        outer = {name: self.state.names[self.frame.number].get(name) for name in names}

        def visit(item: Value, emit: Any) -> None:
            """Bind the target, and emit the expression where the conditions hold."""
            assignment.assign(self, generator.target, item)
            self.where(list(generator.ifs), lambda: emit(expressions.lower(self, node.elt)))

        try:
            if isinstance(sequence, list) and site not in self.dynamic:
                items: list[Value] = []
                identity = Identity("list", site, "", self.at(node))
                depth = len(self.build.eqns), id(self.build.eqns)

                def collect_static(value: Value) -> None:
                    if id(self.build.eqns) != depth[1]:
                        self.make_dynamic(identity)
                    items.append(value)

                for item in sequence:
                    visit(item, collect_static)
                self.state.items[identity] = dict(enumerate(items))
                return Obj(identity)
            seq = (
                self.as_sequence(Struct(tuple(sequence)))
                if isinstance(sequence, list)
                else sequence
            )
            return self.collect(seq, visit, hint)
        finally:
            self.restore(outer)

    def where(self: Lowerer, conds: list[ast.expr], action: Any) -> None:  # type: ignore[misc]
        """Run an action where all conditions hold."""
        if not conds:
            action()
            return
        truth = self.truth(expressions.lower(self, conds[0]))
        if isinstance(truth, Lit):
            if truth.value:
                self.where(conds[1:], action)
            return
        statements.branch(self, truth, lambda: self.where(conds[1:], action), lambda: None)

    def restore(self: Lowerer, outer: dict[str, Value | None]) -> None:  # type: ignore[misc]
        """Names of a comprehension end with it."""
        names = self.state.names[self.frame.number]
        for name, value in outer.items():
            if value is None:
                names.pop(name, None)
            else:
                names[name] = value

    def dict_comprehension(self: Lowerer, node: ast.DictComp) -> Value:  # type: ignore[misc]
        generator = node.generators[0]
        items = self.iterate(expressions.lower(self, generator.iter), generator.iter)
        if not isinstance(items, list) or len(node.generators) > 1 or generator.ifs:
            raise self.rejection(node, "the keys of this dictionary are not known when compiling")
        names = liveness.assigned([generator.target])
        outer = {name: self.state.names[self.frame.number].get(name) for name in names}
        found: dict[Any, Value] = {}
        for item in items:
            assignment.assign(self, generator.target, item)
            key = expressions.constant(self, expressions.lower(self, node.key), node.key)
            found[key] = expressions.lower(self, node.value)
        self.restore(outer)
        return expressions.display(self, "dict", list(found), list(found.values()), node)

    def extend(self: Lowerer, base: Value, more: Value) -> None:  # type: ignore[misc]
        """base += more, for lists."""
        sequence = self.iterate(more, None)
        if isinstance(base, Obj):
            if not isinstance(sequence, list):
                self.make_dynamic(base.identity)
            assert isinstance(sequence, list)
            items = self.state.items[base.identity]
            for item in sequence:
                items[len(items)] = item
            return
        assert isinstance(base, Ref)
        if isinstance(sequence, list):
            for item in sequence:
                append(self, base.storage, item)
            return
        tail = self.to_list(sequence)
        joined = self.build.apply(
            "lists.concat", memory.atom_of(self, base), memory.atom_of(self, tail)
        )
        memory.changed(self, base.storage, joined, deep=False)
        operators.hold_items(self, base.storage, tail)


def append(low: Lowerer, storage: Storage, value: Value) -> None:
    current = low.state.current[storage]
    version = low.build.apply(
        "mem.append", current, operations.operand(low, value), name=storage.name
    )
    memory.changed(low, storage, version, deep=False)
    memory.hold(low, storage, value)


def alike(low: Lowerer, items: list[Value]) -> bool:
    """Have all items one kind, so that they can be a list at run time?"""
    kinds = [
        low.build.kind(memory.atom_of(low, item)) for item in items if isinstance(item, (Num, Ref))
    ]
    return len(kinds) == len(items) and all(type(kind) is type(kinds[0]) for kind in kinds)


__all__ = ["NOTHING", "Iteration", "append"]
