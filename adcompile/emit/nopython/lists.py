"""Lists and tapes of one type each.

    tape = []                       Numba takes the type from the first append
    tape = [(0, 0.0)][:0]           where none is near: that of an entry, which goes
    xs.append(float(n))             a list of floats would else truncate, or be truncated
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from adcompile.emit.expressions import LOAD, Expressions, call, name
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, For, Trace, Var, While, walk

DTYPES = {"int": "int64", "bool": "bool_", "float": "float64", "complex": "complex128"}
INDEXING = {"mem.getitem": 1, "mem.last_write": 1, "mem.write": 2, "mem.accumulate": 2,
            "mem.scatter_add": 2}  # fmt: skip
NUMBERS: Mapping[str, int | bool | complex] = {"int": 0, "bool": False, "complex": 0j}


def grown(trace: Trace) -> dict[Var, None]:
    """The lists and tapes that something is appended to as they are.

    In a function that calls itself the entries may have no type yet where Numba needs that of a
    tape: there none counts.
    """
    found: dict[Var, None] = {}
    if any(isinstance(trace.kinds.get(var), k.Tape) for var in trace.inputs):
        return found
    for eqn in reversed(list(walk(trace.body))):
        match eqn:
            case Apply(op="mem.push" | "mem.append", args=(Var() as grows, *_)):
                found[grows] = None
            case For() | While():
                pairs = zip(eqn.params, eqn.inits)
                found.update((i, None) for p, i in pairs if p in found and isinstance(i, Var))
    return found


def indices(trace: Trace) -> dict[Var, None]:
    """The variables that stand for an index of an array somewhere."""
    found: dict[Var, None] = {}
    for eqn in walk(trace.body):
        if isinstance(eqn, Apply) and eqn.op in INDEXING:
            first = eqn.args[INDEXING[eqn.op] :]
            found.update((arg, None) for arg in first if isinstance(arg, Var))
    return found


def columns(trace: Trace) -> dict[Atom, None]:
    """The matrices that lie column after column: Numba's lists hold only what lies row after row.
    """
    return {
        out: None
        for eqn in walk(trace.body) if isinstance(eqn, Apply) and eqn.op in BY_COLUMN
        for out in eqn.outs if isinstance(kind := trace.kinds.get(out), k.Array) and kind.rank != 1
    }  # fmt: skip


BY_COLUMN = ("numpy.linalg.solve", "numpy.linalg.inv")


def kind_of(write: Expressions, var: Var) -> k.Kind | None:
    """The kind of everything that the name of this variable ever stands for."""
    web = write.names.webs.webs.get(var)
    kind: k.Kind | None = None
    for member in web.members if web is not None else (var,):
        known = write.kind(member)
        if isinstance(known, (k.List, k.Tape)):
            kind = k.join(kind, known)
    return kind


def stored(write: Expressions, value: Atom, kind: k.Kind | None) -> ast.expr:
    """A value as an entry of a list of entries of this kind."""
    written, own = write.atom(value), write.kind(value)
    wanted, given = k.dtype_of(kind), k.dtype_of(own)
    if k.is_scalar(own) and wanted != given and given in ("int", "bool"):
        if wanted in ("float", "float32", None):
            return call(name("float"), written)
        if wanted in ("int", "complex"):
            return call(name(wanted), written)
    if value in write.columns:
        return call(write.libraries.name("numpy.ascontiguousarray"), written)
    return written


def example(write: Expressions, kind: k.Kind | None) -> ast.expr | None:
    """A value of this kind; None where there is none that is sure to be of its type."""
    match kind:
        case k.Scalar("float32"):
            return call(write.libraries.name("numpy.float32"), ast.Constant(0.0))
        case k.Scalar(dtype):
            return ast.Constant(NUMBERS.get(dtype, 0.0))
        case k.Array(dtype, dims) if dims is not None and dtype is not None:
            shape = ast.Tuple([ast.Constant(0) for _ in dims], LOAD)
            extra = [] if dtype == "float" else [numpy_type(write, dtype)]
            return call(write.libraries.name("numpy.empty"), shape, *extra)
        case k.Slice():
            return call(name("slice"), ast.Constant(0), ast.Constant(0), ast.Constant(1))
        case k.Tuple(items):
            return _tuple(write, items)
        case k.List() | k.Tape():
            return empty(write, kind)
    return None


def empty(write: Expressions, kind: k.List | k.Tape) -> ast.expr | None:
    """An empty list or tape of this kind."""
    if isinstance(kind, k.List):
        entry = example(write, kind.item)
    elif len(kind.items) == 1:
        entry = example(write, kind.items[0])
    else:
        entry = _tuple(write, kind.items) if kind.items else None
    if entry is None:
        return None
    return ast.Subscript(ast.List([entry], LOAD), ast.Slice(None, ast.Constant(0)), LOAD)


def _tuple(write: Expressions, kinds: tuple[k.Kind, ...]) -> ast.expr | None:
    items = [example(write, kind) for kind in kinds]
    found = [item for item in items if item is not None]
    return ast.Tuple(found, LOAD) if len(found) == len(items) else None


def numpy_type(write: Expressions, dtype: str) -> ast.expr:
    """The name of the type of a dtype class."""
    return write.libraries.name(f"numpy.{DTYPES.get(dtype, dtype)}")
