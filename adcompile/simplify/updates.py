"""Adding to zeros is writing, and zeros that nobody reads are not written.

    x_bar = zeros_like(x)
    x_bar = accumulate(x_bar, v, i)       ->      x_bar = write(x_bar, v, i)

    x_bar = write(x_bar, 0.0, i)
    x_bar = accumulate(x_bar, v, i)       ->      x_bar = write(x_bar, v, i)

    rows_bar = write(rows_bar, 0.0, i, j)         so of items of lists, where nothing is left of
    rows_bar = accumulate(rows_bar, v, i, j)      both if v was rows_bar[i][j]

    y_bar = zeros_like(y)                         y_bar = zeros_like(y)
    for i in range(n) carry y_bar:                for i in range(n) carry y_bar:
      y_bar = accumulate(y_bar, v, i)     ->        y_bar = write(y_bar, v, i)

What is -0.0 stays so, where adding it to 0.0 would have made 0.0: of adjoints alone.

In a reverse sweep, for NumPy: `x += y` on a part of an array reads it, adds, and writes it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from adcompile.simplify.products import opens_reverse
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Equation, For, If, Lit, Trace, Var, While, inside
from adcompile.trace.readers import Readers
from adcompile.trace.substitute import substitute_trace
from adcompile.transforms.lasting import Access, Accesses, Followed

NAME = "updates"
ZEROS = ("mem.zeros_like", "numpy.zeros_like", "numpy.zeros")
NOTHING = (Lit(0.0), Lit(0))
BASIC = (k.Scalar, k.Slice, k.Tuple)


def updates(trace: Trace) -> Trace:
    """The trace with such writes behind the comment that opens its reverse sweep."""
    eqns = trace.body.eqns
    begin = next((n for n, eqn in enumerate(eqns) if opens_reverse(eqn)), len(eqns))
    pass_ = _Updates(trace)
    for eqn in eqns[begin:]:
        pass_.equation(eqn)
    if not pass_.new and not pass_.gone:
        return trace
    body = Block(pass_.rebuilt(eqns), trace.body.results)
    return substitute_trace(replace(trace, body=body), pass_.mapping())


class _Updates:
    def __init__(self, trace: Trace) -> None:
        self.kinds: Mapping[Var, k.Kind] = trace.kinds
        self.readers = Readers(trace)
        self.made: dict[Var, Apply] = {}
        self.new: dict[Apply, Apply] = {}
        self.gone: dict[Var, Atom] = {}

    def equation(self, eqn: Equation) -> None:
        match eqn:
            case Apply():
                self.made.update(dict.fromkeys(eqn.outs, eqn))
                self.added_to_zeros(eqn)
            case If():
                for inner in (*eqn.then.eqns, *eqn.orelse.eqns):
                    self.equation(inner)
            case For() | While():
                for inner in eqn.body.eqns:
                    self.equation(inner)
                if isinstance(eqn, For) and self.begins_or_ends(eqn):
                    self.loop(eqn)

    def added_to_zeros(self, eqn: Apply) -> None:
        """Is it added to new zeros, or to elements or items that were made zero just before?"""
        if eqn.op != "mem.accumulate" or len(eqn.args) < 3:
            return
        plain = len(eqn.args) == 3 and self.is_plain(eqn)
        if not plain and not self.is_item(eqn):
            return
        base, value, *path = eqn.args
        zero = self.made.get(base) if isinstance(base, Var) else None
        if plain and zero is not None and zero.op == "mem.zeros_like":
            self.new[eqn] = Apply(eqn.outs, "mem.write", eqn.args, eqn.loc)
        if zero is None or zero.op != "mem.write" or zero.args[2:] != eqn.args[2:]:
            return
        if not self.is_zero(zero.args[1]) or self.readers.only(base) is not eqn:
            return
        before = self.gone[zero.out] = zero.args[0]
        if self.is_read(value, before, path):
            self.gone[eqn.out] = before  # zero, and what it was
        else:
            self.new[eqn] = Apply(eqn.outs, "mem.write", (before, value, *path), eqn.loc)

    def is_zero(self, atom: Atom) -> bool:
        """Is it zero, or are all numbers in it?"""
        made = self.made.get(atom) if isinstance(atom, Var) else None
        if made is None:
            return atom in NOTHING
        items = made.op == "mem.tuple" and all(
            item == Lit(None) or self.is_zero(item) for item in made.args
        )
        return items or made.op == "mem.zeros_like"

    def is_read(self, value: Atom, whole: Atom, path: list[Atom]) -> bool:
        """Is this what stands at a path in that?"""
        for index in reversed(path):
            made = self.made.get(value) if isinstance(value, Var) else None
            if made is None or made.op != "mem.getitem" or made.args[1] != index:
                return False
            value = made.args[0]
        return value == whole

    def is_item(self, eqn: Apply) -> bool:
        """Are these numbers, added to an item of a list that is such numbers?"""
        kind: k.Kind | None = self.kinds[eqn.out]
        for index in eqn.args[2:]:
            if not isinstance(kind, k.List) or not isinstance(self.kind(index), k.Scalar):
                return False
            kind = kind.item
        return _alike(kind, self.kind(eqn.args[1]))

    def kind(self, atom: Atom) -> k.Kind:
        return k.of_constant(atom.value) if isinstance(atom, Lit) else self.kinds[atom]

    def is_plain(self, eqn: Apply) -> bool:
        """Is it a number or a part of an array, of the dtype of the array?"""
        whole, value = self.kinds[eqn.out], eqn.args[1]
        given, where = self.kind(value), self.kind(eqn.args[2])
        items = where.items if isinstance(where, k.Tuple) else (where,)
        if not isinstance(whole, k.Array) or not all(isinstance(item, BASIC) for item in items):
            return False
        return whole.dtype == "float" and k.dtype_of(given) == "float" and value not in NOTHING

    # loops

    def begins_or_ends(self, eqn: For) -> bool:
        """Does an array begin with this loop, as zeros, or end with it?"""
        return any(
            isinstance(self.kinds.get(out), k.Array)
            and (self.readers.none(out) or self.zeros(init) is not None)
            for init, out in zip(eqn.inits, eqn.outs)
        )

    def zeros(self, init: Atom) -> Apply | None:
        made = self.made.get(init) if isinstance(init, Var) else None
        return made if made is not None and made.op in ZEROS else None

    def loop(self, eqn: For) -> None:
        accesses = Accesses(eqn, self.kinds)
        inits = dict(zip(eqn.params, eqn.inits))
        for out, array in accesses.arrays():
            init = inits[array.first]
            if self.zeros(init) is not None:
                self.first_writes(accesses, array)
            if self.readers.none(out) and accesses.only_accessed(array):
                self.last_writes(accesses, array)

    def first_writes(self, accesses: Accesses, array: Followed) -> None:
        """What is added where nothing has been written yet."""
        for write in array.writes:
            eqn = write.eqn
            added = eqn.op == "mem.accumulate" and eqn not in self.new and len(eqn.args) == 3
            if added and self.is_plain(eqn) and accesses.alone(write, array.writes, -1):
                self.new[eqn] = Apply(eqn.outs, "mem.write", eqn.args, eqn.loc)

    def last_writes(self, accesses: Accesses, array: Followed) -> None:
        """Zeros that nobody reads any more."""
        reading = [*array.reads, *(write for write in array.writes if self.reads(write))]
        for write in array.writes:
            eqn = write.eqn
            zero = eqn.op == "mem.write" and eqn.args[1] in NOTHING and len(eqn.args) == 3
            if zero and eqn.out not in self.gone and accesses.alone(write, reading, 1):
                self.gone[eqn.out] = eqn.args[0]

    def reads(self, write: Access) -> bool:
        return write.eqn.op == "mem.accumulate" and write.eqn not in self.new

    # rebuilding

    def mapping(self) -> dict[Var, Atom]:
        found: dict[Var, Atom] = {}
        for var, atom in self.gone.items():
            while isinstance(atom, Var) and atom in self.gone:
                atom = self.gone[atom]
            found[var] = atom
        return found

    def rebuilt(self, eqns: tuple[Equation, ...]) -> tuple[Equation, ...]:
        kept = (eqn for eqn in eqns if not any(out in self.gone for out in eqn.outs))
        return tuple(self.changed(eqn) for eqn in kept)

    def block(self, block: Block) -> Block:
        return block.having(self.rebuilt(block.eqns), block.results)

    def changed(self, eqn: Equation) -> Equation:
        return self.new.get(eqn, eqn) if isinstance(eqn, Apply) else inside(eqn, self.block)


def _alike(kind: k.Kind | None, other: k.Kind | None) -> bool:
    """Are these both a float, or tuples or lists of floats in the same places?"""
    match kind, other:
        case k.Scalar("float"), k.Scalar("float"):
            return True
        case k.List(item), k.List(given):
            return isinstance(item, k.Scalar) and _alike(item, given)
        case k.Tuple(items), k.Tuple(values) if len(items) == len(values):
            return all(
                _alike(item, value) or not (k.is_real(item) or k.is_real(value))
                for item, value in zip(items, values)
            )
    return False
