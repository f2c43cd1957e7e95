"""Names and scopes: what a name stands for, and which function it belongs to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    classes,
    decorators,
    definitions,
    enums,
    expressions,
    liveness,
    reached,
    restated,
    unset,
    written,
)
from adcompile.frontend import sources as s
from adcompile.frontend.compilers import plain
from adcompile.frontend.files import Module
from adcompile.frontend.summaries import captured
from adcompile.frontend.values import Bottom, Frame, Name, Num, Poison, Ref, Value
from adcompile.rules import table
from adcompile.trace.ir import UNDEF, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


Comprehension = ast.ListComp | ast.GeneratorExp | ast.DictComp | ast.SetComp


@contextmanager
def inside(low: Lowerer, node: Comprehension) -> Iterator[dict[str, None]]:
    """The names that a comprehension binds end with it, but for the functions that it makes.

    Those read its variables when they are called: it has a frame, as a function has.  Gives the
    names that matter from turn to turn.
    """
    names = liveness.assigned([generator.target for generator in node.generators])
    makers = [inner for inner in ast.walk(node) if isinstance(inner, ast.Lambda)]
    outer, carried = low.frame, liveness.walrus(node)
    if not any(name in names for maker in makers for name in liveness.free(maker)):
        before = {name: low.state.names[outer.number].get(name) for name in names}
        try:
            yield carried
        finally:
            low.restore(before)
        return
    low.frames += 1
    low.frame = Frame(outer.function, low.frames, outer.number, outer.loads)
    low.stack.append(low.frame)
    low.state.names[low.frames] = {flag: Num(Lit(False)) for flag in ("%skip", "%exit", "%return")}
    number, above = low.frames, low.state.names[outer.number]
    low.nodes[number] = node
    low.state.names[number].update({name: above[name] for name in carried if name in above})
    for name in (name for maker in makers for name in liveness.free(maker) if name in carried):
        low.reject(
            node, f"{name!r} is bound by := in a comprehension whose functions read it; write the "
            "loop out", "ADC402"
        )
    try:
        yield {**carried, **names}
        inner = low.state.names[number]
        above = low.state.names[outer.number]
        above.update({name: inner[name] for name in carried if name in inner})
    finally:
        low.stack.pop()
        low.frame = outer


class Scoping:
    """The part of the Lowerer that knows what names stand for."""

    def name(self: Lowerer, name: str, node: Any) -> Value:  # type: ignore[misc]
        """What a name stands for: a local one, one of the enclosing function, or a global."""
        frame: int = self.homes.get(name, self.frame.number)
        parents = {f.number: f.parent for f in self.stack}
        names, own = self.state.names, self.own_frame()
        if (frame, name) in self.global_names and name not in names[frame]:
            return self.outside(name, node)
        while frame != -1:
            if frame in names and name in names[frame]:
                value = names[frame][name]
                if isinstance(value, Poison):
                    raise self.not_known(value, node)
                unset.tell(self, value, node)
                return value
            taken = captured(self, frame, name)
            if taken is not None:
                return taken
            made = self.nodes.get(frame)
            if frame == own and (own, name) not in self.nonlocals and self.is_local(name):
                break
            if frame not in names and made is not None and name in liveness.bound(made):
                raise self.rejection(
                    node, f"{name!r} is a variable of a function that has returned, or of an "
                    "earlier turn; give it as an argument", "ADC402",
                )  # fmt: skip
            frame = parents.get(frame, self.parents.get(frame, -1))
        if self.frame.number >= 0 and self.is_local(name):
            if any(context.summary.shape is None for context in self.recursion.contexts):
                raise Bottom  # a path that is left out in the first attempt may give it a value
            raise self.rejection(node, f"{name!r} is read here before it has a value", "ADC112")
        return self.outside(name, node)

    def own_frame(self: Lowerer) -> int:  # type: ignore[misc]
        """The frame of the function that is lowered, around those of comprehensions and classes."""
        frames = {frame.number: frame for frame in self.stack}
        own = self.frame
        while (above := frames.get(own.parent)) is not None and above.function is own.function:
            own = above
        return own.number

    def is_local(self: Lowerer, name: str) -> bool:  # type: ignore[misc]
        """Does the function that is lowered bind this name itself?"""
        return name in self.locals_of(self.frame.function.node)

    def locals_of(self: Lowerer, node: Any) -> dict[str, None]:  # type: ignore[misc]
        found = self.locals_cache.get(node)
        if found is None:
            body = [] if isinstance(node, ast.Lambda) else node.body
            found = self.locals_cache[node] = liveness.assigned(body)
        return found

    def outside(self: Lowerer, name: str, node: Any) -> Value:  # type: ignore[misc]
        """A name of the module, or of a closure."""
        entity = self.frame.function.scope.lookup(name)
        scope = self.frame.function.scope
        if entity is None and isinstance(scope, Module) and name in scope.rebound:
            raise self.rejection(
                node,
                f"what {name!r} is cannot be read from the file, where it is bound more than once, "
                "not by a plain assignment, or changed afterwards, in a way that is not followed; "
                "give it as an argument",
                "ADC111",
            )
        if entity is None and name == "__file__":
            why = "__file__ would be that of the emitted module; give what is read as an argument"
            raise self.rejection(node, why, "ADC111")
        if entity is None:
            raise self.rejection(node, f"the name {name!r} is not defined", "ADC111")
        return self.of_entity(entity, name)

    def of_entity(self: Lowerer, entity: Any, name: str) -> Value:  # type: ignore[misc]
        if isinstance(entity, s.Function):
            self.used[entity] = None
            return decorators.of_function(self, entity)
        root = self.function.scope
        if isinstance(entity, s.Constant) and isinstance(root, Module) and root.changes(entity):
            raise self.rejection(
                None, f"what {entity.name!r} is cannot be read from its file, as this one changes "
                "it; give it as an argument", "ADC111",
            )  # fmt: skip
        if isinstance(entity, s.Qualified):
            module = entity.name.split(".")[0]
            if module in ("numpy", "math", "cmath"):
                own = name if entity.name == module else ""
                self.imports.setdefault(module, restated.alias(self, module, own))
            if entity.name in expressions.CONSTANTS:
                return Num(Lit(expressions.CONSTANTS[entity.name]))
            return plain(entity.name, entity.obj)
        return self.data(entity)

    def qualified(self: Lowerer, name: str, base: Name) -> Value:  # type: ignore[misc]
        """An attribute of something outside."""
        if name in expressions.CONSTANTS:
            return Num(Lit(expressions.CONSTANTS[name]))
        if isinstance(base.obj, Module):
            entity = base.obj.lookup(name.rpartition(".")[2])
            if entity is not None:
                return self.of_entity(entity, name.rpartition(".")[2])
        if name in written.INDEXED:
            return Name(name)
        if isinstance(base.obj, ast.ClassDef):
            member = enums.of_class(self, base, name.rpartition(".")[2])
            if member is not None:
                return member
            return definitions.class_value(self, base, base.obj, name.rpartition(".")[2])
        made = classes.made_by(base, name.rpartition(".")[2])
        if made is not None:
            return made
        read = isinstance(base.obj, Module)  # of a file that is not run
        live = None if read else getattr(base.obj, name.rpartition(".")[2], None)
        scope = self.frame.function.scope
        if isinstance(scope, s.LiveScope) and table.lookup(name) is None:
            entity = scope.member(name)
            own = isinstance(entity, s.Qualified) and s.is_users(base.obj)
            if own or isinstance(entity, (s.Function, s.Data)):
                return self.of_entity(entity, name.rpartition(".")[2])
        return plain(name, live)

    def set(self: Lowerer, name: str, value: Value) -> None:  # type: ignore[misc]
        owner = self.owner(name)
        self.state.names[owner][name] = value
        unset.note(self.state.names[owner], name, value)
        if owner != self.frame.number and name not in self.homes:
            reached.note_change(self)

    def owner(self: Lowerer, name: str) -> int:  # type: ignore[misc]
        """The frame that a name belongs to: this one, or an enclosing one for a nonlocal name."""
        frame = self.homes.get(name, self.frame.number)
        if (frame, name) in self.nonlocals:
            parents = {**self.parents, **{f.number: f.parent for f in self.stack}}
            nearest = frame = parents.get(frame, -1)
            while frame >= 0 and name not in self.state.names.get(frame, {}):
                frame = parents.get(frame, -1)
            if frame < 0:
                frame = nearest
        return frame

    def flag(self: Lowerer, name: str) -> Atom:  # type: ignore[misc]
        value = self.state.names[self.frame.number][name]
        return value.atom if isinstance(value, Num) else UNDEF

    def named(self: Lowerer, value: Value, name: str) -> Value:  # type: ignore[misc]
        """Storages without a name take the name they are first assigned to."""
        unnamed = isinstance(value, Ref) and not value.storage.name and not value.path
        if isinstance(value, Ref) and unnamed and not name.startswith("%"):
            value.storage.name = name
        return value
