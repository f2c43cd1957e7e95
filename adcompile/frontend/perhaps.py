"""What may be None where None has a meaning of its own: an option of NumPy's, an index.

    ax = None if whole else 0           if ax is None:
                                            s = np.sum(x, axis=None)
    s = np.sum(x, axis=ax)       =>     else:
                                            s = np.sum(x, axis=ax)

    y = x[best]                  =>     y = x[int(best)]

Where a test for None has said which it is, it is that.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from adcompile.frontend import absent
from adcompile.frontend.values import Maybe, Num, Ref, Struct, Value
from adcompile.rules import table, written
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

FACTS = ("numpy.shape", "numpy.ndim", "numpy.size")  # None is a number to these
NUMBERS = (k.Scalar, k.Tuple, k.Array, k.Slice)


def is_open(low: Lowerer, value: Value) -> bool:
    """Is it None on one path, and a number, a tuple or an array on another?"""
    if isinstance(value, Maybe):
        return isinstance(value.value, Struct) and not isinstance(value.present, Lit)
    atom = absent.seen(low, value)
    return atom in low.nullable and isinstance(low.build.kind(atom), NUMBERS)


def _is_bound(low: Lowerer, op: str, place: int | str, value: Value) -> bool:
    """Is it a bound of np.clip of which nothing is known, but that it may be None?"""
    if op != "numpy.clip" or place == 0 or not isinstance(value, (Num, Ref)):
        return False
    atom = absent.seen(low, value)
    return atom in low.nullable and isinstance(low.build.kind(atom), k.Any_)


def is_none(low: Lowerer, value: Value) -> Atom:
    """The atom to branch on."""
    if isinstance(value, Maybe):
        return absent.test(low, value, False)
    return low.build.apply("operator.is_", absent.seen(low, value), NOTHING)


@contextmanager
def there(low: Lowerer, value: Value) -> Iterator[Value]:
    """The value where it is not None."""
    if isinstance(value, Maybe):
        yield value.value
        return
    with absent.not_none(low, absent.seen(low, value)):
        yield value


def called(
    low: Lowerer, op: str, args: list[Value], keywords: dict[str, Value],
    call: Callable[[str, list[Value], dict[str, Value]], Value], hint: str,
) -> Value | None:  # fmt: skip
    """A call with None, or with what is there, of a function that takes either."""
    given: dict[int | str, Value] = dict(enumerate(args))
    given.update(keywords)
    places = [
        place for place, value in given.items()
        if is_open(low, value) or _is_bound(low, op, place, value)
    ]  # fmt: skip
    if not places:
        return None
    takes = _takes_none(op, len(given))
    place = next((place for place in places if place in takes), None)
    if place is None:
        return None

    def with_(value: Value) -> Value:
        new = {**given, place: value}
        return call(op, [new[n] for n in range(len(args))], {name: new[name] for name in keywords})

    def otherwise() -> Value:
        with there(low, given[place]) as value:
            return with_(value)

    test = Num(is_none(low, given[place]))
    return low.choose(test, lambda: with_(Num(NOTHING)), otherwise, hint, low.build.loc)


@cache
def _takes_none(op: str, count: int) -> dict[int | str, None]:
    """The places and names of what may be None in a call of this function."""
    if not op.startswith("numpy."):
        return {}
    if op in FACTS:
        return {0: None}
    entry, row = written.functions().get(op), table.lookup(op, count)
    order: list[str] = []
    names = ["axis"]
    if entry is not None:
        parameters = inspect.signature(entry.function).parameters
        names += [name for name, each in parameters.items() if each.default is None]
        order = list(parameters)
    elif row is not None:
        defaults = dict(zip(row.parameters[row.required :], row.defaults))
        names += [name for name, default in defaults.items() if default is None]
        order = list(row.signature)
    return dict.fromkeys([*names, *(n for n, name in enumerate(order) if name in names)])


def index(low: Lowerer, source: Atom, place: Value) -> Value:
    """An index of an array, none of whose numbers is None: that would make an axis."""
    if not isinstance(low.build.kind(source), (k.Array, k.Any_)):
        return place
    if isinstance(place, Struct):
        return Struct(tuple(_there(low, item) for item in place.items))
    return _there(low, place)


def _there(low: Lowerer, item: Value) -> Value:
    """The item.  Where it is None, int() raises the TypeError, or it is asked for."""
    kind = low.build.kind(absent.seen(low, item)) if isinstance(item, (Num, Ref)) else None
    if kind is None or isinstance(kind, k.Tuple) or not is_open(low, item):
        return item
    if isinstance(item, Num) and k.is_int(low.build.kind(item.atom)):
        return Num(low.build.apply("builtins.int", item.atom))
    line = "if _0_ is None:\n    raise TypeError('an index that is None would make an axis')"
    low.build.apply_many("mem.effect", (Lit(line), absent.seen(low, item)), ())
    return item
