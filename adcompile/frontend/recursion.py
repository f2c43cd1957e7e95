"""Functions that call themselves, directly or through others: callees with a trace of their own.

    def power(x, n):                        power(x, n):
        if n == 0:                            v1 = eq(n, 0)
            return 1.0             ->         if v1 -> v4:
        return x * power(x, n - 1)              yield 1.0
                                              else:
                                                v2 = call power(x, sub(n, 1)) ...

What is known of a callee (the kinds of its parameters and results, what it overwrites, what its
results share memory with) grows from attempt to attempt of lowering, until nothing new is found.
In the first attempt a call within a callee has no result yet: that path is left out (`Bottom`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from adcompile.frontend import calls, flattening, memory, statements
from adcompile.frontend.flattening import Flat, Shape
from adcompile.frontend.values import (
    Again,
    Bottom,
    Closure,
    Frame,
    Identity,
    Poison,
    Ref,
    State,
    Storage,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Loc,
    Trace,
    Var,
    While,
    callee,
    free,
    walk,
)
from adcompile.trace.substitute import substitute

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer

CALLEES = 40
Key = tuple[Any, ...]
Place = tuple[str, int]  # ("param" | "result" | "object" | "new object", number)


@dataclass(eq=False, slots=True)
class Summary:
    """What is known of a callee so far.  A parameter that is the same in every call is a literal."""

    name: str
    params: list[k.Kind | Lit | None] = field(default_factory=list)
    captures: dict[tuple[int, str], Shape] = field(default_factory=dict)
    shape: Shape | None = None
    results: list[k.Kind] = field(default_factory=list)
    overwritten: dict[int, k.Kind] = field(default_factory=dict)
    spoiled: dict[int, str] = field(default_factory=dict)
    links: dict[tuple[Place, Place], None] = field(default_factory=dict)
    origins: dict[int, tuple[Any, ...]] = field(default_factory=dict)

    def facts(self) -> tuple[Any, ...]:
        """What the end of a callee says of it, to see whether that has changed."""
        return (self.shape, list(self.results), dict(self.overwritten), dict(self.spoiled),
                dict(self.links))  # fmt: skip

    def dynamic(self) -> list[int]:
        """The numbers of the parameters that are passed."""
        return [n for n, kind in enumerate(self.params) if not isinstance(kind, Lit)]


@dataclass(slots=True)
class Context:
    """A callee that is being lowered, and the state of its first caller."""

    summary: Summary
    state: State
    inside: dict[int, None]


@dataclass(slots=True)
class Recursion:
    """The callees: those found, what is known of each, and the traces of this attempt."""

    found: dict[Key, None] = field(default_factory=dict)
    summaries: dict[Key, Summary] = field(default_factory=dict)
    done: dict[Key, None] = field(default_factory=dict)
    contexts: list[Context] = field(default_factory=list)
    functions: dict[str, Trace] = field(default_factory=dict)
    outside: dict[Storage, Var] = field(default_factory=dict)
    unsettled: bool = False

    def begin(self) -> Recursion:
        """The same knowledge, for another attempt."""
        return Recursion(self.found, self.summaries)

    def forget(self) -> None:
        """The arguments of the whole program have changed."""
        self.summaries.clear()


def key_of(closure: Closure) -> Key:
    """The place of a function in the text."""
    function = closure.function
    return function.file, function.node.lineno, function.node.col_offset, function.name


def call(low: Lowerer, closure: Closure, positional: list[Value], keywords: Any) -> Value:
    """A call of a callee, which is lowered first if that has not been done yet."""
    names = calls.bind(low, closure, positional, keywords)
    given = Flat(low)
    shapes = {name: given.add(value) for name, value in names.items()}
    summary, key = _summary(low, closure, shapes, given)
    captured = list(summary.captures)
    for frame, name in captured:
        shape = given.add(lookup(low, frame, name))
        if shape != summary.captures[frame, name]:
            raise low.rejection(None, f"{name!r} has another structure in a recursive call")
    atoms = [memory.atom_of(low, value) for value in given.leaves]
    _learn(low, summary, atoms)
    if key not in low.recursion.done:
        low.recursion.done[key] = None
        _lower(low, closure, summary, shapes)
    if summary.shape is None:
        raise Bottom
    return _emit(low, summary, given, atoms)


def call_head(low: Lowerer, closure: Closure, names: Mapping[str, Value]) -> Value:
    """The function that is compiled calls itself: it is nothing but a call of the callee."""
    keywords = dict(names)
    for argument in closure.function.node.args.posonlyargs:
        keywords.pop(argument.arg)
    positional = [names[a.arg] for a in closure.function.node.args.posonlyargs]
    return call(low, closure, positional, keywords)


def _summary(low: Lowerer, closure: Closure, shapes: Any, given: Flat) -> tuple[Summary, Key]:
    known = low.recursion.summaries
    key = (*key_of(closure), closure.frame, tuple(shapes.items()))
    if key not in known:
        loose = flattening.loose(tuple(shapes.items()))
        for other in known:
            if other[:5] == key[:5] and flattening.loose(other[5]) == loose:
                for identity in given.objects:
                    if identity.form == "list" and identity.site not in low.dynamic:
                        low.make_dynamic(identity)
        if sum(other[:5] == key[:5] for other in known) >= CALLEES:
            raise low.rejection(
                None, f"{closure.function.name} is called with ever new structures of arguments"
            )
        base = name = closure.function.name
        taken, count = {summary.name for summary in known.values()}, 1
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        known[key] = Summary(name)
    return known[key], key


def _learn(low: Lowerer, summary: Summary, atoms: list[Atom]) -> None:
    """Join the kinds of the arguments to what is known of the parameters."""
    params = summary.params
    for number, atom in enumerate(atoms):
        if number == len(params):
            params.append(None)
        old = params[number]
        new: k.Kind | Lit = atom if isinstance(atom, Lit) else _plain(low.build.kind(atom))
        if isinstance(old, Lit) and old == new:
            continue
        if old is not None:
            kinds = [k.of_constant(x.value) if isinstance(x, Lit) else x for x in (old, new)]
            new = k.join(kinds[0], kinds[1], (summary.name, number))
        if new != old:
            params[number] = new
            low.recursion.unsettled = True
        if isinstance(atom, Var) and atom in low.origins:
            summary.origins.setdefault(number, low.origins[atom])


def _plain(kind: k.Kind) -> k.Kind:
    """The kind without the length that an integer is known to be."""
    match kind:
        case k.Scalar(dtype):
            return k.Scalar(dtype)
        case k.Tuple(items):
            return k.Tuple(tuple(map(_plain, items)))
        case k.Slice():
            return k.Slice(Ellipsis, Ellipsis, Ellipsis)
    return kind


# -- lowering a callee


def _lower(low: Lowerer, closure: Closure, summary: Summary, shapes: dict[str, Shape]) -> None:
    """The trace of a callee."""
    function = closure.function
    outer = (low.state, low.frame, low.stack, low.build.loc, low.here)
    low.parents.update({f.number: f.parent for f in low.stack})
    low.frames += 1
    frame = Frame(function, low.frames, closure.frame, low.loads_of(function.node))
    low.recursion.contexts.append(Context(summary, low.state, {frame.number: None}))
    low.state, low.frame, low.stack = State(), frame, [frame]
    low.parents[frame.number] = frame.parent
    low.state.current.update(low.recursion.outside)
    try:
        with low.build.block() as eqns:
            entry = _Entry(low, summary, shapes, frame.number)
            try:
                result = calls.run_body(low, function.node)
                if not low.state.dead:
                    results = entry.leave(result)
                    inputs = [v for v in entry.inputs if isinstance(v, Var)]
                    loc = Loc(function.file, function.node.lineno, function.node.col_offset)
                    block = Block(tuple(eqns), tuple(results))
                    low.recursion.functions[summary.name] = callee(
                        summary.name, inputs, block, low.build.kinds, None, loc
                    )
            except Bottom:
                pass
    finally:
        low.recursion.contexts.pop()
        low.state, low.frame, low.stack, low.build.loc, low.here = outer
        for storage, var in low.recursion.outside.items():
            low.state.current.setdefault(storage, var)


def lookup(low: Lowerer, frame: int, name: str) -> Value:
    """What a name of an enclosing function stands for, seen from here."""
    names = low.state.names.get(frame, {})
    if name in names:
        return names[name]
    found = captured(low, frame, name)
    if found is None:
        raise low.rejection(None, f"{name!r} has no value yet")
    return found


def captured(low: Lowerer, frame: int, name: str) -> Value | None:
    """What a callee takes from an enclosing function: known to be a function, or a parameter more."""
    contexts = low.recursion.contexts
    for depth in range(len(contexts) - 1, -1, -1):
        value = contexts[depth].state.names.get(frame, {}).get(name)
        if value is None:
            continue
        if flattening.is_static(value):
            low.state.names.setdefault(frame, {})[name] = value
            return value
        if isinstance(value, Poison):
            return value
        shape = Flat(low, contexts[depth].state).add(value)
        for context in contexts[depth:]:
            context.summary.captures[frame, name] = shape
            context.summary.params.clear()
        raise Again
    return None


class _Entry:
    """The parameters of a callee, and at its end what has become of them."""

    def __init__(
        self, low: Lowerer, summary: Summary, shapes: dict[str, Shape], frame: int
    ) -> None:
        self.low, self.summary = low, summary
        self.inputs: list[Atom] = []
        self.storages: dict[int, Storage] = {}
        self.objects: list[Identity] = []
        self.keys: dict[Place, Storage | Identity] = {}
        names: dict[str, Value] = {}
        for name, shape in shapes.items():
            names[name] = self.build(shape, name)
        low.state.names[frame] = {**names, "%skip": statements.FALSE, "%exit": statements.FALSE,
                                  "%return": statements.FALSE}  # fmt: skip
        self.taken: dict[tuple[int, str], Value] = {}
        for (number, name), shape in summary.captures.items():
            value = self.taken[number, name] = self.build(shape, name)
            low.state.names.setdefault(number, {})[name] = value
        self.items = {identity: dict(low.state.items[identity]) for identity in self.objects}

    def build(self, shape: Shape, name: str) -> Value:
        return flattening.build(self.low, shape, name, self.leaf, self.objects)

    def leaf(self, name: str) -> Value:
        """The value of the next parameter."""
        low, number = self.low, len(self.inputs)
        kind = self.summary.params[number]
        if isinstance(kind, Lit):
            self.inputs.append(kind)
            return memory.wrap(low, kind)
        var = low.build.var(kind or k.ANY, name)
        self.inputs.append(var)
        if number in self.summary.origins:
            low.origins[var] = self.summary.origins[number]
        value = memory.wrap(low, var, name)
        if isinstance(value, Ref):
            self.storages[number] = value.storage
            self.keys["param", number] = value.storage
        return value

    # the end

    def leave(self, result: Value) -> list[Atom]:
        """Note what was found out; the atoms that go out."""
        low, summary = self.low, self.summary
        self.check_objects()
        flat = Flat(low, low.state, self.argument)
        shape = flat.add(result)
        before = summary.facts()
        wide = flattening.widened(low, summary.shape, shape)
        if wide != shape:
            flat = Flat(low, low.state)
            wide = flattening.widened(low, flat.add(result), wide)
        if wide != summary.shape:
            summary.shape, summary.results = wide, []
        atoms = [memory.atom_of(low, leaf) for leaf in flat.leaves]
        for number, atom in enumerate(atoms):
            kind = _plain(low.build.kind(atom))
            if number == len(summary.results):
                summary.results.append(kind)
            site = (summary.name, "result", number)
            summary.results[number] = k.join(summary.results[number], kind, site)
        for number, storage in self.storages.items():
            current = low.state.current[storage]
            if current is not self.inputs[number]:
                old = summary.overwritten.get(number)
                site = (summary.name, "version", number)
                summary.overwritten[number] = k.join(old, _plain(low.build.kind(current)), site)
            if storage in low.state.stale:
                summary.spoiled[number] = low.state.stale[storage]
        self.link(flat)
        low.recursion.unsettled |= before != summary.facts()
        versions = [low.state.current[self.storages[n]] for n in sorted(summary.overwritten)]
        return [*atoms, *versions]

    def argument(self, value: Value) -> int | None:
        """The number of the array parameter that a value is."""
        if isinstance(value, Ref) and not value.path:
            return next((n for n, s in self.storages.items() if s is value.storage), None)
        return None

    def check_objects(self) -> None:
        low = self.low
        for identity in self.objects:
            if low.state.items[identity] != self.items[identity]:
                if identity.form == "list":
                    low.make_dynamic(identity)
                raise low.rejection(
                    None, f"a recursive function changes a {identity.form} that it is given"
                )
        for (number, name), value in self.taken.items():
            if low.state.names[number].get(name) != value:
                raise low.rejection(None, f"a recursive function gives {name!r} a new value")
        for storage, var in low.recursion.outside.items():
            if low.state.current.get(storage, var) is not var:
                raise low.rejection(None, "a recursive function changes an array from outside")

    def link(self, flat: Flat) -> None:
        """Which of what goes in and out may share memory."""
        state = self.low.state
        keys = dict(self.keys)
        for number, identity in enumerate(self.objects):
            keys["object", number] = identity
        for number, leaf in enumerate(flat.leaves):
            if isinstance(leaf, Ref):
                keys["result", number] = leaf.storage
        for number, identity in enumerate(flat.objects):
            keys["new object", number] = identity
        reached = {place: _reach(state, key) for place, key in keys.items()}
        places = list(keys)
        for i, first in enumerate(places):
            for second in places[i + 1 :]:
                if not reached[first].isdisjoint(reached[second]):
                    self.summary.links[first, second] = None


def _reach(state: State, key: Storage | Identity) -> set[Any]:
    """The storages and objects that may be the same memory as this one, or held by it."""
    found: set[Any] = set()
    stack: list[Any] = [key]
    while stack:
        key = stack.pop()
        if key not in found:
            found.add(key)
            stack += state.related.get(key, {})
            stack += state.holds.get(key, {})  # type: ignore[arg-type]
    return found


# -- the call


def _emit(low: Lowerer, summary: Summary, given: Flat, atoms: list[Atom]) -> Value:
    """Append the equation; the value of the call."""
    build = low.build
    _check_apart(low, summary, given)
    assert summary.shape is not None
    fresh = Lengths(summary, [build.kind(atom) for atom in atoms])
    numbers = sorted(summary.overwritten)
    outs = [build.var(fresh(kind, n)) for n, kind in enumerate(summary.results)]
    versions = []
    for n in numbers:
        leaf = given.leaves[n]
        name = leaf.storage.name if isinstance(leaf, Ref) and not leaf.path else ""
        versions.append(build.var(fresh(summary.overwritten[n], ("param", n)), name))
    args = tuple(atoms[n] for n in summary.dynamic())
    build.eqns.append(Call((*outs, *versions), summary.name, args, build.loc))
    for n, version in zip(numbers, versions):
        leaf = given.leaves[n]
        if isinstance(leaf, Ref) and leaf.path and leaf.path[-1].is_index:
            part = replace(leaf, path=leaf.path[:-1], atom=None, seen=None)
            memory.write(low, part, leaf.path[-1].args[0], version)
        elif isinstance(leaf, Ref) and leaf.path:
            memory.replace_all(low, leaf, version)
        elif isinstance(leaf, Ref):
            memory.changed(low, leaf.storage, version)
    for n, reason in summary.spoiled.items():
        leaf = given.leaves[n]
        if isinstance(leaf, Ref):
            low.state.stale[leaf.storage] = reason
    return _result(low, summary, given, outs)


def _result(low: Lowerer, summary: Summary, given: Flat, outs: list[Var]) -> Value:
    keys: dict[Place, Any] = {}
    for number, leaf in enumerate(given.leaves):
        if isinstance(leaf, Ref):
            keys["param", number] = leaf.storage
    for number, identity in enumerate(given.objects):
        keys["object", number] = identity
    made: list[Identity] = []
    left = iter(enumerate(outs))

    def leaf(name: str) -> Value:
        number, out = next(left)
        value = memory.wrap(low, out)
        if isinstance(value, Ref):
            keys["result", number] = value.storage
        return value

    assert summary.shape is not None
    result = flattening.build(low, summary.shape, "", leaf, made, given.leaves)
    for number, identity in enumerate(made):
        keys["new object", number] = identity
    for first, second in summary.links:
        if first in keys and second in keys:
            low.state.relate(keys[first], keys[second])
    return result


def _check_apart(low: Lowerer, summary: Summary, given: Flat) -> None:
    """What a callee overwrites it must not see under a second name."""
    for n in summary.overwritten:
        mine = given.leaves[n]
        if not isinstance(mine, Ref):
            continue
        near = _reach(low.state, mine.storage)
        for number, other in enumerate(given.leaves):
            if number != n and isinstance(other, Ref) and other.storage in near:
                raise low.rejection(
                    None,
                    f"{summary.name} calls itself and overwrites {memory.label(mine.storage)}, which "
                    "it is given twice, or in part; pass a copy",
                )


class Lengths:
    """The kinds of a callee's results in terms of the arguments of one call."""

    def __init__(self, summary: Summary, kinds: list[k.Kind]) -> None:
        self.known: dict[object, k.Dim] = {}
        self.call = object()
        for param, arg in zip(summary.params, kinds):
            if isinstance(param, k.Array) and isinstance(arg, k.Array):
                for dim, actual in zip(param.dims or (), arg.dims or ()):
                    if dim.base is not None and dim.offset == 0:
                        self.known.setdefault(dim.base, actual)

    def __call__(self, kind: k.Kind | None, place: Any) -> k.Kind:
        match kind:
            case k.Array(dtype, dims) if dims is not None:
                return k.Array(dtype, tuple(self.dim(d, (place, i)) for i, d in enumerate(dims)))
            case k.Tuple(items):
                return k.Tuple(tuple(self(item, (place, i)) for i, item in enumerate(items)))
            case k.List(item) if item is not None:
                return k.List(self(item, (place, 0)))
            case k.Dict(item) if item is not None:
                return k.Dict(self(item, (place, 0)))
        return kind or k.ANY

    def dim(self, dim: k.Dim, place: Any) -> k.Dim:
        if dim.base is None:
            return dim
        if dim.base in self.known:
            actual = self.known[dim.base]
            return k.Dim(actual.base, actual.offset + dim.offset, dim.many)
        if isinstance(dim.base, tuple) and dim.base[:1] == ("each",):
            return dim
        return k.Dim((self.call, place), 0, dim.is_many)


def closed(
    block: Block, functions: Mapping[str, Trace], kinds: dict[Var, k.Kind]
) -> tuple[Block, dict[str, Trace]]:
    """A block and the callees, with a parameter for whatever a callee takes from outside."""
    extra: dict[str, dict[Var, None]] = {}
    for name, function in functions.items():
        inside = dict.fromkeys(function.inputs)
        extra[name] = {var: None for var in free(function.body) if var not in inside}
    for _ in functions:
        for name, function in functions.items():
            for eqn in walk(function.body):
                if isinstance(eqn, Call):
                    extra[name].update(extra[eqn.function])
    if not any(extra.values()):
        return block, dict(functions)
    result: dict[str, Trace] = {}
    for name, function in functions.items():
        new: dict[Var, Atom] = {}
        for var in extra[name]:
            new[var] = made = Var(var.name)
            kinds[made] = kinds[var]
        body = substitute(_passing(function.body, extra), new)
        inputs = (*function.inputs, *(var for var in new.values() if isinstance(var, Var)))
        result[name] = callee(name, inputs, body, kinds, function.doc, function.loc)
    return _passing(block, extra), result


def _passing(block: Block, extra: Mapping[str, dict[Var, None]]) -> Block:
    """The block with what the callees take from outside passed to them."""
    return calls_changed(
        block, lambda eqn: replace(eqn, args=(*eqn.args, *extra[eqn.function]))
    )


def calls_changed(block: Block, change: Callable[[Call], Call]) -> Block:
    """The block with every call in it changed."""
    eqns: list[Equation] = []
    for eqn in block.eqns:
        match eqn:
            case Call():
                eqn = change(eqn)
            case If():
                then, orelse = calls_changed(eqn.then, change), calls_changed(eqn.orelse, change)
                eqn = replace(eqn, then=then, orelse=orelse)
            case For():
                eqn = replace(eqn, body=calls_changed(eqn.body, change))
            case While():
                cond, body = calls_changed(eqn.cond, change), calls_changed(eqn.body, change)
                eqn = replace(eqn, cond=cond, body=body)
        eqns.append(eqn)
    return Block(tuple(eqns), block.results)


def called(low: Lowerer, block: Block) -> dict[str, Trace]:
    """The callees that a block comes to call."""
    known, found = low.recursion.functions, dict[str, Trace]()
    stack = [block]
    while stack:
        for eqn in walk(stack.pop()):
            if isinstance(eqn, Call) and eqn.function not in found:
                if eqn.function not in known:
                    raise low.rejection(
                        None, f"{eqn.function} calls itself and takes its own derivative"
                    )
                found[eqn.function] = known[eqn.function]
                stack.append(known[eqn.function].body)
    return found


def adopt(low: Lowerer, block: Block, functions: Mapping[str, Trace]) -> Block:
    """The block of a derivative, whose callees become callees of this program."""
    known = low.recursion.functions
    names: dict[str, str] = {}
    for name in functions:
        new, number = name, 1
        while new in known or new in names.values():
            number += 1
            new = f"{name}_{number}"
        names[name] = new

    def renamed(eqn: Call) -> Call:
        return replace(eqn, function=names[eqn.function])

    for name, function in functions.items():
        body = calls_changed(function.body, renamed)
        known[names[name]] = replace(function, name=names[name], body=body)
    return calls_changed(block, renamed)
