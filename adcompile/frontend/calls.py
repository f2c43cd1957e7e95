"""Calls: the user's functions are lowered in place; others by the rule table or by name here."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    cases,
    classes,
    derivatives,
    expressions,
    functional,
    layout,
    memory,
    methods,
    operations,
    operators,
    outside,
    recursion,
    statements,
)
from adcompile.frontend.summaries import key_of
from adcompile.frontend.values import (
    Again,
    Bound,
    Closure,
    Derivative,
    Frame,
    Identity,
    Name,
    Num,
    Obj,
    Partial,
    Poison,
    Range,
    Ref,
    Sequence,
    Struct,
    Value,
)
from adcompile.rules import table
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Arguments = tuple[list[Value], dict[str, Value]]
TYPES = {
    "builtins.float": ("float", "float32"), "builtins.int": ("int", "bool"),
    "builtins.bool": ("bool",), "builtins.complex": ("complex",),
}  # fmt: skip
EFFECT_MODULES = ("builtins.print", "warnings.", "logging.", "time.sleep", "sys.")


def call(low: Lowerer, node: ast.Call, hint: str = "") -> Value:
    function = classes.of_super(low, node.func) or expressions.lower(low, node.func)
    loc = low.at(node)
    positional: list[Value] = []
    for arg in node.args:
        if isinstance(arg, ast.Starred):
            positional += expressions.static_items(low, expressions.lower(low, arg.value), arg)
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
            keywords.update(low.state.items[value.identity])
        else:
            raise low.rejection(
                keyword.value, "only a dictionary of known keys can be spread here", "ADC205"
            )
    low.build.loc = loc
    low.here = node
    return invoke(low, function, positional, keywords, hint)


def invoke(
    low: Lowerer,
    function: Value,
    positional: list[Value],
    keywords: dict[str, Value],
    hint: str = "",
) -> Value:
    """Call a value."""
    match function:
        case Closure():
            return inline(low, function, positional, keywords)
        case Partial(function=inner, args=given, keywords=named_args):
            return invoke(low, inner, [*given, *positional], {**dict(named_args), **keywords}, hint)
        case Obj():
            called = classes.method(low, function, "__call__", positional, keywords)
            if called is not None:
                return called
        case Derivative():
            return derivatives.call(low, function, positional, keywords, hint)
        case Bound(value=value, name=name):
            return methods.call(low, value, name, positional, keywords, hint)
        case Name(qualified=qualified):
            return named(low, qualified, function, positional, keywords, hint)
        case Poison(reason, code):
            raise low.rejection(None, reason, code)
    raise low.rejection(None, "which function is called here is not known when compiling", "ADC203")


def named(
    low: Lowerer,
    op: str,
    function: Name,
    positional: list[Value],
    keywords: dict[str, Value],
    hint: str,
) -> Value:
    special = SPECIAL.get(op) or functional.HANDLERS.get(op)
    if special is not None:
        result = special(low, positional, keywords, hint)
        if result is not None:
            return result
    if op.startswith("adcompile."):
        return derivatives.face(low, op, positional, keywords)
    if op.startswith("math."):
        for value in positional:
            low.must_be_number(value)
    made = low.construct(function, positional, keywords)
    if made is not None:
        return made
    if table.lookup(op) is None and outside.allowed(op):
        return outside.call(low, op, positional, keywords, hint)
    return operations.apply(low, op, positional, keywords, hint)


# -- the user's functions


def inline(
    low: Lowerer, closure: Closure, positional: list[Value], keywords: dict[str, Value]
) -> Value:
    """Lower the body of a function here, with its parameters bound to the arguments."""
    function = closure.function
    key = key_of(closure)
    if key in low.recursion.found:
        return recursion.call(low, closure, positional, keywords)
    if any(
        f.function.node is function.node
        and f.function.live is function.live
        and f.parent == closure.frame
        for f in low.stack
    ):
        low.recursion.found[key] = None
        raise Again
    if len(low.stack) > 60:
        raise low.rejection(None, f"the call of {function.name} is nested too deeply", "ADC204")
    names = bind(low, closure, positional, keywords)
    outer, outer_loc, outer_here = low.frame, low.build.loc, low.here
    low.frames += 1
    frame = Frame(function, low.frames, closure.frame, low.loads_of(function.node))
    low.stack.append(frame)
    low.frame = frame
    low.state.names[frame.number] = {**names, "%skip": statements.FALSE, "%exit": statements.FALSE,
                                     "%return": statements.FALSE}  # fmt: skip
    try:
        return run_body(low, function.node)
    finally:
        low.stack.pop()
        low.frame, low.build.loc, low.here = outer, outer_loc, outer_here
        if not low.keeps(frame.number):
            low.state.names.pop(frame.number, None)


def run_body(low: Lowerer, node: Any) -> Value:
    if isinstance(node, ast.Lambda):
        return expressions.lower(low, node.body)
    low.checked(node)
    statements.block(low, node.body)
    returned = low.flag("%return")
    if returned == Lit(False) or low.state.dead:
        return Num(NOTHING)
    if returned != Lit(True):
        statements.branch(low, returned, lambda: None, lambda: low.set("%retval", Num(NOTHING)))
    return low.state.names[low.frame.number]["%retval"]


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


# -- functions that shape the program rather than compute


def _range(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    atoms = [memory.atom_of(low, value) for value in args]
    for atom in atoms:
        low.must_be_int(atom)
    start, stop, step = (Lit(0), atoms[0], Lit(1)) if len(atoms) == 1 else (*atoms, Lit(1))[:3]
    return Range(start, stop, step)


def _len(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value | None:
    own = classes.method(low, args[0], "__len__", [])
    if own is not None:
        return own
    match args[0]:
        case Struct(items):
            return Num(Lit(len(items)))
        case Obj(identity):
            memory.check_fresh(low, identity)
            return Num(Lit(len(low.state.items[identity])))
        case Range() | Sequence():
            return Num(low.length(args[0]))
        case Num(atom) if isinstance(low.build.kind(atom), k.Tuple):
            return Num(Lit(len(low.build.kind(atom).items)))  # type: ignore[union-attr]
    return None


def _enumerate(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    start = args[1] if len(args) > 1 else keywords.get("start", Num(Lit(0)))
    sequence = low.iterate(args[0], None)
    offset = memory.atom_of(low, start)
    if isinstance(sequence, list):
        counts = [
            operators.binary(low, ast.Add(), Num(Lit(i)), start) for i in range(len(sequence))
        ]
        return Struct(tuple(Struct((count, item)) for count, item in zip(counts, sequence)))

    def item(index: Atom) -> Value:
        count = (
            Num(index) if offset == Lit(0) else operators.binary(low, ast.Add(), Num(index), start)
        )
        return Struct((count, low.item(sequence, index)))

    return Sequence(low.length(sequence), item, index_name=low.target_name(0))


def _zip(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    parts = [low.iterate(arg, None) for arg in args]
    if all(isinstance(part, list) for part in parts):
        return Struct(tuple(Struct(tuple(items)) for items in zip(*parts)))
    sequences = [
        low.as_sequence(arg) if isinstance(part, list) else part for part, arg in zip(parts, args)
    ]
    lengths = [low.length(sequence) for sequence in sequences]
    distinct = list(dict.fromkeys(lengths))
    length = distinct[0] if len(distinct) == 1 else low.build.apply("builtins.min", *distinct)
    return Sequence(length, lambda index: Struct(tuple(low.item(s, index) for s in sequences)))


def _reversed(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    sequence = low.iterate(args[0], None)
    if isinstance(sequence, list):
        return Struct(tuple(reversed(sequence)))
    if isinstance(sequence, Range):
        return Range(sequence.start, sequence.stop, sequence.step, not sequence.backward)
    return Sequence(sequence.length, sequence.item, not sequence.backward, sequence.index_name)


def _isinstance(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    wanted = (
        [args[1]] if isinstance(args[1], Name) else expressions.static_items(low, args[1], None)
    )
    answers = [_is_instance(low, args[0], w) for w in wanted if isinstance(w, Name)]
    if any(answers):
        return Num(Lit(True))
    if None in answers:
        raise low.rejection(
            None, "the type of this is not known when compiling; annotate the argument", "ADC405"
        )
    return Num(Lit(False))


def _is_instance(low: Lowerer, value: Value, wanted: Name) -> bool | None:
    name = wanted.qualified
    if isinstance(value, Obj) and value.identity.form == "record":
        return classes.is_instance(value, wanted.obj, name)
    match value:
        case Struct():
            return name == "builtins.tuple"
        case Obj(identity) if identity.form != "record":
            return name == f"builtins.{identity.form}"
    if isinstance(value, (Closure, Name, Derivative, Bound, Obj)):
        return False
    kind = low.build.kind(memory.atom_of(low, value))
    if isinstance(kind, k.Any_):
        return None
    if isinstance(kind, k.Array):
        return name == "numpy.ndarray"
    if isinstance(kind, k.List):
        return name == "builtins.list"
    return isinstance(kind, k.Scalar) and kind.dtype in TYPES.get(name, ())


def _list(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    if not args:
        return expressions.display(low, "list", [], [], low.here, hint)
    sequence = low.iterate(args[0], None)
    if isinstance(sequence, list):
        return expressions.display(
            low, "list", list(range(len(sequence))), sequence, low.here, hint
        )
    return low.to_list(sequence, hint)


def _tuple(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    if not args:
        return Struct(())
    if isinstance(args[0], Num) and isinstance(low.build.kind(args[0].atom), k.Tuple):
        return args[0]
    return Struct(tuple(expressions.static_items(low, args[0], None)))


def _dict(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    items: dict[Any, Value] = {}
    if args and isinstance(args[0], Obj) and args[0].identity.form == "dict":
        items.update(low.state.items[args[0].identity])
    elif args:
        for pair in expressions.static_items(low, args[0], None):
            key, value = expressions.static_items(low, pair, None)
            items[expressions.constant(low, key, None)] = value
    items.update(keywords)
    return expressions.display(low, "dict", list(items), list(items.values()), low.here)


def _sum(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value | None:
    """sum of something of known length: additions from left to right, as Python does."""
    if not isinstance(args[0], (Struct, Obj)):
        return None
    items = expressions.static_items(low, args[0], None)
    start = args[1] if len(args) > 1 else keywords.get("start")
    if start is not None:
        items = [start, *items]
    if not items:
        return Num(Lit(0))
    total = items[0]
    for item in items[1:]:
        total = operators.binary(low, ast.Add(), total, item, hint)
    return total


def _extreme(op: str) -> Callable[..., Value | None]:
    def handle(
        low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
    ) -> Value | None:
        if keywords:
            raise low.rejection(
                None, f"{op} with {', '.join(keywords)}= cannot be differentiated yet", "ADC218"
            )
        items = args
        if len(args) == 1 and isinstance(args[0], (Struct, Obj)):
            items = expressions.static_items(low, args[0], None)
        if len(items) < 2:
            return items[0] if len(items) == 1 and items is not args else None
        return operations.apply(low, f"builtins.{op}", items, {}, hint)

    return handle


def _print(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    raise low.rejection(None, "print is a statement here; put it on a line of its own", "ADC108")


def _add_at(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    base, index, value = args
    if isinstance(index, Obj):
        index = expressions.make_list(low, expressions.static_items(low, index, None))
    if not isinstance(base, Ref):
        raise low.rejection(None, "np.add.at needs an array", "ADC309")
    memory.write(
        low, base, memory.atom_of(low, index), memory.atom_of(low, value), "mem.scatter_add"
    )
    return Num(NOTHING)


def _copyto(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    if keywords or not isinstance(args[0], Ref):
        raise low.rejection(None, "np.copyto takes an array and a value here", "ADC309")
    memory.replace_all(low, args[0], memory.atom_of(low, args[1]))
    return Num(NOTHING)


def _fill_diagonal(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value:
    """np.fill_diagonal(a, v) is a[i, i] = v for all i."""
    base, value = args
    if keywords or not isinstance(base, Ref):
        raise low.rejection(None, "np.fill_diagonal takes a matrix and a value here", "ADC309")
    shape = low.build.apply("numpy.shape", memory.atom_of(low, base))
    sides = [low.build.apply("mem.getitem", shape, Lit(i)) for i in range(2)]
    places = low.apply_atom("numpy.arange", low.build.apply("builtins.min", *sides))
    index = low.build.apply("mem.tuple", places, places)
    memory.write(low, base, index, memory.atom_of(low, value))
    return Num(NOTHING)


def _asarray(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    """np.asarray of an array is that array."""
    if len(args) == 1 and not keywords and isinstance(args[0], Ref):
        kind = low.build.kind(memory.atom_of(low, args[0]))
        if isinstance(kind, k.Array):
            return args[0]
    return None


def _stop_gradient(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    match args[0]:
        case Struct(items):
            return Struct(tuple(_stop_gradient(low, [item], {}, "") for item in items))
        case Obj(identity):
            site = (*identity.site, "stop")
            made = Identity(identity.form, site, identity.record, low.build.loc, identity.cls)
            low.state.items[made] = {
                key: _stop_gradient(low, [item], {}, "")
                for key, item in low.state.items[identity].items()
            }
            return Obj(made)
    atom = low.apply_atom("mem.stop", memory.atom_of(low, args[0]), name=hint)
    value = memory.wrap(low, atom, hint)
    if isinstance(value, Ref):
        for storage in cases.storages(args[0]):
            low.state.derive(value.storage, storage)
    return value


SPECIAL: dict[str, Callable[..., Value | None]] = {
    "builtins.range": _range, "builtins.len": _len, "builtins.enumerate": _enumerate,
    "builtins.zip": _zip, "builtins.reversed": _reversed, "builtins.isinstance": _isinstance,
    "builtins.list": _list, "builtins.tuple": _tuple, "builtins.dict": _dict,
    "builtins.sum": _sum, "builtins.min": _extreme("min"), "builtins.max": _extreme("max"),
    "builtins.print": _print, "numpy.add.at": _add_at, "numpy.copyto": _copyto,
    "numpy.fill_diagonal": _fill_diagonal, "numpy.asarray": _asarray,
    "numpy.shares_memory": layout.shares_memory, "adcompile.stop_gradient": _stop_gradient,
}  # fmt: skip

__all__ = ["Var", "call", "inline", "invoke", "table"]
