"""From a function to its source: live functions by inspection, files by reading.

    of_callable(f) -> Function        of_text(text, file) -> Module

Live functions see their own globals and closure cells; a file that is only read sees its own
imports, functions and constants.  Both answer `scope.lookup(name)` with an entity.
"""

from __future__ import annotations

import ast
import contextlib
import enum
import functools
import inspect
import linecache
import os
import sys
import types
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from adcompile.depth import deep
from adcompile.errors import SourceError
from adcompile.frontend import unchanged
from adcompile.frontend.entities import Constant, Data, Entity, Function, Qualified, Scope
from adcompile.frontend.files import Module, of_text, parse
from adcompile.frontend.live import Fact, fact_of
from adcompile.frontend.names import MISSING, Names, number_type, primal_of
from adcompile.frontend.objects import is_record, is_static
from adcompile.rules import table
from adcompile.syntax import remembered, walk

__all__ = [
    "Constant", "Data", "Entity", "Function", "LiveScope", "Module", "Qualified", "Scope",
    "of_callable", "of_text", "qualified_name",
]  # fmt: skip

Node = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
PLAIN = (ast.FunctionDef, ast.AsyncFunctionDef)
STDLIB = os.path.dirname(os.__file__) + os.sep
NO_TEXT = {
    "<stdin>": "typed into a plain interpreter, which keeps no text",
    "<string>": "made by exec or python -c, which keep no text",
    "<timed exec>": "made in a cell that begins with %%time, which keeps no text",
}
NAMED_CONSTANTS = ("pi", "e", "tau", "inf", "nan", "newaxis")


class StaleSource(SourceError):
    """The text of a function is not what the function was made from."""


class LiveScope(Names):
    """The closure, globals and builtins of a live function.

    `path` says how the function was reached from the one that is compiled, and `family` holds the
    scopes of all functions reached so.  `seen` records what each name stood for.
    """

    def __init__(
        self,
        function: types.FunctionType,
        path: str = "",
        family: list[LiveScope] | None = None,
        statics: Sequence[Any] = (),
    ) -> None:
        super().__init__(function, statics)
        self.path = path
        self.family: list[LiveScope] = [] if family is None else family
        self.family.append(self)
        self.seen: dict[str, tuple[Any, Entity]] = {}

    def lookup(self, name: str) -> Entity:
        """What a name stands for.  A dotted name is followed through modules, classes and data."""
        if name in self.seen:
            return self.seen[name][1]
        value = self.read(name)
        found = None if value is MISSING else self._entity(name, value)
        self.seen[name] = value, found
        return found

    def _entity(self, name: str, value: Any) -> Entity:
        sort, known = _sort(name, value)
        if sort == "data":
            plain = _plain_name(name)
            return Data(plain, lambda: self.read(name), self.path + name, self, name)
        if sort == "function":
            try:
                return of_callable(value, f"{self.path}{name}/", self.family)
            except StaleSource:
                raise
            except SourceError:
                return Qualified(qualified_name(value), value)
        return known

    def member(self, qualified: str) -> Entity:
        """What a loaded module holds under a qualified name, such as "helpers.g"."""
        return self.lookup(f"@{qualified}")

    def facts(self) -> list[Fact]:
        """What the names looked up in the whole family stood for."""
        return [
            _fact(scope.path + name, value, found)
            for scope in self.family
            for name, (value, found) in scope.seen.items()
        ]


def _plain_name(path: str) -> str:
    """A name for the data at a path."""
    last = path.rpartition(".")[2].lstrip("=@")
    if last.startswith("__") and last.endswith("__"):
        last = last.strip("_")
    letters = "".join(char for char in last if char.isalnum() or char == "_")
    return letters if letters.isidentifier() else f"given_{letters}"


def _fact(path: str, value: Any, found: Entity) -> Fact:
    match found:
        case None:
            return fact_of(path, value, "missing")
        case Function():
            return fact_of(path, value, "function")
        case Data():
            return fact_of(path, value, "data")
        case Qualified(name):
            return fact_of(path, value, "name", name)
    raise TypeError(f"{found!r} is no entity of a live function")


def _sort(name: str, value: Any) -> tuple[str, Qualified | None]:
    """Is a value data, a function to read, or known by name?"""
    if isinstance(value, types.ModuleType):
        return "name", Qualified(value.__name__, value)
    last = name.rpartition(".")[2]
    if last in NAMED_CONSTANTS and (value is None or type(value) is float):
        known = _constant(last, value)
        return ("data", None) if known is None else ("name", known)
    if isinstance(value, enum.Enum) and is_static(value):
        return "name", Qualified(f"{qualified_name(type(value))}.{value.name}", value)
    if not callable(value) or (hasattr(value, "__array__") and not isinstance(value, type)):
        named = _indexed(value)
        return ("data", None) if named is None else ("name", named)
    if isinstance(value, functools.partial) or is_record(type(value)) or _is_method(value):
        return "data", None
    known = _known(value)
    if known is not None:
        return "name", known
    primal = primal_of(value)
    if isinstance(primal, types.FunctionType) and not _is_library(primal):
        return "function", None
    if hasattr(value, "__name__"):
        return "name", Qualified(qualified_name(value), value)
    return "data", None


def _is_method(value: Any) -> bool:
    """Is this a method, bound to an object, that the user wrote?"""
    if not isinstance(value, types.MethodType):
        return False
    function = primal_of(value.__func__)
    return isinstance(function, types.FunctionType) and not _is_library(function)


def _is_library(function: types.FunctionType) -> bool:
    """Does a function belong to Python's library, or to one that is known by its names alone?"""
    if (function.__module__ or "").split(".")[0] in ("numpy", "scipy"):
        return True
    file = function.__code__.co_filename
    return file.startswith(STDLIB) and "site-packages" not in file


def is_users(module: Any) -> bool:
    """Is this a module that may hand on, under names of its own, what libraries hold?"""
    if not isinstance(module, types.ModuleType):
        return False
    top = module.__name__.partition(".")[0]
    return top not in sys.stdlib_module_names and top not in ("numpy", "scipy", "adcompile")


def _constant(name: str, value: Any) -> Qualified | None:
    """pi, e, ... where the name is bound to the very object that math or numpy calls so."""
    for module in ("math", "cmath", "numpy"):
        if getattr(sys.modules.get(module), name, MISSING) is value:
            return Qualified(f"{module}.{name}", value)
    return None


def _indexed(value: Any) -> Qualified | None:
    """np.r_, np.s_ and the like, which are objects to be indexed."""
    numpy = sys.modules.get("numpy")
    names = INDEXED if type(value).__module__.startswith("numpy.") else ()
    found = (name for name in names if getattr(numpy, name, MISSING) is value)
    return next((Qualified(f"numpy.{name}", value) for name in found), None)


def _known(value: Any) -> Qualified | None:
    """Our public functions, builtins, what NumPy and math hold, and whatever has a row."""
    module, name = getattr(value, "__module__", None), getattr(value, "__name__", "")
    if isinstance(module, str) and module.split(".")[0] == "adcompile":
        public = sys.modules.get("adcompile")
        if name in getattr(public, "__all__", ()) and getattr(public, name, None) is value:
            return Qualified(f"adcompile.{name}", value)
    found = _by_identity().get(id(value)) or number_type(value) or _distribution(value)
    if found is not None:
        return Qualified(found, value)
    qualified = qualified_name(value)
    return Qualified(qualified, value) if table.lookup(qualified) is not None else None


def _distribution(value: Any) -> str | None:
    """scipy.stats.norm, scipy.stats.norm.cdf: what is one object for each of its names."""
    stats = sys.modules.get("scipy.stats")
    held = value.__self__ if isinstance(value, types.MethodType) else value
    if stats is None or not type(held).__module__.startswith("scipy.stats."):
        return None
    name = getattr(held, "name", "")
    if not isinstance(name, str) or getattr(stats, name, None) is not held:
        return None
    return f"scipy.stats.{name}" + (f".{value.__name__}" if held is not value else "")


def qualified_name(value: Any) -> str:
    module = getattr(value, "__module__", None) or "builtins"
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", type(value).__name__)
    return f"{module}.{name}"


INDEXED = ("mgrid", "ogrid", "r_", "c_", "s_", "index_exp")
NAMED = (
    "builtins", "math", "cmath", "numpy", "numpy.linalg", "numpy.fft", "numpy.lib.stride_tricks",
    "numpy.polynomial.polynomial", "numpy.polynomial.chebyshev", "numpy.polynomial.legendre",
    "numpy.polynomial.hermite", "numpy.polynomial.hermite_e", "numpy.polynomial.laguerre",
    "operator", "functools", "itertools", "heapq", "bisect", "scipy.special",
    "scipy.linalg", "scipy.integrate", "scipy.interpolate",
)  # fmt: skip


def _by_identity() -> dict[int, str]:
    return _names_of(tuple(module for module in NAMED if module in sys.modules))


@lru_cache(maxsize=8)
def _names_of(modules: tuple[str, ...]) -> dict[int, str]:
    """Identity -> qualified name of what these modules hold.

    Where an object has several names, one with a row is preferred, then its own name.
    """
    names: dict[int, str] = {}
    rank: dict[int, tuple[bool, bool]] = {}
    for module in modules:
        namespace = sys.modules[module]
        for name in sorted(vars(namespace)):
            value = vars(namespace)[name]
            if name.startswith("_") or not callable(value):
                continue
            qualified = f"{module}.{name}"
            merit = table.lookup(qualified) is not None, getattr(value, "__name__", "") == name
            if id(value) not in rank or merit > rank[id(value)]:
                names[id(value)], rank[id(value)] = qualified, merit
    return names


@deep
def of_callable(
    function: Any,
    path: str = "",
    family: list[LiveScope] | None = None,
    statics: Sequence[Any] = (),
) -> Function:
    """The function with its source.  Raises SourceError where there is none to be found.

    `path` and `family` belong to the scope of a callee: see LiveScope; `statics` to the arguments.
    """
    given, function = function, primal_of(function)
    if not isinstance(function, types.FunctionType):
        raise SourceError(_no_function(given))
    code = function.__code__
    text = _text_of(function)
    try:
        tree = parse(text, code.co_filename)
    except SyntaxError as error:
        raise StaleSource(
            f"the file of {function.__name__}, {code.co_filename}, is not Python now "
            f"(line {error.lineno}: {error.msg}); it was changed after the function was defined"
        ) from error
    node = _find(tree, function)
    if not unchanged.says(text, function):
        raise StaleSource(
            f"the text of {function.__name__} in {code.co_filename}, line {code.co_firstlineno}, "
            "is not what the function was made from: the file was changed after the function was "
            "defined; import it again"
        )
    qualified = f"{function.__module__}.{function.__qualname__}"
    scope = LiveScope(function, path, family, statics)
    name = "f" if isinstance(node, ast.Lambda) else node.name
    return Function(name, node, code.co_filename, text, scope, qualified, function)


def _no_function(value: Any) -> str:
    name = str(getattr(value, "__name__", None) or type(value).__name__)
    if isinstance(value, type):
        return (
            f"{name} is a class; derivatives are taken of functions: wrap it, lambda x: {name}(x)"
        )
    if isinstance(value, types.MethodType):
        return (f"{name} is a method bound to an object; give a function of the object's data, "
                f"such as lambda x: {name}(x), or move its body to module level")  # fmt: skip
    if (
        isinstance(value, (types.BuiltinFunctionType, types.BuiltinMethodType))
        or "ufunc" in type(value).__name__
    ):
        return f"{name} is a C function and has no Python source; wrap it, lambda x: {name}(x)"
    if callable(value):
        return (
            f"a {type(value).__name__} object has no source of its own; "
            "give a plain Python function"
        )
    return f"{value!r:.60} is not a function (its type is {type(value).__name__})"


def _text_of(function: types.FunctionType) -> str:
    """The text of the file, or of the linecache entry, that a function was defined in."""
    file = function.__code__.co_filename
    linecache.checkcache(file)
    lines = linecache.getlines(file, function.__globals__)
    if not lines and file.startswith("<"):
        with contextlib.suppress(OSError, TypeError):
            lines = inspect.findsource(function)[0]  # some interpreters keep what is typed
    if lines:
        return "".join(lines)
    where = NO_TEXT.get(file) or f"made from {file}, which keeps no text"
    way_out = (
        "Define it in a cell of its own, without a magic command"
        if file.startswith("<timed")
        else "Put the function into a file, or use IPython or a notebook, which remember what is "
        "typed"
    )
    raise SourceError(
        f"the source of {function.__name__} cannot be found: it was {where}.  {way_out}"
    )


@remembered
def _functions(tree: ast.AST) -> dict[int, list[Node]]:
    """The functions in a file, by the line on which they begin."""
    found: dict[int, list[Node]] = {}
    for node in walk(tree):
        if isinstance(node, (*PLAIN, ast.Lambda)):
            decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
            line = min([node.lineno, *(d.lineno for d in decorators)])
            found.setdefault(line, []).append(node)
    return found


def _find(tree: ast.Module, function: types.FunctionType) -> Node:
    """The node of a function in the tree of its file, by line, name and parameters."""
    code = function.__code__
    kind = (ast.Lambda,) if code.co_name == "<lambda>" else PLAIN
    here = _functions(tree).get(code.co_firstlineno, ())
    found: Sequence[Node] = [
        node for node in here if isinstance(node, kind) and _fits(node, code)
    ]
    several = len(found) > 1
    if several:
        found = _by_position(found, code) or _by_code(found, code)
    if found:
        return found[0]
    if several:
        raise SourceError(
            f"several lambdas stand on line {code.co_firstlineno} of {code.co_filename} "
            "and cannot be told apart; give each a line of its own"
        )
    raise StaleSource(
        f"{function.__name__} is not found on line {code.co_firstlineno} of {code.co_filename}; "
        "the file was changed after the function was defined"
    )


def _fits(node: Node, code: types.CodeType) -> bool:
    if isinstance(node, PLAIN) and node.name != code.co_name:
        return False
    arguments = node.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return tuple(names) == code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _by_position(found: Sequence[Node], code: types.CodeType) -> Sequence[Node]:
    """The lambda with the smallest body that holds every position of the code object."""
    places = [
        ((line, column), (end, end_column))
        for line, end, column, end_column in code.co_positions()
        if None not in (line, end, column, end_column) and (column, end_column) != (0, 0)
    ]
    if not places:
        return []
    lambdas = [node for node in found if isinstance(node, ast.Lambda)]
    holding = [node for node in lambdas if all(_holds(node.body, *place) for place in places)]
    return sorted(holding, key=_extent)[:1]


def _holds(body: ast.expr, start: Any, end: Any) -> bool:
    last = (body.end_lineno or body.lineno, body.end_col_offset or 0)
    return bool((body.lineno, body.col_offset) <= start and end <= last)


def _extent(node: Node) -> tuple[int, int]:
    return (node.end_lineno or 0) - node.lineno, (node.end_col_offset or 0) - node.col_offset


def _by_code(found: Sequence[Node], code: types.CodeType) -> Sequence[Node]:
    """The lambdas that compile to the same code; any of several equal ones will do."""
    same = []
    for node in found:
        if isinstance(node, ast.Lambda):
            for inner in _codes(compile(ast.Expression(node), code.co_filename, "eval")):
                if _essence(inner) == _essence(code):
                    same.append(node)
    return same[:1]


def _essence(code: types.CodeType) -> tuple[Any, ...]:
    return code.co_code, code.co_consts, code.co_names


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    return (constant for constant in code.co_consts if isinstance(constant, types.CodeType))
