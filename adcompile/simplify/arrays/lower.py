"""Equations between whole arrays become loops over their elements, as few as they can be.

    v1 = sub(x, y)                       s = 0.0
    v2 = mul(v1, v1)            ->       for i in range(n):
    s = numpy.sum(v2)                      v1 = x[i] - y[i]
                                           s = s + v1 * v1

For compiled code, where a loop costs nothing and a temporary array does.
"""

from __future__ import annotations

from dataclasses import replace

from adcompile.rules.build import Builder
from adcompile.rules.memory import asks_layout
from adcompile.rules.reduced_kinds import normal_axes
from adcompile.simplify.arrays.carried import in_place
from adcompile.simplify.arrays.displays import with_elements
from adcompile.simplify.arrays.fills import with_fills
from adcompile.simplify.arrays.fitted import fitted
from adcompile.simplify.arrays.fusion import Fusion, Loop, Stmt
from adcompile.simplify.arrays.loops import Loops
from adcompile.simplify.arrays.naturals import naturals
from adcompile.simplify.arrays.nodes import DTYPES, FLOATS
from adcompile.simplify.arrays.ones import with_ones
from adcompile.simplify.arrays.plan import LIKE, SHAPES, Planner
from adcompile.simplify.turns import Facts
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
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
    everywhere,
    walk,
)
from adcompile.trace.partial import partial
from adcompile.transforms.storages import Storages

NAME = "arrays"


def arrays(trace: Trace) -> Trace:
    """The trace with loops over elements."""
    return everywhere(_lowered, with_fills(trace))


def _lowered(trace: Trace) -> Trace:
    trace = with_elements(with_ones(trace))
    return _Arrays(fitted(trace, _unsure(trace))).run()


class _Arrays:
    """The change of one function."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.build = Builder(dict(trace.kinds))
        self.storages = Storages(trace)
        self.partial = _unsure(trace)
        self.naturals = naturals(trace)
        self.facts = Facts(trace)
        self.made: dict[Var, Apply] = {}

    def run(self) -> Trace:
        if asks_layout(self.trace):
            return self.trace
        for eqn in walk(self.trace.body):
            if isinstance(eqn, Apply):
                self.made.update(dict.fromkeys(eqn.outs, eqn))
        body = self.block(self.trace.body)
        return replace(self.trace, body=body, kinds=self.build.kinds)

    def block(self, block: Block) -> Block:
        block = self.without_means(block)
        planner = Planner(block, self.build.kinds, self.made, self.storages, self.partial)
        plan = planner.run()
        fusion = Fusion(planner, plan, self.facts.has_effect)
        items = fusion.run(block.eqns)
        with self.build.block() as eqns:
            loops = Loops(self.build, plan, fusion, self.naturals)
            for item in items:
                self.build.eqns = eqns
                if isinstance(item, (Stmt, Loop)):
                    loops.item(item)
                else:
                    self.equation(item, loops)
        return Block(tuple(eqns), block.results)

    def without_means(self, block: Block) -> Block:
        """The block with sums, and a division, for means."""
        if not any(isinstance(e, Apply) and e.op == "numpy.mean" for e in block.eqns):
            return block
        with self.build.block() as eqns:
            for eqn in block.eqns:
                if not isinstance(eqn, Apply) or eqn.op != "numpy.mean" or not self.mean(eqn):
                    self.build.eqns.append(eqn)
        return Block(tuple(eqns), block.results)

    def mean(self, eqn: Apply) -> bool:
        """Append a mean as a sum over a count, if it is one of floats over known axes."""
        build, x = self.build, eqn.args[0]
        kind = build.kind(x)
        axis = eqn.args[1] if len(eqn.args) > 1 else Lit(None)
        if not isinstance(kind, k.Array) or not kind.dims or kind.dtype not in FLOATS:
            return False
        if not isinstance(axis, Lit) or eqn.args[2:3] not in ((), (Lit(None),)):
            return False
        build.loc = eqn.loc
        total = build.apply("numpy.sum", *eqn.args, name=eqn.out.name)
        shape = build.apply("numpy.shape", x)
        count: Atom = Lit(1)
        for n in normal_axes(axis.value, len(kind.dims)):
            size = build.apply("mem.getitem", shape, Lit(n))
            count = size if count == Lit(1) else build.apply("operator.mul", count, size)
        for made in (shape, total):
            definition = build.definition(made) if isinstance(made, Var) else None
            if isinstance(definition, Apply):
                self.made[definition.out] = definition
        if kind.dtype == "float32":
            count = build.apply("numpy.float32", count)
        build.eqns.append(Apply((eqn.out,), "numpy.divide", (total, count), eqn.loc))
        return True

    def equation(self, eqn: Equation, loops: Loops) -> None:
        """Append an equation that stays; what it asks of the shape of an array that is none."""
        build = self.build
        match eqn:
            case Apply():
                build.eqns.append(self.shaped(eqn, loops))
            case If():
                then, orelse = self.block(eqn.then), self.block(eqn.orelse)
                build.eqns.append(replace(eqn, then=then, orelse=orelse))
            case For() | While():
                eqn = in_place(eqn, build)
                build.eqns.append(replace(eqn, body=self.block(eqn.body)))
            case _:
                build.eqns.append(eqn)

    def shaped(self, eqn: Apply, loops: Loops) -> Apply:
        x = eqn.args[0] if eqn.args else None
        if eqn.op not in (*SHAPES, *LIKE) or x not in loops.plan.nodes:
            return eqn
        assert isinstance(x, Var)
        kind = self.build.kinds[x]
        assert isinstance(kind, k.Array) and kind.dims is not None
        sizes = [loops.lengths.of(x, n) for n in range(len(kind.dims))]
        if eqn.op == "builtins.len":
            return Apply(eqn.outs, "mem.same", (sizes[0],), eqn.loc)
        if eqn.op == "numpy.shape":
            return Apply(eqn.outs, "mem.tuple", tuple(sizes), eqn.loc)
        shape = self.build.apply("mem.tuple", *sizes)
        name = eqn.op.split(".")[1].removesuffix("_like")
        dtype = k.dtype_of(self.build.kinds[eqn.out])
        more = (Lit(DTYPES[dtype]),) if dtype in DTYPES else ()
        return Apply(eqn.outs, f"numpy.{name}", (shape, *more), eqn.loc)


def _unsure(trace: Trace) -> dict[Atom, None]:
    """What may be undefined, and what is made of that: no array, maybe, whatever its kind says.

    Not what is made of numbers: where a number is read, there is one.
    """
    found = partial(trace)
    eqns = list(walk(trace.body)) if len(found) > 1 else []
    count = 0

    def spreads(atom: Atom) -> bool:
        kind = trace.kinds.get(atom) if isinstance(atom, Var) else None
        return atom in found and not isinstance(kind, k.Scalar)

    while count != len(found):
        count = len(found)
        for eqn in eqns:
            match eqn:
                case Apply() | Call():
                    if any(map(spreads, eqn.args)):
                        found.update(dict.fromkeys(eqn.outs))
                case If():
                    for out, *results in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                        if any(map(spreads, results)):
                            found[out] = None
                case For() | While():
                    sources = zip(eqn.params, eqn.outs, eqn.inits, eqn.body.results)
                    for param, out, *given in sources:
                        if any(map(spreads, given)):
                            found[param] = found[out] = None
    return found
