"""What is not known where two paths meet, and known again where a flag says which one was taken.

    try:
        v = f(x)
        done = True
    except ValueError:
        done = False            v is known here on one of the paths
    if done:
        use(v)                  and here, for done was set on that one
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.frontend.values import Poison
from adcompile.trace.ir import Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

FLAGS = ((Lit(True), Lit(False)), (Lit(False), Lit(True)))


def restore(low: Lowerer, cond: Atom, holds: bool) -> None:
    """At the start of a branch: what is known where the flag `cond` is, or is not, set."""
    for first in (True, False):
        tokens = low.guarded.get((cond, first), {})
        for names in low.state.names.values() if tokens else ():
            for name, value in names.items():
                if isinstance(value, Poison) and value.token in tokens:
                    side, known = tokens[value.token]
                    if (side == 0) == (first == holds):
                        names[name] = known
