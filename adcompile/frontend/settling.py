"""Lowering until nothing new is found out.

Where the Lowerer finds out that an argument was something else than assumed (an unannotated `n`
that is given to range), that the length of a list changes, or what a recursive call gives, it is
begun again with that knowledge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adcompile.errors import CompilerError, RejectedError
from adcompile.frontend import packing
from adcompile.frontend.annotations import children, structure
from adcompile.frontend.lower import Derive, Lost, Lowerer
from adcompile.frontend.lowered import Lowered
from adcompile.frontend.refusing import Refusals
from adcompile.frontend.signature import KTree
from adcompile.frontend.summaries import Recursion
from adcompile.frontend.values import Again, Bottom, Frame, MakeDynamic, Refine, TakeApart
from adcompile.trace import kinds as k
from adcompile.trace.ir import Node

ATTEMPTS = 200
ALIASES = "ADC301"
EARLY = "ADC110", "ADC402"  # as of a list, or of None, while nothing else is known of a result
WHICH = (  # or which object of a list, or what a recursion makes or changes
    "ADC413", "ADC306", "ADC402", "ADC308", "ADC303", "ADC211", "ADC212",
)  # fmt: skip


def lower(
    function: Any,
    arguments: Mapping[str, KTree],
    of: tuple[str, ...] | None = None,
    derive: Derive | None = None,
    lost: Lost | None = None,
) -> Lowered:
    """The trace of a function for arguments of these kinds.

    `lost` is asked what a transform would refuse of a function in which something is refused here.

    Raises RejectedError at the line that cannot be differentiated, ArgumentError where `of` names
    nothing that the function leaves.
    """
    known = _Known(dict(arguments))
    for _ in range(ATTEMPTS):
        known.recursion = known.recursion.begin()
        lowerer = known.lowerer(function, derive)
        lowerer.lost = lost
        try:
            lowered = lowerer.run(of)
        except RecursionError:
            raise
        except Exception as found:
            known.learn(lowerer, found)
            continue
        if lowerer.void:
            known.recursion.forget()
        elif not known.recursion.unsettled and not lowerer.left_out:
            if known.recursion.endless:
                raise _endless(lowerer, *known.recursion.endless)
            return lowered
        known.settled = known.settled or lowerer.left_out
    raise CompilerError(f"lowering {function.name} does not settle")


@dataclass
class _Known:
    """What earlier attempts have found out."""

    kinds: dict[str, KTree]
    dynamic: dict[Any, None] = field(default_factory=dict)
    opened: dict[tuple[Any, ...], None] = field(default_factory=dict)
    early: dict[Any, tuple[Any, Any]] = field(default_factory=dict)
    learned: dict[Any, Any] = field(default_factory=dict)
    stages: dict[Any, None] = field(default_factory=dict)
    recursion: Recursion = field(default_factory=Recursion)
    unclear: Refusals | None = None  # what was refused as long as aliases were not told apart
    refers: bool = False
    numbered: bool = False
    lists: bool = False
    settled: bool = False

    def lowerer(self, function: Any, derive: Derive | None) -> Lowerer:
        made = Lowerer(
            function, self.kinds, self.dynamic, derive, self.opened, self.recursion,
            early=self.early, stages=self.stages, learned=self.learned,
        )  # fmt: skip
        made.exact, made.refers = self.unclear is not None, self.refers
        made.lists, made.numbered = self.lists, self.numbered
        made.settled = self.settled
        return made

    def learn(self, lowerer: Lowerer, found: Exception) -> None:
        """Note what an attempt that was broken off has found out; or raise what ends them all."""
        if isinstance(found, Again):
            return
        if isinstance(found, Refine):
            self.kinds = _refined(self.kinds, found)
            self.opened[found.path] = None
        elif isinstance(found, (MakeDynamic, packing.Together, packing.Stored, TakeApart)):
            _note(lowerer, self.dynamic, self.learned, found)
        elif not lowerer.void:
            self.refused(lowerer, found)
            return
        self.recursion.forget()

    def refused(self, lowerer: Lowerer, found: Exception) -> None:
        """Where an attempt did not come to its end that knows all that those before found out."""
        if isinstance(found, (RejectedError, Bottom)):
            self.without(lowerer, found)
            return
        lowerer.refusals.raise_first()
        if isinstance(found, k.Mixed):
            if self.numbered and self.unclear is not None:
                self.unclear.raise_first()
            raise lowerer.rejection(None, str(found), "ADC404") from found
        raise found

    def without(self, lowerer: Lowerer, found: RejectedError | Bottom) -> None:
        """Where another attempt may do what this one could not, go on; else raise the refusal."""
        if lowerer.left_out:
            self.settled = True
            return
        early = isinstance(found, Bottom) or found.code in EARLY
        if self.recursion.unsettled and early:
            return
        if isinstance(found, Bottom):
            raise _endless(lowerer) from found
        lowerer.refusals.add(found)
        again = lowerer.refusals.holds(ALIASES)
        which = self.lists if again else any(map(lowerer.refusals.holds, WHICH))
        if which and lowerer.listed and not self.numbered:
            self.numbered = self.lists = self.refers = True
            self.unclear = self.unclear or lowerer.refusals
            self.recursion.forget()
            return
        if self.lists or not again:
            first = self.unclear or lowerer.refusals
            first.less_settled(lowerer.refusals, ALIASES).raise_first()
            raise found
        self.lists, self.refers = self.refers, self.unclear is not None
        self.unclear = self.unclear or lowerer.refusals
        self.recursion.forget()


def _refined(kinds: Mapping[str, KTree], found: Refine) -> dict[str, KTree]:
    """The kinds of the arguments with what was found out."""
    result = dict(kinds)
    name, *path = found.path
    result[name] = _refine(result.get(name, k.ANY), path, found.kind)
    return result


def _refine(tree: KTree, path: list[Any], what: tuple[Any, ...]) -> KTree:
    if path and isinstance(tree, Node):
        items = [
            _refine(item, path[1:], what) if key == path[0] else item
            for key, item in zip(tree.keys, children(tree))
        ]
        return structure(tree.form, tree.keys, items, tree.record)
    form, detail = what
    if form == "kind":
        return detail
    if form == "tuple":
        return structure("tuple", range(detail), (k.ANY,) * detail)
    if isinstance(tree, Node):
        return structure(tree.form, (*tree.keys, detail), (*children(tree), k.ANY), tree.record)
    return structure("dict" if form == "dict" else "record", (detail,), (k.ANY,))


def _note(
    lowerer: Lowerer, dynamic: dict[Any, None], learned: dict[Any, Any], found: Exception
) -> None:
    """Note that the length of a list is known at run time only, that functions meet, or that their
    arrays are stored.
    """
    if isinstance(found, packing.Together):
        packing.families(learned, found)
    if isinstance(found, packing.Stored):
        places = {("stored", place): None for place in found.places}
        if all(place in learned for place in places):
            lowerer.refusals.raise_first()
            raise CompilerError("an array was stored twice") from found
        learned.update(places)
    if not isinstance(found, MakeDynamic):
        return
    if all(site in dynamic for site in found.sites):
        lowerer.refusals.raise_first()
        raise CompilerError("a list was made dynamic twice") from found
    dynamic.update(dict.fromkeys(found.sites))


def _endless(lowerer: Lowerer, *called: Any) -> RejectedError:
    """The refusal of a recursion, where there was none before it."""
    lowerer.refusals.raise_first()
    function = called[0] if called else lowerer.function
    lowerer.frame = Frame(function, 0)
    what = "returns on no path: it raises, or calls itself again; raise where it is called" if (
        called
    ) else "calls itself without end"  # fmt: skip
    return lowerer.rejection(function.node, f"{function.name} {what}", "ADC204")
