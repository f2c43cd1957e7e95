"""try, except and else.

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
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from adcompile.frontend import (
    absent,
    assignment,
    at_once,
    augmented,
    cases,
    exceptions,
    expressions,
    finals,
    liveness,
    misuse,
    noting,
    once,
    reached,
    stages,
    statements,
)
from adcompile.frontend.meeting import Branch
from adcompile.frontend.reached import Reached
from adcompile.frontend.values import Num, Obj, Poison, Ref, State, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    NOTHING,
    UNDEF,
    Atom,
    Block,
    Call,
    Equation,
    If,
    Lit,
    Var,
    walk,
)

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

STOPPED = "builtins.StopIteration"  # next and raise note where they raise it; nothing else does
JUMPS = (ast.Return, ast.Break, ast.Continue)
NUMERIC = ("ZeroDivisionError", "ArithmeticError", "OverflowError", "FloatingPointError",
           "ValueError")  # fmt: skip


def try_statement(low: Lowerer, node: ast.Try, rest: list[ast.stmt]) -> bool:
    """Lower a try; True where what follows has been lowered too."""
    if not node.finalbody:
        return Attempt(low, node).lower(rest)
    finals.finally_statement(low, node)
    return False


class Attempt:
    """A try; `last` is lowered where the body has not raised, whichever way that leaves."""

    def __init__(
        self, low: Lowerer, node: ast.Try, last: Callable[[], None] = lambda: None
    ) -> None:
        self.low = low
        self.node = node
        self.on_leaving = last
        self.base = low.state
        self.types = [exceptions.caught(low, handler) for handler in node.handlers]
        self.body, self.last, self.tail = self.split()
        self.value: Value | None = None
        self.replaced = False
        self.reached: State | None = None  # before the one statement of a stage has its effect
        self.noted = 0  # the states noted before that
        self.place = node.place if isinstance(node, noting.Stage) else noting.place_of(low, node)

    # the body

    def split(self) -> tuple[list[ast.stmt], ast.stmt | None, list[ast.stmt]]:
        """The body, its last assignment, whose value alone can raise, and the harmless end."""
        body, tail = list(self.node.body), list[ast.stmt]()
        while body and stages.cannot_raise(body[-1]):
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
        names = [name.rpartition(".")[2] for text in self.types for name in text.split()]
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
        known = isinstance(at_once.held(self.low, target), Num)
        return known and target.id not in liveness.assigned(self.node.body[:-1])

    def run(self) -> None:
        low = self.low
        if isinstance(self.node, noting.Stage) and at_once.called(low, self.node.body[0]):
            self.comes_to()
        if isinstance(self.node, noting.Stage) and self.last is None:
            self.stage(self.body)
        else:
            statements.block(low, self.body)
        if low.state.dead or self.last is None:
            return
        low.at(self.last)
        match self.last:
            case ast.Assign(targets=[target], value=value):
                hint = _hint(target)
                self.value = expressions.lower(low, value, hint)
                told = at_once.is_told(low, target)
                if isinstance(target, ast.Subscript) and (told or not self.is_number()):
                    if isinstance(self.node, noting.Stage) and not told:
                        self.comes_to()
                    assignment.assign(low, target, self.value)  # which may raise, too
                    self.value = None
            case ast.AugAssign(target=target, value=value) if not self.is_new_number(target):
                self.value = expressions.lower(low, value)
                told = at_once.is_told(low, target)
                if told or self.may_not_fit(target):
                    if isinstance(self.node, noting.Stage) and not told:
                        self.comes_to()
                    self.augment()  # which may raise, too
                    self.value = None
            case ast.AugAssign(target=ast.Name(id=name) as target):
                whole = _whole(name, self.last)
                self.value, self.replaced = expressions.lower(low, whole, _hint(target)), True
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=base), args=[value]) as call):
                if at_once.is_record(at_once.held(low, base)):  # which has a method of that name
                    expressions.lower(low, call)
                else:
                    self.value = expressions.lower(low, value)
            case ast.Return(value=ast.expr() as value):
                self.value = expressions.lower(low, value)

    def stage(self, body: list[ast.stmt]) -> None:
        """One statement: where it raises, it has assigned nothing."""
        low = self.low
        match body:
            case [ast.Assign(targets=[target], value=value)] if at_once.assigned(low, target):
                low.at(body[0])
                hint = _hint(target)
                found = expressions.lower(low, value, hint)
                self.comes_to()
                assignment.assign(low, target, found)
                return
            case [ast.AugAssign(target=ast.Name() as target) as node] if self.is_new_number(target):
                low.at(node)
                found = expressions.lower(low, _whole(target.id, node), _hint(target))
                self.comes_to()
                assignment.assign(low, target, found)
                return
            case [ast.AugAssign(target=target, value=value)] if at_once.assigned(low, target):
                if at_once.computed(low, value):
                    self.comes_to()
        statements.block(low, body)

    def comes_to(self) -> None:
        """What follows in a stage happens at once, or not at all."""
        assert self.low.raising is not None
        self.reached, self.noted = self.low.state.copy(), len(self.low.raising.states)

    def is_number(self) -> bool:
        value = self.value
        return isinstance(value, Num) and isinstance(self.low.build.kind(value.atom), k.Scalar)

    def may_not_fit(self, target: ast.expr) -> bool:
        """Is it an array to which one of another shape may be added?"""
        if self.is_number():
            return False
        if isinstance(target, ast.Subscript):
            return True
        array = at_once.held(self.low, target)
        return array is not None and misuse.is_array(self.low, array)

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
                case ast.AugAssign():
                    self.augment()
                case ast.Expr(value=ast.Call(func=function) as call):
                    append = ast.Call(function, [self.tried_value()], [])
                    expressions.lower(low, ast.copy_location(append, call))
                case ast.Return():
                    statements.returned(low, self.value, self.last)
            low.state.names[low.frame.number].pop("%tried", None)
        statements.block(low, [*self.tail, *self.node.orelse])
        self.on_leaving()

    def augment(self) -> None:
        """The last assignment, x += v, with the value that is known already."""
        assert isinstance(self.last, ast.AugAssign)
        added = ast.AugAssign(self.last.target, self.last.op, self.tried_value())
        augmented.augmented(self.low, ast.copy_location(added, self.last))
        self.low.state.names[self.low.frame.number].pop("%tried", None)

    def tried_value(self) -> ast.expr:
        """The value that the body has computed, as syntax."""
        assert self.value is not None and self.last is not None
        self.low.set("%tried", self.value)
        return ast.copy_location(ast.Name("%tried", ast.Load()), self.last)

    # the whole

    def lower(self, rest: list[ast.stmt]) -> bool:
        low, loc = self.low, self.low.build.loc
        if self.place in low.stages and not isinstance(self.node, noting.Stage):
            return stages.lower(self, rest)
        if exceptions.EVERY in self.types:
            reached.settle(low)
        outer = low.raising
        names = [name for text in self.types for name in text.split()]
        low.raising = Reached(caught=(*(outer.caught if outer is not None else ()), *names))
        body = statements.open_branch(low, self.run)
        last = body.state.copy() if self.reached is None else self.reached
        noted, low.raising = low.raising, outer
        if self.reached is not None:
            del noted.states[self.noted :]
        ends = [*noted.states, last]
        if outer is not None and exceptions.EVERY not in self.types:
            outer.states += ends
            outer.raises += noted.raises
        if self.types == [STOPPED] and not any(_is_call(eqn) for eqn in body.eqns):
            ends = noted.raises
        before = self.before(ends)
        tried, given = once.apart(low, body.eqns)
        flags = [low.build.var(k.Scalar("bool"), "") for _ in self.types]
        flags[0] = low.build.var(k.Scalar("bool"), "done")
        error = low.build.var(k.Opaque("exception"), "")
        if self.place is not None and noting.may_hold_values(low, self.node):
            low.uncertain[error] = {self.place: None}
        good = [Lit(number == 0) for number in range(len(flags))]
        then = Block(tried.eqns, (*good, UNDEF, *tried.results))
        failed = (*(Lit(number) for number in range(len(flags))), NOTHING)
        orelse = Block((), (*failed, *[UNDEF] * len(given)))
        caught = tuple(self.types)
        low.build.eqns.append(If((*flags, error, *given), Lit(True), then, orelse, loc, caught))
        statements.resume(low, body, self.finish)
        sides = [self.handler(n, before, error) for n in range(len(self.types))]
        return self.join(flags, body, sides, rest)

    def before(self, ends: list[State]) -> State:
        """The state a handler begins with."""
        for end in (self.base, *ends):
            self.low.bring(end)
        state = self.base.copy()
        body = self.body if self.reached is None else []
        assigned = self.assigned(body)
        for number, names in state.names.items():
            for name, value in list(names.items()):
                after = [end.names.get(number, {}).get(name) for end in ends]
                known = all(_same(value, other) for other in after if other is not None)
                if name.startswith("%") or (known and name not in assigned.get(number, {})):
                    continue
                names[name] = self.poison(name)
        for number, found in assigned.items():
            for name in found:
                if name not in state.names[number]:
                    state.names[number][name] = self.poison(name)
        for end in ends:
            for storage, atom in self.base.current.items():
                if end.current.get(storage) is not atom:
                    reason = self.reason(repr(storage.name or "this array"))
                    state.stale[storage] = self.low.tried[storage] = reason
            for identity, items in self.base.items.items():
                if end.items.get(identity) != items:
                    state.stale[identity] = self.reason(f"this {identity.form}")
            for key, why in end.stale.items():
                state.stale.setdefault(key, why)
        for name in liveness.written(body):
            ref = absent.inside(self.low, self.base.names[self.low.owner(name)].get(name))
            if isinstance(ref, Obj):
                state.stale[ref.identity] = self.reason(repr(name))
            elif isinstance(ref, Ref):
                for storage in cases.storages(ref):
                    state.stale[storage] = self.reason(repr(name))
        return state

    def assigned(self, body: list[ast.stmt]) -> dict[int, dict[str, None]]:
        """The names that the body assigns, by the frame that they belong to."""
        found: dict[int, dict[str, None]] = {}
        for name in liveness.assigned(body):
            found.setdefault(self.low.owner(name), {})[name] = None
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, finals.Action):
                    found.setdefault(node.frame, {}).update(liveness.assigned(node.body))
        return found

    def reason(self, what: str) -> str:
        """Why something is not known where a handler begins; noted, as stages may know it."""
        reason = f"{what} may have been changed by the try before it raised; assign it elsewhere"
        if self.place is not None:
            self.low.uncertain.setdefault(reason, {})[self.place] = None
        return reason

    def poison(self, name: str) -> Poison:
        return Poison(self.reason(repr(name)), "ADC117")

    def handler(self, number: int, before: State, error: Var) -> Branch:
        def action() -> None:
            self.low.state = before.copy()
            self.handle(self.node.handlers[number], Num(error))

        return statements.open_branch(self.low, action)

    def handle(self, node: ast.ExceptHandler, error: Value) -> None:
        low = self.low
        outer, low.error = low.error, error
        if node.name:
            low.set(node.name, error)
        statements.block(low, node.body)
        if node.name and not node.name.startswith("%"):
            low.set(node.name, Poison(f"{node.name!r} is gone where its handler ends", "ADC117"))
        low.error = outer

    def join(
        self, flags: Sequence[Atom], body: Branch, sides: list[Branch], rest: list[ast.stmt]
    ) -> bool:
        """Join the paths: where the body has not raised, and those of the handlers."""
        low = self.low
        other = sides[-1]
        for flag, side in reversed(list(zip(flags[1:], sides))):
            other = self.either(flag, side, other)
        return statements.join_sides(low, flags[0], (body, other), rest, low.at(self.node))

    def either(self, flag: Atom, first: Branch, second: Branch) -> Branch:
        def action() -> None:
            statements.join_sides(self.low, flag, (first, second), [], self.low.at(self.node))

        return statements.open_branch(self.low, action)


def _hint(target: ast.expr) -> str:
    """The name that the user gives to a value."""
    return target.id if isinstance(target, ast.Name) and not target.id.startswith("%") else ""


def _whole(name: str, node: ast.AugAssign) -> ast.expr:
    """The value that an assignment gives to a name by adding to it, or the like."""
    read = ast.copy_location(ast.Name(name, ast.Load()), node)
    return ast.copy_location(ast.BinOp(read, node.op, node.value), node)


def _is_call(eqn: Equation) -> bool:
    """Is there a function that is called, and not a part of what calls it?"""
    return any(isinstance(each, Call) for each in walk(Block((eqn,), ())))


def _same(first: Value, second: Value) -> bool:
    if isinstance(first, Ref) and isinstance(second, Ref):
        return first.storage is second.storage and first.path == second.path
    return first == second
