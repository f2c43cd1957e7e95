"""What a path leaves undefined, and what may be None."""

from __future__ import annotations

from collections.abc import Iterator

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    NOTHING,
    UNDEF,
    Apply,
    Atom,
    Call,
    Equation,
    For,
    If,
    Trace,
    Var,
    While,
    blocks,
    leaves,
    operands,
    walk,
)  # fmt: skip


def partial(trace: Trace) -> dict[Atom, None]:
    """What an If leaves undefined on a path, and what takes over from that, also in a loop."""
    found: dict[Atom, None] = {UNDEF: None}
    eqns = list(walk(trace.body))
    count = 0
    while count != len(found):
        count = len(found)
        for eqn in eqns:
            if isinstance(eqn, If) and not eqn.caught:
                for out, *results in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                    if any(result in found for result in results):
                        found[out] = None
            elif isinstance(eqn, (For, While)):
                for param, out, init in zip(eqn.params, eqn.outs, eqn.inits):
                    if init in found:
                        found[param] = found[out] = None
    return found


def nothing(trace: Trace) -> dict[Atom, None]:
    """What may be None, or hold it, in a trace and its callees, whatever its kind says."""
    found: dict[Atom, None] = {NOTHING: None}
    if not _names_nothing(trace):
        return found
    every = (trace, *trace.functions.values())
    kinds = {var: kind for each in every for var, kind in each.kinds.items()}
    eqns = [eqn for each in every for eqn in walk(each.body)]
    count = 0
    while count != len(found):
        count = len(found)
        for eqn in eqns:
            for target, sources in _passed(eqn, trace, kinds):
                if any(source in found for source in sources):
                    found[target] = None
    return found


def _names_nothing(trace: Trace) -> bool:
    """Is None written where it may go anywhere from?"""
    every = (trace, *trace.functions.values())
    if any(NOTHING in each.body.results for each in every):
        return True
    for eqn in (eqn for each in every for eqn in walk(each.body)):
        if isinstance(eqn, Apply):
            if NOTHING in eqn.args and eqn.op in PASSES_ON:
                return True
        elif NOTHING in operands(eqn) or any(NOTHING in block.results for block in blocks(eqn)):
            return True
    return False


PASSES_ON = {
    "mem.append", "mem.copy", "mem.dict", "mem.list", "mem.push", "mem.same", "mem.stop",
    "mem.tuple", "mem.write",
}  # fmt: skip
"""What holds its operands, or is one."""


def _passed(
    eqn: Equation, trace: Trace, kinds: dict[Var, k.Kind]
) -> Iterator[tuple[Atom, tuple[Atom, ...]]]:
    """What an equation makes, or binds, and where that comes from."""
    match eqn:
        case Apply():
            sources: tuple[Atom, ...] = eqn.args
            if eqn.op not in PASSES_ON:
                sources = tuple(arg for arg in sources if _holds(arg, kinds))
            if eqn.op == "mem.getitem":
                sources = sources[:1] if eqn.args[0] in sources else ()
            yield from ((out, sources) for out in eqn.outs)
        case Call():
            callee = trace.functions[eqn.function]
            yield from ((leaf, (arg,)) for leaf, arg in zip(callee.inputs, eqn.args))
            yield from zip(eqn.outs, ((leaf,) for leaf in leaves(callee.result)))
        case If():
            yield from zip(eqn.outs, zip(eqn.then.results, eqn.orelse.results))
        case For() | While():
            for param, out, *given in zip(eqn.params, eqn.outs, eqn.inits, eqn.body.results):
                yield param, tuple(given)
                yield out, tuple(given)


def _holds(atom: Atom, kinds: dict[Var, k.Kind]) -> bool:
    """Is it something with items that may be anything?"""
    return isinstance(atom, Var) and not isinstance(kinds[atom], (k.Scalar, k.Array))
