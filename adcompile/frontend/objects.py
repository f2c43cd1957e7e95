"""Functions, classes and objects of the user's as parts of arguments and of data from outside.

A function in an argument takes part in compiling by what it is: `Static`, a leaf of a ktree.  An
object of a class written in Python is a record of its attributes, whose name (`Owner`) knows the
class, and with it the methods.
"""

from __future__ import annotations

import abc
import enum
import functools
import sys
import threading
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from adcompile.frontend.fingerprints import fingerprint
from adcompile.frontend.names import primal_of
from adcompile.trace import kinds as k

METACLASSES = (type, abc.ABCMeta, type(Protocol))
LIBRARIES = frozenset(
    [
        "adcompile",
        "numpy",
        "scipy",
        "pandas",
        "polars",
        "torch",
        "jax",
        "jaxlib",
        "tensorflow",
        "numba",
        "autograd",
    ]
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Static(k.Opaque):
    """What takes part in compiling as it is: a function, a class, a module, a text.

    `number` is its place among those of all arguments; there is none for data from outside.  Of a
    function that is a method of an object around it, `up` tells of which: 0 of the innermost.
    """

    value: Any = None
    number: int | None = None
    up: int | None = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Static) or (self.number, self.up) != (other.number, other.up):
            return False
        alike = is_known(self.value) and repr(self) == repr(other)
        return self.value is other.value or alike

    def __hash__(self) -> int:
        return hash(self.what)

    def __repr__(self) -> str:
        method = "" if self.up is None else f", method {self.up}"
        return f"Static({text(self.value)}, {self.number}{method})"


@dataclass(frozen=True, slots=True)
class Enumerated(k.Opaque):
    """A member of an enumeration of a file that is only read: which one, the run tells."""

    qualified: str = ""
    cls: Any = None


class Owner(str):
    """The name of a record's class, with the class itself.

    `plain` tells that it is neither a dataclass nor a named tuple: an object of it can be read, but
    not made from its attributes.  `scope` belongs to a class of a file that is only read;
    `exact` tells that no class below it is meant.
    """

    cls: Any
    plain: bool
    number: int | None
    scope: Any
    exact: bool

    def __new__(
        cls, name: str, owner: Any, plain: bool, number: int | None = None, scope: Any = None,
        exact: bool = False,
    ) -> Owner:  # fmt: skip
        made = super().__new__(cls, name)
        made.cls, made.plain, made.number, made.scope = owner, plain, number, scope
        made.exact = exact
        return made


def is_plain_data(value: Any) -> bool:
    """Is this a constant of an object, such as a text?"""
    return isinstance(value, (str, bool))


def is_known(value: Any) -> bool:
    """Does a value take part in compiling by what it is, and not by its identity?"""
    return is_plain_data(value) or type(value) is int


def is_static(value: Any) -> bool:
    """Does a value take part in compiling by its identity?"""
    if isinstance(value, enum.Enum):
        return not isinstance(value, (int, str))
    return callable(value) or isinstance(value, types.ModuleType)


def word(value: Any) -> str:
    """What a static value is, as a reader would write it: function, Colour.RED."""
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, types.ModuleType):
        return "module"
    return "class" if isinstance(value, type) else "function"


def text(value: Any) -> str:
    """What a static value is, the same in every process."""
    if is_known(value):
        return repr(value)
    if isinstance(value, functools.partial):
        return f"partial {text(value.func)} {len(value.args)} {sorted(value.keywords)}"
    if isinstance(value, types.MethodType):
        return f"method {text(value.__func__)}"
    if isinstance(value, enum.Enum):
        return f"{text(type(value))}.{value.name}"
    function = primal_of(value)
    if isinstance(function, types.FunctionType):
        return f"function {fingerprint(function)}"
    module = getattr(value, "__module__", None)
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", type(value).__name__)
    return f"{module}.{name}"


def is_record(cls: type) -> bool:
    """Is this a class written in Python, whose objects are nothing but their attributes?"""
    found = _slots.get(cls, ...)
    if found is ...:
        found = _slots[cls] = _slots_of(cls) if _is_written(cls) else None
    return found is not None


_slots: WeakKeyDictionary[type, tuple[str, ...] | None] = WeakKeyDictionary()


def _is_written(cls: type) -> bool:
    if type(cls) not in METACLASSES:
        return False
    if cls is types.SimpleNamespace:
        return True
    for base in cls.__mro__[:-1]:
        top = (base.__module__ or "").partition(".")[0]
        if top in ("abc", "typing"):
            continue
        if top in LIBRARIES or top in sys.stdlib_module_names or not base.__flags__ & 1 << 9:
            return False
    return cls.__module__ not in ("abc", "typing")


def _slots_of(cls: type) -> tuple[str, ...]:
    names: list[str] = []
    for base in reversed(cls.__mro__):
        slots = vars(base).get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            private = name.startswith("__") and not name.endswith("__")
            if name not in ("__dict__", "__weakref__"):
                names.append(f"_{base.__name__.lstrip('_')}{name}" if private else name)
    return tuple(names)


def attributes(value: Any) -> dict[str, Any] | None:
    """The attributes of an object of a class written in Python; None for anything else."""
    cls = type(value)
    if not is_record(cls):
        return None
    found = dict(getattr(value, "__dict__", ()))
    for name in _slots[cls] or ():
        if hasattr(value, name):
            found[name] = getattr(value, name)
    return found


def own(value: Any) -> Static | None:
    """A method of an object that we are inside of: the function, and how many objects up it is."""
    if not isinstance(value, types.MethodType):
        return None
    inside = [*reversed(_within.__dict__.get("inside", {}))]
    if id(value.__self__) not in inside:
        return None
    return Static("function", value.__func__, up=inside.index(id(value.__self__)))


_within = threading.local()


@contextmanager
def entered(value: Any) -> Iterator[bool]:
    """Go into an object; False where we are inside it already."""
    inside: dict[int, None] = _within.__dict__.setdefault("inside", {})
    if id(value) in inside:
        yield False
        return
    inside[id(value)] = None
    try:
        yield True
    finally:
        del inside[id(value)]
