"""What the comments for the compiler ask for (`comments`), where that can be done; refusals else.

What is gone through again must be the same the second time: no call that is kept as it stands, no
random draw.  What only tells or checks something (print, assert, raise) is done the first time.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from adcompile.errors import RejectedError
from adcompile.rules import memory
from adcompile.trace.ir import (
    Apply,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Loc,
    Pragma,
    Trace,
    While,
    walk,
)

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def of(node: ast.AST) -> Pragma | None:
    """What the comment above a loop or a function asks for."""
    return getattr(node, "pragma", None)


def check_placed(low: Lowerer, node: ast.AST) -> None:
    """Refuse the comments in a function that stand above nothing they are for."""
    for comment in getattr(node, "misplaced", ()):
        low.refusals.add(low.rejection(comment, comment.message, "ADC601"))
        low.refusals.lost += 1
    low.at(node)


def check_unrolled(low: Lowerer, node: ast.For) -> None:
    """A loop that is gone through when compiling has no turns left to keep or to repeat."""
    pragma = of(node)
    if pragma is not None:
        raise low.rejection(
            node, f"'# ad: {pragma}' stands above a loop over something of known length, which is "
            "written out turn by turn; write # ad: checkpoint above a function for the body, or "
            "loop over a range", "ADC604",
        )  # fmt: skip


def check(block: Block, functions: Mapping[str, Trace]) -> None:
    """Refuse the comments that cannot be followed, in a function and in its callees."""
    bodies = [block, *(function.body for function in functions.values())]
    found = [error for body in bodies for eqn in walk(body) for error in _loop(eqn, functions)]
    for function in functions.values():
        if function.pragma is not None:
            found += _again(function.body, function.pragma, functions, function.loc, "function")
    if found:
        raise found[0].joined(found[1:])


def _loop(eqn: Equation, functions: Mapping[str, Trace]) -> Iterator[RejectedError]:
    if not isinstance(eqn, (For, While)) or eqn.pragma is None:
        return
    yield from _again(eqn.body, eqn.pragma, functions, eqn.loc, "loop")
    if isinstance(eqn, While):
        yield from _again(eqn.cond, eqn.pragma, functions, eqn.loc, "loop")


def _again(
    block: Block, pragma: Pragma, functions: Mapping[str, Trace], loc: Loc | None, what: str
) -> list[RejectedError]:
    for eqn in _reached(block, functions):
        if isinstance(eqn, Call):
            if not any(_is_effect(inner) for inner in _reached(Block((eqn,), ()), functions)):
                continue
            done = f"a call of {eqn.function}, which prints, raises or checks something"
        elif isinstance(eqn, If) and eqn.caught:
            if not any(_tells(inner) for inner in walk(eqn.then)):
                continue
            done = "a try around something that is printed or written"
        elif isinstance(eqn, Apply) and _draws(eqn):
            done = _named(eqn)
        else:
            continue
        return [RejectedError(
            f"'# ad: {pragma}' stands above a {what} that would have to be gone through again, "
            f"with {done} in it; move that out, or leave the comment away",
            eqn.loc or loc, code="ADC602",
        )]  # fmt: skip
    return []


def _reached(block: Block, functions: Mapping[str, Trace]) -> Iterator[Equation]:
    """The equations of a block and of what it calls."""
    called: dict[str, None] = {}
    pending = [block]
    while pending:
        for eqn in walk(pending.pop()):
            yield eqn
            if isinstance(eqn, Call) and eqn.function not in called:
                called[eqn.function] = None
                pending.append(functions[eqn.function].body)


def _named(eqn: Apply) -> str:
    """What a call that is kept as it stands is called."""
    name = eqn.op
    if eqn.op == "mem.outside" and isinstance(eqn.args[0], Lit):
        name = str(eqn.args[0].value).split("(")[0].replace("_0_.", "the method ")
    return f"{name}, of which nothing says that it gives the same again,"


def _draws(eqn: Apply) -> bool:
    """May the equation give something else a second time?"""
    return eqn.op == "mem.outside" or eqn.op.startswith("numpy.random")


def _tells(eqn: Equation) -> bool:
    """Is this an effect that is no exception?"""
    if not isinstance(eqn, Apply) or eqn.op != "mem.effect" or not isinstance(eqn.args[0], Lit):
        return False
    return not memory.only_raises(str(eqn.args[0].value))


def _is_effect(eqn: Equation) -> bool:
    return isinstance(eqn, Apply) and eqn.op in memory.EFFECTS

