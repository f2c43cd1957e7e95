"""The improving passes: what each decides, in the order in which they run, and which are left out.

    Passes(off=("joint",))        all but `joint`
    "joint" in passes             does it run?

Every pass may be left out: the derivatives are the same, the text is slower or longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from adcompile.errors import ArgumentError

PASSES: Mapping[str, str] = MappingProxyType({
    # while deriving
    "renewed": "an array that each turn of a loop overwrites is each turn's own",
    "winners": "a loop that looks for the best turn: the derivative follows that turn alone",
    "activity": "what influences no dependent has no derivative, whatever it depends on",
    "recording": "the tape holds a smallest set of values; the reverse sweep computes the others",
    "turning": "a branch with which the forward sweep ends is reversed where it stands",
    "lasting": "what an array holds when its loop ends, or held as an argument, is not on a tape",
    "recurrences": "sums and products are gone through again where that is cheaper than a tape",
    # trace to trace
    "joint_calls": "where its seed is known before a call, one function does both its sweeps",
    "joint": "the reverse of a turn follows right after it, where no turn needs another",
    "fold": "what is known when compiling is computed now",
    "identities": "x * 1 is x: what is the same bit for bit takes the simplest form",
    "copies": "names of one value become one",
    "common": "an expression that stands twice is computed once",
    "branches": "what a branch has computed is read in later branches on its condition",
    "stores": "what is written to an array and not read is not written",
    "dead": "what nobody reads is not computed, carried or stored",
    "attempts": "what a try has computed is not computed again behind it",
    "invariant": "what every turn of a loop computes anew is computed before the loop",
    # for NumPy
    "at_once": "a reverse loop whose turns only add up is done for all turns at once",
    "columns": "what a reverse loop adds up column by column lies in memory by columns",
    "products": "outer products are products of matrices, and a sum of them is one",
    "updates": "adding to zeros is writing, and zeros that nobody reads are not written",
    "buffers": "zeros of which every turn of a loop writes the same part are made once",
    "masks": "what is zero but at a few places is added up, or added, at those alone",
    "late": "what was read of an adjoint is used before that is made zero",
    # for Numba
    "forwards": "reverse loops whose turns only add up go forwards",
    "rows": "tapes of a known length are arrays",
    "arrays": "equations between arrays are loops over elements, fused",
    "workspaces": "arrays that every turn makes for itself are made once",
    # writing it down
    "shapes": "shapes, slices and index tuples stand where they are used",
    "order": "a name is given its new value after the last use of the old one",
    "reuse": "a sum is written into its first operand where nobody reads that any more",
    "views": "slices of arrays that a loop only changes in place are taken before it",
    "methods": "functions of arrays are asked for as methods, which are faster",
    "outputs": "a value that is written to a view is computed in its place",
    "nesting": "a value that is used once stands inside the expression that uses it",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Passes:
    """The passes that run: all but those that are `off`."""

    off: tuple[str, ...] = ()

    def __contains__(self, name: object) -> bool:
        return name not in self.off


ALL = Passes()


def leaving_out(names: Iterable[str]) -> Passes:
    """All passes but these."""
    given = dict.fromkeys(names)
    for name in given:
        if name not in PASSES:
            raise ArgumentError(f"there is no pass {name!r}; there are {', '.join(PASSES)}")
    return Passes(tuple(name for name in PASSES if name in given)) if given else ALL


def chosen(passes: Any) -> Passes:
    """What a `passes=` asks for: {"joint": False} leaves that one out; what is not named runs."""
    if passes is None:
        return ALL
    if not isinstance(passes, Mapping) or not all(type(on) is bool for on in passes.values()):
        raise ArgumentError(
            f"passes={passes!r}: give a dictionary, such as {{'joint': False}}; a pass that it "
            "does not name runs"
        )
    leaving_out(passes)
    return leaving_out(name for name, on in passes.items() if not on)


def listing() -> str:
    """One line a pass, in order."""
    width = max(map(len, PASSES))
    return "".join(f"  {name:{width}}  {what}\n" for name, what in PASSES.items())
