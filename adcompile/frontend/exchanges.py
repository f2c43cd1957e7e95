"""Two items of a list change places: it holds what it held, and nothing twice.

    rows[i], rows[j] = rows[j], rows[i]         row = rows[i]; rows[i] = rows[j]; rows[j] = row
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from adcompile.frontend import expressions, listing, packing
from adcompile.frontend.values import Obj, Ref, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

PLAIN = (
    ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator,
    ast.unaryop, ast.expr_context, ast.Tuple,
)  # fmt: skip


def is_exchange(node: ast.Assign) -> bool:
    """Is this x[i], x[j] = x[j], x[i], with indices that are none of its items?"""
    match node:
        case ast.Assign(
            targets=[ast.Tuple(elts=[ast.Subscript() as one, ast.Subscript() as other])],
            value=ast.Tuple(elts=[ast.Subscript() as first, ast.Subscript() as second]),
        ):
            every = one, other, first, second
        case _:
            return False
    bases = {ast.unparse(each.value) for each in every}
    places = [ast.unparse(each.slice) for each in every]
    if len(bases) > 1 or places[:2] != places[:1:-1]:
        return False
    inside = {name.id for name in ast.walk(one.value) if isinstance(name, ast.Name)}
    indices = [part for each in every for part in ast.walk(each.slice)]
    plain = all(isinstance(part, PLAIN) for part in [*indices, *ast.walk(one.value)])
    return plain and not any(isinstance(part, ast.Name) and part.id in inside for part in indices)


def spelled_out(low: Lowerer, statements: list[ast.stmt]) -> list[ast.stmt] | None:
    """t = x[i]; x[i] = x[j]; x[j] = t, of a list, as one assignment, and t as what x[j] then is."""
    match statements:
        case [
            ast.Assign(targets=[ast.Name(id=name) as kept], value=ast.Subscript() as first),
            ast.Assign(targets=[ast.Subscript() as one], value=ast.Subscript() as second),
            ast.Assign(targets=[ast.Subscript() as other], value=ast.Name(id=given)),
        ] if name == given:
            pass
        case _:
            return None
    targets: list[ast.expr] = [ast.Tuple([one, other], ast.Store())]
    made = ast.Assign(targets, ast.Tuple([second, first], ast.Load()))
    if not is_exchange(made) or name in {n.id for n in ast.walk(one) if isinstance(n, ast.Name)}:
        return None
    if name in {n.id for n in ast.walk(other) if isinstance(n, ast.Name)}:
        return None
    if not listing.is_list(low, expressions.lower(low, one.value)):
        return None
    for node, place in ((targets[0], one), (made.value, second), (made, statements[1])):
        ast.copy_location(node, place)
    return [made, ast.copy_location(ast.Assign([kept], second), statements[0])]


@contextmanager
def exchanging(low: Lowerer, node: ast.Assign) -> Iterator[None]:
    """While such an assignment is lowered, what is put into the list is what it has."""
    outer, low.exchanges = low.exchanges, is_exchange(node)
    try:
        yield
    finally:
        low.exchanges = outer


def objects_as_kept(low: Lowerer, target: ast.expr, items: list[Value]) -> list[Value]:
    """The objects of the list that changes, as it keeps them: both before either is written."""
    assert isinstance(target, ast.Subscript)
    base = expressions.lower(low, target.value)
    if not isinstance(base, Ref):
        return items
    places = low.state.places
    return [
        packing.listed(low, item)
        if isinstance(item, Obj) and item.identity in places
        and places[item.identity].place.storage is base.storage
        else item
        for item in items
    ]  # fmt: skip
