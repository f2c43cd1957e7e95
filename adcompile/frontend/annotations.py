"""The kinds that annotations promise; one that is not known gives ANY, as none does.

float  np.ndarray  NDArray[np.float32]  Float[np.ndarray, "n 3"]  float[n, 3]  float[:]
float | np.ndarray  Optional[int]  tuple[float, float]  list[float]  dict[str, np.ndarray]
a dataclass, NamedTuple or TypedDict of the file, and a name that the file gives to one of these

An emitted function says in its docstring what its arguments are: that is read as annotations are.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from adcompile.frontend import annotated_classes, dimensions
from adcompile.frontend.declared import declared
from adcompile.frontend.entities import Constant, Function, Qualified, Scope
from adcompile.frontend.objects import Owner
from adcompile.trace import kinds as k
from adcompile.trace.ir import Node
from adcompile.trace.paths import MANY, ONE

KTree = k.Kind | Node


def structure(form: str, keys: Iterable[Any], items: Iterable[KTree], record: str = "") -> Node:
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
OWN = ("float32", "number")  # how docstrings write what Python has no name for
SHAPED = {name: dtype for dtype, names in _JAXTYPING.items() for name in names.split()}
ARRAYS = ("numpy.ndarray", "numpy.typing.NDArray")
LISTS = ("builtins.list", "typing.List") + tuple(
    f"{module}.{name}"
    for module in ("typing", "collections.abc")
    for name in ("Sequence", "Iterable")
)
DICTS = ("builtins.dict", "typing.Dict", "typing.Mapping", "collections.abc.Mapping")
WRAPPERS = ("typing.Annotated", "typing.Final", "typing.ClassVar", "typing.Required",
            "typing.NotRequired")  # fmt: skip


UNIONS = ("typing.Union", "types.UnionType")
RECORD = "_"  # the class of an object, where a docstring does not say it
DEEP = 20  # names for names


def annotated(function: Function) -> dict[str, KTree]:
    """The ktrees of a function's parameters, by their annotations."""
    arguments = function.node.args
    order = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    said = declared(function) | _documented(function) | _made(arguments, function.scope)
    notes = {a.arg: a.annotation or said.get(a.arg) for a in order}
    defaults = _defaults(arguments)
    notes.update({name: or_none(notes[name], default) for name, default in defaults.items()})
    rest = arguments.vararg
    if rest is not None:  # of any number: a list
        note = rest.annotation or ast.Constant("number?")
        whole = ast.Subscript(ast.Name("list", ast.Load()), note, ast.Load())
        notes[rest.arg] = ast.copy_location(whole, rest)
    return {name: of_annotation(note, function.scope, name) for name, note in notes.items()}


def _defaults(arguments: ast.arguments) -> dict[str, ast.expr]:
    """The defaults of the parameters that have one."""
    order = (*arguments.posonlyargs, *arguments.args)
    positional = zip(reversed(order), reversed(arguments.defaults))
    pairs = (*positional, *zip(arguments.kwonlyargs, arguments.kw_defaults))
    return {argument.arg: default for argument, default in pairs if default is not None}


def or_none(note: ast.expr | None, default: ast.expr | None) -> ast.expr | None:
    """What is said of what is None where it is not given: x: float = None is float | None."""
    if note is None or not (isinstance(default, ast.Constant) and default.value is None):
        return note
    return ast.copy_location(ast.BinOp(note, ast.BitOr(), default), note)


def held(default: ast.expr | None) -> ast.expr | None:
    """What a class has under the name of a field: its default, of field(default=...), too."""
    if not (isinstance(default, ast.Call) and ast.unparse(default.func).split(".")[-1] == "field"):
        return default
    return next((option.value for option in default.keywords if option.arg == "default"), None)


def _made(arguments: ast.arguments, scope: Scope) -> dict[str, ast.expr]:
    """The classes of defaults that make an object: config=Config() says config: Config."""
    found: dict[str, ast.expr] = {}
    for name, default in _defaults(arguments).items():
        if isinstance(default, ast.Call):
            entity = entity_of(default.func, scope)
            cls = entity.obj if entity is not None else None
            if isinstance(cls, ast.ClassDef) and annotated_classes.is_record(cls, scope):
                found[name] = default.func
    return found


_EMITTED = re.compile(r"(?:Value|Tangent|Adjoint) of .*?\n\n(.*)\n\nReturns .*", re.S)


def is_emitted(function: Function) -> bool:
    """Has this function the docstring of an emitted one?"""
    return _EMITTED.fullmatch(_docstring(function)) is not None


def _docstring(function: Function) -> str:
    node = function.node
    return "" if isinstance(node, ast.Lambda) else ast.get_docstring(node) or ""


def _documented(function: Function) -> dict[str, ast.expr]:
    """What the docstring of an emitted function says of its arguments."""
    found = _EMITTED.fullmatch(_docstring(function))
    lines = re.sub(r"\n +", " ", found[1]).splitlines() if found else ()
    pairs = [line.partition(": ") for line in lines]
    return {name: ast.Constant(_quoted(note)) for name, colon, note in pairs if colon}


def _quoted(text: str) -> str:
    """A kind as an expression: tuple[number?] -> tuple['number?'], (x: float) -> _(x=float)."""
    text = re.sub(r"\w+\?", lambda found: repr(found[0]), text.replace("[?]", ""))
    text = re.sub(r"(?<!\w)\((?=[^\W\d]\w*: )", f"{RECORD}(", text)
    return re.sub(r"([^\W\d]\w*): ", r"\1=", text)


def of_annotation(node: ast.expr | None, scope: Scope, name: str = "", depth: int = 0) -> KTree:
    """The ktree of a parameter by its annotation; `name` is the parameter's."""
    match node:
        case ast.Constant(value=k.VAGUE.what):
            return k.VAGUE
        case ast.Constant(value=str(text)) if text.endswith("?"):
            return k.Any_(text[:-1] if text[:-1] in k.DTYPES else None)
        case ast.Constant(value=str(text)):
            try:
                return of_annotation(ast.parse(text.strip(), mode="eval").body, scope, name, depth)
            except SyntaxError:
                return k.ANY
        case ast.Constant(value=None):
            return k.NONE
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _of_union([left, right], scope, name)
        case ast.Name() | ast.Attribute():
            other = scope.lookup(ast.unparse(node))
            if isinstance(other, Constant) and not other.block and other.scope and depth < DEEP:
                return of_annotation(other.node, other.scope, name, depth + 1)
            return _of_name(entity_of(node, scope), scope, name)
        case ast.Subscript(value=base, slice=index):
            items = list(index.elts) if isinstance(index, ast.Tuple) else [index]
            entity = entity_of(base, scope)
            return k.ANY if entity is None else _of_subscript(entity.name, items, scope, name)
        case ast.Call(func=ast.Name(), args=[], keywords=fields):
            return _of_record(node, fields, scope, name)
    return _of_display(node, scope, name)


def _of_record(
    node: ast.Call, fields: Sequence[ast.keyword], scope: Scope, name: str
) -> KTree:
    """(x: float, y: float[n]) of a docstring: of a class of which nothing else is known."""
    keys = [field.arg for field in fields if field.arg]
    trees = [of_annotation(f.value, scope, f"{name}.{f.arg}") for f in fields if f.arg]
    entity = entity_of(node.func, scope)
    cls = entity.obj if entity is not None else None
    if not isinstance(cls, ast.ClassDef):
        body = "".join(f"    {key}: float\n" for key in keys)
        cls = ast.parse(f"@dataclass\nclass {RECORD}:\n{body}").body[0]
    return structure("record", keys, trees, Owner(RECORD, cls, False, scope=scope))


def _of_display(node: ast.expr | None, scope: Scope, name: str) -> KTree:
    """(float, int), [float, float], {'a': float}: a structure, item by item."""
    match node:
        case ast.Tuple(elts=items) | ast.List(elts=items):
            form = "tuple" if isinstance(node, ast.Tuple) else "list"
            keys: list[Any] = list(range(len(items)))
        case ast.Dict(keys=given, values=items) if all(isinstance(g, ast.Constant) for g in given):
            form, keys = "dict", [g.value for g in given if isinstance(g, ast.Constant)]
        case _:
            return k.ANY
    trees = [of_annotation(i, scope, f"{name}[{key!r}]") for key, i in zip(keys, items)]
    return structure(form, keys, trees)


def _of_union(items: Sequence[ast.expr], scope: Scope, name: str) -> KTree:
    """One of several: a number or an array where each of them is one."""
    kinds = [of_annotation(item, scope, name) for item in items]
    others = [kind for kind in kinds if kind not in (k.NONE, k.VAGUE)]
    if all(isinstance(kind, (k.Scalar, k.Array, k.Any_)) for kind in others) and others:
        joined = others[0]
        for kind in others[1:]:
            joined = k.join(joined, kind)  # type: ignore[arg-type]
        return k.Any_(k.dtype_of(joined)) if len(others) < len(kinds) else joined  # type: ignore[arg-type]
    return k.VAGUE if all(isinstance(kind, k.Opaque) for kind in kinds) else k.ANY


def entity_of(node: ast.expr, scope: Scope) -> Qualified | None:
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
    if entity is None and parts[0] in SHAPED:
        return Qualified(f"jaxtyping.{parts[0]}")
    return Qualified(f"adcompile.{parts[0]}") if entity is None and parts[0] in OWN else None


def _of_name(entity: Qualified | None, scope: Scope, name: str) -> KTree:
    if entity is None:
        return k.ANY
    qualified = entity.name
    if qualified in SCALARS:
        return k.Scalar(SCALARS[qualified])
    if qualified == "adcompile.float32":
        return k.Scalar("float32")
    if qualified == "builtins.str":
        return k.STRING
    if qualified == "builtins.slice":
        return k.SLICE
    if qualified == "builtins.range":
        return k.List(k.INT)
    if qualified in ARRAYS:
        return k.Array(None, None)
    if qualified in LISTS:
        return k.List(k.ANY)
    if qualified in DICTS:
        return k.Dict(k.ANY)
    if qualified in ("typing.Callable", "collections.abc.Callable"):
        return k.Opaque("function")
    if not isinstance(entity.obj, ast.ClassDef):
        return k.ANY
    return annotated_classes.of_class(entity, entity.obj, scope, name)


def _of_subscript(base: str, items: list[ast.expr], scope: Scope, name: str) -> KTree:
    if base in ARRAYS:
        return k.Array(_element(items[-1], scope), None)
    if base in SCALARS or base in ("adcompile.float32", "adcompile.number"):
        dtype = "float32" if base == "adcompile.float32" else SCALARS.get(base)
        return dimensions.of_lengths(dtype, items, name)
    if base in UNIONS:
        return _of_union(items, scope, name)
    if base == "typing.Optional":
        return _of_union([*items, ast.Constant(None)], scope, name)
    last = base.rpartition(".")[2]
    if last in SHAPED and not base.startswith(("builtins.", "numpy.")):
        shape = items[1].value if len(items) == 2 and isinstance(items[1], ast.Constant) else None
        dims = dimensions.of_shape(shape, name) if isinstance(shape, str) else None
        return k.Array(SHAPED[last], dims)
    if base in WRAPPERS:
        return of_annotation(items[0], scope, name)
    if base in ("builtins.tuple", "typing.Tuple"):
        return _of_tuple(items, scope, name)
    if base in LISTS:
        return _of_items("list", items[0], scope, name)
    if base in DICTS:
        numbered = of_annotation(items[0], scope, name) == k.INT
        made = _of_items("dict", items[-1], scope, name)
        return replace(made, numbered=numbered) if isinstance(made, k.Dict) else made
    return _of_name(Qualified(base), scope, name) if "Callable" in base else k.ANY


def _of_tuple(items: list[ast.expr], scope: Scope, name: str) -> KTree:
    if len(items) == 2 and isinstance(items[1], ast.Constant) and items[1].value is Ellipsis:
        return _of_items("tuple", items[0], scope, name)
    if len(items) == 1 and isinstance(items[0], ast.Tuple):
        items = []
    trees = tuple(of_annotation(item, scope, f"{name}[{i}]") for i, item in enumerate(items))
    return structure("tuple", range(len(trees)), trees)


def _of_items(form: str, node: ast.expr, scope: Scope, name: str) -> KTree:
    """A list, dictionary or tuple, however long, by what each of its items is."""
    tree = of_annotation(node, scope, f"{name}[]")
    if isinstance(tree, Node) and (tree.form == "record" or tree.keys == (ONE,)):
        return many_of(form, tree)
    kind = _as_kind(tree)
    return k.Dict(thawed(kind)) if form == "dict" else k.List(kind, form == "tuple")


def many_of(form: str, tree: Node) -> Node:
    """A list, dictionary or tuple of objects of this class, or of one of these classes."""
    records = children(tree) if tree.form == MANY else (tree,)
    return structure(MANY, (form,), map(of_each, records))


def of_each(tree: KTree) -> KTree:
    """What each item is, where the lengths of arrays may be other ones in other items."""
    match tree:
        case Node():
            return structure(tree.form, tree.keys, map(of_each, children(tree)), tree.record)
        case k.Array():
            return _array_of_each(tree)
    return tree


def _array_of_each(kind: k.Array) -> k.Array:
    return k.Array(kind.dtype, tuple(map(k.each, kind.dims))) if kind.dims else kind


def _as_kind(tree: KTree) -> k.Kind | None:
    match tree:
        case k.Array():
            return _array_of_each(tree)
        case Node(form="tuple"):
            inner = [_as_kind(item) for item in children(tree)]
            return k.Tuple(tuple(k.ANY if kind is None else thawed(kind) for kind in inner))
        case Node(form="dict" | "list") if (one := one_kind(children(tree))) is not None:
            return k.Dict(one) if tree.form == "dict" else k.List(one)
        case Node() if tree.form == MANY and tree.keys != (ONE,):
            held = _as_kind(children(tree)[0])
            return k.Dict(held) if tree.keys[0] == "dict" else k.List(held)
        case Node():
            return k.Opaque(tree.record or tree.form)
    return tree


def thawed(kind: Any) -> Any:
    """Tuples of any length inside of what is no list: what is done with them is what lists do."""
    return k.List(thawed(kind.item)) if isinstance(kind, k.List) else kind


def one_kind(trees: Sequence[KTree]) -> k.Kind | None:
    """The kind that all of these have, where they are alike, or are numbers and arrays."""
    kinds = list(dict.fromkeys(_as_kind(tree) for tree in trees))
    if len(kinds) == 1:
        return kinds[0]
    if not all(isinstance(kind, (k.Scalar, k.Array, k.Any_)) for kind in kinds):
        return None
    dtypes = {k.dtype_of(kind) for kind in kinds}
    dtype = dtypes.pop() if len(dtypes) == 1 else None
    arrays = all(isinstance(kind, k.Array) for kind in kinds)
    return k.Array(dtype, None) if arrays and dtype else k.Any_(dtype)


def _element(node: ast.expr, scope: Scope) -> str | None:
    """The dtype class that np.float32 or np.dtype[np.float32] names."""
    if isinstance(node, ast.Subscript):
        return _element(node.slice, scope)
    entity = entity_of(node, scope)
    return SCALARS.get(entity.name) if entity is not None else None
