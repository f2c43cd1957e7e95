"""The reverse of a branch: a branch on the same condition.

    if c: y = sin(x)                    if c: x_bar = add(x_bar, mul(cos(x), y_bar))
    else: y = mul(x, z)         ->      else: x_bar = add(x_bar, mul(z, y_bar)); z_bar = ...

A bar that only one side changes is a result of both; where that is not zero is noted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from adcompile.trace import kinds as k
from adcompile.trace.ir import UNDEF, Atom, Block, Equation, If, Lit, Var
from adcompile.transforms import recording
from adcompile.transforms.bars import Bar, Scope, outs_of
from adcompile.transforms.selections import Condition, Selected

if TYPE_CHECKING:
    from adcompile.transforms.adjoint import Sweep


@dataclass(frozen=True, slots=True)
class Masks:
    """Not zero where a branch has made a bar: as a result of both branches."""

    out: Var
    sides: tuple[Atom, Atom]


def reverse_branches(sweep: Sweep, eqn: If, scope: Scope) -> If:
    """Append the If that reverses a branch; return the forward If."""
    bars = [sweep.bars.take(scope, out) for out in eqn.outs]
    holes = (sweep.hole_count, sweep.hole_count + 1)
    sweep.hole_count += 2
    inner, reverse, forward = [], [], []
    for branch, hole in zip((eqn.then, eqn.orelse), holes):
        below = Scope(scope, outs_of(branch.eqns))
        with sweep.build.block() as eqns:
            eqns.append(recording.hole(hole))
            for result, bar in zip(branch.results, bars):
                sweep.bars.add(below, result, bar)
            forward.append(sweep.sweep(branch.eqns, below))
        inner.append(below)
        reverse.append(eqns)
    then, orelse = (Block(tuple(f), b.results) for f, b in zip(forward, (eqn.then, eqn.orelse)))
    new = replace(eqn, then=then, orelse=orelse)
    sweep.holes[new] = holes
    sweep.reverses[new] = _join(sweep, eqn, scope, inner, reverse, bars)
    return new


def _join(
    sweep: Sweep,
    eqn: If,
    scope: Scope,
    inner: list[Scope],
    reverse: list[list[Equation]],
    taken: Sequence[Bar],
) -> If:
    """Append the If of the two reverse branches, with the bars that either has changed."""
    changed = {var: None for below in inner for var in below.bars if var not in below.owned}
    results: list[list[Atom]] = []
    for here, below, eqns in zip((eqn.then, eqn.orelse), inner, reverse):
        outer, sweep.build.eqns = sweep.build.eqns, eqns
        given = [None if _leaves_out(here, end) else bar for end, bar in zip(here.results, taken)]
        results.append([_bar_of(sweep, eqn, below, var, given) for var in changed])
        sweep.build.eqns = outer
    sides = _sides(sweep, eqn, changed, inner, reverse)
    pairs = dict(zip(changed, zip(*results, strict=True)))
    differing = {var: pair for var, pair in pairs.items() if pair[0] is not pair[1]}
    outs = tuple(sweep.bars.new(var) for var in differing)
    masks = [side for side in sides.values() if isinstance(side, Masks)]
    then, orelse = (
        Block(
            tuple(eqns),
            (*(p[n] for p in differing.values()), *(mask.sides[n] for mask in masks)),
        )
        for n, eqns in enumerate(reverse)
    )
    whole = If((*outs, *(mask.out for mask in masks)), eqn.cond, then, orelse, eqn.loc)
    if differing:
        sweep.build.eqns.append(whole)
    new: dict[Var, Atom] = {var: pair[0] for var, pair in pairs.items()}
    new.update(zip(differing, outs))
    for var, atom in new.items():
        bar = sweep.bars.structured(atom)
        side = sides.get(var)
        if side is not None and isinstance(bar, Var) and var in differing:
            found = Condition(side.out) if isinstance(side, Masks) else side
            bar = Selected(bar, (found,), 1)
        scope.bars[var] = bar
    return whole


def _bar_of(sweep: Sweep, eqn: If, below: Scope, var: Var, taken: Sequence[Bar]) -> Atom:
    """The bar of a variable at the end of a branch; zeros like what comes in, where it may."""
    bar = sweep.bars.get(below, var)
    if bar is None and sweep.build.witness(var, dtype=True) is var:
        for n, (out, came) in enumerate(zip(eqn.outs, taken)):
            dtypes = {k.dtype_of(sweep.build.kind(each)) for each in (var, out)}
            same = len(dtypes) == 1 and sweep.build.same_dims(var, out)
            known = isinstance(came, Var) and same
            if known and any(_hands_on(b, b.results[n], var) for b in (eqn.then, eqn.orelse)):
                return sweep.build.apply("mem.zeros_like", came)  # type: ignore[arg-type]
    return sweep.bars.atom(bar, var)


def _sides(
    sweep: Sweep, eqn: If, changed: dict[Var, None], inner: list[Scope],
    reverse: list[list[Equation]],
) -> dict[Var, Condition | Masks]:  # fmt: skip
    """Where the bars that not every branch has made, or not for all elements, are not zero."""
    found: dict[Var, Condition | Masks] = {}
    for var in changed:
        made = [sweep.bars.get(below, var) for below in inner]
        if any(isinstance(bar, Selected) for bar in made):
            found[var] = _masks(sweep, made, reverse)
        elif (made[0] is None) != (made[1] is None):
            found[var] = Condition(eqn.cond, "false" if made[0] is None else "true")
    return found


def _masks(
    sweep: Sweep, made: list[Bar], reverse: list[list[Equation]]) -> Masks:
    sides: list[Atom] = []
    for bar, eqns in zip(made, reverse):
        outer, sweep.build.eqns = sweep.build.eqns, eqns
        whole = bar is not None and not isinstance(bar, Selected)
        sides.append(Lit(whole))
        if isinstance(bar, Selected):
            sides[-1] = sweep.bars.selections.mask(bar.conditions)
        sweep.build.eqns = outer
    out = sweep.build.var(k.join(*(sweep.build.kind(side) for side in sides)))
    return Masks(out, (sides[0], sides[1]))


def _leaves_out(block: Block, result: Atom) -> bool:
    """Is there nothing, on one of the paths of the block, that this is?"""
    if result == UNDEF:
        return True
    made = next((eqn for eqn in block.eqns if isinstance(eqn, If) and result in eqn.outs), None)
    if made is None:
        return False
    n = [out is result for out in made.outs].index(True)
    return any(_leaves_out(each, each.results[n]) for each in (made.then, made.orelse))


def _hands_on(block: Block, result: Atom, var: Var) -> bool:
    """Does the block leave this variable, as it is, on one of its paths?"""
    if result is var:
        return True
    for eqn in block.eqns:
        if isinstance(eqn, If) and result in eqn.outs:
            n = [out is result for out in eqn.outs].index(True)
            return any(_hands_on(b, b.results[n], var) for b in (eqn.then, eqn.orelse))
    return False
