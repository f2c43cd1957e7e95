"""The two sweeps of a call become one, where its seed is known before the call.

    power_forward(x, n, tape):               power_joint(x, n, value_bar):
      v, tape = call power_forward(x, ...)     v_bar = mul(x, value_bar)
      y = mul(x, v)                            v, w = call power_joint(x, ..., v_bar)
      tape = push(tape, v)                     y = mul(x, v)
    power_reverse(x, n, value_bar, tape):      x_bar = add(mul(v, value_bar), w)
      v, tape = unpush(tape)             ->    return y, x_bar
      v_bar = mul(x, value_bar)
      w, tape = call power_reverse(...)
      x_bar = add(mul(v, value_bar), w)

The body of the one is that of the forward sweep and then that of the reverse sweep, `together`:
pairs of branches, of loops and of the calls inside become one each.  It is taken where in the end
nothing is left on the tape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.simplify.dead import with_effects
from adcompile.simplify.joint import is_comment
from adcompile.simplify.together import Joined, Together
from adcompile.trace.ir import Atom, Block, Reverses, Trace, Var, callee, free, with_own_kinds
from adcompile.trace.kinds import Kind
from adcompile.trace.substitute import clone
from adcompile.transforms.additive import all_sum_up
from adcompile.transforms.naming import function_name

NAME = "joint_calls"


def joint_calls(trace: Trace) -> Trace:
    """The trace with such pairs of sweeps made one."""
    if all(function.reverses is None for function in trace.functions.values()):
        return trace
    program = _Program(trace)
    made = program.made()
    functions = {
        name: program.caller(replace(function, reverses=None))
        for name, function in trace.functions.items()
    }
    return replace(program.caller(trace), functions={**functions, **made})


class _Program:
    """What is joined so far: every pair of sweeps at first, and then those that can be."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.effects = with_effects(trace)
        self.joined: dict[str, Joined] = {}
        names = dict.fromkeys(trace.functions)
        for name, function in trace.functions.items():
            link = function.reverses
            if link is not None:
                new = function_name(f"{link.primal}_joint", names)
                names[new] = None
                self.joined[name] = self._joined(new, link)
        self.adders: dict[str, dict[int, int]] = {}

    def _joined(self, name: str, link: Reverses) -> Joined:
        forward = self.trace.functions[link.forward]
        tapes = len(forward.inputs) - len(self.trace.functions[link.primal].inputs)
        inputs, results = (len(x) - tapes for x in (forward.inputs, forward.body.results))
        adds = {n - len(link.given) + inputs: m + results for n, m in link.adds.items()}
        return Joined(name, link, tapes, adds)

    def made(self) -> dict[str, Trace]:
        """The joint functions, of the pairs for which there is one."""
        self.adders = {name: dict(each.link.adds) for name, each in self.joined.items()}
        self.adders |= {each.name: dict(each.adds) for each in self.joined.values()}
        while True:
            made = {name: self._function(name) for name in self.joined}
            failed = [name for name, function in made.items() if function is None]
            functions = {self.joined[name].name: f for name, f in made.items() if f is not None}
            for name in failed:
                del self.adders[name], self.adders[self.joined.pop(name).name]
            if not failed and not self._disproved(functions):
                return functions

    def _disproved(self, functions: Mapping[str, Trace]) -> bool:
        """Forget the parameters that are not only added to; were there any?"""
        found = False
        for name, adds in self.adders.items():
            function = functions.get(name) or self.trace.functions[name]
            for n, m in list(adds.items()):
                ends = [function.inputs[n]], [function.body.results[m]]
                if not all_sum_up(*ends, function.body, self.adders):
                    del adds[n]
                    found = True
        return found

    def _function(self, name: str) -> Trace | None:
        """The joint function of a reverse sweep, or None where a tape is left."""
        joined = self.joined[name]
        reverse, forward = self.trace.functions[name], self.trace.functions[joined.link.forward]
        kinds: dict[Var, Kind] = {**self.trace.kinds, **forward.kinds, **reverse.kinds}
        first: dict[Var, Atom] = {var: _copy(var, kinds) for var in forward.inputs}
        body = clone(forward.body, first, kinds)
        inputs = list(first.values())
        plain, tapes = inputs[: -joined.tapes], inputs[-joined.tapes :]
        count = len(joined.link.given)
        own = reverse.inputs[count : -joined.tapes]
        second: dict[Var, Atom] = {var: _copy(var, kinds) for var in own}
        more = list(second.values())
        second |= zip(reverse.inputs[:count], (plain[n] for n in joined.link.given))
        second |= zip(reverse.inputs[-joined.tapes :], body.results[-joined.tapes :])
        rest = clone(reverse.body, second, kinds)
        whole = Block((*body.eqns, *rest.eqns), (*body.results[: -joined.tapes], *rest.results))
        whole = self._together(kinds).settled(whole)
        left, results = whole.results[-joined.tapes :], whole.results[: -joined.tapes]
        read = free(Block(whole.eqns, results))
        if left != tuple(tapes) or any(tape in read for tape in tapes):
            return None
        params = [var for var in (*plain, *more) if isinstance(var, Var)]
        doc = f"Both sweeps of {joined.link.primal}."
        body = Block(whole.eqns, results)
        return with_own_kinds(callee(joined.name, params, body, kinds, doc, forward.loc))

    def caller(self, trace: Trace) -> Trace:
        """A function with the calls that it makes of pairs of sweeps."""
        forwards = {each.link.forward for each in self.joined.values()}
        if not self.joined or trace.name in forwards or trace.name in self.joined:
            return trace
        kinds: dict[Var, Kind] = dict(trace.kinds)
        together = self._together(kinds, late=True)
        body = _without_last_mark(together.block(trace.body))
        if not together.calls:
            return trace
        changed = replace(trace, body=body, kinds=kinds)
        return replace(changed, result=together.read_tree(trace.result))

    def _together(self, kinds: dict[Var, Kind], late: bool = False) -> Together:
        return Together(self.joined, self.adders, self.effects, kinds, late)


def _without_last_mark(block: Block) -> Block:
    """The block without the heading of a sweep of which nothing is left."""
    if not block.eqns or not is_comment(block.eqns[-1]):
        return block
    return Block(block.eqns[:-1], block.results)


def _copy(var: Var, kinds: dict[Var, Kind]) -> Var:
    new = Var(var.name)
    kinds[new] = kinds[var]
    return new
