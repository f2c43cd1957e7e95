"""Expressions to values."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING, Any

from adcompile.errors import RejectedError
from adcompile.frontend import (
    absent,
    effects,
    enums,
    guessed,
    holdings,
    memory,
    numbered,
    operators,
    packing,
    protocols,
    references,
    refusing,
    sets,
    slices,
    spreads,
    subscripts,
    supers,
    tables,
    watching,
)
from adcompile.frontend.values import (
    Identity,
    Num,
    Obj,
    Ref,
    Storage,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

CONSTANTS = {
    f"{module}.{name}": value
    for module in ("math", "cmath", "numpy")
    for name, value in (
        ("pi", math.pi),
        ("e", math.e),
        ("inf", math.inf),
        ("nan", math.nan),
        ("tau", math.tau),
    )
} | {"builtins.Ellipsis": Ellipsis, "numpy.newaxis": None, "numpy.euler_gamma": 0.5772156649015329}


def lower(low: Lowerer, node: ast.expr, hint: str = "") -> Value:
    """The value of an expression.  `hint` names its result, where the user gives it a name."""
    loc = low.at(node)
    match node:
        case ast.Constant(value=value):
            return Num(Lit(value))
        case ast.Name(id=name):
            return low.name(name, node)
        case ast.BinOp(left=left, op=op, right=right):
            first, second = lower(low, left), lower(low, right)
            low.build.loc = loc
            return operators.binary(low, op, first, second, hint)
        case ast.UnaryOp(op=op, operand=operand):
            return operators.unary(low, op, lower(low, operand), hint)
        case ast.Compare():
            return operators.compare(low, node, hint)
        case ast.BoolOp():
            return operators.boolean(low, node, hint)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return low.choose(
                test, lambda: lower(low, body, hint), lambda: lower(low, orelse, hint), hint, loc
            )
        case ast.Call():
            return low.call(node, hint)
        case ast.Attribute(value=value, attr=attr):
            above = supers.of_super(low, node)
            if above is not None:
                return above
            base = lower(low, value)
            low.build.loc = loc
            return subscripts.attribute(low, base, attr, hint)
        case ast.Subscript(value=value, slice=index):
            base, found = subscripts.base_and_index(low, value, index)
            low.build.loc, low.passed = loc, node
            return subscripts.subscript(low, base, found, hint)
        case ast.List() | ast.Tuple():
            return spreads.display(low, node, hint)
        case ast.Set(elts=elts):
            low.here = node
            return sets.make(low, spread(low, elts))
        case ast.SetComp():
            return sets.comprehension(low, node)
        case ast.Dict(keys=keys, values=values):
            return dictionary(low, node, keys, values)
        case ast.Lambda():
            return low.closure(node)
        case ast.ListComp() | ast.GeneratorExp():
            return low.comprehension(node, hint)
        case ast.DictComp():
            return low.dict_comprehension(node)
        case ast.JoinedStr():
            return effects.opaque(low, node)
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            found_value = low.named(lower(low, value, name), name)
            low.set(name, found_value)
            return found_value
        case ast.Slice():
            return Num(slices.made(low, node))
    raise without_derivative(low, node)


def without_derivative(low: Lowerer, node: ast.expr) -> RejectedError:
    if isinstance(node, (ast.Yield, ast.YieldFrom)):
        return refusing.generator(low, node)
    what = INSTEAD.get(type(node), "write it with plain expressions")
    return low.rejection(node, f"{describe(node)} has no derivative here; {what}", "ADC103")


INSTEAD: dict[type[ast.expr], str] = {
    ast.Starred: "name what it stands for",
}


def describe(node: ast.AST) -> str:
    """What a piece of syntax is called."""
    names = {
        "Yield": "a generator (yield)", "YieldFrom": "a generator (yield from)", "Await": "await",
        "Starred": "a starred expression", "ClassDef": "a class", "With": "a with block",
        "Try": "try", "TryStar": "try", "Match": "match", "Global": "global",
        "Nonlocal": "nonlocal", "AsyncFunctionDef": "async def", "AsyncFor": "async for",
        "AsyncWith": "async with", "Delete": "del",
    }  # fmt: skip
    return names.get(type(node).__name__, type(node).__name__)


def spread(low: Lowerer, elts: list[ast.expr]) -> list[Value]:
    items: list[Value] = []
    for elt in elts:
        if isinstance(elt, ast.Starred):
            items += static_items(low, lower(low, elt.value), elt)
        else:
            items.append(lower(low, elt))
    return items


def static_items(low: Lowerer, value: Value, node: ast.AST | None) -> list[Value]:
    """The items of a value whose length is known when compiling."""
    value = absent.known(low, value, "iterate")
    watching.check(low, value, node)
    match value:
        case Struct(items):
            return list(items)
        case Num(Lit(value=str() as text)):
            return [Num(Lit(letter)) for letter in text]
        case Obj(identity) if identity.form == "record":
            return static_items(low, protocols.gone_through(low, value, node), node)
        case Obj(identity):
            items_now = guessed.whole(low, identity)
            return (
                [enums.of_key(key) for key in items_now]
                if identity.form == "dict"
                else list(items_now.values())
            )
        case Num(atom):
            kind = low.build.kind(atom)
            if isinstance(kind, k.Tuple):
                return [
                    subscripts.subscript(low, value, Num(Lit(i)), "")
                    for i in range(len(kind.items))
                ]
        case Ref():
            kind = low.build.kind(memory.atom_of(low, value))
            if isinstance(kind, k.Array) and kind.dims and kind.dims[0].length is not None:
                return [memory.element(low, value, Lit(i)) for i in range(kind.dims[0].length)]
            if isinstance(kind, k.Tuple) and kind.tag is None:
                return [memory.element(low, value, Lit(i)) for i in range(len(kind.items))]
    raise low.rejection(node, "how many items this has is not known when compiling", "ADC408")


def display(
    low: Lowerer,
    form: str,
    keys: list[Any],
    items: list[Value],
    node: ast.AST,
    hint: str = "",
    record: str = "",
) -> Value:
    """A list or dictionary as the user writes it: of known shape, or a list at run time."""
    place = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
    site = (low.frame.function.node, *place, form)
    if form == "list" and site in low.dynamic:
        return make_list(low, items, hint)
    if form == "dict" and site in low.dynamic:
        return tables.make(low, [(enums.of_key(key), item) for key, item in zip(keys, items)])
    identity = Identity(form, site, record, low.build.loc)
    low.known_lengths[site] = None
    low.state.items[identity] = dict(zip(keys, items))
    return Obj(identity)


def duplicate(low: Lowerer, old: Identity, items: dict[Any, Value]) -> Value:
    """A list, dictionary or object of the same form as the old one, of these items."""
    site = (*old.site, "copy")
    if old.form == "list" and site in low.dynamic:
        return make_list(low, list(items.values()))
    made = Identity(old.form, site, old.record, low.build.loc, old.cls)
    low.state.items[made] = items
    return numbered.made(low, Obj(made))


def make_list(low: Lowerer, items: list[Value], hint: str = "", purpose: Any = None) -> Value:
    """A list at run time; `purpose` tells those apart that are made at one place."""
    storage = Storage(hint, low.build.loc)
    if references.begin(low, storage, items, purpose):
        return Ref(storage)
    atoms = [memory.atom_of(low, packing.listed(low, item)) for item in items]
    result = low.build.apply("mem.list", *atoms, name=hint)
    low.state.current[storage] = result
    for item in items:
        holdings.hold(low, storage, item, holdings.AN_ITEM)
    return Ref(storage, (), result, result)


def dictionary(
    low: Lowerer, node: ast.Dict, keys: list[ast.expr | None], values: list[ast.expr]
) -> Value:
    if (low.frame.function.node, node.lineno, node.col_offset, "dict") in low.dynamic:
        parts = [(None if key is None else lower(low, key), lower(low, value))
                 for key, value in zip(keys, values)]  # fmt: skip
        low.here = node
        return tables.spread(low, parts)
    found: dict[Any, Value] = {}
    for key, value in zip(keys, values):
        if key is None:
            inner = lower(low, value)
            if tables.is_table(inner) or tables.is_given(low, inner):
                tables.begin(low, node)
            if not (isinstance(inner, Obj) and inner.identity.form == "dict"):
                low.reject(value, "only a dictionary of known keys can be spread here", "ADC205")
            assert isinstance(inner, Obj)
            found.update(guessed.whole(low, inner.identity))
        else:
            name = lower(low, key)
            if enums.as_key(name) is None:
                tables.begin(low, node)
            found[constant(low, name, key)] = lower(low, value)
    return display(low, "dict", list(found), list(found.values()), node)


def constant(low: Lowerer, value: Value, node: ast.AST | None) -> Any:
    """The Python value of something known when compiling: a key, an axis."""
    key = enums.as_key(value)
    if key is not None:
        return key.value
    raise low.rejection(
        node, "this key is not known when compiling; use a constant key, or a list", "ADC407"
    )


# -- operators


# -- attributes and subscripts


# -- operations of the table
