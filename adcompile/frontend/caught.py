"""What was caught, and its class: of which exception it is, is asked where it runs.

    def __exit__(self, kind, error, trace):
        return kind is ValueError                   v = opaque("_0_ is ValueError", kind)
        return kind is not None and issubclass(kind, (ValueError, KeyError))
        return isinstance(error, ValueError)
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from adcompile.frontend import exceptions, expressions
from adcompile.frontend.values import Name, Num, Obj, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

CLASS = "the attribute __class__"


def same_class(low: Lowerer, value: Value, other: Value) -> Atom | None:
    """Is the class of what was caught this one?  None where it is none, or none is caught."""
    classes = [exceptions.class_named(each) for each in (value, other)]
    if None not in classes:
        return Lit(classes[0] is classes[1])
    if not isinstance(value, Num) or low.outside_calls.get(value.atom) != CLASS:
        return None
    text = _named(low, other)
    return None if text is None else _asked(low, f"_0_ is {text}", value.atom)


def issubclass_(
    low: Lowerer, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value | None:
    """issubclass(the class of what was caught, classes)"""
    value, wanted = args
    if isinstance(value, Name):
        raised = exceptions.class_named(value)
        classes = [exceptions.class_named(each) for each in _several(low, wanted)]
        known = raised is not None and None not in classes
        return Num(Lit(exceptions.catches(tuple(classes), raised))) if known else None
    texts = [_named(low, each) for each in _several(low, wanted)]
    known = isinstance(value, Num) and low.outside_calls.get(value.atom) == CLASS
    if not known or None in texts:
        return None
    assert isinstance(value, Num)
    return Num(_asked(low, f"issubclass(_0_, ({', '.join(map(str, texts))},))", value.atom))


def is_instance(low: Lowerer, value: Value, wanted: Value) -> Value | None:
    """isinstance(what was caught, classes); None of all else."""
    several = _several(low, wanted)
    classes = [exceptions.class_named(each) for each in several]
    if not classes or None in classes:
        return None
    if isinstance(value, Obj) and value.identity.cls:
        raised = value.identity.cls[0]
        known = exceptions.is_exception(raised)
        return Num(Lit(exceptions.catches(tuple(classes), raised))) if known else None
    if not isinstance(value, Num) or low.build.kind(value.atom) != k.Opaque("exception"):
        return None
    texts = [_named(low, each) for each in several]
    if None in texts:
        return None
    return Num(_asked(low, f"isinstance(_0_, ({', '.join(map(str, texts))},))", value.atom))


def _several(low: Lowerer, wanted: Value) -> list[Value]:
    return [wanted] if isinstance(wanted, Name) else expressions.static_items(low, wanted, None)


def _named(low: Lowerer, value: Value) -> str | None:
    """What an exception class is named in emitted code."""
    cls = exceptions.class_named(value)
    if cls is None:
        return None
    return exceptions.named_class(low, cls, low.frame.function.scope, ast.Name("it"))


def _asked(low: Lowerer, text: str, atom: Atom) -> Atom:
    made = low.build.apply("mem.opaque", Lit(text), atom)
    low.build.kinds[made] = k.BOOL
    return made


HANDLERS = {"builtins.issubclass": issubclass_}
