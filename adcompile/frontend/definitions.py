"""Classes of files that are only read: what their names are, found along their bases."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    expressions,
    lineages,
    liveness,
    local_classes,
    named_tuples,
    parameters,
    remembered,
)
from adcompile.frontend import sources as s
from adcompile.frontend.annotations import held
from adcompile.frontend.lineages import line_of
from adcompile.frontend.values import Closure, Name, Partial, Poison, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

SORTS = {
    "property": "property", "cached_property": "cached", "functools.cached_property": "cached",
    "staticmethod": "static", "classmethod": "class",
}  # fmt: skip
PLAIN = ("abstractmethod", "abc.abstractmethod", "override", "typing.override",
         "contextmanager", "contextlib.contextmanager")  # fmt: skip


def home(cls: ast.ClassDef) -> s.Module:
    """The file that a class stands in."""
    return cls.home  # type: ignore[attr-defined]


def is_plain(cls: ast.ClassDef) -> bool:
    """Has a class nothing above it but classes of files, so that no number or array is of it?"""
    names = [each for each in lineages.line(cls) if isinstance(each, str)]
    return all(name in local_classes.ABOVE[:-1] for name in names)


def is_record(cls: ast.ClassDef) -> bool:
    """Is this class, rather than one above it, a dataclass or a named tuple?"""
    return is_dataclass(cls) or named_tuples.is_one(cls)


def records(cls: ast.ClassDef) -> list[ast.ClassDef]:
    """The dataclasses and named tuples among a class and those above it, nearest first."""
    return list(filter(is_record, line_of(cls)))


def declared(cls: ast.ClassDef) -> dict[str, tuple[ast.ClassDef, ast.AnnAssign]]:
    """The fields of a dataclass or named tuple, and where each is: as Python, class by class, takes
    all those of the one, which may be above another, too.
    """
    if not is_record(cls):
        below = records(cls)
        return declared(below[0]) if below else {}
    found: dict[str, tuple[ast.ClassDef, ast.AnnAssign]] = {}
    for each in reversed(line_of(cls)[1:]):
        found.update(declared(each))
    found.update((name, (cls, node)) for name, node in annotated(cls).items())
    return found


def is_dataclass(cls: ast.ClassDef) -> bool:
    """Is this class, rather than one above it, a dataclass?"""
    return any("dataclass" in ast.unparse(mark) for mark in cls.decorator_list)


def fills(cls: ast.ClassDef) -> bool:
    """Has this dataclass an __init__ that sets its fields, if it writes none itself?"""
    return is_dataclass(cls) and not any(
        "init=False" in ast.unparse(mark) for mark in cls.decorator_list
    )


def filling(cls: Any, *given: Value) -> Partial:
    """The __init__ that a dataclass has by itself, with what it is given first."""
    name = cls.__name__ if isinstance(cls, type) else cls.name
    return Partial(Name("%fields"), (Name(name, cls), *given), ())


def fields(low: Lowerer, cls: ast.ClassDef) -> dict[str, Any]:
    """The fields of a dataclass or named tuple, each with its default (or None)."""
    found: dict[str, Any] = {}
    for name, (owner, node) in declared(cls).items():
        default = _default(low, owner, name, node.value)
        if default is not NO_FIELD:
            found[name] = default
    return found


def annotated(cls: ast.ClassDef) -> dict[str, ast.AnnAssign]:
    """The fields in the body of a class."""
    return {
        node.target.id: node for node in cls.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        and not any(word in ast.unparse(node.annotation) for word in ("ClassVar", "KW_ONLY"))
    }  # fmt: skip


def keywords_from(cls: ast.ClassDef) -> float:
    """The line of `_: KW_ONLY`, behind which the fields of a class are given by name alone."""
    lines = [
        node.lineno for node in cls.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).endswith("KW_ONLY")
    ]  # fmt: skip
    return min(lines, default=float("inf"))


NO_FIELD = object()


@dataclass(frozen=True, slots=True)
class Written:
    """What the body of a class of a file sets a name to."""

    cls: ast.ClassDef
    node: ast.expr


def _is_left_out(node: ast.expr) -> bool:
    options = node.keywords if isinstance(node, ast.Call) else []
    return any(o.arg == "init" and ast.unparse(o.value) == "False" for o in options)


def _default(low: Lowerer, cls: ast.ClassDef, name: str, node: ast.expr | None) -> Any:
    """What makes the default of a field; None without one, NO_FIELD for field(init=False)."""
    place = local_classes.place_of(cls)
    if place is not None and node is not None and not _is_left_out(node):
        return local_classes.default(low, place, name)
    if not (isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "field"):
        return None if node is None else partial(in_body, low, cls, node)
    options = {keyword.arg: keyword.value for keyword in node.keywords}
    if "init" in options and ast.unparse(options["init"]) == "False":
        return NO_FIELD
    if "default" in options:
        return partial(in_body, low, cls, options["default"])
    if "default_factory" in options:
        made = ast.copy_location(ast.Call(options["default_factory"], [], []), node)
        return partial(in_body, low, cls, made)
    return None


def member(low: Lowerer, cls: ast.ClassDef, name: str, part: str = "") -> tuple[str, Any] | None:
    """What a name of a class is: see classes.Member; `part` is ".fset" for the setter."""
    hidden = lineages.hidden_by(cls)
    if hidden is not None:
        raise low.rejection(
            None, f"{cls.name} is below {hidden}, which is not read, before it is below others; "
            "which one a name is of is not known", "ADC206",
        )  # fmt: skip
    for each in line_of(cls):
        found = own(low, each, name, part)
        if found is not None:
            return found
    return None


def class_value(low: Lowerer, base: Name, cls: ast.ClassDef, name: str) -> Value:
    """Class.name, of a class of a file."""
    match member(low, cls, name):
        case None:
            return Name(f"{base.qualified}.{name}")
        case "value", Written() as found:
            return written_value(low, name, found)
        case "given", value:
            return value
        case "class", function:
            return Partial(closure(function), (base,), ())
        case "fields", owner:
            return filling(owner)
        case _, function:
            return closure(function)


def written_value(low: Lowerer, name: str, found: Written) -> Value:
    """What a name of a class stands for, where its body sets it to this."""
    scope = getattr(found.cls, "home", None)
    if scope is not None and scope.alters(name, found.node):
        return Poison(
            f"what {name!r} of {found.cls.name} is, of which there is one for all calls, cannot be "
            "read from the file, where other statements set or change it; give it as an argument, "
            "or make it in __init__", "ADC111",
        )  # fmt: skip
    return remembered.shared(low, in_body(low, found.cls, found.node), f"{name!r} of a class")


def in_body(low: Lowerer, cls: ast.ClassDef, node: ast.expr) -> Value:
    """An expression in the body of a class: its names are those set before in the body, and those
    of the file.
    """
    used = liveness.loads(node)
    body: dict[str, ast.expr | ast.FunctionDef | None] = {}
    for statement in cls.body:
        if statement.lineno >= node.lineno:
            break
        body.update((name, value) for name, value in _bound(statement).items() if name in used)
    with low.standing_in(parameters.module_function(home(cls))) as names:
        for name, value in body.items():
            if value is None:
                raise low.rejection(
                    None, f"what {name!r} is in the body of {cls.name} cannot be read from the "
                    "file, where it is not bound by a plain assignment", "ADC111",
                )  # fmt: skip
            if isinstance(value, ast.FunctionDef):
                names[name] = Closure(_function(cls, value))
            else:
                names[name] = in_body(low, cls, value)
        return expressions.lower(low, node)


def class_around(function: s.Function) -> ast.ClassDef | None:
    """The class of a file in whose body a function stands."""
    if not isinstance(function.scope, s.Module):
        return None
    cls = function.scope.classes.get(function.qualified.partition(".")[0])
    return cls if cls is not None and function.node in cls.body else None


def _bound(statement: ast.stmt) -> dict[str, ast.expr | ast.FunctionDef | None]:
    """The names that a statement of the body of a class binds; None to what is not followed."""
    match statement:
        case ast.FunctionDef(name=name):
            return {name: statement}
        case ast.Assign(targets=targets, value=value) if all(
            isinstance(target, ast.Name) for target in targets
        ):
            return {ast.unparse(target): value for target in targets}
        case ast.AnnAssign(target=ast.Name(id=name), value=value):
            return {} if value is None else {name: value}
    stored = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id: None for node in stored if isinstance(node.ctx, ast.Store)}


def closure(function: Any) -> Closure:
    """A method: that of a class made inside a function has variables around it."""
    return function if isinstance(function, Closure) else Closure(function)


def around(low: Lowerer, cls: ast.ClassDef) -> ast.ClassDef | None:
    """The class, of an object's class and those above it, of the method that is being lowered."""
    names = low.frame.function.qualified.split(".")
    return next((each for each in line_of(cls) if each.name in names), None)


def above(
    low: Lowerer, cls: ast.ClassDef, below: ast.ClassDef, name: str
) -> tuple[str, Any] | None:
    """What a name is in the classes behind one, of an object's class and those above it."""
    above = line_of(cls)
    for each in above[above.index(below) + 1 :]:
        found = own(low, each, name)
        if found is not None:
            return found
    return None


def mangled(cls: ast.ClassDef, name: str) -> str:
    """The name that a name in the body of this class has outside of it."""
    private = name.startswith("__") and not name.endswith("__") and cls.name.strip("_")
    return f"_{cls.name.lstrip('_')}{name}" if private else name


def own(low: Lowerer, cls: ast.ClassDef, name: str, part: str = "") -> tuple[str, Any] | None:
    """What a name in the body of this class is."""
    found: tuple[str, Any] | None = None
    place = local_classes.place_of(cls)
    for node in cls.body:
        match node:
            case ast.FunctionDef() if mangled(cls, node.name) == name:
                sort = _sort(low, node, part)
                if sort is not None:
                    found = sort, place.methods[node] if place else _function(cls, node)
            case ast.Assign(targets=targets, value=value):
                if any(isinstance(t, ast.Name) and mangled(cls, t.id) == name for t in targets):
                    found = _alias(low, cls, name, value, part)
            case ast.AnnAssign(target=ast.Name(id=bound), value=ast.expr() as value):
                given = held(value)
                if place is not None:
                    given = value if name in place.values else None  # not what is made anew
                if mangled(cls, bound) == name and given is not None:
                    found = _alias(low, cls, name, given, part)
    if found is None and name == "__init__" and fills(cls):
        return "fields", cls
    return found


def _alias(
    low: Lowerer, cls: ast.ClassDef, name: str, value: ast.expr, part: str
) -> tuple[str, Any]:
    """__rmul__ = __mul__ in a class names the same method."""
    if isinstance(value, ast.Name) and value.id != name:
        same = own(low, cls, value.id, part)
        if same is not None:
            return same
    place = local_classes.place_of(cls)
    if place is not None:
        return "given", place.values[name]
    return "value", Written(cls, value)


def _function(cls: ast.ClassDef, node: ast.FunctionDef) -> s.Function:
    module = home(cls)
    qualified = f"{cls.name}.{node.name}"
    return s.Function(node.name, node, module.file, module.text, module, qualified)


def _sort(low: Lowerer, node: ast.FunctionDef, part: str) -> str | None:
    """How a method is found; None where it is the other half of a property."""
    sort = "method"
    for decorator in node.decorator_list:
        mark = ast.unparse(decorator)
        if mark in SORTS:
            sort = SORTS[mark]
        elif mark == f"{node.name}.setter":
            return "property" if part else None
        elif mark not in PLAIN:
            raise low.rejection(
                None, f"{node.name} is decorated by {mark}, which is not known here", "ADC220"
            )
    return None if part else sort
