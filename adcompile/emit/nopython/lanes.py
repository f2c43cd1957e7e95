"""What a loop can compute of several turns at once.

    for i in range(n):
        y[i] = np.exp(x[i])             turns that need nothing of each other

    for i in range(n):
        y = np.exp(-y)                  each turn needs the one before: left as it is
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Call, For, If, Trace, Var, While, blocks, operands, walk

LANES: Mapping[str, str] = MappingProxyType({"numpy.exp": "exponential"})
"""Functions that have a form for several numbers at once."""


def lanes(trace: Trace) -> dict[Apply, None]:
    """The functions in innermost loops of what does not depend on the turn before."""
    found: dict[Apply, None] = {}
    for loop in walk(trace.body):
        if isinstance(loop, For) and not _holds_more(loop):
            found.update(_apart(loop, trace.kinds))
    return found


def _holds_more(loop: For) -> bool:
    """Are there loops or calls in the loop?"""
    return any(isinstance(eqn, (For, While, Call)) for eqn in walk(loop.body))


def _apart(loop: For, kinds: Mapping[Var, k.Kind]) -> dict[Apply, None]:
    found: dict[Apply, None] = {}
    carried: dict[Atom, None] = dict.fromkeys(loop.params)
    for eqn in loop.body.eqns:
        inner = [e for block in blocks(eqn) for e in walk(block)] if isinstance(eqn, If) else []
        if any(atom in carried for each in (eqn, *inner) for atom in operands(each)):
            carried.update(dict.fromkeys(eqn.outs))
        elif isinstance(eqn, Apply) and eqn.op in LANES and _is_float(eqn.args[0], kinds):
            found[eqn] = None
    return found


def _is_float(atom: Atom, kinds: Mapping[Var, k.Kind]) -> bool:
    kind = kinds.get(atom) if isinstance(atom, Var) else None
    return isinstance(kind, k.Scalar) and kind.dtype == "float"
