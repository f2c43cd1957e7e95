"""Running a Trace without emitting it: equations make new values, nothing is written in place.

    run(trace, 2.0, y=np.ones(3))

A write copies its operand before; so a result here is what the trace means, whatever storage
emission shares.  Records come back as dictionaries.
"""

from __future__ import annotations

import functools
import importlib
import math
import operator
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from adcompile.rules import memory, table
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    NOTHING,
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Node,
    Trace,
    Tree,
    Var,
    While,
)
from adcompile.trace.kinds import Kind

NAMESPACE = {"np": np, "numpy": np, "math": math, "operator": operator,
             "statistics": statistics}  # fmt: skip


def run(trace: Trace, *args: Any, **kwargs: Any) -> Any:
    """The result of the trace for these arguments."""
    machine = Machine(trace.kinds, trace.functions)
    machine.bind(trace, args, kwargs)
    machine.block(trace.body)
    return machine.build(trace.result)


class Machine:
    """The values of the variables so far."""

    def __init__(self, kinds: Mapping[Var, Kind], functions: Mapping[str, Trace]) -> None:
        self.values: dict[Var, Any] = {}
        self.given: dict[str, Any] = {}  # the arguments, by which an effect may ask for an object
        self.kinds = kinds
        self.functions = functions

    def bind(self, trace: Trace, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        names = [param.name for param in trace.params if param.place == "positional"]
        if len(args) > len(names):
            raise TypeError(f"{trace.name} takes {len(names)} arguments, {len(args)} given")
        given = dict(zip(names, args))
        for name, value in kwargs.items():
            if name in given or name not in [param.name for param in trace.params]:
                raise TypeError(f"{trace.name}: argument {name!r}")
            given[name] = value
        self.given = given
        for param in trace.params:
            if param.name not in given:
                if param.default is None:
                    raise TypeError(f"{trace.name}: argument {param.name!r} is missing")
                given[param.name] = eval(param.default, dict(NAMESPACE))
            self.take(param.tree, given[param.name])

    def take(self, tree: Tree, value: Any) -> None:
        if isinstance(tree, Node):
            for key, item in zip(tree.keys, tree.items, strict=True):
                record = tree.form == "record" and not isinstance(value, dict)
                self.take(item, getattr(value, key) if record else value[key])
        elif isinstance(tree, Var):
            self.values[tree] = value

    def build(self, tree: Tree) -> Any:
        if not isinstance(tree, Node):
            return self.read(tree)
        items = [self.build(item) for item in tree.items]
        if tree.form in ("dict", "record"):
            return dict(zip(tree.keys, items, strict=True))
        return tuple(items) if tree.form == "tuple" else items

    def read(self, atom: Atom) -> Any:
        return atom.value if isinstance(atom, Lit) else self.values[atom]

    def read_all(self, atoms: Sequence[Atom]) -> list[Any]:
        return [self.read(atom) for atom in atoms]

    def bind_all(self, outs: Sequence[Var], values: Sequence[Any]) -> None:
        self.values.update(zip(outs, values, strict=True))

    def block(self, block: Block) -> list[Any]:
        for eqn in block.eqns:
            self.equation(eqn)
        return self.read_all(block.results)

    def equation(self, eqn: Equation) -> None:
        match eqn:
            case Apply():
                self.bind_all(eqn.outs, self.apply(eqn))
            case Call():
                function = self.functions[eqn.function]
                machine = Machine(function.kinds, self.functions)
                machine.bind_all(function.inputs, self.read_all(eqn.args))
                self.bind_all(eqn.outs, machine.block(function.body))
            case If() if eqn.caught:
                self.bind_all(eqn.outs, self.attempt(eqn))
            case If():
                self.bind_all(eqn.outs, self.block(eqn.then if self.read(eqn.cond) else eqn.orelse))
            case For():
                turns: Any = range(*self.read_all([eqn.start, eqn.stop, eqn.step]))
                values = self.read_all(eqn.inits)
                for index in reversed(turns) if eqn.backward else turns:
                    self.values[eqn.index] = index
                    values, ended = self.turn(eqn, values)
                    if ended:
                        break
                self.bind_all(eqn.outs, values)
            case While():
                values, ended = self.read_all(eqn.inits), False
                while not ended:
                    self.bind_all(eqn.params, values)
                    if not self.block(eqn.cond)[0]:
                        break
                    values, ended = self.turn(eqn, values)
                self.bind_all(eqn.outs, values)

    def attempt(self, eqn: If) -> list[Any]:
        """The number of the exception that is raised and the exception, or what is made."""
        types = [tuple(map(resolve, names.split())) for names in eqn.caught]
        try:
            return self.block(eqn.then)
        except BaseException as error:
            for number, kinds in enumerate(types, 1):
                if isinstance(error, kinds):
                    return [
                        error if atom == NOTHING
                        else atom if atom == UNDEF
                        else number == atom.value if isinstance(atom, Lit)
                        else self.read(atom)
                        for atom in eqn.orelse.results
                    ]  # fmt: skip
            raise

    def turn(self, eqn: For | While, values: list[Any]) -> tuple[list[Any], bool]:
        self.bind_all(eqn.params, values)
        results = self.block(eqn.body)
        return (results[:-1], bool(results[-1])) if eqn.exits else (results, False)

    def apply(self, eqn: Apply) -> Sequence[Any]:
        args = self.read_all(eqn.args)
        if eqn.op == "mem.effect":
            return effect(self.given, *args)
        if eqn.op == "mem.zeros_like":
            return (zeros_like(args[0], self.kinds.get(eqn.args[0])),)
        if eqn.op in MEMORY:
            result = MEMORY[eqn.op](*args)
            return result if eqn.op in SEVERAL else (result,)
        assert eqn.op not in memory.KINDS, f"the interpreter lacks {eqn.op}"
        return (call(eqn.op, args),)


def call(op: str, args: list[Any]) -> Any:
    """The value of an operation with a row: options go by keyword, as emitted code writes them."""
    if op in SPECIAL:
        return SPECIAL[op](*args)
    args = [constant(arg) for arg in args]
    if op.startswith(("operator.", "builtins.", "math.")) and op != "math.isclose":
        return resolve(op)(*args)
    row = table.lookup(op, len(args))
    if row is None:
        return resolve(op)(*args)
    count = row.required
    options = zip(row.parameters[count:], row.defaults, args[count:])
    return resolve(op)(*args[:count], **{n: v for n, default, v in options if v is not default})


def constant(value: Any) -> Any:
    """What a literal stands for where it is the name of a dtype: "numpy.float32"."""
    if isinstance(value, str) and value.startswith(("numpy.", "builtins.")):
        return resolve(value)
    return value


def resolve(name: str) -> Any:
    """numpy.linalg.solve -> the function."""
    if name in OWN:
        return OWN[name]
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        try:
            result: Any = importlib.import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for part in parts[count:]:
            result = getattr(result, part)
        return result
    raise NameError(name)


def in_form(x: Any, form: str, sequence: type) -> Any:
    """A list, and the lists in it, each of them a tuple or a list as the letters say."""
    items = [in_form(item, form[1:], sequence) for item in x] if form[1:] else x
    return (sequence if form[0] == "t" else list)(items)


def formed(x: Any, form: Any) -> Any:
    """In the form of letters, or in that of a value: a list, a tuple, an array or a number."""
    if isinstance(form, str):
        return in_form(x, form, tuple)
    if isinstance(form, (list, tuple)):
        return type(form)(formed(*pair) for pair in zip(x, form, strict=True))
    return np.asarray(x) if isinstance(form, np.ndarray) and isinstance(x, (list, tuple)) else x


def write(x: Any, v: Any, *path: Any) -> Any:
    """x[i][j]... = v on a copy of x; of an array, what has no value is not written."""
    if isinstance(x, np.ndarray) and v is UNDEF.value:
        return x
    return _on_copy(x, path, lambda box, index: box.__setitem__(index, v))


def accumulate(x: Any, v: Any, *path: Any) -> Any:
    """x[i][j]... += v on a copy of x; without an index x + v."""

    def change(box: Any, index: Any) -> None:
        if isinstance(box, np.ndarray):
            box[index] += v
        else:
            box[index] = add(box[index], v)

    return _on_copy(x, path, change) if path else add(x, v)


def scatter_add(x: Any, v: Any, index: Any) -> Any:
    if isinstance(x, np.ndarray):
        return _on_copy(x, (index,), lambda box, i: np.add.at(box, i, v))
    return accumulate(x, v, index)


def _as_real(x: Any, like: Any) -> Any:
    if isinstance(x, (list, tuple)):
        return type(x)(map(_as_real, x, like))
    if isinstance(x, dict):
        return {key: _as_real(item, like[key]) for key, item in x.items()}
    dtype = like if isinstance(like, np.dtype) else np.asarray(like).dtype
    return x if dtype.kind == "c" else np.real(x)


def _on_copy(x: Any, path: Sequence[Any], change: Callable[[Any, Any], Any]) -> Any:
    if isinstance(x, np.ndarray):
        result = target = x.copy()
        for index in path[:-1]:
            target = target[index]
            shared = target.size == 0 or np.shares_memory(target, result)
            assert shared, "a path through a copy"
        change(target, path[-1])
        return result
    if isinstance(x, tuple) and len(path) > 1:
        return tuple(_on_copy(list(x), path, change))
    assert isinstance(x, (list, dict)), f"a write to {type(x).__name__}"
    new: Any = list(x) if isinstance(x, list) else dict(x)
    if len(path) > 1:
        new[path[0]] = _on_copy(x[path[0]], path[1:], change)
    else:
        change(new, path[-1])
    return new


def add(a: Any, b: Any) -> Any:
    """a + b, item by item in lists, tuples and dictionaries (as adjoints are added)."""
    if b is None:
        return a
    if isinstance(a, (list, tuple)):
        return type(a)(add(p, q) for p, q in zip(a, b, strict=True))
    if isinstance(a, dict):
        return {key: add(a[key], b[key]) for key in a}
    return a if isinstance(b, (list, tuple, dict)) else a + b  # a of None


def last_write(x: Any, index: Any) -> Any:
    order = np.arange(x[index].size).reshape(np.shape(x[index]))
    last = np.full(np.shape(x), -1)
    last[index] = order
    return last[index] == order


def zeros_like(x: Any, kind: Kind | None = None) -> Any:
    if x is None and isinstance(kind, k.Tuple):  # of a tuple of numbers that is None here
        return tuple(zeros_like(None, item) if k.is_real(item) else None for item in kind.items)
    if isinstance(x, (list, tuple)):
        kinds = kind.items if isinstance(kind, k.Tuple) else [getattr(kind, "item", None)] * len(x)
        return type(x)(map(zeros_like, x, kinds))
    if isinstance(x, dict):
        inner = getattr(kind, "item", None)
        return {key: zeros_like(item, inner) for key, item in x.items()}
    if isinstance(x, np.ndarray):
        return np.zeros(x.shape, x.dtype if x.dtype.kind in "fc" else float)
    if isinstance(x, (np.inexact, complex)):
        return type(x)(0.0)
    return 0.0


def unbroadcast(x: Any, shape: tuple[int, ...]) -> Any:
    x = np.asarray(x)
    x = x.reshape((1,) * (len(shape) - x.ndim) + x.shape)
    x = x.sum(axis=tuple(range(x.ndim - len(shape))))
    axes = tuple(i for i, length in enumerate(shape) if length == 1 and x.shape[i] != 1)
    result = x.sum(axis=axes, keepdims=True)
    assert result.shape == tuple(shape), f"{result.shape} unbroadcast to {shape}"
    return result if shape else result[()]


def opaque(text: str, *values: Any) -> Any:
    return eval(text, _holes(values))


def outside(text: str, *values: Any) -> Any:
    """A call by its qualified name."""
    return eval(text, _module_of(text) | _holes(values))


def _module_of(text: str) -> dict[str, Any]:
    """The module that a text calls a function of."""
    top, dot, _ = text.split("(")[0].partition(".")
    known = not dot or not top.isidentifier() or top in NAMESPACE or top.startswith("_")
    return {} if known else {top: importlib.import_module(top)}


OWN: dict[str, Any] = {}
"""The exception classes of the program's own, by the names that a trace knows them by."""


def effect(given: Mapping[str, Any], text: str, *values: Any) -> tuple[()]:
    if not text.startswith("#"):
        exec(text, _module_of(text) | dict(given) | _holes(values))
    return ()


def _holes(values: Sequence[Any]) -> dict[str, Any]:
    return NAMESPACE | OWN | {f"_{number}_": value for number, value in enumerate(values)}


def floats(x: Any) -> Any:
    """A copy with floats for integers."""
    if isinstance(x, (list, tuple)):
        return type(x)(floats(item) for item in x)
    if isinstance(x, dict):
        return {key: floats(item) for key, item in x.items()}
    if isinstance(x, np.ndarray):
        return x.astype(float) if x.dtype.kind in "biu" else x.copy()
    return float(x) if isinstance(x, (int, np.integer)) else x


def copied(x: Any) -> Any:
    """A value that shares no memory with x."""
    if isinstance(x, (list, tuple)):
        return type(x)(copied(item) for item in x)
    if isinstance(x, dict):
        return {key: copied(item) for key, item in x.items()}
    return x.copy() if isinstance(x, np.ndarray) else x


def shares(x: Any, y: Any) -> bool:
    """Do two arrays share memory?  Of lists: any two in them that are not one and the same item."""

    def arrays(v: Any, path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        if isinstance(v, np.ndarray):
            return [(path, v)]
        items = v.items() if isinstance(v, dict) else enumerate(v)
        return [found for key, item in items for found in arrays(item, (*path, key))]

    pairs = [(a, b) for p, a in arrays(x, ()) for q, b in arrays(y, ()) if x is not y or p != q]
    return any(np.shares_memory(a, b) for a, b in pairs)


SEVERAL = ("mem.pop", "mem.unpush")
MEMORY: dict[str, Callable[..., Any]] = {
    "mem.getitem": lambda x, i: x[i],
    "mem.write": write,
    "mem.accumulate": accumulate,
    "mem.scatter_add": scatter_add,
    "mem.last_write": last_write,
    "mem.list": lambda *v: list(v),
    "mem.tuple": lambda *v: v,
    "mem.dict": lambda keys, *v: dict(zip(keys, v, strict=True)),
    "mem.slice": slice,
    "mem.append": lambda x, v: [*x, v],
    "mem.pop": lambda x: (x[-1], x[:-1]),
    "mem.tape": lambda: [],
    "mem.push": lambda t, *v: [*t, v],
    "mem.unpush": lambda t: (*t[-1], t[:-1]),
    "mem.stacked": lambda t, n: np.array([entry[n] for entry in t]),
    "mem.copy": lambda x, order="C": copied(x),
    "mem.zeros_like": zeros_like,
    "mem.unbroadcast": unbroadcast,
    "mem.dtype": lambda x: np.asarray(x).dtype,
    "mem.shares": shares,
    "mem.is_same": lambda x, y: x is y,
    "mem.is_view": lambda steps, x, again, *args: is_view(steps, x, list(args)),
    "mem.is_array": lambda x: isinstance(x, np.ndarray),
    "mem.is_plain": lambda x: not isinstance(x, np.ndarray) or x.flags.forc,
    "mem.opaque": opaque,
    "mem.outside": outside,
    "mem.floats": floats,
    "mem.same": lambda x: x,
}
SPECIAL: dict[str, Callable[..., Any]] = {
    "numpy.astype": lambda x, dtype, *_: np.asarray(x).astype(constant(dtype))[()],
    "lists.concat": lambda x, y: x + y,
    "widths.as_wide": lambda x, like: x,
    "widths.unbroadcast_like": lambda x, like: unbroadcast(x, np.shape(like)),
    "widths.broadcast_like": lambda x, like: np.broadcast_to(x, np.shape(like)),
    "widths.as_real": _as_real,
    "widths.as_columns": lambda x, like: np.expand_dims(x, -1) if np.ndim(like) == 1 else x,
    "lists.repeat": lambda x, n: x * n,
    "lists.fold": lambda x, m: [functools.reduce(add, x[i::m] or [0.0]) for i in range(m)],
    "lists.add": add,
    "lists.formed": formed,
    "lists.opened": lambda x, form: in_form(x, form, list),
    "lists.positions": lambda x, i: range(len(x))[i],
    "lists.span": lambda a, b, c: len(range(a, b, c)),
    "lists.keys": list,
    "operator.in_": lambda x, y: x in y,
    "operator.not_in": lambda x, y: x not in y,
}


def is_view(steps: Any, x: Any, args: list[Any]) -> bool:
    view = x
    for op, count in steps:
        given, args = [constant(arg) for arg in args[:count]], args[count:]
        view = resolve(op)(view, *given) if op else view[given[0]]
    return bool(np.shares_memory(view, x))
