"""The invariants of a trace.

    every variable is defined once, before it is read, in a block around its use, and has a kind;
    an If, For or While has as many outs as its blocks have results (one more with `exits`);
    the leaves of `result` are `body.results`; parameters have names of their own.

That each operation has the arguments its row wants is checked by `rules.check`.
"""

from __future__ import annotations

from collections.abc import Mapping

from adcompile.errors import CompilerError
from adcompile.trace.ir import (
    NOTHING,
    Apply,
    Atom,
    Block,
    Call,
    Equation,
    For,
    If,
    Lit,
    Trace,
    Var,
    While,
    bound,
    leaves,
    operands,
)


def verify(trace: Trace) -> None:
    """Raise CompilerError, naming the equation, if the trace breaks an invariant."""
    _Verifier(trace, trace.functions).trace_()
    for name, function in trace.functions.items():
        verifier = _Verifier(function, trace.functions)
        if name != function.name or function.functions:
            verifier.fail("a callee has the name it is called by, and no functions of its own")
        verifier.trace_()


class _Verifier:
    def __init__(self, trace: Trace, functions: Mapping[str, Trace]) -> None:
        self.trace = trace
        self.functions = functions
        self.defined: set[Var] = set()
        self.visible: set[Var] = set()
        self.order: list[Var] = []
        self.place: str | Equation = "the parameters"

    def trace_(self) -> None:
        trace = self.trace
        names = [param.name for param in trace.params]
        for name in names:
            if names.count(name) > 1:
                self.fail(f"two parameters are called {name!r}")
        for param in trace.params:
            self.define(tuple(leaf for leaf in leaves(param.tree) if leaf != NOTHING))
        self.block(trace.body)
        self.place = "the result"
        result, results = tuple(leaves(trace.result)), trace.body.results
        if len(result) != len(results) or any(not _same(a, b) for a, b in zip(result, results)):
            self.fail("the leaves of the result are not the results of the body")

    def fail(self, message: str) -> None:
        place = self.place if isinstance(self.place, str) else describe(self.place)
        raise CompilerError(f"trace {self.trace.name}, {place}: {message}")

    def define(self, outs: tuple[Atom, ...]) -> None:
        for var in outs:
            if not isinstance(var, Var):
                self.fail(f"{var!r} is defined, but is no variable")
                return
            if var in self.defined:
                self.fail(f"{var!r} is defined twice")
            if self.trace.kinds.get(var) is None:
                self.fail(f"{var!r} has no kind")
            self.defined.add(var)
            self.visible.add(var)
            self.order.append(var)

    def read(self, atoms: tuple[Atom, ...]) -> None:
        for atom in atoms:
            if isinstance(atom, Var):
                if atom not in self.visible:
                    why = "outside its block" if atom in self.defined else "before it is defined"
                    self.fail(f"{atom!r} is read {why}")
            elif not isinstance(atom, Lit):
                self.fail(f"{atom!r} is neither a variable nor a literal")

    def block(self, block: Block, count: int | None = None, bound: tuple[Var, ...] = ()) -> None:
        """Check a block with `bound` defined in it, that has to have `count` results."""
        place, mark = self.place, len(self.order)
        self.define(bound)
        for eqn in block.eqns:
            self.place = eqn
            self.equation(eqn)
        self.place = place
        self.read(block.results)
        if count is not None and len(block.results) != count:
            self.fail(f"a block has {len(block.results)} results where {count} are needed")
        for var in self.order[mark:]:
            self.visible.discard(var)
        del self.order[mark:]

    def equation(self, eqn: Equation) -> None:
        self.read(operands(eqn))
        match eqn:
            case Apply():
                if not isinstance(eqn.op, str):
                    self.fail("the operation is no name")
            case Call():
                self.call(eqn)
            case If():
                self.block(eqn.then, len(eqn.outs))
                self.block(eqn.orelse, len(eqn.outs))
            case For() | While():
                self.loop(eqn)
            case _:
                self.fail("this is no equation")
        self.define(eqn.outs)

    def call(self, eqn: Call) -> None:
        function = self.functions.get(eqn.function)
        if function is None:
            self.fail("there is no such function")
            return
        for what, found, wanted in (
            ("arguments", len(eqn.args), len(function.inputs)),
            ("results", len(eqn.outs), len(function.body.results)),
        ):
            if found != wanted:
                self.fail(f"{found} {what} where {eqn.function} has {wanted}")

    def loop(self, eqn: For | While) -> None:
        count = len(eqn.outs)
        if len(eqn.inits) != count or len(eqn.params) != count:
            self.fail(f"{len(eqn.inits)} inits, {len(eqn.params)} params, {count} outs")
        if isinstance(eqn, While):
            # The condition and the body see the same params, and not what the other one defines.
            self.block(eqn.cond, 1, eqn.params)
            self.defined.difference_update(eqn.params)
        self.block(eqn.body, count + eqn.exits, bound(eqn))


def _same(a: Atom, b: Atom) -> bool:
    return a is b


def describe(eqn: Equation) -> str:
    """A few words for an equation, with its line."""
    outs = ", ".join(getattr(var, "name", "") or "_" for var in eqn.outs)
    what = eqn.op if isinstance(eqn, Apply) else type(eqn).__name__
    what = eqn.function if isinstance(eqn, Call) else what
    line = f" (line {eqn.loc.line} of {eqn.loc.file})" if eqn.loc is not None else ""
    return f"equation {outs} = {what}{line}" if outs else f"equation {what}{line}"
