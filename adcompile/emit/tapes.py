"""Who holds an object at a place, and whether the tapes on a tape are held by it alone.

    tape_1 = []                           y, tape_1 = tape.pop()
    ...                                   for ...:
    tape.append((y, tape_1))                  x = tape_1.pop()         no copy of tape_1

An entry is taken off a tape once.  So a tape on it is ours, if it was put on one tape only, and no
tape with tapes on it was copied.
"""

from __future__ import annotations

from bisect import bisect_right

from adcompile.emit.alias import EXTERNAL, Aliases, Objects, definitions
from adcompile.emit.ranges import Ranges
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Call, Trace, Var, walk


class Holders:
    """Who holds an object at a place."""

    def __init__(self, trace: Trace, aliases: Aliases, ranges: Ranges) -> None:
        entries: dict[int, list[tuple[int, int, Var]]] = {}
        for var, spans in ranges.spans.items():
            for number in sorted(aliases[var].all - {EXTERNAL}):
                entries.setdefault(number, []).extend((*span, var) for span in spans)
        self.starts: dict[int, list[int]] = {}
        self.entries: dict[int, list[tuple[int, int, Var, int]]] = {}
        for number, held in entries.items():
            held.sort(key=lambda span: span[:2])
            furthest, rows = -1, []
            for start, end, var in held:
                furthest = max(furthest, end)
                rows.append((start, end, var, furthest))
            self.entries[number] = rows
            self.starts[number] = [start for start, *_ in rows]

    def at(self, objects: Objects, point: int) -> dict[Var, None]:
        """The variables alive at a point that hold one of these objects."""
        result: dict[Var, None] = {}
        for number in sorted(objects):
            rows = self.entries.get(number, [])
            place = bisect_right(self.starts.get(number, []), point) - 1
            while place >= 0 and rows[place][3] >= point:
                if rows[place][1] >= point:
                    result[rows[place][2]] = None
                place -= 1
        return result


class Tapes:
    """The tapes of a trace that lie on other tapes."""

    def __init__(self, trace: Trace, aliases: Aliases, holders: Holders, ranges: Ranges) -> None:
        self.kinds = trace.kinds
        self.aliases = aliases
        self.holders = holders
        self.ranges = ranges
        self.defined = definitions(trace)
        inputs = any(self.is_nested(var) for var in trace.inputs)
        self.apart = not inputs and all(map(self.keeps_apart, walk(trace.body)))

    def is_tape(self, atom: Atom) -> bool:
        return isinstance(atom, Var) and isinstance(self.kinds.get(atom), k.Tape)

    def is_nested(self, atom: Atom) -> bool:
        """Is this a tape with tapes on it, or a tape of which nothing is known?"""
        kind = self.kinds.get(atom) if isinstance(atom, Var) else None
        if not isinstance(kind, k.Tape):
            return False
        return not kind.items or any(isinstance(item, k.Tape) for item in kind.items)

    def keeps_apart(self, eqn: object) -> bool:
        """Does an equation leave every tape that is on another on that one alone?"""
        match eqn:
            case Apply(op="mem.copy" | "mem.same"):
                return not self.is_nested(eqn.args[0])
            case Apply(op="mem.push"):
                values = [value for value in eqn.args[1:] if self.is_tape(value)]
                point = self.ranges.behind(eqn)
                own = [self.aliases[value].own - {EXTERNAL} for value in values]
                held = [u for objects in own for u in self.holders.at(objects, point)]
                alone = all(u in eqn.outs or not self.is_tape(u) for u in held)
                return alone and len(dict.fromkeys(values)) == len(values)
            case Call():
                return not any(map(self.is_nested, (*eqn.args, *eqn.outs)))
        return True

    def popped(self, atom: Atom) -> bool:
        """Is this a tape that was taken off another, and that nothing else holds?"""
        if not self.apart or not self.is_tape(atom) or atom not in self.defined:
            return False
        eqn, place = self.defined[atom]  # type: ignore[index]
        return isinstance(eqn, Apply) and eqn.op == "mem.unpush" and place < len(eqn.outs) - 1

    def may_be(self, var: Var, objects: Objects) -> bool:
        """May this be the tape that is one of these objects, rather than hold it?"""
        return self.is_tape(var) and not objects.isdisjoint(self.aliases[var].own)
