"""Statements: what they do to the state, and where control goes on.

`break`, `continue` and `return` set flags ("%skip", "%exit", "%return") that are ordinary names; what
follows them is lowered into the branch that goes on, or guarded.  No later pass knows them.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.frontend import expressions, liveness, memory
from adcompile.frontend.loops import Header, lower_loop
from adcompile.frontend.merge import Branch, join_branches
from adcompile.frontend.values import Identity, Num, Obj, Poison, Range, Ref, Sequence, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, UNDEF, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

FALSE, TRUE = Num(Lit(False)), Num(Lit(True))
UNROLLED = 16


def block(low: Lowerer, statements: list[ast.stmt]) -> None:
    """Lower statements in order, as far as control reaches."""
    for position, statement in enumerate(statements):
        if low.state.dead:
            return
        skip = low.flag("%skip")
        if skip == Lit(True):
            return
        rest = statements[position:]
        if isinstance(skip, Var):
            branch(low, skip, lambda: low.set("%skip", TRUE), lambda rest=rest: go_on(low, rest))  # type: ignore[misc]
            return
        low.at(statement)
        if isinstance(statement, ast.If):
            if if_statement(low, statement, statements[position + 1 :]):
                return
        else:
            one(low, statement)


def go_on(low: Lowerer, rest: list[ast.stmt]) -> None:
    """Lower what follows where nothing has left: the flags are known here."""
    for flag in ("%skip", "%exit", "%return"):
        low.set(flag, FALSE)
    block(low, rest)


def branch(low: Lowerer, cond: Atom, then: object, orelse: object) -> None:
    """Lower both sides from the same state, and join them."""
    loc = low.build.loc
    sides = [open_branch(low, action) for action in (then, orelse)]
    join_branches(low, cond, sides[0], sides[1], loc)


def open_branch(low: Lowerer, action: object) -> Branch:
    """The equations and the state that an action leaves when it starts from the present state."""
    base = low.state
    low.state = base.copy()
    try:
        with low.build.block() as eqns:
            action()  # type: ignore[operator]
        return Branch(eqns, low.state)
    finally:
        low.state = base


def resume(low: Lowerer, side: Branch, statements: list[ast.stmt]) -> None:
    """Go on lowering at the end of a branch."""
    outer, outer_eqns = low.state, low.build.eqns
    low.state, low.build.eqns = side.state, side.eqns
    try:
        block(low, statements)
        side.state = low.state
    finally:
        low.state, low.build.eqns = outer, outer_eqns


def if_statement(low: Lowerer, node: ast.If, rest: list[ast.stmt]) -> bool:
    """Lower an if; True where what follows it has been lowered too, into the side that goes on."""
    cond = low.truth(expressions.lower(low, node.test))
    if isinstance(cond, Lit):
        block(low, node.body if cond.value else node.orelse)
        return False
    loc = low.at(node)
    sides = [open_branch(low, lambda body=body: block(low, body)) for body in (node.body, node.orelse)]  # type: ignore[misc]
    ended = [side.state.names[low.frame.number].get("%skip") == TRUE for side in sides]
    taken = False
    for first, second in ((0, 1), (1, 0)):
        if ended[first] and not ended[second] and not sides[second].state.dead and rest and not sides[first].state.dead:
            resume(low, sides[second], rest)
            taken = True
            break
    low.build.loc = loc
    join_branches(low, cond, sides[0], sides[1], loc)
    return taken


def one(low: Lowerer, node: ast.stmt) -> None:
    """Lower a statement that is not an if."""
    match node:
        case ast.Assign(targets=targets, value=value):
            hint = targets[0].id if isinstance(targets[0], ast.Name) else ""
            found = expressions.lower(low, value, hint)
            for target in targets:
                low.at(target)
                assign(low, target, found)
        case ast.AnnAssign(target=target, value=value):
            if value is not None:
                hint = target.id if isinstance(target, ast.Name) else ""
                assign(low, target, expressions.lower(low, value, hint))
        case ast.AugAssign():
            augmented(low, node)
        case ast.For():
            for_statement(low, node)
        case ast.While():
            while_statement(low, node)
        case ast.Return(value=value):
            result = Num(NOTHING) if value is None else expressions.lower(low, value)
            low.set("%retval", result)
            low.set("%return", TRUE)
            leave(low, loop=True)
        case ast.Break():
            leave(low, loop=True)
        case ast.Continue():
            leave(low, loop=False)
        case ast.Expr(value=value):
            expression_statement(low, value)
        case ast.Assert():
            assertion(low, node)
        case ast.Raise():
            low.effect(node)
            low.state.dead = True
        case ast.FunctionDef():
            low.set(node.name, low.closure(node))
        case ast.Pass():
            pass
        case _:
            what = expressions.describe(node)
            raise low.rejection(node, f"{what} cannot be differentiated yet; write it with plain statements")


def leave(low: Lowerer, loop: bool) -> None:
    low.set("%skip", TRUE)
    if loop:
        low.set("%exit", TRUE)


def expression_statement(low: Lowerer, node: ast.expr) -> None:
    if isinstance(node, ast.Constant):
        return
    if isinstance(node, ast.Call) and low.is_effect(node):
        low.effect(ast.copy_location(ast.Expr(node), node))
        return
    expressions.lower(low, node)


def assertion(low: Lowerer, node: ast.Assert) -> None:
    """Kept where it stands."""
    low.effect(node)


# -- assignment


def assign(low: Lowerer, target: ast.expr, value: Value) -> None:
    match target:
        case ast.Name(id=name):
            low.set(name, low.named(value, name))
        case ast.Tuple(elts=elts) | ast.List(elts=elts):
            unpack(low, elts, value, target)
        case ast.Subscript(value=base, slice=index):
            container = expressions.lower(low, base)
            store(low, container, expressions.index_value(low, index), value, target)
        case ast.Attribute(value=base, attr=attr):
            record = expressions.lower(low, base)
            if not (isinstance(record, Obj) and record.identity.form == "record"):
                raise low.rejection(target, f"the attribute {attr!r} of this cannot be assigned")
            low.state.items[record.identity][attr] = value
            mutated(low, record.identity)
        case _:
            raise low.rejection(target, f"{expressions.describe(target)} cannot be assigned to yet")


def mutated(low: Lowerer, identity: Identity) -> None:
    for other in low.state.related.get(identity, {}):
        memory.mark_stale(low, other, identity)


def unpack(low: Lowerer, targets: list[ast.expr], value: Value, node: ast.expr) -> None:
    stars = [i for i, t in enumerate(targets) if isinstance(t, ast.Starred)]
    if isinstance(value, Ref) or (isinstance(value, Num) and isinstance(value.atom, Var)):
        atom = memory.atom_of(low, value)
        if isinstance(low.build.kind(atom), k.Any_) and atom in low.origins and not stars:
            low.refine(atom, ("tuple", len(targets)))
    if isinstance(value, Ref) and not stars:
        items: list[Value] = [memory.element(low, value, Lit(i)) for i in range(len(targets))]
    elif isinstance(value, (Sequence, Range)) and not stars:
        items = [low.item(value, Lit(i)) for i in range(len(targets))]
    else:
        items = expressions.static_items(low, value, node)
    if stars:
        after = len(targets) - stars[0] - 1
        middle = items[stars[0] : len(items) - after]
        rest = expressions.display(low, "list", list(range(len(middle))), middle, node)
        items = [*items[: stars[0]], rest, *items[len(items) - after :]]
    if len(items) != len(targets):
        raise low.rejection(node, f"{len(targets)} names for {len(items)} values")
    for target, item in zip(targets, items):
        assign(low, target.value if isinstance(target, ast.Starred) else target, item)


def store(
    low: Lowerer, base: Value, index: Value, value: Value, node: ast.AST, op: str = "mem.write"
) -> None:
    """base[index] = value, or base[index] += value."""
    low.at(node)
    if isinstance(base, Obj):
        _store_static(low, base, index, value)
        return
    if not isinstance(base, Ref):
        if isinstance(base, Num) and base.atom in low.origins:
            raise low.rejection(node, "this is a number here, its items cannot be assigned")
        raise low.rejection(node, "items of this cannot be assigned: it is no array, list or dictionary")
    if isinstance(index, Obj):
        index = expressions.make_list(low, expressions.static_items(low, index, None))
    place = memory.atom_of(low, index)
    atom = low.reals(expressions.operand(low, value), base)
    memory.write(low, base, place, atom, op)
    if isinstance(low.build.kind(low.state.current[base.storage]), (k.List, k.Dict)):
        memory.hold(low, base.storage, value)


def _store_static(low: Lowerer, base: Obj, index: Value, value: Value) -> None:
    identity = base.identity
    memory.check_fresh(low, identity)
    items = low.state.items[identity]
    key = index.atom if isinstance(index, Num) else None
    if identity.form == "dict":
        items[expressions.constant(low, index, None)] = value
    elif isinstance(key, Lit) and isinstance(key.value, int):
        position = key.value if key.value >= 0 else key.value + len(items)
        if position not in items:
            raise low.rejection(None, f"index {key.value} is out of range: this has {len(items)} items")
        items[position] = value
    else:
        low.make_dynamic(identity)
    mutated(low, identity)


def augmented(low: Lowerer, node: ast.AugAssign) -> None:
    """x += v: in place for arrays and lists, a new value for numbers."""
    target = node.target
    if isinstance(target, ast.Subscript):
        base = expressions.lower(low, target.value)
        index = expressions.index_value(low, target.slice)
        low.at(node)
        augmented_item(low, node, base, index)
        return
    hint = target.id if isinstance(target, ast.Name) else ""
    loads = ast.copy_location(ast.Name(hint, ast.Load()), target) if hint else _load(target)
    old = expressions.lower(low, loads)
    value = expressions.lower(low, node.value)
    low.at(node)
    if isinstance(old, Obj) and old.identity.form == "list" and isinstance(node.op, ast.Add):
        low.extend(old, value)
        return
    if isinstance(old, Ref):
        kind = low.build.kind(memory.atom_of(low, old))
        if isinstance(kind, k.List) and isinstance(node.op, ast.Add):
            low.extend(old, value)
            return
        if isinstance(kind, k.Array):
            augmented_array(low, node, old, value)
            return
        if isinstance(kind, k.Any_):
            augmented_unknown(low, node, target, old, value, hint)
            return
    assign(low, target, expressions.binary(low, node.op, old, value, hint))


def _load(target: ast.expr) -> ast.expr:
    assert isinstance(target, ast.Attribute)
    return ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)


def augmented_array(low: Lowerer, node: ast.AugAssign, old: Ref, value: Value) -> None:
    """The elements change; every name of the storage sees it."""
    hint = old.storage.name
    updated = expressions.binary(low, node.op, old, value, hint)
    atom = memory.atom_of(low, updated)
    before, after = (low.build.kind(a) for a in (memory.atom_of(low, old), atom))
    if k.dtype_of(before) in ("int", "bool") and k.dtype_of(after) in ("float", "float32", "complex"):
        raise low.rejection(node, "NumPy raises here: an array of integers cannot take floats in place")
    same = isinstance(before, k.Array) and isinstance(after, k.Array) and before.dims == after.dims
    if not old.path and same and k.dtype_of(before) == k.dtype_of(after):
        memory.changed(low, old.storage, atom)
    else:
        memory.replace_all(low, old, atom)


def augmented_unknown(
    low: Lowerer, node: ast.AugAssign, target: ast.expr, old: Ref, value: Value, hint: str
) -> None:
    """A number or an array: the name gets a new value, and other names of the storage are not known."""
    updated = expressions.binary(low, node.op, old, value, hint)
    if isinstance(updated, Ref):
        low.state.relate(updated.storage, old.storage)
        memory.mark_stale(low, old.storage, updated.storage)
        for other in low.state.related.get(old.storage, {}):
            if other is not updated.storage:
                memory.mark_stale(low, other, updated.storage)
        if old.storage in low.arguments:
            low.arguments[updated.storage] = low.arguments[old.storage]
    assign(low, target, updated)


def augmented_item(low: Lowerer, node: ast.AugAssign, base: Value, index: Value) -> None:
    value = expressions.lower(low, node.value)
    low.at(node)
    if isinstance(base, Ref) and isinstance(index, Obj):
        index = expressions.make_list(low, expressions.static_items(low, index, None))
    if isinstance(base, Ref) and isinstance(node.op, (ast.Add, ast.Sub)):
        place = memory.atom_of(low, index)
        kind = low.build.kind(memory.atom_of(low, base))
        if isinstance(kind, (k.Array, k.Any_)) and not memory.copies(low.build.kind(place)) and not (
            isinstance(low.build.kind(place), k.Any_)
        ):
            if isinstance(node.op, ast.Sub):
                value = expressions.unary(low, ast.USub(), value)
            store(low, base, Num(place), value, node, "mem.accumulate")
            return
        index = Num(place) if k.immutable(low.build.kind(place)) else index
    old = expressions.subscript(low, base, index)
    updated = expressions.binary(low, node.op, old, value)
    if isinstance(old, Ref) and isinstance(low.build.kind(memory.atom_of(low, old)), k.Array):
        if isinstance(base, Obj):
            augmented_array(low, node, old, value)
            return
    store(low, base, index, updated, node)


# -- loops


def carried_names(low: Lowerer, node: ast.For | ast.While, body: list[ast.stmt]) -> list[str]:
    """The names that matter from turn to turn, or after the loop."""
    names = liveness.assigned(body)
    if isinstance(node, ast.For):
        names.update(liveness.assigned([node.target]))
    inside: dict[str, int] = {}
    for statement in body:
        liveness.loads(statement, inside)
    exposed = liveness.exposed([node])
    total = low.frame.loads or {}
    chosen = [n for n in names if n in exposed or total.get(n, 0) > inside.get(n, 0)]
    if isinstance(node, ast.While):
        chosen += [n for n in liveness.loads(node.test) if n in names and n not in chosen]
    if liveness.contains(body, ast.Return):
        chosen += ["%return", "%retval"]
    return chosen


def run_loop(low: Lowerer, node: ast.For | ast.While, header: Header, turn: object, names: list[str]) -> None:
    """The loop, its else branch, and what a return inside it means outside."""
    outer_skip, outer_exit = low.flag("%skip"), low.flag("%exit")
    broken = bool(node.orelse) and liveness.contains(node.body, ast.Break, ast.Return, loops=True)
    if broken:
        low.set("%broken", FALSE)
        names = [*names, "%broken"]

    def body(index: Var) -> Atom:
        low.set("%skip", FALSE)
        low.set("%exit", FALSE)
        turn(index)  # type: ignore[operator]
        flag = low.flag("%exit")
        if broken:
            low.set("%broken", Num(flag))
        return flag

    lower_loop(low, header, names, body, low.at(node), liveness.written(node.body))
    low.set("%skip", Num(outer_skip))
    low.set("%exit", Num(outer_exit))
    if liveness.contains(node.body, ast.Return):
        returned = low.flag("%return")
        low.set("%skip", Num(returned))
        low.set("%exit", Num(returned))
    if node.orelse:
        if not broken:
            block(low, node.orelse)
        else:
            branch(low, low.flag("%broken"), lambda: None, lambda: go_on(low, node.orelse))


def for_statement(low: Lowerer, node: ast.For) -> None:
    if isinstance(node.target, ast.Tuple) and isinstance(node.target.elts[0], ast.Name):
        low.loop_targets[id(node.iter)] = node.target.elts[0].id
    sequence = low.iterate(expressions.lower(low, node.iter), node.iter)
    if isinstance(sequence, list):
        unrolled(low, node, sequence)
        return
    names = carried_names(low, node, node.body)
    if isinstance(sequence, Range):
        target = node.target.id if isinstance(node.target, ast.Name) else ""
        header = Header(sequence.start, sequence.stop, sequence.step, sequence.backward, target)
    else:
        header = Header(Lit(0), sequence.length, Lit(1), sequence.backward, sequence.index_name)

    def turn(index: Var) -> None:
        low.at(node)
        item: Value = Num(index) if isinstance(sequence, Range) else sequence.item(index)
        assign(low, node.target, item)
        block(low, node.body)

    run_loop(low, node, header, turn, names)


def while_statement(low: Lowerer, node: ast.While) -> None:
    if any(isinstance(inner, ast.NamedExpr) for inner in ast.walk(node.test)):
        node = _tested_inside(node)
    names = carried_names(low, node, node.body)

    def cond() -> Atom:
        return low.truth(expressions.lower(low, node.test))

    run_loop(low, node, Header(cond=cond), lambda index: block(low, node.body), names)


def _tested_inside(node: ast.While) -> ast.While:
    """while test: body  =>  while True: if not test: break; body  (the test assigns names)."""
    leave_now = ast.copy_location(ast.Break(), node.test)
    test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
    guard = ast.copy_location(ast.If(test, [leave_now], []), node.test)
    always = ast.copy_location(ast.Constant(True), node.test)
    if node.orelse:
        guard.body = [*node.orelse, leave_now]
    return ast.copy_location(ast.While(always, [guard, *node.body], []), node)


def unrolled(low: Lowerer, node: ast.For, items: list[Value]) -> None:
    """A loop over something of known length, turn by turn."""
    outer_skip, outer_exit = low.flag("%skip"), low.flag("%exit")
    low.set("%exit", FALSE)

    def turns(position: int) -> None:
        for i in range(position, len(items)):
            exit_flag = low.flag("%exit")
            if exit_flag == Lit(True) or low.state.dead:
                return
            if isinstance(exit_flag, Var):
                branch(low, exit_flag, lambda: None, lambda i=i: turn(i))  # type: ignore[misc]
                return
            low.set("%skip", FALSE)
            low.at(node)
            assign(low, node.target, items[i])
            block(low, node.body)

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
        branch(low, broken, lambda: None, lambda: go_on(low, node.orelse))


__all__ = ["UNDEF", "Poison", "Struct", "block", "branch", "open_branch"]
