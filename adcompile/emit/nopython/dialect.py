"""Python that Numba compiles: what it cannot take as NumPy has it is written in another way."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from adcompile.emit.dialects import Dialect
from adcompile.emit.expressions import Expressions, call, name
from adcompile.emit.nopython import lists
from adcompile.emit.nopython.drivers import driven
from adcompile.emit.nopython.lanes import LANES, lanes
from adcompile.emit.nopython.lists import numpy_type
from adcompile.emit.nopython.sources import CALLED, SOURCES
from adcompile.emit.nopython.sums import written_out
from adcompile.emit.nopython.table import CALLS, METHODS
from adcompile.emit.undefined import carried, read_before_made
from adcompile.rules import table
from adcompile.rules.memory import HAS_LENGTH, HAS_PLACES, HOLDS_LISTS, IS_LIST
from adcompile.trace import kinds as k
from adcompile.trace.ir import UNDEF, Apply, Atom, Lit, Trace, Var
from adcompile.trace.partial import nothing

LICENCES = ("contract", "nsz", "reassoc")
"""What fast arithmetic may do: fuse products and sums, forget the sign of zero, reorder sums."""

MASKED = {"mem.write": "masked_write", "mem.accumulate": "masked_add",
          "mem.scatter_add": "masked_add"}  # fmt: skip
WHOLE = {"mem.write": "put_whole", "mem.accumulate": "add_whole"}
FROMS = (
    "from numba.cpython.unsafe.tuple import tuple_setitem",
    "from numba.extending import intrinsic",
    "from numba.extending import overload",
    "from numba.np.numpy_support import as_dtype",
    "from numpy.lib.stride_tricks import as_strided",
)


class Driving(Dialect):
    """Python for NumPy that calls what Numba compiles."""

    def apply(self, write: Expressions, eqn: Apply) -> ast.expr | None:
        """numba.typed.List(items), of the type of its items where there are none."""
        kind = write.kind(eqn.args[0]) if eqn.op == "numba.typed.List" else None
        entry = lists.example(write, kind.item) if isinstance(kind, k.List) else None
        if entry is None:
            return None
        items, maker = write.atom(eqn.args[0]), write.libraries.name("numba.typed.List")
        typed = call(write.libraries.name("numba.typeof"), entry)
        empty = call(ast.Attribute(maker, "empty_list", ast.Load()), typed)
        return ast.IfExp(items, call(maker, items), empty)


@dataclass(frozen=True)
class Nopython(Dialect):
    """`exact` keeps ZeroDivisionError and the order of sums."""

    exact: bool = False
    name = "numba"
    rows = False
    converts = False
    views = False
    ellipses = False
    everything = ""
    raising = False
    questions = MappingProxyType({
        HAS_LENGTH: "has_length", HAS_PLACES: "has_places", HOLDS_LISTS: "holds_lists",
        IS_LIST: "is_list",
    })  # fmt: skip
    sources = SOURCES
    called = CALLED
    modules = MappingProxyType({"np": "numpy", "numba": "numba"})
    dtypes = MappingProxyType({
        "builtins.bool": "numpy.bool_", "builtins.int": "numpy.int64",
        "builtins.float": "numpy.float64", "builtins.complex": "numpy.complex128",
        "numpy.bool": "numpy.bool_",
    })  # fmt: skip

    @property
    def driving(self) -> Dialect:
        return Driving()

    def driven(self, trace: Trace, name: str) -> tuple[Trace, Trace] | None:
        return driven(trace, name)

    def froms(self, helpers: Sequence[str]) -> list[str]:
        words = set(re.findall(r"\w+", "\n".join(helpers)))
        return [text for text in FROMS if text.split()[-1] in words]

    def options(self) -> list[ast.keyword]:
        found = [ast.keyword("cache", ast.Constant(True))]
        if not self.exact:
            licences: list[ast.expr] = [ast.Constant(text) for text in LICENCES]
            found += [
                ast.keyword("error_model", ast.Constant("numpy")),
                ast.keyword("fastmath", ast.Set(licences)),
            ]
        return found

    def decorators(self, write: Expressions, trace: Trace) -> list[ast.expr]:
        """@numba.njit(...)"""
        return [ast.Call(write.libraries.name("numba.njit"), [], self.options())]

    def backwards(self, turns: ast.expr) -> ast.expr:
        """range(n) -> range(n - 1, -1, -1) and the other way round, and a list as list[::-1]."""
        if not isinstance(turns, ast.Call) or ast.unparse(turns.func) != "range":
            return ast.Subscript(turns, ast.Slice(None, None, _minus_one()), ast.Load())
        bounds, one = turns.args, ast.Constant(1)
        if len(bounds) < 3:
            start = bounds[0] if len(bounds) == 2 else ast.Constant(0)
            return call(turns.func, less(bounds[-1], one), less(start, one), _minus_one())
        start, stop, step = bounds
        if ast.unparse(step) == "-1":
            first, last = _one_more(stop), _one_more(start)
            from_zero = ast.unparse(first) == "0"
            return call(turns.func, last) if from_zero else call(turns.func, first, last)
        count = call(name("len"), turns)
        last = ast.BinOp(start, ast.Add(), ast.BinOp(less(count, one), ast.Mult(), step))
        return call(turns.func, last, less(start, step), ast.UnaryOp(ast.USub(), step))

    def scattered(
        self, write: Expressions, x: ast.expr, index: ast.expr, op: ast.operator, value: ast.expr
    ) -> ast.expr:
        value = value if isinstance(op, ast.Add) else ast.UnaryOp(ast.USub(), value)
        return call(name(write.helpers.use("scatter_add")), x, index, value)

    def shares(self, write: Expressions, x: ast.expr, y: ast.expr) -> ast.expr:
        return call(name(write.helpers.use("shares")), x, y)

    def viewed(
        self, write: Expressions, op: str, x: ast.expr, args: Sequence[ast.expr]
    ) -> ast.expr:
        if op not in ("numpy.reshape", "numpy.ravel"):
            return super().viewed(write, op, x, args)
        shape = args[0] if args else _minus_one()
        return call(name(write.helpers.use("reshaped_in_place")), x, shape)

    def given(self, write: Expressions, source: Atom, target: Var) -> ast.expr | None:
        """A name has one type: what is not assigned, or zero for a list, is an example of it."""
        if source == UNDEF:
            kind = write.kind(target)
            if target in write.shapes:  # of a number, or Numba says that it is of none
                return ast.Tuple([], ast.Load())
            found = lists.example(write, lists.numbers(write, kind, target))
            return ast.Constant(None) if found is None else found
        held = lists.kind_of(write, target)
        if isinstance(source, Lit) and k.is_scalar(write.kind(source)):
            return lists.empty(write, held) if isinstance(held, (k.List, k.Tape)) else None
        if isinstance(source, Var) and isinstance(held, k.List):
            nested = source in write.nesting.inside
            own = write.kind(source) if nested else lists.kind_of(write, source)
            return lists.converted(write, write.atom(source), own, held)
        return None

    def made(self, write: Expressions, eqn: Apply, value: ast.expr) -> ast.expr:
        """A list of integers that becomes one of floats, as that."""
        held = lists.kind_of(write, eqn.out)
        if eqn.op == "mem.list" or not isinstance(held, k.List):
            return value
        return lists.converted(write, value, write.kind(eqn.out), held)

    def entry(self, write: Expressions, value: Atom, kind: k.Kind | None) -> ast.expr:
        return lists.stored(write, value, kind)

    def holding(self, write: Expressions, var: Var) -> k.Kind | None:
        return lists.kind_of(write, var)

    def prepare(self, write: Expressions, trace: Trace) -> None:
        write.trace, write.nothing, write.holding = trace, {}, {}
        write.names.stored.update(read_before_made(trace))
        write.optional = dict.fromkeys(carried(trace))
        write.absent = nothing(trace)
        write.grown = lists.grown(trace)
        write.lent = lists.lent(trace)
        write.indices = lists.indices(trace)
        write.columns = lists.columns(trace)
        write.shapes = lists.shapes(trace)
        write.written_out = written_out(trace)
        write.lanes = {} if self.exact else lanes(trace)
        lists.check_given(write, trace)

    def apply(self, write: Expressions, eqn: Apply) -> ast.expr | None:
        if eqn in write.lanes:
            return call(name(write.helpers.use(LANES[eqn.op])), write.atom(eqn.args[0]))
        method = METHODS.get(eqn.op)
        if method is not None:
            found = method(write, eqn)
            if found is not None:
                return found
        helper = CALLS.get(eqn.op)
        if helper is None or not helper.applies(write, eqn.args):
            return None
        return call(name(write.helpers.use(helper.name)), *self.filled(write, eqn))

    def typed(self, write: Expressions, eqn: Apply, written: ast.expr) -> ast.expr:
        """A float32 array stays one when a number of Python's meets it, which is a float64 here."""
        kind = write.kind(eqn.out)
        if not isinstance(kind, k.Array) or kind.dtype != "float32":
            return written
        row = table.lookup(eqn.op, len(eqn.args))
        if row is None or (row.form != "pointwise" and eqn.op != "numpy.where"):
            return written
        numbers = (write.kind(arg) for arg in eqn.args)
        if not any(isinstance(n, k.Scalar) and n.dtype != "bool" for n in numbers):
            return written
        return call(ast.Attribute(written, "astype", ast.Load()), numpy_type(write, "float32"))

    def asked(self, write: Expressions, eqn: Apply, written: ast.expr) -> ast.expr:
        return written

    def output(self, write: Expressions, eqn: Apply, place: ast.expr) -> ast.stmt | None:
        return None

    def change(self, write: Expressions, eqn: Apply, place: ast.expr) -> ast.stmt | None:
        """x[mask] = v for a mask of several axes, and x[i][...] = v where x[i] may be a number."""
        helper, known = WHOLE.get(eqn.op), isinstance(write.kind(eqn.args[0]), k.Array)
        if helper and not known and eqn.args[2:] and eqn.args[-1] == Lit(Ellipsis):
            part = place
            for index in eqn.args[2:-1]:
                part = ast.Subscript(part, write.index(index), ast.Load())
            value = write.atom(eqn.args[1])
            return ast.Expr(call(name(write.helpers.use(helper)), part, value))
        helper = MASKED.get(eqn.op)
        kind = write.kind(eqn.args[2]) if helper and len(eqn.args) == 3 else None
        if helper is None or not isinstance(kind, k.Array) or kind.dtype != "bool":
            return None
        if kind.rank is None or kind.rank < 2:
            return None
        used = name(write.helpers.use(helper))
        return ast.Expr(call(used, place, write.atom(eqn.args[2]), write.atom(eqn.args[1])))

    def index(self, write: Expressions, index: Atom) -> ast.expr | None:
        """A list of integers among indices as an array."""
        if not isinstance(write.kind(index), k.List):
            return None
        return call(write.libraries.name("numpy.array"), write.atom(index))

    def filled(self, write: Expressions, eqn: Apply) -> list[ast.expr]:
        """All arguments by position, those left out by their defaults."""
        row = table.lookup(eqn.op, len(eqn.args))
        missing = row.defaults[len(eqn.args) - row.required :] if row is not None else ()
        return [*write.atoms(eqn.args), *(write.literal(value) for value in missing)]


def less(first: ast.expr, second: ast.expr) -> ast.expr:
    """first - second, computed where both are constants."""
    match first, second:
        case ast.Constant(value=int(a)), ast.Constant(value=int(b)):
            return ast.Constant(a - b) if a >= b else ast.UnaryOp(ast.USub(), ast.Constant(b - a))
    return ast.BinOp(first, ast.Sub(), second)


def _one_more(number: ast.expr) -> ast.expr:
    """number + 1, computed where it can be: n - 1 + 1 is n."""
    match number:
        case ast.Constant(value=int(constant)):
            return ast.Constant(constant + 1)
        case ast.UnaryOp(ast.USub(), ast.Constant(value=1)):
            return ast.Constant(0)
        case ast.BinOp(rest, ast.Sub(), ast.Constant(value=int(constant))) if constant > 0:
            return rest if constant == 1 else ast.BinOp(rest, ast.Sub(), ast.Constant(constant - 1))
    return ast.BinOp(number, ast.Add(), ast.Constant(1))


def _minus_one() -> ast.expr:
    return ast.UnaryOp(ast.USub(), ast.Constant(1))
