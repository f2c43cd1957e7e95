"""The binomial schedule of snapshots (Revolve), as a callee of the adjoint.

With s snapshots and no turn gone through more than r times again, (s + r)! / (s! r!) turns can be
reversed, and no more.  The next snapshot is stored so far ahead that what lies behind it can be
reversed with one snapshot less, and what lies before it with one repetition less.
"""

from __future__ import annotations

from functools import lru_cache

from adcompile.frontend import settling, sources
from adcompile.trace import kinds as k
from adcompile.trace.ir import Trace, Var
from adcompile.transforms.naming import anew, function_name

DOC = "The turn before which to store the next snapshot: `free` more can be kept, up to `last`."


def next_snapshot(turn, last, free):  # type: ignore[no-untyped-def]
    stop = max(last, turn + 1)
    if min(free, last - turn) > 0:
        turns, slots = last - turn + 1, free + 1
        again, before, reach = 0, 1, 1
        while reach < turns:
            again += 1
            before, reach = reach, reach * (slots + again) // again
        stop = turn + min(before, turns - before * slots // (slots + again - 1))
    return stop


@lru_cache(maxsize=1)
def _lowered() -> Trace:
    source = sources.of_callable(next_snapshot)
    return settling.lower(source, {"turn": k.INT, "last": k.INT, "free": k.INT}).trace


def add_to(functions: dict[str, Trace], kinds: dict[Var, k.Kind]) -> str:
    """The name of the schedule among the functions of a trace, which has it from now on."""
    for name, function in functions.items():
        if function.doc == DOC:
            return name
    trace = _lowered()
    kinds.update(trace.kinds)
    name = function_name("next_snapshot", functions)
    functions[name] = anew(name, trace.inputs, trace.body, kinds, DOC, None)
    return name
