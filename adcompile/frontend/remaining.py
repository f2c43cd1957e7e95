"""What the derivative of a function that is refused would be refused for, too.

    y = statistics.fmean(x)     no rule carries the derivative on: refused by the transform, which
    z = np.round(x, x[0])       a function is given only where nothing in it is refused here
    return y * z                y is of use, whatever z is

Of what a refused statement would have assigned it is known which values it is computed from.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.errors import RejectedError
from adcompile.frontend import memory, result_trees
from adcompile.frontend.values import UNKNOWN, Num, Ref, Value
from adcompile.trace.ir import Atom, Block, Call, Loc, Node, Trace, leaves, walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adcompile.frontend.lower import Lowerer

Atoms = dict[Atom, None]
RESULT = "%retval"


def note(low: Lowerer, node: ast.stmt) -> None:
    """Note what the value of a statement that is given up would be computed from."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            low.behind[low.frame.number, name] = _operands(low, value)
        case ast.AugAssign(target=ast.Name(id=name) as target, value=value):
            old = _operands(low, ast.copy_location(ast.Name(name, ast.Load()), target))
            low.behind[low.frame.number, name] = {**old, **_operands(low, value)}
        case ast.Return(value=ast.expr() as value) if low.frame.number == 0:
            low.behind.setdefault(RESULT, {}).update(_operands(low, value))


def _operands(low: Lowerer, node: ast.expr) -> Atoms:
    """The values that a number or an array is computed from by arithmetic."""
    match node:
        case ast.Name(id=name):
            value = low.state.names[low.frame.number].get(name)
            if value == UNKNOWN:
                return low.behind.get((low.frame.number, name), {})
            return _atoms(low, value)
        case ast.BinOp(left=left, right=right):
            return {**_operands(low, left), **_operands(low, right)}
        case ast.UnaryOp(operand=operand):
            return {} if isinstance(node.op, ast.Not) else _operands(low, operand)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return {atom: None for item in items for atom in _operands(low, item)}
    return {}


def _atoms(low: Lowerer, value: Value | None) -> Atoms:
    if not isinstance(value, (Num, Ref)):
        return {}
    try:
        return {memory.atom_of(low, value): None}
    except RejectedError:
        return {}


def look(low: Lowerer, names: Mapping[str, Value], result: Value) -> None:
    """Add what the transform would refuse to what was refused."""
    if not low.refusals.found or low.lost is None:
        return
    try:
        tree = result_trees.tree_of(low, result)
    except RejectedError:
        tree = Node("tuple", (), ())
    results = (*leaves(tree), *low.behind.get(RESULT, {}))
    body = Block(tuple(low.build.eqns), results)
    functions = low.recursion.functions
    called = [eqn.function for eqn in walk(body) if isinstance(eqn, Call)]
    if any(name not in functions for name in called):
        return
    function = low.function
    loc = Loc(function.file, function.node.lineno, function.node.col_offset)
    params = low.params(names)
    trace = Trace(function.name, params, body, tree, low.build.kinds, "", loc, functions)
    found = low.lost(trace)
    if found is not None:
        low.refusals.add(found)
