"""The statements for and while."""

from __future__ import annotations

import ast
import itertools
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from adcompile.errors import RejectedError
from adcompile.frontend import (
    absent,
    assignment,
    classes,
    endless,
    generators,
    iterators,
    liveness,
    memory,
    owned,
    pragmas,
    refusing,
    statements,
    unset,
    watching,
)
from adcompile.frontend.loops import Header, TestChanges, lower_loop
from adcompile.frontend.values import (
    Num,
    Obj,
    Range,
    Ref,
    Sequence,
    Struct,
    Value,
)
from adcompile.trace.ir import Apply, Atom, Lit, Var, operands

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

MOST = 256  # turns of a loop over a list that grows
FEW = 64  # turns of a loop whose turns are written out, as each makes another structure
RESTRUCTURED = ("ADC308", "ADC402")
NOTES = ("%caught", "%ended", "%error", "%part")  # names that stages make
FALSE, TRUE = Num(Lit(False)), Num(Lit(True))


def carried_names(low: Lowerer, node: ast.For | ast.While, body: list[ast.stmt]) -> list[str]:
    """The names that matter from turn to turn, or after the loop."""
    names = liveness.assigned(body)
    if isinstance(node, ast.For):
        names.update(liveness.assigned([node.target]))
    inside = liveness.counted(body)
    exposed = liveness.exposed([node])
    total, lasting = low.frame.loads or {}, low.live_after(node)
    chosen = [
        n for n in names
        if n in exposed
        or (total.get(n, 0) > inside.get(n, 0) and (lasting is None or n in lasting))
    ]  # fmt: skip
    chosen += [n for n in liveness.captured(body) if n in names and n not in chosen]
    if isinstance(node, ast.While):
        chosen += [n for n in liveness.loads(node.test) if n in names and n not in chosen]
    chosen += [n for n in names if n.startswith(NOTES) and n not in chosen]
    known = low.state.names[low.frame.number]
    chosen += [flag for n in chosen if (flag := unset.SET + n) in known]
    if liveness.contains(body, ast.Return):
        chosen += ["%return", "%retval"]
    return chosen


def run_loop(
    low: Lowerer, node: ast.For | ast.While, header: Header, turn: object, names: list[str]
) -> None:
    """The loop, its else branch, and what a return inside it means outside."""
    outer_skip, outer_exit = low.flag("%skip"), low.flag("%exit")
    broken = bool(node.orelse) and liveness.contains(node.body, ast.Break, ast.Return)
    if broken:
        low.set("%broken", FALSE)
        names = [*names, "%broken"]

    def body(index: Var) -> Atom:
        lost = low.refusals.lost
        low.set("%skip", FALSE)
        low.set("%exit", FALSE)
        turn(index)  # type: ignore[operator]
        refusing.give_up(low, lost)
        flag = low.flag("%exit")
        if broken:
            low.set("%broken", Num(flag))
        return flag

    alone = owned.storages(low) if low.exact else None
    lower_loop(low, header, names, body, low.at(node), liveness.written(node.body), alone)
    low.set("%skip", Num(outer_skip))
    low.set("%exit", Num(outer_exit))
    if liveness.contains(node.body, ast.Return):
        returned = low.flag("%return")
        low.set("%skip", Num(returned))
        low.set("%exit", Num(returned))
    if node.orelse:
        if not broken:
            statements.block(low, node.orelse)
        else:
            statements.branch(
                low, low.flag("%broken"), lambda: None, lambda: statements.go_on(low, node.orelse)
            )


def for_statement(low: Lowerer, node: ast.For) -> None:
    if isinstance(node.target, ast.Tuple) and isinstance(node.target.elts[0], ast.Name):
        low.loop_targets[id(node.iter)] = node.target.elts[0].id
    with generators.computed(low, node.iter):
        gone_through = absent.known(low, low.source(node.iter), "iterate")
    if isinstance(gone_through, Obj) and iterators.is_iterator(gone_through):
        with owned.hidden(low):
            _over_iterator(low, node, gone_through)
        return
    if classes.method_of(low, gone_through, "__next__") is not None:
        _over_steps(low, node, gone_through)
        return
    sequence = low.iterate(gone_through, node.iter)
    if endless.is_endless(sequence):
        assert isinstance(sequence, Sequence)
        with owned.hidden(low):
            _over_iterator(low, node, iterators.of_sequence(low, sequence))
        return
    with nullcontext() if isinstance(sequence, Range) else owned.hidden(low):
        _over(low, node, gone_through, sequence)


def _over(
    low: Lowerer, node: ast.For, gone_through: Value, sequence: list[Value] | Range | Sequence
) -> None:
    """A loop over a range, over what is of known length, or turn by turn."""
    if isinstance(sequence, list):
        pragmas.check_unrolled(low, node)
        unrolled(low, node, sequence, gone_through)
        return
    if watching.grows(low, node):
        _over_growing(low, node, gone_through)
        return
    names = carried_names(low, node, node.body)
    if isinstance(sequence, Range):
        target = node.target.id if isinstance(node.target, ast.Name) else ""
        target = "" if target.startswith("%") else target
        header = Header(sequence.start, sequence.stop, sequence.step, sequence.backward, target)
    else:
        count = low.length(sequence)
        header = Header(Lit(0), count, Lit(1), sequence.backward, sequence.index_name)

    header.pragma = pragmas.of(node)
    read = watching.Turns(low, gone_through)

    def turn(index: Var) -> None:
        low.at(node)
        versions = read.versions()
        item: Value = Num(index) if isinstance(sequence, Range) else sequence.item(index)
        assignment.assign(low, node.target, with_names(low, node.target, item))
        statements.block(low, node.body)
        if read.versions() != versions:
            watching.refuse(low, node)

    items = _few(sequence) if header.pragma is None else None
    before, place = low.state.copy(), len(low.build.eqns)
    try:
        run_loop(low, node, header, turn, names)
    except RejectedError as error:
        if error.code not in RESTRUCTURED or items is None:
            raise
        low.state = before
        del low.build.eqns[place:]
        try:
            unrolled(low, node, items, gone_through)
        except RejectedError:
            raise error from None
        return
    if read.resize():
        low.state = before
        del low.build.eqns[place:]
        _over_growing(low, node, gone_through)


def _over_growing(low: Lowerer, node: ast.For, gone_through: Value) -> None:
    """Turns that give the list that they go through another length."""
    iterator = iterators.begin(low, [gone_through], {}, "") if (
        isinstance(gone_through, Ref)
    ) else None  # fmt: skip
    if not isinstance(iterator, Obj):
        watching.refuse(low, node)
    _over_iterator(low, node, iterator)


def _few(sequence: Range | Sequence) -> list[Value] | None:
    """The items of a range, or of a sequence, with a known number of turns, not too many."""
    if isinstance(sequence, Sequence):
        count = sequence.length.value if isinstance(sequence.length, Lit) else None
        few = isinstance(count, int) and count <= FEW
        return [sequence.item(Lit(i)) for i in range(count)] if few else None  # type: ignore[arg-type]
    ends = (sequence.start, sequence.stop, sequence.step)
    values = [end.value for end in ends if isinstance(end, Lit) and isinstance(end.value, int)]
    if len(values) < len(ends) or values[2] == 0:
        return None
    turns = range(*values)
    turns = turns[::-1] if sequence.backward else turns
    return [Num(Lit(i)) for i in turns] if len(turns) <= FEW else None


def _over_iterator(low: Lowerer, node: ast.For, iterator: Obj) -> None:
    """for v in it: while there is another item, which the body may take, too."""

    def turn(index: Var) -> None:
        low.at(node)
        assignment.assign(low, node.target, iterators.advance(low, iterator))
        statements.block(low, node.body)

    header = Header(cond=lambda: iterators.more(low, iterator), pragma=pragmas.of(node))
    run_loop(low, node, header, turn, carried_names(low, node, node.body))


def _over_steps(low: Lowerer, node: ast.For, given: Value) -> None:
    """for v in steps, of a class with __next__: while that does not raise StopIteration."""
    low.subjects += 1
    steps, item, more = (f"%{what}{low.subjects}" for what in ("steps", "item", "more"))
    begun = iterators.begin(low, [given], {}, "")
    assert begun is not None
    low.set(steps, begun)
    low.set(more, Num(Lit(True)))
    names = ast.Name("StopIteration", ast.Load())
    end: list[ast.stmt] = [
        ast.Assign([ast.Name(more, ast.Store())], ast.Constant(False)), ast.Continue()
    ]  # fmt: skip
    step = ast.Call(ast.Attribute(ast.Name(steps, ast.Load()), "__next__", ast.Load()), [], [])
    body = [ast.Assign([ast.Name(item, ast.Store())], step)]
    tried = ast.Try([*body], [ast.ExceptHandler(names, None, end)], [], [])
    given_on = ast.Assign([node.target], ast.Name(item, ast.Load()))
    loop = ast.While(ast.Name(more, ast.Load()), [tried, given_on, *node.body], node.orelse)
    for part in (each for new in (loop, tried, given_on) for each in ast.walk(new)):
        if not hasattr(part, "lineno"):
            ast.copy_location(part, node)
    while_statement(low, loop)


def with_names(low: Lowerer, target: ast.expr, item: Value) -> Value:
    """The item of this turn, under the names that the user gives its parts."""
    if isinstance(target, ast.Tuple) and isinstance(item, Struct):
        pairs = zip(target.elts, item.items)
        return Struct(tuple(with_names(low, inner, part) for inner, part in pairs))
    atom = item.atom if isinstance(item, (Num, Ref)) else None
    if not isinstance(target, ast.Name) or not isinstance(atom, Var) or atom.name:
        return item
    eqns = low.build.eqns
    place = next((i for i, eqn in enumerate(eqns) if eqn.outs == (atom,)), None)
    read = place is not None and any(atom in operands(eqn) for eqn in eqns[place + 1 :])
    if target.id.startswith("%") or place is None or read:
        return item
    eqn = eqns[place]
    if not isinstance(eqn, Apply):
        return item
    named = low.build.var(low.build.kinds.pop(atom), target.id)
    eqns[place] = replace(eqn, outs=(named,))
    if atom in low.nullable:
        low.nullable[named] = None
    if isinstance(item, Num):
        return Num(named)
    assert isinstance(item, Ref)
    if low.state.current.get(item.storage) is atom:
        low.state.current[item.storage] = named
    return Ref(item.storage, item.path, named, named if item.seen is atom else item.seen)


def while_statement(low: Lowerer, node: ast.While) -> None:
    if node.orelse and liveness.contains(node.orelse, ast.Break, ast.Continue):
        _else_of_its_own(low, node)
        return
    if any(isinstance(inner, ast.NamedExpr) for inner in ast.walk(node.test)):
        node = _tested_inside(node)
    before = low.state.copy()
    try:
        _while(low, node)
    except TestChanges:
        low.state = before
        _while(low, _tested_inside(node))


def _while(low: Lowerer, node: ast.While) -> None:
    names = carried_names(low, node, node.body)

    def cond() -> Atom:
        return low.asked(node.test)

    header = Header(cond=cond, pragma=pragmas.of(node))
    run_loop(low, node, header, lambda index: statements.block(low, node.body), names)


def _else_of_its_own(low: Lowerer, node: ast.While) -> None:
    """An else that leaves the loop around this one: it stands behind the loop, under a flag."""
    flag = f"%through{node.lineno}_{node.col_offset}"
    low.frame.loads = {**(low.frame.loads or {}), flag: 1}
    through = ast.Assign([ast.Name(flag, ast.Store())], ast.Constant(True))
    before = ast.Assign([ast.Name(flag, ast.Store())], ast.Constant(False))
    behind = ast.If(ast.Name(flag, ast.Load()), node.orelse, [])
    made = _tested_inside(ast.copy_location(ast.While(node.test, node.body, [through]), node))
    if hasattr(node, "pragma"):
        made.pragma = node.pragma  # type: ignore[attr-defined]
    for inner in (each for part in (before, through, behind) for each in ast.walk(part)):
        if not hasattr(inner, "lineno"):
            ast.copy_location(inner, node)
    statements.block(low, [before, made, behind])
    low.state.names[low.frame.number].pop(flag, None)


def _tested_inside(node: ast.While) -> ast.While:
    """while test: body  =>  while True: if not test: break; body  (the test assigns names)."""
    leave_now = ast.copy_location(ast.Break(), node.test)
    test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
    guard = ast.copy_location(ast.If(test, [leave_now], []), node.test)
    always = ast.copy_location(ast.Constant(True), node.test)
    if node.orelse:
        guard.body = [*node.orelse, leave_now]
    made = ast.copy_location(ast.While(always, [guard, *node.body], []), node)
    if hasattr(node, "pragma"):
        made.pragma = node.pragma  # type: ignore[attr-defined]
    return made


def unrolled(low: Lowerer, node: ast.For, items: list[Value], source: Value) -> None:
    """A loop over something of known length, turn by turn."""
    identity = source.identity if isinstance(source, Obj) else None

    def settled() -> list[Value]:
        """The items: of a list, as it is now; what the body has appended is gone through, too."""
        if identity is None or identity.form == "record":
            return items
        memory.check_fresh(low, identity)
        now = low.state.items[identity]
        if identity.form == "list":
            if len(now) > MOST and len(now) > len(items):
                low.make_dynamic(identity)
            return list(now.values())
        if len(now) != len(items):
            raise low.rejection(
                node.iter, "the keys of this dictionary change while it is gone through", "ADC307"
            )
        return items

    outer_skip, outer_exit = low.flag("%skip"), low.flag("%exit")
    low.set("%exit", FALSE)
    check = watching.begin(low, node, source)

    def turns(position: int) -> None:
        for i in itertools.count(position):
            now = settled()
            exit_flag = low.flag("%exit")
            if i > 0 and exit_flag != Lit(True) and not low.state.dead:
                check(i)
            if i >= len(now):
                return
            if exit_flag == Lit(True) or low.state.dead:
                return
            if isinstance(exit_flag, Var):
                statements.branch(low, exit_flag, lambda: None, lambda i=i: turn(i))
                return
            low.set("%skip", FALSE)
            low.at(node)
            assignment.assign(low, node.target, now[i])
            statements.block(low, node.body)

    def turn(i: int) -> None:
        low.set("%skip", FALSE)
        low.set("%exit", FALSE)
        turns(i)

    low.set("%skip", FALSE)
    turns(0)
    broken = low.flag("%exit")
    low.set("%skip", Num(outer_skip))
    low.set("%exit", Num(outer_exit))
    if liveness.contains(node.body, ast.Return):
        returned = low.flag("%return")
        low.set("%skip", Num(returned))
        low.set("%exit", Num(returned))
    if node.orelse:
        statements.branch(low, broken, lambda: None, lambda: statements.go_on(low, node.orelse))
