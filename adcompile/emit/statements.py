"""Blocks as Python statements."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from adcompile.emit.expressions import LOAD, Expressions, call, name, negation
from adcompile.emit.printer import Comment
from adcompile.rules.memory import DESTRUCTIVE
from adcompile.trace import kinds as k
from adcompile.trace.ir import UNDEF, Apply, Atom, Block, Equation, For, If, Lit, Var, While

Statements = list[ast.stmt]
STORE = ast.Store()


class Writer:
    """Writes equations as statements."""

    def __init__(self, expressions: Expressions) -> None:
        self.expressions = expressions
        self.names = expressions.names
        self.nesting = expressions.nesting

    def block(self, block: Block) -> Statements:
        result: Statements = []
        for eqn in block.eqns:
            if not self.nesting.nested(eqn):
                result += self.equation(eqn)
        return result

    def equation(self, eqn: Equation) -> Statements:
        match eqn:
            case If():
                return self.branches(eqn)
            case For():
                return self.for_loop(eqn)
            case While():
                return self.while_loop(eqn)
        if eqn.op == "mem.effect":
            return self.effect(eqn)
        if eqn.op in DESTRUCTIVE:
            return self.destructive(eqn)
        return [assign(self.target(eqn.out), self.expressions.apply(eqn))]

    def target(self, var: Var) -> ast.expr:
        return ast.Name(self.names[var], STORE)

    # values along edges

    def edges(self, targets: Sequence[Var], sources: Sequence[Atom]) -> Statements:
        """The assignments that bring values along an edge; all sources are read before."""
        moves: list[tuple[Var, Atom]] = []
        for target, source in zip(targets, sources):
            if source == UNDEF or not self.names.read(target):
                continue
            if isinstance(source, Var) and self.names.names.get(source) == self.names[target]:
                continue
            moves.append((target, source))
        return self.moves(moves)

    def moves(self, moves: list[tuple[Var, Atom]]) -> Statements:
        """Parallel assignments in an order where none destroys what another still reads."""
        result: Statements = []
        while moves:
            for number, (target, _) in enumerate(moves):
                others = moves[:number] + moves[number + 1 :]
                if not any(self.reads(source, target) for _, source in others):
                    result += self.move([moves.pop(number)])
                    break
            else:
                return result + self.move(moves)
        return result

    def reads(self, source: Atom, target: Var) -> bool:
        """Does this source read the name of that target?"""
        return any(
            self.names.names.get(var) == self.names[target] for var in self.nesting.reads(source)
        )

    def move(self, moves: list[tuple[Var, Atom]]) -> Statements:
        targets = [self.target(target) for target, _ in moves]
        values = [self.expressions.atom(source) for _, source in moves]
        if len(moves) == 1:
            return [assign(targets[0], values[0])]
        return [assign(ast.Tuple(targets, STORE), ast.Tuple(values, LOAD))]

    # control flow

    def branches(self, eqn: If) -> Statements:
        if eqn in self.nesting.choices:
            return [assign(self.target(eqn.outs[0]), self.expressions.choice(eqn))]
        then = self.block(eqn.then) + self.edges(eqn.outs, eqn.then.results)
        orelse = self.block(eqn.orelse) + self.edges(eqn.outs, eqn.orelse.results)
        return self.choose(self.expressions.atom(eqn.cond), then, orelse)

    def choose(self, test: ast.expr, then: Statements, orelse: Statements) -> Statements:
        if not then and not orelse:
            return []
        if not then:
            return [ast.If(negation(test), orelse, [])]
        return [ast.If(test, then, orelse)]

    def for_loop(self, eqn: For) -> Statements:
        entry = self.edges(eqn.params, eqn.inits)
        turns = self.turns(eqn)
        if any(self.assigns(entry, part) for part in (eqn.start, eqn.stop, eqn.step)):
            raise NotImplementedError("a loop's bound is overwritten on entry")
        body = self.body(eqn)
        index = self.target(eqn.index) if self.names.read(eqn.index) else name("_")
        return [*entry, ast.For(index, turns, body, [])]

    def assigns(self, statements: Statements, atom: Atom) -> bool:
        assigned = {
            node.id
            for statement in statements
            for node in ast.walk(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }
        return any(self.names.names.get(var) in assigned for var in self.nesting.reads(atom))

    def turns(self, eqn: For) -> ast.expr:
        bounds = [eqn.start, eqn.stop, eqn.step]
        if eqn.step == Lit(1):
            bounds.pop()
            if eqn.start == Lit(0):
                bounds.pop(0)
        turns = call(name("range"), *self.expressions.atoms(bounds))
        return call(name("reversed"), turns) if eqn.backward else turns

    def while_loop(self, eqn: While) -> Statements:
        entry = self.edges(eqn.params, eqn.inits)
        test = self.block(eqn.cond)
        condition = self.expressions.atom(eqn.cond.results[0])
        body = self.body(eqn)
        if test:
            leave = [ast.If(negation(condition), [ast.Break()], [])]
            return [*entry, ast.While(ast.Constant(True), [*test, *leave, *body], [])]
        return [*entry, ast.While(condition, body, [])]

    def body(self, eqn: For | While) -> Statements:
        results = eqn.body.results
        statements = self.block(eqn.body)
        statements += self.edges(eqn.params, results[: len(eqn.params)])
        if eqn.exits:
            flag = results[-1]
            statements += self.choose(self.expressions.atom(flag), [ast.Break()], [])
        return statements or [ast.Pass()]

    # what changes something in place

    def effect(self, eqn: Apply) -> Statements:
        text = eqn.args[0]
        assert isinstance(text, Lit)
        if text.value.startswith("#"):
            return [Comment(text.value)]
        tree = ast.parse(text.value)
        return [self.expressions.fill(statement, eqn.args[1:]) for statement in tree.body]

    def destructive(self, eqn: Apply) -> Statements:
        """A statement that changes its first operand, which has, or is given, the name of the result."""
        changed, operand = eqn.outs[-1], eqn.args[0]
        result: Statements = []
        if not (isinstance(operand, Var) and self.names.names.get(operand) == self.names[changed]):
            result.append(assign(self.target(changed), self.expressions.atom(operand)))
        return result + self.change(eqn, name(self.names[changed]))

    def change(self, eqn: Apply, place: ast.expr) -> Statements:
        write, args = self.expressions, eqn.args
        match eqn.op:
            case "mem.write":
                return [assign(self.element(place, args[2:]), write.atom(args[1]))]
            case "mem.accumulate":
                return self.accumulate(eqn, place)
            case "mem.scatter_add":
                return self.scatter(eqn, place)
            case "mem.append":
                return [method(place, "append", write.atom(args[1]))]
            case "mem.push":
                entry = write.atoms(args[1:])
                value = entry[0] if len(entry) == 1 else ast.Tuple(entry, LOAD)
                return [method(place, "append", value)]
        return self.pop(eqn, place)

    def pop(self, eqn: Apply, place: ast.expr) -> Statements:
        items = [self.target(v) if self.names.read(v) else name("_") for v in eqn.outs[:-1]]
        value = call(ast.Attribute(place, "pop", LOAD))
        if all(isinstance(item, ast.Name) and item.id == "_" for item in items):
            return [ast.Expr(value)]
        if len(items) == 1:
            return [assign(items[0], value)]
        return [assign(ast.Tuple(items, STORE), value)]

    def element(self, place: ast.expr, path: Sequence[Atom]) -> ast.expr:
        for index in path:
            place = ast.Subscript(place, self.expressions.index(index), STORE)
        return place

    def accumulate(self, eqn: Apply, place: ast.expr) -> Statements:
        target = self.element(place, eqn.args[2:])
        kind = self.added_kind(eqn)
        if isinstance(kind, (k.Scalar, k.Array)):
            op, value = self.signed(eqn.args[1])
            return [ast.AugAssign(target, op, value)]
        value = self.expressions.atom(eqn.args[1])
        if isinstance(kind, (k.List, k.Dict, k.Tuple)) or kind is None:
            helper = self.expressions.helpers.use("added")
            return [assign(target, call(name(helper), target, value))]
        return [assign(target, ast.BinOp(target, ast.Add(), value))]

    def added_kind(self, eqn: Apply) -> k.Kind | None:
        """The kind of what is added to: Array means that it is changed in place."""
        kind = self.expressions.kind(eqn.args[0])
        if len(eqn.args) == 2:
            return kind if not isinstance(kind, k.Array) or kind.dims != () else k.FLOAT
        for _ in eqn.args[2:-1]:
            kind = kind.item if isinstance(kind, (k.List, k.Dict)) else kind
        if isinstance(kind, (k.List, k.Dict)):
            item = kind.item
            return k.ANY if isinstance(item, k.Array) else item
        return kind if isinstance(kind, k.Array) else k.Array(None)

    def signed(self, value: Atom) -> tuple[ast.operator, ast.expr]:
        """+= value, or -= operand where the value is a nested negation."""
        eqn = self.nesting.inside.get(value) if isinstance(value, Var) else None
        if isinstance(eqn, Apply) and eqn.op == "operator.neg":
            return ast.Sub(), self.expressions.atom(eqn.args[0])
        return ast.Add(), self.expressions.atom(value)

    def scatter(self, eqn: Apply, place: ast.expr) -> Statements:
        if not isinstance(self.expressions.kind(eqn.args[0]), (k.Array, k.Any_)):
            return self.accumulate(eqn, place)
        op, value = self.signed(eqn.args[1])
        function = "numpy.add.at" if isinstance(op, ast.Add) else "numpy.subtract.at"
        index = self.expressions.atom(eqn.args[2])
        return [ast.Expr(call(self.expressions.libraries.name(function), place, index, value))]


def assign(target: ast.expr, value: ast.expr) -> ast.stmt:
    """target = value, written target += v where value is target + v."""
    return ast.Assign([target], value)


def method(place: ast.expr, attribute: str, *args: ast.expr) -> ast.stmt:
    return ast.Expr(call(ast.Attribute(place, attribute, LOAD), *args))
