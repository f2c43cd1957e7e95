"""Which variables may share memory, once destructive equations write in place.

    u = A[1:-1]              u may share memory with A          own(u) = own(A)
    L = [u, v]               L holds u and v                    reach(L) = own(u) + own(v)
    A2 = write(A1, x, i)     A2 is the object A1 was            own(A2) = own(A1)

`own` are the objects that a variable is, or is a view of; `reach` those that it contains.  An
object is named after the variable that brings it into being.  Inside a loop an object of this turn
and one of an earlier turn (`old`) are two.  A carried value that the body destroys is an object
that nothing else shares (`exclusive`): `storage` sees to it that this is so, at the entry and at
the end of each turn.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from adcompile.emit.exits import made_last
from adcompile.emit.makers import READ_ONLY, exclusive
from adcompile.emit.owners import NO_FACTS, Part, known, owned
from adcompile.emit.sorts import Sorts
from adcompile.rules import table
from adcompile.rules.memory import DESTRUCTIVE
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
    While,
    blocks,
    bound,
    walk,
)
from adcompile.trace.within import Within

Objects = frozenset[int]
EXTERNAL = 0  # what belongs to somebody else, or must not be written to
VIEWS = ("mem.getitem", "mem.same", "mem.unbroadcast", "mem.pop", "mem.unpush")


class Alias(NamedTuple):
    own: Objects = frozenset()
    reach: Objects = frozenset()

    @property
    def all(self) -> Objects:
        return self.own | self.reach

    def __or__(self, other: Alias) -> Alias:
        if self == other:
            return self
        return Alias(self.own | other.own, self.reach | other.reach)


NONE = Alias()


class Aliases:
    """The alias facts of a trace: `aliases[atom]`, `killed(eqn)`, `exclusive` loop parameters.

    `begun` are those of what the trace is given; `equation` adds those of one equation.
    """

    def __init__(self, trace: Trace) -> None:
        self._begin(trace)
        self._block(trace.body)

    @classmethod
    def of(cls, trace: Trace) -> Aliases:
        """The facts of a trace, found once; nobody adds to these."""
        found = _found.get(trace.body)
        if found is None or not found._is_of(trace):
            found = _found[trace.body] = cls(trace)
        return found

    def keep(self, trace: Trace) -> None:
        """These are the facts of a trace, of which each equation was asked in its order."""
        _found[trace.body] = self

    def _is_of(self, trace: Trace) -> bool:
        kinds, *others = self.given
        alike = kinds is trace.kinds and self.callees == known(trace)
        return alike and others == [trace.inputs, owned(trace)]

    @classmethod
    def begun(cls, trace: Trace) -> Aliases:
        """The facts of the inputs alone."""
        aliases = cls.__new__(cls)
        aliases._begin(trace)
        return aliases

    @classmethod
    def unasked(cls, trace: Trace) -> Aliases:
        """No facts: of a trace in which nothing changes that is read as it was."""
        aliases = cls.__new__(cls)
        aliases._prepare(trace)
        return aliases

    def _prepare(self, trace: Trace) -> None:
        self.given = trace.kinds, trace.inputs, owned(trace)
        self.callees = known(trace)
        self.kinds = dict(trace.kinds)
        self.fixed = {var: None for var, kind in trace.kinds.items() if k.immutable(kind)}
        self.fixed |= {  # a tuple, of which the number of items may not be known
            eqn.outs[0]: None
            for eqn in walk(trace.body)
            if isinstance(eqn, Apply) and eqn.op == "numpy.shape"
        }
        self.facts: dict[Var, Alias] = {}
        self.numbers: dict[tuple[Var, str], int] = {}
        self.makers: dict[int, Var] = {}
        self.loops: dict[Equation, list[Var]] = {}
        self.entered: dict[Equation, tuple[Alias, ...]] = {}
        self.older: dict[int, int] = {}
        self.younger: dict[int, int] = {}
        self.made: dict[int, int] = {}
        self.killing: dict[Equation, Objects] = {}
        self.within = Within()
        self.sorts = Sorts()
        self.items: dict[tuple[int, Objects], Objects] = {}
        self.moving: dict[int, list[Equation]] = {}
        self.exclusive: dict[Var, bool] = {}
        self.destroyed: dict[int, bool] = {}

    def _begin(self, trace: Trace) -> None:
        self._prepare(trace)
        self.exclusive, self.destroyed = exclusive(trace, self.immutable)
        mine = owned(trace)
        for number, leaf in enumerate(trace.inputs):
            if not self.immutable(leaf):
                own = frozenset((self.object(leaf),))
                inner = frozenset((self.object(leaf, "inner"),))
                self.facts[leaf] = Alias(
                    own if number in mine else own | {EXTERNAL},
                    inner if mine.get(number) else inner | {EXTERNAL},
                )

    def __getitem__(self, atom: Atom) -> Alias:
        return self.facts.get(atom, NONE)  # type: ignore[arg-type]

    def immutable(self, atom: Atom) -> bool:
        return atom in self.fixed or isinstance(atom, Lit)

    def object(self, var: Var, tag: str = "") -> int:
        """The object that comes into being with this variable."""
        number = self.numbers.get((var, tag))
        if number is None:
            number = self.numbers[var, tag] = len(self.numbers) + len(self.older) + 1
            self.makers[number] = var
        if not tag and var in self.kinds:
            self.made[number] = self.sorts(self.kinds[var])
        return number

    def old(self, number: int) -> int:
        """An object as seen from a later turn of a loop."""
        if number in self.younger or number == EXTERNAL:
            return number
        if number not in self.older:
            new = len(self.numbers) + len(self.older) + 1
            self.older[number], self.younger[new] = new, number
            if number in self.made:
                self.made[new] = self.made[number]
        return self.older[number]

    def handed(self, eqn: Call) -> dict[int, Objects]:
        """For each argument that a callee destroys the objects that this changes."""
        facts = self.callees.get(eqn.function, NO_FACTS)
        return {
            n: self[eqn.args[n]].all if deep else self[eqn.args[n]].own
            for n, deep in facts.destroyed.items()
        }

    def killed(self, eqn: Apply | Call) -> Objects:
        """The objects that a destructive equation, written in place, changes."""
        if isinstance(eqn, Call):
            return frozenset().union(*self.handed(eqn).values())
        x = eqn.args[0]
        alias, path = self[x], len(eqn.args) - 2
        kind = self.kinds.get(x) if isinstance(x, Var) else None
        if eqn.op in ("mem.append", "mem.pop", "mem.push", "mem.unpush"):
            return alias.own
        if path == 0 and not isinstance(kind, k.Array):
            return frozenset()  # printed as a sum: a new object
        if path > 1 or not isinstance(kind, (k.Array, k.List, k.Dict)):
            return alias.all
        return alias.own

    def killed_within(self, eqn: Equation) -> Objects:
        """What an equation, or one inside it, changes in place.

        An array that a loop has for itself is, before its first turn, the one that it begins with.
        """
        if isinstance(eqn, Apply):
            return self.killed(eqn) if eqn.op in DESTRUCTIVE else frozenset()
        found = self.killing.get(eqn)
        if found is None:
            found = self.killing[eqn] = self._killed_inside(eqn)
        return found

    def _killed_inside(self, eqn: Call | If | For | While) -> Objects:
        if isinstance(eqn, Call):
            return self.killed(eqn)
        inside = [
            self.killed_within(inner)
            for block in blocks(eqn)
            for inner in block.eqns
            if not isinstance(inner, Apply) or inner.op in DESTRUCTIVE
        ]
        found: Objects = frozenset().union(*inside)
        if isinstance(eqn, (For, While)):
            for param, init in zip(eqn.params, eqn.inits, strict=True):
                if param in self.exclusive:
                    found |= self[init].all if self.exclusive[param] else self[init].own
        return found

    # facts

    def is_fixed(self, eqn: Equation) -> bool:
        """Does it hand out only what can never share memory?"""
        fixed = self.fixed
        return not [out for out in eqn.outs if out not in fixed]

    def _moves(self, eqn: Equation) -> bool:
        """Does it, or what is inside it, make something that can share memory?"""
        if not self.is_fixed(eqn):
            return True
        if isinstance(eqn, Apply):
            return False
        return not all(map(self.immutable, bound(eqn))) or any(map(self._moving, blocks(eqn)))

    def _moving(self, block: Block) -> list[Equation]:
        """The equations of a block that do, found once: turns of loops are gone through again."""
        found = self.moving.get(id(block))
        if found is None:
            found = self.moving[id(block)] = [eqn for eqn in block.eqns if self._moves(eqn)]
        return found

    def _block(self, block: Block) -> None:
        for eqn in self._moving(block):
            if isinstance(eqn, If):
                self._block(eqn.then)
                self._block(eqn.orelse)
            self.equation(eqn)

    def equation(self, eqn: Equation) -> None:
        """What an equation defines; of branches, when what they hold is known."""
        match eqn:
            case Apply():
                self._apply(eqn)
            case If():
                for out, first, second in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                    if not self.immutable(out):
                        self.facts[out] = self[first] | self[second]
            case For() | While():
                self._loop(eqn)
            case Call():
                self._call(eqn)

    def copy(self, var: Var, new: Var) -> None:
        """Let `new` be a copy of `var`."""
        self.kinds[new] = self.kinds[var]
        if var in self.fixed:
            self.fixed[new] = None
        self.equation(Apply((new,), "mem.copy", (var,)))

    def _call(self, eqn: Call) -> None:
        facts = self.callees.get(eqn.function)
        given = frozenset().union(*(self[arg].all for arg in eqn.args))
        for number, out in enumerate(eqn.outs):
            own, reach = self.object(out), self.object(out, "inner")
            if facts is None:
                self._set(out, Alias(given | {own}, given | {reach}))
                continue
            shares = facts.results[number]
            foreign = frozenset((EXTERNAL,)) if shares.foreign else frozenset()
            self._set(
                out,
                Alias(
                    self._parts(eqn, shares.own) | foreign | {own},
                    self._parts(eqn, shares.reach) | foreign | {reach},
                ),
            )

    def _parts(self, eqn: Call, parts: Iterable[Part]) -> Objects:
        """The objects of the arguments that these parts of a callee's parameters are."""
        found: Objects = frozenset()
        for number, tag in parts:
            alias = self[eqn.args[number]]
            found |= alias.reach if tag else alias.own
        return found

    def _set(self, var: Var, alias: Alias) -> None:
        if not self.immutable(var):
            self.facts[var] = alias

    def _apply(self, eqn: Apply) -> None:
        if self.is_fixed(eqn):
            return
        if eqn.op in DESTRUCTIVE:
            self._destructive(eqn)
            return
        self._set(eqn.out, self._result(eqn))

    def _destructive(self, eqn: Apply) -> None:
        x, changed = self[eqn.args[0]], eqn.outs[-1]
        reach = x.reach
        if eqn.op in ("mem.append", "mem.push", "mem.write"):
            values = eqn.args[1:] if eqn.op == "mem.push" else eqn.args[1:2]
            if not self._copies_in(eqn):
                reach = reach.union(*(self[value].all for value in values))
        elif eqn.op in ("mem.accumulate", "mem.scatter_add"):
            if not isinstance(self.kinds.get(changed), k.Array):
                reach |= {self.object(changed, "inner")}
            if not self.killed(eqn):
                x = Alias(frozenset((self.object(changed),)))
        for item in eqn.outs[:-1]:
            self._set(item, Alias(self._may_be(item, x.reach), x.reach))
        self._set(changed, Alias(x.own, reach))

    def _copies_in(self, eqn: Apply) -> bool:
        """Is a value copied into it, as into an array, which alone has several indices?"""
        kind = self.kinds.get(eqn.outs[-1])
        if isinstance(kind, k.Any_) and eqn.op == "mem.write" and len(eqn.args) == 3:
            index = eqn.args[2]
            return isinstance(index, Var) and isinstance(self.kinds.get(index), k.Tuple)
        return isinstance(kind, k.Array)

    def _may_be(self, item: Var, objects: Objects) -> Objects:
        """Those of the objects in a container that an item of this kind may be."""
        made, sort = self.made, self.sorts(self.kinds.get(item))
        found = self.items.get((sort, objects))
        if found is None:
            alike = (n for n in objects if n not in made or self.sorts.alike(sort, made[n]))
            found = self.items[sort, objects] = frozenset(alike)
        return found

    def _result(self, eqn: Apply) -> Alias:
        op, out = eqn.op, eqn.out
        kind = self.kinds.get(out)
        fresh = frozenset((self.object(out),))
        if isinstance(kind, k.Array) and not op.startswith("mem."):
            return self._array(eqn, fresh)
        contents: Objects = frozenset().union(*[self[arg].all for arg in eqn.args])
        match op:
            case "mem.getitem":
                return self._item(eqn, fresh)
            case "mem.same":
                return self[eqn.args[0]]
            case "mem.unbroadcast":
                return Alias(self[eqn.args[0]].own | fresh)
            case "lists.formed" | "lists.opened" if isinstance(eqn.args[1], Var):
                return Alias(self[eqn.args[0]].own | fresh, self[eqn.args[0]].reach)
            case "mem.opaque" | "mem.outside":
                return Alias(contents | {EXTERNAL}, contents | {EXTERNAL})
            case "mem.list" | "mem.dict":
                return Alias(fresh, contents)
            case "mem.tuple":
                return Alias(frozenset(), contents)
        inner: Objects = frozenset()
        if not isinstance(kind, k.Array):
            inner = frozenset((self.object(out, "inner"),))
        if op == "mem.copy" and isinstance(kind, k.Tape):
            return Alias(fresh, contents)  # a list of the same entries
        if op == "mem.tape":
            return Alias(fresh)
        if op in ("mem.copy", "mem.zeros_like", "mem.floats") or self._is_formed(eqn):
            return Alias(fresh, inner)
        if isinstance(kind, (k.List, k.Dict)) and kind.item is not None and k.immutable(kind.item):
            return Alias(fresh)  # np.shape(x), sorted(x): nothing in it shares memory
        if not isinstance(kind, (k.Array, k.Any_)):
            return Alias(fresh, inner | contents)
        return self._array(eqn, fresh, inner)

    def _array(self, eqn: Apply, fresh: Objects, inner: Objects = frozenset()) -> Alias:
        """What an operation gives that makes an array, or a view of its first operand."""
        row = table.lookup(eqn.op, len(eqn.args))
        if row is not None and row.view:
            read_only = {EXTERNAL} if eqn.op in READ_ONLY else frozenset()
            return Alias(self[eqn.args[0]].own | fresh | read_only, inner)
        return Alias(fresh, inner)

    def _is_formed(self, eqn: Apply) -> bool:
        """Are these new tuples, or lists, of what cannot be changed?"""
        if eqn.op not in ("lists.formed", "lists.opened") or not isinstance(eqn.args[1], Lit):
            return False
        form, kind = str(eqn.args[1].value), self.kinds.get(eqn.out)
        for _ in form:
            kind = kind.item if isinstance(kind, k.List) else kind
        return form.endswith("t") and k.immutable(kind)

    def _item(self, eqn: Apply, fresh: Objects) -> Alias:
        x, index = eqn.args
        alias, kind = self[x], self.kinds.get(x) if isinstance(x, Var) else None
        of_index = self.kinds.get(index) if isinstance(index, Var) else k.of_constant(index.value)
        if isinstance(kind, k.List) and isinstance(of_index, k.Slice):
            return Alias(fresh, alias.reach)
        if isinstance(kind, (k.List, k.Tuple, k.Dict)):
            return Alias(alias.reach, alias.reach)
        items = of_index.items if isinstance(of_index, k.Tuple) else (of_index,)
        if any(isinstance(item, (k.Array, k.List)) or item == k.BOOL for item in items):
            return Alias(fresh)
        return Alias(alias.own) if isinstance(kind, k.Array) else Alias(alias.all, alias.reach)

    def _loop(self, eqn: For | While) -> None:
        """Go through the turns until nothing is new; not again for what is known already.

        Facts only grow: a loop inside one that is gone through again goes on from what it knows.
        """
        if eqn not in self.loops:
            self.loops[eqn] = [v for v in self.within.reads(eqn) if not self.immutable(v)]
        begun = tuple(self[var] for var in self.loops[eqn])
        if self.entered.get(eqn) == begun:
            return
        self.entered[eqn] = begun
        params = [i for i, param in enumerate(eqn.params) if not self.immutable(param)]
        for i in params:
            param, init = eqn.params[i], self[eqn.inits[i]]
            own = frozenset((self.object(param),)) if param in self.exclusive else init.own
            deep = self.exclusive.get(param, False)
            reach = frozenset((self.object(param, "inner"),)) if deep else init.reach
            self.facts[param] = self[param] | Alias(own, reach)
        while True:
            if isinstance(eqn, While):
                self._block(eqn.cond)
            self._block(eqn.body)
            changed = [self._turn(eqn, i) for i in params]
            if not any(changed):
                break
        for i in params:
            self._leave(eqn, i)
        for j in made_last(eqn):
            self._share_last(eqn, j)

    def forget(self, eqn: For | While) -> None:
        """Let a loop be gone through again as if it never was."""
        for block in blocks(eqn):
            for inner in walk(block):
                self.entered.pop(inner, None)
        self.entered.pop(eqn, None)
        for var in self.within.makes(eqn):
            self.facts.pop(var, None)

    def _turn(self, eqn: For | While, i: int) -> bool:
        """Let a result flow back to its parameter; is there more than before?"""
        param, result = eqn.params[i], self[eqn.body.results[i]]
        fact = self.facts[param]
        own, reach = fact.own, fact.reach
        if param not in self.exclusive:
            own |= self._moved(eqn, result.own)
        if not self.exclusive.get(param, False):
            reach |= self._moved(eqn, result.reach)
        self.facts[param] = Alias(own, reach)
        return self.facts[param] != fact

    def _moved(self, eqn: For | While, objects: Objects) -> Objects:
        """Objects as seen from the next turn: those that this turn has made are old."""
        inside, makers, outs = self.within.makes(eqn), self.makers, dict.fromkeys(eqn.outs)
        made = {n for n in objects if n in makers and makers[n] in inside}
        if not made:
            return objects
        return frozenset(self.old(n) if n in made and makers[n] not in outs else n for n in objects)

    def _leave(self, eqn: For | While, i: int) -> None:
        out, param = eqn.outs[i], eqn.params[i]
        fact = self[eqn.inits[i]] | self[param] | self[eqn.body.results[i]]
        own, reach = fact.own, fact.reach
        if param in self.exclusive:
            own = frozenset((self.object(out),))
        if self.exclusive.get(param, False):
            reach = frozenset((self.object(out, "inner"),))
        self._set(out, Alias(own, reach))

    def _share_last(self, eqn: For | While, j: int) -> None:
        """What the last turn makes may be what the loop has had for itself up to then."""
        mine, fact = self[eqn.body.results[j]], self[eqn.outs[j]]
        for param, out, result in zip(eqn.params, eqn.outs, eqn.body.results):
            other, now = self[result], self[out]
            if param in self.exclusive and not mine.all.isdisjoint(other.all):
                own = now.own if not mine.own.isdisjoint(other.own) else frozenset()
                fact |= Alias(own, now.all if mine.reach else frozenset())
        self._set(eqn.outs[j], fact)


_found: WeakKeyDictionary[Block, Aliases] = WeakKeyDictionary()
"""Of the bodies of traces; facts do not hold on to what they are of."""
