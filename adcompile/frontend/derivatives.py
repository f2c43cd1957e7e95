"""Derivatives inside a primal: `ad.grad(inner)(x)` is lowered in place, like any call.

The inner function becomes a trace of its own (what it takes from outside are further parameters),
the transform is applied to it, and the result stands where the call stood.  Nothing else is needed:
the outer transform sees equations like any others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from adcompile.errors import NotVector
from adcompile.frontend import (
    binding,
    calls,
    closing,
    expressions,
    memory,
    result_trees,
    watching,
)
from adcompile.frontend.values import (
    Derivative,
    Identity,
    Maybe,
    Num,
    Obj,
    Ref,
    State,
    Storage,
    Struct,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Atom,
    Block,
    Lit,
    Node,
    Param,
    Trace,
    Tree,
    Var,
    free,
    leaves,
    map_tree,
)
from adcompile.trace.substitute import clone

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

ZEROS = (Lit(0.0), Lit(0))
MAKERS = ("grad", "value_and_grad", "hvp")


def face(low: Lowerer, op: str, args: list[Value], keywords: dict[str, Value]) -> Value:
    """adcompile.grad(f, ...) and the others, met inside a primal."""
    name = op.removeprefix("adcompile.")
    if name not in (*MAKERS, "jvp", "vjp"):
        raise low.rejection(
            None,
            f"ad.{name} inside a function cannot be differentiated; use grad, jvp, vjp or hvp",
            "ADC214",
        )
    function = args[0] if args else keywords.get("f")
    if function is None or binding.plain(low, function) is None:
        raise low.rejection(
            None, f"ad.{name} needs a function that is known when compiling", "ADC215"
        )
    for option in ("of", "backend", "exact", "passes"):
        if option in keywords:
            raise low.rejection(None, f"ad.{name} inside a function takes no {option}=", "ADC215")
    if name in MAKERS:
        given = keywords.get("wrt", args[1] if len(args) > 1 else Num(Lit(0)))
        return Derivative(name, function, (("wrt", wanted(low, given)),))
    if name == "jvp":
        primals, tangents = (expressions.static_items(low, value, None) for value in args[1:3])
        return tangent_call(low, function, primals, tangents)
    changed = partial(watching.is_other, low, watching.as_they_are(low, args[1:]))
    inner = Derivative("vjp", function, (("primals", tuple(args[1:])), ("changed", changed)))
    return Struct((calls.invoke(low, function, list(args[1:]), {}), inner))


def wanted(low: Lowerer, value: Value) -> Any:
    return (
        expressions.constant(low, value, None)
        if not isinstance(value, Struct)
        else tuple(expressions.constant(low, item, None) for item in value.items)
    )


def call(
    low: Lowerer, derivative: Derivative, args: list[Value], keywords: dict[str, Value], hint: str
) -> Value:
    """The derivative function itself is called."""
    options = dict(derivative.options)
    if derivative.face == "vjp" and options["changed"]():
        raise low.rejection(
            None, "what ad.vjp was given has changed before its pullback is called, which is that "
            "of what it was; give it a copy", "ADC121",
        )  # fmt: skip
    if derivative.face == "vjp":
        return pullback(low, derivative.function, list(options["primals"]), args[0])
    if derivative.face == "hvp":
        primals, direction = (expressions.static_items(low, value, None) for value in args)
        return second_order(low, derivative.function, primals, direction)
    wrt = options["wrt"]
    inner = Inner(low, derivative.function, args, keywords)
    asked = wrt if isinstance(wrt, tuple) else (wrt,)
    names = [name for item in asked for name in inner.parameters(low, item)]
    inner.needs_number(low)
    trace = low.derive(inner.trace, "adjoint", tuple(names))
    value, bars = pair(low, inner.place(low, trace, [Lit(1.0)]))
    parts = iter(bars.items if len(names) > 1 and isinstance(bars, Struct) else (bars,))
    found = [inner.gathered(low, item, parts) for item in asked]
    bars = Struct(tuple(found)) if isinstance(wrt, tuple) else found[0]
    return bars if derivative.face == "grad" else Struct((value, bars))


def pair(low: Lowerer, value: Value) -> tuple[Value, Value]:
    assert isinstance(value, Struct)
    return value.items[0], value.items[1]


def tangent_call(
    low: Lowerer, function: Value, primals: list[Value], tangents: list[Value]
) -> Value:
    inner = Inner(low, function, primals, {})
    names = inner.order[: len(primals)]
    moved = [n for n, t in zip(names, tangents) if not (isinstance(t, Num) and t.atom == Lit(None))]
    trace = low.derive(inner.trace, "tangent", tuple(moved))
    dots = [t for n, t in zip(names, tangents) if n in moved]
    given = [a for dot in dots for a in inner.flat(low, dot)]
    return inner.place(low, inner.directed(low, inner.trace, trace, given), given)


def pullback(low: Lowerer, function: Value, primals: list[Value], seed: Value) -> Value:
    inner = Inner(low, function, primals, {})
    real = [n for n in inner.order[: len(primals)] if inner.is_real(low, n)]
    seeds = inner.flat(low, seed)
    narrowed = seeded(inner.trace, seeds)
    trace = low.derive(narrowed, "adjoint", tuple(real))
    trace = inner.directed(low, narrowed, trace, seeds)
    _, bars = pair(low, inner.place(low, trace, seeds))
    found = list(bars.items) if len(real) > 1 and isinstance(bars, Struct) else [bars]
    given = dict(zip(real, found))
    return Struct(tuple(given.get(n, Num(Lit(None))) for n in inner.order[: len(primals)]))


def seeded(trace: Trace, seeds: list[Atom]) -> Trace:
    """The trace without the results whose seed is a literal zero, if any others are left.

        pull((1.0, 0.0))        ->      the adjoint of the first result alone
    """
    results = tuple(leaves(trace.result))
    kept = tuple(Lit(None) if seed in ZEROS else atom for atom, seed in zip(results, seeds))
    if len(results) != len(seeds) or all(isinstance(atom, Lit) for atom in kept):
        return trace
    rest = iter(kept)
    result = map_tree(lambda _: next(rest), trace.result)
    return replace(trace, result=result, body=replace(trace.body, results=kept))


def second_order(
    low: Lowerer, function: Value, primals: list[Value], direction: list[Value]
) -> Value:
    inner = Inner(low, function, primals, {})
    inner.needs_number(low)
    names = tuple(n for n in inner.order[: len(primals)] if inner.is_real(low, n))
    adjoint = low.derive(inner.trace, "adjoint", names)
    dots = [a for n, d in zip(inner.order, direction) if n in names for a in inner.flat(low, d)]
    trace = inner.directed(low, adjoint, low.derive(adjoint, "tangent", names), dots)
    _, value_dot = pair(low, inner.place(low, trace, [Lit(1.0), *dots]))
    _, bars_dot = pair(low, value_dot)
    return bars_dot if len(names) > 1 else Struct((bars_dot,))


class Inner:
    """A function as a trace of its own: arguments and what it takes from outside are parameters."""

    def __init__(
        self, low: Lowerer, function: Value, args: list[Value], keywords: dict[str, Value]
    ) -> None:
        self.call = binding.spread(low, function, args, keywords)
        bound = self.call.values
        self.order = list(bound)
        outer = low.state
        low.state = outer.copy()
        params: list[Param] = []
        heads: dict[str, Value] = {}
        for name, value in bound.items():
            tree, heads[name] = self.head(low, value, name)
            params.append(Param(name, tree))
        before = dict(low.state.current)
        with low.build.block() as eqns:
            result = calls.invoke(low, function, *self.call.passed(heads))
            tree = result_trees.tree_of(low, result)
        check_unchanged(low, outer, before)
        low.state = outer
        block = Block(tuple(eqns), tuple(leaves(tree)))
        functions = closing.called(low, block)
        block, functions = closing.closed(block, functions, low.build.kinds)
        inside = {leaf: None for param in params for leaf in leaves(param.tree)}
        captured = [var for var in free(block) if var not in inside]
        self.outside: list[Atom] = list(captured)
        self.inputs: list[Atom] = [a for name in self.order for a in self.flat(low, bound[name])]
        params += [Param(f"outside{i}", var) for i, var in enumerate(captured)]
        self.count = len(params)
        self.trace = Trace(
            _name(low, function), tuple(params), block, tree, low.build.kinds, functions=functions
        )

    def head(self, low: Lowerer, value: Value, name: str) -> tuple[Tree, Value]:
        """A parameter in the place of an argument: its tree, and the value its name has inside."""
        match value:
            case Struct(items):
                parts = [self.head(low, item, name) for item in items]
                return Node("tuple", tuple(range(len(parts))), tuple(p[0] for p in parts)), Struct(
                    tuple(p[1] for p in parts)
                )
            case Obj(identity):
                memory.check_fresh(low, identity)
                held = low.state.items[identity]
                parts = [self.head(low, item, name) for item in held.values()]
                made = Identity(
                    identity.form, identity.site, identity.record, identity.loc, identity.cls
                )
                low.state.items[made] = dict(zip(held, (p[1] for p in parts)))
                return Node(
                    identity.form, tuple(held), tuple(p[0] for p in parts), identity.record
                ), Obj(made)
            case Num() | Ref():
                kind = low.build.kind(memory.atom_of(low, value))
                if k.is_int(kind) and isinstance(value, Num) and not isinstance(value.atom, Lit):
                    kind = k.INT
                var = low.build.var(kind, name)
                if k.is_fixed(kind) or isinstance(kind, k.Tuple):
                    return var, Num(var)
                storage = Storage(name, low.build.loc)
                low.state.current[storage] = var
                return var, Ref(storage, (), var, var)
            case Maybe():
                low.unusable(value)
        return Lit(None), value

    def flat(self, low: Lowerer, value: Value) -> list[Atom]:
        """The atoms of a value, in the order of its tree's leaves."""
        match value:
            case Struct(items):
                return [atom for item in items for atom in self.flat(low, item)]
            case Obj(identity):
                memory.check_fresh(low, identity)
                held = low.state.items[identity].values()
                return [atom for item in held for atom in self.flat(low, item)]
            case Num() | Ref():
                return [memory.atom_of(low, value)]
        return [Lit(None)]

    def parameters(self, low: Lowerer, wrt: Any) -> list[str]:
        """The parameters that a part of wrt means: one, or all that *args or **kwargs got."""
        group = self.call.groups.get(wrt) if isinstance(wrt, str) else None
        return [self.parameter(low, wrt)] if group is None else list(group.values())

    def gathered(self, low: Lowerer, wrt: Any, parts: Iterator[Value]) -> Value:
        """What there is of each, in the structure of what was asked."""
        group = self.call.groups.get(wrt) if isinstance(wrt, str) else None
        if group is None:
            return next(parts)
        items = [next(parts) for _ in group]
        if list(group) != list(group.values()):
            return Struct(tuple(items))
        identity = Identity("dict", ("derived", "dict"), "", low.build.loc)
        low.state.items[identity] = dict(zip(group, items))
        return Obj(identity)

    def parameter(self, low: Lowerer, wrt: Any) -> str:
        if isinstance(wrt, int) and -len(self.order) <= wrt < len(self.order):
            return self.order[wrt]
        if wrt in self.order:
            return str(wrt)
        raise low.rejection(
            None, f"wrt={wrt!r} names no parameter; there are {', '.join(self.order)}", "ADC215"
        )

    def is_real(self, low: Lowerer, name: str) -> bool:
        param = next(p for p in self.trace.params if p.name == name)
        return any(
            isinstance(leaf, Var) and k.is_real(low.build.kind(leaf)) for leaf in leaves(param.tree)
        )

    def needs_number(self, low: Lowerer) -> None:
        result = self.trace.result
        kind = None if isinstance(result, Node) else low.build.kind(result)
        if not isinstance(kind, (k.Scalar, k.Any_)):
            raise low.rejection(
                None,
                "the function differentiated here must return one number; use vjp or jvp",
                "ADC216",
            )

    def directed(self, low: Lowerer, before: Trace, trace: Trace, given: list[Atom]) -> Trace:
        """A derived trace, in many directions if what is given for it has an axis more."""
        known = {p.name for p in before.params}
        new = [param for param in trace.params if param.name not in known]
        kinds = [low.build.kind(atom) for atom in given]
        ranks = [
            (_rank(trace.kinds[leaf]), _rank(kind))
            for leaf, kind in zip((leaf for p in new for leaf in leaves(p.tree)), kinds)
            if isinstance(leaf, Var)
        ]
        more = {has - of for of, has in ranks if has is not None and of is not None}
        if more <= {0}:
            return trace
        if more != {1} or len(new) == 0:
            raise low.rejection(
                None, "what is given here has not the shape of what it belongs to, nor one axis "
                "more for all of it", "ADC223",
            )  # fmt: skip
        try:
            return low.derive(trace, "vector", tuple(param.name for param in new))
        except NotVector as error:
            message = f"many directions at once, and there is {error}; take them one by one"
            raise low.rejection(None, message, "ADC223") from error

    def place(self, low: Lowerer, trace: Trace, extra: list[Atom]) -> Value:
        """The equations of a derived trace, in place; `extra` are its seeds or tangents."""
        atoms = iter([*self.inputs, *self.outside])
        extras = iter(extra)
        mapping: dict[Var, Atom] = {}
        known = {p.name for p in self.trace.params}
        for param in trace.params:
            source = atoms if param.name in known else extras
            for leaf in leaves(param.tree):
                atom = next(source)
                if isinstance(leaf, Var):
                    mapping[leaf] = atom
        low.build.kinds.update(trace.kinds)
        body = closing.adopt(low, trace.body, trace.functions)
        block = clone(body, mapping, low.build.kinds)
        low.build.eqns.extend(block.eqns)
        return value_of(low, trace.result, iter(block.results))


def _rank(kind: k.Kind) -> int | None:
    return 0 if isinstance(kind, k.Scalar) else kind.rank if isinstance(kind, k.Array) else None


def check_unchanged(low: Lowerer, outer: State, before: dict[Storage, Atom]) -> None:
    """Refuse a function that leaves anything outside of it other than it was."""
    state, what = low.state, ""
    if any(state.current.get(storage) is not before.get(storage) for storage in outer.current):
        what = "changes an array from outside"
    if any(state.items.get(identity) != items for identity, items in outer.items.items()):
        what = what or "changes an object from outside"
    for frame, names in outer.names.items():
        after = state.names.get(frame, {})
        for name, value in names.items():
            if not name.startswith("%") and after.get(name) != value:
                what = what or f"gives {name!r} from outside a new value"
    if what:
        low.reject(None, f"a function that is differentiated here {what}", "ADC217")


def _name(low: Lowerer, function: Value) -> str:
    found = binding.plain(low, function)
    return "f" if found is None else str(found[0].function.name)


def value_of(low: Lowerer, tree: Tree, atoms: Any) -> Value:
    """A tree of results as a value."""
    if isinstance(tree, Node):
        parts = [value_of(low, item, atoms) for item in tree.items]
        if tree.form == "tuple":
            return Struct(tuple(parts))
        identity = Identity(tree.form, ("derived", tree.form), tree.record, low.build.loc)
        low.state.items[identity] = dict(zip(tree.keys, parts))
        return Obj(identity)
    return memory.wrap(low, next(atoms))
