"""Operations as Python expressions."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adcompile.emit import conditions
from adcompile.emit.dialects import NUMPY, Dialect
from adcompile.emit.gathered import among, objects
from adcompile.emit.helpers import Helpers
from adcompile.emit.libraries import Libraries, dotted
from adcompile.emit.lists import list_operation
from adcompile.emit.naming import Names
from adcompile.emit.nested import Nesting
from adcompile.emit.zeros import Zeros
from adcompile.passes import ALL
from adcompile.rules import table
from adcompile.rules.lists import OF_NUMBERS
from adcompile.trace import kinds as k
from adcompile.trace.ir import UNDEFINED, Apply, Atom, Call, If, Lit, Node, Trace, Tree, Var
from adcompile.trace.paths import AMONG, LIKE, MANY

BINARY = {f"operator.{name}": node for node, name in table.BINARY.items()}
UNARY = {f"operator.{name}": node for node, name in table.UNARY.items()}
COMPARE = {f"operator.{name}": node for node, name in table.COMPARE.items()}
ATTRIBUTES = {"numpy.shape": "shape", "numpy.size": "size", "numpy.ndim": "ndim"}
LOAD = ast.Load()
STORE = ast.Store()


class Expressions:
    """Writes atoms, and the equations nested in them, as expressions."""

    def __init__(
        self, names: Names, nesting: Nesting, kinds: Mapping[Var, k.Kind], libraries: Libraries,
        helpers: Helpers, functions: Mapping[str, str] | None = None, dialect: Dialect = NUMPY,
    ) -> None:  # fmt: skip
        self.dialect = dialect
        self.names = names
        self.nesting = nesting
        self.kinds = kinds
        self.libraries = libraries
        self.helpers = helpers
        self.functions = functions or {}
        self.undefined: Mapping[Atom, None] = {}
        self.nothing: Mapping[Atom, None] = {}  # what may be None, or holds it
        self.holding: Mapping[Atom, None] = {}  # what holds it
        self.lists: Mapping[Atom, None] = {}  # what of unknown kind may be a list
        self.asks = False  # is it asked whether what nothing is known of is None?
        self.trace: Trace | None = None
        self.passes = ALL
        self.optional: Mapping[Atom, None] = {}  # as those, of a dialect that has types
        self.absent: Mapping[Atom, None] = {}  # what may be None there
        self.grown: Mapping[Var, None] = {}
        self.lent: Mapping[Var, Var] = {}
        self.indices: Mapping[Var, None] = {}
        self.columns: Mapping[Atom, None] = {}
        self.shapes: Mapping[Atom, None] = {}
        self.written_out: Mapping[Apply, None] = {}
        self.lanes: Mapping[Apply, None] = {}  # what a loop computes of several turns at once

    def kind(self, atom: Atom) -> k.Kind | None:
        return self.kinds.get(atom) if isinstance(atom, Var) else k.of_constant(atom.value)

    def atom(self, atom: Atom) -> ast.expr:
        if isinstance(atom, Lit):
            return self.literal(atom.value)
        eqn = self.nesting.inside.get(atom)
        if eqn is not None:
            return self.choice(eqn) if isinstance(eqn, If) else self.apply(eqn)
        if atom in self.names.paths:
            return parse(self.names.paths[atom])
        return name(self.names[atom])

    def given(self, source: Atom, target: Var) -> ast.expr:
        """What a variable gets along an edge."""
        own = self.dialect.given(self, source, target)
        return self.atom(source) if own is None else own

    def atoms(self, atoms: Sequence[Atom]) -> list[ast.expr]:
        return [self.atom(atom) for atom in atoms]

    def literal(self, value: Any) -> ast.expr:
        if value is UNDEFINED:
            return ast.Constant(None)
        if isinstance(value, tuple):
            return ast.Tuple([self.literal(item) for item in value], LOAD)
        if isinstance(value, str) and value.startswith(("numpy.", "builtins.")):
            return self.libraries.name(self.dialect.dtypes.get(value, value))
        if isinstance(value, float) and not math.isfinite(value):
            known = "nan" if math.isnan(value) else "inf"
            constant = self.libraries.name(f"math.{known}")
            return ast.UnaryOp(ast.USub(), constant) if value < 0 else constant
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if number and math.copysign(1, value) < 0:
            return ast.UnaryOp(ast.USub(), ast.Constant(-value))
        if isinstance(value, slice):
            return self._slice(*map(Lit, (value.start, value.stop, value.step)))
        return ast.Constant(value)

    def tree(self, tree: Tree) -> ast.expr:
        """A structure as a display, or as a call of the constructor of a record."""
        if not isinstance(tree, Node):
            return self.atom(tree)
        if tree.form == MANY:
            return objects(self, tree)
        return self.structure(tree, [self.tree(item) for item in tree.items])

    def structure(self, tree: Node, items: list[ast.expr]) -> ast.expr:
        """The same of parts that are given."""
        match tree.form:
            case "dict" if tree.record.startswith(AMONG):
                return among(self, tree, items)
            case "dict":
                if tree.record:  # the keys of this one
                    pairs = call(name("zip"), parse(tree.record), ast.Tuple(items, LOAD))
                    return call(name("dict"), pairs)
                return ast.Dict([self.literal(key) for key in tree.keys], items)
            case "record" if tree.record.startswith("made("):
                like = parse(tree.record[len("made(") : -1])
                held = ast.Dict([ast.Constant(key) for key in tree.keys], items)
                return call(name(self.helpers.use("made")), like, held)
            case "record":
                keywords = [ast.keyword(key, item) for key, item in zip(tree.keys, items)]
                return ast.Call(parse(tree.record), [], keywords)
            case "list":
                return ast.List(items, LOAD)
            case "tuple" if tree.record.startswith(LIKE):
                formed = name(self.helpers.run_by_python("formed"))
                like = parse(tree.record.removeprefix(LIKE))
                return call(formed, ast.Tuple(items, LOAD), like)
        return ast.Tuple(items, LOAD)

    # operations

    def apply(self, eqn: Apply) -> ast.expr:
        """The right-hand side of an equation with one result."""
        return self.dialect.typed(self, eqn, self.operation(eqn))

    def operation(self, eqn: Apply) -> ast.expr:
        """The operation as this dialect has it."""
        op, args = eqn.op, eqn.args
        own = self.dialect.apply(self, eqn)
        if own is not None:
            return own
        method = getattr(self, "_" + op[4:], None) if op.startswith("mem.") else None
        if method is not None:
            return method(*args)
        if op.startswith("lists."):
            mixed = op == "lists.add" and any(map(self.holds_none, args))
            kind = None if mixed else self.kind(args[0])
            listed = list_operation(op, kind, self.atoms(args), self.helpers, self.libraries)
            if listed is not None:
                return listed
        if op.startswith("widths."):
            return call(name(self.helpers.use(op.removeprefix("widths."))), *self.atoms(args))
        if op in BINARY and len(args) == 2:
            return ast.BinOp(self.atom(args[0]), BINARY[op](), self.atom(args[1]))
        if op in UNARY:
            return self._unary(UNARY[op](), args[0])
        if op in COMPARE:
            return ast.Compare(self.atom(args[0]), [COMPARE[op]()], [self.atom(args[1])])
        if op in ATTRIBUTES and isinstance(self.kind(args[0]), k.Array):
            return ast.Attribute(self.atom(args[0]), ATTRIBUTES[op], LOAD)
        if op == "numpy.transpose" and len(args) == 1 and isinstance(self.kind(args[0]), k.Array):
            return ast.Attribute(self.atom(args[0]), "T", LOAD)
        if op == "numpy.astype":
            return call(ast.Attribute(self.atom(args[0]), "astype", LOAD), *self.atoms(args[1:]))
        return self.dialect.asked(self, eqn, self._call(op, args))

    def _unary(self, op: ast.unaryop, arg: Atom) -> ast.expr:
        if isinstance(op, ast.Not):
            return conditions.negated(self, arg)
        return ast.UnaryOp(op, self.atom(arg))

    def _call(self, op: str, args: Sequence[Atom]) -> ast.expr:
        scalar = all(isinstance(self.kind(arg), k.Scalar) for arg in args)
        row = table.lookup(op, len(args))
        written = self.atoms(args)
        function = self.libraries.name(op, scalar)
        if (
            row is None
            or not op.startswith(("numpy.", "math.isclose"))
            or len(args) <= row.required
        ):
            return call(function, *written)
        count = row.required
        options = zip(row.parameters[count:], row.defaults, args[count:], written[count:])
        keywords = [
            ast.keyword(option, value)
            for option, default, arg, value in options
            if arg is not Lit(default)
        ]
        first = 0
        if op == "numpy.arange":  # as a range
            while keywords and keywords[0].arg == row.parameters[count] != "dtype":
                written[count], count, keywords = keywords[0].value, count + 1, keywords[1:]
            first = int(count == 2 and args[0] is Lit(0))
        return ast.Call(function, written[first:count], keywords)

    def call(self, eqn: Call) -> ast.Call:
        """A call of a function of the module."""
        return call(name(self.functions.get(eqn.function, eqn.function)), *self.atoms(eqn.args))

    def choice(self, eqn: If) -> ast.expr:
        """An If with one result and nothing but expressions, as a conditional expression."""
        return conditions.choice(self, eqn)

    # memory

    def _getitem(self, x: Atom, index: Atom) -> ast.expr:
        place = self.atom(x)
        inner = self.nesting.inside.get(x) if isinstance(x, Var) else None
        if not isinstance(inner, Apply) or inner.op != "mem.getitem":
            return ast.Subscript(place, self.index(index), LOAD)
        if self.is_int(inner.args[1]) and isinstance(self.kind(inner.args[0]), k.Array):
            return self.joined(place, index)
        return ast.Subscript(place, self.index(index), LOAD)

    def _shares(self, x: Atom, y: Atom) -> ast.expr:
        atoms = [x] if x is y else [x, y]
        if any(isinstance(self.kind(atom), (k.List, k.Dict)) for atom in atoms):
            return call(name(self.helpers.use("sharing")), *self.atoms(atoms))
        return self.dialect.shares(self, self.atom(x), self.atom(y))

    def _is_same(self, x: Atom, y: Atom) -> ast.expr:
        return ast.Compare(self.atom(x), [ast.Is()], [self.atom(y)])

    def _is_view(self, steps: Lit, base: Atom, again: Atom, *args: Atom) -> ast.expr:
        view, rest = self.atom(base), list(args)
        for op, count in steps.value:
            given, rest = rest[:count], rest[count:]
            if op:
                view = self.dialect.viewed(self, op, view, self.atoms(given))
            else:
                view = ast.Subscript(view, self.index(given[0]), LOAD)
        return self.dialect.shares(self, view, self.atom(again))

    def _is_array(self, x: Atom) -> ast.expr:
        return call(name("isinstance"), self.atom(x), self.libraries.name("numpy.ndarray"))

    def _is_plain(self, x: Atom) -> ast.expr:
        return dotted("flags.forc", self.atom(x))

    def is_int(self, atom: Atom) -> bool:
        kind = self.kind(atom)
        return isinstance(kind, k.Scalar) and kind.dtype == "int"

    def joined(self, place: ast.expr, index: Atom) -> ast.Subscript:
        """x[i][j] as x[i, j], for an array x and a number i."""
        kind, after = self.kind(index), self.index(index)
        items = kind.items if isinstance(kind, k.Tuple) else (kind,)
        basic = all(
            isinstance(item, (k.Slice, k.Opaque))
            or (isinstance(item, k.Scalar) and item.dtype == "int" and item.strong is False)
            for item in items
        )
        written = isinstance(after, ast.Tuple) or not isinstance(kind, k.Tuple)
        if not basic or not written or not isinstance(place, ast.Subscript):
            return ast.Subscript(place, after, LOAD)
        before = place.slice
        parts = before.elts if isinstance(before, ast.Tuple) else [before]
        more = after.elts if isinstance(after, ast.Tuple) else [after]
        return ast.Subscript(place.value, ast.Tuple([*parts, *more], LOAD), LOAD)

    def index(self, index: Atom) -> ast.expr:
        """What stands between brackets."""
        eqn = self.nesting.inside.get(index) if isinstance(index, Var) else None
        if isinstance(eqn, Apply) and eqn.op == "mem.slice":
            bounds = [None if arg == Lit(None) else self.atom(arg) for arg in eqn.args]
            return ast.Slice(*bounds)
        if isinstance(eqn, Apply) and eqn.op == "mem.tuple":
            return ast.Tuple([self.index(arg) for arg in eqn.args], LOAD)
        own = self.dialect.index(self, index)
        if own is None and isinstance(index, Lit):
            return self.bounds(index.value)
        return self.atom(index) if own is None else own

    def bounds(self, index: Any) -> ast.expr:
        """A constant index."""
        match index:
            case slice(start=start, stop=stop, step=step):
                parts = (start, stop, step)
                return ast.Slice(*(None if part is None else self.literal(part) for part in parts))
            case (_, *_) if any(isinstance(item, slice) for item in index):
                return ast.Tuple([self.bounds(item) for item in index], LOAD)
        return self.literal(index)

    def _slice(self, *args: Atom) -> ast.expr:
        first, last = 0, len(args)
        if not self.dialect.name and args[2] == Lit(None):
            first, last = int(args[0] == Lit(None)), 2
        return call(name("slice"), *self.atoms(args[first:last]))

    def _tuple(self, *args: Atom) -> ast.expr:
        return ast.Tuple(self.atoms(args), LOAD)

    def _list(self, *args: Atom) -> ast.expr:
        return ast.List(self.atoms(args), LOAD)

    def _tape(self) -> ast.expr:
        return ast.List([], LOAD)

    def _dict(self, keys: Atom, *args: Atom) -> ast.expr:
        assert isinstance(keys, Lit)
        return ast.Dict([self.literal(key) for key in keys.value], self.atoms(args))

    def _same(self, x: Atom) -> ast.expr:
        return self.atom(x)

    def _stacked(self, tape: Atom, number: Lit) -> ast.expr:
        """All entries, or the items of all, as an array."""
        kind, entries = self.kind(tape), self.atom(tape)
        if isinstance(kind, k.Tape) and len(kind.items) > 1:
            item = parse(f"entry[{number.value}]")
            each = ast.comprehension(ast.Name("entry", ast.Store()), entries, [], 0)
            entries = ast.ListComp(item, [each])
        return call(self.libraries.name("numpy.array"), entries)

    def _copy(self, x: Atom, order: Atom | None = None) -> ast.expr:
        if self.holds_none(x) or (x in self.lists and isinstance(self.kind(x), k.Any_)):
            return call(name(self.helpers.use("copied")), self.or_empty(x))
        if order is not None and isinstance(self.kind(x), k.Array):
            return call(ast.Attribute(self.atom(x), "copy", LOAD), self.atom(order))
        if order is not None and order in (Lit("C"), Lit("A")):
            orders = [ast.Constant("K")] if order == Lit("A") else []
            return call(ast.Attribute(self.or_empty(x), "copy", LOAD), *orders)
        copied = self.copied(self.or_empty(x), self.kind(x))
        if self.asks and isinstance(self.kind(x), k.Any_):
            test = ast.Compare(self.atom(x), [ast.Is()], [ast.Constant(None)])
            return ast.IfExp(test, ast.Constant(None), copied)
        return copied

    def _floats(self, x: Atom) -> ast.expr:
        return call(name(self.helpers.use("floats")), self.atom(x))

    def holds_none(self, x: Atom) -> bool:
        """May this be None, or a list with None in it?"""
        match self.kind(x):
            case k.Array() | k.Any_() | k.Tuple() | k.Dict():
                return x in self.undefined
            case k.List():
                return x in self.holding or (x in self.nothing and x not in self.undefined)
        return False

    def or_empty(self, x: Atom) -> ast.expr:
        """x, or an empty list where x is a list that may be None."""
        if x in self.undefined and isinstance(self.kind(x), (k.List, k.Tape)):
            return ast.BoolOp(ast.Or(), [self.atom(x), ast.List([], LOAD)])
        return self.atom(x)

    def copied(self, x: ast.expr, kind: k.Kind | None) -> ast.expr:
        """A copy of x that shares no memory with it."""
        match kind:
            case k.Scalar() | k.Opaque() | k.Slice():
                return x
            case k.Array():
                return call(ast.Attribute(x, "copy", LOAD))
            case k.List(k.Scalar("int")):  # also of a shape, which is a tuple
                return ast.Subscript(x, ast.Slice(), LOAD)
            case k.List(item) | k.Dict(item) if item is not None and k.immutable(item):
                return call(ast.Attribute(x, "copy", LOAD))
            case k.List((k.Array() | k.List()) as item):
                element = self.copied(name("item"), item)
                return ast.ListComp(element, [comprehension("item", x)])
        return call(name(self.helpers.use("copied")), x)

    def _zeros_like(self, x: Atom, form: Atom | None = None) -> ast.expr:
        nothing = isinstance(self.kind(x), k.Tuple) and x in self.nothing
        zeros = Zeros(self.helpers, self.libraries, self.holds_none(x), form == OF_NUMBERS)
        return zeros.like(self.or_empty(x), self.kind(x), form, nothing)

    def _unbroadcast(self, x: Atom, shape: Atom) -> ast.expr:
        return call(name(self.helpers.use("unbroadcast")), self.atom(x), self.atom(shape))

    def _is_complex(self, *values: Atom) -> ast.expr:
        return call(name(self.helpers.use("is_complex")), *self.atoms(values))

    def _last_write(self, x: Atom, index: Atom) -> ast.expr:
        return call(name(self.helpers.use("last_write")), self.atom(x), self.atom(index))

    def _dtype(self, x: Atom) -> ast.expr:
        if isinstance(self.kind(x), k.Array):
            return ast.Attribute(self.atom(x), "dtype", LOAD)
        return call(self.libraries.name("numpy.result_type"), self.atom(x))

    def _opaque(self, text: Atom, *args: Atom) -> ast.expr:
        assert isinstance(text, Lit)
        return self.fill(parse(text.value), args)

    def _outside(self, text: Atom, *args: Atom) -> ast.expr:
        """A call of something that is not ours; a module in its name goes by its alias."""
        assert isinstance(text, Lit)
        return self.kept(parse(text.value), args)

    def kept(self, node: Any, args: Sequence[Atom]) -> Any:
        """A template whose modules go by their aliases, with its holes replaced."""
        return self.fill(_Modules(self.libraries).visit(node), args)

    def fill(self, node: Any, args: Sequence[Atom]) -> Any:
        """A template with its holes _0_, _1_ ... replaced."""
        holes = {f"_{number}_": arg for number, arg in enumerate(args)}
        return _Filler(holes, self.atom).visit(node)


class _Modules(ast.NodeTransformer):
    """Puts the modules that a qualified name starts with by the alias they are imported by."""

    def __init__(self, libraries: Libraries) -> None:
        self.libraries = libraries

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id in self.libraries.imports:
            return ast.Attribute(self.libraries.module(node.value.id), node.attr, LOAD)
        self.generic_visit(node)
        return node


class _Filler(ast.NodeTransformer):
    def __init__(self, holes: Mapping[str, Atom], write: Callable[[Atom], ast.expr]) -> None:
        self.holes = holes
        self.write = write

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.write(self.holes[node.id]) if node.id in self.holes else node


def name(text: str) -> ast.Name:
    return ast.Name(text, LOAD)


def assign(target: ast.expr, value: ast.expr) -> ast.stmt:
    return ast.Assign([target], value)


def call(function: ast.expr, *args: ast.expr) -> ast.Call:
    return ast.Call(function, list(args), [])


def comprehension(target: str, source: ast.expr) -> ast.comprehension:
    return ast.comprehension(name(target), source, [], 0)


def parse(text: str) -> ast.expr:
    """An expression given as text; constructors and paths are."""
    if text.isidentifier():
        return dotted(text)
    return ast.parse(text, mode="eval").body
