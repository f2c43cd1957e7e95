"""Random traces: arrays, views, lists and tapes, written to in loops and branches.

A trace is a meaning without memory; whatever is generated here, the emitted text must compute what
`interpreter.run` computes, and leave the arguments alone.
"""

from __future__ import annotations

import random

from adcompile.rules.build import Builder
from adcompile.trace import kinds as k
from adcompile.trace.ir import Block, For, If, Lit, Node, Param, Trace, Var, While

S = k.FLOAT
A = k.Array("float", (k.Dim(None, 4),))
H = k.Array("float", (k.Dim(None, 2),))
M = k.Array("float", (k.Dim(None, 4), k.Dim(None, 2)))
L = k.List(A)
T = k.Tape((A, S))
I = k.INT
J = k.Array("int", (k.Dim(None, 2),))
KINDS = (S, A, H, M, L)
NAMES = ("", "", "", "a", "b", "u", "u", "x_bar", "v1", "np", "range", "tape")


class Generator:
    """Writes one random trace."""

    def __init__(self, seed: int, size: int = 6) -> None:
        self.random = random.Random(seed)
        self.size = size
        self.names = NAMES
        self.build = Builder()
        self.scope: list[tuple[Var, k.Kind]] = []
        self.indices: list[Var] = []

    def name(self) -> str:
        return self.random.choice(self.names)

    def pick(self, kind: k.Kind) -> Var:
        found = [var for var, of in self.scope if of == kind]
        # Recent ones and old ones alike: old versions have to stay alive.
        return self.random.choice(found[-4:] if self.random.random() < 0.5 else found)

    def put(self, op: str, *args, kind: k.Kind) -> Var:
        var = self.build.apply(op, *args, name=self.name())
        self.build.kinds[var] = kind
        self.scope.append((var, kind))
        return var

    def slice(self, start, stop, step=None):
        return self.build.apply("mem.slice", Lit(start), Lit(stop), Lit(step))

    def index(self, length: int = 4):
        if self.indices and length == 4 and self.random.random() < 0.4:
            return self.random.choice(self.indices)
        return Lit(self.random.randrange(-length, length))

    def step(self, depth: int) -> None:
        choices = [self.scalar, self.array, self.array, self.write, self.write]
        choices += [self.half, self.matrix, self.listing]
        if depth:
            choices += [self.branch, self.loop, self.loop, self.sweep, self.repeat]
        choice = self.random.choice(choices)
        if choice in (self.branch, self.loop, self.sweep, self.repeat):
            choice(depth - 1)
        else:
            choice()

    def scalar(self) -> None:
        match self.random.randrange(5):
            case 4:
                self.choice()
            case 0:
                self.put("operator.add", self.pick(S), self.pick(S), kind=S)
            case 1:
                self.put("operator.mul", self.pick(S), Lit(0.5), kind=S)
            case 2:
                self.put("mem.getitem", self.pick(A), self.index(), kind=S)
            case 3:
                self.put("operator.neg", self.pick(S), kind=S)

    def choice(self) -> None:
        """A conditional expression."""
        cond = self.build.apply("operator.lt", self.pick(S), Lit(0.4))
        with self.build.block() as eqns:
            result = self.build.apply("operator.mul", self.pick(S), Lit(0.7))
        other = self.pick(S)
        out = self.build.var(S)
        self.build.eqns.append(If((out,), cond, Block(tuple(eqns), (result,)), Block((), (other,))))
        self.scope.append((out, S))

    def array(self) -> None:
        a = self.pick(A)
        match self.random.randrange(7):
            case 0:
                self.put("operator.add", a, self.pick(A), kind=A)
            case 1:
                self.put("operator.mul", a, Lit(0.5), kind=A)
            case 2:
                self.put("operator.sub", a, self.pick(S), kind=A)
            case 3:
                self.put("mem.getitem", a, self.slice(None, None, -1), kind=A)
            case 4:
                self.put("mem.same", a, kind=A)
            case 5:
                self.put("mem.zeros_like", a, kind=A)
            case 6:
                self.put("mem.getitem", self.pick(L), Lit(self.random.randrange(2)), kind=A)

    def half(self) -> None:
        match self.random.randrange(5):
            case 3:
                self.put("mem.getitem", self.pick(A), self.positions, kind=H)
            case 4:
                operand = self.pick(A)
                self.put("mem.scatter_add", operand, self.pick(H), self.positions, kind=A)
            case 0:
                start = self.random.randrange(3)
                self.put("mem.getitem", self.pick(A), self.slice(start, start + 2), kind=H)
            case 1:
                self.put("mem.getitem", self.pick(M), self.index(), kind=H)
            case 2:
                self.put("operator.add", self.pick(H), self.pick(H), kind=H)

    def write(self) -> None:
        a = self.pick(A)
        start = self.random.randrange(3)
        match self.random.randrange(6):
            case 0:
                self.put("mem.write", a, self.pick(S), self.index(), kind=A)
            case 1:
                self.put("mem.write", a, self.pick(H), self.slice(start, start + 2), kind=A)
            case 2:
                self.put("mem.accumulate", a, self.pick(S), self.index(), kind=A)
            case 3:
                self.put("mem.accumulate", a, self.pick(H), self.slice(start, start + 2), kind=A)
            case 4:
                self.put("mem.accumulate", a, self.pick(A), kind=A)
            case 5:
                value = self.build.apply("operator.neg", self.pick(S))
                self.put("mem.accumulate", self.pick(H), value, self.index(2), kind=H)

    def matrix(self) -> None:
        m = self.pick(M)
        match self.random.randrange(4):
            case 0:
                self.put("mem.write", m, self.pick(S), Lit((self.random.randrange(4), 1)), kind=M)
            case 1:
                self.put("mem.write", m, self.pick(S), self.index(), self.index(2), kind=M)
            case 2:
                self.put("mem.write", m, self.pick(H), self.index(), kind=M)
            case 3:
                self.put("operator.add", m, self.pick(H), kind=M)

    def listing(self) -> None:
        match self.random.randrange(6):
            case 0:
                self.put("mem.list", self.pick(A), self.pick(A), kind=L)
            case 1:
                self.put("mem.append", self.pick(L), self.pick(A), kind=L)
            case 2:
                self.put("mem.write", self.pick(L), self.pick(A), Lit(0), kind=L)
            case 3:
                self.put("mem.write", self.pick(L), self.pick(S), Lit(1), self.index(), kind=L)
            case 4:
                self.put("mem.accumulate", self.pick(L), self.pick(A), Lit(0), kind=L)
            case 5:
                more = self.put("mem.append", self.pick(L), self.pick(A), kind=L)
                item, rest = self.build.apply_many("mem.pop", (more,), (self.name(), self.name()))
                self.scope += [(item, A), (rest, L)]

    def body(self, depth: int) -> None:
        for _ in range(self.random.randrange(1, self.size)):
            self.step(depth)

    def block(self, depth: int, kinds, inner=()):
        """A block of random steps and a result of each kind."""
        mark = len(self.scope)
        self.scope += inner
        with self.build.block() as eqns:
            self.body(depth)
            results = [self.pick(kind) for kind in kinds]
            before = self.scope[:]
            del self.scope[mark:]
        return eqns, results, before

    def branch(self, depth: int) -> None:
        kinds = self.random.choices(KINDS, k=self.random.randrange(1, 4))
        cond = self.build.apply(
            "operator.lt", self.pick(S), Lit(self.random.choice((-0.5, 0.3, 1.0)))
        )
        blocks = []
        for _ in range(2):
            eqns, results, _ = self.block(depth if self.random.random() < 0.7 else 0, kinds)
            blocks.append(Block(tuple(eqns), tuple(results)))
        outs = self.outs(kinds)
        self.build.eqns.append(If(outs, cond, *blocks))

    def outs(self, kinds):
        outs = tuple(self.build.var(kind, self.name()) for kind in kinds)
        self.scope += zip(outs, kinds)
        return outs

    def carried(self):
        """Carried kinds, inits and params; some params are named after their inits."""
        kinds = self.random.choices(KINDS, k=self.random.randrange(1, 5))
        inits = [self.pick(kind) for kind in kinds]
        names = [init.name if self.random.random() < 0.6 else self.name() for init in inits]
        return kinds, inits, [self.build.var(kind, name) for kind, name in zip(kinds, names)]

    def loop(self, depth: int) -> None:
        kinds, inits, params = self.carried()
        index = self.build.var(I, self.random.choice(("i", "i", "u", "")))
        stop = self.random.choice((Lit(3), Lit(2), Lit(0), self.count))
        exits = self.random.random() < 0.3
        self.indices.append(index)
        eqns, results, scope = self.block(depth, kinds, list(zip(params, kinds)))
        self.indices.pop()
        self.permute(kinds, params, results)
        if exits:
            scalars = [var for var, kind in scope if kind == S]
            with self.build.block() as more:
                results.append(
                    self.build.apply("operator.lt", self.random.choice(scalars), Lit(-0.4))
                )
            eqns = [*eqns, *more]
        body = Block(tuple(eqns), tuple(results))
        backward = self.random.random() < 0.4
        outs = self.outs(kinds)
        bounds = (Lit(0), stop, Lit(1))
        loop = For(outs, tuple(inits), tuple(params), index, *bounds, backward, body, exits)
        self.build.eqns.append(loop)

    def permute(self, kinds, params, results) -> None:
        """Sometimes let two carried values change places."""
        for i in range(len(kinds)):
            for j in range(i):
                if kinds[i] == kinds[j] and self.random.random() < 0.5:
                    results[i] = params[j]

    def repeat(self, depth: int) -> None:
        """A While loop that counts its turns."""
        kinds, inits, params = self.carried()
        count = self.build.var(I, self.name())
        eqns, results, _ = self.block(depth, kinds, list(zip(params, kinds)))
        with self.build.block() as more:
            after = self.build.apply("operator.add", count, Lit(1), name=count.name)
        body = Block((*eqns, *more), (*results, after))
        with self.build.block() as test:
            on = self.build.apply("operator.lt", count, self.count)
        cond = Block(tuple(test), (on,))
        outs = (*self.outs(kinds), self.build.var(I))
        self.build.eqns.append(While(outs, (*inits, Lit(0)), (*params, count), cond, body))

    def sweep(self, depth: int) -> None:
        """A loop that fills a tape, something in between, and a loop that empties it."""
        tape = self.build.apply("mem.tape", name="tape")
        tape = self.half_sweep(depth, tape, False)
        self.body(0)
        self.half_sweep(depth, tape, True)

    def half_sweep(self, depth: int, tape: Var, backward: bool) -> Var:
        kinds, inits, params = self.carried()
        index, param = self.build.var(I, "i"), self.build.var(T, "tape")
        self.indices.append(index)
        mark = len(self.scope)
        self.scope += zip(params, kinds)
        with self.build.block() as eqns:
            if backward:
                a, s, after = self.build.apply_many("mem.unpush", (param,), ("", "", "tape"))
                self.scope += [(a, A), (s, S)]
                self.body(depth)
            else:
                self.body(depth)
                after = self.build.apply("mem.push", param, self.pick(A), self.pick(S), name="tape")
                self.body(0)
            results = [self.pick(kind) for kind in kinds]
        del self.scope[mark:]
        self.indices.pop()
        self.permute(kinds, params, results)
        outs, out = self.outs(kinds), self.build.var(T, "tape")
        body = Block(tuple(eqns), (*results, after))
        bounds = (Lit(0), self.count, Lit(1))
        ends = ((*outs, out), (*inits, tape), (*params, param))
        self.build.eqns.append(For(*ends, index, *bounds, backward, body))
        return out

    def trace(self, depth: int = 2) -> Trace:
        params = []
        for name, kind in (("s", S), ("u", A), ("w", A), ("h", H), ("m", M), ("items", L)):
            var = self.build.var(kind, name)
            params.append(Param(name, var))
            self.scope.append((var, kind))
        self.count = self.build.var(I, "n")
        params.append(Param("n", self.count))
        self.positions = self.build.var(J, "positions")
        params.append(Param("positions", self.positions))
        pair = (self.build.var(A), self.build.var(S))
        self.scope += [(pair[0], A), (pair[1], S)]
        params.append(Param("pair", Node("dict", ("first", "second"), pair)))
        for _ in range(self.size):
            self.step(depth)
        results = tuple(self.pick(kind) for kind in (S, A, A, H, M, L))
        body = Block(tuple(self.build.eqns), results)
        tree = Node("tuple", tuple(range(len(results))), results)
        return Trace("f", tuple(params), body, tree, self.build.kinds)
