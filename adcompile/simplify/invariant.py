"""What every turn of a loop computes anew is computed once, before the loop.

    for i in range(n) carry a:              v1 = truediv(h, 2)
      v1 = truediv(h, 2)                    v2 = gt(n, 0)
      v3 = math.exp(k)                      if v2 -> v3: math.exp(k), else: 0.0
      v4 = mul(v1, v3)            ->        for i in range(n) carry a:
      a = add(a, v4)                          v4 = mul(v1, v3)
                                              a = add(a, v4)

A loop may have no turns: what can raise moves only where a turn is sure, or, if it is a number,
behind a test for one, which stands outside of every loop, so that no tape gets longer.  Nothing
that can raise moves past an effect, or out of a try.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from adcompile.simplify import turns
from adcompile.simplify.turns import Facts, Range
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
    bound,
    walk,
)

NAME = "invariant"
ZEROS = {"float": Lit(0.0), "int": Lit(0), "bool": Lit(False)}


def invariant(trace: Trace) -> Trace:
    """The trace with what is the same in every turn computed before the loop."""
    functions = {name: _moved(callee, False) for name, callee in trace.functions.items()}
    moved = _moved(trace, True)
    if moved is trace and all(functions[name] is trace.functions[name] for name in functions):
        return trace
    return replace(moved, functions=functions)


def _moved(trace: Trace, testing: bool) -> Trace:
    if not any(isinstance(eqn, (For, While)) for eqn in walk(trace.body)):
        return trace
    mover = _Mover(trace)
    body = mover.block(trace.body)
    if testing:
        body = mover.tested(body)
    if not mover.moved:
        return trace
    return replace(trace, body=body, kinds=mover.facts.kinds)


class _Mover:
    """Moves equations; `ranges` are those of the loops around, which have a turn."""

    def __init__(self, trace: Trace) -> None:
        self.facts = Facts(trace)
        self.ranges: list[Range] = []
        self.moved = False

    def block(self, block: Block) -> Block:
        """The block with all that can leave the loops in it before them."""
        eqns: list[Equation] = []
        for eqn in block.eqns:
            if isinstance(eqn, (For, While)):
                eqns += self.loop(eqn)
            else:
                eqns.append(self.other(eqn))
            self.facts.note(eqn)
        return Block(tuple(eqns), block.results)

    def other(self, eqn: Equation) -> Equation:
        if isinstance(eqn, If) and not eqn.caught:
            return replace(eqn, then=self.block(eqn.then), orelse=self.block(eqn.orelse))
        return eqn

    def loop(self, eqn: For | While) -> list[Equation]:
        """What leaves the loop, then the loop."""
        before: list[Equation] = []
        if isinstance(eqn, While):
            cond = self.leave(self.block(eqn.cond), varies(eqn.params), before, False)
            body = self.leave(self.block(eqn.body), varies(eqn.params), before, False)
            return [*before, replace(eqn, cond=cond, body=body)]
        range_ = (eqn.start, eqn.stop, eqn.step)
        sure = turns.is_sure(range_, self.ranges)
        self.ranges.append(range_)
        self.facts.index[eqn.index] = range_
        body = self.leave(self.block(eqn.body), varies(bound(eqn)), before, sure)
        self.ranges.pop()
        return [*before, replace(eqn, body=body)]

    def leave(
        self, block: Block, varying: dict[Atom, None], before: list[Equation], sure: bool
    ) -> Block:
        """The body of a loop without what goes `before` it."""
        eqns: list[Equation] = []
        idle: dict[Atom, Apply] = {}
        effects = False
        for eqn in block.eqns:
            if isinstance(eqn, Apply) and self.facts.stays_same(eqn, varying):
                chain = _chain(eqn, idle)
                if not self.facts.pays(eqn):
                    idle[eqn.out] = eqn
                    eqns.append(eqn)
                    continue
                if (sure and not effects) or all(map(self.facts.harmless, chain)):
                    before += self.copies(chain)
                    continue
            eqns.append(eqn)
            varying |= varies(eqn.outs)
            effects = effects or self.facts.has_effect(eqn)
        return Block(tuple(eqns), block.results)

    def copies(self, chain: list[Apply]) -> list[Apply]:
        """The last equation of a chain, behind copies of the others."""
        self.moved = True
        made, mapping = self.copied(chain[:-1])
        last = chain[-1]
        args = tuple(mapping.get(arg, arg) for arg in last.args)
        return [*made, Apply(last.outs, last.op, args, last.loc)]

    def copied(self, eqns: Iterable[Apply]) -> tuple[list[Apply], dict[Atom, Var]]:
        """Copies of equations, and what they define instead."""
        mapping: dict[Atom, Var] = {}
        made: list[Apply] = []
        for eqn in eqns:
            args = tuple(mapping.get(arg, arg) for arg in eqn.args)
            mapping[eqn.out] = self.facts.like(eqn.out)
            made.append(Apply((mapping[eqn.out],), eqn.op, args, eqn.loc))
        return made, mapping

    # behind tests

    def tested(self, block: Block) -> Block:
        """The body of the function, with numbers that can raise before its loops, behind tests."""
        eqns: list[Equation] = []
        for eqn in block.eqns:
            if isinstance(eqn, For):
                eqns += self.behind_tests(eqn)
            else:
                eqns.append(eqn)
        return Block(tuple(eqns), block.results)

    def behind_tests(self, loop: For) -> list[Equation]:
        varying = varies(bound(loop))
        for eqn in walk(loop.body):
            varying |= varies((*eqn.outs, *bound(eqn)))
        finder = _Finder(self, varying)
        body = finder.block(loop.body, (loop.start, loop.stop, loop.step), ())
        before: list[Equation] = []
        for ranges, found in finder.found.items():
            before += self.test(ranges, found, finder.idle)
        return [*before, replace(loop, body=body)]

    def test(
        self, ranges: tuple[Range, ...], found: list[Apply], idle: dict[Atom, Apply]
    ) -> list[Equation]:
        """These equations, where all ranges have a turn; what stayed in the loop is `idle`."""
        if not ranges:
            return [*found]
        start, stop, step = ranges[0]
        assert isinstance(step, Lit)
        ends, mapping = self.copied(_taken_along((start, stop), idle))
        op = "operator.gt" if step.value > 0 else "operator.lt"
        turn = self.facts.var(k.BOOL)
        inner = self.test(ranges[1:], found, idle)
        used = [out for eqn in inner for out in eqn.outs if out in self.facts.wanted]
        new = {out: self.facts.like(out) for out in used}
        renamed = turns.renamed(inner, new)
        zeros = tuple(self.zero(out) for out in used)
        then = Block(tuple(renamed), tuple(new[out] for out in used))
        loc = found[0].loc
        branch = If(tuple(used), turn, then, Block((), zeros), loc)
        compared = (mapping.get(stop, stop), mapping.get(start, start))
        return [*ends, Apply((turn,), op, compared, loc), branch]

    def zero(self, var: Var) -> Atom:
        kind = self.facts.kinds[var]
        assert isinstance(kind, k.Scalar)
        return ZEROS[kind.dtype]


class _Finder:
    """Takes what can leave a nest of loops behind tests out of it."""

    def __init__(self, mover: _Mover, varying: dict[Atom, None]) -> None:
        self.mover = mover
        self.facts = mover.facts
        self.varying = varying
        self.idle: dict[Atom, Apply] = {}
        self.found: dict[tuple[Range, ...], list[Apply]] = {}
        self.effects = False

    def block(self, block: Block, range_: Range, around: tuple[Range, ...]) -> Block:
        """The body of a loop over this range, inside of others that are tested."""
        if turns.is_sure(range_, around):
            tests = around
        elif turns.is_testable(range_) and not any(atom in self.varying for atom in range_):
            tests = (*around, range_)
        else:
            return block
        eqns: list[Equation] = []
        for eqn in block.eqns:
            if isinstance(eqn, For):
                eqn = replace(
                    eqn, body=self.block(eqn.body, (eqn.start, eqn.stop, eqn.step), tests)
                )
            elif isinstance(eqn, Apply) and self.leaves(eqn, tests):
                continue
            eqns.append(eqn)
            self.effects = self.effects or self.facts.has_effect(eqn)
        return Block(tuple(eqns), block.results)

    def leaves(self, eqn: Apply, tests: tuple[Range, ...]) -> bool:
        outs = varies(eqn.outs)
        for out in outs:
            self.varying.pop(out, None)
        if not self.effects and self.facts.stays_same(eqn, self.varying):
            if not self.facts.pays(eqn):
                self.idle[eqn.out] = eqn
                return False
            if turns.is_number(self.facts.kinds[eqn.out]):
                self.found.setdefault(tests, []).extend(
                    self.mover.copies(_chain(eqn, self.idle))
                )
                self.facts.wanted[eqn.out] = None
                return True
        self.varying.update(outs)
        return False


def varies(vars: Iterable[Var]) -> dict[Atom, None]:
    return {var: None for var in vars}


def _chain(eqn: Apply, idle: dict[Atom, Apply]) -> list[Apply]:
    """The equation, behind those that it takes along."""
    return [*_taken_along(eqn.args, idle), eqn]


def _taken_along(atoms: Iterable[Atom], idle: dict[Atom, Apply]) -> list[Apply]:
    """Those of the equations that these atoms need, in order."""
    found: dict[Apply, None] = {}

    def visit(atom: Atom) -> None:
        if atom in idle and idle[atom] not in found:
            for arg in idle[atom].args:
                visit(arg)
            found[idle[atom]] = None

    for atom in atoms:
        visit(atom)
    return list(found)
