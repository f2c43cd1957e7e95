"""Equations whose result is known to be one of their operands, or the result of a simpler one.

    mul(x, 1)  truediv(x, 1)  sub(x, 0)  pow(x, 1)      x, where the kind stays the same
    neg(neg(x))                                         x
    add(x, neg(y))  sub(x, neg(y))                      sub(x, y)  add(x, y)
    getitem(tuple(x, y), 1)  pop(append(x, y))          y    y, x
    tuple(getitem(t, 0), getitem(t, 1))                 t, where it has these items and no more
    write(zeros(n), x, Ellipsis)                        x, where it is an array of that kind
    write(y, getitem(y, i), i)                          y, where it was write(x, v, i)
    zeros_like(x)  zeros_like(list())                   0.0 for a number x, list()
    numpy.ndim(x)  builtins.len(x)  numpy.shape(x)      where the kind of x says it

Only what is the same bit for bit.  An array that is returned stays an array of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adcompile.rules.table import lookup
from adcompile.trace.ir import Apply, Atom, Lit, Var
from adcompile.trace.kinds import Array, Dim, Kind, Scalar, dtype_of, of_constant

Found = tuple[Atom, ...] | Apply | None
REAL = ("float32", "float")
NUMBERS = (Scalar("float"), Scalar("int"), Scalar("bool"))
NEUTRAL = {  # operation: the neutral literal on the right, and whether it is neutral on the left
    "operator.mul": (1, True), "operator.truediv": (1, False),
    "operator.sub": (0, False), "operator.pow": (1, False),
}  # fmt: skip
OPPOSITE = {"operator.add": "operator.sub", "operator.sub": "operator.add"}
CONCERNED = {
    "mem.getitem", "mem.tuple", "mem.pop", "mem.unpush", "mem.write", "mem.zeros_like",
    "builtins.len", "numpy.ndim", "numpy.shape", "operator.neg", *NEUTRAL, *OPPOSITE,
}  # fmt: skip
"""Of other operations nothing is known here."""


def identity(
    eqn: Apply, kinds: Mapping[Var, Kind], makers: Mapping[Var, Apply], results: Mapping[Var, None]
) -> Found:
    """What the results of an equation are equal to, a simpler equation, or None.

    `makers` are the equations so far; an array in `results` is not replaced by another one's name.
    """
    if eqn.op not in CONCERNED:
        return None
    match eqn.op:
        case "mem.getitem":
            return _item(eqn, kinds, makers)
        case "mem.tuple" if eqn.out not in results:
            return _same_items(eqn, kinds, makers)
        case "mem.pop" | "mem.unpush":
            return _last(eqn, makers)
        case "mem.write" if len(eqn.args) == 3:
            return _written_back(eqn, makers) or _whole(eqn, kinds, makers, results)
        case "mem.zeros_like":
            return _zeros(eqn, kinds, makers)
        case "builtins.len" | "numpy.ndim" | "numpy.shape":
            return _shape(eqn, kinds, makers)
    found = _number(eqn, kinds, makers)
    if isinstance(found, tuple) and eqn.out in results and not _is_scalar(eqn.out, kinds):
        return None
    return found


def _number(eqn: Apply, kinds: Mapping[Var, Kind], makers: Mapping[Var, Apply]) -> Found:
    if eqn.op == "operator.neg":
        inner = _made_by(eqn.args[0], "operator.neg", makers)
        if inner is not None and _is_like(inner.args[0], eqn.out, kinds):
            return inner.args
    if eqn.op in NEUTRAL:
        value, both = NEUTRAL[eqn.op]
        left, right = eqn.args
        if _is_number(right, value, eqn.out, kinds) and _is_like(left, eqn.out, kinds):
            return (left,)
        if both and _is_number(left, value, eqn.out, kinds) and _is_like(right, eqn.out, kinds):
            return (right,)
    if eqn.op in OPPOSITE:
        return _sign(eqn, kinds, makers)
    return None


def _sign(eqn: Apply, kinds: Mapping[Var, Kind], makers: Mapping[Var, Apply]) -> Found:
    left, right = eqn.args
    if dtype_of(kinds[eqn.out]) not in REAL or not _are_real(kinds, left, right):
        return None
    inner = _made_by(right, "operator.neg", makers)
    if inner is not None:
        return Apply(eqn.outs, OPPOSITE[eqn.op], (left, inner.args[0]), eqn.loc)
    inner = _made_by(left, "operator.neg", makers)
    if inner is not None and eqn.op == "operator.add":
        return Apply(eqn.outs, "operator.sub", (right, inner.args[0]), eqn.loc)
    return None


def _item(eqn: Apply, kinds: Mapping[Var, Kind], makers: Mapping[Var, Apply]) -> Found:
    box, index = eqn.args
    if not isinstance(box, Var) or not isinstance(index, Lit) or box not in makers:
        return None
    maker, key = makers[box], index.value
    items = maker.args
    if maker.op == "mem.dict" and isinstance(items[0], Lit):
        keys = [Lit(each) for each in items[0].value]
        return (items[1 + keys.index(index)],) if index in keys else None
    if not isinstance(key, int):
        return None
    if maker.op in ("mem.tuple", "mem.list") and -len(items) <= key < len(items):
        return (items[key],)
    if maker.op == "mem.append" and key == -1:
        return (items[1],)
    if maker.op == "numpy.shape":
        dims = _dims(maker.args[0], kinds)
        if dims is not None and -len(dims) <= key < len(dims) and dims[key].length is not None:
            return (Lit(dims[key].length),)
    return None


def _same_items(eqn: Apply, kinds: Mapping[Var, Kind], makers: Mapping[Var, Apply]) -> Found:
    """A tuple of all the items of another one, in their order."""
    reads = [_made_by(item, "mem.getitem", makers) for item in eqn.args]
    box = reads[0].args[0] if reads and reads[0] is not None else None
    same = isinstance(box, Var) and kinds[box] == kinds[eqn.out] and all(
        read is not None and read.args == (box, Lit(n)) for n, read in enumerate(reads)
    )
    return (box,) if same and box is not None else None


def _written_back(eqn: Apply, makers: Mapping[Var, Apply]) -> Found:
    """What was just written to a place, written there once more, as A[i] += x does by methods."""
    base, value, *path = eqn.args
    read = _made_by(value, "mem.getitem", makers)
    before = _made_by(base, "mem.write", makers) or _made_by(base, "mem.accumulate", makers)
    if read is None or before is None or read.args != (base, *path):
        return None
    return (base,) if list(before.args[2:]) == path else None


def _whole(
    eqn: Apply, kinds: Mapping[Var, Kind], makers: Mapping[Var, Apply], results: Mapping[Var, None]
) -> Found:
    """An array made here that is overwritten with one like it is that one."""
    base, value, index = eqn.args
    kind = kinds[eqn.out]
    if not isinstance(value, Var) or not isinstance(base, Var) or eqn.out in results:
        return None
    sort = makers[index].args if isinstance(index, Var) and index in makers else ()
    whole = index == Lit(Ellipsis) or (bool(sort) and all(arg == Lit(None) for arg in sort))
    alike = isinstance(kind, Array) and bool(kind.dims) and kind.dtype is not None
    if not whole or not alike or kinds[value] != kind or kinds[base] != kind:
        return None
    if dtype_of(kind) == "complex" and not _is_complex(base, kinds, makers):
        return None
    return (value,) if _is_made(base, makers) and _is_made(value, makers) else None


def _is_complex(array: Atom, kinds: Mapping[Var, Kind], makers: Mapping[Var, Apply]) -> bool:
    """Is this complex, not on some path alone?"""
    if isinstance(array, Lit):
        return isinstance(array.value, complex)
    maker = makers.get(array)
    if maker is None or dtype_of(kinds[array]) != "complex":
        return False
    given = [arg for arg in maker.args if dtype_of(_kind(arg, kinds)) == "complex"]
    return not given or any(_is_complex(arg, kinds, makers) for arg in given)


def _is_made(array: Var, makers: Mapping[Var, Apply]) -> bool:
    """Is this a new array, made in sight?"""
    maker = makers.get(array)
    if maker is None:
        return False
    if maker.op in ("mem.write", "mem.accumulate", "mem.scatter_add"):
        base = maker.args[0]
        return isinstance(base, Var) and _is_made(base, makers)
    row = None if maker.op.startswith("mem.") else lookup(maker.op, len(maker.args))
    return maker.op == "mem.zeros_like" or (row is not None and not row.view)


def _zeros(eqn: Apply, kinds: Mapping[Var, Kind], makers: Mapping[Var, Apply]) -> Found:
    """Zeros like a number are 0.0; those like a list of numbers are a list of as many."""
    box = eqn.args[0]
    if isinstance(box, Var) and kinds[box] in NUMBERS:
        return (Lit(0.0),)
    maker = _made_by(box, "mem.list", makers)
    if maker is None or any(_kind(arg, kinds) not in NUMBERS for arg in maker.args):
        return None
    return Apply(eqn.outs, "mem.list", (Lit(0.0),) * len(maker.args), eqn.loc)


def _kind(atom: Atom, kinds: Mapping[Var, Kind]) -> Kind:
    return kinds[atom] if isinstance(atom, Var) else of_constant(atom.value)


def _last(eqn: Apply, makers: Mapping[Var, Apply]) -> Found:
    """The operands of the append or push whose entry this equation takes off again."""
    maker = makers.get(eqn.args[0]) if isinstance(eqn.args[0], Var) else None
    if maker is None:
        return None
    if (eqn.op, maker.op) in (("mem.pop", "mem.append"), ("mem.unpush", "mem.push")):
        return (*maker.args[1:], maker.args[0])
    return None


def _shape(eqn: Apply, kinds: Mapping[Var, Kind], makers: Mapping[Var, Apply]) -> Found:
    box = eqn.args[0]
    if len(eqn.args) != 1 or not isinstance(box, Var):
        return None
    if eqn.op == "builtins.len" and box in makers and makers[box].op in ("mem.tuple", "mem.list"):
        return (Lit(len(makers[box].args)),)
    dims = _dims(box, kinds)
    if dims is None:
        return None
    if eqn.op == "numpy.ndim":
        return (Lit(len(dims)),)
    lengths: tuple[Any, ...] = tuple(dim.length for dim in dims)
    if eqn.op == "builtins.len":
        return (Lit(lengths[0]),) if lengths and lengths[0] is not None else None
    return (Lit(lengths),) if None not in lengths else None


def _dims(atom: Atom, kinds: Mapping[Var, Kind]) -> tuple[Dim, ...] | None:
    kind = kinds[atom] if isinstance(atom, Var) else None
    if isinstance(kind, Array):
        return kind.dims
    return () if isinstance(kind, Scalar) else None


def _made_by(atom: Atom, op: str, makers: Mapping[Var, Apply]) -> Apply | None:
    maker = makers.get(atom) if isinstance(atom, Var) else None
    return maker if maker is not None and maker.op == op else None


def _is_number(atom: Atom, value: int, out: Var, kinds: Mapping[Var, Kind]) -> bool:
    """Is this literal the number `value`, and does the other operand alone decide the dtype?"""
    if not isinstance(atom, Lit) or type(atom.value) not in (int, float) or atom.value != value:
        return False
    if value == 0 and str(atom.value).startswith("-"):
        return False
    return dtype_of(kinds[out]) in REAL or (
        dtype_of(kinds[out]) == "int" and type(atom.value) is int
    )


def _is_like(atom: Atom, out: Var, kinds: Mapping[Var, Kind]) -> bool:
    """Has this operand the kind of the result, of numbers of known dtype?"""
    kind = kinds[out]
    known = isinstance(kind, (Scalar, Array)) and kind.dtype is not None
    return known and isinstance(atom, Var) and kinds[atom] == kind


def _are_real(kinds: Mapping[Var, Kind], *atoms: Atom) -> bool:
    for atom in atoms:
        if isinstance(atom, Lit):
            if type(atom.value) not in (int, float):
                return False
        elif not isinstance(kinds[atom], (Scalar, Array)) or dtype_of(kinds[atom]) not in REAL:
            return False
    return True


def _is_scalar(var: Var, kinds: Mapping[Var, Kind]) -> bool:
    return isinstance(kinds[var], Scalar)
