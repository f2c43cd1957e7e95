"""Names that a path leaves unassigned.

    if c:                        v = None only where something takes v as it is,
        v = f(x)                 whatever path was taken: a tape, a list, another name.
    tape.append(v)

A use in a computation needs nothing: the primal would have failed there, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import compress

from adcompile.rules.memory import is_reading
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
    Lit,
    Trace,
    Var,
    While,
    blocks,
    leaves,
    walk,
)
from adcompile.trace.readers import reached

Guard = tuple[Atom, bool]  # a condition, and the side of it
STORING = (
    "mem.push", "mem.append", "mem.list", "mem.tuple", "mem.dict", "mem.write", "mem.same",
    "mem.zeros_like", "operator.is_",
)  # fmt: skip

TAKING = ("mem.getitem", "mem.pop", "mem.unpush", "mem.append", "mem.same")


Open = dict[Var, tuple[Guard, ...]]


def stored(trace: Trace, names: Mapping[Var, str]) -> tuple[dict[Var, None], Open, dict[Var, None]]:
    """The variables that are stored somewhere, or copied, on paths where they may be undefined.

    Then those of them that are so behind a loop without turns, and what they have a value under;
    then those that are None where they are undefined, and nowhere else.
    """
    if not any(UNDEF in atoms for atoms in _taken_over(trace)):
        return {}, {}, {}
    finder = _Finder(names)
    finder.block(trace.body, {})
    if not finder.unmade:
        return {}, {}, {}
    sources = finder.sources
    copied = [
        v for target, made in sources.items()
        for v in made if names.get(target) != names.get(v)
    ]  # fmt: skip
    found = reached(dict.fromkeys((*finder.stored, *copied)), sources)
    flows = [(target, v) for target, made in sources.items() for v in made]
    none = _reached((var for var in finder.unmade if var in found), flows)
    given = _reached(finder.nothing, flows)
    ends = [
        out for eqn in walk(trace.body) if isinstance(eqn, (For, While))
        for out, init in zip(eqn.outs, eqn.inits) if init == UNDEF and out in none
    ]  # fmt: skip
    unmade = {var: None for var in none if var not in given}
    return found, {var: finder.guards.get(var, ()) for var in ends}, unmade


def anywhere(trace: Trace) -> dict[Var, None]:
    """The variables that may be stored or copied so, whatever names they get."""
    return stored(trace, {var: str(number) for number, var in enumerate(trace.kinds)})[0]


def _taken_over(trace: Trace) -> Iterator[tuple[Atom, ...]]:
    """What branches hand out and loops carry."""
    for eqn in walk(trace.body):
        if isinstance(eqn, (For, While)):
            yield eqn.inits
        if not isinstance(eqn, Apply):
            yield from (block.results for block in blocks(eqn))


def carried(trace: Trace) -> dict[Var, None]:
    """The variables that may be None: undefined in a loop's first turn, or None on one path."""
    eqns = list(walk(trace.body))
    found, partial = _begun(trace, eqns)
    unpushed = [out for e in eqns if _is(e, "mem.unpush") for out in e.outs[:-1]]
    if not found and not (partial and unpushed):
        return found
    flows = _flows(trace, eqns)
    partial = _reached(partial, flows)
    found.update((var, None) for var in unpushed if var in partial)  # a tape holds None for them
    return _reached(found, flows)


def _is(eqn: Equation, op: str) -> bool:
    return isinstance(eqn, Apply) and eqn.op == op


def _begun(trace: Trace, eqns: list[Equation]) -> tuple[dict[Var, None], dict[Var, None]]:
    """The variables that may be None where they are made, and those that a path leaves out."""
    found: dict[Var, None] = {}
    partial: dict[Var, None] = {}
    lists = _lists(trace)
    given = _given(trace) if lists else {}
    pushed = any(_is(eqn, "mem.push") for eqn in eqns)
    for eqn in eqns:
        if isinstance(eqn, (For, While)):
            for param, init in zip(eqn.params, eqn.inits):
                if init is UNDEF or (init is NOTHING and param in lists):
                    found[param] = None
        elif isinstance(eqn, If):
            for side in (eqn.then, eqn.orelse):
                for out, result in zip(eqn.outs, side.results):
                    if result is UNDEF:
                        partial[out] = None
                    if result is NOTHING or (result is UNDEF and out in lists):
                        found[out] = None
        elif lists and isinstance(eqn, Apply) and eqn.op == "mem.getitem" and eqn.out in lists:
            of_tuple = isinstance(trace.kinds.get(eqn.args[0]), k.Tuple)  # type: ignore[arg-type]
            if of_tuple and eqn.args[0] in given:
                found[eqn.out] = None
        elif lists and not pushed and _is(eqn, "mem.unpush"):  # by another function
            found.update((out, None) for out in eqn.outs[:-1] if out in lists)
    return found, partial


def _lists(trace: Trace) -> set[Var]:
    return {var for var, kind in trace.kinds.items() if isinstance(kind, k.List)}


def _flows(trace: Trace, eqns: list[Equation]) -> list[tuple[Var, Atom]]:
    """From where each variable may have its value: (target, source)."""
    flows: list[tuple[Var, Atom]] = []
    lists = _lists(trace)
    tuples = [e for e in eqns if isinstance(e, Apply) and e.op == "mem.tuple"]
    entries: list[Var] = []  # what the tapes hold, by place: any tape may be any other
    for eqn in eqns:
        if isinstance(eqn, (For, While)):
            flows += [*zip(eqn.params, eqn.inits), *zip(eqn.outs, eqn.params)]
        elif isinstance(eqn, If):
            flows += zip(eqn.outs, eqn.then.results)
            flows += zip(eqn.outs, eqn.orelse.results)
        elif isinstance(eqn, Apply) and eqn.op in ("mem.push", "mem.unpush"):
            count = max(len(eqn.args), len(eqn.outs)) - 1
            entries += [Var() for _ in range(count - len(entries))]
            if eqn.op == "mem.push":
                flows += zip(entries, eqn.args[1:])
            else:
                flows += zip(eqn.outs[:-1], entries)
        elif isinstance(eqn, Apply) and eqn.op in ("mem.same", "mem.copy"):
            flows.append((eqn.out, eqn.args[0]))
        elif isinstance(eqn, Apply) and eqn.op == "mem.getitem" and eqn.out in lists:
            flows += _items(eqn, tuples)  # of one that was kept in a list
    return flows


def read_before_made(trace: Trace) -> dict[Var, None]:
    """The numbers that a turn of a loop reads and no line above makes: an earlier turn did."""
    found: dict[Var, None] = {}
    for eqn in walk(trace.body):
        if not isinstance(eqn, (For, While)) or UNDEF not in eqn.inits:
            continue
        read = {arg for e in walk(eqn.body) if isinstance(e, (Apply, Call)) for arg in e.args}
        for param, init in zip(eqn.params, eqn.inits):
            if init == UNDEF and param in read and isinstance(trace.kinds[param], k.Scalar):
                found[param] = None
    return found


def _given(trace: Trace) -> dict[Atom, None]:
    """What another function has made: the parameters, and what is taken from them."""
    found: dict[Atom, None] = {
        leaf: None for param in trace.params for leaf in leaves(param.tree)
    }
    for eqn in walk(trace.body):
        if isinstance(eqn, Call) or (
            isinstance(eqn, Apply) and eqn.op in TAKING and eqn.args[0] in found
        ):
            found.update((out, None) for out in eqn.outs)
        elif isinstance(eqn, (For, While)):
            pairs = zip(eqn.params, eqn.inits)
            found.update((param, None) for param, init in pairs if init in found)
    return found


def _items(eqn: Apply, tuples: list[Apply]) -> list[tuple[Var, Atom]]:
    """What an item of a tuple may have been when the tuple was made."""
    index = eqn.args[1].value if isinstance(eqn.args[1], Lit) else None
    return [(eqn.out, made.args[index]) for made in tuples
            if isinstance(index, int) and -len(made.args) <= index < len(made.args)]  # fmt: skip


def _reached(found: Iterable[Var], flows: Iterable[tuple[Var, Atom]]) -> dict[Var, None]:
    """These, and what each of them may flow to, in steps (target, source)."""
    targets: dict[Var, list[Var]] = {}
    for target, source in flows:
        if isinstance(source, Var):
            targets.setdefault(source, []).append(target)
    return reached(dict.fromkeys(found), targets)


class _Finder:
    def __init__(self, names: Mapping[Var, str]) -> None:
        self.names = names
        self.sources: dict[Var, list[Var]] = {}
        self.stored: dict[Var, None] = {}
        self.unmade: dict[Var, None] = {}
        self.nothing: dict[Var, None] = {}  # those that some path makes None
        self.partial: dict[Var, None] = {}  # those that some path leaves unassigned
        self.guards: dict[Var, tuple[Guard, ...]] = {}

    def reads(self, atoms: tuple[Atom, ...], guards: Mapping[Guard, None]) -> None:
        for atom in atoms:
            if isinstance(atom, Var) and not self.is_guarded(atom, guards):
                self.stored[atom] = None

    def flow(
        self, targets: tuple[Var, ...], sources: tuple[Atom, ...], guards: Mapping[Guard, None]
    ) -> None:
        for target, source in zip(targets, sources):
            if source is UNDEF:
                self.unmade[target] = None
            elif source == NOTHING:
                self.nothing[target] = None
            elif isinstance(source, Var) and not self.is_guarded(source, guards):
                self.sources.setdefault(target, []).append(source)

    def is_guarded(self, atom: Atom, guards: Mapping[Guard, None]) -> bool:
        """Is this the path, or one of the paths, that assigns it?"""
        known = self.guards.get(atom)  # type: ignore[arg-type]
        return known is not None and not guards.keys().isdisjoint(known)

    def is_made(self, atom: Atom, guards: Mapping[Guard, None]) -> bool:
        """Has it been assigned on this path?"""
        if atom is UNDEF:
            return False
        return atom not in self.partial or self.is_guarded(atom, guards)

    def hands_out(self, out: Var, result: Atom, guards: Mapping[Guard, None]) -> bool:
        """Is what a path hands out assigned there?"""
        if result is UNDEF:
            self.unmade[out] = None
            return False
        if result == NOTHING:
            self.nothing[out] = None
        known = self.guards.get(result)  # type: ignore[arg-type]
        if known is not None and not guards.keys().isdisjoint(known):
            return True
        if isinstance(result, Var):
            self.sources.setdefault(out, []).append(result)
        return result not in self.partial

    def block(self, block: Block, guards: dict[Guard, None]) -> None:
        for eqn in block.eqns:
            match eqn:
                case Apply():
                    if eqn.op in STORING:
                        self.reads(eqn.args, guards)
                    elif is_reading(eqn) and isinstance(var := eqn.args[1], Var):
                        self.guards[var] = (*self.guards.get(var, ()), (var, True))
                        guards[var, True] = None  # behind it, it has a value
                case Call():
                    self.reads(eqn.args, guards)
                case If() if eqn.caught:
                    self.block(eqn.then, {**guards})
                    self.flow(eqn.outs, eqn.then.results, guards)
                    self.flow(eqn.outs, eqn.orelse.results, guards)
                    good = tuple(
                        (out, True)
                        for out, atom in zip(eqn.outs, eqn.orelse.results) if atom == Lit(0)
                    )  # fmt: skip
                    for out, result in zip(eqn.outs, eqn.then.results):
                        whole = self.is_made(result, guards)  # wherever nothing was raised
                        self.guards[out] = good if whole else ()
                        self.partial |= {} if whole else {out: None}
                case If():
                    both = (eqn.cond, True), (eqn.cond, False)
                    known = {**guards, both[0]: None}, {**guards, both[1]: None}
                    self.block(eqn.then, known[0])
                    self.block(eqn.orelse, known[1])
                    for out, *results in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                        made = [self.hands_out(out, *side) for side in zip(results, known)]
                        self.guards[out] = tuple(compress(both, made))
                        if not all(made):
                            self.partial[out] = None
                case For() | While():
                    for var, out, init in zip(eqn.params, eqn.outs, eqn.inits):
                        if not self.is_made(init, guards):
                            self.partial |= {var: None, out: None}
                    self.block(eqn.body, {**guards})
                    self.flow(eqn.params, eqn.inits, guards)
                    self.flow(eqn.params, eqn.body.results, guards)
                    self.flow(eqn.outs, eqn.params, guards)
