"""More of itertools and operator: combinations, starmap, chain.from_iterable, methodcaller ...

What is known when compiling stays so; else a list is made by loops, as deep as the items need.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    calls,
    endless,
    expressions,
    functional,
    iterators,
    memory,
    operators,
    pools,
    subscripts,
    written,
)
from adcompile.frontend.values import Name, Num, Obj, Partial, Range, Ref, Sequence, Struct, Value
from adcompile.rules import table
from adcompile.rules.written import Written, iterating
from adcompile.trace.ir import NOTHING, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

MOST = 256  # rows that are written out
GAPS = {"combinations": 1, "combinations_with_replacement": 0, "permutations": None}


def _starmap(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    function, given = args
    rows = low.iterate(given, None)

    def of(row: Value) -> Value:
        return calls.invoke(low, function, expressions.static_items(low, row, None), {})

    if isinstance(rows, list):
        return Struct(tuple(of(row) for row in rows))
    return Sequence(endless.shortest(low, [rows]), lambda index: of(low.item(rows, index)))


def _known(name: str) -> Callable[..., Value]:
    """combinations(items, r) and its like: all of them, in order."""

    def handle(
        low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
    ) -> Value:
        given = dict(zip(("iterable", "r"), args)) | keywords
        sequence = _few(low.iterate(given["iterable"], None))
        count = given.get("r", Num(NOTHING))
        size = expressions.constant(low, count, None)
        if isinstance(sequence, list):
            options = () if size is None else (size,)
            rows = list(itertools.islice(getattr(itertools, name)(sequence, *options), MOST + 1))
            if len(rows) <= MOST:
                return Struct(tuple(Struct(row) for row in rows))
        if size is None:
            raise low.rejection(
                None, "permutations of as many items as there are, which is not known when "
                "compiling; say how many, permutations(items, 3), or write the loops out", "ADC219"
            )
        if size == 0:
            return Struct((Struct(()),))
        items = low.as_sequence(given["iterable"])
        if pools.by_places(low, given["iterable"]):
            places = Range(Lit(0), low.length(items), Lit(1))
            return _of_places(low, items, _by_loops(low, places, size, GAPS[name], hint))
        made = _by_loops(low, items, size, GAPS[name], hint)
        if isinstance(made, Ref) and pools.PLACES not in low.learned:
            low.pooled[made.storage] = None
        return made

    return handle


def _of_places(low: Lowerer, items: Range | Sequence, rows: Value) -> Sequence:
    """The items whose places are in these rows, read when they are gone through."""
    whole = low.as_sequence(rows)

    def item(index: Atom) -> Value:
        places = expressions.static_items(low, low.item(whole, index), None)
        return Struct(tuple(low.item(items, memory.atom_of(low, place)) for place in places))

    return Sequence(low.length(whole), item)


def _few(sequence: Range | Sequence | list[Value]) -> Range | Sequence | list[Value]:
    """The numbers of a short range that is known."""
    match sequence:
        case Range(Lit(value=start), Lit(value=stop), Lit(value=step), backward=False):
            numbers = range(start, stop, step)
            if len(numbers) <= MOST:
                return [Num(Lit(n)) for n in numbers]
    return sequence


def _by_loops(
    low: Lowerer, items: Range | Sequence, size: int, gap: int | None, hint: str
) -> Value:
    """One loop in another, each from where the one around it is, or, without `gap`, past the places
    of those around it."""
    length = low.length(items)

    def inner(
        places: tuple[Value, ...], row: tuple[Value, ...], emit: Callable[[Value], None]
    ) -> None:
        row = (*row, low.item(items, memory.atom_of(low, places[-1])))
        if len(row) == size:
            emit(Struct(row))
            return

        def one(place: Value) -> None:
            others = [] if gap is not None else [
                operators.comparison(low, ast.NotEq(), place, other) for other in places
            ]  # fmt: skip
            action = lambda: inner((*places, place), row, emit)  # noqa: E731
            for other in others:
                action = partial(low.when, low.truth(other), action)
            action()

        start: Atom = Lit(0)
        if gap is not None:
            last = operators.binary(low, ast.Add(), places[-1], Num(Lit(gap)))
            start = memory.atom_of(low, last)
        turns = Range(start, length, Lit(1))
        low.loop_over(turns, one, low.state.names[low.frame.number]["%list"])

    def visit(place: Value, emit: Callable[[Value], None]) -> None:
        inner((place,), (), emit)

    return low.collect(Range(Lit(0), length, Lit(1)), visit, hint)


def _from_iterable(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value:
    rows = low.iterate(args[0], None)
    if isinstance(rows, list):
        found = functional.HANDLERS["itertools.chain"](low, rows, {}, hint)
        assert found is not None
        return found

    return functional.chained(low, rows, hint)


def _zip_longest(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    fill = keywords.get("fillvalue", Num(NOTHING))
    parts = [low.iterate(arg, None) for arg in args]
    known = [part for part in parts if isinstance(part, list)]
    if len(known) == len(parts):
        rows = itertools.zip_longest(*known, fillvalue=fill)
        return Struct(tuple(Struct(row) for row in rows))
    sequences = [low.as_sequence(arg if isinstance(part, list) else part)
                 for arg, part in zip(args, parts)]  # fmt: skip
    lengths = [low.length(sequence) for sequence in sequences]
    most = low.build.apply("builtins.max", *lengths) if len(lengths) > 1 else lengths[0]

    def one(number: int, index: Atom) -> Value:
        there = low.build.apply("operator.lt", index, lengths[number])
        own = lambda: low.item(sequences[number], index)  # noqa: E731
        return low.choose(Num(there), own, lambda: fill, hint, low.build.loc)

    places = range(len(sequences))
    return Sequence(most, lambda index: Struct(tuple(one(each, index) for each in places)))


def _repeat(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    times = args[1] if len(args) > 1 else keywords.get("times")
    if times is None:
        return endless.repeated(args[0])
    count: Atom = memory.atom_of(low, times)
    if isinstance(count, Lit):
        return Struct((args[0],) * count.value)
    return Sequence(count, lambda index: args[0])


def _tee(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """itertools.tee(items, n): iterators of one list, each with a place of its own."""
    given = dict(zip(("iterable", "n"), args)) | keywords
    count: Any = expressions.constant(low, given.get("n", Num(Lit(2))), None)
    held = low.to_list(low.iterate(given["iterable"], None))
    made = [iterators.of_sequence(low, held) for _ in range(count)]
    for number, each in enumerate(made):
        each.identity.site = (*each.identity.site, number)
    return Struct(tuple(made))


def _methodcaller(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    name, *given = args
    return Partial(Name("%methodcaller"), (name, Struct(tuple(given))), tuple(keywords.items()))


def _call_method(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    name, given, base = args
    attr: Any = expressions.constant(low, name, None)
    assert isinstance(given, Struct)
    method = subscripts.attribute(low, base, attr, called=True)
    return calls.invoke(low, method, list(given.items), keywords, hint)


def _operator(op: Any) -> Callable[..., Value | None]:
    """operator.add(a, b) of objects, lists and tuples: a + b."""

    def handle(
        low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
    ) -> Value | None:
        if keywords or not any(isinstance(arg, (Obj, Struct)) for arg in args):
            return None
        if isinstance(op, ast.unaryop):
            return operators.unary(low, op, args[0], hint)
        if isinstance(op, ast.cmpop):
            return operators.comparison(low, op, args[0], args[1], hint)
        return operators.binary(low, op, args[0], args[1], hint)

    return handle


def _written(name: str) -> Callable[..., Value]:
    """A function of itertools that is written out."""

    def handle(
        low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
    ) -> Value:
        return written.call(low, name, Written(iterating.FUNCTIONS[name]), args, keywords)

    return handle


def _groupby(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    raise low.rejection(
        None, "there is no rule for itertools.groupby, whose groups can be read once, and only "
        "before the next; put the items into lists or a dictionary of your own", "ADC501",
    )  # fmt: skip


HANDLERS: dict[str, Callable[..., Value | None]] = {
    "itertools.groupby": _groupby, "itertools.tee": _tee,
    "itertools.starmap": _starmap, "itertools.chain.from_iterable": _from_iterable,
    "itertools.zip_longest": _zip_longest, "itertools.repeat": _repeat,
    "operator.methodcaller": _methodcaller, "%methodcaller": _call_method,
} | {
    f"itertools.{name}": _known(name) for name in GAPS
} | {
    f"itertools.{name}": _written(name) for name in iterating.FUNCTIONS
} | {
    f"operator.{name}": _operator(op())
    for names in (table.BINARY, table.UNARY, table.COMPARE)
    for op, name in names.items()
}  # fmt: skip
