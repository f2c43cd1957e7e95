"""A raise in a try that is taken apart: it leaves by the notes alone, and what it holds is kept.

    raise Bad(best, n)      =>      part1 = best; part2 = n; caught = 1000
    ...
    except Bad as e:                if caught == 1000: e = Bad(part1, part2)
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from adcompile.frontend import exceptions, expressions, finals, noting, statements
from adcompile.frontend.noting import (
    CAUGHT,
    NEVER,
    RAISED,
    Guard,
    Raised,
    Stage,
    assign,
    at,
    place_of,
)
from adcompile.frontend.values import Name, Num, TakeApart, Value
from adcompile.trace.ir import Lit

if TYPE_CHECKING:
    from adcompile.frontend.stages import Apart


def raised(apart: Apart, node: ast.Raise, guards: list[Guard]) -> list[ast.stmt]:
    """A raise that is caught here leaves by the notes alone; what it holds keeps its values."""
    assert node.exc is not None
    call = node.exc if isinstance(node.exc, ast.Call) else ast.Call(node.exc, [], [])
    cls = exceptions.class_of(apart.low, call.func)
    starred = any(isinstance(arg, ast.Starred) for arg in call.args)
    if cls is None or call.keywords or starred:
        return []
    guard = noting.catching(guards, cls)
    if guard is None:
        return []
    exceptions.named(apart.low, call.func)
    made = expressions.lower(apart.low, call.func), call, len(call.args)
    number, names = note(apart, node, made, guard, apart.low.frame.number == guard.frame)
    caught = ast.Name(f"{CAUGHT}{guard.of}", ast.Store())
    rest: list[ast.stmt] = [at(ast.Assign([caught], ast.Constant(number)), node)]
    for name, arg in reversed(list(zip(names, call.args))):
        kept = assign(name, arg)
        rest = apart.stage(kept, rest, guards) if noting.may_raise(arg) else [kept, *rest]
    return rest


def raised_again(
    apart: Apart, node: ast.Raise, guards: list[Guard], call: ast.expr, raised: Raised | None = None
) -> ast.stmt:
    """A raise of what is at hand, or was caught: it is known where that is lowered."""
    low, apart.parts = apart.low, True
    whole = apart.tried(at(ast.Raise(call), node), [], guards)

    def action() -> None:
        value = expressions.lower(low, call) if raised is None else raised.made(low)
        known = exceptions.given(low, value)
        guard = None if known is None else noting.catching(guards, known[0][0])
        if known is None:
            statements.block(low, [whole])
            return
        if guard is None:  # it leaves the function
            low.set("%raised", value)
            statements.block(low, [at(ast.Raise(ast.Name("%raised", ast.Load())), node)])
            return
        (cls, *_), values = known
        name = cls.__name__ if isinstance(cls, type) else cls.name
        number, names = note(apart, node, (Name(name, cls), call, len(values)), guard, False)
        for name, value in zip(names, values):
            low.set(name, value)
        low.set(f"{CAUGHT}{guard.of}", Num(Lit(number)))

    return found_out(apart, action, whole, guards)


def note(
    apart: Apart, node: ast.Raise, made: tuple[Value, ast.expr, int], guard: Guard, here: bool
) -> tuple[int, tuple[str, ...]]:
    """How a raise is noted for the handler that catches it, and what keeps what it holds:
    a call of a class, with so many arguments.  `here` says that the names may be made here.
    """
    cls, call, count = made
    low, place = apart.low, place_of(apart.low, node)
    known = apart.raises.setdefault(guard.of, {})
    if not guard.reads:
        apart.thrown[guard.of, guard.number] = None
        low.subjects += 1
        names = tuple(f"%kept{low.subjects}_{n}" for n in range(count))
        apart.names += names
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
        names = noting.part_names(low, key) if count else ()
    number = RAISED + len(known)
    known[place] = Raised(number, guard.number, cls, names, call, place)
    return number, names


def found_out(
    apart: Apart, action: Callable[[], None], whole: Stage, guards: list[Guard]
) -> ast.stmt:
    """What is found out where it is lowered, in place of a whole stage."""
    known = [name for guard in guards for name in noting.parts_known(apart.low, guard.place)]
    body = [whole, *(at(assign(name, ast.Constant(None)), whole) for name in known)]
    return at(finals.Action(action, body, apart.low.frame.number), whole)
