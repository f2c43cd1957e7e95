"""Which variables carry derivatives: those that depend on an independent and influence a dependent.

    a = x * 2.0        x independent, b returned
    c = a * k          a, b active;  c varied but not useful;  d useful but not varied
    d = k * k
    b = a + d

A fact is a bool; of a tape it is a tuple of facts, one a component of its entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from typing import Any

from adcompile.errors import RejectedError
from adcompile.passes import ALL, Passes
from adcompile.rules import memory, table
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    NOTHING,
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
    leaves,
    walk,
)
from adcompile.transforms import unannotated, without_rule
from adcompile.transforms.facts import Fact, both, either, first, holds, moving
from adcompile.transforms.integral import Reals

NAME = "activity"

FLOWS = {
    "mem.getitem": (0,), "mem.write": (0, 1), "mem.accumulate": (0, 1), "mem.scatter_add": (0, 1),
    "mem.append": (0, 1), "mem.pop": (0,), "mem.copy": (0,), "mem.same": (0,),
    "mem.unbroadcast": (0,),
}  # fmt: skip


# in a choice, between its jumps; in what gives a shape, a structure, or a type
FLAT = ("numpy.where", "numpy.full_like", "widths.as_wide", "widths.as_real", "widths.as_columns",
        "widths.unbroadcast_like", "widths.broadcast_like", "lists.formed", "lists.opened")
KEYS = tuple(map(Lit, memory.KEYS.values()))
HELD = ("mem.list", "mem.tuple", "mem.dict", "mem.append", "mem.write", "mem.copy", "mem.same",
        "mem.getitem", "mem.pop", "lists.concat", "lists.repeat", "lists.formed",
        "lists.opened")  # fmt: skip
KEPT_TEXTS = (*HELD, "mem.opaque", "mem.effect", "mem.push", "mem.unpush", "mem.unbroadcast",
              "mem.zeros_like", "mem.accumulate", "mem.stop")  # fmt: skip


def refused(wrt: Iterable[str] | None, passes: Passes, trace: Trace) -> RejectedError | None:
    """What the derivative of a trace is refused for: with respect to some parameters, or all."""
    try:
        Activity(trace, wrt or [param.name for param in trace.params], passes)
    except RejectedError as error:
        return error
    return None


class Activity:
    """The facts of a trace: `active(atom)` for a given set of independents."""

    def __init__(self, trace: Trace, wrt: Iterable[str], passes: Passes = ALL) -> None:
        self.trace = trace
        self.meet = both if NAME in passes else first
        self.kinds: dict[Var, Any] = all_kinds(trace)
        self.has_complex = any(k.dtype_of(kind) == "complex" for kind in self.kinds.values())
        self.functions = trace.functions
        self.varied: dict[Var, Fact] = {}
        self.shown: dict[Var, Fact] = {}  # of texts: are they made of what is varied?
        self.useful: dict[Var, Fact] = {}
        self.returned: dict[str, tuple[Var, ...]] = {}
        self.tapes: dict[Var, None] = {}
        self.roots: dict[Var, Var] = {}
        self.news = False
        for name, function in trace.functions.items():
            self._stand_ins(name, function)
        chosen = set(wrt)
        for param in trace.params:
            if param.name in chosen:
                for leaf in leaves(param.tree):
                    self._join(self.varied, leaf, True)
        bodies = [trace.body, *(function.body for function in trace.functions.values())]
        if trace.functions:
            self._tape_flows(bodies)
        self._settle(self._forward, bodies)
        for atom in trace.body.results:
            self._join(self.useful, atom, True)
        self._settle(self._backward, bodies)
        self.told = self._told(bodies)
        self.advice = partial(unannotated.advice, trace, bodies, chosen)
        found = [self._lost(eqn) for body in bodies for eqn in walk(body)]
        refused = {error.place: error for error in found if error is not None}
        if refused:
            error, *others = refused.values()
            raise error.joined(others)

    def meets_reals(self, dtype: str | None, place: Atom) -> bool:
        """Is what may be complex, in a program that knows such, added to what may be real?"""
        kind = self.kinds.get(place) if isinstance(place, Var) else None
        if not isinstance(kind, (k.Any_, k.Array)) or not self.may_be_complex(dtype):
            return False
        return kind.dtype is None or (kind.dtype == "complex" and place in self.reals)

    def taken_by_reals(self, value: Atom, place: Atom, path: tuple[Atom, ...]) -> int | None:
        """How deep in a list the array lies, by this path, that is written to and may be real.

        None where it is not, or where what is written is not complex.
        """
        dtype = k.dtype_of(self.kinds[value]) if isinstance(value, Var) else None
        if isinstance(value, Lit):
            return None
        kind, depth = self.kinds.get(place) if isinstance(place, Var) else None, 0
        while isinstance(kind, (k.List, k.Dict)):
            kind, depth = kind.item, depth + 1
        if not depth:
            return 0 if self.meets_reals(dtype, place) else None
        known = dtype == k.dtype_of(kind) == "complex" and isinstance(kind, k.Array)
        return depth if known and depth < len(path) and place in self.reals else None

    def may_be_complex(self, dtype: str | None) -> bool:
        return dtype == "complex" or (dtype is None and self.has_complex)

    @cached_property
    def reals(self) -> Reals:
        return Reals(self.trace)

    def _told(self, bodies: list[Block]) -> dict[Atom, None]:
        """The objects without a rule that are given something that depends on an independent."""
        found: dict[Atom, None] = {}
        for eqn in (eqn for body in bodies for eqn in walk(body)):
            if not isinstance(eqn, Apply) or eqn.op != "mem.effect":
                continue
            facts = [self._depends(arg) for arg in eqn.args]
            if any(facts):
                found.update((arg, None) for arg, fact in zip(eqn.args, facts) if not fact)
        return found

    def _lost(self, eqn: Equation) -> RejectedError | None:
        """A derivative must not vanish where no rule carries it on: the refusal of that line."""
        if not isinstance(eqn, Apply):
            return None
        reads = eqn.op == "mem.outside" or any(k.is_real(self.kinds[out]) for out in eqn.outs)
        shown = [arg for arg in eqn.args if self._is_shown(arg)]
        if self._is_exception(eqn.args) and not any(self._fact(self.useful, o) for o in eqn.outs):
            return None  # a part of one that is printed, or the like
        if reads and eqn.op not in KEPT_TEXTS and shown:
            return RejectedError(
                "a text, or an exception, that shows what depends on an independent is read here; "
                "its derivative would be lost.  Compute with the number itself, or, where it is "
                "meant to be data, with ad.stop_gradient of it",
                eqn.loc,
                code="ADC505",
            )
        if eqn.op == "mem.outside":
            lost, what = eqn.args[1:], without_rule.named(eqn, self.kinds)
            if any(arg in self.told for arg in lost) and self._is_useful(eqn):
                return RejectedError(
                    f"{what} may give what depends on an independent: the object was given it, and "
                    "there is no rule for it; keep numbers in a list or an array",
                    eqn.loc,
                    code="ADC504",
                )
        else:
            row = None if eqn.op.startswith("mem.") else table.lookup(eqn.op, len(eqn.args))
            if row is None or row.form in ("constant", "pointwise", "function"):
                columns: tuple[Any, ...] = (True,) * (0 if row is None else len(row.operands))
            else:
                columns = row.columns
            lost = eqn.args[len(columns) :] if row is not None and row.form != "constant" else ()
            lost += tuple(a for a, column in zip(eqn.args, columns) if column is None)
            if not lost or eqn.op in FLAT:
                return None
            if not self._is_useful(eqn):
                return None
            what = f"an argument of {eqn.op}"
        lost = tuple(arg for arg in lost if self._depends(arg))
        if lost:
            reason = (
                f"there is no rule for {what}, which is given something that depends on an "
                "independent; add a rule, or wrap the argument in ad.stop_gradient"
            )
            if eqn.op == "mem.outside" and eqn.args[0] in KEYS:
                reason = (
                    "a key of this dictionary depends on an independent; keys are data: use an "
                    "integer made of it, or wrap the key in ad.stop_gradient"
                )
            reason += without_rule.way(what)
            return RejectedError(reason + self.advice(lost), eqn.loc, code="ADC504")
        return None

    def _is_useful(self, eqn: Apply) -> bool:
        return any(self._fact(self.useful, out) for out in eqn.outs)

    def _is_exception(self, args: tuple[Atom, ...]) -> bool:
        """Is an exception among these, and nothing else that is shown?"""
        shown = [arg for arg in args if isinstance(arg, Var) and self._is_shown(arg)]
        return bool(shown) and all(self.kinds[arg] == k.Opaque("exception") for arg in shown)

    def _is_shown(self, atom: Atom) -> bool:
        """Is it a text, or the like, made of what depends on an independent?"""
        return holds(self._fact(self.shown, atom))

    def _depends(self, atom: Atom) -> bool:
        return holds(self._fact(self.varied, atom)) or self._is_shown(atom)

    def _tape_flows(self, bodies: list[Block]) -> None:
        """Tapes that flow into one another through calls have one layout: one fact for all."""
        for eqn in (eqn for body in bodies for eqn in walk(body)):
            match eqn:
                case Apply(op="mem.push" | "mem.unpush" | "mem.same" | "mem.copy"):
                    self._unite(eqn.outs[-1:], eqn.args[:1])
                case If():
                    self._unite(eqn.outs, eqn.then.results)
                    self._unite(eqn.outs, eqn.orelse.results)
                case For() | While():
                    self._unite(eqn.params, eqn.inits)
                    self._unite(eqn.params, eqn.body.results)
                    self._unite(eqn.outs, eqn.params)
                case Call():
                    function = self.functions[eqn.function]
                    self._unite(function.inputs, eqn.args)
                    self._unite(self.returned[eqn.function], function.body.results)
                    self._unite(eqn.outs, self.returned[eqn.function])

    def _unite(self, first: Iterable[Atom], second: Iterable[Atom]) -> None:
        for a, b in zip(first, second):
            if isinstance(a, Var) and isinstance(b, Var) and isinstance(self.kinds[a], k.Tape):
                root, other = self._root(a), self._root(b)
                if root is not other:
                    self.roots[root] = other

    def _root(self, var: Var) -> Var:
        while var in self.roots:
            var = self.roots[var]
        return var

    def _stand_ins(self, name: str, function: Trace) -> None:
        """A variable for each result of a callee, to hold what is known of it in all calls."""
        made = tuple(Var() for _ in function.body.results)
        self.kinds.update(
            (var, k.of_constant(atom.value) if isinstance(atom, Lit) else function.kinds[atom])
            for var, atom in zip(made, function.body.results)
        )
        self.returned[name] = made

    def _settle(self, go: Callable[[Block], None], bodies: list[Block]) -> None:
        """Go through all bodies until nothing new is found: calls lead from one to another."""
        self.news = True
        while self.news:
            self.news = False
            for body in bodies:
                go(body)
            if len(bodies) == 1:
                return

    def results(self, name: str) -> list[int]:
        """The numbers of the active results of a callee."""
        return [n for n, var in enumerate(self.returned[name]) if self.active(var)]

    def inputs(self, name: str) -> list[int]:
        """The numbers of the active parameters of a callee."""
        return [n for n, var in enumerate(self.functions[name].inputs) if self.active(var)]

    def calls_actively(self, eqn: Call) -> bool:
        """Does the derivative need the derivative of this call?"""
        return any(self.active(out) for out in eqn.outs)

    def active(self, atom: Atom) -> bool:
        """Does the atom carry a derivative?"""
        if not isinstance(atom, Var):
            return False
        if atom in self.tapes:
            return True
        return holds(self.meet(*self._facts(atom)))

    def _facts(self, atom: Atom) -> tuple[Fact, Fact]:
        return self._fact(self.varied, atom), self._fact(self.useful, atom)

    def components(self, tape: Atom) -> tuple[bool, ...]:
        """Which components of the entries of a tape are active."""
        fact = self.meet(self._fact(self.varied, tape), self._fact(self.useful, tape))
        return tuple(map(holds, fact)) if isinstance(fact, tuple) else ()

    def moving_kind(self, var: Var) -> k.Kind:
        """The kind of the tangent or adjoint: of a tape, that of its active components."""
        if var in self.tapes:
            return self.kinds[var]
        return moving(
            self.kinds[var], self.meet(self._fact(self.varied, var), self._fact(self.useful, var))
        )

    def _join(self, facts: dict[Var, Fact], atom: Atom, fact: Fact) -> bool:
        """Add a fact; was it news?"""
        if not fact or not isinstance(atom, Var) or not self._carries(facts, atom):
            return False
        atom = self._root(atom)
        old = facts.get(atom, False)
        new = either(old, fact)
        facts[atom] = new
        self.news |= new != old
        return new != old

    def _carries(self, facts: dict[Var, Fact], atom: Var) -> bool:
        kind = self.kinds[atom]
        return _holds_text(kind) if facts is self.shown else k.is_real(kind)

    def _forward(self, block: Block) -> None:
        for eqn in block.eqns:
            match eqn:
                case Apply():
                    self._forward_apply(eqn)
                case Call():
                    function, returned = self.functions[eqn.function], self.returned[eqn.function]
                    self._flow(eqn.args, function.inputs)
                    self._flow(function.body.results, returned)
                    self._flow(returned, eqn.outs)
                case If():
                    for branch in (eqn.then, eqn.orelse):
                        self._forward(branch)
                        self._flow(branch.results, eqn.outs)
                    if eqn.caught and self._raises(eqn.then, {}):
                        for out, atom in zip(eqn.outs, eqn.orelse.results):
                            self._join(self.shown, out, atom == NOTHING)
                case For() | While():
                    self._flow(eqn.inits, eqn.params)
                    self._forward(eqn.body)
                    while self._flow(eqn.body.results, eqn.params):
                        self._forward(eqn.body)
                    self._flow(eqn.params, eqn.outs)

    def _raises(self, block: Block, seen: dict[str, None]) -> bool:
        """Is something that depends on an independent raised, as part of an exception?"""
        for eqn in walk(block):
            if isinstance(eqn, Apply) and eqn.op == "mem.effect":
                text, *shown = eqn.args
                is_raise = isinstance(text, Lit) and str(text.value).startswith("raise")
                if is_raise and any(map(self._depends, shown)):
                    return True
            elif isinstance(eqn, Call) and eqn.function not in seen:
                seen[eqn.function] = None
                if self._raises(self.functions[eqn.function].body, seen):
                    return True
        return False

    def _forward_apply(self, eqn: Apply) -> None:
        if eqn.op == "mem.push":
            entry = tuple(
                either(self._fact(self.varied, arg), self._fact(self.shown, arg))
                for arg in eqn.args[1:]
            )
            self._join(self.varied, eqn.out, either(self._fact(self.varied, eqn.args[0]), entry))
        elif eqn.op == "mem.unpush":
            fact = self._fact(self.varied, eqn.args[0])
            for out, item in zip(eqn.outs, fact if isinstance(fact, tuple) else ()):
                self._join(self.varied, out, item)
                self._join(self.shown, out, item)
            self._join(self.varied, eqn.outs[-1], fact)
        elif eqn.op in HELD:
            for i in flows(eqn, self.kinds):
                self._flow(eqn.args[i : i + 1] * len(eqn.outs), eqn.outs)
        else:
            given = eqn.args
            if eqn.op != "mem.opaque":
                given = tuple(given[i] for i in flows(eqn, self.kinds))
            if any(map(self._depends, given)):
                for out in eqn.outs:
                    self._join(self.varied, out, True)
                    self._join(self.shown, out, True)

    def _flow(self, sources: Iterable[Atom], targets: Iterable[Atom]) -> bool:
        """What the sources hold, the targets do: numbers, and texts; was it news?"""
        news = False
        for source, target in zip(sources, targets):
            varied, shown = self._fact(self.varied, source), self._fact(self.shown, source)
            if not isinstance(target, Var) or not (varied or shown):
                continue
            kind = self.kinds[target]
            if not _holds_text(kind):
                varied = either(varied, shown)
            elif not k.is_real(kind) and not _holds_text(self.kinds[source]):  # type: ignore
                shown = either(varied, shown)
            news |= self._join(self.varied, target, varied)
            news |= self._join(self.shown, target, shown)
        return news

    def _backward(self, block: Block) -> None:
        for eqn in reversed(block.eqns):
            match eqn:
                case Apply():
                    self._backward_apply(eqn)
                case Call():
                    function, returned = self.functions[eqn.function], self.returned[eqn.function]
                    self._pass(self.useful, eqn.outs, returned)
                    self._pass(self.useful, returned, function.body.results)
                    self._pass(self.useful, function.inputs, eqn.args)
                case If():
                    for branch in (eqn.then, eqn.orelse):
                        self._pass(self.useful, eqn.outs, branch.results)
                        self._backward(branch)
                case For() | While():
                    self._pass(self.useful, eqn.outs, eqn.body.results)
                    self._backward(eqn.body)
                    while self._pass(self.useful, eqn.params, eqn.body.results):
                        self._backward(eqn.body)
                    self._pass(self.useful, eqn.params, eqn.inits)
                    self._pass(self.useful, eqn.outs, eqn.inits)

    def _backward_apply(self, eqn: Apply) -> None:
        if eqn.op == "mem.push":
            fact = self._fact(self.useful, eqn.out)
            for arg, item in zip(eqn.args[1:], fact if isinstance(fact, tuple) else ()):
                self._join(self.useful, arg, item)
            self._join(self.useful, eqn.args[0], fact)
        elif eqn.op == "mem.unpush":
            entry = tuple(self._fact(self.useful, out) for out in eqn.outs[:-1])
            rest = self._fact(self.useful, eqn.outs[-1])
            self._join(self.useful, eqn.args[0], either(rest, entry))
        elif any(self._fact(self.useful, out) for out in eqn.outs):
            for i in flows(eqn, self.kinds):
                self._join(self.useful, eqn.args[i], True)

    def _pass(
        self, facts: dict[Var, Fact], sources: Iterable[Atom], targets: Iterable[Atom]
    ) -> bool:
        news = [self._join(facts, t, self._fact(facts, s)) for s, t in zip(sources, targets)]
        return any(news)

    def _fact(self, facts: Mapping[Var, Fact], atom: Atom) -> Fact:
        return facts.get(self._root(atom), False) if isinstance(atom, Var) else False


def _holds_text(kind: k.Kind | None) -> bool:
    """Is it a text, or a list or tuple with one?"""
    match kind:
        case k.Opaque():
            return kind not in (k.NONE, k.PLACES, k.UNDEFINED_KIND)
        case k.List(item) | k.Dict(item):
            return _holds_text(item)
        case k.Tuple(items):
            return any(map(_holds_text, items))
    return False


def all_kinds(trace: Trace) -> dict[Var, Any]:
    """The kinds of the variables of a trace and of its callees."""
    kinds = dict(trace.kinds)
    for function in trace.functions.values():
        kinds.update(function.kinds)
    return kinds


def flows(eqn: Equation, kinds: Mapping[Var, Any]) -> tuple[int, ...]:
    """The positions of the operands whose derivative reaches the results of an `Apply`."""
    assert isinstance(eqn, Apply)
    if eqn.op in ("mem.list", "mem.tuple"):
        return tuple(range(len(eqn.args)))
    if eqn.op == "mem.dict":
        return tuple(range(1, len(eqn.args)))
    if eqn.op.startswith("mem."):
        return FLOWS.get(eqn.op, ())
    row = table.lookup(eqn.op, len(eqn.args))
    if row is None or row.form == "constant":
        return ()
    if row.form == "function":
        return tuple(range(len(row.operands)))
    columns = row.columns_for(all_scalars(eqn, len(row.operands), kinds))
    given = zip(columns, eqn.args)
    return tuple(i for i, (column, _) in enumerate(given) if column is not None)


def all_scalars(eqn: Apply, count: int, kinds: Mapping[Var, Any]) -> bool:
    """Are the first `count` operands all scalars?"""
    return all(not isinstance(a, Var) or k.is_scalar(kinds[a]) for a in eqn.args[:count])
