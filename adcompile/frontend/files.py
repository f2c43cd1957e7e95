"""Files, read and never run: their functions, imports and constants."""

from __future__ import annotations

import ast
import builtins
import cmath  # noqa: F401
import io
import math  # noqa: F401
import sys
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeGuard

import numpy  # noqa: F401

from adcompile.depth import deep
from adcompile.frontend import asked, blocks, comments, named_tuples, neighbours, registering
from adcompile.frontend.altered import Altered, Depths, changed, top_level
from adcompile.frontend.entities import Constant, Entity, Function, Qualified

LIBRARIES = (
    "numpy", "math", "cmath", "builtins", "operator", "adcompile", "scipy", "typing", "dataclasses",
)  # fmt: skip
PACKAGE = "__init__.py"
Origin = tuple["Module", str]


@dataclass(eq=False)
class Module:
    """A file as far as reading tells: top-level functions, what its imports bind, its constants.

    `from_imports` gives the text of the import that binds a name which is no module.
    """

    name: str
    file: str
    text: str
    tree: ast.Module
    functions: dict[str, Function] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    constants: dict[str, Constant] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    from_imports: dict[str, str] = field(default_factory=dict)
    rebound: dict[str, int] = field(default_factory=dict)
    unclear: dict[str, None] = field(default_factory=dict)
    pending: dict[str, None] = field(default_factory=dict)
    followed: Altered | None = None
    depths: dict[str, float] = field(default_factory=dict)
    built: dict[str, Constant | None] = field(default_factory=dict)
    several: dict[str, bool] = field(default_factory=dict)
    blocks: dict[str, tuple[ast.stmt, ...]] | None = None

    @property
    def altered(self) -> Altered:
        """What the file changes after it was made; looked for when it is first asked."""
        if self.followed is None:
            self.followed = Altered()  # meanwhile, for files that import one another
            self.followed = changed(self, _origin)
        return self.followed

    def is_known(self, name: str) -> bool:
        """Does a name mean the same, whatever has run?"""
        if name in self.constants and Depths(self).named(name) > 0:
            return name not in self.unclear and name not in self.altered
        return name not in self.unclear

    def changes(self, constant: Constant) -> bool:
        """Does this file, or one that it imports, change what another one has made?"""
        home = constant.scope
        if not isinstance(home, Module) or Depths(home).named(constant.name) == 0:
            return False
        files = neighbours.read_with(self, _neighbour)
        place = home.file, constant.name
        return any(place in each.altered.elsewhere for each in files if each is not home)

    def alters(self, name: str, node: ast.expr) -> bool:
        """May what a class holds under a name, as its body says, be another object, or changed?"""
        altered = self.altered.attributes
        return f"{name}=" in altered or (name in altered and Depths(self).of(node) > 0)

    def lookup(self, name: str) -> Entity:
        """What a name stands for in this file.  A dotted name is followed through modules."""
        head, *rest = name.split(".")
        entity = self._plain(head)
        for part in rest:
            entity = self._attribute(entity, part)
        return entity

    def _plain(self, name: str) -> Entity:
        found = self.own(name)
        if found is None and name not in self.rebound and hasattr(builtins, name):
            return Qualified(f"builtins.{name}")
        return found

    def own(self, name: str) -> Entity:
        """What this file itself binds to a name, or None; also where its imports go in a circle."""
        if name in self.pending:
            return None
        if not self.is_known(name) or name in self.constants:
            return blocks.constant(self, name)
        if name in self.functions:
            return self.functions[name]
        if name in self.classes:
            return Qualified(f"{self.name}.{name}", self.classes[name])
        self.pending[name] = None
        try:
            if name in self.imports:
                return self.imported(self.imports[name])
            return self._starred(name) or self._held(name)
        finally:
            del self.pending[name]

    def _held(self, name: str) -> Entity:
        """The file of this name in a package's folder."""
        held = _neighbour(self.file, f".{name}") if Path(self.file).name == PACKAGE else None
        return None if held is None else Qualified(f"{self.name}.{name}", held)

    def _starred(self, name: str) -> Entity:
        """What `from module import *` binds to a name."""
        for source in reversed(self.stars):
            neighbour = _neighbour(self.file, source)
            if neighbour is not None and name in neighbour.bound():
                return neighbour.lookup(name)
            if source in ("numpy", "math", "cmath") and name in _public(source):
                return Qualified(f"{source}.{name}")
        return None

    def bound(self) -> tuple[str, ...]:
        """The names that this file binds itself."""
        found = (*self.functions, *self.constants, *self.classes, *self.imports, *self.unclear)
        return tuple(name for name in found if not name.startswith("_"))

    def imported(self, qualified: str) -> Entity:
        """What a neighbour file holds where there is such a file, else the bare name.

        What a package binds itself comes before a file of the same name in its folder.
        """
        parent, last = _parent(qualified)
        holder = _neighbour(self.file, parent) if parent else None
        if holder is not None and holder is not self:
            found = holder.own(last)
            if found is not None or last in holder.rebound:
                return found
        neighbour = _neighbour(self.file, qualified)
        if neighbour is not None:
            return Qualified(qualified, neighbour)
        return Qualified(qualified) if holder in (None, self) else None

    def _attribute(self, entity: Entity, name: str) -> Entity:
        if not isinstance(entity, Qualified):
            return None
        if isinstance(entity.obj, Module):
            return entity.obj.lookup(name)
        return self.imported(f"{entity.name}.{name}")


@deep
def of_text(text: str, file: str) -> Module:
    """The module that a file's text holds.  Raises SyntaxError as Python does; runs nothing."""
    tree = registering.written_out(parse(text, file))
    name = _name_of(Path(file)) if file and not file.startswith("<") else "module"
    module = Module(name, file, text, tree)
    module.rebound = rebound = _rebound(tree)
    for statement in top_level(tree.body):
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                module.functions[statement.name] = Function(
                    statement.name, statement, file, text, module, f"{name}.{statement.name}"
                )
            case ast.ClassDef():
                named_tuples.write_out(statement)
                module.classes[statement.name] = statement
                statement.home = module  # type: ignore[attr-defined]
            case ast.Import() | ast.ImportFrom():
                _add_import(module, statement)
            case ast.Assign(targets=[ast.Name(id=bound)], value=ast.Call() as made) if (
                named_tuples.is_made(made)
            ):
                module.classes[bound] = named_tuples.written(bound, made, statement)
                module.classes[bound].home = module  # type: ignore[attr-defined]
            case ast.Assign() | ast.AnnAssign() if statement.value is not None:
                _add_constants(module, statement, rebound)
    for name in _substitutes(tree):
        if name in module.imports:
            module.functions.pop(name, None)
            module.classes.pop(name, None)
    flags = asked.flags(module, rebound, partial(_is_near, file))
    module.constants |= flags
    module.unclear = dict.fromkeys(name for name in _unclear(module) if name not in flags)
    return module


def _name_of(path: Path) -> str:
    """The name of the module in a file; that of a package is the name of its folder."""
    return path.parent.name if path.name == PACKAGE else path.stem


def decoded(content: bytes) -> str:
    """The text of a file of Python, in the encoding that it states."""
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return io.IncrementalNewlineDecoder(None, True).decode(content.decode(encoding))


def _substitutes(tree: ast.Module) -> Iterator[str]:
    """The names that stand in for what cannot be imported: try: import ... except: def ..."""
    for statement in tree.body:
        if isinstance(statement, ast.Try):
            for inner in (inner for handler in statement.handlers for inner in handler.body):
                if isinstance(inner, (ast.FunctionDef, ast.ClassDef)):
                    yield inner.name


def _public(library: str) -> frozenset[str]:
    """The names that `from library import *` binds."""
    module = sys.modules[library]
    return frozenset(getattr(module, "__all__", [n for n in vars(module) if n[0] != "_"]))


def _unclear(module: Module) -> Iterator[str]:
    """The names that are bound more than once, or not so that it can be read."""
    plain: dict[str, int] = {}
    for statement in module.tree.body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            plain[statement.name] = plain.get(statement.name, 0) + 1
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            for alias in statement.names:
                bound = alias.asname or alias.name.split(".")[0]
                plain[bound] = plain.get(bound, 0) + 1
    known = module.functions, module.constants, module.classes, module.imports
    for name, count in module.rebound.items():
        alone = plain.get(name) == count and _alone(module, name)
        several = count > 1 and name not in module.imports and not alone
        if several or not any(name in names for names in known):
            yield name


def _origin(module: Module, name: str, before: tuple[Module, ...] = ()) -> Origin | None:
    """The file that binds a name, which may be dotted, and what it is there; `.` is the file.

    None for what is of a library, or of Python.
    """
    head, _, rest = name.partition(".")
    if head not in module.imports and head in module.rebound:
        return module, name
    if module in before:
        return None
    before = (*before, module)
    for source in module.stars if head not in module.imports else ():
        other = _neighbour(module.file, source)
        if other is not None and (head in other.rebound or other.stars):
            return _origin(other, name, before)
        if source in ("numpy", "math", "cmath") and head in _public(source):
            return None
    if head not in module.imports:
        return None if hasattr(builtins, head) else (module, name)
    qualified, parts = ".".join(filter(None, (module.imports[head], rest))), list[str]()
    while qualified.strip("."):
        other = _neighbour(module.file, qualified)
        if other is not None:
            return _origin(other, ".".join(parts), before) if parts else (other, ".")
        qualified, last = _parent(qualified)
        parts.insert(0, last)
    return None


def _alone(module: Module, name: str) -> bool:
    """Is a name only defined, or only imported, so that the last time counts?"""
    return (name in module.functions) + (name in module.classes) + (name in module.imports) == 1


@lru_cache(maxsize=256)
def parse(text: str, file: str) -> ast.Module:
    """The tree of a file's text, one tree a text: nodes can be compared by identity."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Python says of the text it has said on importing it
        tree = ast.parse(text, filename=file)
    comments.attach(tree, text)
    return tree


def _add_import(module: Module, statement: ast.Import | ast.ImportFrom) -> None:
    """import a.b binds a; from a import b as c binds c to a.b."""
    for alias in statement.names:
        if isinstance(statement, ast.Import):
            bound = alias.asname or alias.name.split(".")[0]
            module.imports[bound] = alias.name if alias.asname else bound
        elif alias.name == "*":
            module.stars.append("." * statement.level + (statement.module or ""))
        else:
            source = "." * statement.level + (statement.module or "")
            dot = "" if source.endswith(".") else "."
            bound = alias.asname or alias.name
            module.imports[bound] = f"{source}{dot}{alias.name}"
            renamed = f" as {alias.asname}" if alias.asname else ""
            module.from_imports[bound] = f"from {source} import {alias.name}{renamed}"


def _add_constants(
    module: Module, statement: ast.Assign | ast.AnnAssign, rebound: dict[str, int]
) -> None:
    """NAME = expression, and A, B = first, second; only names bound once in the whole file."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    value = statement.value
    assert value is not None
    text = ast.get_source_segment(module.text, statement) or ""
    pairs = [pair for target in targets for pair in _unpacked(target, value)]
    for target, item in pairs:
        if not isinstance(target, ast.Name) or rebound.get(target.id) != 1:
            continue
        if isinstance(item, ast.Lambda):
            module.functions[target.id] = Function(
                target.id, item, module.file, module.text, module, f"{module.name}.{target.id}"
            )
        else:
            module.constants[target.id] = Constant(target.id, item, text, module)


def _unpacked(target: ast.expr, value: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Each name of a target, and what of the value it is: a, b = f() makes a of f()[0]."""
    if not isinstance(target, (ast.Tuple, ast.List)):
        yield target, value
        return
    if any(isinstance(each, ast.Starred) for each in target.elts):
        return
    places = [ast.Constant(i) for i in range(len(target.elts))]
    parts: list[ast.expr] = [ast.Subscript(value, place, ast.Load()) for place in places]
    for part in parts:
        ast.fix_missing_locations(ast.copy_location(part, value))
    if isinstance(value, (ast.Tuple, ast.List)):
        parts = value.elts
    if len(parts) == len(target.elts):
        for each, part in zip(target.elts, parts):
            yield from _unpacked(each, part)


def _rebound(tree: ast.Module) -> dict[str, int]:
    """How often a module-level name is bound; a `global` statement in a function counts as well."""
    count: dict[str, int] = {}

    def bind(names: list[str]) -> None:
        for name in names:
            count[name] = count.get(name, 0) + 1

    def visit(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            match child:
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                    bind([child.name])
                    stored = [n.id for n in ast.walk(child) if _is_stored(n)]
                    for inner in ast.walk(child):
                        if isinstance(inner, ast.Global):
                            bind([name for name in inner.names if name in stored])
                case ast.Lambda():
                    pass
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                    bind([name])
                case ast.alias():
                    bind([child.asname or child.name.split(".")[0]])
                case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                    pass
                case ast.AugAssign(target=ast.Name(id=name)):
                    bind([name, name])
                case _:
                    visit(child)

    visit(tree)
    return count


def _is_stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)


def _parent(qualified: str) -> tuple[str, str]:
    """The module that holds a qualified name, and the name in it: ..a.b is b of ..a, .a a of ."""
    dotted = qualified.lstrip(".")
    parent, _, last = dotted.rpartition(".")
    return qualified[: len(qualified) - len(dotted)] + parent, last


def _neighbour(file: str, qualified: str) -> Module | None:
    """The file that `import qualified` means, where it stands beside `file`; never imported."""
    dotted = qualified.lstrip(".")
    if not qualified or not file or file.startswith("<") or dotted.split(".")[0] in LIBRARIES:
        return None
    folder = Path(file).parent
    for _ in range(len(qualified) - len(dotted) - 1):
        folder = _above(folder)
    path = _file_of(folder, dotted)
    while path is None and dotted == qualified and (folder / PACKAGE).is_file():
        folder = _above(folder)
        path = _file_of(folder, dotted)
    if path is None:
        return None
    try:
        return _read_module(str(path), decoded(path.read_bytes()))
    except (OSError, UnicodeDecodeError, SyntaxError):
        return None


def _above(folder: Path) -> Path:
    """The folder that holds this one, also where it is named from within."""
    return folder.parent if folder.name not in ("", "..") else folder / ".."


def _is_near(file: str, qualified: str) -> bool:
    """Is this a file beside another one, or in the same package?"""
    return qualified.startswith(".") or _neighbour(file, qualified) is not None


def _file_of(folder: Path, dotted: str) -> Path | None:
    """The file of a module in a folder: a package's, else its own."""
    stem = folder.joinpath(*dotted.split(".")) if dotted else folder
    package = stem / PACKAGE
    if package.is_file():
        return package
    path = stem.with_name(f"{stem.name}.py")
    return path if dotted and path.is_file() else None


@lru_cache(maxsize=64)
def _read_module(file: str, text: str) -> Module:
    return of_text(text, file)
