"""The passes in order.  Reading `derivative` is reading the compiler.

    source --lower--> Trace --simplify--> Trace --tangent | adjoint--> Trace --simplify--> Trace
           --emit--> text

A request names a derivation: the transforms to apply, one after the other, each with the parameters
it is taken with respect to.  The tangent of an adjoint is (("adjoint", wrt), ("tangent", wrt)).
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from adcompile.emit.module import module
from adcompile.errors import ArgumentError
from adcompile.frontend.annotations import KTree, children, structure
from adcompile.frontend.entities import Function
from adcompile.frontend.integers import integers
from adcompile.frontend.lowered import Lowered
from adcompile.frontend.settling import lower
from adcompile.frontend.signature import Path
from adcompile.simplify.attempts import attempts, holds_attempts
from adcompile.simplify.common import common
from adcompile.simplify.dead import dead
from adcompile.simplify.fold import fold
from adcompile.simplify.joint import joint
from adcompile.simplify.stopped import holds_stops, stopped
from adcompile.trace import kinds as k
from adcompile.trace.ir import Lit, Node, Trace, Tree
from adcompile.transforms.adjoint import adjoint
from adcompile.transforms.reals import asked, needs_reals
from adcompile.transforms.tangent import tangent

Derivation = tuple[tuple[str, tuple[str, ...]], ...]

TRANSFORMS: dict[str, Callable[[Trace, tuple[str, ...]], Trace]] = {
    "tangent": tangent,
    "adjoint": adjoint,
}
IMPROVEMENTS: dict[str, Callable[[Trace], Trace]] = {
    "joint": joint,  # the reverse of a turn follows right after it, where no turn needs another
    "fold": fold,  # what is known when compiling is computed now
    "common": common,  # an expression that stands twice is computed once
    "dead": dead,  # what nobody reads is not computed
}
WIDTH = 92  # of docstrings
watchers: list[Callable[[str, Trace], None]] = []
"""Called with the name of each pass and the trace it made; the tests verify every one here."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A derivative as a trace, the primal's value, and what the front end found."""

    trace: Trace
    value: KTree
    lowered: Lowered
    derivation: Derivation
    of: tuple[str, ...] | None

    @property
    def name(self) -> str:
        return self.trace.name


def derivative(
    function: Function,
    arguments: Mapping[str, KTree],
    derivation: Derivation,
    of: tuple[str, ...] | None = None,
    without: Sequence[str] = (),
) -> Derived:
    """The derivative of a function for arguments of these kinds.

    `without` names improvements to leave out.
    """
    for name in without:
        if name not in IMPROVEMENTS:
            raise ArgumentError(f"there is no pass {name!r}; there are {', '.join(IMPROVEMENTS)}")

    derive = partial(_derive, without)
    # lower: names, memory and control flow become equations between values; kinds are inferred
    lowered = lower(function, arguments, of, derive)
    # simplify: the transforms see each value once
    trace = _improved(_watched("lower", lowered.trace), without)
    value = _kinds(trace.result, trace)
    reals = bool(derivation) and needs_reals(trace, derivation[0][1])
    for mode, wrt in derivation:
        trace = derive(trace, mode, wrt)
    # stopped: where no derivative was to flow, none will be asked for any more
    if holds_stops(trace):
        trace = _improved(_watched("stopped", stopped(trace)), without)
    # attempts: what a try has computed is not computed again behind it
    if holds_attempts(trace):
        trace = _improved(_watched("attempts", attempts(trace)), without)
    # reals: what would be another derivative for complex arguments asks when it runs
    if reals:
        trace = _watched("reals", asked(trace, lowered.trace))
    return Derived(trace, value, lowered, derivation, of)


def _derive(without: Sequence[str], trace: Trace, mode: str, wrt: tuple[str, ...]) -> Trace:
    # tangent | adjoint: what a derivative adds, and nothing else
    trace = _watched(mode, TRANSFORMS[mode](trace, wrt))
    # simplify: what it added in vain
    return _improved(trace, without)


def kept_integers(
    function: Function,
    arguments: Mapping[str, KTree],
    asked: Iterable[str],
    of: tuple[str, ...] | None = None,
) -> dict[str, frozenset[Path]]:
    """The integers in the arguments `asked` that the function needs as integers."""
    return integers(function, arguments, asked, of, partial(_derive, ()))


def emitted(parts: Iterable[Derived], header: str = "") -> str:
    """The text of a module that holds these derivatives."""
    parts = tuple(parts)
    imports: dict[str, str] = {}
    constants: dict[str, None] = {}
    for part in parts:
        imports |= part.lowered.imports
        constants |= dict.fromkeys(part.lowered.constants)
    functions = [(part.trace, documentation(part)) for part in parts]
    return module(functions, header=header, imports=imports, constants=_unambiguous(constants))


def _unambiguous(constants: Iterable[str]) -> tuple[str, ...]:
    """The module-level statements; no name may have two meanings."""
    seen: dict[str, str] = {}
    for text in constants:
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Store):
                continue
            if seen.setdefault(node.id, text) != text:
                raise ArgumentError(
                    f"two files define {node.id!r}, and not alike; rename one, or compile the "
                    "functions into files of their own"
                )
    return tuple(constants)


def _improved(trace: Trace, without: Sequence[str]) -> Trace:
    for name, improve in IMPROVEMENTS.items():
        if name not in without:
            trace = _watched(name, improve(trace))
    return trace


def _watched(name: str, trace: Trace) -> Trace:
    for watch in watchers:
        watch(name, trace)
    return trace


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
    words = [mode for mode, _ in reversed(derivation)] or ["value"]
    text = " of ".join([words[0].capitalize(), *words[1:], name])
    wrt = derivation[0][1] if derivation else ()
    text += f" with respect to {', '.join(wrt)}" if wrt else ""
    return text + (f", of {', '.join(of)}" if of and of != ("return",) else "") + "."


Layout = str | list["Layout"]


def _result(part: Derived) -> str:
    """How the result is laid out: value, (x_bar, y_bar)."""
    layout: Layout = "value"
    for mode, wrt in part.derivation:
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
    below = [describe(item) for item in children(tree)]
    if tree.form == "tuple":
        return f"({', '.join(below)}{',' if len(below) == 1 else ''})"
    if tree.form == "list":
        return f"[{', '.join(below)}]"
    pairs = zip(tree.keys, below, strict=True)
    if tree.form == "dict":
        return "{" + ", ".join(f"{key!r}: {text}" for key, text in pairs) + "}"
    name = "" if tree.record.startswith("type(") else tree.record
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
