"""Constants that several statements of a file make what they are: these statements, in order.

    W = np.ones(3)              TABLE = {}
    W /= W.sum()                for i in range(5):
    W[0] = 2.0                      TABLE[i] = i ** 2
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.frontend import liveness
from adcompile.frontend.altered import when_imported
from adcompile.frontend.entities import Constant
from adcompile.syntax import walk

if TYPE_CHECKING:
    from adcompile.frontend.files import Module

NOT_RESTATED = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Delete,
    ast.Global, ast.Try, ast.While,
)  # fmt: skip


def constant(module: Module, name: str) -> Constant | None:
    """What a name of a file is bound to; None where that is not known from its text."""
    if name not in module.built:
        plain = module.constants.get(name)
        several = plain is None or is_built(module, name)
        module.built[name] = _of_block(module, name) if several else plain
    return module.built[name]


def is_built(module: Module, name: str) -> bool:
    """Do several statements of the file make a name what it is, or what it is made of?"""
    if name not in module.several:
        found = _reaches_built(module, name)
        module.several |= {name: True} if found is None else dict.fromkeys(found, False)
    return module.several[name]


def _reaches_built(module: Module, name: str) -> dict[str, None] | None:
    """All that a name is made of, also by functions; None where something of it is built."""
    found: dict[str, None] = {}
    needed = [name]
    while needed:
        each = needed.pop()
        if each in found or module.several.get(each) is False:
            continue
        if module.several.get(each) or not module.is_known(each):
            return None
        found[each] = None
        if each in module.constants:
            node = module.constants[each].node
            needed += (*liveness.loads(node), *_read_by_functions(module, node))
    return found


def _read_by_functions(module: Module, node: ast.AST) -> dict[str, None]:
    """The names that functions and classes of the file read that a piece of syntax names."""
    found: dict[str, None] = {}
    followed: dict[str, None] = {}
    needed = list(liveness.loads(node))
    while needed:
        name = needed.pop()
        function = module.functions.get(name)
        inner = module.classes.get(name) if function is None else function.node
        if inner is not None and name not in followed:
            followed[name] = None
            reads = liveness.loads(inner)
            found |= dict.fromkeys(reads)
            needed += reads
    return found


def _of_block(module: Module, name: str) -> Constant | None:
    """The constant that several statements make; None where more than these do."""
    if module.blocks is None:
        module.blocks = {}  # meanwhile
        module.blocks = _blocks(module)
    block = module.blocks.get(name)
    if block is None:
        return None
    node = next(part for part in walk(block[-1]) if isinstance(part, ast.expr))
    return Constant(name, node, "\n".join(map(ast.unparse, block)), module, block)


def _blocks(module: Module) -> dict[str, tuple[ast.stmt, ...]]:
    """The statements that make each name; names that share a statement share them all."""
    statements = _Statements(module)
    numbers = {
        name: found
        for name in module.rebound
        if is_built(module, name) and (found := statements.that_make(name))
    }
    owner: dict[int, str] = {}
    joined: dict[str, dict[int, None]] = {}
    for name, found in numbers.items():
        together = dict(found)
        for other in dict.fromkeys(owner[number] for number in found if number in owner):
            together |= joined.pop(other)
        joined[name] = together
        owner |= dict.fromkeys(together, name)
    return {
        name: tuple(statements.all[n] for n in sorted(joined[owner[next(iter(found))]]))
        for name, found in numbers.items()
    }


class _Statements:
    """The statements that run when a file is imported, and the built names in each that can stand
    elsewhere: no function that it calls reads what a built name has become in the end.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self.all = list(when_imported(module.tree.body))
        self.makers: dict[str, list[int]] = {}
        self.names: dict[int, list[str]] = {}
        by_global = [node.names for node in walk(module.tree) if isinstance(node, ast.Global)]
        self.outside = {*module.altered.by_functions, *(n for names in by_global for n in names)}
        for number, statement in enumerate(self.all):
            stored = liveness.assigned([statement])
            for name in stored:
                self.makers.setdefault(name, []).append(number)
            if any(isinstance(part, NOT_RESTATED) for part in walk(statement)):
                continue
            if not any(is_built(module, n) for n in _read_by_functions(module, statement)):
                read = (*liveness.loads(statement), *stored)
                self.names[number] = [name for name in read if is_built(module, name)]

    def that_make(self, name: str) -> dict[int, None]:
        """Which statements make a name what it is; none where they cannot stand elsewhere."""
        numbers: dict[int, None] = {}
        asked: dict[str, None] = {}
        needed = [name]
        while needed:
            each = needed.pop()
            if each in asked:
                continue
            asked[each] = None
            if each in self.outside or each not in self.makers:
                return {}
            changed = self.module.altered.by_statements.get(each, ())
            for number in (*self.makers[each], *changed):
                if number not in self.names:
                    return {}
                if number not in numbers:
                    numbers[number] = None
                    needed += self.names[number]
        return numbers
