"""Lists and tapes of one type each.

    tape = []                       Numba takes the type from the first append
    tape = [(0, 0.0)][:0]           where none is near: that of an entry, which goes
    xs.append(float(n))             a list of floats would else truncate, or be truncated
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from adcompile.emit.expressions import LOAD, Expressions, call, name
from adcompile.emit.naming import PLACEHOLDER
from adcompile.emit.owners import kept_outs
from adcompile.errors import BackendError
from adcompile.rules.memory import DESTRUCTIVE
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Call, Equation, For, If, Trace, Var, While, walk

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
    eqns = list(walk(trace.body))
    makers = {out: eqn for eqn in eqns for out in eqn.outs}
    for eqn in reversed(eqns):
        match eqn:
            case Apply(op="mem.push" | "mem.append", args=(Var() as grows, *_)):
                found[grows] = None
            case For() | While():
                for param, init, result in zip(eqn.params, eqn.inits, eqn.body.results):
                    if param in found and isinstance(init, Var) and _one(result, makers):
                        found[init] = None
    return found


def _one(result: Atom, makers: Mapping[Var, Equation]) -> bool:
    """Is what a turn leaves of a list that very list, and no part or copy of it?"""
    seen: dict[Atom, None] = {}
    left = [result]
    while left:
        if (each := left.pop()) in seen or not isinstance(each, Var):
            continue
        seen[each] = None
        match eqn := makers.get(each):
            case Apply():
                if eqn.op not in DESTRUCTIVE:
                    return False
                left.append(eqn.args[0])
            case If():
                place = eqn.outs.index(each)
                left += [eqn.then.results[place], eqn.orelse.results[place]]
            case For() | While():
                place = eqn.outs.index(each)
                left += [eqn.inits[place], eqn.body.results[place]]
    return True


def indices(trace: Trace) -> dict[Var, None]:
    """The variables that stand for an index of an array somewhere, or become one that does."""
    found: dict[Var, None] = {}
    eqns, count = list(walk(trace.body)), -1
    while count != len(found):
        count = len(found)
        for eqn in reversed(eqns):
            given: list[Atom] = []
            match eqn:
                case Apply() if eqn.op in INDEXING:
                    given = [*eqn.args[INDEXING[eqn.op] :]]
                case If():
                    for out, *sides in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                        given += sides if out in found else ()
                case For() | While():
                    carried = zip(eqn.params, eqn.outs, eqn.inits, eqn.body.results)
                    for param, out, *sources in carried:
                        given += sources if param in found or out in found else ()
            found.update((atom, None) for atom in given if isinstance(atom, Var))
    return found


def lent(trace: Trace) -> dict[Var, Var]:
    """What is given to functions of the module that change it, and what it is afterwards."""
    calls = [eqn for eqn in walk(trace.body) if isinstance(eqn, Call)]
    pairs = [pair for eqn in calls for pair in kept_outs(trace, eqn).items()]
    return {arg: out for out, arg in pairs if isinstance(arg, Var)}


def shapes(trace: Trace) -> dict[Atom, None]:
    """What is the shape of an array of unknown rank, or was not assigned: Numba has tuples."""
    found: dict[Atom, None] = {}
    eqns, count = list(walk(trace.body)), -1
    while count != len(found):
        count = len(found)
        for eqn in eqns:
            match eqn:
                case Apply(op="numpy.shape", outs=(out,)):
                    if isinstance(trace.kinds.get(out), k.List):
                        found[out] = None
                case If():
                    sides = zip(eqn.then.results, eqn.orelse.results)
                    found.update((o, None) for o, pair in zip(eqn.outs, sides)
                                 if any(atom in found for atom in pair))
                case For() | While():
                    sources = zip(eqn.params, eqn.outs, eqn.inits, eqn.body.results)
                    for param, out, *given in sources:
                        if any(atom in found for atom in given):
                            found[param] = found[out] = None
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
    found: dict[Var, None] = {}
    left = [var]
    while left:
        web = write.names.webs.webs.get(each := left.pop())
        members = [m for m in (web.members if web is not None else [each]) if m not in found]
        found.update(dict.fromkeys(members))
        left += [write.lent[member] for member in members if member in write.lent]
    kind: k.Kind | None = None
    for member in found:
        known = write.kind(member)
        if isinstance(known, (k.List, k.Tape)):
            kind = k.join(kind, known)
    return kind


def stored(write: Expressions, value: Atom, kind: k.Kind | None) -> ast.expr:
    """A value as an entry of a list of entries of this kind."""
    if value in write.columns:
        return call(write.libraries.name("numpy.ascontiguousarray"), write.atom(value))
    return converted(write, write.atom(value), write.kind(value), kind)


def converted(
    write: Expressions, written: ast.expr, own: k.Kind | None, kind: k.Kind | None
) -> ast.expr:
    """A value of its own kind as one of this kind, whose integers may be floats.

    An integer in a list is of the list's type: what is stored there later would be truncated.
    """
    if isinstance(written, ast.Constant) and written.value is None:
        return written
    match own, kind:
        case k.Scalar(given), _ if given in ("int", "bool") and given != k.dtype_of(kind):
            wanted = k.dtype_of(kind)
            if isinstance(written, ast.Constant) and wanted == "float":
                return ast.Constant(float(written.value))  # type: ignore[arg-type]
            if wanted in ("float", "float32", None):
                return call(name("float"), written)
            if wanted in ("int", "complex"):
                return call(name(wanted), written)
        case k.Tuple(items), k.Tuple(wanted_items) if len(items) == len(wanted_items):
            if any(narrower(a, b) for a, b in zip(items, wanted_items)):
                return _converted_tuple(write, written, items, wanted_items)
        case k.List(item), k.List(wanted_item) if narrower(own, kind):
            if isinstance(written, ast.BinOp) and isinstance(written.op, ast.Mult):
                return ast.BinOp(converted(write, written.left, own, kind), written.op,
                                 written.right)  # fmt: skip
            if isinstance(written, ast.List):
                entries = [converted(write, entry, item, wanted_item) for entry in written.elts]
                return ast.List(entries, LOAD)
            each = f"{PLACEHOLDER}entry"
            turns = ast.comprehension(ast.Name(each, ast.Store()), written, [], 0)
            return ast.ListComp(converted(write, name(each), item, wanted_item), [turns])
    return written


def _converted_tuple(
    write: Expressions, written: ast.expr, items: Sequence[k.Kind], wanted: Sequence[k.Kind]
) -> ast.expr:
    if isinstance(written, ast.Tuple):
        parts = written.elts
    elif isinstance(written, ast.Name):
        parts = [ast.Subscript(written, ast.Constant(n), LOAD) for n in range(len(items))]
    else:
        raise BackendError(
            "Numba would truncate a number that is stored in a list of tuples of integers; write "
            "0.0 for 0 where the list is made"
        )
    return ast.Tuple([converted(write, *each) for each in zip(parts, items, wanted)], LOAD)


def narrower(own: k.Kind | None, kind: k.Kind | None, inside: bool = True) -> bool:
    """Are there integers, in a list, where the other kind has floats or complex numbers?"""
    match own, kind:
        case k.Scalar(given), _ if inside and given in ("int", "bool"):
            return k.dtype_of(kind) in ("float", "float32", "complex")
        case k.Tuple(items), k.Tuple(wanted) if len(items) == len(wanted):
            return any(narrower(a, b, inside) for a, b in zip(items, wanted))
        case k.List(item), k.List(wanted_item):
            return narrower(item, wanted_item)
    return False


def check_given(write: Expressions, trace: Trace) -> None:
    """Refuse a list of integers that is given, and gets floats."""
    for var in trace.inputs:
        if narrower(write.kind(var), kind_of(write, var), inside=False):
            raise BackendError(
                f"Numba would truncate the floats that are stored in {var.name or 'a list'!r}, "
                "which is given as a list of integers; give a list of floats"
            )


def numbers(write: Expressions, kind: k.Kind | None, var: Var) -> k.Kind | None:
    """The kind with numbers for what is not known, or Numba says that it is none.

    They are integers in what is an index by any of its names.
    """
    match kind:
        case k.Any_(dtype):
            web = write.names.webs.webs.get(var)
            members = web.members if web is not None else [var]
            index = any(member in write.indices for member in members)
            return k.Scalar("int" if index else dtype or "float")
        case k.Tuple(items):
            return k.Tuple(tuple(numbers(write, item, var) or k.ANY for item in items))
    return kind


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
        case k.NONE:
            return ast.Constant(None)
        case k.STRING:
            return ast.Constant("")
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
