"""Operations of the rule table, applied to values."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from adcompile.frontend import (
    cases,
    enums,
    expressions,
    iterators,
    layout,
    lenses,
    memory,
    misuse,
    open_tuples,
    own_operators,
    perhaps,
    points,
    protocols,
    written,
)
from adcompile.frontend.values import (
    Name,
    Num,
    Obj,
    Range,
    Ref,
    Sequence,
    Struct,
    Value,
)
from adcompile.rules import containers, places, shape_kinds, table
from adcompile.rules import written as libraries
from adcompile.rules.memory import HAS_LENGTH
from adcompile.rules.points import COMPUTED, MADE
from adcompile.trace import kinds as k
from adcompile.trace.ir import UNDEF, Atom, Lit, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

INTEGERS = ("num", "offset", "decimals", "ndigits", "k", "n")
"""Options that nothing else can be given as."""
LENGTHS = ("shape", "reps", "shift", "repeats", "axis", "source", "destination", "num")
"""Operands and options that are integers, or tuples or arrays of them."""

DISPLAYED = {
    "numpy.transpose": "axes", "numpy.tensordot": "axes", "numpy.tile": "reps",
    "numpy.pad": "pad_width", "numpy.expand_dims": "axis",
}  # fmt: skip
"""What a rule needs as a constant, and NumPy takes as a list as well as a tuple."""


def apply(
    low: Lowerer, op: str, args: list[Value], keywords: dict[str, Value], hint: str = ""
) -> Value:
    """An operation of the rule table on values; with out= it overwrites an array by the result."""
    apart = perhaps.called(low, op, args, keywords, partial(apply, low, hint=hint), hint)
    apart = apart or own_operators.operation(low, op, args, keywords, hint)
    if apart is not None:
        return apart
    args, keywords, out = _without_out(op, *_by_name(op, args, keywords))
    op, keywords, uncopied = _without_copy(op, keywords)
    if "where" in keywords and _is_elementwise(op, len(args)):
        return _only_where(low, op, args, keywords, out)
    if out is not None:
        return _into(low, op, args, keywords, out)
    if op == "builtins.divmod" and not all(_is_scalar(low, arg) for arg in args):
        quotient, rest = "operator.floordiv", "operator.mod"
        return Struct((apply(low, quotient, args, keywords), apply(low, rest, args, keywords)))
    entry = written.find(op, args, keywords)
    if entry is not None:
        return written.call(low, op, entry, args, keywords)
    if op == "numpy.matmul":
        misuse.check_arithmetic(low, "matmul", *args[:2])
    atoms = [_vector(low, op, operand(low, arg)) for arg in args]
    named = {name: operand(low, value) for name, value in keywords.items()}
    if op == "numpy.ascontiguousarray" and points.is_one(low.build.kind(atoms[0])):
        op = "numpy.atleast_1d"
    row = table.lookup(op, len(atoms) + len(named))
    if row is None:
        raise low.rejection(None, low.no_rule(op), "ADC501")
    named = {places.renamed(row, name): atom for name, atom in named.items()}
    arranged = _axes_as_tuples(low, row, low.arrange(row, op, atoms, named))
    if op in DISPLAYED:
        arranged = tuple(
            _constant(low, atom) if name == DISPLAYED[op] else atom
            for name, atom in zip(row.parameters, arranged, strict=True)
        )
    _check_options(low, row, arranged)
    joins = misuse.may_join(low, op, arranged)
    full = arranged if joins else containers.as_arrays(low.build, row, arranged)
    own = bool(full) and full[0] is arranged[0]  # of a list, an array is made first
    if row.view and own and args and isinstance(args[0], Ref):
        return _noted(low, op, memory.view(low, args[0], op, tuple(full[1:]), hint))
    result = low.apply_atom(op, *full, name=hint)
    containers.refine(low.build, row, full, result)
    if uncopied:
        _must_be_as_asked(low, full, result)
    for parameter, atom in zip(row.parameters, full):
        if parameter == "dtype":
            misuse.must_be_real(low, atom, result)
    if any(atom == UNDEF for atom in atoms):
        raise low.rejection(None, "a name is used here before it has a value", "ADC112")
    plain = layout.is_contiguous(low, row, op, [*args, *keywords.values()], result)
    if _holds_arrays(low.build.kind(result)):
        return _items(low, result)
    value = memory.wrap(low, result, hint, contiguous=plain)
    if op == "numpy.broadcast_to" and isinstance(value, Ref):  # of a number, or of a list
        return Ref(value.storage, (lenses.READ_ONLY,), result, result)
    seen = args if (row.view and own) or _is_einsum_view(op, atoms) else []
    return _noted(low, op, _derived(low, value, seen))


def _derived(low: Lowerer, value: Value, seen: list[Value]) -> Value:
    """The value, which may be a view of these."""
    for arg in seen if isinstance(value, Ref) else ():
        for storage in cases.storages(arg):
            assert isinstance(value, Ref)
            low.state.derive(value.storage, storage)
    return value


def _axes_as_tuples(low: Lowerer, row: table.Row, arranged: tuple[Atom, ...]) -> tuple[Atom, ...]:
    """Axes in a tuple of any length are given as the tuple, where a list would be an error."""
    return tuple(
        open_tuples.given(low, atom)
        if name == "axis" and open_tuples.is_frozen(low.build.kind(atom)) else atom
        for name, atom in zip(row.parameters, arranged, strict=True)
    )  # fmt: skip


def _vector(low: Lowerer, op: str, atom: Atom) -> Atom:
    """The array of one element that np.convolve makes of a number; all else as it is."""
    alone = op == "numpy.convolve" and shape_kinds.dims_of(low.build.kind(atom)) == ()
    return low.build.apply("numpy.atleast_1d", atom) if alone else atom


def _is_scalar(low: Lowerer, value: Value) -> bool:
    """Is it known to be a number?"""
    return isinstance(value, Num) and isinstance(low.build.kind(value.atom), k.Scalar)


def _check_options(low: Lowerer, row: table.Row, arranged: tuple[Atom, ...]) -> None:
    for parameter, atom in zip(row.parameters, arranged):
        if parameter in row.options and parameter in INTEGERS:
            low.must_be_int(atom)
        if parameter in LENGTHS:
            low.must_count(atom)
        if parameter == "dtype":
            misuse.check_dtype(low, atom)
    if row.op in GRIDS:
        _must_be_numbers(low, row.op, arranged[:2])
    if row.op == "numpy.cross":
        _must_have_three(low, arranged[:2])
    if row.op == "numpy.polyval":
        _must_be_one_polynomial(low, arranged[0])


def _holds_arrays(kind: k.Kind) -> bool:
    return isinstance(kind, k.Tuple) and kind.tag is None and not k.is_fixed(kind)


def _items(low: Lowerer, atom: Atom) -> Struct:
    """A new tuple by its items: arrays of their own, which change in place."""
    kind = low.build.kind(atom)
    assert isinstance(kind, k.Tuple)
    places = range(len(kind.items))
    items = (low.build.apply("mem.getitem", atom, Lit(i)) for i in places)
    return Struct(tuple(memory.wrap(low, item) for item in items))


def _constant(low: Lowerer, atom: Atom) -> Atom:
    """A list of constants as the tuple of these; all else as it is."""
    made = low.build.definition(atom)
    if made is None or made.op not in ("mem.list", "mem.tuple"):
        return atom
    items = [_constant(low, item) for item in made.args]
    if any(isinstance(item, Var) for item in items):
        return atom
    return Lit(tuple(item.value for item in items if isinstance(item, Lit)))


GRIDS = ("numpy.linspace", "numpy.logspace", "numpy.geomspace")


def _must_be_numbers(low: Lowerer, op: str, ends: tuple[Atom, ...]) -> None:
    """The rules of grids are for numbers; an argument without annotation may be an array."""
    for end in ends:
        kind = low.build.kind(end)
        if isinstance(kind, k.Any_) or (isinstance(kind, k.Array) and kind.dims is None):
            text = f"{op.replace('numpy', 'np')} has a rule for numbers; annotate what it is given"
            line = f"if {HAS_LENGTH}:\n    raise TypeError({text!r})"
            low.build.apply_many("mem.effect", (Lit(line), end), ())


def _must_be_one_polynomial(low: Lowerer, coefficients: Atom) -> None:
    """The rule of np.polyval is for one polynomial; of coefficients of several axes it has several.
    """
    kind = low.build.kind(coefficients)
    if isinstance(kind, k.Any_) or (isinstance(kind, k.Array) and kind.dims is None):
        text = "np.polyval has a derivative for one polynomial at a time"
        rank = low.build.apply("numpy.ndim", coefficients)
        line = f"if _0_ != 1:\n    raise TypeError({text!r})"
        low.build.apply_many("mem.effect", (Lit(line), rank), ())


def _must_have_three(low: Lowerer, vectors: tuple[Atom, ...]) -> None:
    """np.cross of vectors of two has no last axis, and is not what the rule is for."""
    dims = [getattr(low.build.kind(vector), "dims", None) for vector in vectors]
    lengths = [each[-1].length if each else None for each in dims]
    if lengths == [3, 3]:
        return
    text = "np.cross has a rule for vectors of three; of two, write a[0] * b[1] - a[1] * b[0]"
    if 2 in lengths:
        raise low.rejection(None, text, "ADC503")
    line = f"if _0_ != 3 or _1_ != 3:\n    raise TypeError({text!r})"
    shapes = [low.build.apply("numpy.shape", vector) for vector in vectors]
    last = [low.build.apply("mem.getitem", shape, Lit(-1)) for shape in shapes]
    low.build.apply_many("mem.effect", (Lit(line), *last), ())


def _noted(low: Lowerer, op: str, value: Value) -> Value:
    """Note an array without axes, which can be changed in place as a number cannot."""
    if op not in (*MADE, *COMPUTED) or not isinstance(value, Num):
        return value
    if op in MADE and points.made(low, value.atom):
        return memory.wrap(low, value.atom)
    low.points[value.atom] = None
    return value


def _is_einsum_view(op: str, atoms: list[Atom]) -> bool:
    """einsum of one operand that sums nothing up gives a view: "ii->i", "ij->ji"."""
    if op != "numpy.einsum" or len(atoms) != 2:
        return False
    given = atoms[0].value if isinstance(atoms[0], Lit) else None
    before, arrow, after = str(given).partition("->")
    return not isinstance(given, str) or not arrow or not {*before} - {*after}


def _without_copy(op: str, keywords: dict[str, Value]) -> tuple[str, dict[str, Value], bool]:
    """x.astype(float, copy=False) and np.array(x, copy=None) are np.asarray(x, ...).

    The third: that is asked of what makes no copy, as np.array(x, copy=False) is.
    """
    given = keywords.get("copy")
    if op not in COPYING or not isinstance(given, Num) or not isinstance(given.atom, Lit):
        return op, keywords, False
    rest = {name: value for name, value in keywords.items() if name != "copy"}
    if given.atom.value is True:
        return op, rest, False
    asked = op == "numpy.array" and given.atom.value is False
    if asked or given.atom.value is COPYING[op]:
        return "numpy.asarray", rest, asked
    return op, keywords, False


COPYING = {"numpy.array": None, "numpy.astype": False}
"""What makes a copy, and the value of its option that makes one only where it must."""


def _must_be_as_asked(low: Lowerer, arranged: tuple[Atom, ...], result: Atom) -> None:
    """np.array(x, dtype, copy=False) raises a ValueError where a copy must be made."""
    kind, asked = low.build.kind(arranged[0]), low.build.kind(result)
    same = k.dtype_of(kind) == k.dtype_of(asked) in ("float", "float32")
    if isinstance(kind, k.Array) and (same or arranged[1] == Lit(None)):
        return
    text = "Unable to avoid copy while creating an array as requested."
    line = f"if _1_ is not _0_:\n    raise ValueError({text!r})"
    low.build.apply_many("mem.effect", (Lit(line), arranged[0], result), ())


def _by_name(
    op: str, args: list[Value], keywords: dict[str, Value]
) -> tuple[list[Value], dict[str, Value]]:
    """The arguments whose place is another one in the row by their names in NumPy, without those
    that say nothing."""
    names = places.names(op)
    row = table.lookup(op) if names else None
    for place in range(1, min(len(args), len(names) + 1)):
        if row is None or row.signature[place : place + 1] != names[place - 1 : place]:
            keywords = dict(zip(names[place - 1 :], args[place:])) | keywords
            args = [*args[:place], *args[len(names) + 1 :]]
            break
    if op.startswith("numpy."):
        keywords = {name: value for name, value in keywords.items() if not _is_usual(name, value)}
    return args, keywords


def _is_usual(name: str, value: Value) -> bool:
    given = isinstance(value, Num) and isinstance(value.atom, Lit) and name in places.USUAL
    return given and value == Num(Lit(places.USUAL[name]))


def _without_out(
    op: str, args: list[Value], keywords: dict[str, Value]
) -> tuple[list[Value], dict[str, Value], Value | None]:
    """The arguments without `out`, by keyword or (of NumPy's elementwise functions) by place.

    np.nan_to_num(x, copy=False) is np.nan_to_num(x, out=x).
    """
    if op == "numpy.nan_to_num":
        copy = args[1] if len(args) > 1 else keywords.get("copy")
        if isinstance(copy, Num) and copy.atom == Lit(False) and isinstance(args[0], Ref):
            rest = dict(zip(("copy", "nan", "posinf", "neginf"), args[1:])) | keywords
            return args[:1], {n: v for n, v in rest.items() if n != "copy"}, args[0]
    if "out" in keywords:
        rest = {name: value for name, value in keywords.items() if name != "out"}
        given = keywords["out"]
        return args, rest, given.items[0] if isinstance(given, Struct) else given
    function = getattr(np, op.removeprefix("numpy."), None) if op.startswith("numpy.") else None
    if isinstance(function, np.ufunc) and function.nout == 1 and len(args) > function.nin:
        return args[:-1], keywords, args[-1]
    return args, keywords, None


def _into(
    low: Lowerer, op: str, args: list[Value], keywords: dict[str, Value], out: Value
) -> Value:
    """op(..., out=out): the elements of out are overwritten."""
    if not isinstance(out, Ref):
        raise low.rejection(None, f"out= of {op} must be an array here", "ADC309")
    result = memory.atom_of(low, apply(low, op, args, keywords))
    misuse.must_take(low, memory.atom_of(low, out), result)
    memory.replace_all(low, out, result)
    return out


def _is_elementwise(op: str, count: int) -> bool:
    row = table.lookup(op, count) if op.startswith("numpy.") else None
    linear = ("numpy.negative", "numpy.positive", "numpy.conjugate", "numpy.deg2rad")
    return row is not None and (row.form == "pointwise" or row.op in linear)


# Where a function has a pole or an end of its domain: an operand that is far from it
GUARDED = {
    **dict.fromkeys(
        ("divide", "true_divide", "floor_divide", "mod", "remainder", "fmod", "reciprocal", "power",
         "pow", "float_power", "sqrt", "cbrt", "log", "log2", "log10", "log1p", "arctan2"), 1,
    ),
    **dict.fromkeys(("arcsin", "asin", "arccos", "acos", "arctanh", "atanh"), 0),
    **dict.fromkeys(("arccosh", "acosh"), 2),
}  # fmt: skip


def _only_where(
    low: Lowerer, op: str, args: list[Value], keywords: dict[str, Value], out: Value | None
) -> Value:
    """op(..., out=out, where=mask): the other elements of out stay, and no pole there matters."""
    name = op.removeprefix("numpy.")
    rest = {key: value for key, value in keywords.items() if key != "where"}
    if out is None:
        raise low.rejection(
            None,
            f"np.{name} with where= leaves the other elements undefined: give out= as well",
            "ADC309",
        )
    if not isinstance(out, Ref):
        raise low.rejection(None, f"out= of {op} must be an array here", "ADC309")
    mask, old = operand(low, keywords["where"]), memory.atom_of(low, out)
    if name in GUARDED:
        safe = Lit(GUARDED[name])
        args = [
            memory.wrap(low, low.apply_atom("numpy.where", mask, operand(low, arg), safe), "")
            for arg in args
        ]
    result = memory.atom_of(low, apply(low, op, args, rest))
    misuse.must_take(low, old, result)
    memory.replace_all(low, out, low.apply_atom("numpy.where", mask, result, old))
    return out


def operand(low: Lowerer, value: Value) -> Atom:
    """The atom of an operand; lists of known length become lists at run time; dtypes their name."""
    if enums.is_member(value):
        raise low.rejection(None, enums.NOT_KNOWN, "ADC413")
    value = protocols.as_tuple(low, value)
    if isinstance(value, Name):
        return low.unusable(value) if misuse.is_unread(value) else Lit(value.qualified)
    if isinstance(value, Obj) and value.identity.form == "list":
        items = [operand(low, item) for item in expressions.static_items(low, value, None)]
        try:
            return low.build.apply("mem.list", *items)
        except k.Mixed:  # [x, [0.0]]: NumPy takes a tuple as well
            return low.build.apply("mem.tuple", *items)
    if isinstance(value, (Sequence, Range)):
        return memory.atom_of(low, low.to_list(value))
    made_of = value.identity.cls if isinstance(value, Obj) else None
    if made_of is not None and made_of[0] in libraries.classes().values():
        return operand(low, iterators.listed(low, value))
    if isinstance(value, Struct):
        atoms = [operand(low, item) for item in value.items]
        if all(isinstance(atom, Lit) for atom in atoms):
            return Lit(tuple(atom.value for atom in atoms if isinstance(atom, Lit)))
        return low.build.apply("mem.tuple", *atoms)
    return memory.atom_of(low, value)


def qualified_dtype(atom: Atom) -> Atom:
    """The dtype "float32", or "<f4", by its full name."""
    if isinstance(atom, Lit) and isinstance(atom.value, str) and "." not in atom.value:
        try:
            dtype = np.dtype(atom.value)
        except TypeError:
            return Lit(f"numpy.{atom.value}")
        return Lit(f"numpy.{dtype.name}") if dtype.kind in "biufc" else Lit(f"numpy.{atom.value}")
    return atom
