"""A try of which must be known how far it came before it raised: a statement at a time.

    try:                        try: y = x * x                  caught = 0 before it
        y = x * x               except ValueError: caught = 1
        z = math.log(y)   =>    else:
    except ValueError:              try: z = math.log(y)
        z = y                       except ValueError: caught = 1
                                if caught == 1: z = y

What a statement that raises would have assigned is not assigned; everything before it is.  Only a
try is taken apart so of which a handler, or what follows, reads what the body has changed.
"""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcompile.frontend import exceptions, expressions, finals, statements
from adcompile.frontend.values import Num, Value
from adcompile.trace.ir import UNDEF, Lit

if TYPE_CHECKING:
    from adcompile.frontend.attempts import Attempt
    from adcompile.frontend.lower import Lowerer

CAUGHT, ERROR = "%caught", "%error"
NEVER = Num(UNDEF)  # what an exception holds, where there is no path to its raise
RAISED = 1000  # notes from here on are of raises, below of handlers
COUNTED = ("range", "len", "enumerate", "zip", "reversed")


class Stage(ast.Try):
    """An attempt at one statement."""


@dataclass(frozen=True)
class Guard:
    """A handler of the try that is taken apart: what it is for, and how it is noted."""

    type: ast.expr | None
    number: int
    of: int

    def handler(self) -> ast.ExceptHandler:
        note = ast.Assign([ast.Name(f"{CAUGHT}{self.of}", ast.Store())], ast.Constant(self.number))
        return ast.ExceptHandler(self.type, f"{ERROR}{self.of}", [note])


@dataclass(frozen=True)
class Raised:
    """A raise that a handler of the same function catches, and what makes the exception there."""

    number: int
    handler: int
    made: ast.expr


def lower(attempt: Attempt, rest: list[ast.stmt]) -> bool:
    """Lower a try in stages; True where what follows has been lowered too."""
    low, node = attempt.low, attempt.node
    low.subjects += 1
    number, loc = low.subjects, low.build.loc
    apart = _Apart(low)
    guards = [Guard(handler.type, n + 1, number) for n, handler in enumerate(node.handlers)]
    low.set(f"{CAUGHT}{number}", Num(Lit(0)))
    statements.block(low, apart.block(node.body, apart.reached(guards)))
    if low.state.dead:
        return False

    def body() -> None:
        statements.block(low, node.orelse)
        attempt.on_leaving()

    def handler(n: int, made: ast.expr | None) -> None:
        for flag in statements.FLAGS:
            low.set(flag, statements.FALSE)
        error: Value = Num(low.flag(f"{ERROR}{number}")) if made is None else (
            expressions.lower(low, made)
        )  # fmt: skip
        attempt.handle(node.handlers[n], error)

    paths: list[tuple[int, int, ast.expr | None]] = [
        (each.number, each.handler - 1, each.made) for each in apart.raises.get(number, ())
        if _is_reached(low, each)
    ]
    if f"{ERROR}{number}" in low.state.names[low.frame.number]:  # some stage was not left out
        noted = [n for n in range(len(guards)) if (number, n + 1) in apart.noted]
        paths += [(n + 1, n, None) for n in noted]
    if not paths:
        statements.block(low, node.orelse)
        attempt.on_leaving()
        return False
    numbers = [0, *(note for note, *_ in paths[:-1])]
    conditions = [low.truth(expressions.lower(low, _is(number, note))) for note in numbers]
    good = statements.open_branch(low, body)
    sides = [
        statements.open_branch(low, lambda n=n, made=made: handler(n, made)) for _, n, made in paths
    ]
    low.build.loc = loc
    return attempt.join(conditions, good, sides, rest)


def _is_reached(low: Lowerer, raised: Raised) -> bool:
    """Is there a path to this raise?  A condition may be known not to hold."""
    held = low.state.names[low.frame.number]
    read = [node.id for node in ast.walk(raised.made) if isinstance(node, ast.Name)]
    return all(held[name] != NEVER for name in read if name.startswith("%part"))


def _is(of: int, number: int) -> ast.expr:
    name = ast.Name(f"{CAUGHT}{of}", ast.Load())
    return ast.Compare(name, [ast.Eq()], [ast.Constant(number)])


class _Apart:
    def __init__(self, low: Lowerer) -> None:
        self.low = low
        self.raises: dict[int, list[Raised]] = {}  # by the try that catches them
        self.noted: dict[tuple[int, int], None] = {}  # the handlers that a stage may lead to

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
                return [self.stage(_assign(name, source), [loop, *after], guards)]
            case ast.While():
                return self.loop(node, rest, guards)
            case ast.Try(finalbody=[], handlers=handlers) if not any(
                _raises_again(handler) for handler in handlers
            ):
                return self.attempt(node, rest, guards)
            case ast.With(items=items) if all(_is_quiet(item) for item in items):
                inside = ast.With(items, self.block(node.body, guards))
                return [ast.copy_location(inside, node), *self.then(node, rest, guards)]
            case ast.Raise(exc=ast.Call() | ast.Name() | ast.Attribute()):
                return self.raised(node, guards) or [self.stage(node, rest, guards)]
        return [self.stage(node, rest, guards)]

    def raised(self, node: ast.Raise, guards: list[Guard]) -> list[ast.stmt]:
        """A raise that is caught here leaves by the notes alone; what it holds keeps its values."""
        assert node.exc is not None
        call = node.exc if isinstance(node.exc, ast.Call) else ast.Call(node.exc, [], [])
        cls = exceptions.class_of(self.low, call.func)
        starred = any(isinstance(arg, ast.Starred) for arg in call.args)
        if cls is None or call.keywords or starred:
            return []
        for guard in guards:
            if exceptions.catches(self.low, guard.type, cls):
                exceptions.named(self.low, call.func)
                self.low.subjects += 1
                place = f"%part{self.low.subjects}_"
                names = [f"{place}{n}" for n in range(len(call.args))]
                for name in names:
                    self.low.set(name, NEVER)
                raises = self.raises.setdefault(guard.of, [])
                read: list[ast.expr] = [ast.Name(name, ast.Load()) for name in names]
                made = _at(ast.Expr(ast.Call(call.func, read, [])), node)
                assert isinstance(made, ast.Expr)
                number = RAISED + len(raises)
                raises.append(Raised(number, guard.number, made.value))
                note = ast.Assign([ast.Name(f"{CAUGHT}{guard.of}", ast.Store())],
                                  ast.Constant(number))  # fmt: skip
                rest: list[ast.stmt] = [_at(note, node)]
                for name, arg in reversed(list(zip(names, call.args))):
                    kept = _assign(name, arg)
                    rest = [self.stage(kept, rest, guards)] if _may_raise(arg) else [kept, *rest]
                return rest
        return []

    def reached(self, guards: list[Guard]) -> list[Guard]:
        """The guards that an exception may come to: what one before them is for does not."""
        found: list[Guard] = []
        for guard in guards:
            if not any(exceptions.covers(self.low, each.type, guard.type) for each in found):
                found.append(guard)
        return found

    def stage(self, node: ast.stmt, rest: list[ast.stmt], guards: list[Guard]) -> ast.stmt:
        able = [guard for guard in guards if exceptions.may_come(self.low, guard.type, node)]
        if not able:
            return _at(ast.If(ast.Constant(True), [node, *rest], []), node)
        self.noted.update({(guard.of, guard.number): None for guard in able})
        made = Stage([node], [guard.handler() for guard in able], rest, [])
        return _at(made, node)

    def then(
        self, node: ast.stmt, rest: list[ast.stmt], guards: list[Guard]
    ) -> list[ast.stmt]:
        """What follows a statement that may have caught something inside."""
        if not rest:
            return []
        return [_at(ast.If(_uncaught(guards), rest, []), node)]

    def tested(
        self, node: ast.If, branch: ast.If, after: list[ast.stmt], guards: list[Guard]
    ) -> list[ast.stmt]:
        ast.copy_location(branch, node)
        if not _may_raise(node.test):
            return [branch, *after]
        self.low.subjects += 1
        name = f"%test{self.low.subjects}"
        branch.test = ast.copy_location(ast.Name(name, ast.Load()), node.test)
        return [self.stage(_assign(name, node.test), [branch, *after], guards)]

    def turn(self, node: ast.stmt, body: list[ast.stmt], guards: list[Guard]) -> list[ast.stmt]:
        leave = _at(ast.If(_caught(guards), [ast.Break()], []), node)
        return [*self.block(body, guards), leave]

    def over(self, node: ast.For, guards: list[Guard]) -> ast.For:
        """A loop in whose header nothing raises."""
        if _fits(node.target, node.iter):
            return ast.For(node.target, node.iter, self.turn(node, node.body, guards), [])
        self.low.subjects += 1
        name = f"%item{self.low.subjects}"
        item = ast.copy_location(ast.Name(name, ast.Load()), node.target)
        given = _at(ast.Assign([node.target], item), node.target)
        body = self.turn(node, [given, *node.body], guards)
        return ast.For(ast.Name(name, ast.Store()), node.iter, body, [])

    def loop(
        self, node: ast.While, rest: list[ast.stmt], guards: list[Guard]
    ) -> list[ast.stmt]:
        orelse, after = self.block(node.orelse, guards), self.then(node, rest, guards)
        if not _may_raise(node.test):
            body = self.turn(node, node.body, guards)
            return [ast.copy_location(ast.While(node.test, body, orelse), node), *after]
        self.low.subjects += 1
        name, ended = (f"%{what}{self.low.subjects}" for what in ("test", "ended"))
        ends: list[ast.stmt] = [ast.Assign([ast.Name(ended, ast.Store())], ast.Constant(True))]
        ends = [*(ends if orelse else []), ast.Break()]
        stop = _at(ast.If(ast.UnaryOp(ast.Not(), ast.Name(name, ast.Load())), ends, []), node)
        body = [stop, *self.block(node.body, guards)]
        first = self.stage(_assign(name, node.test), body, guards)
        leave = _at(ast.If(_caught(guards), [ast.Break()], []), node)
        loop = _at(ast.While(ast.Constant(True), [first, leave], []), node)
        if not orelse:
            return [loop, *after]
        begin = _at(ast.Assign([ast.Name(ended, ast.Store())], ast.Constant(False)), node)
        last = _at(ast.If(ast.Name(ended, ast.Load()), orelse, []), node)
        return [begin, loop, last, *after]

    def attempt(
        self, node: ast.Try, rest: list[ast.stmt], guards: list[Guard]
    ) -> list[ast.stmt]:
        """A try inside the one that is taken apart: what it does not catch, that one may."""
        self.low.subjects += 1
        number = self.low.subjects
        own = [Guard(handler.type, n + 1, number) for n, handler in enumerate(node.handlers)]
        inner = self.block(node.body, self.reached([*own, *guards]))
        chain: list[ast.stmt] = self.block(node.orelse, guards)
        error: ast.expr = ast.Name(f"{ERROR}{number}", ast.Load())
        paths = [
            (n, handler, error)
            for n, handler in enumerate(node.handlers, 1)
            if (number, n) in self.noted
        ]
        paths += [
            (each.number, node.handlers[each.handler - 1], each.made)
            for each in self.raises.get(number, ())
        ]
        for note, handler, error in paths:
            body = self.block(handler.body, guards)
            if handler.name:
                named = ast.Assign([ast.Name(handler.name, ast.Store())], error)
                body = [_at(named, handler), *body]
            chain = [_at(ast.If(_is(number, note), body, chain), handler)]
        begin = _at(ast.Assign([ast.Name(f"{CAUGHT}{number}", ast.Store())], ast.Constant(0)), node)
        return [begin, *inner, *self.then(node, chain, guards), *self.then(node, rest, guards)]


def _raises_again(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler))


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return _at(ast.Assign([ast.Name(name, ast.Store())], value), value)


def _at(made: ast.stmt, node: ast.AST) -> ast.stmt:
    """The statement where another stands, and with it what is new in it."""
    new: list[ast.AST] = [*ast.iter_child_nodes(ast.copy_location(made, node))]
    while new:
        part = new.pop()
        if not hasattr(part, "lineno"):
            new += ast.iter_child_nodes(ast.copy_location(part, made))
    return made


def _caught(guards: list[Guard]) -> ast.expr:
    """Has one of the tries that are taken apart here caught something?"""
    return ast.UnaryOp(ast.Not(), _uncaught(guards))


def _uncaught(guards: list[Guard]) -> ast.expr:
    tests = [_is(number, 0) for number in dict.fromkeys(guard.of for guard in guards)]
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)


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


def _may_raise(test: ast.expr) -> bool:
    """Names and numbers that are compared are taken to raise nothing."""
    plain = (ast.Name, ast.Constant, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.expr_context,
             ast.operator, ast.unaryop, ast.boolop, ast.cmpop)  # fmt: skip
    return not all(isinstance(node, plain) for node in ast.walk(test))


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
