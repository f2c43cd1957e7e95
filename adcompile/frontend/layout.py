"""Whether an array lies in memory row after row: what decides if reshape gives a view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcompile.frontend import cases, memory
from adcompile.frontend.values import FLAT, Num, Obj, Ref, Step, Struct, Value, is_free
from adcompile.rules import table
from adcompile.rules.memory import HAS_PLACES, is_unknown
from adcompile.trace import kinds as k
from adcompile.trace.ir import UNDEF, Apply, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

FRESH = {
    f"numpy.{name}" for name in (
        "zeros", "ones", "empty", "full", "arange", "linspace", "eye", "identity", "matmul", "dot",
        "outer",
    )
}  # fmt: skip
KEEPING = {  # row after row where all operands are: the result follows the order of the operands
    f"numpy.{name}" for name in (
        "zeros_like", "ones_like", "empty_like", "full_like", "array", "copy", "asarray", "astype",
        "where", "concatenate", "stack", "vstack", "hstack", "sum", "prod", "mean", "max", "min",
        "cumsum", "sort", "clip", "tile", "abs", "ascontiguousarray",
    )
}  # fmt: skip
WHOLE = ("numpy.reshape", "numpy.ravel", "numpy.expand_dims", "numpy.squeeze")


def is_contiguous(low: Lowerer, row: table.Row, op: str, args: list[Value], result: Atom) -> bool:
    """Is the new array that an operation gives in one piece, whatever the arguments are?"""
    if row.view:
        return False
    if _is_flat(low.build.kind(result)) or op in FRESH:
        return True
    if op in KEEPING or op.startswith("operator.") or row.form == "pointwise":
        return all(is_plain(low, part) for arg in args for part in _arrays(low, arg))
    return False


def is_flat(low: Lowerer, atom: Atom) -> bool:
    """Is this an array of at most one axis, known to be?"""
    return _is_flat(low.build.kind(atom))


def _arrays(low: Lowerer, value: Value) -> list[Ref]:
    """The arrays of an argument: of np.concatenate, those in the list."""
    if isinstance(value, Ref):
        return [value]
    items = value.items if isinstance(value, Struct) else ()
    if isinstance(value, Obj):
        items = tuple(low.state.items[value.identity].values())
    return [part for item in items for part in _arrays(low, item)]


def _is_flat(kind: k.Kind) -> bool:
    return isinstance(kind, k.Array) and kind.dims is not None and len(kind.dims) <= 1


def is_plain(low: Lowerer, value: Value) -> bool:
    """An array in one piece, or one of which there is but one order."""
    if not isinstance(value, Ref) or is_whole(low, value):
        return True
    return value.atom is not None and _is_flat(low.build.kind(value.atom))


def is_whole(low: Lowerer, value: Ref) -> bool:
    """Is this view of an array in one piece?"""
    return value.storage.contiguous and all(_keeps(low, step) for step in value.path)


def is_in_rows(low: Lowerer, base: Ref, source: Atom) -> bool:
    """Is this an array with axes, known to lie in memory row after row?"""
    kind = low.build.kind(source)
    ranked = isinstance(kind, k.Array) and bool(kind.dims)
    return ranked and base.storage.cases is None and is_whole(low, base)


def gives_view(low: Lowerer, op: str, base: Ref, source: Atom) -> bool:
    """Is what reshape or ravel makes of this a view, however it lies in memory?

    One axis can always be parted into several, whatever its stride is; ravel wants it in one piece.
    """
    return is_whole(low, base) or (op == "numpy.reshape" and _is_flat(low.build.kind(source)))


def asked(low: Lowerer, base: Ref, step: Step, result: Atom, name: str) -> Value | None:
    """A view of the base or a copy, which one being asked at run time; None where that is lost.

    The first version of the array is asked: what is written to it later may be a copy, which lies
    in memory in its own way.
    """
    storage = base.storage
    birth = low.state.births.get(storage, UNDEF)
    if birth == UNDEF or storage.cases is not None:
        return None
    if not isinstance(low.build.kind(birth), (k.Array, k.Any_)):
        return None
    if birth not in low.origins:
        _must_be_plain(low, birth, storage.name)
    steps = (*base.path, step)
    if any(each.op.startswith("mem.") or each.op == FLAT for each in steps):
        return None
    head = Lit(tuple(("" if is_free(each.op) else each.op, len(each.args)) for each in steps))
    args = [arg for each in steps for arg in each.args]
    test = low.build.apply("mem.is_view", head, birth, birth, *args)
    copy = memory.wrap(low, result, name)
    assert isinstance(copy, Ref)
    low.state.births.pop(copy.storage)
    made = cases.make(low, name, test, (copy, Ref(storage, steps)))
    if step.op == "numpy.ascontiguousarray":
        made.storage.contiguous = True  # the copy, and what needed none
    return made


def _must_be_plain(low: Lowerer, atom: Atom, name: str) -> None:
    """Of an array that was computed, two layouts are the same here and in the primal."""
    plain = low.build.apply("mem.is_plain", atom)
    what = name or "an array"
    text = f"{what} is in neither row nor column order; copy it before it is reshaped and written"
    line = f"if not _0_:\n    raise ValueError({text!r})"
    low.build.apply_many("mem.effect", (Lit(line), plain), ())


def may_be_item(low: Lowerer, source: Atom, index: Atom) -> bool:
    """May an argument without annotation be a list, and this index of it one bool?"""
    if not isinstance(low.build.kind(index), k.Any_) or source not in low.origins:
        return False
    atoms = [index]
    for atom in atoms:
        made = low.build.definition(atom)
        atoms += [arg for arg in made.args if arg not in atoms] if made is not None else []
    return isinstance(low.build.kind(source), k.Any_) and source not in atoms


def must_be_views(low: Lowerer, base: Atom, path: tuple[Step, ...]) -> None:
    """What is found along a path changes with its base: no index of which nothing is known copies.

    An argument without annotation may be a number, or an array of places; that is asked.
    """
    if not isinstance(low.build.kind(base), (k.Array, k.Any_)):
        return
    for step in path:
        kind = low.build.kind(step.args[0]) if step.is_index else None
        items = kind.items if isinstance(kind, k.Tuple) else (kind,)
        if any(isinstance(item, k.Any_) or is_unknown(item) for item in items):
            text = "annotate what is an index here: with an array of places this is a copy"
            line = f"if {HAS_PLACES}:\n    raise TypeError({text!r})"
            check = Apply((), "mem.effect", (Lit(line), step.args[0]), low.build.loc)
            asked_before = (isinstance(e, Apply) and e.args == check.args for e in low.build.eqns)
            if not any(asked_before):
                low.build.eqns.append(check)


def shares_memory(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    """np.shares_memory: of arrays that are not alike, of arguments, of an argument and its view."""
    if len(args) != 2 or keywords:
        return None
    if any(isinstance(a, Num) and isinstance(low.build.kind(a.atom), k.Scalar) for a in args):
        return Num(Lit(False))
    if not all(isinstance(arg, Ref) for arg in args):
        return None
    first, second = (arg for arg in args if isinstance(arg, Ref))
    atoms = [memory.atom_of(low, arg) for arg in (first, second)]
    if all(atom in low.origins for atom in atoms) and first.storage is not second.storage:
        return Num(low.build.apply("mem.shares", *atoms, name=hint))
    made = low.build.definition(atoms[0])
    if made is not None and atoms[1] in low.origins and made.args[0] is atoms[1]:
        head = Lit(((made.op, len(made.args) - 1),))
        again = (atoms[1], atoms[1], *made.args[1:])
        if made.op.startswith("numpy."):
            return Num(low.build.apply("mem.is_view", head, *again, name=hint))
    found = _view_or_copy(low, first, second)
    if found is not None:
        return Num(found)
    if not low.exact and second.storage in low.state.related.get(first.storage, {}):
        raise low.rejection(
            None, "whether these share memory depends on how they lie in it, which is not known "
            "when compiling", "ADC301",
        )  # fmt: skip
    cases_of = any(arg.storage.cases is not None for arg in (first, second))
    if cases_of or second.storage in low.state.related.get(first.storage, {}):
        return None
    if first.storage is second.storage:
        return Num(Lit(True)) if not first.path or not second.path else None
    inputs = [arg.storage in low.arguments for arg in (first, second)]
    return None if all(inputs) else Num(Lit(False))


def _view_or_copy(low: Lowerer, first: Ref, second: Ref) -> Atom | None:
    """Of a view of an array or a copy of it, which is asked at run time: the answer is known."""
    if first.storage.cases is None or first.path or second.path:
        return None
    other, *rest = cases.places(first)
    if len(rest) != 1 or rest[0].storage is not second.storage:
        return None
    near = low.state.related.get(second.storage, {})
    apart = other.storage is not second.storage and other.storage not in near
    inputs = all(storage in low.arguments for storage in (other.storage, second.storage))
    return first.storage.cases.which if apart and not inputs else None


def _keeps(low: Lowerer, step: Step) -> bool:
    if not step.is_index:
        return step.function in WHOLE
    kind = low.build.kind(step.args[0])
    if isinstance(kind, k.Slice):
        return kind.step is None or getattr(kind.step, "value", kind.step) in (None, 1)
    return isinstance(kind, k.Scalar) and kind.dtype == "int"
