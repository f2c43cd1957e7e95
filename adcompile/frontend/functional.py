"""Functions of functions: partial, map, filter, reduce, sorted, and what itertools gives."""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from adcompile.frontend import (
    calls,
    classes,
    endless,
    expressions,
    guessed,
    memory,
    misuse,
    operations,
    operators,
    packing,
)
from adcompile.frontend.loops import Header, lower_loop
from adcompile.frontend.values import (
    Num,
    Obj,
    Partial,
    Range,
    Ref,
    Sequence,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Handler = Callable[..., Value | None]
UNROLLED = 64


def _partial(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    return Partial(args[0], tuple(args[1:]), tuple(keywords.items()))


def _map(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    function, *given = args
    parts = [low.iterate(arg, None) for arg in given]
    ending = [part for part in parts if isinstance(part, list)]
    if ending and all(isinstance(part, list) or endless.is_endless(part) for part in parts):
        rows = zip(*(endless.known(part, ending) for part in parts))
        return Struct(tuple(calls.invoke(low, function, list(row), {}) for row in rows))
    sequences = [low.as_sequence(arg) for arg in given]
    length = endless.shortest(low, sequences)
    return Sequence(
        length, lambda i: calls.invoke(low, function, [low.item(s, i) for s in sequences], {})
    )


def _filter(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    function, given = args

    def visit(item: Value, emit: Callable[[Value], None]) -> None:
        kept = item if function == Num(Lit(None)) else calls.invoke(low, function, [item], {})
        low.when(low.truth(kept), lambda: emit(item))

    return low.gather(given, visit, hint)


def _reduce(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """reduce(f, items[, start]): from left to right."""
    function, given, *start = args
    sequence = low.iterate(given, None)
    if isinstance(sequence, list):
        items = [*start, *sequence]
        total = items[0]
        for item in items[1:]:
            total = calls.invoke(low, function, [total, item], {})
        return total
    first = start[0] if start else low.item(sequence, Lit(0))
    step = lambda a, b: calls.invoke(low, function, [a, b], {})  # noqa: E731
    return fold(low, sequence, first, Lit(0 if start else 1), step)


def fold(
    low: Lowerer,
    sequence: Range | Sequence,
    first: Value,
    start: Atom,
    step: Callable[[Value, Value], Value],
) -> Value:
    """The value that a loop over the items from number `start` on carries from turn to turn."""
    low.set("%fold", first)

    def turn(index: Var) -> Atom:
        held = low.state.names[low.frame.number]["%fold"]
        low.set("%fold", step(held, low.item(sequence, index)))
        return Lit(False)

    header = Header(start, low.length(sequence), Lit(1))
    lower_loop(low, header, ["%fold"], turn, low.build.loc)
    return low.state.names[low.frame.number].pop("%fold")


def _accumulate(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """All partial sums (or results of a function of two values), as a list."""
    function = args[1] if len(args) > 1 else keywords.get("func")

    def step(a: Value, b: Value) -> Value:
        if function is None:
            return operators.binary(low, ast.Add(), a, b)
        return calls.invoke(low, function, [a, b], {})

    sequence = low.iterate(args[0], None)
    start = keywords.get("initial")
    if isinstance(sequence, list):
        items = [*([start] if start is not None else []), *sequence]
        found = items[:1]
        for item in items[1:]:
            found.append(step(found[-1], item))
        return Struct(tuple(found))
    first = start if start is not None else low.item(sequence, Lit(0))
    low.set("%sum", first)
    begin = Lit(0 if start is not None else 1)
    rest = expressions.operators.binary(low, ast.Sub(), Num(low.length(sequence)), Num(begin))

    def visit(item: Value, emit: Callable[[Value], None]) -> None:
        total = step(low.state.names[low.frame.number]["%sum"], item)
        low.set("%sum", total)
        emit(total)

    def later(index: Atom) -> Value:
        place = operators.binary(low, ast.Add(), Num(index), Num(begin))
        return low.item(sequence, memory.atom_of(low, place))

    tail = Sequence(memory.atom_of(low, rest), later)
    return low.collect(tail, visit, hint, carried=["%sum"], before=[first])


def _chain(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    parts = [low.iterate(arg, None) for arg in args]
    if all(isinstance(part, list) for part in parts):
        return Struct(tuple(item for part in parts for item in part))  # type: ignore[union-attr]
    total: Value = low.to_list(parts[0])
    for part in parts[1:]:
        total = operators.binary(low, ast.Add(), total, low.to_list(part))
    return total


def chained(low: Lowerer, rows: Range | Sequence, hint: str) -> Value:
    """A list of all items of all rows."""

    def visit(row: Value, emit: Callable[[Value], None]) -> None:
        parts = low.iterate(row, None)
        if isinstance(parts, list):
            for part in parts:
                emit(part)
            return
        low.loop_over(parts, emit, low.state.names[low.frame.number]["%list"])

    return low.collect(rows, visit, hint)


def _islice(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    bounds = args[1:] if len(args) > 2 else [Num(Lit(0)), args[1]]
    sequence = low.iterate(args[0], None)
    atoms = [memory.atom_of(low, bound) for bound in bounds]
    if endless.is_endless(sequence) and atoms[1] != Lit(None):
        assert isinstance(sequence, Sequence)
        sequence = Sequence(atoms[1], sequence.item)
    if isinstance(sequence, list):
        values = [atom.value if isinstance(atom, Lit) else None for atom in atoms]
        if not all(isinstance(atom, Lit) for atom in atoms):
            raise low.rejection(None, "the bounds of islice are not known when compiling", "ADC219")
        return Struct(tuple(sequence[slice(*values)]))
    step = atoms[2] if len(atoms) > 2 and atoms[2] != Lit(None) else Lit(1)
    start = atoms[0] if atoms[0] != Lit(None) else Lit(0)
    length = low.length(sequence)
    no_end = atoms[1] in (Lit(None), length)
    stop = length if no_end else low.build.apply("builtins.min", atoms[1], length)
    whole = (start, step) == (Lit(0), Lit(1))
    count = stop if whole else low.build.apply("lists.span", start, stop, step)

    def item(index: Atom) -> Value:
        after: Value = Num(index)
        if step != Lit(1):
            after = operators.binary(low, ast.Mult(), after, Num(step))
        place = operators.binary(low, ast.Add(), after, Num(start))
        return low.item(sequence, memory.atom_of(low, place))

    return Sequence(count, item)


def _pairwise(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    sequence = low.iterate(args[0], None)
    if isinstance(sequence, list):
        return Struct(tuple(Struct(pair) for pair in pairwise(sequence)))
    count = low.build.apply("lists.span", Lit(1), low.length(sequence), Lit(1))

    def item(index: Atom) -> Value:
        after = memory.atom_of(low, operators.binary(low, ast.Add(), Num(index), Num(Lit(1))))
        return Struct((low.item(sequence, index), low.item(sequence, after)))

    return Sequence(count, item)


def _product(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """itertools.product: one index for all, taken apart again."""
    times = keywords.get("repeat")
    if times is not None:
        args = args * int(expressions.constant(low, times, None))
    parts = [low.iterate(arg, None) for arg in args]
    if all(isinstance(part, list) for part in parts):
        rows: list[tuple[Value, ...]] = [()]
        for part in parts:
            rows = [(*row, item) for row in rows for item in part]  # type: ignore[union-attr]
        if len(rows) <= UNROLLED:
            return Struct(tuple(Struct(row) for row in rows))
    sequences = [low.as_sequence(arg) for arg in args]
    lengths = [Num(low.count(sequence)) for sequence in sequences]
    total: Value = lengths[0]
    for length in lengths[1:]:
        total = operators.binary(low, ast.Mult(), total, length)

    def item(index: Atom) -> Value:
        found: list[Value] = []
        rest: Value = Num(index)
        for sequence, length in zip(reversed(sequences), reversed(lengths)):
            place = operators.binary(low, ast.Mod(), rest, length)
            found.append(low.item(sequence, memory.atom_of(low, place)))
            rest = operators.binary(low, ast.FloorDiv(), rest, length)
        return Struct(tuple(reversed(found)))

    return Sequence(memory.atom_of(low, total), item)


def _any_all(decides: bool) -> Handler:
    """any and all of items known when compiling: or and and."""

    def handle(
        low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
    ) -> Value | None:
        sequence = low.iterate(args[0], None)
        if not isinstance(sequence, list):
            return None

        def rest(items: list[Value]) -> Value:
            if not items:
                return Num(Lit(not decides))
            found = low.truth(items[0])
            if isinstance(found, Lit):
                return Num(Lit(decides)) if bool(found.value) == decides else rest(items[1:])
            last, more = lambda: Num(Lit(decides)), lambda: rest(items[1:])
            then, orelse = (last, more) if decides else (more, last)
            return low.choose(Num(found), then, orelse, hint, low.build.loc)

        return rest(sequence)

    return handle


def _hypot(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    """math.hypot(*values), where nobody knows how many: the distance of a list from zeros."""
    if len(args) != 1 or keywords or isinstance(args[0], Num):
        return None
    if isinstance(args[0], Ref) and isinstance(misuse.kind_of(low, args[0]), k.Any_):
        return None
    values = low.to_list(low.as_sequence(args[0]))
    count = low.build.apply("builtins.len", memory.atom_of(low, values))
    zero = low.build.apply("mem.list", Lit(0.0))
    zeros = memory.wrap(low, low.build.apply("lists.repeat", zero, count))
    return operations.apply(low, "math.dist", [values, zeros], {}, hint)


def _callable(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    """callable(f): known of every value but an object of which nothing is known."""
    value = args[0]
    if isinstance(value, Obj):
        return Num(Lit(classes.member(low, value, "__call__") is not None))
    is_function = packing.is_function(low, value)
    if not is_function:
        guessed.must_not_be(low, value, "callable(_0_)", "what can be called")
    return Num(Lit(is_function))


HANDLERS: dict[str, Handler] = {
    "builtins.callable": _callable, "math.hypot": _hypot,
    "functools.partial": _partial, "functools.reduce": _reduce, "builtins.map": _map,
    "builtins.filter": _filter, "itertools.accumulate": _accumulate, "itertools.chain": _chain,
    "itertools.islice": _islice, "itertools.pairwise": _pairwise, "itertools.product": _product,
    "builtins.any": _any_all(True), "builtins.all": _any_all(False),
}  # fmt: skip
