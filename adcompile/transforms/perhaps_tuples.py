"""Parameters of unknown kind that may be tuples, or hold some.

    def net(params, x):
        for W, b in params:             params: a list of tuples, of lists, or an array
            x = np.tanh(x @ W + b)

Parts of their adjoints are added to in place: these are lists until they leave the derivative, and
numbers where there is None.  So of what is read by numbers that stand there, x[0] * x[1], and of
what np.array(x) is made of.  What is gone through, x[i], is taken for an array or a list: the zeros
to add to refuse a tuple when the derivative runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.rules.lists import TO_ADD, TO_FILL, may_hold_tuples
from adcompile.rules.memory import expected
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Trace,
    Var,
    While,
    everywhere,
    inside,
    walk,
)
from adcompile.trace.partial import holding

OF_NUMBERS = (
    "operator.sub", "operator.truediv", "operator.floordiv", "operator.mod", "operator.pow",
    "operator.matmul", "operator.neg", "operator.pos", "builtins.abs",
)  # fmt: skip
SEQUENCES = tuple(
    f"numpy.{name}" for name in (
        "array", "asarray", "stack", "concatenate", "vstack", "hstack", "column_stack", "dstack",
    )
)  # fmt: skip
"""What is given a list or a tuple as well as an array."""


def perhaps_tuples(trace: Trace) -> tuple[dict[Var, None], dict[Var, None]]:
    """The leaves of parameters that may hold tuples, as far as is seen from what is done to them,
    and lists in which there may be None; and those that are taken for arrays or lists.
    """
    unknown = [leaf for leaf in trace.inputs if may_hold_tuples(trace.kinds[leaf])]
    lists = [leaf for leaf in trace.inputs if isinstance(trace.kinds[leaf], (k.List, k.Dict))]
    none = holding(trace) if lists else {}
    found = {leaf: None for leaf in lists if leaf in none}
    if not unknown:
        return found, {}
    reading = _Reading(trace, trace.functions, {})
    read = [leaf for leaf in unknown if leaf not in reading.arrays]
    found = {leaf: None for leaf in found if leaf not in reading.arrays}
    found.update((leaf, None) for leaf in read if reading.is_structure(leaf))
    gone_through = (leaf for leaf in read if leaf in reading.depths and leaf not in found)
    return found, dict.fromkeys(gone_through)


def filling(
    made: Trace, primal: Trace, tuples: Mapping[Var, None], others: Mapping[Var, None]
) -> Trace:
    """The adjoint in which zeros like what may be a tuple are lists, which are added to."""
    if not tuples and not others:
        return made
    traces = (primal, *primal.functions.values())
    known = {out for trace in traces for eqn in walk(trace.body) for out in eqn.outs}
    known.update(atom for atom in made.body.results if isinstance(atom, Var))

    def filled(trace: Trace) -> Trace:
        def equation(eqn: Equation) -> Equation:
            if not isinstance(eqn, Apply):
                return inside(eqn, block)
            if eqn.op != "mem.zeros_like" or len(eqn.args) > 1 or eqn.out in known:
                return eqn
            if eqn.args[0] in others:
                return eqn.reading((*eqn.args, TO_ADD))
            filled = tuples and may_hold_tuples(_kind(eqn.args[0], trace))
            return eqn.reading((*eqn.args, TO_FILL)) if filled else eqn

        def block(old: Block) -> Block:
            return old.having(map(equation, old.eqns), old.results)

        return replace(trace, body=block(trace.body))

    return everywhere(filled, made)


class _Reading:
    """How deep the items are read of what a function is given: 2 is an item of an item.

    What gives names to its items, or is asked for None among them, is as good as that.
    """

    def __init__(
        self, trace: Trace, functions: Mapping[str, Trace], callees: dict[str, dict[Atom, int]]
    ) -> None:
        self.trace, self.functions, self.callees = trace, functions, callees
        self.depths: dict[Atom, int] = {}
        self.arrays: dict[Atom, None] = {}
        self.by_number: dict[Atom, None] = {}  # read by what is known at run time only
        self.sequences: dict[Atom, None] = {}
        self.levels: dict[Atom, tuple[Atom, int]] = {
            leaf: (leaf, 0) for leaf in trace.inputs
        }
        eqns, count = list(walk(trace.body)), 0
        while count < len(self.levels):  # what branches hand out is known after what is in them
            count = len(self.levels)
            for eqn in eqns:
                self.equation(eqn)

    def is_structure(self, leaf: Atom) -> bool:
        """Is this a list or a tuple as well as an array?"""
        depth = self.depths.get(leaf, 0)
        return depth > 1 or leaf in self.sequences or (depth == 1 and leaf not in self.by_number)

    def equation(self, eqn: Equation) -> None:
        for old, new in _handed_on(eqn):
            if old in self.levels:
                self.levels[new] = self.levels[old]
        if isinstance(eqn, Apply):
            self.apply(eqn)
        elif isinstance(eqn, Call):
            self.call(eqn)

    def apply(self, eqn: Apply) -> None:
        if expected(eqn) and eqn.args[1] in self.levels:
            self.note(eqn.args[1], 2)
        elif (
            eqn.op in ("operator.is_", "operator.is_not")
            and self.levels.get(eqn.args[0], (None, 0))[1]
        ):
            self.note(eqn.args[0], 1)  # it may be None
        if eqn.op == "mem.getitem" and eqn.args[0] in self.levels:
            leaf, level = self.levels[eqn.args[0]]
            part = isinstance(_kind(eqn.args[1], self.trace), k.Slice)
            self.levels[eqn.out] = leaf, level + (not part)
            self.note(eqn.out, 0)
            if not part and level == 0 and not isinstance(eqn.args[1], Lit):
                self.by_number[leaf] = None
        if eqn.op in SEQUENCES and self.levels.get(eqn.args[0], (None, 1))[1] == 0:
            self.sequences[self.levels[eqn.args[0]][0]] = None
        if eqn.op in ("mem.append", "mem.write", "mem.list", "mem.tuple"):
            for arg in eqn.args:
                leaf, level = self.levels.get(arg, (arg, 0))
                if level:
                    self.levels.setdefault(eqn.out, (leaf, level - 1))
        if _no_tuple(eqn, self.trace):
            for arg in eqn.args:
                leaf, level = self.levels.get(arg, (arg, 1))
                if level == 0 and isinstance(_kind(arg, self.trace), k.Any_):
                    self.arrays[leaf] = None

    def call(self, eqn: Call) -> None:
        if eqn.function not in self.callees:
            self.callees[eqn.function] = {}  # of a recursion
            reading = _Reading(self.functions[eqn.function], self.functions, self.callees)
            self.callees[eqn.function] = reading.depths
        depths = self.callees[eqn.function]
        for arg, var in zip(eqn.args, self.functions[eqn.function].inputs):
            if arg in self.levels and depths.get(var, 0):
                self.note(arg, depths[var])
                leaf, level = self.levels[arg]
                self.by_number[leaf] = None
                self.levels.update((out, (leaf, level + 1)) for out in eqn.outs)

    def note(self, atom: Atom, deeper: int) -> None:
        """Items so much deeper are read of this."""
        leaf, level = self.levels[atom]
        self.depths[leaf] = max(self.depths.get(leaf, 0), level + deeper)


def _handed_on(eqn: Equation) -> list[tuple[Atom, Var]]:
    """What goes on under another name, and that name."""
    match eqn:
        case Apply(op="mem.same" | "mem.copy" | "mem.write" | "mem.append"):
            return [(eqn.args[0], eqn.out)]
        case For() | While():
            ends = eqn.body.results
            into = [*zip(eqn.inits, eqn.params), *zip(eqn.inits, eqn.outs)]
            return [*zip(ends, eqn.params), *zip(ends, eqn.outs), *into]
        case If():
            return [*zip(eqn.then.results, eqn.outs), *zip(eqn.orelse.results, eqn.outs)]
    return []


def _no_tuple(eqn: Apply, trace: Trace) -> bool:
    """Would this raise for a tuple?"""
    if eqn.op in ("operator.add", "operator.mul"):
        dtypes = ("float32", "float", "complex", *(("int",) if eqn.op == "operator.add" else ()))
        return any(
            isinstance(kind, k.Array) or (isinstance(kind, k.Scalar) and kind.dtype in dtypes)
            for kind in (_kind(arg, trace) for arg in eqn.args)
        )
    if eqn.op == "mem.getitem":
        return eqn.args[1] == Lit(...) or isinstance(_kind(eqn.args[1], trace), (k.Tuple, k.Array))
    return eqn.op in OF_NUMBERS or (eqn.op == "mem.write" and len(eqn.args) == 3)


def _kind(atom: Atom, trace: Trace) -> k.Kind:
    return trace.kinds[atom] if isinstance(atom, Var) else k.of_constant(atom.value)
