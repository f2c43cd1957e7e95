"""When a turn of a loop changes nothing: where all that it adds is zero times something.

g = w if d[j] == least else 0.0           if d[j] == least:
for k in range(m):                ->        for k in range(m):
  c_bar[j, k] += g * e[k]                     c_bar[j, k] += w * e[k]
"""

from __future__ import annotations

from collections.abc import Sequence

from adcompile.simplify.arrays.fusion import Loop, Stmt
from adcompile.simplify.arrays.nodes import POINT, UPDATE, Node, Read
from adcompile.simplify.arrays.places import composed
from adcompile.simplify.arrays.plan import Plan
from adcompile.trace.ir import Lit, Var

PRODUCTS = ("operator.mul", "numpy.multiply")


def guard(plan: Plan, loop: Loop, level: int) -> tuple[Stmt, Read] | None:
    """What has to be true for the loop to change anything, in terms of the axes of a statement."""
    found: tuple[Stmt, Read] | None = None
    for stmt in loop.stmts():
        node = stmt.node
        adds = node.form == "sum" and not stmt.is_number and stmt.first_summed < level
        if not adds and not (node.form == UPDATE and node.adds):
            return None
        outer = {axis: n for n, axis in enumerate(node.order[:level])}
        cond = next((c for c in _conditions(plan, node) if _is_outer(c, outer)), None)
        if cond is None:
            return None
        if found is not None and _in_loops(found) != _in_loops((stmt, cond)):
            return None
        found = found or (stmt, cond)
    return found


def _is_outer(read: Read, outer: dict[int, int]) -> bool:
    return all(place.axis is None or place.axis in outer for place in read.places)


def _in_loops(found: tuple[Stmt, Read]) -> object:
    """A condition in terms of the loops."""
    stmt, read = found
    at = {axis: n for n, axis in enumerate(stmt.node.order)}
    places = [(at.get(p.axis), p.step, p.offset) for p in read.places]
    return read.atom, tuple(places)


def _conditions(plan: Plan, node: Node) -> Sequence[Read]:
    """What has to be true for an element of the node not to be zero."""
    if node.form == UPDATE or node.eqn.op not in (*PRODUCTS, "operator.truediv", "numpy.where"):
        reads: Sequence[Read] = node.reads if len(node.reads) == 1 else ()
        if node.is_sum and len(node.reads) == 2:
            reads = node.reads
        if node.form == POINT and node.eqn.op not in ("operator.neg", "numpy.negative"):
            reads = ()
    elif node.eqn.op == "numpy.where":
        zero = node.reads[2].atom
        return [node.reads[0]] if isinstance(zero, Lit) and zero.value == 0 else []
    else:
        reads = node.reads if node.eqn.op in PRODUCTS else node.reads[:1]
    found: list[Read] = []
    for read in reads:
        inner = plan.nodes.get(read.atom) if isinstance(read.atom, Var) else None
        if inner is None or inner.out in plan.loops:
            continue
        for cond in _conditions(plan, inner):
            found.append(Read(cond.atom, composed(cond.places, read.places)))
    return found
