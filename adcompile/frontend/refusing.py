"""Going on after a refusal, so that every refusal of a function is reported and not only the first.

    y = np.round(x, x[0])      refused: y is unknown from here on
    z = y * y                  not reported: it reads what is unknown
    del x[0]                   refused

What a refused statement would have assigned or changed is unknown; reading it raises a refusal
without a code, which nobody is shown.  A loop in which something was refused is given up after
that turn.  Nothing of what is lowered after a refusal is used.
"""

from __future__ import annotations

import ast
from contextlib import contextmanager
from typing import TYPE_CHECKING

from adcompile.errors import RejectedError
from adcompile.frontend import absent, liveness, remaining, written
from adcompile.frontend.values import UNKNOWN, Name, Num, Obj, Ref
from adcompile.syntax import FUNCTIONS, children, walk
from adcompile.trace.ir import Lit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adcompile.frontend.lower import Lowerer


LOAD = ast.Load()


class Refusals:
    """What was refused so far, each place once; `lost` counts the statements that were given up.

    `given_up` are the functions that hold such statements: what stands around a call of one, part
    by part, is looked at without going through that function again.
    """

    def __init__(self) -> None:
        self.found: dict[tuple[object, ...], RejectedError] = {}
        self.lost = 0
        self.given_up: dict[ast.AST, None] = {}
        self.by_parts = 0  # of how many statements parts are being looked at

    def add(self, error: RejectedError) -> None:
        for one in (error, *error.others):
            if one.code:
                self.found.setdefault(one.place, one)

    def survived(self, error: RejectedError) -> None:
        """Add what is not raised again: nothing is kept of where the compiler was."""
        self.add(error.with_traceback(None))

    @contextmanager
    def looking(self) -> Iterator[None]:
        """The parts of a statement that was refused are looked at."""
        self.by_parts += 1
        try:
            yield
        finally:
            self.by_parts -= 1

    def gives_up(self, function: ast.AST) -> bool:
        """Is this a function that was gone through already, whose parts are looked at now?"""
        known = bool(self.by_parts) and function in self.given_up
        self.lost += known
        return known

    def holds(self, code: str) -> bool:
        return any(one.code == code for one in self.found.values())

    def less_settled(self, second: Refusals, code: str) -> Refusals:
        """These, less those of this code that a second, closer look did not find again."""
        places = {place[:-1] for place in second.found}
        kept = Refusals()
        for place, one in self.found.items():
            if one.code != code or place[:-1] in places:
                kept.add(one)
        return kept if kept.found else self

    def raise_first(self) -> None:
        """Raise the first refusal, with the others."""
        if self.found:
            first, *others = self.found.values()
            raise first.joined(others)


@contextmanager
def surviving(low: Lowerer, node: ast.stmt) -> Iterator[None]:
    """Lower a statement; where it is refused, note that and go on."""
    before = (low.state, low.frame, low.raising, low.error, low.here, low.build.eqns)
    try:
        yield
    except RejectedError as error:
        low.state, low.frame, low.raising, low.error, low.here, low.build.eqns = before
        if written.is_ours(low.frame.function):
            raise
        low.refusals.survived(error)
        low.refusals.lost += 1
        with low.refusals.looking():
            for expression in expressions_of(node):
                examine(low, expression)
        remaining.note(low, node)
        forget(low, node)
        for body in bodies(node):
            survey(low, body)


def expressions_of(node: ast.stmt) -> list[ast.expr]:
    """What a statement computes, where that stands for itself."""
    match node:
        case ast.If(test=found) | ast.While(test=found) | ast.For(iter=found):
            return [found]
        case ast.Assign(value=value) | ast.AugAssign(value=value) | ast.Return(value=value):
            return [] if value is None else [value]
        case ast.AnnAssign(value=ast.expr() as value):
            return [value]
        case ast.Expr(value=ast.Call() as call):
            return operands(call)
    return []


def examine(low: Lowerer, node: ast.expr) -> None:
    """Look for refusals in an expression of a statement that was refused, part by part."""
    from adcompile.frontend import expressions, statements

    before = low.frame, low.here, low.build.loc
    try:
        statements.open_branch(low, lambda: expressions.lower(low, node))
    except RejectedError as error:
        low.frame, low.here, low.build.loc = before
        low.refusals.survived(error)
        if not error.code and isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            examine_name(low, node.func, node)
        for part in operands(node):
            examine(low, part)


def examine_name(low: Lowerer, function: ast.Name, node: ast.Call) -> None:
    """Look for a function that is refused whatever it is given, such as eval."""
    from adcompile.frontend import expressions, reflection

    try:
        value = expressions.lower(low, function)
        if isinstance(value, Name) and value.qualified.removeprefix("builtins.") in reflection.CODE:
            low.at(node)
            reflection.HANDLERS[value.qualified](low, [], {}, "")
    except RejectedError as error:
        low.refusals.add(error)


def operands(node: ast.expr) -> list[ast.expr]:
    """The expressions that an expression is made of, in the order they are evaluated."""
    match node:
        case ast.Call(func=function, args=args, keywords=keywords):
            inner = [function.value] if isinstance(function, ast.Attribute) else []
            found = [*inner, *args, *(keyword.value for keyword in keywords)]
        case ast.Lambda() | ast.ListComp() | ast.DictComp() | ast.SetComp() | ast.GeneratorExp():
            found = []
        case _:
            found = [n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)]
    wrapped = ast.Starred, ast.FormattedValue
    found = [part.value if isinstance(part, wrapped) else part for part in found]
    return [
        part
        for part in found
        if not isinstance(part, (ast.Constant, ast.Slice))
        and isinstance(getattr(part, "ctx", LOAD), ast.Load)
    ]


def forget(low: Lowerer, node: ast.stmt) -> None:
    """What a statement assigns or changes is unknown from here on."""
    names = low.state.names[low.frame.number]
    for name in touched(node):
        value = absent.inside(low, names.get(name))
        if isinstance(value, Obj):
            low.state.stale[value.identity] = ""
        elif isinstance(value, Ref):
            low.state.stale[value.storage] = ""
        if name in names:
            names[name] = UNKNOWN
    for name in liveness.assigned([node]):
        low.set(name, UNKNOWN)


def touched(node: ast.stmt) -> dict[str, None]:
    """The names whose value a statement may change in place: x[i] = v, o.w = v, o.method(v)."""
    names = liveness.written([node])
    alone = node.value if isinstance(node, ast.Expr) else None
    for inner in walk(node):
        target: ast.AST | None = None
        if isinstance(inner, ast.Attribute) and not isinstance(inner.ctx, ast.Load):
            target = inner.value
        elif inner is alone and isinstance(inner, ast.Call):
            target = inner.func
        while isinstance(target, (ast.Subscript, ast.Attribute)):
            target = target.value
        if isinstance(target, ast.Name):
            names[target.id] = None
    return names


def bodies(node: ast.stmt) -> list[list[ast.stmt]]:
    """The statements inside a statement."""
    found = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")]
    match node:
        case ast.If() | ast.For() | ast.While() | ast.With():
            return found
        case ast.Try(handlers=handlers):
            return [found[0], *(handler.body for handler in handlers), *found[1:]]
        case ast.Match(cases=cases):
            return [case.body for case in cases]
    return []


def survey(low: Lowerer, body: Sequence[ast.stmt]) -> None:
    """Look for refusals in statements whose surroundings were refused."""
    from adcompile.frontend import statements

    def action() -> None:
        for flag in statements.FLAGS:
            low.set(flag, Num(Lit(False)))
        statements.block(low, list(body))

    if body:
        statements.open_branch(low, action)


def check_function(low: Lowerer, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """Refuse what makes of a function something else than a plain one."""
    if isinstance(node, ast.AsyncFunctionDef):
        raise low.rejection(
            node, f"{node.name} is a coroutine (async def), which has no derivative; write it as "
            "a plain function: def, and a call in place of each await", "ADC102",
        )  # fmt: skip
    yields = liveness.holds(node, ast.Yield, ast.YieldFrom)
    for inner in own_nodes(node) if yields else ():
        if isinstance(inner, (ast.Yield, ast.YieldFrom)):
            low.refusals.add(generator(low, inner))
            low.refusals.lost += 1
    low.at(node)


def generator(low: Lowerer, node: ast.Yield | ast.YieldFrom) -> RejectedError:
    return low.rejection(
        node, f"yield makes {low.frame.function.name} a generator, which has no derivative; "
        "append to a list and return the list", "ADC102",
    )  # fmt: skip


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """What is inside a function, but not inside a function in it."""
    stack = children(node)[::-1]
    while stack:
        child = stack.pop()
        yield child
        if not isinstance(child, (*FUNCTIONS, ast.ClassDef)):
            stack += children(child)[::-1]


def check_global(low: Lowerer, node: ast.Global) -> None:
    """A global name may be read; to assign it is to leave a result outside."""
    for name in node.names:
        low.global_names[low.frame.number, name] = None
    _check_assigned(low, node, node.names, "the global {}")


def check_nonlocal(low: Lowerer, node: ast.Nonlocal) -> None:
    """So may a name of a function around that has made this one, and is not compiled with it.

    (Of a recursive function `entry` finds out what it changes.)
    """
    if low.recursion.contexts:
        return
    around, frame = dict[str, None](), low.frame.parent
    parents = {**low.parents, **{each.number: each.parent for each in low.stack}}
    while frame != -1:
        around.update(dict.fromkeys(low.state.names.get(frame, ())))
        if frame in low.nodes:
            around.update(dict.fromkeys(liveness.bound(low.nodes[frame])))
        frame = parents.get(frame, -1)
    outside = [name for name in node.names if name not in around]
    _check_assigned(low, node, outside, "{}, a name of the function around,")


def _check_assigned(
    low: Lowerer, node: ast.Global | ast.Nonlocal, names: Sequence[str], what: str
) -> None:
    stored = {
        inner.id: None
        for inner in ast.walk(low.frame.function.node)
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load)
    }
    written_names = [name for name in names if name in stored]
    if written_names:
        low.state.names[low.frame.number].update(dict.fromkeys(written_names, UNKNOWN))
        listed = ", ".join(written_names)
        raise low.rejection(
            node, f"{what.format(listed)} is assigned in this function, which the derivative "
            f"cannot do; return {listed} instead, and assign it where the function is called",
            "ADC102",
        )  # fmt: skip


def give_up(low: Lowerer, lost: int) -> None:
    """Leave a loop in which something was refused."""
    if low.refusals.lost != lost:
        low.unusable(UNKNOWN)
