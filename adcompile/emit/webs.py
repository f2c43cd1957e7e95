"""Webs: variables that share one name, because values flow between them at no cost that way.

    for i in range(n) carry a.1 = (a.0, a.2) -> a.3         a.0, a.1, a.2, a.3 are one web: a
    x2 = write(x1, v, i)                                    x1, x2 are one web: x[i] = v

A web grows as long as no two of its variables are alive at once, and no two have different names
of the user's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from adcompile.emit.nested import Nesting
from adcompile.emit.owners import kept_outs
from adcompile.emit.ranges import Ranges, Span, behind
from adcompile.rules.memory import DESTRUCTIVE
from adcompile.trace import kinds as k
from adcompile.trace.ir import UNDEF, Apply, Atom, Call, For, If, Trace, Var, While, walk


@dataclass(slots=True, eq=False)
class Web:
    """Variables of one name: the places where one of them is alive, the name wanted, if any."""

    members: list[Var]
    spans: list[Span]
    name: str = ""
    fixed: bool = False


@dataclass(slots=True)
class Spans:
    """A growing set of disjoint spans."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def meets(self, spans: Iterable[Span]) -> bool:
        for start, end in spans:
            place = bisect_left(self.ends, start)
            if place < len(self.starts) and self.starts[place] <= end:
                return True
        return False

    def until(self, point: int) -> int | None:
        """The end of the span that a point lies in."""
        place = bisect_left(self.ends, point)
        inside = place < len(self.starts) and self.starts[place] <= point
        return self.ends[place] if inside else None

    def add(self, spans: Iterable[Span]) -> None:
        for start, end in spans:
            place = bisect_left(self.ends, start)
            self.starts.insert(place, start)
            self.ends.insert(place, end)


FEW = 8  # times fewer spans are looked up one by one


def overlap(first: list[Span], second: list[Span]) -> bool:
    """Do two sorted lists of spans meet anywhere?"""
    if first[-1][1] < second[0][0] or second[-1][1] < first[0][0]:
        return False
    small, large = (first, second) if len(first) < len(second) else (second, first)
    if FEW * len(small) < len(large):
        return any(_meets(large, start, end) for start, end in small)
    i = j = 0
    while i < len(first) and j < len(second):
        if first[i][1] < second[j][0]:
            i += 1
        elif second[j][1] < first[i][0]:
            j += 1
        else:
            return True
    return False


def _meets(spans: list[Span], start: int, end: int) -> bool:
    place = bisect_left(spans, (start, start))
    before = place > 0 and spans[place - 1][1] >= start
    return before or (place < len(spans) and spans[place][0] <= end)


def union(first: list[Span], second: list[Span]) -> list[Span]:
    """Two sorted lists of spans as one; spans that touch are joined."""
    if second[-1][1] < first[0][0]:
        return _chained(second, first)
    if first[-1][1] < second[0][0]:
        return _chained(first, second)
    small, large = (first, second) if len(first) < len(second) else (second, first)
    if FEW * len(small) < len(large):
        result = list(large)
        for start, end in small:
            _insert(result, start, end)
        return result
    result = []
    for start, end in sorted([*first, *second]):
        if result and start <= result[-1][1] + 1:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _chained(first: list[Span], second: list[Span]) -> list[Span]:
    """Two lists of spans, all of the second behind those of the first."""
    (start, end), (next_, last) = first[-1], second[0]
    if end + 1 < next_:
        return [*first, *second]
    return [*first[:-1], (start, last), *second[1:]]


def _insert(spans: list[Span], start: int, end: int) -> None:
    """Add a span to sorted ones, joined with those that it touches."""
    low = high = bisect_left(spans, (start, start))
    while low > 0 and spans[low - 1][1] + 1 >= start:
        low -= 1
    while high < len(spans) and spans[high][0] <= end + 1:
        high += 1
    if low < high:
        start, end = min(start, spans[low][0]), max(end, spans[high - 1][1])
    spans[low:high] = [(start, end)]


def handed_out(trace: Trace, nesting: Nesting) -> dict[Var, Var]:
    """Numbers that branches hand out, each with the one that was made, however deep inside.

        if c -> x.2:                                  x.1 and x.2 are x.0
          if d -> x.1: x.0 = sin(a); yield x.0
          else: yield undefined
          yield x.1
        else: yield undefined

    They have one name and are never alive at once; nothing else reads what is handed out.
    """
    found: dict[Var, Var] = {}
    for eqn in reversed(walk(trace.body)):
        if not isinstance(eqn, If) or eqn.caught or eqn in nesting.choices:
            continue
        made: set[Atom] = set()
        for out, first, second in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
            if first is not UNDEF and second is not UNDEF:
                continue
            atom = first if second is UNDEF else second
            if not isinstance(atom, Var) or nesting.uses.get(atom) != 1 or atom.name != out.name:
                continue
            made = made or {v for e in (*eqn.then.eqns, *eqn.orelse.eqns) for v in e.outs}
            number = isinstance(trace.kinds[atom], k.Scalar)
            if atom in made and number and atom not in nesting.inside:
                found[out] = found.get(atom, atom)
    return found


class Webs:
    """The web of every variable that has a name."""

    def __init__(
        self, trace: Trace, ranges: Ranges, nesting: Nesting, unnamed: Mapping[Var, object],
        roots: Mapping[Var, Var],
    ) -> None:  # fmt: skip
        self.webs: dict[Var, Web] = {}
        for var, spans in ranges.spans.items():
            if var not in unnamed:
                self.webs[var] = Web([var], spans, var.name)
        for var, root in roots.items():
            self.webs[var] = web = self.webs[root]
            web.members.append(var)
        self.roots = roots
        self.uses = nesting.uses
        for param in trace.params:
            if isinstance(param.tree, Var) and param.tree in self.webs:
                web = self.webs[param.tree]
                web.name, web.fixed = param.name, True
        self.grow(trace, ranges)

    def grow(self, trace: Trace, ranges: Ranges) -> None:
        eqns = list(walk(trace.body))
        loops = [eqn for eqn in eqns if isinstance(eqn, (For, While))]
        for loop in loops:
            for param, out in zip(loop.params, loop.outs):
                self.join(param, out)
        for eqn in eqns:
            if isinstance(eqn, Apply) and eqn.op in DESTRUCTIVE:
                self.destroy(eqn.outs[-1], eqn.args[0], ranges.places[eqn].at)
            elif isinstance(eqn, Call):
                for changed, operand in kept_outs(trace, eqn).items():
                    self.destroy(changed, operand, ranges.places[eqn].at)
        for loop in reversed(loops):
            end = behind(ranges.places[loop].ends[-1])
            for param, result in zip(loop.params, loop.body.results):
                leaves = loop.exits and result is loop.body.results[-1]
                self.flow(param, result, end if leaves else None)
        for eqn in reversed(eqns):
            if isinstance(eqn, If):
                for out, first, second in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                    if out not in self.roots:
                        self.flow(out, first)
                        self.flow(out, second)
        for loop in loops:
            for param, init in zip(loop.params, loop.inits):
                self.flow(param, init)
        for eqn in eqns:
            if isinstance(eqn, If) and eqn.caught:
                self.read_by_handlers(eqn, ranges)

    def read_by_handlers(self, attempt: If, ranges: Ranges) -> None:
        """What a handler reads keeps its name throughout the body, wherever that raises."""
        places = ranges.places[attempt]
        body = [(2 * places.starts[0], behind(places.ends[0]))]
        for atom in attempt.orelse.results:
            web = self.webs.get(atom) if isinstance(atom, Var) else None
            if web is not None:
                web.spans = union(web.spans, body)

    def destroy(self, changed: Var, operand: Atom, place: int) -> None:
        """x2 = write(x1, v, i) is x[i] = v; with two names, y = x; y[i] = v: y is not v then."""
        self.flow(changed, operand)
        if not isinstance(operand, Var) or self.webs.get(operand) is not self.webs[changed]:
            web = self.webs[changed]
            web.spans = union(web.spans, [(2 * place, behind(place))])

    def flow(self, target: Var, source: Atom, end: int | None = None) -> None:
        """The value of `source` goes to `target`: one web, if that can be.

        `source` may be read up to `end`, where `target` has its value already.
        """
        if not isinstance(source, Var):
            return
        first, second = self.webs.get(target), self.webs.get(source)
        if first is None or second is None or first is second:
            return
        named = first.name and second.name and first.name != second.name
        # A name of the user's gives way only where its value goes nowhere else.
        if named and (len(second.members) > 1 or second.fixed or self.uses.get(source, 0) > 1):
            return
        spans = second.spans
        if end is not None:
            spans = [(start, stop - (stop == end > start)) for start, stop in spans]
        if not overlap(first.spans, spans):
            self.join(target, source)

    def join(self, target: Var, source: Var) -> None:
        first, second = self.webs.get(target), self.webs.get(source)
        if first is None or second is None or first is second:
            return
        if len(second.members) > len(first.members):
            small, large = first, second
        else:
            small, large = second, first
        large.name = second.name if second.fixed else first.name or second.name
        large.fixed = first.fixed or second.fixed
        large.spans = union(first.spans, second.spans)
        large.members += small.members
        for var in small.members:
            self.webs[var] = large
