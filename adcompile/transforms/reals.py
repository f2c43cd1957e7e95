"""Derivatives that hold for real numbers, of arguments that may be complex: asked when they run."""

from __future__ import annotations

from dataclasses import replace

from adcompile.rules import table
from adcompile.rules.complex_numbers import is_for_reals
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Block, Lit, Trace, Var, leaves, walk
from adcompile.transforms.activity import Activity


def needs_reals(trace: Trace, wrt: tuple[str, ...]) -> bool:
    """Is there an operation whose derivative is another one if its operands should be complex?

    What a real part is taken of may come of real and of complex arguments, and the adjoint of a
    real one is real.
    """
    several = len(_open_leaves(trace, trace)) > 1
    found = [
        (each, eqn)
        for each in (trace, *trace.functions.values())
        for eqn in walk(each.body)
        if isinstance(eqn, Apply)
        and (_is_for_reals(eqn, each) or (several and eqn.op == "numpy.real"))
    ]
    activity = Activity(trace, wrt) if found else None
    return activity is not None and any(
        each is not trace or any(map(activity.active, eqn.outs)) for each, eqn in found
    )


def _is_for_reals(eqn: Apply, trace: Trace) -> bool:
    if not any(isinstance(arg, Var) and _is_open(trace, arg) for arg in eqn.args):
        return False
    row = None if eqn.op.startswith("mem.") else table.lookup(eqn.op, len(eqn.args))
    operands = eqn.args[: len(row.operands)] if row is not None else ()
    unknown = [atom for atom in operands if isinstance(atom, Var) and _is_open(trace, atom)]
    return row is not None and bool(unknown) and is_for_reals(row, eqn.args)


def _is_open(trace: Trace, var: Var) -> bool:
    """May this be a complex number, or an array of them?"""
    kind = trace.kinds[var]
    return isinstance(kind, (k.Any_, k.Array)) and kind.dtype is None


def asked(trace: Trace, primal: Trace) -> Trace:
    """The derivative with a check at its start that no argument of the primal is complex."""
    open_ = _open_leaves(trace, primal)
    if not open_:
        return trace
    flag = Var("")
    text = (
        f"{primal.name} is differentiated for real arguments; annotate complex ones, such as "
        "x: complex or x: 'complex[:]'"
    )
    raising = Lit(f"if _0_:\n    raise TypeError({text!r})")
    eqns = (
        Apply((flag,), "mem.is_complex", tuple(open_)),
        Apply((), "mem.effect", (raising, flag)),
    )
    body = Block((*eqns, *trace.body.eqns), trace.body.results)
    return replace(trace, body=body, kinds={**trace.kinds, flag: k.BOOL})


def _open_leaves(trace: Trace, primal: Trace) -> list[Var]:
    """The arguments of the primal that may be complex."""
    own = {param.name: None for param in primal.params if param.place != "global"}
    given = [leaf for param in trace.params if param.name in own for leaf in leaves(param.tree)]
    return [leaf for leaf in given if isinstance(leaf, Var) and _is_open(trace, leaf)]
