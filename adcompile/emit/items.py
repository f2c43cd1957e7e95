"""Which adjoints are made item by item: those of arrays, and of lists where no kind is known.

    p_bar[1] += v                       p_bar may be a list, and so may be what is p_bar or zeros,
    x_bar[i] = added(x_bar[i], p_bar)   by the path that was taken; += would append to a list

So may be what was put into a list of unknown items, and is taken out of it again.
"""

from __future__ import annotations

from adcompile.rules.lists import TO_ADD, TO_FILL
from adcompile.rules.memory import ADDED
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, For, If, Trace, Var, While, walk
from adcompile.trace.readers import reached

SAME = ("mem.same", "mem.copy", "lists.add")
HOLDING = ("mem.accumulate", "mem.write", "mem.append", "mem.pop")


def of_items(trace: Trace) -> dict[Atom, None]:
    """The variables of unknown kind that are made so, or by one path."""
    found: dict[Atom, None] = {
        eqn.out: None for eqn in walk(trace.body)
        if isinstance(eqn, Apply) and eqn.op in ADDED[1:]
        and isinstance(trace.kinds.get(eqn.out), k.Any_)
    }  # fmt: skip
    return reached(found, _readers(trace))


def perhaps_lists(trace: Trace) -> dict[Atom, None]:
    """The variables that are zeros in the form of what may be a list, or made of these."""
    found: dict[Atom, None] = {
        eqn.out: None for eqn in walk(trace.body)
        if isinstance(eqn, Apply) and eqn.op == "mem.zeros_like"
        and eqn.args[-1] in (TO_FILL, TO_ADD)
    }  # fmt: skip
    if not found:
        return found
    readers = _readers(trace)
    for eqn in walk(trace.body):
        if isinstance(eqn, Apply) and eqn.op in ADDED[1:]:
            readers.setdefault(eqn.args[0], []).append(eqn.out)
    return reached(found, readers)


def _readers(trace: Trace) -> dict[Atom, list[Atom]]:
    """What is as it is what it is made of, by each of these."""
    readers: dict[Atom, list[Atom]] = {}
    for eqn in walk(trace.body):
        match eqn:
            case Apply() if eqn.op in HOLDING and _is_holder(trace.kinds.get(eqn.outs[-1])):
                for arg in eqn.args:
                    readers.setdefault(arg, []).append(eqn.outs[-1])
                readers.setdefault(eqn.args[0], []).extend(eqn.outs)
            case Apply(op="mem.getitem", args=(Var() as x, _)) if _is_holder(trace.kinds.get(x)):
                readers.setdefault(x, []).append(eqn.out)
            case Apply() if eqn.op in SAME:
                for arg in eqn.args:
                    readers.setdefault(arg, []).append(eqn.out)
            case If():
                for out, *sides in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                    for side in sides:
                        readers.setdefault(side, []).append(out)
            case For() | While():
                for out, param, *ends in zip(eqn.outs, eqn.params, eqn.inits, eqn.body.results):
                    for end in ends:
                        readers.setdefault(end, []).extend((out, param))
    return readers


def _is_holder(kind: k.Kind | None) -> bool:
    """Is this a list or a dictionary of what nobody knows?"""
    return isinstance(kind, (k.List, k.Dict)) and isinstance(kind.item, k.Any_)
