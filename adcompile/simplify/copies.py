"""Names of one value become one.

    v1 = same(x)                            v2 = sin(x)
    v2 = sin(v1)                ->          return v2
    return v2

A copy of what nobody can change is a name, too.  `fold` goes through the trace and asks here.
"""

from __future__ import annotations

from collections.abc import Mapping

from adcompile.trace.ir import Apply, Atom, Lit, Var
from adcompile.trace.kinds import Kind, immutable

NAME = "copies"


def copied(eqn: Apply, kinds: Mapping[Var, Kind]) -> tuple[Atom, ...] | None:
    """The value that the equation gives another name to; None where it does not."""
    if eqn.op == "mem.same":
        return eqn.args
    if eqn.op == "mem.copy" and (isinstance(eqn.args[0], Lit) or immutable(kinds[eqn.args[0]])):
        return eqn.args[:1]
    return None
