"""What an array still holds when its loop has ended is read there, and put on no tape.

    for i in range(n) carry x:            for i in range(n) carry x:
      v = getitem(x, :i)                    v = getitem(x, :i)
      t = f(v)                              t = f(v)
      x = write(x, t, i)          ->        x = write(x, t, i)
                                          for i in reversed(range(n)) carry x_bar:
                                            v = getitem(x_end, :i)
                                            t = getitem(x_end, i)

So it is where no write comes behind the reading, in its turn or in a later one, that may change an
element of what was read.  That is seen from the bounds of the loops and of the slices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from adcompile.rules import memory
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, For, If, Trace, Var, While, blocks, walk
from adcompile.transforms.regions import Region, Regions, Turns

NAME = "lasting"
WRITES = ("mem.write", "mem.accumulate")
MOST = 600  # pairs of a reading and a write that are compared in one loop


Path = tuple[tuple[For, int], ...]  # loops, each with the number of an equation of its body


@dataclass(frozen=True, slots=True)
class Access:
    """Where an array is read or written: in which loops, and where in the body of each."""

    eqn: Apply
    block: Block
    path: Path
    index: Atom


@dataclass(slots=True)
class _Array:
    """One array through a loop: what is read of it, and what is written to it."""

    current: Var
    reads: list[Access] = field(default_factory=list)
    writes: list[Access] = field(default_factory=list)


class _Lost(Exception):
    """The versions of an array do not follow one another."""


def lasting(trace: Trace) -> dict[Var, Apply]:
    """Equations that give variables of loops from the arrays at the end of the loops."""
    found: dict[Var, Apply] = {}
    for eqn in trace.body.eqns:
        if isinstance(eqn, For) and not any(_goes_again(inner) for inner in walk(eqn.body)):
            if eqn.pragma is None:
                found.update(_Loop(eqn, trace.kinds).lasting())
    return found


def _goes_again(eqn: object) -> bool:
    return isinstance(eqn, (For, While)) and eqn.pragma is not None


class _Loop:
    def __init__(self, loop: For, kinds: Mapping[Var, k.Kind]) -> None:
        self.loop = loop
        self.kinds = kinds
        self.defined: dict[Var, Apply] = {}
        self.homes: dict[Var, Block] = {}
        self._define(loop.body)
        self.regions = Regions(loop, self.defined)

    def _define(self, block: Block) -> None:
        for eqn in block.eqns:
            if isinstance(eqn, Apply):
                self.defined.update(dict.fromkeys(eqn.outs, eqn))
                self.homes.update(dict.fromkeys(eqn.outs, block))
            for inner in blocks(eqn):
                self._define(inner)

    def lasting(self) -> Iterator[tuple[Var, Apply]]:
        arrays = list(self.arrays())
        pairs = sum(len(a.writes) * (len(a.reads) + len(a.writes)) for _, a in arrays)
        if pairs > MOST or not any(self.depends(array) for _, array in arrays):
            return
        for out, array in arrays:
            for read in array.reads:
                if self.lasts(read, array):
                    yield read.eqn.out, Apply(
                        read.eqn.outs, "mem.getitem", (out, read.index), read.eqn.loc
                    )
            for write in array.writes:
                value = write.eqn.args[1]
                if self.is_held(value, write) and self.lasts(write, array):
                    assert isinstance(value, Var)
                    yield value, Apply((value,), "mem.getitem", (out, write.index), write.eqn.loc)

    def depends(self, array: _Array) -> bool:
        """May a turn read what another has written?"""
        return any(
            self.may_meet(read, write, Turns(0, order))
            for read in array.reads for write in array.writes for order in (1, -1)
        )  # fmt: skip

    def lasts(self, access: Access, array: _Array) -> bool:
        """Does no write behind this access change an element of it?"""
        for write in array.writes:
            common = 0
            pairs = zip(access.path, write.path)
            while (pair := next(pairs, None)) and pair[0][0] is pair[1][0]:
                common += 1
            if any(self.may_meet(access, write, Turns(level, 1)) for level in range(common)):
                return False
            last = common - 1
            behind = write.path[last][1] >= access.path[last][1] and write is not access
            if behind and self.may_meet(access, write, Turns(common, 0)):
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
        if write.eqn.op != "mem.write" or not isinstance(value, Var):
            return False
        if value not in self.defined or self.homes[value] is not write.block:
            return False
        kind, whole = self.kinds.get(value), self.kinds.get(write.eqn.out)
        if not isinstance(whole, k.Array) or k.dtype_of(kind) != whole.dtype or whole.dims is None:
            return False
        if whole.dtype != "float" or self.defined[value].op == "mem.getitem":
            return False
        index = write.index
        atom = self.kinds[index] if isinstance(index, Var) else k.of_constant(index.value)
        held = memory.index_kind(whole.dtype, whole.dims, atom, index)
        if isinstance(kind, k.Array) and isinstance(held, k.Array):
            return held.dims is not None and kind.dims == held.dims
        return isinstance(kind, k.Scalar) and isinstance(held, k.Scalar)

    # following an array

    def arrays(self) -> Iterator[tuple[Var, _Array]]:
        """The arrays that are written to in the loop, each with its name behind it."""
        for param, result, out in zip(self.loop.params, self.loop.body.results, self.loop.outs):
            array = _Array(param)
            if not isinstance(self.kinds.get(param), k.Array) or param is result:
                continue
            try:
                self.follow(self.loop.body, array, ((self.loop, -1),))
            except _Lost:
                continue
            if array.current is result:
                yield out, array

    def follow(self, block: Block, array: _Array, path: Path) -> None:
        seen: dict[Var, None] = {array.current: None}
        for number, eqn in enumerate(block.eqns):
            here = (*path[:-1], (path[-1][0], number if path[-1][1] < 0 else path[-1][1]))
            match eqn:
                case Apply() if eqn.op in WRITES and eqn.args[0] in seen:
                    if eqn.args[0] is not array.current:
                        raise _Lost
                    array.writes.append(Access(eqn, block, here, eqn.args[2]))
                    array.current = eqn.out
                case Apply() if eqn.op in memory.DESTRUCTIVE and eqn.args[0] in seen:
                    raise _Lost
                case Apply() if eqn.op == "mem.getitem" and eqn.args[0] is array.current:
                    array.reads.append(Access(eqn, block, here, eqn.args[1]))
                case For() | While():
                    self.through(eqn, array, here)
                case If():
                    self.branches(eqn, array, here)
            seen[array.current] = None

    def through(self, eqn: For | While, array: _Array, path: Path) -> None:
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

    def branches(self, eqn: If, array: _Array, path: Path) -> None:
        before, ends = array.current, []
        if eqn.caught:
            raise _Lost
        for block in (eqn.then, eqn.orelse):
            array.current = before
            self.follow(block, array, path)
            ends.append(array.current)
        pairs = list(zip(eqn.then.results, eqn.orelse.results))
        found = [n for n, pair in enumerate(pairs) if pair[0] is ends[0] and pair[1] is ends[1]]
        array.current = before
        if found:
            array.current = eqn.outs[found[0]]
        elif ends != [before, before]:
            raise _Lost

