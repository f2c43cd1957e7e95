"""Enumerations: which member something is, is known when compiling, as with functions.

    class Method(Enum):
        EULER = 1                    if method is Method.EULER:
        HEUN = 2                         ...

The members of an enumeration of integers or texts are these numbers and texts.
"""

from __future__ import annotations

import ast
import enum
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, TypeGuard

from adcompile.frontend import choices, definitions, guessed, memory, sameness
from adcompile.frontend import sources as s
from adcompile.frontend.lineages import names_above
from adcompile.frontend.objects import Enumerated
from adcompile.frontend.values import Choice, Identity, Name, Num, Obj, Ref, Refine, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit, Var
from adcompile.trace.paths import WHICH, is_written

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

PLAIN = ("Enum", "enum.Enum", "Flag", "enum.Flag")
MIXED = ("int", "str", "float")
NUMBERED = ("Enum", "IntEnum", "StrEnum")
AUTO = ("auto()", "enum.auto()")
NOT_KNOWN = (
    "which member of an enumeration this is, is not known when compiling; choose by an integer or "
    "a text, or call it by ad.grad, which sees what is given"
)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an enumeration of a file."""

    cls: ast.ClassDef
    name: str


def is_plain(obj: Any) -> bool:
    """Is this an enumeration whose members are no numbers and no texts?"""
    if isinstance(obj, ast.ClassDef):
        above = list(names_above(obj))
        return any(name in PLAIN for name in above) and not any(name in MIXED for name in above)
    return isinstance(obj, enum.EnumMeta) and not issubclass(obj, (int, str, float))


def is_class(obj: Any) -> bool:
    return isinstance(obj, enum.EnumMeta) or (isinstance(obj, ast.ClassDef) and is_plain(obj))


def is_gone_through(obj: Any) -> bool:
    """Is this an enumeration, also one of numbers or texts?"""
    above = names_above(obj) if isinstance(obj, ast.ClassDef) else ()
    return is_class(obj) or any(name.rpartition(".")[2] in NUMBERED for name in above)


def is_member(value: Any) -> bool:
    """Is this the name of a member?"""
    return isinstance(value, Name) and isinstance(value.obj, (enum.Enum, Member))


def holds(low: Lowerer, value: Obj | Struct) -> bool:
    """Is a member among the items of a tuple or list, or the keys of a dictionary?"""
    if isinstance(value, Struct):
        items: tuple[Any, ...] = value.items
    else:
        held = low.state.items[value.identity]
        items = tuple(held if value.identity.form == "dict" else held.values())
    return any(is_member(one) for item in items for one in choices.options(item))


def is_one(value: Any) -> TypeGuard[Choice]:
    """Is this a member, of which the run tells which?"""
    return isinstance(value, Choice) and all(map(is_member, value.options))


def each(low: Lowerer, value: Choice, action: Callable[[Value], Value], hint: str) -> Value:
    """The value of an action on a member, of which the run tells which."""
    cases = [(choices.number(low, one), partial(action, one)) for one in value.options]
    return choices.one_of(low, value.selector, cases, hint)


def plain_value(value: Any) -> Any:
    """The number or text that a member of an enumeration of these is."""
    mixed = isinstance(value, enum.Enum) and isinstance(value, (int, str))
    return value.value if mixed else value


def as_key(value: Value) -> Lit | None:
    """What a value is as the key of a dictionary, where that is known: a literal, or a member."""
    if is_member(value):
        return Lit(value)
    return value.atom if isinstance(value, Num) and isinstance(value.atom, Lit) else None


def of_key(key: Any) -> Value:
    """The value that a key of a dictionary is."""
    return key if isinstance(key, Name) else Num(Lit(key))


def given_key(key: Any) -> Any:
    """A key of a dictionary from outside."""
    if not isinstance(key, enum.Enum) or isinstance(key, (int, str)):
        return plain_value(key)
    cls = type(key)
    return Name(f"{cls.__module__}.{cls.__qualname__}.{key.name}", key)


def keys_of(low: Lowerer, identity: Identity) -> tuple[Any, ...]:
    """The keys of a dictionary that is returned: emitted code has those of the caller's alone."""
    held = tuple(low.state.items[identity])
    if identity.form != "dict" or all(map(is_written, held)):
        return held
    _, keys = low.given.get(identity, (None, ()))
    if held != tuple(map(given_key, keys)):
        raise low.rejection(
            None, "a dictionary is returned with members of an enumeration as keys, to which "
            "emitted code has no names; return it by their names, or as a tuple", "ADC210"
        )
    return held


def members(low: Lowerer, cls: Name) -> list[Value]:
    """The members of an enumeration, in order."""
    if isinstance(cls.obj, ast.ClassDef) and not is_plain(cls.obj):
        found = _assigned(low, cls.obj)
        if any(ast.unparse(node) in AUTO for node in found.values()):
            raise low.rejection(None, "auto() in an enumeration of numbers or texts that is gone "
                                "through; write the values out", "ADC413")  # fmt: skip
        return [definitions.class_value(low, cls, cls.obj, name) for name in found]
    if isinstance(cls.obj, ast.ClassDef):
        return [member(cls, name) for name in _assigned(low, cls.obj)]
    scope = low.frame.function.scope
    path = f"{cls.qualified}._member_names_"
    names = list(cls.obj._member_names_)
    if isinstance(scope, s.LiveScope):  # that there are just these is a fact
        for part in ("", *(f".#{n}" for n in range(len(names)))):
            scope.member(path + part)
    return [low.qualified(f"{cls.qualified}.{name}", cls) for name in names]


def member(cls: Name, name: str) -> Name:
    """A member of an enumeration of a file."""
    return Name(f"{cls.qualified}.{name}", Member(cls.obj, name))


def given(low: Lowerer, kind: Enumerated, name: str) -> tuple[Var, Value]:
    """An argument that is one of the members, by its name: the emitted code asks which."""
    var = low.build.var(k.Opaque(kind.what), name)
    return var, _one_of(low, kind, var)


def is_held(low: Lowerer, value: Value) -> bool:
    """Is this an item of a list or dictionary of members that is given?"""
    atom = value.atom if isinstance(value, (Num, Ref)) else None
    return atom is not None and isinstance(low.build.kind(atom), Enumerated)


def taken(low: Lowerer, value: Value) -> Choice:
    """Which member such an item is."""
    atom = memory.atom_of(low, value)
    kind = low.build.kind(atom)
    assert isinstance(kind, Enumerated)
    return _one_of(low, kind, atom)


def _one_of(low: Lowerer, kind: Enumerated, atom: Atom) -> Choice:
    cls = Name(kind.qualified, kind.cls)
    among = [member(cls, each) for each in _assigned(low, kind.cls)]
    numbers = {f"{kind.what}.{one.obj.name}": _number(low, one) for one in among}
    which = low.build.apply("mem.opaque", Lit(f"{numbers!r}[{WHICH}]"), atom)
    low.build.kinds[which] = k.INT
    return Choice(which, tuple(among))


def _number(low: Lowerer, value: Value) -> int:
    atom = choices.number(low, value)
    assert isinstance(atom, Lit) and isinstance(atom.value, int)
    return atom.value


def _assigned(low: Lowerer, cls: ast.ClassDef) -> dict[str, ast.expr]:
    """The members of an enumeration of a file, and what they are set to."""
    found: dict[str, ast.expr] = {}
    for node in cls.body:
        if not isinstance(node, ast.Assign):
            continue
        target = node.targets[0]
        if isinstance(target, ast.Name) and not target.id.startswith("_"):
            found[target.id] = node.value
    texts = [ast.unparse(node) for node in found.values()]
    if len({text for text in texts if text not in AUTO}) < sum(t not in AUTO for t in texts):
        raise low.rejection(
            None, f"two members of {cls.name} have one value, and are one; leave one out", "ADC413"
        )
    return found


def of_class(low: Lowerer, cls: Name, name: str) -> Value | None:
    """Class.name, where that is a member of an enumeration of a file."""
    assert isinstance(cls.obj, ast.ClassDef)
    known = is_plain(cls.obj) and name in _assigned(low, cls.obj)
    return member(cls, name) if known else None


def attribute(low: Lowerer, base: Name, name: str) -> Value:
    """What a member has: its name, its value."""
    found = base.obj
    if name == "name":
        return Num(Lit(found.name))
    if not isinstance(found, Member):
        return low.qualified(f"{base.qualified}.{name}", base)
    if name != "value":
        raise low.rejection(
            None, f"{found.cls.name}.{name} of a member; write a function of the member", "ADC402"
        )
    assigned = _assigned(low, found.cls)
    node = assigned[found.name]
    if ast.unparse(node) not in AUTO:
        return definitions.class_value(low, base, found.cls, found.name)
    before = [ast.unparse(each) for each in assigned.values()]
    if any(text not in AUTO for text in before):
        raise low.rejection(None, "auto() beside other values; write the numbers out", "ADC413")
    return Num(Lit(list(assigned).index(found.name) + 1))


def item(low: Lowerer, cls: Name, key: Value) -> Value:
    """Class["NAME"]"""
    name = key.atom.value if isinstance(key, Num) and isinstance(key.atom, Lit) else None
    for each in members(low, cls):
        if isinstance(each, Name) and each.qualified.rpartition(".")[2] == name:
            return each
    raise low.rejection(None, NOT_KNOWN, "ADC413")


def of_value(low: Lowerer, cls: Name, key: Value) -> Value:
    """Class(value)"""
    for each in members(low, cls):
        if each == key:
            return each
        value = attribute(low, each, "value") if isinstance(each, Name) else each
        if value == key:
            return each
    raise low.rejection(None, NOT_KNOWN, "ADC413")


def compared(
    low: Lowerer, left: Value, right: Value, negate: bool, hint: str
) -> Atom | None:
    """Are these one member?  None where there is no member among them."""
    options = [one for value in (left, right) for one in choices.options(value)]
    if not any(map(is_member, options)):
        return None
    if isinstance(left, Choice) or isinstance(right, Choice):
        return sameness.same_function(low, left, right, negate, hint)
    for value in (left, right):
        known = isinstance(value, Num) and isinstance(value.atom, Lit)
        if not known and sameness.may_be_anything(low, value):
            _refine(low, value, next(one for one in options if isinstance(one, Name)))
        if isinstance(value, Obj) and guessed.is_unknown(value.identity):
            _refine(low, value, next(one for one in options if isinstance(one, Name)))
    same = isinstance(left, Name) and isinstance(right, Name) and left.obj == right.obj
    return Lit(same != negate)


def _refine(low: Lowerer, value: Value, one: Name) -> NoReturn:
    """What is compared with a member of a file's enumeration is one of them, if an argument."""
    cls = getattr(one.obj, "cls", None)
    if isinstance(value, Obj):
        known = set(low.state.items[value.identity]) <= {"name", "value"}
        path = low.given[value.identity][0] if known and value.identity in low.given else None
    else:
        path = low.origins.get(memory.atom_of(low, value))
    if cls is None or path is None or not is_plain(cls):
        raise low.rejection(None, NOT_KNOWN, "ADC413")
    raise Refine(path, ("kind", Enumerated(cls.name, one.qualified.rpartition(".")[0], cls)))


def in_text(low: Lowerer, value: Value) -> Value:
    """What stands in a text or a message for a member: Class.NAME, as str writes it."""
    found = [one for one in choices.options(value) if isinstance(one, Name)]
    if len(found) < len(choices.options(value)) or not all(map(_is_written_plainly, found)):
        return value
    cases = [(choices.number(low, one), _text_of(one)) for one in found]
    selector = value.selector if isinstance(value, Choice) else cases[0][0]
    return choices.one_of(low, selector, cases, "")


def _text_of(member: Name) -> Callable[[], Value]:
    text = Num(Lit(".".join(member.qualified.rsplit(".", 2)[-2:])))
    return lambda: text


def _is_written_plainly(value: Name) -> bool:
    """Is this a member of an enumeration that leaves to Enum how it is written?"""
    if isinstance(value.obj, Member):
        cls = value.obj.cls
        own = {node.name for node in cls.body if isinstance(node, ast.FunctionDef)}
        return set(names_above(cls)) <= {*PLAIN} and not own & {"__str__", "__repr__", "__format__"}
    inherited = all(
        getattr(type(value.obj), name) is getattr(enum.Enum, name)
        for name in ("__str__", "__format__")
    )
    return isinstance(value.obj, enum.Enum) and inherited
