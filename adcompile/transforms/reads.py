"""Elements of what is one of several arrays are read from the one that it is.

    if c -> v:                              if c -> t:
      yield y                                 t.1 = getitem(y, 1)
    else:                       ->            yield t.1
      yield x                               else:
    t = getitem(v, 1)                         t.2 = getitem(x, 1)
                                              yield t.2

In a loop, or in a function that is called any number of times: the adjoint then adds to an element
of y_bar or of x_bar, and `v` has none of its own, which would be an array of zeros in every turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from adcompile.rules import memory
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Equation, For, If, Trace, Var, While
from adcompile.transforms.storages import is_view

HOLDERS = (k.Array, k.List, k.Dict, k.Any_)
MOST = 8  # places that one reading is written for
NEVER_AGAIN = {*memory.DESTRUCTIVE, *memory.EFFECTS, *memory.ASKING, "mem.opaque"}


def from_their_places(trace: Trace) -> Trace:
    """The trace with such reads inside the branches."""
    functions = {name: _Reads(f.kinds).run(f, True) for name, f in trace.functions.items()}
    new = _Reads(trace.kinds).run(trace, False)
    same = all(functions[name] is f for name, f in trace.functions.items())
    return new if same else replace(new, functions=functions)


Finish = Callable[[Var, list[Equation]], Atom | None]


class _Reads:
    def __init__(self, kinds: Mapping[Var, k.Kind]) -> None:
        self.kinds = dict(kinds)
        self.made: dict[Var, Equation] = {}
        self.firsts: dict[Var, Atom] = {}
        self.visible: dict[Var, None] = {}
        self.places = 0

    def run(self, trace: Trace, repeated: bool) -> Trace:
        self.visible.update(dict.fromkeys(trace.inputs))
        body = self.block(trace.body, repeated)
        return trace if body is trace.body else replace(trace, body=body, kinds=self.kinds)

    def block(self, block: Block, repeated: bool, known: tuple[Var, ...] = ()) -> Block:
        mark = len(self.visible)
        self.visible.update(dict.fromkeys(known))
        eqns: list[Equation] = []
        for eqn in block.eqns:
            eqns.append(self.equation(eqn, repeated))
            self.visible.update(dict.fromkeys(eqn.outs))
        while len(self.visible) > mark:
            self.visible.popitem()
        return block.having(eqns, block.results)

    def equation(self, eqn: Equation, repeated: bool) -> Equation:
        match eqn:
            case Apply():
                self.make(eqn)
                return self.read(eqn)
            case If():
                then, orelse = (self.block(side, repeated) for side in (eqn.then, eqn.orelse))
                if repeated and not eqn.caught:
                    self.make(eqn)
                return eqn.having(eqn.cond, then, orelse)
            case For():
                self.make(eqn)
                body = self.block(eqn.body, True, (*eqn.params, eqn.index))
                return eqn.having(eqn.inits, eqn.bounds, body)
            case While():
                self.make(eqn)
                cond, body = (self.block(b, True, eqn.params) for b in (eqn.cond, eqn.body))
                return eqn.having(eqn.inits, cond, body)
        return eqn

    def read(self, eqn: Apply) -> Equation:
        """The reading of an element, in the branches that its array comes from."""
        if eqn.op != "mem.getitem" or not self.is_chosen(eqn.args[0]):
            return eqn

        def item(array: Var, into: list[Equation]) -> Var:
            return self.again(replace(eqn, args=(array, *eqn.args[1:])), into)

        found: list[Equation] = []
        self.places = 0
        out = self.at(eqn.args[0], item, found)
        if out is None or len(found) != 1 or not isinstance(found[0], If):
            return eqn
        return replace(found[0], outs=eqn.outs, loc=eqn.loc)

    def is_chosen(self, atom: Atom) -> bool:
        """Is it what a branch gives, or a view of that?"""
        eqn = self.made.get(atom) if isinstance(atom, Var) else None
        if isinstance(eqn, Apply):
            return is_view(eqn) and self.is_chosen(eqn.args[0])
        if not isinstance(eqn, If) or not isinstance(atom, Var):
            return False
        if not isinstance(self.kinds.get(atom), HOLDERS):
            return False
        place = eqn.outs.index(atom)
        return self.first(eqn.then.results[place]) is not self.first(eqn.orelse.results[place])

    def make(self, eqn: Equation) -> None:
        """Know what an equation defines, and of arrays that it writes to which they were before."""
        self.made.update(dict.fromkeys(eqn.outs, eqn))
        match eqn:
            case Apply():
                if eqn.op in memory.DESTRUCTIVE:
                    self.firsts[eqn.outs[-1]] = self.first(eqn.args[0])
            case For() | While():
                self.firsts.update(zip(eqn.outs, map(self.first, eqn.inits)))
            case If():
                for out, one, other in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                    if self.first(one) is self.first(other):
                        self.firsts[out] = self.first(one)

    def first(self, atom: Atom) -> Atom:
        """The first version of an array, known before it was written to."""
        return self.firsts.get(atom, atom) if isinstance(atom, Var) else atom

    def at(self, atom: Atom, finish: Finish, into: list[Equation]) -> Atom | None:
        """What `finish` makes of this array, from each of its places, if all are in sight."""
        eqn = self.made.get(atom) if isinstance(atom, Var) else None
        if not isinstance(atom, Var):
            return None
        if isinstance(eqn, If) and self.is_chosen(atom):
            return self.branches(eqn, atom, finish, into)
        hidden = atom not in self.visible
        if isinstance(eqn, Apply) and is_view(eqn) and (hidden or self.is_chosen(atom)):
            return self.viewed(eqn, finish, into)
        self.places += 1
        return None if hidden or self.places > MOST else finish(atom, into)

    def branches(self, eqn: If, atom: Var, finish: Finish, into: list[Equation]) -> Atom | None:
        cond, place = self.value(eqn.cond, into), eqn.outs.index(atom)
        if cond is None:
            return None
        blocks: list[Block] = []
        for side in (eqn.then, eqn.orelse):
            inner: list[Equation] = []
            result = self.at(self.known(eqn, side, place), finish, inner)
            if result is None:
                return None
            blocks.append(Block(tuple(inner), (result,)))
        kinds = [self.kinds[r] for b in blocks for r in b.results if isinstance(r, Var)]
        out = Var()
        self.kinds[out] = kinds[0]
        into.append(If((out,), cond, blocks[0], blocks[1], eqn.loc))
        return out

    def known(self, eqn: If, side: Block, place: int) -> Atom:
        """What a branch gives; of an array that it has written to the name that this has later."""
        result = side.results[place]
        if result not in self.visible:
            for out, other in zip(eqn.outs, side.results):
                if other is result and out is not eqn.outs[place] and not self.is_chosen(out):
                    return out
        return result

    def viewed(self, eqn: Apply, finish: Finish, into: list[Equation]) -> Atom | None:
        def view(array: Var, into: list[Equation]) -> Atom | None:
            args = [self.value(arg, into) for arg in eqn.args[1:]]
            known = tuple(arg for arg in args if arg is not None)
            if len(known) != len(args):
                return None
            return finish(self.again(replace(eqn, args=(array, *known)), into), into)

        return self.at(eqn.args[0], view, into)

    def value(self, atom: Atom, into: list[Equation]) -> Atom | None:
        """A number, from where it is seen, or computed again."""
        if not isinstance(atom, Var) or atom in self.visible:
            return atom
        eqn = self.made.get(atom)
        if not isinstance(eqn, Apply) or len(eqn.outs) != 1 or eqn.op in NEVER_AGAIN:
            return None
        if not all(k.immutable(self.kinds.get(a)) for a in (*eqn.args, atom) if isinstance(a, Var)):
            return None
        args = [self.value(arg, into) for arg in eqn.args]
        known = tuple(arg for arg in args if arg is not None)
        return self.again(replace(eqn, args=known), into) if len(known) == len(args) else None

    def again(self, eqn: Apply, into: list[Equation]) -> Var:
        """The same equation, with an out of its own."""
        out = Var(eqn.out.name)
        self.kinds[out] = self.kinds[eqn.out]
        into.append(replace(eqn, outs=(out,)))
        return out
