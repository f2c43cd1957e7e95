"""Classes of files that annotations name: what their objects hold.

    class Point(NamedTuple):
        x: float                          p: Point    =>    record (x: float, y: float)
        y: float
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from adcompile.frontend import annotations as an
from adcompile.frontend import families, named_tuples, plain_classes
from adcompile.frontend.entities import Qualified, Scope
from adcompile.frontend.lineages import line_of, names_above
from adcompile.frontend.objects import Enumerated, Owner, entered
from adcompile.trace import kinds as k
from adcompile.trace.ir import Node
from adcompile.trace.paths import MANY, ONE

if TYPE_CHECKING:
    from adcompile.frontend.annotations import KTree

    Parts = tuple[Sequence[str], Sequence[KTree]]  # names, and what they are


def of_class(entity: Qualified, cls: ast.ClassDef, scope: Scope, name: str) -> KTree:
    """What an argument called `name` is, whose annotation names this class; ANY where it may be of
    a class below that is not known.
    """
    record = _record(cls, scope)
    if record is not None:
        return _of_objects(cls, record, scope, name)
    if _is_typed_dict(cls, scope):
        keys, trees = _fields(cls, scope, name)
        if _is_total(cls, scope):
            return an.structure("dict", keys, trees)
        one = an.one_kind(trees)
        return k.ANY if one is None else k.Dict(an.thawed(one))
    if plain_classes.is_plain(cls):
        return _of_objects(cls, None, scope, name)
    found = _of_members(entity, cls)
    return either(cls, scope, name) if found == k.ANY else found


def _of_members(entity: Qualified, cls: ast.ClassDef) -> KTree:
    """A member of an enumeration; one of integers or texts is one of these."""
    names = [name.rpartition(".")[2] for name in names_above(cls)]
    kinds: dict[str, KTree] = {"IntEnum": k.INT, "int": k.INT, "StrEnum": k.STRING, "str": k.STRING}
    mixed = [kinds[name] for name in names if name in kinds]
    plain = "Enum" in names and "float" not in names
    return mixed[0] if mixed else Enumerated(cls.name, entity.name, cls) if plain else k.ANY


def _home(node: ast.ClassDef, scope: Scope) -> Scope:
    """The file that a class stands in; of one made inside a function, the scope that it is in."""
    return getattr(node, "home", scope)


def is_record(node: ast.ClassDef, scope: Scope) -> bool:
    """Is this class a dataclass or a typing.NamedTuple?"""
    scope = _home(node, scope)
    marks = [d.func if isinstance(d, ast.Call) else d for d in node.decorator_list]
    names = [entity.name for entity in (an.entity_of(m, scope) for m in marks) if entity]
    return "dataclasses.dataclass" in names or named_tuples.is_one(node)


def _record(node: ast.ClassDef, scope: Scope) -> ast.ClassDef | None:
    """The dataclass or named tuple, this class or one above it, that its objects are made as."""
    for each in line_of(node):
        if is_record(each, scope):
            return each
        if plain_classes.has_init(each):
            break
    return None


def _is_typed_dict(node: ast.ClassDef, scope: Scope) -> bool:
    entities = [an.entity_of(base, _home(node, scope)) for base in node.bases]
    return any(entity is not None and entity.name == "typing.TypedDict" for entity in entities)


def _is_total(node: ast.ClassDef, scope: Scope) -> bool:
    """Are all keys of a TypedDict there, those of the classes above it too?"""
    partial = [o for o in node.keywords if o.arg == "total" and ast.unparse(o.value) == "False"]
    notes = [ast.unparse(s.annotation) for s in node.body if isinstance(s, ast.AnnAssign)]
    above = [an.entity_of(base, _home(node, scope)) for base in node.bases]
    classes = [each.obj for each in above if each and isinstance(each.obj, ast.ClassDef)]
    optional = bool(partial) or any("NotRequired" in note for note in notes)
    return not optional and all(_is_total(cls, scope) for cls in classes if cls is not node)


def _of_objects(node: ast.ClassDef, record: ast.ClassDef | None, scope: Scope, name: str) -> KTree:
    """An object by its fields, or what its __init__ gives it; not what is in one of its own class.
    """
    owner = Owner(node.name, node, False, scope=_home(node, scope))
    with entered(node) as is_first:
        if not is_first:
            return k.Opaque(owner)
        parts = _attributes(node, scope, name) if record is None else _fields(record, scope, name)
        return an.structure("record", *parts, owner)


def _attributes(node: ast.ClassDef, scope: Scope, name: str) -> Parts:
    """What a dataclass above a class, and its __init__, give its objects."""
    record = next((each for each in line_of(node) if is_record(each, scope)), None)
    found: dict[str, KTree] = {} if record is None else dict(zip(*_fields(record, scope, name)))
    for attribute, note, home in plain_classes.attributes(node):
        tree = an.of_annotation(note, home, f"{name}.{attribute}")
        known = attribute in found and found[attribute] != tree
        found[attribute] = k.ANY if known else tree
    return tuple(found), tuple(found.values())


def either(cls: ast.ClassDef, scope: Any, name: str) -> KTree:
    """An object of the class that an annotation names, or of one below it: of which, is asked."""
    classes = families.of_class(cls, scope)
    if not classes or classes == (cls,):
        return k.ANY
    with entered(cls) as is_first:
        if not is_first:
            return k.Opaque(cls.name)
        found = [_of_exactly(each, scope, name) for each in classes]
        return an.structure(MANY, (ONE,), found)


def _of_exactly(cls: ast.ClassDef, scope: Scope, name: str) -> Node:
    """An object of this class, and of none below it."""
    owner = Owner(cls.name, cls, False, scope=_home(cls, scope), exact=True)
    for each in line_of(cls):
        if plain_classes.has_init(each):
            return an.structure("record", *_attributes(cls, scope, name), owner)
        if is_record(each, scope):
            return an.structure("record", *_fields(each, scope, name), owner)
    return an.structure("record", (), (), owner)


def _fields(node: ast.ClassDef, scope: Scope, name: str) -> Parts:
    """The names of a class's fields, those of the classes above it first, and their annotations."""
    found: dict[str, KTree] = {}
    scope = _home(node, scope)
    for above in reversed(line_of(node)[1:]):
        found.update(zip(*_fields(above, scope, name)))
    holds = is_record(node, scope) or _is_typed_dict(node, scope)
    for statement in node.body if holds else ():
        match statement:
            case ast.AnnAssign(target=ast.Name(id=field), annotation=note, value=default):
                if "ClassVar" not in ast.unparse(note):
                    said = an.or_none(note, an.held(default))
                    found[field] = an.of_annotation(said, scope, f"{name}.{field}")
    return tuple(found), tuple(found.values())
