"""Arrays on a tape that are cheaply made of others on it are made again instead.

    for i in range(n):                          for i in range(n):
      v = neg(y)                                  tape = push(tape, y)
      tape = push(tape, y, v)                     ...
      ...                              ->
    for i in reversed(range(n)):                for i in reversed(range(n)):
      y, v, tape = unpush(tape)                   y, tape = unpush(tape)
      ...                                         v = neg(y)

For compiled code, where an operation on elements costs less than to write and read them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from adcompile.rules.build import Builder
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Equation,
    For,
    If,
    Lit,
    Trace,
    Var,
    While,
    everywhere,
    leaves,
    walk,
)
from adcompile.trace.substitute import substitute
from adcompile.transforms.storages import Storages

NAME = "rederived"
CHEAP = {
    "operator.add", "operator.sub", "operator.mul", "operator.neg", "numpy.add", "numpy.subtract",
    "numpy.multiply", "numpy.negative", "numpy.square",
}  # fmt: skip
READING = {"mem.getitem", "operator.truediv"}  # of a row of something that stays; of numbers
COST = 10  # operations that one array may take


def rederived(trace: Trace) -> Trace:
    """The trace with less on its tapes."""
    return everywhere(lambda each: _Rederived(each).run(), trace)


class _Rederived:
    """The change of one function."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.build = Builder(dict(trace.kinds))
        self.storages = Storages(trace)

    def run(self) -> Trace:
        if not any(isinstance(e, Apply) and e.op == "mem.tape" for e in walk(self.trace.body)):
            return self.trace
        inputs = [leaf for param in self.trace.params for leaf in leaves(param.tree)]
        seen = {leaf: None for leaf in inputs if isinstance(leaf, Var)}
        body = self.block(self.trace.body, seen)
        return replace(self.trace, body=body, kinds=self.build.kinds)

    def block(self, block: Block, seen: Mapping[Var, None]) -> Block:
        eqns = list(block.eqns)
        visible = dict(seen)
        before: dict[Equation, dict[Var, None]] = {}
        for eqn in eqns:
            if isinstance(eqn, For):
                before[eqn] = dict(visible)
            visible.update(dict.fromkeys(eqn.outs))
        for fill in list(before):
            for take in list(before):
                if fill in eqns and take in eqns and fill is not take:
                    changed = self.pair(fill, take, before[fill])  # type: ignore[arg-type]
                    if changed is not None:
                        for old, new in zip((fill, take), changed):
                            before[new] = before.pop(old)
                            eqns[eqns.index(old)] = new
                        break
        visible = dict(seen)
        for n, eqn in enumerate(eqns):
            eqns[n] = self.inside(eqn, visible)
            visible.update(dict.fromkeys(eqn.outs))
        return Block(tuple(eqns), block.results)

    def inside(self, eqn: Equation, seen: dict[Var, None]) -> Equation:
        match eqn:
            case If():
                then, orelse = self.block(eqn.then, seen), self.block(eqn.orelse, seen)
                return replace(eqn, then=then, orelse=orelse)
            case For() | While():
                return replace(eqn, body=self.block(eqn.body, seen | dict.fromkeys(eqn.params)))
        return eqn

    def pair(self, fill: For, take: For, visible: Mapping[Var, None]) -> tuple[For, For] | None:
        """The loop that fills a tape and the one that empties it, with less on it."""
        for here, there in _meetings(fill, take):
            push, pop = _push(fill, here), _pop(take, there)
            if push is None or pop is None or not self.only(push.out, pop.outs[-1]):
                continue
            same = {fill.index: take.index} if _same_range(fill, take) else {}
            made = {o: e for e in fill.body.eqns if isinstance(e, Apply) for o in e.outs}
            kept = self.kept(push, made, visible, same)
            if len(kept) < len(dict.fromkeys(push.args[1:])):
                return self.changed(fill, take, push, pop, kept, made, same)
        return None

    def only(self, *tapes: Var) -> bool:
        return all(isinstance(self.build.kinds[tape], k.Tape) for tape in tapes)

    def kept(
        self, push: Apply, made: Mapping[Var, Apply], visible: Mapping[Var, None],
        same: Mapping[Var, Var],
    ) -> dict[Atom, None]:  # fmt: skip
        """What stays on the tape."""
        kept = dict.fromkeys(push.args[1:])
        order = {var: n for n, var in enumerate(made)}
        pushed = [a for a in kept if isinstance(a, Var) and a in made]
        for var in sorted(pushed, key=lambda v: -order[v]):
            kind = self.build.kinds[var]
            if not isinstance(kind, k.Array) or kind.dtype != "float":
                continue
            rest = {atom: None for atom in kept if atom is not var}
            ready = self.ready(rest, visible, same)
            if self.cost(var, made, ready, COST) is not None:
                kept = rest
        return kept

    def ready(
        self, kept: Iterable[Atom], visible: Mapping[Var, None], same: Mapping[Var, Var]
    ) -> dict[Atom, None]:
        """What can be read in a turn that empties the tape."""
        lasting = [var for var in visible if not self.storages.overwritten(var)]
        return dict.fromkeys([*kept, *lasting, *same])

    def cost(
        self, atom: Atom, made: Mapping[Var, Apply], ready: Mapping[Atom, None], limit: int
    ) -> int | None:
        """How many operations make a value of what is ready; None if that is too many."""
        if isinstance(atom, Lit) or atom in ready:
            return 0
        eqn = made.get(atom)
        if eqn is None or limit <= 0 or not self.is_cheap(eqn, ready):
            return None
        total = 1
        for arg in eqn.args:
            more = self.cost(arg, made, ready, limit - total)
            if more is None:
                return None
            total += more
        return total if total <= limit else None

    def is_cheap(self, eqn: Apply, ready: Mapping[Atom, None]) -> bool:
        kinds = self.build.kinds
        if eqn.op == "mem.getitem":
            x, index = eqn.args
            return x in ready and (isinstance(index, Lit) or isinstance(kinds[index], k.Scalar))
        if eqn.op == "operator.truediv":
            return isinstance(kinds[eqn.out], k.Scalar)
        return eqn.op in CHEAP and isinstance(kinds[eqn.out], (k.Scalar, k.Array))

    def changed(
        self, fill: For, take: For, push: Apply, pop: Apply, kept: Mapping[Atom, None],
        made: Mapping[Var, Apply], same: Mapping[Var, Var],
    ) -> tuple[For, For]:  # fmt: skip
        less = replace(push, args=(push.args[0], *kept))
        outs = dict(zip(push.args[1:], pop.outs[:-1]))
        pulled = replace(pop, outs=(*(outs[atom] for atom in kept), pop.outs[-1]))
        known: dict[Atom, Atom] = {atom: outs[atom] for atom in kept}
        known.update(same.items())
        mapping: dict[Var, Atom] = {}
        with self.build.block() as eqns:
            for atom, out in zip(push.args[1:], pop.outs[:-1]):
                if atom not in kept or outs[atom] is not out:
                    mapping[out] = self.again(atom, made, known)
        kind = k.Tape(tuple(self.build.kind(atom) for atom in kept))
        for tape in _tapes(fill, take, push, pop):
            self.build.kinds[tape] = kind
        body: list[Equation] = []
        for eqn in take.body.eqns:
            body += [pulled, *eqns] if eqn is pop else [eqn]
        new_body = substitute(Block(tuple(body), take.body.results), mapping)
        swapped = tuple(less if eqn is push else eqn for eqn in fill.body.eqns)
        return (
            replace(fill, body=Block(swapped, fill.body.results)),
            replace(take, body=new_body),
        )

    def again(self, atom: Atom, made: Mapping[Var, Apply], known: dict[Atom, Atom]) -> Atom:
        if isinstance(atom, Lit):
            return atom
        if atom not in known:
            eqn = made.get(atom)
            if eqn is None:
                return atom
            args = [self.again(arg, made, known) for arg in eqn.args]
            out = self.build.var(self.build.kinds[atom], atom.name)
            self.build.eqns.append(Apply((out,), eqn.op, tuple(args), eqn.loc))
            known[atom] = out
        return known[atom]


def _meetings(fill: For, take: For) -> list[tuple[int, int]]:
    """Where the second loop goes on with what the first one carries."""
    return [
        (here, there)
        for there, init in enumerate(take.inits)
        for here, out in enumerate(fill.outs)
        if init is out
    ]


def _push(fill: For, here: int) -> Apply | None:
    for eqn in fill.body.eqns:
        if isinstance(eqn, Apply) and eqn.op == "mem.push" and eqn.args[0] is fill.params[here]:
            return eqn if fill.body.results[here] is eqn.out else None
    return None


def _pop(take: For, there: int) -> Apply | None:
    for eqn in take.body.eqns:
        if isinstance(eqn, Apply) and eqn.op == "mem.unpush" and eqn.args[0] is take.params[there]:
            return eqn if take.body.results[there] is eqn.outs[-1] else None
    return None


def _tapes(fill: For, take: For, push: Apply, pop: Apply) -> list[Var]:
    here, there = fill.body.results.index(push.out), take.body.results.index(pop.outs[-1])
    found = [push.out, pop.outs[-1], fill.params[here], fill.outs[here]]
    found += [take.params[there], take.outs[there]]
    return found + [a for a in (fill.inits[here],) if isinstance(a, Var)]


def _same_range(first: For, second: For) -> bool:
    ends = zip((first.start, first.stop, first.step), (second.start, second.stop, second.step))
    equal = all(a is b or (isinstance(a, Lit) and a == b) for a, b in ends)
    return equal and first.backward != second.backward
