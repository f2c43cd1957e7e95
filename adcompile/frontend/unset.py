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
Have = frozenset[str] | None  # the names that have a value for sure; None where nobody comes to


def tell(low: Lowerer, value: Value, node: ast.expr) -> None:
    """Note that a name is read, where it may have no value yet."""
    if not isinstance(node, ast.Name) or _key(node) not in readings(low.frame.function.node):
        return
    atom = _own(low, value)
    if atom is not None:
        is_something = Lit(atom not in low.nullable)
        low.build.apply_many("mem.effect", (Lit(READING), atom, is_something), ())
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
    local = liveness.assigned(body)
    if not local:
        return {}
    flow = _Flow(local)
    flow.block(body, frozenset(handing.params_of(function)))
    return flow.found


class _Flow:
    """Goes through the statements of a function in the order in which they run."""

    def __init__(self, local: dict[str, None]) -> None:
        self.local = local
        self.found: dict[Key, None] = {}
        self.leaving: list[list[Have]] = []  # what there is at each break, by loop

    def block(self, statements: Iterable[ast.stmt], have: Have) -> Have:
        for statement in statements:
            if have is None:
                return None
            have = self.statement(statement, have)
        return have

    def statement(self, node: ast.stmt, have: frozenset[str]) -> Have:
        match node:
            case ast.If():
                have = self.expression(node.test, have)
                return _meet(self.block(node.body, have), self.block(node.orelse, have))
            case ast.For() | ast.AsyncFor():
                have = self.expression(node.iter, have)
                return self.loop(node, have, have | _names(node.target))
            case ast.While():
                return self.loop(node, have, None)
            case ast.Match():
                return self.match(node, self.expression(node.subject, have))
            case ast.Try() | ast.TryStar():
                return self.attempt(node, have)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    have = self.expression(item.context_expr, have)
                    have |= _names(item.optional_vars)
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
                return have | {node.name}
            case ast.Delete():
                self.parts(node, have)
                return have - {part.id for part in node.targets if isinstance(part, ast.Name)}
            case ast.Assert():
                return self.expression(node.test, have)
            case ast.AugAssign(target=ast.Name() as target):
                self.read(target, have)
                return self.expression(node.value, have)
            case ast.Assign() | ast.AnnAssign() if node.value is None:
                return have
        return self.parts(node, have) | liveness.assigned([node]).keys()

    def loop(
        self, node: ast.For | ast.AsyncFor | ast.While, have: frozenset[str], turn: Have
    ) -> Have:
        lost = {
            part.id for part in syntax.walk(node)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Del)
        }
        have -= lost
        endless = False
        if isinstance(node, ast.While):
            endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
            have = turn = self.expression(node.test, have)
        self.leaving.append([])
        self.block(node.body, None if turn is None else turn - lost)
        left = self.leaving.pop()
        end = None if endless else self.block(node.orelse, have)
        for each in left:
            end = _meet(end, each)
        return end

    def match(self, node: ast.Match, have: frozenset[str]) -> Have:
        end: Have = None
        for case in node.cases:
            inside = have | liveness.assigned([case.pattern]).keys()
            if case.guard is not None:
                inside = self.expression(case.guard, inside)
            end = _meet(end, self.block(case.body, inside))
            if case.guard is None and _takes_all(case.pattern):
                return end
        return _meet(end, have)

    def attempt(self, node: ast.Try | ast.TryStar, have: frozenset[str]) -> Have:
        end = self.block(node.orelse, self.block(node.body, have))
        for handler in node.handlers:
            name = {handler.name} if handler.name else set()
            inside = self.block(handler.body, have | name)
            end = _meet(end, None if inside is None else inside - name)
        if not node.finalbody:
            return end
        last = self.block(node.finalbody, have)
        return None if end is None or last is None else end | last

    def parts(self, node: ast.AST, have: frozenset[str]) -> frozenset[str]:
        for part in syntax.children(node):
            have = self.expression(part, have)
        return have

    def expression(self, node: ast.AST, have: frozenset[str]) -> frozenset[str]:
        """Read what an expression reads; what there is behind it."""
        match node:
            case ast.Name():
                if not isinstance(node.ctx, ast.Store):
                    self.read(node, have)
                return have
            case ast.NamedExpr(target=target, value=value):
                return self.expression(value, have) | {target.id}
            case ast.IfExp():
                have = self.expression(node.test, have)
                first, other = self.expression(node.body, have), self.expression(node.orelse, have)
                return first & other
            case ast.BoolOp():
                first = have = self.expression(node.values[0], have)
                for value in node.values[1:]:
                    have = self.expression(value, have)
                return first
            case ast.Lambda():
                return have
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                names = liveness.assigned([each.target for each in node.generators])
                walrus = liveness.walrus(node)
                self.parts(node, have | names.keys() | walrus.keys())
                return have
        return self.parts(node, have)

    def read(self, node: ast.Name, have: frozenset[str]) -> None:
        if node.id in self.local and node.id not in have:
            self.found[_key(node)] = None


def _key(node: ast.Name) -> Key:
    """A name at its place in the text, which copies of the node have, too."""
    return node.id, getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _meet(first: Have, second: Have) -> Have:
    if first is None or second is None:
        return second if first is None else first
    return first & second


def _names(target: ast.AST | None) -> frozenset[str]:
    return frozenset() if target is None else frozenset(liveness.assigned([target]))


def _takes_all(pattern: ast.pattern) -> bool:
    return isinstance(pattern, ast.MatchAs) and (
        pattern.pattern is None or _takes_all(pattern.pattern)
    )
