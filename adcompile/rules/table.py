"""The rule table: what a row is, and the calls that add one.

A row is written in the user's own notation, with one column an operand.  Both modes come from it:

    pointwise("z = x * y", "y", "x")                     columns are partials
    linear("y = np.ravel(x)", "np.reshape(y_bar, np.shape(x))")      columns are transposes
    bilinear("z = x @ y", "z_bar @ y.T", "x.T @ z_bar")  columns are transposes, the rest fixed
    general("y = np.linalg.inv(x)", ("-y @ x_dot @ y", "-y.T @ y_bar @ y.T"))
                                                         pairs: what x_dot gives, what y_bar gives
    function("y = np.prod(x, axis=None)", tangent=..., adjoint=...)  two functions in the language
    constant("y = np.floor(x)")                          derivative zero everywhere

In the text positional names are operands, names with a default are options.  A column may use the
operands, the options, the result by its name, and (in transposes) the result's adjoint, `z_bar`.
None says that an operand carries no derivative.  A name with a default that can carry one is an
operand too: its column is given by its name, as `weights="..."` for np.average(x, weights=None).
An operation may have one row a number of operands; `family` makes them as they are asked for.
Where the expression depends on ranks or dtypes a column is a function (build, names) -> atom
instead of a text; `names` maps those names to atoms.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from adcompile.trace.ir import Atom
from adcompile.trace.kinds import Kind, broadcast

KindRule = Callable[[list[Kind], list[Atom]], Kind]
Column = str | Callable[..., Atom] | None

BINARY = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "truediv", ast.FloorDiv: "floordiv",
    ast.Mod: "mod", ast.Pow: "pow", ast.MatMult: "matmul", ast.BitAnd: "and_", ast.BitOr: "or_",
    ast.BitXor: "xor", ast.LShift: "lshift", ast.RShift: "rshift",
}  # fmt: skip
UNARY = {ast.USub: "neg", ast.UAdd: "pos", ast.Invert: "invert", ast.Not: "not_"}
COMPARE = {
    ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne",
    ast.Is: "is_", ast.IsNot: "is_not", ast.In: "in_", ast.NotIn: "not_in",
}  # fmt: skip
ALIASES = {"np": "numpy"}


@dataclass(frozen=True, slots=True)
class Row:
    """One operation.

    `parameters` are operands, then options; those from `required` on have `defaults`.  `signature`
    is their order in a call.
    """

    text: str
    op: str
    form: str
    result: str
    operands: tuple[str, ...]
    options: tuple[str, ...]
    defaults: tuple[Any, ...]
    columns: tuple[Column, ...]
    scalar_columns: tuple[Column, ...] | None
    kind: KindRule
    domain: Any
    view: str
    tangent: Callable[..., Any] | None = None
    adjoint: Callable[..., Any] | None = None
    tangent_columns: tuple[Column, ...] = ()
    signature: tuple[str, ...] = ()
    parameters: tuple[str, ...] = field(init=False)
    required: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", self.operands + self.options)
        object.__setattr__(self, "required", len(self.parameters) - len(self.defaults))

    def columns_for(self, scalar: bool) -> tuple[Column, ...]:
        """The columns to use where all operands are scalars, or where one is an array."""
        if scalar and self.scalar_columns is not None:
            return self.scalar_columns
        return self.columns


class RuleError(ValueError):
    """A row that contradicts itself."""


_rows: dict[str, dict[int, Row]] = {}  # by operation and number of operands
_families: dict[str, Callable[[int], Any]] = {}
_loaded = False
_adding_ours = False
_users: list[Row] = []  # rows that are not ours


def users_rows() -> tuple[Row, ...]:
    """The rows that the user has added, in order.  Our own rows need not be loaded for this."""
    return tuple(_users)


def elementwise(kinds: list[Kind], atoms: list[Atom]) -> Kind:
    """The kind rule of pointwise rows: broadcast, and at least float."""
    kind = broadcast(kinds)
    return broadcast(kinds, "float") if getattr(kind, "dtype", None) in ("bool", "int") else kind


def pointwise(
    text: str,
    *columns: Column,
    scalar: Sequence[Column] | None = None,
    domain: Any = None,
    kind: KindRule = elementwise,
    **named: Column,
) -> Row:
    """Add an elementwise operation.  Columns are partial derivatives, one an operand.

    `scalar` gives other columns for the case that all operands are scalars.  `domain` is what the
    tests sample: one (low, high) for all operands, or a tuple of such pairs.
    """
    return _add(text, "pointwise", columns, named, scalar=scalar, domain=domain, kind=kind)


def linear(
    text: str,
    *columns: Column,
    kind: KindRule = elementwise,
    domain: Any = None,
    view: str = "",
    **named: Column,
) -> Row:
    """Add an operation that is linear in the operands with a column, all together.

    Columns are transposes, in terms of the result's adjoint.  `view` says whether the result shares
    memory with the first operand: "" never, "always", or "maybe".
    """
    return _add(text, "linear", columns, named, kind=kind, domain=domain, view=view)


def bilinear(text: str, *columns: Column, kind: KindRule = elementwise, domain: Any = None) -> Row:
    """Add an operation that is linear in each of the operands with a column."""
    return _add(text, "bilinear", columns, {}, kind=kind, domain=domain)


def general(
    text: str,
    *pairs: tuple[Column, Column] | None,
    kind: KindRule = elementwise,
    domain: Any = None,
    **named: tuple[Column, Column],
) -> Row:
    """Add an operation by a pair of columns an operand.

    The first is linear in `x_dot`, the operand's tangent, and gives the result's tangent (the sum
    over the operands that move); the second is its transpose, linear in the result's adjoint.
    """
    tangents = tuple(None if pair is None else pair[0] for pair in pairs)
    transposes = tuple(None if pair is None else pair[1] for pair in pairs)
    pulled = {name: pair[1] for name, pair in named.items()}
    pushed = {name: pair[0] for name, pair in named.items()}
    return _add(text, "general", transposes, pulled, tangents=tangents, named_tangents=pushed,
                kind=kind, domain=domain)  # fmt: skip


def family(op: str, make: Callable[[int], Any]) -> None:
    """Let make(count) add the row of an operation for `count` operands, when it is asked for."""
    _families[op] = make


def function(
    text: str,
    *,
    tangent: Callable[..., Any],
    adjoint: Callable[..., Any],
    kind: KindRule = elementwise,
    domain: Any = None,
) -> Row:
    """Add an operation by two functions in the accepted language.

    tangent(*parameters, *dots) gives the result's tangent and adjoint(*parameters, result,
    result_bar) the operands' adjoints, one an operand (a tuple where there are several).  A dot of
    an operand that does not move is a zero of its shape.
    """
    facts = {"kind": kind, "domain": domain, "tangent": tangent, "adjoint": adjoint}
    return _add(text, "function", (), {}, **facts)


def constant(text: str, *, kind: KindRule = elementwise, domain: Any = None, view: str = "") -> Row:
    """Add an operation whose derivative is zero wherever it has one."""
    return _add(text, "constant", (), {}, kind=kind, domain=domain, view=view)


def _add(
    text: str, form: str, columns: Sequence[Column], named: Mapping[str, Column], **facts: Any
) -> Row:
    result, op, positional, keywords, values = read_head(text)
    defaults = dict(zip(keywords, values))
    unknown = [name for name in named if name not in defaults]
    if unknown:
        raise RuleError(f"{text!r}: {unknown[0]!r} is no parameter with a default")
    operands = (*positional, *named)
    options = tuple(name for name in keywords if name not in named)
    columns = _filled(text, columns, positional) + tuple(named.values())
    tangents = _filled(text, facts.get("tangents") or (), positional)
    tangents += tuple(facts.get("named_tangents", {}).values())
    known = {*operands, *options, result}
    for column in (*columns, *(facts.get("scalar") or ())):
        _check_column(text, column, known if form == "pointwise" else known | {f"{result}_bar"})
    for operand, column in zip(operands, tangents):
        _check_column(text, column, known | {f"{operand}_dot"})
    row = Row(
        text, op, form, result, operands, options,
        tuple(defaults[name] for name in (*named, *options)),
        columns if form not in ("function", "constant") else (),
        tuple(facts["scalar"]) if facts.get("scalar") else None,
        facts["kind"], facts.get("domain"), facts.get("view", ""),
        facts.get("tangent"), facts.get("adjoint"), tangents, (*positional, *keywords),
    )  # fmt: skip
    _rows.setdefault(op, {})[len(positional)] = row
    if not _adding_ours:
        _users.append(row)
    return row


def _filled(text: str, columns: Sequence[Column], operands: tuple[str, ...]) -> tuple[Column, ...]:
    """One column an operand, None for those left out."""
    if len(columns) > len(operands):
        raise RuleError(f"{text!r}: {len(columns)} columns for {len(operands)} operands")
    return tuple(columns) + (None,) * (len(operands) - len(columns))


def _check_column(text: str, column: Column, known: set[str]) -> None:
    if not isinstance(column, str):
        return
    for node in ast.walk(ast.parse(column, mode="eval")):
        if (
            isinstance(node, ast.Name)
            and node.id not in known | {"np", "math", "cmath", "scipy", "mem", "lists"} | BUILTINS
        ):
            raise RuleError(
                f"{text!r}: the column {column!r} uses {node.id!r}, which is none of its names"
            )


BUILTINS = {
    "abs", "min", "max", "sum", "len", "float", "int", "bool", "round", "pow", "range", "tuple",
    "divmod", "isinstance", "list", "slice",
}  # fmt: skip


def read_head(text: str) -> tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[Any, ...]]:
    """Result name, qualified operation, operands, options and defaults of a row's text."""
    statement = ast.parse(text).body[0]
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        raise RuleError(f"{text!r}: a row reads 'z = op(x, y)'")
    result, value = statement.targets[0].id, statement.value
    match value:
        case ast.Call(func=func, args=args, keywords=keywords):
            options = tuple(keyword.arg or "" for keyword in keywords)
            defaults = tuple(ast.literal_eval(keyword.value) for keyword in keywords)
            return result, qualified(func), tuple(_name(text, a) for a in args), options, defaults
        case ast.BinOp(left=left, op=op, right=right):
            operands = (_name(text, left), _name(text, right))
            return result, f"operator.{BINARY[type(op)]}", operands, (), ()
        case ast.UnaryOp(op=op, operand=operand):
            return result, f"operator.{UNARY[type(op)]}", (_name(text, operand),), (), ()
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            operands = (_name(text, left), _name(text, right))
            return result, f"operator.{COMPARE[type(op)]}", operands, (), ()
    raise RuleError(f"{text!r}: neither a call nor an operator")


def _name(text: str, node: ast.expr) -> str:
    if not isinstance(node, ast.Name):
        raise RuleError(f"{text!r}: operands are plain names")
    return node.id


def qualified(node: ast.expr) -> str:
    """np.linalg.norm -> numpy.linalg.norm; abs -> builtins.abs."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        raise RuleError(f"{ast.dump(node)} is not a name")
    if not parts:
        return f"builtins.{node.id}"
    parts.append(ALIASES.get(node.id, node.id))
    return ".".join(reversed(parts))


def lookup(op: str, count: int | None = None) -> Row | None:
    """The row of an operation called with `count` arguments, or None."""
    if not _loaded:
        load()
    rows = _rows.get(op)
    if rows is None:
        return None
    if count is not None and count not in rows and op in _families:
        with _ours():
            _families[op](count)
    if count in rows:
        return rows[count]
    first = next(iter(rows.values()))
    if count is None:
        return first
    fitting = (row for row in rows.values() if row.required <= count <= len(row.parameters))
    return next(fitting, first)


def rows() -> tuple[Row, ...]:
    """All rows, in the order in which they were added."""
    load()
    return tuple(row for rows in _rows.values() for row in rows.values())


def load() -> None:
    """Fill the table with our own rows, once.  The user's rows, added before, stand above them."""
    global _loaded
    if _loaded:
        return
    from adcompile.rules.subjects import subjects

    users = dict(_rows)
    _loaded = True
    try:
        with _ours():
            for subject in subjects():
                subject.add_rows()
    except BaseException:
        _loaded = False
        raise
    _rows.update(users)


@contextmanager
def _ours() -> Iterator[None]:
    """Rows added inside are the compiler's own, not the user's."""
    global _adding_ours
    before, _adding_ours = _adding_ours, True
    try:
        yield
    finally:
        _adding_ours = before
