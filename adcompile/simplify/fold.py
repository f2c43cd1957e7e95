"""What is known when compiling is computed when compiling.

    v1 = sub(2, 1)
    v2 = pow(x, v1)                         v3 = mul(2, x)
    v3 = mul(2, v2)                         v5 = sub(y, v3)
    v4 = neg(v3)                ->          return v5
    v5 = add(y, v4)
    if True -> v6:
      yield v5
    else:
      yield v4
    return v6

Only what is the same bit for bit: x * 1 and x - 0 are x, but x + 0.0 is not (of -0.0 it makes 0.0).
Names of one value become one, a branch that is always taken stands open, a loop without turns goes,
and a carried variable that no turn changes is what it was before the loop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from adcompile.passes import ALL, Passes
from adcompile.rules.memory import LAYOUT
from adcompile.simplify.constants import evaluate
from adcompile.simplify.copies import copied
from adcompile.simplify.identities import Found, identity
from adcompile.trace.holds import holds
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
    everywhere,
    walk,
)
from adcompile.trace.kinds import Kind, Scalar
from adcompile.trace.substitute import substitute, substitute_atoms, substitute_tree

NAME = "fold"
Loop = TypeVar("Loop", bound=For | While)


def fold(trace: Trace, passes: Passes = ALL) -> Trace:
    """The trace with what is known computed; `identities` and `copies` go along."""
    if not any(name in passes for name in (NAME, "identities", "copies")):
        return trace
    return everywhere(lambda each: _fold(each, passes), trace)


def _fold(trace: Trace, passes: Passes) -> Trace:
    pass_ = _Pass(trace.kinds, (*trace.body.results, *_asked(trace)), passes)
    body = pass_.block(trace.body)
    if body is trace.body and not pass_.mapping:
        return trace
    return replace(trace, body=body, result=substitute_tree(trace.result, pass_.mapping))


def _asked(trace: Trace) -> list[Atom]:
    """The arrays of which is asked how they lie in memory, not of what they are made of."""
    if holds(trace).isdisjoint(LAYOUT):
        return []
    asking = [each for each in walk(trace.body) if isinstance(each, Apply) and each.op in LAYOUT]
    return [atom for eqn in asking for atom in eqn.args]


class _Pass:
    """`mapping` says what a variable is the same as; `makers` which equation made it."""

    def __init__(
        self, kinds: Mapping[Var, Kind], results: tuple[Atom, ...], passes: Passes
    ) -> None:
        self.kinds = kinds
        self.folds = NAME in passes
        self.identities = "identities" in passes
        self.copies = "copies" in passes
        self.results = dict.fromkeys(atom for atom in results if isinstance(atom, Var))
        self.mapping: dict[Var, Atom] = {}
        self.makers: dict[Var, Apply] = {}
        self.eqns: list[Equation] = []

    def read(self, atom: Atom) -> Atom:
        return self.mapping.get(atom, atom)  # type: ignore[arg-type]

    def atoms(self, atoms: Sequence[Atom]) -> tuple[Atom, ...]:
        return substitute_atoms(tuple(atoms), self.mapping)

    def equate(self, outs: Sequence[Var], atoms: Sequence[Atom]) -> None:
        """From here on each of `outs` is called by the atom that it is equal to."""
        self.mapping.update(zip(outs, self.atoms(atoms), strict=True))

    def block(self, block: Block) -> Block:
        outer, self.eqns = self.eqns, []
        self.inline(block)
        eqns, self.eqns = self.eqns, outer
        return block.having(eqns, self.atoms(block.results))

    def inline(self, block: Block) -> None:
        for eqn in block.eqns:
            self.equation(eqn)

    def equation(self, eqn: Equation) -> None:
        match eqn:
            case Apply():
                self.apply(eqn.reading(self.atoms(eqn.args)))
            case Call():
                self.eqns.append(replace(eqn, args=self.atoms(eqn.args)))
            case If():
                self.branch(eqn)
            case For():
                self.for_(eqn)
            case While():
                self.while_(eqn)

    def apply(self, eqn: Apply) -> None:
        if self.folds and _is_known(eqn):
            lit = evaluate(eqn.op, tuple(arg.value for arg in eqn.args if isinstance(arg, Lit)))
            if lit is not None:
                self.mapping[eqn.out] = lit
                return
        found: Found = copied(eqn, self.kinds) if self.copies else None
        if found is None and self.identities:
            found = identity(eqn, self.kinds, self.makers, self.results)
        if isinstance(found, Apply):
            eqn = found
        elif found is not None:
            self.equate(eqn.outs, found)
            return
        self.makers.update(dict.fromkeys(eqn.outs, eqn))
        self.eqns.append(eqn)

    def branch(self, eqn: If) -> None:
        cond = self.read(eqn.cond)
        if eqn.caught:
            tried = self.block(eqn.then)
            if tried.eqns:
                self.eqns.append(replace(eqn, then=tried))
            else:
                self.equate(eqn.outs, tried.results)
            return
        if not self.folds:
            then, orelse = self.block(eqn.then), self.block(eqn.orelse)
            self.eqns.append(replace(eqn, cond=cond, then=then, orelse=orelse))
            return
        if isinstance(cond, Lit):
            taken = eqn.then if cond.value else eqn.orelse
            self.inline(taken)
            self.equate(eqn.outs, taken.results)
            return
        then, orelse = self.block(eqn.then), self.block(eqn.orelse)
        sides = list(zip(eqn.outs, then.results, orelse.results))
        if not then.eqns and not orelse.eqns and self.is_bool(cond):
            chosen = {(True, False)}
            known = [side for side in sides if _truth(cond, *side[1:]) in chosen]
            for out, *_ in known:
                self.equate((out,), (cond,))
            sides = [side for side in sides if side not in known]
        kept = [side for side in sides if side[1] is not side[2]]
        if len(kept) == len(eqn.outs) > 0:
            self.eqns.append(eqn.having(cond, then, orelse))
            return
        for out, result, other in sides:
            if result is other:
                self.equate((out,), (result,))
        if not kept and not then.eqns and not orelse.eqns:
            return
        outs = tuple(side[0] for side in kept)
        then = replace(then, results=tuple(side[1] for side in kept))
        orelse = replace(orelse, results=tuple(side[2] for side in kept))
        self.eqns.append(If(outs, cond, then, orelse, eqn.loc))

    def is_bool(self, atom: Atom) -> bool:
        return isinstance(atom, Var) and self.kinds.get(atom) == Scalar("bool")

    def for_(self, eqn: For) -> None:
        bounds = self.atoms(eqn.bounds)
        if self.folds and _is_empty(bounds):
            self.equate(eqn.outs, eqn.inits)
            return
        eqn = self.invariant(eqn.having(eqn.inits, bounds, eqn.body))
        self.finish(eqn.having(self.atoms(eqn.inits), bounds, self.block(eqn.body)))

    def while_(self, eqn: While) -> None:
        eqn = self.invariant(eqn)
        cond = self.block(eqn.cond)
        test = cond.results[0]
        if self.folds and isinstance(test, Lit) and not test.value:
            inits = dict(zip(eqn.params, self.atoms(eqn.inits)))
            self.eqns += substitute(Block(cond.eqns, ()), inits).eqns
            self.equate(eqn.outs, eqn.inits)
            return
        self.finish(eqn.having(self.atoms(eqn.inits), cond, self.block(eqn.body)))

    def finish(self, eqn: For | While) -> None:
        """Append a loop whose body is done, without what the body turned out to leave alone."""
        if self.folds and eqn.exits and eqn.body.results[-1] == Lit(False):
            body = replace(eqn.body, results=eqn.body.results[:-1])
            eqn = replace(eqn, exits=False, body=body)
        reduced = self.invariant(eqn)
        if reduced is eqn:
            self.eqns.append(eqn)
            return
        found = {param: self.mapping[param] for param in eqn.params if param in self.mapping}
        body = substitute(reduced.body, found)
        if isinstance(reduced, While):
            self.eqns.append(replace(reduced, cond=substitute(reduced.cond, found), body=body))
        else:
            self.eqns.append(replace(reduced, body=body))

    def invariant(self, eqn: Loop) -> Loop:
        """The loop without the carried variables that no turn changes."""
        if not self.folds:
            return eqn
        results = self.atoms(eqn.body.results)
        inits = self.atoms(eqn.inits)
        kept: list[int] = []
        for number, (param, init) in enumerate(zip(eqn.params, inits)):
            if results[number] is param or results[number] is init:
                self.equate((param, eqn.outs[number]), (init, init))
            else:
                kept.append(number)
        if len(kept) == len(eqn.params):
            return eqn
        all_, count = eqn.body.results, len(eqn.params)
        left = (*(all_[number] for number in kept), *all_[count:])
        return replace(
            eqn,
            outs=tuple(eqn.outs[number] for number in kept),
            inits=tuple(inits[number] for number in kept),
            params=tuple(eqn.params[number] for number in kept),
            body=Block(eqn.body.eqns, left),
        )


def _is_known(eqn: Apply) -> bool:
    for arg in eqn.args:
        if not isinstance(arg, Lit):
            return False
    return len(eqn.outs) == 1 and bool(eqn.args)


def _truth(cond: Atom, result: Atom, other: Atom) -> tuple[object, object] | None:
    """The values of both sides, where they are True and False, as the condition itself is."""
    result = Lit(True) if result is cond else result
    other = Lit(False) if other is cond else other
    if isinstance(result, Lit) and isinstance(other, Lit):
        values = (result.value, other.value)
        return values if all(isinstance(value, bool) for value in values) else None
    return None


def _is_empty(bounds: Sequence[Atom]) -> bool:
    values = [atom.value for atom in bounds if isinstance(atom, Lit)]
    if len(values) < 3 or not all(isinstance(value, int) for value in values) or values[2] == 0:
        return False
    return not range(*values)
