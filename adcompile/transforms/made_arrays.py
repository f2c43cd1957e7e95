"""Derivatives by what may be a list, of which the primal's functions make arrays.

    y = np.linalg.norm(x)        x_bar = np.asarray(x) * (y_bar / y)        where x may be a list
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Equation, Trace, Var, everywhere, inside

OF_ARRAYS = ("numpy.take_along_axis", "numpy.result_type")


def made_arrays(made: Trace, known: Mapping[Atom, None], taken: Mapping[Atom, None]) -> Trace:
    """The derivative in which operators are given arrays for what is `taken` as such.

    `known` is what the primal makes.
    """
    if not taken:
        return made

    def converted(trace: Trace) -> Trace:
        kinds = dict(trace.kinds)

        def block(old: Block) -> Block:
            eqns: list[Equation] = []
            for eqn in old.eqns:
                if isinstance(eqn, Apply) and _of_arrays(eqn, kinds) and eqn.out not in known:
                    eqn = eqn.reading(tuple(array(arg, eqns) for arg in eqn.args))
                eqns.append(inside(eqn, block))
            return old.having(eqns, old.results)

        def array(arg: Atom, eqns: list[Equation]) -> Atom:
            if not isinstance(arg, Var) or arg not in taken:
                return arg
            new = Var()
            kinds[new] = kinds[arg]
            eqns.append(Apply((new,), "numpy.asarray", (arg,)))
            return new

        return replace(trace, body=block(trace.body), kinds=kinds)

    return everywhere(converted, made)


def _of_arrays(eqn: Apply, kinds: Mapping[Var, k.Kind]) -> bool:
    """Does this mean arrays, and something else of lists?"""
    if eqn.op == "mem.getitem":
        index = kinds.get(eqn.args[1]) if isinstance(eqn.args[1], Var) else None
        return isinstance(index, (k.Tuple, k.Array))
    return eqn.op.startswith("operator.") or eqn.op in OF_ARRAYS
