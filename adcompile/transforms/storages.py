"""Which arrays, lists and dicts are overwritten: keeping a value of theirs takes a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from adcompile.rules import memory, table
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Call, Equation, For, If, Trace, Var, While, walk


class Storages:
    """The variables in classes that may share memory, by all equations of a trace."""

    def __init__(
        self,
        trace: Trace,
        functions: Mapping[str, Trace] | None = None,
        lost: Mapping[str, set[int]] | None = None,
    ) -> None:
        self.parent: dict[Var, Var] = {}
        self.kinds = trace.kinds
        self.lost = lost_parameters(functions or trace.functions) if lost is None else lost
        changed: list[Var] = []
        for eqn in walk(trace.body):
            self._equation(eqn, changed)
        self.changed = {self._root(var) for var in changed}

    def overwritten(self, var: Var) -> bool:
        """May what the variable names be overwritten?"""
        return not k.immutable(self.kinds.get(var)) and self._root(var) in self.changed

    def root(self, var: Var) -> Var:
        """One variable for all that may share memory with this one."""
        return self._root(var)

    def shared(self, a: Atom, b: Atom) -> bool:
        """May two values share memory?"""
        return isinstance(a, Var) and isinstance(b, Var) and self._root(a) is self._root(b)

    def _root(self, var: Var) -> Var:
        root = var
        while (above := self.parent.get(root, root)) is not root:
            root = above
        while (above := self.parent.get(var, var)) is not root:
            self.parent[var], var = root, above
        return root

    def _unite(self, a: Atom, b: Atom) -> None:
        if isinstance(a, Var) and isinstance(b, Var) and not k.immutable(self.kinds[a]):
            self.parent[self._root(a)] = self._root(b)

    def _equation(self, eqn: Equation, changed: list[Var]) -> None:
        match eqn:
            case Apply():
                if eqn.op in memory.DESTRUCTIVE and isinstance(eqn.args[0], Var):
                    changed.append(eqn.args[0])
                if eqn.op in memory.DESTRUCTIVE or is_view(eqn):
                    self._unite(eqn.outs[-1], eqn.args[0])
                if eqn.op in ("mem.list", "mem.tuple", "mem.append"):
                    for arg in eqn.args:
                        self._unite(eqn.out, arg)
            case Call():
                lost = self.lost.get(eqn.function, ())
                changed += [a for n, a in enumerate(eqn.args) if n in lost and isinstance(a, Var)]
                self._call(eqn.outs, [arg for arg in eqn.args if isinstance(arg, Var)])
            case If():
                for branch in (eqn.then, eqn.orelse):
                    self._unite_all(eqn.outs, branch.results)
            case For() | While():
                self._unite_all(eqn.params, eqn.inits)
                self._unite_all(eqn.params, eqn.body.results)
                self._unite_all(eqn.outs, eqn.params)

    def _call(self, outs: Sequence[Var], args: Sequence[Var]) -> None:
        """What a callee gives may be, or hold, what it is given; a tape may be any other tape.

        What is on a tape is not changed with it.
        """
        tapes = {var: None for var in (*args, *outs) if isinstance(self.kinds[var], k.Tape)}
        given = next((arg for arg in args if arg in tapes), None)
        if given is not None and any(out in tapes for out in outs):
            for tape in tapes:
                self._unite(tape, given)
        others = [arg for arg in args if arg not in tapes]
        for out in (out for out in outs if out not in tapes):
            for arg in others:
                if not self._apart(out, arg):
                    self._unite(out, arg)

    def _apart(self, a: Var, b: Var) -> bool:
        """Can two values that are no tapes, by their kinds, share no memory?"""
        first, second = self.kinds[a], self.kinds[b]
        if k.immutable(first) or k.immutable(second):
            return True
        plain = (k.List, k.Dict)
        flat = [isinstance(x, plain) and k.immutable(x.item) for x in (first, second)]
        return (isinstance(first, k.Array) and flat[1]) or (isinstance(second, k.Array) and flat[0])

    def _unite_all(self, first: Iterable[Atom], second: Iterable[Atom]) -> None:
        for a, b in zip(first, second):
            self._unite(a, b)


def lost_parameters(functions: Mapping[str, Trace]) -> dict[str, set[int]]:
    """The numbers of the parameters that each callee may overwrite.

    A callee is looked at again where one that it calls was found to overwrite more.
    """
    lost: dict[str, set[int]] = {name: set() for name in functions}
    callers: dict[str, dict[str, None]] = {name: {} for name in functions}
    for name, function in functions.items():
        for eqn in walk(function.body):
            if isinstance(eqn, Call):
                callers.setdefault(eqn.function, {})[name] = None
    left = dict.fromkeys(functions)
    while left:
        name = next(iter(left))
        del left[name]
        storages = Storages(functions[name], functions, lost)
        inputs = functions[name].inputs
        new = {n for n, var in enumerate(inputs) if storages.overwritten(var)}
        if new != lost[name]:
            lost[name] = new
            left.update(callers[name])
    return lost


def is_view(eqn: Apply) -> bool:
    """May the result share memory with the first operand?"""
    if eqn.op in ("mem.getitem", "mem.same"):
        return True
    row = None if eqn.op.startswith("mem.") else table.lookup(eqn.op, len(eqn.args))
    return row is not None and row.view != ""
