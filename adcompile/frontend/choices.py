"""Functions that data choose at run time: one of several known ones, by its number.

    f = sin_like if flag else cos_like              f: 0 or 1
    fs[i](x)                                        the number is [0, 1, 2][i]
    table[key](x)                                   the number is {"a": 0, "b": 1}[key]

A call of such a function is a chain of branches over the candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from adcompile.frontend import calls, cases, enums, expressions, memory, merge
from adcompile.frontend.meeting import Branch
from adcompile.frontend.values import (
    Bound,
    Choice,
    Closure,
    Name,
    Num,
    Obj,
    Partial,
    Ref,
    State,
    Storage,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

FUNCTIONS = (Closure, Name, Partial, Bound)


def number(low: Lowerer, value: Value) -> Atom:
    """What tells a function, or a choice of functions, from the others."""
    if isinstance(value, Choice):
        return value.selector
    for place, known in enumerate(low.candidates):
        if is_one(known, value):
            return Lit(place)
    low.candidates.append(value)
    return Lit(len(low.candidates) - 1)


def is_one(value: Value, other: Value) -> bool:
    """Are these one object?  A class has its own name, and that of the class of an argument."""
    if isinstance(value, Name) and isinstance(other, Name) and value.obj and other.obj:
        return value.obj is other.obj or value.obj == other.obj
    return value == other


def are_named(*values: Value) -> bool:
    """Are these functions or classes that have names, each one of some?"""
    return all(isinstance(one, Name) for value in values for one in options(value))


def options(value: Value) -> tuple[Value, ...]:
    """The functions that a value may be."""
    return value.options if isinstance(value, Choice) else (value,)


def union(first: Value, second: Value) -> tuple[Value, ...]:
    """The functions that either value may be."""
    found = list(options(first))
    found += [value for value in options(second) if value not in found]
    return tuple(found)


def chosen(low: Lowerer, value: Value, states: Sequence[State]) -> bool:
    """Can this be one of several functions, wherever one of these states holds?"""
    if isinstance(value, Choice):
        return all(chosen(low, option, states) for option in value.options)
    return isinstance(value, FUNCTIONS) and _outlives(low, value, states)


def _outlives(low: Lowerer, value: Value, states: Sequence[State]) -> bool:
    """Does what a function carries with it belong to each of the states?"""
    match value:
        case Name():
            return True
        case Num(Lit()):
            return True
        case Closure(_, frame, defaults):
            known = frame < 0 or all(frame in state.names for state in states)
            return known and all(_outlives(low, given, states) for _, given in defaults)
        case Partial(function, args, keywords):
            given = [function, *args, *(item for _, item in keywords)]
            return all(_outlives(low, item, states) for item in given)
        case Bound(value=base):
            return _outlives(low, base, states)
        case Struct(items):
            return all(_outlives(low, item, states) for item in items)
        case Obj(identity):
            return all(identity in state.items for state in states)
    return False


def call(
    low: Lowerer, choice: Choice, positional: list[Value], keywords: dict[str, Value], hint: str
) -> Value:
    """The call of the candidate whose number it is."""
    return one_of(
        low,
        choice.selector,
        [(number(low, option), _calling(low, option, positional, keywords, hint))
         for option in choice.options],
        hint,
    )  # fmt: skip


def _calling(
    low: Lowerer, option: Value, positional: list[Value], keywords: dict[str, Value], hint: str
) -> Callable[[], Value]:
    return lambda: calls.invoke(low, option, positional, keywords, hint)


def one_of(
    low: Lowerer, selector: Atom, cases: Sequence[tuple[Atom, Callable[[], Value]]], hint: str
) -> Value:
    """The value of the case that the selector tells."""
    (which, value), *others = cases
    if not others:
        return value()
    test = low.tests.get((selector, which)) or low.build.apply("operator.eq", selector, which)
    return low.choose(
        Num(test), value, lambda: one_of(low, selector, others, hint), hint, low.build.loc
    )


def are_functions(low: Lowerer, items: Sequence[Value]) -> bool:
    """Are these functions alone, of which one can be chosen?"""
    functions = all(isinstance(item, (*FUNCTIONS, Choice)) for item in items)
    return functions and bool(items) and all(chosen(low, item, (low.state,)) for item in items)


def item(low: Lowerer, items: Sequence[Value], index: Atom) -> Value:
    """One of some functions, by an index that is known at run time."""
    numbers = [Num(number(low, value)) for value in items]
    held = memory.atom_of(low, expressions.make_list(low, list(numbers)))
    return _among(items, low.build.apply("mem.getitem", held, index))


def entry(low: Lowerer, held: dict[Any, Value], key: Atom, hint: str) -> Value:
    """One of the values of a dictionary, by a key that is known at run time."""
    if any(isinstance(each, Name) for each in held):
        raise low.rejection(None, enums.NOT_KNOWN, "ADC413")
    values = list(held.values())
    if are_functions(low, values):
        return _among(values, _looked_up(low, held, [number(low, v) for v in values], key))
    places = [Lit(place) for place in range(len(values))]
    place = _looked_up(low, held, list(places), key)
    if all(_is_plain(low, value) for value in values):
        return _known(low, place, values, hint)
    among = [(which, _being(value)) for which, value in zip(places, values)]
    return one_of(low, place, list(among), hint)


def _is_plain(low: Lowerer, value: Value) -> bool:
    """Is this a number, an array, or a tuple of these: does reading it change nothing?"""
    match value:
        case Num():
            return True
        case Struct(items):
            return all(_is_plain(low, item) for item in items)
        case Ref(storage, path):
            is_one = storage.cases is None and storage.entries is None and not path
            return is_one and storage not in low.state.stale
    return False


def _known(low: Lowerer, place: Atom, values: list[Value], hint: str) -> Value:
    """One of some values that are known already, by its place.

    An array that is one of some, and not of all, is one that nothing but this choice names: so a
    choice among n arrays leaves one that may be any of them, and not n.
    """
    before = dict.fromkeys(low.state.current)
    found = _among_known(low, place, values, 0, hint)
    kept = dict.fromkeys(_storages(found))
    for storage in [each for each in low.state.current if each not in before and each not in kept]:
        low.state.forget(storage)
    return found


def _among_known(low: Lowerer, place: Atom, values: list[Value], first: int, hint: str) -> Value:
    if first == len(values) - 1:
        return values[first]
    which, loc = Lit(first), low.build.loc
    cond = low.tests.get((place, which)) or low.build.apply("operator.eq", place, which)
    with low.build.block() as eqns:
        other = _among_known(low, place, values, first + 1, hint)
    low.build.loc = loc
    sides = Branch([], low.state), Branch(eqns, low.state)
    return low.named(merge.join_values(low, cond, *sides, (values[first], other)), hint)


def _storages(value: Value) -> Iterator[Storage]:
    """The storages in an array, or in a tuple of arrays."""
    yield from cases.storages(value)
    for item in value.items if isinstance(value, Struct) else ():
        yield from _storages(item)


def _being(value: Value) -> Callable[[], Value]:
    return lambda: value


def _looked_up(low: Lowerer, held: dict[Any, Value], numbers: list[Atom], key: Atom) -> Atom:
    kind = low.build.kind(key)
    if isinstance(kind, k.Tuple) and k.ANY in kind.items and str in map(type, held):
        raise low.rejection(
            None, "a key of this dictionary is a text, and elsewhere this parameter is unpacked: "
            "annotate what it is", "ADC405",
        )  # fmt: skip
    table = low.build.apply("mem.dict", Lit(tuple(held)), *numbers)
    found = low.build.apply("mem.getitem", table, key)
    low.build.kinds[found] = k.INT
    return found


def _among(items: Sequence[Value], selector: Atom) -> Choice:
    found: list[Value] = []
    for value in items:
        found += [option for option in options(value) if option not in found]
    return Choice(selector, tuple(found))
