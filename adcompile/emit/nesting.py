"""Which equations are written as expressions inside the one place that uses them.

    v1 = sin(x)
    v2 = mul(v1, y)         ->      z = math.sin(x) * y + 1.0
    z = add(v2, 1.0)

An expression moves down to its use.  On the way it passes no equation that changes, in place, what
it reads, and no effect; it goes into no loop.  What would make a line too long gets a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from adcompile.emit.alias import Aliases, Objects
from adcompile.emit.nested import Nesting, count_uses
from adcompile.emit.unpacking import Unpacked
from adcompile.passes import ALL, Passes
from adcompile.rules.memory import DESTRUCTIVE
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    UNDEF,
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
    node,
    walk,
)

COLUMNS = 84
INDENT = 4
NARROW = 30  # columns that an expression may have however deep it stands
ROOM = 40  # what is computed where it is written may go on the next line
NOTHING: Objects = frozenset()
WORLD = -1  # the object that effects change and opaque expressions read
MEMORY = -2  # some object, whichever
FREE = ("mem.slice", "mem.tuple", "mem.dtype", "numpy.shape", "numpy.ndim", "numpy.size")


@node
class Pending:
    """An equation on its way down to its use: its length as text, what it reads, its loop."""

    eqn: Apply | If
    size: int
    reads: Objects
    level: int


def nest(
    trace: Trace, aliases: Aliases, passes: Passes = ALL, together: Unpacked | None = None
) -> Nesting:
    """Decide what is nested; what is taken `together` has names."""
    if "nesting" not in passes:
        return Nesting(uses=count_uses(trace))
    nester = _Nester(trace, aliases)
    nester.result.unpacked = together or {}
    nester.result.taken = {eqn: None for each in (together or {}).values() for eqn in each if eqn}
    nester.block(trace.body, 1)
    named = [leaf for leaf in trace.body.results if isinstance(leaf, Var) and not leaf.name]
    nester.consume(named, COLUMNS - 2 * INDENT - 8 * len(trace.body.results), 0)
    return nester.result


class _Nester:
    def __init__(self, trace: Trace, aliases: Aliases) -> None:
        self.uses = count_uses(trace)
        self.kinds = trace.kinds
        self.asked = _asked(trace, self.uses)
        self.lengths: dict[Var, tuple[Apply, list[For]]] = {}  # with the loops that do without
        self.result = Nesting(uses=self.uses)
        self.aliases = aliases
        self.pending: dict[Var, Pending] = {}
        changed = (aliases.killed_within(eqn) for eqn in trace.body.eqns)
        self.changed: Objects = frozenset((WORLD,)).union(*changed)  # sooner or later
        self.readers: dict[int, dict[Var, None]] = {}
        self.kept = [atom for atom in trace.body.results if isinstance(atom, Var)]
        self.level = 0
        self.line: int | None = None  # inside an attempt: the line that is written

    # expressions on their way

    def consume(self, atoms: Iterable[Atom], columns: int, taken: int) -> tuple[int, Objects]:
        """Nest what fits of these operands; the length and the objects of all of them."""
        vars: list[Var] = []
        found: dict[Var, Pending] = {}
        for atom in atoms:
            if isinstance(atom, Var):
                vars.append(atom)
                pending = self.pending.get(atom)
                if pending is not None and pending.level == self.level:
                    found[atom] = pending
                    taken += pending.size
                    continue
            taken += _length(atom)
        if found and taken > columns:
            for var in sorted(found, key=lambda var: (not var.name, -found[var].size)):
                if taken > columns and var in self.pending and not self.free(var):
                    taken -= found.pop(var).size - _length(var)
                    if self.line is not None:
                        self.stays(var)
            found = {var: pending for var, pending in found.items() if var in self.pending}
        facts = self.aliases.facts
        reads: Objects = frozenset().union(*[facts[var].all for var in vars if var in facts])
        for var, pending in found.items():
            self.drop(var)
            self.result.inside[var] = pending.eqn
            reads |= pending.reads
        return taken, reads

    def movable(self, var: Var) -> bool:
        pending = self.pending.get(var)
        return pending is not None and pending.level == self.level

    def free(self, var: Var) -> bool:
        eqn = self.pending[var].eqn
        return isinstance(eqn, Apply) and eqn.op in FREE

    def suspend(self, eqn: Apply | If, size: int, reads: Objects) -> None:
        """Let an equation move down, if it is used once."""
        var = eqn.outs[0]
        if self.uses.get(var, 0) == 1 or var in self.asked:
            reads = (reads & self.changed) | {MEMORY} if reads else NOTHING
            self.pending[var] = Pending(eqn, size, reads, self.level)
            for number in reads:
                self.readers.setdefault(number, {})[var] = None

    def drop(self, var: Var) -> None:
        for number in self.pending.pop(var).reads:
            self.readers[number].pop(var, None)

    def stays(self, var: Var) -> None:
        """It has a line of its own; in an attempt, so does what is computed before it."""
        before = list(self.pending) if self.line is not None else [var]
        for other in before[: before.index(var) + 1]:
            self.drop(other)

    def keep(self, atom: Atom) -> None:
        """It goes no further: it has a name."""
        if isinstance(atom, Var) and self.movable(atom):
            self.stays(atom)

    def stop(self, objects: Objects) -> None:
        """These objects change: what reads them goes no further."""
        for number in objects:
            for var in list(self.readers.get(number, ())):
                if var in self.pending:
                    self.stays(var)

    # equations

    def settle(self) -> None:
        """Nothing goes further: what raises here, and in which order, matters."""
        for var in list(self.pending):
            self.drop(var)

    def attempt(self, eqn: If, depth: int) -> None:
        """Nothing moves into an attempt, out of it, or from line to line in it."""
        self.settle()
        outer, self.line = self.line, -1
        self.block(eqn.then, depth + 1)
        self.settle()
        self.line = outer

    def block(self, block: Block, depth: int) -> None:
        for eqn in block.eqns:
            if self.line is not None and eqn.loc is not None and eqn.loc.line != self.line:
                self.line = eqn.loc.line
                self.settle()
            match eqn:
                case Apply():
                    if not self.result.nested(eqn):
                        self.apply(eqn, _columns(depth))
                        if self.line is not None and eqn.outs and eqn.outs[0] not in self.pending:
                            self.settle()  # what raises before it has to stay before it
                case If():
                    (self.attempt if eqn.caught else self.branches)(eqn, depth)
                case For():
                    bounds = (eqn.start, eqn.stop, eqn.step)
                    self.consume(bounds, _columns(depth) - 20, 0)
                    row = self.row(eqn)
                    if row is not None:
                        self.add_row(eqn, row)
                    self.inner(eqn, (eqn.body,), depth)
                case Call():
                    self.consume(eqn.args, _columns(depth) - 20, len(eqn.function))
                    self.stop(self.aliases.killed(eqn) | {WORLD})
                case While():
                    self.inner(eqn, (eqn.cond, eqn.body), depth)

    def inner(self, loop: For | While, blocks: tuple[Block, ...], depth: int) -> None:
        """The blocks of a loop: nothing from outside moves into them, or past what they change."""
        carried = len(loop.params)
        self.level += 1
        self.stop(self.aliases.killed_within(loop) | {WORLD})
        for block in blocks:
            self.block(block, depth + 1)
            ends = block.results if block is not blocks[-1] else block.results[carried:]
            self.consume(ends, _columns(depth) - 6, 0)
        self.level -= 1

    def row(self, loop: For) -> Apply | None:
        """The equation `row = x[i]` of a loop over `range(len(x))` that can be its header."""
        if (loop.start, loop.step) != (Lit(0), Lit(1)) or not isinstance(loop.stop, Var):
            return None
        stop = self.result.inside.get(loop.stop) or self.lengths.get(loop.stop, (None,))[0]
        if not isinstance(stop, Apply):
            return None
        found = [eqn for eqn in loop.body.eqns if self.is_row(eqn, loop, stop)]
        if len(found) != 1 or not isinstance(found[0], Apply):
            return None
        alone = self.uses.get(loop.index, 0) == 1
        named = found[0].out.name and not loop.backward
        return found[0] if named or (alone and (found[0].out.name or not loop.index.name)) else None

    def is_row(self, eqn: Equation, loop: For, stop: Apply) -> bool:
        if not isinstance(eqn, Apply) or eqn.op != "mem.getitem" or eqn.args[1] is not loop.index:
            return False
        same = stop.op == "builtins.len" and stop.args[0] is eqn.args[0]
        return same and not isinstance(self.kinds.get(eqn.args[0]), k.Dict)  # type: ignore[arg-type]

    def add_row(self, loop: For, row: Apply) -> None:
        """A loop that says nothing of its length; the last one asks for none."""
        self.result.add_row(loop, row)
        if loop.stop in self.lengths:
            eqn, loops = self.lengths[loop.stop]
            loops.append(loop)
            if len(loops) == self.uses[eqn.out]:
                self.result.headed[eqn.out] = None

    def apply(self, eqn: Apply, columns: int) -> None:
        if eqn.op == "mem.effect":
            text = eqn.args[0]
            if isinstance(text, Lit) and text.value.startswith("#"):
                for var in self.kept:
                    if var in self.pending:
                        self.drop(var)
                return
            first_line = str(text).partition("\\n")[0]
            self.consume(eqn.args[1:], columns, len(first_line))
            self.stop(frozenset((WORLD, *self.readers)))
        elif eqn.op == "mem.outside":
            self.consume(eqn.args[1:], columns, len(str(eqn.args[0])) + _length(eqn.out))
            self.stop(frozenset((WORLD, *self.readers)))
        elif eqn.op in DESTRUCTIVE:
            room = ROOM if eqn.op == "mem.write" else 0
            self.consume(eqn.args[1:], columns + room, 10 + _length(eqn.args[0]))
            self.stop(self.aliases.killed(eqn))
        else:
            target = 3 + _length(eqn.outs[0])
            size, reads = self.consume(eqn.args, columns - target, _overhead(eqn.op, eqn.args))
            if eqn.op == "mem.opaque":
                self.stop(frozenset((WORLD,)))
                size, reads = size + len(str(eqn.args[0])), reads | {WORLD}
            if eqn not in self.result.taken:
                self.suspend(eqn, size, reads)
            if eqn.op == "builtins.len":
                self.lengths[eqn.out] = eqn, []

    def branches(self, eqn: If, depth: int) -> None:
        columns = _columns(depth)
        if eqn.cond in self.asked:  # it is written once, or has a name
            size, reads = 0, NOTHING
        else:
            size, reads = self.consume((eqn.cond,), columns - 4, 0)
        self.stop(frozenset((WORLD,)))
        for side in (eqn.then, eqn.orelse):
            self.block(side, depth + 1)
        if not self.choose(eqn, size, reads, columns):
            self.keep(eqn.cond)
            if self.line is not None and isinstance(eqn.cond, Var) and not self.is_written(eqn):
                self.result.inside.pop(eqn.cond, None)  # what it raises is raised without a branch

    def is_written(self, eqn: If) -> bool:
        """Does a branch hold anything, or make what is read?"""
        return any((eqn.then.eqns, eqn.orelse.eqns, *(self.uses.get(out) for out in eqn.outs)))

    def choose(self, eqn: If, size: int, reads: Objects, columns: int) -> bool:
        """May a branch be an expression, which moves down?"""
        if len(eqn.outs) != 1 or eqn.outs[0].name:
            return False
        results = (eqn.then.results[0], eqn.orelse.results[0])
        if UNDEF in results or not all(map(self.simple, (eqn.then, eqn.orelse))):
            return False
        whole = size + 12 + self.size(results)
        if whole > columns - 8 and eqn.cond in self.asked:
            self.keep(eqn.cond)
            whole = size + 12 + self.size(results)
        if whole > columns - 8:
            return False
        _, more = self.consume(results, 10 * COLUMNS, 0)
        self.result.choices[eqn] = None
        self.suspend(eqn, whole, reads | more)
        return True

    def size(self, atoms: Iterable[Atom]) -> int:
        """How long these are, with what can be nested in them."""
        parts = [self.pending.get(atom) for atom in atoms if isinstance(atom, Var)]
        return sum(part.size if part else 4 for part in parts)

    def simple(self, block: Block) -> bool:
        """Is the block nothing but one expression?"""
        left = [eqn for eqn in block.eqns if not self.result.nested(eqn)]
        if not left:
            return True
        result = block.results[0]
        last = left[0]
        return (
            len(left) == 1 and last.outs[:1] == (result,) and isinstance(result, Var)
            and self.movable(result)
        )  # fmt: skip


def _asked(trace: Trace, uses: Mapping[Atom, int]) -> dict[Atom, None]:
    """The conditions that are nothing else but a side of their own branch: c and x, c or x."""
    found: dict[Atom, None] = {}
    for eqn in walk(trace.body):
        if isinstance(eqn, If) and len(eqn.outs) == 1 and uses.get(eqn.cond) == 2:
            sides = ((eqn.then, eqn.orelse), (eqn.orelse, eqn.then))
            if any(side.results == (eqn.cond,) and not side.eqns for side, _ in sides):
                found[eqn.cond] = None
    return found


def _columns(depth: int) -> int:
    return max(COLUMNS - INDENT * depth, NARROW)


def _length(atom: Atom) -> int:
    if isinstance(atom, Var):
        return len(atom.name) or 2
    return 0 if atom == Lit(None) else len(repr(atom.value))  # a bound that is left out


def _overhead(op: str, args: Sequence[Atom]) -> int:
    library, _, name = op.rpartition(".")
    if library == "operator":
        return 3 * (len(args) - 1) + 2
    if op in ("mem.slice", "mem.tuple"):
        return 1 if name == "slice" else 2 * len(args)
    if library == "mem":
        return 2 if name in ("getitem", "same") else len(name) + 2
    return len(name) + 5 + 2 * len(args)
