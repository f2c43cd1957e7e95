"""Going on from the statement that makes a list, where its length turns out to be the run's.

    rows = []                       <- from here on again, with a list at run time
    ...
    for i in range(n):
        rows.append(x * i)          <- where that is found out

So a function of many lists is not lowered from its start for each of them.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adcompile import syntax
from adcompile.frontend import expressions
from adcompile.frontend.values import MakeDynamic, Obj, State, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

MAKERS = (ast.List, ast.Dict, ast.ListComp, ast.GeneratorExp, ast.DictComp)
Site = tuple[Any, ...]


@dataclass(slots=True)
class Mark:
    """The Lowerer before a statement that makes lists or dictionaries."""

    position: int
    attributes: dict[str, Any]
    state: State
    equations: int
    known: int  # how many lists and dictionaries had been made


class Marks:
    """The statements of a block from which lowering can go on again."""

    def __init__(self, low: Lowerer, statements: list[ast.stmt]) -> None:
        self.low, self.statements = low, statements
        self.eqns, self.node = low.build.eqns, low.frame.function.node
        self.marks: list[Mark] = []

    def set(self, position: int) -> None:
        """Before the statement at this position is lowered."""
        low = self.low
        if not makes(self.statements[position]) or low.recursion.found:
            return
        counts = len(low.build.eqns), len(low.known_lengths)
        self.marks.append(Mark(position, dict(vars(low)), low.state.copy(), *counts))

    def back(self, found: MakeDynamic) -> int | None:
        """The position from which to go on, with these lists at run time; None if that is not here.

        It is the first statement that makes one of them, and none of them was made before it.
        """
        low = self.low
        sites = [site for site in map(_written, found.sites) if site is not None]
        if len(sites) < len(found.sites) or low.build.eqns is not self.eqns or all(
            site in low.dynamic for site in found.sites
        ):  # fmt: skip
            return None
        positions = [self._made_at(site) for site in sites]
        known = [position for position in positions if position is not None]
        return None if known != positions else self._restore(min(known), sites, found)

    def _restore(self, position: int, sites: list[Site], found: MakeDynamic) -> int | None:
        low = self.low
        mark = next(mark for mark in self.marks if mark.position == position)
        before = list(low.known_lengths)[: mark.known]
        if low.recursion.found or not set(sites).isdisjoint(before):
            return None
        self.marks = [other for other in self.marks if other.position < position]
        vars(low).update({**mark.attributes, "state": mark.state, "void": low.void})
        for site in list(low.known_lengths)[mark.known :]:
            low.known_lengths.pop(site)
        del self.eqns[mark.equations :]
        low.dynamic.update(dict.fromkeys(found.sites))
        return position

    def _made_at(self, site: Site) -> int | None:
        """The position of the marked statement that makes a list or dictionary."""
        if site[0] is not self.node:
            return None
        for mark in self.marks:
            if _holds(self.statements[mark.position], site[1:3]):
                return mark.position
        return None


def at_run_time(low: Lowerer, base: Obj) -> Value:
    """A list of known length as one of which the run tells it.

    Of a list that is given this attempt goes on, to find others like it; it is begun again.
    """
    identity = base.identity
    found = identity.site in low.dynamic and not low.void
    if identity.form != "list" or identity.site[0] != "param" or found:
        low.make_dynamic(identity)
    low.dynamic[identity.site] = None
    low.void = True
    return expressions.make_list(low, expressions.static_items(low, base, None))


def _written(site: Any) -> Site | None:
    """Where what is made of a list or dictionary was written itself."""
    if isinstance(site, tuple) and len(site) >= 4 and isinstance(site[0], ast.AST):
        return site[:4]
    return None


def _holds(statement: ast.stmt, place: tuple[int, int]) -> bool:
    """Does the statement stand around this place in the text?"""
    last = statement.end_lineno, statement.end_col_offset
    if None in last:
        return False
    return (statement.lineno, statement.col_offset) <= place <= last


@syntax.remembered
def makes(statement: ast.AST) -> bool:
    """Does a statement itself, not one inside it, make a list or a dictionary?"""
    level = [part for part in syntax.children(statement) if isinstance(part, ast.expr)]
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return False
    return any(isinstance(node, MAKERS) for part in level for node in syntax.walk(part))
