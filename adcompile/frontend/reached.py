"""The states that an exception may leave behind, for the handlers of the tries around.

    try:                            the handler may find p.k as it was before run, and doubled:
        y = p.run(x)                def run(self, x):
    except ValueError:                  old = self.k
        y = p.k                         self.k = 2.0 * old
                                        y = math.sqrt(x)      <- raises here
                                        self.k = old
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adcompile.frontend.values import State

if TYPE_CHECKING:
    from adcompile.frontend.lower import Lowerer


@dataclass(slots=True)
class Reached:
    """The states noted while a try is lowered; the last stays if something is computed in it.

    `raises` are those of raises alone, and of what raises by name, such as next.
    """

    states: list[State] = field(default_factory=list)
    raises: list[State] = field(default_factory=list)
    since: tuple[Any, int] | None = None
    caught: tuple[str, ...] = ()  # the names of what this try, or one around it, is for


def is_caught(low: Lowerer, error: type[Exception]) -> bool:
    """Is an exception of this class, raised here, one that a try is for?"""
    caught = () if low.raising is None else low.raising.caught
    return any(f"builtins.{cls.__name__}" in caught for cls in error.__mro__)


def note_raise(low: Lowerer) -> None:
    """Inside a try: a handler may find the state as it is here."""
    if low.raising is not None:
        low.raising.states.append(low.state.copy())
        low.raising.raises.append(low.raising.states[-1])
        low.raising.since = None


def note_change(low: Lowerer) -> None:
    """Inside a try: something that others see has changed, and may be put back."""
    if low.raising is not None:
        settle(low)
        low.raising.states.append(low.state.copy())
        low.raising.since = (low.build.eqns, len(low.build.eqns))


def settle(low: Lowerer) -> None:
    """Forget the state after the last change where nothing has been computed since."""
    if low.raising is None or low.raising.since is None:
        return
    eqns, count = low.raising.since
    if eqns is low.build.eqns and count == len(eqns):
        low.raising.states.pop()
        low.raising.since = None

