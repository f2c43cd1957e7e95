"""What it costs to record a value, and what to compute it again in the reverse sweep.

Interpreted, an operation on numbers costs about as much as to record its result, which takes memory
beside; one on arrays costs more than to keep its result, which is there.  Compiled, an operation on
arrays is a part of a loop, and memory is what is slow: a function such as exp costs as much as some
records of its result.
"""

from __future__ import annotations

from collections.abc import Callable

from adcompile.rules import memory, table
from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom
from adcompile.transforms.storages import is_view

Kind = Callable[[Atom], k.Kind]
SCALAR, ARRAY, SHAPE, COPIED, LEAVES_BRANCH = 20, 21, 10, 640, 2
FUNCTION, PASS, FUNCTIONS = 30, 4, 100  # of a number; arithmetic on an array; a function of one
MOVED = 80  # an array that compiled code keeps, which asks nobody for a copy
VECTORS = 8  # in a matrix
CHEAP = {
    "mem.getitem", "mem.tuple", "mem.slice", "mem.list", "mem.dict", "mem.same", "mem.dtype",
    "mem.zeros_like", "numpy.shape", "numpy.ndim", "numpy.size", "builtins.len", "builtins.range",
    "numpy.zeros", "numpy.ones", "numpy.empty", "numpy.zeros_like", "numpy.ones_like",
    "numpy.empty_like", "numpy.full",
}  # fmt: skip
ONCE = {*memory.DESTRUCTIVE, *memory.EFFECTS, *memory.ASKING, "mem.opaque", "mem.tape", "mem.copy"}


class Interpreted:
    """The costs of code that Python runs."""

    copied = COPIED

    def kept(self, kind: k.Kind) -> int:
        """What it costs to keep an array that nobody overwrites."""
        return ARRAY

    def again(self, eqn: Apply, kind: Kind) -> int | None:
        """What it costs in a loop to compute the results of an equation again; None: not done."""
        if eqn.op in ONCE or eqn.op.startswith("numpy.random"):
            return None
        if eqn.op in CHEAP or is_view(eqn):
            return 0
        return 0 if all(small(kind(atom)) for atom in (*eqn.args, *eqn.outs)) else None


class Compiled(Interpreted):
    """The costs of code that a backend compiles."""

    copied = MOVED

    def kept(self, kind: k.Kind) -> int:
        return MOVED * extent(kind)

    def again(self, eqn: Apply, kind: Kind) -> int | None:
        if eqn.op == "mem.write" and isinstance(kind(eqn.out), k.Array):
            return PASS * extent(kind(eqn.out))
        cost = super().again(eqn, kind)
        row = None if eqn.op.startswith("mem.") else table.lookup(eqn.op, len(eqn.args))
        if row is None or row.form != "pointwise" or eqn.op in ONCE:
            return cost
        plain = eqn.op.startswith("operator.") and eqn.op != "operator.pow"
        if cost == 0:
            return 0 if plain else FUNCTION
        known = all(isinstance(kind(atom), (k.Scalar, k.Array)) for atom in (*eqn.args, *eqn.outs))
        return (PASS if plain else FUNCTIONS) * extent(kind(eqn.out)) if known else None


def extent(kind: k.Kind) -> int:
    """How many vectors an array is worth: a few rows are less than the matrix they are of, and one
    of several lists less than all of them."""
    if isinstance(kind, k.List) and isinstance(kind.item, k.List):
        return VECTORS * extent(kind.item)
    if isinstance(kind, k.Array) and kind.dims is not None and len(kind.dims) > 1:
        return int(VECTORS ** (len(kind.dims) - 1))
    return 1


def small(kind: k.Kind) -> bool:
    """Is this a number, or a few?"""
    match kind:
        case k.Scalar() | k.Slice() | k.Opaque():
            return True
        case k.Tuple(items):
            return all(small(item) for item in items)
    return False
