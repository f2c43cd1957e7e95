"""What the names of a file may hold of one another, read from its text and in no order.

    B = A          what changes B changes A               B -> A (SAME)
    D = C[0]       ... changes an item of C               D -> C (PART)
    L = list(K)    ... inside of an item of L, of K too   L -> K (COPY)
    M = {"l": L}   ... an item of M, changes L            M -> L (HOLDS)

A change is told with its depth: 1 is x[i] = v, 2 is x[i][j] = v.  Attributes are told apart by
their names alone, whatever they are attributes of.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from adcompile.frontend.handing import params_of

if TYPE_CHECKING:
    from adcompile.frontend.files import Module

Place = tuple[Any, str]
"""A name: that of a function, of a file, or (ATTRIBUTE, name)."""
Way = tuple[int, int, bool]
"""From which depth a change passes, how much deeper it is behind, and whether it passes where that
is a list only: x.copy() of an array shares nothing."""
Held = list[tuple[Place, Way]]

ATTRIBUTE, RETURNED = "%attribute", "%returned"
GIVEN, RESULT = (ATTRIBUTE, "%given"), (ATTRIBUTE, "%result")
SAME, PART, COPY, HOLDS = (1, 0, False), (1, 1, False), (2, 0, False), (2, -1, False)
COPY_OF_LIST = (2, 0, True)
DEEPEST = 9


class Flows:
    """What flows where in a file, and in the functions of others that it calls.

    `changes` holds (place, depth, function or number of the statement of the file in which, whether
    through its own object); `calls` which functions a function calls, None for what runs when the
    file is imported.
    """

    def __init__(self, origin: Callable[[Module, str], Any]) -> None:
        self.find = functools.cache(origin)
        self.files: dict[str, Module] = {}
        self.edges: dict[Place, dict[tuple[Place, Way], None]] = {}
        self.changes: list[tuple[Place, int, ast.AST | int, bool]] = []
        self.number = 0
        self.calls: dict[ast.AST | None, dict[ast.AST, None]] = {}
        self.methods: dict[str, dict[ast.AST, None]] = {}
        self.handed_on: dict[ast.AST, None] = {}
        self.entered: dict[ast.AST, Module] = {}
        self.runs_text = False

    def origin(self, module: Module, name: str) -> tuple[Module, str] | None:
        """The file that binds a name, and the name there; None for what is of a library."""
        found: tuple[Module, str] | None = self.find(module, name)
        if found is not None:
            self.files[found[0].file] = found[0]
        return found

    def add_methods(self, cls: ast.ClassDef) -> None:
        for node in cls.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.methods.setdefault(node.name, {})[node] = None

    def edge(self, place: Place, held: Held) -> None:
        self.edges.setdefault(place, {}).update(dict.fromkeys(held))

    def hand_on(self, function: ast.AST) -> None:
        """A function that is a value may be called with all that such functions are given."""
        self.handed_on[function] = None
        for param in params_of(function):
            self.edge((function, param), [(GIVEN, SAME)])
        self.edge(RESULT, [((function, RETURNED), SAME)])

    def reached(self, changes: Iterable[tuple[Place, int]]) -> dict[tuple[Place, bool], int]:
        """All that is changed with these, or if it is a list, and the least depth of that."""
        found: dict[tuple[Place, int, bool], None] = {}
        stack = [(place, depth, False) for place, depth in changes]
        while stack:
            change = place, depth, lists = stack.pop()
            if depth > DEEPEST or change in found:
                continue
            found[change] = None
            for other, (least, more, only) in self.edges.get(place, ()):
                stack += [(other, depth + more, lists or only)] if depth >= least else []
        least_depth: dict[tuple[Place, bool], int] = {}
        for place, depth, lists in found:
            known = least_depth.get((place, lists), depth)
            least_depth[place, lists] = min(depth, known)
        return least_depth

    def run_by(self, function: ast.AST | None) -> set[ast.AST | None]:
        """A function, and all that it may call."""
        found: set[ast.AST | None] = set()
        stack = [function]
        while stack:
            one = stack.pop()
            if one not in found:
                found.add(one)
                stack += self.calls.get(one, {})
        return found


def through(held: Held, way: Way) -> Held:
    """What is held by something that has these in this way."""
    least, more, lists = way
    return [
        (place, (max(least, below - more), more + further, lists or only))
        for place, (below, further, only) in held
    ]
