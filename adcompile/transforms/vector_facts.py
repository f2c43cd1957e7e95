"""Which variables of a derivative depend on its direction.

    trace f_tangent(x, x_dot)
      c = cos(x)                  no
      z_dot = mul(c, x_dot)       yes
      n = shape(x_dot)            no: it is the same for all directions
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    NOTHING,
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Trace,
    Var,
    While,
    leaves,
)
from adcompile.transforms.activity import all_kinds

FACTS = (
    "numpy.shape", "numpy.size", "numpy.ndim", "mem.dtype", "builtins.len", "mem.last_write",
    "mem.is_array", "numpy.ones_like",
)  # fmt: skip


class Directed:
    """The facts of a trace and its callees; a callee has directions where any of its calls has."""

    def __init__(self, trace: Trace, names: Sequence[str]) -> None:
        self.functions = trace.functions
        self.kinds = all_kinds(trace)
        self.facts: dict[Var, None] = {}
        self.lacking: dict[Var, None] = {}
        self.news = True
        for param in trace.params:
            for leaf in leaves(param.tree) if param.name in names else ():
                self.mark(leaf)
        while self.news:
            self.news = False
            for each in (trace, *trace.functions.values()):
                self.block(each.body)

    def has(self, var: Var) -> bool:
        return var in self.facts

    def inputs(self, name: str) -> list[bool]:
        return [self.has(var) for var in self.functions[name].inputs]

    def results(self, name: str) -> list[bool]:
        return [self.directed(atom) for atom in self.functions[name].body.results]

    def directed(self, atom: Atom) -> bool:
        return isinstance(atom, Var) and atom in self.facts

    def may_lack(self, atom: Atom) -> bool:
        """May it be None, or undefined, on some path?"""
        return atom in self.lacking if isinstance(atom, Var) else atom in (NOTHING, UNDEF)

    def lack(self, out: Var, sources: Iterable[Atom]) -> None:
        if out not in self.lacking and any(map(self.may_lack, sources)):
            self.lacking[out] = None
            self.news = True

    def tie(self, atoms: Sequence[Atom]) -> None:
        """A tape is one thing from where it is empty to where it is empty again."""
        tapes = [atom for atom in atoms if isinstance(atom, Var) and self.is_tape(atom)]
        given = any(map(self.directed, tapes))
        for tape in tapes:
            self.mark(tape, given)

    def is_tape(self, var: Var) -> bool:
        return isinstance(self.kinds[var], k.Tape)

    def mark(self, atom: Atom, given: bool = True) -> None:
        """An atom has directions, if what it is given has, and it is of a kind that can."""
        new = given and isinstance(atom, Var) and atom not in self.facts
        if new and isinstance(atom, Var) and has_numbers(self.kinds[atom]):
            self.facts[atom] = None
            self.news = True

    def block(self, block: Block) -> None:
        for eqn in block.eqns:
            self.equation(eqn)

    def equation(self, eqn: Equation) -> None:
        match eqn:
            case Apply():
                if eqn.op not in FACTS and any(map(self.directed, eqn.args)):
                    for out in eqn.outs:
                        self.mark(out)
                if eqn.op in ("mem.push", "mem.unpush"):
                    self.tie((eqn.args[0], eqn.outs[-1]))
                if eqn.op in ("mem.same", "mem.copy", "mem.getitem", "mem.unpush"):
                    for out in eqn.outs:
                        self.lack(out, eqn.args[:1])
                if eqn.op in ("mem.tuple", "mem.list", "mem.push", "mem.append"):
                    self.lack(eqn.out, eqn.args)
            case Call():
                function = self.functions[eqn.function]
                for arg, var in zip(eqn.args, function.inputs, strict=True):
                    self.mark(var, self.directed(arg))
                    self.tie((arg, var))
                    self.lack(var, (arg,))
                for out, result in zip(eqn.outs, function.body.results, strict=True):
                    self.mark(out, self.directed(result))
                    self.tie((out, result))
                    self.lack(out, (result,))
            case If():
                self.block(eqn.then)
                self.block(eqn.orelse)
                for out, *sides in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                    self.mark(out, any(map(self.directed, sides)))
                    self.tie((out, *sides))
                    self.lack(out, sides)
            case For() | While():
                if isinstance(eqn, While):
                    self.block(eqn.cond)
                self.block(eqn.body)
                for out, param, *ends in zip(eqn.outs, eqn.params, eqn.inits, eqn.body.results):
                    given = any(map(self.directed, (param, *ends)))
                    self.mark(param, given)
                    self.mark(out, given)
                    self.tie((out, param, *ends))
                    self.lack(param, ends)
                    self.lack(out, ends)


def has_numbers(kind: k.Kind | None) -> bool:
    """May a value of this kind hold a derivative?  An empty list or tape may, once it is filled."""
    match kind:
        case k.Tape(()):
            return True
    return k.is_real(kind)
