"""What a callee does to the memory that it is given, as a call of it needs to know.

f(x, tape):                 destroyed: tape is written in place, so a caller hands it over
  ...                       results: the second is the tape, or a view of it
  tape = push(tape, v)      kept: the second is the object `tape` itself, so nothing is returned
  return y, tape
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from adcompile.trace.ir import Atom, Call, Trace, Var
from adcompile.trace.watch import watched, watchers

Part = tuple[int, str]  # the number of a parameter; "" for the object, "inner" for its contents


@dataclass(frozen=True, slots=True)
class Shares:
    """The parts of parameters that a result is or views, and those that it holds."""

    own: frozenset[Part] = frozenset()
    reach: frozenset[Part] = frozenset()
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one callee: the parameters it destroys (True: with their contents), and of each result."""

    destroyed: Mapping[int, bool] = field(default_factory=dict)
    results: tuple[Shares, ...] = ()
    kept: Mapping[int, int] = field(default_factory=dict)


class Owners(dict[str, Trace]):
    """The callees of a trace with these facts; `me` is the name of the trace, if it is a callee."""

    def __init__(
        self, functions: Mapping[str, Trace], facts: Mapping[str, Facts], me: str = "",
        whole: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(functions)
        self.facts = facts
        self.me = me
        self.whole = whole


NO_FACTS = Facts()


def known(trace: Trace) -> Mapping[str, Facts]:
    """What is known of the callees of a trace, by name."""
    return trace.functions.facts if isinstance(trace.functions, Owners) else {}


def is_callee(trace: Trace) -> bool:
    return isinstance(trace.functions, Owners) and bool(trace.functions.me)


def owned(trace: Trace) -> Mapping[int, bool]:
    """The parameters of a trace that are its own to destroy; True where their contents are, too."""
    functions = trace.functions
    if not isinstance(functions, Owners) or not functions.me:
        return {}
    if functions.whole:
        return {n: True for n in range(len(trace.inputs))}
    return functions.facts[functions.me].destroyed


def kept_outs(trace: Trace, eqn: Call) -> dict[Var, Atom]:
    """The results of a call that are objects it was given, with the arguments these were."""
    facts = known(trace).get(eqn.function, NO_FACTS)
    return {eqn.outs[k]: eqn.args[n] for k, n in facts.kept.items()}


def seen(name: str, trace: Trace) -> Trace:
    """The trace, shown to those who watch the passes, with plain callees."""
    if watchers and not is_callee(trace):
        plain = {each: replace(callee, functions={}) for each, callee in trace.functions.items()}
        watched(name, replace(trace, functions=plain))
    return trace
