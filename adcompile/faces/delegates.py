"""Plain functions that stand for other callables: partials, bound methods, objects, wrappers.

    ad.grad(model.loss)      def loss(x):
                                 return primal(x)         where primal is model.loss

The compiler sees what is called, and what it carries, as it sees any global of a function.
"""

from __future__ import annotations

import functools
import inspect
import keyword
import types
from typing import Any

from adcompile.errors import SourceError
from adcompile.faces.written import run
from adcompile.frontend import sources
from adcompile.frontend.names import primal_of
from adcompile.frontend.objects import is_record

Parameter = inspect.Parameter


def delegate(given: Any) -> types.FunctionType:
    """A plain function that calls `given`; SourceError where that has no source."""
    check(given)
    try:
        parameters = list(inspect.signature(given).parameters.values())
    except (TypeError, ValueError):
        raise SourceError(f"the parameters of {given!r:.60} cannot be found") from None
    if not isinstance(_innermost(given), types.FunctionType):
        parameters = [p for p in parameters if p.default is Parameter.empty]
    return made(given, name_of(given), parameters)


def made(given: Any, name: str, parameters: list[Parameter]) -> types.FunctionType:
    """The function of these parameters that calls `given`."""
    text, primal = written(name, parameters)
    file = f"<adcompile {text.splitlines()[0][4:-1]}>"
    scope: dict[str, Any] = {primal: given, "__name__": getattr(given, "__module__", None) or ""}
    function = run(text, name, file, scope)
    defaults = [p for p in parameters if p.default is not Parameter.empty]
    function.__defaults__ = tuple(p.default for p in defaults if p.kind != Parameter.KEYWORD_ONLY)
    keyword_only = [p for p in defaults if p.kind == Parameter.KEYWORD_ONLY]
    function.__kwdefaults__ = {p.name: p.default for p in keyword_only}
    return function


def check(given: Any) -> None:
    """Refuse what cannot be compiled: a C function, a class, something that is not called."""
    inner = _innermost(given)
    is_partial = isinstance(given, functools.partial)
    if isinstance(inner, types.FunctionType) or not (is_partial and callable(inner)):
        sources.of_callable(inner)


def _innermost(given: Any) -> Any:
    """The function behind partials, methods and objects."""
    while isinstance(given, functools.partial):
        given = given.func
    if is_record(type(given)):
        bases = type(given).__mro__
        given = next((vars(b)["__call__"] for b in bases if "__call__" in vars(b)), given)
    if isinstance(given, types.MethodType):
        given = given.__func__
    return primal_of(given)


def name_of(given: Any) -> str:
    """The name of a callable, as far as it has one."""
    while isinstance(given, functools.partial):
        given = given.func
    name = getattr(given, "__name__", None) or type(given).__name__
    return name if name.isidentifier() and not keyword.iskeyword(name) else "f"


def written(name: str, parameters: list[Parameter]) -> tuple[str, str]:
    """The text of the function, and what it calls the callable."""
    head: list[str] = []
    passed: list[str] = []
    taken = {name, *(p.name for p in parameters)}
    primal = "primal"
    while primal in taken:
        primal += "_"
    before = None
    for p in parameters:
        if before == Parameter.POSITIONAL_ONLY != p.kind:
            head.append("/")
        if p.kind == Parameter.KEYWORD_ONLY and before not in (p.kind, Parameter.VAR_POSITIONAL):
            head.append("*")
        stars = "*" * (p.kind == Parameter.VAR_POSITIONAL) + "**" * (
            p.kind == Parameter.VAR_KEYWORD
        )
        head.append(f"{stars}{p.name}{'' if p.default is Parameter.empty else '=None'}")
        passed.append(
            f"{p.name}={p.name}" if p.kind == Parameter.KEYWORD_ONLY else f"{stars}{p.name}"
        )
        before = p.kind
    if before == Parameter.POSITIONAL_ONLY:
        head.append("/")
    text = f"def {name}({', '.join(head)}):\n    return {primal}({', '.join(passed)})\n"
    return text, primal
