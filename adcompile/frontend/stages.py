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
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcompile.errors import RejectedError
from adcompile.frontend import (
    calls,
    classes,
    contexts,
    exceptions,
    expressions,
    finals,
    inside,
    liveness,
    patterns,
    statements,
)
from adcompile.frontend.values import Name, Num, TakeApart, Value
from adcompile.trace.ir import UNDEF, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.attempts import Attempt
    from adcompile.frontend.lower import Lowerer

CAUGHT, ERROR = "%caught", "%error"
NEVER = Num(UNDEF)  # what an exception holds, where there is no path to its raise
RAISED = 1000  # notes from here on are of raises, below of handlers
COMPOUND = (ast.With, ast.Try, ast.Match)
COUNTED = ("range", "len", "enumerate", "zip", "reversed")


class Stage(ast.Try):
    """An attempt at one statement; `place` where that could be taken apart, too."""

    place: Any = None


class Noting(ast.ExceptHandler):
    """A handler that notes what was caught; `caught` are the names of what it is for."""

    def __init__(self, guard: Guard) -> None:
        name = ast.Name(f"{CAUGHT}{guard.of}", ast.Store())
        note = ast.Assign([name], ast.Constant(guard.number))
        super().__init__(None, f"{ERROR}{guard.of}", [note])
        self.caught = guard.caught


@dataclass(frozen=True)
class Guard:
    """A handler of the try that is taken apart: what it is for, and how it is noted.

    `classes` are those of `caught`, None where it is for all; `reads` says whether the handler
    looks at the exception; `place` is that of the try, and `frame` the one that it stands in.
    """

    classes: tuple[Any, ...] | None
    caught: str
    number: int
    of: int
    reads: bool
    place: Any
    frame: int


@dataclass(frozen=True)
class Raised:
    """A raise that a handler catches, and what makes the exception there: a call of its class."""

    number: int
    handler: int
    cls: Value
    parts: tuple[str, ...]
    call: ast.expr
    place: Any

    def made(self, low: Lowerer) -> Value:
        """The exception; one that cannot be made here is raised and caught as it is."""
        low.here, read = self.call, [low.name(name, self.call) for name in self.parts]
        lost = low.refusals.lost
        try:
            made = calls.invoke(low, self.cls, read, {})
            if low.refusals.lost == lost:
                return made
        except RejectedError:
            pass
        low.stages["kept", self.place] = None
        raise TakeApart


def lower(attempt: Attempt, rest: list[ast.stmt]) -> bool:
    """Lower a try in stages; True where what follows has been lowered too."""
    low, node = attempt.low, attempt.node
    loc = low.build.loc
    apart = _Apart(low)
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
        if _is_reached(low, each)
    ]
    if low.flag(f"{CAUGHT}{number}") != Lit(0):
        paths += [(n, n - 1, None) for n in apart.caught(number)]
    if not paths:
        statements.block(low, node.orelse)
        attempt.on_leaving()
        return False
    numbers = [0, *(note for note, *_ in paths[:-1])]
    conditions = [low.truth(expressions.lower(low, _is(number, note))) for note in numbers]
    good = statements.open_branch(low, body)
    sides = [
        statements.open_branch(low, lambda n=n, each=each: handler(n, each)) for _, n, each in paths
    ]
    low.build.loc = loc
    return attempt.join(conditions, good, sides, rest)


def _is_reached(low: Lowerer, raised: Raised) -> bool:
    """Is there a path to this raise?  A condition may be known not to hold."""
    held = low.state.names[low.frame.number]
    return all(held.get(name, NEVER) != NEVER for name in raised.parts)


def _is(of: int, number: int) -> ast.expr:
    name = ast.Name(f"{CAUGHT}{of}", ast.Load())
    return ast.Compare(name, [ast.Eq()], [ast.Constant(number)])


class _Apart:
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
        for name in _parts_known(low, place):
            low.homes[name] = frame.number
            low.set(name, NEVER)
        return [
            Guard(exceptions.classes_of(low, handler.type), text, n, number, _reads(handler), place,
                  frame.number)
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
                return self.stage(_assign(name, source), [loop, *after], guards)
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
                    body = [_at(ast.Try(node.body, node.handlers, node.orelse, []), node)]
                ends = [*last, _at(ast.Raise(), last[-1])]
                left = self.leaving(node, body, last, ends, guards)
                return [left, *self.then(node, rest, guards)]
            case ast.Match() if inside.place_of(self.low, node) in self.low.stages:
                return [*self.matched(node, guards), *self.then(node, rest, guards)]
            case ast.With() if inside.place_of(self.low, node) in self.low.stages:
                return self.entered(node, rest, guards)
            case ast.Raise(exc=None) if self.again is not None:
                return [self.raised_again(node, guards, *self.again)]
            case ast.Raise() if ("kept", place_of(self.low, node)) in self.low.stages:
                return [self.tried(node, rest, guards)]
            case ast.Raise(exc=ast.Name(id=name)) if self.low.is_local(name):
                assert node.exc is not None
                return [self.raised_again(node, guards, node.exc)]
            case ast.Raise(exc=ast.Call() | ast.Name() | ast.Attribute()):
                return self.raised(node, guards) or self.stage(node, rest, guards)
        return self.stage(node, rest, guards)

    def raised(self, node: ast.Raise, guards: list[Guard]) -> list[ast.stmt]:
        """A raise that is caught here leaves by the notes alone; what it holds keeps its values."""
        assert node.exc is not None
        call = node.exc if isinstance(node.exc, ast.Call) else ast.Call(node.exc, [], [])
        cls = exceptions.class_of(self.low, call.func)
        starred = any(isinstance(arg, ast.Starred) for arg in call.args)
        if cls is None or call.keywords or starred:
            return []
        guard = _catching(guards, cls)
        if guard is None:
            return []
        exceptions.named(self.low, call.func)
        made = expressions.lower(self.low, call.func), call, len(call.args)
        number, names = self.note(node, made, guard, self.low.frame.number == guard.frame)
        caught = ast.Name(f"{CAUGHT}{guard.of}", ast.Store())
        rest: list[ast.stmt] = [_at(ast.Assign([caught], ast.Constant(number)), node)]
        for name, arg in reversed(list(zip(names, call.args))):
            kept = _assign(name, arg)
            rest = self.stage(kept, rest, guards) if _may_raise(arg) else [kept, *rest]
        return rest

    def raised_again(
        self, node: ast.Raise, guards: list[Guard], call: ast.expr, raised: Raised | None = None
    ) -> ast.stmt:
        """A raise of what is at hand, or was caught: it is known where that is lowered."""
        low, self.parts = self.low, True
        whole = self.tried(_at(ast.Raise(call), node), [], guards)

        def action() -> None:
            value = expressions.lower(low, call) if raised is None else raised.made(low)
            known = exceptions.given(low, value)
            guard = None if known is None else _catching(guards, known[0][0])
            if known is None or guard is None:
                statements.block(low, [whole])
                return
            (cls, *_), values = known
            name = cls.__name__ if isinstance(cls, type) else cls.name
            number, names = self.note(node, (Name(name, cls), call, len(values)), guard, False)
            for name, value in zip(names, values):
                low.set(name, value)
            low.set(f"{CAUGHT}{guard.of}", Num(Lit(number)))

        return self.action(action, whole, guards)

    def action(self, action: Callable[[], None], whole: Stage, guards: list[Guard]) -> ast.stmt:
        """What is found out where it is lowered, in place of a whole stage."""
        known = [name for guard in guards for name in _parts_known(self.low, guard.place)]
        body = [whole, *(_at(_assign(name, ast.Constant(None)), whole) for name in known)]
        return _at(finals.Action(action, body, self.low.frame.number), whole)

    def note(
        self, node: ast.Raise, made: tuple[Value, ast.expr, int], guard: Guard, here: bool
    ) -> tuple[int, tuple[str, ...]]:
        """How a raise is noted for the handler that catches it, and what keeps what it holds:
        a call of a class, with so many arguments.  `here` says that the names may be made here.
        """
        cls, call, count = made
        low, place = self.low, place_of(self.low, node)
        known = self.raises.setdefault(guard.of, {})
        if not guard.reads:
            self.thrown[guard.of, guard.number] = None
            low.subjects += 1
            names = tuple(f"%kept{low.subjects}_{n}" for n in range(count))
            self.names += names
            return guard.number, names
        if place in known:
            return known[place].number, known[place].parts
        if here:
            low.subjects += 1
            names = tuple(f"%part{low.subjects}_{n}" for n in range(count))
            for name in names:
                low.homes[name] = guard.frame
                low.set(name, NEVER)
        else:  # the try has to begin with these names
            key = "part", guard.place, place, count
            if count and key not in low.stages:
                low.stages[key] = None
                raise TakeApart
            names = _part_names(low, key) if count else ()
        number = RAISED + len(known)
        known[place] = Raised(number, guard.number, cls, names, call, place)
        return number, names

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
            made = self.tried(node, rest, able)
            if may_hold_values(self.low, made) or isinstance(node, COMPOUND):
                made.place = place
                for guard in able:
                    self.deeper.setdefault(guard.of, {})[made.place] = None
            return [made]
        self.parts, made = True, rest
        for step in reversed(inside.steps(self.low, node)):
            if step.call is not None:
                made = [self.call(step, able), *self.then(node, made, guards)]
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

        return _at(finals.Action(action, [node], low.frame.number), node)

    def tried(self, node: ast.stmt, rest: list[ast.stmt], able: list[Guard]) -> Stage:
        self.noted.update({(guard.of, guard.number): None for guard in able})
        made = Stage([node], [Noting(guard) for guard in able], rest, [])
        _at(made, node)
        return made

    def call(self, step: inside.Step, guards: list[Guard]) -> ast.stmt:
        """A call, the statements of what is called each an attempt of its own."""
        low, call = self.low, step.call
        assert call is not None
        whole = self.tried(step.node, [], guards)

        def action() -> None:
            function = inside.function_of(low, call)
            if function is None:
                statements.block(low, [whole])
                return
            outer = low.within
            low.within = inside.Within(function, lambda body: self.block(body, guards))
            try:
                statements.block(low, [step.node])
            finally:
                low.within = outer

        return self.action(action, whole, guards)

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
        return self.stage(_assign(name, node.test), [branch, *after], guards)

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
        loop = _at(ast.While(ast.Constant(True), [*first, leave], []), node)
        if not orelse:
            return [loop, *after]
        begin = _at(ast.Assign([ast.Name(ended, ast.Store())], ast.Constant(False)), node)
        last = _at(ast.If(ast.Name(ended, ast.Load()), orelse, []), node)
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
            after = [_at(after[0], node)]
        self.parts = self.parts or outer
        begin = _at(ast.Assign([ast.Name(f"{CAUGHT}{number}", ast.Store())], ast.Constant(0)), node)
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
            good = [_at(ast.If(_is(number, note), body, good), handlers[n - 1])]
        return good

    def leaving(
        self, node: ast.stmt, body: list[ast.stmt], last: list[ast.stmt], ends: list[ast.stmt],
        guards: list[Guard], name: str | None = None,
    ) -> ast.stmt:  # fmt: skip
        """A body with what runs on its ways out: `last`, or `ends` where an exception leaves."""
        low, outer, self.parts = self.low, self.again, True
        handler = _at(ast.ExceptHandler(None, name, ends), node)
        own = self.begin(_at(ast.Try(body, [handler], [], []), node), [exceptions.EVERY])
        number, self.again = own[0].of, None
        inner = self.block(body, own)
        self.again = outer

        def action() -> None:
            low.set(f"{CAUGHT}{number}", Num(Lit(0)))
            statements.block(low, inner)
            if low.state.dead:
                return
            caught = low.truth(expressions.lower(low, _is(number, 0)))
            ways = self.paths([handler], number, [], guards)

            def out() -> None:
                finals.on_the_way_out(low, lambda: statements.block(low, self.block(last, guards)))

            def caught_here() -> None:
                for flag in statements.FLAGS:
                    low.set(flag, statements.FALSE)
                statements.block(low, ways)

            if caught == Lit(True):
                out()
            else:
                statements.branch(low, caught, out, caught_here)

        seen = [*inner, *self.block(last, guards), *self.paths([handler], number, [], guards)]
        return _at(finals.Action(action, seen, low.frame.number), node)

    def entered(self, node: ast.With, rest: list[ast.stmt], guards: list[Guard]) -> list[ast.stmt]:
        """A with block, of an object of the user's, and what follows it."""
        item, *others = node.items
        body = [_at(ast.With(others, node.body), node)] if others else node.body
        low, self.parts = self.low, True
        after = self.then(node, rest, guards)
        special = contexts.as_statements(low, node, body)
        if special is not None:
            return [*self.block(special, guards), *after]
        if contexts.is_special(low, item.context_expr):
            return [self.tried(node, rest, guards)]
        low.subjects += 1
        name = f"%context{low.subjects}"
        held = ast.copy_location(ast.Name(name, ast.Load()), node)
        known = [ast.withitem(held, item.optional_vars)]
        whole = self.tried(_at(ast.With(known, body), node), [], guards)

        def action() -> None:
            value = low.name(name, held)
            found = [classes.method_of(low, value, each) for each in ("__enter__", "__exit__")]
            if found[0] is None or found[1] is None:
                statements.block(low, [whole])
                return
            call = ast.Call(ast.Attribute(held, "__enter__", ast.Load()), [], [])
            enter = _at(ast.Expr(call), node)
            if item.optional_vars is not None:
                enter = _at(ast.Assign([item.optional_vars], call), node)
            last, ends, error = contexts.left(low, node, name, found[1][0].function, True)
            left = self.leaving(node, body, [last], ends, guards, error)
            statements.block(low, self.stage(enter, [left], guards))

        given = _at(_assign(name, item.context_expr), node)
        return [*self.stage(given, [self.action(action, whole, guards)], guards), *after]

    def matched(self, node: ast.Match, guards: list[Guard]) -> list[ast.stmt]:
        """A match statement, whose ifs are known where it is lowered."""
        low, self.parts = self.low, True
        low.subjects += 1
        name = f"%kept{low.subjects}"
        self.names.append(name)
        held = ast.copy_location(ast.Name(name, ast.Load()), node.subject)
        known = _at(ast.Match(held, node.cases), node)
        assert isinstance(known, ast.Match)
        whole = self.tried(known, [], guards)

        def action() -> None:
            statements.block(low, self.block(patterns.chain(low, known), guards))

        given = _at(_assign(name, node.subject), node)
        return self.stage(given, [self.action(action, whole, guards)], guards)

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

        named = _at(_assign(name, ast.Constant(None)), node)
        return [_at(finals.Action(given, [named], low.frame.number), node), *body]


def place_of(low: Lowerer, node: ast.stmt) -> tuple[str, int, int]:
    return low.frame.function.file, node.lineno, node.col_offset


def _catching(guards: list[Guard], cls: Any) -> Guard | None:
    return next((guard for guard in guards if exceptions.catches(guard.classes, cls)), None)


def may_hold_values(low: Lowerer, node: ast.Try) -> bool:
    """May a statement of the user's have made what is caught here, of values?"""
    return any(
        isinstance(each, ast.Raise)
        or (isinstance(each, ast.Call) and not exceptions.is_library(low, each.func))
        for part in node.body for each in ast.walk(part)
    )  # fmt: skip


def _reads(handler: ast.ExceptHandler) -> bool:
    """Does a handler look at the exception?"""
    nodes = [each for part in handler.body for each in ast.walk(part)]
    return any(
        (isinstance(each, ast.Raise) and each.exc is None)
        or (isinstance(each, ast.Name) and each.id == handler.name)
        for each in nodes
    )


def _part_names(low: Lowerer, key: Any) -> tuple[str, ...]:
    """The names of what a raise in a function that a try calls puts into the exception."""
    place = list(low.stages).index(key)
    return tuple(f"%part_{place}_{n}" for n in range(key[-1]))


def _parts_known(low: Lowerer, place: Any) -> list[str]:
    """Those of all such raises that are known of the try at a place."""
    keys = [key for key in low.stages if key[0] == "part" and key[1] == place]
    return [name for key in keys for name in _part_names(low, key)]


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
