"""Where a name may be read before it has a value: the derivative raises what the primal raises.

    if x > 0:                       if cond: y.1 = mul(x, 2.0)
        y = 2 * x                   y.2 = y.1, or undefined
    values = [x, y]          =>     effect "_0_" y.2
                                    v = list(x, y.2)

Such a reading is an equation of its own, since what only stores a value would not miss it.
`simplify.unset` takes away those that say nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from adcompile import syntax
from adcompile.frontend import handing, liveness
from adcompile.frontend.values import Choice, Identity, Maybe, Num, Poison, Ref, Value
from adcompile.rules.memory import MISSING, READING
from adcompile.syntax import remembered
from adcompile.trace.ir import Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

COMPOUND = (ast.stmt, ast.ExceptHandler, ast.match_case)  # what may hold statements
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return)
SET = "%set "  # whether a name has a value is a name itself


def tell(low: Lowerer, value: Value, node: ast.expr) -> None:
    """Note that a name is read, where it may have no value yet."""
    if not isinstance(node, ast.Name) or node.id not in unsure(low.frame.function.node):
        return
    if ask(low, value):
        return
    flag = low.state.names[low.owner(node.id)].get(SET + node.id)
    if isinstance(flag, Num) and isinstance(flag.atom, Var):
        error = f"{MISSING}{f'{node.id} has no value here'!r})"
        low.build.apply_many("mem.effect", (Lit(f"if not _0_:\n    {error}"), flag.atom), ())


def attribute(low: Lowerer, identity: Identity, name: str) -> Value:
    """An attribute of an object; one that a call may have set before it raised may be missing."""
    value = low.state.items[identity][name]
    if (identity, name) in low.begun:
        ask(low, value)
    return value


def ask(low: Lowerer, value: Value) -> bool:
    """Read a variable that the value is, or begins with, where it may have none."""
    atom = _own(low, value)
    if atom is not None:
        low.build.apply_many("mem.effect", (Lit(READING), atom), ())
    return atom is not None


def flags(function: ast.AST, given: Iterable[str]) -> dict[str, Value]:
    """Which of the names that may be read without a value have one where a function begins."""
    return {SET + name: Num(Lit(name in given)) for name in unsure(function)}


def note(names: dict[str, Value], name: str, value: Value) -> None:
    """A name of the frame with these names has got this value."""
    if SET + name in names:
        names[SET + name] = Num(Lit(not isinstance(value, Poison)))


def _own(low: Lowerer, value: Value) -> Var | None:
    """A variable that the value alone is, or begins with: it has none where the value has none."""
    atom: Atom | None = None
    match value:
        case Num(atom=atom) | Choice(selector=atom) | Maybe(present=atom):
            pass
        case Ref(storage=storage) if storage.cases is not None:
            atom = storage.cases.which
        case Ref(storage=storage, path=path):
            places = (arg for step in path for arg in step.args if arg in low.partial)
            atom = next(places, low.state.current.get(storage))
    return atom if isinstance(atom, Var) and atom in low.partial else None


def guards(low: Lowerer) -> dict[Atom, Atom]:
    """Of places that a name has where it has a value, and no other: whether it has one."""
    found: dict[Atom, Atom] = {}
    for names in low.state.names.values():
        for name, value in names.items():
            flag = names.get(SET + name)
            place = _own(low, value) if isinstance(value, Ref) else None
            if place is not None and isinstance(flag, Num) and isinstance(flag.atom, Var):
                found[place] = flag.atom
    return found


@remembered
def unsure(function: ast.AST) -> dict[str, None]:
    """The names of a function that may be read where they have no value."""
    body = getattr(function, "body", None)
    if not isinstance(body, list):
        return {}
    own = liveness.assigned(body)
    read = liveness.exposed(body).keys() - dict.fromkeys(handing.params_of(function))
    deleted = _deleted(body)
    return {name: None for name in own if name in read or name in deleted}


def _deleted(body: Iterable[ast.AST]) -> dict[str, None]:
    """The names of `del` statements."""
    found: dict[str, None] = {}
    for part in body:
        if isinstance(part, ast.Delete):
            names = (each for target in part.targets for each in syntax.walk(target))
            found |= {
                each.id: None for each in names
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Del)
            }  # fmt: skip
        elif not isinstance(part, SIMPLE):
            inside = [each for each in syntax.children(part) if isinstance(each, COMPOUND)]
            found |= _deleted(inside)
    return found
