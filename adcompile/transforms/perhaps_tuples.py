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
from dataclasses import dataclass, field, replace

from adcompile.rules import table
from adcompile.rules.lists import TO_ADD, TO_FILL, may_hold_tuples
from adcompile.rules.memory import expected
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    Lit,
    Trace,
    Tree,
    Var,
    everywhere,
    inside,
    leaves,
    walk,
)
from adcompile.trace.partial import holding
from adcompile.transforms.item_by_item import handed_on, item_by_item
from adcompile.transforms.made_arrays import made_arrays

OF_NUMBERS = (
    "operator.sub", "operator.truediv", "operator.floordiv", "operator.mod", "operator.pow",
    "operator.neg", "operator.pos", "builtins.abs",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Perhaps:
    """The leaves of parameters that may hold `tuples`, as far as is seen from what is done to them,
    and lists in which there may be None; and those that are `gone_through`: arrays or lists.

    `parts` are these and what is read of them; of those that are `taken` an array is made.
    """

    tuples: Mapping[Atom, None] = field(default_factory=dict)
    gone_through: Mapping[Atom, None] = field(default_factory=dict)
    parts: Mapping[Atom, None] = field(default_factory=dict)
    taken: Mapping[Atom, None] = field(default_factory=dict)


def perhaps_tuples(trace: Trace) -> Perhaps:
    """What is known of the parameters of unknown kind."""
    unknown = [leaf for leaf in trace.inputs if may_hold_tuples(trace.kinds[leaf])]
    lists = [leaf for leaf in trace.inputs if isinstance(trace.kinds[leaf], (k.List, k.Dict))]
    none = holding(trace) if lists else {}
    if not unknown:
        return Perhaps({leaf: None for leaf in lists if leaf in none})
    callees: dict[str, _Reading] = {}
    reading = _Reading(trace, trace.functions, callees)
    read = {leaf: None for leaf in unknown if leaf not in reading.arrays}
    found: dict[Atom, None] = {leaf: None for leaf in lists if leaf in none and leaf in read}
    found.update((leaf, None) for leaf in read if reading.is_structure(leaf))
    others = (leaf for leaf in read if leaf in reading.depths and leaf not in found)
    parts = {atom: None for atom, (leaf, _) in reading.levels.items() if leaf in read}
    taken = {atom: None for atom in reading.taken if reading.levels[atom][0] in found}
    for callee in callees.values() if found else ():
        parts.update(dict.fromkeys(callee.levels))
        taken.update(callee.taken)
    return Perhaps(found, dict.fromkeys(others), parts, taken)


def filling(made: Trace, primal: Trace, perhaps: Perhaps, seeds: Tree) -> Trace:
    """The adjoint in which zeros like what may be a tuple are lists, which are added to, item by
    item where they are added up; so are the `seeds` of parts.
    """
    tuples, others = perhaps.tuples, perhaps.gone_through
    pairs = zip(leaves(primal.result), leaves(seeds), strict=True)
    given = {seed: None for leaf, seed in pairs if leaf in perhaps.parts}
    if not tuples and not others and not given:
        return made
    known = _by_primal(primal)
    kept = {**known, **dict.fromkeys(made.body.results)}

    def filled(trace: Trace) -> Trace:
        def equation(eqn: Equation) -> Equation:
            if not isinstance(eqn, Apply):
                return inside(eqn, block)
            if eqn.op != "mem.zeros_like" or len(eqn.args) > 1 or eqn.out in kept:
                return eqn
            if eqn.args[0] in others:
                return eqn.reading((*eqn.args, TO_ADD))
            filled = tuples and may_hold_tuples(_kind(eqn.args[0], trace))
            return eqn.reading((*eqn.args, TO_FILL)) if filled else eqn

        def block(old: Block) -> Block:
            return old.having(map(equation, old.eqns), old.results)

        return replace(trace, body=block(trace.body))

    made = made_arrays(everywhere(filled, made), known, perhaps.taken)
    return item_by_item(made, known, perhaps.parts, given)


def taking_arrays(made: Trace, primal: Trace, dots: Mapping[Var, Atom]) -> Trace:
    """The tangent in which what may be a list, and its tangent, are arrays where that matters."""
    taken = perhaps_tuples(primal).taken
    moved = {dots[atom]: None for atom in taken if isinstance(atom, Var) and atom in dots}
    return made_arrays(made, _by_primal(primal), {**taken, **moved}) if taken else made


def _by_primal(primal: Trace) -> dict[Atom, None]:
    """What the primal and its callees make."""
    traces = (primal, *primal.functions.values())
    return {out: None for trace in traces for eqn in walk(trace.body) for out in eqn.outs}


class _Reading:
    """How deep the items are read of what a function is given: 2 is an item of an item.

    What gives names to its items, or is asked for None among them, is as good as that.
    """

    def __init__(
        self, trace: Trace, functions: Mapping[str, Trace], callees: dict[str, _Reading],
        name: str = "",
    ) -> None:  # fmt: skip
        self.trace, self.functions, self.callees = trace, functions, callees
        if name:
            callees[name] = self  # of a recursion
        self.depths: dict[Atom, int] = {}
        self.arrays: dict[Atom, None] = {}
        self.by_number: dict[Atom, None] = {}  # read by what is known at run time only
        self.sequences: dict[Atom, None] = {}  # of which an array is made, or of their items
        self.taken: dict[Atom, None] = {}  # of what an array is made
        self.held: dict[Atom, tuple[Atom, ...]] = {}  # lists and tuples, and what they hold
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
        for old, new in handed_on(eqn):
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
        if eqn.op in ("mem.list", "mem.tuple"):
            self.held[eqn.out] = eqn.args
        self.take(eqn)
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

    def take(self, eqn: Apply) -> None:
        """Note of what an array is made; an operator makes one of an item of an array."""
        given = _taken_as_arrays(eqn, self.trace)
        is_operator = eqn.op.startswith("operator.")
        for arg in [part for each in given for part in (each, *self.held.get(each, ()))]:
            leaf, level = self.levels.get(arg, (arg, 1))
            if arg in self.levels and not (level and is_operator):
                self.sequences[leaf] = None
                if not is_operator:
                    self.taken[arg] = None

    def call(self, eqn: Call) -> None:
        if eqn.function not in self.callees:
            function = self.functions[eqn.function]
            _Reading(function, self.functions, self.callees, eqn.function)
        callee = self.callees[eqn.function]
        depths = callee.depths
        for arg, var in zip(eqn.args, self.functions[eqn.function].inputs):
            if arg in self.levels and var in callee.sequences:
                self.sequences[self.levels[arg][0]] = None
            if arg in self.levels and depths.get(var, 0):
                self.note(arg, depths[var])
                leaf, level = self.levels[arg]
                self.by_number[leaf] = None
                self.levels.update((out, (leaf, level + 1)) for out in eqn.outs)

    def note(self, atom: Atom, deeper: int) -> None:
        """Items so much deeper are read of this."""
        leaf, level = self.levels[atom]
        self.depths[leaf] = max(self.depths.get(leaf, 0), level + deeper)


def _no_tuple(eqn: Apply, trace: Trace) -> bool:
    """Would this raise for a tuple?  An array beside it makes an array of it."""
    if eqn.op in ("operator.add", "operator.mul"):
        numbers = (float, complex, *((int,) if eqn.op == "operator.add" else ()))
        return any(isinstance(arg, Lit) and isinstance(arg.value, numbers) for arg in eqn.args)
    if eqn.op == "mem.getitem":
        return eqn.args[1] == Lit(...) or isinstance(_kind(eqn.args[1], trace), (k.Tuple, k.Array))
    if eqn.op in OF_NUMBERS:
        return len(eqn.args) == 1 or any(isinstance(arg, Lit) for arg in eqn.args)
    return eqn.op == "mem.write" and len(eqn.args) == 3


def _taken_as_arrays(eqn: Apply, trace: Trace) -> list[Atom]:
    """The operands that may be lists or tuples, of which this makes arrays."""
    row = None if eqn.op.startswith(("mem.", "lists.")) else table.lookup(eqn.op, len(eqn.args))
    if row is None or row.form == "constant":
        return []
    operands = eqn.args[: len(row.operands)]
    if not eqn.op.startswith("operator."):
        return list(operands)
    beside = [_goes_with_lists(eqn.op, _kind(arg, trace)) for arg in operands]
    return [arg for arg, other in zip(operands, beside[::-1]) if other] if len(beside) == 2 else []


def _goes_with_lists(op: str, kind: k.Kind) -> bool:
    """May it be an array, or a number of NumPy's, or one that repeats a list?"""
    repeats = op == "operator.mul" and k.is_int(kind)
    unclear = getattr(kind, "strong", False) is not False
    return repeats or unclear or isinstance(kind, (k.Array, k.Any_))


def _kind(atom: Atom, trace: Trace) -> k.Kind:
    return trace.kinds[atom] if isinstance(atom, Var) else k.of_constant(atom.value)
