"""Named tuples of files; those that a call makes are written as classes with annotated fields."""

from __future__ import annotations

import ast
from collections.abc import Sequence


def is_one(cls: ast.ClassDef) -> bool:
    """Is this, rather than a class above it, the class of a named tuple?"""
    return any("NamedTuple" in ast.unparse(base) for base in cls.bases)


def takes_attributes(line: Sequence[ast.ClassDef]) -> bool:
    """Have the objects of a class, given with those above it, room for more than their fields?"""
    place = next(n for n, cls in enumerate(line) if is_one(cls))
    below = line[: place + hasattr(line[place], "is_below")]
    return any(not _has_slots(cls) for cls in below)


def _has_slots(cls: ast.ClassDef) -> bool:
    targets = [each for node in cls.body if isinstance(node, ast.Assign) for each in node.targets]
    return any(isinstance(each, ast.Name) and each.id == "__slots__" for each in targets)


def is_made(call: ast.Call) -> bool:
    """Is this namedtuple("Name", fields), with fields that can be read?"""
    return (
        ast.unparse(call.func) in ("namedtuple", "collections.namedtuple")
        and len(call.args) == 2
        and all(keyword.arg == "defaults" for keyword in call.keywords)
        and all(isinstance(k.value, (ast.Tuple, ast.List)) for k in call.keywords)
        and isinstance(call.args[1], (ast.Constant, ast.Tuple, ast.List))
    )


def written(name: str, call: ast.Call, where: ast.AST) -> ast.ClassDef:
    """The class that namedtuple("Name", fields, defaults=...) makes, as it would be written."""
    given = ast.literal_eval(call.args[1])
    fields = given.replace(",", " ").split() if isinstance(given, str) else list(given)
    text = f"class {name}(NamedTuple):\n" + "".join(f"    {f}: object\n" for f in fields)
    made = ast.parse(text + "    pass\n").body[0]
    assert isinstance(made, ast.ClassDef)
    last = call.keywords[0].value if call.keywords else None
    defaults = last.elts if isinstance(last, (ast.Tuple, ast.List)) else []
    for node, default in zip(made.body[len(fields) - len(defaults) : len(fields)], defaults):
        assert isinstance(node, ast.AnnAssign)
        node.value = default
    kept = [part for default in defaults for part in ast.walk(default)]
    for part in ast.walk(made):
        if part not in kept:
            ast.copy_location(part, where)
    return made


def write_out(cls: ast.ClassDef) -> None:
    """Write class Name(namedtuple(...)) as the class below NamedTuple that it is like."""
    for number, base in enumerate(cls.bases):
        if isinstance(base, ast.Call) and is_made(base):
            made = written(cls.name, base, base)
            cls.bases[number] = made.bases[0]
            cls.body = [*made.body[:-1], *cls.body]
            cls.is_below = True  # type: ignore[attr-defined]
