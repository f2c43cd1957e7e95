"""Kind rules: from the kinds and atoms of all parameters of a row to the kind of the result."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import prod

from adcompile.rules.memory import extent, length, shape_dims
from adcompile.rules.table import KindRule, RuleError, elementwise
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

Kinds = list[k.Kind]
Atoms = list[Atom]
Dims = tuple[k.Dim, ...]

DTYPES = {
    "bool": "bool",
    "float32": "float32",
    "float16": "float32",
    "float": "float",
    "complex": "complex",
}


# Elements


def arithmetic(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Broadcast, the dtypes promoted: integers stay integers.  Lists and tuples are joined."""
    if any(isinstance(kind, (k.List, k.Tuple)) for kind in kinds) and not has_array(kinds):
        return _sequence(kinds)
    if all(map(k.is_scalar, kinds)):
        return _of_numbers(*[(kind.dtype, kind.strong) for kind in kinds])  # type: ignore[union-attr]
    return k.broadcast([k.INT if kind == k.BOOL else as_array(kind) for kind in kinds])


@cache
def _of_numbers(*given: tuple[str, bool | None]) -> k.Kind:
    kinds = [k.Scalar(dtype, None, strong) for dtype, strong in given]
    return k.broadcast([k.INT if kind == k.BOOL else kind for kind in kinds])


def shifted(sign: int) -> KindRule:
    """Arithmetic, and the length that n + 1 or n - 1 stands for."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        kind = arithmetic(kinds, atoms)
        step = atoms[1].value if isinstance(atoms[1], Lit) else None
        if k.is_int(kind) and type(step) is int and not isinstance(atoms[0], Lit):
            dim = length(kinds[0], atoms[0])
            if getattr(kinds[0], "cut", False):
                return extent(k.longer(dim, sign * step))
            return k.Scalar("int", k.Dim(dim.base, dim.offset + sign * step))
        return kind

    return rule


def has_array(kinds: Kinds) -> bool:
    return any(isinstance(kind, (k.Array, k.Any_)) for kind in kinds)


def _sequence(kinds: Kinds) -> k.Kind:
    """Of [0.0] * n, a + b with lists, (n,) + shape."""
    if all(isinstance(kind, k.Tuple) for kind in kinds):
        return k.Tuple(
            tuple(item for kind in kinds if isinstance(kind, k.Tuple) for item in kind.items)
        )
    item: k.Kind | None = None
    for kind in kinds:
        if isinstance(kind, (k.List, k.Tuple)):
            item = k.join(item, item_of(kind))
    return k.List(None if item == k.UNDEFINED_KIND else item)


def item_of(kind: k.Kind) -> k.Kind | None:
    """What an item of a list, tuple or array is."""
    match kind:
        case k.List(item):
            return item
        case k.Tuple(items):
            joined: k.Kind | None = None
            for item in items:
                joined = k.join(joined, item)
            return joined
        case k.Array(dtype, dims) if dims is not None:
            return k.Array(dtype, dims[1:]) if len(dims) > 1 else k.number(dtype, True)
        case k.Array(dtype, _) | k.Any_(dtype):
            return k.Any_(dtype)
    return None


def comparison(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of x < y and its like: element by element, where one of them is an array."""
    if any(isinstance(kind, (k.Array, k.Any_)) or getattr(kind, "strong", False) for kind in kinds):
        return of_elements(kinds, atoms)
    return k.Scalar("bool")


def of_elements(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Bools, of functions of NumPy, to which lists are arrays."""
    numbers = [as_array(kind) for kind in kinds]
    known = all(isinstance(kind, (k.Scalar, k.Array, k.Any_)) for kind in numbers)
    return k.broadcast(numbers, "bool") if known else k.Scalar("bool")


def scalar(dtype: str) -> KindRule:
    return lambda kinds, atoms: k.Scalar(dtype)


def real_scalar(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of math functions: a Python float."""
    return k.FLOAT


def same(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """The first operand's kind, of a value that shares nothing with it."""
    return as_array(kinds[0])


def negated(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """As `same`, of what makes a number of an array without axes."""
    kind = same(kinds, atoms)
    return k.number(kind.dtype, True) if isinstance(kind, k.Array) and kind.dims == () else kind


def triangle(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.tril and np.triu: a vector is each row of a matrix."""
    kind = same(kinds, atoms)
    if isinstance(kind, k.Array) and kind.rank == 1:
        return k.Array(kind.dtype, (*(kind.dims or ()), *(kind.dims or ())))
    return kind


def bits(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of & | ^: booleans stay booleans."""
    return k.broadcast(
        kinds, "bool" if all(k.dtype_of(kind) == "bool" for kind in kinds) else "int"
    )


def floats(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Broadcast, and at least float."""
    return elementwise([as_array(kind) for kind in kinds], atoms)


def at_least_array(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Floats; of a number an array without axes."""
    kind = floats(kinds, atoms)
    return k.Array(k.dtype_of(kind), ()) if k.is_scalar(kind) else kind


def float_power(kinds: Kinds, atoms: Atoms) -> k.Kind:
    given = [as_array(kind) for kind in kinds]
    wide = any(k.dtype_of(kind) == "complex" for kind in given)
    return k.broadcast(given, "complex" if wide else "float")


def clipped(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.clip(x, a_min, a_max), whose bounds may be None."""
    return arithmetic([kind for kind in kinds if kind != k.NONE], atoms)


def compared(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return of_elements(kinds[:2], atoms)


def integers(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """The first operand's shape, of integers."""
    return with_dtype(as_array(kinds[0]), "int")


def first_compared(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return of_elements(kinds[:1], atoms)


def real_part(kinds: Kinds, atoms: Atoms) -> k.Kind:
    kind = as_array(kinds[0])
    return with_dtype(kind, "float") if k.dtype_of(kind) == "complex" else kind


def tuple_of(*dtypes: str) -> KindRule:
    return lambda kinds, atoms: k.Tuple(tuple(k.Scalar(dtype) for dtype in dtypes))


def power(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of x ** y: an integer to a negative power is a float."""
    kind = arithmetic(kinds, atoms)
    natural = isinstance(atoms[1], Lit) and isinstance(atoms[1].value, int) and atoms[1].value >= 0
    if k.is_int(kind) and not natural:
        return k.FLOAT if isinstance(atoms[1], Lit) else kind
    return kind


def sign(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.sign: its derivative is zero for real numbers only."""
    kind = arithmetic([as_array(kind) for kind in kinds], atoms)
    if k.dtype_of(kind) == "complex":
        raise RuleError("np.sign of complex numbers has no rule; write x / abs(x)")
    return kind


def floating(dtype: str | None) -> str | None:
    return "float" if dtype in ("bool", "int") else dtype


def magnitude(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of abs: real, integers stay integers."""
    kind = arithmetic(kinds, atoms)
    return k.broadcast([kind], "float") if k.dtype_of(kind) == "complex" else kind


def angles(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.angle: real, at least float."""
    return real_part([floats(kinds, atoms)], atoms)


def rounding(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.floor and its like: floats, integers stay integers; options do not matter."""
    return arithmetic([as_array(kinds[0])], atoms)


def selected(first: int) -> KindRule:
    """Broadcast of all operands, the dtype from those from `first` on: np.where(c, x, y)."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        values = k.broadcast(kinds[first:])
        return k.broadcast(kinds, k.dtype_of(values)) if k.dtype_of(values) else _untyped(kinds)

    return rule


def _untyped(kinds: Kinds) -> k.Kind:
    shape = k.broadcast(kinds, "float")
    return k.Array(None, shape.dims) if isinstance(shape, k.Array) else k.Any_(None)


# Dtypes and arrays


def dtype_class(kind: k.Kind, atom: Atom, default: str | None) -> str | None:
    """The dtype class of a dtype argument, a literal qualified name or x.dtype; `default` for None.
    """
    if not isinstance(atom, Lit):
        return k.named_dtype(kind)
    if atom.value is None:
        return default
    name = str(atom.value).rpartition(".")[2].rstrip("_")
    if name in DTYPES:
        return DTYPES[name]
    for prefix, dtype in (
        ("complex", "complex"),
        ("float", "float"),
        ("double", "float"),
        ("single", "float32"),
        ("uint", "int"),
        ("int", "int"),
        ("bool", "bool"),
    ):
        if name.startswith(prefix):
            return dtype
    return None


def as_array(kind: k.Kind) -> k.Kind:
    """The kind of np.asarray of a value: nested lists become arrays."""
    match kind:
        case k.Tuple(items):
            return _stacked(k.join(None, item_of(kind)), k.Dim(None, len(items)))
        case k.List(item):
            return _stacked(item, k.Dim(object()))
        case k.Scalar(dtype, _, strong):
            return k.Scalar(dtype, None, strong)
    return kind


def _stacked(item: k.Kind | None, dim: k.Dim) -> k.Kind:
    inner = as_array(item) if item is not None else k.FLOAT
    match inner:
        case k.Array(dtype, dims):
            return k.Array(dtype, None if dims is None else (dim, *dims))
        case k.Scalar(dtype):
            return k.Array(dtype, (dim,))
    return k.Array(k.dtype_of(inner), None)


def retyped(dtype_at: int) -> KindRule:
    """The operand as an array, with the dtype of an option."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        kind = as_array(kinds[0])
        return with_dtype(kind, dtype_class(kinds[dtype_at], atoms[dtype_at], k.dtype_of(kind)))

    return rule


def with_dtype(kind: k.Kind, dtype: str | None) -> k.Kind:
    match kind:
        case k.Scalar():
            return k.Scalar(dtype) if dtype else k.ANY
        case k.Array(_, dims):
            return k.Array(dtype, dims)
    return k.Any_(dtype)


def array(dtype: str | None, dims: Dims | None) -> k.Kind:
    """An array, or a scalar where the rank is zero."""
    return k.number(dtype, True) if dims == () else k.Array(dtype, dims)


def viewed(kind: k.Kind, dims: Dims) -> k.Kind:
    """A view: of what is, or may be, an array it is one, also without axes, and changes with it."""
    dtype = k.dtype_of(as_array(kind))
    known = isinstance(kind, (k.Array, k.Any_))
    return k.Array(dtype, dims) if known else array(dtype, dims)


def dims_of(kind: k.Kind) -> Dims | None:
    """The dimensions of a number or array, () for scalars, None where the rank is not known."""
    kind = as_array(kind)
    if isinstance(kind, k.Array):
        return kind.dims
    return () if isinstance(kind, k.Scalar) else None


def unknown(count: int, known: Sequence[k.Dim] = ()) -> Dims:
    return (*known, *(k.Dim(object()) for _ in range(count)))


def promoted(kinds: Kinds) -> str | None:
    """The dtype of a function that makes arrays of its operands, numbers included."""
    return k.promote(*[k.dtype_of(as_array(kind)) for kind in kinds])


# Shapes as arguments


def literal(atom: Atom) -> object:
    """The value of a constant, else "unknown"."""
    return atom.value if isinstance(atom, Lit) else "unknown"


def given_dims(kind: k.Kind, shape: Atom) -> Dims | None:
    """The dimensions that an argument `shape` names: an integer, or a tuple or list of them."""
    if isinstance(shape, Lit) and isinstance(shape.value, tuple):
        return tuple(k.Dim(None, size) for size in shape.value)
    if isinstance(kind, k.Scalar):
        return (length(kind, shape),)
    if isinstance(kind, k.Tuple):
        return shape_dims(kind, shape)
    return None


def filled(shape_at: int, dtype_at: int | None, default: str = "float") -> KindRule:
    """Of np.zeros(shape, dtype) and its like."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        dtype: str | None = default
        if dtype_at is not None:
            dtype = dtype_class(kinds[dtype_at], atoms[dtype_at], default)
        return array(dtype, given_dims(kinds[shape_at], atoms[shape_at]))

    return rule


def full(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.full(shape, fill_value, dtype)."""
    dtype = dtype_class(kinds[2], atoms[2], k.dtype_of(as_array(kinds[1])))
    return array(dtype, given_dims(kinds[0], atoms[0]))


def filled_like(dtype_at: int, shape_at: int | None = None) -> KindRule:
    """Of np.zeros_like(x, dtype, shape) and its like."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        kind = as_array(kinds[0])
        dtype = dtype_class(kinds[dtype_at], atoms[dtype_at], k.dtype_of(kind))
        if shape_at is not None and atoms[shape_at] != Lit(None):
            return array(dtype, given_dims(kinds[shape_at], atoms[shape_at]))
        return with_dtype(kind, dtype)

    return rule


def reshaped(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.reshape(x, shape): -1 stands for what the other lengths leave."""
    dtype, old = k.dtype_of(as_array(kinds[0])), dims_of(kinds[0])
    if isinstance(atoms[1], Lit):
        sizes = atoms[1].value if isinstance(atoms[1].value, tuple) else (atoms[1].value,)
        return viewed(kinds[0], tuple(_reshaped_dim(sizes, i, old) for i in range(len(sizes))))
    new = given_dims(kinds[1], atoms[1])
    if new is None:
        return k.Any_(dtype)
    guarded = (k.Dim((dim.base, old)) if _opaque(dim, atoms[1]) else dim for dim in new)
    return viewed(kinds[0], tuple(guarded))


def _opaque(dim: k.Dim, shape: Atom) -> bool:
    """A length of which only the place in a shape is known: it may be -1."""
    return isinstance(dim.base, tuple) and dim.base[0] is shape


def _reshaped_dim(sizes: tuple[int, ...], axis: int, old: Dims | None) -> k.Dim:
    if sizes[axis] != -1:
        return k.Dim(None, sizes[axis])
    if old is None:
        return k.Dim(object())
    others = prod(size for size in sizes if size != -1)
    lengths = [dim.length for dim in old]
    if None not in lengths and others:
        return k.Dim(None, prod(size for size in lengths if size is not None) // others)
    if len(old) == 1 and others == 1:
        return old[0]
    return k.Dim(("size", old, others))


def raveled(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Array(k.dtype_of(as_array(kinds[0])), (size_dim(dims_of(kinds[0])),))


def size_dim(dims: Dims | None) -> k.Dim:
    """The length of the array with all axes in one."""
    if dims is None:
        return k.Dim(object())
    return _reshaped_dim((-1,), 0, dims)


def shape(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.shape(x): a tuple of integers that stand for x's lengths."""
    dims = dims_of(kinds[0])
    return k.List(k.INT) if dims is None else k.Tuple(tuple(map(extent, dims)))


def count(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of len(x)."""
    if isinstance(kinds[0], (k.Array, k.Tuple)):
        dims = dims_of(kinds[0])
        return extent(dims[0]) if dims else k.INT
    return k.INT


def size(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.size(x)."""
    dims = dims_of(kinds[0])
    return extent(size_dim(dims)) if dims else k.INT


def data(what: str) -> KindRule:
    return lambda kinds, atoms: k.Opaque(what)
