"""What is asked of the arguments before anything is done: what was assumed of them must hold.

The trace knows arguments as values of their own, and so it knows what is read from outside:
closures, globals, attributes.  Where one is overwritten and another one is used, what is emitted
asks first, when it is called, whether they are the same memory.  And an argument that is a tuple
because the function unpacks it has as many items as there are names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcompile.frontend import many
from adcompile.frontend.annotations import children
from adcompile.frontend.parameters import path_text
from adcompile.frontend.values import Identity, Storage
from adcompile.rules.memory import UNPACKING
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Equation, Lit, Node, Var, blocks, operands

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

WORDS = {"list": "list", "dict": "dictionary", "record": "object"}
FACTS = ("numpy.shape", "numpy.ndim", "numpy.size", "builtins.len", "mem.dtype")


@dataclass(frozen=True, slots=True)
class Given:
    """An array, or a list, that comes from the caller or from outside."""

    storage: Storage
    var: Var
    path: tuple[object, ...]

    @property
    def written(self) -> str:
        name, *keys = self.path
        return str(name) + "".join(
            f".{key}" if isinstance(key, str) and key.isidentifier() else f"[{key!r}]"
            for key in keys
        )


def guards(low: Lowerer, eqns: list[Equation], results: Iterable[object]) -> list[Equation]:
    """The questions to ask before anything is done."""
    sources = {**low.initial, **low.recursion.outside}
    given = [
        Given(storage, var, low.origins[var]) for storage, var in sources.items()
        if isinstance(var, Var) and var in low.origins and _is_memory(low.build.kind(var))
    ]  # fmt: skip
    changed = [one for one in given if low.state.current.get(one.storage, one.var) is not one.var]
    asked = [*_unpacked(low), *_told(low), *_objects(low)]
    asked += many.guards(low, [one.storage for one in changed])
    if not changed:
        return asked
    elements = _used(eqns, {var: None for var in results if isinstance(var, Var)}, FACTS)
    anything = _used(eqns, dict(elements), ())
    found = asked
    seen: dict[Var, None] = {}
    for one in changed:
        seen[one.var] = None
        if not _is_list(low, one):
            others = [other for other in given if other.var not in seen and other.var in elements]
            found += _shared(low, one, others)
            continue
        lists = [other for other in given if other.var not in seen and _is_list(low, other)]
        for other in lists:
            gathered = one.storage in low.gathered and other.storage in low.gathered
            if other.var in anything and not gathered:  # else they are asked for their objects
                found += _question(low, (one, other), "mem.is_same")
        if one.storage in low.deep and low.deep[one.storage] is None:
            others = [o for o in given if o.var in elements and (o is one or o.var not in seen)]
            found += _shared(low, one, others)
    return found


def _unpacked(low: Lowerer) -> Iterator[Equation]:
    """Has an argument as many items as there are names that its items are given to?"""
    for path in low.opened:
        tree: object = low.kinds.get(path[0])
        for key in path[1:]:
            tree = children(tree)[tree.keys.index(key)] if isinstance(tree, Node) else None
        if isinstance(tree, Node) and tree.form == "tuple":
            line = UNPACKING.format(len(tree.keys)).replace("_0_", f"len({path_text(low, path)})")
            yield Apply((), "mem.effect", (Lit(line),))


def _told(low: Lowerer) -> Iterator[Equation]:
    """Are arguments one object that the function tells apart, by `is`?"""
    objects: dict[str, None] = {}
    for one, other in low.apart:
        if one in low.given and other in low.given:
            objects.update((path_text(low, low.given[each][0]), None) for each in (one, other))
            continue
        pair = [low.initial[each] for each in (one, other) if each in low.initial]
        names = [path_text(low, low.origins[var]) for var in pair if var in low.origins]
        if len(names) == 2:
            same = low.build.var(k.BOOL, "")
            yield Apply((same,), "mem.is_same", tuple(pair))
            line = f"if _0_:\n    raise ValueError({_asked(low, ' and '.join(names))!r})"
            yield Apply((), "mem.effect", (Lit(line), same))
    found = list(objects)
    if found:
        several = f"{', '.join(found[:-1])} and {found[-1]}"
        test, text = " is ".join(found), _asked(low, several)
        if len(found) > 2:
            test = f"len({{id(each) for each in ({', '.join(found)})}}) < {len(found)}"
            text = _asked(low, f"two of {several}")
        yield Apply((), "mem.effect", (Lit(f"if {test}:\n    raise ValueError({text!r})"),))


def _asked(low: Lowerer, which: str) -> str:
    return f"{which} are one object, and {low.function.name} asks whether they are; pass copies"


def _objects(low: Lowerer) -> Iterator[Equation]:
    """Is a list, dictionary or record whose items are changed also another argument?"""
    seen: dict[Identity, None] = {}
    for one in low.given:
        if one not in low.touched:
            continue
        seen[one] = None
        for other in low.given:
            if other in seen or not _may_be_the_same(low, one, other):
                continue
            first, second = (path_text(low, low.given[each][0]) for each in (one, other))
            text = (
                f"{first} and {second} are one {WORDS[one.form]}, and {low.function.name} changes "
                f"{first}; pass a copy"
            )
            line = f"if {first} is {second}:\n    raise ValueError({text!r})"
            yield Apply((), "mem.effect", (Lit(line),))


def _may_be_the_same(low: Lowerer, one: Identity, other: Identity) -> bool:
    classes = [each.cls[0] if isinstance(each.cls, tuple) else each.cls for each in (one, other)]
    alike = one.form == other.form and (classes[0] == classes[1] or None in classes)
    return alike and low.given[one][1] == low.given[other][1]


def _shared(low: Lowerer, one: Given, others: list[Given]) -> Iterator[Equation]:
    """Questions about the elements; of a list and itself: are two of its items one array?"""
    for other in others:
        if _may_be_one(low, one.var, other.var):
            yield from _question(low, (one, other), "mem.shares")


def _question(low: Lowerer, pair: tuple[Given, Given], op: str) -> list[Equation]:
    (first, second), own = (one.written for one in pair), low.function.name
    if pair[0] is pair[1]:
        text = f"arrays in {first} share memory, and {own} writes to them; pass copies"
    else:
        verb = "are one list" if op == "mem.is_same" else "share memory"
        text = f"{first} and {second} {verb}, and {own} writes to {first}; pass a copy"
    shared = low.build.var(k.BOOL, "")
    line = f"if _0_:\n    raise ValueError({text!r})"
    return [
        Apply((shared,), op, (pair[0].var, pair[1].var)),
        Apply((), "mem.effect", (Lit(line), shared)),
    ]


def _is_memory(kind: k.Kind | None) -> bool:
    return isinstance(kind, (k.Array, k.Any_, k.List, k.Dict))


def _is_list(low: Lowerer, one: Given) -> bool:
    return isinstance(low.build.kind(one.var), (k.List, k.Dict))


def _arrays(kind: k.Kind | None) -> Iterator[str | None]:
    """The dtypes of the arrays that are in something of this kind."""
    match kind:
        case k.Array() | k.Any_():
            yield k.dtype_of(kind)
        case k.List(item) | k.Dict(item):
            yield from _arrays(item)
        case k.Tuple(items):
            for item in items:
                yield from _arrays(item)


def _may_be_one(low: Lowerer, first: Var, second: Var) -> bool:
    """Arrays of other dtypes are not the same memory."""
    one, other = (list(_arrays(low.build.kind(var))) for var in (first, second))
    return any(a is None or b is None or a == b for a in one for b in other)


def _used(
    eqns: Iterable[Equation], found: dict[Var, None], facts: tuple[str, ...]
) -> dict[Var, None]:
    """The variables that are read, by other operations than these."""
    for eqn in eqns:
        if not isinstance(eqn, Apply) or eqn.op not in facts:
            found.update((atom, None) for atom in operands(eqn) if isinstance(atom, Var))
        for block in blocks(eqn):
            _used(block.eqns, found, facts)
            found.update((atom, None) for atom in block.results if isinstance(atom, Var))
    return found
