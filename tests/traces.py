"""Traces made by hand and by chance, for the tests of what maps traces to traces."""

from __future__ import annotations

import random
from collections.abc import Sequence

from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Equation,
    For,
    If,
    Lit,
    Loc,
    Node,
    Param,
    Trace,
    Tree,
    Var,
    While,
)

VECTOR = k.Array("float", (k.Dim("u.0", 0, many=True),))
BINARY = ("operator.add", "operator.sub", "operator.mul")
UNARY = ("operator.neg", "math.sin", "math.atan", "mem.same", "operator.pos")
NUMBERS = (0.0, 1.0, 1, 0, 2, -1.5, 0.5)


class Maker:
    """Makes equations; kinds are given, not inferred, so that no rule table is needed."""

    def __init__(self) -> None:
        self.kinds: dict[Var, k.Kind] = {}
        self.eqns: list[Equation] = []
        self.line = 1

    def var(self, name: str = "", kind: k.Kind = k.FLOAT) -> Var:
        var = Var(name)
        self.kinds[var] = kind
        return var

    def apply(self, op: str, *args: object, name: str = "", kind: k.Kind = k.FLOAT) -> Var:
        out = self.var(name, kind)
        self.emit((out,), op, *args)
        return out

    def emit(self, outs: Sequence[Var], op: str, *args: object) -> None:
        atoms = tuple(arg if isinstance(arg, (Var, Lit)) else Lit(arg) for arg in args)
        self.line += 1
        self.eqns.append(Apply(tuple(outs), op, atoms, Loc("program.py", self.line)))

    def open(self) -> list[Equation]:
        outer, self.eqns = self.eqns, []
        return outer

    def close(self, outer: list[Equation], *results: Atom) -> Block:
        block, self.eqns = Block(tuple(self.eqns), results), outer
        return block

    def trace(self, params: Sequence[Var], result: Tree, results: Sequence[Atom]) -> Trace:
        body = Block(tuple(self.eqns), tuple(results))
        return Trace("f", tuple(Param(p.name, p) for p in params), body, result, self.kinds)


class Chance:
    """A trace by chance over floats x and y, an int n and a vector u of four elements."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.maker = Maker()
        m = self.maker
        self.x, self.y = m.var("x"), m.var("y")
        self.n, self.u = m.var("n", k.INT), m.var("u", VECTOR)
        self.floats: list[Var] = [self.x, self.y]
        self.vectors: list[Var] = [self.u]
        self.bools: list[Var] = []

    def trace(self, size: int) -> Trace:
        self.equations(size, 3)
        results = (self.floats[-1], self.vectors[-1], self.number())
        params = (self.x, self.y, self.n, self.u)
        return self.maker.trace(params, Node("tuple", (0, 1, 2), results), results)

    def name(self) -> str:
        return self.random.choice(("", "", "a", "b"))

    def number(self) -> Atom:
        if self.random.random() < 0.25:
            return Lit(self.random.choice(NUMBERS))
        return self.random.choice(self.floats[-8:])

    def float_(self) -> Var:
        return self.random.choice(self.floats[-8:])

    def condition(self) -> Atom:
        if self.random.random() < 0.2:
            return Lit(self.random.choice((True, False)))
        return self.maker.apply("operator.lt", self.number(), self.number(), kind=k.BOOL)

    def equations(self, size: int, depth: int) -> None:
        for _ in range(size):
            chance = self.random.random()
            if depth and chance < 0.12:
                self.branch(size // 2 + 1, depth - 1)
            elif depth and chance < 0.2:
                self.loop(size // 3 + 1, depth - 1)
            elif depth and chance < 0.25:
                self.while_(size // 3 + 1, depth - 1)
            else:
                self.simple()

    def simple(self) -> None:
        m, choose = self.maker, self.random.choice
        match self.random.randrange(10):
            case 0 | 1 | 2:
                a, b = self.number(), self.number()
                self.floats.append(m.apply(choose(BINARY), a, b, name=self.name()))
            case 3 | 4:
                self.floats.append(m.apply(choose(UNARY), self.float_(), name=self.name()))
            case 5:
                index = choose((0, 1, -1))
                self.floats.append(m.apply("mem.getitem", choose(self.vectors), index))
            case 6:
                op = choose(("mem.write", "mem.accumulate"))
                out = m.apply(op, choose(self.vectors), self.number(), choose((0, 2)), kind=VECTOR)
                self.vectors.append(out)
            case 7:
                kind = k.Tuple((k.FLOAT, k.FLOAT))
                pair = m.apply("mem.tuple", self.float_(), self.float_(), kind=kind)
                self.floats.append(m.apply("mem.getitem", pair, choose((0, 1, -1))))
            case 8:
                items = m.apply("mem.list", self.float_(), kind=k.List(k.FLOAT))
                items = m.apply("mem.append", items, self.float_(), kind=k.List(k.FLOAT))
                item, rest = m.var(), m.var("", k.List(k.FLOAT))
                m.emit((item, rest), "mem.pop", items)
                self.floats.append(item)
            case 9:
                if self.random.random() < 0.5:
                    m.emit((), "mem.effect", "seen.append(_0_)", self.float_())
                other = choose((1, 1.0, 0))
                out = m.apply(
                    choose(("operator.mul", "operator.sub")),
                    choose(self.vectors),
                    other,
                    kind=VECTOR,
                )
                self.vectors.append(out)

    def inside(self, size: int, depth: int, count: int) -> tuple[list[Equation], list[Atom]]:
        """Open a block, fill it; the outer equations and `count` float results and a vector."""
        outer = self.maker.open()
        self.equations(size, depth)
        return outer, [*(self.number() for _ in range(count)), self.random.choice(self.vectors)]

    def restore(self, floats: int, vectors: int) -> None:
        del self.floats[floats:], self.vectors[vectors:]

    def outs(self, count: int) -> tuple[Var, ...]:
        return (*(self.maker.var(self.name()) for _ in range(count)), self.maker.var("", VECTOR))

    def branch(self, size: int, depth: int) -> None:
        cond, marks, sides = self.condition(), (len(self.floats), len(self.vectors)), []
        for _ in range(2):
            outer, results = self.inside(self.random.randrange(size), depth, 2)
            sides.append(self.maker.close(outer, *results))
            self.restore(*marks)
        self.leave(lambda outs: If(outs, cond, *sides))

    def leave(self, build: object) -> None:
        outs = self.outs(2)
        self.maker.eqns.append(build(outs))  # type: ignore[operator]
        self.floats += outs[:-1]
        self.vectors.append(outs[-1])

    def begin(self) -> tuple[tuple[Atom, ...], tuple[Var, ...], tuple[int, int]]:
        inits = (self.number(), self.number(), self.random.choice(self.vectors))
        params = self.outs(2)
        marks = (len(self.floats), len(self.vectors))
        self.floats += params[:-1]
        self.vectors.append(params[-1])
        return inits, params, marks

    def ending(self, params: Sequence[Var], results: list[Atom]) -> list[Atom]:
        """Some carried variables stay as they are."""
        return [p if self.random.random() < 0.25 else r for p, r in zip(params, results)]

    def loop(self, size: int, depth: int) -> None:
        start, stop, step = self.random.choice(
            ((0, self.n, 1), (0, self.n, 1), (1, 3, 1), (0, 0, 1), (3, 0, -1), (2, 9, 4))
        )
        inits, params, marks = self.begin()
        index = self.maker.var("i", k.INT)
        outer, results = self.inside(size, depth, 2)
        results = self.ending(params, results)
        exits = self.random.random() < 0.3
        if exits:
            results.append(self.condition())
        body = self.maker.close(outer, *results)
        self.restore(*marks)
        bounds = [b if isinstance(b, Var) else Lit(b) for b in (start, stop, step)]
        backward = self.random.random() < 0.3
        self.leave(lambda outs: For(outs, inits, params, index, *bounds, backward, body, exits))

    def while_(self, size: int, depth: int) -> None:
        """At most three turns, counted by a carried variable."""
        m = self.maker
        inits, params, marks = self.begin()
        counter = m.var("k")
        outer = m.open()
        test: Atom = m.apply(
            "operator.lt", counter, Lit(self.random.choice((0.0, 3.0))), kind=k.BOOL
        )
        if self.random.random() < 0.2:
            test = Lit(False)
        cond = m.close(outer, test)
        outer, results = self.inside(size, depth, 2)
        results = self.ending(params, results)
        results.insert(0, m.apply("operator.add", counter, 1.0))
        body = m.close(outer, *results)
        self.restore(*marks)
        first = m.var("k")
        self.leave(
            lambda outs: While((first, *outs), (Lit(0.0), *inits), (counter, *params), cond, body)
        )


def each_once(check):
    """Watches passes with this check of a trace; a trace that a pass leaves as it is, once."""
    last = []

    def look(name, trace):
        if not last or last[0] is not trace:
            check(trace)
            last[:] = [trace]

    return look
