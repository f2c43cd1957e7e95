"""Expressions to values."""

from __future__ import annotations

import ast
import math
import operator
from typing import TYPE_CHECKING, Any

from adcompile.frontend import memory
from adcompile.frontend.values import (
    Bound,
    Closure,
    Identity,
    Name,
    Num,
    Obj,
    Poison,
    Range,
    Ref,
    Sequence,
    Storage,
    Struct,
    Value,
)
from adcompile.rules import table
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, UNDEF, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

ATTRIBUTES = {"shape": "numpy.shape", "ndim": "numpy.ndim", "size": "numpy.size", "dtype": "mem.dtype"}
VIEWS = {"T": "numpy.transpose", "real": "numpy.real", "imag": "numpy.imag"}
CONSTANTS = {
    f"{module}.{name}": value
    for module in ("math", "numpy")
    for name, value in (("pi", math.pi), ("e", math.e), ("inf", math.inf), ("nan", math.nan), ("tau", math.tau))
} | {"numpy.newaxis": None, "numpy.euler_gamma": 0.5772156649015329}
COMPARISONS = {ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
               ast.Gt: operator.gt, ast.GtE: operator.ge}  # fmt: skip
FOLDABLE = {ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b}


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
            return binary(low, op, first, second, hint)
        case ast.UnaryOp(op=op, operand=operand):
            return unary(low, op, lower(low, operand), hint)
        case ast.Compare():
            return compare(low, node, hint)
        case ast.BoolOp():
            return boolean(low, node, hint)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return low.choose(
                test, lambda: lower(low, body, hint), lambda: lower(low, orelse, hint), hint, loc
            )
        case ast.Call():
            return low.call(node, hint)
        case ast.Attribute(value=value, attr=attr):
            base = lower(low, value)
            low.build.loc = loc
            return attribute(low, base, attr, hint)
        case ast.Subscript(value=value, slice=index):
            base = lower(low, value)
            found = index_value(low, index)
            low.build.loc = loc
            return subscript(low, base, found, hint)
        case ast.Tuple(elts=elts):
            return Struct(tuple(spread(low, elts)))
        case ast.List(elts=elts):
            return display(low, "list", list(range(len(elts))), spread(low, elts), node, hint)
        case ast.Dict(keys=keys, values=values):
            return dictionary(low, node, keys, values)
        case ast.Lambda():
            return low.closure(node)
        case ast.ListComp() | ast.GeneratorExp():
            return low.comprehension(node, hint)
        case ast.DictComp():
            return low.dict_comprehension(node)
        case ast.JoinedStr():
            return low.opaque(node)
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            found_value = low.named(lower(low, value, name), name)
            low.set(name, found_value)
            return found_value
        case ast.Slice():
            return Num(slice_atom(low, node))
    raise low.rejection(node, f"{describe(node)} cannot be differentiated yet; write it with plain expressions")


def describe(node: ast.AST) -> str:
    """What a piece of syntax is called."""
    names = {
        "Yield": "a generator (yield)", "YieldFrom": "a generator (yield from)", "Await": "await",
        "Starred": "a starred expression", "Set": "a set",
        "SetComp": "a set comprehension", "ClassDef": "a class", "With": "a with block", "Try": "try",
        "Match": "match", "Global": "global", "Nonlocal": "nonlocal", "AsyncFunctionDef": "async def",
        "AsyncFor": "async for", "AsyncWith": "async with", "Delete": "del", "Import": "an import inside a function",
        "ImportFrom": "an import inside a function", "TryStar": "try",
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
    match value:
        case Struct(items):
            return list(items)
        case Obj(identity):
            memory.check_fresh(low, identity)
            items_now = low.state.items[identity]
            return [Num(Lit(key)) for key in items_now] if identity.form == "dict" else list(items_now.values())
        case Num(atom):
            kind = low.build.kind(atom)
            if isinstance(kind, k.Tuple):
                return [subscript(low, value, Num(Lit(i)), "") for i in range(len(kind.items))]
        case Ref():
            kind = low.build.kind(memory.atom_of(low, value))
            if isinstance(kind, k.Array) and kind.dims and kind.dims[0].length is not None:
                return [memory.element(low, value, Lit(i)) for i in range(kind.dims[0].length)]
    raise low.rejection(node, "how many items this has is not known when compiling")


def display(
    low: Lowerer, form: str, keys: list[Any], items: list[Value], node: ast.AST, hint: str = "", record: str = ""
) -> Value:
    """A list or dictionary as the user writes it: of known shape, or (where needed) a list at run time."""
    site = (low.frame.function, getattr(node, "lineno", 0), getattr(node, "col_offset", 0), form)
    if form == "list" and site in low.dynamic:
        return make_list(low, items, hint)
    identity = Identity(form, site, record, low.build.loc)
    low.state.items[identity] = dict(zip(keys, items))
    return Obj(identity)


def make_list(low: Lowerer, items: list[Value], hint: str = "") -> Value:
    atoms = [memory.atom_of(low, item) for item in items]
    result = low.build.apply("mem.list", *atoms, name=hint)
    storage = Storage(hint, low.build.loc)
    low.state.current[storage] = result
    for item in items:
        memory.hold(low, storage, item)
    return Ref(storage, (), result, result)


def dictionary(low: Lowerer, node: ast.Dict, keys: list[ast.expr | None], values: list[ast.expr]) -> Value:
    found: dict[Any, Value] = {}
    for key, value in zip(keys, values):
        if key is None:
            inner = lower(low, value)
            if not (isinstance(inner, Obj) and inner.identity.form == "dict"):
                low.reject(value, "only a dictionary of known keys can be spread here")
            assert isinstance(inner, Obj)
            found.update(low.state.items[inner.identity])
        else:
            found[constant(low, lower(low, key), key)] = lower(low, value)
    return display(low, "dict", list(found), list(found.values()), node)


def constant(low: Lowerer, value: Value, node: ast.AST | None) -> Any:
    """The Python value of something known when compiling: a key, an axis."""
    atom = memory.atom_of(low, value)
    if isinstance(atom, Lit):
        return atom.value
    raise low.rejection(node, "this key is not known when compiling; use a constant key, or a list")


# -- operators


def binary(low: Lowerer, op: ast.operator, left: Value, right: Value, hint: str = "") -> Value:
    name = table.BINARY[type(op)]
    folded = _fold(op, left, right)
    if folded is not None:
        return Num(folded)
    if name in ("add", "mul") and _is_sequence(low, left, right):
        return _sequence_operator(low, name, left, right, hint)
    return apply(low, f"operator.{name}", [left, right], {}, hint)


def _fold(op: ast.operator, left: Value, right: Value) -> Atom | None:
    if isinstance(left, Num) and isinstance(right, Num) and type(op) in FOLDABLE:
        a, b = left.atom, right.atom
        if isinstance(a, Lit) and isinstance(b, Lit) and type(a.value) is type(b.value) is int:
            return Lit(FOLDABLE[type(op)](a.value, b.value))
    return None


def _is_sequence(low: Lowerer, *values: Value) -> bool:
    return any(isinstance(v, (Struct, Obj)) or _is_list(low, v) for v in values) and not any(
        isinstance(v, Ref) and not _is_list(low, v) for v in values
    )


def _is_list(low: Lowerer, value: Value) -> bool:
    if not isinstance(value, Ref):
        return False
    return isinstance(low.build.kind(memory.atom_of(low, value)), k.List)


def _sequence_operator(low: Lowerer, name: str, left: Value, right: Value, hint: str) -> Value:
    """Concatenation and repetition of lists and tuples."""
    if name == "mul":
        sequence, count = (left, right) if isinstance(left, (Struct, Obj, Ref)) else (right, left)
        times = count.atom.value if isinstance(count, Num) and isinstance(count.atom, Lit) else None
        if isinstance(sequence, Struct) and isinstance(times, int):
            return Struct(sequence.items * times)
        if isinstance(sequence, Obj) and isinstance(times, int) and times <= 16:
            items = static_items(low, sequence, None) * times
            identity = sequence.identity
            if identity.site not in low.dynamic:
                made = Identity("list", (*identity.site, "repeat"), "", low.build.loc)
                if made.site not in low.dynamic:
                    low.state.items[made] = dict(enumerate(items))
                    return Obj(made)
            return make_list(low, items, hint)
        atom = low.build.apply("lists.repeat", list_atom(low, sequence), memory.atom_of(low, count), name=hint)
        return memory.wrap(low, atom, hint)
    if isinstance(left, Struct) and isinstance(right, Struct):
        return Struct(left.items + right.items)
    if isinstance(left, Obj) and isinstance(right, Obj) and left.identity.form == right.identity.form == "list":
        items = static_items(low, left, None) + static_items(low, right, None)
        made = Identity("list", ("add", left.identity.site, right.identity.site), "", low.build.loc)
        if made.site not in low.dynamic:
            low.state.items[made] = dict(enumerate(items))
            return Obj(made)
    atom = low.build.apply("lists.concat", list_atom(low, left), list_atom(low, right), name=hint)
    value = memory.wrap(low, atom, hint)
    assert isinstance(value, Ref)
    for part in (left, right):
        hold_items(low, value.storage, part)
    return value


def hold_items(low: Lowerer, holder: Storage, value: Value) -> None:
    if isinstance(value, Ref):
        low.state.holds.setdefault(holder, {}).update(low.state.holds.get(value.storage, {}))
    else:
        memory.hold(low, holder, value)


def list_atom(low: Lowerer, value: Value) -> Atom:
    """The atom of a list: of known length made one at run time."""
    if isinstance(value, (Struct, Obj)):
        return memory.atom_of(low, make_list(low, static_items(low, value, None)))
    return memory.atom_of(low, value)


def unary(low: Lowerer, op: ast.unaryop, operand: Value, hint: str = "") -> Value:
    if isinstance(operand, Num) and isinstance(operand.atom, Lit):
        value = operand.atom.value
        if isinstance(op, ast.USub) and isinstance(value, (int, float, complex)):
            return Num(Lit(-value))
        if isinstance(op, ast.Not):
            return Num(Lit(not value))
    if isinstance(op, ast.Not):
        truth = low.truth(operand)
        return Num(Lit(not truth.value)) if isinstance(truth, Lit) else apply(low, "operator.not_", [Num(truth)], {}, hint)
    return apply(low, f"operator.{table.UNARY[type(op)]}", [operand], {}, hint)


def compare(low: Lowerer, node: ast.Compare, hint: str) -> Value:
    left = lower(low, node.left)
    pairs = list(zip(node.ops, node.comparators))
    if len(pairs) == 1:
        return comparison(low, pairs[0][0], left, lower(low, pairs[0][1]), hint)

    def chain(first: Value, rest: list[tuple[ast.cmpop, ast.expr]]) -> Value:
        op, comparator = rest[0]
        second = lower(low, comparator)
        result = comparison(low, op, first, second, hint)
        if len(rest) == 1:
            return result
        return low.choose(result, lambda: chain(second, rest[1:]), lambda: result, hint, low.build.loc)

    return chain(left, pairs)


def comparison(low: Lowerer, op: ast.cmpop, left: Value, right: Value, hint: str = "") -> Value:
    if isinstance(op, (ast.Is, ast.IsNot)):
        return Num(_identity(low, left, right, isinstance(op, ast.IsNot), hint))
    if isinstance(op, (ast.In, ast.NotIn)) and isinstance(right, (Obj, Struct)):
        known = _contained(low, left, right)
        if known is not None:
            return Num(Lit(known != isinstance(op, ast.NotIn)))
    if isinstance(left, Num) and isinstance(right, Num):
        a, b = left.atom, right.atom
        if isinstance(a, Lit) and isinstance(b, Lit) and type(op) in COMPARISONS:
            if type(a.value) is type(b.value) or isinstance(op, (ast.Eq, ast.NotEq)):
                return Num(Lit(COMPARISONS[type(op)](a.value, b.value)))
    return apply(low, f"operator.{table.COMPARE[type(op)]}", [left, right], {}, hint)


def _identity(low: Lowerer, left: Value, right: Value, negate: bool, hint: str) -> Atom:
    """`a is b`: known for None; else asked at run time."""
    for value, other in ((left, right), (right, left)):
        if isinstance(other, Num) and other.atom == NOTHING:
            if isinstance(value, Num) and value.atom == NOTHING:
                return Lit(not negate)
            atom = value.atom if isinstance(value, Num) else None
            if isinstance(value, Ref):
                atom = memory.atom_of(low, value)
            if not isinstance(atom, Var) or atom not in low.nullable:
                return Lit(negate)
            return low.build.apply("operator.is_not" if negate else "operator.is_", atom, NOTHING, name=hint)
    if isinstance(left, (Obj, Closure, Name)) or isinstance(right, (Obj, Closure, Name)):
        return Lit((left == right) != negate)
    if isinstance(left, Ref) and isinstance(right, Ref) and not left.path and not right.path:
        known = left.storage is right.storage
        if known or right.storage not in low.state.related.get(left.storage, {}):
            return Lit(known != negate)
    raise low.rejection(None, "whether these are the same object is not known when compiling")


def _contained(low: Lowerer, left: Value, right: Value) -> bool | None:
    if not (isinstance(left, Num) and isinstance(left.atom, Lit)):
        return None
    if isinstance(right, Obj) and right.identity.form == "dict":
        return left.atom.value in low.state.items[right.identity]
    items = static_items(low, right, None)
    if all(isinstance(item, Num) and isinstance(item.atom, Lit) for item in items):
        return any(isinstance(i, Num) and isinstance(i.atom, Lit) and i.atom.value == left.atom.value for i in items)
    return None


def boolean(low: Lowerer, node: ast.BoolOp, hint: str) -> Value:
    """and / or: the next operand only where the ones before do not decide."""

    def chain(values: list[ast.expr]) -> Value:
        first = lower(low, values[0])
        if len(values) == 1:
            return first
        if isinstance(node.op, ast.And):
            return low.choose(first, lambda: chain(values[1:]), lambda: first, hint, low.at(node))
        return low.choose(first, lambda: first, lambda: chain(values[1:]), hint, low.at(node))

    return chain(node.values)


# -- attributes and subscripts


def attribute(low: Lowerer, base: Value, attr: str, hint: str = "") -> Value:
    match base:
        case Name(qualified=qualified):
            return low.qualified(f"{qualified}.{attr}", base)
        case Obj(identity) if identity.form == "record":
            items = low.state.items[identity]
            if attr in items:
                memory.check_fresh(low, identity)
                return items[attr]
            low.open_more(identity, ("record", attr))
            return Bound(base, attr)
    if isinstance(base, (Struct, Obj, Sequence, Range)) or _is_text(base):
        return Bound(base, attr)
    if isinstance(base, (Closure, Poison)):
        raise low.rejection(None, f"the attribute {attr!r} of this is not known when compiling")
    atom = memory.atom_of(low, base)
    kind = low.build.kind(atom)
    if isinstance(kind, k.Any_) and attr not in ATTRIBUTES and attr not in VIEWS and not low.is_method(attr):
        low.refine(atom, ("record", attr))
    if attr in ATTRIBUTES:
        return Num(low.build.apply(ATTRIBUTES[attr], atom, name=hint))
    if attr in VIEWS and isinstance(base, Ref):
        if attr == "real" and k.dtype_of(kind) not in ("complex", None):
            return base
        return memory.view(low, base, VIEWS[attr], (), hint)
    if attr in VIEWS:
        return Num(low.build.apply(VIEWS[attr], atom, name=hint))
    if attr == "flat":
        return memory.wrap(low, low.build.apply("numpy.ravel", atom, name=hint), hint)
    return Bound(base, attr)


def _is_text(value: Value) -> bool:
    return isinstance(value, Num) and isinstance(value.atom, Lit) and isinstance(value.atom.value, str)


def index_value(low: Lowerer, node: ast.expr) -> Value:
    """The value of an index: tuples of slices included."""
    if isinstance(node, ast.Tuple):
        return Struct(tuple(index_value(low, item) for item in node.elts))
    if isinstance(node, ast.Slice):
        return Num(slice_atom(low, node))
    return lower(low, node)


def slice_atom(low: Lowerer, node: ast.Slice) -> Atom:
    bounds = [
        NOTHING if bound is None else memory.atom_of(low, lower(low, bound))
        for bound in (node.lower, node.upper, node.step)
    ]
    return low.build.apply("mem.slice", *bounds)


def subscript(low: Lowerer, base: Value, index: Value, hint: str = "") -> Value:
    match base:
        case Obj() | Struct():
            return _static_item(low, base, index, hint)
        case Range(start, stop, step, backward=False) if isinstance(index, Num):
            offset = apply(low, "operator.mul", [index, Num(step)], {})
            return apply(low, "operator.add", [Num(start), offset], {}, hint)
        case Name() | Closure() | Bound():
            raise low.rejection(None, "this has no items")
    source = memory.atom_of(low, base)
    if isinstance(index, Num) and isinstance(index.atom, Lit) and isinstance(index.atom.value, str):
        if isinstance(low.build.kind(source), k.Any_):
            low.refine(source, ("dict", index.atom.value))
    if isinstance(index, Obj):
        index = make_list(low, static_items(low, index, None))
    place = memory.atom_of(low, index)
    if isinstance(low.build.kind(source), k.List) and isinstance(low.build.kind(place), k.Slice):
        return _part_of_list(low, base, source, place, hint)
    return memory.element(low, base, place, hint)


def _part_of_list(low: Lowerer, base: Value, source: Atom, place: Atom, hint: str) -> Value:
    """A slice of a list: a new list of the same items."""
    positions = low.build.apply("lists.positions", source, place)
    count = low.build.apply("builtins.len", positions)

    def item(turn: Atom) -> Value:
        return memory.element(low, base, low.build.apply("mem.getitem", positions, turn))

    return low.to_list(Sequence(count, item), hint)


def _static_item(low: Lowerer, base: Obj | Struct, index: Value, hint: str) -> Value:
    """An item of something of known shape."""
    key = index.atom if isinstance(index, Num) else None
    if isinstance(base, Obj):
        memory.check_fresh(low, base.identity)
        items: Any = low.state.items[base.identity]
        if isinstance(key, Lit) and base.identity.form == "dict":
            if key.value not in items:
                low.open_more(base.identity, ("dict", key.value))
                raise low.rejection(None, f"the dictionary has no key {key.value!r}; its keys are {', '.join(map(repr, items))}")
            return items[key.value]  # type: ignore[no-any-return]
        items = list(items.values())
    else:
        items = list(base.items)
    if isinstance(key, Lit) and isinstance(key.value, int):
        if not -len(items) <= key.value < len(items):
            raise low.rejection(None, f"index {key.value} is out of range: this has {len(items)} items")
        return items[key.value]  # type: ignore[no-any-return]
    bounds = low.static_slice(index)
    if bounds is not None:
        chosen = items[bounds]
        if isinstance(base, Struct):
            return Struct(tuple(chosen))
        made = Identity("list", (*base.identity.site, "slice"), "", low.build.loc)
        if made.site not in low.dynamic:
            low.state.items[made] = dict(enumerate(chosen))
            return Obj(made)
        return make_list(low, chosen, hint)
    if isinstance(base, Obj):
        low.make_dynamic(base.identity)
    return memory.element(low, make_list(low, items), memory.atom_of(low, index), hint)


# -- operations of the table


def apply(low: Lowerer, op: str, args: list[Value], keywords: dict[str, Value], hint: str = "") -> Value:
    """An operation of the rule table on values."""
    atoms = [operand(low, arg) for arg in args]
    named = {name: operand(low, value) for name, value in keywords.items()}
    row = table.lookup(op, len(atoms) + len(named))
    if row is None:
        raise low.rejection(None, low.no_rule(op))
    full = low.arrange(row, op, atoms, named)
    if row.view and args and isinstance(args[0], Ref):
        return memory.view(low, args[0], op, tuple(full[1:]), hint)
    result = low.apply_atom(op, *full, name=hint)
    if any(atom == UNDEF for atom in atoms):
        raise low.rejection(None, "a name is used here before it has a value")
    value = memory.wrap(low, result, hint, contiguous=not row.view)
    if row.view and isinstance(value, Ref):
        for arg in args:
            if isinstance(arg, Ref):
                low.state.relate(value.storage, arg.storage)
    return value


def operand(low: Lowerer, value: Value) -> Atom:
    """The atom of an operand; lists of known length become lists at run time; dtypes their name."""
    if isinstance(value, Name):
        return Lit(value.qualified)
    if isinstance(value, Obj) and value.identity.form == "list":
        items = static_items(low, value, None)
        return low.build.apply("mem.list", *[operand(low, item) for item in items])
    if isinstance(value, (Sequence, Range)):
        return memory.atom_of(low, low.to_list(value))
    if isinstance(value, Struct):
        atoms = [operand(low, item) for item in value.items]
        if all(isinstance(atom, Lit) for atom in atoms):
            return Lit(tuple(atom.value for atom in atoms if isinstance(atom, Lit)))
        return low.build.apply("mem.tuple", *atoms)
    return memory.atom_of(low, value)
