"""None in lists, tuples, dictionaries and objects: what is read from there may be None then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from adcompile.frontend.annotations import KTree, children
from adcompile.frontend.values import Again, Maybe, Num, Obj, Ref, Struct, Value
from adcompile.trace import kinds as k
from adcompile.trace.ir import NOTHING, Atom, Node, Var

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

LISTS = "None in lists"
TUPLES = "None in tuples"
DICTIONARIES = "None in dictionaries"
OBJECTS = "None in objects"


def _may_be(low: Lowerer, value: Value) -> bool:
    atom = value.atom if isinstance(value, (Num, Ref)) else None
    if isinstance(value, Ref) and not value.path:
        atom = low.state.current.get(value.storage)
    return isinstance(value, Maybe) or atom == NOTHING or atom in low.nullable


def may_hold(low: Lowerer, kind: k.Kind | None) -> bool:
    """May what is read from a list, or a tuple, of this kind be None?"""
    if isinstance(kind, k.Tuple):
        return kind.tag is None and TUPLES in low.learned
    if isinstance(kind, k.Dict):
        return DICTIONARIES in low.learned
    return isinstance(kind, k.List) and LISTS in low.learned


def note_taken(low: Lowerer, source: Atom, taken: Var) -> None:
    """Note whether what is read of something may be None: also where nothing is known of what is
    given.
    """
    kind, found = low.build.kind(source), low.build.kind(taken)
    unknown = isinstance(found, k.Any_) or found == k.VAGUE
    structure = isinstance(kind, (k.List, k.Dict, k.Tuple))
    tag = kind.tag if isinstance(kind, k.Tuple) else None
    eqn = None if tag is None else low.build.definition(taken)
    held = eqn is not None and (OBJECTS, getattr(tag, "family", None), eqn.args[1]) in low.learned
    if held or may_hold(low, kind) or (unknown and structure and is_given(low, source)):
        low.nullable[taken] = None


def is_given(low: Lowerer, atom: Atom) -> bool:
    """Is this a part of an argument, that no statement has made here?"""
    eqn = low.build.definition(atom)
    while eqn is not None and eqn.op == "mem.getitem":
        atom = eqn.args[0]
        eqn = low.build.definition(atom)
    return atom in low.origins


def note_given(low: Lowerer, tree: KTree) -> None:
    """`note_inside`, of an argument that is data of one kind: a list of any length."""
    if not isinstance(tree, Node):
        return
    what = {"list": LISTS, "tuple": TUPLES, "dict": DICTIONARIES}.get(tree.form)
    if what is not None and what not in low.learned and k.NONE in children(tree):
        low.learned[what] = True
        raise Again
    for item in children(tree):
        note_given(low, item)


def note_inside(low: Lowerer, value: Value) -> None:
    """Where a list, tuple or dictionary that becomes data holds None, so may others."""
    match value:
        case Struct(items):
            what, held = TUPLES, items
        case Obj(identity) if identity.form in ("list", "dict"):
            what = LISTS if identity.form == "list" else DICTIONARIES
            held = tuple(low.state.items[identity].values())
        case _:
            return
    note(low, what, held)
    for part in held:
        note_inside(low, part)


def note(low: Lowerer, what: Any, held: Iterable[Value]) -> None:
    if what not in low.learned and any(_may_be(low, part) for part in held):
        low.learned[what] = True
        raise Again
