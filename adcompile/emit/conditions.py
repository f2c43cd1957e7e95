"""Conditions, and what is chosen by them, as expressions.

    If c: a else: b                      a if c else b
    If c: a else: False                  c and a
    not_(gt(i, j)), of integers          i <= j
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, If, Lit, Var

if TYPE_CHECKING:
    from adcompile.emit.expressions import Expressions

OPPOSITE = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}  # fmt: skip
OF_INTEGERS = {
    "operator.lt": ast.GtE, "operator.ge": ast.Lt, "operator.gt": ast.LtE, "operator.le": ast.Gt,
}  # fmt: skip
"""Of two integers one of both holds; of floats none, where one is nan."""


def choice(write: Expressions, eqn: If) -> ast.expr:
    """An If with one result and nothing but expressions, as a conditional expression."""
    first, second = eqn.then.results[0], eqn.orelse.results[0]
    is_bool = write.kind(eqn.cond) == k.BOOL
    if is_bool and (first, second) == (Lit(False), Lit(True)):
        return negated(write, eqn.cond)
    test = write.atom(eqn.cond)
    if (first, second) == (Lit(True), Lit(False)) and "bool" not in write.names.taken:
        return test if is_bool else ast.Call(ast.Name("bool", ast.Load()), [test], [])
    if second is eqn.cond or (is_bool and second == Lit(False)):
        return _joined(ast.And(), test, write.atom(first))
    if first is eqn.cond or (is_bool and first == Lit(True)):
        return _joined(ast.Or(), test, write.atom(second))
    return ast.IfExp(test, write.atom(first), write.atom(second))


def _joined(op: ast.boolop, first: ast.expr, second: ast.expr) -> ast.expr:
    values: list[ast.expr] = []
    for value in (first, second):
        if isinstance(value, ast.BoolOp) and type(value.op) is type(op):
            values += value.values
        else:
            values.append(value)
    return ast.BoolOp(op, values)


def negated(write: Expressions, atom: Atom) -> ast.expr:
    """Where the atom is false."""
    eqn = write.nesting.inside.get(atom) if isinstance(atom, Var) else None
    if isinstance(eqn, Apply) and eqn.op in OF_INTEGERS and all(map(write.is_int, eqn.args)):
        left, right = write.atoms(eqn.args)
        return ast.Compare(left, [OF_INTEGERS[eqn.op]()], [right])
    return negation(write.atom(atom))


def negation(test: ast.expr) -> ast.expr:
    """not test, without the `not` where a comparison has an opposite."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in OPPOSITE:
        return ast.Compare(test.left, [OPPOSITE[type(test.ops[0])]()], test.comparators)
    if isinstance(test, ast.Constant) and isinstance(test.value, bool):
        return ast.Constant(not test.value)
    return ast.UnaryOp(ast.Not(), test)
