"""Names that have no value on a path, and are used behind it.

    v = None                                   tape.append(v) takes it as it is;
    for v in xs:                               behind the loop the primal raises where there
        ...                                    was no turn, and so does what is emitted
    if v is None:
        raise UnboundLocalError("v has no value here")
    y = w * v
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from adcompile.emit.expressions import call, name
from adcompile.emit.owners import is_callee
from adcompile.emit.undefined import STORING
from adcompile.syntax import SCOPES, children, walk
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Equation, For, If, Trace, Var

if TYPE_CHECKING:
    from adcompile.emit.expressions import Expressions


SIMPLE = (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise)


class Unassigned:
    """Asks once on each way whether a name that may be None has a value."""

    def __init__(self, expressions: Expressions, trace: Trace) -> None:
        self.names, self.nesting = expressions.names, expressions.nesting
        self.kind = expressions.kind
        self.open = {} if expressions.dialect.name else self.names.unassigned
        self.none = {} if expressions.dialect.name else self.names.missing
        self.results = {} if is_callee(trace) else dict.fromkeys(trace.body.results)
        self.known: dict[Var, None] = {}
        self.guards: dict[tuple[object, bool], None] = {}
        self.left: dict[tuple[object, bool], dict[Var, None]] = {}

    @contextmanager
    def side(self, cond: object, is_true: bool) -> Iterator[None]:
        """What is asked on one side of a branch is known later where the same condition holds."""
        known, key = self.known, (cond, is_true)
        own = key not in self.guards
        self.known = {**known, **self.left.get(key, {})}
        if own:
            self.guards[key] = None
        yield
        if own:
            del self.guards[key]
        self.left[key], self.known = self.known, known

    def before(self, eqn: Equation) -> list[ast.stmt]:
        """What is asked before an equation is computed."""
        if not self.open:
            return []
        match eqn:
            case Apply():
                returned = eqn.op == "mem.same" and eqn.out in self.results
                return self.asked(eqn.args if returned else (), self.used(eqn))
            case If():
                return self.asked((), self.needed(eqn.cond))
            case For():
                return self.asked((eqn.start, eqn.stop, eqn.step))
        return []

    def used(self, eqn: Equation) -> Iterator[Var]:
        """The named variables that an equation computes with, whatever is chosen in it."""
        match eqn:
            case If():
                yield from self.needed(eqn.cond)
            case Apply(op=op, args=args):
                for arg in args:
                    if op not in (*STORING, "mem.copy") or arg in self.nesting.inside:
                        yield from self.needed(arg)

    def needed(self, atom: Atom) -> Iterator[Var]:
        made = self.nesting.inside.get(atom) if isinstance(atom, Var) else None
        if made is not None:
            yield from self.used(made)
        elif isinstance(atom, Var):
            yield atom

    def asked(self, atoms: Iterable[Atom], more: Iterable[Var] = ()) -> list[ast.stmt]:
        result: list[ast.stmt] = []
        for var in (*(var for atom in atoms for var in self.needed(atom)), *more):
            guards = self.open.get(var)
            if guards is None or var in self.known or any(g in self.guards for g in guards):
                continue
            self.known[var] = None
            if not var.name or isinstance(self.kind(var), k.Opaque):
                continue
            result.append(self.missed(var))
        return result

    def read(self, eqn: Apply) -> list[ast.stmt]:
        """A name is read for nothing but to miss its value, which is None where a tape takes it."""
        var = eqn.args[1]
        assert isinstance(var, Var)
        if var in self.known:
            return []
        if var not in self.none:
            return [ast.Expr(name(self.names[var]))]
        self.known[var] = None
        return [self.missed(var)]

    def missed(self, var: Var) -> ast.stmt:
        test = ast.Compare(name(self.names[var]), [ast.Is()], [ast.Constant(None)])
        known = var.name or self.names[var]
        error = call(name("UnboundLocalError"), ast.Constant(f"{known} has no value here"))
        return ast.If(test, [ast.Raise(error)], [])


def read_once(statements: list[ast.stmt]) -> list[ast.stmt]:
    """The statements without those that only read a name that one behind them reads, too."""
    kept: list[ast.stmt] = []
    for place, each in enumerate(statements):
        match each:
            case ast.Expr(ast.Name(read)) if _read_behind(read, statements[place + 1 :]):
                continue
        kept.append(each)
    return kept


def _read_behind(read: str, statements: Iterable[ast.stmt]) -> bool:
    """Does one of these surely read this name, before any of them may change or read it?"""
    for each in statements:
        if _reads(read, each):
            return True
        if any(isinstance(part, ast.Name) and part.id == read for part in walk(each)):
            return False
    return False


def _reads(read: str, statement: ast.stmt) -> bool:
    """Does a statement read this name, whatever it chooses?"""
    parts: list[ast.AST] = [statement]
    while parts:
        part = parts.pop()
        match part:
            case ast.Name(id=found, ctx=ast.Load()) if found == read:
                return True
            case ast.If(test=first) | ast.IfExp(test=first) | ast.BoolOp(values=[first, *_]):
                parts.append(first)
            case ast.For(iter=first) | ast.Assert(test=first):
                parts.append(first)
            case ast.stmt() if not isinstance(part, SIMPLE):
                pass
            case _ if not isinstance(part, SCOPES):
                parts += children(part)
    return False
