"""What a derivative costs, by line of the program: operations, and bytes on the tape and why.

An operation is an operator, a call or a subscript, whatever it is of; what only arranges (index
tuples, shapes, names) is none.  A line costs in the tangent and in the adjoint what is computed
there because of it, its own value included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from adcompile.costs.counting import Kept, Ledger, Place, kept, operations
from adcompile.trace import kinds as k
from adcompile.trace.ir import Trace, walk

PROGRAMS = ("primal", "tangent", "adjoint")
MANY = 10**6  # bytes of an array whose length is not known
Bytes = int | str
"""A number, or, of an array whose length is not known, a product such as 8*n."""


@dataclass(slots=True)
class Value:
    """A value on the tape: its name, the line that makes it, those whose reverse reads it."""

    name: str
    line: int
    readers: tuple[int, ...]
    bytes: Bytes

    def __str__(self) -> str:
        lines = ", ".join(map(str, self.readers)) or "?"
        size = f"{_number(self.bytes)} bytes"
        return f"{self.name} of line {self.line}: {size}, read by the reverse of line {lines}"


@dataclass(slots=True)
class LineCost:
    """One line: operations in the three programs, and what is kept of the values it makes."""

    number: int
    text: str
    primal: int = 0
    tangent: int = 0
    adjoint: int = 0
    kept: list[Value] = field(default_factory=list)
    file: str = ""

    @property
    def tape(self) -> Bytes:
        return total([value.bytes for value in self.kept])


@dataclass(slots=True)
class Cost:
    """The lines of a function and of what it calls; `measured` for arguments, or once each."""

    name: str
    measured: bool
    lines: list[LineCost]

    @property
    def tape(self) -> Bytes:
        return total([line.tape for line in self.lines])

    def line(self, number: int) -> LineCost:
        """The line with this number."""
        return next(line for line in self.lines if line.number == number)

    def __str__(self) -> str:
        return "\n".join(_table(self)) + "\n"


def total(parts: Sequence[Bytes]) -> Bytes:
    """The sum, as a number if all are."""
    numbers = sum(part for part in parts if isinstance(part, int))
    texts = list(dict.fromkeys(part for part in parts if isinstance(part, str)))
    counts = {text: parts.count(text) for text in texts}
    symbols = [text if n == 1 else f"{n}*{text}" for text, n in counts.items()]
    if not symbols:
        return numbers
    return " + ".join([*symbols, *([str(numbers)] if numbers else [])])


def estimated(name: str, traces: Mapping[str, Trace], texts: Mapping[str, Sequence[str]]) -> Cost:
    """Of each line, what one execution costs, from the traces alone."""
    counts: dict[str, dict[Place, int]] = {}
    for mode, trace in traces.items():
        every = [eqn for each in (trace, *trace.functions.values()) for eqn in walk(each.body)]
        counts[mode] = operations(every)
    values = [(each, _size(each.kind)) for row in kept(traces["adjoint"]).values() for each in row]
    return _cost(name, False, counts, values, texts)


def measured(name: str, ledgers: Mapping[str, Ledger], texts: Mapping[str, Sequence[str]]) -> Cost:
    """What a call has cost, by the ledgers of the three programs."""
    counts = {mode: ledger.operations() for mode, ledger in ledgers.items()}
    return _cost(name, True, counts, ledgers["adjoint"].tape(), texts)


def _cost(
    name: str, by_call: bool, counts: Mapping[str, Mapping[Place, int]],
    values: Sequence[tuple[Kept, Bytes]], texts: Mapping[str, Sequence[str]],
) -> Cost:  # fmt: skip
    lines: dict[Place, LineCost] = {}

    def line(place: Place) -> LineCost:
        if place not in lines:
            known = texts.get(place[0], ())
            text = known[place[1] - 1].strip() if 0 < place[1] <= len(known) else ""
            lines[place] = LineCost(place[1], text, file=place[0])
        return lines[place]

    for mode, found in counts.items():
        for place, number in found.items():
            setattr(line(place), mode, number)
    for what, size in values:
        if size:
            readers = tuple(sorted(number for _, number in what.readers))
            line(what.made).kept.append(Value(what.name, what.made[1], readers, size))
    order = sorted(lines, key=lambda place: (place[0] not in texts, place))
    return Cost(name, by_call, [lines[place] for place in order])


def _size(kind: k.Kind) -> Bytes:
    """The bytes of a value of this kind, as far as it tells."""
    match kind:
        case k.Scalar(dtype):
            return {"bool": 1, "float32": 4, "complex": 16}.get(dtype, 8)
        case k.Array(dtype, dims) if dims is not None:
            size = {"bool": 1, "float32": 4, "complex": 16}.get(dtype or "", 8)
            lengths = [dim.length for dim in dims]
            factors = [_length(dim) for dim in dims if dim.length is None]
            for length in lengths:
                size *= 1 if length is None else length
            return "*".join([str(size), *factors]) if factors else size
        case k.Tuple(items) | k.Tape(items):
            return total([_size(item) for item in items])
        case k.Opaque() | k.Slice():
            return 0
    return "8*?"


def _length(dim: k.Dim) -> str:
    if not isinstance(dim.base, str):
        return "?"
    text = dim.base if dim.base.isidentifier() else f"len({dim.base})"
    return text if not dim.offset else f"({text}{dim.offset:+d})"


# the table


def _number(value: Bytes) -> str:
    return f"{value:,}" if isinstance(value, int) else value


def _table(cost: Cost) -> list[str]:
    """The table as lines of text."""
    heads = ("line", *PROGRAMS, "tape")
    rows: list[tuple[str, ...]] = []
    for line in cost.lines:
        where = str(line.number) if line.number else "-"
        own = cost.lines[0].file
        where = where if line.file in ("", own) else f"{Path(line.file).name}:{where}"
        counts = (_number(line.primal), _number(line.tangent), _number(line.adjoint))
        rows.append((where, *counts, _number(line.tape) if line.kept else ""))
    sums = [_number(sum(getattr(line, mode) for line in cost.lines)) for mode in PROGRAMS]
    rows.append(("all", *sums, _number(cost.tape)))
    widths = [max(len(row[n]) for row in (heads, *rows)) for n in range(len(heads))]
    texts = [*(line.text for line in cost.lines), ""]
    what = "in this call" if cost.measured else "each time the line runs"
    made = [f"{cost.name}: operations, and bytes on the tape of the adjoint, {what}", ""]
    for row, text in zip((heads, *rows), ("", *texts)):
        made.append("  ".join([*map(str.rjust, row, widths), text]).rstrip())
    return [*made, *_reasons(cost)]


def _reasons(cost: Cost) -> list[str]:
    """What is kept and why, and the line to change."""
    values = [value for line in cost.lines for value in line.kept]
    if not values:
        return ["", "Nothing is kept on a tape."]
    made = ["", "Kept:", *(f"  {value}" for value in values)]
    lines, names = _largest(values)
    if lines:
        what = "line" if len(lines) == 1 else "lines"
        listed = " and ".join(", ".join(map(str, lines)).rsplit(", ", 1))
        read = ", ".join(names)
        made += ["", f"To keep less, change {what} {listed}, whose reverse reads {read}."]
    return made


def _largest(values: Sequence[Value]) -> tuple[tuple[int, ...], list[str]]:
    """The lines whose reverse needs the most, and what that is."""
    sizes: dict[tuple[int, ...], int] = {}
    names: dict[tuple[int, ...], dict[str, None]] = {}
    for value in values:
        weight = value.bytes if isinstance(value.bytes, int) else MANY
        sizes[value.readers] = sizes.get(value.readers, 0) + weight
        names.setdefault(value.readers, {})[value.name] = None
    lines = max(sizes, key=lambda readers: sizes[readers])
    return lines, list(names[lines])
