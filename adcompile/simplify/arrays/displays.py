"""Arrays of numbers that are listed: their elements are written one by one, without the lists.

v1 = [c, s]                                v4 = numpy.empty((2, 2))
v2 = [0.0, 1.0]                            v5 = write(v4, c, (0, 0))
v3 = [v1, v2]                 ->           v6 = write(v5, s, (0, 1))
m = numpy.array(v3)                        v7 = write(v6, 0.0, (1, 0))
                                           m = write(v7, 1.0, (1, 1))

Numba takes a second to compile a list of lists, and each is an allocation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from adcompile.rules.build import Builder
from adcompile.simplify.arrays.nodes import DTYPES
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Lit, Trace, Var, inside, walk

MANY = 64
"""So many elements and no more are written one by one."""
NUMBERS = {"float": ("bool", "int", "float"), "float32": ("float32",), "int": ("int",)}
"""What elements of a type may be made of."""
MAKERS = ("numpy.array", "numpy.asarray")


def with_elements(trace: Trace) -> Trace:
    """The trace with elements written for lists."""
    lists = {e.out: e for e in walk(trace.body) if isinstance(e, Apply) and e.op == "mem.list"}
    return _Displays(trace, lists).run() if lists else trace


class _Displays:
    """The change of one function."""

    def __init__(self, trace: Trace, lists: Mapping[Var, Apply]) -> None:
        self.trace, self.lists = trace, lists
        self.build = Builder(dict(trace.kinds))

    def run(self) -> Trace:
        body = self.block(self.trace.body)
        return replace(self.trace, body=body, kinds=self.build.kinds)

    def block(self, block: Block) -> Block:
        with self.build.block() as eqns:
            for eqn in block.eqns:
                if not isinstance(eqn, Apply):
                    eqn = inside(eqn, self.block)
                    self.build.eqns = eqns
                    eqns.append(eqn)
                elif eqn.op not in MAKERS or len(eqn.args) > 1 or not self.written(eqn):
                    eqns.append(eqn)
        return block.having(eqns, block.results)

    def written(self, eqn: Apply) -> bool:
        """Append the elements of an array, if they are listed."""
        kind = self.build.kind(eqn.out)
        if not isinstance(kind, k.Array) or kind.dtype not in NUMBERS or not kind.dims:
            return False
        shape = tuple(dim.length for dim in kind.dims)
        elements = [] if None in shape else list(self.elements(eqn.args[0], shape, ()))
        given = [self.build.kind(atom) for _, atom in elements]
        plain = all(isinstance(g, k.Scalar) and g.dtype in NUMBERS[kind.dtype] for g in given)
        if not plain or not 0 < len(elements) <= MANY or len(elements) != _size(shape):
            return False
        self.build.loc = eqn.loc
        more = (Lit(DTYPES[kind.dtype]),) if kind.dtype in DTYPES else ()
        whole: Atom = self.build.apply("numpy.empty", Lit(shape), *more, name=eqn.out.name)
        for place, atom in elements[:-1]:
            whole = self.build.apply("mem.write", whole, atom, place, name=eqn.out.name)
        place, atom = elements[-1]
        self.build.eqns.append(Apply((eqn.out,), "mem.write", (whole, atom, place), eqn.loc))
        return True

    def elements(
        self, atom: Atom, shape: tuple[int | None, ...], place: tuple[int, ...]
    ) -> Iterator[tuple[Lit, Atom]]:
        """Each element with its place; none of what is not listed, or of another length."""
        if len(place) == len(shape):
            yield Lit(place if len(place) > 1 else place[0]), atom
            return
        made = self.lists.get(atom) if isinstance(atom, Var) else None
        if made is not None and len(made.args) == shape[len(place)]:
            for n, item in enumerate(made.args):
                yield from self.elements(item, shape, (*place, n))


def _size(shape: tuple[int | None, ...]) -> int:
    """How many elements an array of a known shape has."""
    size = 1
    for length in shape:
        size *= length or 0
    return size
