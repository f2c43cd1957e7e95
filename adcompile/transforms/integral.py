"""What may be of integers when the program runs, though the trace does not say so.

    b = np.zeros_like(a)              integers where a has them
    c = a * n                         integers where a and n have them
    d = np.sin(a)                     no integers
    e = 0 if k else 0.5               integers on one of its paths: what is made of it may be, too

And what may be real, though the trace says that it is complex: on one of its paths (`Reals`).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from adcompile.rules import build
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Call, For, If, Lit, Trace, Var, While, blocks

WRITES = ("mem.write", "mem.accumulate", "mem.scatter_add")
FLOATS = ("float", "float32", "complex")


HOLDS = ("mem.list", "mem.dict", "mem.append", "mem.write", "mem.copy", "mem.same")


@dataclass(frozen=True, slots=True)
class Fact:
    """It is of integers where all of these are; `is_one` says that it is so on every path."""

    sources: tuple[Var, ...]
    is_one: bool = True


def is_open(kind: k.Kind | None) -> bool:
    """Is this a number, an array or a dtype of which no dtype is known?"""
    match kind:
        case k.Any_(None) | k.Array(None):
            return True
        case k.Scalar("float", _, None) | k.Opaque("dtype"):
            return True
    return False


class Integral:
    """The facts of the variables of a block, made of these, which may be of integers.

    With `any_float`, what is said to be of floats counts as unknown where it is made of these.
    Where only some variables matter, these and all that they are made of are `among`.
    """

    narrow = "int"
    narrower: tuple[str, ...] = ("int", "bool")

    def __init__(
        self, kinds: Mapping[Var, k.Kind], first: Iterable[Var], any_float: bool = False,
        among: Container[Atom] | None = None,
    ) -> None:  # fmt: skip
        self.kinds, self.any_float, self.among = kinds, any_float, among
        self.facts: dict[Atom, Fact] = {var: Fact((var,)) for var in first}
        self.by_path: dict[Var, None] = {}
        self.news = True

    def settle(self, block: Block) -> None:
        """Find the facts, which only grow."""
        while self.news:
            self.news = False
            self.block(block)

    def block(self, block: Block) -> None:
        for eqn in block.eqns:
            match eqn:
                case Apply():
                    if self.among is None or any(out in self.among for out in eqn.outs):
                        self.apply(eqn)
                case Call():
                    for out in (out for out in eqn.outs if self.is_open(self.kinds.get(out))):
                        self.set(out, Fact((out,)))
                case If():
                    self.block(eqn.then)
                    self.block(eqn.orelse)
                    for out, *sides in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                        self.join(out, sides)
                case For() | While():
                    for param, init in zip(eqn.params, eqn.inits):
                        if param not in self.facts:
                            self.join(param, [init])
                    for inner in blocks(eqn):
                        self.block(inner)
                    for param, *sides in zip(eqn.params, eqn.inits, eqn.body.results):
                        self.join(param, sides)
                    for out, param in zip(eqn.outs, eqn.params):
                        self.join(out, [param])

    def fact(self, atom: Atom) -> Fact | None:
        """What is known of an atom; None where it is of floats."""
        found = self.facts.get(atom)
        if found is None and k.dtype_of(self.kind(atom)) in self.narrower:
            return Fact(())
        return found

    def is_open(self, kind: k.Kind | None) -> bool:
        """Is that of integers, perhaps, of which nothing else is said?"""
        return is_open(kind)

    def may_hold(self, kind: k.Kind | None) -> bool:
        """May what has this kind be of something else than of integers?"""
        return is_open(kind) or _dtype(kind) in FLOATS

    def kind(self, atom: Atom) -> k.Kind | None:
        return k.of_constant(atom.value) if isinstance(atom, Lit) else self.kinds.get(atom)

    def may_be(self, out: Var, given: Iterable[Atom]) -> bool:
        """May it be of integers, from what is said of it and of what it is made of?"""
        kind = self.kinds.get(out)
        if is_open(kind):
            return True
        return _dtype(kind) in FLOATS and (self.any_float or any(map(self.is_by_path, given)))

    def is_by_path(self, atom: Atom) -> bool:
        """Is it of integers on some paths alone, though it is said to be of floats?"""
        fact = self.facts.get(atom)
        return fact is not None and any(var in self.by_path for var in fact.sources)

    def apply(self, eqn: Apply) -> None:
        if eqn.op in WRITES:
            self.set(eqn.out, self.facts.get(eqn.args[0]))
            return
        given = any(arg in self.facts for arg in eqn.args)
        for at, out in enumerate(eqn.outs):
            if self.is_open(self.kinds.get(out)) and self.takes_out(eqn):
                self.set(out, Fact((out,)))
            elif given and self.may_be(out, eqn.args) and self.is_integer(eqn, at, None):
                facts = [
                    fact for arg in dict.fromkeys(eqn.args)
                    if (fact := self.facts.get(arg)) and not self.is_integer(eqn, at, arg)
                ]  # fmt: skip
                if facts:
                    sources = dict.fromkeys(var for fact in facts for var in fact.sources)
                    self.set(out, Fact(tuple(sources), all(fact.is_one for fact in facts)))

    def is_integer(self, eqn: Apply, at: int, but: Atom | None) -> bool:
        """Is a result of integers, if all that may be are, but for this one?"""

        def kind(atom: Atom) -> k.Kind | None:
            own = self.kind(atom)
            if atom in self.facts and atom is not but:
                return _with(own, self.narrow)
            return _with(own, "float") if is_open(own) else own

        try:
            found = build.infer(eqn.op, eqn.args, kind)[at]
        except (LookupError, TypeError, ValueError, AttributeError, AssertionError):
            return but is None
        if isinstance(found, k.List) and any(_dtype(kind(arg)) in FLOATS for arg in eqn.args):
            return False  # an array that is made of it is one of floats
        return _named(found) in (*self.narrower, None)

    def takes_out(self, eqn: Apply) -> bool:
        """Is it read of a list or dictionary, or from outside, where each has its own dtype?"""
        if eqn.op != "mem.getitem":
            return eqn.op == "mem.outside"
        holder, index = self.kind(eqn.args[0]), eqn.args[1]
        named = isinstance(index, Lit) and isinstance(index.value, str)
        return named or isinstance(holder, (k.List, k.Dict))

    def join(self, out: Var, sides: list[Atom]) -> None:
        sides = [side for side in sides if _is_made(side)]
        facts = [fact for side in sides if (fact := self.fact(side)) is not None]
        if not facts or not self.may_hold(self.kinds.get(out)):
            return
        alike = len(facts) == len(sides) and all(fact == facts[0] for fact in facts)
        if not alike and any(not fact.sources for fact in facts):
            self.by_path[out] = None
            self.set(out, Fact((out,)))
        elif self.may_be(out, sides):
            sources = dict.fromkeys(var for fact in facts for var in fact.sources)
            self.set(out, Fact(tuple(sources), alike and facts[0].is_one))

    def set(self, out: Var, fact: Fact | None) -> None:
        old = self.facts.get(out)
        if fact is None or fact == old:
            return
        if old is not None:
            sources = dict.fromkeys((*old.sources, *fact.sources))
            fact = Fact(tuple(sources), False)
        if fact != old:
            self.facts[out], self.news = fact, True


class Reals(Integral):
    """The facts of what may be real, though it is said to be complex.

    Lists and dictionaries that are `mixed` may hold real arrays and complex ones.
    """

    narrow = "float"
    narrower = ("int", "bool", "float32", "float")

    def __init__(self, trace: Trace) -> None:
        functions = trace.functions.values()
        kinds = {var: kind for each in (trace, *functions) for var, kind in each.kinds.items()}
        inputs = (var for each in functions for var in each.inputs)
        given = [var for var in inputs if self.is_open(kinds.get(var))]
        held = [var for var in given if isinstance(kinds[var], (k.List, k.Dict))]
        self.mixed: dict[Atom, None] = dict.fromkeys(held)
        super().__init__(kinds, (var for var in given if var not in self.mixed))
        for each in (trace, *functions) if any(map(self.is_open, kinds.values())) else ():
            self.news = True
            self.settle(each.body)

    def __contains__(self, atom: Atom) -> bool:
        """May it be real?"""
        return atom in self.facts or atom in self.mixed

    def is_open(self, kind: k.Kind | None) -> bool:
        return _named(kind) == "complex"

    may_hold = is_open

    def fact(self, atom: Atom) -> Fact | None:
        kind = self.kind(atom)
        return Fact(()) if is_open(kind) else super().fact(atom)

    def may_be(self, out: Var, given: Iterable[Atom]) -> bool:
        return self.is_open(self.kinds.get(out))

    def apply(self, eqn: Apply) -> None:
        inside = eqn.op == "mem.write" and len(eqn.args) > 3
        if eqn.op in HOLDS:
            self.mix(eqn.out, eqn.args[:1] if inside else eqn.args)
        super().apply(eqn)

    def mix(self, out: Var, given: Iterable[Atom]) -> None:
        """Note what holds real arrays, too, being made of these."""
        whole = self.kinds.get(out)
        holds = isinstance(whole, (k.List, k.Dict)) and self.is_open(whole)
        if holds and out not in self.mixed and any(map(self.holds_reals, given)):
            self.mixed[out], self.news = None, True

    def join(self, out: Var, sides: list[Atom]) -> None:
        self.mix(out, sides)
        super().join(out, sides)

    def holds_reals(self, atom: Atom) -> bool:
        """Is it an array that may be real, or a list or dictionary of such?"""
        kind = self.kind(atom)
        kind = kind.item if isinstance(kind, (k.List, k.Dict)) else kind
        real = atom in self or k.dtype_of(kind) != "complex"
        return isinstance(kind, (k.Array, k.Any_)) and real

    def takes_out(self, eqn: Apply) -> bool:
        """Is it read of what may hold real arrays, too?"""
        return eqn.args[0] in self and super().takes_out(eqn)


def _is_made(atom: Atom) -> bool:
    return not isinstance(atom, Lit) or isinstance(atom.value, (bool, int, float, complex))


def _named(kind: k.Kind | None) -> str | None:
    """The dtype class of numbers, or that which a dtype is."""
    return k.named_dtype(kind) or _dtype(kind)


def _dtype(kind: k.Kind | None) -> str | None:
    """The dtype class of numbers, also of those in lists and tuples."""
    match kind:
        case k.List(item) | k.Dict(item):
            return _dtype(item)
        case k.Tuple(items):
            return k.promote(*map(_dtype, items)) if items else None
    return k.dtype_of(kind)


def _with(kind: k.Kind | None, dtype: str) -> k.Kind:
    """The kind, of this dtype."""
    match kind:
        case k.List(item, frozen):
            return k.List(_with(item, dtype), frozen)
        case k.Tuple(items):
            return k.Tuple(tuple(_with(item, dtype) for item in items))
        case k.Array(_, dims):
            return k.Array(dtype, dims)
        case k.Opaque():
            return k.Opaque(f"dtype {dtype}")
        case k.Scalar():
            return k.Scalar(dtype, None, True)
    return k.Any_(dtype)
