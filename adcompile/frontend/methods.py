"""Methods of arrays, lists, tuples and dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.frontend import (
    classes,
    expressions,
    memory,
    operations,
    operators,
    outside,
    subscripts,
)
from adcompile.frontend.values import Identity, Num, Obj, Range, Ref, Sequence, Struct, Value
from adcompile.rules import table
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

SPREAD = ("reshape", "transpose", "squeeze")  # x.reshape(2, 3) is x.reshape((2, 3))


def call(
    low: Lowerer, base: Value, name: str, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value:
    """base.name(*args, **keywords)."""
    if isinstance(base, Obj) and base.identity.form == "list":
        return static_list(low, base, name, args)
    if isinstance(base, Obj) and base.identity.form == "dict":
        return dictionary(low, base, name, args)
    if isinstance(base, Obj):
        result = classes.method(low, base, name, args, keywords)
        if result is not None:
            return result
        raise low.rejection(
            None,
            f"methods of classes, such as {name}, cannot be differentiated yet; use a function",
            "ADC206",
        )
    if isinstance(base, Struct):
        raise low.rejection(
            None, f"the method {name} of a tuple cannot be differentiated yet", "ADC206"
        )
    if isinstance(base, Num) and isinstance(base.atom, Lit) and isinstance(base.atom.value, str):
        return text(low, base.atom.value, name, args)
    if isinstance(base, (Range, Sequence)):
        base = low.to_list(base)
    if isinstance(base, Ref) and isinstance(low.build.kind(memory.atom_of(low, base)), k.List):
        return dynamic_list(low, base, name, args, hint)
    return array(low, base, name, args, keywords, hint)


def text(low: Lowerer, base: str, name: str, args: list[Value]) -> Value:
    """A method of a text known when compiling."""
    atoms = [memory.atom_of(low, arg) for arg in args]
    if not all(isinstance(atom, Lit) for atom in atoms) or not hasattr(base, name):
        raise low.rejection(
            None, f"the method {name} of a text is not known when compiling", "ADC207"
        )
    result = getattr(base, name)(*(atom.value for atom in atoms if isinstance(atom, Lit)))
    if not isinstance(result, (str, bool, int)):
        raise low.rejection(None, f"the method {name} of a text cannot be differentiated", "ADC207")
    return Num(Lit(result))


def array(
    low: Lowerer, base: Value, name: str, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value:
    if isinstance(base, Num) and outside.is_object(low, base.atom):
        return outside.method(low, base.atom, name, args, keywords, hint)
    if name == "fill" and isinstance(base, Ref):
        memory.replace_all(low, base, memory.atom_of(low, args[0]))
        return Num(NOTHING)
    if name == "sort" and isinstance(base, Ref):
        ordered = operations.apply(low, "numpy.sort", [base, *args], keywords)
        memory.replace_all(low, base, memory.atom_of(low, ordered))
        return Num(NOTHING)
    if name == "item":
        index = args[0] if len(args) == 1 else Struct(tuple(args)) if args else None
        if index is None:
            return operations.apply(low, "numpy.sum", [base], {}, hint)
        return subscripts.subscript(low, base, index, hint)
    if name == "view" and isinstance(base, Ref) and not args and not keywords:
        return base
    if name == "resize":
        raise low.rejection(
            None, "resize changes the size of an array in place; use np.concatenate, or a slice",
            "ADC302",
        )  # fmt: skip
    if name == "flatten":
        flat = low.apply_atom("numpy.ravel", memory.atom_of(low, base))
        return memory.wrap(low, low.build.apply("mem.copy", flat, name=hint), hint, contiguous=True)
    if name == "copy":
        atom = low.build.apply("mem.copy", memory.atom_of(low, base), name=hint)
        return memory.wrap(low, atom, hint, contiguous=True)
    if name == "tolist":
        return low.to_list(low.iterate(base, None), hint)
    if name in SPREAD and len(args) > 1:
        args = [Struct(tuple(args))]
    op = f"numpy.{name}"
    if table.lookup(op) is None:
        raise low.rejection(None, f"there is no rule for the method {name!r}", "ADC501")
    return operations.apply(low, op, [base, *args], keywords, hint)


def static_list(low: Lowerer, base: Obj, name: str, args: list[Value]) -> Value:
    """A list of known length: it stays so where the change happens on every path."""
    identity = base.identity
    memory.check_fresh(low, identity)
    items = low.state.items[identity]
    values = list(items.values())
    if name == "copy":
        made = Identity("list", (*identity.site, "copy"), "", low.build.loc)
        low.state.items[made] = dict(items)
        return Obj(made)
    if name in ("index", "count"):
        raise low.rejection(
            None, f"the method {name} of a list cannot be differentiated yet", "ADC206"
        )
    result: Value = Num(NOTHING)
    if name == "append":
        values.append(args[0])
    elif name == "extend":
        more = low.iterate(args[0], None)
        if not isinstance(more, list):
            low.make_dynamic(identity)
        assert isinstance(more, list)
        values += more
    elif name in ("insert", "pop"):
        place = operations.operand(low, args[0]) if args else Lit(-1)
        if not isinstance(place, Lit):
            low.make_dynamic(identity)
        assert isinstance(place, Lit)
        if name == "insert":
            values.insert(place.value, args[1])
        else:
            result = values.pop(place.value)
    elif name == "reverse":
        values.reverse()
    elif name == "clear":
        values.clear()
    else:
        raise low.rejection(None, f"there is no rule for the list method {name!r}", "ADC206")
    low.state.items[identity] = dict(enumerate(values))
    for other in low.state.related.get(identity, {}):
        memory.mark_stale(low, other, identity)
    return result


def dynamic_list(low: Lowerer, base: Ref, name: str, args: list[Value], hint: str) -> Value:
    """A list whose length is known at run time only."""
    if base.path and name != "copy":
        raise low.rejection(None, f"a list inside a list cannot be changed by {name} yet", "ADC306")
    current = memory.atom_of(low, base)
    label = base.storage.name
    if name == "append":
        value = low.build.apply("mem.append", current, operations.operand(low, args[0]), name=label)
        memory.changed(low, base.storage, value, deep=False)
        memory.hold(low, base.storage, args[0])
        return Num(NOTHING)
    if name == "extend":
        low.extend(base, args[0])
        return Num(NOTHING)
    if name == "pop":
        if args and operations.operand(low, args[0]) != Lit(-1):
            raise low.rejection(
                None, "pop of an item that is not the last cannot be differentiated yet", "ADC206"
            )
        item, rest = low.build.apply_many("mem.pop", (current,), (hint, label))
        memory.changed(low, base.storage, rest, deep=False)
        popped = memory.wrap(low, item, hint)
        if isinstance(popped, Ref):
            for held in low.state.holds.get(base.storage, {}):
                low.state.relate(popped.storage, held)
        return popped
    if name == "copy":
        copied = memory.wrap(
            low,
            low.build.apply("lists.concat", current, low.build.apply("mem.list"), name=hint),
            hint,
        )
        assert isinstance(copied, Ref)
        operators.hold_items(low, copied.storage, base)
        return copied
    raise low.rejection(None, f"there is no rule for the list method {name!r}", "ADC206")


def dictionary(low: Lowerer, base: Obj, name: str, args: list[Value]) -> Value:
    identity = base.identity
    memory.check_fresh(low, identity)
    items = low.state.items[identity]
    if name == "keys":
        return Struct(tuple(Num(Lit(key)) for key in items))
    if name == "values":
        return Struct(tuple(items.values()))
    if name == "items":
        return Struct(tuple(Struct((Num(Lit(key)), value)) for key, value in items.items()))
    if name == "get":
        key = expressions.constant(low, args[0], None)
        return items.get(key, args[1] if len(args) > 1 else Num(NOTHING))
    if name == "copy":
        made = Identity("dict", (*identity.site, "copy"), "", low.build.loc)
        low.state.items[made] = dict(items)
        return Obj(made)
    if name in ("update", "pop", "setdefault"):
        if name == "update" and isinstance(args[0], Obj):
            items.update(low.state.items[args[0].identity])
            result: Value = Num(NOTHING)
        elif name == "pop":
            result = items.pop(
                expressions.constant(low, args[0], None), args[1] if len(args) > 1 else Num(NOTHING)
            )
        else:
            result = items.setdefault(expressions.constant(low, args[0], None), args[1])
        for other in low.state.related.get(identity, {}):
            memory.mark_stale(low, other, identity)
        return result
    raise low.rejection(None, f"there is no rule for the dictionary method {name!r}", "ADC206")
