"""Arguments that their use says to be dictionaries: what going through d gives is a key of d.

    for i, k in enumerate(d):       d has an item for each k, so it is a dictionary, or a list of
        total += i * d[k]           its own places, which is annotated
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from adcompile.frontend import memory, reached
from adcompile.frontend.values import Ref
from adcompile.syntax import remembered, walk
from adcompile.trace import kinds as k

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

OF_ITEMS = ("list", "tuple", "sorted", "reversed", "set", "iter", "max", "min", "filter", "map")
"""What gives the items of an argument, or passes them to a function."""


def check(low: Lowerer, value: Ref) -> None:
    """Start again with a dictionary, where the function reads d[k] of what d gives."""
    atom = memory.atom_of(low, value)
    if not isinstance(low.build.kind(atom), k.Any_) or atom not in low.origins:
        return
    names = low.state.names[low.frame.number]
    if any(names.get(name) == value for name in _keyed(low.frame.function.node)):
        low.refine(atom, ("kind", k.Dict(k.ANY)))


def having(low: Lowerer, key: str) -> tuple[Any, ...]:
    """What an argument is of which d[key] is read: where a try is for a missing key, that says not
    that it is there.
    """
    caught = reached.is_caught(low, KeyError)
    return ("kind", k.Dict(k.ANY)) if caught else ("dict", key)


@remembered
def _keyed(function: ast.AST) -> tuple[str, ...]:
    """The names of which an item is read at what going through them gives."""
    lists = {
        node.targets[0].id: node.value for node in walk(function)
        if isinstance(node, ast.Assign) and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call)
    }  # fmt: skip
    given = [each for node in walk(function) for each in _given(node)]
    found = ((_source(whole, lists), item, where) for whole, item, where in given)
    return tuple(
        dict.fromkeys(name for name, item, where in found if _is_read(name, item, where))
    )


def _is_read(name: str, item: str, where: Sequence[ast.AST]) -> bool:
    """Is name[item] read there, where `item` is no other thing meanwhile?"""
    parts = [part for node in where for part in walk(node)]
    if any(isinstance(p, ast.Name) and p.id == item and not _is_load(p) for p in parts):
        return False
    return any(
        isinstance(p, ast.Subscript) and isinstance(p.value, ast.Name) and p.value.id == name
        and isinstance(p.slice, ast.Name) and p.slice.id == item
        for p in parts
    )  # fmt: skip


def _is_load(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _given(node: ast.AST) -> Iterator[tuple[ast.expr, str, Sequence[ast.AST]]]:
    """What is gone through, the names of its items, and where these are that."""
    match node:
        case ast.For(target=target, iter=whole, body=body):
            yield from ((each, item, body) for each, item in _items(target, whole))
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            made = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
            for part in node.generators:
                for each, item in _items(part.target, part.iter):
                    yield each, item, (*made, *part.ifs)
        case ast.Call(ast.Name(name), args, keywords) if name in OF_ITEMS:
            for given in [*args[:1], *(word.value for word in keywords if word.arg == "key")]:
                if isinstance(given, ast.Lambda) and len(given.args.args) == 1:
                    yield args[-1], given.args.args[0].arg, (given.body,)


def _items(target: ast.expr, whole: ast.expr) -> Iterator[tuple[ast.expr, str]]:
    """The names that are given to the items of what is gone through, and that."""
    match target, whole:
        case ast.Tuple([_, item]), ast.Call(ast.Name("enumerate"), [first, *_]):
            yield from _items(item, first)
        case ast.Tuple(parts), ast.Call(ast.Name("zip"), args):
            for item, part in zip(parts, args):
                yield from _items(item, part)
        case ast.Name(name), _:
            yield whole, name


def _source(whole: ast.expr, lists: Mapping[str, ast.expr], depth: int = 4) -> str:
    """The name of that whose items these are; "" of anything else."""
    match whole:
        case ast.Call(ast.Name(name), [*_, last]) if name in OF_ITEMS and depth:
            return _source(last, lists, depth - 1)
        case ast.Name(name) if name in lists and depth:
            return _source(lists[name], lists, depth - 1) or name
        case ast.Name(name):
            return name
    return ""
