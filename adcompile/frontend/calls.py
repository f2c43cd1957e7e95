"""Calls: the user's functions are lowered in place; others by the rule table or by name here."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    absent,
    binding,
    builtin,
    caught,
    choices,
    classes,
    combining,
    contexts,
    derivatives,
    downwards,
    duplicates,
    emitted,
    endless,
    enums,
    expressions,
    fields,
    functional,
    generators,
    guessed,
    heaps,
    inside,
    instances,
    iterators,
    lenses,
    local_classes,
    managers,
    methods,
    operations,
    ordering,
    outside,
    owned,
    packing,
    perhaps,
    pragmas,
    protocols,
    recursion,
    reflection,
    refusing,
    remembered,
    returning,
    sets,
    spreads,
    statements,
    subscripts,
    supers,
    tables,
    texts,
    vectorizing,
    watching,
    written,
)
from adcompile.frontend.summaries import key_of
from adcompile.frontend.values import (
    UNKNOWN,
    Again,
    Bound,
    Choice,
    Closure,
    Derivative,
    Frame,
    Name,
    Num,
    Obj,
    Partial,
    Poison,
    Raises,
    Ref,
    Struct,
    Value,
)
from adcompile.rules import table
from adcompile.trace.ir import NOTHING, UNDEF, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Arguments = tuple[list[Value], dict[str, Value]]
OF_SEVERAL = ("math.prod", "math.fsum", "math.dist", "math.sumprod")  # given what is gone through

HANDLING: tuple[Any, ...] = (
    builtin, functional, combining, duplicates, lenses, ordering, protocols, texts, iterators,
    sets, tables, reflection, heaps, endless, vectorizing, local_classes, instances, fields,
    caught,
    supers,
)  # fmt: skip


def call(low: Lowerer, node: ast.Call, hint: str = "") -> Value:
    function = supers.of_super(low, node.func) or called(low, node.func)
    if generators.stops_early(low, node, function):
        return generators.any_all(low, node)
    if iterators.is_first(node, function):
        return iterators.first(low, node)
    loc = low.at(node)
    transposed = spreads.columns(low, function, node)
    if transposed is not None:
        return transposed
    positional: list[Value] = []
    for arg in node.args:
        if isinstance(arg, ast.Starred):
            positional += spreads.items(low, function, node, arg)
        elif isinstance(arg, ast.GeneratorExp):
            positional.append(low.comprehension(arg))
        else:
            positional.append(expressions.lower(low, arg))
    keywords: dict[str, Value] = {}
    for keyword in node.keywords:
        value = expressions.lower(low, keyword.value)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
        elif isinstance(value, Obj) and value.identity.form == "dict":
            keywords.update(guessed.whole(low, value.identity))
        else:
            raise low.rejection(
                keyword.value, "only a dictionary of known keys can be spread here", "ADC205"
            )
    generators.check_handed(low, node, function)
    low.build.loc = loc
    low.here = node
    return invoke(low, function, positional, keywords, hint)


def called(low: Lowerer, node: ast.expr) -> Value:
    """What is called: a method of what is not known is no attribute of it."""
    if not isinstance(node, ast.Attribute):
        return expressions.lower(low, node)
    base = expressions.lower(low, node.value)
    low.at(node)
    return subscripts.attribute(low, base, node.attr, called=True)


def invoke(
    low: Lowerer,
    function: Value,
    positional: list[Value],
    keywords: dict[str, Value],
    hint: str = "",
) -> Value:
    """Call a value."""
    function = absent.known(low, function, "call")
    match function:
        case Closure():
            question = written.asked(function)
            if question is not None:
                return written.fact(low, question, positional)
            return inline(low, function, positional, keywords)
        case Partial(function=inner, args=given, keywords=named_args):
            return invoke(low, inner, [*given, *positional], {**dict(named_args), **keywords}, hint)
        case Obj():
            called = classes.method(low, function, "__call__", positional, keywords)
            if called is not None:
                return called
        case Choice():
            return choices.call(low, function, positional, keywords, hint)
        case Derivative():
            return derivatives.call(low, function, positional, keywords, hint)
        case Bound(value=value, name=name):
            return methods.call(low, value, name, positional, keywords, hint)
        case Name() if enums.is_class(function.obj) and len(positional) == 1:
            return enums.of_value(low, function, positional[0])
        case Name(qualified=qualified):
            return named(low, qualified, function, positional, keywords, hint)
        case Poison():
            raise low.not_known(function)
        case Num() | Ref() if packing.tag_of(low, function) is not None:
            return packing.each(
                low, function, lambda one: invoke(low, one, positional, keywords, hint), hint
            )
    what = "which function is called here is not known when compiling"
    match low.here:
        case ast.Call(func=ast.Attribute(ast.Name(id=name), "items" | "keys" | "values")):
            what += f"; is {name} a dictionary? say so: {name}: dict[str, float]"
    raise low.rejection(None, what, "ADC203")


def named(
    low: Lowerer,
    op: str,
    function: Name,
    positional: list[Value],
    keywords: dict[str, Value],
    hint: str,
) -> Value:
    apart = perhaps.called(
        low, op, positional, keywords,
        lambda op, args, others: named(low, op, function, args, others, hint), hint,
    )  # fmt: skip
    if apart is not None:
        return apart
    if not (low.numbered and classes.is_users(function.obj)):
        positional = absent.given(low, op, positional)
    for value in positional if low.watched else ():
        watching.check(low, value, None)
    if op in iterators.TAKING:
        positional = [iterators.listed(low, value) for value in positional]
    positional = sets.orderless(low, op, positional)
    special = next((part.HANDLERS[op] for part in HANDLING if op in part.HANDLERS), None)
    if special is not None:
        result = special(low, positional, keywords, hint)
        if result is not None and op in watching.READ_LATER:
            watching.note(low, op, result, positional)
        if result is not None:
            again = op == "builtins.tuple" and isinstance(result, Struct)
            return Struct(result.items) if again else result
    if op.startswith("adcompile.") and not classes.is_users(function.obj):
        return derivatives.face(low, op, positional, keywords)
    if op.startswith("math.") and op not in OF_SEVERAL:
        for value in positional:
            low.must_be_number(value)
    mapped = vectorizing.of_live(low, function.obj)
    if mapped is not None:
        return invoke(low, mapped, positional, keywords, hint)
    made = low.construct(function, positional, keywords)
    if made is not None:
        return made
    outside.check_wrapped(low, function.obj)
    if table.lookup(op) is None and outside.allowed(op) and not written.known(op):
        return outside.call(low, op, positional, keywords, hint)
    return operations.apply(low, op, positional, keywords, hint)


# -- the user's functions


def inline(
    low: Lowerer, closure: Closure, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    """Lower the body of a function here, with its parameters bound to the arguments."""
    function = closure.function
    helper = emitted.helper(function)
    if helper is not None:
        return emitted.call(low, helper, positional)
    if managers.is_manager(function):
        return managers.made(closure, positional, keywords)
    key = key_of(closure)
    if pragmas.of(function.node) is not None and key not in low.recursion.found:
        low.recursion.found[key] = None
        raise Again
    if key in low.recursion.found:
        return recursion.call(low, closure, positional, keywords)
    running = [
        f for f in low.stack
        if f.function.node is function.node and f.function.live is function.live
        and f.parent == closure.frame
    ]  # fmt: skip
    if running and not downwards.goes_down(low, key, running, positional):
        low.recursion.found[key] = None
        raise Again
    if low.refusals.gives_up(function.node):
        return UNKNOWN
    if len(low.stack) > 60:
        raise low.rejection(None, f"the call of {function.name} is nested too deeply", "ADC204")
    names = binding.bind(low, closure, positional, keywords)
    outer, outer_loc, outer_here = low.frame, low.build.loc, low.here
    low.frames += 1
    frame = Frame(function, low.frames, closure.frame, low.loads_of(function.node))
    low.stack.append(frame)
    low.frame = frame
    low.state.names[frame.number] = statements.begun(function.node, names)
    try:
        result = run_body(low, function.node)
        if low.state.dead:
            raise Raises
        return remembered.returned(low, function, result)
    finally:
        low.stack.pop()
        low.frame, low.build.loc, low.here = outer, outer_loc, outer_here
        if not low.keeps(frame.number):
            low.state.names.pop(frame.number, None)


def run_body(low: Lowerer, node: Any) -> Value:
    if isinstance(node, ast.Lambda):
        result = expressions.lower(low, node.body)
        if low.frame.number == 0:
            returning.check(low, result, node.body)
        return result
    lost = low.refusals.lost
    refusing.check_function(low, node)
    pragmas.check_placed(low, node)
    contexts.decorated(low, node)
    body = inside.body_of(low, node)
    with owned.hidden(low):
        statements.block(low, body)
    if low.refusals.lost != lost:
        low.refusals.given_up[node] = None
        return UNKNOWN
    returned = low.flag("%return")
    if returned == Lit(False) or low.state.dead:
        return Num(NOTHING)
    if returned != Lit(True) and (body is node.body or inside.may_end(node.body)):
        statements.branch(low, returned, lambda: None, lambda: low.set("%retval", Num(NOTHING)))
    return low.state.names[low.frame.number].get("%retval", Num(UNDEF))
