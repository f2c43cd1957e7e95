"""What the stages of a try note: that something was caught, by which handler, and what it holds."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from adcompile.errors import RejectedError
from adcompile.frontend import calls, exceptions
from adcompile.frontend.values import Num, TakeApart, Value
from adcompile.trace.ir import UNDEF

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

CAUGHT, ERROR = "%caught", "%error"
NEVER = Num(UNDEF)  # what an exception holds, where there is no path to its raise
RAISED = 1000  # notes from here on are of raises, below of handlers
Made = TypeVar("Made", bound=ast.AST)


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


def is_reached(low: Lowerer, raised: Raised) -> bool:
    """Is there a path to this raise?  A condition may be known not to hold."""
    held = low.state.names[low.frame.number]
    return all(held.get(name, NEVER) != NEVER for name in raised.parts)


def is_(of: int, number: int) -> ast.expr:
    name = ast.Name(f"{CAUGHT}{of}", ast.Load())
    return ast.Compare(name, [ast.Eq()], [ast.Constant(number)])


def place_of(low: Lowerer, node: ast.stmt) -> tuple[str, int, int]:
    return low.frame.function.file, node.lineno, node.col_offset


def catching(guards: list[Guard], cls: Any) -> Guard | None:
    return next((guard for guard in guards if exceptions.catches(guard.classes, cls)), None)


def may_hold_values(low: Lowerer, node: ast.Try) -> bool:
    """May a statement of the user's have made what is caught here, of values?"""
    return any(
        isinstance(each, ast.Raise)
        or (isinstance(each, ast.Call) and not exceptions.is_library(low, each.func))
        for part in node.body for each in ast.walk(part)
    )  # fmt: skip


def reads(handler: ast.ExceptHandler) -> bool:
    """Does a handler look at the exception?"""
    nodes = [each for part in handler.body for each in ast.walk(part)]
    return any(
        (isinstance(each, ast.Raise) and each.exc is None)
        or (isinstance(each, ast.Name) and each.id == handler.name)
        for each in nodes
    )


def part_names(low: Lowerer, key: Any) -> tuple[str, ...]:
    """The names of what a raise in a function that a try calls puts into the exception."""
    place = list(low.stages).index(key)
    return tuple(f"%part_{place}_{n}" for n in range(key[-1]))


def parts_known(low: Lowerer, place: Any) -> list[str]:
    """Those of all such raises that are known of the try at a place."""
    keys = [key for key in low.stages if key[0] == "part" and key[1] == place]
    return [name for key in keys for name in part_names(low, key)]


def assign(name: str, value: ast.expr) -> ast.stmt:
    return at(ast.Assign([ast.Name(name, ast.Store())], value), value)


def at(made: Made, node: ast.AST) -> Made:
    """The statement where another stands, and with it what is new in it."""
    new: list[ast.AST] = [*ast.iter_child_nodes(ast.copy_location(made, node))]
    while new:
        part = new.pop()
        if not hasattr(part, "lineno"):
            new += ast.iter_child_nodes(ast.copy_location(part, made))
    return made


def may_raise(test: ast.expr) -> bool:
    """Names and numbers that are compared are taken to raise nothing."""
    plain = (ast.Name, ast.Constant, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.expr_context,
             ast.operator, ast.unaryop, ast.boolop, ast.cmpop)  # fmt: skip
    return not all(isinstance(node, plain) for node in ast.walk(test))


def uncaught(guards: list[Guard]) -> ast.expr:
    tests = [is_(number, 0) for number in dict.fromkeys(guard.of for guard in guards)]
    return tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)
