"""A try of which must be known how far it came before it raised: a statement at a time.

    try:                        try: y = x * x                  caught = 0 before it
        y = x * x               except ValueError: caught = 1
        z = math.log(y)   =>    else:
    except ValueError:              try: z = math.log(y)
        z = y                       except ValueError: caught = 1
                                if caught == 1: z = y

What a statement that raises would have assigned is not assigned; everything before it is.  Only a
try is taken apart so of which a handler, or what follows, reads what the body has changed; and a
statement in it, with the functions that it calls, where that is not enough (inside.py).
"""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    entered,
    exceptions,
    expressions,
    finals,
    inside,
    liveness,
    noting,
    statements,
    thrown,
)
from adcompile.frontend.noting import (
    CAUGHT,
    ERROR,
    NEVER,
    Guard,
    Noting,
    Raised,
    Stage,
    assign,
    at,
    is_,
    place_of,
)
from adcompile.frontend.values import Num, TakeApart, Value
from adcompile.trace.ir import Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.attempts import Attempt
    from adcompile.frontend.lower import Lowerer

COUNTED = ("range", "len", "enumerate", "zip", "reversed")


def lower(attempt: Attempt, rest: list[ast.stmt]) -> bool:
    """Lower a try in stages; True where what follows has been lowered too."""
    low, node = attempt.low, attempt.node
    loc = low.build.loc
    apart = Apart(low)
    guards = apart.begin(node, attempt.types)
    number = guards[0].of
    low.set(f"{CAUGHT}{number}", Num(Lit(0)))
    statements.block(low, apart.block(node.body, apart.reached(guards)))
    apart.forget()
    if low.state.dead:
        return False

    def body() -> None:
        statements.block(low, node.orelse)
        attempt.on_leaving()

    def handler(n: int, raised: Raised | None) -> None:
        for flag in statements.FLAGS:
            low.set(flag, statements.FALSE)
        error = apart.error(number) if raised is None else raised.made(low)
        attempt.handle(node.handlers[n], error)

    paths: list[tuple[int, int, Raised | None]] = [
        (each.number, each.handler - 1, each) for each in apart.raises.get(number, {}).values()
        if noting.is_reached(low, each)
    ]
    if low.flag(f"{CAUGHT}{number}") != Lit(0):
        paths += [(n, n - 1, None) for n in apart.caught(number)]
    if not paths:
        statements.block(low, node.orelse)
        attempt.on_leaving()
        return False
    numbers = [0, *(note for note, *_ in paths[:-1])]
    conditions = [low.truth(expressions.lower(low, is_(number, note))) for note in numbers]
    good = statements.open_branch(low, body)
    sides = [
        statements.open_branch(low, lambda n=n, each=each: handler(n, each)) for _, n, each in paths
    ]
    low.build.loc = loc
    return attempt.join(conditions, good, sides, rest)


class Apart:
    def __init__(self, low: Lowerer) -> None:
        self.low = low
        self.raises: dict[int, dict[Any, Raised]] = {}  # by the try that catches them, and place
        self.noted: dict[tuple[int, int], None] = {}  # the handlers that a stage may lead to
        self.thrown: dict[tuple[int, int], None] = {}  # and raises, of which they ask nothing
        self.deeper: dict[int, dict[Any, None]] = {}  # the stages that could be taken apart
        self.parts = False  # was a statement taken apart, with what it calls?
        self.names: list[str] = []  # of what such parts compute
        self.again: tuple[ast.expr, Raised | None] | None = None  # what a handler has caught

    def begin(self, node: ast.Try, types: list[str]) -> list[Guard]:
        """The handlers of a try that is taken apart, in the frame that is lowered here."""
        low, frame = self.low, self.low.frame
        low.subjects += 1
        number, place = low.subjects, place_of(low, node)
        for name in (CAUGHT, ERROR):
            low.homes[f"{name}{number}"] = frame.number
        for name in noting.parts_known(low, place):
            low.homes[name] = frame.number
            low.set(name, NEVER)
        return [
            Guard(exceptions.classes_of(low, handler.type), text, n, number,
                  noting.reads(handler), place, frame.number)
            for n, (handler, text) in enumerate(zip(node.handlers, types), 1)
        ]

    def caught(self, number: int) -> list[int]:
        """The handlers of a try that something leads to of which they know no more."""
        names = self.low.state.names[self.low.frame.number]
        found = [each for each in self.noted if f"{ERROR}{number}" in names or each in self.thrown]
        return [n for of, n in dict.fromkeys((*found, *self.thrown)) if of == number]

    def error(self, number: int) -> Value:
        """What a stage of a try has caught."""
        names = self.low.state.names[self.low.frame.number]
        error = names.get(f"{ERROR}{number}", NEVER)
        if isinstance(error, Num) and isinstance(error.atom, Var):
            self.low.uncertain[error.atom] = self.deeper.get(number, {})
        return error

    def forget(self) -> None:
        """Behind the try nothing reads what its parts have computed."""
        for name in self.names:
            for names in self.low.state.names.values():
                names.pop(name, None)

    def block(self, body: list[ast.stmt], guards: list[Guard]) -> list[ast.stmt]:
        """The statements, each an attempt of its own, as far as nothing was caught."""
        for place, node in enumerate(body):
            if cannot_raise(node):
                continue
            rest = self.block(body[place + 1 :], guards)
            return [*body[:place], *self.statement(node, rest, guards)]
        return list(body)

    def statement(
        self, node: ast.stmt, rest: list[ast.stmt], guards: list[Guard]
    ) -> list[ast.stmt]:
        match node:
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                return self.stage(at(ast.Assign([target], value), node), rest, guards)
            case ast.If(test=test, body=body, orelse=orelse):
                branch = ast.If(test, self.block(body, guards), self.block(orelse, guards))
                return self.tested(node, branch, self.then(node, rest, guards), guards)
            case ast.For(target=ast.Name() | ast.Tuple(), iter=source):
                loop = self.over(node, guards)
                loop.orelse = self.block(node.orelse, guards)
                ast.copy_location(loop, node)
                after = self.then(node, rest, guards)
                if _is_counted(source):
                    return [loop, *after]
                self.low.subjects += 1
                name = f"%iter{self.low.subjects}"
                loop.iter = ast.copy_location(ast.Name(name, ast.Load()), source)
                return self.stage(assign(name, source), [loop, *after], guards)
            case ast.While():
                return self.loop(node, rest, guards)
            case ast.Try(finalbody=[], handlers=handlers) if not any(
                _raises_again(handler) for handler in handlers
            ):
                return self.attempt(node, rest, guards)
            case ast.With(items=items) if all(_is_quiet(item) for item in items):
                quiet = ast.With(items, self.block(node.body, guards))
                return [ast.copy_location(quiet, node), *self.then(node, rest, guards)]
            case ast.Try(finalbody=[]) if inside.place_of(self.low, node) in self.low.stages:
                return self.attempt(node, rest, guards)
            case ast.Try(finalbody=[_, *_] as last) if (
                inside.place_of(self.low, node) in self.low.stages
            ):
                body = [*node.body, *node.orelse]
                if node.handlers:
                    body = [at(ast.Try(node.body, node.handlers, node.orelse, []), node)]
                ends = [*last, at(ast.Raise(), last[-1])]
                left = entered.leaving(self, node, body, last, ends, guards)
                return [left, *self.then(node, rest, guards)]
            case ast.Match() if inside.place_of(self.low, node) in self.low.stages:
                return [*entered.matched(self, node, guards), *self.then(node, rest, guards)]
            case ast.With() if inside.place_of(self.low, node) in self.low.stages:
                return entered.entered(self, node, rest, guards)
            case ast.Raise(exc=None) if self.again is not None:
                return [thrown.raised_again(self, node, guards, *self.again)]
            case ast.Raise() if ("kept", place_of(self.low, node)) in self.low.stages:
                return [self.tried(node, rest, guards)]
            case ast.Raise(exc=ast.Name(id=name)) if self.low.is_local(name):
                assert node.exc is not None
                return [thrown.raised_again(self, node, guards, node.exc)]
            case ast.Raise(exc=ast.Call() | ast.Name() | ast.Attribute()):
                return thrown.raised(self, node, guards) or self.stage(node, rest, guards)
        return self.stage(node, rest, guards)

    def reached(self, guards: list[Guard]) -> list[Guard]:
        """The guards that an exception may come to: what one before them is for does not."""
        found: list[Guard] = []
        for guard in guards:
            if not any(exceptions.covers(each.classes, guard.classes) for each in found):
                found.append(guard)
        return found

    def stage(self, node: ast.stmt, rest: list[ast.stmt], guards: list[Guard]) -> list[ast.stmt]:
        """A statement, and what follows where it has not raised."""
        able = [g for g in guards if exceptions.may_come(self.low, g.classes, node)]
        place = inside.place_of(self.low, node)
        if not able and guards and ("raises", place) in self.low.stages:
            able = guards
        if not able:
            return [self.watched(node, place), *rest]
        if place not in self.low.stages:
            whole = self.tried(node, rest, able)
            if noting.may_hold_values(self.low, whole) or inside.has_parts(node):
                whole.place = place
                for guard in able:
                    self.deeper.setdefault(guard.of, {})[place] = None
            return [whole]
        self.parts, made = True, rest
        for step in reversed(inside.steps(self.low, node)):
            if step.call is not None:
                made = [entered.call(self, step, able), *self.then(node, made, guards)]
            else:
                made = [self.tried(step.node, made, able)]
            self.names += filter(inside.is_temporary, liveness.assigned([step.node]))
        return made

    def watched(self, node: ast.stmt, place: Any) -> ast.stmt:
        """A statement that seems not to raise what is caught; a method that is told of it may."""
        low = self.low

        def action() -> None:
            before = low.own_raises
            statements.block(low, [node])
            if low.own_raises != before and ("raises", place) not in low.stages:
                low.stages["raises", place] = None
                raise TakeApart

        return at(finals.Action(action, [node], low.frame.number), node)

    def tried(self, node: ast.stmt, rest: list[ast.stmt], able: list[Guard]) -> Stage:
        self.noted.update({(guard.of, guard.number): None for guard in able})
        made = Stage([node], [Noting(guard) for guard in able], rest, [])
        at(made, node)
        return made

    def then(
        self, node: ast.stmt, rest: list[ast.stmt], guards: list[Guard]
    ) -> list[ast.stmt]:
        """What follows a statement that may have caught something inside."""
        if not rest:
            return []
        return [at(ast.If(noting.uncaught(guards), rest, []), node)]

    def tested(
        self, node: ast.If, branch: ast.If, after: list[ast.stmt], guards: list[Guard]
    ) -> list[ast.stmt]:
        ast.copy_location(branch, node)
        if not noting.may_raise(node.test):
            return [branch, *after]
        self.low.subjects += 1
        name = f"%test{self.low.subjects}"
        branch.test = ast.copy_location(ast.Name(name, ast.Load()), node.test)
        return self.stage(assign(name, node.test), [branch, *after], guards)

    def turn(self, node: ast.stmt, body: list[ast.stmt], guards: list[Guard]) -> list[ast.stmt]:
        leave = at(ast.If(_caught(guards), [ast.Break()], []), node)
        return [*self.block(body, guards), leave]

    def over(self, node: ast.For, guards: list[Guard]) -> ast.For:
        """A loop in whose header nothing raises."""
        if _fits(node.target, node.iter):
            return ast.For(node.target, node.iter, self.turn(node, node.body, guards), [])
        self.low.subjects += 1
        name = f"%item{self.low.subjects}"
        item = ast.copy_location(ast.Name(name, ast.Load()), node.target)
        given = at(ast.Assign([node.target], item), node.target)
        body = self.turn(node, [given, *node.body], guards)
        return ast.For(ast.Name(name, ast.Store()), node.iter, body, [])

    def loop(
        self, node: ast.While, rest: list[ast.stmt], guards: list[Guard]
    ) -> list[ast.stmt]:
        orelse, after = self.block(node.orelse, guards), self.then(node, rest, guards)
        if not noting.may_raise(node.test):
            body = self.turn(node, node.body, guards)
            return [ast.copy_location(ast.While(node.test, body, orelse), node), *after]
        self.low.subjects += 1
        name, ended = (f"%{what}{self.low.subjects}" for what in ("test", "ended"))
        ends: list[ast.stmt] = [ast.Assign([ast.Name(ended, ast.Store())], ast.Constant(True))]
        ends = [*(ends if orelse else []), ast.Break()]
        stop = at(ast.If(ast.UnaryOp(ast.Not(), ast.Name(name, ast.Load())), ends, []), node)
        body = [stop, *self.block(node.body, guards)]
        first = self.stage(assign(name, node.test), body, guards)
        leave = at(ast.If(_caught(guards), [ast.Break()], []), node)
        loop = at(ast.While(ast.Constant(True), [*first, leave], []), node)
        if not orelse:
            return [loop, *after]
        begin = at(ast.Assign([ast.Name(ended, ast.Store())], ast.Constant(False)), node)
        last = at(ast.If(ast.Name(ended, ast.Load()), orelse, []), node)
        return [begin, loop, last, *after]

    def attempt(
        self, node: ast.Try, rest: list[ast.stmt], guards: list[Guard]
    ) -> list[ast.stmt]:
        """A try inside the one that is taken apart: what it does not catch, that one may."""
        types = [exceptions.caught(self.low, handler) for handler in node.handlers]
        outer, self.parts = self.parts, False
        own = self.begin(node, types)
        number = own[0].of
        inner = self.block(node.body, self.reached([*own, *guards]))

        def chain() -> list[ast.stmt]:
            return self.paths(node.handlers, number, self.block(node.orelse, guards), guards)

        after = chain()
        if self.parts:  # the raises of functions that are called are known when these are lowered
            low = self.low
            after = [finals.Action(lambda: statements.block(low, chain()), after, low.frame.number)]
            after = [at(after[0], node)]
        self.parts = self.parts or outer
        begin = at(ast.Assign([ast.Name(f"{CAUGHT}{number}", ast.Store())], ast.Constant(0)), node)
        return [begin, *inner, *self.then(node, after, guards), *self.then(node, rest, guards)]

    def paths(
        self, handlers: list[ast.ExceptHandler], number: int, good: list[ast.stmt],
        guards: list[Guard],
    ) -> list[ast.stmt]:  # fmt: skip
        """What follows the body of a try, by what it has caught."""
        found = [n for of, n in {**self.noted, **self.thrown} if of == number]
        paths: list[tuple[int, int, Raised | None]] = [(n, n, None) for n in found]
        raises = self.raises.get(number, {}).values()
        paths += [(each.number, each.handler, each) for each in raises]
        for note, n, raised in paths:
            body = self.handler(handlers[n - 1], number, raised, guards)
            good = [at(ast.If(is_(number, note), body, good), handlers[n - 1])]
        return good

    def handler(
        self, node: ast.ExceptHandler, number: int, raised: Raised | None, guards: list[Guard]
    ) -> list[ast.stmt]:
        """What a handler of a try inside does, for what a stage or a raise in its body raised."""
        error = ast.copy_location(ast.Name(f"{ERROR}{number}", ast.Load()), node)
        outer, self.again = self.again, (error, raised)
        body = self.block(node.body, guards)
        self.again = outer
        if not node.name:
            return body
        low, name = self.low, node.name

        def given() -> None:
            low.set(name, self.error(number) if raised is None else raised.made(low))

        named = at(assign(name, ast.Constant(None)), node)
        return [at(finals.Action(given, [named], low.frame.number), node), *body]


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))


def _caught(guards: list[Guard]) -> ast.expr:
    """Has one of the tries that are taken apart here caught something?"""
    return ast.UnaryOp(ast.Not(), noting.uncaught(guards))


def cannot_raise(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Break() | ast.Continue() | ast.Return(value=None | ast.Constant()):
            return True
        case ast.Assign(targets=[ast.Name()], value=ast.Constant()):
            return True
        case finals.Action(body=[]):
            return True
    return isinstance(node, (ast.FunctionDef, ast.Nonlocal))


def _is_quiet(item: ast.withitem) -> bool:
    """Is it np.errstate(...), which raises nothing and has no way out?"""
    call = item.context_expr
    return isinstance(call, ast.Call) and ast.unparse(call.func).endswith("errstate")


def _fits(target: ast.expr, source: ast.expr) -> bool:
    """Is it a name, or has every item as many parts as there are names?"""
    if isinstance(target, ast.Name):
        return True
    assert isinstance(target, ast.Tuple)
    plain = all(isinstance(name, ast.Name) for name in target.elts)
    match source:
        case ast.Call(func=ast.Name("enumerate")) | ast.Call(func=ast.Attribute(attr="items")):
            return plain and len(target.elts) == 2
        case ast.Call(func=ast.Name("zip"), args=args):
            return plain and len(target.elts) == len(args)
    return False


def _is_counted(source: ast.expr) -> bool:
    """Is it a name, or range(...), zip(...) and the like of names?"""
    if isinstance(source, ast.Call):
        known = isinstance(source.func, ast.Name) and source.func.id in COUNTED
        known = known and hasattr(builtins, ast.unparse(source.func)) and not source.keywords
        return known and all(_is_counted(argument) for argument in source.args)
    plain = (ast.Name, ast.Constant, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.expr_context)
    return all(isinstance(node, plain) for node in ast.walk(source))
