"""The arithmetic of derivatives: a builder that leaves out what is exactly nothing.

    1 * x             x               x + (-y)          x - y
    -1 * x            -x              (-x) * y          -(x * y)
    (1 / y) * x       x / y           (n / d) * x       n * (x / d)
    x + x             2.0 * x         None              zero: vanishes from sums and products
    p = a * b;  a * (b * x)           p * x
    x * broadcast_to(s, shape)        x * s, where x has that shape

Only equations that this builder has appended itself are looked into.  What a simplification leaves
unused is removed by dead code elimination.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import permutations

from adcompile.rules import table, widths
from adcompile.rules.build import Builder, arrange
from adcompile.rules.memory import has_items
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit, Loc, Var
from adcompile.transforms import narrow
from adcompile.transforms.same_rows import sum_of_rows

ONES = (Lit(1), Lit(1.0), Lit(True))
MINUS_ONES = (Lit(-1), Lit(-1.0))
ZEROS = (Lit(0), Lit(0.0), Lit(False))
TWO = Lit(2.0)
ZERO = Lit(0.0)


class Algebra(Builder):
    """A builder with the sums, products and reductions of derivative code."""

    def __init__(self, kinds: dict[Var, k.Kind] | None = None) -> None:
        super().__init__(kinds)
        self.made: dict[Atom, Apply] = {}
        self.renamed: dict[Var, Var] = {}
        self.products: dict[tuple[str | Atom, Atom], Var] = {}
        self.widths: narrow.Widths | None = None

    @contextmanager
    def inside(self) -> Iterator[None]:
        """What is noted inside is not known outside."""
        count = len(self.products)
        try:
            yield
        finally:
            while len(self.products) > count:
                self.products.popitem()

    def note(self, eqn: Apply) -> None:
        """Know a product of two numbers, or math.sin(x), that the function itself computes."""
        if not all(map(self.is_scalar, eqn.args)):
            return
        if eqn.op == "operator.mul":
            self.products.setdefault((eqn.args[0], eqn.args[1]), eqn.out)
        elif eqn.op.startswith("math.") and len(eqn.args) == 1:
            self.products.setdefault((eqn.op, eqn.args[0]), eqn.out)

    def apply_many(
        self, op: str, args: Sequence[Atom], names: Sequence[str], loc: Loc | None = None
    ) -> tuple[Var, ...]:
        if len(args) == 1 and (op, args[0]) in self.products:
            return (self.products[op, args[0]],)
        outs = super().apply_many(op, args, names, loc)
        if len(outs) == 1:
            eqn = self.eqns[-1]
            assert isinstance(eqn, Apply)
            self.made[outs[0]] = eqn
        return outs

    def definition(self, atom: Atom) -> Apply | None:
        made = self.made.get(atom) if isinstance(atom, Var) else None
        return made or super().definition(atom)

    def call(self, op: str, *positional: Atom, **keywords: Atom) -> Var:
        """Append a call written with keywords."""
        row = table.lookup(op, len(positional) + len(keywords))
        assert row is not None, op
        return self.apply(op, *arrange(row, positional, keywords))

    def parts(self, atom: Atom, op: str) -> tuple[Atom, ...] | None:
        """The arguments of the equation that made `atom`, if that was this operation."""
        eqn = self.made.get(atom) if isinstance(atom, Var) else None
        return eqn.args if eqn is not None and eqn.op == f"operator.{op}" else None

    def named(self, atom: Atom, name: str, mark: int = 0) -> Atom:
        """The atom under this name, if the last equation made it, and not before `mark`."""
        if not name or not isinstance(atom, Var) or atom.name or len(self.eqns) <= mark:
            return atom
        eqn = self.eqns[-1]
        if not isinstance(eqn, Apply) or eqn.outs != (atom,):
            return atom
        var = self.var(self.kinds.pop(atom), name)
        self.eqns[-1] = self.made[var] = Apply((var,), eqn.op, eqn.args, eqn.loc)
        self.renamed[atom] = var
        return var

    def current(self, atom: Atom) -> Atom:
        """An atom made before, under the name that it may have been given since."""
        while isinstance(atom, Var) and atom in self.renamed:
            atom = self.renamed[atom]
        return atom

    def refine(self, atom: Atom, kind: k.Kind) -> Atom:
        """Note that the atom has the shape of this kind, unless it is that of other paths too."""
        if isinstance(atom, Var):
            known = self.kinds[atom]
            new: k.Kind | None = None
            dtype = k.dtype_of(known) or k.dtype_of(kind)
            if isinstance(kind, k.Scalar) and isinstance(known, k.Any_):
                new = k.number(dtype, None)
            elif isinstance(kind, k.Array) and not isinstance(known, k.Scalar):
                vague = isinstance(known, k.Array) and known.dims is None
                if isinstance(known, k.Any_) or (vague and kind.dims is not None):
                    new = k.Array(dtype, kind.dims)
                elif isinstance(known, k.Array) and known.dims and known.rank == kind.rank:
                    new = k.Array(dtype, _better(known.dims, kind.dims or ()))
            if new is not None and any(atom in eqn.outs for eqn in reversed(self.eqns)):
                self.kinds[atom] = new
        return atom

    # sums and products

    def neg(self, x: Atom) -> Atom:
        if isinstance(x, Lit):
            return Lit(-x.value)
        inner = self.parts(x, "neg")
        if inner:
            return inner[0]
        spread = self.spread(x)
        if spread:
            return self.again(x, self.neg(spread[0]), spread[1])
        ends = self.parts(x, "sub")
        return self.sub(ends[1], ends[0]) if ends else self.apply("operator.neg", x)

    def add(self, x: Atom | None, y: Atom | None) -> Atom | None:
        if x is None or y is None:
            return y if x is None else x
        may_be_lists = all(has_items(self.kind(bar), self.made.get(bar)) for bar in (x, y))
        if may_be_lists or isinstance(self.kind(x), (k.List, k.Dict)):
            return self.apply("lists.add", x, y)
        if isinstance(self.kind(x), k.Tuple):
            return self._add_items(x, y)
        if x is y or self._same_product(x, y):
            return self._twice(x)
        first, second = self.spread(x), self.spread(y)
        if first and second and first[1] == second[1]:
            total = self.add(first[0], second[0])
            return None if total is None else self.again(x, total, first[1])
        if second and self.same_dims(x, y):
            return self.add(x, second[0])
        if first and self.same_dims(x, y):
            return self.add(first[0], y)
        minus_x, minus_y = self.parts(x, "neg"), self.parts(y, "neg")
        if minus_y:
            return self.sub(x, minus_y[0])
        return self.sub(y, minus_x[0]) if minus_x else self.apply("operator.add", x, y)

    def _twice(self, x: Atom) -> Atom:
        """2.0 * x; of a product of a number and an array the number is doubled, also exactly."""
        factors = self.parts(x, "mul")
        for one, other in permutations(factors) if factors else ():
            if self.is_scalar(one) and not self.is_scalar(other):
                return self.mul(self.mul(TWO, one), other)
        return self.mul(TWO, x)

    def _add_items(self, x: Atom, y: Atom) -> Atom:
        """Two tuples added item by item; what carries no derivative stays."""
        kinds = self.kind(x)
        assert isinstance(kinds, k.Tuple)
        items: list[Atom] = []
        for i, kind in enumerate(kinds.items):
            first, second = (self.apply("mem.getitem", side, Lit(i)) for side in (x, y))
            total = self.add(first, second) if k.is_real(kind) else first
            assert total is not None
            items.append(total)
        return self.apply("mem.tuple", *items)

    def _same_product(self, x: Atom, y: Atom) -> bool:
        first, second = self.parts(x, "mul"), self.parts(y, "mul")
        return first is not None and first == second

    def sub(self, x: Atom, y: Atom) -> Atom:
        inner = self.parts(y, "neg")
        spread = self.spread(y)
        if spread and self.same_dims(x, y):
            return self.sub(x, spread[0])
        return (
            self.apply("operator.add", x, inner[0]) if inner else self.apply("operator.sub", x, y)
        )

    def mul(self, x: Atom, y: Atom) -> Atom:
        if isinstance(x, Lit) and isinstance(y, Lit):
            return Lit(x.value * y.value)
        if x in ONES or y in ONES:
            return y if x in ONES else x
        if x in MINUS_ONES or y in MINUS_ONES:
            return self.neg(y if x in MINUS_ONES else x)
        inner = self.parts(y, "mul")
        if inner and _exact(x, inner[0]):
            return self.mul(Lit(x.value * inner[0].value), inner[1])  # type: ignore[union-attr]
        known = self._known_product(x, y) or self._known_product(y, x)
        if known is not None:
            return known
        for one, other, flip in ((x, y, False), (y, x, True)):
            spread = self.spread(one)
            if spread and self.is_scalar(other):
                return self.again(one, self.mul(other, spread[0]), spread[1])
            if spread and self.same_dims(one, other):
                return self.mul(other, spread[0])
            inner = self.parts(one, "neg")
            if inner:
                return self.neg(self.mul(other, inner[0]) if flip else self.mul(inner[0], other))
        return self.apply("operator.mul", x, y)

    def _known_product(self, x: Atom, y: Atom) -> Atom | None:
        """x * y, where y = u * v and the function computes x * u or x * v."""
        parts = (self.parts(y, "mul") or ()) if self.products else ()
        for u, v in (parts, parts[::-1]) if parts else ():
            known = self.products.get((x, u)) or self.products.get((u, x))
            if known is not None:
                return self.mul(known, v)
        return None

    def div(self, x: Atom, y: Atom) -> Atom:
        if y in ONES:
            return x
        if y in MINUS_ONES:
            return self.neg(x)
        spread = self.spread(x)
        if spread and self.is_scalar(y):
            return self.again(x, self.div(spread[0], y), spread[1])
        if spread and self.same_dims(x, y):
            return self.div(spread[0], y)
        inner = self.parts(x, "neg")
        return self.neg(self.div(inner[0], y)) if inner else self.apply("operator.truediv", x, y)

    def times(self, partial: Atom, x: Atom) -> Atom | None:
        """partial * x, the division last of all where the partial is a quotient."""
        if partial in ZEROS:
            return None
        inner = self.parts(partial, "neg")
        if inner:
            product = self.times(inner[0], x)
            return None if product is None else self.neg(product)
        spread = self.spread(x)
        if spread and self.same_dims(partial, x):
            return self.times(partial, spread[0])
        quotient = self.parts(partial, "truediv")
        if quotient and not self._cheaper_first(quotient, x):
            return self.times(quotient[0], self.div(x, quotient[1]))
        factors = self.parts(partial, "mul")
        numbers = factors and self.is_scalar(factors[0]) and self.is_scalar(x)
        if factors and numbers and not self.is_scalar(partial):
            return self.mul(self.mul(factors[0], x), factors[1])
        return self.mul(partial, x)

    def _cheaper_first(self, quotient: tuple[Atom, ...], x: Atom) -> bool:
        """Is the quotient a number that is computed once, and x an array?"""
        return (
            all(map(self.is_scalar, quotient)) and not self.is_scalar(x) and quotient[0] not in ONES
        )

    def fraction(self, partial: Atom) -> tuple[bool, Atom, Atom | None]:
        """Is the partial negated; its numerator, maybe a quotient; its denominator (None: one)."""
        negated, numerator = self._signed(partial)
        quotient = self.parts(numerator, "truediv")
        if not quotient:
            return negated, numerator, None
        above, numerator = self._signed(quotient[0])
        return negated != above, numerator, quotient[1]

    def _signed(self, x: Atom) -> tuple[bool, Atom]:
        """Is this negated, and of what."""
        negated = False
        while inner := self.parts(x, "neg"):
            negated, x = not negated, inner[0]
        return negated, x

    def combine(self, terms: Sequence[tuple[Atom, Atom]]) -> Atom | None:
        """The sum of partial * x over the pairs; what has one denominator is divided by it once."""
        groups: dict[Atom | None, Atom | None] = {}
        for partial, x in (term for term in terms if term[0] not in ZEROS):
            negated, numerator, denominator = self.fraction(partial)
            product = self.times(numerator, x)
            if product is not None:
                product = self.neg(product) if negated else product
                groups[denominator] = self.add(groups.get(denominator), product)
        total: Atom | None = None
        for denominator, part in groups.items():
            if part is not None:
                quotient = part if denominator is None else self.div(part, denominator)
                total = self.add(total, quotient)
        return total

    # shapes

    def spread(self, atom: Atom) -> tuple[Atom, ...] | None:
        """The scalar and the shape, where the atom is a scalar spread over a shape."""
        eqn = self.made.get(atom) if isinstance(atom, Var) else None
        if eqn is None or eqn.op != "numpy.broadcast_to" or not self.is_scalar(eqn.args[0]):
            return None
        return eqn.args

    def again(self, old: Atom, scalar: Atom, shape: Atom) -> Atom:
        """Another scalar spread over the shape of `old`."""
        return self.refine(self.call("numpy.broadcast_to", scalar, shape), self.kind(old))

    def same_dims(self, x: Atom, y: Atom) -> bool:
        """Are these arrays known to have one shape?"""
        match self.kind(x), self.kind(y):
            case k.Array(_, m), k.Array(_, n):
                return m is not None and m == n
        return False

    def same_form(self, x: Atom, y: Atom) -> bool:
        """Are these two numbers, or arrays known to have one shape?"""
        return (self.is_scalar(x) and self.is_scalar(y)) or self.same_dims(x, y)

    def is_scalar(self, atom: Atom) -> bool:
        return isinstance(self.kind(atom), k.Scalar)

    def total(self, x: Atom) -> Atom:
        """The sum of all elements of x."""
        inner = self.parts(x, "neg")
        if inner:
            return self.neg(self.total(inner[0]))
        factor, rest = self.factor(x)
        if factor is not None:
            return self.mul(factor, self.total(rest))
        pair = self._dotted(x)
        if pair:
            (one, first), (other, second) = map(self.factor, pair)
            dotted: Atom = self.call("numpy.vdot", first, second)
            for number in (other, one):
                dotted = dotted if number is None else self.mul(number, dotted)
            return dotted
        quotient = self.parts(x, "truediv")
        if quotient and self.is_scalar(quotient[1]):
            return self.div(self.total(quotient[0]), quotient[1])
        return self.call("numpy.sum", x)

    def factor(self, x: Atom) -> tuple[Atom | None, Atom]:
        """A number that the array x is a multiple of, and of what."""
        first, second = self.parts(x, "mul") or (x, x)
        if self.is_scalar(second):
            first, second = second, first
        known = self.is_scalar(first) and not self.is_scalar(second)
        return (first, second) if known and self.dtype(second) == self.dtype(x) else (None, x)

    def mean(self, x: Atom, like: Atom) -> Atom | None:
        """The mean of all elements of x, as many as `like` has, where they sum to a product."""
        if self._dotted(self.factor(x)[1]) is None:
            return None
        return self.div(self.total(x), self.call("numpy.size", like))

    def _dotted(self, x: Atom) -> tuple[Atom, Atom] | None:
        """Two arrays whose inner product is the sum of x: of u * v, or of u * v / w."""
        eqn = self.made.get(x) if isinstance(x, Var) else None
        if eqn is not None and eqn.op == "numpy.sum":  # along an axis
            x = eqn.args[0]
        product, below = self.parts(x, "mul"), None
        if product is None:
            above, below = self.parts(x, "truediv") or (x, x)
            product = self.parts(above, "mul")
        if product is None or not self._may_be_dotted(*product):
            return None
        first, second = product
        if below is None:
            return first, second
        return (self.div(first, below), second) if self._may_be_dotted(first, below) else None

    def _may_be_dotted(self, x: Atom, y: Atom) -> bool:
        first, second = self.kind(x), self.kind(y)
        match first, second:
            case k.Array(d, m), k.Array(e, n):
                return m is not None and m == n and d == e and d in ("float", "float32")
        return False

    def unbroadcast(self, x: Atom, source: k.Kind, operand: Atom, alone: bool = False) -> Atom:
        """x, of the shape of `source`, summed to the shape of an operand that was broadcast to it.

        `alone` says that nothing else was there to broadcast the operand: the shapes are the same.
        """
        x = self._summed(x, source, operand, alone)
        if self.dtype(x) == "complex" and self.dtype(operand) in ("float", "float32"):
            return self.call("numpy.real", x)
        return x

    def zero_number(self, like: Atom) -> Atom:
        """Zero, of the type of a number."""
        if self.dtype(like) == "complex":
            return Lit(0j)
        single = self.dtype(like) == "float32" and isinstance(like, Var)
        return self.apply("mem.zeros_like", like) if single else ZERO

    def cast(self, x: Atom, like: k.Kind) -> Atom:
        """x as real or complex as `like`, and as wide, where it is known to need it."""
        have, want = self.kind(x), k.dtype_of(like)
        mine = k.dtype_of(have)
        known = mine is not None or want in ("float32", "complex")
        if isinstance(x, Lit) or mine == want or not known:
            return x
        if want == "complex":  # a real array could not take what is added to it in place
            wider = mine in (None, "float32", "float") and isinstance(have, (k.Array, k.Any_))
            return self.refine(self.apply("operator.add", x, Lit(0j)), like) if wider else x
        if want not in ("float32", "float"):
            return x
        if mine == "complex":
            return self.cast(self.call("numpy.real", x), like)
        if isinstance(have, k.Scalar) and isinstance(like, k.Scalar):
            if want == "float" and mine != "float32":
                return x
            return self.call("numpy.float32" if want == "float32" else "builtins.float", x)
        if want == "float" and mine != "float32":
            return x
        if not isinstance(have, (k.Array, k.Any_)) or not isinstance(like, (k.Array, k.Any_)):
            return x
        dtype = "numpy.float32" if want == "float32" else "numpy.float64"
        return self.refine(self.call("numpy.astype", x, Lit(dtype)), like)

    def leaving(self, x: Atom, like: k.Kind) -> Atom:
        """x as a result: cast, also a number that control flow may have left of another width."""
        if isinstance(like, k.Scalar) and like.strong is None:
            return x  # what it belongs to may be of either width
        have, want = self.kind(x), k.dtype_of(like)
        if isinstance(x, Lit) and isinstance(like, k.Scalar) and want == "float32":
            return self.call("numpy.float32", x)
        if want == "complex" and k.dtype_of(have) in ("int", "float32", "float"):
            return self.apply("operator.add", x, Lit(0j))
        mixed = any(k.dtype_of(kind) == "float32" for kind in self.kinds.values())
        floats = want in ("float32", "float") and k.dtype_of(have) in ("float32", "float")
        if isinstance(x, Var) and isinstance(have, k.Scalar) and mixed and floats:
            return self.call("numpy.float32" if want == "float32" else "builtins.float", x)
        if want == "float32" and isinstance(have, k.Array) and self.may_widen(x):
            return self.refine(self.call("numpy.astype", x, Lit("numpy.float32")), have)
        return self.cast(x, like)

    def may_widen(self, x: Atom) -> bool:
        """May this array of float32 have 64 bits when the program runs?"""
        if self.widths is None or self.widths.eqns is not self.eqns:
            self.widths = narrow.Widths(self.kinds, self.eqns)
        return self.widths.may_be_wide(x)

    def as_wide(self, x: Atom, like: Atom) -> Atom | None:
        """x as wide as `like` is when it runs, where that may be either; None where it is known."""
        dtypes = {k.dtype_of(kind): None for kind in self.kinds.values()}
        wide = "float32" in dtypes and widths.may_be_wide(self.kind(like), "complex" in dtypes)
        return self.apply("widths.as_wide", x, like) if wide else None

    def dtype(self, atom: Atom) -> str | None:
        return k.dtype_of(self.kind(atom))

    def _summed(self, x: Atom, source: k.Kind, operand: Atom, alone: bool) -> Atom:
        target = self.kind(operand)
        if isinstance(target, k.Scalar):
            return x if isinstance(source, k.Scalar) else self.total(x)
        if alone or isinstance(source, k.Scalar) or not isinstance(target, (k.Array, k.Any_)):
            return x
        dims = target.dims if isinstance(target, k.Array) else None
        if isinstance(source, k.Array) and source.dims is not None and dims is not None:
            lead, given = len(source.dims) - len(dims), source.dims
            if lead < 0:  # what is stored may have more axes than its place, of length one
                x = self.apply("mem.getitem", x, Lit((None,) * -lead))
                lead, given = 0, (k.ONE,) * -lead + given
            pairs = list(zip(given[lead:], dims))
            if all(a == b or b.is_many or b.is_one for a, b in pairs):
                ones = [i for i, (a, b) in enumerate(pairs) if b.is_one and not a.is_one]
                return self._reduced(x, lead, ones)
        return self.apply("mem.unbroadcast", x, self.call("numpy.shape", operand))

    def _reduced(self, x: Atom, lead: int, ones: list[int]) -> Atom:
        if lead > 0:
            axes = tuple(range(lead))
            product = sum_of_rows(self, x) if lead == 1 else None
            x = product or self.call("numpy.sum", x, axis=Lit(axes if lead > 1 else 0))
        if ones:
            axis = Lit(tuple(ones) if len(ones) > 1 else ones[0])
            x = self.call("numpy.sum", x, axis=axis, keepdims=Lit(True))
        return x


def _exact(x: Atom, y: Atom) -> bool:
    """Are these two numbers one of which is two, or a half: is their product exact?"""
    values = [atom.value for atom in (x, y) if isinstance(atom, Lit)]
    return len(values) == 2 and all(type(v) is float for v in values) and (
        any(abs(v) in (0.5, 2.0) for v in values)
    )


def _better(known: tuple[k.Dim, ...], others: tuple[k.Dim, ...]) -> tuple[k.Dim, ...]:
    """Lengths, and numbers for those of which nothing is known: of arrays of lists."""
    pairs = zip(known, others)
    return tuple(b if type(a.base) is object and b.length is not None else a for a, b in pairs)
