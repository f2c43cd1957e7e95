"""Loops whose turns only add to what they carry: their order does not matter.

for i in range(n) carry s, w_bar:
  s = s + x[i]
  w_bar = accumulate(w_bar, v, i)

"""

from __future__ import annotations

from collections.abc import Iterable

from adcompile.trace.ir import Apply, Atom, Block, Equation, For, If, Var, blocks, free, operands

SUMS = ("operator.add", "operator.sub", "mem.accumulate", "mem.scatter_add")


def all_sum_up(params: Iterable[Var], results: Iterable[Atom], block: Block) -> bool:
    """Does a turn only add to each of what it carries?"""
    uses = _uses(block)
    return all(_sums_up(param, end, block, uses) for param, end in zip(params, results))


def reads(eqn: Equation) -> dict[Var, None]:
    found = {atom: None for atom in operands(eqn) if isinstance(atom, Var)}
    for block in blocks(eqn):
        found |= free(block)
    return found


def _uses(block: Block) -> dict[Var, int]:
    """How often each variable is read, by equations and as a result of a block."""
    uses: dict[Var, int] = {}

    def count(atoms: Iterable[Atom]) -> None:
        for atom in atoms:
            if isinstance(atom, Var):
                uses[atom] = uses.get(atom, 0) + 1

    def inside(block: Block) -> None:
        count(block.results)
        for eqn in block.eqns:
            count(operands(eqn))
            for below in blocks(eqn):
                inside(below)

    inside(block)
    return uses


def _sums_up(start: Var, end: Atom, block: Block, uses: dict[Var, int]) -> bool:
    """Is `end` the sum of `start` and of terms that do not know it?"""
    current = start
    for eqn in block.eqns:
        if current is end:
            break
        if current not in reads(eqn):
            continue
        following = _next(current, eqn, uses)
        if following is None:
            return False
        current = following
    return current is end and uses.get(current, 0) == 1


def _next(current: Var, eqn: Equation, uses: dict[Var, int]) -> Var | None:
    """The variable that is `current` and something more."""
    match eqn:
        case Apply() if uses.get(current) == 1 and eqn.op in SUMS:
            places = [n for n, arg in enumerate(eqn.args) if arg is current]
            return eqn.out if places == [0] or eqn.op == "operator.add" else None
        case If():
            found = [out for n, out in enumerate(eqn.outs) if _through(current, eqn, n, uses)]
            return found[0] if len(found) == 1 else None
        case For() if uses.get(current) == 1 and not eqn.exits and current in eqn.inits:
            n = eqn.inits.index(current)
            good = _sums_up(eqn.params[n], eqn.body.results[n], eqn.body, uses)
            return eqn.outs[n] if good else None
    return None


def _through(current: Var, eqn: If, n: int, uses: dict[Var, int]) -> bool:
    """Is the n-th out of an If `current` and something more, on both sides?"""
    both = (eqn.then, eqn.orelse)
    count = sum(_read_once(current, block) for block in both)
    good = all(_sums_up(current, block.results[n], block, {**uses, current: 1}) for block in both)
    return good and count == uses.get(current)


def _read_once(var: Var, block: Block) -> int:
    return _uses(block).get(var, 0)
