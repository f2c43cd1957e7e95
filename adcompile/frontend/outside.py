"""Calls that have no rule: kept where they stand, run once, their results data.

    rng = np.random.default_rng(0)          noise that does not depend on what is differentiated,
    noise = rng.normal(size=n)              a clock, a table that is read

Where such a call is given something that depends on an independent, the transforms refuse it.
"""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    calls,
    frozen,
    memory,
    misuse,
    open_tuples,
    operations,
    own_operators,
)
from adcompile.frontend.values import (
    Bound,
    Closure,
    Derivative,
    Name,
    Num,
    Obj,
    Partial,
    Ref,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

KEPT = ("builtins.open", "builtins.input")
WRITERS = (
    "shuffle", "heapify", "heappush", "heappop", "heapreplace", "heappushpop", "insort",
    "insort_left", "insort_right", "put", "place", "putmask", "put_along_axis", "readinto",
)  # fmt: skip
"""Functions and methods that overwrite an array or a list that they are given."""
NEVER = ("builtins.", "adcompile.", "math.", "operator.", "functools.", "itertools.")
MAKERS = ("default_rng", "getLogger")
SEEDED = ("default_rng", "seed", "RandomState", "SeedSequence")


ARRAYS = ("numpy.", "scipy.", "_0_")
ITERATORS = ("numpy.nditer", "numpy.ndenumerate", "numpy.ndindex", *(f"_0_.{name}(" for name in (
    "items", "keys", "values", "elements", "finditer", "iterrows", "itertuples",
)))  # fmt: skip
"""What may be gone through, but has no items by number."""


def listed(low: Lowerer, value: Ref) -> Ref:
    """What a library gives to go through, which may have no items by number, as a list."""
    made = low.build.definition(memory.atom_of(low, value)) if not value.path else None
    if made is None or made.op != "mem.outside" or not isinstance(made.args[0], Lit):
        return value
    text = str(made.args[0].value)
    if text.startswith(ARRAYS) and not text.startswith(ITERATORS):
        return value
    found = memory.wrap(low, low.build.apply("mem.outside", Lit("list(_0_)"), made.out))
    return found if isinstance(found, Ref) else value


def allowed(op: str) -> bool:
    """May a call of this be kept without a rule?"""
    return op in KEPT or (not op.startswith(NEVER) and "." in op)


def check_wrapped(low: Lowerer, wrapped: Any) -> None:
    """Refuse what calls a function of the user's in a way of its own."""
    if hasattr(wrapped, "registry") and hasattr(wrapped, "dispatch"):
        raise low.rejection(
            None, "functools.singledispatch chooses a function by the class of an argument, which "
            "is not followed; choose it by isinstance", "ADC203",
        )  # fmt: skip


def is_object(low: Lowerer, atom: Atom) -> bool:
    """Is this an object of which nothing is known, such as a random generator?"""
    kind = low.build.kind(atom)
    return isinstance(kind, k.Opaque) and kind not in (k.STRING, k.NONE, k.UNDEFINED_KIND)


def call(
    low: Lowerer, op: str, positional: list[Value], keywords: dict[str, Value], hint: str
) -> Value:
    """op(*positional, **keywords), kept."""
    if op in KEPT:
        kind = k.Opaque("object") if op.endswith("open") else k.STRING
        return _kept(low, op.removeprefix("builtins."), [], positional, keywords, hint, kind)
    top = op.split(".")[0]
    low.imports.setdefault(top, {"numpy": "np"}.get(top, top))
    last = op.rpartition(".")[2]
    for value in positional if op.startswith("numpy.random.") and last in SEEDED else ():
        low.must_be_data(operations.operand(low, value))
    is_maker = last in MAKERS or last[:1].isupper() or frozen.is_made_by(op)
    own = own_operators.made_by(op) or (k.Opaque("object") if is_maker else None)
    made = _kept(low, op, [], positional, keywords, hint, own)
    frozen.note(low, op, positional, keywords, made)
    return made


def method(
    low: Lowerer,
    base: Atom,
    name: str,
    positional: list[Value],
    keywords: dict[str, Value],
    hint: str,
) -> Value:
    """A method of an object of which nothing is known, kept; of a distribution, by its row."""
    function = frozen.function(low, base, name)
    if function is not None:
        return calls.invoke(low, function, positional, keywords, hint)
    made = _kept(low, f"_0_.{name}", [base], positional, keywords, hint, None)
    return own_operators.member(low, base, name, not positional and not keywords, made)


def entered(low: Lowerer, base: Atom, hint: str) -> Value:
    """What a with block of such an object gives to its name: nothing is known of that either."""
    kind = k.Opaque("object")
    return _kept(low, "_0_.__enter__", [base], [], {}, hint, kind)


def attribute(low: Lowerer, base: Atom, name: str, hint: str) -> Value:
    """base.name, kept: what it is is not known."""
    if low.build.kind(base) == k.Opaque("exception") and not name.startswith("__"):
        low.take_apart(base)
    result = low.build.apply("mem.outside", Lit(f"_0_.{name}"), base, name=hint)
    low.outside_calls[result] = f"the attribute {name}"
    made = memory.wrap(low, result, hint, contiguous=False)
    if isinstance(made, Ref):
        low.parts[made.storage] = result
    return own_operators.member(low, base, name, False, made)


def check_handed(low: Lowerer, function: str, values: list[Value]) -> None:
    """Refuse functions, which it could call, and arrays and lists that it would overwrite."""
    label = function.replace("_0_.", "the method ").lstrip("_")
    for value in values:
        handed = isinstance(value, (Closure, Partial, Bound, Derivative))
        if handed or (isinstance(value, Name) and not isinstance(value.obj, (type, NoneType))):
            raise low.rejection(
                None, f"{misuse.named(value)} is handed to {label}, which has no rule: what it "
                "does with it is not known; call it here yourself, in a loop or a comprehension",
                "ADC221",
            )  # fmt: skip
        written = isinstance(value, (Ref, Obj)) and label.rpartition(".")[2].split()[-1] in WRITERS
        if written:
            raise low.rejection(
                None, f"{label} overwrites an array or list that it is given, which is not "
                "followed; make a new one, such as x[rng.permutation(len(x))], np.where or "
                "np.sort", "ADC222",
            )  # fmt: skip


def check_out(low: Lowerer, function: str, out: Value) -> None:
    """Refuse an array that would be overwritten."""
    if isinstance(out, (Ref, Obj)):
        raise low.rejection(
            None, f"{function.replace('_0_.', 'the method ')} overwrites what it is given as out=, "
            "which is not followed; take what it returns", "ADC222",
        )  # fmt: skip


def _kept(
    low: Lowerer,
    function: str,
    atoms: list[Atom],
    positional: list[Value],
    keywords: dict[str, Value],
    hint: str,
    kind: k.Kind | None,
) -> Value:
    texts: list[str] = []
    check_handed(low, function, [*positional, *keywords.values()])
    check_out(low, function, keywords.get("out", Num(NOTHING)))
    for name, value in [*(("", value) for value in positional), *keywords.items()]:
        texts.append(f"{name}=_{len(atoms)}_" if name else f"_{len(atoms)}_")
        atoms = [*atoms, open_tuples.given(low, operations.operand(low, value))]
    template = Lit(f"{function}({', '.join(texts)})")
    result = low.build.apply("mem.outside", template, *atoms, name=hint)
    low.outside_calls[result] = function.replace("_0_.", "the method ")
    if kind is not None:
        low.build.kinds[result] = kind
        return Num(result)
    return memory.wrap(low, result, hint, contiguous=False)
