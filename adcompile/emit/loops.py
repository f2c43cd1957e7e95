"""Loops as Python loops.

for i in range(len(x)): v = getitem(x, i)       for v in x:
for _ in range(len(tape)): ... unpush(tape)     while tape:
for _ in range(n): x = unpush(tape)             for x in reversed(tape):
a flag that ends the loop                       break
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adcompile.emit.conditions import negated
from adcompile.emit.expressions import STORE, assign, call, name
from adcompile.syntax import walk
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, For, If, Lit, Var, While

if TYPE_CHECKING:
    from adcompile.emit.statements import Writer

Statements = list[ast.stmt]


class Loops:
    """Writes For and While."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.expressions = writer.expressions
        self.names = writer.names
        self.nesting = writer.nesting
        self.flags = 0
        self.pushed: dict[Atom, tuple[Atom, Atom, Atom]] = {}

    def for_loop(self, eqn: For) -> Statements:
        entry = self.writer.edges(eqn.params, eqn.inits)
        self.note_pushed(eqn)
        over_row = eqn in self.nesting.rows
        tape = None if over_row else self.emptied(eqn)
        whole = tape or (None if over_row else self.taken_whole(eqn))
        if whole is not None:
            body = self.body(eqn)
            over = self.over_entries(eqn, whole, body)
            if over is not None:
                return [*entry, over]
            if tape is not None:
                return [*entry, ast.While(name(self.names[tape]), body, [])]
        target, turns = self.header(eqn)
        before: Statements = []
        if entry and _names(turns) & _assigned(entry):
            before, turns = [assign(ast.Name("?turns", STORE), turns)], name("?turns")
        return [*before, *entry, ast.For(target, turns, self.body(eqn), [])]

    def header(self, eqn: For) -> tuple[ast.expr, ast.expr]:
        """What stands between `for` and `in`, and after it."""
        index: ast.expr = name("_")
        if self.names.read(eqn.index):
            index = self.writer.target(eqn.index)
        row = self.nesting.rows.get(eqn)
        if row is None:
            turns = self.turns(eqn)
            return index, self.expressions.dialect.backwards(turns) if eqn.backward else turns
        item, source = self.writer.target(row.out), self.expressions.atom(row.args[0])
        if isinstance(index, ast.Name) and index.id == "_":
            return item, self.expressions.dialect.backwards(source) if eqn.backward else source
        return ast.Tuple([index, item], STORE), call(name("enumerate"), source)

    def turns(self, eqn: For) -> ast.Call:
        bounds = [eqn.start, eqn.stop, eqn.step]
        if eqn.step == Lit(1):
            bounds.pop()
            if eqn.start == Lit(0):
                bounds.pop(0)
        return call(name("range"), *self.expressions.atoms(bounds))

    def emptied(self, eqn: For) -> Var | None:
        """The tape that the loop takes one entry of each turn until it is empty."""
        stop = self.nesting.inside.get(eqn.stop) if isinstance(eqn.stop, Var) else None
        if not isinstance(stop, Apply) or stop.op != "builtins.len" or eqn.exits:
            return None
        if (eqn.start, eqn.step) != (Lit(0), Lit(1)) or self.names.read(eqn.index):
            return None
        tape = stop.args[0]
        for param, init, result in zip(eqn.params, eqn.inits, eqn.body.results):
            if init is tape and isinstance(self.expressions.kind(tape), k.Tape):
                used = [e for e in eqn.body.eqns if isinstance(e, Apply) and param in e.args]
                if len(used) == 1 and used[0].op == "mem.unpush" and used[0].outs[-1] is result:
                    return param
        return None

    def note_pushed(self, eqn: For) -> None:
        """Note the tapes that get an entry a turn of this loop, and its turns."""
        for param, init, result, out in zip(eqn.params, eqn.inits, eqn.body.results, eqn.outs):
            if isinstance(self.expressions.kind(param), k.Tape) and not eqn.exits:
                made = self.writer.makers.get(init)
                last = next((e for e in eqn.body.eqns if result in e.outs), None)
                once = isinstance(last, Apply) and last.op == "mem.push" and last.args[0] is param
                if once and isinstance(made, Apply) and made.op == "mem.tape":
                    self.pushed[out] = (eqn.start, eqn.stop, eqn.step)

    def taken_whole(self, eqn: For) -> Var | None:
        """The tape that has as many entries as the loop has turns, of which each takes one."""
        if eqn.exits or self.names.read(eqn.index):
            return None
        turns = (eqn.start, eqn.stop, eqn.step)
        pairs = zip(eqn.params, eqn.inits)
        return next((param for param, init in pairs if self.pushed.get(init) == turns), None)

    def over_entries(self, eqn: For, tape: Var, body: Statements) -> ast.For | None:
        """The loop over the entries of a tape of numbers that nobody else reads."""
        kind = self.expressions.kind(tape)
        numbers = isinstance(kind, k.Tape) and kind.items
        if not numbers or not all(isinstance(item, k.Scalar) for item in numbers):
            return None
        out = eqn.outs[eqn.params.index(tape)]
        first, rest, own = body[0], body[1:], self.names[tape]
        if not self.expressions.dialect.rows or not self.writer.readers.none(out):
            return None
        if not isinstance(first, ast.Assign) or ast.unparse(first.value) != f"{own}.pop()":
            return None
        if any(own in _names(statement) for statement in (*rest, first.targets[0])):
            return None
        entries = call(name("reversed"), name(own))
        return ast.For(first.targets[0], entries, rest or [ast.Pass()], [])

    def while_loop(self, eqn: While) -> Statements:
        entry = self.writer.edges(eqn.params, eqn.inits)
        test = self.writer.block(eqn.cond)
        write, going = self.expressions, eqn.cond.results[0]
        if test:
            leave = ast.If(negated(write, going), [ast.Break()], [])
            whole = [*test, leave, *self.body(eqn)]
            return [*entry, ast.While(ast.Constant(True), whole, [])]
        return [*entry, ast.While(write.atom(going), self.body(eqn), [])]

    def body(self, eqn: For | While) -> Statements:
        changes = self.writer.changes
        changes.repeated += 1
        with self.writer.unassigned.side(None, True):
            statements = self.turn(eqn)
        changes.repeated -= 1
        return statements or [ast.Pass()]

    def turn(self, eqn: For | While) -> Statements:
        count = len(eqn.params)
        edges = self.writer.edges(eqn.params, eqn.body.results[:count])
        if not eqn.exits:
            statements = self.writer.block(eqn.body) + edges
        elif edges:
            statements = self.writer.block(eqn.body) + self.passing(edges, eqn.body.results[-1])
        else:
            statements = self.ending(eqn.body, eqn.body.results[-1])
        return statements

    # leaving a loop

    def passing(self, edges: Statements, flag: Atom) -> Statements:
        """The edge is passed before the loop is left, but the flag is what it was before."""
        if flag not in self.nesting.inside:
            return [*edges, *self.leave(flag)]
        self.flags += 1
        kept = f"?flag{self.flags}"
        keep = assign(ast.Name(kept, STORE), self.expressions.atom(flag))
        return [keep, *edges, ast.If(name(kept), [ast.Break()], [])]

    def leave(self, flag: Atom) -> Statements:
        if isinstance(flag, Lit):
            return [ast.Break()] if flag.value else []
        return [ast.If(self.expressions.atom(flag), [ast.Break()], [])]

    def ending(self, block: Block, flag: Atom, last: Sequence[ast.stmt] = ()) -> Statements:
        """A block at whose end the loop is left if the flag is true; `last` are its assignments."""
        eqns = [eqn for eqn in block.eqns if not self.nesting.nested(eqn)]
        tail = eqns[-1] if eqns else None
        if not last and isinstance(tail, If) and self.is_flag(flag, tail):
            assert isinstance(flag, Var)
            return self.writer.equations(eqns[:-1]) + self.tail(tail, flag)
        return [*self.writer.equations(eqns), *last, *self.leave(flag)]

    def is_flag(self, flag: Atom, tail: If) -> bool:
        """Does this If find out whether the loop ends, and nothing but that asks for it?"""
        if not isinstance(flag, Var) or flag not in tail.outs or tail in self.nesting.choices:
            return False
        place = tail.outs.index(flag)
        results = (tail.then.results[place], tail.orelse.results[place])
        names = self.names.names
        kept = all(isinstance(r, Lit) or names.get(r) == names[flag] for r in results)
        return kept and self.nesting.uses.get(flag) == 1

    def tail(self, eqn: If, flag: Var) -> Statements:
        """The last If of a turn, with `break` where its flag is true."""
        place = eqn.outs.index(flag)
        outs = eqn.outs[:place] + eqn.outs[place + 1 :]
        sides: list[Statements] = []
        for side in (eqn.then, eqn.orelse):
            results = side.results[:place] + side.results[place + 1 :]
            edges = self.writer.edges(outs, results)
            with self.writer.unassigned.side(eqn.cond, side is eqn.then):
                sides.append(self.ending(side, side.results[place], edges))
        then, orelse = sides
        write, cond = self.expressions, eqn.cond
        if then and isinstance(then[-1], ast.Break):
            return [ast.If(write.atom(cond), then, []), *orelse]
        if orelse and isinstance(orelse[-1], ast.Break):
            return [ast.If(negated(write, cond), orelse, []), *then]
        return self.writer.choose(cond, then, orelse)


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in walk(node) if isinstance(part, ast.Name)}


def _assigned(statements: Statements) -> set[str]:
    return {
        part.id
        for statement in statements
        for part in walk(statement)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }
