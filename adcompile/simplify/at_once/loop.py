"""One loop, all of its turns at once."""

from __future__ import annotations

from dataclasses import dataclass, field

from adcompile.rules import memory
from adcompile.rules.build import Builder, infer
from adcompile.simplify.at_once.places import Around, Not, Places
from adcompile.simplify.at_once.tapes import Tapes
from adcompile.simplify.at_once.values import Values
from adcompile.simplify.turns import HARMLESS
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Equation, For, If, Lit, Var, operands
from adcompile.trace.readers import Readers
from adcompile.transforms.lasting import Access, Accesses, Followed
from adcompile.transforms.regions import Turns

FEW = 8
CHANGES = ("mem.write", "mem.accumulate")
VIEWS = ("mem.getitem", "numpy.transpose")
TIMED = (*memory.EFFECTS, "mem.opaque")  # when they happen matters
INDICES = ("mem.tuple", "mem.slice")
EITHER = (Turns(0, 1), Turns(0, -1))


@dataclass(slots=True)
class Carried:
    """What a loop carries: an array that it changes by places, or a sum with its terms."""

    param: Var
    init: Atom
    array: Followed | None = None
    tape: Apply | None = None
    terms: list[tuple[str, Atom]] = field(default_factory=list)


def is_simple(loop: For) -> bool:
    """Is it nothing but values, turn after turn, and are there more than a few?"""
    if loop.exits or loop.pragma is not None or loop.step != Lit(1):
        return False
    ends = [end.value for end in (loop.start, loop.stop) if isinstance(end, Lit)]
    few = len(ends) == 2 and ends[1] - ends[0] < FEW
    return not few and all(isinstance(eqn, Apply) and eqn.op not in TIMED for eqn in loop.body.eqns)


class AtOnce:
    """A simple loop, and what is done in its place."""

    def __init__(
        self, build: Builder, loop: For, around: Around, zeros: dict[Atom, None], tapes: Tapes,
        readers: Readers,
    ) -> None:  # fmt: skip
        self.build = build
        self.loop = loop
        self.around = around
        self.zeros = zeros
        self.tapes = tapes
        self.readers = readers
        self.eqns = [eqn for eqn in loop.body.eqns if isinstance(eqn, Apply)]
        self.accesses = Accesses(loop, build.kinds, around.enclosing, around.defined)
        self.varying: dict[Var, None] = {}
        self.first: dict[Atom, Atom] = {}
        self.unsure = False

    def done(self) -> tuple[list[Equation], list[Atom]] | None:
        """The equations, and the values of what the loop carries behind it; None if it stays."""
        try:
            carried = [self.carried(n) for n in range(len(self.loop.params))]
            self.varying = self.find_varying(carried)
            needed = self.run(carried, None)[2]
            made, results, _ = self.run(carried, needed)
        except Not:
            return None
        made, results = self.named(made, results)
        guard = self.unsure and self.may_be_none()
        return self.guarded(made, results) if guard else (made, results)

    def may_be_none(self) -> bool:
        """Is it not known that there is a turn?"""
        start, stop = self.loop.start, self.loop.stop
        if isinstance(start, Lit) and isinstance(stop, Lit):
            return False  # there are more than a few
        return not any(
            start is loop.index and loop.step == Lit(1) and self.is_same_number(stop, loop.stop)
            for loop in self.around.enclosing
        )

    def is_same_number(self, one: Atom, other: Atom) -> bool:
        lengths = [getattr(self.build.kind(atom), "length", None) for atom in (one, other)]
        return one is other or (lengths[0] is not None and lengths[0] == lengths[1])

    def named(
        self, made: list[Equation], results: list[Atom]
    ) -> tuple[list[Equation], list[Atom]]:
        """The same, where what is made here has the names of what the loop gives."""
        new: dict[Atom, Var] = {}
        here = dict.fromkeys(out for eqn in made for out in eqn.outs)
        for result, out in zip(results, self.loop.outs):
            if isinstance(result, Var) and result in here and out.name and not result.name:
                new[result] = self.build.var(self.build.kind(result), out.name)
        for n, eqn in enumerate(made):
            if isinstance(eqn, Apply) and any(atom in new for atom in (*eqn.outs, *eqn.args)):
                outs = tuple(new.get(out, out) for out in eqn.outs)
                args = tuple(new.get(arg, arg) for arg in eqn.args)
                made[n] = Apply(outs, eqn.op, args, eqn.loc)
        return made, [new.get(result, result) for result in results]

    def guarded(
        self, made: list[Equation], results: list[Atom]
    ) -> tuple[list[Equation], list[Atom]]:
        """The same, only where there is a turn."""
        loop = self.loop
        cond = self.build.var(k.BOOL)
        test = Apply((cond,), "operator.gt", (loop.stop, loop.start), loop.loc)
        other = [n for n, result in enumerate(results) if result is not loop.inits[n]]
        then = Block(tuple(made), tuple(results[n] for n in other))
        orelse = Block((), tuple(loop.inits[n] for n in other))
        outs = tuple(loop.outs[n] for n in other)
        behind = [loop.outs[n] if n in other else atom for n, atom in enumerate(results)]
        return [test, If(outs, cond, then, orelse, loop.loc)], behind

    # what is carried

    def carried(self, number: int) -> Carried:
        loop = self.loop
        param, result = loop.params[number], loop.body.results[number]
        found = Carried(param, loop.inits[number])
        if result is param:
            raise Not
        arrays = dict(self.accesses.arrays())
        array = arrays.get(loop.outs[number])
        if array is not None and array.writes:
            if not self.accesses.only_accessed(array) or not self.is_by_places(array):
                raise Not
            found.array = array
            return found
        if isinstance(self.build.kind(param), k.Tape):
            found.tape = self.taken(param, result, loop.outs[number])
            return found
        current: Atom = param
        while current is not result:
            eqn = self.only_reader(current)
            others = [n for n, arg in enumerate(eqn.args) if arg is not current]
            if eqn.op not in ("operator.add", "operator.sub") or len(others) != 1:
                raise Not
            if eqn.op == "operator.sub" and others == [0]:
                raise Not
            found.terms.append((eqn.op, eqn.args[others[0]]))
            current = eqn.out
        if any(current in operands(eqn) for eqn in self.eqns):
            raise Not
        return found

    def taken(self, tape: Var, rest: Atom, behind: Var) -> Apply:
        """What takes an entry off a tape that has one for each turn, and no more."""
        eqn = self.only_reader(tape)
        filled = self.tapes.filled(tape)
        if eqn.op != "mem.unpush" or eqn.outs[-1] is not rest or filled is None:
            raise Not
        if any(rest in operands(other) for other in self.eqns) or not self.readers.none(behind):
            raise Not
        loop, push = filled
        if loop.step != Lit(1) or not self.loop.backward or len(push.args) != len(eqn.outs):
            raise Not
        return eqn

    def only_reader(self, var: Atom) -> Apply:
        readers = [eqn for eqn in self.eqns for arg in eqn.args if arg is var]
        if len(readers) != 1 or var in self.loop.body.results:
            raise Not
        return readers[0]

    def is_by_places(self, array: Followed) -> bool:
        """Does no turn read or overwrite what another writes?"""
        kind = self.build.kind(array.first)
        if not isinstance(kind, k.Array) or kind.dtype != "float" or kind.dims is None:
            return False
        if any(len(write.eqn.args) != 3 for write in array.writes):
            return False
        overwritten = [write for write in array.writes if write.eqn.op == "mem.write"]
        first = [*array.reads, *overwritten]
        return not any(self.meet(one, other) for one in first for other in array.writes)

    def meet(self, one: Access, other: Access) -> bool:
        return any(self.accesses.may_meet(one, other, turns) for turns in EITHER)

    def find_varying(self, carried: list[Carried]) -> dict[Var, None]:
        """What is another value in each turn."""
        changed = [each.param for each in carried]
        varying: dict[Var, None] = dict.fromkeys((self.loop.index, *changed))
        for each in carried:
            if each.array is not None:
                self.first.update(dict.fromkeys(each.array.versions, each.init))
        for eqn in self.eqns:
            if eqn.op == "mem.getitem" and eqn.args[0] in self.first and eqn.args[1] not in varying:
                continue  # no turn changes it
            if any(arg in varying for arg in eqn.args):
                varying.update(dict.fromkeys(eqn.outs))
        return varying

    # rebuilding

    def run(
        self, carried: list[Carried], needed: dict[Var, Atom] | None
    ) -> tuple[list[Equation], list[Atom], dict[Var, Atom]]:
        """The equations, the results, and the values that were made for all turns.

        `needed` are those that will be: they are made in the order of the loop.
        """
        places = Places(self.build, self.loop, self.accesses.defined, self.varying, self.around)
        values = Values(self.build, places, self.varying, self.is_last(), self.tapes)
        for each in carried:
            if each.array is not None:
                values.arrays[each.param] = each.init
            if each.tape is not None:
                values.taped.update((o, (each.init, n)) for n, o in enumerate(each.tape.outs[:-1]))
        with self.build.block() as made:
            for eqn in self.eqns:
                self.build.loc = eqn.loc
                if not any(out in self.varying for out in eqn.outs):
                    harmless = self.is_harmless(eqn, places)  # which may make it unsure itself
                    args = tuple(self.first.get(arg, arg) for arg in eqn.args)
                    places.unsure |= not harmless or not self.is_known(eqn, args)
                    made.append(Apply(eqn.outs, eqn.op, args, eqn.loc))
                elif eqn.op in CHANGES and eqn.args[0] in values.arrays:
                    values.arrays[eqn.out] = self.changed(eqn, values)
                elif needed is not None:
                    for out in eqn.outs:
                        if out in needed:
                            values.of(out)
            results = [self.result(n, each, values) for n, each in enumerate(carried)]
        if values.large and not values.rows:
            raise Not
        self.unsure = places.unsure
        return made, results, values.made

    def is_harmless(self, eqn: Apply, places: Places) -> bool:
        """Can this not raise, where there is no turn?"""
        if eqn.op in INDICES:
            return True
        if eqn.op == "mem.getitem":
            try:
                place = places.place(*eqn.args)
            except Not:
                return False
            return place.turn is None
        arrays = [arg for arg in eqn.args if not isinstance(self.build.kind(arg), k.Scalar)]
        return eqn.op in HARMLESS and len(arrays) <= 1

    def is_known(self, eqn: Apply, args: tuple[Atom, ...]) -> bool:
        """Have the results the shapes that are noted of them, where there is no turn?"""
        made = infer(eqn.op, args, self.build.kind)
        noted = map(self.build.kind, eqn.outs)
        return all(one == other for one, other in zip(made, noted) if isinstance(other, k.Array))

    def is_last(self) -> bool:
        """Do the turns lie along the last axis of most matrices that are read and written?"""
        places = Places(self.build, self.loop, self.accesses.defined, self.varying, self.around)
        votes = 0
        for eqn in self.eqns:
            number = 1 if eqn.op == "mem.getitem" else 2
            if eqn.op not in ("mem.getitem", *CHANGES) or len(eqn.args) <= number:
                continue
            try:
                place = places.place(eqn.args[0], eqn.args[number])
            except Not:
                continue
            if place.turn is not None and place.rank == 1:
                votes += 1 if place.axis == 1 else -1
        return votes > 0

    def changed(self, eqn: Apply, values: Values) -> Atom:
        """The array with what all turns write or add to it."""
        base, value, index = values.arrays[eqn.args[0]], eqn.args[1], eqn.args[2]  # type: ignore[index]
        place = values.places.place(base, index)
        if place.turn is None:
            if eqn.op != "mem.accumulate":
                raise Not
            total = values.total(value)
            if values.rank(value) == 1:
                values.agree(values.length(total), *self.lengths(base, index))
            return self.build.apply(eqn.op, base, total, index, name=eqn.out.name)
        if place.rank > 1:
            raise Not
        given = values.written(value, place)
        where = values.places.index(base, place)
        if values.rank(value) == 1:
            lengths = self.lengths(base, where)
            values.agree(values.row(value), *lengths[: place.axis], *lengths[place.axis + 1 :])
        if values.places.is_full(where):
            if self.begins(base, given, eqn.op == "mem.write"):
                return given
            if eqn.op == "mem.accumulate" and self.is_of_shape(given, base):
                return self.build.apply("operator.add", base, given, name=eqn.out.name)
        return self.build.apply(eqn.op, base, given, where, name=eqn.out.name)

    def lengths(self, base: Atom, index: Atom) -> tuple[k.Dim | None, ...]:
        """The lengths of a part of an array."""
        kind = self.build.kind(base)
        assert isinstance(kind, k.Array)
        part = memory.index_kind(kind.dtype, kind.dims, self.build.kind(index), index)
        return (None,) if not isinstance(part, k.Array) or part.dims is None else part.dims

    def begins(self, base: Atom, given: Atom, anew: bool = False) -> bool:
        """Are these zeros that nobody else reads, or made anew, and is that new, of their shape?"""
        if base == Lit(0.0):
            return isinstance(self.build.kind(given), k.Scalar)
        made = next((eqn for eqn in self.build.eqns if given in eqn.outs), None)
        new = isinstance(made, Apply) and made.op not in VIEWS
        return new and (anew or base in self.zeros) and self.is_of_shape(given, base)

    def is_of_shape(self, given: Atom, base: Atom) -> bool:
        kind = self.build.kind(base)
        known = isinstance(kind, k.Array) and kind.dims is not None
        return known and kind == self.build.kind(given)

    def is_spread(self, total: Atom, over: Atom) -> bool:
        """Has a sum the shape of what it is added to?"""
        kinds = [self.build.kind(atom) for atom in (total, over)]
        return isinstance(kinds[0], k.Scalar) or self.is_of_shape(total, over)

    def result(self, number: int, each: Carried, values: Values) -> Atom:
        end = self.loop.body.results[number]
        if each.tape is not None:
            return each.init
        if each.array is not None:
            return values.arrays[end]  # type: ignore[index]
        found = each.init
        for op, term in each.terms:
            total = values.total(term)
            values.places.unsure |= not self.is_spread(total, found)
            begins = op == "operator.add" and self.begins(found, total)
            own = found in self.zeros and isinstance(self.build.kind(found), k.Array)
            if begins:
                found = total
                continue
            op = "mem.accumulate" if own and op == "operator.add" else op
            found = self.build.apply(op, found, total, name=each.param.name)
        return found
