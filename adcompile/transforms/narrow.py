"""Which values said to be of float32 may be wider when the program runs.

    s_bar = np.float32(v) if c else 0.0     0.0 is Python's: it widens no array of float32,
    x_bar = np.broadcast_to(s_bar, shape)   and an array that is made of it has 64 bits
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adcompile.trace import kinds as k
from adcompile.trace.ir import Apply, Atom, Block, Call, Equation, For, If, Lit, Var, While

PLAIN, WIDE = 1, 2
"""A number of Python's, perhaps; of 64 bits, perhaps.  What is not listed is as its kind says."""
NARROW = ("numpy.float32", "numpy.astype", "widths.as_wide")
LIKE = ("mem.zeros_like", "numpy.zeros_like", "numpy.ones_like", "numpy.full_like")
IN_PLACE = ("mem.write", "mem.accumulate", "mem.scatter_add", "numpy.add.at")
JOINS = ("numpy.array", "numpy.asarray", "numpy.stack", "numpy.hstack", "numpy.column_stack")


class Widths:
    """Goes through equations as they are added; what is carried until nothing more is found."""

    def __init__(self, kinds: Mapping[Var, k.Kind], eqns: Sequence[Equation]) -> None:
        self.kinds, self.eqns, self.seen = kinds, eqns, 0
        self.known: dict[Var, int] = {}

    def may_be_wide(self, atom: Atom) -> bool:
        """May this array of float32 have 64 bits?"""
        for eqn in self.eqns[self.seen :]:
            self.equation(eqn)
        self.seen = len(self.eqns)
        return self.of(atom) == WIDE

    def of(self, atom: Atom) -> int:
        if isinstance(atom, Lit):
            return PLAIN if isinstance(atom.value, (bool, int, float)) else 0
        return self.known.get(atom, PLAIN if self.is_python(atom) else 0)

    def is_python(self, var: Var) -> bool:
        """Is this an integer, or a float that is none of NumPy's?"""
        kind = self.kinds.get(var)
        if not isinstance(kind, k.Scalar):
            return False
        return kind.dtype in ("bool", "int") or (kind.dtype == "float" and kind.strong is not True)

    def note(self, var: Var, *widths: int) -> None:
        width = max((self.known.get(var, 0), *widths))
        if width:
            self.known[var] = width

    def block(self, block: Block) -> None:
        for eqn in block.eqns:
            self.equation(eqn)

    def equation(self, eqn: Equation) -> None:
        match eqn:
            case Apply():
                width = self.made(eqn)
                for out in eqn.outs:
                    self.note(out, width)
            case If():
                self.block(eqn.then)
                self.block(eqn.orelse)
                for out, *ways in zip(eqn.outs, eqn.then.results, eqn.orelse.results):
                    self.note(out, *map(self.of, ways))
            case For() | While():
                self.loop(eqn)
            case Call():
                for out in eqn.outs:
                    self.note(out, PLAIN if isinstance(self.kinds.get(out), k.Scalar) else WIDE)

    def loop(self, eqn: For | While) -> None:
        for param, init in zip(eqn.params, eqn.inits):
            self.note(param, self.of(init))
        before = -1
        while before != sum(self.known.values()):
            before = sum(self.known.values())
            if isinstance(eqn, While):
                self.block(eqn.cond)
            self.block(eqn.body)
            for param, result in zip(eqn.params, eqn.body.results):
                self.note(param, self.of(result))
        for out, param in zip(eqn.outs, eqn.params):
            self.note(out, self.of(param))

    def made(self, eqn: Apply) -> int:
        """The width of what an operation gives."""
        if eqn.op in NARROW or not eqn.outs:
            return 0
        if eqn.op in LIKE or eqn.op in IN_PLACE:
            return WIDE if self.of(eqn.args[0]) == WIDE else 0
        given = [self.of(arg) for arg in eqn.args if self.is_float(arg)]
        if WIDE in given:
            return WIDE
        if not given or PLAIN not in given:
            return 0
        if eqn.op in JOINS or not isinstance(self.kinds.get(eqn.outs[0]), k.Scalar):
            alone = all(width == PLAIN for width in given)
            return WIDE if alone or eqn.op in JOINS else 0
        return PLAIN if all(width == PLAIN for width in given) else 0

    def is_float(self, atom: Atom) -> bool:
        """Does it hold floats?"""
        if isinstance(atom, Lit):
            return isinstance(atom.value, float)
        return _holds_floats(self.kinds.get(atom))


def _holds_floats(kind: k.Kind | None) -> bool:
    match kind:
        case k.Tuple(items):
            return any(map(_holds_floats, items))
        case k.List(item):
            return _holds_floats(item)
        case k.Scalar() | k.Array() | k.Any_():
            return k.dtype_of(kind) in ("float32", "float", None)
    return False
