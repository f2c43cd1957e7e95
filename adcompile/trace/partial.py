"""What a path leaves undefined, and what may be None."""

from __future__ import annotations

from adcompile.trace.ir import NOTHING, UNDEF, Apply, Atom, For, If, Trace, While, walk


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


def questioned(trace: Trace) -> dict[Atom, None]:
    """What is asked whether it is None, and what that is taken from."""
    found: dict[Atom, None] = {}
    eqns = list(walk(trace.body))
    for eqn in eqns:
        if isinstance(eqn, Apply) and eqn.op in ("operator.is_", "operator.is_not"):
            found.update(dict.fromkeys(eqn.args if NOTHING in eqn.args else ()))
    count = 0
    while count != len(found):
        count = len(found)
        for eqn in eqns:
            match eqn:
                case Apply(op="mem.getitem" | "mem.same") if eqn.out in found:
                    found[eqn.args[0]] = None
                case If():
                    sides = zip(eqn.outs, eqn.then.results, eqn.orelse.results)
                    found.update((r, None) for out, *results in sides if out in found
                                 for r in results)  # fmt: skip
                case For() | While():
                    places = zip(eqn.outs, eqn.params, eqn.inits, eqn.body.results)
                    for out, param, *rest in places:
                        if out in found or param in found:
                            found.update(dict.fromkeys((param, *rest)))
    return found
