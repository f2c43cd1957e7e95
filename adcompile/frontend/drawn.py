"""Constants of a file that are drawn at random, or that an iterator gave, and would be others if
only some of the file's statements ran.

    rng = np.random.default_rng(0)
    A = rng.normal(size=3)
    B = rng.normal(size=3)          the first draws of a module that binds B alone
"""

from __future__ import annotations

import ast

from adcompile.frontend import liveness
from adcompile.frontend.entities import Constant, Function, Qualified
from adcompile.frontend.files import Module

MAKERS = ("default_rng", "RandomState", "Random", "SeedSequence", "PCG64", "MT19937", "Philox")
"""Makers of generators; each gives the same again for the same seed."""
ITERATORS = ("iter", "zip", "map", "filter", "enumerate", "reversed", "open")
RANDOM = ("numpy.random.", "random.")


def is_drawn(constant: Constant) -> bool:
    """Would it be another if only some statements of its file ran?"""
    home = constant.scope
    assert isinstance(home, Module)
    if constant.block:
        return any(_draws(statement, home, {}) for statement in constant.block)
    return not _is_source(constant.node, home) and _draws(constant.node, home, {})


def _draws(node: ast.AST, module: Module, seen: dict[tuple[str, str], None]) -> bool:
    """Does an expression, or a function that it calls, draw from what something else may, too?"""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and _is_random(part.func, module):
            seeded = _is_maker(part.func) and bool(part.args or part.keywords)
            if not seeded:
                return True
        if not isinstance(part, ast.Name) or (module.file, part.id) in seen:
            continue
        seen[module.file, part.id] = None
        known = part.id in module.constants or part.id in module.functions
        entity = module.lookup(part.id) if known or part.id in module.imports else None
        if not isinstance(entity, (Constant, Function)) or not isinstance(entity.scope, Module):
            continue
        source = isinstance(entity, Constant) and _is_source(entity.node, entity.scope)
        others = entity.scope is not module or liveness.loads(module.tree).get(part.id, 0) > 1
        block = entity.block if isinstance(entity, Constant) else ()
        for node in block or (entity.node,):
            if (source and others) or _draws(node, entity.scope, seen):
                return True
    return False


def _is_source(node: ast.expr, module: Module) -> bool:
    """Does an expression make a generator or an iterator, of which each reading takes something?"""
    if isinstance(node, ast.GeneratorExp):
        return True
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name) and node.func.id in ITERATORS:
        return True
    return ast.unparse(node.func).startswith("itertools.") or (
        _is_random(node.func, module) and _is_maker(node.func)
    )


def _is_maker(function: ast.expr) -> bool:
    return ast.unparse(function).rpartition(".")[2] in MAKERS


def _is_random(function: ast.expr, module: Module) -> bool:
    """Is this a function of numpy.random or of random?"""
    path = ast.unparse(function)
    if path.partition(".")[0] not in module.imports:
        return False
    entity = module.lookup(path) if path.replace(".", "").isidentifier() else None
    return isinstance(entity, Qualified) and entity.name.startswith(RANDOM)
