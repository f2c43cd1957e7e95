"""Kernels and their drivers.

    def loss_adjoint(params, x, value_bar=1.0):                     plain Python: takes structures
        value, W_bar, b_bar = loss_adjoint_kernel(params["W"], params["b"], x, value_bar)
        return value, {"W": W_bar, "b": b_bar}                      apart, and makes them again

    @numba.njit(...)
    def loss_adjoint_kernel(params_W, params_b, x, value_bar): ...  numbers, arrays and tuples

A function that takes and gives nothing else is its own kernel.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Block,
    Call,
    Equation,
    Lit,
    Node,
    Param,
    Trace,
    Tree,
    Var,
    free,
)
from adcompile.trace.paths import MANY, parts
from adcompile.trace.substitute import substitute_atoms, substitute_tree


def driven(trace: Trace, name: str) -> tuple[Trace, Trace] | None:
    """The driver of a trace and its kernel, which gets this name; None where it is a kernel."""
    if all(_passes(param, trace) for param in trace.params) and _is_plain(trace.result, trace):
        return None
    split = _Split(trace)
    for param in trace.params:
        if _is_constant(param, trace):
            split.params.append(param)
        else:
            split.parameter(param)
    eqns = split.questions()
    outs = tuple(dict.fromkeys(a for a in trace.body.results if isinstance(a, Var)))
    result: Tree = outs[0] if len(outs) == 1 else Node("tuple", tuple(range(len(outs))), outs)
    body = Block((*split.inside, *eqns), outs)
    kernel = replace(
        trace, name=name, params=tuple(split.params), body=body, result=result, kinds=split.kinds,
        silenced=(), doc=None,
    )  # fmt: skip
    given = {out: Var(out.name) for out in outs if out in trace.inputs}  # as it came in
    split.kinds.update((new, split.kinds[out]) for out, new in given.items())
    made = tuple(given.get(out, out) for out in outs)
    calls: tuple[Equation, ...] = (*split.outside, Call(made, name, tuple(split.given)))
    driver = replace(
        trace, body=Block(calls, substitute_atoms(trace.body.results, given)), kinds=split.kinds,
        result=substitute_tree(trace.result, given), silenced=(),
        functions={**trace.functions, name: replace(kernel, functions={})},
    )  # fmt: skip
    return driver, kernel


class _Split:
    """The parameters of a kernel, and what its driver gives for them."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.read = free(trace.body)
        self.lists: dict[Var, None] = {}
        self.taken = {param.name for param in trace.params if param.place == "global"}
        self.kinds = dict(trace.kinds)
        self.params: list[Param] = []
        self.given: list[Var] = []
        self.inside: list[Apply] = []
        self.outside: list[Apply] = []

    def questions(self) -> list[Equation]:
        """What the kernel does; whether lists or objects are one, the driver has to ask."""
        left: list[Equation] = []
        for eqn in self.trace.body.eqns:
            if isinstance(eqn, Apply) and self.asks_of_objects(eqn):
                self.outside.append(eqn)
            elif not isinstance(eqn, Apply) or not self.asks_of_lists(eqn):
                left.append(eqn)
            else:
                name = f"is_shared_{len(self.outside)}"
                self.outside.append(eqn)
                self.params.append(Param(name, eqn.out))
                self.given.append(eqn.out)
        return left

    def asks_of_lists(self, eqn: Apply) -> bool:
        asks = eqn.op in ("mem.shares", "mem.is_same")
        return asks and any(arg in self.lists for arg in eqn.args)

    def asks_of_objects(self, eqn: Apply) -> bool:
        """Is this a line that names what the caller gives, of which a kernel has the parts?"""
        if eqn.op != "mem.effect" or not isinstance(eqn.args[0], Lit):
            return False
        names = {n.id for n in ast.walk(ast.parse(eqn.args[0].value)) if isinstance(n, ast.Name)}
        return any(param.name in names for param in self.trace.params)

    def parameter(self, param: Param) -> None:
        for leaf, text in _paths(param.tree, param.name):
            if leaf in self.read:
                self.leaf(leaf, leaf_name(text))

    def leaf(self, leaf: Var, name: str) -> None:
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        kind = self.kinds.get(leaf)
        if not isinstance(kind, k.List):
            self.params.append(Param(name, leaf))
            self.given.append(leaf)
            return
        self.lists[leaf] = None
        flat = k.is_scalar(kind.item)
        packed, items = Var(f"{name}_items"), Var(f"{name}_items")
        self.kinds[packed] = self.kinds[items] = k.Array(k.dtype_of(kind.item)) if flat else kind
        pack = "numpy.array" if flat else "numba.typed.List"
        self.outside.append(Apply((packed,), pack, (leaf,)))
        self.inside.append(Apply((leaf,), "mem.opaque", (Lit("[v for v in _0_]"), items)))
        self.params.append(Param(items.name, items))
        self.given.append(packed)


def leaf_name(path: str) -> str:
    """params["W1"][0] -> params_W1_0."""
    words = "".join(c if c.isalnum() or c == "_" else " " for c in path).split()
    return "_".join(words)


def _paths(tree: Tree, text: str) -> Iterator[tuple[Var, str]]:
    if isinstance(tree, Var):
        yield tree, text
    elif isinstance(tree, Node):
        for item, below in parts(tree, text):
            yield from _paths(item, text if tree.form == MANY else below)


def _passes(param: Param, trace: Trace) -> bool:
    """May a kernel take this parameter as it is?"""
    if param.place == "global":
        return _is_constant(param, trace)
    return param.place == "positional" and _is_plain(param.tree, trace)


def _is_constant(param: Param, trace: Trace) -> bool:
    """A number that the module defines: a kernel reads it as it is."""
    tree = param.tree
    return param.place == "global" and isinstance(tree, Var) and k.is_scalar(trace.kinds.get(tree))


def _is_plain(tree: Tree, trace: Trace) -> bool:
    if isinstance(tree, Node):
        return tree.form == "tuple" and all(_is_plain(item, trace) for item in tree.items)
    kind = k.of_constant(tree.value) if isinstance(tree, Lit) else trace.kinds.get(tree)
    return isinstance(kind, (k.Scalar, k.Array, k.Any_)) or kind == k.NONE


def _returns(tree: Tree, trace: Trace) -> bool:
    """May a kernel return this structure?"""
    return _is_plain(tree, trace)
