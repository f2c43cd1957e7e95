"""A forward and a reverse sweep in one block: what the one leaves to the other by a tape meets.

    tape.1 = push(tape.0, v)                     (gone: w is v)
    w, tape.2 = unpush(tape.1)

    if c -> a, tape.1: ...                       if c -> a, x_bar: ...; ...
    if c -> x_bar, tape.2: ...

    for i in range(n) carry s, tape: ...         for i in range(n) carry s, x_bar: ...; ...
    for i in reversed(range(n)) carry x_bar, tape: ...

    v, tape.1 = call f_forward(x, tape.0)        v, x_bar = call f_joint(x, v_bar)
    x_bar, tape.2 = call f_reverse(x, v_bar, tape.1)

A tape that a callee is given and leaves is a stack: the second of a pair leaves it as the first
has found it.  Loops are made one on that ground, and the tape that they then still carry shows in
the end whether it was so for each turn.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from adcompile.simplify import common
from adcompile.simplify.joint import Facts, happens, merge, split, threaded, used
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    NOTHING,
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Node,
    Reverses,
    Trace,
    Tree,
    Var,
    While,
    blocks,
    free,
    map_tree,
    operands,
)
from adcompile.trace.kinds import Renamed
from adcompile.trace.substitute import rename, reread, substitute
from adcompile.trace.within import Within
from adcompile.transforms.additive import Adders, partial_sums, reads
from adcompile.transforms.storages import Storages


@dataclass(frozen=True, slots=True)
class Joined:
    """A joint function: its name, the sweeps that it stands for, and how many tapes they take.

    `adds` are the numbers of the parameters that it only adds to, with those of the sums.
    """

    name: str
    link: Reverses
    tapes: int
    adds: Mapping[int, int]


class Together:
    """Makes the pairs of blocks one, with the joint functions that there are.

    What is read instead of a variable is written into a block when its turn comes, so that what
    is inside of many blocks is not gone through for each of them.
    """

    def __init__(
        self, joined: Mapping[str, Joined], adders: Adders, effects: set[str],
        kinds: dict[Var, k.Kind], late: bool,
    ) -> None:  # fmt: skip
        self.joined = joined
        self.adders = adders
        self.effects = effects
        self.kinds = kinds
        self.late = late  # may a call be one of the primal, and be gone through again?
        self.calls = 0
        self.common = common.Common(kinds)
        self.mapping = self.common.mapping  # what is read instead of a variable
        self.within = Within()
        self.effective: dict[Equation, bool] = {}
        self.done: dict[Equation, None] = {}  # what they read inside is written

    def settled(self, block: Block) -> Block:
        """The block with its pairs made one, and what stands twice in it computed once."""
        return self._common(self._inside(self._common(block), ()))

    def block(self, block: Block) -> Block:
        """The block with its pairs made one."""
        eqns, position = list(block.eqns), 0
        left = self._left(eqns)
        while left and position < len(eqns):
            eqns[position] = self._read(eqns[position])
            new = self._step(eqns, block.results, position, left)
            if new is None:
                position += 1
            else:
                eqns, left = new, self._left(new)
        return Block(tuple(map(self._written, eqns)), self._atoms(block.results))

    def _inside(self, block: Block, before: Iterable[Equation]) -> Block:
        """The block with its pairs made one, without what stands twice in it, or before it."""
        eqns = self._untaped(block)
        outer = self.common.enter()
        self.common.remember(before)
        own = self.common.enter()
        names = self.common.names = {}
        once: list[Equation] = []
        for eqn in map(self._read, eqns):
            new = self.common.apply(eqn) if isinstance(eqn, Apply) else eqn
            if new is not None:
                once.append(new)
        self.common.leave(own)
        made = self.block(Block(tuple(once), block.results))
        self.common.leave(outer)
        return rename(Trace("", (), made, NOTHING, self.kinds), names, self.kinds).body

    def _left(self, eqns: Iterable[Equation]) -> dict[Var, int]:
        """Where the tapes are left that a partner may take up."""
        return {
            out: place
            for place, eqn in enumerate(eqns)
            if isinstance(eqn, (Call, If, For))
            for out in eqn.outs
            if self._is_tape(out)
        }

    # what is read

    def read_tree(self, tree: Tree) -> Tree:
        """A tree of the variables of a block as they are called now."""
        return map_tree(self._atom, tree)

    def _atom(self, atom: Atom) -> Atom:
        while atom in self.mapping:
            atom = self.mapping[atom]
        return atom

    def _atoms(self, atoms: tuple[Atom, ...]) -> tuple[Atom, ...]:
        return tuple(map(self._atom, atoms)) if any(a in self.mapping for a in atoms) else atoms

    def _read(self, eqn: Equation) -> Equation:
        """The equation with what it reads now, its blocks aside."""
        atoms = self._atoms(operands(eqn))
        match eqn:
            case Apply():
                return eqn.reading(atoms)
            case Call():
                return eqn if atoms is eqn.args else replace(eqn, args=atoms)
            case If():
                return eqn.having(atoms[0], eqn.then, eqn.orelse)
            case For():
                return eqn.having(atoms[:-3], atoms[-3:], eqn.body)
            case While():
                return eqn.having(atoms, eqn.cond, eqn.body)

    def _written(self, eqn: Equation) -> Equation:
        """The equation with what it and its blocks read now."""
        if isinstance(eqn, (Apply, Call)):
            return self._read(eqn)
        return eqn if eqn in self.done else reread(Block((eqn,), ()), self._atoms).eqns[0]

    def _reads(self, eqn: Equation) -> dict[Var, None]:
        """What an equation and its blocks read."""
        atoms = map(self._atom, self.within.reads(eqn))
        return {atom: None for atom in atoms if isinstance(atom, Var)}

    def _has_effect(self, eqn: Equation) -> bool:
        """Does something happen here that is more than a value?"""
        found = self.effective.get(eqn)
        if found is None:
            inside = any(self._has_effect(e) for block in blocks(eqn) for e in block.eqns)
            found = self.effective[eqn] = inside or happens(eqn, self.effects)
        return found

    def _common(self, block: Block) -> Block:
        new = {var: atom for var in self.mapping if isinstance(atom := self._atom(var), Var)}
        renamed = Renamed(new)
        measured = {
            var: renamed(kind)
            for var, kind in self.kinds.items()
            if not isinstance(kind, k.Scalar) or kind.length is not None
        }
        self.kinds.update(measured)
        return common.within(block, self.kinds, measured)

    # what is pushed and taken off

    def _untaped(self, block: Block) -> tuple[Equation, ...]:
        """The equations of a block without what is pushed in it and taken off again."""
        pushes: dict[Atom, Apply] = {
            e.out: e for e in block.eqns if isinstance(e, Apply) and e.op == "mem.push"
        }
        if not pushes:
            return block.eqns
        uses = Counter(self._atoms(block.results))
        for eqn in block.eqns:
            uses.update(list(self._reads(eqn)))
        gone: dict[Equation, None] = {}
        for eqn in block.eqns:
            if not isinstance(eqn, Apply) or eqn.op != "mem.unpush":
                continue
            tape = self._atom(eqn.args[0])
            push = pushes.get(tape)
            if push is None or uses[tape] > 1:
                continue
            before = self._atom(push.args[0])
            values = (*map(self._atom, push.args[1:]), before)
            self.mapping.update(zip(eqn.outs, values, strict=True))
            uses[before] += uses[eqn.outs[-1]] - 1
            gone |= {push: None, eqn: None}
        return tuple(eqn for eqn in block.eqns if eqn not in gone)

    # pairs

    def _step(
        self, eqns: list[Equation], results: tuple[Atom, ...], there: int, left: Mapping[Var, int]
    ) -> list[Equation] | None:
        """The equations with the one at this position and its partner made one."""
        second = eqns[there]
        if isinstance(second, Apply):
            return None
        block = Block(tuple(eqns), self._atoms(results))
        for here in dict.fromkeys(left[var] for var in self._reads(second) if var in left):
            first, places = eqns[here], (here, there)
            match second:
                case Call() if isinstance(first, Call):
                    return self._call(block, (first, second), places)
                case If() if isinstance(first, If) and first.cond is second.cond:
                    return self._one_branch(block, (first, second), places)
                case For():
                    return self._one_loop(block, (first, second), places)
        return None

    def _is_tape(self, var: Var) -> bool:
        return isinstance(self.kinds[var], k.Tape)

    # branches

    def _one_branch(
        self, block: Block, pair: tuple[If, If], places: tuple[int, int]
    ) -> list[Equation] | None:
        (first, second), (here, there) = pair, places
        if first.caught or second.caught:
            return None
        late, stay = split(first, block.eqns[here + 1 : there], self._reads)
        behind = {out for eqn in late for out in eqn.outs}
        if any(var in behind for var in self._reads(second)):
            return None
        if self._has_effect(first) and any(map(self._has_effect, stay)):
            return None
        rest = (e for e in block.eqns if e is not second)
        others = used(rest, block.results, self._reads)
        kept = [n for n, out in enumerate(first.outs) if out in others]
        before = (*block.eqns[:here], *stay)
        sides = []
        for a, b in zip((first.then, first.orelse), (second.then, second.orelse)):
            self.mapping.update(zip(first.outs, a.results))
            results = (*(a.results[n] for n in kept), *b.results)
            sides.append(self._inside(Block((*a.eqns, *b.eqns), results), before))
        for out in first.outs:
            del self.mapping[out]
        outs = (*(first.outs[n] for n in kept), *second.outs)
        same = {
            out: x
            for out, x, y in zip(outs, sides[0].results, sides[1].results)
            if self._is_tape(out) and isinstance(x, Var) and x is y
        }
        keep = [n for n, out in enumerate(outs) if out not in same]
        then, orelse = (Block(s.eqns, tuple(s.results[n] for n in keep)) for s in sides)
        one = replace(first, outs=tuple(outs[n] for n in keep), then=then, orelse=orelse)
        self.done[one] = None
        self.mapping.update(same)
        return [*before, one, *late, *block.eqns[there + 1 :]]

    # loops

    def _one_loop(
        self, block: Block, loops: tuple[Equation, For], places: tuple[int, int]
    ) -> list[Equation] | None:
        facts = Facts(self.kinds, self.effects, self.adders)
        if threaded(facts, *loops, places) is None:
            return None
        written = [self._written(eqn) for eqn in block.eqns]
        first, second = (written[place] for place in places)
        assert isinstance(second, For)
        pair = threaded(facts, first, second, places)
        assert pair is not None
        body = Block(tuple(written), block.results)
        part = Trace("", (), body, Node("tuple", (), ()), self.kinds)
        merged = merge(pair, written, block.results, lambda: Storages(part, {}), facts)
        if merged is None:
            return None
        place = [eqn in written for eqn in merged].index(False)
        while not isinstance(merged[place], For) or merged[place] in written:
            place += 1
        one = merged[place]
        assert isinstance(one, For)
        body = self._inside(one.body, merged[:place])
        same = {
            one.outs[n]: one.inits[n]
            for n, (param, result) in enumerate(zip(one.params, body.results))
            if self._is_tape(param) and result is param
        }
        keep = [n for n, out in enumerate(one.outs) if out not in same]
        inside = {one.params[n]: one.inits[n] for n, out in enumerate(one.outs) if out in same}
        body = Block(body.eqns, tuple(body.results[n] for n in keep))
        merged[place] = replace(
            one,
            outs=tuple(one.outs[n] for n in keep),
            inits=tuple(one.inits[n] for n in keep),
            params=tuple(one.params[n] for n in keep),
            body=substitute(body, inside),
        )
        self.done[merged[place]] = None
        self.mapping.update((*same.items(), *inside.items()))
        return merged

    # calls

    def _call(
        self, block: Block, calls: tuple[Call, Call], places: tuple[int, int]
    ) -> list[Equation] | None:
        first, second = calls
        joined = self.joined.get(second.function)
        if joined is None or first.function != joined.link.forward:
            return None
        if first.outs[-joined.tapes :] != second.args[-joined.tapes :]:
            return None
        pair = CallPair(joined, first, second, *places)
        return self._one_call(block, pair) or self._again(block, pair)

    def _one_call(self, block: Block, pair: CallPair) -> list[Equation] | None:
        """The call of the joint function in place of the forward sweep."""
        between = tuple(map(self._written, block.eqns[pair.here + 1 : pair.there]))
        behind = _behind(pair.first.outs, between)
        args, outs, moved = list(pair.own), list(pair.second.outs), dict(pair.left)
        for n, arg in enumerate(args):
            if arg not in behind:
                continue
            start = self._start(block, between, pair, n, behind)
            if start is None:
                return None
            out = self._sum(pair, n)
            assert isinstance(arg, Var)
            args[n], moved[outs[out]] = start, arg
            outs[out] = Var(outs[out].name)
            self.kinds[outs[out]] = self.kinds[arg]
            between = substitute(Block(between, ()), {start: outs[out]}).eqns
        needed = _makers([*args], between)
        rest = tuple(eqn for eqn in between if eqn not in needed)
        if any(map(self._has_effect, needed)):
            return None
        call = Call(
            (*pair.first.outs[: -pair.tapes], *outs[: -pair.tapes]),
            pair.joined.name,
            (*pair.first.args[: -pair.tapes], *args),
            pair.first.loc,
        )
        self.calls += 1
        self.mapping.update(moved)
        return [*block.eqns[: pair.here], *needed, call, *rest, *block.eqns[pair.there + 1 :]]

    def _sum(self, pair: CallPair, n: int) -> int:
        """The number of the sum of an argument among the results of the reverse sweep."""
        return pair.joined.link.adds[n + len(pair.joined.link.given)]

    def _start(
        self, block: Block, between: tuple[Equation, ...], pair: CallPair, n: int,
        behind: Mapping[Var, None],
    ) -> Var | None:  # fmt: skip
        """What an argument is the sum of and of terms that come later: the call may add first."""
        number, end = n + len(pair.joined.link.given), pair.own[n]
        if number not in self.adders.get(pair.second.function, {}) or not isinstance(end, Var):
            return None
        body = Block(between, (end,))
        later = used(block.eqns[pair.there + 1 :], block.results, self._reads)
        for var in free(body):
            if var not in behind and self.kinds[var] == self.kinds[end]:
                sums = partial_sums(var, end, body, self.adders)
                if sums is not None:
                    return var if all(each not in later for each in sums[1:]) else None
        return None

    def _again(self, block: Block, pair: CallPair) -> list[Equation] | None:
        """The call of the primal, and where the seed is known the one of the joint function."""
        joined, first = pair.joined, pair.first
        if not self.late or self._has_effect(first):
            return None
        outs = first.outs[: -pair.tapes]
        fresh = [Var(out.name) for out in outs]
        self.kinds.update(zip(fresh, (self.kinds[out] for out in outs)))
        value = Call(outs, joined.link.primal, first.args[: -pair.tapes], first.loc)
        both = Call(
            (*fresh, *pair.second.outs[: -pair.tapes]),
            joined.name,
            (*first.args[: -pair.tapes], *pair.own),
            first.loc,
        )
        self.calls += 1
        eqns = list(block.eqns)
        eqns[pair.here], eqns[pair.there] = value, both
        self.mapping.update(pair.left)
        return eqns


@dataclass(frozen=True, slots=True)
class CallPair:
    """The calls of two sweeps, and where they stand."""

    joined: Joined
    first: Call
    second: Call
    here: int
    there: int

    @property
    def tapes(self) -> int:
        return self.joined.tapes

    @property
    def own(self) -> tuple[Atom, ...]:
        """What the reverse sweep is given and the forward sweep is not: seeds, and sums so far."""
        return self.second.args[len(self.joined.link.given) : -self.tapes]

    @property
    def left(self) -> dict[Var, Atom]:
        """The tapes that are left, as they were before the two."""
        return dict(zip(self.second.outs[-self.tapes :], self.first.args[-self.tapes :]))


def _behind(first: Iterable[Var], eqns: Iterable[Equation]) -> dict[Var, None]:
    """Variables, and those that depend on them."""
    found = dict.fromkeys(first)
    for eqn in eqns:
        if any(var in found for var in reads(eqn)):
            found.update(dict.fromkeys(eqn.outs))
    return found


def _makers(wanted: Iterable[Atom], eqns: Sequence[Equation]) -> list[Equation]:
    """The equations that make these atoms, in order."""
    needed = {atom: None for atom in wanted if isinstance(atom, Var)}
    found: list[Equation] = []
    for eqn in reversed(eqns):
        if any(out in needed for out in eqn.outs):
            found.append(eqn)
            needed.update(reads(eqn))
    found.reverse()
    return found
