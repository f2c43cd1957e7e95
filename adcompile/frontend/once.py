"""What a try does once, although its body stands twice: tried, and computed behind it.

    try ValueError -> done, t:          the call is made where the body is tried,
      t1 = outside time()               and what it gives is read behind that
      ...
      yield True, t1
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import replace
from typing import TYPE_CHECKING

from adcompile.rules.memory import EFFECTS, only_raises
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    UNDEF,
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
    bound,
    walk,
)
from adcompile.trace.substitute import clone

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Kinds = MutableMapping[Var, k.Kind]


def apart(low: Lowerer, eqns: list[Equation]) -> tuple[Block, list[Var]]:
    """A copy of the equations to be tried, and the variables that its results are the values of.

    In place: the equations themselves, without what has happened then.
    """
    whole = Block(tuple(eqns), ())
    _check(low, whole)
    shown, found = _exposed(whole, low.build.kinds)
    copy = clone(replace(shown, results=tuple(atom for _, atom in found)), {}, low.build.kinds)
    _ask_there(low, shown, copy)
    eqns[:] = without_effects(whole).eqns
    return copy, [var for var, _ in found]


def _ask_there(low: Lowerer, block: Block, tried: Block) -> None:
    """What += raises on some path is asked for where it is tried."""
    if not low.updated:
        return
    names: dict[Var, Var] = {}
    for eqn, copy in zip(walk(block), walk(tried), strict=True):
        names.update(zip(eqn.outs, copy.outs))
        names.update(zip(bound(eqn), bound(copy)))
    for new in [var for var in low.updated if var in names]:
        old = low.updated.pop(new)
        low.updated[names[new]] = names.get(old, old)


def _check(low: Lowerer, block: Block) -> None:
    """Refuse what cannot be made twice, and whose results cannot be read behind it."""
    inside = {
        id(eqn): None
        for loop in walk(block) if isinstance(loop, (For, While))
        for eqn in walk(loop.body)
    }  # fmt: skip
    for eqn in walk(block):
        is_kept = isinstance(eqn, Apply) and eqn.op == "mem.outside" and id(eqn) in inside
        if is_kept:
            raise _twice(low, eqn, "a call without a rule, in a loop,")


def check_callees(low: Lowerer, body: Block, functions: Mapping[str, Trace]) -> None:
    """Refuse the calls in a try of what does more than compute."""
    busy = _busy(functions)
    for block in (body, *(function.body for function in functions.values())):
        for attempt in walk(block):
            if isinstance(attempt, If) and attempt.caught:
                for eqn in walk(attempt.then):
                    if isinstance(eqn, Call) and eqn.function in busy:
                        what = f"{eqn.function}, which prints or calls what has no rule,"
                        raise _twice(low, eqn, what)


def _busy(functions: Mapping[str, Trace]) -> dict[str, None]:
    """The callees that have an effect, themselves or by what they call."""
    found: dict[str, None] = {}
    changed = True
    while changed:
        changed = False
        for name, function in functions.items():
            if name not in found and any(_has_effect(e, found) for e in walk(function.body)):
                found[name] = None
                changed = True
    return found


def _has_effect(eqn: Equation, busy: Mapping[str, None]) -> bool:
    match eqn:
        case Call():
            return eqn.function in busy
        case Apply(op="mem.effect", args=(Lit(value=str() as text), *_)):
            return not only_raises(text)
        case Apply():
            return eqn.op in EFFECTS
    return False


def _twice(low: Lowerer, eqn: Equation, what: str) -> Exception:
    outer, low.build.loc = low.build.loc, eqn.loc
    error = low.rejection(
        None, f"{what} cannot stand inside a try: it would be made twice; call it before the try",
        "ADC116",
    )  # fmt: skip
    low.build.loc = outer
    return error


def _exposed(block: Block, kinds: Kinds) -> tuple[Block, list[tuple[Var, Atom]]]:
    """The block with what calls without a rule give among what it defines at its level."""
    eqns: list[Equation] = []
    found: list[tuple[Var, Atom]] = []
    for eqn in block.eqns:
        match eqn:
            case Apply(op="mem.outside"):
                found.append((eqn.out, eqn.out))
            case If():
                eqn, inner = _of_branches(eqn, kinds)
                found += inner
        eqns.append(eqn)
    return Block(tuple(eqns), block.results), found


def _of_branches(eqn: If, kinds: Kinds) -> tuple[If, list[tuple[Var, Atom]]]:
    then, first = _exposed(eqn.then, kinds)
    orelse, second = _exposed(eqn.orelse, kinds)
    outs = [Var(var.name) for var, _ in (*first, *second)]
    for out, (var, _) in zip(outs, (*first, *second)):
        kinds[out] = kinds[var]
    left = (*(atom for _, atom in first), *(UNDEF for _ in second))
    right = (*(UNDEF for _ in first), *(atom for _, atom in second))
    made = replace(
        eqn,
        outs=(*eqn.outs, *outs),
        then=replace(then, results=(*then.results, *left)),
        orelse=replace(orelse, results=(*orelse.results, *right)),
    )
    return made, [(var, out) for (var, _), out in zip((*first, *second), outs)]


def without_effects(block: Block, tried: bool = False) -> Block:
    """The block without what has happened already; what is tried may raise again."""
    return Block(tuple(_kept(block, tried)), block.results)


def _kept(block: Block, tried: bool) -> Iterator[Equation]:
    for eqn in block.eqns:
        match eqn:
            case Apply() if eqn.op in EFFECTS:
                if tried and _may_raise(eqn):
                    yield eqn
            case If():
                then = without_effects(eqn.then, tried or bool(eqn.caught))
                orelse = eqn.orelse if eqn.caught else without_effects(eqn.orelse, tried)
                yield If(eqn.outs, eqn.cond, then, orelse, eqn.loc, eqn.caught)
            case For() | While():
                yield replace(eqn, body=without_effects(eqn.body, tried))
            case _:
                yield eqn


def _may_raise(eqn: Apply) -> bool:
    """Is it there to raise?"""
    text = eqn.args[0].value if eqn.op == "mem.effect" and isinstance(eqn.args[0], Lit) else ""
    return any(only_raises(line.lstrip()) for line in str(text).splitlines())
