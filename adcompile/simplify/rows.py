"""Tapes of loops whose trip count is known become arrays, one a recorded value.

    tape = []                               z_rows = np.empty((n, len(z)))
    for i in range(n):                      for i in range(n):
      tape.append((z, v))          ->         z_rows[i] = z;  v_rows[i] = v
      ...                                     ...
    for i in reversed(range(n)):            for i in reversed(range(n)):
      z, v = tape.pop()                       z = z_rows[i];  v = v_rows[i]

A tape on a tape becomes a further axis, `v_rows[i, j]`, as long as the longest turn needs.  For
compiled code, where a list is slow and an array is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from adcompile.rules.build import Builder
from adcompile.trace import kinds as k
from adcompile.trace.ir import (
    Apply,
    Atom,
    Block,
    Equation,
    For,
    If,
    Lit,
    Trace,
    Var,
    While,
    everywhere,
    leaves,
    walk,
)
from adcompile.trace.partial import nothing, partial
from adcompile.trace.readers import Readers
from adcompile.trace.substitute import substitute

NAME = "rows"
DTYPES = {
    "bool": "numpy.bool_", "int": "numpy.int64", "float32": "numpy.float32",
    "float": "numpy.float64", "complex": "numpy.complex128",
}  # fmt: skip
REPEATED = {
    "operator.add", "operator.sub", "operator.mul", "operator.floordiv", "builtins.len",
    "numpy.shape", "mem.getitem",
}  # fmt: skip
SMALL = 8  # rows that may stay empty in front


def rows(trace: Trace) -> Trace:
    """The trace with such tapes as arrays."""
    missing = nothing(trace)
    return everywhere(lambda each: _Rows(each, missing).run(), trace)


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """An array in the making: the recorded value (or an item of it), and what it is of."""

    value: int
    item: int | None
    dtype: str
    name: str
    shape: Var | None  # an array of the shape of each value


@dataclass(slots=True, eq=False)
class Record:
    """A tape: the loop that fills it, the loop that empties it, and the tapes on it."""

    fill: For
    take: For
    filled: int
    taken: int
    push: Apply
    pop: Apply
    rows: list[Row] = field(default_factory=list)
    below: dict[int, Record] = field(default_factory=dict)

    def every(self) -> Iterator[tuple[Row, tuple[Record, ...]]]:
        """The arrays of this tape and of those on it, with the tapes that they are on."""
        for row in self.rows:
            yield row, (self,)
        for record in self.below.values():
            for row, path in record.every():
                yield row, (self, *path)


class _Rows:
    """The change of one function."""

    def __init__(self, trace: Trace, missing: Mapping[Atom, None]) -> None:
        self.trace = trace
        self.missing = missing
        self.build = Builder(dict(trace.kinds))
        self.readers = Readers(trace)
        self.made = {out: eqn for eqn in walk(trace.body) for out in eqn.outs}
        self.partial = partial(trace)
        self.changed = False

    def run(self) -> Trace:
        if not any(isinstance(e, Apply) and e.op == "mem.tape" for e in walk(self.trace.body)):
            return self.trace
        inputs = [leaf for param in self.trace.params for leaf in leaves(param.tree)]
        seen = {leaf: None for leaf in inputs if isinstance(leaf, Var)}
        body = self.block(self.trace.body, seen)
        if not self.changed:
            return self.trace
        return replace(self.trace, body=body, kinds=self.build.kinds)

    def block(self, block: Block, seen: Mapping[Var, None]) -> Block:
        """The block with its tapes changed, then those inside it; `seen` are variables outside."""
        eqns = list(block.eqns)
        for made in block.eqns:
            if isinstance(made, Apply) and made.op == "mem.tape" and made in eqns:
                self.tape(made, eqns, seen)
        visible = dict(seen)
        result: list[Equation] = []
        for eqn in eqns:
            result.append(self.inside(eqn, visible))
            visible.update(dict.fromkeys(eqn.outs))
        return Block(tuple(result), block.results)

    def inside(self, eqn: Equation, seen: dict[Var, None]) -> Equation:
        match eqn:
            case If():
                then, orelse = self.block(eqn.then, seen), self.block(eqn.orelse, seen)
                return replace(eqn, then=then, orelse=orelse)
            case For() | While():
                more = seen | dict.fromkeys(eqn.params)
                if isinstance(eqn, For):
                    more[eqn.index] = None
                return replace(eqn, body=self.block(eqn.body, more))
        return eqn

    def tape(self, made: Apply, eqns: list[Equation], seen: Mapping[Var, None]) -> None:
        """Change the tape that an equation makes, if it is of this form."""
        fill = self.readers.only(made.out)
        if not isinstance(fill, For) or fill not in eqns:
            return
        place = eqns.index(fill)
        before = eqns[:place]
        visible = list(dict.fromkeys((*seen, *(out for eqn in before for out in eqn.outs))))
        take = self.readers.only(fill.outs[fill.inits.index(made.out)])
        if not isinstance(take, For) or take not in eqns:
            return
        record = self.record(made, take, eqns, visible, ())
        if record is None:
            return
        sizes = self.sizes(record, dict.fromkeys(visible))
        if sizes is None:
            return
        self.changed = True
        start, arrays = sizes
        new_fill, ends = self.fill(record, arrays, ())
        new_take = self.take(record, ends, ())
        where = eqns.index(take)
        eqns[where : where + 1] = new_take
        eqns[place : place + 1] = [*start, new_fill]
        eqns.remove(made)

    # the form

    def record(
        self, made: Apply, take: object, eqns: Sequence[Equation], visible: list[Var],
        outer: tuple[Record, ...],
    ) -> Record | None:  # fmt: skip
        fill, only = self.readers.only(made.out), self.readers.only
        if not isinstance(fill, For) or not isinstance(take, For) or fill.exits or take.exits:
            return None
        filled = fill.inits.index(made.out)
        inits = enumerate(take.inits)
        full = [n for n, init in inits if self._is_tape_of(init, fill, filled, outer)]
        if fill not in eqns or len(full) != 1:
            return None
        push, pop = only(fill.params[filled]), only(take.params[full[0]])
        if not isinstance(push, Apply) or not isinstance(pop, Apply):
            return None
        sound = (
            push.op == "mem.push" and push in fill.body.eqns and push.args[0] is fill.params[filled]
            and pop.op == "mem.unpush" and pop in take.body.eqns
            and fill.body.results[filled] is push.out and self.readers.leaves_once(push.out)
            and take.body.results[full[0]] is pop.outs[-1]
            and self.readers.leaves_once(pop.outs[-1]) and self.readers.none(take.outs[full[0]])
        )  # fmt: skip
        if not sound:
            return None
        record = Record(fill, take, filled, full[0], push, pop)
        return record if self.values(record, visible, outer) else None

    def _is_tape_of(self, init: Atom, fill: For, filled: int, outer: tuple[Record, ...]) -> bool:
        """Is this the tape that `fill` has filled, maybe taken off the tape around it?"""
        full = fill.outs[filled]
        if not outer:
            return init is full
        push, pop = outer[-1].push, outer[-1].pop
        places = [n for n, arg in enumerate(push.args[1:]) if arg is full]
        return len(places) == 1 and init is pop.outs[places[0]]

    def values(self, record: Record, visible: list[Var], outer: tuple[Record, ...]) -> bool:
        """Note the arrays for what is recorded; False if something is none for an array."""
        for number, value in enumerate(record.push.args[1:]):
            if value in self.missing:
                return False
            kind = self.build.kind(value)
            if isinstance(kind, k.Tape):
                if not self.inner(record, number, value, visible, outer):
                    return False
                continue
            if isinstance(kind, k.Tuple) and value in self.partial:
                return False  # some path has no items to read
            items = kind.items if isinstance(kind, k.Tuple) else (kind,)
            for n, item in enumerate(items):
                at = n if isinstance(kind, k.Tuple) else None
                row = self.row(number, at, item, value, visible)
                if row is None:
                    return False
                record.rows.append(row)
        return True

    def inner(
        self, record: Record, number: int, value: Atom, visible: list[Var],
        outer: tuple[Record, ...],
    ) -> bool:  # fmt: skip
        """Add a tape on the tape."""
        fill = self.made.get(value) if isinstance(value, Var) else None
        if not isinstance(fill, For) or self.readers.only(value) is not record.push:
            return False
        made = self.made.get(fill.inits[fill.outs.index(value)])  # type: ignore[arg-type]
        take = self.readers.only(record.pop.outs[number])
        if not isinstance(made, Apply) or made.op != "mem.tape":
            return False
        if made not in record.fill.body.eqns or take not in record.take.body.eqns:
            return False
        below = self.record(made, take, record.fill.body.eqns, visible, (*outer, record))
        if below is not None:
            record.below[number] = below
        return below is not None

    def row(
        self, number: int, at: int | None, kind: k.Kind, value: Atom, visible: list[Var]
    ) -> Row | None:
        name = f"{value.name}_rows" if isinstance(value, Var) and value.name else "rows"
        match kind:
            case k.Scalar(dtype) if dtype in DTYPES:
                return Row(number, at, dtype, name, None)
            case k.Array(str(dtype), dims) if at is None and dims and value not in self.partial:
                for var in visible:
                    other = self.build.kinds[var]
                    if isinstance(other, k.Array) and other.dims == dims:
                        return Row(number, at, dtype, name, var)
        return None

    # the sizes

    def sizes(
        self, record: Record, visible: dict[Var, None]
    ) -> tuple[list[Equation], dict[Row, Var]] | None:
        """The equations that make the arrays, and the arrays."""
        arrays: dict[Row, Var] = {}
        with self.build.block() as eqns:
            known: dict[tuple[Record, ...], list[Atom]] = {}
            for row, path in record.every():
                if path not in known:
                    lengths = [self.size(path, n, visible) for n in range(len(path))]
                    found = [length for length in lengths if length is not None]
                    if len(found) < len(lengths):
                        return None
                    known[path] = found
                shape = list(known[path])
                if row.shape is not None:
                    own = self.build.apply("numpy.shape", row.shape)
                    kind = self.build.kinds[row.shape]
                    assert isinstance(kind, k.Array) and kind.dims is not None
                    rank = range(len(kind.dims))
                    shape += [self.build.apply("mem.getitem", own, Lit(n)) for n in rank]
                whole = shape[0] if len(shape) == 1 else self.build.apply("mem.tuple", *shape)
                dtype = (Lit(DTYPES[row.dtype]),) if row.dtype != "float" else ()
                arrays[row] = self.build.apply("numpy.empty", whole, *dtype, name=row.name)
        return eqns, arrays

    def size(self, path: tuple[Record, ...], n: int, visible: dict[Var, None]) -> Atom | None:
        """How many rows the n-th loop of a path of loops needs, at most."""
        loop = path[n].fill
        if not _indexed(loop):
            return self.turns(loop, visible)
        high = self.bound(
            loop.stop if loop.step == Lit(1) else loop.start, path[:n], visible, True
        )
        if high is None:
            return None
        if loop.step == Lit(-1):
            high = self.build.apply("operator.add", high, Lit(1))
        if isinstance(high, Lit):
            return Lit(max(high.value, 0))
        kind = self.build.kind(high)
        known = kind.length if isinstance(kind, k.Scalar) else None
        sure = known is not None and known.is_natural
        return high if sure else self.build.apply("builtins.max", high, Lit(0))

    def turns(self, loop: For, visible: dict[Var, None]) -> Atom | None:
        """How many turns a loop has."""
        start, stop = self.exact(loop.start, visible), self.exact(loop.stop, visible)
        step = loop.step.value if isinstance(loop.step, Lit) else 0
        if start is None or stop is None or not isinstance(step, int) or not step:
            return None
        if isinstance(start, Lit) and isinstance(stop, Lit):
            return Lit(len(range(start.value, stop.value, step)))
        way = self.build.apply("operator.sub", stop, start)
        way = self.build.apply("operator.add", way, Lit(step - (1 if step > 0 else -1)))
        count = self.build.apply("operator.floordiv", way, loop.step)
        return self.build.apply("builtins.max", count, Lit(0))

    def bound(
        self, atom: Atom, outer: tuple[Record, ...], visible: dict[Var, None], upper: bool
    ) -> Atom | None:
        """A bound of an integer in terms of what is visible."""
        if isinstance(atom, Lit) or atom in visible:
            return atom
        for n, record in enumerate(outer):
            loop = record.fill
            if atom is loop.index:
                step = loop.step.value if isinstance(loop.step, Lit) else 0
                if not isinstance(step, int) or step == 0:
                    return None
                end = loop.stop if (step > 0) == upper else loop.start
                return self.bound(end, outer[:n], visible, upper)
        eqn = self.made.get(atom)
        if not isinstance(eqn, Apply) or eqn.op not in REPEATED or len(eqn.outs) != 1:
            return None
        if eqn.op in ("operator.add", "operator.sub") and isinstance(eqn.args[1], Lit):
            first = self.bound(eqn.args[0], outer, visible, upper)
            return None if first is None else self.build.apply(eqn.op, first, eqn.args[1])
        args = [self.exact(arg, visible) for arg in eqn.args]
        found = [arg for arg in args if arg is not None]
        return self.build.apply(eqn.op, *found) if len(found) == len(args) else None

    def exact(self, atom: Atom, visible: dict[Var, None]) -> Atom | None:
        """A value in terms of what is visible."""
        if isinstance(atom, Lit) or atom in visible:
            return atom
        eqn = self.made.get(atom)
        if not isinstance(eqn, Apply) or eqn.op not in REPEATED or len(eqn.outs) != 1:
            return None
        args = [self.exact(arg, visible) for arg in eqn.args]
        found = [arg for arg in args if arg is not None]
        return self.build.apply(eqn.op, *found) if len(found) == len(args) else None

    # the loops

    def fill(
        self, record: Record, arrays: Mapping[Row, Var], index: tuple[Atom, ...]
    ) -> tuple[For, dict[Row, Var]]:
        """The loop that writes into the arrays, and the arrays behind it."""
        loop, build = record.fill, self.build
        mine = [row for row, _ in record.every()]
        params = {row: build.var(build.kinds[arrays[row]], row.name) for row in mine}
        now = dict(params)
        inner = {below.fill: below for below in record.below.values()}
        made = [self.made_tape(below) for below in record.below.values()]
        with build.block() as eqns:
            place = (*index, self.position(loop))
            for eqn in loop.body.eqns:
                if eqn is record.push:
                    self.written(record, now, place)
                elif isinstance(eqn, For) and eqn in inner:
                    changed, ends = self.fill(inner[eqn], now, place)
                    build.eqns.append(changed)
                    now |= ends
                elif eqn not in made:
                    build.eqns.append(eqn)
        outs = {row: build.var(build.kinds[arrays[row]], row.name) for row in mine}
        keep = [n for n in range(len(loop.params)) if n != record.filled]
        tail = loop.body.results[len(loop.params) :]
        new = replace(
            loop,
            outs=(*(loop.outs[n] for n in keep), *outs.values()),
            inits=(*(loop.inits[n] for n in keep), *(arrays[row] for row in mine)),
            params=(*(loop.params[n] for n in keep), *params.values()),
            body=Block(
                tuple(eqns),
                (*(loop.body.results[n] for n in keep), *(now[row] for row in mine), *tail),
            ),
        )
        return new, outs

    def made_tape(self, record: Record) -> Equation:
        init = record.fill.inits[record.filled]
        assert isinstance(init, Var)
        return self.made[init]

    def position(self, loop: For) -> Atom:
        """The number of a turn, or what serves as well: its index."""
        if _indexed(loop):
            return loop.index
        way = self.build.apply("operator.sub", loop.index, loop.start)
        return self.build.apply("operator.floordiv", way, loop.step)

    def place(self, index: tuple[Atom, ...]) -> Atom:
        return index[0] if len(index) == 1 else self.build.apply("mem.tuple", *index)

    def written(self, record: Record, now: dict[Row, Var], index: tuple[Atom, ...]) -> None:
        for row in record.rows:
            value = record.push.args[1 + row.value]
            if row.item is not None:
                value = self.build.apply("mem.getitem", value, Lit(row.item))
            at = self.place(index)
            now[row] = self.build.apply("mem.write", now[row], value, at, name=row.name)

    def take(
        self, record: Record, arrays: Mapping[Row, Var], index: tuple[Atom, ...]
    ) -> list[Equation]:
        """The loop that reads the arrays."""
        loop, build = record.take, self.build
        inner = {below.take: below for below in record.below.values()}
        mapping: dict[Var, Atom] = {}
        with build.block() as eqns:
            place = (*index, self.position(loop))
            for eqn in loop.body.eqns:
                if eqn is record.pop:
                    self.read(record, arrays, place, mapping)
                elif isinstance(eqn, For) and eqn in inner:
                    build.eqns += self.take(inner[eqn], arrays, place)
                else:
                    build.eqns.append(eqn)
        keep = [n for n in range(len(loop.params)) if n != record.taken]
        tail = loop.body.results[len(loop.params) :]
        body = Block(tuple(eqns), (*(loop.body.results[n] for n in keep), *tail))
        return [
            replace(
                loop,
                outs=tuple(loop.outs[n] for n in keep),
                inits=tuple(loop.inits[n] for n in keep),
                params=tuple(loop.params[n] for n in keep),
                body=substitute(body, mapping),
            )
        ]

    def read(
        self, record: Record, arrays: Mapping[Row, Var], index: tuple[Atom, ...],
        mapping: dict[Var, Atom],
    ) -> None:  # fmt: skip
        """Read what was recorded where it was taken off the tape."""
        items: dict[int, list[Var]] = {}
        for row in record.rows:
            out = record.pop.outs[row.value]
            name = out.name if row.item is None else ""
            found = self.build.apply("mem.getitem", arrays[row], self.place(index), name=name)
            self.refined(found, out, row)
            items.setdefault(row.value, []).append(found)
            if row.item is None:
                mapping[out] = found
        for number, parts in items.items():
            out = record.pop.outs[number]
            if out not in mapping:
                mapping[out] = self.build.apply("mem.tuple", *parts, name=out.name)

    def refined(self, found: Var, out: Var, row: Row) -> None:
        """What is read is of the kind that was recorded."""
        if row.item is None:
            self.build.kinds[found] = self.build.kinds[out]


def _indexed(loop: For) -> bool:
    """May the index of the loop be that of a row?"""
    if loop.step == Lit(1):
        return _is_offset(loop.start, loop)
    return loop.step == Lit(-1) and _is_offset(loop.stop, loop)


def _is_offset(atom: Atom, loop: For) -> bool:
    least = 0 if loop.step == Lit(1) else -1
    return isinstance(atom, Lit) and isinstance(atom.value, int) and least <= atom.value <= SMALL
