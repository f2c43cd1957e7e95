"""Which parameters of unknown kind a refused value comes from: annotated as data, it has none.

    def f(x: "float[n]", shift):
        return np.roll(x, shift)[0]        shift, as long as nobody says that it is an int
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Call, For, If, Trace, Var, While, leaves, walk


def advice(trace: Trace, bodies: Iterable[Block], wrt: Iterable[str], lost: Iterable[Atom]) -> str:
    """What to annotate, where all that these depend on are parameters of unknown kind."""
    params = {
        leaf: param.name for param in trace.params if param.name in set(wrt)
        for leaf in leaves(param.tree) if isinstance(leaf, Var)
    }  # fmt: skip
    found = [var for var in _reached(_operands(trace, bodies), lost) if var in params]
    names = list(dict.fromkeys(params[var] for var in found))
    if not names or any(trace.kinds.get(var) != k.ANY for var in found):
        return ""
    every = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    are, them = ("is", "it") if len(names) == 1 else ("are", "them")
    return f".  Where {every} {are} data, annotate {them}: {names[0]}: int, or str, or 'int[:]'"


def _operands(trace: Trace, bodies: Iterable[Block]) -> dict[Atom, list[Atom]]:
    """What each variable is made of."""
    made: dict[Atom, list[Atom]] = {}

    def note(outs: Iterable[Atom], *sources: Iterable[Atom]) -> None:
        for each in sources:
            for out, source in zip(outs, each):
                made.setdefault(out, []).append(source)

    for eqn in (eqn for body in bodies for eqn in walk(body)):
        match eqn:
            case Apply():
                for out in eqn.outs:
                    made.setdefault(out, []).extend(eqn.args)
            case If():
                note(eqn.outs, eqn.then.results, eqn.orelse.results)
            case For() | While():
                note(eqn.params, eqn.inits, eqn.body.results)
                note(eqn.outs, eqn.inits, eqn.body.results)
            case Call():
                note(trace.functions[eqn.function].inputs, eqn.args)
                for out in eqn.outs:
                    made.setdefault(out, []).extend(eqn.args)
    return made


def _reached(made: Mapping[Atom, list[Atom]], atoms: Iterable[Atom]) -> list[Atom]:
    found = dict.fromkeys(atoms)
    waiting = list(found)
    for atom in waiting:
        more = [source for source in made.get(atom, ()) if source not in found]
        found.update(dict.fromkeys(more))
        waiting += more
    return list(found)
