"""Arguments and results of a callee: a structure, and the leaves in it that are passed.

(x, {"w": w, "k": 2}), math.sin      structure (leaf, {"w": leaf, "k": leaf}), math.sin
                                     leaves    x, w, 2
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeGuard

from adcompile.frontend import absent, memory, numbered, packing
from adcompile.frontend.values import (
    Closure,
    Derivative,
    Identity,
    Maybe,
    Name,
    Num,
    Obj,
    Partial,
    Poison,
    Ref,
    State,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, UNDEF, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Shape = Any
LEAF = ("leaf",)


class Static:
    """A value that is part of the structure: a function, None, text.  Compared by what it says."""

    __slots__ = ("key", "value")

    def __init__(self, key: Any, value: Value) -> None:
        self.key = key
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Static) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def is_static(value: Value) -> bool:
    return isinstance(value, (Closure, Name, Partial, Derivative))


class Flat:
    """The leaves and objects of values, in order."""

    def __init__(
        self,
        low: Lowerer,
        state: State | None = None,
        argument: Callable[[Value], int | None] = lambda value: None,
    ) -> None:
        self.low = low
        self.other = None if state is low.state else state
        self.argument = argument
        self.leaves: list[Value] = []
        self.objects: list[Identity] = []
        self.around: dict[Identity, int] = {}  # objects that hold what is added now

    @property
    def state(self) -> State:
        return self.other or self.low.state

    def add(self, value: Value, like: Shape = None) -> Shape:
        """The structure of a value, whose leaves are noted; `like` is one that it has to fit."""
        if self.other is None:
            listed = self.numbered(value, like)
            if listed is not None:
                return listed
        match value:
            case Struct(items):
                likes = like[1] if like and like[0] == "tuple" else (None,) * len(items)
                return ("tuple", tuple(map(self.add, items, likes)))
            case Obj(identity) if identity in self.around:
                return ("same", self.around[identity])
            case Obj(identity):
                self.around[identity] = len(self.objects)
                self.objects.append(identity)
                if self.other is None:
                    memory.check_fresh(self.low, identity)
                inner = self.state.items[identity]
                parts = tuple(self.add(item) for item in inner.values())
                del self.around[identity]
                facts = Static((identity.form, identity.record, _class(identity)), value)
                return ("object", facts, tuple(inner), parts)
            case Num(Lit() as lit) if isinstance(lit.value, tuple):
                return ("tuple", tuple(self.add(Num(Lit(item))) for item in lit.value))
            case Num(Lit() as lit) if not isinstance(lit.value, (bool, int, float, complex)):
                return ("static", Static(lit.key, value))
            case Num(atom) if self.low.build.kind(atom) == k.NONE:
                return ("static", Static(NOTHING.key, Num(NOTHING)))
            case Num() | Ref():
                number = self.argument(value)
                if number is not None:
                    return ("argument", number)
                kind = self.kind(value)
                if _is_open(kind, value, self.low):
                    return self.opened(value, kind)
                self.leaves.append(value)
                return LEAF
            case Poison():
                raise self.low.not_known(value)
            case Maybe():
                self.low.unusable(value)
        if packing.is_function(self.low, value) and self.carries(value):
            return self.add(packing.item(self.low, value, apart=True))
        return ("static", Static(self.key(value), value))

    def numbered(self, value: Value, like: Shape) -> Shape | None:
        """An object that is known by its number in the list of all of its class."""
        found = numbered.passed(self.low, value)
        if found is not None:
            among, perhaps, place = found
            self.leaves.append(place)
            return ("numbered", among, perhaps or bool(like and like[2:] == (True,)))
        if like and like[0] == "numbered" and absent.is_none(self.low, value):
            self.leaves.append(Num(Lit(-1)))
            return like
        return None

    def kind(self, value: Num | Ref) -> k.Kind:
        if self.other is None:
            return self.low.build.kind(memory.atom_of(self.low, value))
        return self.low.build.kind(UNDEF if value.atom is None else value.atom)

    def opened(self, value: Value, kind: k.Tuple) -> Shape:
        """A tuple that was in a list: what is in it may change in place, and is in it yet."""
        if self.other is None:
            places = range(len(kind.items))
            items = tuple(memory.element(self.low, value, Lit(i)) for i in places)
            return self.add(Struct(items))
        return _shape_of(kind)

    def carries(self, value: Value) -> bool:
        """Does a function carry values that are known at run time only?"""
        match value:
            case Closure(defaults=defaults):
                return any(self.carries(item) for _, item in defaults)
            case Partial(function, args, keywords):
                given = (function, *args, *(item for _, item in keywords))
                return any(self.carries(item) for item in given)
            case Derivative(function=function):
                return self.carries(function)
            case Name() | Num(Lit()):
                return False
        return True

    def key(self, value: Value) -> Any:
        match value:
            case Closure(function, frame, defaults):
                given = tuple((name, self.constant(item)) for name, item in defaults)
                place = (function.file, function.node.lineno, function.node.col_offset)
                return ("function", place, function.name, id(function.live), frame, given)
            case Name(qualified):
                return ("name", qualified)
            case Partial(function, args, keywords):
                named = tuple((name, self.constant(item)) for name, item in keywords)
                return ("partial", self.key(function), tuple(map(self.constant, args)), named)
        self.low.reject(
            None, "this cannot be passed to, or returned by, a function that calls itself", "ADC212"
        )

    def constant(self, value: Value) -> Any:
        if isinstance(value, Num) and isinstance(value.atom, Lit):
            return value.atom.key
        if is_static(value):
            return self.key(value)
        self.low.reject(
            None,
            "a function that carries values cannot be passed to one that calls itself",
            "ADC212",
        )


def _is_open(kind: k.Kind, value: Num | Ref, low: Lowerer) -> TypeGuard[k.Tuple]:
    """Is this a tuple that holds what can change in place, and never None?"""
    if not isinstance(kind, k.Tuple) or kind.tag is not None or k.is_fixed(kind):
        return False
    return value.atom not in low.nullable


def _shape_of(kind: k.Kind) -> Shape:
    if isinstance(kind, k.Tuple) and kind.tag is None and not k.is_fixed(kind):
        return ("tuple", tuple(map(_shape_of, kind.items)))
    return LEAF


def _class(identity: Identity) -> Any:
    cls = getattr(identity, "cls", None)
    return getattr(cls, "__qualname__", None) or repr(type(cls))


def functions(shape: Any) -> Iterator[tuple[Any, int]]:
    """The functions in a structure: the place in the text, and the frame each was made in."""
    match shape:
        case Static():
            yield from functions(shape.key)
        case ("function", place, _, _, frame, given):
            yield place, frame
            yield from functions(given)
        case tuple():
            for part in shape:
                yield from functions(part)


def build(
    low: Lowerer,
    shape: Shape,
    name: str,
    leaf: Callable[[str], Value],
    objects: list[Identity],
    arguments: list[Value] | None = None,
) -> Value:
    """The value of a structure, its leaves made one by one; its objects are new."""
    match shape:
        case ("leaf",):
            return leaf(name)
        case ("argument", number):
            assert arguments is not None
            return arguments[number]
        case ("static", static):
            return static.value
        case ("same", number):
            return Obj(objects[number])
        case ("numbered", among, perhaps):
            place = leaf(name)
            assert isinstance(place, Num)
            return numbered.object_at(low, among, place.atom, perhaps)
        case ("tuple", parts):
            return Struct(tuple(build(low, p, name, leaf, objects, arguments) for p in parts))
        case ("object", facts, keys, parts):
            old = facts.value.identity
            made = Identity(old.form, old.site, old.record, old.loc, old.cls)
            objects.append(made)
            names = [key if isinstance(key, str) else name for key in keys]
            low.state.items[made] = {}
            for key, part, own in zip(keys, parts, names):
                item = build(low, part, own, leaf, objects, arguments)
                low.state.items[made][key] = item
            return Obj(made)
    raise AssertionError(shape)


def count(shape: Shape) -> int:
    """How many leaves a structure has."""
    match shape:
        case ("leaf",) | ("numbered", *_):
            return 1
        case ("tuple", parts) | ("object", _, _, parts):
            return sum(map(count, parts))
    return 0


def loose(shape: Shape) -> Shape:
    """The structure without the lengths of its lists."""
    match shape:
        case ("object", facts, keys, parts) if facts.key[0] == "list":
            return ("object", facts, "list", tuple(dict.fromkeys(map(loose, parts))))
        case ("object", facts, keys, parts):
            return ("object", facts, keys, tuple(map(loose, parts)))
        case tuple():
            return tuple(map(loose, shape))
    return shape


def widened(low: Lowerer, old: Shape | None, new: Shape) -> Shape:
    """A structure of results that both are."""
    if old is None or old == new:
        return new
    match old, new:
        case (("leaf" | "argument", *_), ("leaf" | "argument", *_)):
            return LEAF
        case ("numbered", among, first), ("numbered", other, second) if among == other:
            return ("numbered", among, first or second)
        case (
            (("numbered", among, _), ("static", Static(value=Num(Lit(value=None)))))
            | (("static", Static(value=Num(Lit(value=None)))), ("numbered", among, _))
        ):
            return ("numbered", among, True)
        case (("tuple", first), ("tuple", second)) if len(first) == len(second):
            return ("tuple", tuple(widened(low, a, b) for a, b in zip(first, second)))
        case (("object", facts, keys, first), ("object", other, others, second)):
            if facts == other and keys == others:
                parts = tuple(widened(low, a, b) for a, b in zip(first, second))
                return ("object", facts, keys, parts)
            if facts.key[0] == other.key[0] == "list":
                for each in (facts, other):
                    low.make_dynamic(each.value.identity)
    low.reject(
        None, "a function that calls itself returns now one structure, now another", "ADC212"
    )


__all__ = ["LEAF", "Flat", "Shape", "build", "count", "functions", "is_static", "loose", "widened"]
