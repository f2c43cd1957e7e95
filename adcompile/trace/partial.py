"""What a path leaves undefined, and what may be None."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    NOTHING,
    UNDEF,
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Trace,
    Var,
    While,
    blocks,
    leaves,
    operands,
    walk,
)  # fmt: skip


def partial(trace: Trace) -> dict[Atom, None]:
    """What an If leaves undefined on a path, and what takes over from that, also in a loop."""
    flows: dict[Atom, list[Var]] = {}
    for eqn in walk(trace.body):
        if isinstance(eqn, If) and not eqn.caught:
            for out, *results in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                for result in results:
                    flows.setdefault(result, []).append(out)
        elif isinstance(eqn, (For, While)):
            for param, out, init in zip(eqn.params, eqn.outs, eqn.inits):
                flows.setdefault(init, []).extend((param, out))
    found: dict[Atom, None] = {}
    todo: list[Atom] = [UNDEF]
    while todo:
        atom = todo.pop()
        if atom not in found:
            found[atom] = None
            todo += flows.get(atom, ())
    return found


def nothing(trace: Trace) -> dict[Atom, None]:
    """What may be None, or hold it, in a trace and its callees, whatever its kind says."""
    return of_none(trace)[0]


def asked(trace: Trace) -> dict[Atom, None]:
    """What a trace or a callee asks whether it is None."""
    every = (trace, *trace.functions.values())
    return {
        eqn.args[0]: None for each in every for eqn in walk(each.body)
        if isinstance(eqn, Apply) and eqn.op in IDENTITIES and eqn.args[1] == NOTHING
    }  # fmt: skip


def _asked_inside(trace: Trace) -> dict[Atom, None]:
    """The lists and dictionaries of an item of which it is asked whether it is None."""
    items = asked(trace)
    every = (trace, *trace.functions.values()) if items else ()
    return {
        eqn.args[0]: None for each in every for eqn in walk(each.body)
        if isinstance(eqn, Apply) and eqn.op == "mem.getitem" and eqn.out in items
        and isinstance(each.kinds.get(eqn.args[0]), (k.List, k.Dict))  # type: ignore[arg-type]
    }  # fmt: skip


def of_none(trace: Trace) -> tuple[dict[Atom, None], dict[Atom, None]]:
    """What may be None or hold it, and what may hold it."""
    absent, holding = _reached_by(trace, NOTHING)
    return {**absent, **holding}, holding


def asks(trace: Trace) -> bool:
    """Is it asked whether something of which nothing is known is None?"""
    return any(
        isinstance(eqn, Apply) and eqn.op in ("operator.is_", "operator.is_not")
        and eqn.args[1] == NOTHING and isinstance(trace.kinds.get(eqn.args[0]), k.Any_)  # type: ignore[arg-type]
        for eqn in walk(trace.body)
    )  # fmt: skip


def holding(trace: Trace) -> dict[Atom, None]:
    """What may hold None."""
    return _reached_by(trace, NOTHING)[1]


def absent(trace: Trace) -> dict[Atom, None]:
    """What may be None, also because no path has made it."""
    return _reached_by(trace, NOTHING, UNDEF)[0]


def _reached_by(trace: Trace, *seeds: Atom) -> tuple[dict[Atom, None], dict[Atom, None]]:
    """What may be one of these, and what may hold one."""
    absent: dict[Atom, None] = dict.fromkeys(seeds)
    holding: dict[Atom, None] = _asked_inside(trace)
    if not holding and not _names(trace, absent):
        return absent, holding
    flows = _flows(trace)
    _add_sources(holding, flows)
    for each in (trace, *trace.functions.values()) if holding else ():
        tangents = ((dot, of) for dot, (of, ending) in each.partners.items() if ending == "_dot")
        holding.update((dot, None) for dot, of in tangents if of in holding)
    todo: list[Atom] = [*seeds, *holding]
    while todo:
        source = todo.pop()
        may_be, may_hold = source in absent, source in holding
        for target, way in flows.get(source, ()):
            be = may_hold if way == "out" else may_be and way != "in"
            hold = may_hold or (may_be and way in ("in", "any"))
            if (be and target not in absent) or (hold and target not in holding):
                todo.append(target)
            if be:
                absent[target] = None
            if hold:
                holding[target] = None
    return absent, holding


def _add_sources(holding: dict[Atom, None], flows: dict[Atom, list[tuple[Atom, str]]]) -> None:
    """What is asked of a list is asked of what that was before it was changed, too."""
    sources: dict[Atom, list[Atom]] = {}
    for source, targets in flows.items() if holding else ():
        for target, way in targets:
            if way == "same":
                sources.setdefault(target, []).append(source)
    todo = list(holding)
    while todo:
        new = [source for source in sources.get(todo.pop(), ()) if isinstance(source, Var)]
        todo += [source for source in new if source not in holding]
        holding.update(dict.fromkeys(new))


def _flows(trace: Trace) -> dict[Atom, list[tuple[Atom, str]]]:
    """Where everything goes, and how."""
    every = (trace, *trace.functions.values())
    kinds = {var: kind for each in every for var, kind in each.kinds.items()}
    flows: dict[Atom, list[tuple[Atom, str]]] = {}
    for each in every:
        for eqn in walk(each.body):
            for target, source, way in _passed(eqn, trace, kinds):
                if isinstance(source, Var) or source in (NOTHING, UNDEF):
                    flows.setdefault(source, []).append((target, way))
    return flows


def _names(trace: Trace, seeds: dict[Atom, None]) -> bool:
    """Is one of these written where it may go anywhere from?"""
    every = (trace, *trace.functions.values())
    return any(not _named_in(each.body).isdisjoint(seeds) for each in every)


_named: WeakKeyDictionary[Block, frozenset[Atom]] = WeakKeyDictionary()


def _named_in(body: Block) -> frozenset[Atom]:
    """Which of None and what is undefined is written so in this body.  Found once."""
    found = _named.get(body)
    if found is None:
        atoms = list(body.results)
        for eqn in walk(body):
            if not isinstance(eqn, Apply):
                atoms += (*operands(eqn), *(a for b in blocks(eqn) for a in b.results))
            elif eqn.op in PASSES_ON:
                atoms += eqn.args
        found = _named[body] = frozenset((NOTHING, UNDEF)).intersection(atoms)
    return found


IDENTITIES = ("operator.is_", "operator.is_not")
SAME = {"mem.copy", "mem.same", "mem.stop", "mem.zeros_like", "mem.exchange"}
FIRST = {"mem.append", "mem.push", "mem.write"}
"""What gives its first operand, with the others in it."""
DISPLAYS = {"mem.dict", "mem.list", "mem.tuple"}
PASSES_ON = SAME | FIRST | DISPLAYS


def _passed(
    eqn: Equation, trace: Trace, kinds: dict[Var, k.Kind]
) -> Iterator[tuple[Atom, Atom, str]]:
    """What an equation makes, or binds, where that comes from, and how: as the same, as a thing
    that is in the other, or was; or in any way."""
    match eqn:
        case Apply():
            yield from ((out, *each) for out in eqn.outs for each in _operands(eqn, kinds))
        case Call():
            callee = trace.functions[eqn.function]
            yield from ((leaf, arg, "same") for leaf, arg in zip(callee.inputs, eqn.args))
            results = zip(eqn.outs, leaves(callee.result))
            yield from ((out, leaf, "same") for out, leaf in results)
        case If():
            for out, *given in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                yield from ((out, atom, "same") for atom in given)
        case For() | While():
            for param, out, *given in zip(eqn.params, eqn.outs, eqn.inits, eqn.body.results):
                yield from ((target, atom, "same") for target in (param, out) for atom in given)


def _operands(eqn: Apply, kinds: dict[Var, k.Kind]) -> Iterator[tuple[Atom, str]]:
    if eqn.op in SAME:
        yield eqn.args[0], "same"
    elif eqn.op in FIRST:
        yield eqn.args[0], "same"
        yield from ((arg, "in") for arg in eqn.args[1:])
    elif eqn.op in DISPLAYS:
        yield from ((arg, "in") for arg in eqn.args)
    elif eqn.op == "mem.getitem":
        if _holds(eqn.args[0], kinds):
            yield eqn.args[0], "out"
    else:
        yield from ((arg, "any") for arg in eqn.args if _holds(arg, kinds))


def _holds(atom: Atom, kinds: dict[Var, k.Kind]) -> bool:
    """Is it something with items that may be anything?"""
    return isinstance(atom, Var) and not isinstance(kinds[atom], (k.Scalar, k.Array))
