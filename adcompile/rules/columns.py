"""From the text of a column to equations.

"np.cos(x) * z_bar"  with x, z_bar -> atoms     =>  v1 = numpy.cos(x); v2 = operator.mul(v1, z_bar)
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Mapping
from functools import cache
from typing import Any

from adcompile.rules import table
from adcompile.rules.build import Builder, arrange
from adcompile.trace.ir import Atom, If, Lit, Var
from adcompile.trace.kinds import join

ATTRIBUTES = {
    "T": "numpy.transpose", "shape": "numpy.shape", "ndim": "numpy.ndim", "size": "numpy.size",
    "dtype": "mem.dtype", "real": "numpy.real", "imag": "numpy.imag",
}  # fmt: skip
CONSTANTS = {"math.inf": math.inf, "math.nan": math.nan, "math.pi": math.pi}
FOLDED = {
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


@cache
def parse(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def evaluate(column: Any, names: Mapping[str, Atom], build: Builder) -> Atom:
    """The atom that a column stands for, its equations appended to `build`."""
    if callable(column):
        result: Atom = column(build, names)
        return result
    return _Reader(names, build).read(parse(column))


class _Reader:
    def __init__(self, names: Mapping[str, Atom], build: Builder) -> None:
        self.names = names
        self.build = build

    def read(self, node: ast.expr) -> Atom:
        match node:
            case ast.Name(id=name):
                return self.names[name]
            case ast.Constant(value=value):
                return Lit(value)
            case ast.BinOp(left=left, op=op, right=right):
                return self._apply(
                    f"operator.{table.BINARY[type(op)]}", self.read(left), self.read(right)
                )
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)):
                return Lit(-value)  # type: ignore[operator]
            case ast.UnaryOp(op=op, operand=operand):
                return self._apply(f"operator.{table.UNARY[type(op)]}", self.read(operand))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compare(op, self.read(left), self.read(right))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._choose(self.read(test), body, orelse)
            case ast.Attribute(value=value, attr=attr) if attr in ATTRIBUTES:
                return self._apply(ATTRIBUTES[attr], self.read(value))
            case ast.Attribute():
                name = table.qualified(node)
                return Lit(CONSTANTS.get(name, name))
            case ast.Subscript(value=value, slice=index):
                return self._apply("mem.getitem", self.read(value), self.read(index))
            case ast.Slice(lower=lower, upper=upper, step=step):
                bounds = [Lit(None) if b is None else self.read(b) for b in (lower, upper, step)]
                return self._apply("mem.slice", *bounds)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                atoms = [self.read(item) for item in items]
                if isinstance(node, ast.Tuple) and all(isinstance(atom, Lit) for atom in atoms):
                    return Lit(tuple(atom.value for atom in atoms if isinstance(atom, Lit)))
                return self._apply(
                    "mem.tuple" if isinstance(node, ast.Tuple) else "mem.list", *atoms
                )
            case ast.Call(func=func, args=args, keywords=keywords):
                return self._call(func, [self.read(a) for a in args],
                                  {str(w.arg): self.read(w.value) for w in keywords})  # fmt: skip
        raise table.RuleError(f"a column cannot hold {ast.unparse(node)!r}")

    def _apply(self, op: str, *args: Atom) -> Var:
        return self.build.apply(op, *args)

    def _compare(self, op: ast.cmpop, left: Atom, right: Atom) -> Atom:
        if isinstance(left, Lit) and isinstance(right, Lit) and type(op) in FOLDED:
            return Lit(FOLDED[type(op)](left.value, right.value))
        if isinstance(op, (ast.Is, ast.IsNot)) and Lit(None) in (left, right):
            return Lit(isinstance(op, ast.IsNot))
        return self._apply(f"operator.{table.COMPARE[type(op)]}", left, right)

    def _choose(self, cond: Atom, body: ast.expr, orelse: ast.expr) -> Atom:
        if isinstance(cond, Lit):
            return self.read(body if cond.value else orelse)
        build, sides, results = self.build, [], []
        for side in (body, orelse):
            with build.block() as eqns:
                result = self.read(side)
            sides.append(build.close(eqns, (result,)))
            results.append(result)
        out = build.var(join(build.kind(results[0]), build.kind(results[1])))
        build.eqns.append(If((out,), cond, sides[0], sides[1], build.loc))
        return out

    def _call(self, func: ast.expr, args: list[Atom], keywords: dict[str, Atom]) -> Atom:
        op = table.qualified(func)
        if op.startswith("mem."):
            return self._apply(op, *args)
        row = table.lookup(op, len(args) + len(keywords))
        if row is None:
            raise table.RuleError(f"a column uses {op}, which has no row")
        return self._apply(op, *arrange(row, args, keywords))
