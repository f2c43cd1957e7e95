"""Functions and classes inside arguments and outside data: looked up where they are found.

argument f                  "%0", the first static argument
item "f" of a global d      "d.#'f'"
class of an argument p      "%1", of a global model "model.__class__"
"""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any

import numpy as np

from adcompile.frontend import enums
from adcompile.frontend import sources as s
from adcompile.frontend.annotations import children
from adcompile.frontend.names import part_of
from adcompile.frontend.objects import Enumerated, Owner, Static, is_known, word
from adcompile.frontend.signature import KTree
from adcompile.frontend.values import Name, Num, Obj, Partial, Poison, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit, Node, Tree, Var
from adcompile.trace.paths import is_each

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

OWNER = ".__self__"  # of a method: the object


def static(
    low: Lowerer, ktree: Static | Enumerated, name: str, path: tuple[Any, ...]
) -> tuple[Tree, Value]:
    """A leaf that takes part in compiling: the emitted code is given it, and leaves it alone."""
    if isinstance(ktree, Enumerated):
        return enums.given(low, ktree, name)
    if is_known(ktree.value):
        var = low.build.var(k.of_constant(ktree.value), name)
        if not any(isinstance(key, str) for key in path[1:]):
            own = name + "".join(f"[{key}]" for key in path[1:])
            _must_be(low, own, var, ktree.value)
        return var, Num(Lit(ktree.value))
    tree = low.build.var(k.Opaque(word(ktree.value)), name)
    place = _place(low, path, ktree.number)
    if place is None:
        what = f"{name!r} is a {word(ktree.value)} that is not known when compiling"
        return tree, Poison(what, "ADC414")
    scope, local = place
    if ktree.up is None:
        return tree, looked_up(low, scope.lookup(local), local)
    if ktree.number is None:
        local = f"{local}.__func__"
    holder = Obj(low.holders[-1 - ktree.up])
    return tree, Partial(looked_up(low, scope.lookup(local), local), (holder,), ())


def _must_be(low: Lowerer, name: str, var: Var, value: Any) -> None:
    """A constant that is an argument has the value that it had when this was compiled."""
    other = f"_0_ != {value!r}" if type(value) is not bool else "not _0_" if value else "_0_"
    text = f"this derivative is that of {name}={value!r}"
    line = f"if {other}:\n    raise ValueError({text!r})"
    low.build.apply_many("mem.effect", (Lit(line), var), ())


def class_of(low: Lowerer, ktree: Node, path: tuple[Any, ...]) -> Any:
    """What an object knows of its class: the class, a scope, and its path there."""
    owner = ktree.record
    if not isinstance(owner, Owner):
        return None
    if owner.scope is not None:
        return owner.cls, owner.scope
    place = _place(low, path, owner.number)
    if place is None:
        return None
    scope, local = place
    return owner.cls, scope, local if owner.number is not None else f"{local}.__class__"


def _place(low: Lowerer, path: tuple[Any, ...], number: int | None) -> tuple[Any, str] | None:
    """The scope and the local path where a part of an argument or of outside data is found."""
    if number is not None:
        return low.function.scope, f"%{number}"
    entity = low.outside_data.get(path[0])
    if entity is None or entity.scope is None:
        return None
    parts, tree = [entity.local], low.outside_kinds.get(path[0])
    for key in path[1:]:
        assert isinstance(tree, Node)
        if is_each(key):  # of one class
            parts.append(part_of(0))
            tree = children(tree)[key[1]]
        else:
            parts.append(str(key) if tree.form == "record" else part_of(key))
            tree = _item(tree, key)
    return entity.scope, ".".join(parts)


def _item(tree: Node, key: Any) -> KTree:
    return tree.items[tree.keys.index(key)]  # type: ignore[return-value]


def called(low: Lowerer, entity: s.Data, value: Any) -> Value | None:
    """functools.partial, bound methods, polynomials: functions that carry arguments."""
    match value:
        case functools.partial():
            args = [_below(low, entity, f"args.{part_of(i)}") for i in range(len(value.args))]
            named = [
                (name, _below(low, entity, f"keywords.{part_of(name)}")) for name in value.keywords
            ]
            return Partial(_below(low, entity, "func"), tuple(args), tuple(named))
        case types.MethodType():
            if _comes_back(entity, value.__self__):
                what = f"{entity.name!r} is a method of an object that comes back to it"
                return Poison(f"{what}, which cannot be used in a derivative", "ADC414")
            first = _below(low, entity, OWNER[1:])
            return Partial(_below(low, entity, "__func__"), (first,), ())
        case np.poly1d():
            return Partial(Name("numpy.polyval"), (_below(low, entity, "coeffs"),), ())
        case np.polynomial.Polynomial() if np.array_equal(value.domain, value.window):
            name = "numpy.polynomial.polynomial.polyval"
            return Partial(Name(name), (), (("c", _below(low, entity, "coef")),))
    return None


def _comes_back(entity: s.Data, value: Any) -> bool:
    """Has the path of a method come through methods of the same object before?"""
    parts = entity.local.split(OWNER)
    if entity.scope is None or len(parts) == 1:
        return False
    found = [entity.scope.lookup(OWNER.join([*parts[:i], ""])) for i in range(1, len(parts))]
    return any(isinstance(each, s.Data) and each.read() is value for each in found)


def _below(low: Lowerer, entity: s.Data, part: str) -> Value:
    return looked_up(low, entity.below(part), f"{entity.local}.{part}")


def looked_up(low: Lowerer, entity: Any, local: str) -> Value:
    """The value of an entity found along a path."""
    if entity is None:
        return Poison(f"a function in {local!r} is not found", "ADC414")
    if isinstance(entity, s.Qualified):
        local = {"numpy": "np"}.get(entity.name, entity.name)
    return low.of_entity(entity, local)
