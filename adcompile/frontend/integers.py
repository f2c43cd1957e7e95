"""Which integers of the arguments must stay integers: those that count or index.

A derivative is asked of a whole argument, such as a dataclass with a number of steps in it;
integers count as reals, unless the program gives them to `range` or uses them as an index.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from adcompile.errors import ArgumentError
from adcompile.frontend.annotations import KTree, children, structure
from adcompile.frontend.entities import Function
from adcompile.frontend.lower import Derive
from adcompile.frontend.settling import lower
from adcompile.frontend.signature import Path
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, For, If, Node, Trace, Tree, Var, While, walk
from adcompile.trace.paths import MANY
from adcompile.trace.readers import reached

FIRST_INDEX = {"mem.getitem": 1, "mem.write": 2, "mem.accumulate": 2, "mem.scatter_add": 2}

BITS = frozenset(
    [f"operator.{name}" for name in ("and_", "or_", "xor", "invert", "lshift", "rshift")]
    + [f"numpy.bitwise_{name}" for name in ("and", "or", "xor")]
    + [f"numpy.{name}" for name in ("invert", "left_shift", "right_shift", "gcd", "lcm")]
)


def integers(
    function: Function,
    trees: Mapping[str, KTree],
    asked: Iterable[str],
    of: tuple[str, ...] | None,
    derive: Derive,
) -> dict[str, frozenset[Path]]:
    """The paths of the integers and bools in the arguments `asked` that are no reals."""
    names = [name for name in asked if any(_is_integer(kind) for _, kind in _paths(trees[name]))]
    if not names:
        return {}
    probe = {name: _open(tree) if name in names else tree for name, tree in trees.items()}
    trace = lower(function, probe, of, derive).trace
    indices = _indices(trace)
    found: dict[str, frozenset[Path]] = {}
    for param in trace.params:
        if param.name in names:
            found[param.name] = frozenset(_kept(param.tree, trees[param.name], trace, indices, ()))
            if () in found[param.name]:
                raise ArgumentError(
                    f"wrt={param.name!r}: {function.name} uses {param.name} as an integer, "
                    "which has no derivative"
                )
    return found


def _is_integer(kind: k.Kind) -> bool:
    return isinstance(kind, (k.Scalar, k.Array)) and kind.dtype in ("int", "bool")


def _paths(tree: KTree, path: Path = ()) -> Iterator[tuple[Path, k.Kind]]:
    if isinstance(tree, Node):
        for key, item in zip(tree.keys, children(tree), strict=True):
            yield from _paths(item, (*path, key))
    else:
        yield path, tree


def _open(tree: KTree) -> KTree:
    """The tree with integers left open, for lowering to find out."""
    match tree:
        case Node() if tree.form != MANY:
            return structure(tree.form, tree.keys, [_open(i) for i in children(tree)], tree.record)
        case k.Scalar("int"):
            return k.ANY
    return tree


def _kept(
    found: Tree, given: KTree, trace: Trace, indices: dict[Var, None], path: Path
) -> Iterator[Path]:
    if isinstance(given, Node) and given.form == MANY:
        yield from _whole(children(given)[0], (*path, *given.keys))
    elif isinstance(given, Node):
        if isinstance(found, Node) and found.keys == given.keys:
            for key, a, b in zip(given.keys, found.items, children(given), strict=True):
                yield from _kept(a, b, trace, indices, (*path, key))
    elif isinstance(found, Var) and _is_integer(given):
        nested_bool = bool(path) and given == k.BOOL
        kind = trace.kinds[found]
        if k.is_int(kind) or kind == k.Any_("int") or found in indices or nested_bool:
            yield path


def _whole(tree: KTree, path: Path, cls: Any = None) -> Iterator[Path]:
    """The integers of objects, however many, that their class declares to be integers."""
    if isinstance(tree, Node):
        for key, item in zip(tree.keys, children(tree), strict=True):
            owner = getattr(tree.record, "cls", None) if tree.form == "record" else None
            yield from _whole(item, (*path, key), owner)
    elif tree == k.BOOL or (_is_integer(tree) and _declared(cls, path[-1]) in ("int", int)):
        yield path


def _declared(cls: Any, name: str) -> Any:
    """The annotation of an attribute in the body of its class."""
    notes = (vars(base).get("__annotations__", {}) for base in getattr(cls, "__mro__", ()))
    return next((note[name] for note in notes if name in note), None)


def _indices(trace: Trace) -> dict[Var, None]:
    """The variables that index something, or whose bits are read, and those that hold such a one.
    """
    tuples = {
        eqn.out: eqn.args
        for eqn in walk(trace.body)
        if isinstance(eqn, Apply) and eqn.op == "mem.tuple"
    }
    found: dict[Var, None] = {}
    for eqn in walk(trace.body):
        if isinstance(eqn, Apply) and eqn.op in BITS:
            found.update((a, None) for a in eqn.args if isinstance(a, Var))
        if isinstance(eqn, Apply) and eqn.op in FIRST_INDEX:
            for atom in eqn.args[FIRST_INDEX[eqn.op] :]:
                inner = tuples.get(atom, (atom,)) if isinstance(atom, Var) else ()
                found.update((a, None) for a in inner if isinstance(a, Var))
    return reached(found, _sources(trace)) if found else {}


def _sources(trace: Trace) -> dict[Var, list[Var]]:
    """What each variable is an item of, holds, or is given, without anything being computed."""
    sources: dict[Var, list[Var]] = {}
    for eqn in walk(trace.body):
        pairs: list[tuple[Var, Atom]] = []
        match eqn:
            case Apply(op="mem.getitem" | "mem.same" | "mem.copy"):
                pairs = [(eqn.out, eqn.args[0])]
            case Apply(op="mem.list" | "mem.tuple"):
                pairs = [(eqn.out, arg) for arg in eqn.args]
            case For() | While():
                pairs = [*zip(eqn.params, eqn.inits), *zip(eqn.outs, eqn.params)]
            case If():
                pairs = [*zip(eqn.outs, eqn.then.results), *zip(eqn.outs, eqn.orelse.results)]
        for out, source in pairs:
            if isinstance(source, Var):
                sources.setdefault(out, []).append(source)
    return sources
