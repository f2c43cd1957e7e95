"""Lists and dictionaries of objects that are given: what the objects hold is gathered first.

    def f(bodies):                          def f(bodies):
        ... items[i][0] ...          =>         items = [(each.mass, each.x) for each in bodies]
                                                ... items[i][0] ...

And a dictionary of which some keys are known: its gradient has all that are given.

    {"rate": rate_bar}               =>     {**zeros_like(p), "rate": rate_bar}
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Lit, Node, Trace, Tree, Var, free
from adcompile.trace.paths import AMONG, EACH, MANY, ONE, Held, class_is

if TYPE_CHECKING:
    from adcompile.emit.expressions import Expressions

LOAD = ast.Load()


def among(write: Expressions, tree: Node, items: list[ast.expr]) -> ast.Dict:
    """A dictionary like one that is given: zero but for these items."""
    zeros = ast.Name(write.helpers.run_by_python("zeros_like"), LOAD)
    call = ast.Call(zeros, [parsed(tree.record.removeprefix(AMONG))], [])
    return ast.Dict([None, *map(write.literal, tree.keys)], [call, *items])


def gathered(trace: Trace) -> Trace:
    """The trace that makes these lists when it begins, of those that it reads."""
    kinds, read = dict(trace.kinds), free(trace.body)
    made: list[Apply] = []

    def opened(tree: Tree) -> Tree:
        if not isinstance(tree, Node):
            return tree
        if tree.form != MANY:
            return replace(tree, items=tuple(map(opened, tree.items)))
        var = tree.items[0]
        assert isinstance(var, Var)
        given = Var(var.name)
        kinds[given] = kinds[var]
        if var in read:
            made.append(Apply((var,), "mem.opaque", (Lit("_0_"), given)))
        return replace(tree, items=(given,))

    params = tuple(replace(param, tree=opened(param.tree)) for param in trace.params)
    if not made:
        return trace
    body = replace(trace.body, eqns=(*made, *trace.body.eqns))
    return replace(trace, params=params, body=body, kinds=kinds)


def objects(write: Expressions, tree: Node) -> ast.expr:
    """Objects of the classes of those that are given, of tuples of what they are to hold."""
    form, classes, whole = tree.keys
    held = tree.items[0]
    assert isinstance(held, Var)
    kind = None if whole else write.kind(held)
    source, items = parsed(tree.record), write.tree(held)
    return _objects(write, form, classes, source, items, kind)


def _objects(
    write: Expressions, form: str, classes: tuple[Held, ...], source: ast.expr, items: ast.expr,
    kind: k.Kind | None,
) -> ast.expr:  # fmt: skip
    item: ast.expr = ast.Name("item", LOAD)
    each: ast.expr = ast.Name(EACH, LOAD)
    if form == ONE:
        item, each = ast.Subscript(items, ast.Constant(0), LOAD), source
    held = kind.item if isinstance(kind, (k.List, k.Dict)) else None
    kinds = held.items if isinstance(held, k.Tuple) else None
    made = _of_its_class(write, classes, item, kinds, each)
    if form == ONE:
        return made
    if form == "dict":
        key = ast.Name("key", LOAD)
        pairs = ast.Call(ast.Attribute(source, "items", LOAD), [], [])
        taken = ast.Call(ast.Attribute(items, "values", LOAD), [], [])
        target = ast.Tuple([ast.Tuple([key, each], LOAD), item], LOAD)
        turns = ast.comprehension(target, _zip(pairs, taken), [], 0)
        return ast.DictComp(key, made, [turns])
    turns = ast.comprehension(ast.Tuple([each, item], LOAD), _zip(source, items), [], 0)
    found = ast.ListComp(made, [turns])
    return ast.Call(ast.Name("tuple", LOAD), [found], []) if form == "tuple" else found


def _of_its_class(
    write: Expressions, classes: tuple[Held, ...], item: ast.expr,
    kinds: Sequence[k.Kind] | None, each: ast.expr,
) -> ast.expr:  # fmt: skip
    """The object by the pattern of its class, of which the one that is given is an example."""
    made = [_object(write, held.pattern, item, kinds) for held in classes]
    found = made.pop()
    for held, one in reversed(list(zip(classes, made))):
        test = parsed(class_is(ast.unparse(each), held.name))
        found = ast.IfExp(test, one, found)
    return found


def parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _zip(first: ast.expr, second: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("zip", LOAD), [first, second], [])


def _object(
    write: Expressions, pattern: Tree, item: ast.expr, kinds: Sequence[k.Kind] | None
) -> ast.expr:
    """One object, by what it is to hold; of a derivative None for what has none."""
    if not isinstance(pattern, Node):
        number = pattern.value if isinstance(pattern, Lit) else None
        if number is None or (kinds is not None and not k.is_real(kinds[number])):
            return ast.Constant(None)
        return ast.Subscript(item, ast.Constant(number), LOAD)
    if pattern.form == MANY:
        form, below, _ = pattern.keys
        place = pattern.items[0]
        assert isinstance(place, Lit)
        inner = ast.Subscript(item, ast.Constant(place.value), LOAD)
        source = parsed(pattern.record)
        inside = kinds[place.value] if kinds is not None else None
        return _objects(write, form, below, source, inner, inside)
    return write.structure(pattern, [_object(write, p, item, kinds) for p in pattern.items])
