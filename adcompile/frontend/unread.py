"""What is computed, as far as the text goes, only for what it may raise: nobody reads the result.

    np.linalg.cholesky(A)        v1 = call numpy.linalg.cholesky(A)
                                 effect("_0_", v1)
    row = table[key]             the same, where nothing in the function reads `row`; it does not
                                 read `table`, then, either
    pair = (table[key], 1.0)     the same, for each item that is only taken: nothing reads `pair`,
                                 or what does reads its other items, pair[1]

A derivative raises what the primal does.  What would raise for arrays of other shapes alone is kept
where it is written to ask for them, and no arithmetic is.  A try keeps all that it holds.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeGuard

from adcompile import syntax
from adcompile.frontend import liveness, memory
from adcompile.frontend.values import Num, Obj, Ref, Struct, Value
from adcompile.rules.memory import KEPT
from adcompile.rules.raising import asks
from adcompile.trace.ir import Apply, Atom, Block, Equation, Lit, Var, walk

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


DISPLAYS = (ast.Tuple, ast.List, ast.Dict)
LIBRARIES = ("numpy.linalg.", "scipy.linalg.")


class Result:
    """What a statement computes."""

    value: Value | None = None


@contextmanager
def kept(low: Lowerer, node: ast.expr, targets: Sequence[ast.expr] = ()) -> Iterator[Result]:
    """An expression is kept where it asks something, and nobody reads what it is assigned to."""
    eqns, mark, result = low.build.eqns, len(low.build.eqns), Result()
    read = _read(low, node, targets)
    before = None if read is None else dict(low.state.current)
    yield result
    changes = before is None or any(
        low.state.current.get(storage) is not atom for storage, atom in before.items()
    )
    if changes or low.raising is not None or low.build.eqns is not eqns:
        return  # what an xs.pop() changes is there for those who read that
    if isinstance(node, DISPLAYS):
        for inner, value in _taken(low, node, result.value, read or ()):
            _keep(low, inner, value, mark)
    else:
        _keep(low, node, result.value, mark)


def _keep(low: Lowerer, node: ast.expr, value: Value | None, mark: int) -> None:
    """The value of an expression is kept, where the equations from `mark` on ask something."""
    atom = _atom(low, value)
    made = Block(tuple(low.build.eqns[mark:]), ())
    if not any(asks(eqn, low.build.kinds) for eqn in walk(made)):
        return
    held = {arg for eqn in made.eqns if _is_kept(eqn) for arg in eqn.args}
    outs = {out: None for eqn in made.eqns if isinstance(eqn, Apply) for out in eqn.outs}
    if atom not in outs:  # of several results, or of a dictionary the one value that it holds
        asking = [e for e in made.eqns if isinstance(e, Apply) and asks(e, low.build.kinds)]
        places = isinstance(node, ast.Subscript)
        asking = [e for e in asking if places or e.op.startswith(LIBRARIES)]
        atom = next((e.out for e in reversed(asking) if e.out not in held), None)
    if isinstance(atom, Var) and atom in outs and atom not in held:
        low.build.apply_many("mem.effect", (Lit(KEPT), atom), ())


def _taken(
    low: Lowerer, node: ast.expr, value: Value | None, read: Container[object] = ()
) -> Iterator[tuple[ast.expr, Value]]:
    """The items of a display that are taken of something, `table[key]`, each with its value.

    But those whose keys are in `read`.
    """
    if isinstance(node, ast.Subscript) and value is not None:
        yield node, value
    if not isinstance(node, DISPLAYS) or not isinstance(value, (Struct, Obj)):
        return
    held = value.items if isinstance(value, Struct) else low.state.items[value.identity].values()
    items, found = _items(node), list(held)
    if len(items) == len(found):  # no *rest, no key that stands twice
        for (key, inner), item in zip(items, found):
            if key not in read:
                yield from _taken(low, inner, item)


def _items(node: ast.expr) -> list[tuple[object, ast.expr]]:
    """The items of a display, each with its key where that is a constant."""
    if isinstance(node, ast.Dict):
        return [(getattr(key, "value", None), item) for key, item in zip(node.keys, node.values)]
    return list(enumerate(node.elts)) if isinstance(node, (ast.Tuple, ast.List)) else []


def _is_kept(eqn: Equation) -> TypeGuard[Apply]:
    """Is this done by a helper, of what it computes?"""
    return isinstance(eqn, Apply) and eqn.op == "mem.effect" and eqn.args[0] == Lit(KEPT)


def _atom(low: Lowerer, value: Value | None) -> Atom | None:
    """What a value is read from, now: an element that is a view is taken here; of an object the
    item that it is, or its number.
    """
    if isinstance(value, Obj) and value.identity in low.state.places:
        place = low.state.places[value.identity].place
        return place.atom or (place.path[-1].args[0] if place.path else None)
    return memory.atom_of(low, value) if isinstance(value, (Num, Ref)) else None


def _read(
    low: Lowerer, node: ast.expr, targets: Sequence[ast.expr]
) -> dict[object, None] | None:
    """The keys under which something reads items of what is assigned; None: perhaps any."""
    if _are_unread(low, targets):
        return {}
    if not isinstance(node, DISPLAYS) or len(targets) != 1:
        return None
    target = targets[0]
    if isinstance(target, (ast.Tuple, ast.List)):
        every = _items(target)
        if any(isinstance(inner, ast.Starred) for _, inner in every):
            return None
        return {key: None for key, inner in every if not _are_unread(low, [inner])}
    if not isinstance(target, ast.Name) or not _is_own(low, target.id):
        return None
    around = low.frame.function.node
    read = _items_read(around).get(target.id, [])
    count = liveness.loads(around).get(target.id, 0)
    if len(read) != count:
        return None
    whole = _passed_on(around)
    return {key: None for item, key in read if not _are_unread(low, whole.get(item, [item]))}


@syntax.remembered
def _items_read(around: ast.AST) -> dict[str, list[tuple[ast.expr, object]]]:
    """The items of each name that are read under constant keys, each with its key."""
    found: dict[str, list[tuple[ast.expr, object]]] = {}
    for each in syntax.walk(around):
        match each:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=key)):
                found.setdefault(name, []).append((each, key))
    return found


@syntax.remembered
def _passed_on(around: ast.AST) -> dict[ast.AST, list[ast.expr]]:
    """What is the whole of a statement, or is assigned as it is, with the targets."""
    found: dict[ast.AST, list[ast.expr]] = {}
    for each in syntax.walk(around):
        match each:
            case ast.Assign(targets=targets, value=value):
                found[value] = targets
            case ast.Expr(value=value):
                found[value] = []
    return found


def _are_unread(low: Lowerer, targets: Sequence[ast.expr]) -> bool:
    """Are these names of the function that nothing in it reads?"""
    read = liveness.loads(low.frame.function.node)
    names = [name for target in targets for name in ast.walk(target)]
    return all(
        isinstance(name, (ast.Tuple, ast.List, ast.expr_context))
        or (isinstance(name, ast.Name) and name.id not in read and _is_own(low, name.id))
        for name in names
    )


def _is_own(low: Lowerer, name: str) -> bool:
    return (low.frame.number, name) not in low.nonlocals
