"""Copies that make it safe to write in place: of what is still read, and of what is not ours.

x2 = write(x, v, 0)             x1 = copy(x)               x is the caller's
return x2                ->     x2 = write(x1, v, 0)
                                return x2
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from adcompile.emit.alias import EXTERNAL, Aliases
from adcompile.emit.conflicts import Conflicts, Copy
from adcompile.emit.makers import changes
from adcompile.emit.ranges import ranges
from adcompile.emit.tapes import Holders, handed_on
from adcompile.errors import CompilerError
from adcompile.passes import ALL, Passes
from adcompile.rules.memory import DESTRUCTIVE, asks_layout
from adcompile.rules.points import MADE, is_written_at_a_mask
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
    Lit,
    Node,
    Trace,
    Var,
    While,
    leaves,
    map_tree,
    operands,
    walk,
)  # fmt: skip
from adcompile.trace.partial import partial
from adcompile.transforms.integral import Reals

ROUNDS = 20
INEXACT = ("float32", "float", "complex")


def store(trace: Trace) -> Trace:
    """The trace with every copy that emission in place needs, and no others."""
    if not changes(trace) or handed_on(trace):
        return trace
    most = ROUNDS + sum(1 for _ in walk(trace.body))
    for round in range(most):
        conflicts = Conflicts(trace, simple=round >= ROUNDS)
        if not conflicts.copies:
            conflicts.aliases.keep(trace)
            return trace
        trace = _Inserter(trace, conflicts).run()
    raise CompilerError(f"{trace.name}: no copies were found that keep what is read apart")


class _Inserter:
    """Rebuilds a trace with copies."""

    def __init__(self, trace: Trace, conflicts: Conflicts) -> None:
        self.trace = trace
        self.ranges = conflicts.ranges
        self.kinds = dict(trace.kinds)
        self.copies: dict[Equation, list[Copy]] = {}
        for copy in conflicts.copies:
            self.copies.setdefault(copy.eqn, []).append(copy)
        self.mapping: dict[Var, Var] = {}
        self.laid = asks_layout(trace)
        self.partial = partial(trace)
        self.viewing = _viewing(trace)
        self.branched: dict[Atom, None] = {}  # what branches have handed out

    def run(self) -> Trace:
        early = self.early()
        eqns: list[Equation] = []
        for place, eqn in enumerate(self.trace.body.eqns):
            for var in early.get(place, ()):
                self.mapping[var] = self.copy(var, eqns, eqn.loc)
            self.equation(eqn, eqns)
        body = Block(tuple(eqns), self.reads(self.trace.body.results))
        result = map_tree(self.read, self.trace.result)
        return replace(self.trace, body=body, result=result, kinds=self.kinds)

    def early(self) -> dict[int, list[Var]]:
        """Arguments that are copied where a sweep begins: all that follows reads the copy."""
        if self.laid:
            return {}
        parameters = {param.tree for param in self.trace.params if isinstance(param.tree, Var)}
        result: dict[int, list[Var]] = {}
        begin = 0
        for place, eqn in enumerate(self.trace.body.eqns):
            if isinstance(eqn, Apply) and eqn.op == "mem.effect":
                begin = place + 1
            for copy in list(self.copies.get(eqn, ())):
                atom = copy.operand
                point = self.ranges.behind(eqn)
                if not isinstance(atom, Var) or atom not in parameters:
                    continue
                if not self.ranges.alive_at(atom, point):
                    parameters.discard(atom)
                    result.setdefault(begin, []).append(atom)
                    self.copies[eqn].remove(copy)
        return result

    def read(self, atom: Atom) -> Atom:
        return self.mapping.get(atom, atom) if isinstance(atom, Var) else atom

    def reads(self, atoms: Iterable[Atom]) -> tuple[Atom, ...]:
        return tuple(map(self.read, atoms))

    def copy(self, atom: Atom, into: list[Equation], loc: object, name: str | None = None) -> Var:
        assert isinstance(atom, Var)
        for place, eqn in enumerate(into if atom in self.branched else ()):
            if isinstance(eqn, If) and atom in eqn.outs and _is_partial(eqn, atom):
                return self.copy_inside(eqn, atom, into, place, name)
        if atom in self.partial:
            return self.copy_if_made(atom, into, loc, name)
        new = Var(atom.name if name is None else name)
        self.kinds[new] = self.kinds[atom]
        order = (Lit("K"),) if self.laid else ()
        if atom in self.viewing:
            order = (Lit("A" if self.laid else "C"),)
        into.append(Apply((new,), "mem.copy", (atom, *order), loc))  # type: ignore[arg-type]
        return new

    def copy_if_made(self, atom: Var, into: list[Equation], loc: object, name: str | None) -> Var:
        """A copy of a value that is None where no path has made it."""
        new, copied, missing = (Var(atom.name if name is None else name) for _ in range(3))
        self.kinds[new] = self.kinds[copied] = self.kinds[atom]
        self.kinds[missing] = k.BOOL
        order = (Lit("K"),) if self.laid else ()
        copy = Apply((copied,), "mem.copy", (atom, *order), loc)  # type: ignore[arg-type]
        into.append(Apply((missing,), "operator.is_", (atom, NOTHING), loc))  # type: ignore[arg-type]
        self.branched[new] = None
        sides = Block((), (UNDEF,)), Block((copy,), (copied,))
        into.append(If((new,), missing, *sides, loc))  # type: ignore[arg-type]
        return new

    def copy_inside(
        self, eqn: If, atom: Var, into: list[Equation], place: int, name: str | None
    ) -> Var:
        """A copy made on the paths that define a value which others leave undefined."""
        new = Var(atom.name if name is None else name)
        self.kinds[new] = self.kinds[atom]
        sides: list[Block] = []
        for side in (eqn.then, eqn.orelse):
            eqns, result = list(side.eqns), side.results[eqn.outs.index(atom)]
            if isinstance(result, Var):
                result = self.copy(result, eqns, eqn.loc, name)
            sides.append(Block(tuple(eqns), (*side.results, result)))
        self.branched[new] = None
        into[place] = replace(eqn, outs=(*eqn.outs, new), then=sides[0], orelse=sides[1])
        return new

    def block(self, block: Block) -> Block:
        eqns: list[Equation] = []
        for eqn in block.eqns:
            self.equation(eqn, eqns)
        return Block(tuple(eqns), self.reads(block.results))

    def equation(self, eqn: Equation, into: list[Equation]) -> None:
        copies = self.copies.get(eqn, [])
        match eqn:
            case Apply():
                self.apply(eqn, copies, into)
            case If():
                cond = self.read(eqn.cond)
                then, orelse = self.block(eqn.then), self.block(eqn.orelse)
                into.append(replace(eqn, cond=cond, then=then, orelse=orelse))
                self.branched |= dict.fromkeys(eqn.outs)
            case For() | While():
                into.append(self.loop(eqn, copies, into))
            case Call():
                args = list(self.reads(eqn.args))
                for copy in copies:
                    if copy.place == "arg":
                        args[copy.i] = self.copy(args[copy.i], into, eqn.loc)
                into.append(replace(eqn, args=tuple(args)))
                self.copied_outs(eqn, copies, into)

    def apply(self, eqn: Apply, copies: list[Copy], into: list[Equation]) -> None:
        args = list(self.reads(eqn.args))
        for copy in copies:
            if copy.place == "arg":
                keep = eqn.op in DESTRUCTIVE and copy.i == 0
                args[copy.i] = self.copy(args[copy.i], into, eqn.loc, None if keep else "")
        new = tuple(args)
        into.append(eqn if new == eqn.args else eqn.reading(new))
        self.copied_outs(eqn, copies, into)

    def copied_outs(self, eqn: Apply | Call, copies: list[Copy], into: list[Equation]) -> None:
        for copy in copies:
            if copy.place == "out":
                out = eqn.outs[copy.i]
                self.mapping[out] = self.copy(out, into, eqn.loc)

    def loop(self, eqn: For | While, copies: list[Copy], into: list[Equation]) -> For | While:
        inits = list(self.reads(eqn.inits))
        for copy in copies:
            if copy.place == "init":
                name = eqn.params[copy.i].name
                inits[copy.i] = self.copy(inits[copy.i], into, eqn.loc, name)
        if isinstance(eqn, For):
            start, stop, step = self.reads((eqn.start, eqn.stop, eqn.step))
            body = self.body(eqn, copies)
            return replace(eqn, inits=tuple(inits), start=start, stop=stop, step=step, body=body)
        cond = self.block(eqn.cond)
        return replace(eqn, inits=tuple(inits), cond=cond, body=self.body(eqn, copies))

    def body(self, eqn: For | While, copies: list[Copy]) -> Block:
        body = self.block(eqn.body)
        eqns, results = list(body.eqns), list(body.results)
        for copy in copies:
            if copy.place == "result":
                name = eqn.params[copy.i].name
                results[copy.i] = self.copy(results[copy.i], eqns, eqn.loc, name)
        return Block(tuple(eqns), tuple(results))


def _viewing(trace: Trace) -> dict[Var, None]:
    """What is an array even without axes, where something asks for that; +x would be a number."""
    eqns = [eqn for eqn in walk(trace.body) if isinstance(eqn, Apply)]
    written = {eqn.out: None for eqn in eqns if is_written_at_a_mask(eqn, trace.kinds)}
    if not written and not any(eqn.op == "mem.is_array" for eqn in eqns):
        return {}
    return written | {
        eqn.out: None for eqn in eqns
        if eqn.op in MADE and isinstance(trace.kinds[eqn.out], k.Any_)
    }  # fmt: skip


def _is_partial(eqn: If, out: Atom) -> bool:
    """Does a path through the branches leave this undefined?"""
    at = [target is out for target in eqn.outs].index(True)
    return any(_is_undefined(side, side.results[at]) for side in (eqn.then, eqn.orelse))


def _is_undefined(block: Block, result: Atom) -> bool:
    if result == UNDEF:
        return True
    inner = [eqn for eqn in block.eqns if isinstance(eqn, If) and result in eqn.outs]
    return any(_is_partial(eqn, result) for eqn in inner)


def separate(trace: Trace) -> Trace:
    """Let derivatives share no array with the caller or with one another; the value may.

    return x, z_bar, z_bar       ->       return x, copy(z_bar), copy(z_bar)
    """
    tree = trace.result
    if not isinstance(tree, Node) or tree.form != "tuple" or len(tree.items) < 2:
        return trace
    if not any(_is_changeable(trace, leaf) for item in tree.items[1:] for leaf in leaves(item)):
        return trace
    aliases = Aliases.of(trace)
    seen = {EXTERNAL}
    kinds = dict(trace.kinds)
    copies: list[Equation] = []
    formed = {e.out: e for e in trace.body.eqns if isinstance(e, Apply) and e.op == "lists.formed"}

    def copied(atom: Atom) -> Atom:
        """A copy; of what is in a tuple, in another one."""
        made = formed.get(atom) if isinstance(atom, Var) else None
        new = Var()
        kinds[new] = kinds[atom]  # type: ignore[index]
        if made is None:
            copies.append(Apply((new,), "mem.copy", (atom,)))
        else:
            copies.append(Apply((new,), made.op, (copied(made.args[0]), made.args[1])))
        return new

    def apart(atom: Atom) -> Atom:
        shared = not seen.isdisjoint(aliases[atom].all)
        seen.update(aliases[atom].all)
        if not shared or not _is_changeable(trace, atom):
            return atom
        return copied(atom)

    for leaf in leaves(tree.items[0]):
        seen.update(aliases[leaf].all)
    items = (tree.items[0], *(map_tree(apart, item) for item in tree.items[1:]))
    result = replace(tree, items=items)
    results = tuple(leaves(result))
    read = {atom for eqn in walk(trace.body) for atom in operands(eqn)} if formed else set()
    gone = formed.keys() - read - set(results)
    if not gone and not copies:
        return trace
    eqns = (eqn for eqn in trace.body.eqns if gone.isdisjoint(eqn.outs))
    return replace(trace, body=Block((*eqns, *copies), results), result=result, kinds=kinds)


def _is_changeable(trace: Trace, atom: Atom) -> bool:
    return isinstance(atom, Var) and isinstance(trace.kinds.get(atom), (k.Array, k.List))


def reuse(trace: Trace, passes: Passes = ALL) -> Trace:
    """Write a sum into its first operand where that is dead and nobody else's.

    x2 = add(x1, v)       ->       x2 = accumulate(x1, v)           x += v
    """
    if asks_layout(trace) or "reuse" not in passes:
        return trace
    if not any(_is_array_sum(trace, eqn) for eqn in walk(trace.body)):
        return trace
    finder = _Reuse(trace)
    body = finder.block(trace.body)
    return trace if body is trace.body else replace(trace, body=body)


def _is_array_sum(trace: Trace, eqn: Equation) -> bool:
    is_sum = isinstance(eqn, Apply) and eqn.op == "operator.add"
    return is_sum and isinstance(trace.kinds[eqn.outs[0]], k.Array)


class _Reuse:
    def __init__(self, trace: Trace) -> None:
        self.trace, self.kinds = trace, trace.kinds
        self.aliases = Aliases.of(trace)
        self.ranges = ranges(trace)
        self.holders = Holders(self.aliases, self.ranges)
        self.holders.add(self.aliases.facts)

    def block(self, block: Block) -> Block:
        return block.having(map(self.equation, block.eqns), block.results)

    def equation(self, eqn: Equation) -> Equation:
        match eqn:
            case If():
                return eqn.having(eqn.cond, self.block(eqn.then), self.block(eqn.orelse))
            case For():
                return eqn.having(eqn.inits, eqn.bounds, self.block(eqn.body))
            case While():
                return eqn.having(eqn.inits, eqn.cond, self.block(eqn.body))
            case Call():
                return eqn
        if eqn.op == "operator.add":
            for x, v in (eqn.args, eqn.args[::-1]):
                if self.can_hold(x, eqn) and v is not x:
                    return replace(eqn, op="mem.accumulate", args=(x, v))
        return eqn

    @cached_property
    def reals(self) -> Reals:
        """What cannot take a complex number, as it is real on some path."""
        return Reals(self.trace)

    def can_hold(self, x: Atom, eqn: Apply) -> bool:
        """Is x an array of our own, of the kind of the sum, that nothing reads any more?"""
        kind = self.kinds[eqn.out]
        if not isinstance(x, Var) or not x.name or x.name != eqn.out.name:
            return False
        if not isinstance(kind, k.Array) or not kind.dims or kind.dtype not in INEXACT:
            return False
        if self.kinds[x] != kind or (kind.dtype == "complex" and x in self.reals):
            return False
        own = self.aliases[x].own
        point = self.holders.passed = self.ranges.behind(eqn)
        others = [other for other in self.holders.at(own, point) if other is not eqn.out]
        return bool(own) and EXTERNAL not in own and not others
