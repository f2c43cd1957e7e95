"""Attributes by name, and what looks at or makes code when it runs.

getattr(o, "w") is o.w where the name is known when compiling; exec, eval, globals ... are refused.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from adcompile.frontend import (
    assignment,
    classes,
    enums,
    guessed,
    instances,
    late,
    memory,
    misuse,
    packing,
    subscripts,
)
from adcompile.frontend.files import Module
from adcompile.frontend.values import Name, Num, Obj, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

Handler = Callable[["Lowerer", list[Value], dict[str, Value], str], Value | None]

CODE = {
    "exec": "runs code that is not known when compiling; write the statements out",
    "eval": "computes code that is not known when compiling; write the expression out",
    "compile": "makes code that is not known when compiling; write it out",
    "__import__": "imports what is not known when compiling; import it at the top of the file",
    "globals": "gives the names of the module, which may change when it runs; use the name itself, "
    "and return what is to be kept",
    "locals": "gives names that are not known when compiling; make a dictionary of what is needed",
    "vars": "gives attributes that are not known when compiling; use o.name",
    "dir": "gives names that are not known when compiling; write them out",
    "id": "gives a number that is another one in each run; compare with `is`",
    "hash": "gives a number that may be another one in each run; use a number of your own",
    "type": "gives a class, which is not the same for all numbers and arrays that an argument may "
    "be; test with isinstance(...)",
    "memoryview": "gives memory that is not followed; use the array, or a slice of it",
    "iter": "of a function calls it until it gives a certain value; write the loop out, with while",
}


def _refused(name: str) -> Handler:
    def handle(
        low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
    ) -> Value:
        reason = CODE[name]
        if name == "type" and len(args) == 1:
            if packing.tag_of(low, args[0]) is not None:
                return packing.each(low, args[0], lambda one: handle(low, [one], {}, hint), hint)
            cls = classes.class_of(args[0])
            if cls is not None:
                guessed.check_alone(low, args[0])
                return cls
        if name == "type" and len(args) == 3:
            reason = "with three arguments makes a class; write the class out, outside"
        raise low.rejection(None, f"{name} {reason}", "ADC118")

    return handle


def _literal(low: Lowerer, function: str, value: Value) -> str:
    if isinstance(value, Num) and isinstance(value.atom, Lit) and isinstance(value.atom.value, str):
        return value.atom.value
    raise low.rejection(
        None,
        f"{function} with a name that is not known when compiling; keep the values in a dictionary "
        "and the name as its key, or write the names out",
        "ADC119",
    )


def _getattr(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    name = _literal(low, "getattr", args[1])
    there = late.perhaps(low, args[0], name)
    if len(args) == 3 and there is not None:
        found = partial(subscripts.attribute, low, args[0], name)
        return low.choose(there, found, lambda: args[2], hint, low.build.loc)
    if len(args) == 3 and has(low, args[0], name) is False:
        return args[2]
    may_be = instances.all_classes_of(low, args[0]) if len(args) == 3 else None
    unsure = may_be and not all(hasattr(cls, name) for cls in may_be)
    if len(args) == 3 and isinstance(args[0], Obj) and (args[0].identity, name) in low.begun:
        unsure = True
    if len(args) == 3 and misuse.kind_of(low, args[0]) == k.Opaque("exception"):
        unsure = True
    if unsure and not _alike(name, args[2]):
        raise low.rejection(
            None, f"whether this has the attribute {name!r}, or the other value is taken, is not "
            "known when compiling; test with isinstance(...)", "ADC405",
        )  # fmt: skip
    return subscripts.attribute(low, args[0], name, hint)


def _alike(name: str, other: Value) -> bool:
    """Is this what a number of NumPy's has there, and an array without axes?"""
    known = {"shape": (Num(Lit(())), Struct(())), "ndim": (Num(Lit(0)),), "size": (Num(Lit(1)),)}
    return other in known.get(name, ())


def _setattr(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    name = _literal(low, "setattr", args[1])
    assignment.set_attribute(low, args[0], name, args[2], None)
    return Num(NOTHING)


def _set_of_frozen(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value:
    """object.__setattr__(self, name, value), as frozen dataclasses use it in __post_init__."""
    name = _literal(low, "object.__setattr__", args[1])
    assignment.set_attribute(low, args[0], name, args[2], None, checked=False)
    return Num(NOTHING)


def _delattr(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    raise low.rejection(
        None, "an attribute cannot be deleted in a differentiated function; leave it, or set it to "
        "None", "ADC105",
    )  # fmt: skip


def _hasattr(low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str) -> Value:
    name = _literal(low, "hasattr", args[1])
    known = has(low, args[0], name)
    perhaps = late.perhaps(low, args[0], name)
    if perhaps is not None:
        return perhaps
    if known is None and instances.all_classes_of(low, args[0]):
        text, atom = f"hasattr(_0_, {name!r})", memory.atom_of(low, args[0])
        test = low.build.apply("mem.opaque", Lit(text), atom)
        low.build.kinds[test] = k.BOOL
        return Num(test)
    if known is None:
        raise low.rejection(
            None, f"whether this has the attribute {name!r} is not known when compiling; test with "
            "isinstance(...)", "ADC405",
        )  # fmt: skip
    return Num(Lit(known))


def has(low: Lowerer, value: Value, name: str) -> bool | None:
    """Has a value this attribute?  None where that is not known."""
    match value:
        case Obj(identity) if identity.form == "record":
            if late.has(low, value, name) != late.NO:
                return None if (identity, name) in low.begun else True
            if guessed.is_unknown(identity) or guessed.derived(low, identity):
                return None
            return classes.member(low, value, name) is not None
        case Name(obj=Module() | ast.AST() | enums.Member()):  # of a file, that is only read
            return None
        case Name(obj=obj) if obj is not None:
            return hasattr(obj, name)
    may_be = instances.all_classes_of(low, value) or ()
    answers = {hasattr(cls, name) for cls in may_be}
    return answers.pop() if len(answers) == 1 else None


HANDLERS: dict[str, Handler] = {
    "builtins.getattr": _getattr, "builtins.setattr": _setattr, "builtins.hasattr": _hasattr,
    "builtins.delattr": _delattr, "builtins.object.__setattr__": _set_of_frozen,
}  # fmt: skip
HANDLERS |= {f"builtins.{name}": _refused(name) for name in CODE}
