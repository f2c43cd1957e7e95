"""Slices of one element, by the loops that they stand in.

    for i in range(x.shape[1]):
      x[:, i:i + 1]               one column, not at most one: it is broadcast against others
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.rules import memory
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, For, Lit, Trace, Var, walk

Place = tuple[Var | None, int]
"""The index of a loop, or nothing, and what is added to it."""


def with_ones(trace: Trace) -> Trace:
    """The trace with kinds that say where a slice has one element."""
    found = _Slices(trace).ones
    if not found:
        return trace
    return replace(trace, kinds={var: _known(kind, found) for var, kind in trace.kinds.items()})


class _Slices:
    """The slices x[i + a:i + a + 1] of a trace that lie inside, wherever the loop of i turns."""

    def __init__(self, trace: Trace) -> None:
        self.kinds = trace.kinds
        self.made: dict[Var, Apply] = {}
        self.turns: dict[Var, For] = {}
        self.ones: dict[k.Dim, None] = {}
        for eqn in walk(trace.body):
            if isinstance(eqn, Apply):
                self.made.update(dict.fromkeys(eqn.outs, eqn))
            elif isinstance(eqn, For):
                self.turns[eqn.index] = eqn
        for eqn in self.made.values():
            if eqn.op == "mem.getitem":
                self.look(eqn)

    def look(self, eqn: Apply) -> None:
        """Note the lengths of one that a subscript has."""
        kind = self.kinds.get(eqn.args[0]) if isinstance(eqn.args[0], Var) else None
        made = self.made.get(eqn.args[1]) if isinstance(eqn.args[1], Var) else None
        items = (eqn.args[1],) if made is None or made.op != "mem.tuple" else made.args
        if not isinstance(kind, k.Array) or kind.dims is None or len(items) > len(kind.dims):
            return
        if any(item in (Lit(None), Lit(Ellipsis)) for item in items):
            return
        for item, dim in zip(items, kind.dims):
            part = self.made.get(item) if isinstance(item, Var) else None
            if part is not None and part.op == "mem.slice" and self.is_one(part, dim):
                found = memory.slice_kind([self.kind(arg) for arg in part.args], part.args)
                self.ones[memory.slice_dim(dim, found)] = None

    def is_one(self, part: Apply, dim: k.Dim) -> bool:
        start, stop, *step = part.args
        first, last = self.place(start), self.place(stop)
        if first is None or last is None or step not in ([], [Lit(None)], [Lit(1)]):
            return False
        index, offset = first
        if index is None or last != (index, offset + 1):
            return False
        turns = self.turns[index]
        begin = turns.start.value if isinstance(turns.start, Lit) else None
        if type(begin) is not int or turns.step != Lit(1) or begin + offset < 0:
            return False
        end = memory.length(self.kind(turns.stop), turns.stop)
        return end.base == dim.base and end.offset + offset <= dim.offset

    def kind(self, atom: Atom) -> k.Kind:
        return k.of_constant(atom.value) if isinstance(atom, Lit) else self.kinds[atom]

    def place(self, atom: Atom) -> Place | None:
        """A number as the index of a loop and what is added to it."""
        if isinstance(atom, Lit):
            return (None, atom.value) if type(atom.value) is int else None
        if atom in self.turns:
            return atom, 0
        eqn = self.made.get(atom)
        if eqn is None or eqn.op not in ("operator.add", "operator.sub"):
            return None
        pair = [self.place(arg) for arg in eqn.args]
        if pair[0] is None or pair[1] is None:
            return None
        (a, m), (b, n) = pair[0], pair[1]
        if eqn.op == "operator.sub":
            return (a, m - n) if b is None else None
        return (a or b, m + n) if a is None or b is None else None


def _known(kind: k.Kind, ones: Mapping[k.Dim, None]) -> k.Kind:
    match kind:
        case k.Array(dtype, dims) if dims is not None:
            return k.Array(dtype, tuple(_dim(dim, ones) for dim in dims))
        case k.Scalar(length=length) if length is not None:
            return replace(kind, length=_dim(length, ones))
        case k.Tuple(items):
            return k.Tuple(tuple(_known(item, ones) for item in items))
        case k.Tape(items):
            return k.Tape(tuple(_known(item, ones) for item in items))
        case k.List(item, frozen) if item is not None:
            return k.List(_known(item, ones), frozen)
    return kind


def _dim(dim: k.Dim, ones: Mapping[k.Dim, None]) -> k.Dim:
    if dim in ones:
        return k.ONE
    match dim.base:
        case ("broadcast", k.Dim() as a, k.Dim() as b) if dim.offset == 0:
            found = k.broadcast_dims((_dim(a, ones),), (_dim(b, ones),)) or (dim,)
            return dim if found[0] == dim else found[0]
    return dim
