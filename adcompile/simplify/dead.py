"""What nobody reads is not computed.

    v1 = math.sin(x)
    for i in range(n) carry a.1 = (1.0, a.2) -> a.3, b.1 = (v1, b.2) -> b.3:
      a.2 = mul(a.1, x)                     for i in range(n) carry a.1 = (1.0, a.2) -> a.3:
      b.2 = add(b.1, 1.0)         ->          a.2 = mul(a.1, x)
    return a.3                              return a.3

Marks, from the results and the effects backwards, what is read; then keeps what is marked.  A
carried variable that only makes itself is not marked.  An effect stays, and so does what decides
whether and how often it happens.  Of a callee only the results that a call reads are kept, and the
parameters that these, or an effect, need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from adcompile.rules import memory
from adcompile.rules.raising import may_raise
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Node,
    Trace,
    Tree,
    Var,
    While,
    blocks,
    walk,
)

NAME = "dead"


def dead(trace: Trace) -> Trace:
    """The trace without equations, outs and carried variables that nobody reads."""
    if _clean.get(trace.body) == tuple(trace.functions.items()):
        return trace
    swept = _swept(trace)
    _clean[swept.body] = tuple(swept.functions.items())
    return swept


_clean: WeakKeyDictionary[Block, tuple[tuple[str, Trace], ...]] = WeakKeyDictionary()
"""Bodies of traces in which all is read, each with the callees beside it."""


def _swept(trace: Trace) -> Trace:
    program = _Program(trace)
    functions = {
        name: program.reduced(callee, marks)
        for name, callee in trace.functions.items()
        if (marks := program.callees[name]).calls
    }
    body = _sweep(trace.body, range(len(trace.body.results)), program.marks)
    if body is trace.body and not trace.functions:
        return trace
    return replace(trace, body=body, functions=functions)


class _Program:
    """The marks of a trace and of its callees: what one reads, another has to make."""

    def __init__(self, trace: Trace) -> None:
        self.effective = with_effects(trace)
        self.bodies, self.tried = trace.functions, dict[str, None]()
        self.callees = {name: _Marks(callee, self) for name, callee in trace.functions.items()}
        self.marks = _Marks(trace, self)
        self.marks.need(trace.body.results)
        self.marks.start()
        everyone = (self.marks, *self.callees.values())
        while any(marks.queue for marks in everyone):
            for marks in everyone:
                marks.settle()

    def call(self, caller: _Marks, eqn: Call) -> None:
        """A call is kept: so are the effects of the callee, and what it needs of its parameters."""
        marks = self.callees[eqn.function]
        if not marks.calls:
            marks.start()
        marks.calls.append((caller, eqn))
        caller.need([eqn.args[number] for number in marks.wanted])

    def attempt(self, block: Block) -> None:
        """What is called in an attempt is kept where it may raise, however deep."""
        for eqn in walk(block):
            if isinstance(eqn, Call) and eqn.function not in self.tried:
                self.tried[eqn.function] = None
                callee, marks = self.bodies[eqn.function], self.callees[eqn.function]
                for inner in walk(callee.body):
                    if isinstance(inner, Call) or may_raise(inner, callee.kinds):
                        marks.keep(inner)
                self.attempt(callee.body)

    def reduced(self, callee: Trace, marks: _Marks) -> Trace:
        params = tuple(callee.params[number] for number in sorted(marks.wanted))
        body = _sweep(callee.body, sorted(marks.given), marks)
        single = len(callee.body.results) == 1
        result: Tree = Node("tuple", tuple(range(len(body.results))), body.results)
        if len(body.results) == 1:
            result = callee.result if single else body.results[0]
        return replace(callee, params=params, body=body, result=result, reverses=None)


def with_effects(trace: Trace) -> set[str]:
    """The callees that have an effect, or call one that has."""
    found: set[str] = set()
    while True:
        more = {
            name
            for name, callee in trace.functions.items()
            if name not in found and any(_has_effect(eqn, found) for eqn in walk(callee.body))
        }
        if not more:
            return found
        found |= more


def _has_effect(eqn: Equation, functions: set[str]) -> bool:
    if isinstance(eqn, Apply):
        return eqn.op in memory.EFFECTS and not _is_comment(eqn)
    return isinstance(eqn, Call) and eqn.function in functions


class _Marks:
    """The variables that are read and the equations that are kept.

    Of a callee also the calls of it that are kept, the numbers of the parameters that it reads
    (`wanted`) and of the results that a call reads (`given`).
    """

    def __init__(self, trace: Trace, program: _Program) -> None:
        self.program = program
        self.results = trace.body.results
        self.inputs = {var: number for number, var in enumerate(trace.inputs)}
        self.calls: list[tuple[_Marks, Call]] = []
        self.wanted: dict[int, None] = {}
        self.given: dict[int, None] = {}
        self.needed: set[Var] = set()
        self.live: set[Equation] = set()
        self.maker: dict[Var, tuple[Equation, int]] = {}
        self.around: dict[Equation, Equation] = {}
        self.queue: list[Var] = []
        self.effects = self.scan(trace.body, None)

    def start(self) -> None:
        """The trace is run at all: its effects are kept."""
        for eqn in self.effects:
            self.keep(eqn)

    def settle(self) -> None:
        while self.queue:
            var = self.queue.pop()
            made = self.maker.get(var)
            if made is not None:
                if made[0] not in self.live:
                    self.keep(made[0])
                if not isinstance(made[0], Apply):
                    self.follow(*made)
            elif var in self.inputs:
                number = self.inputs[var]
                self.wanted[number] = None
                for caller, eqn in self.calls:
                    caller.need(eqn.args[number : number + 1])

    def give(self, number: int) -> None:
        """A call reads this result."""
        self.given[number] = None
        self.need(self.results[number : number + 1])

    def scan(self, block: Block, parent: Equation | None) -> list[Equation]:
        """Note who makes each variable; the equations with an effect."""
        effects: list[Equation] = []
        for eqn in block.eqns:
            if parent is not None:
                self.around[eqn] = parent
            for number, var in enumerate(eqn.outs):
                self.maker[var] = eqn, number
            if _has_effect(eqn, self.program.effective):
                effects.append(eqn)
            if isinstance(eqn, Apply):
                continue
            if isinstance(eqn, (For, While)):
                self.maker.update((var, (eqn, number)) for number, var in enumerate(eqn.params))
            if isinstance(eqn, For):
                self.maker[eqn.index] = (eqn, -1)
            for inner in blocks(eqn):
                effects += self.scan(inner, eqn)
        return effects

    def need(self, atoms: Sequence[Atom]) -> None:
        needed = self.needed
        for atom in atoms:
            if atom not in needed and isinstance(atom, Var):
                needed.add(atom)
                self.queue.append(atom)

    def keep(self, eqn: Equation) -> None:
        """Keep an equation and those around it, with what decides how often they run."""
        inner: Equation | None = eqn
        while inner is not None and inner not in self.live:
            self.live.add(inner)
            match inner:
                case Apply():
                    self.need(inner.args)
                case Call():
                    self.program.call(self, inner)
                case If():
                    self.need((inner.cond,))
                    if inner.caught:  # whatever it holds may raise
                        self.need([out for e in walk(inner.then) for out in e.outs])
                        for tried in inner.then.eqns:
                            self.keep(tried)
                        self.program.attempt(inner.then)
                case For():
                    self.need((inner.start, inner.stop, inner.step))
                case While():
                    self.need(inner.cond.results)
            if isinstance(inner, (For, While)) and inner.exits:
                self.need(inner.body.results[-1:])
            inner = self.around.get(inner)

    def follow(self, eqn: Equation, number: int) -> None:
        """Mark what the variable with this number of an equation, which is kept, is made of."""
        match eqn:
            case If():
                self.need((eqn.then.results[number], eqn.orelse.results[number]))
            case Call():
                self.program.callees[eqn.function].give(number)
            case For() | While() if number >= 0:
                self.need((eqn.inits[number], eqn.body.results[number]))


def _sweep(block: Block, kept: Sequence[int], marks: _Marks) -> Block:
    """The block with live equations only, and of its results those with a number in `kept`."""
    live = [eqn for eqn in block.eqns if eqn in marks.live or _is_comment(eqn)]
    eqns = [_reduce(eqn, marks) for eqn in live]
    return block.having(eqns, tuple([block.results[number] for number in kept]))


def _is_comment(eqn: Equation) -> bool:
    """A comment stays where its block does, and keeps nothing itself."""
    if not isinstance(eqn, Apply) or eqn.op != "mem.effect":
        return False
    text = eqn.args[0]
    return isinstance(text, Lit) and str(text.value).startswith("#")


def _reduce(eqn: Equation, marks: _Marks) -> Equation:
    """A live equation without the outs that are not read."""
    if isinstance(eqn, Apply):
        return eqn
    if isinstance(eqn, Call):
        callee = marks.program.callees[eqn.function]
        outs = tuple(eqn.outs[number] for number in sorted(callee.given))
        return replace(eqn, outs=outs, args=tuple(eqn.args[n] for n in sorted(callee.wanted)))
    if isinstance(eqn, If):
        kept = [n for n, out in enumerate(eqn.outs) if out in marks.needed]
        then, orelse = _sweep(eqn.then, kept, marks), _sweep(eqn.orelse, kept, marks)
        if len(kept) == len(eqn.outs):
            return eqn.having(eqn.cond, then, orelse)
        return replace(eqn, outs=tuple(eqn.outs[n] for n in kept), then=then, orelse=orelse)
    carried = zip(eqn.params, eqn.outs)
    kept = [n for n, pair in enumerate(carried) if any(var in marks.needed for var in pair)]
    ends = [len(eqn.outs)] if eqn.exits else []
    body = _sweep(eqn.body, [*kept, *ends], marks)
    if len(kept) == len(eqn.outs):
        if isinstance(eqn, For):
            return eqn.having(eqn.inits, eqn.bounds, body)
        return eqn.having(eqn.inits, _sweep(eqn.cond, [0], marks), body)
    facts = {
        "outs": tuple(eqn.outs[n] for n in kept),
        "inits": tuple(eqn.inits[n] for n in kept),
        "params": tuple(eqn.params[n] for n in kept),
        "body": body,
    }
    if isinstance(eqn, While):
        return replace(eqn, **facts, cond=_sweep(eqn.cond, [0], marks))  # type: ignore[arg-type]
    return replace(eqn, **facts)  # type: ignore[arg-type]
