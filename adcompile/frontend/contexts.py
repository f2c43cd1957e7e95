"""with blocks, as the statements that they mean.

    with np.errstate(...)            the whole function that is emitted runs under these options
    with suppress(E): body           try: body except E: pass
    with nullcontext(v) as w: body   w = v; body
    with a as b: body                b = a.__enter__(); try: body finally: a.__exit__(...)

So objects of the user's classes are followed, and what nothing is known of (a lock, a directory, a
file) is kept: entered and left once, where the program runs.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from adcompile.frontend import (
    assignment,
    classes,
    expressions,
    finals,
    managers,
    memory,
    outside,
    statements,
)
from adcompile.frontend import sources as s
from adcompile.frontend.values import Name, Num, Obj, Partial, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

EXIT = "_0_.__exit__(_1_.__class__, _1_, _1_.__traceback__)"


def with_statement(low: Lowerer, node: ast.With) -> None:
    """A with block; several items are blocks inside each other."""
    item, *others = node.items
    body = node.body
    if others:
        body = [ast.copy_location(ast.With(others, node.body), node)]
    call = item.context_expr
    function = _function(low, call)
    name = function.qualified if isinstance(function, Name) else ""
    special = SPECIAL.get(name)
    if special is not None and isinstance(call, ast.Call):
        special(low, node, call, item.optional_vars, body)
        return
    value = expressions.lower(low, call)
    low.at(node)
    if isinstance(value, Partial) and value.function == Name(managers.MAKER):
        managers.run(low, node, value, item.optional_vars, body)
        return
    atom = _object(low, value)
    if atom is not None:
        _kept(low, node, atom, item.optional_vars, body)
    elif not _followed(low, node, value, item.optional_vars, body):
        what = name or ast.unparse(call)
        raise low.rejection(
            call, f"a with block of {what} cannot be differentiated: it is no object with "
            "__enter__ and __exit__ that are known here", "ADC101"
        )


def _function(low: Lowerer, call: ast.expr) -> Value | None:
    inner = call.func if isinstance(call, ast.Call) else None
    while isinstance(inner, ast.Attribute):
        inner = inner.value
    if isinstance(call, ast.Call) and isinstance(inner, ast.Name):
        head = low.name(inner.id, inner)
        return expressions.lower(low, call.func) if isinstance(head, Name) else None
    return None


def _object(low: Lowerer, value: Value) -> Var | None:
    """The atom of what nothing is known of."""
    if isinstance(value, (Obj, Name)):
        return None
    atom = memory.atom_of(low, value)
    if not isinstance(atom, Var):
        return None
    if atom in low.outside_calls and low.build.kind(atom) == k.ANY:
        low.build.kinds[atom] = k.Opaque("object")
    return atom if outside.is_object(low, atom) else None


# -- what is known by name


def _errstate(
    low: Lowerer, node: ast.With, call: ast.Call, target: ast.expr | None, body: list[ast.stmt]
) -> None:
    if target is not None:
        raise low.rejection(target, "np.errstate gives nothing to a name", "ADC113")
    silence(low, call)
    statements.block(low, body)


def silence(low: Lowerer, call: ast.Call) -> None:
    """np.errstate(...): the whole function that is emitted runs under these options."""
    for option in call.keywords:
        value = option.value.value if isinstance(option.value, ast.Constant) else None
        if option.arg is None or value not in ("ignore", "warn"):
            raise low.rejection(
                option.value,
                'np.errstate is differentiated with "ignore" and "warn" only',
                "ADC113",
            )
        if low.silenced.get(option.arg) != "ignore":
            low.silenced[option.arg] = str(value)
    low.imports.setdefault("numpy", "np")


def decorated(low: Lowerer, node: ast.FunctionDef) -> None:
    """@np.errstate(...): as if the body stood in a with block."""
    for call in node.decorator_list:
        if not isinstance(call, ast.Call) or not ast.unparse(call.func).endswith("errstate"):
            continue
        function = expressions.lower(low, call.func)
        if isinstance(function, Name) and function.qualified == "numpy.errstate":
            silence(low, call)


def is_special(low: Lowerer, call: ast.expr) -> bool:
    """Is this a manager that is known by name?"""
    head = call.func if isinstance(call, ast.Call) else call
    while isinstance(head, ast.Attribute):
        head = head.value
    if not isinstance(head, ast.Name) or low.is_local(head.id):
        return False
    function = _function(low, call)
    return isinstance(function, Name) and function.qualified in SPECIAL


def as_statements(
    low: Lowerer, node: ast.With, body: list[ast.stmt]
) -> list[ast.stmt] | None:
    """A with block of suppress, as the try that it means."""
    call = node.items[0].context_expr
    if not is_special(low, call):
        return None
    assert isinstance(call, ast.Call)
    function = _function(low, call)
    if not isinstance(function, Name) or function.qualified != "contextlib.suppress":
        return None
    return _suppressed(low, node, call, node.items[0].optional_vars, body)


def _suppress(
    low: Lowerer, node: ast.With, call: ast.Call, target: ast.expr | None, body: list[ast.stmt]
) -> None:
    statements.block(low, _suppressed(low, node, call, target, body))


def _suppressed(
    low: Lowerer, node: ast.With, call: ast.Call, target: ast.expr | None, body: list[ast.stmt]
) -> list[ast.stmt]:
    if target is not None or call.keywords or not call.args:
        raise low.rejection(call, "contextlib.suppress takes exceptions, and gives nothing to a "
                            "name", "ADC101")  # fmt: skip
    types = call.args[0] if len(call.args) == 1 else ast.Tuple(call.args, ast.Load())
    handler = ast.ExceptHandler(ast.copy_location(types, call), None, [ast.Pass()])
    whole = ast.copy_location(ast.Try(body, [ast.copy_location(handler, call)], [], []), node)
    return [ast.fix_missing_locations(whole)]


def _nullcontext(
    low: Lowerer, node: ast.With, call: ast.Call, target: ast.expr | None, body: list[ast.stmt]
) -> None:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    value = expressions.lower(low, given[0]) if given else Num(NOTHING)
    if target is not None:
        assignment.assign(low, target, value)
    statements.block(low, body)


def _closing(
    low: Lowerer, node: ast.With, call: ast.Call, target: ast.expr | None, body: list[ast.stmt]
) -> None:
    name = _named(low, expressions.lower(low, call.args[0]))
    if target is not None:
        assignment.assign(low, target, low.name(name, node))
    closed = _method(node, name, "close", [])
    finals.leaving(low, node, body, lambda: statements.block(low, [closed]), [closed, _again(node)])


def _file(
    low: Lowerer, node: ast.With, call: ast.Call, target: ast.expr | None, body: list[ast.stmt]
) -> None:
    """with open(...) as file: the file is closed where the block is left."""
    file = expressions.lower(low, call)
    if target is not None:
        assignment.assign(low, target, file)

    def close() -> None:
        low.build.apply_many("mem.effect", (Lit("_0_.close()"), memory.atom_of(low, file)), ())

    finals.leaving(low, node, body, close, [])


SPECIAL: dict[str, Callable[..., None]] = {
    "numpy.errstate": _errstate,
    "contextlib.suppress": _suppress,
    "contextlib.nullcontext": _nullcontext,
    "contextlib.closing": _closing,
    "builtins.open": _file,
}


# -- what is known by its methods, and what is not known


def _named(low: Lowerer, value: Value) -> str:
    """A name, which no user can write, for a value."""
    low.subjects += 1
    name = f"%context{low.subjects}"
    low.set(name, value)
    return name


def _method(node: ast.stmt, name: str, method: str, args: list[ast.expr]) -> ast.stmt:
    function = ast.Attribute(ast.Name(name, ast.Load()), method, ast.Load())
    made = ast.Expr(ast.Call(function, args, []))
    return ast.fix_missing_locations(ast.copy_location(made, node))


def _again(node: ast.stmt) -> ast.stmt:
    return ast.copy_location(ast.Raise(), node)


def _kept(
    low: Lowerer, node: ast.With, atom: Var, target: ast.expr | None, body: list[ast.stmt]
) -> None:
    """An object of which nothing is known: entered, and left on every way out."""
    if target is None:
        low.build.apply_many("mem.effect", (Lit("_0_.__enter__()"), atom), ())
    else:
        hint = target.id if isinstance(target, ast.Name) else ""
        assignment.assign(low, target, outside.entered(low, atom, hint))

    def leave(text: str, *atoms: Var) -> None:
        low.at(node)
        low.build.apply_many("mem.effect", (Lit(text), atom, *atoms), ())

    def uncaught() -> None:
        assert isinstance(low.error, Num) and isinstance(low.error.atom, Var)
        leave(EXIT, low.error.atom)

    handler = finals.Action(uncaught, [], low.frame.number)
    ends = [ast.copy_location(handler, node), _again(node)]
    finals.leaving(low, node, body, lambda: leave("_0_.__exit__(None, None, None)"), ends)


def _followed(
    low: Lowerer, node: ast.With, value: Value, target: ast.expr | None, body: list[ast.stmt]
) -> bool:
    """An object of a class of the user's; False where it is none."""
    found = classes.method_of(low, value, "__exit__")
    if found is None or classes.method_of(low, value, "__enter__") is None:
        return False
    name = _named(low, value)
    entered = classes.method(low, value, "__enter__", [])
    if target is not None and entered is not None:
        low.at(node)
        assignment.assign(low, target, entered)
    last, ends, error = left(low, node, name, found[0].function)
    finals.leaving(low, node, body, lambda: statements.block(low, [last]), ends, error)
    return True


def left(
    low: Lowerer, node: ast.With, name: str, function: s.Function, always: bool = False
) -> tuple[ast.stmt, list[ast.stmt], str]:
    """How an object of this name is left: as usual, and by an exception, that has a name, too."""
    nothing: list[ast.expr] = [ast.Constant(None)] * 3
    error = name.replace("context", "error")

    def named() -> None:
        held = low.state.names[low.frame.number][error]
        if isinstance(held, Obj) and held.identity.cls:
            low.set("%type", classes.class_of(held) or Num(NOTHING))
            return
        made = low.build.apply("mem.outside", Lit("_0_.__class__"), low.flag(error))
        low.build.kinds[made] = k.Opaque("object")
        low.outside_calls[made] = "the attribute __class__"
        low.set("%type", Num(made))

    ends: list[ast.stmt] = []
    assert isinstance(function.node, ast.FunctionDef)
    seen = always or low.raising is not None or finals.is_seen(function.scope, function.node.body)
    if seen or _returns(function.node):
        args: list[ast.expr] = [ast.Name("%type", ast.Load()), ast.Name(error, ast.Load()),
                                ast.Constant(None)]  # fmt: skip
        call = _method(node, name, "__exit__", args)
        assert isinstance(call, ast.Expr)
        stopped = ast.If(ast.UnaryOp(ast.Not(), call.value), [_again(node)], [])
        noting = finals.Action(named, [], low.frame.number)
        ends = [ast.copy_location(noting, node),
                ast.fix_missing_locations(ast.copy_location(stopped, node))]  # fmt: skip
    return _method(node, name, "__exit__", nothing), ends, error


def _returns(function: ast.FunctionDef) -> bool:
    """Does __exit__ return what may stop an exception?"""
    return any(
        isinstance(node, ast.Return)
        and node.value is not None
        and not (isinstance(node.value, ast.Constant) and not node.value.value)
        for node in ast.walk(function)
    )
