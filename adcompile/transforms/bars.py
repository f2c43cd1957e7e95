"""The adjoints of the variables while a reverse sweep is written: where they are, how they grow.

A bar is an atom; or a tuple of bars, for a variable of kind Tuple; or None, which is zero; or what
a selection selects, up to the place where the selection is needed (`selections`).
A scope holds the bars of one block.  What a block adds to the bar of a variable from outside is
seen by the scope: a loop carries such a bar from turn to turn, a branch hands it out as a result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from adcompile.rules import table
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    If,
    Lit,
    Loc,
    Trace,
    Var,
    leaves,
    walk,
)
from adcompile.transforms.activity import Activity
from adcompile.transforms.agreeing import Agreeing
from adcompile.transforms.algebra import ZERO, Algebra
from adcompile.transforms.selections import Selected, Selections, Share
from adcompile.transforms.storages import Storages

Bar = Atom | Selected | tuple["Bar", ...] | None
Dims = tuple[k.Dim, ...] | None
NO_BAR = Lit(None)
NUMBERS = (k.Scalar, k.Array, k.Any_)
FACTS = ("numpy.shape", "numpy.size", "numpy.ndim", "mem.dtype")
SAME_SHAPE = ("mem.write", "mem.accumulate", "mem.scatter_add", "mem.same", "mem.copy")


@dataclass(slots=True)
class Scope:
    """The bars of a block.  `owned` are the variables that it defines itself.

    `called` says that it is the body of a function, run any number of times.
    """

    parent: Scope | None
    owned: dict[Var, None]
    loop: bool = False
    bars: dict[Var, Bar] = field(default_factory=dict)
    carried: dict[Var, Var] = field(default_factory=dict)
    called: bool = False

    @property
    def top(self) -> bool:
        return self.parent is None

    @property
    def repeated(self) -> bool:
        """Is this block run in every turn of a loop, or in every call?"""
        return self.loop or self.called or (self.parent is not None and self.parent.repeated)

    def owner(self, var: Var) -> Scope:
        """The scope in which a visible variable is defined."""
        scope = self
        while scope.parent is not None and var not in scope.owned:
            scope = scope.parent
        return scope


def outs_of(eqns: Iterable[Equation]) -> dict[Var, None]:
    return {out: None for eqn in eqns for out in eqn.outs}


class ReverseAlgebra(Algebra):
    """Takes shapes of values in a loop or branch where these are defined, to save no arrays.

    `facts` are the equations to add to the forward sweep, by the variable that they follow.
    """

    def __init__(self, trace: Trace, storages: Storages) -> None:
        super().__init__(dict(trace.kinds))
        self.storages = storages
        self.scope: Scope | None = None
        self.agreeing: Agreeing | None = None
        self.definitions: dict[Var, Apply] = {}
        self.facts: dict[Var, dict[str, Apply]] = {}
        self.nothing: dict[Atom, None] = {}  # what may be None, of which shapes are not asked early
        self.absent: Callable[[], Mapping[Atom, None]] = dict  # what is None on some path
        self.witnesses: dict[Dims, list[Var]] = {}
        for param in trace.params:
            for leaf in leaves(param.tree):
                kind = self.kind(leaf)
                if (
                    isinstance(leaf, Var)
                    and isinstance(kind, k.Array)
                    and not storages.overwritten(leaf)
                ):
                    self.witnesses.setdefault(kind.dims, []).append(leaf)

    def kind(self, atom: Atom) -> k.Kind:
        """The kind of an atom, as far as it is known where the reverse sweep stands."""
        kind = k.of_constant(atom.value) if isinstance(atom, Lit) else self.kinds[atom]
        arrays = isinstance(kind, k.Array) and self.agreeing is not None
        return self.agreeing.kind(kind) if arrays else kind  # type: ignore[union-attr]

    def own_lengths(self, bar: Atom, var: Atom) -> Atom:
        """Note that a bar has the lengths of its variable, where others agree with them."""
        found, known = super().kind(bar), super().kind(var)
        if not isinstance(found, k.Array) or not isinstance(known, k.Array) or found == known:
            return bar
        agree = isinstance(bar, Var) and self.kind(bar) == self.kind(var)
        if agree and any(bar in eqn.outs for eqn in reversed(self.eqns)):
            self.kinds[bar] = replace(found, dims=known.dims)  # type: ignore[index]
        return bar

    def witness(self, var: Atom, dtype: bool = False) -> Atom:
        """A parameter of the same shape (and dtype), if one is known, else the variable."""
        kind = super().kind(var)
        if not isinstance(kind, k.Array) or kind.dims is None:
            return var
        there = (leaf for leaf in self.witnesses.get(kind.dims, ()) if leaf not in self.nothing)
        alike = (leaf for leaf in there if not dtype or self.dtype(leaf) == kind.dtype)
        return next(alike, var)

    def like(self, var: Atom) -> Atom:
        """A value of the same shape, more likely to be kept: a parameter, a named operand."""
        found = self.witness(var)
        while isinstance(found, Var) and not found.name and found in self.definitions:
            eqn = self.definitions[found]
            row = None if eqn.op.startswith("mem.") else table.lookup(eqn.op, len(eqn.args))
            if row is None or row.form != "pointwise":
                break
            same = [arg for arg in eqn.args if self.same_dims(arg, found)]
            if not same:
                break
            found = same[0]
        return found

    def apply(self, op: str, *args: Atom, name: str = "", loc: Loc | None = None) -> Var:
        if op not in FACTS or self.scope is None or not isinstance(args[0], Var):
            return super().apply(op, *args, name=name, loc=loc)
        operand = args[0] if op == "mem.dtype" else self.like(args[0])
        if not isinstance(operand, Var) or self.scope.owner(operand).top or operand in self.nothing:
            return super().apply(op, operand, *args[1:], name=name, loc=loc)
        facts = self.facts.setdefault(operand, {})
        if op not in facts:
            with self.block() as eqns:
                super().apply(op, operand, loc=loc)
            eqn = eqns[0]
            assert isinstance(eqn, Apply)
            facts[op] = eqn
        return facts[op].out

    def following(self, outs: Iterable[Var]) -> list[Equation]:
        """The equations that the forward sweep needs after these definitions."""
        return [eqn for out in outs for eqn in self.facts.get(out, {}).values()]


class Bars:
    """Reading, adding and zeroing bars, with the equations it takes."""

    def __init__(self, activity: Activity, build: ReverseAlgebra) -> None:
        self.activity = activity
        self.build = build
        self.selections = Selections(build)
        self.partners: dict[Var, tuple[Var, str]] = {}
        self.whole: dict[Var, None] = {}
        self.shapeless = False  # has a list of adjoints zeros that have no shape?
        self.keyed = any(map(self._keeps, walk(activity.trace.body)))
        self.filled = any(map(self._fills_item, walk(activity.trace.body)))

    def _keeps(self, eqn: Equation) -> bool:
        """May it put what has a new key into a dictionary, of which the adjoint has it, too?"""
        stores = isinstance(eqn, Call) or (isinstance(eqn, Apply) and eqn.op == "mem.write")
        return stores and any(holds_dictionary(self.activity.kinds.get(o)) for o in eqn.outs)

    def _fills_item(self, eqn: Equation) -> bool:
        """Is all of an item of a list written to in place?"""
        if not isinstance(eqn, Apply) or eqn.op != "mem.write" or len(eqn.args) < 4:
            return False
        held = isinstance(self.activity.kinds.get(eqn.out), (k.List, k.Dict))
        return held and eqn.args[-1] == Lit(Ellipsis)

    def new(self, var: Var) -> Var:
        """A variable for the adjoint of `var`."""
        name = var.name if var in self.activity.tapes else bar_name(var)
        made = self.build.var(self.activity.moving_kind(var), name)
        self._note(made, var)
        return made

    def _note(self, bar: Atom, var: Atom) -> None:
        """Note whose adjoint a variable without a name is."""
        if isinstance(bar, Var) and isinstance(var, Var) and not bar.name:
            self.partners.setdefault(bar, (var, "_bar"))

    # the forms of a bar

    def structured(self, atom: Atom) -> Bar:
        """The bar that an atom stands for: of a tuple, its items."""
        kind = self.build.kind(atom)
        if not isinstance(kind, k.Tuple):
            return atom
        return tuple(
            self.structured(self.build.apply("mem.getitem", atom, Lit(i)))
            if k.is_real(item)
            else None
            for i, item in enumerate(kind.items)
        )

    def atom(self, bar: Bar, var: Atom) -> Atom:
        """The bar of `var` as one atom."""
        if bar is None:
            return self.zero(var)
        if isinstance(bar, Selected):
            return self._settled(bar, var)
        if not isinstance(bar, tuple):
            return bar
        kind = self.build.kind(var)
        assert isinstance(kind, k.Tuple)
        items = [self._item(part, var, i, kind.items[i]) for i, part in enumerate(bar)]
        return self.build.apply("mem.tuple", *items)

    def _settled(self, bar: Selected, var: Atom) -> Atom:
        mark = len(self.build.eqns)
        atom = self.selections.settle(bar)
        return self._dress(atom, var, mark) if bar.pending else atom

    def _item(self, part: Bar, var: Atom, position: int, kind: k.Kind) -> Atom:
        if not k.is_real(kind):
            return NO_BAR
        if part is None and isinstance(kind, k.Scalar):
            return ZERO
        if part is not None and not isinstance(part, (tuple, Selected)):
            return part
        return self.atom(part, self.build.apply("mem.getitem", var, Lit(position)))

    def zero(self, var: Atom) -> Atom:
        """The adjoint of a variable to which nothing flows back."""
        kind = self.build.kind(var)
        if isinstance(kind, k.Tuple) and _of_numbers(kind):
            # also where the tuple itself, or one in it, is None or has no value
            return self.zeros(kind)
        if isinstance(kind, k.Tuple) and var in self.build.absent():
            return self._zero_or_none(var, kind)
        if isinstance(kind, k.Scalar) or isinstance(var, Lit):
            return ZERO
        if isinstance(kind, k.Tape):
            return self.build.apply("mem.tape")
        return self.build.apply("mem.zeros_like", self.origin(self.build.witness(var, dtype=True)))

    def zeros(self, kind: k.Kind | None) -> Atom:
        """Zeros for a value of this kind, one for each number or array."""
        if isinstance(kind, k.Tuple) and k.is_real(kind):
            return self.build.apply("mem.tuple", *map(self.zeros, kind.items))
        return ZERO if k.is_real(kind) else NO_BAR

    def zeros_of(self, kind: k.Kind | None) -> Atom | None:
        """Zeros like a tuple of numbers; None of what has a shape."""
        return self.zeros(kind) if isinstance(kind, k.Tuple) and _of_numbers(kind) else None

    def _zero_or_none(self, var: Atom, kind: k.Tuple) -> Atom:
        """The adjoint of a tuple, which may be None where it is not read."""
        build = self.build
        absent = build.apply("operator.is_", var, NO_BAR)
        with build.block() as without:
            nothing = self.zeros(kind)
        with build.block() as there:
            if any(isinstance(item, k.Tuple) for item in kind.items):
                items = [self._item(None, var, i, item) for i, item in enumerate(kind.items)]
                zeros = build.apply("mem.tuple", *items)
            else:
                zeros = build.apply("mem.zeros_like", var)
        out = build.var(build.kind(zeros), bar_name(var))
        sides = Block(tuple(without), (nothing,)), Block(tuple(there), (zeros,))
        build.eqns.append(If((out,), absent, *sides))
        return out

    def origin(self, var: Atom) -> Atom:
        """The first of the versions of an array, which has the shape of all."""
        while isinstance(var, Var) and isinstance(self.build.kind(var), (k.Array, k.Any_)):
            eqn = self.build.definitions.get(var)
            if eqn is None or eqn.op not in SAME_SHAPE:
                break
            var = eqn.args[0]
        return var

    # reading and adding

    def get(self, scope: Scope, var: Var) -> Bar:
        """The bar of a variable as it stands in the scope; a loop begins to carry it."""
        bar = self._opened(self._found(scope, var))
        if var in scope.bars:
            scope.bars[var] = bar
        return bar

    def _found(self, scope: Scope, var: Var) -> Bar:
        if var in scope.bars:
            return scope.bars[var]
        if scope.parent is None or var in scope.owned:
            return None
        if not scope.loop:
            return self._found(scope.parent, var)
        param = scope.carried[var] = self.new(var)
        self.hand_on(scope, var, param)
        return param

    def hand_on(self, scope: Scope, var: Var, bar: Var) -> None:
        """The bar is what a loop carries, or leaves: of a tuple, the items are read where they are
        needed, on each side of a branch anew.
        """
        scope.bars[var] = bar
        self.whole[bar] = None

    def _opened(self, bar: Bar) -> Bar:
        return self.structured(bar) if isinstance(bar, Var) and bar in self.whole else bar

    def take(self, scope: Scope, var: Var) -> Bar:
        """The bar of a variable whose defining equation is reached."""
        return self._opened(scope.bars.pop(var, None))

    def add(self, scope: Scope, atom: Atom, bar: Bar, mark: int | None = None) -> None:
        """Add to the bar of an atom.  Equations after `mark` were made for this sum alone."""
        if bar is None or not isinstance(atom, Var) or not self.activity.active(atom):
            return
        mark = len(self.build.eqns) if mark is None else mark
        if isinstance(bar, Selected) and not isinstance(self.build.kind(atom), NUMBERS):
            bar = self.structured(self.selections.settle(bar))
        if isinstance(bar, Selected):
            bar = replace(bar, value=self.build.cast(bar.value, self.build.kind(atom)))
        elif isinstance(bar, (Var, Lit)):
            bar = self.build.own_lengths(self.build.cast(bar, self.build.kind(atom)), atom)
        scope.bars[atom] = self._sum(self.get(scope, atom), bar, atom, mark)

    def _sum(self, old: Bar, new: Bar, var: Var, mark: int) -> Bar:
        if old is None or new is None:
            bar = new if old is None else old
            return bar if isinstance(bar, tuple) or bar is None else self._dressed(bar, var, mark)
        if isinstance(old, Selected) or isinstance(new, Selected):
            assert not isinstance(old, tuple) and not isinstance(new, tuple)
            return self._dressed(self.selections.add(old, new), var, mark)
        if isinstance(old, tuple) or isinstance(new, tuple):
            first = old if isinstance(old, tuple) else self.structured(old)
            second = new if isinstance(new, tuple) else self.structured(new)
            assert isinstance(first, tuple) and isinstance(second, tuple)
            return tuple(self._sum_item(a, b) for a, b in zip(first, second))
        total = self.build.add(old, new)
        assert total is not None
        return self._dress(total, var, mark)

    def _sum_item(self, old: Bar, new: Bar) -> Bar:
        if old is None or new is None:
            return new if old is None else old
        if isinstance(old, tuple) and isinstance(new, tuple):
            return tuple(self._sum_item(a, b) for a, b in zip(old, new))
        assert not isinstance(old, tuple) and not isinstance(new, tuple)
        return self.selections.add(old, new)

    def _dressed(self, share: Share, var: Var, mark: int) -> Share:
        if not isinstance(share, Selected):
            return self._dress(share, var, mark)
        if share.pending:
            return share
        return replace(share, value=self._dress(share.value, var, mark))

    def _dress(self, atom: Atom, var: Atom, mark: int) -> Atom:
        """Give the bar its name and, where it is known better, the shape of its variable."""
        named = self.build.named(atom, bar_name(var), mark)
        self._note(named, var)
        return self.build.refine(self.build.own_lengths(named, var), self.build.kind(var))

    def accumulate(self, scope: Scope, var: Var, bar: Atom, op: str, *path: Atom) -> None:
        """Add to the elements of the bar of `var` that the path names."""
        old = self.get(scope, var)
        old = self.zero(var) if old is None else self.atom(old, var)
        bar = self.as_real(scope, bar, var, old, *path)
        new = self.build.apply(op, old, bar, *path, name=bar_name(var))
        self._note(new, var)
        scope.bars[var] = self.structured(self.build.refine(new, self.build.kind(var)))

    def own(self, bar: Atom) -> Atom:
        """The bar as an array that can be written to."""
        return self.build.apply("mem.copy", bar) if self.build.spread(bar) else bar

    def part(self, whole: Atom, path: tuple[Atom, ...]) -> Atom:
        for index in path:
            whole = self.build.apply("mem.getitem", whole, index)
        return whole

    def as_real(
        self, scope: Scope, bar: Atom, var: Var, whole: Atom | None = None, *path: Atom
    ) -> Atom:
        """A bar that may be complex as it is added to one, or a part of one, of what may be real.

        What may be a list is real item by item, and its bars are by then.
        """
        if not self.activity.meets_reals(self.build.dtype(bar), var):
            return bar
        like: Atom
        if not isinstance(self.build.kind(var), k.Any_):
            like = self.dtype_when_run(scope, var)
        else:
            like = self.origin(var) if whole is None else self.part(whole, path)
        return self.build.apply("widths.as_real", bar, like)

    def dtype_when_run(self, scope: Scope, var: Var) -> Atom:
        """The dtype of an array: of what it is made of, where that tells, and is made early."""
        known = self.build.dtype(var) == "complex"
        fact = self.activity.reals.facts.get(var) if known else None
        if fact is not None and fact.is_one and len(fact.sources) == 1:
            source, inner = fact.sources[0], scope
            while source not in inner.owned and inner.parent is not None:
                inner = inner.parent
            is_array = isinstance(self.build.kind(source), k.Array)
            var = source if source in inner.owned and is_array else var
        return self.build.apply("mem.dtype", self.origin(var))


def _of_numbers(kind: k.Kind | None) -> bool:
    """Is it a number, or are they numbers and what has no derivative?"""
    if isinstance(kind, k.Tuple):
        return all(_of_numbers(item) for item in kind.items)
    return isinstance(kind, k.Scalar) or not k.is_real(kind)


def bar_name(var: Atom) -> str:
    return f"{var.name}_bar" if isinstance(var, Var) and var.name else ""


def holds_dictionary(kind: k.Kind | None) -> bool:
    """Is this a dictionary, or a list of some?"""
    while isinstance(kind, k.List):
        kind = kind.item
    return isinstance(kind, k.Dict)
