"""An equation between arrays as a rule for each element of its result.

point    an operation on the elements of the operands
view     an element of the operand, at another place
fill     the same number everywhere;  count: the place itself
sum, prod, max, min    of the elements along the last axes
update   x with new elements, or sums with them, in a part of it
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from adcompile.rules.build import Builder
from adcompile.simplify.arrays.places import Place, Places, Span
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Var

Element = Callable[[Builder, Sequence[Atom]], Atom]

POINT, VIEW, FILL, COUNT, UPDATE = "point", "view", "fill", "count", "update"
SUMS = ("sum", "prod", "max", "min")
FLOATS = ("float32", "float")
NUMBERS = ("bool", "int", *FLOATS)
DTYPES = {"bool": "numpy.bool_", "int": "numpy.int64", "float32": "numpy.float32"}
CHEAP, DEAR = 1, 12
"""What an element costs: an addition; a division, a power, an exponential."""


@dataclass(frozen=True, slots=True)
class Read:
    """An operand, and where its elements are read: a place along each of its axes.

    Of a number there are none.
    """

    atom: Atom
    places: Places = ()


def passed(build: Builder, atoms: Sequence[Atom]) -> Atom:
    """The operand's element itself."""
    return atoms[0]


Root = tuple["Node | Var", int]
"""What tells the length of an axis: an array in memory, or a node that has it from no other."""


@dataclass(slots=True, eq=False)
class Node:
    """The rule of an equation, with its axes: those of the result, then those summed over.

    An update has the axes of the part that is written, and `target`, where that lies in x.  `fits`
    are those along which only the value tells how long that is: the slice has to be as long.
    """

    eqn: Apply
    form: str
    dims: tuple[k.Dim, ...]
    rank: int
    reads: tuple[Read, ...]
    element: Element = passed
    weight: int = CHEAP
    spans: tuple[Span | None, ...] = ()  # of a view, one an axis
    target: Places = ()
    adds: bool = False
    fits: tuple[int, ...] = ()
    number: int = 0
    order: list[int] = field(default_factory=list)
    roots: list[Root] = field(default_factory=list)

    @property
    def out(self) -> Var:
        return self.eqn.out

    @property
    def x(self) -> Atom:
        """What an update is of."""
        return self.eqn.args[0]

    @property
    def is_sum(self) -> bool:
        return self.form in SUMS

    def edges(self) -> Places:
        """Where the slices begin and end that have to be as long as what is written to them."""
        spans = [span for n in self.fits if (span := self.spans[n]) is not None]
        ends = [end for span in spans for end in (span.start, span.stop) if end is not None]
        return tuple(Place(None, 1, end) for end in ends)

    def loops(self) -> list[int]:
        """The axes that need a loop."""
        return [n for n, dim in enumerate(self.dims) if not dim.is_one]

    def is_summed(self, axis: int) -> bool:
        return axis >= self.rank

    def here(self) -> Places:
        """The element of the result that a turn is about."""
        axes = range(self.rank)
        return tuple(Place() if self.dims[n].is_one else Place(n) for n in axes)


def node_of(nodes: Mapping[Var, Node], atom: Atom | None) -> Node | None:
    """The node that makes a value; None for a literal, and for what none makes."""
    return nodes.get(atom) if isinstance(atom, Var) else None


def root_of(nodes: Mapping[Var, Node], x: Var, axis: int) -> Root:
    """What tells the length of an axis of a value."""
    node = nodes.get(x)
    while node is not None and node.form == UPDATE and isinstance(node.x, Var):
        x = node.x
        node = nodes.get(x)
    return (x, axis) if node is None else node.roots[axis]


def rooted(node: Node, nodes: Mapping[Var, Node], kinds: Mapping[Var, k.Kind]) -> None:
    """Note what tells the lengths of the axes of a node."""
    for axis, dim in enumerate(node.dims):
        span = node.spans[axis] if node.spans else None
        if span is not None and span.axis >= 0 and axis not in node.fits:
            x = node.eqn.args[0]
            assert isinstance(x, Var)
            whole = span.stop is None
            node.roots.append(root_of(nodes, x, span.axis) if whole else (node, axis))
        else:
            node.roots.append(_read_root(node, axis, dim, nodes, kinds) or (node, axis))


def _read_root(
    node: Node, axis: int, dim: k.Dim, nodes: Mapping[Var, Node], kinds: Mapping[Var, k.Kind]
) -> Root | None:
    for read in node.reads:
        for n, place in enumerate(read.places):
            if place.axis != axis or place.step != 1 or not isinstance(read.atom, Var):
                continue
            kind = kinds[read.atom]
            if isinstance(kind, k.Array) and kind.dims is not None and kind.dims[n] == dim:
                return root_of(nodes, read.atom, n)
    return None
