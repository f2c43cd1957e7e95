"""Kinds: what is known of a variable when compiling.

    kind = Scalar(dtype) | Array(dtype, dims) | ANY
         | Tuple(items) | List(item) | Dict(item) | Slice | Tape | STRING | NONE | Opaque
    dtype = "bool" | "int" | "float32" | "float" | "complex"
    dims  = None (rank unknown) or a tuple of Dim

A dimension is `base + offset`: a known length has no base; `n - 2` has base "n".  Two equal
dimensions have equal lengths in every call, so nothing has to be reduced when a broadcast between
them is undone.  `many` says that the length is known not to be one, `several` that it is not zero
either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

DTYPES = ("bool", "int", "float32", "float", "complex")


@dataclass(frozen=True, slots=True)
class Dim:
    """A length: `offset` where base is None, else base + offset.  Compared by these alone."""

    base: object = None
    offset: int = 0
    many: bool = False
    several: bool = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dim) and (self.base, self.offset) == (other.base, other.offset)

    def __hash__(self) -> int:
        return hash((self.base, self.offset))

    @property
    def length(self) -> int | None:
        return self.offset if self.base is None else None

    @property
    def is_natural(self) -> bool:
        """Is a number that is said to be this length known not to be negative?

        That of no array, but of an integer k, or of k + 1, may be.
        """
        first = self.base[0] if isinstance(self.base, tuple) and self.base else ""
        return self.offset >= 0 and isinstance(first, str)

    @property
    def is_one(self) -> bool:
        return self.base is None and self.offset == 1

    @property
    def is_many(self) -> bool:
        """Known not to be one."""
        return self.many or (self.base is None and self.offset != 1)

    @property
    def is_several(self) -> bool:
        """Known to be two or more."""
        return self.several or (self.base is None and self.offset > 1)


ONE = Dim(None, 1)


def longer(dim: Dim, more: int) -> Dim:
    """The length of an axis with so many elements more, or less.

    Of x[2:] there are none, and not less than none, where x has but one.
    """
    if dim.base is None:
        return Dim(None, max(0, dim.offset + more))
    return Dim(("longer", dim, more)) if more > 0 > dim.offset else Dim(dim.base, dim.offset + more)


def each(dim: Dim) -> Dim:
    """The length of an axis that the items of a list or dictionary each have, not one for all."""
    return dim if dim.base is None else Dim(("each", dim.base), dim.offset)


def of_item(kind: Kind, owner: object, index: object) -> Kind:
    """The kind of one item: lengths that may be other ones in other items are this item's.

    So of the parts of a tuple.  Those of a parameter, and numbers, are the same in all; others may
    have been found in one turn of the loop that has made the items.
    """
    if isinstance(kind, Tuple):
        return Tuple(tuple(of_item(part, owner, index) for part in kind.items), kind.tag)
    if not isinstance(kind, Array) or kind.dims is None:
        return kind
    new = ((d, d.base is None or isinstance(d.base, str)) for d in kind.dims)
    dims = (d if one else replace(d, base=("each", d.base, owner, index)) for d, one in new)
    return Array(kind.dtype, tuple(dims))


@dataclass(frozen=True, slots=True)
class Scalar:
    """A Python or NumPy scalar: immutable.

    `length` is the dimension that an integer is known to be.  `strong` says that it is a NumPy
    float64 or int64, which widens float32 as Python's numbers do not; None, that it may be.  `cut`
    says that it is the length of an array: that of x[3:] is never negative, len(x) - 3 may be.
    """

    dtype: str = "float"
    length: Dim | None = None
    strong: bool | None = False
    cut: bool = field(default=False, repr=False)
    single: bool = field(default=False, repr=False, compare=False)  # as of an array


@dataclass(frozen=True, slots=True)
class Array:
    """A NumPy array.  dtype None and dims None mean not known."""

    dtype: str | None = "float"
    dims: tuple[Dim, ...] | None = None
    single: bool = field(default=False, repr=False, compare=False)  # an argument of complex64

    @property
    def rank(self) -> int | None:
        return None if self.dims is None else len(self.dims)


@dataclass(frozen=True, slots=True)
class Any_:
    """A number or an array of any rank: the kind of an argument without annotation."""

    dtype: str | None = None


@dataclass(frozen=True, slots=True)
class Tuple:
    """`tag` says what it stands for, where the front end stores something else in it."""

    items: tuple[Kind, ...]
    tag: Any = None


@dataclass(frozen=True, slots=True)
class List:
    """A list whose length is known only at run time; `item` is the join of its items' kinds.

    `frozen` says that it is a list that stands for a tuple.
    """

    item: Kind | None = None
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Dict:
    """A dictionary whose keys are known only at run time: texts, or, where `numbered`, integers."""

    item: Kind | None = None
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Tape:
    """A tape: one entry of values of these kinds a turn."""

    items: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice; its bounds are the atoms of the `mem.slice` that made it (ints, Vars or None)."""

    start: object = None
    stop: object = None
    step: object = None
    end: Dim | None = None  # the length that the stop, a variable, is known to be


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that is data to us: a string, None, a dtype, a generator object."""

    what: str = "object"


Kind = Scalar | Array | Any_ | Tuple | List | Dict | Tape | Slice | Opaque
FIXED = {Scalar, Slice, Opaque}  # values that never change

ANY = Any_()
STRING = Opaque("str")
NONE = Opaque("None")
PLACES = Opaque("places")  # of the keys of a dictionary, which are data
MIXED = Opaque("mixed")  # something else on each of the paths that meet
VAGUE = Opaque("data?")  # None, or something that is no number
BOOL, INT, FLOAT = Scalar("bool"), Scalar("int"), Scalar("float")
UNDEFINED_KIND = Opaque("undefined")
SLICE = Slice(Ellipsis, Ellipsis, Ellipsis)  # of bounds that are not known


OF_TYPES: dict[type, Kind] = {
    bool: BOOL, int: INT, float: FLOAT, complex: Scalar("complex"), str: STRING, type(None): NONE,
}  # fmt: skip


def of_constant(value: object) -> Kind:
    """The kind of a literal."""
    known = OF_TYPES.get(type(value))
    if known is not None:
        return known
    if isinstance(value, tuple):
        return Tuple(tuple(of_constant(item) for item in value))
    if isinstance(value, slice):
        return Slice(value.start, value.stop, value.step)
    for base in (int, float, complex, str):
        if isinstance(value, base):
            return OF_TYPES[base]
    return Opaque(type(value).__name__.lstrip("_").lower())


def dtype_of(kind: Kind | None) -> str | None:
    """The dtype class of a number or array, None where it has none or it is not known."""
    return kind.dtype if isinstance(kind, (Scalar, Array, Any_)) else None


def of_dtype(kind: Kind | None) -> Opaque:
    """The kind of x.dtype."""
    return Opaque("dtype" if dtype_of(kind) is None else f"dtype {dtype_of(kind)}")


def named_dtype(kind: Kind | None) -> str | None:
    """The dtype class that x.dtype is."""
    return (kind.what.partition("dtype ")[2] if isinstance(kind, Opaque) else "") or None


def is_real(kind: Kind | None) -> bool:
    """May this value carry a derivative?  False for integers, bools, strings and the like."""
    match kind:
        case Scalar(dtype) | Array(dtype, _) | Any_(dtype):
            return dtype not in ("bool", "int")
        case Tuple(items) | Tape(items):
            return any(is_real(item) for item in items)
        case List(item) | Dict(item):
            return item is None or is_real(item)
    return False


def form_of(kind: Kind | None) -> tuple[str, Kind | None]:
    """Which lists in lists stand for tuples ("t"), which do not ("l"), and what the last holds."""
    form = ""
    while isinstance(kind, List):
        form += "t" if kind.frozen else "l"
        kind = kind.item
    return form, kind


def is_scalar(kind: Kind | None) -> bool:
    return isinstance(kind, Scalar)


def is_int(kind: Kind | None) -> bool:
    """Is this an integer of which no length is known?"""
    return isinstance(kind, Scalar) and kind.dtype == "int" and kind.length is None


def immutable(kind: Kind | None) -> bool:
    """Can a value of this kind never be changed in place, nor reach one that can?"""
    form = type(kind)
    return form in FIXED or (form is Tuple and all(map(immutable, kind.items)))  # type: ignore[union-attr]


def is_fixed(kind: Kind | None) -> bool:
    """Can neither a value of this kind be changed, nor what a tuple stands for?"""
    if isinstance(kind, Tuple):
        return (kind.tag is None or kind.tag.fixed) and all(map(is_fixed, kind.items))
    return type(kind) in FIXED


def promote(*dtypes: str | None, strong: tuple[bool | None, ...] = ()) -> str | None:
    """The dtype class of an arithmetic result, None where it is not known.

    What is not strong (a number of Python's) does not widen float32.
    """
    if None in dtypes:
        return "complex" if "complex" in dtypes else None  # nothing is wider
    best = max(dtypes, key=lambda d: DTYPES.index(d or "bool"), default=None)
    if best == "complex" or "float32" not in dtypes:
        return best
    given = strong or (True,) * len(dtypes)
    wide = [s for d, s in zip(dtypes, given) if d in ("int", "float")]
    if True in wide:
        return "float"
    return None if None in wide else "float32"


def _strength(kind: Kind) -> bool | None:
    if isinstance(kind, Scalar):
        return kind.strong
    return True if isinstance(kind, Array) else None


def any_strong(kinds: list[Kind]) -> bool | None:
    """Is a number made of these a number of NumPy's?"""
    given = [_strength(kind) for kind in kinds]
    return True if True in given else None if None in given else False


def broadcast_dims(
    first: tuple[Dim, ...] | None, second: tuple[Dim, ...] | None
) -> tuple[Dim, ...] | None:
    """The dimensions of a broadcast result."""
    if first is None or second is None:
        return None
    size = max(len(first), len(second))
    left = (ONE,) * (size - len(first)) + first
    right = (ONE,) * (size - len(second)) + second
    return tuple(broadcast_dim(a, b) for a, b in zip(left, right))


def broadcast_dim(a: Dim, b: Dim) -> Dim:
    if a == b:
        if (a.many or not b.many) and (a.several or not b.several):
            return a
        return replace(a, many=a.many or b.many, several=a.several or b.several)
    if a.is_one:
        return b
    if b.is_one or a.is_many:
        return a
    if b.is_many:
        return b
    return Dim(("broadcast", a, b))


def broadcast(kinds: list[Kind], dtype: str | None = None, *, scalar: bool = False) -> Kind:
    """The kind of an elementwise result; `dtype` overrides the promoted one.

    A result of rank zero is a scalar, as in NumPy.
    """
    if dtype is None:
        dtype = promote(*map(dtype_of, kinds), strong=tuple(map(_strength, kinds)))
    if all(isinstance(kind, Scalar) for kind in kinds):
        return number(dtype, any_strong(kinds))
    if any(isinstance(kind, Any_) or not isinstance(kind, (Scalar, Array)) for kind in kinds):
        if any(isinstance(kind, Array) and (kind.dims is None or kind.dims) for kind in kinds):
            return Array(dtype, None)
        return Any_(dtype)
    dims: tuple[Dim, ...] | None = ()
    for kind in kinds:
        dims = broadcast_dims(dims, kind.dims if isinstance(kind, Array) else ())
    return number(dtype, True) if dims == () else Array(dtype, dims)


def number(dtype: str | None, strong: bool | None) -> Scalar:
    """A scalar; one whose dtype is not known may be a float of any width."""
    if dtype is None:
        return Scalar("float", None, None)
    return Scalar(dtype, None, strong if dtype in ("int", "float") else False)


class Mixed(TypeError):
    """Kinds that have nothing in common meet in one variable, and one of them is real."""


def _either(a: str | None, b: str | None) -> str | None:
    """The dtype class of a value that has one on one path and another on another.

    What may be complex is complex: real numbers are, too, and the derivatives hold for them.
    """
    if "complex" in (a, b):
        return "complex"
    if None in (a, b) or {a, b} == {"float32", "float"}:
        return None
    whole = ("bool", "int")  # what is written to it may be rounded on one of the paths alone
    return None if (a in whole) != (b in whole) else promote(a, b)


def join(a: Kind | None, b: Kind | None, site: object = None) -> Kind:
    """The kind of a variable that has kind `a` on one path and `b` on another.

    `site` names the place where the paths meet: lengths that differ become a length of that place,
    so that a fixed point over a loop is reached.
    """
    site = object() if site is None else site
    if a is None or a == UNDEFINED_KIND:
        return b if b is not None else UNDEFINED_KIND
    if b is None or b == UNDEFINED_KIND or a == b:
        return a
    if NONE in (a, b):  # a name that is None at first: its values have the other kind
        return b if a == NONE else a
    match a, b:
        case Scalar(d, _, s), Scalar(e, _, t):
            mixed = "float32" in (d, e) and d != e
            return number(promote(d, e), s if s == t and not mixed else None)
        case Array(d, m), Array(e, n):
            dims = None
            if m is not None and n is not None and len(m) == len(n):
                dims = tuple(_join_dim(p, q, (site, i)) for i, (p, q) in enumerate(zip(m, n)))
            return Array(_either(d, e), dims)
        case ((Scalar() | Array() | Any_()), (Scalar() | Array() | Any_())):
            return Any_(_either(dtype_of(a), dtype_of(b)))
        case Tuple(p, t), Tuple(q, u) if t is not None and u is not None:
            items = tuple(join(x, y, (site, i)) for i, (x, y) in enumerate(zip(p, q)))
            return Tuple(items, t.join(u))
        case Tuple(p), Tuple(q) if len(p) == len(q):
            return Tuple(tuple(join(x, y, (site, i)) for i, (x, y) in enumerate(zip(p, q))))
        case List(p, f), List(q, g):
            item = join(p, q, (site, 0)) if p is not None or q is not None else None
            return List(item, f and g)
        case Dict(p, f), Dict(q, g):
            item = join(p, q, (site, 0)) if p is not None or q is not None else None
            return Dict(item, f and g)
        case Tape(p), Tape(q):
            if not p or not q:
                return Tape(p or q)
            return Tape(tuple(join(x, y, (site, i)) for i, (x, y) in enumerate(zip(p, q))))
        case Slice(), Slice():
            return SLICE
    if is_real(a) or is_real(b):
        raise Mixed(f"this is {describe(a)} on one path and {describe(b)} on another")
    return MIXED


def _join_dim(a: Dim, b: Dim, site: object) -> Dim:
    if a == b:
        return Dim(a.base, a.offset, a.many and b.many, a.several and b.several)
    return Dim(site, 0, a.is_many and b.is_many, a.is_several and b.is_several)


class Renamed:
    """Kinds with the variables that their lengths and bounds mention replaced; each found once."""

    def __init__(self, new: Mapping[Any, Any]) -> None:
        self.new = new
        self.known: dict[int, tuple[Kind, Kind]] = {}

    def __call__(self, kind: Kind) -> Kind:
        found = self.known.get(id(kind))
        if found is None:
            found = self.known[id(kind)] = kind, self._made(kind)
        return found[1]

    def _made(self, kind: Kind) -> Kind:
        match kind:
            case Array(dtype, dims) if dims:
                new = tuple([_renamed(dim, self.new) for dim in dims])
                return kind if new == dims else Array(dtype, new)
            case Scalar(_, Dim()):
                return replace(kind, length=_renamed(kind.length, self.new))
            case Tuple(items) | Tape(items):
                found = tuple(map(self, items))
                same = all(one is other for one, other in zip(items, found))
                return kind if same else replace(kind, items=found)
            case Slice(start, stop, step, end):
                return Slice(*(_renamed(bound, self.new) for bound in (start, stop, step, end)))
        return kind


def _renamed(part: Any, new: Mapping[Any, Any]) -> Any:
    """A part of a length with its variables replaced."""
    if isinstance(part, Dim):
        base = _renamed(part.base, new)
        return part if base == part.base else replace(part, base=base)
    if isinstance(part, tuple):
        return tuple(_renamed(item, new) for item in part)
    return new.get(part, part)


def describe(kind: Kind | None) -> str:
    """The kind as a reader would write it: float, float[n, 3], list[float]."""
    match kind:
        case None:
            return "?"
        case Scalar(dtype):
            return dtype
        case Array(dtype, dims):
            inner = "..." if dims is None else ", ".join(_describe_dim(d) for d in dims)
            return f"{dtype or 'number'}[{inner}]"
        case Any_(dtype):
            return f"{dtype or 'number'}?"
        case Tuple(items):
            return f"tuple[{', '.join(describe(item) for item in items)}]"
        case List(item, frozen):
            return f"tuple[{describe(item)}, ...]" if frozen else f"list[{describe(item)}]"
        case Dict(item, numbered):
            return f"dict[{'int, ' * numbered}{describe(item)}]"
        case Tape(items):
            return f"tape[{', '.join(describe(item) for item in items)}]"
        case Slice():
            return "slice"
        case Opaque(what):
            return what


def _describe_dim(dim: Dim) -> str:
    if dim.base is None:
        return str(dim.offset)
    base = dim.base if isinstance(dim.base, str) else ":"
    return base if not dim.offset else f"{base}{dim.offset:+d}"
