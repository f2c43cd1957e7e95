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

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adcompile.frontend import (
    binding,
    calls,
    cases,
    flattening,
    memory,
    numbered,
    pools,
    pragmas,
    replacing,
)
from adcompile.frontend.entry import OWN, Entry, reach
from adcompile.frontend.flattening import Flat, Shape
from adcompile.frontend.summaries import (
    Context,
    Lengths,
    Place,
    Summary,
    key_of,
    learn,
    lookup,
    summary_of,
)
from adcompile.frontend.values import (
    Bottom,
    Closure,
    Frame,
    Identity,
    Key,
    Mark,
    Obj,
    Ref,
    State,
    Storage,
    Twice,
    Value,
)
from adcompile.trace import kinds as k
from adcompile.trace.ir import Atom, Block, Call, Loc, Var, callee

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


def call(low: Lowerer, closure: Closure, positional: list[Value], keywords: Any) -> Value:
    """A call of a callee, which is lowered first if that has not been done yet."""
    names = binding.bind(low, closure, positional, keywords)
    given = Flat(low)
    shapes = {name: given.add(value) for name, value in names.items()}
    summary, key = summary_of(low, closure, shapes, given)
    captured = list(summary.captures)
    for frame, name in captured:
        value = lookup(low, frame, name)
        shape = given.add(value)
        if shape != summary.captures[frame, name]:
            if isinstance(value, Obj) and value.identity.form == "list":
                low.make_dynamic(value.identity)
            raise low.rejection(
                None, f"{name!r} has another structure in one of the calls", "ADC212"
            )
    atoms = [memory.atom_of(low, value) for value in given.leaves]
    learn(low, summary, atoms)
    if key not in low.recursion.done:
        low.recursion.done[key] = None
        known = list(summary.params)
        _lower(low, closure, summary, shapes)
        if summary.shape is None and summary.params != known:
            _lower(low, closure, summary, shapes)  # it calls itself with other things than these
    if summary.shape is None:
        low.recursion.endless[closure.function] = None
        raise Bottom
    return _emit(low, summary, given, atoms)


def whole(low: Lowerer, names: Mapping[str, Value]) -> Value:
    """The result of the function that is compiled: where it calls itself, a call of the callee."""
    closure = Closure(low.function)
    if key_of(closure) not in low.recursion.found:
        return calls.run_body(low, low.function.node)
    keywords = dict(names)
    for argument in closure.function.node.args.posonlyargs:
        keywords.pop(argument.arg)
    positional = [names[a.arg] for a in closure.function.node.args.posonlyargs]
    return call(low, closure, positional, keywords)


def _lower(low: Lowerer, closure: Closure, summary: Summary, shapes: dict[str, Shape]) -> None:
    """The trace of a callee."""
    function = closure.function
    outer = (low.state, low.frame, low.stack, low.build.loc, low.here, low.raising)
    heaps, low.heaps, low.samples = (low.heaps, low.samples), {}, {}
    low.parents.update({f.number: f.parent for f in low.stack})
    low.frames += 1
    frame = Frame(function, low.frames, closure.frame, low.loads_of(function.node))
    low.recursion.contexts.append(Context(summary, low.state, frame.number))
    low.state, low.frame, low.stack, low.raising = State(), frame, [frame], None
    low.parents[frame.number] = frame.parent
    low.bring(low.state)
    try:
        with low.build.block() as eqns:
            entry = Entry(low, summary, shapes, frame.number)
            try:
                result = calls.run_body(low, function.node)
                if not low.state.dead:
                    results = entry.leave(result)
                    inputs = [v for v in entry.inputs if isinstance(v, Var)]
                    loc = Loc(function.file, function.node.lineno, function.node.col_offset)
                    block = Block(tuple(eqns), tuple(results))
                    entry.follow(block)
                    doc = f"{function.name}, as its derivatives call it."
                    made = callee(summary.name, inputs, block, low.build.kinds, doc, loc)
                    made = replace(made, pragma=pragmas.of(function.node))
                    low.recursion.functions[summary.name] = made
            except Bottom:
                pass
    finally:
        low.recursion.contexts.pop()
        low.state, low.frame, low.stack, low.build.loc, low.here, low.raising = outer
        low.heaps, low.samples = heaps
        low.bring(low.state)


def _emit(low: Lowerer, summary: Summary, given: Flat, atoms: list[Atom]) -> Value:
    """Append the equation; the value of the call."""
    build = low.build
    _check_apart(low, summary, given)
    assert summary.shape is not None
    fresh = Lengths(summary, [build.kind(atom) for atom in atoms])
    numbers = sorted(summary.overwritten)
    outs = [build.var(fresh(kind, n)) for n, kind in enumerate(summary.results)]
    for n, out in enumerate(outs):
        if ("result", n) in summary.nullable:
            low.nullable[out] = None
    versions = []
    for n in numbers:
        leaf = given.leaves[n]
        if isinstance(leaf, Ref) and leaf.storage.entries is not None:
            raise low.rejection(
                None, f"{summary.name} changes {memory.label(leaf.storage)}, whose arrays share "
                f"memory, and is {OWN}; return a new list", "ADC305",
            )  # fmt: skip
        name = leaf.storage.name if isinstance(leaf, Ref) and not leaf.path else ""
        versions.append(build.var(fresh(summary.overwritten[n], ("param", n)), name))
    args = tuple(atoms[n] for n in summary.dynamic())
    before = _loosened(low, given, numbers)
    build.eqns.append(Call((*outs, *versions), summary.name, args, build.loc))
    for n, version in zip(numbers, versions):
        leaf = given.leaves[n]
        if isinstance(leaf, Ref) and leaf.path and leaf.path[-1].is_index:
            memory.exchange(low, leaf, version)
        elif isinstance(leaf, Ref) and leaf.path:
            memory.replace_all(low, leaf, version)
        elif isinstance(leaf, Ref) and leaf.storage in low.heaps.values():
            numbered.changed(low, leaf.storage, version, n in summary.deep)
        elif isinstance(leaf, Ref):
            alone = n in before and n not in summary.deep
            memory.changed(low, leaf.storage, version, deep=not alone, level=int(alone),
                           grows=alone and n not in summary.rebuilt)  # fmt: skip
            if alone:
                replacing.noted(low, leaf.storage, before[n])
            else:
                pools.exchanged(low, leaf.storage, 1)
                low.rearranged[leaf.storage] = None
    for n, reason in summary.spoiled.items():
        leaf = given.leaves[n]
        if isinstance(leaf, Ref):
            _spoil(low, leaf.storage, reason)
    return _result(low, summary, given, outs)


def _spoil(low: Lowerer, storage: Storage, reason: str) -> None:
    """What a callee has changed is not known from here on, nor what may share its memory."""
    others: dict[Key, None] = {storage: None, **low.state.related.get(storage, {})}
    holding = memory.holders(low, storage, others)
    others.update((holder, None) for holder in holding if holder.entries is None)
    for other in others:
        if not isinstance(other, Mark):
            low.rebuilt[other] = low.rebuilt.get(other, 0) + 1
            low.state.stale[other] = reason


def _loosened(low: Lowerer, given: Flat, numbers: list[int]) -> dict[int, Atom]:
    """The lists that are changed: what was read from them stays what it is.  Their versions."""
    found: dict[int, Atom] = {}
    for n in numbers:
        leaf = given.leaves[n]
        if not isinstance(leaf, Ref) or leaf.path or leaf.storage in low.heaps.values():
            continue
        current = low.state.current[leaf.storage]
        if isinstance(low.build.kind(current), k.List):
            replacing.last(low, leaf)
            found[n] = current
    return found


def _result(low: Lowerer, summary: Summary, given: Flat, outs: list[Var]) -> Value:
    keys: dict[Place, Any] = {}
    for number, leaf in enumerate(given.leaves):
        if isinstance(leaf, Ref):
            keys["param", number] = leaf.storage
    for number, identity in enumerate(given.objects):
        keys["object", number] = identity
    made: list[Identity] = []
    left = iter(enumerate(outs))

    def next_leaf(name: str) -> Value:
        number, out = next(left)
        value = memory.wrap(low, out)
        if isinstance(value, Ref):
            keys["result", number] = value.storage
        return value

    assert summary.shape is not None
    result = flattening.build(low, summary.shape, "", next_leaf, made, given.leaves)
    for number, identity in enumerate(made):
        keys["new object", number] = identity
    for first, second in summary.links:
        if first in keys and second in keys:
            _linked(low, keys[first], keys[second])
    for place in summary.twice:
        if place in keys:
            low.state.hold(keys[place], keys[place])
    return result


def _linked(low: Lowerer, first: Key, second: Key) -> None:
    """These share memory, or may; a list holds the other then, or what it may be, again."""
    state = low.state
    state.relate(first, second)
    for one, other in ((first, second), (second, first)):
        if isinstance(one, Storage) and isinstance(low.build.kind(state.current[one]), k.List):
            for each in list(state.holds.get(one, {})):
                if each is not one and not isinstance(each, Twice):
                    state.relate(each, other)
            state.hold(one, one)
            state.hold(one, other)


def _check_objects(low: Lowerer, summary: Summary, given: Flat, mine: Ref, near: Any) -> None:
    """An object of a list that a callee overwrites must not be given on its own, too."""
    for identity in given.objects:
        spot = low.state.places.get(identity)
        if identity in near or (spot is not None and spot.place.storage in near):
            raise low.rejection(
                None, f"{summary.name} overwrites {memory.label(mine.storage)}, and is given an "
                f"object of it, too, and is {OWN}; give it the place in the list", "ADC305",
            )  # fmt: skip


def _check_apart(low: Lowerer, summary: Summary, given: Flat) -> None:
    """What a callee overwrites it must not see under a second name."""
    linked = {place for link in summary.links for place in link}
    for n, leaf in enumerate(given.leaves):
        if not isinstance(leaf, Ref) or leaf.storage.cases is None:
            continue
        if n in summary.overwritten or n in summary.spoiled or ("param", n) in linked:
            raise low.rejection(
                None, f"{summary.name} is given an array that is one of several, and is {OWN}; "
                "pass a copy", "ADC305",
            )  # fmt: skip
    for n in summary.overwritten:
        mine = given.leaves[n]
        if not isinstance(mine, Ref):
            continue
        alone = n not in summary.deep and _is_list(low, mine)
        near = _may_be(low, mine.storage) if alone else reach(low.state, mine.storage)
        _check_objects(low, summary, given, mine, near)
        for number, other in enumerate(given.leaves):
            if alone and _is_array(low, memory.atom_of(low, other)):
                continue
            seen = cases.storages(other)
            held = any(mine.storage in reach(low.state, storage) for storage in seen)
            if number != n and (held or any(storage in near for storage in seen)):
                raise low.rejection(
                    None,
                    f"{summary.name} overwrites {memory.label(mine.storage)}, which it is given "
                    f"twice, or in part, and is {OWN}; pass a copy",
                    "ADC305",
                )


def _is_list(low: Lowerer, ref: Ref) -> bool:
    return not ref.path and isinstance(low.build.kind(low.state.current[ref.storage]), k.List)


def _is_array(low: Lowerer, atom: Atom) -> bool:
    return isinstance(low.build.kind(atom), (k.Array, k.Any_, k.Scalar))


def _may_be(low: Lowerer, storage: Storage) -> dict[Key, None]:
    """What may be this list: what it holds is not changed with it."""
    found: dict[Key, None] = {}
    stack: list[Key] = [storage]
    while stack:
        one = stack.pop()
        version = low.state.current.get(one) if isinstance(one, Storage) else None
        if one not in found and (version is None or not _is_array(low, version)):
            found[one] = None
            stack += low.state.related.get(one, {})
    return found
