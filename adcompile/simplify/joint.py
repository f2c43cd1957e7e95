"""Two loops that meet in a tape become one: the reverse of a turn right after its forward.

    for i in range(n) carry s, tape:             for i in range(n) carry s, w_bar:
      r = dot(x[i], w)                             r = dot(x[i], w)
      tape = push(tape, r)                         s = s + r * r
      s = s + r * r                       ->       w_bar = w_bar + 2 * r * s_bar * x[i]
    for i in reversed(range(n)) carry w_bar, tape:
      r, tape = unpush(tape)
      w_bar = w_bar + 2 * r * s_bar * x[i]

Possible where the turns of the second loop only add to what they carry, and nothing that it reads
but the tape depends on the first.  What stands between the loops and reads the first moves behind.
So it is with a loop that goes through recurrences of the first again, instead of a tape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from operator import itemgetter
from typing import Any

from adcompile.rules import memory
from adcompile.simplify.dead import with_effects
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    Lit,
    Trace,
    Var,
    blocks,
    everywhere,
    free,
    walk,
)
from adcompile.trace.substitute import substitute
from adcompile.transforms.additive import Adders, all_sum_up, reads
from adcompile.transforms.again import CHEAP
from adcompile.transforms.storages import Storages

NAME = "joint"
SEEN = 4  # levels of operations by which recurrences are told apart
Reads = Callable[[Equation], Mapping[Var, None]]
COMMENT = Apply((), "mem.effect", (Lit("# both sweeps, turn by turn"),))


def joint(trace: Trace) -> Trace:
    """The trace with such pairs of loops made one."""
    effects = with_effects(trace)
    return everywhere(lambda each: _joint(each, Facts(each.kinds, effects, {})), trace)


@dataclass(frozen=True, slots=True)
class Facts:
    """Kinds of variables, the callees that have an effect, and the parameters that they add to."""

    kinds: Mapping[Var, k.Kind]
    effects: set[str]
    adders: Adders
    known: dict[Equation, dict[Var, None]] = field(default_factory=dict)

    def reads(self, eqn: Equation) -> dict[Var, None]:
        """What an equation and its blocks read."""
        if eqn not in self.known:
            self.known[eqn] = reads(eqn)
        return self.known[eqn]


def _joint(trace: Trace, facts: Facts) -> Trace:
    storages = cache(lambda: Storages(trace))
    eqns, results = list(trace.body.eqns), trace.body.results
    changed, position, loops = False, 0, _Loops()
    while position < len(eqns):
        merged = None
        second = eqns[position]
        if isinstance(second, For) and not second.exits:
            for pair in _pairs(facts, loops, eqns, position):
                merged = merge(pair, eqns, results, storages, facts)
                if merged is not None:
                    break
        if merged is not None:
            eqns, changed = merged, True
            loops = _Loops()
            for eqn in eqns[:position]:
                loops.add(eqn)
        else:
            loops.add(second)
            position += 1
    return replace(trace, body=Block(tuple(eqns), results)) if changed else trace


class _Loops:
    """The loops before a place: by what they leave, and by range and what they begin with."""

    def __init__(self) -> None:
        self.makers: dict[Atom, For] = {}
        self.alike: dict[object, dict[For, None]] = {}

    def add(self, eqn: Equation) -> None:
        if isinstance(eqn, For) and not eqn.exits:
            self.makers.update((out, eqn) for out in eqn.outs)
            for key in _keys(eqn):
                self.alike.setdefault(key, {})[eqn] = None

    def like(self, second: For) -> dict[For, None]:
        """Loops that may have recurrences of this one."""
        return {loop: None for key in _keys(second) for loop in self.alike.get(key, ())}


def _keys(loop: For) -> Iterator[object]:
    """What a recurrence has in common with an equal one: range, beginning, and operations."""
    made = {out: eqn for eqn in loop.body.eqns for out in eqn.outs}
    head = (*_typed((loop.start, loop.stop, loop.step)), loop.backward)
    for init, result in zip(loop.inits, loop.body.results):
        form = _form(result, loop, made, SEEN)
        if form is not None:
            yield *head, *_typed((init,)), form


def _form(atom: Atom, loop: For, made: Mapping[Var, Equation], levels: int) -> object:
    """How an atom of a turn is computed, some levels deep; None where it is not plain."""
    if isinstance(atom, Lit):
        return _typed((atom,))
    eqn = made.get(atom)
    if eqn is None:
        return "index" if atom is loop.index else "param" if atom in loop.params else atom
    if not isinstance(eqn, Apply) or not _is_plain(eqn):
        return None
    parts = [_form(arg, loop, made, levels - 1) for arg in eqn.args] if levels else []
    return None if None in parts else (eqn.op, *parts)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two loops, where they stand, and what the second takes from the turns of the first."""

    first: For
    second: For
    here: int
    there: int
    tape: tuple[int, int] | None  # its positions among what each carries
    same: dict[int, int]  # the recurrences of the second that are those of the first
    threads: dict[int, int] = field(default_factory=dict)  # tapes that callees fill and empty

    @property
    def new(self) -> list[int]:
        """The numbers of what the second carries of its own."""
        taken = {*self.same, *self.threads, *((self.tape[1],) if self.tape else ())}
        return [n for n in range(len(self.second.params)) if n not in taken]


def threaded(facts: Facts, first: Equation, second: For, places: tuple[int, int]) -> Pair | None:
    """Two loops as a pair, where the first leaves the second tapes of callees."""
    if not isinstance(first, For) or second.exits or not _same_range(first, second):
        return None
    met = {
        n: first.outs.index(atom)
        for n, atom in enumerate(second.inits)
        if isinstance(atom, Var) and atom in first.outs and _is_tape(facts, atom)
    }
    if first.backward == second.backward:
        return None
    pair = Pair(first, second, *places, None, {})
    local = [(m, n) for n, m in met.items() if _taken(pair, m, n) is not None]
    tape = local[0] if local else None
    threads = {n: m for n, m in met.items() if (m, n) != tape}
    return replace(pair, tape=tape, threads=threads) if threads else None


def _pairs(facts: Facts, loops: _Loops, eqns: list[Equation], there: int) -> Iterator[Pair]:
    """The loop at a position with the one that filled its tape, or has the same recurrences."""
    second = eqns[there]
    assert isinstance(second, For)
    tapes = [n for n, atom in enumerate(second.inits) if _is_tape(facts, atom)]
    makers = [loops.makers.get(second.inits[n]) for n in tapes]
    found = dict.fromkeys(loop for loop in makers if loop) if tapes else loops.like(second)
    for here, first in sorted(((eqns.index(loop), loop) for loop in found), key=itemgetter(0)):
        if not _same_range(first, second):
            continue
        for init in tapes:
            if second.inits[init] in first.outs and first.backward != second.backward:
                out = [var is second.inits[init] for var in first.outs].index(True)
                yield Pair(first, second, here, there, (out, init), {})
        if not tapes and first.backward == second.backward:
            same = _recurrences(first, second)
            if same:
                yield Pair(first, second, here, there, None, same)


def _is_tape(facts: Facts, atom: Atom) -> bool:
    return isinstance(atom, Var) and isinstance(facts.kinds[atom], k.Tape)


def _same_range(first: For, second: For) -> bool:
    ends = zip((first.start, first.stop, first.step), (second.start, second.stop, second.step))
    return not first.exits and all(a is b for a, b in ends)


def _recurrences(first: For, second: For) -> dict[int, int]:
    """What the second loop carries that begins and goes on as something that the first carries."""
    begun = {
        n: [m for m, other in enumerate(first.inits) if other is init or other == init]
        for n, init in enumerate(second.inits)
    }
    same = {n: found[0] for n, found in begun.items() if len(found) == 1}
    while same:
        known = _equal(first, second, same)
        good = {
            n: m
            for n, m in same.items()
            if _named(second.body.results[n], known) == first.body.results[m]
        }
        if good == same:
            break
        same = good
    return same


def _named(atom: Atom, known: Mapping[Var, Atom]) -> Atom:
    return known.get(atom, atom) if isinstance(atom, Var) else atom


def _equal(first: For, second: For, same: Mapping[int, int]) -> dict[Var, Atom]:
    """The variables of the second body with those of the first that have the same value."""
    known: dict[Var, Atom] = {second.index: first.index}
    known |= {second.params[n]: first.params[m] for n, m in same.items()}
    made = {
        (eqn.op, _typed(eqn.args)): eqn.outs[0]
        for eqn in reversed(first.body.eqns)
        if isinstance(eqn, Apply) and _is_plain(eqn)
    }
    for eqn in second.body.eqns:
        if isinstance(eqn, Apply) and _is_plain(eqn):
            equal = made.get((eqn.op, _typed(_named(arg, known) for arg in eqn.args)))
            if equal is not None:
                known[eqn.outs[0]] = equal
    return known


def _typed(atoms: Iterable[Atom]) -> tuple[object, ...]:
    """Atoms, with 1 and 1.0 two of them."""
    return tuple((type(a.value), repr(a.value)) if isinstance(a, Lit) else a for a in atoms)


def _is_plain(eqn: Apply) -> bool:
    """Does the equation, wherever it stands in the turn, give the same value again?"""
    return len(eqn.outs) == 1 and eqn.op in CHEAP


def merge(
    pair: Pair,
    eqns: list[Equation],
    results: tuple[Atom, ...],
    storages: Callable[[], Storages],
    facts: Facts,
) -> list[Equation] | None:
    """The equations with the pair made one, or None where that is not possible."""
    first, second = pair.first, pair.second
    if not _additive(pair, facts.adders):
        return None
    between = eqns[pair.here + 1 : pair.there]
    late, stay = split(first, between, facts.reads)
    dependent = {out for eqn in (first, *late) for out in eqn.outs}
    needs = [second.inits[n] for n in pair.new]
    if any(atom in dependent for atom in (*needs, *free(second.body))):
        return None
    if any(has_effect(eqn, facts.effects) for eqn in (first, second, *late)):
        return None
    read = used((eqn for eqn in eqns if eqn is not second), results, facts.reads)
    if not _only_tapes(pair, read):
        return None
    if any(second.outs[n] in read for n in pair.same):
        return None
    fused = None if _changes(first, stay, storages) else _fused(pair)
    if fused is None:
        return None
    before = [eqn for eqn in eqns[: pair.here] if not is_comment(eqn)]
    after = eqns[pair.there + 1 :]
    marks = [eqn for eqn in (*eqns[: pair.here], *stay) if is_comment(eqn)]
    stay = [eqn for eqn in stay if not is_comment(eqn)]
    return [
        *(marks[:1] if any(not _is_empty_tape(eqn) for eqn in before) else ()),
        *before,
        COMMENT,
        *stay,
        fused,
        *late,
        *(marks[-1:] if after else ()),
        *after,
    ]


def used(
    eqns: Iterable[Equation], results: Iterable[Atom], read: Reads = reads
) -> dict[Atom, None]:
    found: dict[Any, None] = dict.fromkeys(results)
    for eqn in eqns:
        found |= read(eqn)
    return found


def _is_empty_tape(eqn: Equation) -> bool:
    return isinstance(eqn, Apply) and eqn.op == "mem.tape"


def is_comment(eqn: Equation) -> bool:
    """Is this only a comment for the reader of the emitted text?"""
    if not isinstance(eqn, Apply) or eqn.op != "mem.effect" or not isinstance(eqn.args[0], Lit):
        return False
    return str(eqn.args[0].value).startswith("#")


def split(
    first: Equation, between: Iterable[Equation], read: Reads = reads
) -> tuple[list[Equation], list[Equation]]:
    """The equations between that depend on the first loop, and the others."""
    dependent = set(first.outs)
    late: list[Equation] = []
    stay: list[Equation] = []
    for eqn in between:
        if not read(eqn).keys().isdisjoint(dependent):
            late.append(eqn)
            dependent.update(eqn.outs)
        else:
            stay.append(eqn)
    return late, stay


def has_effect(eqn: Equation, effects: set[str]) -> bool:
    """Does something happen here that is more than a value?"""
    inner = (e for block in blocks(eqn) for e in walk(block))
    return any(happens(e, effects) for e in (eqn, *inner))


def happens(eqn: Equation, effects: set[str]) -> bool:
    """Does an equation, its blocks aside, do something that is more than a value?"""
    if isinstance(eqn, Call):
        return eqn.function in effects
    return isinstance(eqn, Apply) and eqn.op in memory.EFFECTS and not is_comment(eqn)


def _only_tapes(pair: Pair, read: Mapping[Atom, None]) -> bool:
    """Does nobody else read the tapes, full or, of their own, emptied?"""
    tapes = [pair.first.outs[n] for n in pair.threads.values()]
    if pair.tape:
        tapes += [pair.first.outs[pair.tape[0]], pair.second.outs[pair.tape[1]]]
    return not any(var in read for var in tapes)


def _changes(
    first: For, stay: Iterable[Equation], storages: Callable[[], Storages]
) -> bool:
    """Does an equation that the first loop moves behind overwrite what the loop reads?"""
    written = [
        inner.args[0]
        for eqn in stay
        for inner in (eqn, *(e for block in blocks(eqn) for e in walk(block)))
        if isinstance(inner, Apply) and inner.op in memory.DESTRUCTIVE
    ]
    if not written:
        return False
    known = storages()
    read = [var for var in reads(first) if known.overwritten(var)]
    return any(known.shared(array, var) for array in written for var in read)


def _additive(pair: Pair, adders: Adders) -> bool:
    """Do the turns of the second loop only add to what they carry of their own?"""
    params, results = pair.second.params, pair.second.body.results
    own = pair.new
    ends = [params[n] for n in own], [results[n] for n in own]
    return all_sum_up(*ends, pair.second.body, adders)


def _fused(pair: Pair) -> For | None:
    """The one loop."""
    first, second = pair.first, pair.second
    mapping: dict[Var, Atom] = {second.index: first.index}
    dropped: list[Equation] = []
    if pair.tape is not None:
        taken = _taken(pair, *pair.tape)
        if taken is None:
            return None
        push, pop = taken
        mapping.update(zip(pop.outs[:-1], push.args[1:], strict=True))
        dropped = [push, pop]
    if pair.same:
        mapping |= _equal(first, second, pair.same)
        dropped += [eqn for eqn in second.body.eqns if all(out in mapping for out in eqn.outs)]
    mapping.update((second.params[n], first.body.results[m]) for n, m in pair.threads.items())
    rest = Block(tuple(e for e in second.body.eqns if e not in dropped), second.body.results)
    rest = substitute(rest, mapping)
    gone = {*pair.threads.values(), *((pair.tape[0],) if pair.tape else ())}
    keep = [n for n in range(len(first.outs)) if n not in gone]
    more, threads = pair.new, pair.threads
    return replace(
        first,
        outs=(*(first.outs[n] for n in keep), *(second.outs[n] for n in (*more, *threads))),
        inits=(
            *(first.inits[n] for n in keep),
            *(second.inits[n] for n in more),
            *(first.inits[n] for n in threads.values()),
        ),
        params=(
            *(first.params[n] for n in keep),
            *(second.params[n] for n in more),
            *(first.params[n] for n in threads.values()),
        ),
        body=Block(
            (*(e for e in first.body.eqns if e not in dropped), *rest.eqns),
            (
                *(first.body.results[n] for n in keep),
                *(rest.results[n] for n in (*more, *threads)),
            ),
        ),
    )


def _taken(pair: Pair, out: int, init: int) -> tuple[Apply, Apply] | None:
    """The equations that put a turn's values on the tape, and that take them off."""
    first, second = pair.first, pair.second
    push = _maker(first.body, first.body.results[out], "mem.push")
    taken = [e for e in second.body.eqns if isinstance(e, Apply) and e.op == "mem.unpush"]
    pops = [e for e in taken if e.args[0] is second.params[init]]
    if push is None or push.args[0] is not first.params[out] or len(pops) != 1:
        return None
    return (push, pops[0]) if pops[0].outs[-1] is second.body.results[init] else None


def _maker(block: Block, atom: Atom, op: str) -> Apply | None:
    """The equation of a block that makes an atom, if it is this operation."""
    for eqn in block.eqns:
        if isinstance(eqn, Apply) and atom in eqn.outs:
            return eqn if eqn.op == op else None
    return None
