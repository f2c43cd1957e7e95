"""Classes that change what making an object, or reading and setting its attributes, means."""

from __future__ import annotations

import abc
import ast
import functools
import inspect
import sys
import types
from typing import TYPE_CHECKING, Any

from adcompile.frontend.lineages import line_of, named
from adcompile.frontend.signature import is_generated
from adcompile.frontend.values import Identity, Obj

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

KNOWN = (
    types.FunctionType, property, functools.cached_property, staticmethod, classmethod,
    functools.partialmethod, types.MemberDescriptorType, types.GetSetDescriptorType,
)  # fmt: skip

HOOKS = frozenset(("__get__", "__set__"))


def check_making(low: Lowerer, cls: Any, name: str) -> None:
    """Refuse a class with a metaclass or a __new__ of the user's own, or that is abstract."""
    if isinstance(cls, ast.ClassDef):
        given = [ast.unparse(k.value) for k in cls.keywords if k.arg == "metaclass"]
        metaclass = any(name not in ("ABCMeta", "abc.ABCMeta") for name in given)
        found = "a metaclass" if metaclass else "__new__" if "__new__" in _defined(cls) else ""
    else:
        plain = type(cls) in (type, abc.ABCMeta) or is_library(type(cls))
        found = "" if plain else "a metaclass"
        if getattr(cls, "__abstractmethods__", None):
            found = "abstract methods"
        if not found and _own(cls, "__new__") and not is_generated(cls, "__new__"):
            found = "__new__"
    if found:
        refuse(low, name, found, "what a call of it makes")


def check_attributes(low: Lowerer, identity: Identity, hook: str, attr: str) -> None:
    """Refuse what a hook or a descriptor of the class takes care of."""
    cls = identity.cls[0] if identity.cls else None
    name = getattr(cls, "__name__", getattr(cls, "name", ""))
    if isinstance(cls, ast.ClassDef):
        if hook in _defined(cls):
            refuse(low, name, hook, f"what .{attr} means")
        found = _descriptor(cls, attr)
        if found:
            refuse(low, name, f"the descriptor {found}", f"what .{attr} means")
    elif isinstance(cls, type):
        if _own(cls, hook):
            refuse(low, name, hook, f"what .{attr} means")
        found = inspect.getattr_static(cls, attr, None)
        descriptor = hasattr(type(found), "__get__") or hasattr(type(found), "__set__")
        if descriptor and not isinstance(found, KNOWN) and not is_library(type(found)):
            refuse(low, name, f"the descriptor {type(found).__name__}", f"what .{attr} means")


def has_getattr(cls: Any) -> bool:
    """Does a class make up attributes?"""
    if isinstance(cls, ast.ClassDef):
        return "__getattr__" in _defined(cls)
    return isinstance(cls, type) and _own(cls, "__getattr__")


def is_library(cls: type) -> bool:
    """Is this a class of Python's library, or of one that is known by its names alone?"""
    module = (cls.__module__ or "").split(".")[0]
    return module in sys.stdlib_module_names or module in ("numpy", "scipy")


def _own(cls: type, name: str) -> bool:
    """Does a class, or one above it, define this in a file of the user's?"""
    for base in cls.__mro__:
        found = vars(base).get(name)
        found = getattr(found, "__func__", found)
        if isinstance(found, types.FunctionType) and not is_library(base):
            return not found.__code__.co_filename.startswith("<string>")
    return False


def _defined(cls: ast.ClassDef) -> list[str]:
    """The functions in the bodies of a class and of those above it."""
    return [
        node.name for each in line_of(cls) for node in each.body
        if isinstance(node, ast.FunctionDef)
    ]  # fmt: skip


def _descriptor(cls: ast.ClassDef, attr: str) -> str:
    """The class of the descriptor that a class has under this name; "" where it is none."""
    for each in line_of(cls):
        place = getattr(each, "place", None)
        made = _made(each, attr) if place is None else place.values.get(attr)
        if isinstance(made, Obj) and made.identity.cls:
            made = made.identity.cls[0]
        if isinstance(made, ast.ClassDef) and not HOOKS.isdisjoint(_defined(made)):
            return made.name
        if isinstance(made, type) and any(_own(made, hook) for hook in HOOKS):
            return made.__name__
    return ""


def _made(cls: ast.ClassDef, attr: str) -> ast.ClassDef | None:
    """The class in a file that the value of this name in the body of another one is made by."""
    for node in cls.body:
        match node:
            case (
                ast.Assign([ast.Name(name)], ast.Call(maker))
                | ast.AnnAssign(ast.Name(name), _, ast.Call(maker))
                | ast.FunctionDef(name, decorator_list=[ast.Call(maker) | maker])
            ) if name == attr:
                return named(cls, maker)
    return None


def refuse(low: Lowerer, name: str, found: str, what: str) -> None:
    raise low.rejection(
        None, f"{name} has {found}, which decides {what} when the program runs; use a plain class, "
        "with methods or properties", "ADC120",
    )  # fmt: skip
