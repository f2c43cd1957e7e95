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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from adcompile.simplify import common
from adcompile.simplify.joint import Facts, Pair, has_effect, merge, split, threaded, used
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Reverses,
    Trace,
    Tree,
    Var,
    free,
)
from adcompile.trace.substitute import substitute, substitute_tree
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
    """Makes the pairs of blocks one, with the joint functions that there are."""

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
        self.known = 0  # of how many kinds it is known whether they mention a length
        self.measured: list[Var] = []
        self.mapping: dict[Var, Atom] = {}

    def settled(self, block: Block) -> Block:
        """The block with its pairs made one, and what stands twice in it computed once."""
        return self.block(self._common(self._untaped(block)))

    def block(self, block: Block) -> Block:
        """The block with its pairs made one."""
        position = 0
        left = self._left(block)
        while left and position < len(block.eqns):
            new = self._step(block, position, left)
            if new is None:
                position += 1
            else:
                block, left = new, self._left(new)
        return block

    def _left(self, block: Block) -> dict[Var, int]:
        """Where the tapes are left that a partner may take up."""
        return {
            out: place
            for place, eqn in enumerate(block.eqns)
            if isinstance(eqn, (Call, If, For))
            for out in eqn.outs
            if self._is_tape(out)
        }

    def read_tree(self, tree: Tree) -> Tree:
        """A tree of the variables of a block as they are called now."""
        return substitute_tree(tree, self.mapping)

    def _step(self, block: Block, there: int, left: Mapping[Var, int]) -> Block | None:
        """The block with the equation at this position and its partner made one."""
        second = block.eqns[there]
        if isinstance(second, Apply):
            return None
        for here in dict.fromkeys(left[var] for var in reads(second) if var in left):
            first, places = block.eqns[here], (here, there)
            match second:
                case Call() if isinstance(first, Call):
                    return self._call(block, (first, second), places)
                case If() if isinstance(first, If) and first.cond is second.cond:
                    return self._one_branch(block, (first, second), places)
                case For():
                    facts = Facts(self.kinds, self.effects, self.adders)
                    pair = threaded(facts, first, second, places)
                    return self._one_loop(block, pair, facts) if pair is not None else None
        return None

    def _renamed(self, block: Block, mapping: Mapping[Var, Atom]) -> Block:
        for var, atom in self.mapping.items():
            if isinstance(atom, Var) and atom in mapping:
                self.mapping[var] = mapping[atom]
        self.mapping.update(mapping)
        return substitute(block, mapping)

    def _common(self, block: Block) -> Block:
        for var, kind in islice(self.kinds.items(), self.known, None):
            if not isinstance(kind, k.Scalar) or kind.length is not None:
                self.measured.append(var)
        self.known = len(self.kinds)
        return common.within(block, self.kinds, self.measured)

    # what is pushed and taken off

    def _untaped(self, block: Block) -> Block:
        """The block without what is pushed in it and taken off again."""
        pushes = {e.out: e for e in block.eqns if isinstance(e, Apply) and e.op == "mem.push"}
        for eqn in block.eqns:
            if isinstance(eqn, Apply) and eqn.op == "mem.unpush" and eqn.args[0] in pushes:
                push = pushes[eqn.args[0]]
                rest = [e for e in block.eqns if e is not push and e is not eqn]
                if push.out in used(rest, block.results):
                    continue
                before = dict(zip(eqn.outs, (*push.args[1:], push.args[0]), strict=True))
                return self._untaped(self._renamed(Block(tuple(rest), block.results), before))
        return block

    # branches

    def _one_branch(
        self, block: Block, pair: tuple[If, If], places: tuple[int, int]
    ) -> Block | None:
        (first, second), (here, there) = pair, places
        if first.caught or second.caught:
            return None
        late, stay = split(first, block.eqns[here + 1 : there])
        behind = {out for eqn in late for out in eqn.outs}
        if any(var in behind for var in reads(second)):
            return None
        if has_effect(first, self.effects) and any(has_effect(e, self.effects) for e in stay):
            return None
        others = used((e for e in block.eqns if e is not second), block.results)
        kept = [n for n, out in enumerate(first.outs) if out in others]
        sides = []
        for a, b in zip((first.then, first.orelse), (second.then, second.orelse)):
            b = substitute(b, dict(zip(first.outs, a.results)))
            results = (*(a.results[n] for n in kept), *b.results)
            sides.append(self.settled(Block((*a.eqns, *b.eqns), results)))
        outs = (*(first.outs[n] for n in kept), *second.outs)
        same = {
            out: x
            for out, x, y in zip(outs, sides[0].results, sides[1].results)
            if self._is_tape(out) and isinstance(x, Var) and x is y
        }
        keep = [n for n, out in enumerate(outs) if out not in same]
        then, orelse = (Block(s.eqns, tuple(s.results[n] for n in keep)) for s in sides)
        one = replace(first, outs=tuple(outs[n] for n in keep), then=then, orelse=orelse)
        eqns = (*block.eqns[:here], *stay, one, *late, *block.eqns[there + 1 :])
        return self._renamed(Block(eqns, block.results), same)

    def _is_tape(self, var: Var) -> bool:
        return isinstance(self.kinds[var], k.Tape)

    # loops

    def _one_loop(self, block: Block, pair: Pair, facts: Facts) -> Block | None:
        eqns = list(block.eqns)
        part = Trace("", (), block, (), self.kinds)  # type: ignore[arg-type]
        merged = merge(pair, eqns, block.results, lambda: Storages(part, {}), facts)
        if merged is None:
            return None
        place = [eqn in eqns for eqn in merged].index(False)
        while not isinstance(merged[place], For) or merged[place] in eqns:
            place += 1
        one = merged[place]
        assert isinstance(one, For)
        body = self.settled(one.body)
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
            body=self._renamed(body, inside),
        )
        return self._renamed(Block(tuple(merged), block.results), same)

    # calls

    def _call(
        self, block: Block, calls: tuple[Call, Call], places: tuple[int, int]
    ) -> Block | None:
        first, second = calls
        joined = self.joined.get(second.function)
        if joined is None or first.function != joined.link.forward:
            return None
        if first.outs[-joined.tapes :] != second.args[-joined.tapes :]:
            return None
        pair = CallPair(joined, first, second, *places)
        return self._one_call(block, pair) or self._again(block, pair)

    def _one_call(self, block: Block, pair: CallPair) -> Block | None:
        """The call of the joint function in place of the forward sweep."""
        between = block.eqns[pair.here + 1 : pair.there]
        behind = _behind(pair.first.outs, between)
        args, outs, moved = list(pair.own), list(pair.second.outs), dict(pair.left)
        for n, arg in enumerate(args):
            if arg not in behind:
                continue
            start = self._start(block, pair, n, behind)
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
        if any(has_effect(eqn, self.effects) for eqn in needed):
            return None
        call = Call(
            (*pair.first.outs[: -pair.tapes], *outs[: -pair.tapes]),
            pair.joined.name,
            (*pair.first.args[: -pair.tapes], *args),
            pair.first.loc,
        )
        self.calls += 1
        eqns = (*block.eqns[: pair.here], *needed, call, *rest, *block.eqns[pair.there + 1 :])
        return self._renamed(Block(eqns, block.results), moved)

    def _sum(self, pair: CallPair, n: int) -> int:
        """The number of the sum of an argument among the results of the reverse sweep."""
        return pair.joined.link.adds[n + len(pair.joined.link.given)]

    def _start(
        self, block: Block, pair: CallPair, n: int, behind: Mapping[Var, None]
    ) -> Var | None:
        """What an argument is the sum of and of terms that come later: the call may add first."""
        number, end = n + len(pair.joined.link.given), pair.own[n]
        if number not in self.adders.get(pair.second.function, {}) or not isinstance(end, Var):
            return None
        body = Block(block.eqns[pair.here + 1 : pair.there], (end,))
        later = used(block.eqns[pair.there + 1 :], block.results)
        for var in free(body):
            if var not in behind and self.kinds[var] == self.kinds[end]:
                sums = partial_sums(var, end, body, self.adders)
                if sums is not None:
                    return var if all(each not in later for each in sums[1:]) else None
        return None

    def _again(self, block: Block, pair: CallPair) -> Block | None:
        """The call of the primal, and where the seed is known the one of the joint function."""
        joined, first = pair.joined, pair.first
        if not self.late or has_effect(first, self.effects):
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
        return self._renamed(Block(tuple(eqns), block.results), pair.left)


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
