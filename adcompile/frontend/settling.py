"""Lowering until nothing new is found out.

Where the Lowerer finds out that an argument was something else than assumed (an unannotated `n`
that is given to range), that the length of a list changes, or what a recursive call gives, it is
begun again with that knowledge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adcompile.errors import CompilerError, RejectedError
from adcompile.frontend import packing
from adcompile.frontend.lower import Derive, Lowerer
from adcompile.frontend.lowered import Lowered
from adcompile.frontend.parameters import refined
from adcompile.frontend.refusing import Refusals
from adcompile.frontend.signature import KTree
from adcompile.frontend.summaries import Recursion
from adcompile.frontend.values import Again, Bottom, MakeDynamic, ReadEarlier, Refine, TakeApart
from adcompile.trace import kinds as k

ATTEMPTS = 200
ALIASES = "ADC301"


def lower(
    function: Any,
    arguments: Mapping[str, KTree],
    of: tuple[str, ...] | None = None,
    derive: Derive | None = None,
) -> Lowered:
    """The trace of a function for arguments of these kinds.

    Raises RejectedError at the line that cannot be differentiated, ArgumentError where `of` names
    nothing that the function leaves.
    """
    kinds = dict(arguments)
    dynamic: dict[Any, None] = {}
    opened: dict[tuple[Any, ...], None] = {}
    early: dict[Any, tuple[Any, Any]] = {}
    learned: dict[Any, Any] = {}
    stages: dict[Any, None] = {}
    known = Recursion()
    unclear: Refusals | None = None
    refers = False
    for _ in range(ATTEMPTS):
        known = known.begin()
        lowerer = Lowerer(
            function, kinds, dynamic, derive, opened, known, early=early, stages=stages,
            learned=learned,
        )  # fmt: skip
        lowerer.exact, lowerer.refers = unclear is not None, refers
        try:
            lowered = lowerer.run(of)
            if not known.unsettled:
                return lowered
        except RejectedError as found:
            lowerer.refusals.add(found)
            if refers or not lowerer.refusals.holds(ALIASES):
                (unclear or lowerer.refusals).less_settled(lowerer.refusals, ALIASES).raise_first()
                raise
            refers = unclear is not None
            unclear = unclear or lowerer.refusals
            known.forget()
        except Again:
            pass
        except Bottom as found:
            if not known.unsettled:
                raise _endless(lowerer, function) from found
        except Refine as found:
            kinds = refined(kinds, found)
            opened[found.path] = None
            known.forget()
        except k.Mixed as found:
            lowerer.refusals.raise_first()
            raise lowerer.rejection(None, str(found), "ADC404") from found
        except (MakeDynamic, packing.Together, ReadEarlier, TakeApart) as found:
            _note(lowerer, dynamic, learned, found)
            known.forget()
        except RecursionError:
            raise
        except Exception:
            lowerer.refusals.raise_first()
            raise
    raise CompilerError(f"lowering {function.name} does not settle")


def _note(
    lowerer: Lowerer, dynamic: dict[Any, None], learned: dict[Any, Any], found: Exception
) -> None:
    """Note that the length of a list is known at run time only, or that functions meet."""
    if isinstance(found, packing.Together):
        packing.families(learned, found)
    if not isinstance(found, MakeDynamic):
        return
    if found.site in dynamic:
        lowerer.refusals.raise_first()
        raise CompilerError("a list was made dynamic twice") from found
    dynamic[found.site] = None


def _endless(lowerer: Lowerer, function: Any) -> RejectedError:
    """The refusal of a recursion, where there was none before it."""
    lowerer.refusals.raise_first()
    return lowerer.rejection(function.node, f"{function.name} calls itself without end", "ADC204")
