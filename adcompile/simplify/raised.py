"""Where no exception can be kept, what is raised again is an exception that says so.

    except BaseException as error:              except:
        done = False                                done = False
    if not done:                      ->        if not done:
        raise error                                 raise RuntimeError('...')
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Block, Equation, Lit, Trace, everywhere, inside

AGAIN = "raise RuntimeError('what was caught is raised again, and Numba does not keep what it was')"


def raised(trace: Trace) -> Trace:
    """The trace that raises nothing by its variable."""

    def changed(each: Trace) -> Trace:
        def equation(eqn: Equation) -> Equation:
            if not isinstance(eqn, Apply):
                return inside(eqn, block)
            if eqn.op != "mem.effect" or eqn.args[0] != Lit("raise _0_"):
                return eqn
            kept = each.kinds.get(eqn.args[1]) == k.Opaque("exception")  # type: ignore[arg-type]
            return replace(eqn, args=(Lit(AGAIN),)) if kept else eqn

        def block(given: Block) -> Block:
            return given.having([equation(eqn) for eqn in given.eqns], given.results)

        return replace(each, body=block(each.body))

    return everywhere(changed, trace)
