"""What the reverse sweep reads: which values are saved and which are computed again.

    for i in range(n) carry a:            for i in range(n) carry a, tape:
      v = sin(x[i])                         tape = push(tape, a)
      a = a * v                 ->          a = a * sin(x[i])
                                          for i in reversed(range(n)) carry a_bar, tape:
                                            a, tape = unpush(tape)
                                            v = sin(x[i])            # computed again

A minimum cut between what cannot be computed again (carried values, results of loops and branches,
whole arrays) and what the reverse of a turn reads: the cheapest set of values that determines the
rest.  Outside of loops values stay in their variables, and those of a branch leave it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from adcompile.rules.memory import shows_a_part
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    UNDEF,
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
    operands,
)  # fmt: skip
from adcompile.trace.within import Within
from adcompile.transforms import turning
from adcompile.transforms.costs import CHEAP, LEAVES_BRANCH, SCALAR, SHAPE, extent, small
from adcompile.transforms.mincut import Network
from adcompile.transforms.storages import is_view
from adcompile.transforms.turning import HOLE

if TYPE_CHECKING:
    from adcompile.transforms.adjoint import Sweep

NAME = "recording"
ITEMS = 64  # in an array with unknown axes


def hole(number: int) -> Apply:
    """The place in a reverse branch where values of its forward branch are computed again."""
    return Apply((), HOLE, (Lit(number),))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is saved, and what is computed again, by hole (None: at the start of the turn)."""

    saved: tuple[Var, ...]
    again: tuple[tuple[int | None, Apply], ...]


Place = tuple[Equation | None, int | None]


class Recorder:
    """The plan for one loop body, or for the branches outside of loops."""

    def __init__(self, sweep: Sweep, in_loop: bool) -> None:
        self.sweep = sweep
        self.kinds = sweep.build.kinds
        self.in_loop = in_loop
        self.places: dict[Var, Place] = {}

    def scan(self, eqns: Iterable[Equation], hole: int | None = None) -> None:
        """Note where the variables of the forward sweep are defined."""
        for eqn in eqns:
            if hole is not None or self.in_loop:
                for out in eqn.outs:
                    self.places[out] = (self.sweep.lasting.get(out, eqn), hole)
            if isinstance(eqn, If) and eqn in self.sweep.holes:
                for block, below in zip((eqn.then, eqn.orelse), self.sweep.holes[eqn]):
                    self.scan(block.eqns, below)

    def plan(self, needed: Iterable[Var]) -> Plan:
        """Decide for the variables that the reverse sweep reads."""
        wanted = [var for var in needed if var in self.places]
        if NAME not in self.sweep.passes:
            return Plan(tuple(var for var in self.places if var in dict.fromkeys(wanted)), ())
        forced = {var for var in wanted if not self.repeatable(var)}
        inner = self._closure(wanted, forced)
        saved = forced | set(self._cut(inner, [var for var in wanted if var not in forced], forced))
        shapes = self._shapes(saved)
        saved -= shapes.keys()
        again = self._closure([var for var in wanted if var not in saved], saved | shapes.keys())
        repeated = [
            (self.places[var][1], shapes.get(var, self.places[var][0]))
            for var in self._ordered({**again, **dict.fromkeys(shapes)})
        ]
        return Plan(
            tuple(var for var in self.places if var in saved),
            tuple((hole, eqn) for hole, eqn in repeated if isinstance(eqn, Apply)),
        )

    def _shapes(self, saved: Iterable[Var]) -> dict[Var, Apply]:
        """The shapes that need not be saved, as an array that is saved has them too."""
        found: dict[Var, Apply] = {}
        arrays: dict[tuple[object, int | None], Var] = {}
        for var in (var for var in self.places if var in saved):
            kind = self.kinds[var]
            if isinstance(kind, k.Array) and kind.dims is not None:
                arrays.setdefault((kind.dims, self.places[var][1]), var)
        for var in (var for var in self.places if var in saved):
            eqn, hole = self.places[var]
            if isinstance(eqn, Apply) and eqn.op == "numpy.shape" and isinstance(eqn.args[0], Var):
                asked = self.kinds[eqn.args[0]]
                same = arrays.get((asked.dims, hole)) if isinstance(asked, k.Array) else None
                if same is not None:
                    found[var] = eqn.reading((same,))
        return found

    def _closure(self, wanted: Iterable[Var], known: set[Var]) -> dict[Var, None]:
        """The variables from which the wanted ones are computed, those known aside."""
        found: dict[Var, None] = {}
        stack = [var for var in wanted if var not in known]
        while stack:
            var = stack.pop()
            if var not in found:
                found[var] = None
                stack += [v for v in self.sources(var) if v not in known]
        return found

    def _ordered(self, again: Mapping[Var, None]) -> list[Var]:
        """The variables as they are defined, but each behind those that it is computed from."""
        found: dict[Var, None] = {}
        stack = [var for var in reversed(self.places) if var in again]
        while stack:
            missing = [v for v in self.sources(stack[-1]) if v in again and v not in found]
            if missing:
                stack += reversed(missing)
            else:
                found[stack.pop()] = None
        return list(found)

    def sources(self, var: Var) -> list[Var]:
        """The variables of this body that a repeatable variable is computed from."""
        eqn = self.places[var][0]
        if not self.repeatable(var) or eqn is None:
            return []
        return [arg for arg in operands(eqn) if isinstance(arg, Var) and arg in self.places]

    def _cut(self, inner: Mapping[Var, None], wanted: list[Var], known: set[Var]) -> list[Var]:
        numbers = {var: number for number, var in enumerate(inner)}
        again = [self.again(var) for var in inner]
        if all(cost == 0 for cost in again):
            return []
        network = Network([self.cost(var) for var in inner])
        for (var, number), cost in zip(numbers.items(), again):
            if cost != 0:
                network.supply(number, cost)
            for source in self.sources(var):
                if source not in known:
                    network.edge(numbers[source], number)
        for var in wanted:
            network.demand(numbers[var])
        order = list(inner)
        return [order[number] for number in network.cut()]

    def cost(self, var: Var) -> int:
        """What it costs to save a variable."""
        kind = self.kinds[var]
        outside = LEAVES_BRANCH if self.places[var][1] is not None else 0
        match kind:
            case k.Tuple():
                return SHAPE + outside
            case k.Array() | k.Any_() | k.List() | k.Dict():
                costs = self.sweep.costs
                if not self.sweep.storages.overwritten(var):
                    return costs.kept(kind) + outside
                return costs.copied * self._extent(var, kind) + outside
        return SCALAR + outside

    def _extent(self, var: Var, kind: k.Kind) -> int:
        """Of what has unknown axes: an item of it is less than it is, whatever that may be."""
        held: k.Kind | None = kind
        while isinstance(held, (k.List, k.Dict)):
            held = held.item
        vague = held.dims is None if isinstance(held, k.Array) else isinstance(held, k.Any_)
        if not vague:
            return extent(kind)
        size = ITEMS**2
        eqn = self.places[var][0]
        while size > 1 and isinstance(eqn, Apply) and eqn.op == "mem.getitem":
            index = self.sweep.build.kind(eqn.args[1])
            items = index.items if isinstance(index, k.Tuple) else (index,)
            sliced = sum(isinstance(item, (k.Slice, k.Opaque)) for item in items)
            size = size // ITEMS ** (len(items) - sliced) * (4 - bool(sliced)) // 4
            base = eqn.args[0]
            eqn = self.places[base][0] if isinstance(base, Var) and base in self.places else None
        return max(size, 1)

    def repeatable(self, var: Var) -> bool:
        """May the equation of the variable stand in the reverse sweep too?"""
        return self.again(var) is not None

    def again(self, var: Var) -> int | None:
        """What it costs to compute a variable again, where that can be done."""
        eqn = self.places[var][0]
        if not isinstance(eqn, Apply):
            return None
        cost = self.sweep.costs.again(eqn, self.sweep.build.kind)
        if cost is None or not (eqn.op in CHEAP or is_view(eqn)):
            return cost if self.in_loop else None
        return cost if self._cheap(eqn) else None

    def _cheap(self, eqn: Apply) -> bool:
        if eqn.op == "mem.getitem" and not small(self.kinds[eqn.out]):
            index = self.sweep.build.kind(eqn.args[1])
            items = index.items if isinstance(index, k.Tuple) else (index,)
            if not all(map(shows_a_part, items)):
                return False
        reads = [arg for arg in eqn.args if isinstance(arg, Var)]
        return self.in_loop or not any(self.sweep.storages.overwritten(arg) for arg in reads)


# carrying a plan out


def export(
    sweep: Sweep, eqns: Iterable[Equation], saved: Iterable[Var]
) -> tuple[list[Equation], dict[Var, Var]]:
    """The equations with the saved variables of their branches handed out.

    Returns also the names that these have in this block; those it defines itself keep theirs.
    """
    wanted = dict.fromkeys(saved)
    names: dict[Var, Var] = {}
    return _export(sweep, eqns, wanted, names) if wanted else list(eqns), names


def _export(
    sweep: Sweep, eqns: Iterable[Equation], wanted: Mapping[Var, None], names: dict[Var, Var]
) -> list[Equation]:
    result: list[Equation] = []
    for eqn in eqns:
        names.update((out, out) for out in eqn.outs if out in wanted)
        if not isinstance(eqn, If) or eqn not in sweep.holes:
            result.append(eqn)
            continue
        sides: list[dict[Var, Var]] = [{}, {}]
        bodies = [_export(sweep, b.eqns, wanted, s) for b, s in zip((eqn.then, eqn.orelse), sides)]
        known = _results(eqn, sides, sweep.build.kinds)
        names.update(known)
        out_of = {
            var: sweep.build.var(sweep.build.kinds[var], var.name)
            for side in sides for var in side if var not in known
        }  # fmt: skip
        blocks = [
            Block(tuple(body), (*block.results, *(side.get(var, UNDEF) for var in out_of)))
            for body, block, side in zip(bodies, (eqn.then, eqn.orelse), sides)
        ]
        new = replace(eqn, outs=(*eqn.outs, *out_of.values()), then=blocks[0], orelse=blocks[1])
        sweep.holes[new] = sweep.holes.pop(eqn)
        result.append(new)
        names.update(out_of)
    return result


def _results(
    eqn: If, sides: Sequence[Mapping[Var, Var]], kinds: Mapping[Var, k.Kind]
) -> dict[Var, Var]:
    """The values to hand out that are results of their branch already, with the names outside."""
    found: dict[Var, Var] = {}
    for block, side in zip((eqn.then, eqn.orelse), sides):
        outs = dict(zip(reversed(block.results), reversed(eqn.outs)))
        for var, inner in side.items():
            if inner in outs and kinds[outs[inner]] == kinds[var]:
                found[var] = outs[inner]
    return found


def repeat(sweep: Sweep, plan: Plan, mapping: dict[Var, Atom]) -> dict[int | None, list[Equation]]:
    """Copies of the equations that are computed again, by hole; `mapping` learns their results."""
    copies: dict[int | None, list[Equation]] = {}
    for number, eqn in plan.again:
        outs = tuple(sweep.build.var(sweep.build.kinds[out], out.name) for out in eqn.outs)
        args = tuple(mapping.get(a, a) if isinstance(a, Var) else a for a in eqn.args)
        copies.setdefault(number, []).append(Apply(outs, eqn.op, args, eqn.loc))
        mapping.update(zip(eqn.outs, outs))
    return copies


def rewrite(
    block: Block, mapping: Mapping[Var, Atom], copies: Mapping[int | None, list[Equation]],
    within: Within,
) -> Block:  # fmt: skip
    """The block with variables replaced, and the copies in the holes they are for."""

    def read(atom: Atom) -> Atom:
        return mapping.get(atom, atom) if isinstance(atom, Var) else atom

    def inside(block: Block) -> Block:
        eqns: list[Equation] = []
        for eqn in block.eqns:
            if isinstance(eqn, Apply) and eqn.op == HOLE:
                assert isinstance(eqn.args[0], Lit)
                number = eqn.args[0].value
                eqns += copies.get(number, [])
            else:
                reads = eqn.args if isinstance(eqn, Apply) else within.reads(eqn)
                same = not any(var in mapping for var in reads if isinstance(var, Var))
                same = same and (isinstance(eqn, Apply) or HOLE not in within.ops(eqn))
                eqns.append(eqn if same else _with(eqn, read, inside))
        return block.having(eqns, tuple(map(read, block.results)))

    return inside(block)


def _with(
    eqn: Equation, read: Callable[[Atom], Atom], inside: Callable[[Block], Block]
) -> Equation:
    match eqn:
        case Apply():
            return Apply(eqn.outs, eqn.op, tuple(map(read, eqn.args)), eqn.loc)
        case Call():
            return replace(eqn, args=tuple(map(read, eqn.args)))
        case If():
            return eqn.having(read(eqn.cond), inside(eqn.then), inside(eqn.orelse))
        case For():
            bounds = read(eqn.start), read(eqn.stop), read(eqn.step)
            return eqn.having(tuple(map(read, eqn.inits)), bounds, inside(eqn.body))
        case While():
            inits = tuple(map(read, eqn.inits))
            return eqn.having(inits, inside(eqn.cond), inside(eqn.body))


def prune(block: Block, within: Within | None = None) -> Block:
    """The block without equations that nobody reads, so that nothing is saved for them."""
    live: set[Var] = {atom for atom in block.results if isinstance(atom, Var)}
    return block.having(_prune(block.eqns, live, within or Within()), block.results)


def _prune(eqns: Iterable[Equation], live: set[Var], within: Within) -> list[Equation]:
    kept: list[Equation] = []
    for eqn in reversed(tuple(eqns)):
        if eqn.outs and not any(out in live for out in eqn.outs):
            continue
        if isinstance(eqn, If) and not eqn.caught:  # whatever an attempt holds may raise
            eqn = eqn.having(eqn.cond, prune(eqn.then, within), prune(eqn.orelse, within))
        live.update(within.reads(eqn))
        kept.append(eqn)
    kept.reverse()
    return kept


def settle(
    sweep: Sweep, forward: list[Equation], reverse: list[Equation]
) -> tuple[list[Equation], tuple[Equation, ...]]:
    """Outside of loops: the values of branches that their reverse reads leave the branches."""
    forward, block = settled(sweep, forward, Block(tuple(reverse), ()))
    return forward, block.eqns


def settled(
    sweep: Sweep, forward: list[Equation], block: Block, plain: bool = False
) -> tuple[list[Equation], Block]:
    """A forward sweep with the reverse that stands right behind it, as a block.

    `plain` says that these are the sides of a branch that has been turned, and so numbers.
    """
    if turning.NAME in sweep.passes:
        forward, block = turning.turned(sweep, forward, block, settled, plain)
    recorder = Recorder(sweep, in_loop=False)
    recorder.scan(forward)
    within = sweep.within
    plan = recorder.plan(within.free(block)) if recorder.places else Plan((), ())
    forward, names = export(sweep, forward, plan.saved)
    mapping: dict[Var, Atom] = dict(names)
    copies = repeat(sweep, plan, mapping)
    return forward, rewrite(block, mapping, copies, within)
