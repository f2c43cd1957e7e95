"""Blocks as Python statements."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush

from adcompile.emit.attempts import attempt
from adcompile.emit.changes import Changes
from adcompile.emit.conditions import negated
from adcompile.emit.expressions import LOAD, STORE, Expressions, assign, name
from adcompile.emit.loops import Loops
from adcompile.emit.owners import kept_outs
from adcompile.emit.points import points
from adcompile.emit.printer import Comment
from adcompile.emit.unassigned import Unassigned, read_once
from adcompile.rules.memory import DESTRUCTIVE, KEPT, is_reading
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Trace,
    Var,
    While,
    walk,
)
from adcompile.trace.readers import Readers

Statements = list[ast.stmt]


class Writer:
    """Writes equations as statements."""

    def __init__(self, expressions: Expressions, trace: Trace) -> None:
        self.trace = trace
        self.expressions = expressions
        self.names = expressions.names
        self.nesting = expressions.nesting
        self.makers: dict[Atom, Equation] = {
            out: eqn for eqn in walk(trace.body) for out in eqn.outs
        }
        self.readers = Readers(trace)
        self.points = points(trace)
        self.changes = Changes(expressions, trace)
        self.unassigned = Unassigned(expressions, trace)
        self.loops = Loops(self)

    def block(self, block: Block) -> Statements:
        return self.equations(eqn for eqn in block.eqns if not self.nesting.nested(eqn))

    def equations(self, eqns: Iterable[Equation]) -> Statements:
        result: Statements = []
        for eqn in eqns:
            if eqn in self.nesting.taken:
                continue
            made = [*self.unassigned.before(eqn), *self.equation(eqn)]
            if made and isinstance(made[0], Comment) and result and isinstance(result[-1], Comment):
                result.pop()  # nothing stands under it
            result += made
        return read_once(result)

    def equation(self, eqn: Equation) -> Statements:
        match eqn:
            case If():
                return self.branches(eqn)
            case For():
                return self.loops.for_loop(eqn)
            case While():
                return self.loops.while_loop(eqn)
            case Call():
                return self.call(eqn)
        if eqn.op == "mem.effect":
            return self.effect(eqn)
        if eqn.op in DESTRUCTIVE:
            return self.changes.statements(eqn)
        write = self.expressions
        made = write.dialect.made(write, eqn, write.apply(eqn))
        return [self.define(eqn.out, made, any(arg in self.points for arg in eqn.args))]

    def define(self, out: Var, value: ast.expr, may_change: bool = False) -> ast.stmt:
        """out = value, written out += v where value is out + v and a scalar, and changes nothing.
        """
        sums = isinstance(value, ast.BinOp) and isinstance(value.op, (ast.Add, ast.Sub))
        if isinstance(value, ast.BinOp) and sums and not may_change:
            same = isinstance(value.left, ast.Name) and value.left.id == self.names[out]
            if same and isinstance(self.expressions.kind(out), k.Scalar):
                return ast.AugAssign(self.target(out), value.op, value.right)
        return assign(self.target(out), value)

    def target(self, var: Var) -> ast.Name:
        return ast.Name(self.names[var], STORE)

    def unpacking(self, taken: Sequence[Apply | None]) -> ast.stmt:
        """The names of the items at once: `a, _ = v`."""
        read = [eqn if eqn is not None and self.names.read(eqn.out) else None for eqn in taken]
        targets: list[ast.expr] = [
            name("_") if eqn is None else self.target(eqn.out) for eqn in read
        ]
        source = next(eqn.args[0] for eqn in taken if eqn is not None)
        return assign(ast.Tuple(targets, STORE), self.expressions.atom(source))

    def call(self, eqn: Call) -> Statements:
        """A call of a function of the module: `a, _ = f(x, y)`."""
        result: Statements = []
        kept = kept_outs(self.trace, eqn)
        value = self.expressions.call(eqn)
        for out, arg in kept.items():
            known = isinstance(arg, Var) and self.names.names.get(arg) == self.names[out]
            if not known and self.names.read(out):
                result.append(assign(self.target(out), self.expressions.given(arg, out)))
                value.args[eqn.args.index(arg)] = name(self.names[out])
        outs = [out for out in eqn.outs if out not in kept]
        targets = [self.target(v) if self.names.read(v) else name("_") for v in outs]
        if all(target.id == "_" for target in targets):
            return [*result, ast.Expr(value)]
        whole = targets[0] if len(targets) == 1 else ast.Tuple(list(targets), STORE)
        return [*result, assign(whole, value)]

    # values along edges

    def edges(self, targets: Sequence[Var], sources: Sequence[Atom]) -> Statements:
        """The assignments that bring values along an edge; all sources are read before."""
        moves: list[tuple[Var, Atom]] = []
        names, stored = self.names.names, self.names.stored
        for target, source in zip(targets, sources):
            if source is UNDEF and target not in stored:
                continue
            if names.get(source) == names[target]:  # type: ignore[arg-type]
                continue
            if self.names.read(target):
                moves.append((target, source))
        return self.moves(moves) if moves else []

    def moves(self, moves: list[tuple[Var, Atom]]) -> Statements:
        """Parallel assignments in an order where none destroys what another still reads."""
        if len(moves) == 1:
            return self.move(moves)
        reads = [self.read_by(source) for _, source in moves]
        left = Counter(text for texts in reads for text in texts)
        targets = [self.names[target] for target, _ in moves]
        writes: dict[str, list[int]] = {}
        for number, text in enumerate(targets):
            writes.setdefault(text, []).append(number)
        free = [n for n, text in enumerate(targets) if left[text] == (text in reads[n])]
        result: Statements = []
        done: dict[int, None] = {}
        while free:
            number = heappop(free)
            done[number] = None
            result += self.move([moves[number]])
            left.subtract(list(reads[number]))
            for text in reads[number]:
                for other in writes.get(text, ()):
                    if other not in done and left[text] == (text in reads[other]):
                        heappush(free, other)
        stuck = [move for number, move in enumerate(moves) if number not in done]
        return result + self.move(stuck) if stuck else result

    def read_by(self, source: Atom) -> dict[str, None]:
        """The names that this source reads."""
        names = self.names.names
        return {names[var]: None for var in self.nesting.reads(source) if var in names}

    def move(self, moves: list[tuple[Var, Atom]]) -> Statements:
        targets: list[ast.expr] = [self.target(target) for target, _ in moves]
        values = [self.expressions.given(source, target) for target, source in moves]
        if len(moves) == 1:
            return [assign(targets[0], values[0])]
        return [assign(ast.Tuple(targets, STORE), ast.Tuple(values, LOAD))]

    # branches and effects

    def branches(self, eqn: If) -> Statements:
        if eqn.caught:
            return [attempt(self, eqn)]
        if eqn in self.nesting.choices and not self.stays(eqn):
            return [self.define(eqn.outs[0], self.expressions.choice(eqn))]
        with self.unassigned.side(eqn.cond, True):
            then = self.side(eqn.then, eqn.outs)
        with self.unassigned.side(eqn.cond, False):
            orelse = self.side(eqn.orelse, eqn.outs)
        return self.choose(eqn.cond, then, orelse)

    def side(self, block: Block, outs: Sequence[Var]) -> Statements:
        return read_once([*self.block(block), *self.edges(outs, block.results)])

    def stays(self, eqn: If) -> bool:
        """Does one path leave the name as it is?  It may have no value there."""
        sides = (eqn.then.results[0], eqn.orelse.results[0])
        names = [self.names.names.get(side) for side in sides if isinstance(side, Var)]
        return self.names[eqn.outs[0]] in names

    def choose(self, cond: Atom, then: Statements, orelse: Statements) -> Statements:
        if not then and not orelse:
            return []
        if not then:
            return [ast.If(negated(self.expressions, cond), orelse, [])]
        return [ast.If(self.expressions.atom(cond), then, orelse)]

    def effect(self, eqn: Apply) -> Statements:
        text = eqn.args[0]
        assert isinstance(text, Lit)
        if text.value.startswith("#"):
            return [Comment(text.value)]
        if is_reading(eqn):
            return self.unassigned.read(eqn)
        if eqn in self.nesting.unpacked:
            return [self.unpacking(self.nesting.unpacked[eqn])]
        if text.value == KEPT and isinstance(self.expressions.atom(eqn.args[1]), ast.Name):
            return []  # it has been computed for others, too
        written, write = text.value, self.expressions
        for question, helper in write.dialect.questions.items():
            if question in written:
                written = written.replace(question, f"{write.helpers.use(helper)}(_0_)")
        return [write.kept(statement, eqn.args[1:]) for statement in ast.parse(written).body]
