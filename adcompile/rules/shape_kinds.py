"""Kind rules: from the kinds of all parameters of a row (and their atoms) to the kind of the result."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from adcompile.rules.memory import length, shape_dims
from adcompile.rules.table import KindRule, elementwise
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

Kinds = list[k.Kind]
Atoms = list[Atom]
Dims = tuple[k.Dim, ...]

DTYPES = {"bool": "bool", "float32": "float32", "float16": "float32", "float": "float", "complex": "complex"}


# Elements


def arithmetic(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Broadcast, the dtypes promoted: integers stay integers.  Lists and tuples are joined."""
    if any(isinstance(kind, (k.List, k.Tuple)) for kind in kinds) and not has_array(kinds):
        return _sequence(kinds)
    return k.broadcast([k.INT if kind == k.BOOL else as_array(kind) for kind in kinds])


def shifted(sign: int) -> KindRule:
    """Arithmetic, and the length that n + 1 or n - 1 stands for."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        kind = arithmetic(kinds, atoms)
        step = atoms[1].value if isinstance(atoms[1], Lit) else None
        if kind == k.INT and type(step) is int and not isinstance(atoms[0], Lit):
            dim = length(kinds[0], atoms[0])
            return k.Scalar("int", k.Dim(dim.base, dim.offset + sign * step))
        return kind

    return rule


def has_array(kinds: Kinds) -> bool:
    return any(isinstance(kind, (k.Array, k.Any_)) for kind in kinds)


def _sequence(kinds: Kinds) -> k.Kind:
    """Of [0.0] * n, a + b with lists, (n,) + shape."""
    if all(isinstance(kind, k.Tuple) for kind in kinds):
        return k.Tuple(tuple(item for kind in kinds if isinstance(kind, k.Tuple) for item in kind.items))
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
            return k.Array(dtype, dims[1:]) if len(dims) > 1 else k.Scalar(dtype or "float")
        case k.Array(dtype, _) | k.Any_(dtype):
            return k.Any_(dtype)
    return None


def elementwise_of(dtype: str) -> KindRule:
    """Broadcast, with this dtype."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        numbers = [kind for kind in kinds if isinstance(kind, (k.Scalar, k.Array, k.Any_))]
        return k.broadcast(list(numbers), dtype) if len(numbers) == len(kinds) else k.Scalar(dtype)

    return rule


comparison = elementwise_of("bool")


def scalar(dtype: str) -> KindRule:
    return lambda kinds, atoms: k.Scalar(dtype)


def real_scalar(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of math functions: a Python float."""
    return k.FLOAT


def same(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """The first operand's kind, of a value that shares nothing with it."""
    return as_array(kinds[0])


def bits(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of & | ^: booleans stay booleans."""
    return k.broadcast(kinds, "bool" if all(k.dtype_of(kind) == "bool" for kind in kinds) else "int")


def floats(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Broadcast, and at least float."""
    return elementwise([as_array(kind) for kind in kinds], atoms)


def float_power(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.broadcast([as_array(kind) for kind in kinds], "float")


def clipped(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.clip(x, a_min, a_max), whose bounds may be None."""
    return arithmetic([kind for kind in kinds if kind != k.NONE], atoms)


def compared(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return comparison(kinds[:2], atoms)


def real_part(kinds: Kinds, atoms: Atoms) -> k.Kind:
    kind = as_array(kinds[0])
    return with_dtype(kind, "float") if k.dtype_of(kind) == "complex" else kind


def tuple_of(*dtypes: str) -> KindRule:
    return lambda kinds, atoms: k.Tuple(tuple(k.Scalar(dtype) for dtype in dtypes))


def power(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of x ** y: an integer to a negative power is a float."""
    kind = arithmetic(kinds, atoms)
    natural = isinstance(atoms[1], Lit) and isinstance(atoms[1].value, int) and atoms[1].value >= 0
    if kind == k.INT and not natural:
        return k.FLOAT if isinstance(atoms[1], Lit) else kind
    return kind


def floating(dtype: str | None) -> str | None:
    return "float" if dtype in ("bool", "int") else dtype


def magnitude(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of abs: real, integers stay integers."""
    kind = arithmetic(kinds, atoms)
    return k.broadcast([kind], "float") if k.dtype_of(kind) == "complex" else kind


def rounding(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.floor and its like: floats, integers stay integers; options do not matter."""
    return arithmetic(kinds[:1], atoms)


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


def dtype_class(atom: Atom, default: str | None) -> str | None:
    """The dtype class of a dtype argument, a literal qualified name; `default` for None."""
    if not isinstance(atom, Lit):
        return None
    if atom.value is None:
        return default
    name = str(atom.value).rpartition(".")[2].rstrip("_")
    if name in DTYPES:
        return DTYPES[name]
    for prefix, dtype in (("complex", "complex"), ("float", "float"), ("double", "float"),
                          ("single", "float32"), ("uint", "int"), ("int", "int"), ("bool", "bool")):  # fmt: skip
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
        case k.Scalar(dtype):
            return k.Scalar(dtype)
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
        return with_dtype(kind, dtype_class(atoms[dtype_at], k.dtype_of(kind)))

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
    return k.Scalar(dtype or "float") if dims == () else k.Array(dtype, dims)


def dims_of(kind: k.Kind) -> Dims | None:
    """The dimensions of a number or array, () for scalars, None where the rank is not known."""
    kind = as_array(kind)
    if isinstance(kind, k.Array):
        return kind.dims
    return () if isinstance(kind, k.Scalar) else None


def unknown(count: int, known: Sequence[k.Dim] = ()) -> Dims:
    return (*known, *(k.Dim(object()) for _ in range(count)))


# Shapes as arguments


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
            dtype = dtype_class(atoms[dtype_at], default)
        return array(dtype, given_dims(kinds[shape_at], atoms[shape_at]))

    return rule


def full(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.full(shape, fill_value, dtype)."""
    dtype = dtype_class(atoms[2], k.dtype_of(as_array(kinds[1])))
    return array(dtype, given_dims(kinds[0], atoms[0]))


def filled_like(dtype_at: int, shape_at: int | None = None) -> KindRule:
    """Of np.zeros_like(x, dtype, shape) and its like."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        kind = as_array(kinds[0])
        dtype = dtype_class(atoms[dtype_at], k.dtype_of(kind))
        if shape_at is not None and atoms[shape_at] != Lit(None):
            return array(dtype, given_dims(kinds[shape_at], atoms[shape_at]))
        return with_dtype(kind, dtype)

    return rule


def reshaped(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.reshape(x, shape): -1 stands for what the other lengths leave."""
    dtype, old = k.dtype_of(as_array(kinds[0])), dims_of(kinds[0])
    if isinstance(atoms[1], Lit):
        sizes = atoms[1].value if isinstance(atoms[1].value, tuple) else (atoms[1].value,)
        return array(dtype, tuple(_reshaped_dim(sizes, i, old) for i in range(len(sizes))))
    new = given_dims(kinds[1], atoms[1])
    if new is None:
        return k.Any_(dtype)
    guarded = (k.Dim((dim.base, old)) if _opaque(dim, atoms[1]) else dim for dim in new)
    return array(dtype, tuple(guarded))


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
    return k.List(k.INT) if dims is None else k.Tuple(tuple(k.Scalar("int", dim) for dim in dims))


def count(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of len(x)."""
    if isinstance(kinds[0], (k.Array, k.Tuple)):
        dims = dims_of(kinds[0])
        return k.Scalar("int", dims[0]) if dims else k.INT
    return k.INT


def size(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.size(x)."""
    dims = dims_of(kinds[0])
    whole = atoms[1] == Lit(None) and dims is not None
    return k.Scalar("int", size_dim(dims)) if whole and len(dims or ()) else k.INT


def data(what: str) -> KindRule:
    return lambda kinds, atoms: k.Opaque(what)


# Reductions


def normal_axes(axis: object, rank: int) -> tuple[int, ...]:
    """Axis numbers, not negative and in order; None means all."""
    if axis is None:
        return tuple(range(rank))
    given = axis if isinstance(axis, tuple) else (axis,)
    return tuple(sorted({a % rank if rank else 0 for a in given if isinstance(a, int)}))


def reduced(
    axis_at: int, keepdims_at: int | None = None, dtype: str | None = None, *, dtype_at: int | None = None,
    floats: bool = False, keep_bool: bool = False,
) -> KindRule:  # fmt: skip
    """Of a reduction; `dtype` overrides the operand's, `floats` makes integers floats."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        kind = as_array(kinds[0])
        result = dtype or k.dtype_of(kind)
        if dtype is None and result == "bool" and not (floats or keep_bool):
            result = "int"
        result = floating(result) if floats else result
        if dtype_at is not None:
            result = dtype_class(atoms[dtype_at], result)
        keepdims = False if keepdims_at is None else _literal(atoms[keepdims_at])
        return reduced_kind(kind, result, atoms[axis_at], keepdims)

    return rule


def _literal(atom: Atom) -> object:
    return atom.value if isinstance(atom, Lit) else "unknown"


def reduced_kind(kind: k.Kind, dtype: str | None, axis: Atom, keepdims: object) -> k.Kind:
    dims = dims_of(kind)
    if axis == Lit(None) and keepdims is False:
        return k.Scalar(dtype) if dtype else k.Any_(None)
    if dims is None or keepdims == "unknown":
        return k.Any_(dtype)
    if not isinstance(axis, Lit):
        return array(dtype, unknown(len(dims) if keepdims else len(dims) - 1))
    gone = normal_axes(axis.value, len(dims))
    if keepdims:
        return array(dtype, tuple(k.ONE if i in gone else dim for i, dim in enumerate(dims)))
    return array(dtype, tuple(dim for i, dim in enumerate(dims) if i not in gone))


def scanned(axis_at: int, *, floats: bool = False) -> KindRule:
    """Of np.cumsum and its like: the operand's shape, flat where axis is None."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        kind = as_array(kinds[0])
        dtype = "int" if k.dtype_of(kind) == "bool" and not floats else k.dtype_of(kind)
        if atoms[axis_at] == Lit(None):
            return k.Array(dtype, (size_dim(dims_of(kind)),))
        return with_dtype(kind, dtype)

    return rule


# Products


def promoted(kinds: Kinds) -> str | None:
    """The dtype of a function that makes arrays of its operands, numbers included."""
    return k.promote(*[k.dtype_of(as_array(kind)) for kind in kinds])


def matmul(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = dims_of(kinds[0]), dims_of(kinds[1])
    dtype = promoted(kinds[:2])
    if not x or not y:
        return k.Any_(dtype)
    batch = k.broadcast_dims(x[:-2], y[:-2]) or ()
    rows = x[-2:-1]
    columns = y[-1:] if len(y) > 1 else ()
    return array(dtype, (*batch, *rows, *columns))


def dot(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = dims_of(kinds[0]), dims_of(kinds[1])
    dtype = promoted(kinds[:2])
    if x is None or y is None:
        return k.Any_(dtype)
    if not x or not y:
        return array(dtype, x + y)
    return array(dtype, (*x[:-1], *y[:-2], *(y[-1:] if len(y) > 1 else ())))


def inner(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = dims_of(kinds[0]), dims_of(kinds[1])
    dtype = promoted(kinds[:2])
    if x is None or y is None:
        return k.Any_(dtype)
    return array(dtype, x[:-1] + y[:-1] if x and y else x + y)


def outer(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Array(promoted(kinds[:2]), (size_dim(dims_of(kinds[0])), size_dim(dims_of(kinds[1]))))


def vdot(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return array(promoted(kinds[:2]), ())


def tensordot(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = dims_of(kinds[0]), dims_of(kinds[1])
    dtype = promoted(kinds[:2])
    if x is None or y is None or not isinstance(atoms[2], Lit):
        return k.Any_(dtype)
    left, right = contracted(atoms[2].value, len(x), len(y))
    rest = [dim for i, dim in enumerate(x) if i not in left]
    return array(dtype, (*rest, *(dim for i, dim in enumerate(y) if i not in right)))


def contracted(axes: object, rank_x: int, rank_y: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of x and of y that tensordot(x, y, axes) sums over, in pairs."""
    if isinstance(axes, int):
        return tuple(range(rank_x - axes, rank_x)), tuple(range(axes))
    assert isinstance(axes, tuple)
    left, right = (side if isinstance(side, tuple) else (side,) for side in axes)
    return tuple(a % rank_x for a in left), tuple(a % rank_y for a in right)


def kron(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = dims_of(kinds[0]), dims_of(kinds[1])
    dtype = promoted(kinds[:2])
    if x is None or y is None:
        return k.Any_(dtype)
    return array(dtype, unknown(max(len(x), len(y))))


def cross(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.broadcast([as_array(kind) for kind in kinds[:2]])


# Diagonals


def trace(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), k.dtype_of(as_array(kinds[0]))
    return k.Any_(dtype) if dims is None else array(dtype, dims[2:])


def diag(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), k.dtype_of(as_array(kinds[0]))
    if dims is None:
        return k.Array(dtype, None)
    if len(dims) == 1:
        offset = atoms[1].value if isinstance(atoms[1], Lit) else None
        dim = k.Dim(object()) if offset is None else k.Dim(dims[0].base, dims[0].offset + abs(offset))
        return k.Array(dtype, (dim, dim))
    return k.Array(dtype, (_diagonal_dim(dims, atoms[1]),))


def diagonal(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), k.dtype_of(as_array(kinds[0]))
    if dims is None or len(dims) < 2:
        return k.Array(dtype, None)
    return k.Array(dtype, (*dims[2:], _diagonal_dim(dims[:2], atoms[1])))


def _diagonal_dim(dims: Dims, offset: Atom) -> k.Dim:
    if dims[0] == dims[1] and isinstance(offset, Lit):
        return k.Dim(dims[0].base, dims[0].offset - abs(offset.value))
    return k.Dim(("diagonal", dims, offset))


# Order and counting


def ordered(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.argsort(x, axis)."""
    return with_dtype(scanned(1)(kinds, atoms), "int")


def differences(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.diff(x, n, axis)."""
    kind = as_array(kinds[0])
    dims, times, axis = dims_of(kind), _literal(atoms[1]), _literal(atoms[2])
    if not dims or not isinstance(times, int) or not isinstance(axis, int):
        return k.Array(k.dtype_of(kind), None)
    shorter = list(dims)
    shorter[axis] = k.Dim(dims[axis].base, dims[axis].offset - times)
    return k.Array(k.dtype_of(kind), tuple(shorter))


def flat_differences(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dim = size_dim(dims_of(kinds[0]))
    return k.Array(k.dtype_of(as_array(kinds[0])), (k.Dim(dim.base, dim.offset - 1),))


def searched(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return with_dtype(as_array(kinds[1]), "int")


def nonzero(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.nonzero(x): one array of indices an axis, all of one length."""
    dims, dim = dims_of(kinds[0]), k.Dim(object())
    if dims is None:
        return k.List(k.Array("int", (dim,)))
    return k.Tuple((k.Array("int", (dim,)),) * len(dims))


def argwhere(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims = dims_of(kinds[0])
    return k.Array("int", (k.Dim(object()), k.Dim(object()) if dims is None else k.Dim(None, len(dims))))


def flatnonzero(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Array("int", unknown(1))


def bincount(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Array("int" if len(kinds) == 1 else "float", unknown(1))


# Constructors


def retyped_to(dtype: str | None) -> KindRule:
    """The operand as an array, of this dtype if given."""

    def rule(kinds: Kinds, atoms: Atoms) -> k.Kind:
        kind = as_array(kinds[0])
        return kind if dtype is None else with_dtype(kind, dtype)

    return rule


def eye(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.eye(N, M, k, dtype)."""
    rows = length(kinds[0], atoms[0])
    columns = rows if atoms[1] == Lit(None) else length(kinds[1], atoms[1])
    return k.Array(dtype_class(atoms[3], "float"), (rows, columns))


def identity(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Array(dtype_class(atoms[1], "float"), (length(kinds[0], atoms[0]),) * 2)


def arange(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.arange(start, stop, step, dtype); its length is known where it starts at 0 with step 1."""
    ends = kinds[:1] if atoms[1] == Lit(None) else kinds[:3]
    dtype = dtype_class(atoms[3], k.dtype_of(k.broadcast(list(ends))))
    if k.dtype_of(k.broadcast(list(ends))) == "int":
        if atoms[1] == Lit(None):
            return k.Array(dtype, (length(kinds[0], atoms[0]),))
        if atoms[0] == Lit(0) and atoms[2] == Lit(1):
            return k.Array(dtype, (length(kinds[1], atoms[1]),))
        if all(isinstance(atom, Lit) for atom in atoms[:3]):
            return k.Array(dtype, (k.Dim(None, len(range(*(atom.value for atom in atoms[:3])))),))  # type: ignore[union-attr]
    return k.Array(dtype, (k.Dim(("arange", *atoms[:3])),))


def grid(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.linspace(start, stop, num, endpoint) of numbers."""
    return k.Array("float", (length(kinds[2], atoms[2]),))


def meshgrid(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = size_dim(dims_of(kinds[0])), size_dim(dims_of(kinds[1]))
    dims = (y, x) if _literal(atoms[2]) == "xy" else (x, y)
    return k.Tuple(tuple(k.Array(k.dtype_of(as_array(kind)), dims) for kind in kinds[:2]))


def open_mesh(kinds: Kinds, atoms: Atoms) -> k.Kind:
    x, y = size_dim(dims_of(kinds[0])), size_dim(dims_of(kinds[1]))
    return k.Tuple((k.Array("int", (x, k.ONE)), k.Array("int", (k.ONE, y))))


def indices(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims = given_dims(kinds[0], atoms[0])
    return k.Array("int", None if dims is None else (k.Dim(None, len(dims)), *dims))


def two_indices(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dim = k.Dim(("indices", *atoms))
    return k.Tuple((k.Array("int", (dim,)), k.Array("int", (dim,))))


# Python's own functions


def item(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """An item of a list, tuple or array."""
    return item_of(kinds[0]) or k.ANY


def total(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of sum(x) and sum(x, start)."""
    return arithmetic([as_array(item(kinds, atoms)), *kinds[1:]], atoms)


def rounded(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of round(x): an integer; of round(x, digits): a number of x's kind."""
    return k.INT if atoms[1] == Lit(None) else kinds[0]


def quotient(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of divmod(x, y)."""
    return k.Tuple((arithmetic(kinds, atoms),) * 2)


# numpy.linalg


def solved(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.linalg.solve(a, b)."""
    a, b = dims_of(kinds[0]), dims_of(kinds[1])
    dtype = floating(promoted(kinds[:2]))
    if a is None or b is None:
        return k.Array(dtype, None)
    if len(b) == 1:
        return k.Array(dtype, a[:-1])
    return k.Array(dtype, (*(k.broadcast_dims(a[:-2], b[:-2]) or ()), *b[-2:]))


def determinant(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), floating(k.dtype_of(as_array(kinds[0])))
    return k.Any_(dtype) if dims is None else array(dtype, dims[:-2])


def slogdet(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Tuple((determinant(kinds, atoms),) * 2)


def eigvalsh(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), floating(k.dtype_of(as_array(kinds[0])))
    return k.Array(dtype, None if dims is None else dims[:-1])


def eigh(kinds: Kinds, atoms: Atoms) -> k.Kind:
    return k.Tuple((eigvalsh(kinds, atoms), as_array(kinds[0])))


def svd(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.linalg.svd(x, full_matrices=False)."""
    dims, dtype = dims_of(kinds[0]), floating(k.dtype_of(as_array(kinds[0])))
    if dims is None or len(dims) != 2:
        return k.Tuple((k.Array(dtype, None),) * 3)
    m, n = dims
    short = n if m == n else k.Dim(("min", m, n))
    return k.Tuple((k.Array(dtype, (m, short)), k.Array(dtype, (short,)), k.Array(dtype, (short, n))))


def pinv(kinds: Kinds, atoms: Atoms) -> k.Kind:
    dims, dtype = dims_of(kinds[0]), floating(k.dtype_of(as_array(kinds[0])))
    return k.Array(dtype, dims[::-1] if dims is not None and len(dims) == 2 else None)


def normed(kinds: Kinds, atoms: Atoms) -> k.Kind:
    """Of np.linalg.norm(x, ord, axis, keepdims)."""
    return reduced(2, 3, floats=True)(kinds, atoms)
