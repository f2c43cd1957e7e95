"""What a trace computes and keeps, by the line of the program that it comes from.

    v = mul(a, b)  # line 3           line 3: one operation
    tape = push(tape, a)              a value kept: where it was made, and which lines read it again

`counted` puts a note at the start of every block, and one before every push, to count turns:

    for i in range(n) carry a:                 for i in range(n) carry a:
      tape = push(tape, a)          ->           effect("adcompile_ran(1)")
                                                 effect("adcompile_kept(0, _0_)", a)
                                                 tape = push(tape, a)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Loc,
    Trace,
    Var,
    While,
    operands,
    walk,
)

RAN, KEPT = "adcompile_ran", "adcompile_kept"
IDLE = ("mem.tuple", "mem.slice", "mem.same", "mem.stop", "mem.tape", "mem.push", "mem.unpush",
        "mem.dtype", "mem.effect", "numpy.shape", "numpy.ndim", "numpy.size")  # fmt: skip

Place = tuple[str, int]
"""A line: file and number."""


def place(loc: Loc | None) -> Place:
    return ("", 0) if loc is None else (loc.file, loc.line)


def operations(eqns: Sequence[Equation]) -> dict[Place, int]:
    """The operators, calls and subscripts of these equations, what is inside of them aside."""
    found: dict[Place, int] = {}
    for eqn in eqns:
        if (isinstance(eqn, Apply) and eqn.op not in IDLE) or isinstance(eqn, Call):
            found[place(eqn.loc)] = found.get(place(eqn.loc), 0) + 1
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that is put on a tape: its name, where it is made, and the lines that read it."""

    name: str
    kind: k.Kind
    made: Place
    readers: tuple[Place, ...]


def kept(trace: Trace) -> dict[Apply, tuple[Kept, ...]]:
    """What each push of a trace and of its callees keeps."""
    readers = _readers(trace)
    found: dict[Apply, tuple[Kept, ...]] = {}
    for each in (trace, *trace.functions.values()):
        origins = _Origins(each)
        for eqn in walk(each.body):
            if isinstance(eqn, Apply) and eqn.op == "mem.push":
                values = eqn.args[1:]
                lines = readers.get((eqn.loc, len(values)), [{} for _ in values])
                found[eqn] = tuple(
                    Kept(origins.name(atom), origins.kind(atom), origins.place(atom, eqn.loc),
                         tuple(read))
                    for atom, read in zip(values, lines)
                )  # fmt: skip
    return found


def _readers(trace: Trace) -> dict[tuple[Loc | None, int], list[dict[Place, None]]]:
    """For the entries of each tape, which stands for a place, the lines that read each item."""
    found: dict[tuple[Loc | None, int], list[dict[Place, None]]] = {}
    items: dict[Var, dict[Place, None]] = {}
    everything = [eqn for each in (trace, *trace.functions.values()) for eqn in walk(each.body)]
    for eqn in everything:
        if isinstance(eqn, Apply) and eqn.op == "mem.unpush":
            lines = found.setdefault((eqn.loc, len(eqn.outs) - 1), [{} for _ in eqn.outs[:-1]])
            items.update(zip(eqn.outs[:-1], lines))
    for eqn in everything:
        for atom in operands(eqn):
            if isinstance(atom, Var) and atom in items and eqn.loc is not None:
                items[atom][place(eqn.loc)] = None
    return found


class _Origins:
    """Where the values of a trace are made, and what they are called."""

    def __init__(self, trace: Trace) -> None:
        self.kinds = trace.kinds
        self.makers: dict[Var, tuple[Equation, int]] = {}
        for eqn in walk(trace.body):
            self.makers.update((var, (eqn, n)) for n, var in enumerate(eqn.outs))
            if isinstance(eqn, (For, While)):
                self.makers.update((var, (eqn, n)) for n, var in enumerate(eqn.params))

    def kind(self, atom: Atom) -> k.Kind:
        return k.of_constant(atom.value) if isinstance(atom, Lit) else self.kinds[atom]

    def name(self, atom: Atom) -> str:
        if isinstance(atom, Lit):
            return repr(atom.value)
        eqn = self.makers[atom][0] if atom in self.makers else None
        if atom.name or not isinstance(eqn, Apply):
            return atom.name or "a value"
        return f"{eqn.op.removeprefix('operator.').removeprefix('mem.')}(...)"

    def place(self, atom: Atom, otherwise: Loc | None) -> Place:
        """The line that makes a value; of a carried one, the line that makes its next value."""
        seen: dict[Atom, None] = {}
        loc = otherwise
        while isinstance(atom, Var) and atom in self.makers and atom not in seen:
            seen[atom] = None
            eqn, n = self.makers[atom]
            loc = eqn.loc or loc
            if isinstance(eqn, If):
                sides = (eqn.then.results[n], eqn.orelse.results[n])
                atom = next((s for s in sides if isinstance(s, Var) and s not in seen), sides[0])
            elif isinstance(eqn, (For, While)):
                atom = eqn.body.results[n]
            else:
                break
        return place(loc)


# counting turns


@dataclass(slots=True)
class Ledger:
    """How often each block of a trace ran, and how many bytes each value kept."""

    blocks: list[dict[Place, int]] = field(default_factory=list)
    pushes: list[tuple[Kept, ...]] = field(default_factory=list)
    runs: list[int] = field(default_factory=list)
    bytes: list[list[int]] = field(default_factory=list)

    def ran(self, number: int) -> None:
        self.runs[number] += 1

    def kept(self, number: int, *values: Any) -> None:
        for i, value in enumerate(values):
            self.bytes[number][i] += size(value)

    def operations(self) -> dict[Place, int]:
        """The operations that ran, by line."""
        found: dict[Place, int] = {}
        for count, lines in zip(self.runs, self.blocks):
            for line, number in lines.items():
                found[line] = found.get(line, 0) + count * number
        return found

    def tape(self) -> list[tuple[Kept, int]]:
        """What was kept, and its bytes."""
        return [
            pair
            for what, sizes in zip(self.pushes, self.bytes)
            for pair in zip(what, sizes, strict=True)
        ]


def size(value: Any) -> int:
    """The bytes of the numbers in a value."""
    if isinstance(value, (list, tuple)):
        return sum(map(size, value))
    if isinstance(value, dict):
        return sum(map(size, value.values()))
    if isinstance(value, (np.ndarray, np.generic)):
        return int(value.nbytes)
    if isinstance(value, bool):
        return 1
    return {int: 8, float: 8, complex: 16}.get(type(value), 0)


def counted(trace: Trace) -> tuple[Trace, Ledger]:
    """The trace with notes, and the ledger that they are for."""
    counter = _Counter(trace)
    functions = {name: counter.function(callee) for name, callee in trace.functions.items()}
    return replace(counter.function(trace), functions=functions), counter.ledger


class _Counter:
    def __init__(self, trace: Trace) -> None:
        self.ledger = Ledger()
        self.pushes = kept(trace)

    def function(self, trace: Trace) -> Trace:
        return replace(trace, body=self.block(trace.body))

    def block(self, block: Block) -> Block:
        if not block.eqns:
            return block
        number = len(self.ledger.runs)
        self.ledger.runs.append(0)
        self.ledger.blocks.append(operations(block.eqns))
        eqns: list[Equation] = [_note(f"{RAN}({number})")]
        for eqn in block.eqns:
            match eqn:
                case If():
                    then, orelse = self.block(eqn.then), self.block(eqn.orelse)
                    eqn = replace(eqn, then=then, orelse=orelse)
                case For():
                    eqn = replace(eqn, body=self.block(eqn.body))
                case While():
                    eqn = replace(eqn, cond=self.block(eqn.cond), body=self.block(eqn.body))
                case Apply(op="mem.push"):
                    eqns.append(self.push(eqn))
            eqns.append(eqn)
        return Block(tuple(eqns), block.results)

    def push(self, eqn: Apply) -> Apply:
        number = len(self.ledger.pushes)
        values = eqn.args[1:]
        self.ledger.pushes.append(self.pushes[eqn])
        self.ledger.bytes.append([0] * len(values))
        holes = "".join(f", _{n}_" for n in range(len(values)))
        return _note(f"{KEPT}({number}{holes})", *values)


def _note(text: str, *values: Atom) -> Apply:
    return Apply((), "mem.effect", (Lit(text), *values))
