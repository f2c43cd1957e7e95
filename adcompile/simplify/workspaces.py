"""Arrays that every turn of a loop makes anew, for itself, are made once.

    for i in range(n):                      b = np.empty_like(x)
      b = np.zeros_like(x)                  for i in range(n):
      ...                          ->         b[...] = 0.0
                                              ...

Possible where nothing holds the array beyond the turn.  For compiled code, where an allocation
costs as much as a small loop.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from adcompile.rules import memory, table
from adcompile.rules.build import Builder
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
    blocks,
    everywhere,
    free,
    operands,
    walk,
)
from adcompile.trace.substitute import substitute
from adcompile.transforms.storages import is_view

NAME = "workspaces"
EMPTY = {"numpy.empty": "numpy.empty", "numpy.zeros": "numpy.empty"}
LIKE = {
    "mem.zeros_like": "numpy.empty_like", "numpy.zeros_like": "numpy.empty_like",
    "numpy.empty_like": "numpy.empty_like",
}  # fmt: skip
COPYING = {"mem.write", "mem.accumulate", "mem.scatter_add"}  # into an array: the values
REPEATED = {
    "builtins.len", "numpy.shape", "mem.getitem", "mem.tuple", "builtins.max", "builtins.min",
    "operator.add", "operator.sub",
}  # fmt: skip
SIZES = ("builtins.len", "numpy.shape")
HOLDING = {
    "mem.push", "mem.list", "mem.tuple", "mem.dict", "mem.append", "mem.same", "mem.opaque",
    "mem.outside", "mem.effect", "mem.stop", "mem.shares", "mem.is_view",
}  # fmt: skip


def workspaces(trace: Trace) -> Trace:
    """The trace with such arrays made before their loops."""
    return everywhere(lambda each: _Workspaces(each, (*EMPTY, *LIKE)).run(), trace)


def renewed_once(trace: Trace) -> Trace:
    """The trace with those made before their loops that the loops had carried."""
    return everywhere(lambda each: _Workspaces(each, ("numpy.empty_like",)).run(), trace)


class _Workspaces:
    """The change of one function."""

    def __init__(self, trace: Trace, making: Collection[str]) -> None:
        self.trace = trace
        self.making = making
        self.build = Builder(dict(trace.kinds))
        self.made = {out: eqn for eqn in walk(trace.body) for out in eqn.outs}
        self.changed = False
        self.lasting: Mapping[Atom, Atom] | _Lasting = {}
        self.moved: dict[Atom, Atom | None] = {}  # to before the loop, for one array

    def run(self) -> Trace:
        body = self.block(self.trace.body)
        if not self.changed:
            return self.trace
        return replace(self.trace, body=body, kinds=self.build.kinds)

    def block(self, block: Block) -> Block:
        eqns: list[Equation] = []
        for eqn in block.eqns:
            match eqn:
                case If():
                    then, orelse = self.block(eqn.then), self.block(eqn.orelse)
                    eqns.append(replace(eqn, then=then, orelse=orelse))
                case For() | While():
                    eqns += self.loop(replace(eqn, body=self.block(eqn.body)))
                case _:
                    eqns.append(eqn)
        return Block(tuple(eqns), block.results)

    def loop(self, loop: For | While) -> list[Equation]:
        """The loop, and before it the arrays that its turns need."""
        before: list[Equation] = []
        for out in [out for eqn in loop.body.eqns if self.makes(eqn) for out in eqn.outs]:
            eqn = next(eqn for eqn in loop.body.eqns if out in eqn.outs)
            end = _end(loop.body, eqn, self.build.kinds)
            with self.build.block() as made:
                whole = None if end is None else self.whole(loop, eqn)
            if end is not None and whole is not None:
                before += made
                loop = self.carried(loop, eqn, whole, end)
                self.made.update((out, eqn) for eqn in (*made, *loop.body.eqns) for out in eqn.outs)
                self.changed = True
        return [*before, loop]

    def makes(self, eqn: Equation) -> bool:
        return isinstance(eqn, Apply) and eqn.op in self.making

    def whole(self, loop: For | While, eqn: Equation) -> Var | None:
        """Make an array like that of the equation, in front of the loop."""
        if not isinstance(eqn, Apply) or not isinstance(self.build.kinds[eqn.out], k.Array):
            return None
        inside = _inside(loop)
        self.lasting, self.moved = _Lasting(loop), {}
        args = [self.outside(arg, inside) for arg in eqn.args]
        if eqn.op in LIKE and args == [None]:
            args = [self.shape_of_row(eqn.args[0], inside)]
        found = [arg for arg in args if arg is not None]
        if len(found) < len(args) or (eqn.op in EMPTY and not self.is_size(eqn.args[0])):
            return None
        op = EMPTY.get(eqn.op) or LIKE[eqn.op]
        if op not in EMPTY and isinstance(self.build.kind(found[0]), k.Tuple):
            op = "numpy.empty"
        like = self.made.get(found[0]) if isinstance(found[0], Var) else None
        if len(found) == 1 and isinstance(like, Apply) and like.op in EMPTY and op not in EMPTY:
            op, found = EMPTY[like.op], list(like.args)
        out = self.build.apply(op, *found, name=eqn.out.name)
        self.build.kinds[out] = self.build.kinds[eqn.out]
        return out

    def outside(self, atom: Atom, inside: Mapping[Var, None]) -> Atom | None:
        """A value in terms of what is there before the loop."""
        if isinstance(atom, Lit) or atom not in inside:
            return atom
        eqn = self.made.get(atom)
        if not isinstance(eqn, Apply) or eqn.op not in REPEATED:
            return None
        if eqn.op == "mem.getitem" and not isinstance(self.build.kinds[eqn.args[0]], k.Tuple):  # type: ignore[index]
            return None
        of = [self.lasting[arg] for arg in eqn.args] if eqn.op in SIZES else eqn.args
        if atom not in self.moved:
            args = [self.outside(arg, inside) for arg in of]
            found = [arg for arg in args if arg is not None]
            whole = len(found) == len(args)
            self.moved[atom] = self.build.apply(eqn.op, *found) if whole else None
        return self.moved[atom]

    def shape_of_row(self, atom: Atom, inside: Mapping[Var, None]) -> Atom | None:
        """The shape of a row, whichever it is, of an array that is there before the loop."""
        eqn, kind = self.made.get(atom), self.build.kind(atom)  # type: ignore[arg-type]
        if not isinstance(eqn, Apply) or eqn.op != "mem.getitem":
            return None
        if not isinstance(kind, k.Array) or kind.dtype != "float" or kind.dims is None:
            return None
        whole, index = (self.build.kind(arg) for arg in eqn.args)
        items = index.items if isinstance(index, k.Tuple) else (index,)
        rank = len(whole.dims) if isinstance(whole, k.Array) and whole.dims is not None else 0
        if rank != len(items) + len(kind.dims) or not all(map(k.is_int, items)):
            return None
        rows = self.outside(eqn.args[0], inside)
        if rows is None:
            return None
        shape = self.build.apply("numpy.shape", rows)
        sizes = [
            self.build.apply("mem.getitem", shape, Lit(axis)) for axis in range(len(items), rank)
        ]
        return self.build.apply("mem.tuple", *sizes)

    def is_size(self, atom: Atom) -> bool:
        """Is this a length, or a tuple of lengths: not negative, whatever the values?"""
        if isinstance(atom, Lit):
            sizes = atom.value if isinstance(atom.value, tuple) else (atom.value,)
            return all(isinstance(size, int) and size >= 0 for size in sizes)
        kind, eqn = self.build.kinds[atom], self.made.get(atom)
        if isinstance(kind, k.Scalar) and kind.length is not None and kind.length.is_natural:
            return True
        if not isinstance(eqn, Apply):
            return False
        if eqn.op == "builtins.max":
            return any(isinstance(arg, Lit) and arg.value >= 0 for arg in eqn.args)
        if eqn.op == "mem.getitem":
            return self.is_size(eqn.args[0])
        whole = eqn.op in ("builtins.len", "numpy.shape")
        return whole or (eqn.op == "mem.tuple" and all(map(self.is_size, eqn.args)))

    def carried(self, loop: For | While, made: Equation, whole: Var, end: Var) -> For | While:
        """The loop with the array carried through its turns."""
        assert isinstance(made, Apply)
        build, name = self.build, made.out.name
        kind = build.kinds[made.out]
        param, out = build.var(kind, name), build.var(kind, name)
        eqns: list[Equation] = []
        mapping: dict[Var, Atom] = {}
        for eqn in loop.body.eqns:
            if eqn is not made:
                eqns.append(eqn)
            elif "zeros" in made.op:
                eqns.append(replace(made, op="mem.write", args=(param, Lit(0.0), Lit(Ellipsis))))
            else:
                mapping[made.out] = param
        count = len(loop.params)
        results = (*loop.body.results[:count], end, *loop.body.results[count:])
        body = substitute(Block(tuple(eqns), results), mapping)
        return replace(
            loop,
            outs=(*loop.outs, out),
            inits=(*loop.inits, whole),
            params=(*loop.params, param),
            body=body,
        )


def _inside(loop: For | While) -> dict[Var, None]:
    """What is defined in a turn."""
    found = dict.fromkeys(loop.params)
    if isinstance(loop, For):
        found[loop.index] = None
    for eqn in loop.body.eqns:
        found.update(dict.fromkeys(eqn.outs))
    return found


class _Lasting:
    """Arrays that a loop carries and only writes to: of one size from the first turn to the last.

    lasting[x] is what such an array was before the loop, and x where x is something else.
    """

    def __init__(self, loop: For | While) -> None:
        self.loop = loop
        self.made = {out: eqn for eqn in walk(loop.body) for out in eqn.outs}

    def __getitem__(self, atom: Atom) -> Atom:
        param = self.start(atom, self.loop.params)
        if param not in self.loop.params:
            return atom
        number = [param is each for each in self.loop.params].index(True)
        same = self.start(self.loop.body.results[number], self.loop.params) is param
        return self.loop.inits[number] if same else atom

    def start(self, atom: Atom, params: Collection[Var]) -> Atom:
        """The version of an array that is written to until it is this one."""
        while atom not in params:
            eqn = self.made.get(atom) if isinstance(atom, Var) else None
            if isinstance(eqn, Apply) and eqn.op in memory.DESTRUCTIVE and len(eqn.outs) == 1:
                atom = eqn.args[0]
            elif isinstance(eqn, (For, While)):
                number = eqn.outs.index(atom)
                if self.start(eqn.body.results[number], eqn.params) is not eqn.params[number]:
                    return atom
                atom = eqn.inits[number]
            else:
                return atom
        return atom


class _Held(Exception):
    """Something may hold the array beyond the turn, or its elements as they were."""


@dataclass(slots=True)
class _Flow:
    """Follows an array through a block: which variable it is now, and the views of it."""

    kinds: Mapping[Var, k.Kind]
    old: dict[Atom, None]
    views: dict[Atom, None]

    def block(self, eqns: Iterable[Equation], now: Var) -> Var:
        for eqn in eqns:
            now = self.equation(eqn, now)
        return now

    def equation(self, eqn: Equation, now: Var) -> Var:
        read = operands(eqn)
        if any(atom in self.old for atom in (*read, *_free(eqn))):
            raise _Held
        match eqn:
            case Apply():
                return self.apply(eqn, now)
            case Call():
                if any(atom is now or atom in self.views for atom in read):
                    raise _Held
            case If():
                return self.branch(eqn, now)
            case For() | While():
                return self.loop(eqn, now)
        return now

    def apply(self, eqn: Apply, now: Var) -> Var:
        mine = [atom is now or atom in self.views for atom in eqn.args]
        if not any(mine):
            return now
        if eqn.op in COPYING and not mine[0] and isinstance(self.kinds.get(eqn.out), k.Array):
            return now
        if eqn.op in memory.DESTRUCTIVE:
            if eqn.args[0] is not now or any(mine[1:]) or len(eqn.outs) != 1:
                raise _Held
            self.old[now] = None
            return eqn.out
        if eqn.op in HOLDING:
            raise _Held
        if is_view(eqn) and not isinstance(self.kinds[eqn.out], k.Scalar):
            self.views[eqn.out] = None
        elif not all(_is_fresh(eqn, self.kinds[out]) for out in eqn.outs):
            raise _Held
        return now

    def branch(self, eqn: If, now: Var) -> Var:
        ends = [self.block(side.eqns, now) for side in (eqn.then, eqn.orelse)]
        places = [
            [n for n, atom in enumerate(side.results) if self.is_mine(atom, end)]
            for side, end in zip((eqn.then, eqn.orelse), ends)
        ]
        if places == [[], []] and ends == [now, now]:
            return now
        if len(places[0]) != 1 or places[0] != places[1] or eqn.caught:
            raise _Held
        if any(
            side.results[places[0][0]] is not end for side, end in zip((eqn.then, eqn.orelse), ends)
        ):
            raise _Held
        self.old[now] = None
        self.old.update(dict.fromkeys(ends))
        return eqn.outs[places[0][0]]

    def is_mine(self, atom: Atom, now: Var) -> bool:
        return atom is now or atom in self.old or atom in self.views

    def loop(self, eqn: For | While, now: Var) -> Var:
        if any(atom in self.views for atom in operands(eqn)):
            raise _Held
        places = [n for n, init in enumerate(eqn.inits) if init is now]
        conditions = eqn.cond.eqns if isinstance(eqn, While) else ()
        if not places:
            if self.block((*conditions, *eqn.body.eqns), now) is not now:
                raise _Held
            if any(self.is_mine(atom, now) for atom in eqn.body.results):
                raise _Held
            return now
        if len(places) != 1 or now in _free(eqn):
            raise _Held
        n = places[0]
        param = eqn.params[n]
        if self.block(conditions, param) is not param:
            raise _Held
        end = self.block(eqn.body.eqns, param)
        others = (*eqn.body.results[:n], *eqn.body.results[n + 1 :])
        if eqn.body.results[n] is not end or any(self.is_mine(atom, end) for atom in others):
            raise _Held
        self.old.update(dict.fromkeys((now, param, end)))
        return eqn.outs[n]


def _free(eqn: Equation) -> dict[Var, None]:
    found: dict[Var, None] = {}
    for block in blocks(eqn):
        found |= free(block)
    return found


def _is_fresh(eqn: Apply, kind: k.Kind) -> bool:
    """Does the result share no memory with an operand?"""
    if k.immutable(kind):
        return True
    if eqn.op.startswith("mem."):
        return eqn.op in ("mem.copy", "mem.zeros_like")
    row = table.lookup(eqn.op, len(eqn.args))
    return isinstance(kind, k.Array) and row is not None and not row.view


def _end(body: Block, made: Equation, kinds: Mapping[Var, k.Kind]) -> Var | None:
    """What the array that an equation makes is at the end of the turn, if nothing else holds it."""
    flow = _Flow(kinds, {}, {})
    place = body.eqns.index(made)
    try:
        end = flow.block(body.eqns[place + 1 :], made.outs[0])
    except _Held:
        return None
    return None if any(flow.is_mine(atom, end) for atom in body.results) else end
