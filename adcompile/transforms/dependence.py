"""Do the turns of a loop depend on one another, but for sums?  What can be seen of it.

    s = s + p * p                       a sum: the turns do not depend on one another
    y[i] = x[i] * y[i]                  each its own element
    y[i] = y[i - 1] * x[i]              each the element of the one before: refused
    p = p * x[i]                        each what the one before has made: refused
    y[where[i]] = y[other[i]] * x[i]    not seen: whoever writes "independent" answers for it
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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
    Var,
    While,
    blocks,
    walk,
)
from adcompile.transforms.additive import all_sum_up, reads

WRITES = ("mem.write", "mem.accumulate", "mem.scatter_add")
FACTS = ("numpy.shape", "numpy.size", "numpy.ndim", "mem.dtype", "builtins.len")
CONTAINERS = (k.Array, k.Any_, k.List, k.Dict)
LOOP = "the index of the loop"
ALL = "all"


def dependence(loop: For | While, kinds: Mapping[Var, k.Kind]) -> str:
    """What a turn reads of another; "" where none is seen to."""
    if not isinstance(loop, For):
        return "each turn of a while decides about the next"
    if loop.exits:
        return "a turn that breaks or returns decides whether there is a next"
    for n, (param, result) in enumerate(zip(loop.params, loop.body.results)):
        if result is param or all_sum_up([param], [result], loop.body, {}):
            continue
        others = [other for m, other in enumerate(loop.body.results) if m != n]
        users = [eqn for eqn in loop.body.eqns if param in reads(eqn)]
        if not users and param not in others:
            continue
        name = param.name or "a value"
        if not isinstance(kinds[param], CONTAINERS) or param in others:
            return f"{name} is read where the turn may not have given it a value"
        found = _Elements(loop, param, result).conflict()
        if found:
            return found.format(name=name)
    return ""


Place = tuple["Component", ...] | None  # None: not known
Component = tuple[object, int | str] | None


@dataclass(slots=True)
class _Elements:
    """Where a turn writes to an array or list, and where it reads what it has not written."""

    loop: For
    param: Var
    result: Atom
    versions: dict[Var, None] = field(default_factory=dict)
    defined: dict[Var, Apply] = field(default_factory=dict)
    written: list[Place] = field(default_factory=list)
    read: list[Place] = field(default_factory=list)
    whole: bool = False

    def conflict(self) -> str:
        """What is wrong, with {name} for the array; "" where nothing is seen."""
        self.versions[self.param] = None
        for eqn in walk(self.loop.body):
            if isinstance(eqn, Apply):
                self.defined.update(dict.fromkeys(eqn.outs, eqn))
        self.block(self.loop.body)
        if self.whole or self.result not in self.versions:
            return "{name} is made anew from what it was"
        for read in self.read:
            if any(self.collide(write, read) for write in self.written):
                return "{name} is read where another turn has written to it"
        return ""

    def block(self, block: Block) -> None:
        for eqn in block.eqns:
            self.equation(eqn)

    def equation(self, eqn: Equation) -> None:
        touched = [n for n, atom in enumerate(_operands(eqn)) if atom in self.versions]
        match eqn:
            case Apply() if touched == [0] and eqn.op in WRITES:
                self.versions[eqn.out] = None
                place = self.place(eqn.args[2])
                if eqn.op != "mem.write":
                    self.note(place)
                self.written.append(place)
            case Apply() if touched == [0] and eqn.op == "mem.getitem":
                self.note(self.place(eqn.args[1]))
            case Apply() if touched:
                self.whole |= eqn.op not in FACTS
            case Call():
                self.whole |= bool(touched)
            case If():
                for inner in blocks(eqn):
                    self.block(inner)
                pairs = zip(eqn.outs, eqn.then.results, eqn.orelse.results)
                for out, *sides in pairs:
                    if any(side in self.versions for side in sides):
                        self.versions[out] = None
            case For() | While():
                for param, init in zip(eqn.params, eqn.inits):
                    if init in self.versions:
                        self.versions[param] = None
                for inner in blocks(eqn):
                    self.block(inner)
                for out, param in zip(eqn.outs, eqn.params):
                    if param in self.versions:
                        self.versions[out] = None

    def note(self, place: Place) -> None:
        """A place is read; by this turn, where it may have written there before, its own value."""
        if all(_apart(place, before) for before in self.written):
            self.read.append(place)

    # places

    def place(self, index: Atom) -> Place:
        made = self.defined.get(index) if isinstance(index, Var) else None
        items: Sequence[Atom] = (index,)
        if made is not None and made.op == "mem.tuple":
            items = made.args
        elif isinstance(index, Lit) and isinstance(index.value, tuple):
            items = tuple(Lit(item) for item in index.value)
        found = tuple(self.component(item) for item in items)
        return None if None in found else found

    def component(self, item: Atom) -> Component:
        if item is self.loop.index:
            return LOOP, 0
        if isinstance(item, Lit):
            return ("", item.value) if isinstance(item.value, (int, str)) else None
        made = self.defined.get(item)
        if made is None:
            inside = any(item in _bound(eqn) for eqn in walk(self.loop.body))
            return None if inside or item in self.loop.params else (id(item), 0)
        if made.op == "mem.slice":
            return (ALL, 0) if all(a == Lit(None) for a in made.args) else self.fixed(made)
        if made.op in ("operator.add", "operator.sub") and isinstance(made.args[1], Lit):
            base = self.component(made.args[0])
            offset = made.args[1].value
            if base is not None and isinstance(offset, int) and isinstance(base[1], int):
                return base[0], base[1] + (offset if made.op == "operator.add" else -offset)
        return None

    def fixed(self, made: Apply) -> Component:
        """A slice that is the same in every turn."""
        if all(isinstance(arg, Lit) for arg in made.args):
            return tuple(arg.value for arg in made.args if isinstance(arg, Lit)), 0
        return None

    def collide(self, write: Place, read: Place) -> bool:
        """Is it certain that one turn reads what another has written?"""
        if write is None or read is None:
            return False
        apart: dict[int, None] = {}
        for one, two in zip(write, read):
            if one is None or two is None or one[0] != two[0]:
                if one is None or two is None or ALL not in (one[0], two[0]):
                    return False
            elif isinstance(one[1], int) and isinstance(two[1], int) and one[0] == LOOP:
                apart[one[1] - two[1]] = None
            elif one[1] != two[1]:
                return False
        if not apart:
            return True
        step = self.loop.step
        turns = next(iter(apart))
        exact = isinstance(step, Lit) and isinstance(step.value, int) and turns % step.value == 0
        return len(apart) == 1 and turns != 0 and exact


def _apart(first: Place, second: Place) -> bool:
    """Is it certain that two places of one turn have no element in common?"""
    if first is None or second is None:
        return False
    pairs = [(a, b) for a, b in zip(first, second) if a is not None and b is not None]
    return any(a[0] == b[0] and a[1] != b[1] for a, b in pairs)


def _operands(eqn: Equation) -> tuple[Atom, ...]:
    return eqn.args if isinstance(eqn, (Apply, Call)) else ()


def _bound(eqn: Equation) -> Iterator[Var]:
    yield from eqn.outs
    if isinstance(eqn, (For, While)):
        yield from eqn.params
    if isinstance(eqn, For):
        yield eqn.index
