"""What a function returns, as trees of atoms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.errors import ArgumentError
from adcompile.frontend import enums, fields, many, memory, open_tuples, packing
from adcompile.frontend.values import Maybe, Num, Obj, Ref, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Lit, Node, Tree

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def dependents(
    low: Lowerer, of: tuple[str, ...] | None, returned: Value, mutated: dict[str, Value]
) -> Tree:
    """The tree of what is asked for: the result, and arguments that are changed in place."""
    nothing = isinstance(returned, Num) and returned.atom == NOTHING
    if of is None:
        if not nothing or not mutated:
            return tree_of(low, returned)
        of = tuple(mutated)
    values = {"return": returned, **mutated}
    for name in of:
        if name not in values:
            raise ArgumentError(
                f"of={name!r}: {low.function.name} leaves no result in {name!r}; it has "
                + ", ".join(values)
            )
    trees = tuple(tree_of(low, values[name]) for name in of)
    return trees[0] if len(trees) == 1 else Node("tuple", tuple(range(len(trees))), trees)


def tree_of(low: Lowerer, value: Value) -> Tree:
    """A value as a tree of atoms, for the results of a trace."""
    match value:
        case Struct(items):
            return Node(
                "tuple", tuple(range(len(items))), tuple(tree_of(low, item) for item in items)
            )
        case Maybe():
            low.unusable(value)
        case Obj(identity):
            memory.check_fresh(low, identity)
            held = low.state.items[identity]
            trees = tuple(tree_of(low, item) for item in held.values())
            keys, record = enums.keys_of(low, identity), fields.maker(low, identity)
            return Node(identity.form, keys, trees, record)
        case Num(Lit(value=tuple() as constant)):
            return Node("tuple", tuple(range(len(constant))), tuple(Lit(item) for item in constant))
        case Num(atom) if isinstance(low.build.kind(atom), k.Tuple):
            kind = low.build.kind(atom)
            assert isinstance(kind, k.Tuple)
            count = range(len(kind.items))
            return Node(
                "tuple",
                tuple(count),
                tuple(low.build.apply("mem.getitem", atom, Lit(i)) for i in count),
            )
    atom = memory.atom_of(low, value)
    if isinstance(value, Ref) and value.storage in low.gathered and not value.path:
        return many.given_back(low, value.storage, atom)
    if packing.is_packed(low.build.kind(atom)):
        low.reject(
            None, "functions or objects in a list whose length is known at run time only are "
            "returned; return what they hold", "ADC402"
        )
    return open_tuples.given(low, atom)
