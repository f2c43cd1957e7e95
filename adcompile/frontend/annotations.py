"""The kinds that annotations promise; an annotation that says nothing gives ANY.

float  np.ndarray  NDArray[np.float32]  Float[np.ndarray, "n 3"]  tuple[float, float]
list[float]  dict[str, np.ndarray]  a dataclass, NamedTuple or TypedDict of the file
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from adcompile.frontend.entities import Qualified, Scope
from adcompile.frontend.objects import Owner
from adcompile.trace import kinds as k
from adcompile.trace.ir import Node

KTree = k.Kind | Node


def structure(form: str, keys: Sequence[Any], items: Sequence[KTree], record: str = "") -> Node:
    """An inner node of a ktree."""
    return Node(form, tuple(keys), tuple(items), record)  # type: ignore[arg-type]


def children(tree: Node) -> tuple[KTree, ...]:
    """The ktrees below an inner node."""
    return tree.items  # type: ignore[return-value]


_NUMPY = {
    "float": "float64 double floating longdouble",
    "float32": "float32 single float16 half",
    "int": "integer int8 int16 int32 int64 intp uint8 uint16 uint32 uint64",
    "bool": "bool bool_",
    "complex": "complex64 complex128 complexfloating",
}
_JAXTYPING = {
    "float": "Float Float64 Inexact Real",
    "float32": "Float32 Float16 BFloat16",
    "int": "Int Int8 Int16 Int32 Int64 Integer UInt UInt8 UInt16 UInt32 UInt64",
    "bool": "Bool",
    "complex": "Complex Complex64 Complex128",
    None: "Num Shaped",
}
SCALARS = {f"builtins.{name}": name for name in ("float", "int", "bool", "complex")} | {
    f"numpy.{name}": dtype for dtype, names in _NUMPY.items() for name in names.split()
}
SHAPED = {name: dtype for dtype, names in _JAXTYPING.items() for name in names.split()}
ARRAYS = ("numpy.ndarray", "numpy.typing.NDArray")
LISTS = ("builtins.list", "typing.List") + tuple(
    f"{module}.{name}"
    for module in ("typing", "collections.abc")
    for name in ("Sequence", "Iterable")
)
DICTS = ("builtins.dict", "typing.Dict", "typing.Mapping", "collections.abc.Mapping")
WRAPPERS = ("typing.Annotated", "typing.Final", "typing.ClassVar")


def of_annotation(node: ast.expr | None, scope: Scope, name: str = "") -> KTree:
    """The ktree of a parameter by its annotation; `name` is the parameter's."""
    match node:
        case ast.Constant(value=str(text)):
            try:
                return of_annotation(ast.parse(text, mode="eval").body, scope, name)
            except SyntaxError:
                return k.ANY
        case ast.Constant(value=None):
            return k.NONE
        case ast.Name() | ast.Attribute():
            return _of_name(_entity(node, scope), scope, name)
        case ast.Subscript(value=base, slice=index):
            items = list(index.elts) if isinstance(index, ast.Tuple) else [index]
            entity = _entity(base, scope)
            return k.ANY if entity is None else _of_subscript(entity.name, items, scope, name)
    return k.ANY


def _entity(node: ast.expr, scope: Scope) -> Qualified | None:
    """The qualified name of an annotation; `np` and the names of jaxtyping need no import."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    parts.append(node.id)
    entity = scope.lookup(".".join(reversed(parts)))
    if isinstance(entity, Qualified):
        return entity
    return Qualified(f"jaxtyping.{parts[0]}") if parts[0] in SHAPED and entity is None else None


def _of_name(entity: Qualified | None, scope: Scope, name: str) -> KTree:
    if entity is None:
        return k.ANY
    qualified = entity.name
    if qualified in SCALARS:
        return k.Scalar(SCALARS[qualified])
    if qualified == "builtins.str":
        return k.STRING
    if qualified in ARRAYS:
        return k.Array(None, None)
    if qualified in LISTS:
        return k.List(None)
    if qualified in DICTS:
        return k.Dict(None)
    if qualified in ("typing.Callable", "collections.abc.Callable"):
        return k.Opaque("function")
    if isinstance(entity.obj, ast.ClassDef) and _is_record(entity.obj, scope):
        return _of_class(entity.obj, scope, name)
    if isinstance(entity.obj, ast.ClassDef) and _is_typed_dict(entity.obj, scope):
        return structure("dict", *_fields(entity.obj, scope, name))
    return k.ANY


def _of_subscript(base: str, items: list[ast.expr], scope: Scope, name: str) -> KTree:
    if base in ARRAYS:
        return k.Array(_element(items[-1], scope), None)
    last = base.rpartition(".")[2]
    if last in SHAPED and not base.startswith(("builtins.", "numpy.")):
        shape = items[1].value if len(items) == 2 and isinstance(items[1], ast.Constant) else None
        return k.Array(SHAPED[last], _dims(shape, name) if isinstance(shape, str) else None)
    if base in WRAPPERS:
        return of_annotation(items[0], scope, name)
    if base in ("builtins.tuple", "typing.Tuple"):
        return _of_tuple(items, scope, name)
    if base in LISTS:
        return k.List(_item(items[0], scope, name))
    if base in DICTS:
        return k.Dict(_item(items[-1], scope, name))
    return _of_name(Qualified(base), scope, name) if "Callable" in base else k.ANY


def _of_tuple(items: list[ast.expr], scope: Scope, name: str) -> KTree:
    if len(items) == 2 and isinstance(items[1], ast.Constant) and items[1].value is Ellipsis:
        return k.List(_item(items[0], scope, name))
    if len(items) == 1 and isinstance(items[0], ast.Tuple):
        items = []
    trees = tuple(of_annotation(item, scope, f"{name}[{i}]") for i, item in enumerate(items))
    return structure("tuple", range(len(trees)), trees)


def _item(node: ast.expr, scope: Scope, name: str) -> k.Kind | None:
    """The kind of the items of a list or dictionary, where one kind can say it."""
    return _as_kind(of_annotation(node, scope, f"{name}[]"))


def _as_kind(tree: KTree) -> k.Kind | None:
    match tree:
        case k.Array(dtype, dims) if dims:
            return k.Array(dtype, tuple(k.each(dim) for dim in dims))
        case Node(form="tuple"):
            inner = [_as_kind(item) for item in children(tree)]
            return k.Tuple(tuple(kind if kind is not None else k.ANY for kind in inner))
        case Node():
            return k.Opaque(tree.record or tree.form)
    return tree


def _element(node: ast.expr, scope: Scope) -> str | None:
    """The dtype class that np.float32 or np.dtype[np.float32] names."""
    if isinstance(node, ast.Subscript):
        return _element(node.slice, scope)
    entity = _entity(node, scope)
    return SCALARS.get(entity.name) if entity is not None else None


def _dims(shape: str, name: str) -> tuple[k.Dim, ...] | None:
    """The dimensions of a jaxtyping shape: "n 3", "batch n+1", "_ k"; "..." for any rank."""
    dims: list[k.Dim] = []
    for axis, text in enumerate(shape.split()):
        if text == "..." or text.startswith("*"):
            return None
        text = text.rpartition("=")[2]
        base, sign, offset = text.partition("-") if "-" in text else text.partition("+")
        if text.isdigit():
            dims.append(k.Dim(None, int(text)))
        elif base.isidentifier() and base != "_" and (not sign or offset.isdigit()):
            dims.append(k.Dim(base, int(sign + offset) if sign else 0))
        else:
            dims.append(k.Dim(f"{name}.{axis}"))
    return tuple(dims)


def _is_record(node: ast.ClassDef, scope: Scope) -> bool:
    """Is this class a dataclass or a typing.NamedTuple?"""
    marks = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
    names = [entity.name for entity in (_entity(m, scope) for m in (*marks, *node.bases)) if entity]
    return "dataclasses.dataclass" in names or "typing.NamedTuple" in names


def _is_typed_dict(node: ast.ClassDef, scope: Scope) -> bool:
    entities = [_entity(base, scope) for base in node.bases]
    return any(entity is not None and entity.name == "typing.TypedDict" for entity in entities)


def _of_class(node: ast.ClassDef, scope: Scope, name: str) -> KTree:
    owner = Owner(node.name, node, False, scope=scope)
    return structure("record", *_fields(node, scope, name), owner)


def _fields(node: ast.ClassDef, scope: Scope, name: str) -> tuple[Sequence[str], Sequence[KTree]]:
    """The names of a class's fields, and what their annotations promise."""
    fields = {
        statement.target.id: statement.annotation
        for statement in node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }
    trees = tuple(of_annotation(note, scope, f"{name}.{field}") for field, note in fields.items())
    return tuple(fields), trees
