"""The operations on memory with directions along the last axis of their operands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.errors import NotVector
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Lit

if TYPE_CHECKING:
    from adcompile.transforms.vector import Vectors

KEPT = ("mem.copy", "mem.same", "mem.stop", "mem.zeros_like", "mem.pop", "mem.unpush", "mem.dtype",
        "mem.is_array")  # fmt: skip


def form(vec: Vectors, eqn: Apply) -> tuple[Atom, ...]:
    """Append an operation on memory with directions; its results."""
    if eqn.op in KEPT:
        names = [out.name for out in eqn.outs]
        return vec.apply_many(eqn.op, [vec.get(arg) for arg in eqn.args], names)
    if eqn.op in ("mem.list", "mem.append"):
        return (vec.apply(eqn.op, *map(vec.whole, eqn.args), name=eqn.out.name),)
    if eqn.op in ("mem.tuple", "mem.dict", "mem.push"):
        return (vec.apply(eqn.op, *map(vec.item, eqn.args), name=eqn.out.name),)
    match eqn.op:
        case "mem.getitem":
            x, index = vec.get(eqn.args[0]), eqn.args[1]
            return (vec.apply(eqn.op, x, _index(vec, eqn.args[0], index), name=eqn.out.name),)
        case "mem.write" | "mem.accumulate" | "mem.scatter_add":
            return (_store(vec, eqn),)
        case "mem.unbroadcast":
            shape = shape_with(vec, eqn.args[1])
            return (vec.apply(eqn.op, vec.get(eqn.args[0]), shape, name=eqn.out.name),)
    raise NotVector(f"{eqn.op} of a derivative")


def _index(vec: Vectors, owner: Atom, index: Atom) -> Atom:
    """An index that leaves the directions alone: `...` would take them for an axis of its own."""
    if vec.has(index):
        raise NotVector("an index that depends on a derivative")
    index = vec.get(index)
    kind = vec.kind(index)
    if isinstance(kind, k.Tuple) and any(map(_is_ellipsis, kind.items)):
        return _with_directions(vec, index)
    unknown = isinstance(kind, k.Opaque) and not _is_ellipsis(kind) and kind != k.NONE
    if unknown and not isinstance(vec.kind(owner), (k.Dict, k.List, k.Tuple)):
        raise NotVector("an index of which nothing is known")
    return index


def _with_directions(vec: Vectors, index: Atom) -> Atom:
    """The index, a tuple, with a full slice behind it."""
    full = vec.apply("mem.slice", Lit(None), Lit(None), Lit(None))
    if isinstance(index, Lit):
        return vec.apply("mem.tuple", *(Lit(item) for item in index.value), full)
    made = vec.definition(index)
    if made is not None and made.op == "mem.tuple":
        return vec.apply("mem.tuple", *map(vec.get, made.args), full)
    return vec.apply("operator.add", index, vec.apply("mem.tuple", full))


def _is_ellipsis(kind: k.Kind) -> bool:
    return isinstance(kind, k.Opaque) and kind.what == "ellipsis"


def _store(vec: Vectors, eqn: Apply) -> Atom:
    from adcompile.transforms.vector_forms import aligned

    old, value, *path = eqn.args
    last = _container(vec, vec.kind(old), path)
    indices = [_index(vec, old, index) for index in path]
    into_array = isinstance(last, (k.Array, k.Any_, k.Scalar))
    new = aligned(vec, value) if into_array else vec.whole(value)
    return vec.apply(eqn.op, vec.whole(old), new, *indices, name=eqn.out.name)


def _container(vec: Vectors, kind: k.Kind, path: list[Atom]) -> k.Kind:
    """What the last index of a path is an index of."""
    for index in path[:-1]:
        match kind:
            case k.Tuple(items) if isinstance(index, Lit) and isinstance(index.value, int):
                kind = items[index.value]
            case k.List(item) | k.Dict(item) if item is not None:
                kind = item
            case k.Array() | k.Any_():
                return kind
            case _:
                raise NotVector(f"a place in {k.describe(kind)}")
    return kind


def shape_with(vec: Vectors, shape: Atom) -> Atom:
    """A shape with the directions behind it."""
    kind = vec.kind(shape)
    if isinstance(shape, Lit) and isinstance(shape.value, tuple):
        return vec.apply("mem.tuple", *(Lit(size) for size in shape.value), vec.count)
    if isinstance(kind, k.Scalar):
        return vec.apply("mem.tuple", vec.get(shape), vec.count)
    made = vec.definition(vec.get(shape))
    if made is not None and made.op in ("mem.tuple", "mem.list"):
        return vec.apply("mem.tuple", *map(vec.get, made.args), vec.count)
    listed = isinstance(kind, k.List) and not kind.frozen
    if listed and (made is None or made.op != "numpy.shape"):
        raise NotVector("a shape that is a list")
    return vec.apply("operator.add", vec.get(shape), vec.apply("mem.tuple", vec.count))
