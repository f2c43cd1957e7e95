"""Which variables carry derivatives: those that depend on an independent and influence a dependent.

    a = x * 2.0        x independent, b returned
    c = a * k          a, b active;  c varied but not useful;  d useful but not varied
    d = k * k
    b = a + d

A fact is a bool; of a tape it is a tuple of facts, one a component of its entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from adcompile.rules import table
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Equation, For, If, Trace, Var, While, leaves

Fact = bool | tuple["Fact", ...]

FLOWS = {
    "mem.getitem": (0,), "mem.write": (0, 1), "mem.accumulate": (0, 1), "mem.scatter_add": (0, 1),
    "mem.append": (0, 1), "mem.pop": (0,), "mem.copy": (0,), "mem.same": (0,),
    "mem.unbroadcast": (0,),
}  # fmt: skip


class Activity:
    """The facts of a trace: `active(atom)` for a given set of independents."""

    def __init__(self, trace: Trace, wrt: Iterable[str]) -> None:
        self.kinds: Mapping[Var, Any] = trace.kinds
        self.varied: dict[Var, Fact] = {}
        self.useful: dict[Var, Fact] = {}
        chosen = set(wrt)
        for param in trace.params:
            if param.name in chosen:
                for leaf in leaves(param.tree):
                    self._join(self.varied, leaf, True)
        self._forward(trace.body)
        for atom in trace.body.results:
            self._join(self.useful, atom, True)
        self._backward(trace.body)

    def active(self, atom: Atom) -> bool:
        """Does the atom carry a derivative?"""
        if not isinstance(atom, Var):
            return False
        return _holds(_both(self.varied.get(atom, False), self.useful.get(atom, False)))

    def components(self, tape: Atom) -> tuple[bool, ...]:
        """Which components of the entries of a tape are active."""
        fact = _both(self._fact(self.varied, tape), self._fact(self.useful, tape))
        return tuple(map(_holds, fact)) if isinstance(fact, tuple) else ()

    def moving_kind(self, var: Var) -> k.Kind:
        """The kind of the tangent or adjoint: of a tape, that of its active components."""
        return _moving(
            self.kinds[var], _both(self._fact(self.varied, var), self._fact(self.useful, var))
        )

    def _join(self, facts: dict[Var, Fact], atom: Atom, fact: Fact) -> bool:
        """Add a fact; was it news?"""
        if not fact or not isinstance(atom, Var) or not k.is_real(self.kinds[atom]):
            return False
        old = facts.get(atom, False)
        new = _either(old, fact)
        facts[atom] = new
        return new != old

    def _forward(self, block: Block) -> None:
        for eqn in block.eqns:
            match eqn:
                case Apply():
                    self._forward_apply(eqn)
                case If():
                    for branch in (eqn.then, eqn.orelse):
                        self._forward(branch)
                        self._pass(self.varied, branch.results, eqn.outs)
                case For() | While():
                    self._pass(self.varied, eqn.inits, eqn.params)
                    self._forward(eqn.body)
                    while self._pass(self.varied, eqn.body.results, eqn.params):
                        self._forward(eqn.body)
                    self._pass(self.varied, eqn.params, eqn.outs)

    def _forward_apply(self, eqn: Apply) -> None:
        fact: Fact
        if eqn.op == "mem.push":
            entry = tuple(self._fact(self.varied, arg) for arg in eqn.args[1:])
            self._join(self.varied, eqn.out, _either(self._fact(self.varied, eqn.args[0]), entry))
        elif eqn.op == "mem.unpush":
            fact = self._fact(self.varied, eqn.args[0])
            for out, item in zip(eqn.outs, fact if isinstance(fact, tuple) else ()):
                self._join(self.varied, out, item)
            self._join(self.varied, eqn.outs[-1], fact)
        elif any(self._fact(self.varied, eqn.args[i]) for i in flows(eqn, self.kinds)):
            for out in eqn.outs:
                self._join(self.varied, out, True)

    def _backward(self, block: Block) -> None:
        for eqn in reversed(block.eqns):
            match eqn:
                case Apply():
                    self._backward_apply(eqn)
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
            self._join(self.useful, eqn.args[0], _either(rest, entry))
        elif any(self._fact(self.useful, out) for out in eqn.outs):
            for i in flows(eqn, self.kinds):
                self._join(self.useful, eqn.args[i], True)

    def _pass(
        self, facts: dict[Var, Fact], sources: Iterable[Atom], targets: Iterable[Atom]
    ) -> bool:
        news = [self._join(facts, t, self._fact(facts, s)) for s, t in zip(sources, targets)]
        return any(news)

    @staticmethod
    def _fact(facts: Mapping[Var, Fact], atom: Atom) -> Fact:
        return facts.get(atom, False) if isinstance(atom, Var) else False


def _moving(kind: k.Kind, fact: Fact) -> k.Kind:
    if not isinstance(kind, k.Tape):
        return kind
    pairs = zip(kind.items, fact if isinstance(fact, tuple) else ())
    return k.Tape(tuple(_moving(item, part) for item, part in pairs if _holds(part)))


def _holds(fact: Fact) -> bool:
    return any(map(_holds, fact)) if isinstance(fact, tuple) else fact


def _both(a: Fact, b: Fact) -> Fact:
    if isinstance(a, tuple) and isinstance(b, tuple):
        return tuple(_both(x, y) for x, y in zip(a, b))
    return a is True and b is True


def _either(a: Fact, b: Fact) -> Fact:
    if isinstance(a, tuple) or isinstance(b, tuple):
        first = a if isinstance(a, tuple) else ()
        second = b if isinstance(b, tuple) else ()
        size = max(len(first), len(second))
        first += (False,) * (size - len(first))
        second += (False,) * (size - len(second))
        return tuple(_either(x, y) for x, y in zip(first, second))
    return a or b


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
