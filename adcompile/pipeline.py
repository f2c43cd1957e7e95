"""The passes in order.  Reading `derivative` is reading the compiler.

    source --lower--> Trace --simplify--> Trace --tangent | adjoint--> Trace --simplify--> Trace
           --emit--> text

A request names a derivation: the transforms to apply, one after the other, each with the parameters
it is taken with respect to.  The tangent of an adjoint is (("adjoint", wrt), ("tangent", wrt)).
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from adcompile.depth import deep
from adcompile.emit.dialects import NUMPY, Dialect
from adcompile.emit.module import module
from adcompile.emit.nopython.dialect import Nopython
from adcompile.errors import ArgumentError
from adcompile.frontend import many
from adcompile.frontend.annotations import KTree, children, structure
from adcompile.frontend.entities import Function
from adcompile.frontend.integers import integers
from adcompile.frontend.lowered import Lowered
from adcompile.frontend.settling import lower
from adcompile.frontend.signature import Path
from adcompile.passes import ALL, Passes
from adcompile.rules.memory import DESTRUCTIVE
from adcompile.simplify.arrays.lower import arrays
from adcompile.simplify.at_once.lower import at_once
from adcompile.simplify.attempts import attempts, forward_sweeps
from adcompile.simplify.branches import branches
from adcompile.simplify.buffers import buffers
from adcompile.simplify.columns import columns
from adcompile.simplify.common import common
from adcompile.simplify.dead import dead
from adcompile.simplify.fold import fold
from adcompile.simplify.forwards import forwards
from adcompile.simplify.invariant import invariant
from adcompile.simplify.joint import joint
from adcompile.simplify.joint_calls import joint_calls
from adcompile.simplify.late import late
from adcompile.simplify.masks import masks
from adcompile.simplify.pointed import pointed
from adcompile.simplify.products import products
from adcompile.simplify.raised import raised
from adcompile.simplify.rows import rows
from adcompile.simplify.stopped import stopped
from adcompile.simplify.stores import stores
from adcompile.simplify.unset import read
from adcompile.simplify.updates import updates
from adcompile.simplify.workspaces import renewed_once, workspaces
from adcompile.targets import Target
from adcompile.trace import kinds as k
from adcompile.trace.holds import TRIES, holds
from adcompile.trace.ir import Lit, Node, Trace, Tree
from adcompile.trace.paths import MANY, ONE
from adcompile.trace.watch import watched
from adcompile.transforms.activity import refused
from adcompile.transforms.adjoint import adjoint
from adcompile.transforms.reals import asked, needs_reals
from adcompile.transforms.renewed import renewed
from adcompile.transforms.roots import real
from adcompile.transforms.rounded import checked, converted
from adcompile.transforms.taken import taken
from adcompile.transforms.tangent import tangent
from adcompile.transforms.vector import vector

Derivation = tuple[tuple[str, tuple[str, ...]], ...]
Left = dict[str, Trace]  # by pass, what it was given last that it left as it is

IMPROVEMENTS: dict[str, Callable[[Trace], Trace]] = {
    "joint_calls": joint_calls,  # where its seed is known before a call, its sweeps are one
    "joint": joint,  # the reverse of a turn follows right after it, where no turn needs another
    "fold": fold,  # what is known when compiling is computed now
    "common": common,  # an expression that stands twice is computed once
    "branches": branches,  # what a branch has computed is read behind it
    "stores": stores,  # what is written and not read is not written
    "dead": dead,  # what nobody reads is not computed
}
DIALECTS: dict[str, Callable[[bool], Dialect]] = {"numba": Nopython}
LOWERINGS: dict[str, tuple[tuple[str, Callable[[Trace], Trace]], ...]] = {
    "": (
        ("at_once", at_once),  # reverse loops whose turns only add up are done at once
        ("columns", columns),  # what is added up column by column lies so in memory
        ("products", products),  # outer products are products of matrices
        ("updates", updates),  # adding to zeros is writing
        ("buffers", buffers),  # zeros of which every turn writes the same part are made once
        ("masks", masks),  # what is zero but at a few places is added at those alone
        ("late", late),  # what was read of an adjoint is used before that is made zero
        ("workspaces", renewed_once),  # what a loop had made once for all turns
        ("dead", dead),
        ("pointed", pointed),  # what is written at a mask is an array, without axes, too
    ),
    "numba": (
        ("raised", raised),  # what is raised again is no exception that was kept
        ("forwards", forwards),  # reverse loops whose turns only add up go forwards
        ("rows", rows),  # tapes of a known length are arrays
        ("arrays", arrays),  # equations between arrays are loops over elements, fused
        ("common", common),
        ("dead", dead),
        ("workspaces", workspaces),  # what every turn makes for itself is made once
        ("dead", dead),
    ),
}
INEXACT = ("arrays", "forwards")
LOOPS = {"For", "While"}
CONCERNS: dict[str, set[str]] = {
    "at_once": LOOPS, "attempts": {TRIES}, "branches": {"If"}, "buffers": {"mem.zeros_like"},
    "columns": {"numpy.outer"}, "invariant": LOOPS, "joint": LOOPS, "masks": {"numpy.where"},
    "products": {"numpy.outer"}, "raised": {TRIES}, "renewed": LOOPS, "stopped": {"mem.stop"},
    "stores": {"mem.write", "mem.accumulate"}, "updates": {"mem.write", "mem.accumulate"},
    "workspaces": LOOPS,
}  # fmt: skip
"""A trace that holds none of these is left as it is by the pass."""
FORMS = {"list": "list[{}]", "tuple": "tuple[{}, ...]", "dict": "dict[str, {}]", ONE: "{}"}
WIDTH = 92  # of docstrings


@dataclass(frozen=True, slots=True)
class Derived:
    """A derivative as a trace, the primal's value, and what the front end found."""

    trace: Trace
    value: KTree
    lowered: Lowered
    derivation: Derivation
    of: tuple[str, ...] | None
    passes: Passes = ALL

    @property
    def name(self) -> str:
        return self.trace.name


@deep
def lowering(
    function: Function,
    arguments: Mapping[str, KTree],
    wrt: tuple[str, ...] | None,
    of: tuple[str, ...] | None = None,
    passes: Passes = ALL,
    target: Target | None = None,
) -> Lowered:
    """A function as a trace, from which its derivatives by `wrt` are made."""
    derive = partial(_derive, passes, target, {})
    return lower(function, arguments, of, derive, partial(refused, wrt, passes))


@deep
def derivative(
    function: Function,
    arguments: Mapping[str, KTree],
    derivation: Derivation,
    of: tuple[str, ...] | None = None,
    passes: Passes = ALL,
    target: Target | None = None,
    lowered: Lowered | None = None,
) -> Derived:
    """The derivative of a function for arguments of these kinds; `target` is what it is for."""
    left: Left = {}
    derive = partial(_derive, passes, target, left)
    # lower: names, memory and control flow become equations between values; kinds are inferred
    wrt = derivation[0][1] if derivation else None
    lowered = lowered or lowering(function, arguments, wrt, of, passes, target)
    trace = watched("lower", lowered.trace)
    # taken: an array that cannot take, on some path, what += makes of it is asked for
    plain = target is None or not target.backend
    if derivation and plain and lowered.updated:
        trace = watched("taken", taken(trace, lowered.updated))
    # roots: where numbers are complex, what is made of real ones is asked to be real
    if plain and any(mode == "adjoint" for mode, _ in derivation):
        trace = watched("roots", real(trace))
    # simplify: the transforms see each value once
    trace = read(_improved(trace, passes, left))
    value = _kinds(trace.result, trace)
    reals = wrt is not None and needs_reals(trace, wrt)
    # rounded: an array of nobody knows what asks that it be no array of integers
    if derivation and plain:
        trace = watched("rounded", checked(trace, derivation[0][1]))
    known: tuple[str, ...] = ()
    for number, (mode, names) in enumerate(derivation):
        if mode != "vector":
            known = tuple(param.name for param in trace.params)
            last = all(mode == "vector" for mode, _ in derivation[number + 1 :])
            trace = derive(trace, mode, names, last)
    # stopped: where no derivative was to flow, none will be asked for any more
    if _concerns("stopped", trace):
        trace = _improved(watched("stopped", stopped(trace)), passes, left)
    # attempts: what a try has computed is not computed again behind it
    if "attempts" in passes and _concerns("attempts", trace):
        trace = _improved(watched("attempts", attempts(trace)), passes, left)
    # invariant: what every turn computes anew is computed before the loop; not before a transform,
    # which would lose the condition under which the turn has it
    if derivation and "invariant" in passes:
        moved = watched("invariant", invariant(trace) if _concerns("invariant", trace) else trace)
        done = moved is trace and _is_straight(trace)
        trace = trace if done else _improved(moved, passes, left)
    # vector: what the last transform was asked for is asked for in many directions at once
    if derivation and derivation[-1][0] == "vector":
        names = tuple(param.name for param in trace.params if param.name not in known)
        trace = derive(trace, "vector", names)
    # rounded: seeds and directions that arrays to write to are made of are floats
    if derivation:
        trace = watched("rounded", converted(trace, _added(trace, lowered.trace)))
    # reals: what would be another derivative for complex arguments asks when it runs
    if reals:
        trace = watched("reals", asked(trace, lowered.trace))
    return Derived(trace, value, lowered, derivation, of, passes)


def _added(trace: Trace, primal: Trace) -> tuple[str, ...]:
    """The parameters that a derivative has and the primal has not."""
    given = {param.name: None for param in primal.params}
    return tuple(param.name for param in trace.params if param.name not in given)


def _derive(
    passes: Passes, target: Target | None, left: Left, trace: Trace, mode: str,
    wrt: tuple[str, ...], last: bool = False,
) -> Trace:  # fmt: skip
    # tangent | adjoint: what a derivative adds, and nothing else
    compiled = target is not None and bool(target.backend)
    if mode == "adjoint":
        # renewed: nothing flows through an array that each turn of a loop overwrites
        concerned = "renewed" in passes and _concerns("renewed", trace)
        own = renewed(trace) if concerned else trace
        if own is not trace:
            trace = _improved(watched("renewed", own), passes, left)
        trace = adjoint(trace, wrt, passes, compiled=compiled)
    elif mode == "vector":
        # vector: the derivative before it in many directions, or with many seeds, at once
        trace = vector(trace, wrt, compiled)
    else:
        trace = tangent(trace, wrt, passes)
    watched(mode, trace)
    # attempts: a try makes the forward sweep of a call once, while that is known to be one
    if last and mode == "adjoint" and "attempts" in passes and _concerns("attempts", trace):
        trace = watched("attempts", attempts(trace, forward_sweeps(trace)))
    # simplify: what it added in vain
    return _improved(trace, passes, left)


@deep
def kept_integers(
    function: Function,
    arguments: Mapping[str, KTree],
    asked: Iterable[str],
    of: tuple[str, ...] | None = None,
) -> dict[str, frozenset[Path]]:
    """The integers in the arguments `asked` that the function needs as integers."""
    return integers(function, arguments, asked, of, partial(_derive, ALL, None, {}))


@deep
def emitted(parts: Iterable[Derived], header: str = "", target: Target | None = None) -> str:
    """The text of a module that holds these derivatives, for this target."""
    parts = tuple(parts)
    imports: dict[str, str] = {}
    constants: dict[str, None] = {}
    for part in parts:
        imports |= part.lowered.imports
        constants |= dict.fromkeys(part.lowered.constants)
    functions = [(aimed(part.trace, target, part.passes), documentation(part)) for part in parts]
    passes = parts[0].passes if parts else ALL
    dialect = DIALECTS[target.backend](target.exact) if target and target.backend else NUMPY
    return module(
        functions, header=header, imports=imports, constants=_unambiguous(constants),
        dialect=dialect, passes=passes,
    )  # fmt: skip


def aimed(trace: Trace, target: Target | None, passes: Passes = ALL) -> Trace:
    """The trace as its target wants it."""
    part, improved = trace, trace if _is_straight(trace) else None
    for name, lower_further in LOWERINGS[target.backend if target else ""]:
        reorders = target is not None and target.exact and name in INEXACT
        done = trace is (part if name == "dead" else improved) and name in IMPROVEMENTS
        if name in passes and not reorders and not done and _concerns(name, trace):
            further = lower_further(trace)
            trace = trace if further is trace else watched(name, further)
    return trace


def _unambiguous(constants: Iterable[str]) -> tuple[str, ...]:
    """The module-level statements; no name may have two meanings."""
    seen: dict[str, str] = {}
    for text in constants:
        for name in _bound(text):
            if seen.setdefault(name, text) != text:
                raise ArgumentError(
                    f"two files define {name!r}, and not alike; rename one, or compile the "
                    "functions into files of their own"
                )
    return tuple(constants)


def _bound(text: str) -> Iterator[str]:
    """The names that a statement binds in the module."""
    for statement in ast.parse(text).body:
        if isinstance(statement, ast.ClassDef):
            yield statement.name
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id


def _improved(trace: Trace, passes: Passes, left: Left) -> Trace:
    for name, improve in IMPROVEMENTS.items():
        if name != "fold" and name not in passes:
            continue
        new = trace
        if left.get(name) is not trace and _concerns(name, trace):
            new = fold(trace, passes) if name == "fold" else improve(trace)
        if new is trace:
            left[name] = trace
        trace = watched(name, new)
    return trace


def _concerns(name: str, trace: Trace) -> bool:
    """May this pass change the trace?"""
    return name not in CONCERNS or not CONCERNS[name].isdisjoint(holds(trace))


def _is_straight(trace: Trace) -> bool:
    """Is this nothing but values, and no loop?  Then what was improved is as good as it gets."""
    return holds(trace).isdisjoint((*LOOPS, "Call", *DESTRUCTIVE))


def _kinds(tree: Tree, trace: Trace) -> KTree:
    """The ktree of a tree of atoms."""
    if isinstance(tree, Node):
        items = [_kinds(item, trace) for item in tree.items]
        return structure(tree.form, tree.keys, items, tree.record)
    return k.of_constant(tree.value) if isinstance(tree, Lit) else trace.kinds[tree]


def documentation(part: Derived) -> str:
    """The docstring of an emitted function: what it is, its arguments, its result."""
    primal = part.lowered.trace
    lines = [headline(primal.name, part.derivation, part.of), ""]
    lines += [
        f"{param.name}: {describe(_kinds(param.tree, part.trace))}"
        for param in part.trace.params
        if param.place != "global"
    ]
    lines += ["", f"Returns {_result(part)}."]
    folded = [textwrap.wrap(line, WIDTH, subsequent_indent=" " * 4) or [""] for line in lines]
    return "\n".join(line for fold in folded for line in fold) + "\n"


def headline(name: str, derivation: Derivation, of: tuple[str, ...] | None = None) -> str:
    """Tangent of adjoint of loss with respect to w, b."""
    words = [mode for mode, _ in reversed(derivation) if mode != "vector"] or ["value"]
    words[0] = f"vector {words[0]}" if len(words) < len(derivation) else words[0]
    text = " of ".join([words[0].capitalize(), *words[1:], name])
    wrt = derivation[0][1] if derivation else ()
    text += f" with respect to {', '.join(wrt)}" if wrt else ""
    return text + (f", of {', '.join(of)}" if of and of != ("return",) else "") + "."


Layout = str | list["Layout"]


def _result(part: Derived) -> str:
    """How the result is laid out: value, (x_bar, y_bar)."""
    layout: Layout = "value"
    for mode, wrt in part.derivation:
        if mode == "vector":
            continue
        bars: list[Layout] = [f"{name}_bar" for name in wrt]
        added = _dotted(layout) if mode == "tangent" else bars[0] if len(bars) == 1 else bars
        layout = [layout, added]
    return ", ".join(map(_written, layout)) if isinstance(layout, list) else layout


def _dotted(layout: Layout) -> Layout:
    return [_dotted(item) for item in layout] if isinstance(layout, list) else f"{layout}_dot"


def _written(layout: Layout) -> str:
    return f"({', '.join(map(_written, layout))})" if isinstance(layout, list) else layout


def describe(tree: KTree) -> str:
    """A ktree as a reader would write it; lengths without a name of their own are left open."""
    if not isinstance(tree, Node):
        return k.describe(_plain(tree))
    if tree.form == MANY:
        found = [name + describe(one) for name, one in many.described(tree)]
        return FORMS[tree.keys[0]].format(" | ".join(found))
    below = [describe(item) for item in children(tree)]
    if tree.form == "tuple":
        return f"({', '.join(below)}{',' if len(below) == 1 else ''})"
    if tree.form == "list":
        return f"[{', '.join(below)}]"
    pairs = zip(tree.keys, below, strict=True)
    if tree.form == "dict":
        return "{" + ", ".join(f"{key!r}: {text}" for key, text in pairs) + "}"
    name = "" if tree.record.startswith(("type(", "made(")) else tree.record
    return f"{name}({', '.join(f'{key}: {text}' for key, text in pairs)})"


def _plain(kind: k.Kind) -> k.Kind:
    if isinstance(kind, k.Array) and kind.dims is not None:
        named = (
            k.Dim(d.base if _is_named(d) else (), d.offset) if d.base else d for d in kind.dims
        )
        return replace(kind, dims=tuple(named))
    return kind


def _is_named(dim: k.Dim) -> bool:
    return isinstance(dim.base, str) and dim.base.isidentifier()
