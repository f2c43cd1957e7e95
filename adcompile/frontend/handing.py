"""What functions and methods of Python and NumPy hand on or change, and what syntax binds."""

from __future__ import annotations

import ast
import collections
from collections.abc import Iterator
from typing import Any

import numpy as np

from adcompile.frontend import liveness
from adcompile.syntax import FUNCTIONS, walk

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)

IN_PLACE = ("shuffle", "fill_diagonal", "copyto", "put", "place", "putmask", "at", "insort",
            "put_along_axis", "setattr", "delattr", "heapify", "heappush", "heappop",
            "heapreplace", "heappushpop", "setitem", "delitem", "iadd", "isub", "imul",
            "itruediv", "ior", "iconcat")  # fmt: skip
"""Functions that change their first argument."""
CHANGING = frozenset(
    [
        "append", "extend", "insert", "remove", "pop", "popitem", "clear", "update", "setdefault",
        "add", "discard", "sort", "reverse", "rotate", "appendleft", "extendleft", "popleft",
        "fill", "put", "resize", "__setitem__", "__delitem__", "__iadd__", "itemset", "setflags",
        "partition", "byteswap",
    ]
)  # fmt: skip
"""Methods that change what they are methods of."""
VIEWS = frozenset(
    [
        "asarray", "asanyarray", "ascontiguousarray", "asfortranarray", "ravel", "reshape",
        "transpose", "squeeze", "swapaxes", "moveaxis", "rollaxis", "expand_dims", "diagonal",
        "diag", "broadcast_to", "flip", "flipud", "fliplr", "rot90", "real", "imag", "view",
        "atleast_1d", "atleast_2d", "atleast_3d", "split", "array_split", "vsplit", "hsplit",
        "nan_to_num", "as_strided", "sliding_window_view", "squeeze", "T", "flat", "mT", "base",
    ]
)  # fmt: skip
"""Functions, methods and attributes that may give what they are given, or a view of it."""
SHALLOW = frozenset(
    [
        "list", "tuple", "sorted", "dict", "set", "frozenset", "reversed", "iter", "filter", "map",
        "deque", "OrderedDict", "defaultdict", "Counter", "values", "keys", "chain",
        "islice", "cycle", "repeat", "MappingProxyType",
    ]
)  # fmt: skip
"""Functions and methods whose result has the same items."""
COPIES = ("copy",)
CALLING = ("", "functools", "itertools", "numpy", "operator", "functools.partial",
           "functools.reduce", "itertools.accumulate", "itertools.starmap")  # fmt: skip
"""Whose functions call those that they are given, by what an import binds."""
PAIRED = ("zip", "enumerate", "items", "partial", "product", "zip_longest", "namedtuple")
ITEMS = ("max", "min", "next", "getattr", "reduce", "get", "getitem", "itemgetter", "attrgetter")
KNOWN = frozenset(
    name
    for cls in (np.ndarray, list, dict, set, str, float, complex, collections.deque)
    for name in dir(cls)
)
"""Methods of Python's and NumPy's own, which call nothing."""
RUNNING_TEXT = ("exec", "eval", "globals", "locals", "vars")


def last_of(function: ast.expr) -> str:
    """The last part of a dotted name."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def is_slice(index: ast.expr) -> bool:
    items = index.elts if isinstance(index, ast.Tuple) else [index]
    return any(
        isinstance(i, ast.Slice) or (isinstance(i, ast.Constant) and i.value in (None, ...))
        for i in items
    )


def is_list(node: ast.expr) -> bool:
    return isinstance(node, (ast.List, ast.ListComp)) or (
        isinstance(node, ast.Call) and ast.unparse(node.func) == "list"
    )


def params_of(function: ast.AST) -> list[str]:
    """The parameters of a function, those of *args and **kwargs last."""
    args: ast.arguments = function.args  # type: ignore[attr-defined]
    rest = [each for each in (args.vararg, args.kwarg) if each is not None]
    return [a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs, *rest)]


def positional(function: ast.AST) -> int:
    args: ast.arguments = function.args  # type: ignore[attr-defined]
    return len(args.posonlyargs) + len(args.args) + len(args.kwonlyargs)


def defaults(function: ast.AST) -> Iterator[ast.expr]:
    args: ast.arguments = function.args  # type: ignore[attr-defined]
    yield from args.defaults
    yield from (each for each in args.kw_defaults if each is not None)


def read_inside(function: ast.AST) -> dict[str, int]:
    """The names that functions in a function read, whenever they are called."""
    found: dict[str, int] = {}
    for node in walk(function):
        if node is not function and isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            found |= liveness.loads(node)
    return found


def names_of(node: ast.AST | None) -> dict[str, Any]:
    """The names that a function, a class or a comprehension binds, and functions defined there."""
    found: dict[str, Any] = {}
    if isinstance(node, COMPREHENSIONS):
        for part in node.generators:
            found |= dict.fromkeys(n.id for n in walk(part.target) if isinstance(n, ast.Name))
        return found
    if node is None:
        return found
    body = [] if isinstance(node, ast.Lambda) else node.body  # type: ignore[attr-defined]
    if isinstance(node, FUNCTIONS):
        found |= dict.fromkeys(params_of(node))
    found |= dict.fromkeys(liveness.assigned(body))
    for inner in walk(ast.Module(body, [])):
        if isinstance(inner, (ast.Global, ast.Nonlocal)):
            for name in inner.names:
                found.pop(name, None)
        elif isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)) and inner.name in found:
            found[inner.name] = (inner, None)
        elif isinstance(inner, ast.ClassDef) and inner.name in found:
            found[inner.name] = inner
    return found
