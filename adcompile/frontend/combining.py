"""More of itertools and operator: combinations, starmap, chain.from_iterable, methodcaller ...

What is known when compiling stays so; else a list is made by loops, as deep as the items need.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    calls,
    endless,
    expressions,
    functional,
    memory,
    operators,
    subscripts,
    written,
)
from adcompile.frontend.values import Name, Num, Obj, Partial, Range, Sequence, Struct, Value
from adcompile.rules import table
from adcompile.rules.written import Written, iterating
from adcompile.trace.ir import NOTHING, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

MOST = 256  # rows that are written out


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
        if name == "permutations" or size is None:
            raise low.rejection(
                None, "permutations of what is not known when compiling cannot be differentiated; "
                "write the loops out", "ADC219"
            )
        items = low.as_sequence(given["iterable"])
        return _by_loops(low, items, size, 0 if name.endswith("replacement") else 1, hint)

    return handle


def _few(sequence: Range | Sequence | list[Value]) -> Range | Sequence | list[Value]:
    """The numbers of a short range that is known."""
    match sequence:
        case Range(Lit(value=start), Lit(value=stop), Lit(value=step), backward=False):
            numbers = range(start, stop, step)
            if len(numbers) <= MOST:
                return [Num(Lit(n)) for n in numbers]
    return sequence


def _by_loops(low: Lowerer, items: Range | Sequence, size: int, gap: int, hint: str) -> Value:
    """One loop in another, each from where the one around it is."""
    length = low.length(items)

    def inner(start: Value, row: tuple[Value, ...], emit: Callable[[Value], None]) -> None:
        if len(row) == size:
            emit(Struct(row))
            return

        def one(place: Value) -> None:
            after = operators.binary(low, ast.Add(), place, Num(Lit(gap)))
            more = low.item(items, memory.atom_of(low, place))
            inner(after, (*row, more), emit)

        turns = Range(memory.atom_of(low, start), length, Lit(1))
        low.loop_over(turns, one, low.state.names[low.frame.number]["%list"])

    def visit(place: Value, emit: Callable[[Value], None]) -> None:
        after = operators.binary(low, ast.Add(), place, Num(Lit(gap)))
        inner(after, (low.item(items, memory.atom_of(low, place)),), emit)

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
    parts = [expressions.static_items(low, arg, None) for arg in args]
    rows = itertools.zip_longest(*parts, fillvalue=fill)
    return Struct(tuple(Struct(row) for row in rows))


def _repeat(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    times = args[1] if len(args) > 1 else keywords.get("times")
    if times is None:
        return endless.repeated(args[0])
    count: Atom = memory.atom_of(low, times)
    if isinstance(count, Lit):
        return Struct((args[0],) * count.value)
    return Sequence(count, lambda index: args[0])


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
    "itertools.groupby": _groupby,
    "itertools.starmap": _starmap, "itertools.chain.from_iterable": _from_iterable,
    "itertools.zip_longest": _zip_longest, "itertools.repeat": _repeat,
    "operator.methodcaller": _methodcaller, "%methodcaller": _call_method,
} | {
    f"itertools.{name}": _known(name)
    for name in ("combinations", "combinations_with_replacement", "permutations")
} | {
    f"itertools.{name}": _written(name) for name in iterating.FUNCTIONS
} | {
    f"operator.{name}": _operator(op())
    for names in (table.BINARY, table.UNARY, table.COMPARE)
    for op, name in names.items()
}  # fmt: skip
