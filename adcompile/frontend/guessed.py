"""Arguments whose class the command line does not know, and what they might be.

    def f(p):               p has an attribute v, it seems; a class of this file has a property of
        return p.v ** 2     this name, and then the derivative is by what p.v is computed from
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from adcompile.frontend import definitions, memory, parameters
from adcompile.frontend.annotated_classes import either
from adcompile.frontend.annotations import many_of
from adcompile.frontend.families import in_sight
from adcompile.frontend.lineages import line_of
from adcompile.frontend.objects import Owner
from adcompile.frontend.values import Identity, Num, Obj, Ref, Refine, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Lit, Node, Var
from adcompile.trace.paths import is_each

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def _having(low: Lowerer, name: str) -> Iterator[tuple[ast.ClassDef, ast.FunctionDef]]:
    """The classes in sight with a method or property of this name."""
    for cls in in_sight(low.frame.function.scope):
        for node in cls.body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                yield cls, node


def by_method(low: Lowerer, name: str) -> tuple[Any, ...]:
    """What an argument is of which this method is called."""
    if name in ("items", "keys", "values") and not any(True for _ in _having(low, name)):
        return ("kind", k.Dict(k.ANY))
    return ("record", name)


def check_attribute(low: Lowerer, attr: str) -> None:
    """Refuse an attribute of an argument that may be a property."""
    for cls, node in _having(low, attr):
        marks = [ast.unparse(mark) for mark in node.decorator_list]
        if any(mark not in definitions.PLAIN for mark in marks):
            raise low.rejection(
                None, f"{attr!r} is computed by a {cls.name}, and whether this is one is not known "
                f"when compiling; annotate the argument, such as p: {cls.name}", "ADC405",
            )  # fmt: skip


def check_array(low: Lowerer, atom: Atom, attr: str) -> None:
    """Ask that x is an array in x.shape, x.sum and the like, where a class has such a name."""
    for cls, _ in _having(low, attr):
        if atom in low.origins:
            text = f"annotate what is no array, where .{attr} may be that of a {cls.name}"
            line = f"if not hasattr(_0_, '__array__'):\n    raise TypeError({text!r})"
            low.build.apply_many("mem.effect", (Lit(line), atom), ())
            return


def is_open(low: Lowerer, atom: Atom) -> bool:
    """May it be an argument of which nothing is known, given as it is?  What is computed is not."""
    kind = low.build.kind(atom)
    if not isinstance(atom, Var) or not (isinstance(kind, k.Any_) or kind == k.VAGUE):
        return False
    made = low.build.definition(atom)
    return made is None or made.op.partition(".")[0] in ("mem", "lists")


def must_not_be(
    low: Lowerer, value: Value, test: str, what: str, computed: bool = False
) -> None:
    """Ask, where it is taken for a number or an array, that an argument is nothing else.

    What is `computed` of arguments of which nothing is known is asked, too, if that is wanted.
    """
    atom = memory.atom_of(low, value) if isinstance(value, (Num, Ref)) else None
    unknown = computed and atom is not None and low.build.kind(atom) in (k.ANY, k.VAGUE)
    if atom is None or not (unknown or is_open(low, atom)):
        return
    text = f"{what} is given where a number or an array is expected: annotate the argument"
    line = f"if {test}:\n    raise TypeError({text!r})"
    low.build.apply_many("mem.effect", (Lit(line), atom), ())


def check_given(low: Lowerer, value: Value) -> None:
    """Refuse to ask whether an argument is None of which only its use says that it is not."""
    path = _opened(low, value.identity) if isinstance(value, Obj) else ""
    if path:
        raise low.rejection(
            None, f"whether {path!r} is None is not known when compiling; write a function for "
            "None, and annotate it in the other", "ADC405",
        )  # fmt: skip


def whole(low: Lowerer, identity: Identity) -> dict[Any, Value]:
    """The items of an object, where all are known: not where its use alone says what it has, nor
    where it may have been changed by another name.
    """
    memory.check_fresh(low, identity)
    path = _opened(low, identity) if identity.form == "dict" else ""
    if path:
        raise low.rejection(
            None, f"which keys {path!r} has is not known when compiling: those that are read, and "
            "perhaps others; annotate it with a TypedDict, or call it by ad.grad, which sees what "
            "is given", "ADC407",
        )  # fmt: skip
    return low.state.items[identity]


def check_whole(low: Lowerer, identity: Identity) -> None:
    """Refuse to return an object of which no more is known than what is read of it."""
    path = _opened(low, identity) if is_unknown(identity) else ""
    if path:
        raise low.rejection(
            None, f"which attributes {path!r} has is not known when compiling: those that are "
            f"read, and perhaps others; annotate it, or return what is needed of it", "ADC405",
        )  # fmt: skip


def _opened(low: Lowerer, identity: Identity) -> str:
    """The argument that an object is whose items were found by its use; "" for other objects."""
    path = low.given[identity][0] if identity in low.given else ()
    return parameters.path_text(low, path) if path and path in low.opened else ""


def is_unknown(identity: Identity) -> bool:
    """Is this an argument of which no more is known than the attributes that are read?"""
    return identity.cls is None and identity.record.startswith("type(")


def check_alone(low: Lowerer, value: Any) -> None:
    """Refuse to ask for the class of an argument that may be of one below the annotated one."""
    for below in derived(low, value.identity):
        check_class(low, value.identity, below)


def check_class(low: Lowerer, identity: Identity, cls: Any) -> None:
    """Refuse to ask whether an argument is of this class, where it may be or not."""
    own = identity.cls[0] if identity.cls else None
    if own is None:
        may_be = isinstance(cls, ast.ClassDef) and is_unknown(identity)
    else:
        below = [cls in line_of(each) for each in derived(low, identity)]
        may_be = any(below) and cls not in line_of(own)
    if may_be:
        _ask_which(low, identity)
        raise low.rejection(
            None, f"whether this is a {cls.name} is not known when compiling; write a function for "
            "each class, and annotate its argument with it", "ADC405",
        )  # fmt: skip


def _ask_which(low: Lowerer, identity: Identity) -> None:
    """Start again with a run that asks of which of its classes an argument is."""
    cls = identity.cls[0] if identity.cls else None
    made = None if cls is None else either(cls, low.function.scope, cls.name)
    if not isinstance(made, Node):
        return
    if identity in low.given:
        raise Refine(low.given[identity][0], ("kind", made))
    for path, node in low.gathered.values():
        tree = at_path(low, path)
        owner = tree.items[0].record if isinstance(tree, Node) else None  # type: ignore[union-attr]
        if isinstance(owner, Owner) and owner.cls is cls and not owner.exact:
            raise Refine(path, ("kind", many_of(node.keys[0], made)))


def at_path(low: Lowerer, path: tuple[Any, ...]) -> Any:
    """The ktree of a part of an argument; None of what is a part of one of many objects."""
    tree: Any = low.kinds.get(path[0]) or low.outside_kinds.get(path[0])
    for key in path[1:]:
        tree = None if tree is None or is_each(key) else tree.items[tree.keys.index(key)]
    return tree


def check_truth(low: Lowerer, identity: Identity) -> None:
    """An object of which the class is not known is true, where no class has a say in that."""
    if is_unknown(identity):
        for name in ("__bool__", "__len__"):
            for cls, _ in _having(low, name):
                raise low.rejection(
                    None, f"a {cls.name} says by {name} whether it is true, and whether this is "
                    f"one is not known when compiling; annotate the argument, such as p: "
                    f"{cls.name}", "ADC405",
                )  # fmt: skip


def check_exact(low: Lowerer, identity: Identity, name: str) -> None:
    """Refuse a name of an annotated argument that a class below the annotated one has, too."""
    for below in derived(low, identity):
        if any(definitions.own(low, each, name) for each in _until(low, below, identity)):
            _ask_which(low, identity)
            raise low.rejection(
                None, f"{below.name} has a {name!r} of its own, and whether this is one is not "
                "known when compiling; annotate the argument with the class that it is of, in a "
                "function for each of them", "ADC405",
            )  # fmt: skip


def derived(low: Lowerer, identity: Identity) -> list[ast.ClassDef]:
    """The classes below that of an argument which may be its class as well."""
    cls = identity.cls[0] if identity.cls else None
    place = identity.site[0] if isinstance(identity.site, tuple) else None
    given = place == "param" or (place == "stored" and cls in low.given_classes)
    if not given or not isinstance(cls, ast.ClassDef) or not hasattr(cls, "home"):
        return []
    below = [each for each in in_sight(definitions.home(cls)) if hasattr(each, "home")]
    seen = in_sight(low.frame.function.scope)
    below += [each for each in seen if hasattr(each, "home") and each not in below]
    return [each for each in below if each is not cls and cls in line_of(each)]


def _until(low: Lowerer, below: ast.ClassDef, identity: Identity) -> Iterator[ast.ClassDef]:
    for each in line_of(below):
        if each is identity.cls[0]:
            return
        yield each
