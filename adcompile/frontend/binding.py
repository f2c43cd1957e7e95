"""The parameters of a function, bound to the arguments of a call."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adcompile.frontend import cases, classes, expressions, misuse, spreads
from adcompile.frontend import sources as s
from adcompile.frontend.values import (
    Bound,
    Closure,
    Derivative,
    Obj,
    Partial,
    Ref,
    Rest,
    Struct,
    Value,
)

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
    if positional and isinstance(positional[-1], Rest):
        positional, found = _spread(low, closure, positional, keywords)
        if found is not None and arguments.vararg is not None:
            rest[arguments.vararg.arg] = found
    elif arguments.vararg is not None:
        rest[arguments.vararg.arg] = Struct(tuple(positional[len(order) :]))
        positional = positional[: len(order)]
    others: dict[str, Value] = {}
    if len(positional) > len(order):
        given = len(positional)
        refusal = f"takes {len(order)} positional arguments, {given} given"
        raise misuse.misfit(low, function, refusal, _too_many(arguments, given))
    names = dict(zip(order, positional))
    allowed = [*[a.arg for a in arguments.args], *[a.arg for a in arguments.kwonlyargs]]
    for name, value in keywords.items():
        if name in names:
            twice = f"got multiple values for argument {name!r}"
            raise misuse.misfit(low, function, f"gets the argument {name!r} twice", twice)
        if name not in allowed and arguments.kwarg is not None:
            others[name] = value
            continue
        if name not in allowed:
            unknown = f"got an unexpected keyword argument {name!r}"
            raise misuse.misfit(low, function, f"has no parameter {name!r}", unknown)
        names[name] = value
    defaults = dict(closure.defaults)
    for name in [*order, *[a.arg for a in arguments.kwonlyargs]]:
        if name not in names:
            if name in defaults:
                names[name] = defaults[name]
                if low.recursion.contexts and not _is_known(low, defaults[name]):
                    raise low.rejection(
                        None, f"the default of {name!r} is made outside of this recursion, all "
                        "calls of which would share it; give it to each call", "ADC211",
                    )  # fmt: skip
            else:
                names[name] = low.default(function, name)
    if arguments.kwarg is not None:
        rest[arguments.kwarg.arg] = expressions.display(
            low, "dict", list(others), list(others.values()), arguments.kwarg
        )
    return {**names, **rest}


def _is_known(low: Lowerer, value: Value) -> bool:
    """Is this something of the function that is lowered?  A recursion is one of its own."""
    match value:
        case Obj(identity):
            return identity in low.state.items
        case Struct(items):
            return all(_is_known(low, item) for item in items)
        case Ref():
            return all(storage in low.state.current for storage in cases.storages(value))
    return True


def _too_many(arguments: ast.arguments, given: int) -> str:
    """What Python says of too many arguments by position."""
    most = len(arguments.posonlyargs) + len(arguments.args)
    least = most - len(arguments.defaults)
    counts = f"from {least} to {most}" if least < most else f"{most}"
    end = "" if (least, most) == (1, 1) else "s"
    were = "was" if given == 1 else "were"
    return f"takes {counts} positional argument{end} but {given} {were} given"


def _spread(
    low: Lowerer, closure: Closure, positional: list[Value], keywords: dict[str, Value]
) -> tuple[list[Value], Value | None]:
    """The arguments for the parameters, and for *args, where the last stands for many."""
    *given, rest = positional
    assert isinstance(rest, Rest)
    arguments = closure.function.node.args
    order = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    open_ = [name for name in order[len(given) :] if name not in keywords]
    if arguments.defaults and (set(open_) & set(order[-len(arguments.defaults) :])):
        raise low.rejection(
            None, f"how many of the parameters of {closure.function.name} are given here is not "
            "known when compiling; write the arguments out", "ADC408"
        )
    found = spreads.taken(low, rest, len(open_))
    if arguments.vararg is None:
        return [*given, *found], None
    others = spreads.after(low, rest, len(open_), given[len(order) :])
    return [*given[: len(order)], *found], others


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call of a function that is differentiated, a name each, in order.

    The first `leading` names are passed by position.  `groups` holds what *args and **kwargs got.
    """

    values: dict[str, Value]
    leading: int
    groups: dict[str, dict[str, str]]

    def passed(self, heads: dict[str, Value]) -> tuple[list[Value], dict[str, Value]]:
        """The call with other values in the place of these."""
        names = list(self.values)
        first = [heads[name] for name in names[: self.leading]]
        return first, {name: heads[name] for name in names[self.leading :]}


Plain = tuple[Closure, list[Value], dict[str, Value]]


def plain(low: Lowerer, function: Value) -> Plain | None:
    """The user's function behind a partial, a method or an object, and what it is given there."""
    match function:
        case Closure():
            return function, [], {}
        case Derivative(function=inner):
            return plain(low, inner)
        case Partial(function=inner, args=args, keywords=keywords):
            found = plain(low, inner)
            if found is None:
                return None
            return found[0], [*found[1], *args], {**found[2], **dict(keywords)}
        case Obj():
            return _of_method(low, function, "__call__")
        case Bound(value=value, name=name):
            return _of_method(low, value, name)
    return None


def _of_method(low: Lowerer, value: Value, name: str) -> Plain | None:
    method = classes.method_of(low, value, name)
    if method is None or not isinstance(method[0].function, s.Function):
        return None
    return method[0], [method[1]], {}


def spread(
    low: Lowerer, function: Value, args: list[Value], keywords: dict[str, Value]
) -> Arguments:
    """What a call gives a function, but for what it carries with it already."""
    found = plain(low, function)
    assert found is not None
    closure, given, named = found
    bound = bind(low, closure, [*given, *args], {**named, **keywords})
    node = closure.function.node.args
    order = [a.arg for a in (*node.posonlyargs, *node.args)]
    fixed = {*order[: len(given)], *(name for name in named if name not in keywords)}
    free = [name for name in order if name not in fixed]
    values = {name: bound[name] for name in free}
    leading = next((i for i, n in enumerate(order[len(given) :]) if n in fixed), len(free))
    groups: dict[str, dict[str, str]] = {}
    if node.vararg is not None:
        rest = bound[node.vararg.arg]
        assert isinstance(rest, Struct)
        items = rest.items[max(0, len(given) - len(order)) :]
        names = [_unused(f"{node.vararg.arg}_{i}", bound) for i in range(len(items))]
        groups[node.vararg.arg] = {str(i): name for i, name in enumerate(names)}
        values.update(zip(names, items))
        leading += len(names)
    values.update({a.arg: bound[a.arg] for a in node.kwonlyargs if a.arg not in fixed})
    if node.kwarg is not None:
        others = bound[node.kwarg.arg]
        assert isinstance(others, Obj)
        more = {n: v for n, v in low.state.items[others.identity].items() if n not in fixed}
        groups[node.kwarg.arg] = {name: name for name in more}
        values.update(more)
    return Arguments(values, leading, groups)


def _unused(name: str, taken: dict[str, Value]) -> str:
    while name in taken:
        name += "_"
    return name
