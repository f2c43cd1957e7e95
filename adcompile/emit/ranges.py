"""Where each variable is alive, on one line of numbered places.

    0  f(x)                    x      [1, 2] [5, 6]          read in both branches, not at the edge
    1  if ...:                 a      [3, 4]
    2      a = sin(x)          y      [5, 5] [9, 12]         y is the out of the If
    ...

An equation at place p reads at 2p and defines at 2p + 1; spans are inclusive.  Two variables may
share a name exactly where no spans of theirs overlap.  Values flow along edges, which have places
of their own: the ends of the branches of an If, the entry, the back edge and the exit of a loop.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from weakref import WeakKeyDictionary

from adcompile.emit.nested import Nesting
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Equation,
    For,
    If,
    Param,
    Trace,
    Tree,
    Var,
    While,
    leaves,
    node,
)  # fmt: skip

Span = tuple[int, int]


@node
class Places:
    """The places of one equation: `at`, and the edges of what it holds."""

    at: int
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    last: int = 0


@dataclass(slots=True)
class Ranges:
    """The spans of every variable, and the places of every equation."""

    spans: dict[Var, list[Span]]
    places: dict[Equation, Places]
    end: int

    def behind(self, eqn: Equation) -> int:
        """The point right behind what an equation reads."""
        return behind(self.places[eqn].at)

    def span_at(self, var: Var, point: int) -> Span | None:
        """The span of a variable that a point lies in."""
        spans = self.spans.get(var, ())
        if not spans or not spans[0][0] <= point <= spans[-1][1]:
            return None
        place = bisect_right(spans, point, key=itemgetter(0)) - 1
        return spans[place] if place >= 0 and spans[place][1] >= point else None

    def alive_at(self, var: Var, point: int) -> bool:
        return self.span_at(var, point) is not None


def behind(place: int) -> int:
    """The point right behind what is read at a place, where it defines."""
    return 2 * place + 1


def ranges(
    trace: Trace, nesting: Nesting | None = None, roots: Mapping[Atom, Var] | None = None
) -> Ranges:
    """The live ranges of a trace; with `nesting`, as its equations are written.

    Variables that have the spans of others, with their own, are mapped to these by `roots`.
    """
    if nesting is not None or roots:
        return _ranges(trace, nesting or Nesting(), roots or {})
    found = _found.get(trace.body)
    if found is None or found[0] is not trace.result or found[1] is not trace.params:
        found = _found[trace.body] = (trace.result, trace.params, _ranges(trace, Nesting(), {}))
    return found[2]


_found: WeakKeyDictionary[Block, tuple[Tree, tuple[Param, ...], Ranges]] = WeakKeyDictionary()
"""Of the bodies of traces, each equation written for itself."""


def _ranges(trace: Trace, nesting: Nesting, roots: Mapping[Atom, Var]) -> Ranges:
    walker = _Walker(nesting, roots)
    walker.number_block(trace.body)
    end = walker.next()
    for atom in leaves(trace.result):
        walker.read(atom, end)
    walker.block(trace.body)
    for param in trace.params:
        for leaf in leaves(param.tree):
            if isinstance(leaf, Var):
                walker.define(leaf, 0)
    spans = {var: _merged(spans) for var, spans in walker.spans.items()}
    return Ranges(spans, walker.places, end)


def _merged(spans: list[Span]) -> list[Span]:
    if len(spans) == 1:
        return spans
    spans.sort()
    result = [spans[0]]
    for start, end in spans[1:]:
        if start <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


class _Walker:
    """Numbers the equations forward, then follows the variables backward."""

    def __init__(self, nesting: Nesting, roots: Mapping[Atom, Var]) -> None:
        self.nesting = nesting
        self.roots = roots
        self.reads = nesting.reads
        self.nested = nesting.nested
        self.plain = not nesting.inside and not nesting.headed
        self.places: dict[Equation, Places] = {}
        self.spans: defaultdict[Var, list[Span]] = defaultdict(list)
        self.open: dict[Var, int] = {}
        self.log: list[Var] = []
        self.count = 0

    def next(self) -> int:
        self.count += 1
        return self.count

    # forward: places

    def number_block(self, block: Block) -> None:
        for eqn in block.eqns:
            if self.plain or not self.nested(eqn):
                self.number(eqn)

    def number(self, eqn: Equation) -> None:
        at = self.next()
        if isinstance(eqn, Apply):
            self.places[eqn] = Places(at, (), (), at)
            return
        starts: list[int] = []
        ends: list[int] = []
        match eqn:
            case If() if eqn not in self.nesting.choices:
                for block in (eqn.then, eqn.orelse):
                    starts.append(self.next())
                    self.number_block(block)
                    ends.append(self.next())
            case For():
                starts.append(self.next())
                self.number_block(eqn.body)
                ends.append(self.next())
            case While():
                for block in (eqn.cond, eqn.body):
                    starts.append(self.next())
                    self.number_block(block)
                    ends.append(self.next())
        last = self.next() if ends else at
        self.places[eqn] = Places(at, tuple(starts), tuple(ends), last)

    # backward: spans

    def read(self, atom: Atom, place: int) -> None:
        nested = atom in self.nesting.inside
        self.read_edge(self.reads(atom) if nested else (atom,), place)

    def read_all(self, atoms: Iterable[Atom], place: int) -> None:
        if not self.nesting.inside:
            self.read_edge(atoms, place)
            return
        for atom in atoms:
            self.read(atom, place)

    def read_edge(self, atoms: Iterable[Atom], place: int) -> None:
        at, opened, roots = 2 * place, self.open, self.roots
        for atom in atoms:
            if isinstance(atom, Var):
                var = roots.get(atom, atom)
                if var not in opened:
                    opened[var] = at
                    self.log.append(var)

    def define(self, var: Var, place: int) -> bool:
        """Close the span of a variable; was it read?"""
        end = self.open.pop(var, None)
        start = behind(place)
        self.spans[var].append((start, start if end is None else end))
        return end is not None

    def touch(self, var: Var, place: int) -> None:
        """The variable is assigned at an edge."""
        self.spans[var].append((behind(place), behind(place)))

    def block(self, block: Block) -> None:
        for eqn in reversed(block.eqns):
            if self.plain or not self.nested(eqn):
                self.equation(eqn)

    def equation(self, eqn: Equation) -> None:
        places = self.places[eqn]
        if isinstance(eqn, Apply):
            for out in eqn.outs:
                self.define(out, places.at)
            self.read_all(eqn.args, places.at)
            return
        match eqn:
            case If() if eqn not in self.nesting.choices:
                self.branches(eqn, places)
            case For() | While():
                self.loop(eqn, places)
            case _:
                for out in eqn.outs:
                    self.define(out, places.at)
                self.read_all(self.nesting.parts(eqn), places.at)

    def branches(self, eqn: If, places: Places) -> None:
        assigned, defined = behind(places.ends[0]), behind(places.ends[1])
        for out in eqn.outs:
            var = self.roots.get(out, out)
            self.spans[var] += (defined, self.open.pop(var, defined)), (assigned, assigned)
        outer = self.log
        entering: dict[Var, None] = {}
        for block, start, end in zip(
            (eqn.orelse, eqn.then), places.starts[::-1], places.ends[::-1]
        ):
            self.log = []
            self.read_edge(block.results, end)
            self.block(block)
            for var in self.log:
                if var in self.open:
                    self.spans[var].append((2 * start, self.open.pop(var)))
                    entering[var] = None
        self.log = outer
        self.read_edge(entering, places.at)
        self.read(eqn.cond, places.at)

    def loop(self, eqn: For | While, places: Places) -> None:
        head, back = places.starts[0], places.ends[-1]
        leaving = [
            param for param, out in zip(eqn.params, eqn.outs) if self.define(out, places.last)
        ]
        outer, self.log = self.log, []
        self.read_edge(eqn.body.results[: len(eqn.params)], back)
        for flag in eqn.body.results[len(eqn.params) :]:
            self.read(flag, back)
            var = self.roots.get(flag, flag)
            if var in self.open:  # still read when the edge has been passed
                self.open[var] = behind(back)
        for param in eqn.params:
            self.touch(param, back)
        self.block(eqn.body)
        if isinstance(eqn, While):
            self.read_edge(leaving, places.ends[0])
            self.read(eqn.cond.results[0], places.ends[0])
            self.block(eqn.cond)
        else:
            if eqn in self.nesting.rows:
                self.define(self.nesting.rows[eqn].out, head)
            self.define(eqn.index, head)
            self.read_edge(leaving, head)
        for param in eqn.params:
            self.define(param, places.at)
        entering = [var for var in self.log if var in self.open]
        self.log = outer
        for var in entering:  # read in every turn, so alive throughout the loop
            self.open[var] = 2 * places.last
            self.log.append(var)
        self.read_edge(eqn.inits, places.at)
        if isinstance(eqn, For):
            bounds: tuple[Atom, ...] = (eqn.start, eqn.stop, eqn.step)
            if eqn in self.nesting.rows:
                bounds = self.nesting.rows[eqn].args[:1]
            for bound in bounds:
                self.read(bound, places.at)
