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
from adcompile.frontend.values import Choice, Maybe, Num, Poison, Ref, Value
from adcompile.rules.memory import READING
from adcompile.syntax import remembered
from adcompile.trace.ir import Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

SET = "%set "  # whether a name has a value is a name itself
Key = tuple[str, int, int]  # a name, its line and its column
Have = int | None  # the names that have a value for sure; None where nobody comes to


def tell(low: Lowerer, value: Value, node: ast.expr) -> None:
    """Note that a name is read, where it may have no value yet."""
    if not isinstance(node, ast.Name) or _key(node) not in readings(low.frame.function.node):
        return
    atom = _own(low, value)
    if atom is not None:
        low.build.apply_many("mem.effect", (Lit(READING), atom), ())
        return
    flag = low.state.names[low.owner(node.id)].get(SET + node.id)
    if isinstance(flag, Num) and isinstance(flag.atom, Var):
        error = f"raise UnboundLocalError({f'{node.id} has no value here'!r})"
        line = Lit(f"if not _0_:\n    {error}")
        low.build.apply_many("mem.effect", (line, flag.atom), ())


def flags(function: ast.AST, given: Iterable[str]) -> dict[str, Value]:
    """Which of the names that may be read without a value have one where a function begins."""
    names = dict.fromkeys(name for name, _, _ in readings(function))
    return {SET + name: Num(Lit(name in given)) for name in names}


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


@remembered
def readings(function: ast.AST) -> dict[Key, None]:
    """Where the names of a function are read that may have no value there."""
    body = getattr(function, "body", None)
    if not isinstance(body, list):
        return {}
    inside = liveness.assigned(part for each in body for part in _within(each))
    deleted = _deleted(body)
    if not inside and not deleted:
        return {}
    flow = _Flow(dict.fromkeys((*inside, *deleted)), deleted)
    flow.block(body, flow.bits(handing.params_of(function)))
    return flow.found


def _within(statement: ast.stmt) -> list[ast.AST]:
    """What is inside a statement that may or may not run: what others bind, is there behind them.
    """
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        return [] if statement.value is None else [statement.value]
    return [statement]


def _deleted(body: Iterable[ast.stmt]) -> dict[str, None]:
    parts = (part for statement in body for part in syntax.walk(statement))
    return {
        part.id: None for part in parts
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Del)
    }  # fmt: skip


class _Flow:
    """Goes through the statements of a function in the order in which they run.

    The names that have a value are the bits of a number: there are many, at each statement.
    """

    def __init__(self, local: Iterable[str], deleted: Iterable[str]) -> None:
        self.places = {name: 1 << place for place, name in enumerate(local)}
        self.deleted = self.bits(deleted)  # somewhere, and so perhaps in the turn before
        self.found: dict[Key, None] = {}
        self.leaving: list[list[Have]] = []  # what there is at each break, by loop

    def bits(self, names: Iterable[str]) -> int:
        found = 0
        for name in names:
            found |= self.places.get(name, 0)
        return found

    def bound(self, node: ast.AST | None) -> int:
        """The names that a statement or a target binds."""
        return 0 if node is None else self.bits(liveness.assigned([node]))

    def block(self, statements: Iterable[ast.stmt], have: Have) -> Have:
        for statement in statements:
            if have is None:
                return None
            have = self.statement(statement, have)
        return have

    def statement(self, node: ast.stmt, have: int) -> Have:
        match node:
            case ast.If():
                have = self.expression(node.test, have)
                return _meet(self.block(node.body, have), self.block(node.orelse, have))
            case ast.For() | ast.AsyncFor():
                have = self.expression(node.iter, have)
                return self.loop(node, have, have | self.bound(node.target))
            case ast.While():
                return self.loop(node, have, None)
            case ast.Match():
                return self.match(node, self.expression(node.subject, have))
            case ast.Try() | ast.TryStar():
                return self.attempt(node, have)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    have = self.expression(item.context_expr, have)
                    have |= self.bound(item.optional_vars)
                return _meet(have, self.block(node.body, have))
            case ast.Return() | ast.Raise():
                self.parts(node, have)
                return None
            case ast.Break():
                self.leaving[-1].append(have)
                return None
            case ast.Continue():
                return None
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return have | self.bits([node.name])
            case ast.Delete():
                self.parts(node, have)
                return have & ~self.bits(_deleted([node]))
            case ast.Assert():
                return self.expression(node.test, have)
            case ast.AugAssign(target=ast.Name() as target):
                self.read(target, have)
                return self.expression(node.value, have)
            case ast.AnnAssign(value=None):
                return have
        return self.parts(node, have) | self.bound(node)

    def loop(self, node: ast.For | ast.AsyncFor | ast.While, have: int, turn: Have) -> Have:
        have &= ~self.deleted
        endless = False
        if isinstance(node, ast.While):
            endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
            have = turn = self.expression(node.test, have)
        self.leaving.append([])
        self.block(node.body, None if turn is None else turn & ~self.deleted)
        left = self.leaving.pop()
        end = None if endless else self.block(node.orelse, have)
        for each in left:
            end = _meet(end, each)
        return end

    def match(self, node: ast.Match, have: int) -> Have:
        end: Have = None
        for case in node.cases:
            inside = have | self.bound(case.pattern)
            if case.guard is not None:
                inside = self.expression(case.guard, inside)
            end = _meet(end, self.block(case.body, inside))
            if case.guard is None and _takes_all(case.pattern):
                return end
        return _meet(end, have)

    def attempt(self, node: ast.Try | ast.TryStar, have: int) -> Have:
        end = self.block(node.orelse, self.block(node.body, have))
        for handler in node.handlers:
            name = self.bits([handler.name] if handler.name else [])
            inside = self.block(handler.body, have | name)
            end = _meet(end, None if inside is None else inside & ~name)
        if not node.finalbody:
            return end
        last = self.block(node.finalbody, have)
        return None if end is None or last is None else end | last

    def parts(self, node: ast.AST, have: int) -> int:
        for part in syntax.children(node):
            have = self.expression(part, have)
        return have

    def expression(self, node: ast.AST, have: int) -> int:
        """Read what an expression reads; what there is behind it."""
        match node:
            case ast.Name():
                if not isinstance(node.ctx, ast.Store):
                    self.read(node, have)
                return have
            case ast.NamedExpr(target=target, value=value):
                return self.expression(value, have) | self.bits([target.id])
            case ast.IfExp():
                have = self.expression(node.test, have)
                return self.expression(node.body, have) & self.expression(node.orelse, have)
            case ast.BoolOp():
                first = have = self.expression(node.values[0], have)
                for value in node.values[1:]:
                    have = self.expression(value, have)
                return first
            case ast.Lambda():
                return have
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                targets = liveness.assigned([each.target for each in node.generators])
                self.parts(node, have | self.bits(targets) | self.bits(liveness.walrus(node)))
                return have
        return self.parts(node, have)

    def read(self, node: ast.Name, have: int) -> None:
        if self.places.get(node.id, 0) & ~have:
            self.found[_key(node)] = None


def _key(node: ast.Name) -> Key:
    """A name at its place in the text, which copies of the node have, too."""
    return node.id, getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _meet(first: Have, second: Have) -> Have:
    if first is None or second is None:
        return second if first is None else first
    return first & second


def _takes_all(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and (
        pattern.pattern is None or _takes_all(pattern.pattern)
    )
