"""Files, read and never run: their functions, imports and constants."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from adcompile.frontend.entities import Constant, Entity, Function, Qualified

LIBRARIES = ("numpy", "math", "builtins", "operator", "adcompile", "scipy", "typing", "dataclasses")


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

    def lookup(self, name: str) -> Entity:
        """What a name stands for in this file.  A dotted name is followed through modules."""
        head, *rest = name.split(".")
        entity = self._plain(head)
        for part in rest:
            entity = self._attribute(entity, part)
        return entity

    def _plain(self, name: str) -> Entity:
        if name in self.functions:
            return self.functions[name]
        if name in self.constants:
            return self.constants[name]
        if name in self.classes:
            return Qualified(f"{self.name}.{name}", self.classes[name])
        if name in self.imports:
            return self._imported(self.imports[name])
        return Qualified(f"builtins.{name}") if hasattr(builtins, name) else None

    def _imported(self, qualified: str) -> Entity:
        """A neighbour file's function where there is such a file, else the bare name."""
        neighbour = _neighbour(self.file, qualified)
        if neighbour is not None:
            return Qualified(qualified, neighbour)
        parent, _, last = qualified.rpartition(".")
        neighbour = _neighbour(self.file, parent) if parent else None
        return Qualified(qualified) if neighbour is None else neighbour.lookup(last)

    def _attribute(self, entity: Entity, name: str) -> Entity:
        if not isinstance(entity, Qualified):
            return None
        if isinstance(entity.obj, Module):
            return entity.obj.lookup(name)
        return self._imported(f"{entity.name}.{name}")


def of_text(text: str, file: str) -> Module:
    """The module that a file's text holds.  Raises SyntaxError as Python does; runs nothing."""
    tree = parse(text, file)
    name = Path(file).stem if file and not file.startswith("<") else "module"
    module = Module(name, file, text, tree)
    rebound = _rebound(tree)
    for statement in _top_level(tree.body):
        match statement:
            case ast.FunctionDef():
                module.functions[statement.name] = Function(
                    statement.name, statement, file, text, module, f"{name}.{statement.name}"
                )
            case ast.ClassDef():
                module.classes[statement.name] = statement
            case ast.Import() | ast.ImportFrom():
                _add_import(module, statement)
            case ast.Assign() | ast.AnnAssign() if statement.value is not None:
                _add_constants(module, statement, rebound)
    return module


@lru_cache(maxsize=256)
def parse(text: str, file: str) -> ast.Module:
    """The tree of a file's text, one tree a text: nodes can be compared by identity."""
    return ast.parse(text, filename=file)


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the file is imported, those in if and try blocks too."""
    for statement in body:
        yield statement
        match statement:
            case ast.If() if _is_main_guard(statement.test):
                pass
            case ast.If(body=inner, orelse=other):
                yield from _top_level(inner + other)
            case ast.Try(body=inner, handlers=handlers, orelse=other, finalbody=final):
                yield from _top_level(inner + other + final)
                for handler in handlers:
                    yield from _top_level(handler.body)
            case ast.With(body=inner):
                yield from _top_level(inner)


def _is_main_guard(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.left, ast.Name)
        and test.left.id == "__name__"
    )


def _add_import(module: Module, statement: ast.Import | ast.ImportFrom) -> None:
    """import a.b binds a; from a import b as c binds c to a.b."""
    for alias in statement.names:
        if isinstance(statement, ast.Import):
            bound = alias.asname or alias.name.split(".")[0]
            module.imports[bound] = alias.name if alias.asname else bound
        elif alias.name == "*":
            module.stars.append(statement.module or ".")
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
    pairs: list[tuple[ast.expr, ast.expr]] = []
    for target in targets:
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
            if len(target.elts) == len(value.elts):
                pairs += zip(target.elts, value.elts)
        else:
            pairs.append((target, value))
    for target, item in pairs:
        if not isinstance(target, ast.Name) or rebound.get(target.id) != 1:
            continue
        if isinstance(item, ast.Lambda):
            module.functions[target.id] = Function(
                target.id, item, module.file, module.text, module, f"{module.name}.{target.id}"
            )
        else:
            module.constants[target.id] = Constant(target.id, item, text, module)


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
                    for inner in ast.walk(child):
                        if isinstance(inner, ast.Global):
                            bind(inner.names)
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


def _neighbour(file: str, qualified: str) -> Module | None:
    """The file that `import qualified` means, where it stands beside `file`; never imported."""
    dotted = qualified.lstrip(".")
    if not dotted or not file or file.startswith("<") or dotted.split(".")[0] in LIBRARIES:
        return None
    folder = Path(file).parent
    for _ in range(len(qualified) - len(dotted) - 1):
        folder = folder.parent
    path = folder.joinpath(*dotted.split(".")).with_suffix(".py")
    if not path.is_file():
        return None
    try:
        return _read_module(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, SyntaxError):
        return None


@lru_cache(maxsize=64)
def _read_module(file: str, text: str) -> Module:
    return of_text(text, file)
