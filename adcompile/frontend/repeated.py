"""Lists of which nothing is said: + joins them and * repeats them, which sums and products do not.

    def f(x):             if isinstance(x, (list, tuple)):
        return sum(x * 2) =>  raise TypeError("x is a list, which * repeats: annotate it")

Of an argument without annotation the derivative is that of a number or an array, or of a list of
numbers whose items are read.  Where Python would join or repeat what is given, and it or what that
makes is gone through as lists are, the function asks first whether it is a list, or holds some; and
so where it is written to: a list keeps what is stored in it, an array copies it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adcompile.frontend.parameters import path_text
from adcompile.rules.memory import HOLDS_LISTS, IS_LIST
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Call, Equation, For, Lit, Var, While, blocks

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

JOINS = {"operator.add": "+", "operator.mul": "*"}
NUMERIC = tuple(
    f"operator.{name}" for name in (
        "add", "sub", "truediv", "floordiv", "mod", "pow", "lt", "le", "gt", "ge",
    )
)  # fmt: skip
ALONE = ("operator.neg", "operator.pos", "operator.invert", "builtins.abs")
"""Operations that raise where an operand is a list: by themselves, or beside a number."""

AS_LISTS = (
    "mem.getitem", "builtins.len", "builtins.sum", "builtins.min", "builtins.max",
    "builtins.sorted", "numpy.array", "numpy.asarray",
)  # fmt: skip
"""What is done with lists, or with what joins them."""

WRITES = ("mem.write", "mem.accumulate", "mem.scatter_add")
Root = tuple[Var, int]  # what is given, and how deep in it: 0 for all of it, 1 for an item


def questions(low: Lowerer, block: Block) -> Iterator[Equation]:
    """What the function asks about what it is given, before its body."""
    kinds = low.build.kinds
    unknown = [var for var in low.origins if kinds.get(var) == k.ANY]
    if not unknown:
        return
    looked = _Looked(kinds, {var: ((var, 0),) for var in unknown})
    looked.at(block)
    for var in looked.written:
        name = path_text(low, low.origins[var])
        yield _asked(var, IS_LIST, f"{name} is a list, which is changed in place: annotate it")
    for (var, depth), sign in looked.joined.items():
        if var in looked.written or (depth and (var, 0) in looked.joined):
            continue
        if (var, depth) in looked.gone_through:
            yield _question(var, path_text(low, low.origins[var]), depth, sign)


def _question(var: Var, name: str, depth: int, sign: str) -> Equation:
    does = "joins" if sign == "+" else "repeats"
    text = f"{name} is a list, which {sign} {does}: annotate it"
    if depth:
        text = f"{name} holds lists, which {sign} {does}: annotate it"
    return _asked(var, HOLDS_LISTS if depth else IS_LIST, text)


def _asked(var: Var, test: str, text: str) -> Equation:
    return Apply((), "mem.effect", (Lit(f"if {test}:\n    raise TypeError({text!r})"), var))


@dataclass
class _Looked:
    """What is joined or repeated, if it is a list, and the sign that does it."""

    kinds: Mapping[Var, k.Kind]
    lists: dict[Atom, tuple[Root, ...]]  # what may be one
    joined: dict[Root, str] = field(default_factory=dict)
    made: dict[Atom, tuple[Root, ...]] = field(default_factory=dict)  # by joining, of these
    gone_through: dict[Root, None] = field(default_factory=dict)  # or what is made of them
    written: dict[Var, None] = field(default_factory=dict)  # to all of it, or to an item
    fractions: dict[Atom, None] = field(default_factory=dict)  # no integers, numbers or arrays
    known: dict[Var, None] = field(default_factory=dict)  # numbers or arrays, in this block

    def at(self, block: Block) -> None:
        """Look at a block, and at those in it."""
        here = [var for var in dict.fromkeys(self.numbers(block.eqns)) if var not in self.known]
        self.known.update(dict.fromkeys(here))
        for eqn in block.eqns:
            if isinstance(eqn, Apply):
                self.use(eqn)
                for var in self.doubtful(eqn):
                    roots = self.lists[var]
                    self.joined.update((root, JOINS[eqn.op]) for root in roots)
                    self.made[eqn.out] = (*self.made.get(eqn.out, ()), *roots)
                self.follow(eqn)
            elif not isinstance(eqn, Call):
                self.inside(eqn)
        for var in here:
            del self.known[var]

    def use(self, eqn: Apply) -> None:
        """Note what is gone through, and what a list that is joined again is made of."""
        if eqn.op in AS_LISTS and not (eqn.op == "mem.getitem" and self.is_tuple(eqn.args[1])):
            found = (*self.lists.get(eqn.args[0], ()), *self.made.get(eqn.args[0], ()))
            self.gone_through.update(dict.fromkeys(found))
        elif eqn.op in WRITES and eqn.args[0] not in self.known:
            self.written.update((var, None) for var, _ in self.lists.get(eqn.args[0], ()))
        elif eqn.op in JOINS or eqn.op == "mem.copy":
            roots = [root for arg in eqn.args for root in self.made.get(arg, ())]
            if roots:
                self.made[eqn.out] = tuple(dict.fromkeys(roots))

    def follow(self, eqn: Apply) -> None:
        """An item of what is given may be a list as well; and a copy is what it is a copy of."""
        if len(eqn.outs) != 1 or self.kinds.get(eqn.out) != k.ANY:
            return
        if eqn.op in NUMERIC and any(self.is_real(a) or a in self.fractions for a in eqn.args):
            self.fractions[eqn.out] = None
        if eqn.op in ("mem.getitem", "mem.copy") and eqn.args[0] not in self.known:
            deeper = eqn.op == "mem.getitem"
            found = [(var, depth + deeper) for var, depth in self.lists.get(eqn.args[0], ())]
            if found and found[0][1] < 2:
                self.lists[eqn.out] = tuple(found)

    def inside(self, eqn: Equation) -> None:
        """What a branch gives, or a loop carries, may be what came in or went on."""
        inits = eqn.inits if isinstance(eqn, (For, While)) else ()
        if isinstance(eqn, (For, While)):
            self.meet(eqn.params, [inits])
        for block in blocks(eqn):
            self.at(block)
        self.meet(eqn.outs, [inits, *(block.results for block in blocks(eqn)[-2:])])

    def meet(self, outs: Iterable[Var], ways: Iterable[tuple[Atom, ...]]) -> None:
        """Each is one of several atoms."""
        for way in ways:
            for out, atom in zip(outs, way):
                for roots in (self.lists, self.made):
                    if self.kinds.get(out) == k.ANY and atom in roots:
                        roots[out] = tuple(dict.fromkeys((*roots.get(out, ()), *roots[atom])))

    def numbers(self, eqns: Iterable[Equation]) -> Iterator[Var]:
        """What one of these equations raises for, if it is a list."""
        for eqn in eqns:
            if not isinstance(eqn, Apply):
                continue
            if eqn.op in ALONE or (eqn.op == "mem.getitem" and self.is_tuple(eqn.args[1])):
                yield from (arg for arg in eqn.args[:1] if isinstance(arg, Var))
            elif len(eqn.args) == 2 and (eqn.op in NUMERIC or eqn.op in JOINS):
                for arg, other in (eqn.args, eqn.args[::-1]):
                    alone = self.is_number(other) if eqn.op in NUMERIC else self.is_real(other)
                    if isinstance(arg, Var) and alone:
                        yield arg

    def doubtful(self, eqn: Apply) -> list[Atom]:
        """The operands that are joined or repeated if they are lists; of a sum, one is enough."""
        if eqn.op not in JOINS or eqn.out in self.known:
            return []
        found = [arg for arg in eqn.args if arg in self.lists and arg not in self.known]
        if eqn.op == "operator.add":
            joined = len(found) == 2 or any(map(self.is_sequence, eqn.args))
            return found[:1] if joined else []
        first, second = eqn.args
        others = {first: second, second: first}
        return [arg for arg in found if others[arg] is not arg and self.is_whole(others[arg])]

    def is_whole(self, atom: Atom) -> bool:
        """May this be an integer?"""
        if isinstance(self.kind(atom), k.Any_):
            return atom not in self.fractions
        return self.is_number(atom) and not self.is_real(atom)

    def is_number(self, atom: Atom) -> bool:
        return isinstance(self.kind(atom), k.Scalar)

    def is_real(self, atom: Atom) -> bool:
        kind = self.kind(atom)
        return isinstance(kind, k.Scalar) and kind.dtype in ("float", "complex")

    def is_sequence(self, atom: Atom) -> bool:
        return isinstance(self.kind(atom), (k.List, k.Tuple))

    def is_tuple(self, atom: Atom) -> bool:
        return isinstance(self.kind(atom), k.Tuple)

    def kind(self, atom: Atom) -> k.Kind | None:
        return k.of_constant(atom.value) if isinstance(atom, Lit) else self.kinds.get(atom)
