"""What a path leaves undefined."""

from __future__ import annotations

from adcompile.trace.ir import UNDEF, Atom, For, If, Trace, While, walk


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
