"""Exception classes of the user's own: the emitted module defines them as the user's text does.

    class Diverged(Exception):          a class whose text says all, by Python's own names and those
        def __init__(self, where):      of other such classes; a module that is made for functions
            self.where = where          at hand raises and catches the very class instead
"""

from __future__ import annotations

import ast
import builtins
import copy
import inspect
import sys
import textwrap
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from adcompile.frontend import customs, definitions, expressions, local_classes, restated
from adcompile.frontend import sources as s
from adcompile.frontend.values import Identity, Name, Num, Obj, Struct, Value
from adcompile.trace.ir import NOTHING

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

EVERY = "builtins.BaseException"
ERRORS = {  # of libraries, by their names there
    "numpy.linalg.LinAlgError": "numpy.linalg.LinAlgError",
    "numpy.linalg.linalg.LinAlgError": "numpy.linalg.LinAlgError",
    "statistics.StatisticsError": "statistics.StatisticsError",
}


def named(low: Lowerer, node: ast.expr) -> str | None:
    """The name of an exception class of the user's in emitted code; None for all else."""
    value = expressions.lower(low, node)
    if not isinstance(value, Name) or not is_own(value.obj):
        return None
    if isinstance(value.obj, type) and isinstance(low.frame.function.scope, s.LiveScope):
        path = low.frame.function.scope.path + ast.unparse(node)
        low.exceptions.setdefault(value.obj.__name__, path)
    return _define(low, value.obj, node)


def is_own(cls: Any) -> bool:
    """Is this an exception class that a file of the user's defines?"""
    if isinstance(cls, type):
        return issubclass(cls, BaseException) and not customs.is_library(cls)
    return isinstance(cls, ast.ClassDef) and any(isinstance(a, type) for a in ancestors(cls))


def is_exception(cls: Any) -> bool:
    """Is this an exception class, Python's own or the user's?"""
    return (isinstance(cls, type) and issubclass(cls, BaseException)) or is_own(cls)


def class_of(low: Lowerer, node: ast.expr | None) -> Any:
    """The exception class that an expression names; None for all else."""
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return None
    return class_named(expressions.lower(low, node))


def class_named(value: Value) -> Any:
    """The exception class that a name stands for; None for all else."""
    if not isinstance(value, Name):
        return None
    own = value.obj or getattr(builtins, value.qualified.removeprefix("builtins."), None)
    return own if is_exception(own) else None


GIVEN = "%given"


def altered(low: Lowerer, identity: Identity) -> None:
    """An attribute of an object is set.  That of an exception is lost where it is made anew, from
    what it was given, to be raised: after it was made it must not be.
    """
    if GIVEN in low.state.items[identity]:
        low.state.items[identity][GIVEN] = Num(NOTHING)


def given(low: Lowerer, value: Value | None) -> tuple[Any, list[Value]] | None:
    """The class and the arguments of an exception that is a value here; None for all else."""
    if not isinstance(value, Obj) or not value.identity.cls:
        return None
    items = low.state.items[value.identity].get(GIVEN)
    if items is not None and not isinstance(items, Struct):
        raise low.rejection(
            None, "an attribute of this exception is set after it was made, and is not there when "
            "it is raised; give the attribute its value in __init__", "ADC106",
        )  # fmt: skip
    if items is None:
        return None
    return value.identity.cls, list(items.items)


def named_class(low: Lowerer, cls: Any, scope: Any, node: ast.expr) -> str | None:
    """What the class of an exception that is a value here is named in emitted code; `scope` is
    where an object of it was made.  None for the class of a library.
    """
    if not is_own(cls):
        plain = getattr(builtins, cls.__name__, None) is cls
        return str(cls.__name__) if plain else None
    if isinstance(cls, type) and isinstance(scope, s.LiveScope):
        found = scope.lookup(cls.__name__)
        seen = isinstance(found, s.Qualified) and found.obj is cls
        path = f"{scope.path}{cls.__name__}" if seen else f"@{cls.__module__}.{cls.__qualname__}"
        low.exceptions.setdefault(cls.__name__, path)
    return _define(low, cls, node)


def caught(low: Lowerer, handler: ast.ExceptHandler) -> str:
    """The names of the exceptions that a handler is for."""
    known = getattr(handler, "caught", None)  # of a stage
    if known is not None:
        return str(known)
    if handler.type is None:
        return EVERY
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names: list[str] = []
    for node in nodes:
        value = expressions.lower(low, node)
        name = value.qualified if isinstance(value, Name) else ""
        own = getattr(builtins, name.removeprefix("builtins."), None)
        plain = name in ERRORS or (isinstance(own, type) and "builtins." in name)
        made = None if plain else named(low, node)
        if not plain and made is None:
            raise low.rejection(
                node,
                "only exceptions of your own, Python's, and numpy.linalg.LinAlgError can be "
                "caught", "ADC115",
            )  # fmt: skip
        names.append(made or ERRORS.get(name, name))
    return " ".join(names)


def classes_of(low: Lowerer, handler: ast.expr | None) -> tuple[Any, ...] | None:
    """The classes that a handler is for, None for one that is not known; None where for all."""
    if handler is None:
        return None
    nodes = handler.elts if isinstance(handler, ast.Tuple) else [handler]
    return tuple(class_of(low, node) for node in nodes)


def catches(handler: tuple[Any, ...] | None, raised: Any) -> bool:
    """Is a handler for these classes for what is raised here?"""
    return handler is None or any(cls in ancestors(raised) for cls in handler)


def covers(handler: tuple[Any, ...] | None, later: tuple[Any, ...] | None) -> bool:
    """Is a handler for all that a later one is for?"""
    if handler is None or later is None:
        return handler is None
    return all(cls is not None and catches(handler, cls) for cls in later)


def may_come(low: Lowerer, handler: tuple[Any, ...] | None, node: ast.stmt) -> bool:
    """May a statement raise what a handler is for?  What is the user's own, libraries do not."""
    if handler is None or not all(map(is_own, handler)):
        return True
    return any(
        isinstance(each, (ast.Raise, ast.With, ast.Try))
        or (isinstance(each, ast.Call) and not is_library(low, each.func))
        for each in ast.walk(node)
    )


def is_library(low: Lowerer, node: ast.expr) -> bool:
    """Does an expression name a function of a library, that calls nothing of the user's?"""
    head = node
    while isinstance(head, ast.Attribute):
        head = head.value
    if not isinstance(head, ast.Name):
        return False
    known = low.state.names[low.frame.number].get(head.id)
    entity = low.frame.function.scope.lookup(head.id) if known is None else None
    if not isinstance(entity, s.Qualified):
        return False
    top, _, rest = entity.name.partition(".")
    if top == "numpy" and rest in CALLING:
        return False
    return top in ("math", "cmath", "numpy") or (top == "builtins" and rest in QUIET)


CALLING = ("apply_along_axis", "apply_over_axes", "frompyfunc", "fromfunction", "fromiter",
           "piecewise", "vectorize")  # fmt: skip
QUIET = ("abs", "bool", "complex", "divmod", "enumerate", "float", "int", "len", "pow", "range",
         "round", "str", "zip")  # fmt: skip


def ancestors(cls: Any) -> list[Any]:
    """A class and those above it, as far as they are exceptions; Python's own last."""
    if isinstance(cls, type):
        return [base for base in cls.__mro__ if issubclass(base, BaseException)]
    found: list[Any] = [cls]
    if local_classes.place_of(cls) is not None:
        return found
    for base in cls.bases:
        known = definitions.home(cls).lookup(ast.unparse(base))
        if isinstance(known, s.Qualified) and isinstance(known.obj, ast.ClassDef):
            found += [each for each in ancestors(known.obj) if each not in found]
        elif isinstance(known, s.Qualified) and known.name.startswith("builtins."):
            live = getattr(builtins, known.name.partition(".")[2], None)
            if isinstance(live, type) and issubclass(live, BaseException):
                found += ancestors(live)
    return found if any(isinstance(each, type) for each in found) else [cls]


def _define(low: Lowerer, cls: Any, node: ast.expr) -> str:
    """Have the emitted module define a class, and those that its text names before it."""
    text = _syntax(cls, low.frame.function.text)
    if text is None or text.decorator_list or text.keywords:
        raise _unclear(low, node, "its text is not at hand, or not all that it is")
    others = {getattr(each, "__name__", None) or each.name: each for each in ancestors(cls)[1:]}
    called = {}
    for used in _free(text):
        module = _module(cls, used)
        if used in others and is_own(others[used]):
            _define(low, others[used], node)
        elif module:
            called[used] = low.imports.setdefault(module, restated.alias(low, module, used))
        elif used != text.name and not hasattr(builtins, used):
            raise _unclear(low, node, f"its text reads {used}")
    source = ast.unparse(_Calling(called).visit(copy.deepcopy(text)))
    if low.constants.setdefault(f"class {text.name}", source) != source:
        raise low.rejection(node, f"there are two classes {text.name!r}; rename one", "ADC412")
    return text.name


def _module(cls: Any, name: str) -> str:
    """The library that a name is bound to where a class is defined; empty for all else."""
    if isinstance(cls, type):
        found = vars(sys.modules.get(cls.__module__, builtins)).get(name)
        return found.__name__ if isinstance(found, types.ModuleType) else ""
    home = definitions.home(cls)
    entity = home.lookup(name) if name not in home.from_imports else None
    known = isinstance(entity, s.Qualified) and entity.obj is None
    return home.imports.get(name, "") if known else ""


@dataclass(frozen=True, slots=True)
class _Calling(ast.NodeTransformer):
    """Writes a class with the names that libraries have in the emitted module."""

    called: dict[str, str]

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.called.get(node.id, node.id), node.ctx)


def _unclear(low: Lowerer, node: ast.expr, why: str) -> Exception:
    return low.rejection(
        node, f"emitted code cannot define the exception {ast.unparse(node)}: {why}; use one of "
        "Python's own", "ADC115",
    )  # fmt: skip


def _syntax(cls: Any, here: str) -> ast.ClassDef | None:
    """The definition of a class; `here` is the text of the file where it is named."""
    if isinstance(cls, type):
        body = _source(cls)
        if body is None:  # of a module that was run, and not imported
            body = [] if "." in cls.__qualname__ else ast.parse(here).body
        named = [n for n in body if isinstance(n, ast.ClassDef) and n.name == cls.__name__]
        if len(named) != 1:
            return None
        cls = named[0]
    made = copy.copy(cls)
    made.body = [part for part in cls.body if not _is_text(part)] or [ast.Pass()]
    return made


def _source(cls: type) -> list[ast.stmt] | None:
    """What stands in its file where a class is defined; Python looks through the whole file."""
    if cls not in _sources:
        try:
            _sources[cls] = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
        except (OSError, TypeError, SyntaxError):
            _sources[cls] = None
    return _sources[cls]


_sources: WeakKeyDictionary[type, list[ast.stmt] | None] = WeakKeyDictionary()


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _free(node: ast.ClassDef) -> list[str]:
    """What a class reads from outside: names that none of its functions, nor it, binds."""
    bound = {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
    bound |= {
        n.id for n in ast.walk(node)
        if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
    }  # fmt: skip
    read = {
        n.id: None for n in ast.walk(node)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and n.id not in bound
    }  # fmt: skip
    return list(read)
