"""What a value has its width from, where nothing is known of the arguments when compiling.

    f(x, y):                          x, y      may be of float32, of float64 or numbers of Python's
      a = np.sin(x)                   {x}       as wide as x
      b = a * y                       {x, y}    as wide as the wider one
      z = np.zeros(3)                 {WIDE}    of 64 bits, whatever is given
      n = 2.0 * len(x)                {}        a number of Python's, which widens nothing

An adjoint of {x} is as wide as x; one of {x, y} is made so before it leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adcompile.rules import table
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Call,
    Equation,
    For,
    If,
    Lit,
    Trace,
    Var,
    While,
    leaves,
)

Sources = frozenset[object]
WEAK: Sources = frozenset()
WIDE, NARROW = "64 bits", "32 bits"
SEED = "a number"  # a seed, which may be one of Python's, until an array is made of it
IN_PLACE = ("mem.write", "mem.accumulate", "mem.scatter_add", "numpy.add.at")
OF_FIRST = (
    "mem.getitem", "mem.zeros_like", "numpy.zeros_like", "numpy.ones_like", "numpy.empty_like",
    "numpy.full_like", "mem.copy", "mem.same", "mem.stop", "mem.dtype", "mem.pop", "widths.as_real",
)  # fmt: skip
TAPES = ("mem.tape", "mem.push", "mem.unpush")
OF_SECOND = ("widths.as_wide", "widths.unbroadcast_like", "widths.broadcast_like", "numpy.astype")
WIDENING = ("numpy.float_power", "numpy.polyder", "numpy.polyint")  # whatever it is given
CASTS = ("builtins.float", "numpy.float64", "numpy.float32", "numpy.double", "numpy.single")
FROM_OUTSIDE = ("mem.opaque", "mem.outside")
HOLDERS = (k.List, k.Dict, k.Tuple, k.Tape)
FOLLOWED = (*HOLDERS, k.Opaque)  # a dtype is


def unknown(trace: Trace) -> list[Var]:
    """The arguments of which no dtype is known, or none but that it is complex64."""
    given = [leaf for param in trace.params for leaf in leaves(param.tree)]
    return [leaf for leaf in given if isinstance(leaf, Var) and is_vague(trace.kinds.get(leaf))]


def is_unknown(kind: k.Kind | None) -> bool:
    """Is nothing said of the dtype of this number or array?"""
    return isinstance(kind, (k.Any_, k.Array)) and kind.dtype is None


def is_vague(kind: k.Kind | None) -> bool:
    """Is this such a number or array, or a list or dictionary of such?  Or one of complex64?"""
    while isinstance(kind, (k.List, k.Dict)):
        kind = kind.item
    return is_unknown(kind) or (isinstance(kind, (k.Scalar, k.Array)) and kind.single)


def is_open(kind: k.Kind | None) -> bool:
    """May this be a float of any width?"""
    return is_unknown(kind) or (
        isinstance(kind, k.Scalar) and kind.dtype == "float" and kind.strong is None
    )


class WidthSources:
    """The sources of the variables, found by going through their equations."""

    def __init__(self, kinds: Mapping[Var, k.Kind], given: Iterable[Var]) -> None:
        self.kinds = kinds
        self.known: dict[Atom, Sources] = {var: frozenset((var,)) for var in given}
        self.holders: dict[object, None] = {
            var: None for var in given if isinstance(kinds.get(var), HOLDERS)
        }  # fmt: skip
        self.news = False
        self.tuples: dict[Var, tuple[Atom, ...]] = {}

    def differ(self, atom: Atom, like: Atom) -> bool:
        """May an atom be of another width than what it belongs to?"""
        return self.of(atom) - {SEED} not in (self.of(like), WEAK)

    def of(self, atom: Atom) -> Sources:
        if isinstance(atom, Lit):
            return WEAK
        found = self.known.get(atom)
        return self.by_kind(self.kind(atom)) if found is None else found

    def kind(self, atom: Atom) -> k.Kind | None:
        return k.of_constant(atom.value) if isinstance(atom, Lit) else self.kinds.get(atom)

    def by_kind(self, kind: k.Kind | None) -> Sources:
        """The sources of what nothing is known of but its kind."""
        match kind:
            case k.Scalar("int" | "float", _, False) | k.Scalar("bool"):
                return WEAK
            case k.Array("bool") | k.Any_("bool") | k.Opaque() | k.Slice() | None:
                return WEAK
            case k.Scalar("float32") | k.Array("float32") | k.Any_("float32"):
                return frozenset((NARROW,))
            case k.Tuple(items) | k.Tape(items):
                return WEAK.union(*map(self.by_kind, items))
            case k.List(item) | k.Dict(item):
                return self.by_kind(item)
        return frozenset((WIDE,))

    def give(self, var: Var, like: Atom, seed: bool = False) -> None:
        """A seed, or a direction, is as wide as what it belongs to; a seed may be 1.0."""
        number = seed and isinstance(self.kind(var), (k.Scalar, k.Any_))
        self.known[var] = self.of(like) | ({SEED} if number else WEAK)

    # going through equations

    def settle(self, eqns: Iterable[Equation]) -> None:
        """Find the sources of all that these define."""
        eqns, self.news = tuple(eqns), True
        while self.news:
            self.news = False
            self.learn(eqns)

    def learn(self, eqns: Iterable[Equation]) -> None:
        for eqn in eqns:
            match eqn:
                case Apply():
                    self.apply(eqn)
                case Call():
                    for out in eqn.outs:
                        self.note(out, frozenset((out,)), ())
                case If():
                    self.learn(eqn.then.eqns)
                    self.learn(eqn.orelse.eqns)
                    self.join(eqn.outs, eqn.then.results, eqn.orelse.results)
                case For() | While():
                    self.loop(eqn)

    def loop(self, eqn: For | While) -> None:
        before = [self.known.get(param, WEAK) for param in eqn.params]
        self.carry(eqn.params, eqn.inits)
        if isinstance(eqn, While):
            self.learn(eqn.cond.eqns)
        self.learn(eqn.body.eqns)
        self.carry(eqn.params, eqn.body.results)
        self.join(eqn.outs, eqn.params)
        after = [self.known.get(param, WEAK) for param in eqn.params]
        self.news = self.news or before != after

    def carry(self, params: Iterable[Var], values: Iterable[Atom]) -> None:
        """What a loop carries has the sources of each turn."""
        for param, value in zip(params, values):
            self.note(param, self.known.get(param, WEAK) | self.of(value), (param, value))

    def join(self, outs: Iterable[Var], *sides: Iterable[Atom]) -> None:
        for out, *ways in zip(outs, *sides):
            self.note(out, WEAK.union(*map(self.of, ways)), ways)

    def note(self, out: Var, sources: Sources, given: Iterable[Atom]) -> None:
        """What is made of these: of another width than its kind says where one of these may be."""
        kind = self.kinds.get(out)
        dtype = k.dtype_of(kind)
        if is_open(kind) or isinstance(kind, FOLLOWED) or dtype == "complex" or (
            dtype == "float" and any(self.is_loose(atom) for atom in given)
        ):  # fmt: skip
            self.known[out] = sources

    def is_loose(self, atom: Atom) -> bool:
        """Is it said to be a float, and may it be of another width?"""
        return atom in self.known and k.dtype_of(self.kind(atom)) == "float"

    def apply(self, eqn: Apply) -> None:
        if eqn.op == "mem.tuple":
            self.tuples[eqn.out] = eqn.args
        if eqn.op in TAPES:
            self.tape(eqn)
            return
        if eqn.op in OF_SECOND and eqn.args[1] in self.known:
            x, like = eqn.args[:2]
            wide = self.of(x) if k.dtype_of(self.kind(x)) == "complex" else WEAK
            self.known[eqn.out] = self.settled(self.known[like] | wide)
            return
        for out in () if _is_cast(eqn) else eqn.outs:
            self.note(out, self.made(eqn), eqn.args)

    def tape(self, eqn: Apply) -> None:
        """A tape has the sources of its entries, each with its place."""
        held = self.known.get(eqn.args[0], WEAK) if eqn.args else WEAK
        if eqn.op == "mem.push":
            for place, atom in enumerate(eqn.args[1:]):
                held |= {(place, source) for source in self.of(atom)}
        self.known[eqn.outs[-1]] = held
        entries: dict[object, list[object]] = {}
        for each in held if eqn.op == "mem.unpush" else ():
            if isinstance(each, tuple):
                entries.setdefault(each[0], []).append(each[1])
        for place, out in enumerate(eqn.outs[:-1] if eqn.op == "mem.unpush" else ()):
            self.known[out] = frozenset(entries.get(place, ()))

    def made(self, eqn: Apply) -> Sources:
        """The sources of what an operation gives."""
        first = eqn.args[0] if eqn.args else Lit(None)
        if eqn.op == "mem.getitem" and first in self.tuples:
            index, items = eqn.args[1], self.tuples[first]
            number = index.value if isinstance(index, Lit) else None
            if isinstance(number, int) and -len(items) <= number < len(items):
                return self.of(items[number])
        if eqn.op in ("mem.getitem", "mem.pop") and self.holders:  # each of a width of its own
            given = self.of(first)
            return frozenset((each, "item") if each in self.holders else each for each in given)
        if eqn.op in IN_PLACE and not isinstance(self.kind(first), HOLDERS):
            return self.of(first)
        if eqn.op in OF_FIRST:
            return self.of(first)
        parts = [self.of(arg) for arg in self.operands(eqn)]
        widens = eqn.op in (*FROM_OUTSIDE, *WIDENING)
        widens = widens or (eqn.op == "numpy.diff" and len(eqn.args) > 1)
        every = WEAK.union(*parts, (WIDE,) if widens else ())
        if any(sources and SEED not in sources for sources in parts):
            every -= {SEED}
        return every if eqn.op.startswith(("operator.", "mem.")) else self.settled(every)

    def settled(self, sources: Sources) -> Sources:
        """Where a number of Python's becomes one of NumPy's, or an array."""
        if SEED in sources or not sources:
            return (sources - {SEED}) | {WIDE}
        return sources

    def operands(self, eqn: Apply) -> tuple[Atom, ...]:
        """What gives an operation its width: no shape, and no axis."""
        dtypes = tuple(a for a in eqn.args if a in self.known and self.is_dtype(a))
        if dtypes:
            return dtypes
        row = None if eqn.op.startswith("mem.") else table.lookup(eqn.op, len(eqn.args))
        if eqn.op == "mem.unbroadcast":
            return eqn.args[:1]
        if eqn.op == "mem.accumulate" or eqn.op == "mem.write":
            return eqn.args[:2]
        return eqn.args if row is None else eqn.args[: len(row.operands)]

    def is_dtype(self, atom: Atom) -> bool:
        kind = self.kind(atom)
        return isinstance(kind, k.Opaque) and kind.what.startswith("dtype")


def _is_cast(eqn: Apply) -> bool:
    """Is what this gives of one width, whatever it is given, as float(x) and math.sin(x) are?"""
    if eqn.op.startswith("math.") or eqn.op in CASTS:
        return True
    given = (arg.value for arg in eqn.args if isinstance(arg, Lit))
    return any(isinstance(value, str) and value in CASTS for value in given)


def of_tangent(
    trace: Trace, dots: Mapping[Var, Atom], kinds: Mapping[Var, k.Kind], eqns: Iterable[Equation]
) -> WidthSources | None:
    """The sources of what the tangent of a trace computes; None where all that moves is known."""
    given = unknown(trace)
    if not any(var in dots for var in given):
        return None
    widths = WidthSources(kinds, given)
    for var in given:
        if isinstance(dot := dots.get(var), Var):
            widths.give(dot, var)
    widths.settle(eqns)
    return widths
