"""What an array still holds when its loop has ended is read there, and put on no tape.

    for i in range(n) carry x:            for i in range(n) carry x:
      v = getitem(x, :i)                    v = getitem(x, :i)
      t = f(v)                              t = f(v)
      x = write(x, t, i)          ->        x = write(x, t, i)
                                          for i in reversed(range(n)) carry x_bar:
                                            v = getitem(x_end, :i)
                                            t = getitem(x_end, i)

So it is where no write comes behind the reading, in its turn or in a later one, that may change an
element of what was read.  That is seen from the bounds of the loops and of the slices.  Where none
comes before it, an argument holds it of which the array began as a copy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from adcompile.rules import memory
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    For,
    If,
    Trace,
    Var,
    While,
    blocks,
    leaves,
    operands,
    walk,
)
from adcompile.trace.readers import every_block
from adcompile.transforms.regions import Region, Regions, Turns

NAME = "lasting"
WRITES = ("mem.write", "mem.accumulate")
COPIES = ("mem.copy", "mem.same", "numpy.copy")
FACTS = ("numpy.shape", "numpy.size", "numpy.ndim", "mem.dtype", "builtins.len")
MOST = 600  # pairs of a reading and a write that are compared in one loop


Path = tuple[tuple[For, int], ...]  # loops, each with the number of an equation of its body
Sides = tuple[tuple[If, int], ...]  # branches, each with the side that is taken


@dataclass(frozen=True, slots=True)
class Access:
    """Where an array is read or written: in which loops and branches, and where in each body."""

    eqn: Apply
    block: Block
    path: Path
    sides: Sides
    index: Atom

    def excludes(self, other: Access) -> bool:
        """Are they on two sides of a branch, so that a turn has but one of them?"""
        pairs = zip(self.sides, other.sides)
        return any(mine[0] is its[0] and mine[1] != its[1] for mine, its in pairs)


@dataclass(slots=True)
class Followed:
    """One array through a loop: what is read of it, and what is written to it."""

    first: Var
    current: Var
    reads: list[Access] = field(default_factory=list)
    writes: list[Access] = field(default_factory=list)
    versions: dict[Atom, None] = field(default_factory=dict)
    sides: Sides = ()


class _Lost(Exception):
    """The versions of an array do not follow one another."""


def lasting(trace: Trace) -> dict[Var, Apply]:
    """Equations that give variables of loops from the arrays at the end of the loops."""
    found: dict[Var, Apply] = {}
    given = {leaf: leaf for param in trace.params for leaf in leaves(param.tree)}
    for eqn in trace.body.eqns:
        if isinstance(eqn, For) and not any(map(_goes_again, (eqn, *walk(eqn.body)))):
            found.update(Accesses(eqn, trace.kinds).lasting(given))
        elif isinstance(eqn, Apply) and eqn.op in COPIES and eqn.args[0] in given:
            source = given[eqn.args[0]]
            if k.dtype_of(trace.kinds[eqn.out]) == k.dtype_of(trace.kinds.get(source)) == "float":  # type: ignore[arg-type]
                given[eqn.out] = source
    return found


def _kind(atom: Atom, kinds: Mapping[Var, k.Kind]) -> k.Kind:
    return kinds[atom] if isinstance(atom, Var) else k.of_constant(atom.value)


def _holds_numbers(kind: k.Kind | None) -> bool:
    """Is this an array, or a list of numbers?"""
    return isinstance(kind, k.Array) or (
        isinstance(kind, k.List) and isinstance(kind.item, k.Scalar)
    )


def _goes_again(eqn: object) -> bool:
    return isinstance(eqn, (For, While)) and eqn.pragma is not None


class Accesses:
    """What the turns of a loop read of arrays and write to them."""

    def __init__(
        self, loop: For, kinds: Mapping[Var, k.Kind], enclosing: tuple[For, ...] = (),
        outside: Mapping[Var, Apply] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self.loop = loop
        self.kinds = kinds
        self.defined: dict[Var, Apply] = {}
        self.homes: dict[Var, Block] = {}
        self._define(loop.body)
        self.regions = Regions(loop, {**outside, **self.defined}, kinds, enclosing)

    def _define(self, block: Block) -> None:
        for eqn in block.eqns:
            if isinstance(eqn, Apply):
                self.defined.update(dict.fromkeys(eqn.outs, eqn))
                self.homes.update(dict.fromkeys(eqn.outs, block))
            for inner in blocks(eqn):
                self._define(inner)

    def lasting(self, given: Mapping[Atom, Atom]) -> Iterator[tuple[Var, Apply]]:
        """The equations; `given` are arguments, and copies of them."""
        arrays = list(self.followed(_holds_numbers))
        if not any(self.depends(array) for _, array in arrays):
            return
        for out, array in arrays:
            begun = given.get(self.loop.inits[self.loop.params.index(array.first)])
            for read in array.reads:
                held: Atom | None = out if self.alone(read, array.writes, 1) else None
                if held is None and begun is not None and self.alone(read, array.writes, -1):
                    held = begun
                if held is not None:
                    args = held, read.index
                    yield read.eqn.out, Apply(read.eqn.outs, "mem.getitem", args, read.eqn.loc)
            yield from self.facts(array, out)
            for write in array.writes:
                value = write.eqn.args[1]
                if self.is_held(value, write) and self.alone(write, array.writes, 1):
                    assert isinstance(value, Var)
                    yield value, Apply((value,), "mem.getitem", (out, write.index), write.eqn.loc)

    def facts(self, array: Followed, out: Var) -> Iterator[tuple[Var, Apply]]:
        """The shapes of what is written in place, which never change."""
        for eqn in self.defined.values():
            if eqn.op in FACTS and eqn.args[0] in array.versions:
                yield eqn.out, Apply(eqn.outs, eqn.op, (out,), eqn.loc)

    def depends(self, array: Followed) -> bool:
        """May a turn read what another has written?"""
        return any(
            self.may_meet(read, write, Turns(0, order))
            for read in array.reads for write in array.writes for order in (1, -1)
        )  # fmt: skip

    def alone(self, access: Access, others: Iterable[Access], order: int) -> bool:
        """Does no other access behind (1) this one, or before it (-1), touch an element of it?"""
        for other in others:
            common = 0
            pairs = zip(access.path, other.path)
            while (pair := next(pairs, None)) and pair[0][0] is pair[1][0]:
                common += 1
            if any(self.may_meet(access, other, Turns(level, order)) for level in range(common)):
                return False
            mine, its = access.path[common - 1][1], other.path[common - 1][1]
            there = its == mine or (its > mine) == (order > 0)
            if not there or other is access or access.excludes(other):
                continue
            if self.may_meet(access, other, Turns(common, 0)):
                return False
        return True

    def may_meet(self, one: Access, other: Access, turns: Turns) -> bool:
        """May `other`, in turns that stand so to those of `one`, touch an element of `one`?"""
        return self.regions.may_meet(self.place(one), self.place(other), turns)

    def place(self, access: Access) -> Region:
        loops = tuple(loop for loop, _ in access.path)
        return Region(loops, self.regions.of_index(access.index))

    def is_held(self, value: Atom, write: Access) -> bool:
        """Does the array hold this very value where it was written?"""
        if write.eqn.op != "mem.write" or len(write.eqn.args) != 3 or not isinstance(value, Var):
            return False
        if value not in self.defined or self.homes[value] is not write.block:
            return False
        kind, whole = self.kinds.get(value), self.kinds.get(write.eqn.out)
        if isinstance(whole, k.List):
            return isinstance(kind, k.Scalar) and self.defined[value].op != "mem.getitem"
        if not isinstance(whole, k.Array) or k.dtype_of(kind) != whole.dtype or whole.dims is None:
            return False
        if whole.dtype != "float" or self.defined[value].op == "mem.getitem":
            return False
        index, atom = write.index, _kind(write.index, self.kinds)
        if any(map(memory.may_repeat, atom.items if isinstance(atom, k.Tuple) else (atom,))):
            return False
        held = memory.index_kind(whole.dtype, whole.dims, atom, index)
        if isinstance(kind, k.Array) and isinstance(held, k.Array):
            return held.dims is not None and kind.dims == held.dims
        return isinstance(kind, k.Scalar) and isinstance(held, k.Scalar)

    # following an array

    def arrays(self) -> Iterator[tuple[Var, Followed]]:
        """The arrays that are written to in the loop, each with its name behind it."""
        return self.followed(lambda kind: isinstance(kind, k.Array))

    def followed(self, is_asked: Callable[[k.Kind | None], bool]) -> Iterator[tuple[Var, Followed]]:
        """The arrays or lists that are written to, of the kinds that are asked for."""
        for param, result, out in zip(self.loop.params, self.loop.body.results, self.loop.outs):
            array = Followed(param, param)
            if not is_asked(self.kinds.get(param)) or param is result:
                continue
            try:
                self.follow(self.loop.body, array, ((self.loop, -1),))
            except _Lost:
                continue
            pairs = len(array.writes) * (len(array.reads) + len(array.writes))
            if array.current is result and pairs <= MOST and self.keeps_places(array):
                yield out, array

    def keeps_places(self, array: Followed) -> bool:
        """Are items where they were?  What is written to a slice of a list may move others."""
        if isinstance(self.kinds[array.first], k.Array):
            return True
        found = (access.index for access in (*array.reads, *array.writes))
        return all(isinstance(_kind(index, self.kinds), k.Scalar) for index in found)

    def only_accessed(self, array: Followed) -> bool:
        """Is the array never read as a whole, and no version of it but the last?"""
        known = [access.eqn for access in (*array.reads, *array.writes)]
        accesses = dict.fromkeys(known)
        for eqn in walk(self.loop.body):
            uses = sum(atom in array.versions for atom in operands(eqn))
            if uses and (uses > 1 or not (eqn in accesses or isinstance(eqn, For))):
                return False
        bodies = (block for block in every_block(self.loop.body))
        return all(sum(a in array.versions for a in body.results) <= 1 for body in bodies)

    def follow(self, block: Block, array: Followed, path: Path) -> None:
        seen = array.versions
        seen[array.current] = None
        for number, eqn in enumerate(block.eqns):
            here = (*path[:-1], (path[-1][0], number if path[-1][1] < 0 else path[-1][1]))
            match eqn:
                case Apply() if eqn.op in WRITES and eqn.args[0] in seen:
                    if eqn.args[0] is not array.current:
                        raise _Lost
                    array.writes.append(Access(eqn, block, here, array.sides, eqn.args[2]))
                    array.current = eqn.out
                case Apply() if eqn.op in memory.DESTRUCTIVE and eqn.args[0] in seen:
                    raise _Lost
                case Apply() if eqn.op == "mem.getitem" and eqn.args[0] is array.current:
                    array.reads.append(Access(eqn, block, here, array.sides, eqn.args[1]))
                case For() | While():
                    self.through(eqn, array, here)
                case If():
                    self.branches(eqn, array, here)
            seen[array.current] = None

    def through(self, eqn: For | While, array: Followed, path: Path) -> None:
        places = [n for n, init in enumerate(eqn.inits) if init is array.current]
        if isinstance(eqn, While) or len(places) > 1:
            if places:
                raise _Lost
            return
        if not places:
            before = array.current
            self.follow(eqn.body, array, (*path, (eqn, -1)))
            if array.current is not before:
                raise _Lost
            return
        array.current = eqn.params[places[0]]
        self.follow(eqn.body, array, (*path, (eqn, -1)))
        if eqn.body.results[places[0]] is not array.current:
            raise _Lost
        array.current = eqn.outs[places[0]]

    def branches(self, eqn: If, array: Followed, path: Path) -> None:
        before, around, ends = array.current, array.sides, []
        if eqn.caught:
            raise _Lost
        for side, block in enumerate((eqn.then, eqn.orelse)):
            array.current, array.sides = before, (*around, (eqn, side))
            self.follow(block, array, path)
            ends.append(array.current)
        array.sides = around
        pairs = list(zip(eqn.then.results, eqn.orelse.results))
        found = [n for n, pair in enumerate(pairs) if pair[0] is ends[0] and pair[1] is ends[1]]
        array.current = before
        if found:
            array.current = eqn.outs[found[0]]
        elif ends != [before, before]:
            raise _Lost

