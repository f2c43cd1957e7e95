"""The parameters of a function, bound to the arguments of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.frontend import expressions
from adcompile.frontend.values import Closure, Struct, Value

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def bind(
    low: Lowerer, closure: Closure, positional: list[Value], keywords: dict[str, Value]
) -> dict[str, Value]:
    """The parameters of a function as Python binds them."""
    function = closure.function
    arguments = function.node.args
    order = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    rest: dict[str, Value] = {}
    if arguments.vararg is not None:
        rest[arguments.vararg.arg] = Struct(tuple(positional[len(order) :]))
        positional = positional[: len(order)]
    others: dict[str, Value] = {}
    if len(positional) > len(order):
        raise low.rejection(
            None,
            f"{function.name} takes {len(order)} positional arguments, {len(positional)} given",
            "ADC201",
        )
    names = dict(zip(order, positional))
    allowed = [*[a.arg for a in arguments.args], *[a.arg for a in arguments.kwonlyargs]]
    for name, value in keywords.items():
        if name in names:
            raise low.rejection(None, f"{function.name} gets the argument {name!r} twice", "ADC201")
        if name not in allowed and arguments.kwarg is not None:
            others[name] = value
            continue
        if name not in allowed:
            raise low.rejection(None, f"{function.name} has no parameter {name!r}", "ADC201")
        names[name] = value
    defaults = dict(closure.defaults)
    for name in [*order, *[a.arg for a in arguments.kwonlyargs]]:
        if name not in names:
            if name in defaults:
                names[name] = defaults[name]
            else:
                names[name] = low.default(function, name)
    if arguments.kwarg is not None:
        rest[arguments.kwarg.arg] = expressions.display(
            low, "dict", list(others), list(others.values()), arguments.kwarg
        )
    return {**names, **rest}
