"""Arguments that are of one of several classes: an abstract one, a protocol, one with others below.

    class Shape(ABC): ...               shapes: list[Shape]
    class Disc(Shape): r: float         [(0, each.r, 0.0) if type(each).__name__ == "Disc"
    class Box(Shape): a: float    =>     else (1, each.a, each.b) ... for each in shapes]
                      b: float

Which of the classes an object is of, the run tells, by the name of its class.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from adcompile.frontend.entities import Qualified
from adcompile.frontend.files import Module
from adcompile.frontend.lineages import line_of, names_above

MOST = 16  # classes that one argument may be of
ABOVE = ("ABC", "Protocol", "Generic", "object")
DECORATED = ("dataclass", "runtime_checkable", "total_ordering", "final")
METACLASSES = ("ABCMeta", "abc.ABCMeta")
ABSTRACT = ("abstractmethod", "abc.abstractmethod")


@lru_cache(maxsize=64)
def in_sight(module: Any) -> tuple[ast.ClassDef, ...]:
    """The classes of a file, those inside its functions too, and those that it imports."""
    if not isinstance(module, Module):
        return ()
    found = {node: None for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)}
    found.update((cls, None) for cls in module.classes.values())
    for qualified in module.imports.values():
        entity = module.imported(qualified)
        other = entity.obj if isinstance(entity, Qualified) else None
        if isinstance(other, ast.ClassDef):
            found[other] = None
        elif isinstance(other, Module) and other is not module:
            found.update((cls, None) for cls in other.classes.values())
    return tuple(found)


def of_class(cls: ast.ClassDef, module: Any) -> tuple[ast.ClassDef, ...]:
    """The classes that an object annotated with one may be of; none where they cannot be told."""
    seen = dict.fromkeys((*in_sight(getattr(cls, "home", None)), *in_sight(module)))
    names = Counter(each.name for each in seen)
    found = [each for each in seen if _is_below(each, cls) and not is_abstract(each)]
    plain = all(_is_plain(each) and names[each.name] == 1 for each in found)
    return tuple(found) if plain and len(found) <= MOST else ()


def _is_below(cls: ast.ClassDef, base: ast.ClassDef) -> bool:
    if not is_protocol(base) or base in line_of(cls):
        return base in line_of(cls)
    return not is_protocol(cls) and _has_all(cls, base)


def is_open(cls: ast.ClassDef) -> bool:
    """Is no object of this class alone: is it abstract, or a protocol?"""
    return _is_plain(cls) and (is_protocol(cls) or is_abstract(cls))


def is_protocol(cls: ast.ClassDef) -> bool:
    return any(_last(ast.unparse(base)) == "Protocol" for base in cls.bases)


def is_abstract(cls: ast.ClassDef) -> bool:
    """Has a class a method that only those below it can do?"""
    seen: dict[str, bool] = {}
    for each in line_of(cls):
        for name, node in _functions(each):
            seen.setdefault(name, _is_left_out(node))
    return any(seen.values())


def _is_left_out(node: ast.FunctionDef) -> bool:
    """Is this a method that is marked as abstract, or raises NotImplementedError and no more?"""
    if any(ast.unparse(mark) in ABSTRACT for mark in node.decorator_list):
        return True
    body = [each for each in node.body if not _is_text(each)]
    match body:
        case [ast.Raise(exc=ast.Name(id=name) | ast.Call(func=ast.Name(id=name)))]:
            return name == "NotImplementedError"
    return False


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _functions(cls: ast.ClassDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in cls.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node


def _has_all(cls: ast.ClassDef, protocol: ast.ClassDef) -> bool:
    """Has a class the methods of a protocol, and does it declare its attributes?"""
    own = {name for each in line_of(cls) if not is_protocol(each) for name in _names(each)}
    asked = {name for each in line_of(protocol) for name in _names(each, False)}
    return bool(asked) and asked <= own


def _names(cls: ast.ClassDef, inside: bool = True) -> Iterator[str]:
    """The methods and declared attributes of a class, and those that its __init__ sets."""
    for node in cls.body:
        match node:
            case ast.FunctionDef(name=name):
                yield name
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                yield name
    if not inside:
        return
    for name, function in _functions(cls):
        for part in ast.walk(function) if name == "__init__" else ():
            if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
                yield part.attr


def _is_plain(cls: ast.ClassDef) -> bool:
    """Is it at the top of a file, and is nothing above it but such classes, and abstract ones?"""
    home = getattr(cls, "home", None)
    known = {each.name for each in line_of(cls)}
    marks = [ast.unparse(mark).partition("(")[0] for mark in cls.decorator_list]
    return (
        home is not None and home.classes.get(cls.name) is cls
        and all(_last(name) in (*ABOVE, *known) for name in names_above(cls))
        and all(_last(mark) in DECORATED for mark in marks)
        and all(ast.unparse(option.value) in METACLASSES for option in cls.keywords)
    )  # fmt: skip


def _last(name: str) -> str:
    return name.partition("[")[0].rpartition(".")[2]


def listed(names: Sequence[str]) -> str:
    """Disc, Box or Wedge"""
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last
