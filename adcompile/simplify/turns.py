"""What is known of the turns of loops, and of equations that are the same in each of them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from operator import is_

from adcompile.rules import memory, table
from adcompile.simplify.common import FRESH
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Call, Equation, If, Lit, Trace, Var, blocks
from adcompile.trace.substitute import substitute_atoms
from adcompile.transforms.costs import ONCE
from adcompile.transforms.storages import Storages, is_view

LIBRARIES = ("operator", "math", "cmath", "numpy", "builtins")
HARMLESS = ("operator.add", "operator.sub", "operator.mul", "operator.neg", "operator.pos")
IDLE = ("mem.tuple", "mem.slice", "mem.dtype", "numpy.shape", "numpy.ndim", "numpy.size",
        "builtins.len", "builtins.range")  # fmt: skip
INEXACT = ("float32", "float", "complex")

Range = tuple[Atom, Atom, Atom]


def is_sure(range_: Range, around: Iterable[Range]) -> bool:
    """Has this range a turn, wherever those around it have one?"""
    values = [atom.value for atom in range_ if isinstance(atom, Lit)]
    if len(values) == 3 and all(type(value) is int for value in values) and values[2]:
        return len(range(*values)) > 0
    return any(all(map(is_, range_, other)) for other in around)


def is_testable(range_: Range) -> bool:
    """Does one comparison tell whether the range has a turn?"""
    step = range_[2]
    return isinstance(step, Lit) and type(step.value) is int and step.value != 0


def _is_comment(eqn: Apply) -> bool:
    return isinstance(eqn.args[0], Lit) and str(eqn.args[0].value).startswith("#")


def is_number(kind: k.Kind) -> bool:
    """Is it a number that a literal can stand for?"""
    return isinstance(kind, k.Scalar) and kind.dtype in ("float", "int", "bool")


def _are_alike(kinds: Iterable[k.Kind]) -> bool:
    """Are they numbers, and arrays of one shape?"""
    arrays = [kind for kind in kinds if not isinstance(kind, k.Scalar)]
    dims = {kind.dims if isinstance(kind, k.Array) else None for kind in arrays}
    numeric = all(isinstance(kind, k.Array) and kind.dtype in INEXACT for kind in arrays)
    return numeric and None not in dims and len(dims) <= 1


def _fit(x: k.Kind, y: k.Kind) -> bool:
    """Are x and y, a matrix and a matrix or vector, of lengths that fit?"""
    if not isinstance(x, k.Array) or not isinstance(y, k.Array) or not x.dims or not y.dims:
        return False
    return len(x.dims) == 2 and len(y.dims) <= 2 and x.dims[1] == y.dims[0]


def renamed(eqns: Iterable[Equation], names: Mapping[Var, Var]) -> list[Equation]:
    """Equations that define other variables."""
    made: list[Equation] = []
    for eqn in eqns:
        outs = tuple(names.get(out, out) for out in eqn.outs)
        if isinstance(eqn, Apply):
            made.append(replace(eqn, outs=outs, args=substitute_atoms(eqn.args, names)))
        else:
            made.append(replace(eqn, outs=outs))
    return made


class Facts:
    """What a trace says of its equations; `index` are the indices of loops with their ranges."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.kinds = dict(trace.kinds)
        self.index: dict[Var, Range] = {}
        self.makers: dict[Var, Apply] = {}
        self.wanted: dict[Var, None] = {}
        self.effects: dict[Equation, bool] = {}
        self.found: Storages | None = None

    def var(self, kind: k.Kind, name: str = "") -> Var:
        var = Var(name)
        self.kinds[var] = kind
        return var

    def like(self, var: Var) -> Var:
        return self.var(self.kinds[var], var.name)

    def note(self, eqn: Equation) -> None:
        if isinstance(eqn, Apply):
            self.makers.update((out, eqn) for out in eqn.outs)

    def has_effect(self, eqn: Equation) -> bool:
        """May it matter what happens before this equation and what behind it?"""
        if isinstance(eqn, Apply):
            return eqn.op in memory.EFFECTS and not _is_comment(eqn)
        found = self.effects.get(eqn)
        if found is None:
            inside = (inner for block in blocks(eqn) for inner in block.eqns)
            tried = isinstance(eqn, Call) or (isinstance(eqn, If) and bool(eqn.caught))
            found = self.effects[eqn] = tried or any(map(self.has_effect, inside))
        return found

    @property
    def storages(self) -> Storages:
        if self.found is None:
            self.found = Storages(self.trace)
        return self.found

    def kind(self, atom: Atom) -> k.Kind:
        return k.of_constant(atom.value) if isinstance(atom, Lit) else self.kinds[atom]

    def stays_same(self, eqn: Apply, varying: Container[Atom]) -> bool:
        """Is it the same in every turn, and the same wherever it stands?"""
        if len(eqn.outs) != 1 or any(arg in varying for arg in eqn.args):
            return False
        if eqn.op in IDLE or eqn.op == "mem.getitem":
            return True
        if eqn.op.partition(".")[0] not in LIBRARIES or eqn.op in FRESH or eqn.op in ONCE:
            return False
        if eqn.op.startswith("numpy.random") or table.lookup(eqn.op, len(eqn.args)) is None:
            return False
        kind = self.kinds[eqn.out]
        if isinstance(kind, (k.Array, k.Any_)):
            return not self.storages.overwritten(eqn.out)
        return isinstance(kind, k.Scalar)

    def pays(self, eqn: Apply) -> bool:
        """Is it more than a name or an index?"""
        kind = self.kinds[eqn.out]
        if eqn.op == "mem.getitem":
            return isinstance(kind, k.Scalar) and self.is_inside(eqn)
        if eqn.op in IDLE or (is_view(eqn) and not isinstance(kind, k.Scalar)):
            return False
        return not isinstance(kind, k.Scalar) or kind.dtype in INEXACT

    def harmless(self, eqn: Apply) -> bool:
        """Can it not raise?"""
        kinds = [self.kind(atom) for atom in (*eqn.args, *eqn.outs)]
        match eqn.op:
            case "mem.getitem":
                return self.is_inside(eqn) or self._is_part(kinds)
            case "mem.tuple" | "mem.slice":
                return True
            case "numpy.transpose":
                return len(eqn.args) == 1 and isinstance(kinds[0], k.Array)
            case "numpy.eye":
                return len(eqn.args) == 1 and isinstance(eqn.args[0], Lit)
            case "operator.matmul" | "numpy.dot":
                return _fit(kinds[0], kinds[1])
        if eqn.op == "operator.truediv":
            by = eqn.args[1]
            if all(isinstance(kind, k.Scalar) for kind in kinds):
                return isinstance(by, Lit) and by.value != 0
        elif eqn.op not in HARMLESS and not self._is_element_by_element(eqn, kinds):
            return False
        return _are_alike(kinds)

    def _is_element_by_element(self, eqn: Apply, kinds: Iterable[k.Kind]) -> bool:
        row = table.lookup(eqn.op, len(eqn.args))
        return (
            eqn.op.startswith("numpy.") and row is not None and row.form == "pointwise"
            and len(row.operands) == len(eqn.args)
        )  # fmt: skip

    def _is_part(self, kinds: list[k.Kind]) -> bool:
        """Is it x[a:b, ...] with slices alone?"""
        x, at = kinds[:2]
        items = at.items if isinstance(at, k.Tuple) else (at,)
        known = isinstance(x, k.Array) and x.dims is not None and len(items) <= len(x.dims)
        return known and all(isinstance(item, k.Slice) for item in items)

    def is_inside(self, eqn: Apply) -> bool:
        """Is it x[i] with the index of a loop over the length of x, or a number of such indices?"""
        x, at = eqn.args
        kind = self.kinds.get(x) if isinstance(x, Var) else None
        if not isinstance(kind, k.Array) or kind.dims is None or not isinstance(at, Var):
            return False
        maker = self.makers.get(at)
        indices = maker.args if maker is not None and maker.op == "mem.tuple" else (at,)
        return len(indices) == len(kind.dims) and all(map(self._is_within, indices, kind.dims))

    def _is_within(self, index: Atom, dim: k.Dim) -> bool:
        if not isinstance(index, Var) or index not in self.index:
            return False
        start, stop, step = self.index[index]
        if not all(isinstance(a, Lit) and type(a.value) is int for a in (start, step)):
            return False
        known = memory.length(self.kind(stop), stop) == dim
        return known and start.value >= 0 and step.value > 0  # type: ignore[union-attr]
