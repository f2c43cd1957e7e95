"""Derivatives that stem from a selection: nothing where that did not select, poles or not.

    y = np.where(c, np.log(x), 0)      x_bar = np.where(c, y_bar / x, 0)

A derivative that was selected before it met the partial would be 0 * inf = nan at x = 0.  So what a
selection selects stays beside its condition, and the selection comes after the partials.  Settled
is a derivative that is 0 already wherever it is not selected: it is selected again only after
a partial that need not be finite.

Selections are np.where, and the rows whose partial is zero where their operand loses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adcompile.rules import table
from adcompile.rules.columns import evaluate
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    NOTHING,
    Apply,
    Atom,
    Block,
    Equation,
    Lit,
    Param,
    Tree,
    Var,
    blocks,
    leaves,
    operands,
    walk,
)
from adcompile.transforms.algebra import ZEROS, Algebra

TEXTS = {  # for arrays, and for numbers
    "true": ("np.where(c, v, 0)", "v if c else 0.0"),
    "false": ("np.where(c, 0, v)", "0.0 if c else v"),
    "nonzero": ("np.where(c != 0, v, 0)", "v if c != 0 else 0.0"),
}
ELEMENTWISE = (
    "operator.neg", "operator.pos", "numpy.negative", "numpy.positive", "numpy.real", "numpy.conj",
    "numpy.conjugate", "numpy.deg2rad", "numpy.radians", "numpy.rad2deg", "numpy.degrees",
    "math.degrees", "math.radians", "builtins.float",
)  # fmt: skip
ARRANGING = (  # the elements of the result are elements of the operand, or sums of them
    "numpy.sum", "numpy.mean", "numpy.reshape", "numpy.ravel", "numpy.transpose", "numpy.swapaxes",
    "numpy.moveaxis", "numpy.expand_dims", "numpy.squeeze", "numpy.flip", "numpy.roll",
    "numpy.broadcast_to", "numpy.concatenate", "numpy.hstack", "numpy.vstack", "numpy.copy",
    "numpy.tile", "numpy.repeat",
)  # fmt: skip
SELECTING = (  # the partial is 0 where the operand loses
    "numpy.maximum", "numpy.minimum", "numpy.fmax", "numpy.fmin", "numpy.clip", "builtins.max",
    "builtins.min",
)  # fmt: skip
FINITE = (
    "add sub mul neg pos abs matmul eq ne lt le gt ge and_ or_ xor invert not_ floordiv mod",
    "add subtract multiply negative positive sin cos tanh arctan atan sinc absolute abs fabs sign "
    "copysign maximum minimum fmax fmin clip floor ceil rint trunc round where square real imag "
    "less less_equal greater greater_equal equal not_equal logical_and logical_or logical_not "
    "sum mean max min amax amin cumsum diff dot vdot inner outer matmul einsum sort take "
    "take_along_axis ravel reshape transpose swapaxes moveaxis expand_dims squeeze flip roll "
    "broadcast_to concatenate stack zeros ones zeros_like ones_like full arange linspace eye diag "
    "shape size ndim count_nonzero heaviside asarray array copy tile repeat triu tril nan_to_num",
)
FINITE_OPS = frozenset(
    f"{module}.{name}"
    for module, names in zip(("operator", "numpy"), FINITE)
    for name in names.split()
) | {
    "math.sin", "math.cos", "math.tanh", "math.atan", "math.fabs", "builtins.abs", "builtins.max",
    "builtins.min", "builtins.float", "builtins.int", "builtins.len", "mem.getitem", "mem.same",
    "mem.copy", "mem.write", "mem.accumulate", "mem.scatter_add", "mem.unbroadcast", "mem.list",
    "mem.tuple", "mem.zeros_like", "mem.slice", "widths.as_wide", "widths.unbroadcast_like",
    "widths.broadcast_like",
}  # fmt: skip


MASKS = ("operator.or_", "operator.ne", "numpy.logical_and", "mem.getitem", "mem.write")
"""What gives bools of bools."""
ASKING = ("numpy.isfinite", "numpy.isnan")


def _select(build: Algebra, form: str, condition: Atom, value: Atom) -> Atom:
    scalar = build.is_scalar(condition) and build.is_scalar(value)
    return evaluate(TEXTS[form][scalar], {"c": condition, "v": value}, build)


def _truth(build: Algebra, atom: Atom) -> Atom:
    if k.dtype_of(build.kind(atom)) == "bool":
        return atom
    return build.apply("operator.ne", atom, Lit(0))


@dataclass(frozen=True, slots=True)
class Condition:
    """Where an atom is true, is false or is not zero."""

    atom: Atom
    form: str = "true"

    def select(self, build: Algebra, value: Atom) -> Atom:
        return _select(build, self.form, self.atom, value)

    def mask(self, build: Algebra) -> Atom:
        if self.form == "false":
            scalar = build.is_scalar(self.atom)
            return build.apply("operator.not_" if scalar else "numpy.logical_not", self.atom)
        return _truth(build, self.atom)

    def opposite(self, other: object) -> bool:
        return (
            isinstance(other, Condition)
            and other.atom is self.atom
            and {self.form, other.form} == {"true", "false"}
        )


@dataclass(slots=True, eq=False)
class Derived:
    """Where an atom is not zero that is made when it is asked for, once in a block.

    `of` is the array of which it is a mask, element by element, where it is one.
    """

    make: Callable[[], Atom]
    of: Atom = NOTHING
    block: list[Equation] | None = None
    made: Atom = NOTHING

    def select(self, build: Algebra, value: Atom) -> Atom:
        return _select(build, "true", self.mask(build), value)

    def mask(self, build: Algebra) -> Atom:
        if self.block is not build.eqns:
            self.block, self.made = build.eqns, self._mask(build)
        return build.current(self.made)

    def _mask(self, build: Algebra) -> Atom:
        atom = self.make()
        eqn = build.made.get(atom) if isinstance(atom, Var) else None
        # what was summed counts, and a count is no operand of `&`
        whole = eqn is not None and eqn.op in MASKS
        return atom if whole else build.apply("operator.ne", atom, Lit(0))

    def opposite(self, other: object) -> bool:
        return False


Conditions = tuple[Condition | Derived, ...]


@dataclass(frozen=True, slots=True)
class Selected:
    """A derivative that counts where all conditions hold; 0 where one of the settled ones fails."""

    value: Atom
    conditions: Conditions
    settled: int = 0  # how many of the conditions, the first ones

    @property
    def pending(self) -> Conditions:
        return self.conditions[self.settled :]


Share = Atom | Selected


class Selections:
    """The arithmetic of such derivatives."""

    def __init__(self, build: Algebra) -> None:
        self.build = build
        self.known: dict[Var, bool] = {}
        self.doubts: dict[Atom, bool] = {}

    def note(self, trees: Iterable[Tree]) -> None:
        """These come from outside, and count as finite."""
        self.known.update((v, True) for tree in trees for v in leaves(tree) if isinstance(v, Var))

    def doubt(self, params: Iterable[Param]) -> None:
        """In an array of these what is left out may be no number."""
        found = (leaf for param in params for leaf in leaves(param.tree))
        self.doubts.update((leaf, True) for leaf in found if not self.build.is_scalar(leaf))

    def settle(self, share: Share) -> Atom:
        """The derivative as one atom."""
        if not isinstance(share, Selected):
            return share
        value = share.value
        negated = self.build.parts(value, "neg")
        if negated and share.pending:
            return self.build.neg(self.settle(Selected(negated[0], share.pending)))
        spread = self.build.spread(value)
        if spread and any(self._fills(condition, value) for condition in share.pending[:1]):
            value = spread[0]
        for condition in share.pending:
            value = self.build.refine(
                condition.select(self.build, value), self.build.kind(share.value)
            )
        return value

    def _fills(self, condition: Condition | Derived, value: Atom) -> bool:
        return isinstance(condition, Condition) and self.build.same_dims(condition.atom, value)

    def whole(self, share: Share) -> Share:
        """The same, settled."""
        if not isinstance(share, Selected) or not share.pending:
            return share
        return Selected(self.settle(share), share.conditions, len(share.conditions))

    def mask(self, conditions: Conditions, like: Atom | None = None) -> Atom:
        """Where all conditions hold; in the shape of `like`."""
        found: Atom | None = None
        for condition in conditions:
            atom = condition.mask(self.build)
            found = atom if found is None else self.build.apply("operator.and_", found, atom)
        assert found is not None
        like = None if like is None else self.build.current(like)
        if like is None or self.build.same_form(found, like):
            return found
        if self.build.is_scalar(like) or self._in_shape(found, like):
            return found
        ones = self.build.apply("numpy.ones_like", like)
        return self.build.apply("numpy.logical_and", found, ones)

    def _in_shape(self, mask: Atom, like: Atom) -> bool:
        """Has this mask been given the shape of `like` before?"""
        made = self.build.made.get(mask)
        if made is None or made.op != "numpy.logical_and":
            return False
        ones = self.build.made.get(made.args[1])
        return ones is not None and ones.op == "numpy.ones_like" and ones.args[0] is like

    def moved(self, share: Selected, move: Callable[[Atom], Atom]) -> Selected:
        """What a sum or another arrangement of the elements makes of it."""
        like, conditions = self.settle(share), share.conditions
        return Selected(move(like), (Derived(lambda: move(self.mask(conditions, like))),), 1)

    def add(self, x: Share, y: Share) -> Share:
        """The sum; what it selects is what either selects."""
        if isinstance(x, Selected) and isinstance(y, Selected):
            if x.conditions == y.conditions:
                total = self.build.add(x.value, y.value)
                assert total is not None
                return Selected(total, x.conditions, min(x.settled, y.settled))
            conditions = self.either(x.conditions, y.conditions)
        else:
            conditions = ()  # one of them counts everywhere
        total = self.build.add(self.settle(x), self.settle(y))
        assert total is not None
        return self._share(total, conditions, len(conditions))

    def either(self, x: Conditions, y: Conditions) -> Conditions:
        x, y = tuple(dict.fromkeys(x)), tuple(dict.fromkeys(y))
        count = 0
        while count < min(len(x), len(y)) and x[count] == y[count]:
            count += 1
        common, x, y = x[:count], x[count:], y[count:]
        if not x or not y or (len(x) == len(y) == 1 and x[0].opposite(y[0])):
            return common

        def make() -> Atom:
            return self.build.apply("operator.or_", self.mask(x), self.mask(y))

        return (*common, Derived(make))

    def times(self, partial: Atom, share: Share, selects: bool = False) -> Share | None:
        """partial * share; `selects` says that what the partial leaves out is zero for good."""
        value, conditions, settled = self.open(share)
        if partial in ZEROS:
            return None
        product = self.build.times(partial, value)
        assert product is not None
        if isinstance(partial, Lit):
            return self._share(product, conditions, settled)
        if not selects:
            return self._share(product, conditions, settled if self.harmless(partial, share) else 0)
        only = k.dtype_of(self.build.kind(partial)) == "bool"
        plain = self.finite(value) and not self.doubtful(value)
        if not plain and only:
            product = value
        if plain and settled == len(conditions):
            settled += 1
        conditions = (*conditions, Condition(partial, "true" if only else "nonzero"))
        return self._share(product, conditions, settled)

    def open(self, share: Share) -> tuple[Atom, Conditions, int]:
        if isinstance(share, Selected):
            return share.value, share.conditions, share.settled
        return share, (), 0

    def _share(self, value: Atom, conditions: Conditions, settled: int) -> Share:
        return Selected(value, conditions, settled) if conditions else value

    def read(self, part: Atom, like: Atom) -> Share:
        """A derivative of the shape of `like`; one just made by np.where, as what it selects."""
        eqn = self.build.made.get(part) if isinstance(part, Var) else None
        if eqn is None or eqn.op != "numpy.where":
            return part
        if eqn.args[2] in ZEROS and self._asks(eqn.args[0], like, eqn.args[1]):
            return Selected(eqn.args[1], (Condition(eqn.args[0], "true"),))
        if not self._in_full(part, like):
            return part
        for side, form in ((1, "true"), (2, "false")):
            value = eqn.args[side]
            if eqn.args[3 - side] in ZEROS and self.build.same_dims(eqn.args[0], like):
                if self.build.is_scalar(value):
                    shape = self.build.call("numpy.shape", like)
                    spread = self.build.call("numpy.broadcast_to", value, shape)
                    value = self.build.refine(spread, self.build.kind(part))
                if not self._in_full(value, like):
                    return part
                return Selected(value, (Condition(eqn.args[0], form),))
        return part

    def _in_full(self, value: Atom, part: Atom) -> bool:
        """Has a value, as far as is known, an element for each element of what selects it?"""
        kind, whole = self.build.kind(value), self.build.kind(part)
        if not isinstance(kind, k.Array) or not isinstance(whole, k.Array) or kind.dims is None:
            return False
        return kind.rank == whole.rank and (kind.dims == whole.dims or k.ONE not in kind.dims)

    def _asks(self, test: Atom, like: Atom, value: Atom) -> bool:
        """Does a test ask of a number, or of each element, what it is, with a value for each?"""
        eqn = self.build.made.get(test) if isinstance(test, Var) else None
        whole, part = self.build.kind(like), self.build.kind(value)
        each = isinstance(whole, (k.Scalar, k.Any_))
        if isinstance(whole, k.Array) and isinstance(part, k.Array):
            each = whole.rank == part.rank
        return each and eqn is not None and eqn.op == "numpy.isfinite" and eqn.args[0] == like

    def asked(self, test: Atom) -> Atom:
        """Of what a test asks, element by element, whether it is a number."""
        if not isinstance(test, Var):
            return NOTHING
        eqn = self.build.made.get(test) or self.build.definitions.get(test)
        asks = eqn is not None and eqn.op in ASKING
        return eqn.args[0] if eqn is not None and asks else NOTHING

    def by_numbers(self, share: object) -> bool:
        """Does this count where the elements of some array are numbers?"""
        return isinstance(share, Selected) and any(
            (one.of if isinstance(one, Derived) else self.asked(one.atom)) != NOTHING
            for one in share.conditions
        )

    def nonzero(self, value: Atom) -> Selected:
        """A derivative that counts where it is not zero, as where it is no number."""
        build = self.build
        mask = Derived(lambda: build.apply("operator.ne", build.current(value), Lit(0)), value)
        return Selected(value, (mask,), 1)

    def harmless(self, partial: Atom, share: Share) -> bool:
        """Does what a derivative does not count stay zero, times this partial?"""
        conditions = self.open(share)[1]
        if not conditions or not self.finite(partial):
            return not conditions
        return not (any(map(self._each, conditions)) and self.doubtful(partial))

    def _each(self, condition: Condition | Derived) -> bool:
        """Does a condition hold or not for each element?"""
        return isinstance(condition, Derived) or not self.build.is_scalar(condition.atom)

    def doubtful(self, atom: Atom) -> bool:
        """Is an array made, element by element, of one that may hold what is no number?"""
        if atom not in self.doubts:
            args = (arg for eqn in self._makers(atom) for arg in eqn.args)
            self.doubts[atom] = any(self.doubts.get(arg, False) for arg in args)
        return self.doubts[atom]

    def _makers(self, atom: Atom) -> Iterator[Apply]:
        """What makes the elements of an array of those of others."""
        seen: dict[Atom, None] = {}
        todo = [atom]
        while todo:
            one = todo.pop()
            if not isinstance(one, Var) or one in seen or self.build.is_scalar(one):
                continue
            seen[one] = None
            eqn = self.build.made.get(one) or self.build.definitions.get(one)
            if eqn is not None and self._by_element(eqn):
                yield eqn
                todo += eqn.args

    def _by_element(self, eqn: Apply) -> bool:
        """Is the result computed element by element, and not of those alone that win?"""
        row = None if eqn.op.startswith("mem.") else table.lookup(eqn.op, len(eqn.args))
        pointwise = row is not None and row.form == "pointwise" and eqn.op not in SELECTING
        return pointwise or eqn.op == "mem.getitem" or eqn.op in ELEMENTWISE

    def finite(self, atom: Atom) -> bool:
        """Is the atom finite wherever the values it is made of are?"""
        if isinstance(atom, Lit) or k.dtype_of(self.build.kind(atom)) in ("int", "bool"):
            return True
        todo = [] if atom in self.known else [atom]
        while todo:
            parts = self._parts(todo[-1])
            found = [self.known[part] for part in parts or () if part in self.known]
            if parts is None or not all(found):
                self.known[todo.pop()] = False
            elif len(found) == len(parts):
                self.known[todo.pop()] = True
            else:
                todo.append(next(part for part in parts if part not in self.known))
        return self.known[atom]

    def _parts(self, var: Var) -> list[Var] | None:
        """What a variable is made of, where it is finite if that is; None where it may not be."""
        eqn = self.build.made.get(var) or self.build.definitions.get(var)
        if eqn is None or not self._harmless(eqn):
            return None
        if eqn.op in ("numpy.where", "numpy.nan_to_num"):  # which leave out what is not
            return []
        return [arg for arg in eqn.args if isinstance(arg, Var)]

    def _harmless(self, eqn: Apply) -> bool:
        if k.dtype_of(self.build.kind(eqn.out)) in ("int", "bool"):
            return True
        last: Any = eqn.args[-1] if eqn.args else None
        if eqn.op == "operator.truediv":
            return (last not in ZEROS and k.dtype_of(self.build.kind(last)) == "int") or (
                isinstance(last, Lit) and last not in ZEROS
            )
        if eqn.op == "operator.pow":
            return isinstance(last, Lit) and isinstance(last.value, int) and last.value >= 0
        row = None if eqn.op.startswith("mem.") else table.lookup(eqn.op, len(eqn.args))
        return eqn.op in FINITE_OPS or (row is not None and row.form == "constant")


def replacing(block: Block) -> dict[int, None]:
    """The numbers of the results that are made, in the block, by replacing what is no number."""
    eqns = walk(block)
    made: dict[Any, Equation] = {out: eqn for eqn in eqns for out in eqn.outs}
    if not any(_replaces(eqn, made) for eqn in eqns):
        return {}
    found: dict[int, None] = {}
    for number, result in enumerate(block.results):
        todo, seen = [result], {result: None}
        while todo:
            eqn = made.get(todo.pop())
            if eqn is None:
                continue
            if _replaces(eqn, made):
                found[number] = None
                break
            for atom in (*operands(eqn), *(each for b in blocks(eqn) for each in b.results)):
                if atom not in seen:
                    seen[atom] = None
                    todo.append(atom)
    return found


def _replaces(eqn: Equation, made: Mapping[Any, Equation]) -> bool:
    """Does an equation put another value where there is no number?"""
    if not isinstance(eqn, Apply) or eqn.op not in ("numpy.nan_to_num", "numpy.where", "mem.write"):
        return False
    test = eqn.args[2 if eqn.op == "mem.write" else 0]
    asked = made.get(test) if isinstance(test, Var) else None
    asks = isinstance(asked, Apply) and asked.op in ASKING
    return eqn.op == "numpy.nan_to_num" or asks


def chooses(build: Algebra, array: Atom, index: Atom) -> bool:
    """Is the index a mask of the shape of the array?"""
    whole, mask = build.kind(array), build.kind(index)
    if not isinstance(whole, k.Array) or not isinstance(mask, k.Array) or mask.dtype != "bool":
        return False
    return mask.rank is not None and mask.rank == whole.rank  # or NumPy raises
