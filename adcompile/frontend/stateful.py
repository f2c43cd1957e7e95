"""What is read of an object whose methods are kept is kept, too: its state goes with its calls.

    q = outside queue.deque()           q = outside queue.deque()
    effect q.append(1.0)                effect q.append(1.0)
    n = len(q)                          n = outside len(q)
    x = getitem(q, 0)                   x = outside q[0]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from adcompile.errors import RejectedError
from adcompile.rules.memory import EFFECTS
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Loc,
    Var,
    While,
    walk,
)

TEXTS = {
    "builtins.len": "len(_0_)", "mem.getitem": "_0_[_1_]", "builtins.bool": "bool(_0_)",
    "operator.in_": "_0_ in _1_", "operator.not_in": "_0_ not in _1_",
    "operator.eq": "_0_ == _1_", "operator.ne": "_0_ != _1_",
    "builtins.list": "list(_0_)", "builtins.int": "int(_0_)", "builtins.float": "float(_0_)",
    "operator.not_": "not _0_",
}  # fmt: skip
HELD = {
    "operator.is_": 0, "operator.is_not": 0, "mem.is_same": 0, "mem.same": 0, "mem.list": 0,
    "mem.tuple": 0, "mem.dict": 0, "mem.push": 1, "mem.append": 1, "mem.write": 1,
}  # fmt: skip
"""What does not read an object's state that it is given at this place, or behind it."""


Written = Mapping[Atom, Loc | None]


def in_order(block: Block, written: Written) -> Block:
    """The block, with what reads a state among what is kept in order.

    `written` are arrays that are attributes of such objects, and are changed, and where.
    """
    names = Names(walk(block))
    called = {
        names.root(eqn.args[1]): None
        for eqn in walk(block) if isinstance(eqn, Apply) and is_method(eqn)
    }  # fmt: skip
    _check_parts(block, names, {names.root(var): loc for var, loc in written.items()})
    return _kept(block, names, called) if called else block


def _check_parts(block: Block, names: Names, written: Written) -> None:
    """Refuse to write to an array that is an attribute of such an object, which is read elsewhere.
    """
    eqns = [eqn for eqn in walk(block) if isinstance(eqn, Apply)] if written else []
    made = {eqn: names.root(eqn.out) for eqn in eqns if is_attribute(eqn)}
    for part, found in made.items():
        if found not in written:
            continue
        owner = names.root(part.args[1])
        others = (eqn for eqn in eqns if eqn not in made or eqn.args[0] == part.args[0])
        if any(eqn is not part and owner in map(names.root, eqn.args) for eqn in others):
            raise RejectedError(
                "this array is a part of an object that has no rule, and that is used elsewhere: "
                "what it holds then is not known; write to a copy of it (.copy())",
                written[found], code="ADC504",
            )  # fmt: skip


def is_attribute(eqn: Apply) -> bool:
    text = eqn.args[0] if eqn.op == "mem.outside" else None
    return isinstance(text, Lit) and str(text.value).startswith("_0_.") and "(" not in text.value


def is_method(eqn: Apply) -> bool:
    text = eqn.args[0] if eqn.op in EFFECTS else None
    return isinstance(text, Lit) and str(text.value).startswith("_0_.") and "(" in str(text.value)


class Names:
    """The variables that may stand for one object."""

    def __init__(self, eqns: Iterable[Equation]) -> None:
        self.up: dict[Atom, Atom] = {}
        for eqn in eqns:
            match eqn:
                case If():
                    self.unite(eqn.outs, eqn.then.results)
                    self.unite(eqn.outs, eqn.orelse.results)
                case For() | While():
                    self.unite(eqn.params, eqn.inits)
                    self.unite(eqn.params, eqn.body.results)
                    self.unite(eqn.outs, eqn.params)
                case Apply(op="mem.same"):
                    self.unite(eqn.outs, eqn.args[:1])

    def unite(self, first: Iterable[Atom], second: Iterable[Atom]) -> None:
        for a, b in zip(first, second):
            if isinstance(b, Var) and self.root(a) is not self.root(b):
                self.up[self.root(a)] = self.root(b)

    def root(self, atom: Atom) -> Atom:
        while atom in self.up:
            atom = self.up[atom]
        return atom


def _kept(block: Block, names: Names, called: dict[Atom, None]) -> Block:
    return replace(block, eqns=tuple(_equation(eqn, names, called) for eqn in block.eqns))


def _equation(eqn: Equation, names: Names, called: dict[Atom, None]) -> Equation:
    match eqn:
        case If():
            then, orelse = (_kept(each, names, called) for each in (eqn.then, eqn.orelse))
            return replace(eqn, then=then, orelse=orelse)
        case While():
            cond, body = (_kept(each, names, called) for each in (eqn.cond, eqn.body))
            return replace(eqn, cond=cond, body=body)
        case For():
            return replace(eqn, body=_kept(eqn.body, names, called))
        case Call():
            return eqn
    read = eqn.args[: HELD.get(eqn.op)]
    found = any(isinstance(arg, Var) and names.root(arg) in called for arg in read)
    if not found or eqn.op in EFFECTS:
        return eqn
    text = TEXTS.get(eqn.op)
    if text is None or len(eqn.outs) != 1:
        raise RejectedError(
            f"{eqn.op.rpartition('.')[2]} reads an object that has no rule, and whose methods are "
            "called: what it holds then is not known; keep numbers in a list or an array",
            eqn.loc, code="ADC504",
        )  # fmt: skip
    return Apply(eqn.outs, "mem.outside", (Lit(text), *eqn.args), eqn.loc)
