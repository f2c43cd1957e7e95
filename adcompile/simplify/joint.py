"""Two loops that meet in a tape only become one: the reverse of a turn right after its forward.

    for i in range(n) carry s, tape:             for i in range(n) carry s, w_bar:
      r = dot(x[i], w)                             r = dot(x[i], w)
      tape = push(tape, r)                         s = s + r * r
      s = s + r * r                       ->       w_bar = w_bar + 2 * r * s_bar * x[i]
    for i in reversed(range(n)) carry w_bar, tape:
      r, tape = unpush(tape)
      w_bar = w_bar + 2 * r * s_bar * x[i]

Possible where the turns of the second loop only add to what they carry, and nothing that it reads
but the tape depends on the first.  What stands between the loops and reads the first moves behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from adcompile.rules import memory
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
    Trace,
    Var,
    blocks,
    everywhere,
    free,
    operands,
    walk,
)
from adcompile.trace.substitute import substitute
from adcompile.transforms.storages import Storages

NAME = "joint"
COMMENT = Apply((), "mem.effect", (Lit("# both sweeps, turn by turn"),))
SUMS = ("operator.add", "operator.sub", "mem.accumulate", "mem.scatter_add")


def joint(trace: Trace) -> Trace:
    """The trace with such pairs of loops made one."""
    return everywhere(_joint, trace)


def _joint(trace: Trace) -> Trace:
    storages = Storages(trace)
    eqns, results = list(trace.body.eqns), trace.body.results
    changed, position = False, 0
    while position < len(eqns):
        pair = _pair(trace, eqns, position)
        merged = _merge(pair, eqns, results, storages) if pair else None
        if merged is not None:
            eqns, changed = merged, True
        else:
            position += 1
    return replace(trace, body=Block(tuple(eqns), results)) if changed else trace


@dataclass(frozen=True, slots=True)
class Pair:
    """Two loops, where they stand, and the positions of the tape among what each carries."""

    first: For
    second: For
    here: int
    there: int
    out: int
    init: int


def _pair(trace: Trace, eqns: Sequence[Equation], there: int) -> Pair | None:
    """The loop at a position with the one that filled its tape."""
    second = eqns[there]
    if not isinstance(second, For) or second.exits:
        return None
    for init, atom in enumerate(second.inits):
        if not isinstance(atom, Var) or not isinstance(trace.kinds[atom], k.Tape):
            continue
        for here, first in enumerate(eqns[:there]):
            if isinstance(first, For) and atom in first.outs:
                pair = Pair(first, second, here, there, first.outs.index(atom), init)
                return pair if _opposite(first, second) else None
    return None


def _opposite(first: For, second: For) -> bool:
    """Do the loops go through one range in opposite directions?"""
    ends = zip((first.start, first.stop, first.step), (second.start, second.stop, second.step))
    same = all(a is b or (isinstance(a, Lit) and a == b) for a, b in ends)
    return same and not first.exits and first.backward != second.backward


def _merge(
    pair: Pair, eqns: list[Equation], results: tuple[Atom, ...], storages: Storages
) -> list[Equation] | None:
    """The equations with the pair made one, or None where that is not possible."""
    first, second = pair.first, pair.second
    between = eqns[pair.here + 1 : pair.there]
    late, stay = _split(first, between)
    dependent = {out for eqn in (first, *late) for out in eqn.outs}
    needs = [atom for n, atom in enumerate(second.inits) if n != pair.init]
    if any(atom in dependent for atom in (*needs, *free(second.body))):
        return None
    if any(_has_effect(eqn) for eqn in (first, second, *late) if not _is_comment(eqn)):
        return None
    if not _only_tape(pair, eqns, results) or not _additive(pair):
        return None
    fused = None if _changes(first, stay, storages) else _fused(pair)
    if fused is None:
        return None
    before = [eqn for eqn in eqns[: pair.here] if not _is_comment(eqn)]
    after = eqns[pair.there + 1 :]
    marks = [eqn for eqn in (*eqns[: pair.here], *stay) if _is_comment(eqn)]
    stay = [eqn for eqn in stay if not _is_comment(eqn)]
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


def _is_empty_tape(eqn: Equation) -> bool:
    return isinstance(eqn, Apply) and eqn.op == "mem.tape"


def _is_comment(eqn: Equation) -> bool:
    """Is this only a comment for the reader of the emitted text?"""
    if not isinstance(eqn, Apply) or eqn.op != "mem.effect" or not isinstance(eqn.args[0], Lit):
        return False
    return str(eqn.args[0].value).startswith("#")


def _reads(eqn: Equation) -> dict[Var, None]:
    found = {atom: None for atom in operands(eqn) if isinstance(atom, Var)}
    for block in blocks(eqn):
        found |= free(block)
    return found


def _split(first: For, between: Iterable[Equation]) -> tuple[list[Equation], list[Equation]]:
    """The equations between that depend on the first loop, and the others."""
    dependent = set(first.outs)
    late: list[Equation] = []
    stay: list[Equation] = []
    for eqn in between:
        if any(var in dependent for var in _reads(eqn)):
            late.append(eqn)
            dependent.update(eqn.outs)
        else:
            stay.append(eqn)
    return late, stay


def _has_effect(eqn: Equation) -> bool:
    inner = (e for block in blocks(eqn) for e in walk(block))
    return any(
        isinstance(e, Call) or (isinstance(e, Apply) and e.op in memory.EFFECTS)
        for e in (eqn, *inner)
    )


def _only_tape(pair: Pair, eqns: Sequence[Equation], results: tuple[Atom, ...]) -> bool:
    """Does nobody else read the tape, full or emptied?"""
    tapes = (pair.first.outs[pair.out], pair.second.outs[pair.init])
    others = (eqn for eqn in eqns if eqn is not pair.second)
    read = any(var in _reads(eqn) for eqn in others for var in tapes)
    return not read and not any(atom in tapes for atom in results)


def _changes(first: For, stay: Iterable[Equation], storages: Storages) -> bool:
    """Does an equation that the first loop moves behind overwrite what the loop reads?"""
    read = [var for var in _reads(first) if storages.overwritten(var)]
    for eqn in stay:
        for inner in (eqn, *(e for block in blocks(eqn) for e in walk(block))):
            writes = isinstance(inner, Apply) and inner.op in memory.DESTRUCTIVE
            if writes and any(storages.shared(operands(inner)[0], var) for var in read):
                return True
    return False


def _additive(pair: Pair) -> bool:
    """Do the turns of the second loop only add to what they carry, the tape aside?"""
    second = pair.second
    uses = _uses(second.body)
    return all(
        _sums_up(param, result, second.body, uses)
        for n, (param, result) in enumerate(zip(second.params, second.body.results))
        if n != pair.init
    )


def _uses(block: Block) -> dict[Var, int]:
    """How often each variable is read, by equations and as a result of a block."""
    uses: dict[Var, int] = {}

    def count(atoms: Iterable[Atom]) -> None:
        for atom in atoms:
            if isinstance(atom, Var):
                uses[atom] = uses.get(atom, 0) + 1

    def inside(block: Block) -> None:
        count(block.results)
        for eqn in block.eqns:
            count(operands(eqn))
            for below in blocks(eqn):
                inside(below)

    inside(block)
    return uses


def _sums_up(start: Var, end: Atom, block: Block, uses: dict[Var, int]) -> bool:
    """Is `end` the sum of `start` and of terms that do not know it?"""
    current = start
    for eqn in block.eqns:
        if current is end:
            break
        if current not in _reads(eqn):
            continue
        following = _next(current, eqn, uses)
        if following is None:
            return False
        current = following
    return current is end and uses.get(current, 0) == 1


def _next(current: Var, eqn: Equation, uses: dict[Var, int]) -> Var | None:
    """The variable that is `current` and something more."""
    match eqn:
        case Apply() if uses.get(current) == 1 and eqn.op in SUMS:
            places = [n for n, arg in enumerate(eqn.args) if arg is current]
            return eqn.out if places == [0] or eqn.op == "operator.add" else None
        case If():
            found = [out for n, out in enumerate(eqn.outs) if _through(current, eqn, n, uses)]
            return found[0] if len(found) == 1 else None
        case For() if uses.get(current) == 1 and not eqn.exits and current in eqn.inits:
            n = eqn.inits.index(current)
            good = _sums_up(eqn.params[n], eqn.body.results[n], eqn.body, uses)
            return eqn.outs[n] if good else None
    return None


def _through(current: Var, eqn: If, n: int, uses: dict[Var, int]) -> bool:
    """Is the n-th out of an If `current` and something more, on both sides?"""
    both = (eqn.then, eqn.orelse)
    count = sum(_read_once(current, block) for block in both)
    good = all(_sums_up(current, block.results[n], block, {**uses, current: 1}) for block in both)
    return good and count == uses.get(current)


def _read_once(var: Var, block: Block) -> int:
    return _uses(block).get(var, 0)


def _fused(pair: Pair) -> For | None:
    """The one loop."""
    first, second = pair.first, pair.second
    push = _maker(first.body, first.body.results[pair.out], "mem.push")
    taken = [e for e in second.body.eqns if isinstance(e, Apply) and e.op == "mem.unpush"]
    pops = [e for e in taken if e.args[0] is second.params[pair.init]]
    if push is None or push.args[0] is not first.params[pair.out] or len(pops) != 1:
        return None
    if pops[0].outs[-1] is not second.body.results[pair.init]:
        return None
    mapping: dict[Var, Atom] = dict(zip(pops[0].outs[:-1], push.args[1:], strict=True))
    mapping[second.index] = first.index
    rest = Block(tuple(e for e in second.body.eqns if e is not pops[0]), second.body.results)
    rest = substitute(rest, mapping)
    keep = [n for n in range(len(first.outs)) if n != pair.out]
    more = [n for n in range(len(second.outs)) if n != pair.init]
    return replace(
        first,
        outs=(*(first.outs[n] for n in keep), *(second.outs[n] for n in more)),
        inits=(*(first.inits[n] for n in keep), *(second.inits[n] for n in more)),
        params=(*(first.params[n] for n in keep), *(second.params[n] for n in more)),
        body=Block(
            (*(e for e in first.body.eqns if e is not push), *rest.eqns),
            (*(first.body.results[n] for n in keep), *(rest.results[n] for n in more)),
        ),
    )


def _maker(block: Block, atom: Atom, op: str) -> Apply | None:
    """The equation of a block that makes an atom, if it is this operation."""
    for eqn in block.eqns:
        if isinstance(eqn, Apply) and atom in eqn.outs:
            return eqn if eqn.op == op else None
    return None
