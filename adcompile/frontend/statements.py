"""Statements: what they do to the state, and where control goes on.

`break`, `continue` and `return` set flags ("%skip", "%exit", "%return") that are ordinary names;
what follows them is lowered into the branch that goes on, or guarded.  No later pass knows them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from adcompile.frontend import (
    absent,
    assignment,
    attempts,
    augmented,
    contexts,
    decorators,
    exchanges,
    expressions,
    finals,
    generators,
    imports,
    listing,
    liveness,
    local_classes,
    looping,
    outside,
    patterns,
    reached,
    refusing,
    regained,
    resuming,
    returning,
    unread,
    unset,
    watching,
)
from adcompile.frontend.effects import is_effect
from adcompile.frontend.flags import restore
from adcompile.frontend.meeting import Branch
from adcompile.frontend.merge import join_branches
from adcompile.frontend.values import (
    Bottom,
    MakeDynamic,
    Num,
    Poison,
    Raises,
    Value,
)
from adcompile.trace.ir import NOTHING, Atom, Lit, Loc, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

FLAGS = ("%skip", "%exit", "%return")
FALSE, TRUE = Num(Lit(False)), Num(Lit(True))
COMPUTED = (ast.Call, ast.Subscript, ast.NamedExpr, ast.BinOp)


def begun(function: ast.AST, names: Mapping[str, Value]) -> dict[str, Value]:
    """The names of a function's frame where it begins, with these parameters."""
    return {**names, **dict.fromkeys(FLAGS, FALSE), **unset.flags(function, names)}


def block(low: Lowerer, statements: list[ast.stmt]) -> None:
    """Lower statements in order, as far as control reaches."""
    marks, position = resuming.Marks(low, statements), 0
    while position < len(statements):
        marks.set(position)
        try:
            if not _next(low, statements, position):
                return
            position += 1
        except MakeDynamic as found:
            again = marks.back(found)
            if again is None:
                raise
            position = again


def _next(low: Lowerer, statements: list[ast.stmt], position: int) -> bool:
    """Lower the statement at a position; does the one after it follow here?"""
    if low.state.dead:
        return False
    skip = low.flag("%skip")
    if skip == Lit(True):
        return False
    statement, rest = statements[position], statements[position:]
    if isinstance(skip, Var):
        branch(low, skip, lambda: stay(low, skip), lambda: go_on(low, rest))
        return False
    low.at(statement)
    following = False
    with refusing.surviving(low, statement):
        if isinstance(statement, ast.If):
            following = if_statement(low, statement, rest[1:])
        elif isinstance(statement, ast.Try):
            following = attempts.try_statement(low, statement, rest[1:])
        else:
            exchange = exchanges.spelled_out(low, rest[:3])
            if exchange is not None:
                block(low, [*exchange, *rest[3:]])
                return False
            try:
                one(low, statement)
            except Raises as found:
                stop(low, found)
    return not following


def stay(low: Lowerer, skip: Atom) -> None:
    """Where control has left, the flags that say so are true."""
    for flag in FLAGS:
        if low.flag(flag) == skip:
            low.set(flag, TRUE)


def go_on(low: Lowerer, rest: list[ast.stmt]) -> None:
    """Lower what follows where nothing has left: the flags are known here."""
    for flag in FLAGS:
        low.set(flag, FALSE)
    block(low, rest)


def branch(low: Lowerer, cond: Atom, then: object, orelse: object) -> None:
    """Lower both sides from the same state, and join them."""
    loc = low.build.loc
    sides = [
        open_branch(low, action, absent.told(low, cond, holds))
        for action, holds in ((then, True), (orelse, False))
    ]
    join_branches(low, cond, sides[0], sides[1], loc)
    _learn(low, cond, sides)


def _learn(low: Lowerer, cond: Atom, sides: Sequence[Branch]) -> None:
    """Behind a branch one side of which has raised: what is known on the other side."""
    for side, holds in zip(sides, (False, True)):
        if side.state.dead:
            low.present.update(dict.fromkeys(absent.told(low, cond, holds)))


def open_branch(low: Lowerer, action: object, there: tuple[Atom, ...] = ()) -> Branch:
    """The equations and the state that an action leaves when it starts from the present state.

    What is `there` is not None in it.
    """
    base = low.state
    low.state = base.copy()
    low.branches += 1
    try:
        with low.build.block() as eqns, absent.knowing(low, there):
            try:
                action()  # type: ignore[operator]
            except Bottom as found:
                stop(low, found)
        return Branch(eqns, low.state)
    finally:
        low.state = base
        low.branches -= 1


def stop(low: Lowerer, found: Bottom) -> None:
    """Nothing follows here: Python raises, or what follows is left out."""
    if isinstance(found, Raises) and found.line:
        reached.note_raise(low)
        low.build.apply_many("mem.effect", (Lit(found.line),), ())
    low.state.dead = True


def resume(
    low: Lowerer, side: Branch, action: Callable[[], None], there: tuple[Atom, ...] = ()
) -> None:
    """Go on lowering at the end of a branch, in which what is `there` is not None."""
    outer, outer_eqns = low.state, low.build.eqns
    low.state, low.build.eqns = side.state, side.eqns
    low.branches += 1
    try:
        with absent.knowing(low, there):
            try:
                action()
            except Bottom as found:
                stop(low, found)
        side.state = low.state
    finally:
        low.state, low.build.eqns = outer, outer_eqns
        low.branches -= 1


def if_statement(low: Lowerer, node: ast.If, rest: list[ast.stmt]) -> bool:
    """Lower an if; True where what follows it has been lowered too, into the side that goes on."""
    cond = low.asked(node.test)
    if isinstance(cond, Lit):
        block(low, node.body if cond.value else node.orelse)
        return False
    loc = low.at(node)

    def side(holds: bool) -> None:
        restore(low, cond, holds)
        block(low, node.body if holds else node.orelse)

    sides = [
        open_branch(low, partial(side, holds), absent.told(low, cond, holds))
        for holds in (True, False)
    ]
    live = low.live_after(node)
    bound = {} if live is None else liveness.assigned([*node.body, *node.orelse])
    dead = {name: None for name in bound if name not in (live or {})}
    return join_sides(low, cond, (sides[0], sides[1]), rest, loc, dead)


def join_sides(
    low: Lowerer, cond: Atom, sides: tuple[Branch, Branch], rest: list[ast.stmt], loc: Loc | None,
    dead: Iterable[str] = (),
) -> bool:  # fmt: skip
    """Join two branches; True where `rest` has been lowered into the one that goes on.

    `dead` are names that nothing reads before it assigns them.
    """
    ended = [side.state.names[low.frame.number].get("%skip") == TRUE for side in sides]
    taken = False
    for first, second in ((0, 1), (1, 0)):
        if (
            ended[first]
            and not ended[second]
            and not sides[second].state.dead
            and rest
            and not sides[first].state.dead
        ):
            there = absent.told(low, cond, second == 0)
            resume(low, sides[second], lambda: block(low, rest), there)
            taken = True
            break
    low.build.loc = loc
    for name in () if taken else dead:
        for each in sides:
            unread = Poison(f"{name!r} is not known where these paths meet", "ADC303")
            each.state.names[low.frame.number][name] = unread
    join_branches(low, cond, sides[0], sides[1], loc)
    _learn(low, cond, sides)
    return taken


def one(low: Lowerer, node: ast.stmt) -> None:
    """Lower a statement that is not an if."""
    match node:
        case ast.Assign(targets=targets):
            found = _given(low, node)
            with exchanges.exchanging(low, node):
                for target in targets:
                    low.at(target)
                    assignment.assign(low, target, found)
        case ast.AnnAssign(target=target, value=value):
            if value is not None:
                assignment.assign(low, target, expressions.lower(low, value, _hint(target)))
        case ast.AugAssign():
            augmented.augmented(low, node)
        case ast.Pass() | ast.While() | ast.Delete() if regained.is_done(low, node):
            pass
        case ast.For() | ast.While():
            loop(low, node)
        case ast.Return(value=value):
            result = Num(NOTHING) if value is None else expressions.lower(low, value)
            returned(low, result, node)
        case ast.Break():
            leave(low, loop=True)
        case ast.Continue():
            leave(low, loop=False)
        case ast.Expr(value=value):
            expression_statement(low, value)
        case ast.Assert():
            assertion(low, node)
        case ast.Raise():
            reached.note_raise(low)
            low.own_raises += 1
            low.effect(node)
            low.state.dead = True
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            made = decorators.decorate(low, node.decorator_list, low.closure(node))
            low.set(node.name, made)
        case ast.ClassDef():
            local_classes.define(low, node)
        case ast.Import() | ast.ImportFrom():
            imports.statement(low, node)
        case ast.Match():
            block(low, patterns.chain(low, node))
        case ast.Delete(targets=targets):
            for target in targets:
                delete(low, target)
        case ast.Nonlocal(names=names):
            refusing.check_nonlocal(low, node)
            low.nonlocals.update({(low.frame.number, name): None for name in names})
        case ast.With():
            contexts.with_statement(low, node)
        case finals.Action():
            node.action()
        case ast.Global():
            refusing.check_global(low, node)
        case _:
            starred = isinstance(node, ast.TryStar)
            out = "write except in place of except*" if starred else "write plain statements"
            what = f"{expressions.describe(node)} has no derivative; {out}"
            raise low.rejection(node, what, "ADC101")


def _given(low: Lowerer, node: ast.Assign) -> Value:
    """What is assigned."""
    with generators.kept(low, node), unread.kept(low, node.value, node.targets) as computed:
        computed.value = found = expressions.lower(low, node.value, _hint(node.targets[0]))
    watching.kept(low, node.value, found)
    return found


def loop(low: Lowerer, node: ast.For | ast.While) -> None:
    """A loop; while the result of a call in it is not known, as if it had no turns."""
    before, count = low.state.copy(), len(low.build.eqns)
    try:
        if isinstance(node, ast.For):
            looping.for_statement(low, node)
        else:
            looping.while_statement(low, node)
    except Raises:
        raise
    except Bottom:
        low.state = before
        del low.build.eqns[count:]
        block(low, node.orelse)


def returned(low: Lowerer, result: Value, node: ast.stmt) -> None:
    """return result"""
    if low.frame.number == 0:
        returning.check(low, result, node)
    low.set("%retval", result)
    low.set("%return", TRUE)
    leave(low, loop=True)


def _hint(target: ast.expr) -> str:
    """The name that the user gives to a value."""
    return target.id if isinstance(target, ast.Name) and not target.id.startswith("%") else ""


def may_be_caught(low: Lowerer) -> bool:
    """Is this in a try, or in a function of its own, which may be called in one?"""
    return low.raising is not None or bool(low.recursion.contexts)


def leave(low: Lowerer, loop: bool) -> None:
    low.set("%skip", TRUE)
    if loop:
        low.set("%exit", TRUE)


def delete(low: Lowerer, target: ast.expr) -> None:
    if isinstance(target, (ast.Tuple, ast.List)):
        for each in target.elts:
            delete(low, each)
        return
    if isinstance(target, ast.Subscript):
        listing.delete(low, target)
        return
    if not isinstance(target, ast.Name):
        raise low.rejection(
            target, "del of an attribute: only names, and items of lists and dictionaries, can be "
            "deleted", "ADC105",
        )  # fmt: skip
    expressions.lower(low, ast.copy_location(ast.Name(target.id, ast.Load()), target))
    low.set(target.id, Poison(f"{target.id!r} was deleted", "ADC304"))


def expression_statement(low: Lowerer, node: ast.expr) -> None:
    if isinstance(node, ast.Constant):
        return
    if isinstance(node, ast.Call) and is_effect(low, node):
        low.effect(ast.copy_location(ast.Expr(node), node))
        return
    if isinstance(node, ast.Call) and _is_dotted(node.func):
        assert isinstance(node.func, ast.Attribute)
        base = expressions.lower(low, node.func.value)
        if isinstance(base, Num) and outside.is_object(low, base.atom):
            if node.func.attr in outside.WRITERS:
                given = [expressions.lower(low, arg) for arg in node.args]
                low.at(node)
                outside.check_handed(low, f"_0_.{node.func.attr}", given)
            for word in node.keywords:
                if word.arg == "out":
                    function, out = f"_0_.{node.func.attr}", expressions.lower(low, word.value)
                    outside.check_out(low, function, out)
            low.effect(ast.copy_location(ast.Expr(node), node))
            return
    with unread.kept(low, node) as computed:
        computed.value = expressions.lower(low, node)


def _is_dotted(node: ast.expr) -> bool:
    """Is this a.b.c, which can be looked at without running anything?"""
    inner = node
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    return isinstance(node, ast.Attribute) and isinstance(inner, ast.Name)


def assertion(low: Lowerer, node: ast.Assert) -> None:
    """Kept where it stands; its message is computed where it fails."""
    if node.msg is not None and liveness.contains([node.msg], *COMPUTED):
        made = ast.Call(ast.Name("AssertionError", ast.Load()), [node.msg], [])
        fails = ast.If(ast.UnaryOp(ast.Not(), node.test), [ast.Raise(made, None)], [])
        block(low, [ast.fix_missing_locations(ast.copy_location(fails, node))])
        return
    reached.note_raise(low)
    low.effect(node)


# -- assignment


# -- loops
