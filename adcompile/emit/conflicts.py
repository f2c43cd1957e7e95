"""Where writing in place would change something that is still needed, and which copy prevents it.

    v = A[1:-1]                       v = A[1:-1].copy()        the alias is copied where it begins
    A[0] = x                    ->    A[0] = x
    y = f(v)                          y = f(v)

An object may be destroyed if this function made it, and nothing that is read later shares it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

from adcompile.emit.alias import EXTERNAL, VIEWS, Objects
from adcompile.emit.decided import Copy, Facts
from adcompile.emit.exits import made_last
from adcompile.emit.loans import Loans
from adcompile.emit.owners import is_callee
from adcompile.emit.ranges import behind, ranges
from adcompile.emit.taken import are_apart, stays
from adcompile.emit.tapes import Tapes
from adcompile.rules import table
from adcompile.rules.memory import DESTRUCTIVE
from adcompile.trace import kinds as k
from adcompile.trace.exchanges import are_exchanged, is_write
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Trace,
    Var,
    While,
    blocks,
)

NOBODY: Mapping[int, None] = MappingProxyType({})
NOTHING: Objects = frozenset()
HOLDING = ("mem.list", "mem.tuple", "mem.dict", "mem.append", "mem.write")
STORING = (*HOLDING, "mem.push")


class Conflicts:
    """Finds the copies that a trace needs; `copies` are those of one round."""

    def __init__(self, trace: Trace, simple: bool = False) -> None:
        self.trace = trace
        self.simple = simple
        self.ranges = ranges(trace)
        self.loans = Loans(trace, self.ranges)
        self.defined = self.loans.defined
        self.facts = Facts(trace, self.loans)
        self.aliases = self.facts.aliases
        self.holders = self.facts.holders
        self.tapes = Tapes(trace, self.aliases, self.loans)
        self.homes: dict[Equation, int] = {}
        self._house(trace.body)
        self.touched: set[int] = set()
        self.copies: dict[Copy, None] = {}
        self.destroyed: dict[int, None] = {}
        self.twice: list[tuple[Copy, Objects]] = []
        self.left: list[tuple[Objects, Objects]] = []
        self._block(trace.body)
        if is_callee(trace):  # a caller may change what it is given back
            given = NOTHING.union(*(self.aliases[atom].reach for atom in trace.body.results))
            self.destroyed.update(dict.fromkeys(self._first(given - {EXTERNAL})))
        if not self.copies:  # what is copied for another reason may not be held twice any more
            self.copies |= {copy: None for copy, held in self.twice if self._is_destroyed(held)}

    def _block(self, block: Block) -> None:
        """Go through the program in its order, with the facts."""
        for eqn in block.eqns:
            if isinstance(eqn, If):
                self._block(eqn.then)
                self._block(eqn.orelse)
            self.facts.follow(eqn)
            self._visit(eqn)
            if isinstance(eqn, (For, While)):
                for inner in blocks(eqn):
                    self._block(inner)

    def _visit(self, eqn: Equation) -> None:
        if isinstance(eqn, Apply):
            if eqn.op in HOLDING:
                self._stored(eqn)
            if eqn.op in DESTRUCTIVE:
                self._destroyed(eqn)
        elif isinstance(eqn, Call):
            self._handed(eqn)
        elif isinstance(eqn, (For, While)):
            self._carried(eqn)
            inside = self.aliases.killed_within(eqn)
            self.destroyed.update(dict.fromkeys(self._first(inside)))
            self._left(eqn)

    def _house(self, block: Block) -> None:
        """Number the blocks; find the block of each equation."""
        number = len(self.homes)
        for eqn in block.eqns:
            self.homes[eqn] = number
            for inner in () if isinstance(eqn, Apply) else blocks(eqn):
                self._house(inner)

    def _stored(self, eqn: Apply) -> None:
        """What a list or tuple would hold twice is copied as it is put in.

            x[0] = x[1]                 x[0] = x[1].copy()
            x[1] *= 3           ->      x[1] *= 3
        """
        kind = self.trace.kinds.get(eqn.outs[-1])
        if not isinstance(kind, (k.List, k.Dict, k.Tuple)):
            return
        if is_write(eqn) and self._is_exchange(eqn):
            return
        container = eqn.op in DESTRUCTIVE
        args = self.facts.given(eqn)
        held = self.aliases[args[0]].reach if container else NOTHING
        for n in range(1, 2) if container else range(len(args)):
            mine = self.aliases[args[n]].all
            if container or not self._are_apart(args[n], args[:n]):
                self.twice += self._parts(eqn, n, held & mine, eqn)
            held |= mine

    def _are_apart(self, arg: Atom, others: Sequence[Atom]) -> bool:
        """Is what is put in beside these something else than any that shares memory with it?"""
        mine = self.aliases[arg].all
        return all(
            are_apart(arg, other, self.makers, self.trace.kinds)
            for other in others
            if not mine.isdisjoint(self.aliases[other].all)
        )

    def _parts(
        self, eqn: Apply, n: int, objects: Objects, write: Apply
    ) -> Iterator[tuple[Copy, Objects]]:
        """The n-th operand, or what is put into it, with those of the objects that it holds.

        What the write puts where it has been is not there twice.
        """
        arg = self.facts.given(eqn)[n]
        objects &= self.aliases[arg].all
        made, _ = self.defined.get(arg, (None, 0)) if isinstance(arg, Var) else (None, 0)
        once = isinstance(arg, Var) and not self._is_put_in_twice(arg)
        if objects and once and isinstance(made, Apply) and made.op in ("mem.list", "mem.tuple"):
            for number in range(len(made.args)):
                yield from self._parts(made, number, objects, write)
        elif objects and not stays(arg, write, self.makers, self.trace.kinds):
            yield Copy("arg", eqn, n), objects

    def _is_put_in_twice(self, var: Var) -> bool:
        """Then a copy of what is in it is in it both times."""
        users = self.loans.users.get(var, [])
        return sum(isinstance(user, Apply) and user.op in HOLDING for user in users) > 1

    def _is_exchange(self, eqn: Apply) -> bool:
        """Do two items change places, by this write and the one before or behind it?"""
        readers = self.loans.users.get(eqn.out, [])
        pairs = [(self.makers.get(eqn.args[0]), eqn), (eqn, readers[0] if readers else None)]
        return any(
            isinstance(first, Apply) and isinstance(second, Apply)
            and are_exchanged(first, second, self.makers)
            and len(self.loans.users.get(first.out, [])) == 1
            for first, second in pairs
        )  # fmt: skip

    @cached_property
    def makers(self) -> Mapping[Any, Apply]:
        return {var: made for var, (made, _) in self.defined.items() if isinstance(made, Apply)}

    def _left(self, loop: For | While) -> None:
        """What a turn leaves of what a loop has for itself has other names in the next, and behind.

            for i in range(3):                          for i in range(3):
                rows[-1] = rows[1]             ->           rows[-1] = rows[1].copy()
            rows[-1][0] += 1                            rows[-1][0] += 1
        """
        for param, result, out in zip(loop.params, loop.body.results, loop.outs):
            if self.aliases.exclusive.get(param):
                mine, after = self.aliases[param].all, self.aliases[out].all
                self.left.append((mine | self.aliases[result].all, mine | after))

    def _is_destroyed(self, objects: Objects) -> bool:
        """Are some of these changed in place, in a loop or by what they are called behind it?"""
        while not any(map(self.destroyed.__contains__, self._first(objects))):
            after = (after for within, after in self.left if not within.isdisjoint(objects))
            wider = objects.union(*after)
            if wider == objects:
                return False
            objects = wider
        return True

    def _first(self, objects: Objects) -> Iterable[int]:
        """Objects of any turn, by the number that they have in their own."""
        return (self.aliases.younger.get(number, number) for number in objects)

    def _destroyed(self, eqn: Apply) -> None:
        killed = self.aliases.killed(eqn)
        self.destroyed.update(dict.fromkeys(self._first(killed)))
        if killed:
            point = self.ranges.behind(eqn)
            held = {} if EXTERNAL in killed else self.holders.at(killed, point)
            self._resolve(killed, [u for u in held if u not in eqn.outs], Copy("arg", eqn, 0))

    def _handed(self, eqn: Call) -> None:
        """What a callee destroys: nobody else holds it after the call, and no other argument."""
        point = self.ranges.behind(eqn)
        for number, killed in self.aliases.handed(eqn).items():
            self.destroyed.update(dict.fromkeys(self._first(killed)))
            if not killed:
                continue
            lender = self.loans.lender(eqn, number)
            others = [
                u for u in self.holders.at(killed, point) if u not in eqn.outs and u is not lender
            ]
            copy = Copy("arg", eqn, number)
            mine = eqn.args[number]
            for n, arg in enumerate(eqn.args):
                if n == number or killed.isdisjoint(self.aliases[arg].all):
                    continue
                if arg is mine:
                    self.copies[copy] = None
                elif isinstance(arg, Var) and Copy("arg", eqn, n) not in self.copies:
                    others.append(arg)
            if copy not in self.copies:
                self._resolve(killed, others, copy)

    def _carried(self, loop: For | While) -> None:
        places = self.ranges.places[loop]
        for i, param in enumerate(loop.params):
            if param not in self.aliases.exclusive:
                continue
            deep = self.aliases.exclusive[param]
            inits, results = loop.inits, loop.body.results[: len(loop.params)]
            point = self.ranges.behind(loop)
            objects = self._objects(inits[i], deep)
            others = [u for u in self.holders.at(objects, point) if u is not param]
            others += self._sharing(loop, i, inits, objects)
            if self.tapes.popped(inits[i]):
                others = [u for u in others if self.tapes.may_be(u, inits[i], objects)]
                objects -= {EXTERNAL}
            self._resolve(objects, others, Copy("init", loop, i))
            point = behind(places.ends[-1])
            objects = self._objects(results[i], deep)
            others = [u for u in self.holders.at(objects, point) if u not in loop.params]
            others += self._sharing(loop, i, results, objects, made_last(loop))
            self._resolve(objects, others, Copy("result", loop, i))

    def _objects(self, atom: Atom, deep: bool) -> Objects:
        return self.aliases[atom].all if deep else self.aliases[atom].own

    def _sharing(
        self,
        loop: For | While,
        i: int,
        atoms: tuple[Atom, ...],
        objects: Objects,
        last: Mapping[int, None] = NOBODY,
    ) -> list[Var]:
        """The other carried values that hold one of these objects at the same edge."""
        result = []
        mine = self.aliases[atoms[i]].all
        for j, atom in enumerate(atoms):
            if j == i or not isinstance(atom, Var) or objects.isdisjoint(self.aliases[atom].all):
                continue
            if j in last and i not in last:
                continue  # no turn follows
            if atoms is loop.inits and Copy("init", loop, j) in self.copies:
                continue
            deep = self.aliases.exclusive.get(loop.params[j])
            if j > i and deep is not None and not self._objects(atom, deep).isdisjoint(mine):
                continue  # found when it is the turn of j
            result.append(atom)
        return result

    def _resolve(self, objects: Objects, others: list[Var], fallback: Copy) -> None:
        if EXTERNAL not in objects and not others:
            return
        if not self.touched.isdisjoint(objects - {EXTERNAL}):
            return  # seen again in the next round
        copies: dict[Copy, None] | None = {}
        if EXTERNAL in objects or self.simple or fallback.copied in others:
            copies = None  # it must be copied itself
        for other in others:
            if copies is not None:
                found = self._begins(other, objects, {})
                copies = None if found is None else copies | found
        if copies is None and not self.simple:
            shared = frozenset((EXTERNAL,)).union(*(self.aliases[u].all for u in others))
            copies = self._put_in(fallback, objects & shared)
        chosen = copies or {self._earlier(fallback): None}
        self.copies.update(chosen)
        if not self.facts.copied(chosen, fallback.eqn, objects):
            self.touched.update(objects - {EXTERNAL})

    def _put_in(self, copy: Copy, shared: Objects) -> dict[Copy, None] | None:
        """Of a list that is carried the items that it shares, copied as they are put in."""
        if copy.place != "result" or not isinstance(copy.eqn, (For, While)):
            return None
        var = copy.eqn.body.results[copy.i]
        if not isinstance(var, Var) or not shared.isdisjoint(self.aliases[var].own):
            return None
        return self._begins(var, shared, {})

    def _earlier(self, copy: Copy) -> Copy:
        """The copy of a view, made where the view is, if that is in the same block."""
        var = copy.operand
        if not isinstance(var, Var) or var not in self.defined:
            return copy
        eqn, i = self.defined[var]
        dead = not self.ranges.alive_at(var, self.ranges.behind(copy.eqn))
        if not dead or not isinstance(eqn, Apply) or self.homes[eqn] != self.homes[copy.eqn]:
            return copy
        return Copy("out", eqn, i) if self._is_view(eqn) and eqn.op not in DESTRUCTIVE else copy

    def _is_view(self, eqn: Apply) -> bool:
        row = None if eqn.op.startswith("mem.") else table.lookup(eqn.op, len(eqn.args))
        return eqn.op in VIEWS or (row is not None and bool(row.view))

    def _begins(self, var: Var, objects: Objects, seen: dict[Var, None]) -> dict[Copy, None] | None:
        """The copies after which `var` shares none of these; None if only a copy of them helps."""
        if var in seen:
            return {}
        seen[var] = None
        if var not in self.defined:
            return None
        eqn, i = self.defined[var]
        if i in self.facts.outs.get(eqn, {}):
            return None
        if isinstance(eqn, Apply):
            return self._begins_at(eqn, i, objects, seen)
        if isinstance(eqn, Call):
            return {Copy("out", eqn, i): None}
        if isinstance(eqn, If):
            return self._all((eqn.then.results[i], eqn.orelse.results[i]), objects, seen)
        if eqn.params[i] in self.aliases.exclusive and not objects.isdisjoint(
            self.aliases[var].own
        ):
            return None
        younger = {self.aliases.younger.get(number, number) for number in objects}
        return self._all((eqn.inits[i], eqn.body.results[i]), objects | younger, seen)

    def _begins_at(
        self, eqn: Apply, i: int, objects: Objects, seen: dict[Var, None]
    ) -> dict[Copy, None] | None:
        args = self.facts.given(eqn)
        if self._is_view(eqn):
            if eqn.op in DESTRUCTIVE and i == len(eqn.outs) - 1:
                return self._all(args[:1], objects, seen)
            return {Copy("out", eqn, i): None}
        if eqn.op not in STORING:
            return self._all(args[:1], objects, seen) if eqn.op in DESTRUCTIVE else None
        container = eqn.op in DESTRUCTIVE
        if container and not objects.isdisjoint(self.aliases[args[0]].own):
            return None
        copies: dict[Copy, None] = {}
        values = range(1, 2) if eqn.op == "mem.write" else range(int(container), len(eqn.args))
        for number in values:
            if not objects.isdisjoint(self.aliases[args[number]].all):
                if args[number] is not eqn.args[number] or self._is_copy(args[number]):
                    return None
                copies[Copy("arg", eqn, number)] = None
        if container:
            before = self._all(args[:1], objects, seen)
            return None if before is None else before | copies
        return copies

    def _is_copy(self, atom: Atom) -> bool:
        """Is this a copy that was made for its one reader?  Another one would not help."""
        eqn, _ = self.defined.get(atom, (None, 0)) if isinstance(atom, Var) else (None, 0)
        return isinstance(eqn, Apply) and eqn.op == "mem.copy" and len(self.loans.users[atom]) == 1

    def _all(
        self, atoms: Iterable[Atom], objects: Objects, seen: dict[Var, None]
    ) -> dict[Copy, None] | None:
        copies: dict[Copy, None] = {}
        for atom in atoms:
            if isinstance(atom, Var) and not objects.isdisjoint(self.aliases[atom].all):
                found = self._begins(atom, objects, seen)
                if found is None:
                    return None
                copies |= found
        return copies
