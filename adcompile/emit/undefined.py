"""Names that a path leaves unassigned.

    if c:                        v = None only where something takes v as it is,
        v = f(x)                 whatever path was taken: a tape, a list, another name.
    tape.append(v)

A use in a computation needs nothing: the primal would have failed there, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    NOTHING,
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    For,
    If,
    Lit,
    Trace,
    Var,
    While,
    leaves,
    walk,
)

Guard = tuple[Atom, bool]  # a condition, and the side of it
STORING = (
    "mem.push", "mem.append", "mem.list", "mem.tuple", "mem.dict", "mem.write", "mem.same",
    "mem.zeros_like", "operator.is_",
)  # fmt: skip

TAKING = ("mem.getitem", "mem.pop", "mem.unpush", "mem.append", "mem.same")


def stored(
    trace: Trace, names: Mapping[Var, str]
) -> tuple[dict[Var, None], dict[Var, tuple[Guard, ...]]]:
    """The variables that are stored somewhere, or copied, on paths where they may be undefined.

    Then those of them that are so behind a loop without turns, and what they have a value under.
    """
    finder = _Finder(names)
    finder.block(trace.body, {})
    if not finder.unmade:
        return {}, {}
    copied = [v for target, v in finder.flows if names.get(target) != names.get(v)]
    found = _reached((*finder.stored, *copied), ((v, target) for target, v in finder.flows))
    none = _reached((var for var in finder.unmade if var in found), finder.flows)
    loops = [eqn for eqn in walk(trace.body) if isinstance(eqn, (For, While))]
    ends = [out for eqn in loops for out, init in zip(eqn.outs, eqn.inits) if init == UNDEF]
    return found, {var: finder.guards.get(var, ()) for var in ends if var in none}


def carried(trace: Trace) -> dict[Var, None]:
    """The variables that may be None: undefined in a loop's first turn, or None on one path."""
    flows: list[tuple[Var, Atom]] = []
    found: dict[Var, None] = {}
    partial: dict[Var, None] = {}
    unpushed: list[Var] = []
    pushed = [e for e in walk(trace.body) if isinstance(e, Apply) and e.op == "mem.push"]
    tuples = [e for e in walk(trace.body) if isinstance(e, Apply) and e.op == "mem.tuple"]
    given = _given(trace)

    def is_list(var: Var) -> bool:
        return isinstance(trace.kinds.get(var), k.List)

    for eqn in walk(trace.body):
        if isinstance(eqn, (For, While)):
            for param, init in zip(eqn.params, eqn.inits):
                if init == UNDEF or (init == NOTHING and is_list(param)):
                    found[param] = None
            flows += [*zip(eqn.params, eqn.inits), *zip(eqn.outs, eqn.params)]
        elif isinstance(eqn, If):
            for side in (eqn.then, eqn.orelse):
                flows += zip(eqn.outs, side.results)
                found.update((out, None) for out, r in zip(eqn.outs, side.results) if r == NOTHING)
                missing = [out for out, r in zip(eqn.outs, side.results) if r == UNDEF]
                found.update((out, None) for out in missing if is_list(out))
                partial.update((out, None) for out in missing)
        elif isinstance(eqn, Apply) and eqn.op == "mem.getitem" and is_list(eqn.out):
            flows += _items(eqn, tuples)  # of one that was kept in a list
            if eqn.args[0] in given and isinstance(trace.kinds.get(eqn.args[0]), k.Tuple):  # type: ignore[arg-type]
                found[eqn.out] = None
        elif isinstance(eqn, Apply) and eqn.op in ("mem.same", "mem.copy"):
            flows.append((eqn.out, eqn.args[0]))
        elif isinstance(eqn, Apply) and eqn.op == "mem.unpush":
            unpushed += eqn.outs[:-1]
            for push in pushed:
                flows += zip(eqn.outs[:-1], push.args[1:])
            if not pushed:  # by another function
                found.update((out, None) for out in eqn.outs[:-1] if is_list(out))
    partial = _reached(partial, flows)
    found.update((var, None) for var in unpushed if var in partial)  # a tape holds None for them
    return _reached(found, flows)


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
    targets: dict[Atom, list[Var]] = {}
    for target, source in flows:
        targets.setdefault(source, []).append(target)
    reached = dict.fromkeys(found)
    work = list(reached)
    while work:
        for target in targets.get(work.pop(), ()):
            if target not in reached:
                reached[target] = None
                work.append(target)
    return reached


class _Finder:
    def __init__(self, names: Mapping[Var, str]) -> None:
        self.names = names
        self.flows: list[tuple[Var, Var]] = []
        self.stored: dict[Var, None] = {}
        self.unmade: dict[Var, None] = {}
        self.partial: dict[Var, None] = {}  # those that some path leaves unassigned
        self.guards: dict[Var, tuple[Guard, ...]] = {}

    def reads(self, atoms: tuple[Atom, ...], guards: Mapping[Guard, None]) -> None:
        for atom in atoms:
            if isinstance(atom, Var) and not any(g in guards for g in self.guards.get(atom, ())):
                self.stored[atom] = None

    def flow(
        self, targets: tuple[Var, ...], sources: tuple[Atom, ...], guards: Mapping[Guard, None]
    ) -> None:
        for target, source in zip(targets, sources):
            if isinstance(source, Var) and any(g in guards for g in self.guards.get(source, ())):
                continue
            if isinstance(source, Var):
                self.flows.append((target, source))
            elif source == UNDEF:
                self.unmade[target] = None

    def is_made(self, atom: Atom, guards: Mapping[Guard, None]) -> bool:
        """Has it been assigned on this path?"""
        if atom == UNDEF:
            return False
        return atom not in self.partial or any(g in guards for g in self.guards.get(atom, ()))  # type: ignore[arg-type]

    def block(self, block: Block, guards: dict[Guard, None]) -> None:
        for eqn in block.eqns:
            match eqn:
                case Apply():
                    if eqn.op in STORING:
                        self.reads(eqn.args, guards)
                case Call():
                    self.reads(eqn.args, guards)
                case If() if eqn.caught:
                    self.block(eqn.then, guards)
                    self.flow(eqn.outs, eqn.then.results, guards)
                    self.flow(eqn.outs, eqn.orelse.results, guards)
                    good = tuple(
                        (out, True)
                        for out, atom in zip(eqn.outs, eqn.orelse.results) if atom == Lit(0)
                    )  # fmt: skip
                    self.guards.update(dict.fromkeys(eqn.outs, good))
                case If():
                    made: dict[Var, list[Guard]] = {out: [] for out in eqn.outs}
                    for side in (eqn.then, eqn.orelse):
                        known = {**guards, (eqn.cond, side is eqn.then): None}
                        self.block(side, known)
                        self.flow(eqn.outs, side.results, known)
                        for out, result in zip(eqn.outs, side.results):
                            if self.is_made(result, known):
                                made[out].append((eqn.cond, side is eqn.then))
                    self.guards.update({out: tuple(found) for out, found in made.items()})
                    self.partial.update({out: None for out in made if len(made[out]) < 2})
                case For() | While():
                    for var, out, init in zip(eqn.params, eqn.outs, eqn.inits):
                        if not self.is_made(init, guards):
                            self.partial |= {var: None, out: None}
                    self.block(eqn.body, guards)
                    self.flow(eqn.params, eqn.inits, guards)
                    self.flow(eqn.params, eqn.body.results, guards)
                    self.flow(eqn.outs, eqn.params, guards)
