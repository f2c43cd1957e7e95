"""Finding out what callees do to the memory they are given.

Begins with nothing and goes through all callees until nothing new is found: a callee destroys what
it passes to one that does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.emit.alias import EXTERNAL, Aliases
from adcompile.emit.loans import settled
from adcompile.emit.makers import definitions, flows
from adcompile.emit.owners import Facts, Owners, Shares, seen
from adcompile.emit.recompute import recompute
from adcompile.emit.storage import reuse, separate, store
from adcompile.passes import ALL, Passes
from adcompile.rules.memory import DESTRUCTIVE
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Call, Node, Trace, Tree, Var


def find(functions: Mapping[str, Trace]) -> dict[str, Facts]:
    """The facts of all callees."""
    facts = {
        name: Facts({}, (Shares(),) * len(callee.body.results))
        for name, callee in functions.items()
    }
    changed = True
    while changed:
        changed = False
        for name, callee in functions.items():
            new = _facts(replace(callee, functions=Owners(functions, facts, name, True)))
            if new != facts[name]:
                facts[name], changed = new, True
    return facts


def _facts(trace: Trace) -> Facts:
    aliases = Aliases(trace)
    parts = {}
    for n, var in enumerate(trace.inputs):
        if not aliases.immutable(var):
            parts[aliases.object(var)] = (n, "")
            parts[aliases.object(var, "inner")] = (n, "inner")
    results = []
    ends = trace.body.results
    for number, atom in enumerate(ends):
        alias = aliases[atom]
        # an array made here that another result holds too, as a tape does: nobody else's to change
        others = (aliases[other].all for n, other in enumerate(ends) if n != number)
        made = frozenset(n for n in alias.own if n not in parts)
        tape = isinstance(atom, Var) and isinstance(trace.kinds[atom], k.Tape)
        shared = not tape and any(not made.isdisjoint(other) for other in others)
        own = frozenset(parts[n] for n in alias.own if n in parts)
        reach = frozenset(parts[n] for n in alias.reach if n in parts)
        results.append(Shares(own, reach, shared or EXTERNAL in alias.all))
    return Facts(aliases.destroyed, tuple(results))


def kept(functions: Mapping[str, Trace], facts: Mapping[str, Facts]) -> dict[str, Facts]:
    """The facts with the results that are, on every path, the object of a destroyed parameter.

    To be asked of traces that are safe to write in place: a copy on the way is another object.
    """
    found = {name: _candidates(callee, facts) for name, callee in functions.items()}
    changed = True
    while changed:
        changed = False
        for name, callee in functions.items():
            good = {
                number: n for number, n in found[name].items()
                if _is_object(callee, callee.body.results[number], callee.inputs[n], found)
            }  # fmt: skip
            if good != found[name]:
                found[name], changed = good, True
    return {name: replace(facts[name], kept=found[name]) for name in functions}


def _candidates(callee: Trace, facts: Mapping[str, Facts]) -> dict[int, int]:
    """For each result the destroyed parameter that it may be, if there is one."""
    defined = definitions(callee)
    inputs = {var: n for n, var in enumerate(callee.inputs)}
    known = replace(callee, functions=Owners(callee.functions, facts, callee.name))
    result: dict[int, int] = {}
    for number, atom in enumerate(callee.body.results):
        reached: dict[int, None] = {}
        seen: dict[Atom, None] = {}
        stack = [atom]
        while stack:
            atom = stack.pop()
            if not isinstance(atom, Var) or atom in seen:
                continue
            seen[atom] = None
            if atom in inputs:
                reached[inputs[atom]] = None
            elif atom in defined:
                stack += flows(known, *defined[atom])
        mine = [n for n in reached if n in facts[callee.name].destroyed]
        if len(mine) == 1 and mine[0] not in result.values():
            result[number] = mine[0]
    return result


def _is_object(
    callee: Trace, result: Atom, wanted: Var, found: Mapping[str, Mapping[int, int]]
) -> bool:
    """Is this result the object that the parameter was, on every path?"""
    defined = definitions(callee)
    seen: dict[Atom, None] = {}
    stack = [result]
    while stack:
        atom = stack.pop()
        if atom is wanted or atom in seen:
            continue
        if not isinstance(atom, Var) or atom not in defined:
            return False
        seen[atom] = None
        eqn, i = defined[atom]
        if isinstance(eqn, Call):
            kept = found[eqn.function]
            if i not in kept:
                return False
            stack.append(eqn.args[kept[i]])
        elif isinstance(eqn, Apply):
            changed = eqn.op in DESTRUCTIVE and i == len(eqn.outs) - 1
            if eqn.op != "mem.same" and not (changed and _in_place(eqn, callee)):
                return False
            stack.append(eqn.args[0])
        else:
            stack += flows(callee, eqn, i)
    return True


def _in_place(eqn: Apply, callee: Trace) -> bool:
    """Is a destructive equation written in place?  A sum of numbers-or-arrays is not."""
    return len(eqn.args) != 2 or eqn.op != "mem.accumulate" or isinstance(
        callee.kinds[eqn.outs[-1]], k.Array
    )  # fmt: skip


def without_kept(trace: Trace) -> Trace:
    """A callee that does not return the objects it was given."""
    functions = trace.functions
    if not isinstance(functions, Owners) or not functions.me:
        return trace
    left = functions.facts[functions.me].kept
    results = tuple(atom for n, atom in enumerate(trace.body.results) if n not in left)
    tree: Tree = (
        results[0] if len(results) == 1 else Node("tuple", tuple(range(len(results))), results)
    )
    return replace(trace, body=replace(trace.body, results=results), result=tree)


def in_place(trace: Trace, passes: Passes = ALL) -> Trace:
    """The trace and its callees with what writing in place needs."""
    facts = find(trace.functions)
    safe = {
        name: reuse(
            store(
                recompute(replace(callee, functions=Owners(trace.functions, facts, name)), passes)
            ),
            passes,
        )
        for name, callee in trace.functions.items()
    }
    facts = kept(safe, facts)
    functions = {
        name: settled(replace(callee, functions=Owners(safe, facts, name)))
        for name, callee in safe.items()
    }
    main = replace(trace, functions=Owners(functions, facts))
    main = seen("shapes", recompute(main, passes))
    main = seen("storage", separate(store(main)))
    return seen("reuse", settled(reuse(main, passes)))
