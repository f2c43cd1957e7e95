"""The invariants of a trace, with those of its operations: each has the arguments its row wants."""

from __future__ import annotations

from adcompile.errors import CompilerError
from adcompile.rules import memory, table
from adcompile.trace import verify as structure
from adcompile.trace.ir import Apply, Lit, Trace, walk
from adcompile.trace.kinds import Tape

MANY = 10**9
ARITY = {  # how many arguments an operation on memory takes
    "mem.getitem": (2, 2), "mem.write": (3, MANY), "mem.accumulate": (2, MANY),
    "mem.scatter_add": (3, 3), "mem.last_write": (2, 2), "mem.list": (0, MANY),
    "mem.tuple": (0, MANY), "mem.dict": (1, MANY), "mem.slice": (3, 3), "mem.append": (2, 2),
    "mem.pop": (1, 1), "mem.tape": (0, 0), "mem.push": (1, MANY), "mem.unpush": (1, 1),
    "mem.unbroadcast": (2, 2), "mem.opaque": (1, MANY), "mem.outside": (1, MANY),
    "mem.effect": (1, MANY), "mem.shares": (2, 2), "mem.is_same": (2, 2), "mem.is_view": (3, MANY),
    "mem.copy": (1, 2), "mem.exchange": (3, 3), "mem.stacked": (2, 2),
    "mem.is_complex": (1, MANY), "mem.zeros_like": (1, 2),
}  # fmt: skip


def verify(trace: Trace) -> None:
    """Raise CompilerError, naming the equation, if the trace or an operation in it is not valid."""
    structure.verify(trace)
    for each in (trace, *trace.functions.values()):
        for eqn in walk(each.body):
            fault = _fault(eqn, each) if isinstance(eqn, Apply) else ""
            if fault:
                raise CompilerError(f"trace {each.name}, {structure.describe(eqn)}: {fault}")


def _fault(eqn: Apply, trace: Trace) -> str:
    """What is wrong with the arguments of an equation, or ""."""
    if eqn.op in memory.KINDS:
        return _fault_of_memory(eqn, trace)
    row = table.lookup(eqn.op, len(eqn.args))
    if row is None:
        return "there is no row for this operation"
    least, most = row.required, len(row.parameters)
    if not least <= len(eqn.args) <= most:
        return f"{len(eqn.args)} arguments for {row.text!r}"
    if len(eqn.outs) != 1:
        return f"{len(eqn.outs)} results for {row.text!r}"
    return ""


def _fault_of_memory(eqn: Apply, trace: Trace) -> str:
    least, most = ARITY.get(eqn.op, (1, 1))
    if not least <= len(eqn.args) <= most:
        return f"{len(eqn.args)} arguments"
    first = eqn.args[0] if eqn.args else None
    outs = {"mem.effect": 0, "mem.pop": 2}.get(eqn.op, 1)
    if eqn.op == "mem.unpush":
        kind = None if first is None or isinstance(first, Lit) else trace.kinds[first]
        if not isinstance(kind, Tape):
            return "the operand is no tape"
        outs = len(kind.items) + 1
    if len(eqn.outs) != outs:
        return f"{len(eqn.outs)} results where there are {outs}"
    if eqn.op in ("mem.opaque", "mem.outside", "mem.effect") and not _is_text(first):
        return "the first argument is no text"
    if eqn.op == "mem.dict":
        keys = first.value if isinstance(first, Lit) else None
        if not isinstance(keys, tuple) or len(keys) != len(eqn.args) - 1:
            return "the keys are no tuple with a key for each item"
    return ""


def _is_text(atom: object) -> bool:
    return isinstance(atom, Lit) and isinstance(atom.value, str)
