"""Builtins and NumPy functions that shape the program rather than compute."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from adcompile.frontend import (
    calls,
    cases,
    classes,
    dictionaries,
    endless,
    enums,
    expressions,
    functional,
    guessed,
    layout,
    listing,
    memory,
    misuse,
    open_tuples,
    operators,
    packing,
    protocols,
    regained,
    statements,
    subscripts,
)
from adcompile.frontend.signature import LONG
from adcompile.frontend.values import (
    Identity,
    Name,
    Num,
    Obj,
    Raises,
    Range,
    Ref,
    Sequence,
    Struct,
    Value,
)
from adcompile.rules.written import sums
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

def _cast(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """typing.cast(type, value) is the value."""
    return [*args, *keywords.values()][1]


def _range(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    atoms = [memory.atom_of(low, value) for value in args]
    for atom in atoms:
        low.must_be_int(atom)
    start, stop, step = (Lit(0), atoms[0], Lit(1)) if len(atoms) == 1 else (*atoms, Lit(1))[:3]
    return Range(start, stop, step)


def _len(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value | None:
    own = classes.method(low, args[0], "__len__", [])
    if own is not None:
        return own
    args = [protocols.as_tuple(low, args[0])]
    if protocols.is_object(args[0]):
        raise low.rejection(None, "this object has no length that is known", "ADC408")
    misuse.raised_by_number(low, args[0], "object of type '{}' has no len()")
    match args[0]:
        case Struct(items):
            return Num(Lit(len(items)))
        case Name(obj=cls) if enums.is_class(cls):
            return Num(Lit(len(enums.members(low, args[0]))))
        case Obj(identity):
            return Num(Lit(len(guessed.whole(low, identity))))
        case Range() | Sequence():
            return Num(low.count(args[0]))
        case Num(atom) if isinstance(low.build.kind(atom), k.Tuple):
            return Num(Lit(len(low.build.kind(atom).items)))  # type: ignore[union-attr]
        case Ref() as value if listing.is_list(low, value):
            return regained.length(low, value, hint)
    return None


def _slice(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    atoms = [memory.atom_of(low, arg) for arg in args]
    none: list[Atom] = [NOTHING]
    bounds = [*none, *atoms, *none] if len(atoms) == 1 else [*atoms, *none][:3]
    return Num(low.build.apply("mem.slice", *bounds, name=hint))


def _enumerate(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    start = args[1] if len(args) > 1 else keywords.get("start", Num(Lit(0)))
    sequence = low.iterate(args[0], None)
    offset = memory.atom_of(low, start)
    if isinstance(sequence, list):
        counts = [
            operators.binary(low, ast.Add(), Num(Lit(i)), start) for i in range(len(sequence))
        ]
        return Struct(tuple(Struct((count, item)) for count, item in zip(counts, sequence)))

    def item(index: Atom) -> Value:
        count = (
            Num(index) if offset == Lit(0) else operators.binary(low, ast.Add(), Num(index), start)
        )
        return Struct((count, low.item(sequence, index)))

    return Sequence(endless.shortest(low, [sequence]), item, index_name=low.target_name(0))


def _zip(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    parts = [low.iterate(arg, None) for arg in args]
    if expressions.constant(low, keywords.get("strict", Num(Lit(False))), None):
        _of_one_length(low, parts)
    ending = [part for part in parts if isinstance(part, list)]
    if ending and all(isinstance(part, list) or endless.is_endless(part) for part in parts):
        rows = zip(*(endless.known(part, ending) for part in parts))
        return Struct(tuple(Struct(tuple(items)) for items in rows))
    sequences = [
        low.as_sequence(arg) if isinstance(part, list) else part for part, arg in zip(parts, args)
    ]
    length = endless.shortest(low, sequences)
    return Sequence(length, lambda index: Struct(tuple(low.item(s, index) for s in sequences)))


def _of_one_length(low: Lowerer, parts: list[list[Value] | Range | Sequence]) -> None:
    """What zip(..., strict=True) raises at its end is raised before it: no try may tell them apart.
    """
    lengths = list(dict.fromkeys(low.count(part) for part in parts))
    known = [length for length in lengths if isinstance(length, Lit)]
    if len(lengths) < 2:
        return
    if statements.may_be_caught(low):
        raise low.rejection(
            None, "zip(..., strict=True) raises after the items that all have, and how many these "
            "are is not known here, in a try; compare the lengths before it", "ADC219",
        )  # fmt: skip
    text = "zip() has an argument that is shorter or longer than the others"
    if len(known) > 1:
        raise Raises(f"raise ValueError({text!r})")
    for other in lengths[1:]:
        same = low.build.apply("operator.eq", lengths[0], other)
        line = f"if not _0_:\n    raise ValueError({text!r})"
        low.build.apply_many("mem.effect", (Lit(line), same), ())


def _reversed(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    sequence = low.iterate(args[0], None)
    if isinstance(sequence, list):
        return Struct(tuple(reversed(sequence)))
    if isinstance(sequence, Range):
        return Range(sequence.start, sequence.stop, sequence.step, not sequence.backward)
    return Sequence(sequence.length, sequence.item, not sequence.backward, sequence.index_name)


def _list(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    if not args:
        return expressions.display(low, "list", [], [], low.here, hint)
    sequence = low.iterate(args[0], None)
    if isinstance(sequence, list):
        return expressions.display(
            low, "list", list(range(len(sequence))), sequence, low.here, hint
        )
    return low.to_list(sequence, hint)


def _tuple(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    if not args:
        return Struct(())
    if isinstance(args[0], Num) and isinstance(low.build.kind(args[0].atom), k.Tuple):
        return args[0]
    if isinstance(args[0], Range) and not args[0].backward:
        ends = (args[0].start, args[0].stop, args[0].step)
        if all(isinstance(end, Lit) for end in ends):
            numbers = range(*(end.value for end in ends if isinstance(end, Lit)))
            if len(numbers) <= LONG:
                return Struct(tuple([Num(Lit(number)) for number in numbers]))
    if open_tuples.is_open(low, args[0]):
        return args[0]
    made = low.here.args if isinstance(low.here, ast.Call) else []
    if isinstance(args[0], Ref) and any(isinstance(node, ast.GeneratorExp) for node in made):
        return open_tuples.of_list(low, args[0])
    if isinstance(args[0], (Range, Sequence)) or listing.is_list(low, args[0]):
        return open_tuples.of_list(low, low.to_list(low.as_sequence(args[0]), hint))
    return Struct(tuple(expressions.static_items(low, args[0], None)))


def _dict(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    return dictionaries.make(low, args, keywords)


def _from_keys(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    return dictionaries.from_keys(low, args) if 1 <= len(args) <= 2 and not keywords else None


def _empty_dict(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """numba.typed.Dict.empty(key_type, value_type)"""
    return dictionaries.make(low, [], {})


def _empty_list(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """numba.typed.List.empty_list(item_type)"""
    return _list(low, [], {}, hint)


def _holds_objects(low: Lowerer, value: Value) -> bool:
    """Is this a list of run-time length whose items are objects?"""
    if not isinstance(value, Ref):
        return False
    kind = low.build.kind(memory.atom_of(low, value))
    item = kind.item if isinstance(kind, k.List) else None
    tag = item.tag if isinstance(item, k.Tuple) else None
    return tag is not None and all(isinstance(text.template, packing.Held) for _, text in tag.texts)


def _sum(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value | None:
    """sum of something of known length: additions from left to right, as Python does."""
    start = args[1] if len(args) > 1 else keywords.get("start")
    if _holds_objects(low, args[0]):
        function = sums.of_objects if start is None else sums.of_objects_from
        given = args[:1] if start is None else [args[0], start]
        return calls.inline(low, classes.of_ours(function), given, {})
    if not isinstance(args[0], (Struct, Obj)):
        if isinstance(start, Struct):
            raise low.rejection(
                None, "how many tuples are added up here is not known when compiling; add up lists",
                "ADC408",
            )  # fmt: skip
        if not isinstance(start, Obj) and (start is None or not listing.is_list(low, start)):
            return None
        rest = functional.chained(low, low.as_sequence(args[0]), hint)
        return operators.binary(low, ast.Add(), start, rest, hint)
    items = expressions.static_items(low, args[0], None)
    if start is None and items and _shows_zero(low, items):
        start = Num(Lit(0))
    if start is not None:
        items = [start, *items]
    if not items:
        return Num(Lit(0))
    total = items[0]
    for item in items[1:]:
        total = operators.binary(low, ast.Add(), total, item, hint)
    return total


def _shows_zero(low: Lowerer, items: list[Value]) -> bool:
    """Is 0 + items[0] something else than items[0]?  An object is asked to be added to it, of one
    array it is another, and of truths a number.
    """
    if any(isinstance(item, Obj) for item in items):
        return True
    alone = len(items) == 1 and isinstance(items[0], Ref)
    return alone or k.dtype_of(misuse.kind_of(low, items[0])) == "bool"


def _print(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    raise low.rejection(None, "print is a statement here; put it on a line of its own", "ADC108")


def _add_at(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    base, index, value = args
    if not isinstance(base, Ref):
        raise low.rejection(None, "np.add.at needs an array", "ADC309")
    place = subscripts.place_of(low, memory.atom_of(low, base), index)
    memory.write(low, base, place, memory.atom_of(low, value), "mem.scatter_add")
    return Num(NOTHING)


def _copyto(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    if keywords:
        return None
    if not isinstance(args[0], Ref):
        raise low.rejection(None, "np.copyto takes an array and a value here", "ADC309")
    memory.replace_all(low, args[0], memory.atom_of(low, args[1]))
    return Num(NOTHING)


def _fill_diagonal(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """np.fill_diagonal(a, v) is a[i, i] = v for all i, or a[i, i, i] = v."""
    base, value = args
    if keywords or not isinstance(base, Ref):
        raise low.rejection(None, "np.fill_diagonal takes a matrix and a value here", "ADC309")
    matrix = memory.atom_of(low, base)
    rank = getattr(low.build.kind(matrix), "rank", None)
    if rank is None:
        text = "np.fill_diagonal has a rule for matrices; annotate the array with its axes"
        line = f"if _0_.ndim != 2:\n    raise TypeError({text!r})"
        low.build.apply_many("mem.effect", (Lit(line), matrix), ())
    shape = low.build.apply("numpy.shape", matrix)
    sides = [low.build.apply("mem.getitem", shape, Lit(i)) for i in range(2)]
    places = low.apply_atom("numpy.arange", low.build.apply("builtins.min", *sides))
    index = low.build.apply("mem.tuple", *[places] * (rank or 2))
    memory.write(low, base, index, memory.atom_of(low, value))
    return Num(NOTHING)


def _stop_gradient(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    match args[0]:
        case Struct(items):
            return Struct(tuple(_stop_gradient(low, [item], {}, "") for item in items))
        case Obj(identity):
            memory.check_fresh(low, identity)
            site = (*identity.site, "stop")
            made = Identity(identity.form, site, identity.record, low.build.loc, identity.cls)
            low.state.items[made] = {
                key: _stop_gradient(low, [item], {}, "")
                for key, item in low.state.items[identity].items()
            }
            return Obj(made)
    atom = low.apply_atom("mem.stop", memory.atom_of(low, args[0]), name=hint)
    value = memory.wrap(low, atom, hint)
    if isinstance(value, Ref):
        for storage in cases.storages(args[0]):
            low.state.derive(value.storage, storage)
    return value


HANDLERS: dict[str, Callable[..., Value | None]] = {
    "builtins.range": _range, "builtins.len": _len, "builtins.enumerate": _enumerate,
    "builtins.slice": _slice, "builtins.zip": _zip, "builtins.reversed": _reversed,
    "builtins.list": _list, "builtins.tuple": _tuple, "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "builtins.dict.fromkeys": _from_keys, "collections.OrderedDict.fromkeys": _from_keys,
    "builtins.dict.empty": _empty_dict, "builtins.list.empty_list": _empty_list,
    "builtins.sum": _sum, "typing.cast": _cast,
    "builtins.print": _print, "numpy.add.at": _add_at, "numpy.copyto": _copyto,
    "numpy.fill_diagonal": _fill_diagonal,
    "numpy.shares_memory": layout.shares_memory, "adcompile.stop_gradient": _stop_gradient,
}  # fmt: skip
