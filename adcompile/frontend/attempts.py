"""try, except, else, finally, and with np.errstate.

    try:                                try ValueError -> done:
        y = math.log(x)                   v = math.log(x)
    except ValueError:          =>      if done -> y:
        y = 0.0                           y.1 = math.log(x); yield y.1
                                        else:
                                          yield 0.0

The body is tried for what it raises; then the branch of the path that was taken follows, the body
among them.  So no transform has to know about exceptions, and nothing that a derivative adds can
raise one that a handler of the primal would catch.  (`transforms.attempts` then joins the
computations of the two bodies.)

A handler begins with the state before the try: what the body may have changed until it raised is
not known there.
"""

from __future__ import annotations

import ast
import builtins
from dataclasses import replace
from typing import TYPE_CHECKING

from adcompile.frontend import assignment, cases, expressions, liveness, statements
from adcompile.frontend.merge import Branch
from adcompile.frontend.values import Name, Num, Obj, Poison, Ref, State, Value
from adcompile.rules.memory import EFFECTS
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    NOTHING,
    UNDEF,
    Apply,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Var,
    While,
    walk,
)
from adcompile.trace.substitute import clone

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

JUMPS = (ast.Return, ast.Break, ast.Continue)
NUMERIC = ("ZeroDivisionError", "ArithmeticError", "OverflowError", "FloatingPointError",
           "ValueError")  # fmt: skip
ERRORS = ("numpy.linalg.LinAlgError", "numpy.linalg.linalg.LinAlgError")


def try_statement(low: Lowerer, node: ast.Try, rest: list[ast.stmt]) -> bool:
    """Lower a try; True where what follows has been lowered too."""
    if not node.finalbody:
        return _Attempt(low, node).lower(rest)
    if liveness.contains([*node.body, *node.handlers, *node.orelse, *node.finalbody], *JUMPS):
        raise low.rejection(
            node, "a try with finally that return, break or continue leaves cannot be "
            "differentiated; leave after it", "ADC114",
        )  # fmt: skip
    body: list[ast.stmt] = [*node.body, *node.orelse]
    if node.handlers:
        inner = ast.Try(node.body, node.handlers, node.orelse, [])
        body = [ast.copy_location(inner, node)]
    if is_seen(node.finalbody):
        raised = ast.copy_location(ast.Raise(), node.finalbody[-1])
        uncaught = ast.ExceptHandler(None, None, [*node.finalbody, raised])
        whole = ast.Try(body, [ast.copy_location(uncaught, node.finalbody[0])], [], [])
        _Attempt(low, ast.copy_location(whole, node)).lower([])
    else:
        statements.block(low, body)
    statements.block(low, node.finalbody)
    return False


def is_seen(finalbody: list[ast.stmt]) -> bool:
    """Does finally do what is seen where an exception leaves: print, a call, a raise?"""
    return liveness.contains(finalbody, ast.Call, ast.Raise, ast.Assert)


class _Attempt:
    def __init__(self, low: Lowerer, node: ast.Try) -> None:
        self.low = low
        self.node = node
        self.base = low.state
        self.types = [self.type(handler) for handler in node.handlers]
        self.body, self.last, self.tail = self.split()
        self.value: Value | None = None
        self.replaced = False

    def type(self, handler: ast.ExceptHandler) -> str:
        """The names of the exceptions that a handler is for."""
        if handler.type is None:
            return "builtins.BaseException"
        nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        names: list[str] = []
        for node in nodes:
            value = expressions.lower(self.low, node)
            name = value.qualified if isinstance(value, Name) else ""
            own = getattr(builtins, name.removeprefix("builtins."), None)
            if name not in ERRORS and not (isinstance(own, type) and "builtins." in name):
                raise self.low.rejection(
                    node,
                    "only Python's own exceptions and numpy.linalg.LinAlgError can be caught",
                    "ADC115",
                )
            names.append(ERRORS[0] if name in ERRORS else name)
        return " ".join(names)

    # the body

    def split(self) -> tuple[list[ast.stmt], ast.stmt | None, list[ast.stmt]]:
        """The body, its last assignment, whose value alone can raise, and the harmless end."""
        body, tail = list(self.node.body), list[ast.stmt]()
        while body and _is_harmless(body[-1]):
            tail.insert(0, body.pop())
        if body and not liveness.contains(body[:-1], *JUMPS) and self.is_plain(body[-1]):
            return body[:-1], body[-1], tail
        return body, None, tail

    def is_plain(self, node: ast.stmt) -> bool:
        match node:
            case ast.Assign(targets=[ast.Name()]) | ast.Return(value=ast.expr()):
                return True
            case ast.Assign(targets=[target]):
                return self.is_simple(target)
            case ast.AugAssign(target=target, op=op):
                known = isinstance(op, (ast.Add, ast.Sub, ast.Mult)) and self.is_simple(target)
                return known or self.is_new_number(target)
            case ast.Expr(value=ast.Call(ast.Attribute(ast.Name(), "append"), [_], [])):
                return True
        return False

    def is_simple(self, target: ast.expr) -> bool:
        """Does nothing but the value assigned raise what is caught?"""
        names = [name.split(".")[1] for text in self.types for name in text.split()]
        match target:
            case ast.Name():
                return all(name in NUMERIC for name in names)
            case ast.Subscript(value=ast.Name(), slice=index) if not liveness.contains(
                [index], ast.Call
            ):
                return all(name in NUMERIC for name in names)
        return False

    def is_new_number(self, target: ast.expr) -> bool:
        """Is it a name whose number is replaced, in place of an array that changes?"""
        if not isinstance(target, ast.Name):
            return False
        value = self.low.state.names[self.low.frame.number].get(target.id)
        return isinstance(value, Num) and target.id not in liveness.assigned(self.node.body[:-1])

    def run(self) -> None:
        low = self.low
        statements.block(low, self.body)
        if low.state.dead or self.last is None:
            return
        low.at(self.last)
        match self.last:
            case ast.Assign(targets=[target], value=value):
                hint = target.id if isinstance(target, ast.Name) else ""
                self.value = expressions.lower(low, value, hint)
                if isinstance(target, ast.Subscript) and not self.is_number():
                    assignment.assign(low, target, self.value)  # which may raise, too
                    self.value = None
            case ast.AugAssign(target=target, value=value) if not self.is_new_number(target):
                self.value = expressions.lower(low, value)
            case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
                read = ast.copy_location(ast.Name(name, ast.Load()), self.last)
                whole = ast.copy_location(ast.BinOp(read, op, value), self.last)
                self.value, self.replaced = expressions.lower(low, whole, name), True
            case ast.Expr(value=ast.Call(args=[value])):
                self.value = expressions.lower(low, value)
            case ast.Return(value=ast.expr() as value):
                self.value = expressions.lower(low, value)

    def is_number(self) -> bool:
        value = self.value
        return isinstance(value, Num) and isinstance(self.low.build.kind(value.atom), k.Scalar)

    def finish(self) -> None:
        """What follows the body where it has not raised."""
        low = self.low
        if self.value is not None:
            assert self.last is not None
            low.at(self.last)
            match self.last:
                case ast.Assign(targets=[target]):
                    assignment.assign(low, target, self.value)
                case ast.AugAssign(target=target) if self.replaced:
                    assignment.assign(low, target, self.value)
                case ast.AugAssign(target=target, op=op):
                    added = ast.AugAssign(target, op, self.tried_value())
                    assignment.augmented(low, ast.copy_location(added, self.last))
                case ast.Expr(value=ast.Call(func=function) as call):
                    append = ast.Call(function, [self.tried_value()], [])
                    expressions.lower(low, ast.copy_location(append, call))
                case ast.Return():
                    statements.returned(low, self.value, self.last)
            low.state.names[low.frame.number].pop("%tried", None)
        statements.block(low, [*self.tail, *self.node.orelse])

    def tried_value(self) -> ast.expr:
        """The value that the body has computed, as syntax."""
        assert self.value is not None and self.last is not None
        self.low.set("%tried", self.value)
        return ast.copy_location(ast.Name("%tried", ast.Load()), self.last)

    # the whole

    def lower(self, rest: list[ast.stmt]) -> bool:
        low, loc = self.low, self.low.build.loc
        outer, low.raising = low.raising, []
        body = statements.open_branch(low, self.run)
        ends, low.raising = [*low.raising, body.state.copy()], outer
        if outer is not None:
            outer += ends
        before = self.before(ends)
        tried = self.tried(body)
        flags = [low.build.var(k.Scalar("bool"), "") for _ in self.types]
        flags[0] = low.build.var(k.Scalar("bool"), "done")
        error = low.build.var(k.Opaque("exception"), "")
        good = [Lit(number == 0) for number in range(len(flags))]
        then = Block(tried.eqns, (*good, UNDEF))
        orelse = Block((), (*(Lit(number) for number in range(len(flags))), NOTHING))
        caught = tuple(self.types)
        low.build.eqns.append(If((*flags, error), Lit(True), then, orelse, loc, caught))
        statements.resume(low, body, self.finish)
        sides = [self.handler(n, before, error) for n in range(len(self.types))]
        return self.join(flags, body, sides, rest)

    def tried(self, body: Branch) -> Block:
        """A copy of the body to be tried; the body itself is left without effects."""
        for eqn in walk(Block(tuple(body.eqns), ())):
            if isinstance(eqn, Call) or (isinstance(eqn, Apply) and eqn.op == "mem.outside"):
                what = eqn.function if isinstance(eqn, Call) else "a call without a rule"
                low_loc, self.low.build.loc = self.low.build.loc, eqn.loc
                error = self.low.rejection(
                    None, f"{what} cannot stand inside a try: it would be made twice; call it "
                    "before the try", "ADC116",
                )  # fmt: skip
                self.low.build.loc = low_loc
                raise error
        copy = clone(Block(tuple(body.eqns), ()), {}, self.low.build.kinds)
        body.eqns[:] = without_effects(Block(tuple(body.eqns), ())).eqns
        return copy

    def before(self, ends: list[State]) -> State:
        """The state a handler begins with."""
        state = self.base.copy()
        frame = self.low.frame.number
        assigned = liveness.assigned([*self.body])
        reason = "may have been changed by the try before it raised; assign it elsewhere"
        for number, names in state.names.items():
            for name, value in list(names.items()):
                after = [end.names.get(number, {}).get(name) for end in ends]
                known = all(_same(value, other) for other in after if other is not None)
                if name.startswith("%") or (known and (number != frame or name not in assigned)):
                    continue
                names[name] = Poison(f"{name!r} {reason}", "ADC117")
        for name in assigned:
            if name not in state.names[frame]:
                state.names[frame][name] = Poison(f"{name!r} {reason}", "ADC117")
        for end in ends:
            for storage, atom in self.base.current.items():
                if end.current.get(storage) is not atom:
                    state.stale[storage] = f"{storage.name or 'this array'!r} {reason}"
            for identity, items in self.base.items.items():
                if end.items.get(identity) != items:
                    state.stale[identity] = f"this {identity.form} {reason}"
            for key, why in end.stale.items():
                state.stale.setdefault(key, why)
        for name in liveness.written(self.body):
            found = self.base.names[frame].get(name)
            if isinstance(found, Obj):
                state.stale[found.identity] = f"{name!r} {reason}"
            elif isinstance(found, Ref):
                for storage in cases.storages(found):
                    state.stale[storage] = f"{name!r} {reason}"
        return state

    def handler(self, number: int, before: State, error: Var) -> Branch:
        low, node = self.low, self.node.handlers[number]

        def action() -> None:
            low.state = before.copy()
            outer, low.error = low.error, error
            if node.name:
                low.set(node.name, Num(error))
            statements.block(low, node.body)
            if node.name:
                low.set(
                    node.name, Poison(f"{node.name!r} is gone where its handler ends", "ADC117")
                )
            low.error = outer

        return statements.open_branch(low, action)

    def join(
        self, flags: list[Var], body: Branch, sides: list[Branch], rest: list[ast.stmt]
    ) -> bool:
        """Join the paths: where the body has not raised, and those of the handlers."""
        low = self.low
        other = sides[-1]
        for flag, side in reversed(list(zip(flags[1:], sides))):
            other = self.either(flag, side, other)
        return statements.join_sides(low, flags[0], (body, other), rest, low.at(self.node))

    def either(self, flag: Var, first: Branch, second: Branch) -> Branch:
        def action() -> None:
            statements.join_sides(self.low, flag, (first, second), [], self.low.at(self.node))

        return statements.open_branch(self.low, action)


def without_effects(block: Block) -> Block:
    """The block without what has happened already."""
    eqns: list[Equation] = []
    for eqn in block.eqns:
        match eqn:
            case Apply() if eqn.op in EFFECTS:
                continue
            case If() if not eqn.caught:
                then, orelse = without_effects(eqn.then), without_effects(eqn.orelse)
                eqns.append(If(eqn.outs, eqn.cond, then, orelse, eqn.loc))
            case If():
                then = without_effects(eqn.then)
                eqns.append(If(eqn.outs, eqn.cond, then, eqn.orelse, eqn.loc, eqn.caught))
            case For() | While():
                eqns.append(replace(eqn, body=without_effects(eqn.body)))
            case _:
                eqns.append(eqn)
    return Block(tuple(eqns), block.results)


def _is_harmless(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Break() | ast.Continue() | ast.Return(value=None | ast.Constant()):
            return True
        case ast.Assign(targets=[ast.Name()], value=ast.Constant()):
            return True
    return False


def _same(first: Value, second: Value) -> bool:
    if isinstance(first, Ref) and isinstance(second, Ref):
        return first.storage is second.storage and first.path == second.path
    return first == second
