"""Building equations, with the kind of every result, by the rule table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adcompile.rules import memory, table
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Equation, Lit, Loc, Var


class Builder:
    """Equations in the making.  `kinds` grows with them; `loc` is given to each new one."""

    def __init__(self, kinds: dict[Var, k.Kind] | None = None) -> None:
        self.kinds: dict[Var, k.Kind] = {} if kinds is None else kinds
        self.eqns: list[Equation] = []
        self.definitions: dict[Var, Apply] = {}
        self.loc: Loc | None = None

    def kind(self, atom: Atom) -> k.Kind:
        return k.of_constant(atom.value) if isinstance(atom, Lit) else self.kinds[atom]

    def definition(self, atom: Atom) -> Apply | None:
        """The equation that made an atom, where it is in sight."""
        if isinstance(atom, Lit) or atom in self.definitions:
            return None if isinstance(atom, Lit) else self.definitions[atom]
        made = (eqn for eqn in reversed(self.eqns) if isinstance(eqn, Apply) and atom in eqn.outs)
        return next(made, None)

    def var(self, kind: k.Kind, name: str = "") -> Var:
        """A new variable, defined by nothing yet."""
        var = Var(name)
        self.kinds[var] = kind
        return var

    def apply(self, op: str, *args: Atom, name: str = "", loc: Loc | None = None) -> Var:
        """Append `op(*args)` and return its (only) result.  Trailing defaults are dropped."""
        return self.apply_many(op, args, (name,), loc)[0]

    def apply_many(
        self, op: str, args: Sequence[Atom], names: Sequence[str], loc: Loc | None = None
    ) -> tuple[Var, ...]:
        """Append an equation with several results, one a name."""
        args = trim(op, tuple(args))
        kinds = infer(op, args, self.kind)
        outs = tuple([self.var(kind, name) for kind, name in zip(kinds, names, strict=True)])
        self.eqns.append(Apply(outs, op, args, loc or self.loc))
        return outs

    def block(self) -> _Inside:
        """Equations built inside go to a list of their own."""
        return _Inside(self)

    def close(self, eqns: list[Equation], results: Sequence[Atom]) -> Block:
        return Block(tuple(eqns), tuple(results))


class _Inside:
    """The equations of a builder while it builds a block."""

    __slots__ = ("build", "outer")

    def __init__(self, build: Builder) -> None:
        self.build = build
        self.outer = build.eqns

    def __enter__(self) -> list[Equation]:
        self.outer, self.build.eqns = self.build.eqns, []
        return self.build.eqns

    def __exit__(self, *_: object) -> None:
        self.build.eqns = self.outer


def infer(op: str, args: tuple[Atom, ...], kind: Any) -> list[k.Kind]:
    """The kinds of the results of op(*args); `kind` gives the kind of an atom."""
    kinds = [kind(arg) for arg in args]
    if op in memory.KINDS:
        return memory.KINDS[op](kinds, list(args))
    row = table.lookup(op, len(args))
    if row is None:
        raise KeyError(f"no row for {op}")
    if any([type(kind) is k.Opaque and kind == k.UNDEFINED_KIND for kind in kinds]):
        # of an item of a list that is empty yet
        return [k.UNDEFINED_KIND]
    full = complete(row, args)
    kinds += [kind(arg) for arg in full[len(args) :]]
    return [_of_library(op, row.kind(kinds, list(full)))]


PYTHONS = ("numpy.size", "numpy.ndim", "numpy.shape", "numpy.ndarray.tolist", "numpy.ndarray.item")


def _of_library(op: str, kind: k.Kind) -> k.Kind:
    """The kind of a result, where numbers are NumPy's if the operation is."""
    if not op.startswith(("numpy.", "scipy.")) or op in PYTHONS:
        return kind
    match kind:
        case k.Scalar(("int" | "float") as dtype, None, False):
            return k.Scalar(dtype, None, True)
        case k.Tuple(items):
            return k.Tuple(tuple(_of_library(op, item) for item in items))
    return kind


def complete(row: table.Row, args: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """The arguments with the options left out filled in."""
    missing = len(row.parameters) - len(args)
    return (
        args + tuple(Lit(value) for value in row.defaults[len(row.defaults) - missing :])
        if missing
        else args
    )


def trim(op: str, args: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """The arguments without trailing options that have their default."""
    row = None if op in memory.KINDS else table.lookup(op, len(args))
    if row is None:
        return args
    required, count = row.required, len(args)
    while count > required and args[count - 1] == Lit(row.defaults[count - 1 - required]):
        count -= 1
    return args[:count]


class CallError(TypeError):
    """Arguments that do not fit the parameters of a row."""


def arrange(
    row: table.Row, positional: Sequence[Atom], keywords: dict[str, Atom]
) -> tuple[Atom, ...]:
    """A call's arguments in the order of the row's parameters."""
    if len(positional) > len(row.parameters):
        raise CallError(f"takes {len(row.parameters)} arguments, {len(positional)} given")
    if len(positional) == len(row.parameters) and row.signature == row.parameters and not keywords:
        return tuple(positional)
    given = dict(zip(row.signature, positional))
    for name, atom in keywords.items():
        if name in given:
            raise CallError(f"argument {name!r} given twice")
        if name not in row.parameters:
            raise CallError(f"no rule for the argument {name!r}")
        given[name] = atom
    defaults = dict(zip(row.parameters[row.required :], row.defaults))
    missing = [name for name in row.parameters[: row.required] if name not in given]
    if missing:
        raise CallError(f"argument {missing[0]!r} is missing")
    return tuple(given[name] if name in given else Lit(defaults[name]) for name in row.parameters)
