"""A result that a loop is left with, and that is what the loop carries anyway.

    for i in range(n):              for i in range(n) carry u:
        u[i] *= x                     u.2 = write(u.1, ...)
        if u[i] > c:        ->        c.1 = gt(...)
            return u                  break if c.1
    return u                        return u.3

A turn that returns is the last one, so what the loop carries after it is what the turn has made,
and the result needs no place of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import replace
from typing import Any

from adcompile.trace import kinds as k
from adcompile.trace.ir import UNDEF, Atom, Block, Equation, If, Lit, Var, blocks


def same_as(
    inits: list[Atom], params: list[Var], results: list[Atom], own: Mapping[Var, None],
    eqns: Iterable[Equation], returned: Atom,
) -> dict[Var, Var]:  # fmt: skip
    """For the places of a result (`own`) the carried ones that are the same where it is returned.

    `returned` says at the end of a turn whether the function returns.
    """
    made: dict[Var, tuple[If, int]] = {}
    _note(eqns, made)
    known: dict[Atom, bool] = {}
    _follows(returned, params, made, known)
    then = {param: _where(result, made, known) for param, result in zip(params, results)}
    found: dict[Var, Var] = {}
    for param, init in zip(params, inits):
        if param not in own or init != UNDEF or not isinstance(then[param], Var):
            continue
        for other in params:
            if other not in own and then[other] is then[param]:
                found[param] = other
                break
    return found


def _note(eqns: Iterable[Equation], made: dict[Var, tuple[If, int]]) -> None:
    """The branches that variables come from."""
    for eqn in eqns:
        if isinstance(eqn, If) and not eqn.caught:
            made.update((out, (eqn, number)) for number, out in enumerate(eqn.outs))
            for block in blocks(eqn):
                _note(block.eqns, made)


def _follows(
    flag: Atom, params: list[Var], made: Mapping[Var, tuple[If, int]], known: dict[Atom, bool]
) -> None:
    """What is known where this flag is true; the flags that a turn begins with are false."""
    while isinstance(flag, Var):
        known[flag] = True
        if flag not in made:
            return
        eqn, number = made[flag]
        sides = eqn.then.results[number], eqn.orelse.results[number]
        false = [side == Lit(False) or side in params for side in sides]
        if false[0] == false[1]:
            return
        known[eqn.cond] = false[1]
        flag = sides[0] if false[1] else sides[1]


def _where(atom: Atom, made: Mapping[Var, tuple[If, int]], known: Mapping[Atom, bool]) -> Atom:
    """What it is where all this is known."""
    while isinstance(atom, Var) and atom in made and made[atom][0].cond in known:
        eqn, number = made[atom]
        side = eqn.then if known[eqn.cond] else eqn.orelse
        atom = side.results[number]
    return atom


def only_returned(
    result: Atom,
    flag: Atom,
    params: list[Var],
    eqns: list[Equation],
    kinds: MutableMapping[Var, Any],
) -> Atom:
    """The result where this flag is true, and nothing where it is not."""
    for place, eqn in enumerate(eqns):
        if not isinstance(eqn, If) or eqn.caught or flag not in eqn.outs:
            continue
        if any(result in later.outs for later in eqns[place + 1 :]):
            return result  # made behind the branch that says whether it is returned
        number = [out is flag for out in eqn.outs].index(True)
        sides: list[Block] = []
        for side in (eqn.then, eqn.orelse):
            inner, said, value = list(side.eqns), side.results[number], result
            if result in eqn.outs:
                value = side.results[[out is result for out in eqn.outs].index(True)]
            if said == Lit(False) or said in params:
                value = UNDEF
            elif said != Lit(True):
                value = only_returned(value, said, params, inner, kinds)
            sides.append(Block(tuple(inner), (*side.results, value)))
        ends = [side.results[-1] for side in sides]
        if ends[0] is ends[1]:
            return result
        for out, *known in zip(eqn.outs, *(side.results for side in sides)):
            if known == ends:
                return out
        new = Var()
        kinds[new] = kinds[result] if isinstance(result, Var) else k.of_constant(result.value)
        eqns[place] = replace(eqn, outs=(*eqn.outs, new), then=sides[0], orelse=sides[1])
        return new
    return result
