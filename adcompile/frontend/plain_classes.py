"""Classes of files that are no dataclasses: what their __init__ gives an object, as it is written.

    class Body:
        def __init__(self, mass: float, x: np.ndarray) -> None:
            self.mass = mass                    mass: float
            self.x = np.array(x)       =>       x: np.ndarray
            self.age = 0.0                      age: float

What is set elsewhere too may be anything: total = 0 may have become a float, or an array.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from adcompile.frontend import families
from adcompile.frontend.lineages import line_of, name_of, names_above

if TYPE_CHECKING:
    from adcompile.frontend.files import Module

NONE_OF_THESE = ("Enum", "IntEnum", "StrEnum", "Flag", "TypedDict", "NamedTuple", "Exception")
ARRAYS = ("array", "asarray", "zeros", "ones", "empty", "eye", "linspace", "zeros_like", "full")


def is_plain(cls: ast.ClassDef) -> bool:
    """Is this a class whose objects are made by an __init__ that is written out, its own or above?
    """
    names = [name.partition("[")[0].rpartition(".")[2] for name in names_above(cls)]
    others = any(name in NONE_OF_THESE or name.endswith("Error") for name in names)
    if others or cls.keywords or families.is_protocol(cls):
        return False
    return hasattr(cls, "home") and any(map(has_init, line_of(cls)))


def has_init(cls: ast.ClassDef) -> bool:
    return _init(cls) is not None


def attributes(cls: ast.ClassDef) -> Iterator[tuple[str, ast.expr | None, Module]]:
    """The attributes that the __init__ of a class, and of those above it, sets: what each is said
    to be, or None, and the file that says it.
    """
    for each, init in reversed(_inits(cls)):
        home = getattr(each, "home", None)
        if home is None:
            continue
        order = (*init.args.posonlyargs, *init.args.args, *init.args.kwonlyargs)
        rebound = {n.id for n in ast.walk(init)
                   if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}  # fmt: skip
        notes = {a.arg: a.annotation for a in order if a.arg not in rebound}
        own = order[0].arg if order else ""
        elsewhere, inside = Counter(_stored(home.tree)), Counter(_stored(init))
        for target, annotation, value in _assigned(init):
            match target:
                case ast.Attribute(value=ast.Name(id=base), attr=name) if base == own:
                    private = name.startswith("__") and not name.endswith("__")
                    known = f"_{each.name.lstrip('_')}{name}" if private else name
                    alone = elsewhere[name] == inside[name]
                    yield known, annotation or (_said(value, notes) if alone else None), home


def _stored(node: ast.AST) -> Iterator[str]:
    """The attributes that are set anywhere in a piece of syntax."""
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
            yield part.attr


def _inits(cls: ast.ClassDef) -> list[tuple[ast.ClassDef, ast.FunctionDef]]:
    """The __init__ that makes the objects of a class, and those that it calls, nearest first."""
    line = [(each, init) for each in line_of(cls) if (init := _init(each)) is not None]
    called = line[:1]
    for number, (each, init) in enumerate(line):
        if (each, init) not in called:
            continue
        for part in ast.walk(init):
            match part:
                case ast.Attribute(value=ast.Call(func=ast.Name("super")), attr="__init__"):
                    called += line[number + 1 : number + 2]
                case ast.Attribute(value=base, attr="__init__"):
                    called += [one for one in line if one[0].name == name_of(base)]
    return [one for one in line if one in called]


def _init(cls: ast.ClassDef) -> ast.FunctionDef | None:
    found = (n for n in cls.body if isinstance(n, ast.FunctionDef) and n.name == "__init__")
    return next(found, None)


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None, ast.expr | None]]:
    """Each target in a function, with its annotation and the value that it gets."""
    for part in ast.walk(node):
        match part:
            case ast.AnnAssign():
                yield part.target, part.annotation, part.value
            case ast.Assign():
                for target in part.targets:
                    yield from _pairs(target, part.value)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[Any]:
    match target, value:
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            for each, item in zip(targets, values):
                yield from _pairs(each, item)
        case ast.Tuple(elts=targets), _:
            yield from ((each, None, None) for each in targets)
        case _:
            yield target, None, value


def _said(value: ast.expr | None, notes: dict[str, ast.expr | None]) -> ast.expr | None:
    """The annotation of what an attribute is set to, where that is plain to see."""
    match value:
        case ast.Name(id=name):
            return notes.get(name)
        case ast.Constant(value=constant) if isinstance(constant, (bool, int, float, str)):
            return ast.Name(type(constant).__name__, ast.Load())
        case ast.Call(func=ast.Name(id="float")):
            return ast.Name("float", ast.Load())
        case ast.Call(func=ast.Attribute(value=ast.Name(), attr=name)) if name in ARRAYS:
            return ast.Constant("np.ndarray")
    return None
