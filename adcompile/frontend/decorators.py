"""Decorated functions: what the decorators make of them, where that is not done already.

A live function is found as its decorators left it.  Functions inside functions, and those of files
that are only read, are decorated here, by lowering the calls that Python makes.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from adcompile.frontend import calls, expressions, parameters
from adcompile.frontend import sources as s
from adcompile.frontend.values import Closure, Name, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

TRANSPARENT = (
    "builtins.staticmethod", "builtins.classmethod", "builtins.property", "functools.wraps",
    "functools.lru_cache", "functools.cache", "numba.njit", "numba.jit", "jax.jit",
    "adcompile.differentiate", "numpy.errstate", "typing.no_type_check", "typing.override",
    "contextlib.contextmanager",
)  # fmt: skip


def of_function(low: Lowerer, function: s.Function) -> Value:
    """What the name of a function of a file stands for."""
    closure = Closure(function)
    if function.live is not None or not function.decorators:
        return closure
    assert isinstance(function.scope, s.Module)
    here = low.build.loc
    with low.standing_in(parameters.module_function(function.scope)):
        made = decorate(low, function.decorators, closure)
    low.build.loc = here
    return made


def decorate(low: Lowerer, decorators: list[ast.expr], value: Value) -> Value:
    """The value of a function under its decorators, the last first."""
    for decorator in reversed(decorators):
        if is_transparent(low, decorator):
            continue
        maker = expressions.lower(low, decorator)
        if isinstance(maker, Name) and not isinstance(maker.obj, (type, ast.ClassDef)):
            raise low.rejection(
                decorator,
                f"what {ast.unparse(decorator)} makes of this function is not known; "
                "move the body to a plain function",
                "ADC220",
            )
        value = calls.invoke(low, maker, [value], {})
    return value


def is_transparent(low: Lowerer, decorator: ast.expr) -> bool:
    """Does a decorator leave what the function computes as it is?"""
    while isinstance(decorator, ast.Call):
        decorator = decorator.func
    if not isinstance(decorator, (ast.Name, ast.Attribute)):
        return False
    text = ast.unparse(decorator)
    if text.split(".")[0] in low.state.names.get(low.frame.number, {}):
        return False
    scope = low.frame.function.scope
    if getattr(scope, "imports", {}).get(text) in TRANSPARENT:
        return True  # also where a file defines a stand-in for what may not be installed
    found: Any = scope.lookup(text)
    return isinstance(found, s.Qualified) and found.name in TRANSPARENT
